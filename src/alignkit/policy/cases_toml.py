"""
Cases in a policy's document: read with the place of every fault, written on few lines.

TOML readers do not tell where a value stood, so a fault's line is looked up in the text by its path.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from alignkit.errors import ValidationError
from alignkit.expressions.context import nearest
from alignkit.expressions.diagnostics import Diagnostic
from alignkit.policy.cases import Case, case_faults, diagnostic
from alignkit.policy.cases_given import CaseFault
from alignkit.policy.compiled import PolicyRule
from alignkit.policy.spans import NOW

__all__ = ["CASE_KEYS", "read_cases", "write_case"]

CASE_KEYS: Final = ("name", "rule", "now", "given", "expect")

_QUIET: Final = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}' r"|'''.*?'{3,5}" r'|"(?:\\.|[^"\\\n])*"' r"|'[^'\n]*'" r"|#[^\n]*", re.DOTALL
)
_HEAD: Final = re.compile(r"^[ \t]*\[\[[ \t]*cases[ \t]*\]\]", re.MULTILINE)
_OTHER: Final = re.compile(r"^[ \t]*\[{1,2}[ \t]*(?!cases\b)[A-Za-z_]", re.MULTILINE)
_STEP: Final = re.compile(r"([^.\[\]]+)(?:\[(\d+)\])?")


def read_cases(
    entries: Any,
    text: str,
    rules: Sequence[PolicyRule],
    refused: Iterable[str],
    bands: Iterable[str],
    faults: list[Diagnostic],
) -> tuple[Case, ...]:
    """
    The cases of a document.

    Args:
        entries: What stands under `cases`.
        text: The document, to find the place of a fault.
        rules: The rules of the document.
        refused: Ids of rules that are so wrong that they could not be made.
        bands: Names of the bands.
        faults: Gets all that is wrong.
    """
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        faults.append(Diagnostic("PolicyInvalid", "cases are tables: [[cases]]", "cases"))
        return ()
    before = len(faults)
    places = _Places(text)
    cases: dict[int, Case] = {}
    for number, entry in enumerate(entries, 1):
        case = _case(entry, number, places, faults)
        if case is not None:
            cases[number] = case
    numbers, found = tuple(cases), tuple(cases.values())
    for index, fault in case_faults(rules, tuple(bands), found, refused=refused):
        number = numbers[index - 1]
        faults.append(diagnostic(found[index - 1], number, fault, *places.of(number, fault.path)))
    return found if len(faults) == before else ()


def _case(entry: Mapping[str, Any], number: int, places: _Places, faults: list[Diagnostic]) -> Case | None:
    found: list[CaseFault] = [
        CaseFault(key, f"{key!r} is not part of a case", nearest(key, CASE_KEYS))
        for key in entry
        if key not in CASE_KEYS
    ]
    found += [CaseFault("", f"needs {key}") for key in ("name", "given", "expect") if key not in entry]
    found += [
        CaseFault(key, f"is a table, got {entry[key]!r:.60}")
        for key in ("given", "expect")
        if not isinstance(entry.get(key, {}), dict)
    ]
    case = None
    if not found:
        try:
            case = Case(entry["name"], entry["given"], entry["expect"], entry.get("rule", ()), entry.get("now", NOW))
        except ValidationError as error:
            found.append(CaseFault({"rules": "rule"}.get(error.field, error.field), error.reason))
    for fault in found:
        where = f"cases[{number}]" + (f".{fault.path}" if fault.path else "")
        line, column = places.of(number, fault.path)
        faults.append(Diagnostic("PolicyInvalid", f"case: {fault.message}", where, line, column, fault.suggestion))
    return case


class _Places:
    """Line and column of a path within a case, as near as the text tells."""

    def __init__(self, text: str) -> None:
        self._text = _QUIET.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)
        self._heads = [match.start() for match in _HEAD.finditer(self._text)]
        self._starts = [0, *(match.end() for match in re.finditer("\n", self._text))]

    def of(self, number: int, path: str) -> tuple[int, int]:
        """Line and column, from 1, of what a path names; those of the case's head where it cannot be found."""
        if number > len(self._heads):
            return 0, 0
        place = self._heads[number - 1]
        head = _HEAD.match(self._text, place)
        assert head is not None
        place = head.end() - len(head.group().lstrip(" \t"))
        end = self._end(number)
        at = place + len("[[")
        for word, index in _STEP.findall(path):
            found = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])(?=[ \t]*[=\].])").search(self._text, at, end)
            if found is None:
                break
            place = at = found.start()
            at = self._item(found.end(), int(index), end) if index else found.end()
        line = bisect_right(self._starts, place)
        return line, place - self._starts[line - 1] + 1

    def _end(self, number: int) -> int:
        following = self._heads[number] if number < len(self._heads) else len(self._text)
        other = _OTHER.search(self._text, self._heads[number - 1], following)
        return other.start() if other else following

    def _item(self, at: int, index: int, end: int) -> int:
        """Where the n-th table of a list that is written on the spot begins; where the list begins for any other."""
        opened = re.compile(r"[ \t]*=\s*\[").match(self._text, at, end)
        depth = 0
        for place in range(opened.end(), end) if opened else ():
            sign = self._text[place]
            if sign == "{" and depth == 0:
                index -= 1
                if index == 0:
                    return place
            depth += (sign in "[{") - (sign in "]}")
            if depth < 0:
                break
        return at


def write_case(case: Case) -> Any:
    """The table of a case, its facts and expectations each on one line."""
    import tomlkit

    table = tomlkit.table()
    table["name"] = case.name
    if case.rules:
        table["rule"] = case.rules[0] if len(case.rules) == 1 else list(case.rules)
    if case.now != NOW:
        table["now"] = case.now
    for key, value in (("given", case.given), ("expect", case.expect)):
        table[key] = _inline(value)
    return table


def _inline(value: Any) -> Any:
    import tomlkit

    if isinstance(value, Mapping):
        table = tomlkit.inline_table()
        for key, inner in value.items():
            table[key] = _inline(inner)
        return table
    if isinstance(value, list):
        listed = tomlkit.array()
        for inner in value:
            listed.append(_inline(inner))
        return listed
    return value
