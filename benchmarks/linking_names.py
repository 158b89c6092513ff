"""
Company names as two systems write them, made up: 10,000 on each side, 8,000 of them the same companies.

The same seed gives the same names. Each company of the second system is written anew: another legal form or none, one
or two slips of the keyboard, words in another order, left out or abbreviated. A part of the companies that only one
side knows are near twins of one that both know: one word or one number differs.
"""

from __future__ import annotations

import random
from typing import Final

import attrs

__all__ = ["Names", "made_up"]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_LEGAL: Final = ("GmbH", "AG", "Ltd", "Limited", "Inc", "Inc.", "LLC", "PLC", "S.A.", "SARL", "BV", "AB", "Oy", "SpA")
_TRADES: Final = _words(
    """
    Foods Systems Media Bank Motors Energy Laboratories Travel Health Retail Logistics Software Consulting
    Engineering Construction Solutions Services Technologies Industries Partners Holdings Group Trading Insurance
    Design Security Networks Pharma Textiles Furniture Printing Shipping Catering Optics Robotics Analytics Mining
    Chemicals Steel Aviation Marine Capital Estates Publishing Brewing Packaging Plastics Ceramics Instruments
    International
    """
)
_PLACES: Final = _words(
    """
    Berlin London Madrid Nordic Alpine Atlantic Pacific Baltic Rhine Danube Vienna Zurich Oslo Turin Lyon Porto
    Dublin Boston Denver Texas Ohio Quebec Sydney Delta Lake River Harbour Valley Northern Southern Eastern Western
    """
)
_SHORT: Final = {
    "International": "Intl", "Technologies": "Tech", "Engineering": "Eng", "Construction": "Constr",
    "Services": "Svcs", "Laboratories": "Labs", "Group": "Grp", "Industries": "Ind",
}  # fmt: skip
_STARTS: Final = _words("b br c ch d dr f fl g gr h j k kl l m n p pr qu r s sch st t tr v w z")
_VOWELS: Final = ("a", "e", "i", "o", "u", "ei", "au", "ie", "oo")
_ENDS: Final = _words("n r l s t ck ld nd rt sch tz m x son man berg dorf ski vic ez")
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


@attrs.frozen
class Names:
    """
    Two lists of names and the truth.

    Attributes:
        left: Names of the one system.
        right: Names of the other.
        truth: Positions of the same company on the left and on the right.
    """

    left: tuple[str, ...]
    right: tuple[str, ...]
    truth: frozenset[tuple[int, int]]


def made_up(size: int = 10_000, same: int = 8_000, seed: int = 7) -> Names:
    """
    Make two lists of names.

    Args:
        size: Names on each side.
        same: Companies that both sides know.
        seed: Another seed, other names.
    """
    chance = random.Random(seed)
    words = sorted({_coined(chance) for _ in range(6_000)})
    chance.shuffle(words)
    used: set[tuple[str, ...]] = set()
    companies = [_company(chance, words, used) for _ in range(same)]
    left = [(at, _as_kept(chance, company)) for at, company in enumerate(companies)]
    right = [(at, _as_retyped(chance, company)) for at, company in enumerate(companies)]
    for side in (left, right):
        while len(side) < size:
            is_twin = chance.random() < 0.5
            company = _twin(chance, chance.choice(companies), words, used) if is_twin else _company(chance, words, used)
            side.append((-1, _as_kept(chance, company) if side is left else _as_retyped(chance, company)))
        chance.shuffle(side)
    place = {at: position for position, (at, _) in enumerate(right) if at >= 0}
    truth = frozenset((position, place[at]) for position, (at, _) in enumerate(left) if at >= 0)
    return Names(tuple(name for _, name in left), tuple(name for _, name in right), truth)


def _coined(chance: random.Random) -> str:
    middle = "".join(chance.choice(_VOWELS) + chance.choice(_STARTS) for _ in range(chance.choice((0, 1, 1))))
    return (chance.choice(_STARTS) + middle + chance.choice(_VOWELS) + chance.choice(_ENDS)).capitalize()


def _company(chance: random.Random, words: list[str], used: set[tuple[str, ...]]) -> tuple[str, ...]:
    while True:
        kind = chance.random()
        if kind < 0.25:
            company = (chance.choice(words), chance.choice(_TRADES))
        elif kind < 0.5:
            company = (chance.choice(words), chance.choice(words), chance.choice(_TRADES))
        elif kind < 0.65:
            company = (chance.choice(words), "&", chance.choice(words))
        elif kind < 0.8:
            company = (chance.choice(_PLACES), chance.choice(words), chance.choice(_TRADES))
        elif kind < 0.9:
            company = (chance.choice(words), chance.choice(_TRADES), str(chance.randint(2, 99)))
        else:
            company = (chance.choice(_PLACES), chance.choice(words), chance.choice(_TRADES), chance.choice(_TRADES))
        if _is_new(company, used):
            return company


def _twin(
    chance: random.Random, company: tuple[str, ...], words: list[str], used: set[tuple[str, ...]]
) -> tuple[str, ...]:
    while True:
        parts = list(company)
        at = chance.randrange(len(parts))
        if parts[at] == "&":
            continue
        if parts[at].isdigit():
            parts[at] = str(chance.randint(2, 99))
        elif parts[at] in _TRADES:
            parts[at] = chance.choice(_TRADES)
        elif parts[at] in _PLACES:
            parts[at] = chance.choice(_PLACES)
        else:
            parts[at] = chance.choice(words)
        if _is_new(twin := tuple(parts), used):
            return twin


def _is_new(company: tuple[str, ...], used: set[tuple[str, ...]]) -> bool:
    key = tuple(sorted(company))
    if key in used or len(set(company)) < len(company):
        return False
    used.add(key)
    return True


def _as_kept(chance: random.Random, company: tuple[str, ...]) -> str:
    return " ".join([*company, *([chance.choice(_LEGAL)] if chance.random() < 0.7 else [])])


def _as_retyped(chance: random.Random, company: tuple[str, ...]) -> str:
    parts = list(company)
    if chance.random() < 0.15 and len(parts) > 1:
        chance.shuffle(parts)
        parts = parts if parts[0] != "&" and parts[-1] != "&" else list(company)
    if chance.random() < 0.15:
        parts = [_SHORT.get(part, part) for part in parts]
    if chance.random() < 0.08 and len(parts) > 2 and parts[-1] in _TRADES:
        parts.pop()
    parts = ["and" if part == "&" and chance.random() < 0.5 else part for part in parts]
    if chance.random() < 0.45:
        parts = _slipped(chance, parts)
        if chance.random() < 0.25:
            parts = _slipped(chance, parts)
    if chance.random() < 0.5:
        parts.append(chance.choice(_LEGAL))
    text = " ".join(parts)
    case = chance.random()
    return text.upper() if case < 0.1 else text.lower() if case < 0.2 else text


def _slipped(chance: random.Random, parts: list[str]) -> list[str]:
    """One slip in one word: a letter left out, doubled, wrong, or two in the wrong order."""
    at = chance.choice([at for at, part in enumerate(parts) if not part.isdigit() and part != "&"])
    word = parts[at]
    place, kind = chance.randrange(len(word)), chance.randrange(4)
    if kind == 0 and len(word) > 2:
        word = word[:place] + word[place + 1 :]
    elif kind == 1:
        word = word[:place] + chance.choice(_LETTERS) + word[place:]
    elif kind == 2 and place + 1 < len(word):
        word = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    else:
        word = word[:place] + chance.choice(_LETTERS) + word[place + 1 :]
    return [*parts[:at], word, *parts[at + 1 :]]
