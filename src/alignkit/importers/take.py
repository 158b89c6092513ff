"""Gets the fields of one record out of one row, as a preset says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

import attrs

from alignkit.domain import COLLECTIONS
from alignkit.domain.checks import Check
from alignkit.domain.reference import ExternalRef
from alignkit.importers.convert import Refused, Setting, convert, key_text, looks_misread
from alignkit.importers.formula import Formula
from alignkit.importers.options import ClockChange
from alignkit.importers.pick import choose, first, looked_up, narrowed
from alignkit.importers.plans import Plan, Way, Ways, can_give, stated
from alignkit.importers.preset import Preset, Record
from alignkit.importers.row import BadValue, Row, shortened
from alignkit.importers.ways import Take, folded

__all__ = ["Found", "Lookups", "Reader", "needed_fields"]

Lookups = dict[str, dict[str, dict[str, object]]]
"""Rows of the lookup tables: by table, by key, by column."""

Note = Callable[[str, str, str, str, object], None]
"""Called with severity, code, column, reason and value for what could not be taken as it stands."""


class Found:
    """
    What one row says about one record.

    Attributes:
        values: Fields the row states.
        weak: Fields it only assumes; they give way to what other rows state.
        links: Fields that refer to other records.
        stated: Fields whose columns the row has, filled or not.
        fault: Code of the fault that makes the row unusable; empty when there is none.
    """

    __slots__ = ("fault", "links", "stated", "values", "weak")

    def __init__(self, stated: frozenset[str]) -> None:
        self.values: dict[str, object] = {}
        self.weak: dict[str, object] = {}
        self.links: dict[str, ExternalRef] = {}
        self.stated = stated
        self.fault = ""

    def fill(self, other: Found) -> None:
        """Take from another what is unknown here; lists add up."""
        for field, value in other.values.items():
            held = self.values.get(field)
            if isinstance(held, tuple) and isinstance(value, tuple):
                self.values[field] = tuple(dict.fromkeys((*held, *value)))
            else:
                self.values.setdefault(field, value)
        self.weak = {**other.weak, **self.weak}
        self.links = {**other.links, **self.links}
        self.stated |= other.stated

    def says_the_same(self, other: Found) -> bool:
        """Whether two rows agree in everything the mapping reads."""
        return self.values == other.values and self.links == other.links and self.weak == other.weak


class Reader:
    """
    Reads records by one preset.

    Attributes:
        preset: The mapping.
        lookups: Rows of the lookup tables, filled while those are read.
    """

    def __init__(self, preset: Preset, *, zone: str, currency: str | None, clock_change: ClockChange) -> None:
        self.preset = preset
        self.lookups: Lookups = {}
        self._zone = zone
        self._currency = currency
        self._clock_change = clock_change
        self._ways: dict[int, Ways] = {}
        self._plans: dict[tuple[int, int], tuple[Mapping[str, str], Plan]] = {}
        self._settings: dict[tuple[str, bool], Setting] = {}

    def read(self, record: Record, row: Row, table_zone: str, note: Note) -> Found:
        """Take every field of the record out of the row; faults are noted and the field stays unknown."""
        stated, fields = self._plan(record, row)
        found = Found(stated)
        setting = self._setting(table_zone or self._zone, is_text=row.is_text)
        for field, ways in fields:
            self._field(record, field, ways, row, setting, note, found)
        return found

    def _setting(self, zone: str, *, is_text: bool) -> Setting:
        setting = self._settings.get((zone, is_text))
        if setting is None:
            setting = Setting(
                is_text=is_text,
                zone=zone,
                currency=self._currency,
                clock_change=self._clock_change,
                months=self.preset.months,
            )
            self._settings[zone, is_text] = setting
        return setting

    def _plan(self, record: Record, row: Row) -> Plan:
        """Rows that share their labels, as those of a CSV file do, get one plan per source; JSON rows differ."""
        ways = self._ways.get(id(record))
        if ways is None:
            ways = tuple(
                (field, tuple(Way(record.collection, field, take) for take in takes))
                for field, takes in record.fields.items()
            )
            self._ways[id(record)] = ways
        if not row.is_uniform:
            return stated(ways, row.labels), ways
        key = (id(record), id(row.labels))
        labels, plan = self._plans.get(key, (None, None))
        if plan is None or labels is not row.labels:
            have = {*row.labels, *row.extra}
            able = tuple((field, tuple(way for way in some if can_give(way.take, have))) for field, some in ways)
            plan = (stated(ways, row.labels), tuple((field, some) for field, some in able if some))
            self._plans[key] = (row.labels, plan)
        return plan

    def _field(
        self,
        record: Record,
        field: str,
        ways: tuple[Way, ...],
        row: Row,
        setting: Setting,
        note: Note,
        found: Found,
    ) -> None:
        many: list[object] = []
        for way in ways:
            take = way.take
            if take.only_if and not _is_allowed(take, found):
                continue
            try:
                value = self._value(field, way, row, setting, note)
                if value is not None and way.check is not None:
                    value = _checked(way.check, value)
            except Refused as refused:
                self._refuse(record, field, take, row, refused, note, found)
                continue
            if value is None:
                continue
            if isinstance(value, (tuple, list)):
                many += [item for item in value if item not in many]
                continue
            _put(found, field, take, value)
            return
        if many:
            found.values[field] = tuple(many)

    def _refuse(
        self, record: Record, field: str, take: Take, row: Row, refused: Refused, note: Note, found: Found
    ) -> None:
        column = next((name for name in take.reads if name in row.cells), "")
        is_needed = field in needed_fields(record.collection) or (take.unknown == "refuse" and bool(take.choices))
        is_ours = refused.code == "CurrencyUnknown"
        note("warning" if is_ours else "error", refused.code, column, refused.reason, row.cells.get(column))
        if is_needed:
            found.fault = found.fault or refused.code

    def _value(self, field: str, way: Way, row: Row, setting: Setting, note: Note) -> object:
        take = way.take
        if way.is_plain:
            for column in take.columns:
                raw = row.cells.get(column)
                if raw is not None:
                    return self._converted(way, column, raw, row, setting, note)
            return take.value
        if way.formula is not None:
            return self._computed(way.formula, field, way, row, setting, note)
        column, raw = self._raw(take, row)
        if raw is None:
            return take.value
        if take.filled is not None:
            return take.filled
        if isinstance(raw, BadValue):
            raise Refused(raw.code, raw.reason)
        if take.choices:
            chosen = choose(take, raw)
            if chosen is not None:
                return chosen
            if take.unknown == "next":
                return None
            shown = shortened(first(raw))
            reason = f"{shown!r} is not in the mapping of {field}; add it to the choices, or set otherwise"
            if take.unknown == "refuse":
                raise Refused("UnknownValue", reason)
            note("warning", "UnknownValue", column, reason, raw)
            if take.unknown == "blank":
                return None
        if take.reference:
            return self._reference(take, column, raw, note)
        return self._converted(way, column, raw, row, setting, note)

    def _computed(self, formula: Formula, field: str, way: Way, row: Row, setting: Setting, note: Note) -> object:
        given = {name: self._value(field, inner, row, setting, note) for name, inner in way.given.items()}
        if any(value is None for value in given.values()):
            return way.take.value
        found = formula.value(given)
        return None if found is None else self._converted(way, "", found, row, setting, note)

    def _converted(self, way: Way, column: str, raw: object, row: Row, setting: Setting, note: Note) -> object:
        take = way.take
        if isinstance(raw, list) and way.name not in {"texts", "domains"}:
            if row.path and not take.narrows:
                raise Refused("TypeRejected", f"expected one value, got a list of {len(raw)}")
            if any(folded(item) != folded(raw[0]) for item in raw):
                note(
                    "warning", "ManyValues", column, f"{len(raw)} values where one is expected; the first is used", raw
                )
            raw = raw[0]
        if take.currency and (code := key_text(row.cells.get(take.currency))):
            setting = attrs.evolve(setting, currency=code)
        value = convert(way.name, raw, take, setting)
        if isinstance(raw, str) and looks_misread(raw):
            reason = f"{shortened(raw)!r} looks like UTF-8 that was read in another encoding; export it again"
            note("warning", "WrongEncoding", column, reason, raw)
        return value

    def _raw(self, take: Take, row: Row) -> tuple[str, object]:
        if take.lookup is not None:
            return take.lookup.key[0], looked_up(take.lookup, row, self.lookups)
        if take.join:
            parts = [row.cells[column] for column in take.join if column in row.cells]
            bad = next((part for part in parts if isinstance(part, BadValue)), None)
            return take.join[0], bad or " ".join(str(part).strip() for part in parts) or None
        for column in take.columns:
            value = row.cells.get(column)
            if value is not None:
                return column, narrowed(take, value)
        return (take.columns[0] if take.columns else ""), None

    def _reference(self, take: Take, column: str, raw: object, note: Note) -> ExternalRef | None:
        items = raw if isinstance(raw, list) else [raw]
        keys = dict.fromkeys(key for item in items if (key := key_text(item)))
        if not keys:
            return None
        if len(keys) > 1:
            reason = f"{len(keys)} {take.reference} records where one is expected; the first is used"
            note("warning", "ManyReferences", column, reason, ", ".join(keys))
        return ExternalRef(take.system or self.preset.system, take.reference, next(iter(keys)))


def _is_allowed(take: Take, found: Found) -> bool:
    for field, wanted in take.only_if.items():
        if str(found.values.get(field, found.weak.get(field))) not in wanted:
            return False
    return True


def _put(found: Found, field: str, take: Take, value: object) -> None:
    if isinstance(value, ExternalRef):
        found.links[field] = value
    elif take.is_assumed or take.value is not None:
        found.weak[field] = value
    else:
        found.values[field] = value


def _checked(check: Check, value: object) -> object:
    try:
        return check.check(value)
    except ValueError as error:
        raise Refused("ValueRejected", str(error)) from None


@lru_cache(maxsize=32)
def needed_fields(collection: str) -> frozenset[str]:
    """Fields that a fact of the collection cannot be without; its id is not among them."""
    fields = attrs.fields(COLLECTIONS[collection])
    return frozenset(field.name for field in fields if field.default is attrs.NOTHING and field.name != "id")
