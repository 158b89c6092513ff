"""Webhooks of Asana: ids only. Formats: Asana's "Webhooks guide"; a message without events keeps the webhook alive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from alignkit.importers.webhook_body import NO_FACT, Body, Fetch, Gone, Said

__all__ = ["tell"]

_KINDS: Final = frozenset({"task", "project"})


def tell(payload: Any, headers: Mapping[str, str]) -> Iterator[Said]:
    """The events of a body, in its order."""
    for event in Body(payload).objects("events"):
        word = event.text("resource.resource_type")
        action = event.text("action", "unknown")
        known: dict[str, Any] = {"kind": f"{word or 'unknown'}.{action}", "moment": event.moment("created_at")}
        if word == "story":
            yield Said(skipped="about a comment", **known)
        elif word not in _KINDS:
            yield Said(skipped=NO_FACT, **known)
        elif action == "deleted":
            yield Said(gone=(Gone(word, (event.key("resource.gid"),)),), **known)
        else:
            field = event.text("change.field")
            told = ((field, None, event.get("change.new_value")),) if field else ()
            key = event.key("resource.gid")
            fetch = (Fetch(word, key, "a webhook of Asana holds ids only"),)
            yield Said(fetch=fetch, about=(word, key), changes=told, **known)
