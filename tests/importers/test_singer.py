"""Singer files: read as a target would read them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from alignkit.errors import ImporterError
from alignkit.importers import hubspot, jira

Write = Callable[[str, "str | bytes"], Path]

SCHEMA = {
    "type": "SCHEMA",
    "stream": "companies",
    "schema": {"properties": {"id": {}, "name": {}}},
    "key_properties": ["id"],
}


def company(id: str, name: str, **more: Any) -> dict[str, Any]:
    """A record message."""
    return {"type": "RECORD", "stream": "companies", "record": {"id": id, "name": name, **more}}


@pytest.fixture
def messages(write: Write) -> Callable[..., Path]:
    """Writes messages, one per line."""

    def write_messages(*lines: Any) -> Path:
        return write(
            "tap.jsonl", "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines) + "\n"
        )

    return write_messages


def test_the_last_record_of_a_key_wins(messages: Callable[..., Path]) -> None:
    """Earlier records of the same key are older versions; states and schemas are no rows."""
    path = messages(SCHEMA, company("1", "Old"), {"type": "STATE", "value": {}}, company("2", "B"), company("1", "New"))
    result = hubspot.read(path)
    assert [fact.name for fact in result["customers"]] == ["B", "New"]  # type: ignore[union-attr]
    (table,) = result.report.tables
    assert (table.table, table.read, table.used, table.skipped_by) == (
        "company",
        3,
        2,
        {"an older version of a row": 1},
    )


def test_deleted_records_are_tombstones(messages: Callable[..., Path]) -> None:
    """A record that was deleted is left out and counted, and its older versions do not come back."""
    path = messages(
        SCHEMA, company("1", "A"), company("1", "A", _sdc_deleted_at="2026-01-01T00:00:00Z"), company("2", "B")
    )
    result = hubspot.read(path)
    assert [fact.id for fact in result["customers"]] == ["hubspot:company:2"]
    assert result.report.tables[0].skipped_by == {"deleted": 1, "an older version of a row": 1}


def test_an_activated_version_ends_the_others(messages: Callable[..., Path]) -> None:
    """Records of another version than the activated one are gone."""
    old, new = ({**company(id, "A"), "version": version} for id, version in (("1", 1), ("2", 2)))
    path = messages(SCHEMA, old, new, {"type": "ACTIVATE_VERSION", "stream": "companies", "version": 2})
    assert [fact.id for fact in hubspot.read(path)["customers"]] == ["hubspot:company:2"]


def test_nested_records(messages: Callable[..., Path]) -> None:
    """Members of records are columns, as in the tool's own answers."""
    schema = {"type": "SCHEMA", "stream": "issues", "schema": {"properties": {}}, "key_properties": ["id"]}
    fields = {"summary": "S", "issuetype": {"name": "Task"}, "project": {"key": "A", "name": "Apex", "id": "1"}}
    record = {
        "id": "10",
        "key": "A-1",
        "fields": {**fields, "status": {"name": "Doing", "statusCategory": {"key": "done"}}},
    }
    (task,) = jira.read(messages(schema, {"type": "RECORD", "stream": "issues", "record": record}))["tasks"]
    assert (task.id, task.status, task.project_id) == ("jira:issue:A-1", "done", "jira:project:A")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("lines", "code", "where"),
    [
        ([SCHEMA, {"type": "RECORD", "stream": "deals", "record": {}}], "SchemaMissing", "line 2"),
        ([SCHEMA, {"type": "RECORD", "stream": "companies"}], "SingerSyntax", "line 2"),
        ([SCHEMA, {"type": "OTHER"}], "SingerSyntax", "line 2"),
        ([SCHEMA, "{"], "JsonSyntax", "line 2"),
        ([SCHEMA, {"type": "BATCH", "stream": "companies"}], "SingerBatch", "line 2"),
    ],
)
def test_bad_messages(messages: Callable[..., Path], lines: list[Any], code: str, where: str) -> None:
    """What is no message ends the reading, with the line: nobody can tell what it meant for the others."""
    with pytest.raises(ImporterError) as caught:
        hubspot.read(messages(*lines))
    assert (caught.value.code, caught.value.where) == (code, where)


def test_other_json_lines_are_no_messages(messages: Callable[..., Path], tmp_path: Path) -> None:
    """Plain JSON lines are read as such."""
    path = messages({"id": "1", "properties": {"name": "A", "domain": "a.example"}})
    path = path.rename(tmp_path / "companies.jsonl")
    assert [fact.id for fact in hubspot.read(path)["customers"]] == ["hubspot:company:1"]
