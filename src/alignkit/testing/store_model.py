"""
A store as plain dictionaries, with the promises spelt out once more: what the state machine compares stores with.

Slow, simple, and written without the code that stores are made of: laws are looked up fact by fact.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any, Final

import attrs

from alignkit.domain import COLLECTIONS, REFERENCES, Entity
from alignkit.errors import AlignkitError, ConflictError, DuplicateError, NotFoundError, PortfolioError
from alignkit.portfolio import Portfolio

__all__ = ["NAMES", "Model", "Told"]

NAMES: Final = [name for name in COLLECTIONS if name not in ("changes", "duplicates")]
"""The collections that have a repository."""

Told = tuple[str, str, str]
"""Class, id and field of a journal entry."""

Expected = type[AlignkitError] | None


class Model:
    """
    What a store should hold.

    Attributes:
        facts: By collection and id, at their versions.
        changed: Whether the journal holds the change of a field.
    """

    def __init__(self) -> None:
        self.facts: dict[str, dict[str, Any]] = {name: {} for name in NAMES}
        self._known: set[str] = set()
        self.changed = False
        self._told: list[Told] = []

    def draft(self) -> Model:
        """A copy to write to, which has told nothing yet."""
        made = copy.copy(self)
        made.facts = {name: dict(records) for name, records in self.facts.items()}
        made._known = self.given
        made._told = []
        return made

    @property
    def given(self) -> set[str]:
        """Collections that are known: those with facts, and those that had some after an earlier commit."""
        return self._known | {name for name in NAMES if self.facts[name]}

    @property
    def told(self) -> list[Told]:
        """What was written since this draft was made, in no particular order."""
        return sorted(self._told)

    def portfolio(self) -> Portfolio:
        """The facts, without changes."""
        known: dict[str, Any] = {name: self.facts[name].values() for name in NAMES if name in self.given}
        return Portfolio(**known)

    def add(self, name: str, fact: Any) -> Expected:
        """Add a fact; the class of error that it must meet, else None."""
        if fact.id in self.facts[name]:
            return DuplicateError
        self._put(name, attrs.evolve(fact, version=1))
        return None

    def update(self, name: str, fact: Any) -> Expected:
        """Update a fact; the class of error that it must meet, else None."""
        stored = self.facts[name].get(fact.id)
        if stored is None:
            return ConflictError if fact.version else NotFoundError
        if stored.version != fact.version:
            return ConflictError
        if stored != fact:
            self._put(name, attrs.evolve(fact, version=stored.version + 1))
        return None

    def remove(self, name: str, id: str, version: int | None) -> Expected:
        """Remove a fact; the class of error that it must meet, else None."""
        stored = self.facts[name].get(id)
        if stored is None:
            return NotFoundError if version is None else ConflictError
        if version is not None and stored.version != version:
            return ConflictError
        del self.facts[name][id]
        self._told.append((type(stored).__name__, id, "*"))
        return None

    def upsert(self, facts: Iterable[Entity]) -> Expected:
        """Take a batch; the class of error that it must meet, else None."""
        batch = list(facts)
        ids = {(name, fact.id): self._known_as(name, fact) for fact in batch for name in [_name(fact)]}
        if len({(name, id) for (name, _), id in ids.items()}) < len(ids):
            return PortfolioError
        for fact in batch:
            name = _name(fact)
            named = {"id": name, **REFERENCES[name]}
            found = {
                field: ids.get((target, getattr(fact, field)), getattr(fact, field)) for field, target in named.items()
            }
            self._take(name, attrs.evolve(fact, **found))
        return self.lawless()

    def lawless(self) -> Expected:
        """`PortfolioError` when a law does not hold among the facts, else None."""
        for name in NAMES:
            for fact in self.facts[name].values():
                for field, target in REFERENCES[name].items():
                    key = getattr(fact, field)
                    if key is not None and key not in self.facts[target]:
                        return PortfolioError
        for name in ("objectives", "tasks"):
            for fact in self.facts[name].values():
                above, steps = fact.parent_id, 0
                while above is not None and steps <= len(self.facts[name]):
                    above, steps = self.facts[name][above].parent_id, steps + 1
                if above is not None:
                    return PortfolioError
        return None

    def _known_as(self, name: str, fact: Any) -> str:
        first = fact.external_refs[:1]
        holders = [stored.id for stored in self.facts[name].values() if first and first[0] in stored.external_refs]
        return str(fact.id) if not holders or fact.id in holders else min(holders)

    def _take(self, name: str, fact: Any) -> None:
        stored = self.facts[name].get(fact.id)
        if stored is None:
            self._put(name, attrs.evolve(fact, version=1))
            return
        refs = list(stored.external_refs)
        for ref in fact.external_refs:
            if ref not in refs:
                refs.append(ref)
        becomes = attrs.evolve(fact, external_refs=tuple(refs), version=stored.version + 1)
        if becomes != stored:
            self._put(name, becomes)

    def _put(self, name: str, fact: Any) -> None:
        old = self.facts[name].get(fact.id)
        self.facts[name][fact.id] = fact
        kind = type(fact).__name__
        if old is None:
            self._told.append((kind, fact.id, "*"))
            return
        fields = [field.name for field in attrs.fields(type(fact)) if field.name != "version"]
        self._told += [(kind, fact.id, field) for field in fields if getattr(old, field) != getattr(fact, field)]
        self.changed = True


def _name(fact: Entity) -> str:
    return next(name for name, cls in COLLECTIONS.items() if type(fact) is cls)
