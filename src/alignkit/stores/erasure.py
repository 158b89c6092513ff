"""
Taking a person out of facts and journal entries: what counts as naming somebody, and what is written instead.

A text names the person where it holds the e-mail address or the full name (of two words or more) as whole words,
whatever their case; a name of one word only where it is the whole text. Former names and addresses, which the journal
knows, count too. Ids and external references of others are never rewritten.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, TypeVar

import attrs

from alignkit.domain import Change, Contact, Entity
from alignkit.stores.journal import WHOLE

__all__ = ["ERASED", "Person"]

ERASED: Final = "[erased]"
"""What stands where a personal value was."""

PERSONAL: Final = ("name", "email", "external_refs")
"""The fields of a contact that tell who it is."""

NO_REFERENCES: Final = "[]"
"""An empty list, as the journal writes it: it names nobody."""

F = TypeVar("F", bound=Entity)


class Person:
    """
    Somebody who is to be forgotten.

    Args:
        contact_id: Id of the contact.
        names: Names that it has or had.
        emails: E-mail addresses that it has or had.
    """

    def __init__(self, contact_id: str, names: Iterable[str], emails: Iterable[str]) -> None:
        self.contact_id = contact_id
        known = {name.strip() for name in names} - {"", ERASED}
        addresses = {email.strip() for email in emails} - {"", ERASED}
        self._whole = frozenset(text.casefold() for text in known | addresses)
        patterns = [rf"(?<![\w.%+-]){re.escape(text)}(?!\.?[\w-])" for text in addresses]
        patterns += [rf"(?<!\w){re.escape(text)}(?!\w)" for text in known if len(text.split()) > 1]
        # The longest first, so that of a name and a part of it the name is what goes.
        patterns.sort(key=lambda pattern: (-len(pattern), pattern))
        self._inside = re.compile("|".join(patterns), re.IGNORECASE) if patterns else None

    @classmethod
    def of(cls, contact: Contact, entries: Iterable[Change]) -> Person:
        """
        What a store knows of a person.

        Args:
            contact: As it is stored.
            entries: The journal, or that part of it where kind is `"contact"` and the subject is this one.
        """
        told = [entry for entry in entries if entry.kind == "contact" and entry.subject_id == contact.id]
        return cls(contact.id, _values(contact.name, "name", told), _values(contact.email, "email", told))

    def text(self, text: str) -> str:
        """A text without the person; itself when it does not name it."""
        if text.strip().casefold() in self._whole:
            return ERASED
        return text if self._inside is None else self._inside.sub(ERASED, text)

    def fact(self, fact: F) -> F:
        """A fact without the person, at the same version; itself when it does not name it."""
        if isinstance(fact, Contact) and fact.id == self.contact_id:
            if fact.name is None and fact.email is None and not fact.external_refs:
                return fact
            return attrs.evolve(fact, name=None, email=None, external_refs=())
        changed: dict[str, Any] = {}
        for field in attrs.fields(type(fact)):
            if _is_text(field.name):
                value = getattr(fact, field.name)
                scrubbed = self._value(value)
                if scrubbed != value:
                    changed[field.name] = scrubbed
        return attrs.evolve(fact, **changed) if changed else fact

    def entry(self, entry: Change) -> Change:
        """A journal entry without the person; itself when it does not name it. That something happened stays."""
        actor = entry.actor and self.text(entry.actor)
        before, after = self._told(entry, entry.before), self._told(entry, entry.after)
        if (actor, before, after) == (entry.actor, entry.before, entry.after):
            return entry
        return attrs.evolve(entry, actor=actor, before=before, after=after)

    def hidden(self, entry: Change) -> Change:
        """The entry of the erasure itself: it says which field changed, and not from what."""
        actor = entry.actor and self.text(entry.actor)
        return attrs.evolve(entry, actor=actor, before=None if entry.before is None else ERASED)

    def _told(self, entry: Change, text: str | None) -> str | None:
        is_own = entry.kind == "contact" and entry.subject_id == self.contact_id
        if text is None:
            return None
        if entry.field == WHOLE:
            return self._document(text, is_own)
        if is_own and entry.field in PERSONAL:
            return text if text == NO_REFERENCES else ERASED
        return self._custom(text) if entry.field == "custom" else self.text(text)

    def _custom(self, text: str) -> str:
        return self._document(text, is_own=False)

    def _document(self, text: str, is_own: bool) -> str:
        try:
            document = json.loads(text)
        except ValueError:
            # An entry of another tool may say what it likes; then it is a text like any other.
            return self.text(text)
        if not isinstance(document, dict):
            return self.text(text)
        kept = {name: value for name, value in document.items() if not (is_own and name in PERSONAL)}
        scrubbed = {name: self._value(value) if _is_text(name) else value for name, value in kept.items()}
        return text if scrubbed == document else json.dumps(scrubbed, ensure_ascii=False, separators=(",", ":"))

    def _value(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, (tuple, list)):
            return type(value)(self._value(item) for item in value)
        if isinstance(value, Mapping):
            scrubbed = {name: self._value(item) for name, item in value.items()}
            return type(value)(scrubbed)  # type: ignore[call-arg]  # Custom or dict, which both take a mapping
        return value


def _is_text(field: str) -> bool:
    """Whether a field may hold words about people, and not ids."""
    return field not in ("id", "told", "external_refs", "version") and not field.endswith("_id")


def _values(now: str | None, field: str, entries: Iterable[Change]) -> Iterator[str]:
    if now is not None:
        yield now
    for entry in entries:
        for text in (entry.before, entry.after):
            if text is None:
                continue
            if entry.field == field:
                yield text
            elif entry.field == WHOLE:
                yield from _inside(text, field)


def _inside(text: str, field: str) -> Iterator[str]:
    try:
        document = json.loads(text)
    except ValueError:
        return
    if isinstance(document, dict) and isinstance(document.get(field), str):
        yield document[field]
