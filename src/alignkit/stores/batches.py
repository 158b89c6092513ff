"""
What an upsert is made of: the facts of a batch, told apart by collection and brought together with the stored ones.

Owns who is who: which stored fact each given one means, and what the two become. Looking stored facts up and writing
is the store's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Any, Final, TypeVar

import attrs

from alignkit.domain import COLLECTIONS, REFERENCES, Change, Duplicate, Entity, ExternalRef
from alignkit.errors import AlignkitError, DuplicateError
from alignkit.portfolio import Portfolio
from alignkit.stores.kinds import JOURNAL, KIND_OF, REPOSITORIES, collection_of

__all__ = ["Batch", "Holders", "Ids", "batch_of", "matched", "merged", "renamed", "told"]

Batch = Mapping[str, tuple[Any, ...]]
"""Facts by collection, in the order of `COLLECTIONS`; an empty collection is one that the batch makes known."""

Ids = Mapping[str, Mapping[str, str]]
"""For each collection, the stored id of each given one."""

Holders = Callable[[str, ExternalRef], Collection[str]]
"""Ids of the stored facts of a collection that hold an external reference."""

F = TypeVar("F", bound=Entity)

_COLLECTION_OF_KIND: Final = {kind: name for name, kind in KIND_OF.items()}


def batch_of(facts: Portfolio | Iterable[Entity]) -> Batch:
    """
    The facts by collection.

    Raises:
        ValidationError: Something is no fact.
    """
    if isinstance(facts, Portfolio):
        given = facts.given
        return {name: tuple(facts.records(name).values()) for name in COLLECTIONS if name in given}
    found: dict[str, list[Entity]] = {}
    for fact in facts:
        found.setdefault(collection_of(fact), []).append(fact)
    return {name: tuple(found[name]) for name in COLLECTIONS if name in found}


def matched(batch: Batch, holders: Holders, faults: list[AlignkitError]) -> Ids:
    """
    Say which id each fact of the batch is stored under, or will be.

    Args:
        batch: Facts by collection.
        holders: Looks stored facts up by external reference.
        faults: Gets a `DuplicateError` for every two facts that mean the same one.
    """
    found: dict[str, dict[str, str]] = {}
    for name in REPOSITORIES:
        facts = batch.get(name, ())
        ids = found[name] = {fact.id: fact.id for fact in facts}
        if len(ids) == len(facts) and not any(map(attrgetter("external_refs"), facts)):
            continue
        taken: set[str] = set()
        for fact in facts:
            id = _known_as(fact, name, holders)
            if id in taken:
                faults.append(DuplicateError(KIND_OF[name], id))
            taken.add(id)
            ids[fact.id] = id
    return found


def _known_as(fact: Any, name: str, holders: Holders) -> str:
    if not fact.external_refs:
        return str(fact.id)
    known = holders(name, fact.external_refs[0])
    return fact.id if not known or fact.id in known else min(known)


def renamed(fact: F, ids: Ids) -> F:
    """The fact with its id, and those that it refers to, as they are stored; itself when they are so already."""
    name = collection_of(fact)
    fields = {"id": name, **REFERENCES[name]}
    if isinstance(fact, Change):
        fields["subject_id"] = _COLLECTION_OF_KIND.get(fact.kind, "")
    if isinstance(fact, Duplicate):
        fields["left_id"] = fields["right_id"] = _COLLECTION_OF_KIND.get(fact.kind, "")
    changed: dict[str, Any] = {}
    for field, target in fields.items():
        id = getattr(fact, field)
        stored = ids.get(target, {}).get(id, id)
        if stored != id:
            changed[field] = stored
    return attrs.evolve(fact, **changed) if changed else fact


def merged(stored: F | None, given: F) -> F:
    """What a stored fact becomes: the one given, with the external references of both, the stored ones first."""
    if stored is None:
        return given
    held: tuple[ExternalRef, ...] = getattr(stored, "external_refs", ())
    refs: tuple[ExternalRef, ...] = getattr(given, "external_refs", ())
    both = held + tuple(ref for ref in dict.fromkeys(refs) if ref not in held)
    if both == refs:
        return given
    changed: Any = {"external_refs": both}
    return attrs.evolve(given, **changed)


def told(batch: Batch, known: Callable[[str], bool]) -> Iterator[tuple[str, str, str]]:
    """
    The kind, id and field of what the new changes of a batch tell, so that the journal need not say it again.

    Args:
        batch: Facts by collection, under their stored ids.
        known: Whether the journal holds an entry of this id.
    """
    for change in batch.get(JOURNAL, ()):
        if not known(change.id):
            yield change.kind, change.subject_id, change.field
