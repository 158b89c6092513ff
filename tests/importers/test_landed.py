"""
What loaders land: only rows of complete loads, only the last version of each, and none that is deleted. The tables are
made after each loader's own description of its columns; a real landing of dlt gave the same names.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import pytest

from alignkit.domain import Customer, Project, Task
from alignkit.errors import ImporterError
from alignkit.importers import (
    Import,
    LandedFolder,
    LandedStyle,
    ReadOptions,
    asana,
    github,
    hubspot,
    import_landed,
    jira,
    trello,
)

Rows = list[dict[str, Any]]


@attrs.frozen
class Held:
    """Landed tables in memory."""

    tables: Mapping[str, Rows]

    def names(self) -> Sequence[str]:
        return sorted(self.tables)

    def columns(self, table: str) -> Sequence[str]:
        return list(dict.fromkeys(column for row in self.tables[table] for column in row))

    def rows(self, table: str, columns: Sequence[str] | None = None) -> Iterator[Mapping[str, Any]]:
        for row in self.tables[table]:
            yield {column: row.get(column) for column in columns or self.columns(table)}


def customers(result: Import) -> list[tuple[str, str]]:
    """Ids and names, without the system."""
    return [(fact.id.rpartition(":")[2], fact.name) for fact in result["customers"] if isinstance(fact, Customer)]


def skipped(result: Import) -> dict[str, int]:
    """Rows left out, by reason."""
    return dict(result.report.tables[0].skipped_by)


def load(id: str, status: int = 0) -> dict[str, Any]:
    """A row of dlt's table of loads."""
    return {"load_id": id, "schema_name": "hubspot", "status": status, "inserted_at": None}


def test_dlt_only_completed_loads() -> None:
    """A load counts once dlt marks it complete; rows of another, or of one dlt never recorded, are left out."""
    rows = [
        {"id": "1", "name": "A", "_dlt_load_id": "1700000001.5", "_dlt_id": "a"},
        {"id": "1", "name": "A later", "_dlt_load_id": "1700000002.5", "_dlt_id": "b"},
        {"id": "2", "name": "B", "_dlt_load_id": "1700000003.5", "_dlt_id": "c"},
        {"id": "3", "name": "C", "_dlt_load_id": "1700000004.5", "_dlt_id": "d"},
    ]
    loads = [load("1700000001.5"), load("1700000002.5"), load("1700000003.5", status=1)]
    result = import_landed(Held({"companies": rows, "_dlt_loads": loads}), hubspot.preset())
    assert customers(result) == [("1", "A later")]
    assert skipped(result) == {"an older version of a row": 1, "of a load that is not complete": 2}
    assert (result.report.read, result.report.used) == (4, 1)


def test_dlt_without_its_loads() -> None:
    """Without the table of loads nobody can tell which are complete: an error, not a guess."""
    rows = [{"id": "1", "name": "A", "_dlt_load_id": "1", "_dlt_id": "a"}]
    with pytest.raises(ImporterError) as caught:
        import_landed(Held({"companies": rows}), hubspot.preset())
    assert caught.value.code == "LoadsMissing"


def test_dlt_puts_nested_values_together() -> None:
    """Columns spread by `__`, names in snake case and lists in tables of their own are what the tool had."""
    issue = {
        "id": "10",
        "key": "A-1",
        "fields__summary": "S",
        "fields__issuetype__name": "Task",
        "fields__project__key": "A",
        "fields__project__name": "Apex",
        "fields__status__status_category__key": "indeterminate",
        "fields__assignee__display_name": "Ann",
        "_dlt_load_id": "1",
        "_dlt_id": "x",
    }
    labels = [
        {"value": "two", "_dlt_parent_id": "x", "_dlt_list_idx": 1, "_dlt_id": "l2"},
        {"value": "one", "_dlt_parent_id": "x", "_dlt_list_idx": 0, "_dlt_id": "l1"},
    ]
    held = Held({"_dlt_loads": [load("1")], "issues": [issue], "issues__fields__labels": labels})
    (task,) = import_landed(held, jira.preset())["tasks"]
    assert isinstance(task, Task)
    assert (task.title, task.status, task.assignee, task.labels) == ("S", "in_progress", "Ann", ("one", "two"))
    assert task.project_id == "jira:project:A"


