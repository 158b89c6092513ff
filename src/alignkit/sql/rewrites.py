"""What was written without a journal entry, noted for monitors: they look at those facts again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import func, select

from alignkit.sql.bulk import insert_rows
from alignkit.sql.lookups import Scope
from alignkit.sql.tables import REWRITES

__all__ = ["EVERYTHING", "note", "noted"]

EVERYTHING: Final = "*"
"""The collection of a note that says: read everything again."""

MOST: Final = 500
"""How many facts one commit notes singly."""


def note(scope: Scope, collection: str, ids: Sequence[str]) -> None:
    """Note facts that were written; of very many only that they were. The caller holds the journal's lock."""
    if not ids:
        return
    told = [(collection, id) for id in ids] if len(ids) <= MOST else [(EVERYTHING, "")]
    last = newest(scope)
    rows = [(scope.tenant, number, *one) for number, one in enumerate(told, last + 1)]
    insert_rows(scope.connection, REWRITES, REWRITES.c.keys(), rows)


def noted(scope: Scope, after: int) -> list[tuple[str, str]]:
    """Collection and id of what was noted after a number, in order."""
    columns = REWRITES.c
    query = (
        select(columns.collection, columns.fact_id)
        .where(columns.tenant_id == scope.tenant, columns.number > after)
        .order_by(columns.number)
    )
    return [(row[0], row[1]) for row in scope.connection.execute(query)]


def newest(scope: Scope) -> int:
    """The number of the newest note; 0 when there is none."""
    query = select(func.coalesce(func.max(REWRITES.c.number), 0)).where(REWRITES.c.tenant_id == scope.tenant)
    return int(scope.connection.execute(query).scalar_one())
