"""
Facts from plain dictionaries, strictly: every fault of every record is found, none is repaired.

Owns the few conversions that JSON makes necessary (days, moments, amounts, references as text or dictionaries).
What a field accepts beyond that is its own check's business.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

import attrs

from alignkit.domain import COLLECTIONS, Entity, ExternalRef, Money
from alignkit.domain.checks import Check, whole
from alignkit.errors import AlignkitError, ValidationError
from alignkit.portfolio.names import nearest

__all__ = ["parsed"]

_AMOUNT: Final = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?) ([A-Z]{3})")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_VERSION: Final = whole(0)

Faults = list[AlignkitError]
Refused = dict[str, set[str | None]]


def parsed(given: Mapping[str, Any], faults: Faults) -> tuple[dict[str, list[Entity]], Refused]:
    """
    Facts by collection, from dictionaries.

    Returns:
        The sound facts, and by collection the ids of the others (None for one that has no sound id).
    """
    facts: dict[str, list[Entity]] = {}
    refused: Refused = {}
    for name, records in given.items():
        found: list[Entity] = []
        lost: set[str | None] = set()
        for position, record in enumerate(_listed(name, records, faults, lost)):
            fact = _fact(COLLECTIONS[name], record, f"$.{name}[{position}]", faults)
            if fact is None:
                lost.add(_sound_id(record))
            else:
                found.append(fact)
        facts[name] = found
        refused[name] = lost
    return facts, refused


def _listed(name: str, records: Any, faults: Faults, lost: set[str | None]) -> Iterable[Any]:
    if isinstance(records, Iterable) and not isinstance(records, (str, bytes, Mapping)):
        return records
    lost.add(None)
    reason = f"expected a list of dictionaries, got {type(records).__name__} {records!r}"
    faults.append(ValidationError(reason, value=records, path=f"$.{name}"))
    return ()


def _sound_id(record: Any) -> str | None:
    id = record.get("id") if isinstance(record, Mapping) else None
    return id if isinstance(id, str) else None


def _fact(cls: type, record: Any, path: str, faults: Faults) -> Any:
    """The fact, or None after noting every fault of the record."""
    fields = _fields(cls)
    found: Faults = []
    if not isinstance(record, Mapping):
        reason = f"expected a dictionary, got {type(record).__name__} {record!r}"
        faults.append(ValidationError(reason, entity=cls.__name__, value=record, path=path))
        return None
    values: dict[str, Any] = {}
    for key, value in record.items():
        reader = fields.get(key)
        if reader is None:
            found.append(_unknown(cls.__name__, key, value, fields, path))
            continue
        try:
            values[key] = reader(value)
        except ValidationError as error:
            inner = f"{path}.{key}{error.path}"
            found.append(ValidationError(error.reason, entity=cls.__name__, field=key, value=error.value, path=inner))
        except ValueError as error:
            found.append(ValidationError(str(error), entity=cls.__name__, field=key, value=value, path=f"{path}.{key}"))
    for name in _required(cls):
        if name not in record:
            found.append(
                ValidationError("is missing; it is required", entity=cls.__name__, field=name, path=f"{path}.{name}")
            )
    faults.extend(found)
    return None if found else cls(**values)


def _unknown(entity: str, key: Any, value: Any, known: Iterable[str], path: str) -> ValidationError:
    near = nearest(key, known) if isinstance(key, str) else ()
    hint = f"; did you mean {near[0]!r}?" if near else ""
    where = f"{path}.{key}" if isinstance(key, str) else path
    return ValidationError(
        f"{entity} has no field {key!r}{hint}", entity=entity, field=str(key), value=value, path=where
    )


Reader = Callable[[Any], Any]


@functools.cache
def _fields(cls: type) -> dict[str, Reader]:
    return {field.name: _reader(field) for field in attrs.fields(cls)}


@functools.cache
def _required(cls: type) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(cls) if field.default is attrs.NOTHING)


def _reader(field: attrs.Attribute[Any]) -> Reader:
    if field.name == "version":
        return _VERSION.check
    check: Check = field.metadata["check"]
    kind = str(field.type).removesuffix(" | None")
    convert = {"date": _day, "datetime": _moment, "Money": _money, "tuple[ExternalRef, ...]": _references}.get(kind)
    if convert is None:
        return check.check
    return lambda value: check.check(convert(value))


def _day(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if not _DAY.fullmatch(value):
        raise ValueError(f"expected a day such as '2026-03-31', got {value!r}")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise ValueError(f"expected a day of the calendar, got {value!r}: {error}") from None


def _moment(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    example = "expected a moment with its offset such as '2026-03-31T09:30:00+02:00'"
    if _DAY.fullmatch(value):
        raise ValueError(f"{example}, got only the day {value!r}")
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{example}, got {value!r}") from None
    if moment.tzinfo is None:
        raise ValueError(f"{example}, got {value!r} without one; say which time zone it is in")
    return moment


def _money(value: Any) -> Any:
    if isinstance(value, str):
        match = _AMOUNT.fullmatch(value)
        if match is None:
            raise ValueError(f"expected an amount such as '1200.50 EUR', got {value!r}")
        return Money(*match.groups())
    if isinstance(value, Mapping):
        return _part(Money, value, ("amount", "currency"))
    return value


def _references(value: Any) -> Any:
    if not isinstance(value, (list, tuple)):
        return value
    found = []
    for position, item in enumerate(value):
        try:
            found.append(_part(ExternalRef, item, ("system", "kind", "key")) if isinstance(item, Mapping) else item)
        except ValidationError as error:
            raise ValidationError(error.reason, value=error.value, path=f"[{position}]{error.path}") from None
    return tuple(found)


def _part(cls: type[Any], given: Mapping[Any, Any], names: tuple[str, ...]) -> Any:
    """A value that stands inside a record; its first fault, with the path from the record's field."""
    for key, value in given.items():
        if key not in names:
            raise _unknown(cls.__name__, key, value, names, "")
    for name in names:
        if name not in given:
            raise ValidationError("is missing; it is required", value=None, path=f".{name}")
    try:
        return cls(**given)
    except ValidationError as error:
        raise ValidationError(error.reason, value=error.value, path=f".{error.field}") from None
