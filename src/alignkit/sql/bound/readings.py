"""
How one column of a host's is read as a field: the value that rules see, and what makes a row one to refuse.

Types are judged once, when tables are bound: what could only be read with a loss is refused there. Values are judged
by conditions that the engine works out, with the bounds of the domain.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any, Final

import attrs
from sqlalchemy import (
    Boolean,
    Date,
    DateTime,
    Double,
    Float,
    Integer,
    Numeric,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    not_,
    null,
    type_coerce,
)
from sqlalchemy.dialects import mysql
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import NullType, TypeEngine, Uuid

from alignkit.sql.bound import kernel
from alignkit.sql.bound.layout import Slot
from alignkit.sql.bound.zones import Zone
from alignkit.sql.emit.kernel import AsDouble, AsWhole
from alignkit.sql.types import LONGEST_KEY, Day, Moment

__all__ = ["Reading", "reading_of", "unknown"]

Column = ColumnElement[Any]
Conditions = list[tuple[str, Column]]

MARIADB: Final = ("mysql", "mariadb")
SPACES: Final = "".join(character for character in map(chr, range(sys.maxunicode)) if character.isspace())
TINY: Final = 1e-9
_FIRST: Final = datetime(1, 1, 1, tzinfo=timezone.utc)
_LAST: Final = datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=timezone.utc)


@attrs.frozen(eq=False)
class Reading:
    """
    How a column is read.

    Attributes:
        slot: What it is read as.
        value: What rules see; NULL where there is none, or where the value cannot be one.
        faults: Why a row is refused: a reason, and when it holds.
        raw: The column itself.
        wall: The wall time of a moment whose zone is known by name only, which says how it is to be shifted.
    """

    slot: Slot
    value: Column
    faults: tuple[tuple[str, Column], ...]
    raw: Column | None = None
    wall: Column | None = None


def unknown(slot: Slot, dialect: str) -> Column:
    """What is read where a column is missing: the domain's default, of the right type."""
    default = slot.default
    if slot.sort in ("key", "text", "currency"):
        plain = kernel.PlainKey if slot.is_key or slot.sort != "text" else kernel.PlainText
        return plain(type_coerce(null(), String()) if default is None else literal(default, String()))
    if slot.sort in ("number", "amount"):
        return AsDouble(null() if default is None else literal(float(default), Double()))
    if slot.sort == "whole":
        return AsWhole(null())
    if slot.sort == "flag":
        return literal(bool(default), Boolean()) if default is not None else type_coerce(null(), Boolean())
    return _cast_null(slot.sort, dialect)


def _cast_null(sort: str, dialect: str) -> Column:
    kind: TypeEngine[Any] = Moment() if sort == "moment" else Day()
    if dialect in MARIADB:
        kind_here: TypeEngine[Any] = mysql.DATETIME(fsp=6) if sort == "moment" else Date()
        return type_coerce(cast(null(), kind_here), kind)
    return cast(null(), kind)


def reading_of(slot: Slot, raw: Column, dialect: str, zone: Zone | None) -> Reading:
    """
    Decide how a column is read.

    Args:
        slot: What it is to be read as.
        raw: The column.
        dialect: SQLAlchemy's name of the engine.
        zone: Of wall times; None when it was not said.

    Raises:
        ValueError: Its type cannot be read as this without a loss; the message says what would be right.
    """
    kind = raw.type
    if isinstance(kind, NullType):
        raise ValueError("has no known type; say it, such as sqlalchemy.type_coerce(column, String)")
    reader = _READERS["text" if slot.sort in ("key", "text", "currency") else slot.sort]
    found = reader(slot, raw, dialect, zone)
    if not slot.is_nullable:
        found = attrs.evolve(found, faults=(("is missing", raw.is_(None)), *found.faults))
    return attrs.evolve(found, raw=raw)


def _classes(raw: Column, dialect: str, *allowed: str) -> Conditions:
    """On SQLite any value may stand in any column."""
    if dialect != "sqlite":
        return []
    word = "text" if "text" in allowed else "a number"
    found = kernel.StorageClass(raw)
    return [(f"is not {word}", and_(raw.is_not(None), found.not_in(allowed)))]


