"""
Which weighed pairs become links: the heaviest first, never against a known key, never a chain of unlike records.

Owns the order in which pairs are looked at and the reasons for which one goes to a person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from alignkit.domain import ExternalRef
from alignkit.linking.decide import CHAINED, DEPENDENT, SEVERAL
from alignkit.linking.party import Card
from alignkit.linking.weights import Weights

__all__ = ["PROBABLE", "Answer", "Settling"]

PROBABLE = "it is probable, but not enough speaks for it"


class Answer(NamedTuple):
    """
    What became of pairs that weigh enough to be looked at, by position.

    Attributes:
        links: Pairs that made one cluster of two; over them every cluster hangs together.
        review: Pairs for a person, with the reason.
    """

    links: list[tuple[int, int]]
    review: list[tuple[int, int, str]]


class Settling:
    """
    One run over all pairs.

    Args:
        cards: All records.
        pairs: Weight of each pair that was compared, the smaller place first.
        weights: Where the answers begin.
        bits: The weight of any two positions.
        apart: Pairs of positions that a person has parted.
    """

    def __init__(
        self,
        cards: Sequence[Card],
        pairs: Mapping[tuple[int, int], float],
        weights: Weights,
        bits: Callable[[int, int], float],
        apart: Iterable[tuple[int, int]] = (),
    ) -> None:
        self._cards = cards
        self._pairs = pairs
        self._weights = weights
        self._bits = bits
        self._cluster = list(range(len(cards)))
        self._members: dict[int, list[int]] = {}
        self._apart: defaultdict[int, set[int]] = defaultdict(set)
        for one, other in apart:
            self._apart[one].add(other)
            self._apart[other].add(one)
        self._units: list[int] = []
        self._waiting: set[tuple[int, str]] = set()
        self._told: set[frozenset[int]] = set()
        self._answer = Answer([], [])
        self._rivals: defaultdict[int, list[tuple[float, int]]] = defaultdict(list)

    def run(self, given: Iterable[tuple[int, int]]) -> Answer:
        """
        Decide.

        Args:
            given: Pairs that are one customer whatever they weigh.
        """
        for one, other in given:
            self._told.add(frozenset((one, other)))
            if self._home(one) != self._home(other):
                self._join(one, other)
        self._units = [self._home(position) for position in range(len(self._cards))] if self._told else []
        self._answer.links.clear()
        review_at = self._weights.review_at
        cards = self._cards
        open_pairs = [
            (-bits, cards[one].place, cards[other].place, one, other)
            for (one, other), bits in self._pairs.items()
            if bits >= review_at
        ]
        open_pairs.sort()
        for bits, _, _, one, other in open_pairs:
            self._rivals[one].append((-bits, other))
            self._rivals[other].append((-bits, one))
        for negative, _, _, one, other in open_pairs:
            self._look_at(one, other, -negative)
        return self._answer

    def _look_at(self, one: int, other: int, bits: float) -> None:
        if self._home(one) == self._home(other) or self._is_excluded(one, other):
            return
        reason = self._doubt(one, other, bits)
        if reason:
            self._answer.review.append((one, other, reason))
            self._wait(one, other)
        else:
            self._join(one, other)

    def _doubt(self, one: int, other: int, bits: float) -> str:
        """Why a person should decide; empty when nobody needs to."""
        if self._is_waiting(one, other):
            return DEPENDENT
        if bits < self._weights.link_at:
            return PROBABLE
        if self._has_rival(one, other, bits) or self._has_rival(other, one, bits):
            return SEVERAL
        mine, theirs = self._cluster_of(one), self._cluster_of(other)
        if len(mine) + len(theirs) > 2 and not self._is_one(mine, theirs):
            return CHAINED
        return ""

    def _has_rival(self, one: int, other: int, bits: float) -> bool:
        """Whether another record of the same system, where each is a customer of its own, fits about as well."""
        party = self._cards[other].party
        if party.is_mention:
            return False
        for weight, rival in self._rivals[one]:
            if weight <= bits - self._weights.margin:
                return False
            theirs = self._cards[rival].party
            if rival == other or theirs.system != party.system or theirs.is_mention:
                continue
            if (
                weight >= self._weights.review_at
                and not self._is_excluded(one, rival)
                and not self._prefers(rival, one, weight)
            ):
                return True
        return False

    def _prefers(self, rival: int, one: int, bits: float) -> bool:
        """Whether a rival has an open pair that weighs clearly more than the one with this record."""
        party = self._cards[one].party
        if party.is_mention:
            return False
        for weight, other in self._rivals[rival]:
            if weight < bits + self._weights.margin:
                return False
            theirs = self._cards[other].party
            if (
                other != one
                and theirs.system == party.system
                and not theirs.is_mention
                and not self._is_excluded(rival, other)
            ):
                return True
        return False

    def _is_excluded(self, one: int, other: int) -> bool:
        """Whether known keys or a person part the clusters of two records."""
        mine, theirs = self._cluster_of(one), self._cluster_of(other)
        if len(mine) == len(theirs) == 1:
            return self._are_parted(one, other)
        return any(self._are_parted(left, right) for left in mine for right in theirs)

    def _are_parted(self, one: int, other: int) -> bool:
        if one in self._apart and other in self._apart[one]:
            return True
        left, right = self._cards[one].party, self._cards[other].party
        if left.system == right.system and not left.is_mention and not right.is_mention:
            return frozenset((one, other)) not in self._told
        if not (left.refs and right.refs) or frozenset((one, other)) in self._told:
            return False
        silent = frozenset(each.system for each in (left, right) if each.is_mention)
        return _refs_differ(left.refs, right.refs, silent)

    def _is_one(self, mine: Sequence[int], theirs: Sequence[int]) -> bool:
        """Whether no two are unlike; records that are given as one speak together."""
        least = self._weights.unlike_at
        if not self._units:
            return all(self._weight(left, right) > least for left in mine for right in theirs)
        alike: dict[tuple[int, int], bool] = {}
        for left in mine:
            for right in theirs:
                units = self._units[left], self._units[right]
                alike[units] = alike.get(units, False) or self._weight(left, right) > least
        return all(alike.values())

    def _weight(self, one: int, other: int) -> float:
        pair = (one, other) if self._cards[one].place <= self._cards[other].place else (other, one)
        found = self._pairs.get(pair)
        return self._bits(*pair) if found is None else found

    def _is_waiting(self, one: int, other: int) -> bool:
        if not self._waiting:
            return False
        return (one, self._cards[other].party.system) in self._waiting or (
            other, self._cards[one].party.system
        ) in self._waiting  # fmt: skip

    def _wait(self, one: int, other: int) -> None:
        left, right = self._cards[one].party, self._cards[other].party
        if not right.is_mention:
            self._waiting.add((one, right.system))
        if not left.is_mention:
            self._waiting.add((other, left.system))

    def _home(self, position: int) -> int:
        cluster = self._cluster
        while cluster[position] != position:
            cluster[position] = cluster[cluster[position]]
            position = cluster[position]
        return position

    def _cluster_of(self, position: int) -> Sequence[int]:
        home = self._home(position)
        return self._members.get(home, (home,))

    def _join(self, one: int, other: int) -> None:
        mine, theirs = self._home(one), self._home(other)
        members = [*self._cluster_of(one), *self._cluster_of(other)]
        self._cluster[theirs] = mine
        self._members.pop(theirs, None)
        self._members[mine] = members
        self._answer.links.append((one, other))


def _refs_differ(mine: Iterable[ExternalRef], theirs: Iterable[ExternalRef], silent: frozenset[str]) -> bool:
    """Whether two records are known in one place by different keys; places of which they share a key do not count."""
    keys: dict[tuple[str, str], set[str]] = {}
    others: dict[tuple[str, str], set[str]] = {}
    for found, refs in ((keys, mine), (others, theirs)):
        for ref in refs:
            if ref.system not in silent:
                found.setdefault((ref.system, ref.kind), set()).add(ref.key)
    return any(keys[place].isdisjoint(others[place]) for place in keys.keys() & others.keys())
