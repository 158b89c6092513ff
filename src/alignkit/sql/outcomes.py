"""The outcomes that a monitor found, kept row by row: those of subjects, and the earlier ones that subscribers know of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select

from alignkit.sql.bulk import chunks, insert_rows
from alignkit.sql.lookups import Scope
from alignkit.sql.tables import OUTCOMES
from alignkit.stores.monitoring import Outcome, RowsByKind

__all__ = ["forget_told", "outcomes_of", "replace_outcomes", "write_outcomes"]

Told = Mapping[str, Mapping[tuple[str, str], Outcome]]


def outcomes_of(scope: Scope, monitor: str) -> tuple[RowsByKind, Told]:
    """All outcomes of a monitor: of subjects by kind and id, and those known to each subscriber."""
    columns = OUTCOMES.c
    query = select(columns.subscriber, columns.kind, columns.subject_id, columns.outcome).where(
        columns.tenant_id == scope.tenant, columns.monitor == monitor
    )
    rows: dict[str, dict[str, Outcome]] = {}
    told: dict[str, dict[tuple[str, str], Outcome]] = {}
    for subscriber, kind, id, text in scope.connection.execute(query):
        outcome = tuple(map(int, text.split(",")))
        if subscriber:
            told.setdefault(subscriber, {})[kind, id] = outcome
        else:
            rows.setdefault(kind, {})[id] = outcome
    return rows, told


def replace_outcomes(scope: Scope, monitor: str, rows: RowsByKind) -> None:
    """Store the outcomes of all subjects in the place of those that are stored."""
    columns = OUTCOMES.c
    mine = (columns.tenant_id == scope.tenant, columns.monitor == monitor, columns.subscriber == "")
    scope.connection.execute(delete(OUTCOMES).where(*mine))
    _insert(scope, monitor, (("", kind, id, row) for kind, found in rows.items() for id, row in found.items()))


def write_outcomes(scope: Scope, monitor: str, written: Sequence[tuple[str, str, str, Outcome | None]]) -> None:
    """Store outcomes, each with its subscriber (empty for the subject's own), kind and id; None takes one away."""
    columns = OUTCOMES.c
    ids: dict[tuple[str, str], list[str]] = {}
    newest = {(subscriber, kind, id): row for subscriber, kind, id, row in written}
    for subscriber, kind, id in newest:
        ids.setdefault((subscriber, kind), []).append(id)
    for (subscriber, kind), some in ids.items():
        mine = (
            columns.tenant_id == scope.tenant,
            columns.monitor == monitor,
            columns.subscriber == subscriber,
            columns.kind == kind,
        )
        for chunk in chunks(some):
            scope.connection.execute(delete(OUTCOMES).where(*mine, columns.subject_id.in_(chunk)))
    _insert(scope, monitor, ((*key, row) for key, row in newest.items() if row is not None))


def forget_told(scope: Scope, monitor: str) -> None:
    """Take away what subscribers know of."""
    columns = OUTCOMES.c
    mine = (columns.tenant_id == scope.tenant, columns.monitor == monitor, columns.subscriber != "")
    scope.connection.execute(delete(OUTCOMES).where(*mine))


def _insert(scope: Scope, monitor: str, written: Iterable[tuple[str, str, str, Outcome]]) -> None:
    rows: list[tuple[Any, ...]] = [
        (scope.tenant, monitor, subscriber, kind, id, ",".join(map(str, row))) for subscriber, kind, id, row in written
    ]
    insert_rows(scope.connection, OUTCOMES, OUTCOMES.c.keys(), rows)
