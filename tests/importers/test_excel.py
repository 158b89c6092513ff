"""Excel workbooks: made with openpyxl or by hand, read as sets of rows, and bounded before they are unpacked."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from alignkit.domain import Customer, Money, Project
from alignkit.errors import ImporterError
from alignkit.importers import Import, ReadOptions, generic

openpyxl = pytest.importorskip("openpyxl")

Make = Callable[..., Path]


@pytest.fixture
def book(tmp_path: Path) -> Make:
    """Writes a workbook: rows by sheet."""

    def make(sheets: dict[str, list[list[Any]]], merge: str = "", name: str = "plan.xlsx") -> Path:
        made = openpyxl.Workbook()
        made.remove(made.active)
        for title, rows in sheets.items():
            sheet = made.create_sheet(title)
            for row in rows:
                sheet.append(row)
            if merge:
                sheet.merge_cells(merge)
        made.save(tmp_path / name)
        return tmp_path / name

    return make


def rezip(path: Path, change: Callable[[str, bytes], bytes], *extra: tuple[str, bytes]) -> Path:
    """Writes an archive again with other content."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, change(name, content))
        for name, content in extra:
            new.writestr(name, content)
    return path


def fault(path: Path, **options: int) -> ImporterError:
    """Read a workbook and give the error."""
    with pytest.raises(ImporterError) as caught:
        generic.read(path, options=ReadOptions(**options))  # type: ignore[arg-type]
    return caught.value


def projects(result: Import) -> list[Project]:
    """The projects of an import."""
    return [fact for fact in result["projects"] if isinstance(fact, Project)]


def test_every_sheet_is_a_table(book: Make) -> None:
    """Sheets are recognised by their titles; days are days, numbers numbers, blank rows none, strangers unread."""
    result = generic.read(
        book(
            {
                "Customers": [
                    ["ID", "Name", "Annual value", "Currency"],
                    [1, "Harbour", 1000.5, "EUR"],
                    [],
                    [2, "Mill"],
                ],
                "Projects": [
                    ["id", "Name", "Customer id", "Due on", "Progress"],
                    ["P1", "Alpha", 1, datetime(2026, 5, 5), 0.5],
                ],
                "Lunch": [["Who", "What"], ["Ana", "Soup"]],
            }
        )
    )
    one, two = (fact for fact in result["customers"] if isinstance(fact, Customer))
    assert (one.annual_value, two.name) == (Money("1000.5", "EUR"), "Mill")
    (project,) = projects(result)
    assert (project.customer_id, project.due_on, project.progress) == (one.id, date(2026, 5, 5), 0.5)
    assert list(result.report.unread) == ["plan.xlsx: Lunch"]


def test_rows_and_columns_are_named(book: Make) -> None:
    """An issue names the sheet, the row as Excel counts it, and the column; text is no number."""
    rows = [[], ["id", "Name", "Progress"], ["P1", "Alpha", "0.5"], ["P2", "Beta", True]]
    report = generic.read(book({"Projects": rows})).report
    assert [(issue.code, issue.where) for issue in report.issues] == [
        ("TypeRejected", "plan.xlsx: Projects row 3, column 'Progress'"),
        ("TypeRejected", "plan.xlsx: Projects row 4, column 'Progress'"),
    ]


def test_a_plain_sheet_goes_by_its_file(book: Make) -> None:
    """The only sheet of a workbook, when it has no title of its own, is named after the file."""
    path = book({"Sheet1": [["id", "Name"], ["P1", "Alpha"]]}, name="projects-2026.xlsx")
    assert [project.name for project in projects(generic.read(path))] == ["Alpha"]
    other = book({"Sheet1": [["id", "Name"], ["P1", "Alpha"]]}, name="x.xlsx")
    assert [project.name for project in projects(generic.read(other, collection="projects"))] == ["Alpha"]


