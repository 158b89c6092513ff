"""
Which pairs become links: strongest evidence first, never a guess.

Works in tiers of equal strength, and looks at all pairs of a tier at once, so that no order of input matters.
Owns the reasons for which a pair stays undecided.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

import attrs

from alignkit.linking.candidates import Pair
from alignkit.linking.evidence import are_at_odds
from alignkit.linking.links import groups_of
from alignkit.linking.records import Traits

__all__ = ["Undecided", "decide", "keep_apart"]

_Claim = tuple[int, str]
"""A record's place for one partner in another system: position and that system."""

SEVERAL = "several candidates are equally strong"
CONTRADICTED = "the evidence contradicts itself"
DEPENDENT = "it depends on a stronger case that is undecided"
CHAINED = "together these links would make two customers one"


@attrs.frozen
class Undecided:
    """
    Pairs that hang together and were not decided.

    Attributes:
        pairs: The pairs, by position.
        reason: Why.
    """

    pairs: tuple[Pair, ...]
    reason: str


def decide(
    traits: Sequence[Traits], pairs: Iterable[Pair], told: Sequence[Pair] = ()
) -> tuple[tuple[Pair, ...], tuple[Undecided, ...]]:
    """
    Choose the pairs that are links.

    A record has one partner in each other system; a customer that is mentioned has any number of mentions. A pair is
    a link when, at its strength, neither side could have another partner and nothing stronger contradicts it.
    A weaker pair of a record that found its partner is dropped; one of an undecided record is undecided too.

    Args:
        traits: The records.
        pairs: Pairs for which something speaks.
        told: Pairs that a person has called one; they are links before anything else is looked at.

    Returns:
        The links and the undecided cases.
    """
    taken: set[_Claim] = {claim for pair in told for claim in _claims(pair, traits)}
    blocked: set[_Claim] = set()
    links: list[Pair] = list(told)
    undecided: list[Undecided] = []
    for tier in _tiers(pairs):
        open_pairs = [pair for pair in tier if not taken.intersection(_claims(pair, traits))]
        for group in _tied_together(open_pairs, traits):
            claims = {claim for pair in group for claim in _claims(pair, traits)}
            if claims & blocked:
                undecided.append(Undecided(group, DEPENDENT))
                blocked |= claims
            elif len(group) > 1:
                undecided.append(Undecided(group, SEVERAL))
                blocked |= claims
            elif group[0].comparison.against:
                undecided.append(Undecided(group, CONTRADICTED))
                blocked |= claims
            else:
                links.append(group[0])
                taken |= claims
    return tuple(links), tuple(undecided)


def keep_apart(
    traits: Sequence[Traits],
    links: Iterable[Pair],
    told: Sequence[Pair] = (),
    parted: frozenset[tuple[int, int]] = frozenset(),
) -> tuple[tuple[Pair, ...], tuple[Undecided, ...]]:
    """
    Refuse links that, over a third system, would join two records of one system or two that contradict each other.

    Args:
        traits: The records.
        links: The links to look at.
        told: Those of them that a person has called one; they stand.
        parted: Pairs of positions, in order, that a person has called two.

    Returns:
        The links that may stand, and the refused ones: of each joint, all links of the weakest strength needed for it.
    """
    standing: list[Pair] = list(told)
    refused: list[Undecided] = []
    one_by_word = _group_of(told)
    for tier in _tiers(pair for pair in links if pair not in told):
        home = _group_of(standing)
        joined = _group_of((*standing, *tier))
        tied = {frozenset((pair.left, pair.right)) for pair in (*standing, *tier)}
        fresh: defaultdict[int, list[Pair]] = defaultdict(list)
        members: defaultdict[int, list[int]] = defaultdict(list)
        for pair in tier:
            fresh[joined[pair.left]].append(pair)
        for position, group in joined.items():
            members[group].append(position)
        for group, pairs in fresh.items():
            if _is_one_customer(members[group], traits, home, tied, one_by_word, parted):
                standing.extend(pairs)
            else:
                refused.append(Undecided(tuple(pairs), CHAINED))
    return tuple(standing), tuple(refused)


def _group_of(pairs: Iterable[Pair]) -> dict[int, int]:
    """For each position, the group that the pairs put it in."""
    groups = groups_of((pair.left, pair.right) for pair in pairs)
    return {position: at for at, group in enumerate(groups) for position in group}


def _is_one_customer(
    group: Sequence[int],
    traits: Sequence[Traits],
    home: Mapping[int, int],
    tied: set[frozenset[int]],
    one_by_word: Mapping[int, int],
    parted: frozenset[tuple[int, int]],
) -> bool:
    if parted and any(pair in parted for pair in combinations(sorted(group), 2)):
        return False
    records = sorted(position for position in group if not traits[position].is_mention)
    for left, right in combinations(records, 2):
        is_told = left in one_by_word and one_by_word[left] == one_by_word.get(right)
        if traits[left].record.system == traits[right].record.system and not is_told:
            return False
    return not any(
        are_at_odds(traits[left], traits[right])
        for left, right in combinations(records, 2)
        if frozenset((left, right)) not in tied and (left not in home or home[left] != home.get(right))
    )


def _tiers(pairs: Iterable[Pair]) -> list[list[Pair]]:
    tiers: defaultdict[int, list[Pair]] = defaultdict(list)
    for pair in sorted(pairs, key=lambda each: (each.left, each.right)):
        tiers[pair.comparison.strength].append(pair)
    return [tiers[strength] for strength in sorted(tiers, reverse=True)]


def _claims(pair: Pair, traits: Sequence[Traits]) -> tuple[_Claim, ...]:
    """The places a pair would fill. A customer's place for mentions is never full, so it is none."""
    left, right = traits[pair.left], traits[pair.right]
    claims = []
    if left.is_mention or not right.is_mention:
        claims.append((pair.left, right.record.system))
    if right.is_mention or not left.is_mention:
        claims.append((pair.right, left.record.system))
    return tuple(claims)


def _tied_together(pairs: Sequence[Pair], traits: Sequence[Traits]) -> list[tuple[Pair, ...]]:
    """Group pairs that compete for a place."""
    claims_of = {pair: _claims(pair, traits) for pair in pairs}
    groups = groups_of((claims[0], claims[-1]) for claims in claims_of.values())
    group_of = {claim: at for at, group in enumerate(groups) for claim in group}
    tied: defaultdict[int, list[Pair]] = defaultdict(list)
    for pair, claims in claims_of.items():
        tied[group_of[claims[0]]].append(pair)
    return [tuple(group) for group in tied.values()]
