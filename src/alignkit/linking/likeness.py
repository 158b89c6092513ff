"""
How much two names weigh for being one customer's, word by word.

Owns the pairing of words: the same, the same with slips, the same abbreviated, and what each name has of its own.
Needs rapidfuzz, which is imported when the first names are compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from alignkit.errors import MissingExtraError
from alignkit.linking.party import Spelling
from alignkit.linking.weights import Weights
from alignkit.linking.words import COMMON_WORDS, DIRECTIONS, PLACES, SMALL_WORDS, STATE_WORDS

__all__ = ["Likeness", "NameScale", "has_rapidfuzz", "kind_of", "slips_between"]

LEAST_ALIKE: Final = 0.6
"""Two words less alike than this, as a share of letters that stand, are two words."""
LEAST_ALIKE_DIVIDED: Final = 0.8
"""As before, for a word and two that may be its parts."""
SHORTEST_STEM: Final = 3
"""A word of so many letters may stand for a longer one that begins with it."""
SHORTEST_INITIALS: Final = 3
MOST_DIVIDED: Final = 4
"""Words of a name that has more of its own are not put together in pairs."""
KNOWN: Final = PLACES | DIRECTIONS
"""Two of these words are two, however alike they are written."""
KINDS: Final = ("number", "common", "plain")
_MISSING: Final = {
    "number": "number_missing",
    "common": "word_common_missing",
    "plain": "word_missing",
    "small": "",
}


class Likeness(NamedTuple):
    """What two names weigh, in bits, and why in words."""

    bits: float
    reasons: tuple[str, ...]


@lru_cache(maxsize=1)
def slips_between() -> Callable[[str, str], int]:
    """
    The count of slips between two words: letters left out, put in, exchanged, or two in the wrong order.

    Raises:
        MissingExtraError: rapidfuzz is not installed.
    """
    try:
        from rapidfuzz.distance import OSA
    except ImportError as error:
        raise MissingExtraError("names", "rapidfuzz") from error
    return OSA.distance


def has_rapidfuzz() -> bool:
    """Whether names that are not equal can be compared."""
    try:
        slips_between()
    except MissingExtraError:
        return False
    return True


class NameScale:
    """Weighs names by given weights. Keeps the bits of every outcome, which are the same for all pairs."""

    def __init__(self, weights: Weights) -> None:
        self._bits: dict[str, float] = {
            name: getattr(weights, name).bits
            for name in (
                "word", "word_common", "word_small", "number", "slip", "slips", "word_differs", "word_common_differs",
                "number_differs", "word_missing", "word_common_missing", "number_missing", "initials", "legal",
                "legal_differs",
            )
        }  # fmt: skip
        self._worths: dict[str, float] = {}
        self._most = weights.most_by_name
        self._least = weights.least_by_name

    def weigh(self, left: Spelling, right: Spelling, *, explain: bool = False) -> Likeness:
        """
        Hold two names side by side.

        Args:
            left: A name.
            right: The other; swapping them gives the same bits.
            explain: Whether to give reasons.
        """
        mine, theirs = _unshared(left.words, right.words), _unshared(right.words, left.words)
        agreed = self._agreed([word for word in left.words if word not in mine])
        reasons = [f"{word!r} in both" for word in left.words if word not in mine] if explain else []
        lost = 0.0
        if mine and theirs:
            if initials := self._initials(left, right):
                agreed, mine, theirs = initials, [], []
                reasons.append("one is the initials of the other")
            else:
                found, lost, mine, theirs = self._paired(mine, theirs, reasons)
                agreed += found
        if mine or theirs:
            mine, theirs = (
                _without_forms(mine, right.legal - left.legal),
                _without_forms(theirs, left.legal - right.legal),
            )
        bits = max(min(agreed, self._most) + lost + self._differing(mine, theirs, reasons), self._least)
        bits += self.legal(left, right, reasons)
        return Likeness(bits, tuple(reasons) if explain else ())

    def legal(self, left: Spelling, right: Spelling, reasons: list[str]) -> float:
        """What the legal forms weigh; nothing when a name has none."""
        if not (left.legal and right.legal):
            return 0.0
        are_same = not left.legal.isdisjoint(right.legal)
        reasons.append("same legal form" if are_same else "legal forms differ")
        return self._bits["legal" if are_same else "legal_differs"]

    def exact(self, spelling: Spelling) -> float:
        """What the words of a name weigh when all are in both."""
        return min(self._agreed(spelling.words), self._most)

    def _agreed(self, words: Iterable[str]) -> float:
        """What words in both names weigh; small ones count once for all of them."""
        found = [self._worth(word) for word in words]
        small = self._bits["word_small"]
        plain = sum(worth for worth in found if worth > small)
        return plain + small if small in found else plain

    def _worth(self, word: str) -> float:
        worth = self._worths.get(word)
        if worth is None:
            worth = self._worths[word] = self._worth_of(word)
        return worth

    def _worth_of(self, word: str) -> float:
        bits, kind = self._bits, kind_of(word)
        if kind == "small":
            return bits["word_small"]
        if word in PLACES:
            return bits["word"]
        if word in COMMON_WORDS or word in DIRECTIONS:
            return bits["word_common"]
        if kind == "number":
            return bits["number"]
        return bits["word"] if len(word) > 3 else bits["word"] * (len(word) + 1) / 5

    def _initials(self, left: Spelling, right: Spelling) -> float:
        for short, long in ((left, right), (right, left)):
            if len(short.words) == 1 and len(long.words) >= SHORTEST_INITIALS - 1:
                word = short.words[0]
                if len(word) >= SHORTEST_INITIALS and word in long.initials:
                    return self._bits["initials"]
        return 0.0

    def _paired(
        self, mine: list[str], theirs: list[str], reasons: list[str]
    ) -> tuple[float, float, list[str], list[str]]:
        """Pair words that are one with slips, the most alike first; equals by the alphabet, so that no side matters."""
        found = _alike_pairs(mine, theirs)
        agreed = lost = 0.0
        mine, theirs = list(mine), list(theirs)
        for unlike, _, _, one, other in sorted(found):
            ones, others = one.split(), other.split()
            if not (all(each in mine for each in ones) and all(each in theirs for each in others)):
                continue
            for each in ones:
                mine.remove(each)
            for each in others:
                theirs.remove(each)
            worth = min(self._worth(one), self._worth(other))
            agreed += worth
            lost += max(self._bits["slip" if unlike <= -0.8 else "slips"], -0.75 * worth)
            reasons.append(f"{one!r} like {other!r}")
        return agreed, lost, mine, theirs

    def _differing(self, mine: list[str], theirs: list[str], reasons: list[str]) -> float:
        """What words of only one name weigh: in pairs while both have such, then as missing."""
        if not (mine or theirs):
            return 0.0
        bits, total = self._bits, 0.0
        if (len(mine) + len(theirs)) == 1:
            (word,) = mine or theirs
            reasons.append(f"{word!r} in one only")
            return bits.get(_MISSING[kind_of(word)], 0.0)
        numbers, common, plain = (
            [[w for w in words if kind_of(w) == kind] for words in (mine, theirs)] for kind in KINDS
        )
        if numbers[0] and numbers[1]:
            total += bits["number_differs"]
        elif numbers[0] or numbers[1]:
            total += bits["number_missing"]
        fewest = min(len(plain[0]), len(plain[1]))
        total += bits["word_differs"] * fewest
        left_over = [len(plain[0]) - fewest, len(plain[1]) - fewest]
        against = [len(common[0]), len(common[1])]
        for side, other in ((0, 1), (1, 0)):  # a plain word of one against a common word of the other
            mixed = min(left_over[side], against[other])
            total += (bits["word_differs"] + bits["word_common_differs"]) / 2 * mixed
            left_over[side] -= mixed
            against[other] -= mixed
        both = min(against)
        total += bits["word_common_differs"] * both
        total += bits["word_common_missing"] * (sum(against) - 2 * both)
        total += bits["word_missing"] * sum(left_over)
        reasons.extend(f"{word!r} in one only" for word in sorted((*mine, *theirs)))
        return total


def _without_forms(words: list[str], forms: frozenset[str]) -> list[str]:
    """Leave out short words that are a slip away from a legal form that only the other name has."""
    if not forms:
        return words
    slips = slips_between()
    return [word for word in words if not any(slips(word, form) <= (len(form) > 2) + (len(form) > 5) for form in forms)]


@lru_cache(maxsize=100_000)
def kind_of(word: str) -> str:
    """Tell numbers and what works like one, common words, small words with slips in them too, and plain words apart."""
    if _holds_digit(word) or word in DIRECTIONS or word in PLACES:
        return "number"
    if word in SMALL_WORDS or len(word) == 1:
        return "small"
    if word in COMMON_WORDS:
        return "common"
    return "small" if _is_slipped_state(word) else "plain"


def _is_slipped_state(word: str) -> bool:
    """Whether a word is a slip or two away from a state of a company; without rapidfuzz nobody can tell."""
    if len(word) < 7 or not has_rapidfuzz():
        return False
    return any(slips_between()(word, each) <= 2 for each in STATE_WORDS if len(each) >= 7)


def _unshared(words: tuple[str, ...], others: tuple[str, ...]) -> list[str]:
    return [word for word in words if word not in others]


def _holds_digit(word: str) -> bool:
    """Whether a word is a number or tells by one; a lone digit in front or within a word is a slip."""
    if word.isalpha():
        return False
    digits = sum(character.isdigit() for character in word)
    return digits > 1 or len(word) < 5 or word[-1].isdigit()


def _alike(one: str, other: str) -> float:
    """Share of letters that stand; a word with a digit is like no other."""
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    if len(short) < LEAST_ALIKE * len(long):
        is_stem = len(short) >= SHORTEST_STEM and long.startswith(short)
        return 0.7 if is_stem else 0.0
    if len(short) == 1 or (not (one.isalpha() and other.isalpha()) and (_holds_digit(one) or _holds_digit(other))):
        return 0.0
    if one in KNOWN and other in KNOWN:
        return 0.0
    return 1.0 - slips_between()(one, other) / len(long)


def _alike_pairs(mine: list[str], theirs: list[str]) -> list[tuple[float, str, str, str, str]]:
    """Words that may be one: how unlike they are, below zero, both by the alphabet, and both by side."""
    found: list[tuple[float, str, str, str, str]] = []
    for one in mine:
        for other in theirs:
            alike = _alike(one, other)
            if alike >= LEAST_ALIKE:
                found.append((-alike, min(one, other), max(one, other), one, other))
    if len(mine) != len(theirs):
        found.extend(_divided(mine, theirs))
    return found


def _divided(mine: list[str], theirs: list[str]) -> list[tuple[float, str, str, str, str]]:
    """Two words of one name that are one word of the other."""
    found: list[tuple[float, str, str, str, str]] = []
    for few, many, is_mine in ((mine, theirs, True), (theirs, mine, False)):
        if len(few) >= len(many) or len(many) > MOST_DIVIDED:
            continue
        for whole in few:
            for at, first in enumerate(many):
                for second in many[at + 1 :]:
                    alike = max(_alike(whole, first + second), _alike(whole, second + first))
                    if alike >= LEAST_ALIKE_DIVIDED:
                        pair = f"{first} {second}"
                        one, other = (whole, pair) if is_mine else (pair, whole)
                        found.append((-alike, min(one, other), max(one, other), one, other))
    return found