def test_formulas_count_by_their_saved_value(book: Make) -> None:
    """A formula gives the value saved with it; without one the cell is an issue, not an unknown."""
    path = book({"Projects": [["id", "Name", "Progress"], ["P1", "Alpha", "=1/2"], ["P2", "Beta", "=1/4"]]})
    report = generic.read(path).report
    assert [(issue.code, issue.row) for issue in report.issues] == [("NotCalculated", 2), ("NotCalculated", 3)]

    def calculate(name: str, content: bytes) -> bytes:
        return content.replace(b"<f>1/2</f><v></v>", b"<f>1/2</f><v>0.5</v>").replace(
            b"<f>1/2</f><v />", b"<f>1/2</f><v>0.5</v>"
        )

    result = generic.read(rezip(path, calculate))
    assert [project.progress for project in projects(result)] == [0.5, None]


def test_errors_in_cells(book: Make) -> None:
    """What Excel could not work out is an issue with its name."""
    (issue,) = generic.read(book({"Projects": [["id", "Name", "Progress"], ["P1", "Alpha", "#DIV/0!"]]})).report.issues
    assert (issue.code, issue.reason) == ("ValueRejected", "the cell holds the error #DIV/0!")


@pytest.mark.parametrize("merged", ["B1:C1", "A1:A2"])
def test_merged_headers(book: Make, merged: str) -> None:
    """A header with merged cells does not name every column in one row, and is refused."""
    error = fault(book({"Projects": [["id", "Name", None], ["P1", "Alpha", None]]}, merge=merged))
    assert (error.code, error.where) == ("MergedHeader", "row 1")
    assert merged in error.reason


def test_values_without_a_column(book: Make) -> None:
    """A value under no name is refused: nobody knows what it is."""
    error = fault(book({"Projects": [["id", "Name"], ["P1", "Alpha", 3]]}))
    assert (error.code, error.where) == ("MergedHeader", "row 2, column 3")


def test_a_column_twice(book: Make) -> None:
    """Two columns of one name are refused when the sheet is read, and do no harm in a sheet that is not."""
    twice = [["id", "Name", "Name"], ["P1", "Alpha", "Beta"]]
    assert fault(book({"Projects": twice})).code == "DuplicateColumn"
    result = generic.read(book({"Projects": [["id", "Name"]], "Lunch": twice}))
    assert result["projects"] == []


def test_nothing_in_it(book: Make) -> None:
    """A workbook of empty sheets is an error."""
    assert fault(book({"Projects": []})).code == "EmptyFile"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0 protected"])
def test_no_workbook(tmp_path: Path, content: bytes) -> None:
    """What is no workbook, or one with a password, is refused with advice."""
    path = tmp_path / "projects.xlsx"
    path.write_bytes(content)
    assert fault(path).code == "SourceFormat"


def test_an_archive_of_something_else(tmp_path: Path) -> None:
    """An archive without the parts of a workbook is refused."""
    path = tmp_path / "projects.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert fault(path).code == "SourceFormat"


def test_bombs(book: Make) -> None:
    """A part that grows beyond the ratio, or parts beyond the size, are refused with the limit, before unpacking."""
    path = rezip(
        book({"Projects": [["id", "Name"]]}), lambda _, content: content, ("xl/bomb.xml", b"<a/>" + b" " * 5_000_000)
    )
    error = fault(path)
    assert error.code == "ArchiveRejected"
    assert "limit 100 (most_ratio)" in error.reason
    assert "limit 4000000 (largest_archive)" in fault(path, most_ratio=10_000, largest_archive=4_000_000).reason


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/evil.xml", "xl\\..\\..\\evil.xml"])
def test_names_that_lead_out(book: Make, name: str) -> None:
    """A part whose name leads out of the archive is refused."""
    path = rezip(book({"Projects": [["id", "Name"]]}), lambda _, content: content, (name, b"<a/>"))
    assert fault(path).code == "ArchiveRejected"


def test_entities(book: Make) -> None:
    """A part with a document type is refused, in any encoding."""

    def plant(name: str, content: bytes) -> bytes:
        if name != "xl/workbook.xml":
            return content
        return b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]>' + content[content.index(b"<workbook") :]

    error = fault(rezip(book({"Projects": [["id", "Name"]]}), plant))
    assert (error.code, error.where) == ("XmlRejected", "xl/workbook.xml")
