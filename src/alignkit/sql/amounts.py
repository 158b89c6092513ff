"""
Stored amounts of money as the doubles that rules read: in the one currency there is, or exchanged by the policy's rates.

Exchanging is what `Exchange.major` does: the exact amount times the exact rate, as the nearest double. Engines with exact
decimals do it themselves, within the digits they have; SQLite is given a function of ours.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

import attrs
from sqlalchemy import Connection, bindparam, case, or_, select, union
from sqlalchemy.sql.elements import ColumnElement

from alignkit.domain.money import Exchange
from alignkit.errors import PolicyError, UnsupportedExpressionError
from alignkit.expressions.diagnostics import Diagnostic
from alignkit.sql.emit.custom import give_number
from alignkit.sql.emit.exact import Exchanged
from alignkit.sql.lookups import Scope
from alignkit.sql.tables import FIELDS, TABLES
from alignkit.sql.types import AMOUNT, CURRENCY

__all__ = ["Currencies", "currencies_of", "give_function", "major"]

Column = ColumnElement[Any]

NATIVE_DIGITS: Final = 28
"""Digits to which Python's decimals multiply; a product of more would be rounded there."""

_FRACTION: Final = {"postgresql": NATIVE_DIGITS, "mysql": 18, "mariadb": 18, "duckdb": 8}
_WHOLE_OF_RATE: Final = {"postgresql": NATIVE_DIGITS, "mysql": 10, "mariadb": 10, "duckdb": 8}


@attrs.frozen
class Currencies:
    """
    How amounts are read.

    Attributes:
        common: The currency that rules calculate in; None where all amounts are in one.
        rates: Of the currencies that are stored beside it: code and rate as decimal text.
    """

    common: str | None
    rates: tuple[tuple[str, str], ...] = ()


def currencies_of(scope: Scope, collections: Iterable[str], exchange: Exchange | None) -> Currencies:
    """
    Look up what is stored.

    Raises:
        PolicyError: Amounts are in several currencies and there is no exchange.
        UnsupportedExpressionError: An amount in another currency, or its rate, has more digits than the engine.
    """
    if exchange is not None and not exchange.rates:
        return Currencies(exchange.currency)
    money = [(name, field.name) for name in sorted(collections) for field in FIELDS[name] if field.sort == "money"]
    codes = _codes(scope, money)
    if exchange is None:
        if len(codes) > 1:
            listed = ", ".join(sorted(codes))
            message = f"amounts are in {listed}; give the policy an exchange that says in which to calculate"
            raise PolicyError([Diagnostic("PolicyInvalid", message)])
        return Currencies(None)
    rates = {code: exchange.rates[code] for code in sorted(codes & set(exchange.rates)) if code != exchange.currency}
    if scope.dialect != "sqlite":
        for code, rate in rates.items():
            _check_digits(scope, money, code, rate)
    return Currencies(exchange.currency, tuple((code, format(rate, "f")) for code, rate in rates.items()))


def _codes(scope: Scope, money: list[tuple[str, str]]) -> set[str]:
    queries = []
    for collection, field in money:
        stored = TABLES[collection]
        code = stored.c[f"{field}_currency"]
        queries.append(select(code).where(stored.c.tenant_id == scope.tenant, code.is_not(None)))
    return set(scope.connection.execute(union(*queries)).scalars()) if queries else set()


def _check_digits(scope: Scope, money: list[tuple[str, str]], code: str, rate: Decimal) -> None:
    """Refuse what the engine, or Python's decimals, would round on the way."""
    _, digits, exponent = rate.as_tuple()
    assert isinstance(exponent, int)
    most = _FRACTION[scope.dialect]
    if -exponent > most or len(digits) + exponent > _WHOLE_OF_RATE[scope.dialect]:
        raise UnsupportedExpressionError(f"the rate {rate} of {code}, which has too many digits,", scope.dialect)
    longest = NATIVE_DIGITS - max(len(digits), len(digits) + exponent)
    for collection, field in money:
        stored = TABLES[collection]
        amount = stored.c[f"{field}_amount"]
        too_long = or_(amount.like(f"{'_' * (longest + 1)}%"), amount.like(f"%.{'_' * (most + 1)}%"))
        query = (
            select(amount)
            .where(stored.c.tenant_id == scope.tenant, stored.c[f"{field}_currency"] == code, too_long)
            .limit(1)
        )
        found = scope.connection.execute(query).scalar()
        if found is not None:
            what = f"{found} {code} ({collection}.{field}) times {rate}, which has too many digits,"
            raise UnsupportedExpressionError(what, scope.dialect)


def major(collection: str, field: str, currencies: Currencies) -> Column:
    """The double that rules read of a stored amount."""
    columns = TABLES[collection].c
    number, code = columns[f"{field}_major"], columns[f"{field}_currency"]
    if currencies.common is None:
        return number
    ways: list[Any] = [(code == bindparam("ak_currency", currencies.common, CURRENCY), number)]
    for place, (other, rate) in enumerate(currencies.rates):
        exchanged = Exchanged(columns[f"{field}_amount"], bindparam(f"ak_rate_{place}", rate, AMOUNT))
        ways.append((code == bindparam(f"ak_currency_{place}", other, CURRENCY), exchanged))
    return case(*ways)


def give_function(connection: Connection) -> None:
    """Let an SQLite connection multiply exact decimals, and read numbers exactly."""
    driver: Any = connection.connection.driver_connection
    give_number(driver)
    driver.create_function("ak_exchanged", 2, _exchanged, deterministic=True)


@functools.lru_cache(maxsize=256)
def _rate(text: str) -> Decimal:
    return Decimal(text)


def _exchanged(amount: str | None, rate: str) -> float | None:
    return None if amount is None else float(Decimal(amount) * _rate(rate))
