"""Runs of imports and source states in tables; see `alignkit.stores.runs.RunLedger`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, delete, insert, select, update

from alignkit.domain import Entity, ExternalRef
from alignkit.sql.bulk import chunks
from alignkit.sql.engines import Transaction
from alignkit.sql.lookups import Scope
from alignkit.sql.rows import identity
from alignkit.sql.tables import IMPORT_RUNS, SOURCE_STATES, TABLES
from alignkit.sql.upsert import upsert
from alignkit.sql.work import Work
from alignkit.stores.journal import Stamp
from alignkit.stores.runs import ImportRun, Settled, Settlement, SourceState, Stored

__all__ = ["SqlRuns"]

_RUNS: Final = IMPORT_RUNS.c
_STATES: Final = SOURCE_STATES.c
_COUNTS: Final = ("done", "total", "added", "updated", "unchanged", "waiting", "outdated")


class SqlRuns:
    """
    What a database keeps about imports.

    Args:
        look: Opens a scope that sees one moment.
        whole: Runs a transaction, again where it met another one.
        work: Begins to write in a transaction.
    """

    def __init__(
        self,
        look: Callable[[str], AbstractContextManager[Scope]],
        whole: Callable[[str, Callable[[Transaction], Settled]], Settled],
        work: Callable[[Transaction, Stamp | None], Work],
    ) -> None:
        self._look = look
        self._whole = whole
        self._work = work

    def list(self, name: str | None = None, /, *, limit: int = 100) -> tuple[ImportRun, ...]:
        """Give the runs, the newest first."""
        with self._look("runs") as scope:
            query = select(IMPORT_RUNS).where(_RUNS.tenant_id == scope.tenant)
            if name is not None:
                query = query.where(_RUNS.name == name)
            newest = query.order_by(_RUNS.started_at.desc(), _RUNS.name.desc(), _RUNS.number.desc()).limit(limit)
            return tuple(map(_run, scope.connection.execute(newest)))

    def states(self, *refs: ExternalRef) -> tuple[SourceState, ...]:
        """What is known of the sources of records."""
        with self._look("states") as scope:
            found = _states(scope, refs)
            return tuple(state for ref in refs for state in sorted(found.get(ref, ()), key=lambda state: state.field))

    def settle(
        self,
        plan: Callable[[Stored], Settlement],
        /,
        *,
        actor: str | None = None,
        team: str | None = None,
        at: datetime,
    ) -> Settled:
        """Make one step; see `RunLedger.settle`."""
        stamp = Stamp(at, actor, team)

        def write(transaction: Transaction) -> Settled:
            work = self._work(transaction, stamp)
            work.lock()
            wanted = plan(_Stored(work.scope))
            for collection, id in wanted.removed:
                work.remove(collection, id, None)
            upserted = upsert(work, wanted.facts, "refuse")
            run = None if wanted.run is None else wanted.run(upserted)
            _keep_states(work.scope, wanted.states, wanted.forgotten)
            if run is not None:
                _keep_run(work.scope, run)
            return Settled(upserted, len(wanted.removed), run)

        return self._whole("import", write)


class _Stored:
    """What is stored, as a step sees it: read under the lock of those who write."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def facts(self, collection: str, ids: Iterable[str], /) -> Mapping[str, Entity]:
        """Facts by id."""
        return self._scope.several(collection, list(ids))

    def holders(self, collection: str, refs: Iterable[ExternalRef], /) -> Mapping[ExternalRef, frozenset[str]]:
        """Ids of the facts that hold each of the external references."""
        return self._scope.holders(collection, list(refs))

    def referring(self, collection: str, field: str, ids: Iterable[str], /) -> tuple[Entity, ...]:
        """The facts that point at one of the ids."""
        table, rows = TABLES[collection], self._scope.rows(collection)
        found: list[Any] = []
        for some in chunks(list(ids)):
            query = select(*rows.selected).where(table.c.tenant_id == self._scope.tenant, table.c[field].in_(some))
            found.extend(self._scope.read(collection, query))
        return tuple(sorted(found, key=lambda fact: str(fact.id)))

    def states(self, refs: Iterable[ExternalRef], /) -> Mapping[ExternalRef, tuple[SourceState, ...]]:
        """What is known of the sources of records."""
        return _states(self._scope, refs)

    def last_run(self, name: str, /) -> ImportRun | None:
        """The newest run of a name."""
        newest = (
            select(IMPORT_RUNS)
            .where(_RUNS.tenant_id == self._scope.tenant, _RUNS.name == name)
            .order_by(_RUNS.number.desc())
            .limit(1)
        )
        row = self._scope.connection.execute(newest).first()
        return None if row is None else _run(row)