def _text(slot: Slot, raw: Column, dialect: str, zone: Zone | None) -> Reading:
    kind = raw.type
    is_native = dialect in ("postgresql", "duckdb")
    if not isinstance(kind, (String, Integer)) and not (isinstance(kind, Uuid) and is_native):
        raise ValueError(f"is {_said(kind)}, not text; cast it to text in your select")
    plain = kernel.PlainKey if slot.is_key or slot.sort != "text" else kernel.PlainText
    is_number = isinstance(kind, Integer)
    value: Column = plain(raw if is_number else type_coerce(raw, String()))
    faults = _classes(raw, dialect, *(("integer",) if is_number else ("text",)))
    if dialect in MARIADB and plain is kernel.PlainKey and not is_number:
        faults.append((f"is longer than {LONGEST_KEY} characters", func.char_length(raw) > LONGEST_KEY))
    if slot.sort == "currency":
        letters = [func.substr(value, place, 1).between("A", "Z") for place in (1, 2, 3)]
        faults.append(("is no ISO 4217 code", not_(and_(func.length(value) == 3, *letters))))
    elif slot.is_filled and not is_number:
        faults.append(("is blank", _is_blank(value)))
    return Reading(slot, value, tuple(faults))


def _is_blank(value: Column) -> Column:
    spaces, pattern = literal(SPACES, String()), literal(f"^[{SPACES}]*$", String())
    usual = and_(value > literal("!", String()), value < literal("\x7f", String()))
    return case((usual, 0), (kernel.IsBlank(value, spaces, pattern), 1), else_=0) == 1


def _number(slot: Slot, raw: Column, dialect: str, zone: Zone | None) -> Reading:
    kind = raw.type
    if not isinstance(kind, (Float, Numeric, Integer)) or isinstance(kind, Boolean):
        raise ValueError(f"is {_said(kind)}, not a number; cast it in your select")
    assert slot.bounds is not None
    low, high = slot.bounds.low, slot.bounds.high
    plain: Column = type_coerce(raw, Double())
    is_inside = _between(plain, low, high)
    doubled = _doubled(raw, dialect)
    guarded = case((is_inside, doubled))
    if slot.sort == "number" and not isinstance(kind, Integer):
        guarded = case((and_(plain > -TINY, plain < TINY), AsDouble(literal(0.0, Double()))), (is_inside, doubled))
    faults = _classes(raw, dialect, "integer", "real")
    faults.append((f"lies outside {low:g}..{high:g}", and_(raw.is_not(None), not_(is_inside))))
    return Reading(slot, guarded, tuple(faults))


def _between(number: Column, low: float, high: float) -> Column:
    return and_(number >= AsDouble(literal(low, Double())), number <= AsDouble(literal(high, Double())))


def _doubled(raw: Column, dialect: str) -> Column:
    kind = raw.type
    has_many_digits = isinstance(kind, Numeric) and not isinstance(kind, Float) and (kind.precision or 38) > 15
    if has_many_digits and dialect == "duckdb":
        return kernel.ExactDouble(type_coerce(raw, Double()))
    return AsDouble(type_coerce(raw, Double()))


def _whole(slot: Slot, raw: Column, dialect: str, zone: Zone | None) -> Reading:
    kind = raw.type
    if not isinstance(kind, (Integer, Float, Numeric)) or isinstance(kind, Boolean):
        raise ValueError(f"is {_said(kind)}, not a whole number; cast it in your select")
    assert slot.bounds is not None
    low, high = int(slot.bounds.low), int(slot.bounds.high)
    plain: Column = type_coerce(raw, Double())
    is_inside = _between(plain, float(low), float(high))
    value = case((is_inside, AsWhole(type_coerce(raw, Integer()))))
    faults = _classes(raw, dialect, "integer", "real")
    faults.append((f"lies outside {low}..{high}", and_(raw.is_not(None), not_(is_inside))))
    if not isinstance(kind, Integer):
        faults.append(("is not a whole number", and_(is_inside, AsDouble(value) != AsDouble(plain))))
    elif dialect == "sqlite":
        faults.append(("is not a whole number", kernel.StorageClass(raw) == "real"))
    return Reading(slot, value, tuple(faults))


def _flag(slot: Slot, raw: Column, dialect: str, zone: Zone | None) -> Reading:
    kind = raw.type
    if not isinstance(kind, (Boolean, Integer)):
        raise ValueError(f"is {_said(kind)}, not true or false; compare it in your select")
    if isinstance(kind, Boolean) and dialect in ("postgresql", "duckdb"):
        return Reading(slot, raw, ())
    number = type_coerce(raw, Integer())
    wrong = and_(raw.is_not(None), number.not_in((0, 1)))
    return Reading(slot, type_coerce(number == 1, Boolean()), (("is not true or false", wrong),))


