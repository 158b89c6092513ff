"""
How single values lie in a database: one type for each sort of value, exact on every engine.

Owns both directions. `Moment` and `Day` are types for statements that people write; `writers` and `readers`
are the same conversions as plain functions, for the paths that carry many rows.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import BigInteger, Boolean, Date, DateTime, Double, Integer, Text, TypeDecorator
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

from alignkit.domain import ExternalRef
from alignkit.sql.custom_text import custom_read, custom_written

__all__ = [
    "AMOUNT",
    "CURRENCY",
    "FLAG",
    "KEY",
    "LONGEST_KEY",
    "LONGEST_TENANT",
    "NUMBER",
    "TENANT",
    "TEXT",
    "WHOLE",
    "WORD",
    "Convert",
    "Day",
    "Moment",
    "readers",
    "writers",
]

LONGEST_KEY: Final = 512
"""Most characters of an id: the longest that an index of every engine takes."""

LONGEST_TENANT: Final = 64
"""Most characters of a tenant's name."""

_UTC: Final = timezone.utc
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROSECOND: Final = timedelta(microseconds=1)
_MARIADB: Final = ("mysql", "mariadb")
_BINARY: Final = "utf8mb4_nopad_bin"

KEY: Final[TypeEngine[str]] = (
    Text()
    .with_variant(Text(collation="C"), "postgresql")
    .with_variant(mysql.VARCHAR(LONGEST_KEY, charset="utf8mb4", collation=_BINARY), *_MARIADB)
)
"""Ids and short words: text that an index can hold."""

TENANT: Final[TypeEngine[str]] = (
    Text()
    .with_variant(Text(collation="C"), "postgresql")
    .with_variant(mysql.VARCHAR(LONGEST_TENANT, charset="utf8mb4", collation=_BINARY), *_MARIADB)
)
"""Names of tenants; they stand in front of every key."""

WORD: Final[TypeEngine[str]] = TENANT
"""Words of our own: kinds, collections, hashes."""

AMOUNT: Final[TypeEngine[str]] = Text()
"""Exact decimals, as text: no engine's decimal keeps the digits as they were written, and SQLite has none at all."""

CURRENCY: Final[TypeEngine[str]] = (
    Text()
    .with_variant(Text(collation="C"), "postgresql")
    .with_variant(mysql.VARCHAR(3, charset="utf8mb4", collation=_BINARY), *_MARIADB)
)
"""ISO 4217 codes."""

TEXT: Final[TypeEngine[str]] = (
    Text()
    .with_variant(Text(collation="C"), "postgresql")
    .with_variant(mysql.LONGTEXT(charset="utf8mb4", collation=_BINARY), *_MARIADB)
)
"""Text of any length."""

NUMBER: Final[TypeEngine[float]] = Double()
WHOLE: Final[TypeEngine[int]] = Integer()
FLAG: Final[TypeEngine[bool]] = Boolean(create_constraint=False)


class Moment(TypeDecorator[datetime]):
    """
    An aware moment, in UTC to the microsecond: text of 26 characters on SQLite, microseconds since 1970 on Spark (where
    timestamps change with the session's zone), the engine's own type elsewhere.
    """

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type of the column."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.TIMESTAMP(timezone=True))
        if dialect.name in _MARIADB:
            return dialect.type_descriptor(mysql.DATETIME(fsp=6))
        if dialect.name == "spark":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(DateTime())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """As the driver takes it."""
        write = _writers(dialect.name).get("moment", _moment_here)
        return None if value is None else write(value.astimezone(_UTC))

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Aware, in UTC."""
        return None if value is None else _readers(dialect.name)["moment"](value)


class Day(TypeDecorator[date]):
    """A date; ISO text on SQLite."""

    impl = Date
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type of the column."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Date())

    def process_bind_param(self, value: date | None, dialect: Dialect) -> Any:
        """As the driver takes it."""
        return value.isoformat() if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        """A date."""
        return date.fromisoformat(value) if isinstance(value, str) else value


Convert = Callable[[Any], Any]
"""Brings one value from one form to the other."""


def writers(dialect: str) -> dict[str, Convert]:
    """Conversions from our values (never None) to the driver's, by sort of value; sorts that need none are absent."""
    return _writers(dialect)


def readers(dialect: str) -> dict[str, Convert]:
    """Conversions from the driver's values (never None) to ours, by sort of value; sorts that need none are absent."""
    return _readers(dialect)


def _moment_text(value: datetime) -> str:
    return value.isoformat(" ", "microseconds")[:26]


def _naive(value: datetime) -> datetime:
    return value.replace(tzinfo=None)


def _amount_text(value: Decimal) -> str:
    return format(value, "f")


def _texts_written(value: tuple[str, ...]) -> str:
    return json.dumps(value, ensure_ascii=False) if value else "[]"


def _texts_read(value: str) -> tuple[str, ...]:
    return () if value == "[]" else tuple(json.loads(value))


def _refs_written(value: tuple[ExternalRef, ...]) -> str:
    return json.dumps([(ref.system, ref.kind, ref.key) for ref in value], ensure_ascii=False) if value else "[]"


def _refs_read(value: str) -> tuple[ExternalRef, ...]:
    return () if value == "[]" else tuple([ExternalRef(*parts) for parts in json.loads(value)])


def _moment_parsed(value: str) -> datetime:
    return datetime.fromisoformat(value + "+00:00")


def _moment_aware(value: datetime) -> datetime:
    return value.replace(tzinfo=_UTC)


def _micros(value: datetime) -> int:
    return (value - _EPOCH) // _MICROSECOND


def _moment_of_micros(value: int) -> datetime:
    return _EPOCH + timedelta(microseconds=value)


def _moment_here(value: datetime) -> datetime:
    return value if value.tzinfo is _UTC else value.astimezone(_UTC)


def _writers(dialect: str) -> dict[str, Convert]:
    found: dict[str, Convert] = {"texts": _texts_written, "refs": _refs_written, "amount": _amount_text}
    found["custom"] = custom_written
    if dialect == "sqlite":
        found |= {"moment": _moment_text, "day": date.isoformat}
    elif dialect == "spark":
        found["moment"] = _micros
    elif dialect != "postgresql":
        found["moment"] = _naive
    return found


def _readers(dialect: str) -> dict[str, Convert]:
    found: dict[str, Convert] = {"texts": _texts_read, "refs": _refs_read, "amount": Decimal, "custom": custom_read}
    if dialect == "sqlite":
        found |= {"moment": _moment_parsed, "day": date.fromisoformat, "flag": bool}
    elif dialect == "postgresql":
        found["moment"] = _moment_here
    elif dialect == "spark":
        found["moment"] = _moment_of_micros
    else:
        found |= {"moment": _moment_aware, "flag": bool}
    return found
