"""How the records of one import find each other, and what is said when they do not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import attrs
import pytest

from alignkit.errors import ImporterError
from alignkit.importers import Import, KeepWhen, Preset, merge, read

Write = Callable[[str, "str | bytes"], Path]


@pytest.fixture
def folder(write: Write) -> Path:
    """Two deals: one of a company that is there, one of a company that is not."""
    write("companies.csv", "id,name\n7,Seven\n")
    return write("deals.csv", "id,name,company\n4,Four,7\n5,Five,77\n").parent


def customers_of(result: Import) -> list[str | None]:
    """The customers of the deals, in order."""
    return [deal.customer_id for deal in result["opportunities"]]  # type: ignore[union-attr]


def test_a_reference_becomes_the_id_of_the_fact(small: Preset, folder: Path) -> None:
    """A reference is followed by the source's own key; ids are made of system, kind and key."""
    assert customers_of(read(small, folder)) == ["crm:company:7", None]


def test_unlink(small: Preset, folder: Path) -> None:
    """A reference to what was not imported stays unknown, is reported, and waits."""
    result = read(small, folder)
    (issue,) = result.report.issues
    assert (issue.code, issue.severity, issue.row) == ("DanglingReference", "warning", 3)
    assert issue.reason == ("deal 5: customer_id names company 77, which was not imported; left unknown until it is")
    assert result.report.pending == 1


def test_reject(small: Preset, folder: Path) -> None:
    """Under `reject` the row is refused."""
    result = read(small, folder, dangling="reject")
    assert customers_of(result) == ["crm:company:7"]
    assert result.report.of("deals")[0].refused_by == {"DanglingReference": 1}


def test_stub(small: Preset, folder: Path) -> None:
    """Under `stub` a placeholder with the right identity stands for what was not imported."""
    result = read(small, folder, dangling="stub")
    assert customers_of(result) == ["crm:company:7", "crm:company:77"]
    assert [customer.name for customer in result["customers"]] == ["Seven", "company 77 (not imported)"]  # type: ignore[union-attr]


def test_park(small: Preset, folder: Path, write: Write) -> None:
    """Under `park` the row is set aside until an import brings what it waits for."""
    result = read(small, folder, dangling="park")
    assert customers_of(result) == ["crm:company:7"]
    assert result.report.of("deals")[0].skipped_by == {"set aside for a missing reference": 1}
    assert [deal.id for deal in merge(result)["opportunities"]] == ["crm:deal:4"]
    later = read(small, write("companies.csv", "id,name\n77,Seventy-seven\n"))
    merged = merge(result, later)
    assert [deal.customer_id for deal in merged["opportunities"]] == ["crm:company:7", "crm:company:77"]  # type: ignore[union-attr]


def test_unknown_policy(small: Preset, folder: Path) -> None:
    """A policy that does not exist is an error that lists those that do."""
    with pytest.raises(ImporterError) as caught:
        read(small, folder, dangling="ignore")  # type: ignore[arg-type]
    assert "unlink, park, reject, stub" in str(caught.value)


@pytest.mark.parametrize(
    ("rows", "cycle"),
    [("1,A,2\n2,B,1\n3,C,1\n", "1 -> "), ("1,A,1\n2,B,1\n3,C,\n", "1 -> "), ("3,C,2\n1,A,2\n2,B,1\n", "2 -> ")],
)
def test_cycles_of_parents(small: Preset, write: Write, rows: str, cycle: str) -> None:
    """Records that are each other's parents lose their parents; who hangs below keeps his."""
    result = read(small, write("tasks.csv", f"id,title,parent\n{rows}"))
    (issue,) = result.report.issues
    assert issue.code == "CycleError"
    assert f"crm:task:{cycle}crm:task:" in issue.reason
    parents = {task.id: task.parent_id for task in result["tasks"]}  # type: ignore[union-attr]
    assert parents["crm:task:1"] is None
    assert sum(parent is not None for parent in parents.values()) == 1


def test_one_key_twice(small: Preset, write: Write) -> None:
    """Of two rows with one key the first is used and the second refused, naming both."""
    result = read(small, write("deals.csv", "id,name\n123,A\n7,B\n123,C\n"))
    assert [deal.name for deal in result["opportunities"]] == ["A", "B"]  # type: ignore[union-attr]
    (issue,) = result.report.issues
    assert str(issue) == (
        "DuplicateSourceKey: deals.csv row 4, column 'id': crm/deal/123 stands also in deals.csv row 2, which is kept"
    )


def test_the_same_row_twice(small: Preset, write: Write) -> None:
    """A row that repeats an earlier one (pages overlap) is skipped, not refused."""
    result = read(small, write("deals.csv", "id,name\n123,A\n123,A\n"))
    assert result.report.of("deals")[0].skipped_by == {"repeats an earlier row": 1}
    assert result.report.issues == ()


def test_rows_without_key(small: Preset, write: Write) -> None:
    """A row without a key is refused: it could never be found again."""
    result = read(small, write("deals.csv", "id,name\n,A\n"))
    assert result.report.of("deals")[0].refused_by == {"MissingKey": 1}


def test_rows_without_a_needed_value(small: Preset, write: Write) -> None:
    """A row that lacks what its fact cannot be without is refused."""
    result = read(small, write("deals.csv", "id,name\n1,\n"))
    (issue,) = result.report.issues
    assert (issue.code, issue.reason) == ("MissingValue", "name of crm:deal:1 is nowhere given")


def test_deleted_rows(small: Preset, write: Write) -> None:
    """A row that the source marks as deleted is skipped, in every spelling of true."""
    rows = "1,A,FALSE\n2,B,true\n3,C,TRUE\n4,D,\n"
    result = read(small, write("deals.csv", f"id,name,deleted\n{rows}"))
    assert [deal.name for deal in result["opportunities"]] == ["A", "D"]  # type: ignore[union-attr]
    assert result.report.of("deals")[0].skipped_by == {"deleted": 2}


def test_rows_of_no_kind(small: Preset, write: Write) -> None:
    """A row that meets the conditions of no record is skipped, and said to be."""
    record = attrs.evolve(small.records["deal"], when=(KeepWhen(column="stage", values=("won",)),))
    preset = attrs.evolve(small, records={**small.records, "deal": record})
    result = read(preset, write("deals.csv", "id,name,stage\n1,A,Won\n2,B,lost\n3,C,\n"))
    assert [deal.name for deal in result["opportunities"]] == ["A"]  # type: ignore[union-attr]
    assert result.report.of("deals")[0].skipped_by == {"of no mapped kind": 2}
