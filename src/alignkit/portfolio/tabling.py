"""
The facts of a portfolio as tables, and facts from data frames.

A table has a column for each field. An amount of money is two columns, `budget` in major units and
`budget_currency`; words and external references are one text, separated by semicolons. Custom values are columns such as `custom.risk`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import attrs

from alignkit.domain import COLLECTIONS
from alignkit.frames import Column, DataTable, records_of
from alignkit.portfolio.custom_columns import CUSTOM, custom_cells, custom_columns, take_custom

if TYPE_CHECKING:
    from alignkit.portfolio.portfolio import Portfolio

__all__ = ["collection_table", "records_from_frames"]

SEPARATOR: Final = ";"
MIDNIGHT: Final = datetime.min.time()
TYPES: Final[Mapping[str, type]] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "date": date,
    "datetime": datetime,
    "Money": float,
    "tuple[str, ...]": str,
    "tuple[ExternalRef, ...]": str,
}
UNITS: Final[Mapping[str, str]] = {
    "Money": "major units",
    "datetime": "UTC",
    "tuple[str, ...]": "separated by semicolons",
    "tuple[ExternalRef, ...]": "system:kind:key, separated by semicolons",
}


@cache
def _fields(collection: str) -> tuple[tuple[str, str], ...]:
    """Names and types of the fields, without the version that stores set."""
    fields = attrs.fields(COLLECTIONS[collection])
    return tuple((f.name, str(f.type).removesuffix(" | None")) for f in fields if f.name not in ("version", "custom"))


def collection_table(portfolio: Portfolio, collection: str) -> DataTable:
    """The facts of a given collection, in the order given."""
    columns: list[Column] = []
    for name, kind in _fields(collection):
        columns.append(Column(name, TYPES[kind], UNITS.get(kind, "")))
        if kind == "Money":
            columns.append(Column(f"{name}_currency", str, "ISO 4217"))
    facts = portfolio.records(collection).values()
    own = custom_columns(facts)
    columns.extend(own)
    names = [column.name.removeprefix(CUSTOM) for column in own]
    rows = ((*_cells(fact, collection), *custom_cells(fact, own, names)) for fact in facts)
    return DataTable.of_rows(collection, columns, rows)


def _cells(fact: Any, collection: str) -> Iterator[Any]:
    for name, kind in _fields(collection):
        value = getattr(fact, name)
        if kind == "Money":
            yield None if value is None else float(value.amount)
            yield None if value is None else value.currency
        elif kind == "tuple[ExternalRef, ...]":
            yield SEPARATOR.join(f"{ref.system}:{ref.kind}:{ref.key}" for ref in value)
        elif kind == "tuple[str, ...]":
            yield SEPARATOR.join(value)
        else:
            yield value


def records_from_frames(frames: Mapping[str, Any]) -> dict[str, Iterator[dict[str, Any]]]:
    """Records as `Portfolio.from_records` takes them, from data frames by collection."""
    return {name: _records(name, frame) for name, frame in frames.items()}


def _records(collection: str, frame: Any) -> Iterator[dict[str, Any]]:
    kinds = dict(_fields(collection))
    for row in records_of(frame, name=collection):
        record = {column: value for column, value in row.items() if value is not None}
        take_custom(record)
        for name in [name for name in record if name in kinds]:
            record[name] = _value(record, name, kinds[name])
        for name, kind in kinds.items():
            if kind == "Money":
                record.pop(f"{name}_currency", None)
        yield record


def _value(record: Mapping[str, Any], name: str, kind: str) -> Any:
    value = record[name]
    if kind == "Money" and isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        amount = {"amount": Decimal(repr(value)) if isinstance(value, float) else Decimal(value)}
        return {**amount, "currency": record[f"{name}_currency"]} if f"{name}_currency" in record else amount
    if kind == "int" and isinstance(value, float) and value.is_integer():
        return int(value)  # a column of whole numbers with gaps is one of floats in some libraries
    if kind == "date" and isinstance(value, datetime) and value.tzinfo is None and value.time() == MIDNIGHT:
        return value.date()  # and a column of days one of midnights
    if kind == "tuple[str, ...]":
        return tuple(_words(value))
    if kind == "tuple[ExternalRef, ...]":
        return [_reference(text) for text in _words(value)] if isinstance(value, str) else list(value)
    return value


def _words(value: Any) -> Iterable[Any]:
    return [word.strip() for word in value.split(SEPARATOR) if word.strip()] if isinstance(value, str) else value


def _reference(text: str) -> dict[str, str]:
    return dict(zip(("system", "kind", "key"), text.split(":", 2), strict=False))
