"""One upsert into a state in memory: what each fact of the batch becomes, and what is counted."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from alignkit.domain import REFERENCES, Change, Duplicate, Entity, ExternalRef
from alignkit.errors import AlignkitError, DanglingReferenceError, NotFoundError, PortfolioError
from alignkit.portfolio.laws import Dangling, checked_choice, points_nowhere, unlinked
from alignkit.portfolio.overlay import GONE, Edit
from alignkit.stores.batches import Batch, matched, merged, renamed, told
from alignkit.stores.kinds import JOURNAL, KIND_OF, REPOSITORIES, at_version
from alignkit.stores.memory_state import State, Write
from alignkit.stores.memory_unit import Step
from alignkit.stores.values import Upserted

__all__ = ["Upsert"]


class Upsert:
    """
    A batch brought together with what is stored, and facts taken out beside it.

    Attributes:
        steps: The writes that change something, by collection, in the order given.
        result: What is counted.

    Raises:
        NotFoundError: A fact to be taken out is not there.
        PortfolioError: Two facts of the batch are the same stored one.
    """

    def __init__(self, state: State, batch: Batch, dangling: Dangling, removed: Iterable[tuple[str, str]] = ()) -> None:
        checked_choice(dangling)
        self._state = state
        self._known = frozenset(batch)
        faults: list[AlignkitError] = []
        ids = matched(batch, _Holders(state), faults)
        if faults:
            raise PortfolioError(faults)
        self._batch = {name: tuple(renamed(fact, ids) for fact in facts) for name, facts in batch.items()}
        loose = self._unlink() if dangling == "unlink" else ()
        self.steps: list[Step] = []
        self._edits: dict[str, dict[str, Edit[Entity]]] = {}
        self._counts = {"added": 0, "updated": 0, "unchanged": 0}
        for name, id in removed:
            self._take_out(name, id)
        for name in REPOSITORIES:
            for fact in self._batch.get(name, ()):
                self._take(name, fact)
        changes = self._batch.get(JOURNAL, ())
        self._changes: dict[str, Change] = {change.id: change for change in changes}
        self._duplicates: dict[str, Duplicate] = {one.id: one for one in self._batch.get("duplicates", ())}
        self._count_others()
        self.result = Upserted(**self._counts, unlinked=tuple(loose))

    def told(self) -> Collection[tuple[str, str, str]]:
        """What the new changes of the batch tell: kind, id and field."""
        return set(told(self._batch, lambda id: id in self._state.journal))

    def write(self, own: Iterable[Change]) -> Write:
        """What the store has to change, with journal entries of its own before those of the batch."""
        journal = self._state.journal
        new = tuple(change for id, change in self._changes.items() if id not in journal)
        replaced = {id: change for id, change in self._changes.items() if journal.get(id) not in (None, change)}
        return Write(self._edits, (*own, *new), replaced, self._duplicates, self._newly_known())

    def _newly_known(self) -> frozenset[str]:
        return self._known - self._state.shown.given

    def _take_out(self, name: str, id: str) -> None:
        stored = self._state.record(name, id)
        if stored is None:
            raise NotFoundError(KIND_OF[name], id)
        self.steps.append((name, stored, None))
        self._edits.setdefault(name, {})[id] = GONE

    def _take(self, name: str, fact: Any) -> None:
        stored: Any = self._state.record(name, fact.id)
        becomes = merged(stored, fact)
        if stored == becomes:
            self._counts["unchanged"] += 1
            return
        self._counts["added" if stored is None else "updated"] += 1
        becomes = at_version(becomes, 1 if stored is None else stored.version + 1)
        self.steps.append((name, stored, becomes))
        self._edits.setdefault(name, {})[fact.id] = becomes

    def _count_others(self) -> None:
        stored = self._state.duplicates or {}
        pairs: list[tuple[object, object]] = [(self._state.journal.get(id), new) for id, new in self._changes.items()]
        pairs += [(stored.get(id), new) for id, new in self._duplicates.items()]
        for old, new in pairs:
            self._counts["added" if old is None else "unchanged" if old == new else "updated"] += 1

    def _unlink(self) -> list[DanglingReferenceError]:
        """Take out references that lead neither into the batch nor into the store."""
        loose: list[DanglingReferenceError] = []
        there = {name: {fact.id for fact in facts} for name, facts in self._batch.items()}
        for name in REPOSITORIES:
            kept = []
            for fact in self._batch.get(name, ()):
                found = [
                    points_nowhere(name, fact, field, key)
                    for field, target in REFERENCES[name].items()
                    if (key := getattr(fact, field)) is not None
                    and key not in there.get(target, ())
                    and self._state.record(target, key) is None
                ]
                loose.extend(found)
                linked = unlinked(fact, [error.field for error in found]) if found else fact
                if linked is not None:
                    kept.append(linked)
            if name in self._batch:
                self._batch[name] = tuple(kept)
        return loose


class _Holders:
    """Who holds an external reference, looked up in a collection that is gone through once."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._indexes: dict[str, dict[ExternalRef, set[str]]] = {}

    def __call__(self, collection: str, ref: ExternalRef) -> Collection[str]:
        index = self._indexes.get(collection)
        if index is None:
            index = self._indexes[collection] = {}
            facts: Any = self._state.core.records(collection).values() if collection in self._state.core.given else ()
            for fact in facts:
                for held in fact.external_refs:
                    index.setdefault(held, set()).add(fact.id)
        return index.get(ref, ())
