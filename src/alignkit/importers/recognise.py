"""Decides which table of a preset a source is: by its name first, then by its rows and columns."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from alignkit.errors import ImporterError
from alignkit.importers.options import ReadOptions
from alignkit.importers.pick import holds
from alignkit.importers.preset import Preset, Table
from alignkit.importers.row import Row, shortened
from alignkit.importers.rows_csv import CsvFile
from alignkit.importers.rows_json import check_depth, decode, iter_json_lines, parse_json, row_of, rows_of
from alignkit.importers.sources import Source

__all__ = ["FITTING", "load_page", "nearest", "recognise"]

NEAR = 0.84
NEAR_NEEDED = 0.7
SHOWN = 12
SAMPLED = 25
FITTING = {
    "csv": ("csv", "any"),
    "json": ("json", "any"),
    "jsonl": ("json", "any"),
    "rows": ("csv", "any", "json"),
}
"""For each format of a source, the formats of the tables that it may be, the likelier first."""


def load_page(source: Source, options: ReadOptions) -> Any:
    """
    Parse the page of a JSON source.

    Raises:
        ImporterError: It is too large (`TooLarge`), not text, not JSON, or nested too deeply.
    """
    if source.path is None:
        return source.page
    if source.size > options.largest_json:
        reason = f"{source.size} bytes; limit {options.largest_json} (largest_json), or split it into pages"
        raise ImporterError("TooLarge", reason, source=source.name)
    with source.open() as stream:
        data = stream.read()
    return parse_json(decode(data, options.encoding, source.name), source.name)


def recognise(preset: Preset, source: Source, options: ReadOptions) -> str | None:
    """
    Find the table that a source is.

    Returns:
        Its name in the preset; None when neither name nor columns are of this preset.

    Raises:
        ImporterError: The source's name is of this preset but its columns are not (`MissingColumn`,
            `MappingMismatch`), or it cannot be read at all.
    """
    forms = FITTING[source.format]
    fitting = [(name, table) for name, table in preset.tables.items() if table.format in forms]
    tables = dict(sorted(fitting, key=lambda pair: forms.index(pair[1].format)))
    named = [name for name, table in tables.items() if _is_named(preset.system, name, table, source)]
    shaped = [name for name, table in tables.items() if table.shape or table.marks]
    if not named and not shaped:
        return None
    if named and all(tables[name].skip and not tables[name].requires for name in named):
        return named[0]
    sample = _Sample(source, options)
    named = [name for name in named if not sample.contradicts(tables[name])]
    for name in named:
        labels = sample.labels(tables[name])
        if labels is None or not _lacking(tables[name], labels):
            return name
    for name in shaped:
        if sample.shows(tables[name]):
            return name
    if not named and not source.is_named:
        return None
    best = sample.labels(tables[(named or shaped)[0]])
    if best is None:
        return next(iter(named), None)
    raise _mismatch(tables, named, sample, source)


def _is_named(system: str, name: str, table: Table, source: Source) -> bool:
    stem = source.stem.removeprefix(f"{system}_").removesuffix("_data")
    return stem in table.stems or source.stem in table.stems or stem == name


class _Sample:
    """
    The first rows of a source, as each table would read them.

    Attributes:
        hint: A likelier delimiter of a CSV file; empty when there is none.
    """

    def __init__(self, source: Source, options: ReadOptions) -> None:
        self.hint = ""
        self._header: list[str] | None = None
        self._page: Any = None
        self._rows: dict[tuple[str, ...], list[Row]] = {}
        self._source = source
        self._options = options
        if source.rowset is not None:
            self._header = list(source.rowset.columns)
        elif source.format == "csv":
            with CsvFile(source.open(), source.name, options) as file:
                self._header = file.header
                self.hint = file.likely_delimiter() or ""
        elif source.format == "json":
            self._page = load_page(source, options)
            check_depth(self._page, source.name, options.deepest_json)

    def labels(self, table: Table) -> list[str] | None:
        """The columns as the source spells them; None when it holds no row to show them."""
        if self._header is not None:
            return self._header
        rows = self._sampled(table)
        return list(dict.fromkeys(label for row in rows for label in row.labels.values())) if rows else None

    def _sampled(self, table: Table) -> list[Row]:
        if table.rows not in self._rows:
            plain = Table(format="json", rows=table.rows, records=table.records)
            rows = (row for row in self._iter_rows(plain) if row.labels)
            self._rows[table.rows] = list(islice(rows, SAMPLED))
        return self._rows[table.rows]

    def _iter_rows(self, table: Table) -> Iterator[Row]:
        if self._source.format == "json":
            for path, raw, _ in (rows_of(self._page, table) or [])[:SAMPLED]:
                yield row_of(raw, table, path)
        elif self._source.format == "jsonl":
            with self._source.open() as stream:
                yield from iter_json_lines(stream, table, self._source.name, self._options)

    def contradicts(self, table: Table) -> bool:
        """Whether a mark of the table is filled in the first row, with another value."""
        if self._header is not None or not table.marks:
            return False
        first = next(iter(self._sampled(table)), None)
        return first is not None and any(mark.column in first.cells and not holds(mark, first) for mark in table.marks)

    def shows(self, table: Table) -> bool:
        """Whether the rows look like the table's, whatever the source is called."""
        labels = self.labels(table)
        if labels is None or _lacking(table, labels, table.shape):
            return False
        if not table.marks or self._header is not None:
            return bool(table.shape)
        first = next(iter(self._sampled(table)), None)
        return first is not None and all(holds(mark, first) for mark in table.marks) and not _lacking(table, labels)


def _lacking(table: Table, labels: Iterable[str], wanted: Iterable[str] | None = None) -> list[str]:
    have = {table.column_of(label) for label in labels} | set(labels) | set(table.carry)
    return [column for column in (table.requires if wanted is None else wanted) if column not in have]


def _mismatch(tables: Mapping[str, Table], named: list[str], sample: _Sample, source: Source) -> ImporterError:
    wanted = {name: table.requires if named else table.shape for name, table in tables.items()}
    candidates = named or [name for name, columns in wanted.items() if columns] or list(tables)
    found = {name: sample.labels(tables[name]) or [] for name in candidates}
    best = min(candidates, key=lambda name: len(_lacking(tables[name], found[name], wanted[name])))
    labels = found[best]
    lacking = _lacking(tables[best], labels, wanted[best])
    where = f"as table {best!r}"
    if not named or sample.hint or len(lacking) == len(wanted[best]):
        reason = f"columns found {[shortened(label) for label in labels[:SHOWN]]}, expected {', '.join(wanted[best])}"
        advice = f"; did you mean delimiter {sample.hint!r}?" if sample.hint else ""
        return ImporterError("MappingMismatch", reason + advice, source=source.name, where=where)
    near = nearest(lacking[0], [tables[best].column_of(label) for label in labels], like=NEAR_NEEDED)
    reason = f"{lacking[0]!r} is not there{f'; nearest {shortened(near)!r}' if near else ''}"
    return ImporterError("MissingColumn", reason, source=source.name, where=where)


def nearest(column: str, among: Iterable[str], *, like: float = NEAR) -> str:
    """The column that looks most like it; empty when none looks at least so alike, from 0 to 1.

    Members of different objects are never taken for each other.
    """
    around, _, leaf = column.rpartition(".")
    beside = [name for name in among if name.rpartition(".")[0] == around]
    names = {name.rpartition(".")[2].casefold().replace("_", " "): name for name in beside}
    found = difflib.get_close_matches(leaf.casefold().replace("_", " "), list(names), n=1, cutoff=like)
    return names[found[0]] if found else ""
