"""A rule in a notebook cell is read, whatever else stands in the cell."""

from __future__ import annotations

import ast
import linecache
from typing import Any

CELL = """import alignkit as ak

@ak.rule(dimension="visibility")
def judged(project: ak.ProjectView) -> ak.Score:
    return ak.count(t for t in project.tasks) > 2
"""


def run_cell(text: str, name: str) -> dict[str, Any]:
    """Run a cell as notebooks do: every statement compiled by itself."""
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    names: dict[str, Any] = {"__name__": "__main__"}
    for statement in ast.parse(text, name).body:
        exec(compile(ast.Module([statement], []), name, "exec", dont_inherit=True), names)
    return names


def test_reads_a_rule_beside_its_import() -> None:
    """Import and rule in one cell: the source is found and is the code that runs."""
    rule = run_cell(CELL, "<cell 1>")["judged"]
    assert rule.fault == ""
    assert rule.source.text.startswith("def judged(")


def test_still_refuses_changed_text() -> None:
    """A cell whose text is no longer what ran is not taken for the rule's source."""
    names = run_cell(CELL, "<cell 2>")
    changed = CELL.replace("> 2", "> 3")
    linecache.cache["<cell 2>"] = (len(changed), None, changed.splitlines(keepends=True), "<cell 2>")
    import alignkit as ak

    again = ak.rule(dimension="visibility")(names["judged"].function)
    assert "not the code that runs" in again.fault
