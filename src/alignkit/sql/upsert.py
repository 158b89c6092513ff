"""
Many facts at once: who is who among the stored ones, what becomes of each, and the writes, in bulk.

What a fact means and becomes is `alignkit.stores.batches`'; here are the lookups, so few that a first load makes none.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from alignkit.domain import ExternalRef
from alignkit.errors import AlignkitError, DanglingReferenceError, PortfolioError
from alignkit.portfolio.laws import Dangling, checked_choice, unlinked
from alignkit.sql import laws
from alignkit.sql.lookups import Scope
from alignkit.sql.work import Work
from alignkit.stores import Upserted
from alignkit.stores.batches import Batch, Ids, matched, merged, renamed, told
from alignkit.stores.kinds import JOURNAL, KIND_OF, REPOSITORIES, at_version

__all__ = ["upsert"]


def upsert(work: Work, batch: Batch, dangling: Dangling) -> Upserted:
    """
    Bring a batch together with what is stored; see `alignkit.stores.Store.upsert`. The transaction is not ended.

    Raises:
        PortfolioError: The laws would not hold, or two facts of the batch are the same stored one.
    """
    checked_choice(dangling)
    newest = work.lock()
    made = _Upsert(work, batch)
    loose = made.unlink() if dangling == "unlink" else ()
    for name in REPOSITORIES:
        made.take(name)
    changes = made.take_changes()
    made.take_duplicates()
    work.settle(newest, changes=changes, known=batch, told=made.told)
    return Upserted(**made.counts, unlinked=tuple(loose))


class _Upsert:
    """A batch under its stored ids, and what was counted of it."""

    def __init__(self, work: Work, batch: Batch) -> None:
        self._work = work
        self._scope = work.scope
        self._vacant = {name for name in batch if self._scope.is_empty(name)}
        faults: list[AlignkitError] = []
        ids = matched(batch, _Holders(self._scope, batch, self._vacant), faults)
        if faults:
            raise PortfolioError(faults)
        self._batch = dict(batch) if _all_same(ids) else _renamed(batch, ids)
        self.counts = {"added": 0, "updated": 0, "unchanged": 0}
        self.told: frozenset[tuple[str, str, str]] = frozenset()

    def _stored(self, name: str, ids: Collection[str]) -> Mapping[str, Any]:
        return {} if name in self._vacant else self._scope.several(name, ids)

    def take(self, name: str) -> None:
        """Write what changes in a collection."""
        facts = self._batch.get(name, ())
        if not facts:
            return
        if name in self._vacant:
            self.counts["added"] += len(facts)
            self._work.put(name, [(None, fact) for fact in facts])
            return
        stored = self._stored(name, [fact.id for fact in facts])
        steps: list[tuple[Any, Any]] = []
        for fact in facts:
            old = stored.get(fact.id)
            if old is None:
                steps.append((None, fact))
                continue
            becomes = merged(old, fact)
            if becomes == old:
                self.counts["unchanged"] += 1
            else:
                steps.append((old, at_version(becomes, old.version + 1)))
        added = sum(before is None for before, _ in steps)
        self.counts["added"] += added
        self.counts["updated"] += len(steps) - added
        if steps:
            self._work.put(name, steps)

    def take_changes(self) -> list[Any]:
        """Replace the known journal entries that differ, and give the new ones."""
        given = {change.id: change for change in self._batch.get(JOURNAL, ())}
        stored = self._stored(JOURNAL, given)
        self.told = frozenset(told(self._batch, stored.__contains__))
        differing = [change for id, change in given.items() if stored.get(id, change) != change]
        if differing:
            self._work.replace_entries(differing)
        new = [change for id, change in given.items() if id not in stored]
        self._tally(len(new), len(differing), len(given))
        return new

    def take_duplicates(self) -> None:
        """Write the suspected double efforts that are new or differ."""
        given = {one.id: one for one in self._batch.get("duplicates", ())}
        stored = self._stored("duplicates", given)
        differing = [one for id, one in given.items() if stored.get(id) != one]
        new = sum(one.id not in stored for one in differing)
        self._work.put_duplicates([one for one in differing if one.id in stored], differing)
        self._tally(new, len(differing) - new, len(given))

    def _tally(self, added: int, updated: int, all_given: int) -> None:
        self.counts["added"] += added
        self.counts["updated"] += updated
        self.counts["unchanged"] += all_given - added - updated

    def unlink(self) -> list[DanglingReferenceError]:
        """Take out references that lead neither into the batch nor into the store."""
        written = {name: {fact.id: fact for fact in self._batch.get(name, ())} for name in REPOSITORIES}
        loose = laws.loose(self._scope, written)
        fields: dict[tuple[str, str], list[str]] = {}
        for error in loose:
            fields.setdefault((error.kind, error.id), []).append(error.field)
        for name in REPOSITORIES:
            if name in self._batch:
                self._batch[name] = _linked(name, self._batch[name], fields)
        return loose


def _linked(name: str, facts: tuple[Any, ...], fields: Mapping[tuple[str, str], list[str]]) -> tuple[Any, ...]:
    kept = (
        unlinked(fact, fields[KIND_OF[name], fact.id]) if (KIND_OF[name], fact.id) in fields else fact for fact in facts
    )
    return tuple(fact for fact in kept if fact is not None)


def _all_same(ids: Ids) -> bool:
    return all(list(known) == list(known.values()) for known in ids.values())


def _renamed(batch: Batch, ids: Ids) -> dict[str, tuple[Any, ...]]:
    return {name: tuple(renamed(fact, ids) for fact in facts) for name, facts in batch.items()}


class _Holders:
    """Who holds the first external references of a batch, asked once for each collection."""

    def __init__(self, scope: Scope, batch: Batch, vacant: Collection[str]) -> None:
        self._scope = scope
        self._batch = batch
        self._vacant = vacant
        self._known: dict[str, Mapping[ExternalRef, frozenset[str]]] = {}

    def __call__(self, collection: str, ref: ExternalRef) -> Collection[str]:
        if collection in self._vacant:
            return ()
        known = self._known.get(collection)
        if known is None:
            first = [fact.external_refs[0] for fact in self._batch[collection] if fact.external_refs]
            known = self._known[collection] = self._scope.holders(collection, first)
        return known.get(ref, ())