def test_dlt_lists_of_objects() -> None:
    """Items of a list keep their members."""
    task = {"gid": "1", "name": "T", "resource_type": "task", "completed": False, "_dlt_load_id": "1", "_dlt_id": "x"}
    projects = [{"gid": "7", "name": "Apex", "_dlt_parent_id": "x", "_dlt_list_idx": 0, "_dlt_id": "p"}]
    project = {"gid": "7", "name": "Apex", "resource_type": "project", "_dlt_load_id": "1", "_dlt_id": "y"}
    held = Held({"_dlt_loads": [load("1")], "tasks": [task], "tasks__projects": projects, "projects": [project]})
    (found,) = import_landed(held, asana.preset())["tasks"]
    assert found.project_id == "asana:project:7"  # type: ignore[union-attr]


def test_airbyte_typed_tables() -> None:
    """The latest extraction of a row counts, and a change-data row with a moment of deletion is a tombstone."""
    rows = [
        {"id": "1", "name": "A", "_airbyte_raw_id": "r1", "_airbyte_extracted_at": "2026-01-01 00:00:00"},
        {"id": "1", "name": "A later", "_airbyte_raw_id": "r2", "_airbyte_extracted_at": "2026-01-02 00:00:00"},
        {"id": "2", "name": "B", "_airbyte_raw_id": "r3", "_airbyte_extracted_at": "2026-01-01 00:00:00"},
        {
            "id": "2",
            "name": "B",
            "_airbyte_raw_id": "r4",
            "_airbyte_extracted_at": "2026-01-03 00:00:00",
            "_ab_cdc_deleted_at": "2026-01-03T00:00:00Z",
        },
    ]
    result = import_landed(Held({"companies": rows}), hubspot.preset())
    assert customers(result) == [("1", "A later")]
    assert skipped(result) == {"an older version of a row": 2, "deleted": 1}
    assert not [column for table in result.report.tables for column in table.unmapped_columns if "airbyte" in column]


@pytest.mark.parametrize("name", ["_airbyte_raw_companies", "raw_hubspot_raw__stream_companies"])
@pytest.mark.parametrize("is_text", [True, False])
def test_airbyte_raw_tables(name: str, is_text: bool) -> None:
    """Raw records are read from their payload, whether the database gives it as text or parsed; the latest counts."""
    payloads = [{"id": "1", "properties": {"name": n, "domain": "a.example"}} for n in ("Old", "New")]
    rows = [
        {
            "_airbyte_raw_id": str(day),
            "_airbyte_data": json.dumps(payload) if is_text else payload,
            "_airbyte_extracted_at": f"2026-01-0{day} 00:00:00",
        }
        for day, payload in enumerate(payloads, start=1)
    ]
    result = import_landed(Held({name: rows}), hubspot.preset())
    assert customers(result) == [("1", "New")]
    assert skipped(result) == {"an older version of a row": 1}


def test_airbyte_raw_beside_typed() -> None:
    """Where a stream has both a typed and a raw table, the typed one is read."""
    typed = [{"id": "1", "name": "Typed", "_airbyte_raw_id": "1", "_airbyte_extracted_at": "2026-01-01"}]
    raw = [{"_airbyte_ab_id": "1", "_airbyte_data": '{"id": "1", "name": "Raw"}', "_airbyte_emitted_at": "2026-01-01"}]
    result = import_landed(Held({"companies": typed, "_airbyte_raw_companies": raw}), hubspot.preset())
    assert customers(result) == [("1", "Typed")]
    assert len(result.report.tables) == 1


