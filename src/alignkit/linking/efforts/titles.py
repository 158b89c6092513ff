"""
How alike two titles are, and how much that says.

Words are compared without case, accents, punctuation and the little words of English, German, French and Spanish.
Numbers tell steps of a series apart: "Sprint 3 review" and "Sprint 4 review" are two things. A word says the more
the fewer customers have it in their titles: ln(N / n), the usual inverse document frequency (Sparck Jones, 1972).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final

import attrs

from alignkit.errors import MissingExtraError

__all__ = ["Rarity", "Title", "Titles", "likeness"]

SAME_WORD: Final = 60
"""How alike (percent) two words are that may be forms of one, such as "migrate" and "migration"."""
RAREST: Final = 3
DIGIT: Final = re.compile(r"\d")
NO_NUMBERS: Final[frozenset[str]] = frozenset()
WORD: Final = re.compile(r"[^\W_]+")
LITTLE: Final = frozenset(
    [
        "a",
        "an",
        "and",
        "at",
        "by",
        "for",
        "from",
        "in",
        "into",
        "of",
        "on",
        "or",
        "the",
        "to",
        "with",
        "am",
        "an",
        "auf",
        "aus",
        "bei",
        "das",
        "dem",
        "den",
        "der",
        "des",
        "die",
        "ein",
        "eine",
        "einen",
        "einer",
        "fuer",
        "fur",
        "im",
        "in",
        "mit",
        "und",
        "von",
        "vom",
        "zu",
        "zum",
        "zur",
        "au",
        "aux",
        "avec",
        "dans",
        "de",
        "des",
        "du",
        "en",
        "et",
        "la",
        "le",
        "les",
        "pour",
        "sur",
        "un",
        "une",
        "al",
        "con",
        "del",
        "el",
        "en",
        "los",
        "las",
        "para",
        "por",
        "una",
        "y",
    ]
)


@attrs.frozen(eq=False)
class Title:
    """
    A title as it is compared; two texts that are compared alike may be two of them.

    Attributes:
        words: Its words, folded, in order of the alphabet.
        distinct: The same, each once.
        numbers: Those that have a digit.
        joined: The words as one text.
    """

    words: tuple[str, ...]
    distinct: frozenset[str]
    numbers: frozenset[str]
    joined: str


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


class Titles:
    """Titles as they are compared; each text is taken apart once."""

    def __init__(self) -> None:
        self._known: dict[str, Title] = {}

    def of(self, text: str) -> Title:
        """The title of a text."""
        found = self._known.get(text)
        if found is None:
            words = WORD.findall(_folded(text))
            telling = [word for word in words if word not in LITTLE] or words
            telling.sort()
            numbers = NO_NUMBERS
            if DIGIT.search(text):
                numbers = frozenset(word for word in telling if DIGIT.search(word))
            found = self._known[text] = Title(tuple(telling), frozenset(telling), numbers, " ".join(telling))
        return found


class Rarity:
    """How much a word says, by the number of owners (customers) that have it in a title."""

    def __init__(self, owners: Mapping[Title, AbstractSet[str | None]]) -> None:
        held: defaultdict[str, set[str | None]] = defaultdict(set)
        for title, of in owners.items():
            for word in title.distinct:
                held[word] |= of
        whole = 1 + len(set().union(*owners.values()))
        self._of = {word: max(0.0, math.log(whole / len(of))) for word, of in held.items()}
        self._places = {word: place for place, word in enumerate(sorted(held))}
        self._rarest: dict[Title, tuple[int, ...]] = {}

    def of(self, words: Iterable[str]) -> float:
        """What some words say together, at least 0; a word that everyone has says nothing."""
        return sum([self._of[word] for word in words])

    def rarest(self, title: Title) -> tuple[int, ...]:
        """The words that say most, three at most, by their number."""
        found = self._rarest.get(title)
        if found is None:
            weight = self._of
            words = sorted(title.distinct, key=lambda word: (-weight[word], word))[:RAREST]
            found = self._rarest[title] = tuple(self._places[word] for word in words)
        return found


def rapidfuzz() -> Any:
    """
    The measure of likeness of two texts.

    Raises:
        MissingExtraError: rapidfuzz (extra `names`) is not installed.
    """
    try:
        from rapidfuzz import fuzz
    except ModuleNotFoundError as error:
        raise MissingExtraError("names", "rapidfuzz") from error
    return fuzz


def likeness(fuzz: Any, left: Title, right: Title, least: float) -> float:
    """
    How alike two titles are, 0..1: twice the letters they share in order over all their letters, words sorted.

    0 where they name different numbers, are less alike than `least`, or where each has a word of its own that no
    form of a word of the other is: "stock sync" and "price list sync" are two things.
    """
    if left.numbers != right.numbers or not left.words or not right.words:
        return 0.0
    if left.words == right.words:
        return 1.0
    found: float = fuzz.ratio(left.joined, right.joined, score_cutoff=least * 100)
    if not found:
        return 0.0
    ours, theirs = left.distinct - right.distinct, right.distinct - left.distinct
    fewer, more = (ours, theirs) if len(ours) <= len(theirs) else (theirs, ours)
    if any(max(fuzz.ratio(word, other) for other in more) < SAME_WORD for word in fewer):
        return 0.0
    return found / 100