def _moment(slot: Slot, raw: Column, dialect: str, zone: Zone | None) -> Reading:
    kind = raw.type
    if isinstance(kind, Moment):
        return _instant(slot, raw, dialect, raw)
    if isinstance(kind, String) or (isinstance(kind, DateTime) and dialect == "sqlite"):
        return _moment_text(slot, type_coerce(raw, String()), dialect, zone, is_typed=isinstance(kind, DateTime))
    if isinstance(kind, mysql.TIMESTAMP) or (isinstance(kind, DateTime) and kind.timezone and dialect not in MARIADB):
        faults: Conditions = []
        if dialect == "duckdb":
            faults = [("is no moment of the calendar", and_(raw.is_not(None), not_(func.isfinite(raw))))]
        return _instant(slot, kernel.InstantOfZoned(raw), dialect, raw, faults)
    if isinstance(kind, DateTime):
        if zone is None:
            raise ValueError("is a timestamp without time zone; say which one it is in, such as zone='UTC'")
        return _walled(slot, raw, dialect, raw, zone)
    raise ValueError(f"is {_said(kind)}, not a moment; cast it to a timestamp in your select")


def _moment_text(slot: Slot, raw: Column, dialect: str, zone: Zone | None, *, is_typed: bool) -> Reading:
    if zone is None and is_typed:
        raise ValueError("is a timestamp without time zone; say which one it is in, such as zone='UTC'")
    faults = _classes(raw, dialect, "text")
    wall, offset = kernel.WallOfText(raw), kernel.OffsetOfText(raw)
    faults.append(("is no moment", and_(raw.is_not(None), wall.is_(None))))
    named = kernel.Instant(kernel.Shifted(wall, offset))
    if zone is None:
        faults.append(("has no offset", and_(wall.is_not(None), offset.is_(None))))
        return _instant(
            slot, case((offset == 0, kernel.Instant(wall)), (offset.is_not(None), named)), dialect, raw, faults
        )
    local = _walled(slot, wall, dialect, raw, zone)
    value = case((offset.is_(None), local.value), (offset == 0, kernel.Instant(wall)), else_=named)
    ours = tuple((reason, and_(offset.is_(None), when)) for reason, when in local.faults)
    return Reading(slot, type_coerce(value, Moment()), (*faults, *ours), wall=local.wall)


def _walled(slot: Slot, wall: Column, dialect: str, raw: Column, zone: Zone) -> Reading:
    if zone.is_utc:
        return _instant(slot, kernel.Instant(wall), dialect, raw)
    shifted, faults = zone.shifted(wall, dialect)
    found = _instant(slot, shifted, dialect, raw, faults)
    return attrs.evolve(found, wall=wall)


def _instant(slot: Slot, value: Column, dialect: str, raw: Column, faults: Conditions | None = None) -> Reading:
    """A moment within the years that Python knows."""
    known: Column = type_coerce(value, Moment())
    found = list(faults or ())
    if dialect == "sqlite":
        return Reading(slot, known, tuple(found))
    is_inside = _in_calendar(known, literal(_FIRST, Moment()), literal(_LAST, Moment()), dialect)
    found.append(("is no moment of the calendar", and_(known.is_not(None), not_(is_inside))))
    return Reading(slot, type_coerce(case((is_inside, known)), Moment()), tuple(found))


def _in_calendar(known: Column, first: Column, last: Column, dialect: str) -> Column:
    """Within the years that Python knows; MariaDB has days and months of number 0, others have infinities."""
    is_inside = and_(known >= first, known <= last)
    if dialect in MARIADB:
        return and_(is_inside, func.month(known) > 0, func.dayofmonth(known) > 0)
    return is_inside


def _day(slot: Slot, raw: Column, dialect: str, zone: Zone | None) -> Reading:
    kind = raw.type
    if isinstance(kind, String) or (isinstance(kind, (Date, Day)) and dialect == "sqlite"):
        text = type_coerce(raw, String())
        value: Column = kernel.DayOfText(text)
        wrong = and_(raw.is_not(None), value.is_(None))
        return Reading(slot, type_coerce(value, Day()), (*_classes(text, dialect, "text"), ("is no day", wrong)))
    if not isinstance(kind, (Date, Day)):
        raise ValueError(f"is {_said(kind)}, not a day; cast it to a date in your select")
    known: Column = type_coerce(raw, Day())
    is_inside = _in_calendar(known, literal(_FIRST.date(), Day()), literal(_LAST.date(), Day()), dialect)
    wrong = and_(known.is_not(None), not_(is_inside))
    return Reading(slot, type_coerce(case((is_inside, known)), Day()), (("is no day", wrong),))


def _said(kind: TypeEngine[Any]) -> str:
    return f"of type {type(kind).__name__}"


_READERS: Final[dict[str, Callable[[Slot, Column, str, Zone | None], Reading]]] = {
    "text": _text,
    "number": _number,
    "amount": _number,
    "whole": _whole,
    "flag": _flag,
    "moment": _moment,
    "day": _day,
}