def test_airbyte_nested_columns() -> None:
    """A column that holds JSON as text is read by its members; text that only begins like JSON stays text."""
    row = {
        "id": "10",
        "key": "A-1",
        "fields": json.dumps(
            {"summary": "[1] fix", "issuetype": {"name": "Task"}, "project": {"key": "A", "name": "Apex"}}
        ),
        "_airbyte_raw_id": "1",
        "_airbyte_extracted_at": "2026-01-01",
    }
    (task,) = import_landed(Held({"issues": [row]}), jira.preset())["tasks"]
    assert (task.title, task.project_id) == ("[1] fix", "jira:project:A")  # type: ignore[union-attr]


def test_fivetran() -> None:
    """Rows with the flag of deletion, and versions that are not active, are left out."""
    rows = [
        {"id": 1, "property_name": "A", "_fivetran_synced": "2026-01-01", "_fivetran_deleted": False},
        {"id": 2, "property_name": "B", "_fivetran_synced": "2026-01-01", "_fivetran_deleted": True},
        {"id": 3, "property_name": "C", "_fivetran_synced": "2026-01-01", "_fivetran_active": False},
        {"id": 3, "property_name": "C later", "_fivetran_synced": "2026-01-01", "_fivetran_active": True},
    ]
    result = import_landed(Held({"company": rows}), hubspot.preset())
    assert customers(result) == [("1", "A"), ("3", "C later")]
    assert skipped(result) == {"deleted": 1, "an older version of a row": 1}


def test_fivetran_tables_that_add_to_others() -> None:
    """Labels and assignees in tables of their own reach their issue, several of them in the order of the table."""
    held = Held(
        {
            "issue": [{"id": 1, "title": "T", "state": "open", "repository_id": 5, "_fivetran_synced": "x"}],
            "repository": [{"id": 5, "name": "r", "full_name": "o/r", "_fivetran_synced": "x"}],
            "label": [
                {"id": 7, "name": "bug", "_fivetran_synced": "x"},
                {"id": 8, "name": "ui", "_fivetran_synced": "x"},
            ],
            "issue_label": [{"issue_id": 1, "label_id": label, "_fivetran_synced": "x"} for label in (8, 7)],
            "user": [{"id": 3, "login": "ann", "_fivetran_synced": "x"}],
            "issue_assignee": [{"issue_id": issue, "user_id": 3, "_fivetran_synced": "x"} for issue in (1, 2)],
        }
    )
    result = import_landed(held, github.preset())
    (task,) = result["tasks"]
    assert isinstance(task, Task)
    assert (task.labels, task.assignee, task.project_id) == (("ui", "bug"), "ann", "github:repository:5")
    (issue,) = result.report.issues
    assert (issue.code, issue.reason) == ("DanglingReference", "issue 2 was not imported")


def test_singer_tables() -> None:
    """The highest sequence of a row counts, and a moment of deletion is a tombstone."""
    rows = [
        {"id": "1", "name": "A", "_sdc_sequence": 9, "_sdc_batched_at": "2026-01-01"},
        {"id": "1", "name": "A later", "_sdc_sequence": 10, "_sdc_batched_at": "2026-01-01"},
        {"id": "2", "name": "B", "_sdc_sequence": 1, "_sdc_deleted_at": "2026-01-01"},
    ]
    result = import_landed(Held({"companies": rows}), hubspot.preset())
    assert customers(result) == [("1", "A later")]
    assert skipped(result) == {"an older version of a row": 1, "deleted": 1}


def test_tables_of_no_loader() -> None:
    """A table without a loader's marks is read as it is, unless the caller says which loader it must be of."""
    held = Held({"companies": [{"id": "1", "name": "A"}]})
    assert customers(import_landed(held, hubspot.preset())) == [("1", "A")]
    with pytest.raises(ImporterError, match="_fivetran_synced") as caught:
        import_landed(held, hubspot.preset(), style="fivetran")
    assert caught.value.code == "StyleUnknown"


@pytest.mark.parametrize(("style", "code"), [("stitch", "OptionUnknown"), ("dlt", "NothingToRead")])
def test_what_cannot_be_read(style: LandedStyle, code: str) -> None:
    """An unknown loader and an empty schema are errors."""
    with pytest.raises(ImporterError) as caught:
        import_landed(Held({}), hubspot.preset(), style=style)
    assert caught.value.code == code


