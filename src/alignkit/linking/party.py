"""
What comparing by weight knows of a record, given once and read once.

Owns the normal form of names, phones and addresses of a record. Compares nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from typing import Final

import attrs

from alignkit.domain import ExternalRef
from alignkit.errors import ValidationError
from alignkit.linking.domains import domain_of
from alignkit.linking.legal_forms import LEGAL_FORMS
from alignkit.linking.names import formed, is_distinctive, normalise, words_of
from alignkit.linking.records import Record, own_domains
from alignkit.linking.words import ABBREVIATIONS, STREET_WORDS

__all__ = ["Card", "Party", "Spelling", "card_of", "phone_of"]

_NOISE: Final = re.compile(r"(?<=\w)[\x00-\x08\x0e-\x1f\x7f-\x9f{}~^=<>\[\]\\|;\ufffd]+(?=\w)")
"""Signs within a word that nobody writes there: remains of a broken transfer."""
_DIGITS: Final = re.compile(r"\D+")
_EXTENSION: Final = re.compile(r"(ext|x|dw)\.?\s*\d+\s*$", re.IGNORECASE)
SHORTEST_PHONE: Final = 6
NATIONAL_PHONE: Final = 7
"""So many last digits of a phone number are compared: area and country codes are left out by many."""


@attrs.frozen(kw_only=True)
class Party:
    """
    One record of one system that may be the same customer as others.

    Attributes:
        system: The tool it comes from.
        id: Its id there.
        name: What it is called there.
        aliases: Further names it goes by.
        is_mention: Whether it only names a customer, so that several of one system may be one. Two records of one
            system that are no mentions are never linked, unless a person says so.
        refs: Its identities in other systems. Two that differ in one system and kind are never linked.
        registrations: Kind and value of numbers it was given by others, such as `("vat", "DE123")`.
        domains: Web addresses, or domains.
        emails: E-mail addresses.
        phones: As anyone wrote them.
        addresses: Postal addresses, street and number first, as anyone wrote them.
        kind: What it is among the facts: `"customer"` or `"project"`.
    """

    system: str
    id: str
    name: str
    aliases: tuple[str, ...] = ()
    is_mention: bool = False
    refs: frozenset[ExternalRef] = frozenset()
    registrations: tuple[tuple[str, str], ...] = ()
    domains: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    kind: str = "customer"

    def __attrs_post_init__(self) -> None:
        for field in ("system", "id"):
            if not getattr(self, field):
                raise ValidationError("must not be empty", entity="Party", field=field, value="")

    @property
    def record(self) -> Record:
        """How the answer names it."""
        return Record(self.system, self.kind, self.id, self.name)


@attrs.frozen(eq=False)
class Spelling:
    """
    A name taken apart.

    Attributes:
        words: Its words in normal form, abbreviations written out, without legal forms, in alphabetical order.
        legal: Its legal forms.
        initials: The first letters of its words in the order written, with and without "and" and "of".
    """

    words: tuple[str, ...]
    legal: frozenset[str]
    initials: frozenset[str]


class Card:
    """
    A party in normal form. What only some comparisons need is read when it is first asked for.

    Attributes:
        party: The record.
        place: System and id, which tell records apart.
        form: Normal form of the name; empty when it stands for no one company.
        forms: Normal forms of all names.
        has_only_name: Whether nothing but its names is known.
        aliases: Its other names, and its names without what a broken transfer has left in them.
        written: The words of its name in the order written.
    """

    __slots__ = ("__dict__", "aliases", "form", "forms", "has_only_name", "party", "place", "written")

    def __init__(self, party: Party) -> None:
        self.party = party
        self.has_only_name = not (
            party.refs or party.domains or party.emails or party.phones or party.addresses or party.registrations
        )
        self.place = (party.system, party.kind, party.id)
        self.written = words_of(party.name)
        form = formed(self.written)
        self.form = form if is_distinctive(form) else ""
        self.aliases = _readings(party)
        if self.aliases:
            others = (normalise(alias) for alias in self.aliases)
            self.forms = tuple(dict.fromkeys(each for each in (self.form, *others) if each and is_distinctive(each)))
        else:
            self.forms = (self.form,) if self.form else ()

    @cached_property
    def spellings(self) -> tuple[Spelling, ...]:
        """All names taken apart, the chief one first; empty when none can stand for one company."""
        chief = (_spelled(self.written, self.form),) if self.form else ()
        named = ((words, formed(words)) for words in map(words_of, self.aliases))
        return (*chief, *(_spelled(words, form) for words, form in named if is_distinctive(form)))

    @cached_property
    def phones(self) -> frozenset[str]:
        """The last digits of its phone numbers."""
        return frozenset(number for text in self.party.phones if (number := phone_of(text)))

    @cached_property
    def addresses(self) -> tuple[frozenset[str], ...]:
        """Words of each address, street words in full."""
        return tuple(words for text in self.party.addresses if (words := _address_words(text)))

    @cached_property
    def registrations(self) -> dict[str, frozenset[str]]:
        """Values by kind, without punctuation."""
        found: dict[str, set[str]] = {}
        for kind, value in self.party.registrations:
            if bare := "".join(c for c in value.casefold() if c.isalnum()):
                found.setdefault(kind, set()).add(bare)
        return {kind: frozenset(values) for kind, values in found.items()}

    def domains(self, ignored: Collection[str] = ()) -> frozenset[str]:
        """Domains that can be one organisation's own."""
        return own_domains(self.party.domains, ignored) if self.party.domains else frozenset()

    def mail_domains(self, ignored: Collection[str] = ()) -> frozenset[str]:
        """Domains of its e-mail addresses that can be one organisation's own."""
        return own_domains(self.party.emails, ignored) if self.party.emails else frozenset()

    @cached_property
    def emails(self) -> frozenset[str]:
        """E-mail addresses, lower case; what is none is left out."""
        return frozenset(
            mail for text in self.party.emails if "@" in (mail := text.strip().lower()) and domain_of(mail)
        )


def card_of(party: Party) -> Card:
    """Read a party."""
    return Card(party)


def _readings(party: Party) -> tuple[str, ...]:
    if not party.aliases and not _NOISE.search(party.name):
        return ()
    clean = (_NOISE.sub("", name) for name in (party.name, *party.aliases) if _NOISE.search(name))
    return (*party.aliases, *clean)


def phone_of(text: str) -> str:
    """
    Give the digits of a phone number by which it is compared: the last seven, without an extension.

    Returns:
        Digits, or an empty text when there are too few or all are the same.
    """
    digits = _DIGITS.sub("", _EXTENSION.sub("", text))
    if len(digits) < SHORTEST_PHONE or len(set(digits)) == 1:
        return ""
    return digits[-NATIONAL_PHONE:]


def _spelled(written: Sequence[str], form: str) -> Spelling:
    kept = form.split()
    legal = frozenset(written).difference(kept) & _legal_words()
    present = set(kept)
    core = "".join(word[0] for word in written if word in present)
    full = "".join(word[0] for word in written if word in present or word not in _legal_words())
    words = tuple(sorted({ABBREVIATIONS.get(word, word) for word in kept}))
    return Spelling(words, legal, frozenset(each for each in (core, full) if len(each) > 1))


_LEGAL: list[frozenset[str]] = []


def _legal_words() -> frozenset[str]:
    if not _LEGAL:
        _LEGAL.append(_single_words(form for forms in LEGAL_FORMS.values() for form in forms))
    return _LEGAL[0]


def _single_words(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(word for text in texts for word in words_of(text))


def _address_words(text: str) -> frozenset[str]:
    return frozenset(STREET_WORDS.get(word, word) for word in words_of(text))
