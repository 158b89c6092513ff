"""
Records, taken in one by one or all at once, and which of them are one customer.

Owns the answer, which depends on the records and on what people decided, and neither on the order in which they came nor
on when it was asked for. A new record is compared with its like only; `comparing` keeps the rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Final

from alignkit.domain import ExternalRef
from alignkit.errors import DuplicateError, MissingExtraError
from alignkit.linking.comparing import Comparisons, Pair
from alignkit.linking.domains import checked_domains
from alignkit.linking.evidence import Evidence
from alignkit.linking.likeness import has_rapidfuzz
from alignkit.linking.links import Ambiguous, Link, Links, Shared, groups_of
from alignkit.linking.party import Party, card_of
from alignkit.linking.people import Heard, heard
from alignkit.linking.settle import Answer, Settling
from alignkit.linking.weights import WEIGHTS, Weights
from alignkit.stores.decisions import DecisionLog, LinkDecision

__all__ = ["WITHOUT_NAMES", "LinkIndex"]

WITHOUT_NAMES: Final = "names that are alike but not equal were not compared: install alignkit[names]"

Keys = tuple[ExternalRef, ExternalRef]
"""System, kind and id of two records."""


class LinkIndex:
    """
    Says which records are one customer, and is told of further records as they come.

    Records that share a value (a name in normal form, a domain, a phone number, ...) are compared, and those whose
    names are alike. Where every system has a name exactly once, that decides before names that are only alike.

    Args:
        parties: The first records.
        systems: The systems, the one whose word counts most first; those not named follow by name.
        weights: What each outcome of a comparison weighs, and from where on records are linked.
        alike: Whether to compare names that are not equal. None does when rapidfuzz is installed, and the answer says
            when it is not.
        ignored_domains: Domains that never count, such as your own.
        apart_within: Systems of which no two records are compared with each other, mentions neither.

    Raises:
        MissingExtraError: `alike` is True, and rapidfuzz is not installed.
        DuplicateError: Two records have one system, kind and id.
        LinkingError: One of `ignored_domains` is no domain.
    """

    def __init__(
        self,
        parties: Iterable[Party] = (),
        *,
        systems: Iterable[str] = (),
        weights: Weights = WEIGHTS,
        alike: bool | None = None,
        ignored_domains: Collection[str] = (),
        apart_within: Collection[str] = (),
    ) -> None:
        has_it = alike is not False and has_rapidfuzz()
        if alike and not has_it:
            raise MissingExtraError("names", "rapidfuzz")
        self._missing = WITHOUT_NAMES if alike is None and not has_it else ""
        self._alike = has_it
        self._weights = weights
        self._order = tuple(systems)
        self._compared = Comparisons(
            weights, alike=has_it, ignored=checked_domains(ignored_domains), apart_within=apart_within
        )
        self._cards = self._compared.cards
        self._places: dict[tuple[str, str, str], int] = {}
        self._ranks: list[tuple[int, tuple[str, str, str]]] = []
        self._given: dict[Pair, Evidence] = {}
        self._joined: list[Pair] = []
        self._apart: set[Pair] = set()
        self._heard = Heard()
        self._held: tuple[tuple[Keys, ...], tuple[Keys, ...]] = ((), ())
        self.extend(parties)

    def __len__(self) -> int:
        return len(self._cards)

    def add(self, party: Party) -> None:
        """
        Take in a record.

        Raises:
            DuplicateError: There is one of its system, kind and id.
        """
        card = card_of(party)
        if card.place in self._places:
            raise DuplicateError(f"{party.system} {party.kind}", party.id)
        self._places[card.place] = len(self._cards)
        self._compared.add(card)

    def extend(self, parties: Iterable[Party]) -> None:
        """Take in records; the answer is the same as for adding each."""
        for party in parties:
            self.add(party)

    def follow(self, decisions: Iterable[LinkDecision] | DecisionLog) -> None:
        """
        Let people's decisions stand, in the place of those followed before.

        They win over what is compared, and over keys: records of one system that a person calls one are one. A
        decision on a record that is not here counts as soon as it is.
        """
        self._heard = heard(decisions)

    def hold(
        self,
        same: Iterable[Keys],
        different: Iterable[Keys],
    ) -> None:
        """
        Let what is known otherwise stand, in the place of what was held before: records that are one, and that are not.

        The answer does not list pairs that are held to be one.
        """
        self._held = tuple(same), tuple(different)

    def _take_decisions(self) -> None:
        self._given.clear()
        for decision in self._heard.same:
            if (pair := self._pair_of(decision.pair)) is not None:
                self._given[pair] = Evidence("person", str(decision))
        parted = (self._pair_of(pair) for pair in (*self._heard.different, *self._held[1]))
        self._apart = {pair for pair in parted if pair is not None}
        held = (self._pair_of(pair) for pair in self._held[0])
        self._joined = [*self._given, *(pair for pair in held if pair is not None)]

    def _pair_of(self, keys: Keys) -> Pair | None:
        one, other = (self._places.get((key.system, key.kind, key.key)) for key in keys)
        return None if one is None or other is None else self._compared.pair(one, other)

    def links(self) -> Links:
        """
        Say which records are one customer.

        Returns:
            Links with their weight and what it consists of; ambiguous cases, which a person should look at; and the
            records that stand alone. Every record is in one of the three.
        """
        settled, answer = self._answered()
        bare = Links(self._systems_in_order())
        order = {system: at for at, system in enumerate(bare.systems)}
        self._ranks = [(order[card.place[0]], card.place) for card in self._cards]
        links = self._in_order((*self._given, *settled, *answer.links))
        named = {position for pair in links for position in pair}
        named.update(position for pair in answer.review for position in pair[:2])
        alone = sorted((at for at in range(len(self._cards)) if at not in named), key=self._ranks.__getitem__)
        unused = sorted(Shared(" ".join(value), "", count) for value, count in self._compared.values.counts().items())
        return Links(
            systems=bare.systems,
            links=tuple(self._link(one, other) for one, other in links),
            ambiguous=self._cases(answer),
            unlinked=tuple(self._cards[position].party.record for position in alone),
            unused=tuple(unused),
            missing=self._missing,
        )

    def _in_order(self, pairs: Iterable[Pair]) -> list[Pair]:
        """Pairs, the record whose word counts more first, in the order of the answer."""
        ranks = self._ranks
        turned = ((one, other) if ranks[one] <= ranks[other] else (other, one) for one, other in pairs)
        return sorted(turned, key=lambda pair: (ranks[pair[0]], ranks[pair[1]]))

    def _answered(self) -> tuple[list[Pair], Answer]:
        self._take_decisions()
        busy = {position for pair in (*self._joined, *self._apart) for position in pair}
        settled, pairs = self._compared.weighed(busy)
        run = Settling(self._cards, pairs, self._weights, self._compared.bits, self._apart)
        return settled, run.run(self._joined)

    def _systems_in_order(self) -> tuple[str, ...]:
        return (*self._order, *sorted(self._compared.systems - set(self._order)))

    def _link(self, one: int, other: int) -> Link:
        left, right = self._cards[one], self._cards[other]
        if (person := self._given.get(self._compared.pair(one, other))) is not None:
            return Link(left.party.record, right.party.record, (person,))
        speaks, against = self._compared.scale.evidence(left, right, alike=self._alike)
        weight = round(sum(each.weight for each in (*speaks, *against)), 6)
        return Link(left.party.record, right.party.record, speaks, against, weight)

    def _cases(self, answer: Answer) -> tuple[Ambiguous, ...]:
        """Pairs for a person that hang together are one case; its reason is that of the heaviest."""
        groups = groups_of((one, other) for one, other, _ in answer.review)
        case_of = {position: at for at, group in enumerate(groups) for position in group}
        pairs: defaultdict[int, list[Pair]] = defaultdict(list)
        reasons: dict[int, str] = {}
        for one, other, reason in answer.review:
            pairs[case_of[one]].append((one, other))
            reasons.setdefault(case_of[one], reason)
        cases = [(self._in_order(found), reasons[case]) for case, found in pairs.items()]
        cases.sort(key=lambda case: [(self._ranks[one], self._ranks[other]) for one, other in case[0]])
        return tuple(Ambiguous(tuple(self._link(*pair) for pair in found), reason) for found, reason in cases)
