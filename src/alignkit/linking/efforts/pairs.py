"""
Which pieces of work are compared at all, and when two of them are one effort.

Only work for one customer or one objective is compared, and of that only what shares one of its rarest words: two
titles that are alike share most of their words, and the rare ones say which.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, pairwise
from typing import Any, Final

from alignkit.linking.efforts.titles import Rarity, Title, likeness
from alignkit.linking.efforts.work import Group, Work, Works

__all__ = ["candidates", "is_same_effort", "likeness_of"]

FEW: Final = 6
"""Groups up to this size are compared as a whole."""
MOST_IN_BLOCK: Final = 60
"""A word that so many pieces of work of one group share does not tell them apart."""


def candidates(works: Works, groups: Iterable[Group], rarity: Rarity) -> Iterator[tuple[Work, Work]]:
    """Pairs worth comparing, the smaller id first; a pair may come more than once."""
    for group in groups:
        titles = works.titles(group)
        for one, other in _within(titles, rarity):
            left, right = titles[one], titles[other]
            if left is right or _share_words(left, right):
                pair = works.of(group[one]), works.of(group[other])
                yield pair if pair[0].id <= pair[1].id else (pair[1], pair[0])


def _within(titles: Sequence[Title], rarity: Rarity) -> Iterator[tuple[int, int]]:
    """Places of titles that share a rare word."""
    size = len(titles)
    if size <= FEW:
        yield from combinations(range(size), 2)
        return
    # Whole numbers only: lists for each word of each group would keep the collector busy.
    keys = sorted([word * size + place for place, title in enumerate(titles) for word in rarity.rarest(title)])
    start = 0
    while start < len(keys):
        word, end = keys[start] // size, start + 1
        while end < len(keys) and keys[end] // size == word:
            end += 1
        if end - start > 1:
            block = [key % size for key in keys[start:end]]
            if len(block) <= MOST_IN_BLOCK:
                yield from combinations(block, 2)
            elif len({titles[place] for place in block}) == 1:
                yield from pairwise(block)
        start = end


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
