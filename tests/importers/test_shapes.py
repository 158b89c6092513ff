"""Shapes of sources besides one table per file: pages with several tables, rows deep inside, JSON lines, sets of rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from alignkit.domain import Interaction, Project, Task
from alignkit.errors import ImporterError
from alignkit.importers import Preset, ReadOptions, RowSet, parse_preset, read
from alignkit.importers.row import BadValue

Write = Callable[[str, "str | bytes"], Path]

BOARD = """
system = "board"

[tables.board]
becomes = "projects"
format = "json"
shape = ["name", "lists"]
also = ["cards", "remarks"]
key = "id"
requires = ["id", "name"]
[tables.board.fields]
name = "name"

[tables.cards]
becomes = "tasks"
format = "any"
rows = "cards"
carry = { board_id = "id" }
key = "id"
requires = ["id", "title"]
fold = true
[tables.cards.fields]
title = "title"
project_id = { columns = "board_id", reference = "board" }
effort_hours = "effort"
due_on = "due"

[tables.remarks]
becomes = "interactions"
format = "json"
rows = "cards[].comments.nodes"
carry = { card_id = "id" }
key = "id"
zone = "UTC"
[tables.remarks.fields]
occurred_at = "at"
subject = "text"
"""

PAGE = {
    "id": "b1",
    "name": "Alpha",
    "lists": [],
    "cards": [
        {"id": 1, "title": "One", "comments": {"nodes": [{"id": 7, "at": "2026-01-02", "text": "Hm"}]}},
        {"id": 2, "title": "Two", "comments": {"nodes": []}},
    ],
}


@pytest.fixture(scope="module")
def board() -> Preset:
    """A board with cards, which hold comments."""
    return parse_preset(BOARD)


def test_one_page_several_tables(board: Preset) -> None:
    """A page may hold a record, a list of records, and records in each of those; every row is counted once."""
    result = read(board, PAGE)
    assert {(table.table, table.read, table.used) for table in result.report.tables} == {
        ("board", 1, 1),
        ("cards", 2, 2),
        ("remarks", 1, 1),
    }
    assert [fact.project_id for fact in result["tasks"] if isinstance(fact, Task)] == ["board:board:b1"] * 2
    assert [fact.subject for fact in result["interactions"] if isinstance(fact, Interaction)] == ["Hm"]


def test_a_page_without_a_part(board: Preset) -> None:
    """A member that is not there has no rows, and the page itself is not taken for one of them."""
    result = read(board, {"id": "b1", "name": "Alpha", "lists": []})
    assert (len(result["projects"]), result["tasks"], result.report.issues) == (1, [], ())


def test_paths_lead_to_rows_deep_inside(board: Preset) -> None:
    """The path of an issue leads through the lists on the way to the row."""
    page = {**PAGE, "cards": [{"id": 1, "title": "One", "comments": {"nodes": [{"id": 7, "at": "soon"}]}}]}
    (issue,) = [issue for issue in read(board, page).report.issues if issue.code == "DateRejected"]
    assert issue.path == "$.cards[0].comments.nodes[0].at"


def test_a_saved_page_is_the_same_as_a_parsed_one(board: Preset, write: Write) -> None:
    """A file gives the facts that its parsed content gives."""
    assert read(board, write("export.json", json.dumps(PAGE))).entities == read(board, PAGE).entities


def test_json_lines(board: Preset, write: Write) -> None:
    """Each line is a row; a bad line is a bad row with its number, and blank lines are none."""
    lines = '{"id": 1, "title": "One"}\n\n{"id": 2, "title": \n{"id": 3, "title": "Three", "effort": "2"}\n[1]\n'
    result = read(board, write("cards.jsonl", "\ufeff" + lines))
    assert [fact.title for fact in result["tasks"] if isinstance(fact, Task)] == ["One", "Three"]
    assert [(issue.code, issue.where) for issue in result.report.issues] == [
        ("JsonSyntax", "cards.jsonl row 3 $"),
        ("TypeRejected", "cards.jsonl row 4 $.effort"),
        ("RowShape", "cards.jsonl row 5 $"),
    ]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b'{"id": 2, "title": "' + b"x" * 5_000 + b'"}', "TooLarge"),
        (b'{"id": 2, "title": ' + b"[" * 100 + b"]" * 100 + b"}", "TooDeep"),
        (b'{"id": 2, "title": "\xff"}', "WrongEncoding"),
        (b'{"id": 2, "title": "A", "title": "B"}', "DuplicateKey"),
    ],
)
def test_bad_lines(board: Preset, write: Write, line: bytes, code: str) -> None:
    """A line that is too long, too deep, no text, or contradictory is refused by itself."""
    content = b'{"id": 1, "title": "One"}\n' + line + b'\n{"id": 3, "title": "Three"}\n'
    result = read(board, write("cards.ndjson", content), options=ReadOptions(longest_line=4_000))
    assert len(result["tasks"]) == 2
    assert [(issue.code, issue.row) for issue in result.report.issues] == [(code, 2)]


def test_json_lines_of_two_bytes_per_character(board: Preset, write: Write) -> None:
    """JSON lines are split at bytes, so UTF-16 is refused as a whole."""
    with pytest.raises(ImporterError, match="WrongEncoding"):
        read(board, write("cards.jsonl", '{"id": 1, "title": "One"}\n'.encode("utf-16")))


def rowset(*rows: Mapping[str, object], is_text: bool = False) -> RowSet:
    """A set of cards."""
    columns = ("ID", "Title", "Due", "Effort")
    return RowSet(
        name="plan: Cards", stem="cards", columns=columns, rows=lambda: list(rows), is_text=is_text, first_row=2
    )


def test_a_set_of_rows_is_typed(board: Preset) -> None:
    """Rows of a sheet or database hold numbers and days; text where a number is meant is refused, spelling aside."""
    rows = (
        {"ID": 1, "Title": "One", "Due": datetime(2026, 3, 1), "Effort": Decimal("1.5")},
        {"ID": 2, "Title": "Two", "Effort": "2"},
    )
    result = read(board, rowset(*rows))
    one, two = (fact for fact in result["tasks"] if isinstance(fact, Task))
    assert (str(one.due_on), one.effort_hours, two.effort_hours) == ("2026-03-01", 1.5, None)
    (issue,) = result.report.issues
    assert (issue.code, issue.where) == ("TypeRejected", "plan: Cards row 3, column 'Effort'")


def test_a_set_of_text_is_parsed(board: Preset) -> None:
    """Where all is text by nature, as in XML, numbers are read from it."""
    (task,) = (fact for fact in read(board, rowset({"ID": "1", "Title": "One", "Effort": "2"}, is_text=True))["tasks"])
    assert isinstance(task, Task)
    assert task.effort_hours == 2.0


def test_blank_rows_bad_cells_and_rows_left_out(board: Preset) -> None:
    """A row of nothing is none, a bad cell is an issue, and rows left out by the loader are counted with their reason."""
    left_out: dict[str, int] = {}

    def rows() -> Iterator[Mapping[str, object]]:
        yield {"ID": 1, "Title": "One", "Effort": BadValue("NotCalculated", "no value")}
        yield {}
        yield {"ID": 2, "Title": "Two"}
        left_out["not loaded yet"] = 3

    given = RowSet(name="t", stem="cards", columns=("ID", "Title", "Effort"), rows=rows, skipped=left_out)
    report = read(board, given).report
    assert (report.read, report.used, report.skipped) == (5, 2, 3)
    assert [(issue.code, issue.row) for issue in report.issues] == [("NotCalculated", 1)]


def test_marks_name_the_table_whatever_the_file_is_called(write: Write) -> None:
    """A value in the first row tells the table; a file named after another table is not taken for that one."""
    text = """
    system = "crm"
    [tables.won]
    becomes = "projects"
    format = "json"
    marks = { column = "meta.type", values = "Project" }
    key = "id"
    [tables.won.fields]
    name = "name"
    [tables.lost]
    becomes = "customers"
    format = "json"
    marks = { column = "meta.type", values = "Account" }
    key = "id"
    [tables.lost.fields]
    name = "name"
    """
    path = write("lost.json", '[{"id": 1, "name": "A", "meta": {"type": "Project"}}]')
    result = read(parse_preset(text), path)
    assert [type(fact) for fact in result["projects"]] == [Project]
