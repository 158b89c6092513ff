"""What people decided about records being one customer, in a table; see `alignkit.stores.decisions.DecisionLog`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, func, insert, select, update

from alignkit.domain import ExternalRef
from alignkit.errors import DuplicateError, NotFoundError
from alignkit.sql.engines import Transaction
from alignkit.sql.lookups import Scope
from alignkit.sql.tables import LINK_DECISIONS
from alignkit.stores.decisions import LinkDecision, Revocation

__all__ = ["SqlDecisionLog"]

_SIDES: Final = ("left", "right")


class SqlDecisionLog:
    """
    Decisions kept in a database, each in its row; a revocation is written into the row that it concerns.

    Args:
        look: Opens a scope that sees one moment.
        whole: Runs a transaction, again where it met another one.
        scope: Gives the scope of a transaction.
    """

    def __init__(
        self,
        look: Callable[[str], AbstractContextManager[Scope]],
        whole: Callable[[str, Callable[[Transaction], Any]], Any],
        scope: Callable[[Transaction], Scope],
    ) -> None:
        self._look = look
        self._whole = whole
        self._scope = scope

    def append(self, *decisions: LinkDecision) -> None:
        """Keep decisions, all of them or none."""

        def write(transaction: Transaction) -> None:
            scope = self._scope(transaction)
            columns = LINK_DECISIONS.c
            newest = select(func.coalesce(func.max(columns.number), 0)).where(columns.tenant_id == scope.tenant)
            number = int(scope.connection.execute(newest).scalar_one())
            taken: set[str] = set()
            for decision in decisions:
                if decision.id in taken or _row(scope, decision.id) is not None:
                    raise DuplicateError("link decision", decision.id)
                taken.add(decision.id)
            rows = [_as_row(scope, at, decision) for at, decision in enumerate(decisions, number + 1)]
            if rows:
                scope.connection.execute(insert(LINK_DECISIONS), rows)

        self._whole("keep decisions", write)

    def revoke(self, id: str, /, *, actor: str, at: datetime, reason: str | None = None) -> None:
        """Let a decision stand no longer."""
        revocation = Revocation(actor=actor, at=at, reason=reason)

        def write(transaction: Transaction) -> None:
            scope = self._scope(transaction)
            row = _row(scope, id)
            if row is None:
                raise NotFoundError("link decision", id)
            if row.revoked_at is None:
                columns = LINK_DECISIONS.c
                values = {
                    "revoked_by": revocation.actor,
                    "revoked_at": revocation.at,
                    "revoked_because": revocation.reason,
                }
                mine = (columns.tenant_id == scope.tenant, columns.id == id)
                scope.connection.execute(update(LINK_DECISIONS).where(*mine).values(values))

        self._whole("revoke decision", write)

    def list(self, *, revoked: bool = False) -> tuple[LinkDecision, ...]:
        """Give the decisions that stand, in the order kept."""
        columns = LINK_DECISIONS.c
        with self._look("decisions") as scope:
            query = select(LINK_DECISIONS).where(columns.tenant_id == scope.tenant)
            if not revoked:
                query = query.where(columns.revoked_at.is_(None))
            return tuple(map(_decision, scope.connection.execute(query.order_by(columns.number, columns.id))))


def _row(scope: Scope, id: str) -> Row[Any] | None:
    columns = LINK_DECISIONS.c
    query = select(LINK_DECISIONS).where(columns.tenant_id == scope.tenant, columns.id == id)
    return scope.connection.execute(query).first()


def _as_row(scope: Scope, number: int, decision: LinkDecision) -> dict[str, Any]:
    row: dict[str, Any] = {
        "tenant_id": scope.tenant,
        "id": decision.id,
        "number": number,
        "verdict": decision.verdict,
        "actor": decision.actor,
        "decided_at": decision.at,
        "reason": decision.reason,
        "revoked_by": decision.revoked and decision.revoked.actor,
        "revoked_at": decision.revoked and decision.revoked.at,
        "revoked_because": decision.revoked and decision.revoked.reason,
    }
    for side, ref in zip(_SIDES, decision.pair, strict=True):
        row |= {f"{side}_system": ref.system, f"{side}_kind": ref.kind, f"{side}_key": ref.key}
    return row


def _decision(row: Row[Any]) -> LinkDecision:
    told = row._mapping
    sides = [ExternalRef(told[f"{side}_system"], told[f"{side}_kind"], told[f"{side}_key"]) for side in _SIDES]
    revoked = None
    if row.revoked_at is not None:
        revoked = Revocation(actor=row.revoked_by, at=row.revoked_at, reason=row.revoked_because)
    return LinkDecision(
        id=row.id,
        verdict=row.verdict,
        left=sides[0],
        right=sides[1],
        actor=row.actor,
        at=row.decided_at,
        reason=row.reason,
        revoked=revoked,
    )
