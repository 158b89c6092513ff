"""Reading stored facts by id and by condition, and writing them inside a unit of work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, select

from alignkit.domain import COLLECTIONS, Entity
from alignkit.errors import NotFoundError, UnsupportedExpressionError, ValidationError
from alignkit.policy.filters import compile_filter
from alignkit.portfolio.names import MOST_COMPARED, nearest
from alignkit.sql.filters import filtered
from alignkit.sql.lookups import Scope
from alignkit.sql.snapshot import snapshot
from alignkit.sql.tables import TABLES
from alignkit.sql.work import Work
from alignkit.stores.finding import checked_limit, found, order_of
from alignkit.stores.kinds import KIND_OF
from alignkit.stores.looking import Facts
from alignkit.stores.protocols import Value

__all__ = ["SqlReader", "SqlRepository"]

E = TypeVar("E", bound=Entity)

Look = Callable[[str], AbstractContextManager[Scope]]
"""Gives, for an operation, a scope to read in."""

Perform = Callable[[str, Callable[[Work], Any]], Any]
"""Runs one write of a unit of work."""


class SqlReader(Generic[E]):
    """The stored facts of one kind, to read; see `alignkit.stores.ReadRepository`."""

    def __init__(self, collection: str, look: Look) -> None:
        self._collection = collection
        self._look = look

    def get(self, id: str, /) -> E:
        """The fact of this id; see `ReadRepository.get`."""
        with self._look("get") as scope:
            fact = scope.one(self._collection, id)
            if fact is None:
                raise NotFoundError(KIND_OF[self._collection], id, nearest(id, self._some_ids(scope)))
        found: E = fact
        return found

    def find(
        self,
        text: str | None = None,
        names: Mapping[str, Value] | None = None,
        /,
        *,
        order_by: str | None = None,
        limit: int | None = None,
    ) -> tuple[E, ...]:
        """
        The facts for which a condition holds; see `ReadRepository.find`.

        One statement finds them, with the order and the limit in it, and fetches no others. A condition that has no
        statement (see `alignkit.sql.filters`) is judged here on everything that is stored, with the same result.
        """
        field, is_down = order_of(self._collection, order_by)
        most = checked_limit(limit)
        condition = None if text is None else compile_filter(KIND_OF[self._collection], text, names)
        with self._look("find") as scope:
            query = self._first(scope, field, is_down, most)
            if condition is not None:
                try:
                    query = filtered(scope, self._collection, query, condition)
                except UnsupportedExpressionError:
                    return found(Facts(snapshot(scope), {}), self._collection, text, names, order_by, limit)
            return tuple(scope.read(self._collection, query))

    def _first(self, scope: Scope, field: str, is_down: bool, limit: int | None) -> Select[Any]:
        table, rows = TABLES[self._collection], scope.rows(self._collection)
        column = table.c[field]
        query = select(*rows.selected).where(table.c.tenant_id == scope.tenant)
        return query.order_by(column.is_(None), column.desc() if is_down else column, table.c.id).limit(limit)

    def _some_ids(self, scope: Scope) -> list[str]:
        table = TABLES[self._collection]
        query = select(table.c.id).where(table.c.tenant_id == scope.tenant).order_by(table.c.id).limit(MOST_COMPARED)
        return list(scope.connection.execute(query).scalars())


class SqlRepository(SqlReader[E]):
    """The facts of one kind inside a unit of work; see `alignkit.stores.Repository`."""

    def __init__(self, collection: str, look: Look, perform: Perform) -> None:
        super().__init__(collection, look)
        self._perform = perform

    def add(self, fact: E, /) -> E:
        """Store a new fact; see `Repository.add`."""
        made: E = self._perform("add", lambda work: work.add(self._collection, self._checked(fact)))
        return made

    def update(self, fact: E, /) -> E:
        """Store a fact in the place of the one of its id; see `Repository.update`."""
        made: E = self._perform("update", lambda work: work.update(self._collection, self._checked(fact)))
        return made

    def remove(self, id: str, /, *, version: int | None = None) -> None:
        """Take a fact out; see `Repository.remove`."""
        self._perform("remove", lambda work: work.remove(self._collection, id, version))

    def _checked(self, fact: Any) -> Any:
        cls = COLLECTIONS[self._collection]
        if type(fact) is not cls:
            reason = f"expected {cls.__name__}, got {type(fact).__name__} {fact!r}"
            raise ValidationError(reason, entity=cls.__name__, value=fact)
        return fact
