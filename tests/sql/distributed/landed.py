"""Facts as a loader lands them: one Arrow table for each collection, named like the fields of the domain."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pyarrow as pa

from alignkit.portfolio import Portfolio
from alignkit.sql.bound.layout import slots_of

TYPES: dict[str, pa.DataType] = {
    "key": pa.string(),
    "text": pa.string(),
    "currency": pa.string(),
    "moment": pa.timestamp("us", tz="UTC"),
    "day": pa.date32(),
    "flag": pa.bool_(),
    "number": pa.float64(),
    "whole": pa.int64(),
    "amount": pa.decimal128(30, 12),
}


def frames_of(session: Any, tables: dict[str, pa.Table]) -> dict[str, Any]:
    """Data frames of a session; where there are no rows, pyspark has to be told the types."""
    from pyspark.sql.pandas.types import from_arrow_schema

    return {
        name: session.createDataFrame(table, None if table.num_rows else from_arrow_schema(table.schema))
        for name, table in tables.items()
    }


def arrow_tables(portfolio: Portfolio) -> dict[str, pa.Table]:
    """The given collections of a portfolio."""
    return {name: arrow_table(portfolio, name) for name in sorted(portfolio.given)}


def arrow_table(portfolio: Portfolio, collection: str) -> pa.Table:
    facts = list(portfolio.records(collection).values())
    columns = {}
    for name, slot in slots_of(collection).items():
        columns[name] = pa.array([_value(fact, name, slot.sort) for fact in facts], TYPES[slot.sort])
    return pa.table(columns)


def _value(fact: Any, name: str, sort: str) -> Any:
    if sort == "currency":
        money = getattr(fact, name.removesuffix("_currency"))
        return None if money is None else money.currency
    value = getattr(fact, name)
    if sort == "amount":
        return None if value is None else value.amount.quantize(Decimal("1e-12"))
    return value
