"""
Facts as rows, and rows as facts, many at a time.

Values are converted column by column, and only where a driver's value differs from ours, because going through a
row cell by cell costs more than the cells do. Making the fact checks every value again.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any, Final

import attrs
from sqlalchemy import type_coerce
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import NullType

from alignkit.domain import COLLECTIONS, Entity, ExternalRef, Money
from alignkit.domain.custom import EMPTY
from alignkit.errors import ValidationError
from alignkit.sql import types as t
from alignkit.sql.tables import FIELDS, TABLES, Field

__all__ = ["Rows", "identity", "is_versioned", "ref_rows"]

BLOCK: Final = 1_000
"""Rows that are looked at together; more fall out of the processor's cache."""

Column = Sequence[Any]


def is_versioned(collection: str) -> bool:
    """Whether facts of the collection have versions and external references: all but the two that only upserts take."""
    return collection not in ("changes", "duplicates")


@attrs.frozen
class Rows:
    """
    How facts of one collection go to and from the rows of one engine.

    Attributes:
        collection: Such as `"projects"`.
        dialect: SQLAlchemy's name of the engine.
        names: Columns of a row: the tenant, the fields, then the version (or, in the journal, the number).
        selected: The same columns without the tenant, to select what `facts` reads: as the driver gives them.
    """

    collection: str
    dialect: str
    names: tuple[str, ...]
    selected: tuple[ColumnElement[Any], ...]

    @classmethod
    @functools.cache
    def of(cls, collection: str, dialect: str) -> Rows:
        """The rows of a collection; made once."""
        names = tuple(column for field in FIELDS[collection] for column in field.columns)
        last = ("version",) if is_versioned(collection) else ("sequence",) if collection == "changes" else ()
        table = TABLES[collection]
        selected = tuple(type_coerce(table.c[name], NullType()).label(name) for name in (*names, *last))
        return cls(collection, dialect, ("tenant_id", *names, *last), selected)

    @property
    def place_of_id(self) -> int:
        """Where the id stands in a row of `selected`."""
        return self.names.index("id") - 1

    def columns(self, tenant: str, facts: Sequence[Any], last: Sequence[int]) -> list[Column]:
        """
        The columns of many facts, for the driver.

        Args:
            tenant: Whose they are.
            facts: In order.
            last: Version of each (or, in the journal, its number).

        Raises:
            ValidationError: An id is too long for an index.
        """
        writers = t.writers(self.dialect)
        found: list[Column] = [(tenant,) * len(facts)]
        for field in FIELDS[self.collection]:
            values = list(map(attrgetter(field.name), facts))
            if field.name == "id" and max(map(len, values), default=0) > t.LONGEST_KEY:
                self._refuse(values)
            found.extend(_written(field, values, writers))
        if len(found) < len(self.names):
            found.append(last)
        return found

    def _refuse(self, ids: Sequence[str]) -> None:
        longest = max(ids, key=len)
        reason = f"a database keeps ids of at most {t.LONGEST_KEY} characters, this one has {len(longest)}"
        raise ValidationError(reason, entity=COLLECTIONS[self.collection].__name__, field="id", value=longest)

    def rows(self, tenant: str, facts: Sequence[Any], last: Sequence[int]) -> list[tuple[Any, ...]]:
        """The same as rows."""
        return list(zip(*self.columns(tenant, facts, last), strict=True))

    def facts(self, rows: Sequence[Sequence[Any]]) -> list[Any]:
        """
        The facts of rows that hold `selected`, in order.

        Raises:
            ValidationError: Someone else wrote a value into the table that the domain refuses.
        """
        found: list[Any] = []
        for start in range(0, len(rows), BLOCK):
            found.extend(self._block(rows[start : start + BLOCK]))
        return found

    def _block(self, rows: Sequence[Sequence[Any]]) -> Iterator[Any]:
        readers = t.readers(self.dialect)
        stored = iter(zip(*rows, strict=True))
        names: list[str] = []
        columns: list[Column] = []
        for field in FIELDS[self.collection]:
            values = next(stored)
            if field.sort == "money":
                columns.append(_money_read(values, next(stored), next(stored), readers["amount"]))
            elif values.count(_EMPTY.get(field.sort)) == len(values):
                continue  # what nobody has is the default, and costs nothing when it is not named
            else:
                columns.append(_read(values, readers.get(field.sort), nullable=field.nullable))
            names.append(field.name)
        if is_versioned(self.collection):
            names.append("version")
            columns.append(next(stored))
        cls: Callable[..., Entity] = COLLECTIONS[self.collection]
        return (cls(**dict(zip(names, values))) for values in zip(*columns, strict=True))  # noqa: B905  # equally long


def _written(field: Field, values: list[Any], writers: dict[str, t.Convert]) -> list[Column]:
    if field.sort == "money":
        write = writers["amount"]
        return [
            [None if money is None else write(money.amount) for money in values],
            [None if money is None else money.currency for money in values],
            [None if money is None else money.major for money in values],
        ]
    convert = writers.get(field.sort)
    if convert is None:
        return [values]
    if field.sort in _NOTHING:
        nothing, written = _NOTHING[field.sort]
        if values.count(nothing) == len(values):
            return [[written] * len(values)]
    if field.nullable:
        if values.count(None) == len(values):
            return [values]
        return [[None if value is None else convert(value) for value in values]]
    return [list(map(convert, values))]


def _read(values: Column, convert: t.Convert | None, *, nullable: bool) -> Column:
    if convert is None:
        return values
    if nullable:
        return [None if value is None else convert(value) for value in values]
    return list(map(convert, values))


def _money_read(amounts: Column, currencies: Column, majors: Column, convert: t.Convert) -> Column:
    return [
        None if amount is None else Money(convert(amount), currency)
        for amount, currency in zip(amounts, currencies, strict=True)
    ]


_LONGEST_PLAIN: Final = 400

_NOTHING: Final[dict[str, tuple[Any, str | None]]] = {"texts": ((), "[]"), "refs": ((), "[]"), "custom": (EMPTY, None)}
"""By sort, the value that nobody has given, and what is written for it."""

_EMPTY: Final = {"texts": "[]", "refs": "[]"}


def identity(ref: ExternalRef) -> str:
    """An external reference as one word that an index can hold: the plain one, or the hash of a very long one."""
    plain = json.dumps((ref.system, ref.kind, ref.key), ensure_ascii=False)
    return plain if len(plain) <= _LONGEST_PLAIN else f"sha256:{hashlib.sha256(plain.encode()).hexdigest()}"


def ref_rows(tenant: str, collection: str, facts: Iterable[Any]) -> list[tuple[Any, ...]]:
    """Rows of the external references of facts, in the order of the table's columns."""
    return [
        (tenant, collection, fact.id, position, identity(ref))
        for fact in facts
        if fact.external_refs
        for position, ref in enumerate(fact.external_refs)
    ]
