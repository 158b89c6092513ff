"""
Which records are worth comparing: those that share a value, and those whose names share rare trigrams.

Owns the lists of records by value and by trigram. Compares nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache
from typing import Final

from alignkit.errors import MissingExtraError
from alignkit.linking.likeness import kind_of
from alignkit.linking.party import SHORTEST_PHONE, Card
from alignkit.linking.words import ABBREVIATIONS

__all__ = ["LARGEST_BLOCK", "Trigrams", "Values", "Words"]

LARGEST_BLOCK: Final = 60
"""A domain, address or phone number that more records share is no sign of one customer."""

COMMONEST_WORD: Final = 60
"""A word that more names hold finds nobody."""

SHORTEST_SLIPPED: Final = 4
COMMONEST_TRIGRAM: Final = 30
LEAST_SHARED: Final = 2

LEAST_RATIO: Final = 60.0
"""Names with fewer letters in common, in percent of both, are not compared word by word."""

LARGEST_SAME_NAME: Final = 500
"""Of records with one name, so many are compared with each other."""

Value = tuple[str, str]


class Values:
    """
    Records by the values that they share.

    Attributes:
        common: Values that too many records share.
    """

    def __init__(self, ignored: Collection[str]) -> None:
        self._ignored = ignored
        self._held: defaultdict[Value, list[int]] = defaultdict(list)
        self.common: set[Value] = set()

    def add(self, position: int, card: Card) -> bool:
        """Take in a record; say whether that made a value common, so that what rests on it is to be judged anew."""
        made_common = False
        for value in values_of(card, self._ignored):
            block = self._held[value]
            block.append(position)
            if len(block) > _most(value) and value not in self.common:
                self.common.add(value)
                made_common = True
        return made_common

    def sharing(self, card: Card) -> Iterator[int]:
        """Positions of records that share an uncommon value, more than once perhaps, itself included."""
        for value in values_of(card, self._ignored):
            if value not in self.common:
                yield from self._held.get(value, ())

    def named(self, form: str) -> list[int]:
        """Positions of the records of this normal form."""
        return self._held.get(("name", form), [])

    def counts(self) -> dict[Value, int]:
        """How many records hold each common value."""
        return {value: len(self._held[value]) for value in self.common}


def values_of(card: Card, ignored: Collection[str]) -> Iterator[Value]:
    """Values by which a record is found."""
    for form in card.forms:
        yield "name", form
    party = card.party
    for ref in party.refs:
        yield "reference", f"{ref.system}/{ref.kind}/{ref.key}"
    for kind, found in card.registrations.items() if party.registrations else ():
        for number in found:
            yield "registration", f"{kind} {number}"
    if party.domains or party.emails:
        for domain in card.domains(ignored) | card.mail_domains(ignored):
            yield "domain", domain
        for mail in card.emails:
            yield "email", mail
    for phone in card.phones if party.phones else ():
        yield "phone", phone
    for address in card.addresses if party.addresses else ():
        numbers = [word for word in address if word[0].isdigit() and len(word) < SHORTEST_PHONE]
        for number in numbers:
            for word in address:
                if word not in numbers and len(word) > 1:
                    yield "address", f"{number} {word}"


def _most(value: Value) -> int:
    return LARGEST_SAME_NAME if value[0] in {"name", "reference", "registration"} else LARGEST_BLOCK


class Words:
    """
    Names by their rare words, each with and without any one of its letters, so that a slip in a word does not hide it.

    A word is counted over all names, and listed only for those that look for a like one.
    """

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._names: list[tuple[str, ...]] = []
        self._letters: list[tuple[str, ...]] = []
        self._lists: defaultdict[str, list[int]] = defaultdict(list)
        self._listed: dict[int, int] = {}

    def add(self, forms: tuple[str, ...]) -> None:
        """Take in the names of the next record."""
        self._names.append(forms)
        words = [form.split() for form in forms]
        self._letters.append(tuple(map(_letters, words)))
        for each in words:
            self._counts.update(each)

    def offer(self, position: int) -> None:
        """Let a record be found by others that look for a like name."""
        if position not in self._listed:
            self._listed[position] = len(self._names)
            for key in self._keys(position):
                self._lists[key].append(position)

    def like(self, position: int, wanted: Callable[[int], bool]) -> list[int]:
        """
        Positions of listed records with a name like one of this record's.

        Args:
            position: The record.
            wanted: Which records may be given.

        Raises:
            MissingExtraError: rapidfuzz is not installed.
        """
        lists, keys = self._lists, self._keys(position)
        shared: set[int] = set()
        for key in keys:
            if key in lists:
                shared.update(lists[key])
        mine, letters = self._letters[position], self._letters
        return [
            other
            for other in shared
            if other != position
            and wanted(other)
            and _ratio(mine, letters[other]) >= LEAST_RATIO
            and self._is_listed_by(keys, other)
        ]

    def _is_listed_by(self, keys: set[str], other: int) -> bool:
        """Whether a listed record still is under one of the keys; a word of it may have become common since."""
        return self._listed[other] == len(self._names) or not keys.isdisjoint(self._keys(other))

    def are_like(self, one: int, other: int) -> bool:
        """Whether `like` would give the one for the other now, with all names counted."""
        shared = self._keys(one) & self._keys(other)
        return bool(shared) and _ratio(self._letters[one], self._letters[other]) >= LEAST_RATIO

    def _keys(self, position: int) -> set[str]:
        counts = self._counts
        keys: set[str] = set()
        for form in self._names[position]:
            for word in form.split():
                if counts[word] <= COMMONEST_WORD:
                    keys.add(word)
                    if len(word) >= SHORTEST_SLIPPED:
                        keys.update([word[:at] + word[at + 1 :] for at in range(len(word))])
            keys.add(form.replace(" ", ""))
        return keys


class Trigrams:
    """Names by their rare trigrams: for those that no word has brought together with another."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._names: list[tuple[str, ...]] = []
        self._lists: defaultdict[str, list[int]] = defaultdict(list)
        self._listed: set[int] = set()

    def add(self, forms: tuple[str, ...]) -> None:
        """Take in the names of the next record."""
        self._names.append(forms)
        self._counts.update(_trigrams(forms))

    def offer(self, position: int) -> None:
        """Let a record be found by others that look for a like name."""
        if position not in self._listed:
            self._listed.add(position)
            for trigram in self._rare(position):
                self._lists[trigram].append(position)

    def like(self, position: int, wanted: Callable[[int], bool]) -> list[int]:
        """Positions of listed and wanted records that share rare trigrams with this one."""
        shared: Counter[int] = Counter()
        for trigram in self._rare(position):
            if trigram in self._lists:
                shared.update(self._lists[trigram])
        return [
            other
            for other, count in shared.items()
            if count >= LEAST_SHARED and other != position and wanted(other) and self._is_near(position, other)
        ]

    def are_like(self, one: int, other: int) -> bool:
        """Whether `like` would give the one for the other now, with all names counted."""
        return len(self._rare(one) & self._rare(other)) >= LEAST_SHARED and self._is_near(one, other)

    def _is_near(self, one: int, other: int) -> bool:
        return _ratio(self._names[one], self._names[other]) >= LEAST_RATIO

    def _rare(self, position: int) -> set[str]:
        counts = self._counts
        return {each for each in _trigrams(self._names[position]) if counts[each] <= COMMONEST_TRIGRAM}


def _trigrams(forms: tuple[str, ...]) -> set[str]:
    texts = [f" {form} " for form in forms]
    return {text[at : at + 3] for text in texts for at in range(len(text) - 2)}


def _letters(words: list[str]) -> str:
    """The letters of the words that say whose name it is, in alphabetical order."""
    telling = [word for word in words if kind_of(ABBREVIATIONS.get(word, word)) != "small"]
    return "".join(sorted("".join(telling or words)))


def _ratio(names: tuple[str, ...], others: tuple[str, ...]) -> float:
    """Letters in common, in percent, whatever their order; of the names that have most."""
    ratio = _rapidfuzz()
    if len(names) == 1 == len(others):
        return ratio(names[0], others[0])
    return max((ratio(one, other) for one in names for other in others), default=0.0)


@lru_cache(maxsize=1)
def _rapidfuzz() -> Callable[[str, str], float]:
    try:
        from rapidfuzz import fuzz
    except ImportError as error:
        raise MissingExtraError("names", "rapidfuzz") from error
    return fuzz.ratio
