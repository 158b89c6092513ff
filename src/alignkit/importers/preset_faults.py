"""
What is wrong with a preset: all of it at once, each fault with its place and the nearest right name.

Judges what can be judged without a source. Whether a source has the columns is for reading to say.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import attrs

from alignkit.domain import COLLECTIONS, REFERENCES
from alignkit.domain.checks import check_of
from alignkit.errors import ImporterError
from alignkit.importers import moments
from alignkit.importers.custom import CUSTOM, SORTS, name_fault
from alignkit.importers.formula import formula_fault
from alignkit.importers.ways import CONVERTERS, Lookup, Take, kind_of_field

if TYPE_CHECKING:
    from alignkit.importers.preset import Hop, Preset, Record, Table

__all__ = ["faults_of", "unknown"]


def unknown(what: str, name: str, among: Iterable[str]) -> str:
    """The sentence for a name that is not there, with the nearest that is."""
    names = list(among)
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"; nearest {near[0]!r}" if near else f"; there are {', '.join(names) or 'none'}"
    return f"no {what} {name!r}{hint}"


def faults_of(preset: Preset) -> list[str]:
    """
    Judge a preset.

    Returns:
        Every fault, in the order of the preset; empty when it can work.
    """
    faults: list[str] = []
    if not preset.system:
        faults.append("system: give the tool a name")
    if preset.months and len(preset.months) != 12:
        faults.append(f"months: expected twelve names, got {len(preset.months)}")
    if not preset.tables:
        faults.append("tables: there are none, so no source could be recognised")
    for name, record in preset.records.items():
        faults += _record_faults(preset, name, record)
    for name, table in preset.tables.items():
        faults += (f"tables.{name}: {fault}" for fault in _table_faults(preset, table))
    for index, hop in enumerate(preset.hops):
        faults += (f"hops[{index}]: {fault}" for fault in _hop_faults(preset, hop))
    return faults


def _table_faults(preset: Preset, table: Table) -> Iterator[str]:
    for record in table.records:
        if record not in preset.records:
            yield unknown("record", record, preset.records)
    for other in table.also:
        if other not in preset.tables:
            yield f"also: {unknown('table', other, preset.tables)}"
    if table.zone and (reason := _zone_fault(table.zone)):
        yield f"zone: {reason}"
    if table.format == "csv" and (table.rows or table.marks or table.carry):
        yield "rows, marks and carry are for JSON"
    if table.skip:
        return
    if table.role == "record" and not table.records:
        yield "name its records, or say why it is skipped"
    if table.role == "lookup" and not table.key:
        yield "a lookup needs a key"
    if table.role == "record":
        for record in table.records:
            if record in preset.records and not (table.key or preset.records[record].key):
                yield f"name the key of record {record!r}, here or there"
    if table.role == "link":
        yield from _link_faults(preset, table)


def _link_faults(preset: Preset, table: Table) -> Iterator[str]:
    if not (table.owner and table.target and table.sets):
        yield "a link needs owner, target and sets"
        return
    for end in (table.owner, table.target):
        if end.record not in preset.records:
            yield unknown("record", end.record, preset.records)
    owner = preset.records.get(table.owner.record)
    if owner is not None and owner.collection in REFERENCES:
        own = {**REFERENCES[owner.collection], **dict.fromkeys(_through(preset, owner.collection), "")}
        if table.sets not in own:
            yield f"sets: {unknown('reference', table.sets, own)}"


def _through(preset: Preset, collection: str) -> set[str]:
    return {hop.through for hop in preset.hops if hop.collection == collection}


def _hop_faults(preset: Preset, hop: Hop) -> Iterator[str]:
    if hop.collection not in COLLECTIONS:
        yield unknown("collection", hop.collection, COLLECTIONS)
        return
    if hop.field not in REFERENCES[hop.collection]:
        yield f"field: {unknown('reference', hop.field, REFERENCES[hop.collection])}"
    records = [record for record in preset.records.values() if record.collection == hop.collection]
    known = {*REFERENCES[hop.collection], *(field for record in records for field in record.fields)}
    known |= {table.sets for table in preset.tables.values() if table.sets}
    if hop.through not in known:
        yield f"through: {unknown('reference', hop.through, sorted(known))}"


def _record_faults(preset: Preset, name: str, record: Record) -> Iterator[str]:
    where = f"records.{name}"
    if record.collection not in COLLECTIONS:
        yield f"{where}: {unknown('collection', record.collection, COLLECTIONS)}"
        return
    own = attrs.fields_dict(COLLECTIONS[record.collection])
    for field, takes in record.fields.items():
        if field in {"id", "external_refs", "version"}:
            yield f"{where}.fields.{field}: comes from the key; leave it out"
            continue
        if field == "custom":
            yield f"{where}.fields.{field}: name one value, such as custom.risk"
            continue
        if field.startswith(CUSTOM):
            yield from (f"{where}.fields.{field}: {fault}" for fault in _custom_faults(preset, record, field, takes))
            continue
        if field not in own and not all(take.reference for take in takes):
            fault = unknown("field", field, [f for f in own if f not in {"id", "external_refs", "version"}])
            yield f"{where}.fields.{field}: {COLLECTIONS[record.collection].__name__} has {fault}"
            continue
        for take in takes:
            yield from (f"{where}.fields.{field}: {fault}" for fault in _take_faults(preset, record, field, take))
    for condition in record.when:
        if not condition.column and condition.lookup is None:
            yield f"{where}.when: say column or lookup"
        yield from (f"{where}.when: {fault}" for fault in _lookup_faults(preset, condition.lookup))
    yield from (f"{where}: {fault}" for fault in _needed_faults(preset, name, record))


def _custom_faults(preset: Preset, record: Record, field: str, takes: Iterable[Take]) -> Iterator[str]:
    if "custom" not in attrs.fields_dict(COLLECTIONS[record.collection]):
        yield f"{record.collection} keep no custom values"
    elif fault := name_fault(field):
        yield fault
    for take in takes:
        if take.reference:
            yield "a custom field holds a value, not a reference"
        elif take.convert and take.convert not in SORTS:
            yield unknown("converter of a custom field", take.convert, SORTS)
        else:
            yield from _take_faults(preset, record, field, take)


def _needed_faults(preset: Preset, name: str, record: Record) -> Iterator[str]:
    """A field that a fact cannot be without must be got somewhere: here, or in another record of the kind."""
    kind = record.kind or name
    got = {field for other, r in preset.records.items() if (r.kind or other) == kind for field in r.fields}
    got |= {table.sets for table in preset.tables.values() if table.sets}
    for field in attrs.fields(COLLECTIONS[record.collection]):
        if field.default is attrs.NOTHING and field.name != "id" and field.name not in got:
            yield f"nothing says where {field.name!r} comes from, and {record.collection} cannot be without it"


def _take_faults(preset: Preset, record: Record, field: str, take: Take) -> Iterator[str]:
    if not (take.reads or take.value is not None):
        yield "say columns, join, lookup, compute or value"
    if take.compute:
        yield from _formula_faults(preset, record, field, take)
    elif take.given:
        yield "given: without compute there is nothing to give it to"
    if take.convert and take.convert not in CONVERTERS:
        yield unknown("converter", take.convert, CONVERTERS)
    if take.zone and (reason := _zone_fault(take.zone)):
        yield f"zone: {reason}"
    for form in take.formats:
        if reason := moments.pattern_fault(form):
            yield f"formats: {reason}"
    if take.divide == 0.0:
        yield "divide: not by zero"
    for other in take.only_if:
        if other not in record.fields:
            yield f"only_if: {unknown('field', other, record.fields)}"
    yield from _lookup_faults(preset, take.lookup)
    if take.lookup is not None and not take.lookup.values:
        yield "lookup: say which values"
    if take.reference:
        yield from _reference_faults(preset, record, field, take)
    else:
        yield from _constant_faults(record, field, take)


def _formula_faults(preset: Preset, record: Record, field: str, take: Take) -> Iterator[str]:
    for name, inner in take.given.items():
        if inner.compute or inner.reference:
            yield f"given.{name}: takes columns, join, lookup or value"
        if inner.lookup:
            yield from (f"given.{name}: {fault}" for fault in _lookup_faults(preset, inner.lookup))
        if inner.convert and inner.convert not in CONVERTERS:
            yield f"given.{name}: {unknown('converter', inner.convert, CONVERTERS)}"
            return
    wanted = take.convert or kind_of_field(record.collection, field)
    if wanted in CONVERTERS and (reason := formula_fault(take.compute, take.kinds, wanted)):
        yield f"compute: {reason}"


def _lookup_faults(preset: Preset, lookup: Lookup | None) -> Iterator[str]:
    if lookup is None:
        return
    table = preset.tables.get(lookup.table)
    if table is None:
        yield f"lookup: {unknown('table', lookup.table, preset.tables)}"
    elif table.role != "lookup":
        yield f"lookup: table {lookup.table!r} has the role {table.role!r}, not 'lookup'"
    elif len(table.key) != len(lookup.key):
        yield f"lookup: table {lookup.table!r} has a key of {len(table.key)} columns, not {len(lookup.key)}"


def _reference_faults(preset: Preset, record: Record, field: str, take: Take) -> Iterator[str]:
    if take.system:
        return
    targets = {target.collection: None for target in preset.records_of(take.reference)}
    if not targets:
        kinds = {other.kind or name for name, other in preset.records.items()}
        yield f"{unknown('record', take.reference, sorted(kinds))}; a record of another tool needs its system"
        return
    wanted = REFERENCES[record.collection].get(field)
    if wanted and wanted not in targets:
        yield f"expects one of the {wanted}, and {take.reference!r} is one of the {' and '.join(targets)}"


def _constant_faults(record: Record, field: str, take: Take) -> Iterator[str]:
    """What the mapping itself puts into a field must be what the field accepts."""
    attribute = attrs.fields_dict(COLLECTIONS[record.collection]).get(field)
    check = None if attribute is None else check_of(attribute)
    if check is None:
        return
    chosen = {f"choices.{theirs}": ours for theirs, ours in take.choices.items()}
    for place, value in {"value": take.value, "filled": take.filled, "otherwise": take.otherwise, **chosen}.items():
        if value is None:
            continue
        try:
            check.check(tuple(value) if isinstance(value, list) else value)
        except ValueError as error:
            yield f"{place}: {error}"


def _zone_fault(name: str) -> str:
    try:
        moments.zone_of(name)
    except ImporterError as error:
        return error.reason
    return ""
