"""Many rows at once, by the fast path of each driver. Values always travel beside the text of a statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Table, delete, func, select

from alignkit.sql.rows import Rows, is_versioned, ref_rows
from alignkit.sql.tables import EXTERNAL_REFS, TABLES

__all__ = ["CHUNK", "chunks", "delete_facts", "insert_facts", "insert_rows", "marks"]

CHUNK: Final = 2_000
"""Most values in one list of a statement; every engine takes that many."""

BLOCK: Final = 20_000

S = TypeVar("S", bound=Sequence[Any])


def chunks(values: S, size: int = CHUNK) -> Iterator[S]:
    """The values in runs of at most `size`."""
    for start in range(0, len(values), size):
        yield values[start : start + size]  # type: ignore[misc]


def insert_facts(connection: Connection, rows: Rows, tenant: str, facts: Sequence[Any], last: Sequence[int]) -> None:
    """Insert facts, with their external references."""
    table = TABLES[rows.collection]
    for start in range(0, len(facts), BLOCK):
        block = facts[start : start + BLOCK]
        insert_columns(connection, table, rows.names, rows.columns(tenant, block, last[start : start + BLOCK]))
        if is_versioned(rows.collection):
            insert_rows(connection, EXTERNAL_REFS, EXTERNAL_REFS.c.keys(), ref_rows(tenant, rows.collection, block))


def insert_columns(
    connection: Connection, table: Table, names: Sequence[str], columns: Sequence[Sequence[Any]]
) -> None:
    """Insert rows given as columns."""
    if connection.dialect.name == "duckdb":
        _unnest(connection, table, names, columns)
    else:
        insert_rows(connection, table, names, list(zip(*columns, strict=True)))


def insert_rows(connection: Connection, table: Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows, whose values are the driver's own."""
    if not rows:
        return
    dialect = connection.dialect.name
    if dialect == "duckdb":
        _unnest(connection, table, names, list(zip(*rows, strict=True)))
        return
    quote = connection.dialect.identifier_preparer
    into = f"{quote.format_table(table)} ({', '.join(map(quote.quote, names))})"
    if len(rows) > 1 and _can_copy(connection, table):
        raw: Any = connection.connection.cursor()
        with raw as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    places = ", ".join(marks(connection, len(names)))
    statement = f"INSERT INTO {into} VALUES ({places})"  # noqa: S608  # names and marks only
    connection.exec_driver_sql(statement, list(rows))


def _can_copy(connection: Connection, table: Table) -> bool:
    """Whether PostgreSQL takes rows by COPY, which it does not where it watches them by itself."""
    if connection.dialect.name != "postgresql" or connection.dialect.driver != "psycopg":
        return False
    return not connection.execute(select(func.row_security_active(table.name))).scalar()


def _unnest(connection: Connection, table: Table, names: Sequence[str], columns: Sequence[Sequence[Any]]) -> None:
    """DuckDB takes a parameter for each column rather than for each value."""
    dialect = connection.dialect
    quote = dialect.identifier_preparer
    types = [table.c[name].type.compile(dialect) for name in names]
    marks = ", ".join(f"unnest(${number}::{kind}[])" for number, kind in enumerate(types, 1))
    statement = f"INSERT INTO {quote.format_table(table)} ({', '.join(map(quote.quote, names))}) SELECT {marks}"
    connection.exec_driver_sql(statement, tuple(list(values) for values in columns))


def delete_facts(connection: Connection, collection: str, tenant: str, ids: Sequence[str]) -> None:
    """Delete facts by id, with their external references."""
    table = TABLES[collection]
    for some in chunks(ids):
        connection.execute(delete(table).where(table.c.tenant_id == tenant, table.c.id.in_(some)))
        if is_versioned(collection):
            refs = EXTERNAL_REFS.c
            connection.execute(
                delete(EXTERNAL_REFS).where(refs.tenant_id == tenant, refs.collection == collection, refs.id.in_(some))
            )


def marks(connection: Connection, count: int) -> Iterator[str]:
    """The places of values in the text of a statement, as this driver writes them."""
    style = connection.dialect.paramstyle
    if style == "numeric_dollar":
        return iter([f"${number}" for number in range(1, count + 1)])
    return iter(["?" if style == "qmark" else "%s"] * count)
