"""
Rows that a statement reads several times, fenced: worked out once and named.

On MariaDB, which has no fence, they become temporary tables with the indexes that joins need; elsewhere common
table expressions. Nothing outlives the question.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, Protocol

from sqlalchemy import Connection, FromClause, Select, column, table
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ClauseElement

__all__ = ["STAGED", "Stage", "staging"]

STAGED: Final = ("mysql", "mariadb")


class Stage(Protocol):
    """Names rows and fences them."""

    def __call__(self, name: str, statement: Select[Any], keys: Sequence[str] = ()) -> FromClause:
        """Something to select from that holds the rows of the statement; `keys` are what rows are found by."""


class _CreateIndexed(Executable, ClauseElement):
    inherit_cache = False

    def __init__(self, name: str, statement: Select[Any], keys: Sequence[str]) -> None:
        self.name = name
        self.statement = statement
        self.keys = keys


@compiles(_CreateIndexed)
def _create_indexed(element: _CreateIndexed, compiler: Any, **kw: Any) -> str:
    quote = compiler.preparer.quote
    indexes = ", ".join(f"INDEX ({quote(key)})" for key in element.keys)
    head = f"CREATE TEMPORARY TABLE {quote(element.name)}" + (f" ({indexes})" if indexes else "")
    return f"{head} AS {compiler.process(element.statement, **kw)}"


@contextmanager
def staging(connection: Connection) -> Iterator[Stage]:
    """Stages on a connection, gone at the end."""
    made: list[str] = []

    def create(name: str, statement: Select[Any], keys: Sequence[str] = ()) -> FromClause:
        connection.execute(_CreateIndexed(name, statement, keys))
        made.append(name)
        return table(name, *(column(c.name, c.type) for c in statement.selected_columns))

    def fence(name: str, statement: Select[Any], keys: Sequence[str] = ()) -> FromClause:
        return statement.cte(name).prefix_with("MATERIALIZED")

    if connection.dialect.name not in STAGED:
        yield fence
        return
    try:
        yield create
    finally:
        for name in reversed(made):
            connection.exec_driver_sql(f"DROP TEMPORARY TABLE {connection.dialect.identifier_preparer.quote(name)}")