def _states(scope: Scope, refs: Iterable[ExternalRef]) -> dict[ExternalRef, tuple[SourceState, ...]]:
    words = {identity(ref): ref for ref in refs}
    found: dict[ExternalRef, list[SourceState]] = {}
    for some in chunks(list(words)):
        query = select(SOURCE_STATES).where(_STATES.tenant_id == scope.tenant, _STATES.identity.in_(some))
        for row in scope.connection.execute(query):
            state = SourceState(
                ref=ExternalRef(row.system, row.kind, row.key),
                field=row.field,
                moment=row.moment,
                is_deleted=bool(row.is_deleted),
                deliveries=tuple(json.loads(row.deliveries)),
            )
            found.setdefault(state.ref, []).append(state)
    return {ref: tuple(states) for ref, states in found.items()}


def _keep_states(scope: Scope, states: Sequence[SourceState], forgotten: Sequence[ExternalRef]) -> None:
    """Write states over those of their record and field; an update where there is one, for DuckDB's sake."""
    refs = dict.fromkeys([*(state.ref for state in states), *forgotten])
    known = {state.key for held in _states(scope, refs).values() for state in held}
    kept = {state.key: state for state in states}
    for ref, field in sorted(known - kept.keys()):
        if ref in forgotten:
            scope.connection.execute(delete(SOURCE_STATES).where(*_own(scope, ref, field)))
    for key, state in kept.items():
        if key in known:
            scope.connection.execute(update(SOURCE_STATES).where(*_own(scope, *key)).values(_values(state)))
    new = [
        {
            "tenant_id": scope.tenant,
            "identity": identity(state.ref),
            "field": state.field,
            "system": state.ref.system,
            "kind": state.ref.kind,
            "key": state.ref.key,
            **_values(state),
        }
        for key, state in kept.items()
        if key not in known
    ]
    if new:
        scope.connection.execute(insert(SOURCE_STATES), new)


def _own(scope: Scope, ref: ExternalRef, field: str) -> tuple[Any, ...]:
    return _STATES.tenant_id == scope.tenant, _STATES.identity == identity(ref), _STATES.field == field


def _values(state: SourceState) -> dict[str, Any]:
    return {
        "moment": state.moment,
        "is_deleted": state.is_deleted,
        "deliveries": json.dumps(state.deliveries, ensure_ascii=False),
    }


def _keep_run(scope: Scope, run: ImportRun) -> None:
    values: dict[str, Any] = {name: getattr(run, name) for name in _COUNTS}
    values |= {
        "fingerprint": run.fingerprint,
        "sources": json.dumps(dict(run.sources), ensure_ascii=False, sort_keys=True),
        "started_at": run.started_at,
        "touched_at": run.touched_at,
        "finished_at": run.finished_at,
    }
    own = (_RUNS.tenant_id == scope.tenant, _RUNS.name == run.name, _RUNS.number == run.number)
    if scope.connection.execute(select(_RUNS.number).where(*own)).first() is None:
        own_key = {"tenant_id": scope.tenant, "name": run.name, "number": run.number}
        scope.connection.execute(insert(IMPORT_RUNS).values(**own_key, **values))
    else:
        scope.connection.execute(update(IMPORT_RUNS).where(*own).values(**values))


def _run(row: Row[Any]) -> ImportRun:
    told = row._mapping
    return ImportRun(
        name=told["name"],
        number=told["number"],
        fingerprint=told["fingerprint"],
        sources=json.loads(told["sources"]),
        started_at=told["started_at"],
        touched_at=told["touched_at"],
        finished_at=told["finished_at"],
        **{name: told[name] for name in _COUNTS},
    )
