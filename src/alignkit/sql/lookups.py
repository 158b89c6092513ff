"""Stored facts by key: the few statements that everything else is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs
from sqlalchemy import Connection, Select, select

from alignkit.sql.bulk import chunks
from alignkit.sql.rows import Rows, identity
from alignkit.sql.tables import EXTERNAL_REFS, GIVEN, TABLES

__all__ = ["STREAMED", "Scope"]

STREAMED = 5_000


@attrs.frozen
class Scope:
    """
    A connection, and whose rows may be seen on it: no statement about facts leaves the tenant out.

    Attributes:
        connection: In a transaction.
        tenant: Whose rows; empty in a database without tenants.
    """

    connection: Connection
    tenant: str

    @property
    def dialect(self) -> str:
        """SQLAlchemy's name of the engine."""
        return self.connection.dialect.name

    def rows(self, collection: str) -> Rows:
        """How facts of a collection lie here."""
        return Rows.of(collection, self.dialect)

    def one(self, collection: str, id: str) -> Any:
        """The fact of an id, or None."""
        table, rows = TABLES[collection], self.rows(collection)
        query = select(*rows.selected).where(table.c.tenant_id == self.tenant, table.c.id == id)
        found = self.read(collection, query)
        return found[0] if found else None

    def read(self, collection: str, query: Select[Any]) -> list[Any]:
        """The facts that a query of the collection's `selected` columns finds."""
        result = self.connection.execute(query)
        # Straight from the driver: no value needs conversion here, and plain tuples are read much faster.
        rows: list[Any] = list(result.cursor.fetchall()) if result.cursor is not None else []
        result.close()
        return self.rows(collection).facts(rows)

    def several(self, collection: str, ids: Iterable[str]) -> dict[str, Any]:
        """Facts by id; ids that nothing is stored under are absent."""
        table, rows = TABLES[collection], self.rows(collection)
        found: dict[str, Any] = {}
        for some in chunks(list(ids)):
            query = select(*rows.selected).where(table.c.tenant_id == self.tenant, table.c.id.in_(some))
            found.update((fact.id, fact) for fact in self.read(collection, query))
        return found

    def every(self, collection: str) -> Iterator[list[Any]]:
        """All facts in the order of ids, some thousand at a time."""
        table, rows = TABLES[collection], self.rows(collection)
        query = select(*rows.selected).where(table.c.tenant_id == self.tenant).order_by(table.c.id)
        yield from self.streamed(collection, query)

    def streamed(self, collection: str, query: Select[Any]) -> Iterator[list[Any]]:
        """The same as `read`, some thousand at a time."""
        rows = self.rows(collection)
        result = self.connection.execute(query)
        while block := result.cursor.fetchmany(STREAMED) if result.cursor is not None else ():
            yield rows.facts(block)
        result.close()

    def present(self, collection: str, ids: Iterable[str]) -> set[str]:
        """Those of the ids that something is stored under."""
        table = TABLES[collection]
        found: set[str] = set()
        for some in chunks(list(ids)):
            query = select(table.c.id).where(table.c.tenant_id == self.tenant, table.c.id.in_(some))
            found.update(self.connection.execute(query).scalars())
        return found

    def referring(self, collection: str, field: str, ids: Iterable[str]) -> list[tuple[str, str]]:
        """Ids of the facts that point at one of the ids by a field, each with that id."""
        table = TABLES[collection]
        found: list[tuple[str, str]] = []
        for some in chunks(list(ids)):
            query = select(table.c.id, table.c[field]).where(table.c.tenant_id == self.tenant, table.c[field].in_(some))
            found.extend((row[0], row[1]) for row in self.connection.execute(query))
        return found

    def parents(self, collection: str, ids: Iterable[str]) -> dict[str, str]:
        """The parent of each of the facts that has one."""
        table = TABLES[collection]
        found: dict[str, str] = {}
        for some in chunks(list(ids)):
            query = select(table.c.id, table.c.parent_id).where(
                table.c.tenant_id == self.tenant, table.c.id.in_(some), table.c.parent_id.is_not(None)
            )
            found.update((row[0], row[1]) for row in self.connection.execute(query))
        return found

    def holders(self, collection: str, refs: Iterable[Any]) -> Mapping[Any, frozenset[str]]:
        """Ids of the facts that hold each of the external references."""
        words = {identity(ref): ref for ref in refs}
        found: dict[Any, set[str]] = {ref: set() for ref in words.values()}
        columns = EXTERNAL_REFS.c
        for some in chunks(list(words)):
            query = select(columns.identity, columns.id).where(
                columns.tenant_id == self.tenant, columns.collection == collection, columns.identity.in_(some)
            )
            for word, id in self.connection.execute(query):
                found[words[word]].add(id)
        return {ref: frozenset(ids) for ref, ids in found.items()}

    def is_empty(self, collection: str) -> bool:
        """Whether nothing is stored in the collection."""
        table = TABLES[collection]
        return (
            self.connection.execute(select(table.c.id).where(table.c.tenant_id == self.tenant).limit(1)).first() is None
        )

    def numbers(self, ids: Iterable[str]) -> dict[str, int]:
        """Numbers of journal entries by id."""
        table = TABLES["changes"]
        found: dict[str, int] = {}
        for some in chunks(list(ids)):
            query = select(table.c.id, table.c.sequence).where(table.c.tenant_id == self.tenant, table.c.id.in_(some))
            found.update((row[0], row[1]) for row in self.connection.execute(query))
        return found

    def given(self) -> set[str]:
        """Collections that are marked as known."""
        query = select(GIVEN.c.collection).where(GIVEN.c.tenant_id == self.tenant)
        return set(self.connection.execute(query).scalars())
