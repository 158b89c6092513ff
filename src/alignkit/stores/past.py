"""
Facts as they were: the journal of a store, undone back to a moment.

Owns going back. `as_of` says what the store knew; `as_it_was` adds what the histories of other tools tell of the time
before the store knew a fact at all. Neither writes anything.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final, Protocol

import attrs

from alignkit.domain import COLLECTIONS, REFERENCES, Change, Entity, ExternalRef, Money
from alignkit.domain.checks import Check
from alignkit.errors import AlignkitError, ValidationError
from alignkit.policy.model import MOMENTS
from alignkit.portfolio import Portfolio
from alignkit.portfolio.parsing import parsed
from alignkit.stores.erasure import ERASED
from alignkit.stores.journal import WHOLE
from alignkit.stores.kinds import JOURNAL, KIND_OF, REPOSITORIES
from alignkit.stores.values import ChangePage

__all__ = ["Past", "as_it_was", "as_of", "value_of"]

PAGE: Final = 10_000

Key = tuple[str, str]
"""Collection and id of a fact."""


class Remembers(Protocol):
    """A store, as far as going back needs one."""

    def portfolio(self) -> Portfolio: ...

    def changes(self, after: str | None = None, *, limit: int = 1_000) -> ChangePage: ...


def as_of(store: Remembers, moment: datetime) -> Portfolio:
    """
    The facts as the store knew them at a moment, by the times in its journal.

    Facts that were loaded without journal entries count as known from the start. A collection reads as unknown before
    its first fact, and `duplicates` (of which no journal is kept) before the last change of anything. A person that
    was erased since stays erased. It reads the journal once, and facts that did not change since are shared.

    Args:
        store: Any store.
        moment: An aware moment, inclusive: what happened at it is known.

    Raises:
        ValidationError: `moment` is not an aware datetime.
    """
    return Past.of(store).known_at(moment)


def as_it_was(store: Remembers, moment: datetime) -> Portfolio:
    """
    The facts as they stood at a moment, as far as the journal and the histories of other tools tell.

    Unlike `as_of`, a fact counts that the store only came to know later, when its own moment (a task's creation, a
    need's raising), an entry of its history, or a fact that refers to it shows that it was there. Its fields are undone as
    far as there is history of them; the others are as they first became known.

    Raises:
        ValidationError: `moment` is not an aware datetime.
    """
    return Past.of(store).at(moment)


@attrs.frozen(eq=False)
class Past:
    """
    What a store holds and the whole way that led there, read once to go back to many moments.

    Attributes:
        facts: The facts now.
        journal: Every entry, in commit order.
    """

    facts: Portfolio
    journal: tuple[Change, ...]
    _by_fact: Mapping[Key, list[Change]] = attrs.field(init=False, repr=False)

    @_by_fact.default
    def _sorted(self) -> Mapping[Key, list[Change]]:
        found: dict[Key, list[Change]] = defaultdict(list)
        for entry in self.journal:
            collection = _COLLECTIONS.get(entry.kind)
            if collection is not None:
                found[collection, entry.subject_id].append(entry)
        for entries in found.values():
            entries.sort(key=_moment)  # stable: entries of one moment stay in commit order
        return found

    @classmethod
    def of(cls, store: Remembers) -> Past:
        """Read a store's facts and its journal up to the same commit."""
        entries: list[Change] = []
        cursor: str | None = None
        while True:
            cursor = _read_on(store, cursor, entries)
            facts = store.portfolio()
            if not store.changes(cursor, limit=1).changes:
                return cls(facts, tuple(entries))

    def known_at(self, moment: datetime) -> Portfolio:
        """The facts as the store knew them; see `as_of`."""
        moment = _checked(moment)
        if all(entry.occurred_at <= moment for entry in self.journal):
            return self.facts
        found: dict[str, dict[str, Entity]] = {name: {} for name in REPOSITORIES}
        for name, id in self._keys():
            fact = self._undone(name, id, moment, even_unknown=False)
            if fact is not None:
                found[name][id] = fact
        return self._portfolio(found, moment)

    def at(self, moment: datetime) -> Portfolio:
        """The facts as they stood; see `as_it_was`."""
        moment = _checked(moment)
        if all(entry.occurred_at <= moment for entry in self.journal):
            return self.facts
        found: dict[str, dict[str, Entity]] = {name: {} for name in REPOSITORIES}
        perhaps: dict[Key, Entity] = {}
        for name, id in self._keys():
            known = self._undone(name, id, moment, even_unknown=False)
            fact = known or self._undone(name, id, moment, even_unknown=True)
            if known is not None or (fact is not None and self._shows_itself(name, fact, moment)):
                found[name][id] = known or fact  # type: ignore[assignment]
            elif fact is not None:
                perhaps[name, id] = fact
        _fetch_referred(found, perhaps)
        return self._portfolio(found, moment)

    def since(self) -> Mapping[tuple[str, str], datetime]:
        """
        From when there is history, by collection and field; what is not in it has none.

        The field `"*"` stands for the fact as a whole: from then on every field of its collection is known.
        """
        found: dict[tuple[str, str], datetime] = {}
        for (collection, _), entries in self._by_fact.items():
            for entry in entries:
                key = (collection, entry.field)
                if key not in found or entry.occurred_at < found[key]:
                    found[key] = entry.occurred_at
        return found

    def _keys(self) -> Iterator[Key]:
        seen: set[Key] = set()
        for name in REPOSITORIES:
            for id in self.facts.records(name) if name in self.facts.given else ():
                seen.add((name, id))
                yield name, id
        for key in self._by_fact:
            if key not in seen and key[0] in REPOSITORIES:
                yield key

    def _undone(self, name: str, id: str, moment: datetime, *, even_unknown: bool) -> Entity | None:
        """The fact without its later changes; None when it was not there."""
        fact = self.facts.records(name).get(id) if name in self.facts.given else None
        for entry in reversed(self._by_fact.get((name, id), ())):
            if entry.occurred_at <= moment:
                break
            fact = _before(name, fact, entry, even_unknown=even_unknown)
        return fact

    def _shows_itself(self, name: str, fact: Entity, moment: datetime) -> bool:
        own = getattr(fact, MOMENTS.get(KIND_OF[name], ""), None)
        entries = self._by_fact.get((name, fact.id), [])
        return (own is not None and own <= moment) or (bool(entries) and entries[0].occurred_at <= moment)

    def _portfolio(self, found: Mapping[str, Mapping[str, Entity]], moment: datetime) -> Portfolio:
        first = {collection: began for (collection, field), began in self.since().items() if field == WHOLE}
        given: dict[str, Any] = {
            name: facts.values()
            for name, facts in found.items()
            if name in self.facts.given and (facts or name not in first or first[name] <= moment)
        }
        entries = [_untold(entry, moment) for entry in self.journal if _is_shown(entry, moment)]
        if entries:
            given[JOURNAL] = entries
        return Portfolio(**given, dangling="unlink")


_COLLECTIONS: Final = {KIND_OF[name]: name for name in REPOSITORIES}
_FIELDS: Final[dict[str, dict[str, Any]]] = {
    name: {field.name: field for field in attrs.fields(COLLECTIONS[name]) if field.name not in ("id", "version")}
    for name in REPOSITORIES
}


def _read_on(store: Remembers, cursor: str | None, entries: list[Change]) -> str:
    while True:
        page = store.changes(cursor, limit=PAGE)
        entries.extend(page.changes)
        if not page.changes:
            return page.cursor
        cursor = page.cursor


def _checked(moment: datetime) -> datetime:
    if not isinstance(moment, datetime) or moment.utcoffset() is None:
        raise ValidationError(
            f"expected an aware datetime, got {moment!r}", entity="as_of", field="moment", value=moment
        )
    return moment.astimezone(UTC)


def _moment(entry: Change) -> datetime:
    return entry.occurred_at


def _is_shown(entry: Change, moment: datetime) -> bool:
    return entry.field != WHOLE and entry.occurred_at <= moment


def _untold(entry: Change, moment: datetime) -> Change:
    is_later = entry.told_at is not None and entry.told_at > moment
    return attrs.evolve(entry, told_at=None) if is_later else entry


def _before(name: str, fact: Entity | None, entry: Change, *, even_unknown: bool) -> Entity | None:
    """The fact before one entry; the fact itself where the entry tells nothing of it."""
    if entry.field == WHOLE:
        if entry.before is not None:
            return _document(name, entry.before)
        return fact if even_unknown else None
    field = _FIELDS[name].get(entry.field)
    if fact is None or field is None or entry.before == ERASED:
        return fact
    try:
        return attrs.evolve(fact, **{entry.field: value_of(field, entry.before)})
    except (AlignkitError, ValueError, TypeError, KeyError):
        return fact  # another tool's word for a value that the field cannot hold


def _document(name: str, text: str) -> Entity | None:
    try:
        found, _ = parsed({name: [json.loads(text)]}, [])
    except ValueError:
        return None
    return next(iter(found[name]), None)


def value_of(field: attrs.Attribute[Any], text: str | None) -> Any:
    """
    The value of a field that the journal wrote as text.

    Raises:
        ValueError: The text is none that the journal writes for such a field.
        ValidationError: The field cannot hold the value.
    """
    check: Check = field.metadata["check"]
    return check.check(None if text is None else _read(str(field.type).removesuffix(" | None"), text))


def _read(kind: str, text: str) -> Any:
    if kind == "str":
        return text
    if kind == "date":
        return date.fromisoformat(text)
    if kind == "datetime":
        return datetime.fromisoformat(text)
    if kind == "Money":
        amount, currency = text.split(" ")
        return Money(amount, currency)
    value = json.loads(text)
    if kind == "tuple[ExternalRef, ...]":
        return tuple(ExternalRef(**ref) for ref in value)
    return tuple(value) if isinstance(value, list) else value


def _fetch_referred(found: Mapping[str, dict[str, Entity]], perhaps: dict[Key, Entity]) -> None:
    """Bring in the facts that others refer to, and those that these refer to."""
    waiting: list[tuple[str, Entity]] = [(name, fact) for name, facts in found.items() for fact in facts.values()]
    while waiting:
        name, fact = waiting.pop()
        for key in _referred(name, fact):
            if key in perhaps:
                other = found[key[0]][key[1]] = perhaps.pop(key)
                waiting.append((key[0], other))


def _referred(name: str, fact: Entity) -> Iterable[Key]:
    return ((target, getattr(fact, field)) for field, target in REFERENCES[name].items())
