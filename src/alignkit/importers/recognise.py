"""Decides which table of a preset a source is: by its name first, then by its columns."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from alignkit.errors import ImporterError
from alignkit.importers.options import ReadOptions
from alignkit.importers.preset import Preset, Record, Table
from alignkit.importers.row import shortened, stripped
from alignkit.importers.rows_csv import CsvFile
from alignkit.importers.rows_json import decode, iter_json, parse_json
from alignkit.importers.sources import Source

__all__ = ["columns_read", "load_page", "recognise"]

NEAR = 0.84
SHOWN = 12


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
    tables = {name: table for name, table in preset.tables.items() if table.format == source.format}
    named = [name for name, table in tables.items() if _is_named(preset.system, name, table, source)]
    shaped = [name for name, table in tables.items() if table.shape]
    if not named and not shaped:
        return None
    if any(tables[name].skip and not tables[name].requires for name in named):
        return named[0]
    labels, hint = _labels(source, options)
    if labels is None:
        return next(iter(named), None)
    for name in named:
        if not _lacking(tables[name], labels):
            return name
    for name in shaped:
        if not _lacking(tables[name], labels, tables[name].shape):
            return name
    if not named and not source.is_named:
        return None
    raise _mismatch(tables, named, labels, hint, source)


def _is_named(system: str, name: str, table: Table, source: Source) -> bool:
    stem = source.stem.removeprefix(f"{system}_").removesuffix("_data")
    return stem in table.stems or source.stem in table.stems or stem == name


def _labels(source: Source, options: ReadOptions) -> tuple[list[str] | None, str]:
    """The columns of a source, None when it holds no row to show them; and a likelier delimiter."""
    if source.format == "csv":
        with CsvFile(source.open(), source.name, options) as file:
            return file.header, file.likely_delimiter() or ""
    page = load_page(source, options)
    members = Table(format="json", rows=("results", "issues", "values"))
    for row in iter_json(page, members, source.name, options):
        return list(row.labels), ""
    return None, ""


def _lacking(table: Table, labels: Iterable[str], wanted: Iterable[str] | None = None) -> list[str]:
    have = {stripped(label, table.strip) for label in labels} | set(labels)
    return [column for column in (table.requires if wanted is None else wanted) if column not in have]


def _mismatch(
    tables: Mapping[str, Table], named: list[str], labels: list[str], hint: str, source: Source
) -> ImporterError:
    wanted = {name: table.requires if named else table.shape for name, table in tables.items()}
    candidates = named or [name for name, columns in wanted.items() if columns]
    best = min(candidates, key=lambda name: len(_lacking(tables[name], labels, wanted[name])))
    lacking = _lacking(tables[best], labels, wanted[best])
    where = f"as table {best!r}"
    if not named or hint or len(lacking) == len(wanted[best]):
        found = f"columns found {[shortened(label) for label in labels[:SHOWN]]}, expected {', '.join(wanted[best])}"
        advice = f"; did you mean delimiter {hint!r}?" if hint else ""
        return ImporterError("MappingMismatch", found + advice, source=source.name, where=where)
    near = nearest(lacking[0], [stripped(label, tables[best].strip) for label in labels])
    reason = f"{lacking[0]!r} is not there{f'; nearest {shortened(near)!r}' if near else ''}"
    return ImporterError("MissingColumn", reason, source=source.name, where=where)


def nearest(column: str, among: Iterable[str]) -> str:
    """The column that looks most like it; empty when none does."""
    names = {name.casefold().replace("_", " "): name for name in among}
    found = difflib.get_close_matches(column.casefold().replace("_", " "), list(names), n=1, cutoff=NEAR)
    return names[found[0]] if found else ""


def columns_read(preset: Preset, table: Table) -> dict[str, set[str]]:
    """The normalised columns a table's mapping reads: by `record.field`, and what else it looks at under an empty name."""
    read: dict[str, set[str]] = {"": {*table.key, *table.requires, *table.deleted, *table.constants}}
    read[""].update(rule.column for rule in table.skip_when)
    read[""].update(end.column for end in (table.owner, table.target) if end)
    for name in table.records:
        record: Record = preset.records[name]
        read[""].update(record.key, (c.column for c in record.when), (a.column for a in record.aliases))
        for field, takes in record.fields.items():
            read[f"{name}.{field}"] = {column for take in takes for column in take.reads}
    if table.role == "lookup":
        looked = (t.lookup for r in preset.records.values() for takes in r.fields.values() for t in takes if t.lookup)
        read[""].update(column for lookup in looked for column in lookup.values)
    return read
