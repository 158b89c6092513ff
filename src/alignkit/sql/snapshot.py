"""Everything that is stored as a portfolio, read on a connection that sees one moment."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from alignkit.domain import COLLECTIONS
from alignkit.portfolio import Portfolio
from alignkit.sql.lookups import Scope
from alignkit.sql.tables import TABLES
from alignkit.stores.journal import WHOLE
from alignkit.stores.kinds import JOURNAL

__all__ = ["snapshot"]


def snapshot(scope: Scope) -> Portfolio:
    """The portfolio; see `alignkit.stores.Store.portfolio`."""
    given = scope.given()
    facts: dict[str, Any] = {}
    for name in COLLECTIONS:
        if name in given:
            read = _changes(scope) if name == JOURNAL else [fact for block in scope.every(name) for fact in block]
            facts[name] = read
    # Only entries of the journal and duplicates can name what is gone: the store keeps the laws for the rest.
    return Portfolio(**facts, dangling="unlink")


def _changes(scope: Scope) -> list[Any]:
    table, rows = TABLES[JOURNAL], scope.rows(JOURNAL)
    query = select(*rows.selected).where(table.c.tenant_id == scope.tenant, table.c.field != WHOLE).order_by(table.c.id)
    return [fact for block in scope.streamed(JOURNAL, query) for fact in block]
