"""The documents keep up with the library: every name is told, every block runs, and prints what it says."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import linecache
import re
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import alignkit
from alignkit import errors
from alignkit.domain import COLLECTIONS
from alignkit.expressions.diagnostics import CODES
from alignkit.sample.demo import demo_report, run_demo

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md") if "_build" not in path.parts)
CELL = re.compile(r"^```\{code-cell\} python\n(?P<options>(?::[^\n]*\n)*)(?P<code>.*?)^```$", re.DOTALL | re.MULTILINE)
FENCE = re.compile(r"^```(?P<language>python|text)\n(?P<content>.*?)^```$", re.DOTALL | re.MULTILINE)
PACKAGES = [
    "alignkit.display",
    "alignkit.frames",
    "alignkit.importers",
    "alignkit.linking",
    "alignkit.reports",
    "alignkit.sample",
    "alignkit.sql",
    "alignkit.stores",
]

pytestmark = pytest.mark.skipif(not DOCS.is_dir(), reason="the documents are not part of this distribution")


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def tells(text: str, name: str) -> bool:
    return re.search(rf"\b{re.escape(name)}\b", text) is not None


@pytest.mark.parametrize("name", sorted(alignkit.__all__))
def test_public_names_are_in_the_reference(name: str) -> None:
    """Every name of the front door has its entry: among the public names, or among the errors."""
    kind = getattr(alignkit, name)
    is_error = isinstance(kind, type) and issubclass(kind, Exception)
    expected = f"`{name}`" if is_error else f":: alignkit.{name}\n"
    assert expected in page("reference/errors.md" if is_error else "reference/api.md")


@pytest.mark.parametrize("package", PACKAGES)
def test_names_of_packages_are_in_the_reference(package: str) -> None:
    """Every public name of a package that users import by name is told in the reference."""
    reference = "\n".join(page(name) for name in PAGES if name.startswith("reference/"))
    public = importlib.import_module(package).__all__
    assert [name for name in public if not tells(reference, name)] == []


@pytest.mark.parametrize("code", CODES)
def test_diagnostic_codes_have_an_example(code: str) -> None:
    """Every diagnostic code stands on the page of diagnostics, with an example."""
    assert f'    "{code}": (' in page("reference/diagnostics.md")


@pytest.mark.parametrize("name", errors.__all__)
def test_errors_say_what_to_do(name: str) -> None:
    """Every error stands in the tree and in the table of what to do."""
    text = page("reference/errors.md")
    assert tells(text.partition("```text")[2].partition("```")[0], name)
    assert f"`{name}`" in text


@pytest.mark.parametrize("name", sorted(cls.__name__ for cls in COLLECTIONS.values()))
def test_facts_are_in_the_glossary(name: str) -> None:
    """Every kind of fact has its line in the glossary."""
    spoken = "Check-in" if name == "CheckIn" else name
    assert f"\n{spoken}\n  " in page("reference/glossary.md")


def cells(text: str) -> Iterator[str]:
    for found in CELL.finditer(text):
        yield found["code"]


def run(name: str, text: str, names: dict[str, Any]) -> None:
    """Run a cell as a notebook does: its source can be read, and each statement is compiled alone."""
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    for statement in ast.parse(text, name).body:
        exec(compile(ast.Module([statement], []), name, "exec", dont_inherit=True), names)


@pytest.mark.parametrize("name", [name for name in PAGES if CELL.search(page(name))])
def test_cells_run(name: str) -> None:
    """Every block of a page runs, one after the other; those that only make tables need IPython to show them."""
    names: dict[str, Any] = {"__name__": "page"}
    for number, code in enumerate(cells(page(name)), 1):
        if "IPython" in code and importlib.util.find_spec("IPython") is None:
            continue
        with redirect_stdout(StringIO()):
            run(f"<{name} cell {number}>", code, names)
    unread = [rule.id for rule in names.values() if isinstance(rule, alignkit.Rule) and rule.fault]
    assert [id for id in unread if name != "reference/diagnostics.md"] == []


def test_readme_prints_what_it_says() -> None:
    """Each Python block of the README prints the text block that follows it."""
    blocks = list(FENCE.finditer((ROOT / "README.md").read_text(encoding="utf-8")))
    told = [(code["content"], text["content"]) for code, text in pairwise(blocks) if code["language"] == "python"]
    names: dict[str, Any] = {"__name__": "readme"}
    for code, text in told:
        with redirect_stdout(StringIO()) as shown:
            run("<README>", code, names)
        assert shown.getvalue() == text
    assert len(told) == 2


def test_readme_shows_the_report() -> None:
    """Every line of the report in the README is a line of what the demo prints."""
    first = next(block for block in FENCE.finditer((ROOT / "README.md").read_text(encoding="utf-8")))
    assert first["language"] == "text"
    printed = demo_report(run_demo()).splitlines()
    assert [line for line in first["content"].splitlines() if line != "..." and line not in printed] == []
