"""
Webhooks of HubSpot: a list of events about single properties, without the records. Formats: HubSpot's "Webhooks API".

Values of properties are text, as in the API's pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from alignkit.importers.webhook_body import NO_FACT, Body, Fetch, Gone, Partial, Said

__all__ = ["tell"]

_TABLES: Final = {
    "company": "companies_page",
    "contact": "contacts_page",
    "deal": "deals_page",
    "ticket": "tickets_page",
}
_OBJECTS: Final = {"0-1": "contact", "0-2": "company", "0-3": "deal", "0-5": "ticket"}
_SAYS_LITTLE: Final = "the message holds no more than its id"


def tell(payload: Any, headers: Mapping[str, str]) -> Iterator[Said]:
    """The events of a body, in its order."""
    for index, item in enumerate(payload if isinstance(payload, list) else [payload]):
        yield _event(Body(item, f"$[{index}]" if isinstance(payload, list) else "$"))


def _event(body: Body) -> Said:
    kind = body.text("subscriptionType", "unknown")
    word, _, what = kind.partition(".")
    if word == "object":
        word = _OBJECTS.get(str(body.get("objectTypeId")), "")
    known: dict[str, Any] = {"kind": kind, "moment": body.moment("occurredAt")}
    if "eventId" in body:
        known["delivery"] = f"{body.key('eventId')}/{kind}/{body.get('objectId')}/{body.get('propertyName')}"
    if word not in _TABLES:
        return Said(skipped=NO_FACT, **known)
    if what == "propertyChange":
        name, key = body.text("propertyName"), body.key("objectId")
        value = body.get("propertyValue")
        partial = Partial(_TABLES[word], word, key, {f"properties.{name}": value})
        return Said(partial=partial, about=(word, key), changes=((name, None, value),), **known)
    if what in ("deletion", "privacyDeletion"):
        return Said(gone=(Gone(word, (body.key("objectId"),), is_final=what == "privacyDeletion"),), **known)
    if what == "merge":
        return _merge(body, word, known)
    if what == "associationChange":
        return Said(fetch=(Fetch(word, body.key("fromObjectId"), "what it is associated with changed"),), **known)
    if what in ("creation", "restore"):
        return Said(fetch=(Fetch(word, body.key("objectId"), _SAYS_LITTLE),), **known)
    return Said(skipped=NO_FACT, **known)


def _merge(body: Body, word: str, known: dict[str, Any]) -> Said:
    """The merged records are gone; the one that is left, possibly with a new id, has to be fetched."""
    left = body.key("newObjectId") if "newObjectId" in body else body.key("primaryObjectId")
    merged = body.get("mergedObjectIds")
    ids = [*(merged if isinstance(merged, list) else []), body.get("primaryObjectId")]
    keys = dict.fromkeys(str(id) for id in ids if id is not None and str(id) != left)
    gone = tuple(Gone(word, (key,), is_final=True) for key in keys)
    return Said(gone=gone, fetch=(Fetch(word, left, "other records were merged into it"),), **known)
