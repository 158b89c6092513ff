"""
What became of every row of an import: counts and issues as values, and a text that a person can read.

Refuses to drop anything silently: per table, rows read are rows used, refused and skipped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

import attrs

from alignkit.display import Displayed, Shown
from alignkit.frames import DataTable, Tabular
from alignkit.importers.row import place_of, shortened

__all__ = ["ImportIssue", "ImportReport", "TableReport"]

Severity = Literal["error", "warning"]

SHOWN_PER_CODE = 3
SHOWN_COLUMNS = 8


@attrs.frozen(kw_only=True)
class ImportIssue:
    """
    One thing in the source that could not be taken as it stands.

    Attributes:
        code: Stable name of the fault, such as `"DateRejected"`.
        severity: `"error"` when a row or a value was not used; `"warning"` when it was, with a doubt.
        source: File, or name of the page.
        table: Table of the preset; empty when none.
        row: Row of the file, the header being row 1, or line of JSON lines; None for a JSON page and for the source
            as a whole.
        column: Column as the source spells it; empty when the whole row is meant.
        path: Place in a JSON source, such as `$.results[3].properties.amount`; empty for named columns.
        reason: What is wrong and what would be right.
        value: What was found, shortened; None when nothing was.
    """

    code: str
    severity: Severity = "error"
    source: str = ""
    table: str = ""
    row: int | None = None
    column: str = ""
    path: str = ""
    reason: str
    value: str | None = None

    @property
    def where(self) -> str:
        """The place in words, such as `deals.csv row 4, column 'amount'`."""
        column = f"column {self.column!r}" if self.column and not self.path else ""
        place = ", ".join(part for part in (place_of(self.row, self.path), column) if part)
        return " ".join(part for part in (self.source, place) if part)

    def __str__(self) -> str:
        return f"{self.code}: {self.where}: {self.reason}" if self.where else f"{self.code}: {self.reason}"


@attrs.frozen(kw_only=True)
class TableReport:
    """
    What became of the rows of one source. `read == used + refused + skipped`, always.

    Attributes:
        table: Table of the preset that the source was read as.
        source: File, or name of the page.
        read: Rows found; blank lines are not rows.
        used: Rows that became a fact, a part of one, a link, or a lookup.
        refused_by: Rows that could not be used, by issue code.
        skipped_by: Rows left out on purpose, by reason, such as `"deleted"`.
        unmapped_columns: Columns of records that hold values but that the mapping does not read; a loader's own
            columns (their names start with `_`) are not listed.
        missing_columns: Columns the mapping would read but the source does not have.
    """

    table: str
    source: str
    read: int
    used: int
    refused_by: Mapping[str, int]
    skipped_by: Mapping[str, int]
    unmapped_columns: tuple[str, ...] = ()
    missing_columns: tuple[str, ...] = ()

    @property
    def refused(self) -> int:
        """Rows that could not be used."""
        return sum(self.refused_by.values())

    @property
    def skipped(self) -> int:
        """Rows left out on purpose."""
        return sum(self.skipped_by.values())

    def __str__(self) -> str:
        parts = [f"{self.read} read", f"{self.used} used"]
        parts += [f"{count} refused ({code})" for code, count in sorted(self.refused_by.items())]
        parts += [f"{count} skipped ({reason})" for reason, count in sorted(self.skipped_by.items())]
        return f"{self.table} ({self.source}): {', '.join(parts)}"


@attrs.frozen(kw_only=True)
class ImportReport(Displayed, Tabular):
    """
    What became of a whole import; `str()` of it is for people.

    Attributes:
        system: The tool, such as `"hubspot"`.
        tables: One entry per source that was read, in the order of reading.
        issues: What could not be taken as it stands, in the order of reading.
        unlisted_issues: Issues beyond the most that a report lists; they are counted here and in `by_code`.
        by_code: Number of issues by code, unlisted ones included.
        unread: Files that were given but not read, and why.
        pending: References to other systems, or to records not imported yet; `merge` follows them.
    """

    system: str
    tables: tuple[TableReport, ...] = ()
    issues: tuple[ImportIssue, ...] = ()
    unlisted_issues: int = 0
    by_code: Mapping[str, int] = attrs.field(factory=dict)
    unread: Mapping[str, str] = attrs.field(factory=dict)
    pending: int = 0

    @property
    def table_names(self) -> tuple[str, ...]:
        """`"tables"`: a row for each source; `"issues"`: a row for each listed issue."""
        return ("tables", "issues")

    def _table_of(self, name: str) -> DataTable:
        from alignkit.importers.report_page import report_table

        return report_table(self, name)

    def _shown(self) -> Shown:
        from alignkit.importers.report_page import show_report

        return show_report(self)

    @property
    def read(self) -> int:
        """Rows found."""
        return sum(table.read for table in self.tables)

    @property
    def used(self) -> int:
        """Rows used."""
        return sum(table.used for table in self.tables)

    @property
    def refused(self) -> int:
        """Rows that could not be used."""
        return sum(table.refused for table in self.tables)

    @property
    def skipped(self) -> int:
        """Rows left out on purpose."""
        return sum(table.skipped for table in self.tables)

    @property
    def errors(self) -> tuple[ImportIssue, ...]:
        """The issues for which a row or a value was not used."""
        return tuple(issue for issue in self.issues if issue.severity == "error")

    def of(self, table: str) -> tuple[TableReport, ...]:
        """The entries of one table; empty when no source of it was read."""
        return tuple(entry for entry in self.tables if entry.table == table)

    def __str__(self) -> str:
        head = (
            f"{self.system} import: {self.read} rows read, {self.used} used, "
            f"{self.refused} refused, {self.skipped} skipped"
        )
        lines = [head, *(f"  {table}" for table in self.tables)]
        lines += _issue_lines(self.issues, self.by_code)
        if self.pending:
            lines.append(f"  {self.pending} references wait for facts of other imports (merge follows them)")
        lines += [f"  not read: {source} ({reason})" for source, reason in self.unread.items()]
        lines += _column_lines(self.tables)
        return "\n".join(lines)


def _issue_lines(issues: Sequence[ImportIssue], by_code: Mapping[str, int]) -> list[str]:
    lines: list[str] = []
    for code, count in sorted(by_code.items()):
        shown = [issue for issue in issues if issue.code == code][:SHOWN_PER_CODE]
        severity = shown[0].severity if shown else "error"
        lines.append(f"  {severity} {code}: {count}")
        lines += [f"    {issue.where}: {issue.reason}" for issue in shown]
        if count > len(shown):
            lines.append(f"    and {count - len(shown)} more")
    return lines


def _column_lines(tables: Sequence[TableReport]) -> list[str]:
    lines: list[str] = []
    for table in tables:
        if table.unmapped_columns:
            shown = ", ".join(table.unmapped_columns[:SHOWN_COLUMNS])
            more = len(table.unmapped_columns) - SHOWN_COLUMNS
            lines.append(f"  columns not mapped in {table.source}: {shown}{f' and {more} more' if more > 0 else ''}")
    return lines


class Tally:
    """Counts the rows of one source while it is read; `report()` freezes it."""

    __slots__ = ("mapped", "missing", "read", "refused", "seen", "skipped", "source", "table", "used")

    def __init__(self, table: str, source: str) -> None:
        self.table = table
        self.source = source
        self.read = 0
        self.used = 0
        self.refused: Counter[str] = Counter()
        self.skipped: Counter[str] = Counter()
        self.seen: dict[str, str] = {}
        self.mapped: set[str] = set()
        self.missing: list[str] = []

    def refuse_used(self, code: str) -> None:
        """A row counted as used turned out not to be."""
        self.used -= 1
        self.refused[code] += 1

    def skip_used(self, reason: str) -> None:
        """A row counted as used is set aside."""
        self.used -= 1
        self.skipped[reason] += 1

    def report(self) -> TableReport:
        """The counts so far, as a value."""
        return TableReport(
            table=self.table,
            source=self.source,
            read=self.read,
            used=self.used,
            refused_by={code: count for code, count in self.refused.items() if count},
            skipped_by=dict(self.skipped),
            unmapped_columns=tuple(
                sorted(
                    shortened(label)
                    for column, label in self.seen.items()
                    if column not in self.mapped and not column.startswith("_")
                )
            ),
            missing_columns=tuple(self.missing),
        )


class IssueLog:
    """Collects issues, keeping at most `limit` of them and counting all."""

    __slots__ = ("by_code", "errors", "issues", "limit")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.issues: list[ImportIssue] = []
        self.by_code: Counter[str] = Counter()
        self.errors = 0

    def add(self, issue: ImportIssue) -> None:
        """Note one issue."""
        self.by_code[issue.code] += 1
        self.errors += issue.severity == "error"
        if len(self.issues) < self.limit:
            self.issues.append(issue)

    @property
    def unlisted(self) -> int:
        """Issues that were counted but not kept."""
        return sum(self.by_code.values()) - len(self.issues)
