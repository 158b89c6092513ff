"""Lands a portfolio in plain tables of a database, as a loader would, and judges it there."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa

import alignkit as ak
from alignkit.policy.model import KINDS, model
from alignkit.sql.emit.sources import Sources
from alignkit.sql.emit.stages import Builder


class TextMoment(sa.types.TypeDecorator[datetime]):
    """A UTC moment as text of fixed length, which SQLite orders rightly."""

    impl = sa.String
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else value.astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M:%S.%f")

    def process_literal_param(self, value: Any, dialect: Any) -> str:
        return repr(self.process_bind_param(value, dialect))


class NaiveMoment(sa.types.TypeDecorator[datetime]):
    """A UTC moment without its zone, to the microsecond."""

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        if dialect.name in ("mysql", "mariadb"):
            from sqlalchemy.dialects.mysql import DATETIME

            return dialect.type_descriptor(DATETIME(fsp=6))
        return dialect.type_descriptor(sa.DateTime())

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else value.astimezone(timezone.utc).replace(tzinfo=None)


def types_for(dialect: str) -> dict[str, Any]:
    """Column types by base type of the language."""
    text = sa.String(400)
    if dialect in ("mysql", "mariadb"):
        text = sa.String(400, collation="utf8mb4_nopad_bin")
    elif dialect == "postgresql":
        text = sa.String(400, collation="C")
    moment = TextMoment() if dialect == "sqlite" else NaiveMoment()
    day = sa.String(10) if dialect == "sqlite" else sa.Date()
    return {"text": text, "float": sa.Double(), "int": sa.BigInteger(), "bool": sa.Boolean(), "moment": moment, "date": day}


class TextDay(sa.types.TypeDecorator[Any]):
    """A day as ISO text."""

    impl = sa.String
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else value.isoformat()


def land(connection: sa.Connection, portfolio: ak.Portfolio, exchange: ak.Exchange, prefix: str = "t_") -> Sources:
    """Write every given collection into a table of its own."""
    types = types_for(connection.dialect.name)
    if connection.dialect.name == "sqlite":
        types["date"] = TextDay()
    metadata = sa.MetaData()
    tables = {}
    for kind, collection in KINDS.items():
        if collection in portfolio.given:
            fields = model().kinds[kind].fields.values()
            columns = [sa.Column(field.name, types[field.type.base]) for field in fields]
            tables[collection] = sa.Table(prefix + collection, metadata, *columns)
    metadata.create_all(connection)
    for collection, table in tables.items():
        kind = next(k for k, c in KINDS.items() if c == collection)
        rows = [_row(kind, record, exchange) for record in portfolio.records(collection).values()]
        if rows:
            connection.execute(table.insert(), rows)
    return Sources(tables, types["moment"], types["date"])


def _row(kind: str, record: Any, exchange: ak.Exchange) -> dict[str, Any]:
    found = {}
    for field in model().kinds[kind].fields.values():
        value = getattr(record, field.name)
        found[field.name] = exchange.major(value) if field.is_money else value
    return found


def fenced(name: str, statement: sa.Select[Any]) -> sa.FromClause:
    """One statement with fenced stages."""
    return statement.cte(name).prefix_with("MATERIALIZED")


class Staged:
    """Stages one after another in temporary tables."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.made: list[str] = []

    def __call__(self, name: str, statement: sa.Select[Any]) -> sa.FromClause:
        compiled = statement.compile(dialect=self.connection.dialect)
        self.connection.execute(_CreateAs(name, statement))
        self.made.append(name)
        del compiled
        return sa.table(name, *(sa.column(c.name, c.type) for c in statement.selected_columns))

    def drop(self) -> None:
        """Remove what was made."""
        for name in self.made:
            self.connection.exec_driver_sql(f"DROP TEMPORARY TABLE {name}")


class _CreateAs(sa.sql.expression.Executable, sa.sql.expression.ClauseElement):
    inherit_cache = False

    def __init__(self, name: str, statement: Any) -> None:
        self.name = name
        self.statement = statement


@sa.ext.compiler.compiles(_CreateAs) if hasattr(sa, "ext") else (lambda f: f)
def _create_as(element: Any, compiler: Any, **kw: Any) -> str:
    return f"CREATE TEMPORARY TABLE {element.name} AS {compiler.process(element.statement, **kw)}"


def judge(connection: sa.Connection, policy: ak.Policy, sources: Sources, now: datetime) -> dict[str, dict[str, tuple[int, ...]]]:
    """Rows by kind and id, as the database finds them."""
    staged = Staged(connection) if connection.dialect.name in ("mysql", "mariadb") else None
    builder = Builder(model(), policy.plan, policy.scoring, sources, now, now.astimezone(timezone.utc).date(), staged or fenced)
    found = {}
    for kind, rows in builder.build().items():
        rules = len(policy.scoring.rules[kind])
        columns = [rows.c.ak_id, rows.c.ak_total, *(rows.c[f"r{i}"] for i in range(rules))]
        found[kind] = {row[0]: tuple(map(int, row[1:])) for row in connection.execute(sa.select(*columns))}
    if staged:
        staged.drop()
    return found
