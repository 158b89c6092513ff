"""
Which pairs of records are worth holding side by side: those of two systems that share a value.

Owns what counts as too common a value. Judges no pair.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

import attrs

from alignkit.domain import ExternalRef
from alignkit.linking.evidence import Comparison, compare
from alignkit.linking.links import Shared
from alignkit.linking.records import Traits

__all__ = ["LARGEST_SHARE", "Pair", "pairs_of", "without_common_values"]

LARGEST_SHARE: Final = 20
"""So many customers of one system may share a value; with more of them it is no sign of one customer."""

_Value = ExternalRef | tuple[str, str]


@attrs.frozen
class Pair:
    """
    Two records of different systems for which something speaks.

    Attributes:
        left: Position of the record of the earlier system.
        right: Position of the other.
        comparison: What speaks for and against it.
    """

    left: int
    right: int
    comparison: Comparison


def without_common_values(traits: Sequence[Traits]) -> tuple[tuple[Traits, ...], tuple[Shared, ...]]:
    """
    Take away values that more than `LARGEST_SHARE` customers of one system share.

    Mentions do not count: a customer may be mentioned any number of times.

    Returns:
        The records without those values, in the same order, and what was taken.
    """
    counts: defaultdict[tuple[_Value, str], int] = defaultdict(int)
    for each in traits:
        if not each.is_mention:
            for value in _values(each):
                counts[value, each.record.system] += 1
    common = {key: count for key, count in counts.items() if count > LARGEST_SHARE}
    if not common:
        return tuple(traits), ()
    values = frozenset(value for value, _ in common)
    unused = sorted(Shared(_text(value), system, count) for (value, system), count in common.items())
    return tuple(_without(each, values) for each in traits), tuple(unused)


def pairs_of(traits: Sequence[Traits]) -> tuple[Pair, ...]:
    """
    Compare the records of different systems, and mentions with records, that share a value.

    Two mentions are no pair: neither is a record that the other could mean.

    Args:
        traits: All records, those of one system together.

    Returns:
        Pairs with evidence, by position.
    """
    blocks: defaultdict[_Value, list[int]] = defaultdict(list)
    for position, each in enumerate(traits):
        for value in _values(each):
            blocks[value].append(position)
    found = {pair for block in blocks.values() for pair in _across_systems(block, traits)}
    compared = (Pair(left, right, compare(traits[left], traits[right])) for left, right in sorted(found))
    return tuple(pair for pair in compared if pair.comparison.evidence)


def _across_systems(block: Sequence[int], traits: Sequence[Traits]) -> Iterator[tuple[int, int]]:
    records = [position for position in block if not traits[position].is_mention]
    mentions = [position for position in block if traits[position].is_mention]
    for left, right in combinations(records, 2):
        if traits[left].record.system != traits[right].record.system:
            yield left, right
    for record in records:
        for mention in mentions:
            yield min(record, mention), max(record, mention)


def _values(traits: Traits) -> Iterator[_Value]:
    yield from traits.refs
    for domain in traits.domains | traits.mail_domains:
        yield "domain", domain
    for name in traits.names:
        yield "name", name


def _without(traits: Traits, values: frozenset[_Value]) -> Traits:
    names = tuple(name for name in traits.names if ("name", name) not in values)
    return attrs.evolve(
        traits,
        refs=traits.refs - values,
        domains=frozenset(d for d in traits.domains if ("domain", d) not in values),
        mail_domains=frozenset(d for d in traits.mail_domains if ("domain", d) not in values),
        names=names,
        called=traits.called if len(names) == len(traits.names) else (),
    )


def _text(value: _Value) -> str:
    return (
        f"{value[0]} {value[1]}" if isinstance(value, tuple) else f"reference {value.system}/{value.kind}/{value.key}"
    )
