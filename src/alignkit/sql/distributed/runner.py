"""
What scoring asks of an engine that has no driver of the usual kind: run a statement, keep a stage, say what a table has.

`Reader` stands on such an engine where statements are read elsewhere: it names stages so that two questions at a time
do not meet, and takes them away at the end.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, Protocol, runtime_checkable

import attrs
from sqlalchemy import FromClause, Select, column, table
from sqlalchemy.sql.elements import ClauseElement

from alignkit.errors import StoreError
from alignkit.sql.distributed.dialect import SparkDialect, Statement, statement_of

__all__ = ["Fetched", "Reader", "Result", "SqlRunner"]


class Fetched(NamedTuple):
    """Rows of a statement, by column and in its order of columns; a row's place is the same in each."""

    names: Sequence[str]
    columns: Sequence[Sequence[Any]]


@runtime_checkable
class SqlRunner(Protocol):
    """An engine that runs compiled statements. Nothing that is kept outlives `forget`, and no table is written."""

    @property
    def dialect(self) -> SparkDialect:
        """For which statements are compiled."""

    def source(self, name: str, given: Any, /) -> Mapping[str, str]:
        """Give a table a name under which statements read it as it is now; types of its columns, as Spark SQL says them."""

    def fetch(self, statement: Statement, /) -> Fetched:
        """Run a statement and bring its rows here: text as str, whole numbers as int, doubles as float."""

    def view(self, name: str, statement: Statement, /) -> None:
        """Give a statement a name under which later ones read it; it is worked out as often as it is read."""

    def hold(self, name: str, statement: Statement, /) -> None:
        """Work a statement out once, and give its rows a name under which later ones read them."""

    def forget(self, name: str, /) -> None:
        """Take a name away that was given before."""


@attrs.frozen(eq=False)
class Result:
    """Rows of a statement, read as those of a connection are."""

    fetched: Fetched

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return zip(*self.fetched.columns, strict=True)

    def one(self) -> tuple[Any, ...]:
        """The only row."""
        (row,) = self
        return row

    def scalars(self) -> Sequence[Any]:
        """The first column."""
        return self.fetched.columns[0]

    def scalar_one(self) -> Any:
        """The only value."""
        return self.one()[0]

    def mappings(self) -> Iterator[Mapping[str, Any]]:
        """Rows by names of columns."""
        return (dict(zip(self.fetched.names, row, strict=True)) for row in self)


@attrs.define(eq=False)
class Reader:
    """
    One look at an engine: runs statements and keeps stages until it is closed.

    Attributes:
        runner: The engine.
    """

    runner: SqlRunner
    _token: str = attrs.field(factory=lambda: uuid.uuid4().hex[:12])
    _kept: list[str] = attrs.field(factory=list)

    @property
    def dialect(self) -> SparkDialect:
        """For which statements are compiled."""
        return self.runner.dialect

    def execute(self, statement: ClauseElement) -> Result:
        """Run a statement; its values are ours, not the engine's."""
        made = statement_of(statement, self.dialect)
        found = self.runner.fetch(made)
        if len(found.columns) != len(made.readers):
            raise StoreError(f"expected {len(made.readers)} columns, got {len(found.columns)}", operation="judge")
        columns = [
            values if read is None else list(map(read, values))
            for values, read in zip(found.columns, made.readers, strict=True)
        ]
        return Result(Fetched(found.names, columns))

    def hold(self, name: str, statement: Select[Any]) -> FromClause:
        """A stage, worked out once."""
        return self._named(name, statement, is_held=True)

    def view(self, name: str, statement: Select[Any], keys: Sequence[str] = ()) -> FromClause:
        """A stage of a table's rows, worked out where it is read; `keys` are what rows are found by."""
        return self._named(name, statement, is_held=False)

    def _named(self, name: str, statement: Select[Any], *, is_held: bool) -> FromClause:
        unique = f"{name}_{self._token}"
        keep = self.runner.hold if is_held else self.runner.view
        keep(unique, statement_of(statement, self.dialect))
        self._kept.append(unique)
        return table(unique, *(column(found.name, found.type) for found in statement.selected_columns))

    @contextmanager
    def open(self) -> Iterator[Reader]:
        """Forget every stage at the end."""
        try:
            yield self
        finally:
            while self._kept:
                self.runner.forget(self._kept.pop())
