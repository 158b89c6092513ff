"""
Webhooks of Zendesk's event subscriptions: the ticket, organization or user of now under `detail`.

Formats: Zendesk's "Webhook event types". Bodies that a trigger's author wrote are of no fixed form, and are not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from alignkit.importers.webhook_body import NO_FACT, Body, Fetch, Gone, Said

__all__ = ["tell"]

_START: Final = "zen:event-type:"
_KINDS: Final = {"ticket": "ticket", "organization": "organization", "user": "user"}
_CHANGED: Final = "_changed"


def tell(payload: Any, headers: Mapping[str, str]) -> Iterator[Said]:
    """The one event of a body."""
    body = Body(payload)
    kind = body.text("type", "unknown")
    word, _, what = kind.removeprefix(_START).partition(".")
    known: dict[str, Any] = {
        "kind": kind.removeprefix(_START),
        "delivery": body.text("id") or headers.get("x-zendesk-webhook-invocation-id", ""),
        "moment": body.moment("time"),
    }
    if word not in _KINDS or not kind.startswith(_START):
        yield Said(skipped=NO_FACT, **known)
        return
    detail = body.object("detail")
    key = detail.key("id")
    if what in ("soft_deleted", "permanently_deleted", "deleted", "marked_as_spam"):
        yield Said(gone=(Gone(word, (key,), is_final=what == "permanently_deleted"),), **known)
    elif what.startswith("comment_") and what != "comment_added":
        yield Said(skipped="about a comment", **known)
    elif word == "user" and "name" not in detail:
        yield Said(fetch=(Fetch(word, key, "the message does not tell the user's name"),), **known)
    else:
        event = body.get("event")
        told: tuple[tuple[str, object, object], ...] = ()
        if what.endswith(_CHANGED) and isinstance(event, Mapping):
            told = ((what.removesuffix(_CHANGED), event.get("previous"), event.get("current")),)
        yield Said(pages={word: [detail.value]}, about=(word, key), changes=told, **known)
