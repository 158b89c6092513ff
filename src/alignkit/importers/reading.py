"""
One import from start to end: lists the sources, reads them in the preset's order, ties the records together and
makes the facts. Reads only; what becomes of the facts is the caller's business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, get_args

import attrs

from alignkit.domain import Money
from alignkit.errors import ImporterError, ImportRefusedError
from alignkit.importers.batch import Batch
from alignkit.importers.columns import columns_read
from alignkit.importers.imported import Import
from alignkit.importers.moments import zone_of
from alignkit.importers.options import Dangling, ImportProgress, ReadOptions
from alignkit.importers.preset import Preset, Table
from alignkit.importers.recognise import FITTING, load_page, nearest, recognise
from alignkit.importers.references import Resolver
from alignkit.importers.report import ImportIssue, ImportReport, IssueLog, Tally
from alignkit.importers.row import Row
from alignkit.importers.rows_csv import CsvFile
from alignkit.importers.rows_json import iter_json, iter_json_lines
from alignkit.importers.rowset import iter_rowset
from alignkit.importers.sources import PAGE_MEMBERS, Given, Source, sources_of
from alignkit.importers.take import Reader

__all__ = ["read"]

ROLES = ("lookup", "record", "link")
ROWS_PER_EVENT = 1_000

Progress = Callable[[ImportProgress], None]


def read(
    preset: Preset,
    given: Given,
    *,
    zone: str | None = None,
    currency: str | None = None,
    dangling: Dangling = "unlink",
    strict: bool = False,
    options: ReadOptions | None = None,
    progress: Progress | None = None,
) -> Import:
    """
    Import what a preset can recognise.

    Args:
        preset: How the tool's records become facts.
        given: A folder, a file, a set of rows, several of these, one parsed page, several pages, or pages by record name.
        zone: IANA zone of moments that name none, where the preset does not declare it.
        currency: ISO 4217 code of amounts whose row names none.
        dangling: What becomes of a reference to a record that was not imported.
        strict: Whether any error issue raises, so that nothing is used.
        options: Limits and text format.
        progress: Called every 1,000 rows and after each source.

    Returns:
        The facts, and a report in which every row is accounted for.

    Raises:
        ImporterError: A source as a whole cannot be read; `code` says why.
        ImportRefusedError: Under `strict`, a row or value could not be used; it lists all issues.
        ValidationError: The currency is no ISO 4217 code.
    """
    if dangling not in get_args(Dangling):
        raise ImporterError("OptionUnknown", f"dangling={dangling!r}; choose one of {', '.join(get_args(Dangling))}")
    if zone:
        zone_of(zone)
    if currency:
        Money(0, currency)
    run = _Run(preset, options or ReadOptions(), zone or "", currency, progress)
    run.find(given)
    for role in ROLES:
        if role == "link":
            run.batch.settle()
        run.read_role(role, dangling)
    return run.finish(strict=strict)


class _Run:
    """The moving parts of one import."""

    def __init__(
        self, preset: Preset, options: ReadOptions, zone: str, currency: str | None, progress: Progress | None
    ) -> None:
        self.preset = preset
        self.options = options
        self.progress = progress
        self.log = IssueLog(options.most_issues)
        reader = Reader(preset, zone=zone, currency=currency, clock_change=options.clock_change)
        self.batch = Batch(reader, self.log)
        self.resolver = Resolver(self.batch, "unlink")
        self.found: list[tuple[str, Source]] = []
        self.unread: dict[str, str] = {}
        self.tallies: list[Tally] = []
        self.rows = 0
        self.done_bytes = 0
        self.total_bytes = 0

    def find(self, given: Given) -> None:
        """Recognise every source; the ones of other tools are left unread with a reason."""
        members = dict.fromkeys((*PAGE_MEMBERS, *(row for table in self.preset.tables.values() for row in table.rows)))
        names = frozenset(name for key, table in self.preset.tables.items() for name in (key, *table.stems))
        sources, self.unread = sources_of(given, self.options, tuple(members), names)
        for source in sources:
            name = recognise(self.preset, source, self.options)
            if name is not None:
                self.found += [(name, source), *self._parts(name, source)]
            elif source.is_named:
                known = ", ".join(self.preset.tables)
                reason = f"neither its name nor its columns are of the {self.preset.system} preset, which knows {known}"
                raise ImporterError("MappingMismatch", reason, source=source.name)
            else:
                self.unread[source.name] = f"no table of the {self.preset.system} preset"
        if not self.found:
            reason = f"none of {', '.join(self.unread)} is a table of the {self.preset.system} preset"
            raise ImporterError("MappingMismatch", reason)
        order = list(self.preset.tables)
        self.found.sort(key=lambda pair: order.index(pair[0]))
        self.total_bytes = sum(source.size for _, source in self.found)

    def _parts(self, name: str, source: Source) -> Iterator[tuple[str, Source]]:
        """The further tables in a source that is a table of that name."""
        whole = self.preset.tables[name]
        for other in whole.also:
            table = self.preset.tables[other]
            if table.format in FITTING[source.format]:
                yield other, attrs.evolve(source, is_part=set(table.rows).isdisjoint(whole.rows))

    def read_role(self, role: str, dangling: Dangling) -> None:
        """Read all sources of one role."""
        if role == "link":
            self.resolver = Resolver(self.batch, dangling)
            self.resolver.index()
        for name, source in self.found:
            table = self.preset.tables[name]
            if table.role == role:
                self._read_source(name, table, source)

    def _read_source(self, name: str, table: Table, source: Source) -> None:
        tally = Tally(name, source.name)
        self.tallies.append(tally)
        self._expect(table)
        if source.rowset is not None:
            self._columns(table, tally, [table.column_of(label) for label in source.rowset.columns])
            self._read_rows(name, table, iter_rowset(source.rowset, table), tally, None)
            for reason, count in source.rowset.skipped.items():
                tally.read += count
                tally.skipped[reason] += count
        elif source.format == "csv":
            with CsvFile(source.open(), source.name, self.options) as file:
                self._columns(table, tally, [table.column_of(label) for label in file.header])
                self._read_rows(name, table, file.rows(table), tally, file)
        elif source.format == "jsonl":
            self._columns(table, tally, None)
            with source.open() as stream:
                lines = iter_json_lines(stream, table, source.name, self.options, is_part=source.is_part)
                self._read_rows(name, table, lines, tally, None)
        else:
            page: Any = load_page(source, self.options)
            self._columns(table, tally, None)
            rows = iter_json(page, table, source.name, self.options, is_part=source.is_part)
            self._read_rows(name, table, rows, tally, None)
        if source.format in {"json", "jsonl"} and table.role == "record" and tally.read:
            self._missing(columns_read(self.preset, table), tally, set(tally.seen))
        if tally.read == 0 and not source.is_part:
            self._warn(tally, "NoRows", "there are no rows in it")
        self.done_bytes += source.size
        self._tell(source.name, 0)

    def _expect(self, table: Table) -> None:
        """The first record's collection is known from here on, even if it turns out to be empty."""
        first = self.preset.records[table.records[0]] if table.records and not table.skip else None
        if first is not None and (len(table.records) == 1 or all(test.negated for test in first.when)):
            self.batch.collections.add(first.collection)

    def _read_rows(self, name: str, table: Table, rows: Iterator[Row], tally: Tally, file: CsvFile | None) -> None:
        use = {"record": self._use_record, "link": self._use_link, "lookup": self._use_lookup}[table.role]
        for row in rows:
            use(name, table, row, tally)
            self.rows += 1
            if self.rows % ROWS_PER_EVENT == 0:
                self._tell(tally.source, file.done_bytes if file else 0)

    def _use_record(self, name: str, table: Table, row: Row, tally: Tally) -> None:
        try:
            self.batch.take(name, table, row, tally)
        except ImporterError as error:
            raise ImporterError(error.code, error.reason, source=tally.source, where=row.where) from error

    def _use_link(self, name: str, table: Table, row: Row, tally: Tally) -> None:
        self.resolver.link(table, row, tally)

    def _use_lookup(self, name: str, table: Table, row: Row, tally: Tally) -> None:
        if self.batch.sieve(table, row, tally):
            return
        key = self.batch.key_of(table.key, row, tally)
        if key is None:
            self.batch.refuse(tally, row, "MissingKey", "no key; it cannot be looked up")
            return
        wanted = columns_read(self.preset, table)[""]
        rows = self.batch.reader.lookups.setdefault(name, {})
        values = {column: value for column, value in row.cells.items() if column in wanted}
        if key in rows:
            if rows[key] == values:
                tally.skipped["repeats an earlier row"] += 1
            else:
                self.batch.refuse(
                    tally, row, "DuplicateSourceKey", f"{name} {key} stands also in an earlier row, which is kept"
                )
            return
        rows[key] = values
        tally.used += 1

    def _columns(self, table: Table, tally: Tally, present: list[str] | None) -> None:
        """Note which columns are mapped, and which mapped ones a CSV file seems to spell differently."""
        read = columns_read(self.preset, table)
        for columns in read.values():
            tally.mapped |= columns
        if present is not None:
            tally.missing += self._missing(read, tally, set(present))

    def _missing(self, read: Mapping[str, set[str]], tally: Tally, have: set[str]) -> list[str]:
        """The mapped columns that are not there; the ones that seem to be there under another spelling are warned of."""
        missing: list[str] = []
        free = have - tally.mapped
        for place, columns in read.items():
            if not place or not columns or columns & have:
                continue
            missing.append(min(columns))
            near = next((found for column in sorted(columns) if (found := nearest(column, free))), "")
            if near:
                reason = f"{missing[-1]!r} is not there; nearest {near!r} ({place} stays unknown)"
                self._warn(tally, "MissingColumn", reason)
        return missing

    def _warn(self, tally: Tally, code: str, reason: str) -> None:
        self.log.add(ImportIssue(code=code, severity="warning", source=tally.source, table=tally.table, reason=reason))

    def _tell(self, source: str, within: int) -> None:
        if self.progress is not None:
            done = min(self.done_bytes + within, self.total_bytes)
            self.progress(ImportProgress(source=source, rows=self.rows, done_bytes=done, total_bytes=self.total_bytes))

    def finish(self, *, strict: bool) -> Import:
        """Tie the records together, make the facts, and report."""
        self.resolver.resolve(self.preset.hops)
        facts = self.batch.facts()
        pending = tuple(item for item in self.resolver.pending if item.id in self.batch.drafts)
        report = ImportReport(
            system=self.preset.system,
            tables=tuple(tally.report() for tally in self.tallies),
            issues=tuple(self.log.issues),
            unlisted_issues=self.log.unlisted,
            by_code=dict(self.log.by_code),
            unread=dict(self.unread),
            pending=len(pending),
        )
        if strict and self.log.errors:
            raise ImportRefusedError(report)
        return Import(
            entities=facts,
            report=report,
            pending=pending,
            parked=tuple((draft.collection, draft.build(), dict(draft.links)) for draft in self.resolver.parked),
            stated={draft.id: draft.stated for draft in self.batch.drafts.values()},
            hops=self.preset.hops,
            mentioned=frozenset(
                draft.id for draft in self.batch.drafts.values() if not any(part.counts for part in draft.parts)
            ),
        )
