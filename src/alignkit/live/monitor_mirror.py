"""
The facts of a store kept in memory and up to date, so that a change costs what it touches.

Unlike a `Portfolio` it is written to in place: the store has judged the laws already, and one reader owns it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any, Final

import attrs

from alignkit.domain import COLLECTIONS, REFERENCES, Entity
from alignkit.domain.money import Exchange, Money
from alignkit.errors import UnknownCollectionError
from alignkit.portfolio import Portfolio
from alignkit.portfolio.views import View, view_of
from alignkit.stores.kinds import KIND_OF

__all__ = ["LOOSE", "Mirror", "Touched"]

LOOSE: Final = frozenset({"changes", "duplicates"})
"""Collections whose references may name what is gone; such a reference reads as unknown."""

Name = tuple[str, str]
"""Collection and id of a fact."""

_COLLECTION: Final = {kind: name for name, kind in KIND_OF.items()}


@attrs.frozen
class Touched:
    """
    One fact that became another.

    Attributes:
        collection: Where it lies.
        before: As the mirror had it; None when it is new.
        after: As it is now; None when it is gone.
    """

    collection: str
    before: Any
    after: Any


class Mirror:
    """
    Facts by id and by reference; see `alignkit.policy.facts.Facts`.

    Args:
        portfolio: What it holds at first; the facts are shared, the indexes are not.

    Attributes:
        given: Names of the collections that are known.
        latest: A moment that no moment of any fact lies after; None when there are none.
        frame: Another number whenever other collections are known or other currencies are used.
    """

    def __init__(self, portfolio: Portfolio) -> None:
        plain = portfolio.plain()
        self.given = plain.given
        self._records: dict[str, dict[str, Any]] = {name: dict(plain.records(name)) for name in plain.given}
        self._groups: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in plain.given}
        self._horizons: dict[str, datetime | None] = {name: plain.horizon(name) for name in plain.given}
        self._currencies = plain.currencies
        self.latest = max((moment for moment in self._horizons.values() if moment is not None), default=None)
        self.frame = 0
        self._raw: dict[Name, Any] = {}
        self._lost: dict[Name, set[Name]] = {}
        for error in plain.unlinked:
            name = (_COLLECTION[error.kind], error.id)
            fact = self._raw.get(name) or self._records[name[0]].get(name[1])
            if fact is not None:
                self._raw[name] = attrs.evolve(fact, **{error.field: error.target_id})
                self._lost.setdefault((_COLLECTION[error.target_kind], error.target_id), set()).add(name)

    # What a policy asks

    @property
    def currencies(self) -> frozenset[str]:
        """ISO 4217 codes of all amounts of money."""
        return self._currencies

    def records(self, collection: str, /) -> Mapping[str, Any]:
        """Facts of a collection by id."""
        found = self._records.get(collection)
        if found is None:
            raise UnknownCollectionError(collection)
        return found

    def children(self, collection: str, field: str, /) -> Mapping[str, Sequence[Any]]:
        """Facts of a collection by the id that a field of them holds; grouped on first use, then kept up to date."""
        records = self.records(collection)
        found = self._groups[collection].get(field)
        if found is None:
            found = {}
            key_of = attrgetter(field)
            for fact in records.values():
                key = key_of(fact)
                if key is not None:
                    found.setdefault(key, []).append(fact)
            self._groups[collection][field] = found
        return found

    def horizon(self, collection: str, /) -> datetime | None:
        """A moment that no moment of the collection lies after."""
        return self._horizons[collection]

    def view(
        self,
        kind: str,
        id: str,
        /,
        *,
        now: datetime | None = None,
        exchange: Exchange | None = None,
        scores: Any = None,
    ) -> View:
        """A fact as rules see it."""
        return view_of(self, kind, id, now=now, exchange=exchange, scores=scores)

    def plain(self) -> Mirror:
        """Itself: its dictionaries are plain."""
        return self

    @property
    def with_(self) -> Any:
        """Makes a portfolio of these facts with some added or replaced."""
        return self.portfolio().with_

    def portfolio(self) -> Portfolio:
        """The facts as they are now, as a portfolio of their own."""
        facts: dict[str, Any] = {name: list(records.values()) for name, records in self._records.items()}
        return Portfolio(**facts, dangling="unlink")

    # What a store tells

    def know(self, given: frozenset[str]) -> None:
        """Collections that nothing was known of are known from now on, and empty."""
        for name in given - self.given:
            self._records[name], self._groups[name], self._horizons[name] = {}, {}, None
        self.given, self.frame = given, self.frame + 1

    def take(self, facts: Mapping[str, Mapping[str, Entity | None]]) -> list[Touched]:
        """
        Take in facts as they are stored now.

        Args:
            facts: By collection and id; None for what is gone. The collections are given.

        Returns:
            Those that became another, and what their coming or going did to references.
        """
        touched: list[Touched] = []
        for name, changed in facts.items():
            for id, fact in changed.items():
                self._take(name, id, fact, touched)
        return touched

    def _take(self, name: str, id: str, fact: Any, touched: list[Touched]) -> None:
        known = self._records[name]
        before = known.get(id)
        if name in LOOSE:
            self._raw.pop((name, id), None)
            fact = None if fact is None else self._linked(name, fact)
        if before == fact:
            if fact is not None:
                self._put(name, before, fact)
            return
        self._put(name, before, fact)
        touched.append(Touched(name, before, fact))
        if before is None:
            touched.extend(self._found_again(name, id))
        elif fact is None:
            touched.extend(self._now_lost(name, id))

    def _put(self, name: str, before: Any, after: Any) -> None:
        fact = before if after is None else after
        if after is None:
            del self._records[name][fact.id]
        else:
            self._records[name][fact.id] = after
            self._look_at(name, after)
        for field, groups in self._groups[name].items():
            _regroup(groups, field, before, after)

    def _look_at(self, name: str, fact: Any) -> None:
        for moment in moments_of(name):
            value = getattr(fact, moment)
            if value is not None and (self.latest is None or value > self.latest):
                self.latest = value
            if value is not None and ((known := self._horizons[name]) is None or value > known):
                self._horizons[name] = value
        for amount in amounts_of(name):
            money: Money | None = getattr(fact, amount)
            if money is not None and money.currency not in self._currencies:
                self._currencies |= {money.currency}
                self.frame += 1
        if len(self._currencies) > 1:
            self._recount()

    def _recount(self) -> None:
        """Several currencies may be one again; looked at only while there are several."""
        found = frozenset(
            money.currency
            for name, records in self._records.items()
            for amount in amounts_of(name)
            for fact in records.values()
            if (money := getattr(fact, amount)) is not None
        )
        if found != self._currencies:
            self._currencies, self.frame = found, self.frame + 1

    # References into what is gone

    def _linked(self, name: str, fact: Any) -> Any:
        """The fact without the references that lead nowhere; with them it is remembered."""
        loose = {
            field: None
            for field, target in REFERENCES[name].items()
            if (key := getattr(fact, field)) is not None and target in self.given and key not in self._records[target]
        }
        if not loose:
            return fact
        self._raw[name, fact.id] = fact
        for field in loose:
            self._lost.setdefault((REFERENCES[name][field], getattr(fact, field)), set()).add((name, fact.id))
        return attrs.evolve(fact, **loose)

    def _now_lost(self, target: str, id: str) -> Iterator[Touched]:
        for name in sorted(LOOSE):
            for field, into in REFERENCES[name].items():
                if name in self.given and into == target:
                    for fact in tuple(self.children(name, field).get(id, ())):
                        yield from self._again(name, fact.id)

    def _found_again(self, target: str, id: str) -> Iterator[Touched]:
        for name, other in self._lost.pop((target, id), ()):
            if (name, other) in self._raw:
                yield from self._again(name, other)

    def _again(self, name: str, id: str) -> Iterator[Touched]:
        before = self._records[name][id]
        after = self._linked(name, self._raw.pop((name, id), before))
        if after != before:
            self._put(name, before, after)
            yield Touched(name, before, after)


def _regroup(groups: dict[str, Any], field: str, before: Any, after: Any) -> None:
    was = None if before is None else getattr(before, field)
    now = None if after is None else getattr(after, field)
    if was is None and now is None:
        return
    if was == now and now is not None:
        groups[now] = [after if fact.id == after.id else fact for fact in groups[now]]
        return
    if was is not None:
        rest = [fact for fact in groups[was] if fact.id != before.id]
        if rest:
            groups[was] = rest
        else:
            del groups[was]
    if now is not None:
        groups.setdefault(now, []).append(after)


@cache
def moments_of(name: str) -> tuple[str, ...]:
    """The fields of a collection that hold moments."""
    return tuple(field.name for field in attrs.fields(COLLECTIONS[name]) if field.name.endswith("_at"))


@cache
def amounts_of(name: str) -> tuple[str, ...]:
    """The fields of a collection that hold amounts of money."""
    return tuple(field.name for field in attrs.fields(COLLECTIONS[name]) if "Money" in str(field.type))
