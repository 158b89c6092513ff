"""
Which pieces of work are compared at all, and when two of them are one effort.

Only work for one customer or one objective is compared, and of that only what shares one of its rarest words: two
titles that are alike share most of their words, and the rare ones say which.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import Any, Final

from alignkit.linking.efforts.titles import Rarity, Title, likeness
from alignkit.linking.efforts.work import Fact, Groups, Work, Works

__all__ = ["candidates", "is_same_effort", "likeness_of"]

Group = list[tuple[Title, Fact]]

FEW: Final = 6
"""Groups up to this size are compared as a whole."""
MOST_IN_BLOCK: Final = 60
"""A word that so many pieces of work of one group share does not tell them apart."""


def candidates(works: Works, groups: Groups, rarity: Rarity) -> Iterator[tuple[Work, Work]]:
    """Pairs worth comparing, the smaller id first; a pair may come more than once."""
    for group in groups:
        if len(group) > 1:
            for (left, one), (right, other) in _within(group, rarity):
                if left is right or _share_words(left, right):
                    pair = works.of(left, one), works.of(right, other)
                    yield pair if one.id <= other.id else (pair[1], pair[0])


def _within(group: Group, rarity: Rarity) -> Iterator[tuple[tuple[Title, Fact], tuple[Title, Fact]]]:
    if len(group) <= FEW:
        yield from combinations(group, 2)
        return
    blocks: defaultdict[str, Group] = defaultdict(list)
    for one in group:
        for word in rarity.rarest(one[0]):
            blocks[word].append(one)
    for block in blocks.values():
        if 2 <= len(block) <= MOST_IN_BLOCK:
            yield from combinations(block, 2)
        elif len(block) > MOST_IN_BLOCK and len({title for title, _ in block}) == 1:
            yield from pairwise(block)


def _share_words(one: Title, other: Title) -> bool:
    """Whether two titles share at least half of their words, and name the same numbers."""
    if one.numbers != other.numbers:
        return False
    shared = len(one.distinct & other.distinct)
    return 2 * shared >= len(one.distinct) or 2 * shared >= len(other.distinct)


def is_same_effort(left: Work, right: Work, *, touch_days: int) -> bool:
    """
    Whether two pieces of work could be one effort, whatever they are called.

    Planned work overlaps in time, is not part of one another, and is not one person's own list in one project.
    Touches are two teams' within a few days.
    """
    if left.kind == "interaction":
        apart = abs(left.start - right.start)
        return left.team is not None and right.team is not None and left.team != right.team and apart <= touch_days
    if left.start > right.end or right.start > left.end:
        return False
    if left.parent_id == right.id or right.parent_id == left.id:
        return False
    same_person = left.person is not None and left.person == right.person
    return not (same_person and left.project_id == right.project_id and left.team == right.team)


def likeness_of(fuzz: Any, left: Work, right: Work, rarity: Rarity, least: float, telling: float) -> float:
    """How alike the titles are, 0 where they share only words that everyone uses."""
    one, other = left.title, right.title
    if rarity.of(one.distinct & other.distinct) < telling:
        return 0.0
    return likeness(fuzz, one, other, least)
