"""Gets the fields of one record out of one row, as a preset says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import lru_cache

import attrs

from alignkit.domain import COLLECTIONS
from alignkit.domain.checks import check_of
from alignkit.domain.reference import ExternalRef
from alignkit.importers.convert import Refused, Setting, convert, key_text
from alignkit.importers.options import ClockChange
from alignkit.importers.preset import KeepWhen, Preset, Record, SkipWhen, Take, folded, kind_of_field
from alignkit.importers.row import BadValue, Row, shortened

__all__ = ["Found", "Lookups", "Reader", "holds"]

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

    def __init__(self) -> None:
        self.values: dict[str, object] = {}
        self.weak: dict[str, object] = {}
        self.links: dict[str, ExternalRef] = {}
        self.stated: set[str] = set()
        self.fault = ""

    def says_the_same(self, other: Found) -> bool:
        """Whether two rows agree in everything the mapping reads."""
        return self.values == other.values and self.links == other.links and self.weak == other.weak


def _first(value: object) -> object:
    return value[0] if isinstance(value, (list, tuple)) and value else value


def holds(condition: KeepWhen | SkipWhen, row: Row) -> bool:
    """Whether a row meets a condition."""
    value = row.cells.get(condition.column)
    met = value is not None
    if met and condition.values:
        wanted = {folded(item) for item in condition.values}
        items = value if isinstance(value, list) else [value]
        met = any(folded(item) in wanted for item in items)
    return not met if isinstance(condition, KeepWhen) and condition.negated else met


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

    def read(self, record: Record, row: Row, table_zone: str, note: Note) -> Found:
        """Take every field of the record out of the row; faults are noted and the field stays unknown."""
        found = Found()
        for field, takes in record.fields.items():
            self._field(record, field, takes, row, table_zone, note, found)
        return found

    def _field(
        self, record: Record, field: str, takes: Iterable[Take], row: Row, zone: str, note: Note, found: Found
    ) -> None:
        is_many = False
        many: list[object] = []
        for take in takes:
            if any(column in row.labels for column in take.reads):
                found.stated.add(field)
            if not _is_allowed(take, found):
                continue
            try:
                value = self._value(record, field, take, row, zone, note)
                if value is not None and not take.reference:
                    value = _checked(record.collection, field, value)
            except Refused as refused:
                self._refuse(record, field, take, row, refused, note, found)
                continue
            if value is None:
                continue
            if isinstance(value, (tuple, list)):
                is_many = True
                many += [item for item in value if item not in many]
                continue
            _put(found, field, take, value)
            return
        if is_many:
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

    def _value(self, record: Record, field: str, take: Take, row: Row, zone: str, note: Note) -> object:
        column, raw = self._raw(take, row)
        if raw is None:
            return take.value
        if take.filled is not None:
            return take.filled
        if isinstance(raw, BadValue):
            raise Refused(raw.code, raw.reason)
        if take.choices:
            chosen = _choose(take, raw)
            if chosen is not None:
                return chosen
            if take.unknown == "next":
                return None
            reason = (
                f"{shortened(_first(raw))!r} is not in the mapping of {field}; add it to the choices, or set otherwise"
            )
            if take.unknown == "refuse":
                raise Refused("UnknownValue", reason)
            note("warning", "UnknownValue", column, reason, raw)
            if take.unknown == "blank":
                return None
        if take.reference:
            return self._reference(take, column, raw, note)
        name = take.convert or kind_of_field(record.collection, field)
        if isinstance(raw, list) and name not in {"texts", "domains"}:
            if row.number is None and not take.narrows:
                raise Refused("TypeRejected", f"expected one value, got a list of {len(raw)}")
            if any(folded(item) != folded(raw[0]) for item in raw):
                note("warning", "ManyValues", column, f"{len(raw)} values where one is expected; the first is used", raw)
            raw = raw[0]
        return convert(name, raw, take, self._setting(take, row, zone, column, note))

    def _setting(self, take: Take, row: Row, zone: str, column: str, note: Note) -> Setting:
        currency = key_text(row.cells.get(take.currency)) if take.currency else None
        return Setting(
            is_text=row.is_text,
            zone=zone or self._zone,
            currency=currency or self._currency,
            clock_change=self._clock_change,
            months=self.preset.months,
            doubt=lambda code, reason: note("warning", code, column, reason, row.cells.get(column)),
        )

    def _raw(self, take: Take, row: Row) -> tuple[str, object]:
        if take.lookup is not None:
            return take.lookup.key[0], self._looked_up(take, row)
        if take.join:
            parts = [row.cells[column] for column in take.join if column in row.cells]
            bad = next((part for part in parts if isinstance(part, BadValue)), None)
            return take.join[0], bad or " ".join(str(part).strip() for part in parts) or None
        for column in take.columns:
            value = row.cells.get(column)
            if value is not None:
                return column, _narrowed(take, value)
        return (take.columns[0] if take.columns else ""), None

    def _looked_up(self, take: Take, row: Row) -> object:
        lookup = take.lookup
        assert lookup is not None
        parts = [row.cells.get(column) for column in lookup.key]
        if any(part is None for part in parts):
            return None
        other = self.lookups.get(lookup.table, {}).get("/".join(str(_first(part)).strip() for part in parts))
        if other is None:
            return None
        values = [other[column] for column in lookup.values if column in other]
        return values[0] if len(values) == 1 else " ".join(str(value).strip() for value in values) or None

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


def _narrowed(take: Take, value: object) -> object:
    if take.item and isinstance(value, list):
        value = [item.get(take.item) for item in value if isinstance(item, Mapping) and item.get(take.item) is not None]
    if take.separator and isinstance(value, str):
        value = [part for part in value.split(take.separator) if part.strip()]
    if take.prefix:
        items = value if isinstance(value, list) else [value]
        value = [
            item.strip()[len(take.prefix) :]
            for item in items
            if isinstance(item, str) and item.strip().casefold().startswith(take.prefix.casefold())
        ]
    return None if value == [] else value


def _choose(take: Take, raw: object) -> object:
    for item in raw if isinstance(raw, list) else [raw]:
        if (key := folded(item)) in take.folded:
            return take.folded[key]
    return take.otherwise


def _checked(collection: str, field: str, value: object) -> object:
    attribute = attrs.fields_dict(COLLECTIONS[collection]).get(field)
    if attribute is None:
        return value
    if isinstance(value, Decimal):
        value = float(value)
    try:
        return check_of(attribute).check(value)
    except ValueError as error:
        raise Refused("ValueRejected", str(error)) from None


@lru_cache(maxsize=32)
def needed_fields(collection: str) -> frozenset[str]:
    """Fields that a fact of the collection cannot be without; its id is not among them."""
    fields = attrs.fields(COLLECTIONS[collection])
    return frozenset(field.name for field in fields if field.default is attrs.NOTHING and field.name != "id")
