"""
When two spellings are one company name.

Owns the normal form of a name and which names say nothing. Knows no similarity: two names are equal here or not.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final, NamedTuple

from alignkit.linking.legal_forms import LEGAL_FORMS
from alignkit.linking.words import ARTICLES, COMMON_WORDS, CONNECTIVES, PLACEHOLDERS

__all__ = ["formed", "is_distinctive", "normalise", "spellings", "words_of"]

# NFKC would turn these into letters or into a space with an accent, so they go first.
_SIGNS: Final = str.maketrans(dict.fromkeys("'’‘‛`´ʼ′®™©℠", ""))
_LETTERS: Final = {"æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "đ": "d", "ł": "l", "ı": "i"}
_TRANSLITERATED: Final = str.maketrans({**_LETTERS, "ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_PLAIN: Final = str.maketrans({**_LETTERS, "ø": "o"})
_TABLES: Final = (_TRANSLITERATED, _PLAIN)
_DOT_OF_INITIALS: Final = re.compile(r"\b([^\W\d_])\.(?=[^\W\d_]\b)")
_LONE_LETTER: Final = re.compile(r"\b\w\b")
_ASCII_WORD: Final = re.compile("[a-z0-9]+")
_LATIN_MARKS: Final = re.compile("[\u0300-\u036f]")
_DROPPED: Final = CONNECTIVES | ARTICLES


def normalise(name: str) -> str:
    """
    Bring a company name to the form in which spellings of one name are equal.

    Case, accents, German transliteration (`ü` and `ue`, `ß` and `ss`), punctuation, white space, legal forms, "and" in
    its languages and the order of words make no difference. Initials that stand together count as one word, in
    their order.

    Args:
        name: As anyone wrote it.

    Returns:
        Lower-case words in alphabetical order, joined by single spaces; empty when nothing of a name is left.
        Normalising it again changes nothing.

    Example:
        >>> normalise("Müller & Söhne GmbH & Co. KG"), normalise("SOEHNE UND MUELLER")
        ('mueller soehne', 'mueller soehne')
    """
    return _settled(name, _TRANSLITERATED)


def spellings(name: str) -> tuple[str, ...]:
    """
    Give the normal forms under which a name may be found elsewhere.

    `Müller` is written `Mueller` by some and `Muller` by others, who are not each other's spelling.

    Returns:
        The normal form, and where it differs the one that drops the dots of umlauts; without empty ones.
    """
    tables = (_TRANSLITERATED,) if name.isascii() else _TABLES
    forms = (_settled(name, table) for table in tables)
    return tuple(form for form in dict.fromkeys(forms) if form)


def words_of(text: str) -> list[str]:
    """Give the words of a text in normal form, in the order written, with legal forms and connectives."""
    return _words(text, _TRANSLITERATED)


def formed(words: list[str]) -> str:
    """Give the normal form of a name, given its words as `words_of` has them."""
    return _formed(words, _TRANSLITERATED)


def is_distinctive(form: str) -> bool:
    """
    Say whether a normal form can stand for one company.

    Args:
        form: What `normalise` gave.

    Returns:
        False for nothing, one letter, numbers only, a lone common word (`group`), and for placeholders
        (`test company`).
    """
    words = form.split()
    if not words or form.replace(" ", "").isdigit():
        return False
    if len(words) == 1:
        return len(form) > 1 and form not in COMMON_WORDS and form not in PLACEHOLDERS
    return not (
        PLACEHOLDERS.intersection(words) and all(word in PLACEHOLDERS or word in COMMON_WORDS for word in words)
    )


def _settled(name: str, table: dict[int, str]) -> str:
    return _formed(_words(name, table), table)


def _formed(words: list[str], table: dict[int, str]) -> str:
    """Sorting may bring initials together, which may then be a legal form: repeat until nothing changes."""
    form = _once(words)
    while _LONE_LETTER.search(form) and (again := _once(_words(form, table))) != form:
        form = again
    return form


def _once(written: list[str]) -> str:
    words = [word for word in written if word not in _DROPPED]
    forms = _legal_forms()
    present = set(words)
    if not forms.last_words.isdisjoint(present):
        for phrase in forms.phrases:
            if phrase <= present:
                present -= phrase
    return " ".join(sorted(word for word in words if word in present and word not in forms.words))


def _words(text: str, table: dict[int, str]) -> list[str]:
    folded = unicodedata.normalize("NFKC", text.translate(_SIGNS)).casefold()
    if not folded.isascii():
        folded = _undivided_forms().sub(" ", folded)
        marked = unicodedata.normalize("NFC", folded).translate(table)
        bare = _LATIN_MARKS.sub("", unicodedata.normalize("NFKD", marked))
        folded = unicodedata.normalize("NFC", bare)
    joined = _DOT_OF_INITIALS.sub(r"\1", folded) if "." in folded else folded
    if joined.isascii():
        return _initials_joined(_ASCII_WORD.findall(joined))
    return _initials_joined("".join(c if _is_of_word(c) else " " for c in joined).split())


def _is_of_word(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character).startswith("M")


def _initials_joined(words: list[str]) -> list[str]:
    joined: list[str] = []
    is_open = False
    for word in words:
        is_initial = len(word) == 1 and word.isalpha()
        if is_initial and is_open:
            joined[-1] += word
        else:
            joined.append(word)
        is_open = is_initial
    return joined


class _LegalForms(NamedTuple):
    """Forms of one word; those of several, longest first so that none hides another; and a word of each of these."""

    words: frozenset[str]
    phrases: tuple[frozenset[str], ...]
    last_words: frozenset[str]


@cache
def _undivided_forms() -> re.Pattern[str]:
    """Legal forms in scripts that put no space between words: they stand anywhere in the text."""
    forms = {form for country in LEGAL_FORMS.values() for form in country if min(form) >= "\u2e80"}
    return re.compile("|".join(sorted(forms, key=lambda form: (-len(form), form))))


@cache
def _legal_forms() -> _LegalForms:
    forms = {
        frozenset(word for word in _words(form, table) if word not in _DROPPED)
        for country in LEGAL_FORMS.values()
        for form in country
        for table in _TABLES
    }
    phrases = sorted((form for form in forms if len(form) > 1), key=lambda form: (-len(form), sorted(form)))
    return _LegalForms(
        words=frozenset(word for form in forms if len(form) == 1 for word in form),
        phrases=tuple(phrases),
        last_words=frozenset(max(form) for form in phrases),
    )
