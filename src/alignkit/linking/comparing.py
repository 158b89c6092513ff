"""
Which records have been compared and what they weigh, kept so that no two are compared twice.

Owns who is compared with whom: those that share a value, then those with like names among the records that no equal
name has settled, then those that nothing has placed with any. Decides nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Final

from alignkit.linking.blocks import Trigrams, Values, Words
from alignkit.linking.likeness import SHORTEST_INITIALS
from alignkit.linking.matching import Scale
from alignkit.linking.party import Card, Party
from alignkit.linking.weights import Weights

__all__ = ["Comparisons", "Pair", "Weighed"]

LONGEST_INITIALS: Final = 6

Pair = tuple[int, int]
"""Positions of two records, the smaller place first."""

Weighed = tuple[list[Pair], dict[Pair, float]]
"""Pairs that equal names settle, and the weight of every other pair that was compared."""


class Comparisons:
    """
    Records by position and what pairs of them weigh.

    Args:
        weights: What outcomes weigh.
        alike: Whether names that are not equal are compared.
        ignored: Domains that never count.
        apart_within: Systems of which no two records are compared.

    Attributes:
        cards: The records, in the order in which they came.
        values: Records by the values that they share.
        scale: Weighs two of them.
    """

    def __init__(
        self, weights: Weights, *, alike: bool, ignored: Collection[str], apart_within: Collection[str]
    ) -> None:
        self.cards: list[Card] = []
        self.values = Values(ignored)
        self.scale = Scale(weights, self.values.common, ignored)
        self._weights = weights
        self._alike = alike
        self._apart_within = frozenset(apart_within)
        self._words = Words()
        self._trigrams = Trigrams()
        self._systems: dict[str, bool] = {}
        self._shared: dict[Pair, float] = {}
        self._liked: dict[Pair, float] = {}
        self._found: dict[Pair, float] = {}
        self._partners: Counter[int] = Counter()
        self._initials: defaultdict[tuple[str, bool], list[int]] = defaultdict(list)
        self._looked: set[int] = set()
        self._searched: set[int] = set()
        self._rested: set[int] = set()
        self._compared = self._seen = self._seen_again = 0

    @property
    def systems(self) -> frozenset[str]:
        """Systems of which there are records."""
        return frozenset(self._systems)

    def add(self, card: Card) -> None:
        """Take in a record."""
        position = len(self.cards)
        self.cards.append(card)
        party = card.party
        self._systems[party.system] = self._systems.get(party.system, True) and not party.is_mention
        if self.values.add(position, card):
            self._forget()
        if self._alike:
            self._words.add(card.forms)
            self._trigrams.add(card.forms)

    def weighed(self, busy: Collection[int]) -> Weighed:
        """
        Compare what has not been compared.

        Args:
            busy: Positions that somebody has decided on; equal names do not settle them.
        """
        self._compare_shared()
        settled, at_rest = self._settled(busy)
        pairs = {pair: bits for pair, bits in self._shared.items() if pair[0] not in at_rest or pair[1] not in at_rest}
        if self._alike:
            self._compare_alike(at_rest)
            pairs.update((p, bits) for p, bits in self._liked.items() if at_rest.isdisjoint(p))
            alone = self._alone(pairs, at_rest)
            self._look_again(alone, at_rest)
            for pair, bits in self._found.items():
                if not alone.isdisjoint(pair) and at_rest.isdisjoint(pair):
                    pairs.setdefault(pair, bits)
        return settled, pairs

    def bits(self, one: int, other: int) -> float:
        """The weight of two records, by position."""
        return self.scale.bits(self.cards[one], self.cards[other], alike=self._alike)

    def pair(self, one: int, other: int) -> Pair:
        """Two positions, the smaller place first."""
        return (one, other) if self.cards[one].place <= self.cards[other].place else (other, one)

    def _compare_shared(self) -> None:
        """Compare records that share a value."""
        shared, cards = self._shared, self.cards
        for position in range(self._compared, len(cards)):
            card = cards[position]
            for other in set(self.values.sharing(card)):
                if other < position and self._may_meet(card.party, cards[other].party):
                    pair = self.pair(position, other)
                    shared[pair] = self.bits(*pair)
                    self._partners[position] += 1
                    self._partners[other] += 1
        self._compared = len(cards)

    def _settled(self, busy: Collection[int]) -> tuple[list[Pair], set[int]]:
        """Names that every system has exactly once, where nothing else is shared: their pairs and their positions."""
        pairs: list[Pair] = []
        at_rest: set[int] = set()
        count = len(self._systems)
        if count < 2 or not all(self._systems.values()) or not self._shared:
            return pairs, at_rest
        for position, card in enumerate(self.cards):
            if position in at_rest or self._partners[position] != count - 1 or len(card.forms) != 1:
                continue
            block = self.values.named(card.form)
            if len(block) != count or block[0] != position or any(other in busy for other in block):
                continue
            if any(self._partners[other] != count - 1 for other in block):
                continue
            found = [self.pair(one, other) for at, one in enumerate(block) for other in block[at + 1 :]]
            if all(self._shared.get(pair, 0.0) >= self._weights.link_at for pair in found):
                at_rest.update(block)
                pairs.extend(pair for pair in found if block[0] in pair)
        return pairs, at_rest

    def _compare_alike(self, at_rest: set[int]) -> None:
        """Compare records that are not settled and whose names are alike."""
        words, cards, liked = self._words, self.cards, self._liked
        self._looked -= at_rest
        if self._seen != len(cards):
            self._seen = len(cards)
            for pair in [pair for pair in liked if not self._are_alike(*pair)]:
                del liked[pair]
        for position, card in enumerate(cards):
            if position in self._looked or position in at_rest or not card.forms:
                continue
            self._looked.add(position)

            def wanted(other: int, party: Party = card.party) -> bool:
                return other not in at_rest and self._may_meet(party, cards[other].party)

            for other in (*words.like(position, wanted), *self._with_initials(position, wanted)):
                pair = self.pair(position, other)
                if pair not in liked and pair not in self._shared:
                    liked[pair] = self.bits(*pair)
            words.offer(position)

    def _alone(self, pairs: Mapping[Pair, float], at_rest: set[int]) -> set[int]:
        """Records of which no pair weighs enough to be looked at."""
        least = self._weights.review_at
        placed = {position for pair, bits in pairs.items() if bits >= least for position in pair}
        return {at for at, card in enumerate(self.cards) if card.forms and at not in placed and at not in at_rest}

    def _look_again(self, alone: set[int], at_rest: set[int]) -> None:
        """Compare records that no word has placed with any that share rare trigrams."""
        trigrams, cards, found = self._trigrams, self.cards, self._found
        self._searched &= alone
        if self._seen_again != len(cards):
            for pair in [pair for pair in found if not trigrams.are_like(*pair)]:
                del found[pair]
        if alone:
            for position in range(len(cards)):
                if position not in at_rest:
                    trigrams.offer(position)
        # What is new, and what was settled before and is not any more, was not there to be found.
        fresh = (*range(self._seen_again, len(cards)), *sorted(self._rested - at_rest)) if self._searched else ()
        self._seen_again, self._rested = len(cards), set(at_rest)
        for position in (
            *sorted(alone - self._searched),
            *(at for at in fresh if at not in alone and at not in at_rest),
        ):
            party, is_alone = cards[position].party, position in alone

            def wanted(other: int, party: Party = party, is_alone: bool = is_alone) -> bool:
                return (
                    other not in at_rest and (is_alone or other in alone) and self._may_meet(party, cards[other].party)
                )

            for other in trigrams.like(position, wanted):
                pair = self.pair(position, other)
                if pair not in found:
                    found[pair] = self.bits(*pair)
        self._searched |= alone

    def _with_initials(self, position: int, wanted: Callable[[int], bool]) -> Iterator[int]:
        """Records of which one's name is the initials of the other's; takes this one in."""
        for word, is_short in _keys_of_initials(self.cards[position]):
            yield from (other for other in self._initials[word, not is_short] if other != position and wanted(other))
            mine = self._initials[word, is_short]
            if position not in mine:
                mine.append(position)

    def _are_alike(self, one: int, other: int) -> bool:
        return self._words.are_like(one, other) or _are_initials(self.cards[one], self.cards[other])

    def _may_meet(self, party: Party, other: Party) -> bool:
        """Two records of one system are two customers, unless one is a mention; of two projects neither is meant."""
        if party.kind == other.kind == "project":
            return False
        is_allowed = party.system not in self._apart_within and (party.is_mention or other.is_mention)
        return party.system != other.system or is_allowed

    def _forget(self) -> None:
        """A value became common: what was compared may weigh otherwise now."""
        self._shared.clear()
        self._liked.clear()
        self._looked.clear()
        self._found.clear()
        self._searched.clear()
        self._partners.clear()
        self._compared = 0


def _keys_of_initials(card: Card) -> set[tuple[str, bool]]:
    """What a name may stand for by initials, and whether it is the short one."""
    keys: set[tuple[str, bool]] = set()
    for spelling in card.spellings:
        if len(spelling.words) == 1:
            if SHORTEST_INITIALS <= len(spelling.words[0]) <= LONGEST_INITIALS:
                keys.add((spelling.words[0], True))
        else:
            keys.update((each, False) for each in spelling.initials if len(each) >= SHORTEST_INITIALS)
    return keys


def _are_initials(card: Card, other: Card) -> bool:
    mine, theirs = _keys_of_initials(card), _keys_of_initials(other)
    return any((word, not is_short) in theirs for word, is_short in mine)
