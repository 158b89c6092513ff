"""
Facts as filters see them: a portfolio with a unit of work's own writes on top, on which no law holds yet.

A collection that is not given holds nothing here; for what else a view asks, see `alignkit.portfolio.views`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Final

import attrs

from alignkit.domain import COLLECTIONS, Entity
from alignkit.portfolio import Portfolio
from alignkit.portfolio.overlay import GONE, Edit, patched

__all__ = ["Edits", "Facts"]

Edits = Mapping[str, Mapping[str, Edit[Entity]]]
"""What becomes of stored facts, by collection and id."""

_MONEY: Final[dict[type, tuple[str, ...]]] = {
    cls: tuple(field.name for field in attrs.fields(cls) if "Money" in str(field.type)) for cls in COLLECTIONS.values()
}


class Facts:
    """The facts of a portfolio with edits made."""

    def __init__(self, portfolio: Portfolio, edits: Edits) -> None:
        self._portfolio = portfolio
        self._edits = {name: changes for name, changes in edits.items() if changes}
        self._records: dict[str, Mapping[str, Entity]] = {}
        self._groups: dict[tuple[str, str], Mapping[str, Sequence[Entity]]] = {}

    @property
    def given(self) -> frozenset[str]:
        return frozenset(COLLECTIONS)

    @property
    def currencies(self) -> frozenset[str]:
        written = (fact for changes in self._edits.values() for fact in changes.values() if fact is not GONE)
        amounts = (getattr(fact, field) for fact in written for field in _MONEY.get(type(fact), ()))
        return self._portfolio.currencies | {money.currency for money in amounts if money is not None}

    def records(self, collection: str, /) -> Mapping[str, Entity]:
        found = self._records.get(collection)
        if found is None:
            known = self._portfolio.records(collection) if collection in self._portfolio.given else {}
            found = self._records[collection] = patched(known, self._edits.get(collection, {}))
        return found

    def children(self, collection: str, field: str, /) -> Mapping[str, Sequence[Entity]]:
        if collection in self._portfolio.given and collection not in self._edits:
            return self._portfolio.children(collection, field)
        found = self._groups.get((collection, field))
        if found is None:
            groups: dict[str, list[Entity]] = {}
            key_of = attrgetter(field)
            for fact in self.records(collection).values():
                groups.setdefault(key_of(fact), []).append(fact)
            found = self._groups[collection, field] = groups
        return found
