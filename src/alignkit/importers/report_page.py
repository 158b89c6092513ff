"""What an import report says of itself: on a page, and as tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from alignkit.display import Details, Note, Shown, Table
from alignkit.display.blocks import Block
from alignkit.frames import Column, DataTable

if TYPE_CHECKING:
    from alignkit.importers.report import ImportReport

__all__ = ["report_table", "show_report"]

TABLES: Final = (
    Column("table", str),
    Column("source", str),
    Column("read", int, "rows"),
    Column("used", int, "rows"),
    Column("refused", int, "rows"),
    Column("skipped", int, "rows"),
)
ISSUES: Final = (
    Column("code", str),
    Column("severity", str),
    Column("source", str),
    Column("table", str),
    Column("row", int),
    Column("column", str),
    Column("path", str),
    Column("reason", str),
    Column("value", str),
)


def show_report(report: ImportReport) -> Shown:
    """Rows read, used, refused and skipped by source, and what could not be taken as it stands."""
    rows = (
        (one.table, one.source, f"{one.read:,}", f"{one.used:,}", f"{one.refused:,}", f"{one.skipped:,}")
        for one in report.tables
    )
    titles = ("table", "source", "read#", "used#", "refused#", "skipped#")
    blocks: list[Block] = [Table.first(titles, rows, len(report.tables))]
    total = len(report.issues) + report.unlisted_issues
    if total:
        found = ((one.code, one.where, one.reason) for one in report.issues)
        blocks.append(
            Details(f"{total:,} issues", (Table.first(("code", "where", "what"), found, total),), bool(report.errors))
        )
    if report.unread:
        files = report.unread.items()
        blocks.append(Details(f"{len(files)} files not read", (Table.first(("file", "why"), files, len(files)),)))
    if report.pending:
        blocks.append(Note(f"{report.pending:,} references wait for facts of other imports"))
    lead = f"{report.read:,} rows read, {report.used:,} used, {report.refused:,} refused, {report.skipped:,} skipped"
    return Shown(f"Import of {report.system}", (lead,), blocks)


def report_table(report: ImportReport, name: str) -> DataTable:
    """`"tables"`: a row for each source; `"issues"`: a row for each listed issue."""
    if name == "tables":
        rows = ((one.table, one.source, one.read, one.used, one.refused, one.skipped) for one in report.tables)
        return DataTable.of_rows(name, TABLES, rows)
    return DataTable.of_rows(name, ISSUES, _issues(report))


def _issues(report: ImportReport) -> Iterator[tuple[Any, ...]]:
    for one in report.issues:
        yield tuple(getattr(one, column.name) for column in ISSUES)
