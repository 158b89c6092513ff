"""
Webhooks of Pipedrive, versions 1 and 2: the record as it is now, and what it was.

Formats: Pipedrive's "Guide for Webhooks v2" and "Webhooks v2 migration guide". Pipedrive signs nothing: give the
webhook a user and password, and check those.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from alignkit.importers.webhook_body import NO_FACT, Body, Gone, Said

__all__ = ["tell"]

_TABLES: Final = {
    "organization": "organizations",
    "person": "persons",
    "deal": "deals",
    "activity": "activities",
    "note": "notes",
}
_DELETED: Final = ("delete", "deleted")


def tell(payload: Any, headers: Mapping[str, str]) -> Iterator[Said]:
    """The one event of a body."""
    body = Body(payload)
    meta = body.object("meta")
    word = meta.text("entity") or meta.text("object", "unknown")
    action = meta.text("action", "unknown")
    known: dict[str, Any] = {
        "kind": f"{action}.{word}",
        "delivery": meta.text("correlation_id") and f"{meta.text('correlation_id')}/{word}/{meta.get('entity_id')}",
        "moment": meta.moment("timestamp"),
    }
    if word not in _TABLES:
        yield Said(skipped=NO_FACT, **known)
        return
    if action in _DELETED:
        key = meta.key("entity_id") if "entity_id" in meta else meta.key("id")
        yield Said(gone=(Gone(word, (key,)),), **known)
        return
    record = body.object("data") if "data" in body else body.object("current")
    previous = body.get("previous")
    told = tuple(
        (field, value, record.get(field))
        for field, value in (previous.items() if isinstance(previous, Mapping) else ())
        if isinstance(field, str) and "." not in field and value != record.get(field)
    )
    row = dict(record.value)
    custom = row.pop("custom_fields", None)
    if isinstance(custom, Mapping):
        row |= {str(name): _plain(value) for name, value in custom.items()}
    pages = {_TABLES[word]: [row]}
    yield Said(pages=pages, about=(word, record.key("id")), changes=told, **known)


def _plain(value: Any) -> Any:
    """A custom field's value: version 2 wraps it in an object with its type."""
    return value.get("value", value) if isinstance(value, Mapping) else value
