"""
Which files and answers of tools are histories, and the past values that stand in them.

Owns the layout of histories. What the values mean, and whose they are, is `history`'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import attrs

from alignkit.importers import moments
from alignkit.importers.options import ReadOptions
from alignkit.importers.preset import Preset, Table
from alignkit.importers.rows_csv import CsvFile
from alignkit.importers.sources import Source

__all__ = [
    "TABLES",
    "HistoryTable",
    "Lookups",
    "PastValue",
    "changelogs",
    "issues_of",
    "lookups_of",
    "moment_of",
    "rows_of",
]


@attrs.frozen(kw_only=True)
class HistoryTable:
    """
    A file of past values, one in each row.

    Attributes:
        stems: Names of files that hold it.
        record: Kind of the record, in the tool's words.
        key: Column of the record's key.
        field: Column of the field's name, as the tool has it.
        value: Column of the value that it took.
        at: Columns of the moment; the first that is filled counts. UTC where they name no zone.
        author: Column of who changed it.
        constant: The field, where no column names it.
    """

    stems: tuple[str, ...]
    record: str
    key: str
    value: str
    at: tuple[str, ...]
    field: str = ""
    author: str = ""
    constant: str = ""


def _properties(record: str) -> HistoryTable:
    return HistoryTable(
        stems=(f"{record}_property_history",),
        record=record,
        key=f"{record}_id",
        field="name",
        value="value",
        at=("timestamp", "timestamp_instant"),
    )


TABLES: Final[Mapping[str, tuple[HistoryTable, ...]]] = {
    "jira": (
        HistoryTable(
            stems=("issue_field_history",),
            record="issue",
            key="issue_id",
            field="field_id",
            value="value",
            at=("time",),
            author="author_id",
        ),
    ),
    "hubspot": (
        *map(_properties, ("company", "contact", "deal", "ticket")),
        HistoryTable(
            stems=("deal_stage",),
            record="deal",
            key="deal_id",
            value="value",
            at=("date_entered", "_fivetran_start"),
            constant="dealstage",
        ),
    ),
}
"""The files that are histories, by tool, as warehouse loaders land them."""


@attrs.frozen
class PastValue:
    """
    One past value of one field of one record.

    Attributes:
        record: Kind of the record, in the tool's words.
        key: Its key there.
        field: The field, as the tool has it.
        at: When it took the value; None where the source does not say.
        after: The value; None for none.
        author: Who changed it. Personal data.
        before: The value before, where the source tells it.
        has_before: Whether the source tells it.
    """

    record: str
    key: str
    field: str
    at: datetime | None
    after: str | None
    author: str | None
    before: str | None = None
    has_before: bool = False


Lookups = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""Rows of tables to look values up in, by the table's name in the preset and by key."""


def lookups_of(source: Source, preset: Preset, options: ReadOptions) -> dict[str, dict[str, Mapping[str, Any]]]:
    """The rows of a file that a preset looks values up in by one column; nothing for other files."""
    stem = source.stem.removesuffix("_data")
    for name, table in preset.tables.items():
        is_it = table.role == "lookup" and table.format != "json" and len(table.key) == 1 and stem in table.stems
        if is_it and source.format == "csv":
            with source.open() as stream, CsvFile(stream, source.name, options) as file:
                return {name: {str(row.cells.get(table.key[0], "")): row.cells for row in file.rows(table)}}
    return {}


def rows_of(source: Source, tables: Sequence[HistoryTable], options: ReadOptions) -> Iterator[PastValue]:
    """The past values of a file that is a history; none of another file."""
    stem = source.stem.removesuffix("_data")
    table = next((table for table in tables if stem in table.stems), None)
    if table is None or source.format != "csv":
        return
    with source.open() as stream, CsvFile(stream, source.name, options) as file:
        for row in file.rows(Table()):
            yield _landed(table, row.cells)


def _landed(table: HistoryTable, cells: Mapping[str, Any]) -> PastValue:
    at = next((cells[column] for column in table.at if cells.get(column)), None)
    return PastValue(
        record=table.record,
        key=str(cells.get(table.key, "")).strip(),
        field=table.constant or str(cells.get(table.field, "")).strip(),
        at=moment_of(at),
        after=_text(cells.get(table.value)),
        author=_text(cells.get(table.author)) if table.author else None,
    )


def issues_of(page: Any) -> list[Mapping[str, Any]]:
    """Jira's issues on a page."""
    found = page if isinstance(page, list) else page.get("issues", [page]) if isinstance(page, Mapping) else []
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def changelogs(issues: Iterable[Mapping[str, Any]]) -> Iterator[PastValue]:
    """The changelogs of Jira's issues, where they have them."""
    for issue in issues:
        log = issue.get("changelog")
        entries = log.get("histories", log.get("values")) if isinstance(log, Mapping) else None
        for entry in entries or ():
            author = entry.get("author") or {}
            for item in entry.get("items", ()):
                yield PastValue(
                    record="issue",
                    key=str(issue.get("key") or issue.get("id")),
                    field=str(item.get("fieldId") or item.get("field")),
                    at=moment_of(entry.get("created")),
                    after=_text(item.get("toString") or item.get("to")),
                    author=_text(author.get("displayName")),
                    before=_text(item.get("fromString") or item.get("from")),
                    has_before=True,
                )


def _text(value: Any) -> str | None:
    return None if value is None or not str(value).strip() else str(value).strip()


def moment_of(value: Any) -> datetime | None:
    """A moment as the tools write it; UTC without a zone."""
    text = _text(value)
    if text is None:
        return None
    try:
        local = moments.parse(text, ("iso",))
        found, _, _ = moments.at_zone(local, UTC, "error")
    except moments.DateRejected:
        return None
    return found