def test_tables_of_other_tools() -> None:
    """Tables the preset does not know are named in the report, and a schema with none of them is an error."""
    rows = [{"id": "1", "name": "A", "_fivetran_synced": "x"}]
    result = import_landed(Held({"company": rows, "invoices": rows}), hubspot.preset())
    assert result.report.unread == {"invoices": "no table of the hubspot preset"}
    with pytest.raises(ImporterError) as caught:
        import_landed(Held({"invoices": rows}), hubspot.preset())
    assert caught.value.code == "MappingMismatch"


def test_reading_twice_gives_the_same() -> None:
    """A second reading of the same tables gives equal facts and an equal report."""
    rows = [{"id": str(n % 3), "name": f"N{n}", "_sdc_sequence": n} for n in range(9)]
    held = Held({"companies": rows})
    assert import_landed(held, hubspot.preset()) == import_landed(held, hubspot.preset())


# ------------------------------------------------------------------------------------------------------- folders


def test_a_folder_of_dlt(tmp_path: Path) -> None:
    """A folder per table, files per load, packed or not: as dlt's filesystem destination leaves them."""
    files = {
        "_dlt_loads/p__1.jsonl": [load("1")],
        "cards/1.a.jsonl": [
            {"id": "c", "name": "T", "id_list": "l", "id_board": "b", "_dlt_load_id": "1", "_dlt_id": "x"}
        ],
        "cards/2.b.jsonl": [{"id": "d", "name": "U", "id_list": "l", "_dlt_load_id": "2", "_dlt_id": "y"}],
        "lists/1.a.jsonl": [{"id": "l", "name": "Doing", "_dlt_load_id": "1", "_dlt_id": "z"}],
        "boards/1.a.jsonl": [{"id": "b", "name": "Apex", "_dlt_load_id": "1", "_dlt_id": "w"}],
    }
    for name, rows in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        data = "".join(f"{json.dumps(row)}\n" for row in rows).encode()
        (tmp_path / name).with_suffix(".jsonl.gz").write_bytes(gzip.compress(data))
    (tmp_path / "init").write_text("", encoding="utf-8")
    folder = LandedFolder(tmp_path)
    assert list(folder.unread) == ["init"]
    result = import_landed(folder, trello.preset())
    (task,) = result["tasks"]
    assert isinstance(task, Task)
    assert (task.title, task.status, task.project_id) == ("T", "in_progress", "trello:board:b")
    assert {table.table: table.skipped for table in result.report.tables} == {"list": 0, "board": 0, "card": 1}


def test_a_folder_of_csv_files(data: Path) -> None:
    """The real landed CSV files give the same facts through either door."""
    landed = import_landed(LandedFolder(data / "jira_tables"), jira.preset())
    direct = jira.read(data / "jira_tables")
    assert [fact for fact in landed["projects"] if isinstance(fact, Project)] == direct["projects"]
    assert landed["tasks"] == direct["tasks"]


def test_packed_files_are_bounded(tmp_path: Path) -> None:
    """A packed file that grows beyond the ratio is refused, and the limit is named."""
    (tmp_path / "companies.jsonl.gz").write_bytes(gzip.compress(b'{"id": "1"}\n' * 400_000))
    with pytest.raises(ImporterError, match="limit 1048576") as caught:
        import_landed(LandedFolder(tmp_path, ReadOptions(most_ratio=2)), hubspot.preset())
    assert caught.value.code == "ArchiveRejected"


def test_a_bad_line_of_a_landed_file(tmp_path: Path) -> None:
    """A file that a loader did not finish writing is an error with its line."""
    (tmp_path / "companies.jsonl").write_text('{"id": "1", "name": "A"}\n[1]\n', encoding="utf-8")
    with pytest.raises(ImporterError) as caught:
        import_landed(LandedFolder(tmp_path), hubspot.preset())
    assert (caught.value.code, caught.value.where) == ("RowShape", "line 2")
