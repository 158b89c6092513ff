"""
The journal in the database: numbered in commit order, because writers number their entries under one lock.

The lock is the tenant's row of `ak_sequences`, taken when a unit of work commits and held until it has. So a reader
that goes on after the last number it saw misses nothing: a lower number cannot become visible later. Cursors taken
from ids that a database hands out while transactions overlap lose entries (198 of 600 with four writers), and
PostgreSQL's transaction ids would put an entry before one that it rests on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import attrs
from sqlalchemy import Connection, Select, func, insert, select, update

from alignkit.domain import Change
from alignkit.errors import StoreError, ValidationError
from alignkit.sql.bulk import insert_facts
from alignkit.sql.rows import Rows
from alignkit.sql.tables import SEQUENCES, TABLES
from alignkit.stores import ChangePage

__all__ = ["Journal"]

_CHANGES: Final = TABLES["changes"]
_CURSOR: Final = re.compile(r"([0-9a-f]+)-([0-9]{1,18})")


@attrs.frozen
class Journal:
    """
    The journal of one tenant.

    Attributes:
        store_id: Id of the database, which cursors carry so that those of another are refused.
        tenant: Whose entries.
        dialect: SQLAlchemy's name of the engine.
    """

    store_id: str
    tenant: str
    dialect: str

    def is_ready(self, connection: Connection) -> bool:
        """Whether the row that is the lock is there."""
        known = select(SEQUENCES.c.value).where(SEQUENCES.c.tenant_id == self.tenant)
        return connection.execute(known).first() is not None

    def begin(self, connection: Connection) -> None:
        """Make that row, where it is not there yet."""
        if not self.is_ready(connection):
            connection.execute(insert(SEQUENCES).values(tenant_id=self.tenant, value=0))

    @property
    def row(self) -> Select[Any]:
        """The row that is the lock."""
        return select(SEQUENCES.c.value).where(SEQUENCES.c.tenant_id == self.tenant)

    def lock(self, connection: Connection) -> int:
        """Wait for the turn to commit, which lasts to the end of the transaction, and give the newest number."""
        found = self.row
        if self.dialect not in ("sqlite", "duckdb"):
            found = found.with_for_update()
        row = connection.execute(found).first()
        if row is None:
            raise StoreError("the journal's counter is gone; someone removed it", operation="commit")
        return int(row[0])

    def append(self, connection: Connection, newest: int, changes: Sequence[Change]) -> None:
        """Write entries in order, numbered on from `newest`; the caller holds the lock."""
        if not changes:
            return
        numbers = range(newest + 1, newest + 1 + len(changes))
        insert_facts(connection, Rows.of("changes", self.dialect), self.tenant, changes, numbers)
        last = update(SEQUENCES).where(SEQUENCES.c.tenant_id == self.tenant).values(value=numbers[-1])
        connection.execute(last)

    def entry_id(self, number: int) -> str:
        """The id of the store's own entry of this number; no other store makes the same."""
        return f"{self.store_id}-{number}"

    def page(self, connection: Connection, after: str | None, limit: int) -> ChangePage:
        """The entries after a cursor; `connection` sees one moment."""
        if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
            raise ValidationError(f"expected 1 or more, got {limit!r}", entity="changes", field="limit", value=limit)
        last = self._number(after)
        rows = Rows.of("changes", self.dialect)
        query = (
            select(*rows.selected)
            .where(_CHANGES.c.tenant_id == self.tenant, _CHANGES.c.sequence > last)
            .order_by(_CHANGES.c.sequence)
            .limit(limit)
        )
        found = connection.execute(query).all()
        newest = self._newest(connection)
        if last > newest:
            raise self._refused(after)
        if found:
            last = found[-1][-1]
        return ChangePage(tuple(rows.facts(found)), self.entry_id(last), newest - last)

    def newest_cursor(self, connection: Connection) -> str:
        """The cursor after the newest entry that `connection` sees."""
        return self.entry_id(self._newest(connection))

    def _newest(self, connection: Connection) -> int:
        newest = select(func.coalesce(func.max(_CHANGES.c.sequence), 0)).where(_CHANGES.c.tenant_id == self.tenant)
        return int(connection.execute(newest).scalar_one())

    def _number(self, after: str | None) -> int:
        if after is None:
            return 0
        parts = _CURSOR.fullmatch(after) if isinstance(after, str) else None
        if parts is None or parts[1] != self.store_id:
            raise self._refused(after)
        return int(parts[2])

    def _refused(self, after: Any) -> ValidationError:
        reason = f"{after!r} is no cursor of this store; pass the cursor of an earlier page, or None to start"
        return ValidationError(reason, entity="changes", field="after", value=after)
