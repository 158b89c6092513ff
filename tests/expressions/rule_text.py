"""Makes rules of text for tests: as Python would load it from a file, and as a stored record."""

from __future__ import annotations

import itertools
import linecache
from datetime import date, datetime, timedelta
from typing import Any

import alignkit as ak
from alignkit.policy.compiled import PolicyRule, compile_record, compile_rule

NAMES: dict[str, Any] = {"ak": ak, "datetime": datetime, "date": date, "timedelta": timedelta}
_numbers = itertools.count(1)


def load(text: str, **names: Any) -> dict[str, Any]:
    """Run text as a module of its own whose source can be read, and give its names."""
    filename = f"<rule text {next(_numbers)}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    namespace = {**NAMES, **names, "__name__": "rule_text_module"}
    exec(compile(text, filename, "exec", dont_inherit=True), namespace)
    return namespace


def python_rule(text: str, name: str = "judged", **names: Any) -> ak.Rule[..., Any]:
    """The rule that a module with this text would define."""
    found: ak.Rule[..., Any] = ak.rule(dimension="visibility")(load(text, **names)[name])
    return found


def stored(text: str, kind: str = "project", **fields: Any) -> PolicyRule:
    """A stored rule of this text, checked."""
    return compile_record(ak.AlignmentRule(id="judged", kind=kind, dimension="visibility", text=text, **fields))


def body(lines: str, *, subject: str = "project: ak.ProjectView, now: datetime, today: date") -> str:
    """A rule of these lines."""
    inner = "\n".join(f"    {line}" for line in lines.strip("\n").split("\n"))
    return f"def judged({subject}) -> ak.Score:\n{inner}\n"


def codes(text: str, kind: str = "project", **fields: Any) -> list[str]:
    """Codes of what is wrong with a stored rule."""
    return [diagnostic.code for diagnostic in stored(text, kind, **fields).diagnostics]


__all__ = ["NAMES", "body", "codes", "compile_rule", "load", "python_rule", "stored"]
