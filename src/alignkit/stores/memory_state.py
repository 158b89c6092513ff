"""
What a store in memory holds at one commit. It never changes; a commit makes the next one, sharing what it leaves alone.

Owns the laws between stored facts, and what of the journal a portfolio shows. Who may commit is `memory`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Self

import attrs

from alignkit.domain import COLLECTIONS, REFERENCES, Change, Duplicate, Entity
from alignkit.errors import AlignkitError, DanglingReferenceError, PortfolioError
from alignkit.portfolio import Portfolio
from alignkit.portfolio.laws import points_nowhere
from alignkit.portfolio.overlay import GONE
from alignkit.stores.journal import WHOLE
from alignkit.stores.kinds import JOURNAL, KIND_OF
from alignkit.stores.looking import Edits

__all__ = ["Journal", "State", "Write"]


class Journal:
    """
    Entries in commit order. Journals share one list as long as each goes on where the last one ended.

    Attributes:
        count: How many entries there are.
    """

    def __init__(self, entries: list[Change], places: dict[str, int]) -> None:
        self._entries = entries
        self._places = places
        self.count = len(entries)

    def __iter__(self) -> Iterator[Change]:
        return iter(self._entries[: self.count])

    def __contains__(self, id: str) -> bool:
        return self._places.get(id, self.count) < self.count

    def get(self, id: str) -> Change | None:
        """The entry of this id; None when there is none."""
        return self._entries[self._places[id]] if id in self else None

    def after(self, place: int, limit: int) -> tuple[Change, ...]:
        """Entries from a place on."""
        return tuple(self._entries[place : min(place + limit, self.count)])

    def grown(self, entries: Iterable[Change]) -> Journal:
        """The journal with entries at its end. Only one thread may let a journal grow."""
        if len(self._entries) > self.count:
            return self.rewritten(lambda entry: entry).grown(entries)
        for entry in entries:
            self._places[entry.id] = len(self._entries)
            self._entries.append(entry)
        return Journal(self._entries, self._places)

    def rewritten(self, change: Callable[[Change], Change]) -> Journal:
        """The journal with other entries of the same ids in their places."""
        entries = [change(entry) for entry in self]
        return Journal(entries, {entry.id: place for place, entry in enumerate(entries)})


@attrs.frozen
class Write:
    """
    What one commit changes.

    Attributes:
        edits: Facts by collection and id.
        entries: New journal entries, in order.
        replaced: Entries that take the place of those of their ids.
        duplicates: Suspected double efforts, by id.
        known: Collections that it makes known, if empty.
    """

    edits: Edits
    entries: tuple[Change, ...] = ()
    replaced: Mapping[str, Change] = {}
    duplicates: Mapping[str, Duplicate] = {}
    known: frozenset[str] = frozenset()

    @property
    def upserts(self) -> dict[str, list[Entity]]:
        """The facts that are stored, by collection."""
        return {
            name: [fact for fact in changes.values() if fact is not GONE]
            for name, changes in self.edits.items()
            if any(fact is not GONE for fact in changes.values())
        }

    @property
    def removed(self) -> dict[str, list[str]]:
        """The ids that go, by collection."""
        gone = {name: [id for id, fact in changes.items() if fact is GONE] for name, changes in self.edits.items()}
        return {name: ids for name, ids in gone.items() if ids}


@attrs.frozen
class State:
    """
    Everything that is stored.

    Attributes:
        core: The facts that repositories hold. Every law holds among them.
        shown: The same with changes and duplicates, whose references may have been unlinked; the core itself while
            neither is given.
        journal: All entries.
        duplicates: By id, as given; None while they are not given.
    """

    core: Portfolio
    shown: Portfolio
    journal: Journal
    duplicates: Mapping[str, Duplicate] | None

    @classmethod
    def empty(cls) -> Self:
        """A state that knows nothing."""
        return cls(Portfolio(), Portfolio(), Journal([], {}), None)

    def record(self, collection: str, id: str) -> Entity | None:
        """A stored fact; None when there is none."""
        return self.core.records(collection).get(id) if collection in self.core.given else None

    def plain(self) -> State:
        """The same state on plain dictionaries."""
        shown = self.shown.plain()
        return State(shown if self.shown is self.core else self.core, shown, self.journal, self.duplicates)

    def after(self, write: Write) -> State:
        """
        The state after a commit.

        Raises:
            PortfolioError: The laws would not hold.
        """
        core = self._core_after(write)
        journal = self.journal
        if write.replaced:
            journal = journal.rewritten(lambda entry: write.replaced.get(entry.id, entry))
        journal = journal.grown(write.entries)
        duplicates = self.duplicates
        if write.duplicates or "duplicates" in write.known:
            duplicates = {**(duplicates or {}), **write.duplicates}
        news = [entry for entry in write.entries if entry.field != WHOLE]
        has_changes = JOURNAL in self.shown.given or JOURNAL in write.known or bool(news)
        if not has_changes and duplicates is None:
            return State(core, core, journal, None)
        if self.shown is self.core or write.known or self._links_again(write) or write.replaced:
            shown = _shown(core, journal if has_changes else None, duplicates)
        else:
            shown = self._shown_after(write, news if has_changes else None)
        return State(core, shown, journal, duplicates)

    def _core_after(self, write: Write) -> Portfolio:
        given: dict[str, Any] = {name: () for name in write.known if KIND_OF[name] not in ("change", "duplicate")}
        given |= write.upserts
        faults: list[AlignkitError] = list(self._into_nowhere(given))
        core = self.core
        try:
            core = core.with_(**given)
            if not faults:
                removed: Any = write.removed
                core = core.without(**removed)
        except PortfolioError as error:
            faults.extend(error.faults)
        if faults:
            raise PortfolioError(faults)
        return core

    def _into_nowhere(self, given: Mapping[str, Iterable[Entity]]) -> Iterator[DanglingReferenceError]:
        """References into collections that are not given: a portfolio takes them, a store does not."""
        known = self.core.given | given.keys()
        for name, facts in given.items():
            unknown = [field for field, target in REFERENCES[name].items() if target not in known]
            for fact in facts if unknown else ():
                for field in unknown:
                    key = getattr(fact, field)
                    if key is not None:
                        yield points_nowhere(name, fact, field, key)

    def _links_again(self, write: Write) -> bool:
        """Whether a fact comes that a change or duplicate named when it was not there."""
        lost = {(error.target_kind, error.target_id) for error in self.shown.unlinked}
        return bool(lost) and any(
            (KIND_OF[name], fact.id) in lost for name, facts in write.upserts.items() for fact in facts
        )

    def _shown_after(self, write: Write, news: list[Change] | None) -> Portfolio:
        given: dict[str, Any] = dict(write.upserts)
        if news:
            given[JOURNAL] = news
        if write.duplicates:
            given["duplicates"] = list(write.duplicates.values())
        # Facts first: with what refers to them replaced, only changes and duplicates are left to be unlinked.
        removed: Any = write.removed
        return self.shown.with_(**given).without(dangling="unlink", **removed)


def _shown(core: Portfolio, journal: Journal | None, duplicates: Mapping[str, Duplicate] | None) -> Portfolio:
    facts: dict[str, Any] = {name: core.records(name).values() for name in COLLECTIONS if name in core.given}
    if journal is not None:
        facts[JOURNAL] = [entry for entry in journal if entry.field != WHOLE]
    if duplicates is not None:
        facts["duplicates"] = duplicates.values()
    return Portfolio(**facts, dangling="unlink")
