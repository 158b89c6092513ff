"""
One bound collection: the host's selectable, and how its columns are read.

Owns the select of a collection's values and of what is wrong with each row by itself; what rows of several
collections make wrong together is `census`'s.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs
from sqlalchemy import FromClause, Select, String, and_, case, func, literal, select, type_coerce
from sqlalchemy.sql.elements import ColumnElement, Null
from sqlalchemy.sql.selectable import SelectBase

from alignkit.domain.money import Money
from alignkit.errors import ValidationError
from alignkit.portfolio.names import nearest
from alignkit.sql.bound import kernel
from alignkit.sql.bound.layout import EDGE, Slot, required, slots_of
from alignkit.sql.bound.readings import Reading, reading_of, unknown
from alignkit.sql.bound.zones import Zone

__all__ = ["Collection", "bound_collection"]

Column = ColumnElement[Any]


@attrs.frozen(eq=False)
class Collection:
    """
    A collection as the host bound it.

    Attributes:
        name: Such as `"projects"`.
        source: Something to select from.
        columns: The host's columns by the names of ours.
        currency: Of amounts that have no column for it.
        dialect: SQLAlchemy's name of the engine.
        zone: Of wall times; None when it was not said.
    """

    name: str
    source: FromClause
    columns: dict[str, Column]
    currency: str | None
    dialect: str
    zone: Zone | None

    def readings(self, zone: Zone | None = None) -> dict[str, Reading]:
        """
        How each column is read.

        Raises:
            ValueError: With the name of the column and what is wrong.
        """
        found: dict[str, Reading] = {}
        for slot in slots_of(self.name).values():
            raw = self.columns.get(slot.name)
            if raw is None:
                found[slot.name] = Reading(slot, self._missing(slot, found), ())
                continue
            try:
                found[slot.name] = reading_of(slot, raw, self.dialect, zone or self.zone)
            except ValueError as error:
                raise ValueError(f"{slot.name} {error}") from None
        return {name: self._with_currency(reading, found) for name, reading in found.items()}

    def _missing(self, slot: Slot, found: dict[str, Reading]) -> Column:
        if self.name == EDGE and slot.name == "id":
            parts = [
                kernel.PlainKey(type_coerce(self.columns[name], String())) for name in ("project_id", "objective_id")
            ]
            joined = (
                func.concat(parts[0], literal("/"), parts[1]) if self.dialect != "sqlite" else parts[0] + "/" + parts[1]
            )
            return kernel.PlainKey(joined)
        if slot.sort == "currency" and self.currency is not None:
            return kernel.PlainKey(literal(self.currency, String()))
        return unknown(slot, self.dialect)

    def _with_currency(self, reading: Reading, found: dict[str, Reading]) -> Reading:
        code = found.get(f"{reading.slot.name}_currency")
        if reading.slot.sort != "amount" or code is None or code.raw is None or reading.raw is None:
            return reading
        lacks = ("has no currency", and_(reading.raw.is_not(None), code.raw.is_(None)))
        return attrs.evolve(reading, faults=(*reading.faults, lacks))

    def values(self, readings: dict[str, Reading], *names: str) -> Select[Any]:
        """Rows of values, all of them or those named; named like the columns."""
        chosen = names or tuple(readings)
        return select(*(readings[name].value.label(name) for name in chosen)).select_from(self.source)

    def judged(self, readings: dict[str, Reading]) -> tuple[Select[Any], list[tuple[str, str]]]:
        """Rows of values with a flag `x0`, `x1`, ... for each thing that may be wrong with a row, and what that is."""
        found = list(_faults(readings))
        flags = [case((when, 1), else_=0).label(f"x{place}") for place, (_, _, when) in enumerate(found)]
        return self.values(readings).add_columns(*flags), [(name, reason) for name, reason, _ in found]


def _faults(readings: dict[str, Reading]) -> Iterator[tuple[str, str, Column]]:
    for name, reading in readings.items():
        by_reason: dict[str, Column] = {}
        for reason, when in reading.faults:
            by_reason[reason] = by_reason[reason] | when if reason in by_reason else when
        for reason, when in by_reason.items():
            yield name, reason, when


def bound_collection(
    name: str, given: Any, currency: str | None, dialect: str, zone: Zone | None, faults: list[Any]
) -> Collection | None:
    """The bound collection, or None after noting everything that is wrong with it."""
    source = _source(given)
    if source is None:
        reason = f"expected something to select from, such as select(...) or a Table, got {type(given).__name__}"
        faults.append(ValidationError(reason, entity="bind", field=name, value=given))
        return None
    found: list[str] = []
    known = slots_of(name)
    columns: dict[str, Column] = {}
    for key, column in source.c.items():
        if key in known:
            columns[key] = column
        else:
            found.append(_unknown(name, key))
    found.extend(f"{lost} is missing; label a column so" for lost in required(name) if lost not in columns)
    found.extend(_money_faults(name, columns, currency))
    collection = Collection(name, source, _without_nothing(columns), currency, dialect, zone)
    found.extend(_unreadable(collection))
    faults.extend(ValidationError(reason, entity="bind", field=name) for reason in found)
    return None if found else collection


def _source(given: Any) -> FromClause | None:
    if isinstance(given, SelectBase):
        return given.subquery()
    return given if isinstance(given, FromClause) else None


def _without_nothing(columns: dict[str, Column]) -> dict[str, Column]:
    """Without the columns that are a plain NULL: they are as good as missing."""
    return {name: column for name, column in columns.items() if not any(map(_is_nothing, column.proxy_set))}


def _is_nothing(column: Any) -> bool:
    return isinstance(getattr(column, "element", column), Null)


def _unreadable(collection: Collection) -> Iterator[str]:
    for name, column in collection.columns.items():
        try:
            reading_of(slots_of(collection.name)[name], column, collection.dialect, collection.zone)
        except ValueError as error:
            yield f"{name} {error}"


def _unknown(collection: str, name: str) -> str:
    from alignkit.sql.tables import FIELDS

    if name in {field.name for field in FIELDS[collection]}:
        return f"{name} is a list, which has no column and which rules do not read; leave it out"
    near = nearest(name, slots_of(collection))
    hint = f"; did you mean {near[0]!r}?" if near else f"; it has {', '.join(slots_of(collection))}"
    return f"there is no {name!r}{hint}"


def _money_faults(name: str, columns: dict[str, Column], currency: str | None) -> Iterator[str]:
    for slot in slots_of(name).values():
        if slot.sort == "amount" and slot.name in columns:
            code = f"{slot.name}_currency"
            if code not in columns and currency is None:
                yield f"{slot.name} has no currency; label a column {code!r}, or pass currency='EUR' for all amounts"
        if slot.sort == "currency" and slot.name in columns and slot.name.removesuffix("_currency") not in columns:
            yield f"{slot.name} has no amount; label a column {slot.name.removesuffix('_currency')!r}"


def checked_currency(currency: str | None) -> str | None:
    """
    The code, or None.

    Raises:
        ValidationError: It is no ISO 4217 code.
    """
    return None if currency is None else Money(0, currency).currency
