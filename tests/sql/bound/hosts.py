"""A host's own tables, with the facts of a portfolio in them under other names and plain types."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Double,
    Engine,
    Integer,
    MetaData,
    Numeric,
    Select,
    String,
    Table,
    insert,
    select,
)
from sqlalchemy.dialects import mysql

from alignkit.domain import COLLECTIONS
from alignkit.portfolio import Portfolio
from alignkit.sql.bound.layout import slots_of

TYPES: dict[str, Any] = {
    "key": String(200),
    "text": String(2_000),
    "currency": String(3),
    "day": Date(),
    "flag": Boolean(),
    "number": Double(),
    "whole": Integer(),
    "amount": Numeric(18, 4),
    "moment": DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"),
}


def table_of(collection: str, prefix: str = "host", **types: Any) -> Table:
    """The host's table of a collection, without keys or constraints; `types` replaces types of columns."""
    columns = [
        Column(f"c_{slot.name}", types.get(slot.name, TYPES[slot.sort])) for slot in slots_of(collection).values()
    ]
    return Table(f"{prefix}_{collection}", MetaData(), *columns)


def row_of(fact: Any, collection: str) -> dict[str, Any]:
    """A fact as a row of the host's table, moments in UTC without saying so."""
    row: dict[str, Any] = {}
    for slot in slots_of(collection).values():
        if slot.sort == "currency":
            continue
        value = getattr(fact, slot.name)
        if slot.sort == "amount":
            row[f"c_{slot.name}"] = None if value is None else Decimal(value.amount)
            row[f"c_{slot.name}_currency"] = None if value is None else value.currency
        elif slot.sort == "moment":
            row[f"c_{slot.name}"] = None if value is None else value.replace(tzinfo=None)
        else:
            row[f"c_{slot.name}"] = value
    return row


def selected(table: Table, *left_out: str) -> Select[Any]:
    """The host's columns, labelled as alignkit calls them."""
    return select(*(c.label(c.name[2:]) for c in table.c if c.name[2:] not in left_out))


def host(connection: Connection, portfolio: Portfolio, prefix: str = "host") -> dict[str, Table]:
    """Make the tables of the given collections and fill them."""
    made: dict[str, Table] = {}
    for name in COLLECTIONS:
        if name in portfolio.given:
            table = made[name] = table_of(name, prefix)
            table.drop(connection, checkfirst=True)
            table.create(connection)
            rows = [row_of(fact, name) for fact in portfolio.records(name).values()]
            if rows:
                connection.execute(insert(table), rows)
    return made


def hosted(engine: Engine, portfolio: Portfolio) -> dict[str, Table]:
    """The same on an engine, committed, under names of their own."""
    with engine.begin() as connection:
        return host(connection, portfolio, "kept")
