"""
Facts as they stood before some journal entries: the entries undone, the last one first, and taken out.

The journal writes values as text (`alignkit.stores.journal`); this reads them back. An entry on a fact that is not
there any more, or whose old value the domain refuses, is left as it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

import attrs

from alignkit.domain import COLLECTIONS, Change, Entity
from alignkit.errors import AlignkitError, PortfolioError
from alignkit.policy.model import KINDS
from alignkit.portfolio import Portfolio
from alignkit.stores.journal import WHOLE, document_of

__all__ = ["undone"]

_AS_JSON: Final = ("bool", "int", "float", "tuple", "Mapping")
_GONE: Final = None

Documents = dict[tuple[str, str], dict[str, Any] | None]


def undone(facts: Portfolio, changes: Iterable[Change]) -> Portfolio | None:
    """
    The facts without what these entries did.

    Args:
        facts: As they are.
        changes: The entries to undo, in the order in which they were made.

    Returns:
        The facts of then; None where these would not fit together, because entries in between are not undone.
    """
    entries = tuple(changes)
    documents: Documents = {}
    for change in reversed(entries):
        collection = KINDS.get(change.kind, "")
        if collection in facts.given and collection != "changes":
            _undo(documents, facts, collection, change)
    written: dict[str, list[Any]] = {}
    gone: dict[str, list[str]] = {}
    for (collection, id), document in documents.items():
        if document is None:
            if id in facts.records(collection):
                gone.setdefault(collection, []).append(id)
        elif (fact := _fact(collection, document)) is not None:
            written.setdefault(collection, []).append(fact)
    if "changes" in facts.given:
        journal = facts.records("changes")
        gone["changes"] = [id for id in dict.fromkeys(change.id for change in entries) if id in journal]
    try:
        before = facts.with_(**written) if written else facts
        return before.without(dangling="unlink", **gone) if gone else before
    except PortfolioError:  # what a fact of then refers to is gone, by an entry that is not undone
        return _loosely(facts, written, gone)


def _loosely(facts: Portfolio, written: dict[str, list[Entity]], gone: dict[str, list[str]]) -> Portfolio | None:
    """All facts put together anew, references that lead nowhere read as unknown."""
    given: dict[str, Any] = {}
    for collection in facts.given:
        records = {**facts.records(collection), **{fact.id: fact for fact in written.get(collection, ())}}
        given[collection] = [fact for id, fact in records.items() if id not in gone.get(collection, ())]
    try:
        return Portfolio(**given, dangling="unlink")
    except PortfolioError:
        return None


def _undo(documents: Documents, facts: Portfolio, collection: str, change: Change) -> None:
    key = (collection, change.subject_id)
    if change.field == WHOLE:
        documents[key] = _GONE if change.before is None else json.loads(change.before)
        return
    if key not in documents:
        fact = facts.records(collection).get(change.subject_id)
        if fact is None:
            return
        documents[key] = json.loads(document_of(fact))
    document = documents[key]
    if document is not None:
        document.pop(change.field, None)
        if change.before is not None:
            document[change.field] = _value(collection, change.field, change.before)


def _value(collection: str, field: str, text: str) -> Any:
    attribute = next((one for one in attrs.fields(COLLECTIONS[collection]) if one.name == field), None)
    return json.loads(text) if attribute is not None and str(attribute.type).startswith(_AS_JSON) else text


def _fact(collection: str, document: dict[str, Any]) -> Entity | None:
    try:
        given: dict[str, Any] = {collection: [document]}
        return next(iter(Portfolio.from_records(**given).records(collection).values()))
    except AlignkitError:
        return None
