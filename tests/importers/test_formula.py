"""Fields worked out of several columns by an expression of the rule language."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from alignkit.domain import Money, Need, Opportunity, Task
from alignkit.errors import PresetError
from alignkit.importers import ImportIssue, Preset, Take, parse_preset, read

Write = Callable[[str, "str | bytes"], Path]

MAPPING = """
system = "tool"

[tables.tasks]
becomes = "tasks"
key = "id"
[tables.tasks.fields]
title = "title"
effort_hours = { compute = "days * 8 + default(hours, 0) if days > 0 else hours", given = { days = "Days", hours = "Hours" } }
status = { compute = "'blocked' if is_stuck else 'todo'", given = { is_stuck = { columns = "Stuck", convert = "flag" } } }
is_milestone = { compute = "kind == 'M' or kind == 'gate'", given = { kind = { columns = "Kind", convert = "text" } } }
"""


@pytest.fixture(scope="module")
def mapping() -> Preset:
    """Effort, status and milestone of tasks are worked out."""
    return parse_preset(MAPPING.replace("default(hours, 0)", "hours"))


def tasks(mapping: Preset, path: Path) -> list[Task]:
    """The tasks of a file."""
    return [fact for fact in read(mapping, path)["tasks"] if isinstance(fact, Task)]


def test_numbers_text_and_flags(mapping: Preset, write: Write) -> None:
    """A formula gives numbers, words and flags; its names are read as it says."""
    path = write("tasks.csv", "id,title,Days,Hours,Stuck,Kind\n1,A,2,1.5,yes,M\n2,B,0,3,no,x\n")
    one, two = tasks(mapping, path)
    assert (one.effort_hours, one.status, one.is_milestone) == (17.5, "blocked", True)
    assert (two.effort_hours, two.status, two.is_milestone) == (3.0, "todo", False)


def test_an_unknown_name_makes_it_unknown(mapping: Preset, write: Write) -> None:
    """Where one of the names is empty or no number, the field stays unknown, with an issue for the latter."""
    path = write("tasks.csv", "id,title,Days,Hours,Stuck,Kind\n1,A,,1.5,,\n2,B,many,3,,\n")
    result = read(mapping, path)
    assert [fact.effort_hours for fact in result["tasks"] if isinstance(fact, Task)] == [None, None]
    (issue,) = result.report.issues
    assert isinstance(issue, ImportIssue)
    assert (issue.code, issue.where) == ("TypeRejected", "tasks.csv row 3, column 'Days'")


def test_amounts_and_whole_numbers(small: Preset, write: Write) -> None:
    """An amount keeps its currency; a whole number is one when the formula gives one, and refused otherwise."""
    share = Take(compute="sum * share / 100", given={"sum": Take(columns=("sum",)), "share": Take(columns=("share",))})
    weighted = small.with_fields("deal", amount=Take(**{**_parts(share), "currency": "currency"}))  # type: ignore[arg-type]
    path = write("deals.csv", "id,name,sum,share,currency\n1,A,1500,20,EUR\n")
    (deal,) = (fact for fact in read(weighted, path)["opportunities"] if isinstance(fact, Opportunity))
    assert deal.amount == Money(Decimal(300), "EUR")
    level = small.with_fields("ticket", severity=Take(compute="6 - level", given={"level": Take(columns=("level",))}))
    path = write("tickets.csv", "id,title,raised,level\n1,A,2026-01-01T00:00Z,2\n2,B,2026-01-01T00:00Z,2.5\n")
    result = read(level, path)
    assert [fact.severity for fact in result["needs"] if isinstance(fact, Need)] == [4, None]
    assert [issue.code for issue in result.report.issues] == ["TypeRejected"]


def _parts(take: Take) -> dict[str, object]:
    return {"compute": take.compute, "given": take.given}


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("days.__class__", "compute"),
        ("__import__('os')", "compute"),
        ("days + hour", "hour"),
        ("days / hours", "compute"),
        ("'text'", "gives text"),
        ("days +", "not an expression"),
        ("(" * 5_000 + "1" + ")" * 5_000, "compute"),
    ],
)
def test_formulas_that_cannot_be(small: Preset, formula: str, said: str) -> None:
    """A formula is checked when the mapping is made: names, sorts, divisors, limits; nothing of Python is in reach."""
    given = {"days": Take(columns=("Days",)), "hours": Take(columns=("Hours",))}
    with pytest.raises(PresetError) as caught:
        small.with_fields("company", contact_cadence_days=Take(compute=formula, given=given))
    assert any(said in fault and "compute" in fault for fault in caught.value.faults), caught.value.faults


@pytest.mark.parametrize(
    ("way", "said"),
    [
        (Take(compute="x", given={"x": Take(columns=("X",), convert="money")}), "a formula takes"),
        (Take(compute="x", given={"x": Take(columns=("X",), convert="mony")}), "no converter 'mony'"),
        (Take(compute="x", given={"x": Take(compute="1")}), "takes columns, join, lookup or value"),
        (Take(columns=("X",), given={"x": Take(columns=("X",))}), "without compute"),
    ],
)
def test_names_that_cannot_be(small: Preset, way: Take, said: str) -> None:
    """What a name of a formula stands for is a plain reading of a column."""
    with pytest.raises(PresetError) as caught:
        small.with_fields("company", contact_cadence_days=way)
    assert said in str(caught.value)
