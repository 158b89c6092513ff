"""What the store in memory keeps about imports: runs and source states. It lasts as long as the store does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from alignkit.domain import Entity, ExternalRef
from alignkit.portfolio.laws import Dangling
from alignkit.stores.batches import Batch
from alignkit.stores.journal import Stamp
from alignkit.stores.memory_state import State
from alignkit.stores.runs import ImportRun, Settled, Settlement, SourceState, Stored
from alignkit.stores.values import Upserted

__all__ = ["MemoryRuns"]

States = dict[ExternalRef, dict[str, SourceState]]


class _Write(Protocol):
    def __call__(
        self, batch: Batch, stamp: Stamp | None, dangling: Dangling, removed: Sequence[tuple[str, str]], /
    ) -> Upserted: ...


class MemoryRuns:
    """
    See `alignkit.stores.runs.RunLedger`.

    Args:
        lock: The store's own: who holds it is alone.
        look: Gives the state of the store.
        write: Stores a batch, and takes facts out, as one commit.
    """

    def __init__(self, lock: threading.RLock, look: Callable[[], State], write: _Write) -> None:
        self._lock: Any = lock
        self._look = look
        self._write = write
        self._runs: dict[str, list[ImportRun]] = {}
        self._states: States = {}

    def list(self, name: str | None = None, /, *, limit: int = 100) -> tuple[ImportRun, ...]:
        """Give the runs, the newest first."""
        with self._lock:
            found = [run for own, runs in self._runs.items() if name in (None, own) for run in runs]
        found.sort(key=lambda run: (run.started_at, run.name, run.number), reverse=True)
        return tuple(found[:limit])

    def states(self, *refs: ExternalRef) -> tuple[SourceState, ...]:
        """What is known of the sources of records."""
        with self._lock:
            return tuple(state for ref in refs for _, state in sorted(self._states.get(ref, {}).items()))

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
        with self._lock:
            wanted = plan(_Stored(self._look(), self._states, self._runs))
            upserted = self._write(wanted.facts, stamp, "refuse", wanted.removed)
            run = None if wanted.run is None else wanted.run(upserted)
            for ref in wanted.forgotten:
                self._states.pop(ref, None)
            for state in wanted.states:
                self._states.setdefault(state.ref, {})[state.field] = state
            if run is not None:
                runs = self._runs.setdefault(run.name, [])
                runs[:] = [*(one for one in runs if one.number != run.number), run]
        return Settled(upserted, len(wanted.removed), run)


class _Stored:
    """What is stored, as a step sees it."""

    def __init__(self, state: State, states: States, runs: Mapping[str, list[ImportRun]]) -> None:
        self._state = state
        self._states = states
        self._runs = runs
        self._holders: dict[str, dict[ExternalRef, set[str]]] = {}

    def _records(self, collection: str) -> Mapping[str, Entity]:
        core = self._state.core
        return core.records(collection) if collection in core.given else {}

    def facts(self, collection: str, ids: Iterable[str], /) -> Mapping[str, Entity]:
        """Facts by id."""
        records = self._records(collection)
        return {id: records[id] for id in ids if id in records}

    def holders(self, collection: str, refs: Iterable[ExternalRef], /) -> Mapping[ExternalRef, frozenset[str]]:
        """Ids of the facts that hold each of the external references."""
        index = self._holders.get(collection)
        if index is None:
            index = self._holders[collection] = {}
            facts: Any = self._records(collection).values()
            for fact in facts:
                for ref in fact.external_refs:
                    index.setdefault(ref, set()).add(fact.id)
        return {ref: frozenset(index.get(ref, ())) for ref in refs}

    def referring(self, collection: str, field: str, ids: Iterable[str], /) -> tuple[Entity, ...]:
        """The facts that point at one of the ids."""
        wanted = set(ids)
        records = self._records(collection)
        return tuple(records[id] for id in sorted(records) if getattr(records[id], field) in wanted)

    def states(self, refs: Iterable[ExternalRef], /) -> Mapping[ExternalRef, tuple[SourceState, ...]]:
        """What is known of the sources of records."""
        return {ref: tuple(self._states[ref].values()) for ref in refs if self._states.get(ref)}

    def last_run(self, name: str, /) -> ImportRun | None:
        """The newest run of a name."""
        return max(self._runs.get(name, ()), key=lambda run: run.number, default=None)
