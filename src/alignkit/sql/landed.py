"""Tables that a loader landed in a database, for `alignkit.importers.import_landed`: names, columns and streamed rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa

from alignkit.sql.faults import translated

__all__ = ["LandedSchema", "landed_tables"]

ROWS_PER_FETCH = 1_000
ABOUT = ("table_schema", "table_name", "column_name", "data_type", "ordinal_position")


class LandedSchema:
    """The tables and views of one schema, read only."""

    def __init__(self, connection: sa.Connection, schema: str | None, only: frozenset[str] | None) -> None:
        self._connection = connection
        self._schema = schema
        self._only = only
        self._tables: dict[str, sa.TableClause] = {}

    def names(self) -> list[str]:
        """
        Names of all tables and views, sorted.

        Raises:
            StoreError: The database refused.
        """
        with translated("list the landed tables"):
            inspector = sa.inspect(self._connection)
            found = {*inspector.get_table_names(schema=self._schema), *inspector.get_view_names(schema=self._schema)}
        return sorted(name for name in found if self._only is None or name in self._only)

    def columns(self, table: str) -> list[str]:
        """
        Columns of one table, in its order.

        Raises:
            StoreError: There is no such table, or the database refused.
        """
        return [column.name for column in self._table(table).columns]

    def rows(self, table: str, columns: Sequence[str] | None = None) -> Iterator[Mapping[str, Any]]:
        """
        Stream the rows of one table, in the order of its primary key where it has one.

        Raises:
            StoreError: There is no such table, or the database refused.
        """
        source = self._table(table)
        wanted = [source.columns[name] for name in columns] if columns is not None else list(source.columns)
        order = list(source.primary_key.columns) if isinstance(source, sa.Table) else []
        zoned = {column.name for column in wanted if isinstance(column.type, _Zoned)}
        picked = [_in_utc(column) if column.name in zoned else column for column in wanted]
        query = sa.select(*picked).order_by(*order).execution_options(stream_results=True, yield_per=ROWS_PER_FETCH)
        with translated(f"read the landed table {table}"), self._connection.execute(query) as result:
            names = [str(name) for name in result.keys()]  # noqa: SIM118 (the result's keys, not a mapping's)
            for values in result:
                row = dict(zip(names, values, strict=True))
                for name in zoned:
                    row[name] = _aware(row[name])
                yield row

    def _table(self, name: str) -> sa.TableClause:
        if name not in self._tables:
            with translated(f"describe the landed table {name}"):
                self._tables[name] = self._described(name)
        return self._tables[name]

    def _described(self, name: str) -> sa.TableClause:
        """The table with its columns. DuckDB's are asked for by hand: its dialect cannot reflect."""
        if self._connection.dialect.name != "duckdb":
            return sa.Table(name, sa.MetaData(), schema=self._schema, autoload_with=self._connection, resolve_fks=False)
        about = sa.table("columns", *map(sa.column, ABOUT), schema="information_schema")
        query = sa.select(about.c.column_name, about.c.data_type).where(about.c.table_name == name)
        query = query.where(about.c.table_schema == (self._schema or sa.func.current_schema()))
        found = self._connection.execute(query.order_by(about.c.ordinal_position)).all()
        columns = (sa.column(column, _Zoned() if "TIME ZONE" in str(kind) else None) for column, kind in found)
        return sa.table(name, *columns, schema=self._schema)


class _Zoned(sa.types.NullType):
    """A moment that DuckDB's driver gives only with the help of a library that nothing else here needs."""


def _in_utc(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    return sa.func.timezone("UTC", column).label(column.key)


def _aware(value: Any) -> Any:
    return value.replace(tzinfo=timezone.utc) if isinstance(value, datetime) else value


def landed_tables(
    connection: sa.Connection, *, schema: str | None = None, only: Sequence[str] | None = None
) -> LandedSchema:
    """
    Look at a schema into which a loader landed tables. Nothing is written, and rows are streamed.

    Args:
        connection: An open connection; it stays the caller's. Two readings of one table see the same rows only within
            one transaction of an isolation that promises it.
        schema: Schema, or what the engine calls so; its default one when None.
        only: Names of tables to look at; all when None.

    Returns:
        What `alignkit.importers.import_landed` reads.
    """
    return LandedSchema(connection, schema, None if only is None else frozenset(only))
