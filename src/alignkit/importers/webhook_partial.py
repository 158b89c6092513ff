"""
Single columns of a record as fields of its fact: those fields that the columns decide without the rest of the record.

A field that also depends on columns that are not there is left alone, and the record has to be fetched: guessing from
a part would change what is stored to something that the tool never said.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import takewhile

import attrs

from alignkit.domain import COLLECTIONS
from alignkit.domain.reference import ExternalRef
from alignkit.importers.custom import CUSTOM
from alignkit.importers.options import ReadOptions
from alignkit.importers.preset import Preset, Record, Table
from alignkit.importers.row import Row
from alignkit.importers.rows_json import row_of
from alignkit.importers.take import Found, Reader, needed_fields
from alignkit.importers.ways import Take
from alignkit.importers.webhook_body import Partial

__all__ = ["Decided", "decide"]


@attrs.frozen
class Decided:
    """
    What columns say of a record.

    Attributes:
        collection: Of the fact.
        values: Fields that they decide; None where the field is empty now.
        links: References that they decide.
        open: Why fields that they touch are not decided, by field.
    """

    collection: str
    values: Mapping[str, object]
    links: Mapping[str, ExternalRef]
    open: Mapping[str, str]


def decide(
    preset: Preset, partial: Partial, *, zone: str | None, currency: str | None, options: ReadOptions
) -> Decided:
    """
    Read what columns of one record decide.

    Args:
        preset: The mapping.
        partial: The columns, as the message spells them.
        zone: Zone of moments that name none.
        currency: ISO 4217 code of amounts that name none.
        options: What ambiguous local times mean.
    """
    table, record = preset.tables[partial.table], preset.records[partial.record]
    row = row_of(partial.columns, table, "$")
    reader = Reader(preset, zone=zone or "", currency=currency, clock_change=options.clock_change)
    values: dict[str, object] = {}
    links: dict[str, ExternalRef] = {}
    open_: dict[str, str] = {}
    fields = attrs.fields_dict(COLLECTIONS[record.collection])
    done: dict[str, tuple[Take, ...]] = {}
    for field, takes in record.fields.items():
        is_touched = any(column in row.labels for take in takes for column in take.reads)
        if is_touched and field.startswith(CUSTOM):
            open_[field] = f"{field} is read from whole records only"
        if not is_touched or field not in fields:
            continue
        able = _able(takes, row, done)
        found, faults = _read(reader, attrs.evolve(record, fields={**done, field: able}), table, row)
        value = found.values.get(field, found.weak.get(field))
        is_whole = able == takes
        is_empty = value is None and field not in found.links
        if faults:
            open_[field] = faults[0]
        elif not is_whole and (is_empty or isinstance(value, tuple)):
            others = dict.fromkeys(c for take in takes for c in take.reads if c not in row.labels)
            open_[field] = f"{field} depends on {', '.join(others) or 'other fields'} too"
        elif is_empty and field in needed_fields(record.collection):
            open_[field] = f"{field} is empty, and a fact cannot be without it"
        else:
            done[field] = able
            if field in found.links:
                links[field] = found.links[field]
            else:
                values[field] = fields[field].default if value is None else value
    return Decided(record.collection, values, links, open_)


def _able(takes: tuple[Take, ...], row: Row, done: Mapping[str, tuple[Take, ...]]) -> tuple[Take, ...]:
    """The first ways of a field, as far as all that they read is there."""
    able: list[Take] = []
    for take in takes:
        if take.lookup is not None or any(field not in done for field in take.only_if):
            break
        if all(column in row.labels for column in take.reads):
            able.append(take)
            continue
        # Of several columns the first that is filled counts, so the first ones may be enough.
        first = tuple(takewhile(row.labels.__contains__, take.columns))
        if first and all(column in row.labels or column in take.columns for column in take.reads):
            able.append(attrs.evolve(take, columns=first))
        break
    return tuple(able)


def _read(reader: Reader, record: Record, table: Table, row: Row) -> tuple[Found, list[str]]:
    faults: list[str] = []

    def note(severity: str, code: str, column: str, reason: str, value: object) -> None:
        if severity == "error" or code in {"UnknownValue", "CurrencyUnknown"}:
            faults.append(f"{code}: {reason}")

    return reader.read(record, row, table.zone, note), faults
