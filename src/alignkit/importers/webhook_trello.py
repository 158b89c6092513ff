"""Webhooks of Trello: what was done, with the part of the card that it concerns. Formats: Trello's "Webhooks"; a real body."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from alignkit.importers.webhook_body import NO_FACT, Body, Fetch, Gone, Said

__all__ = ["tell"]


def tell(payload: Any, headers: Mapping[str, str]) -> Iterator[Said]:
    """The one event of a body."""
    action = Body(payload).object("action")
    kind = action.text("type", "unknown")
    known: dict[str, Any] = {"kind": kind, "delivery": action.text("id"), "moment": action.moment("date")}
    data = action.object("data")
    if kind.endswith("Comment") or kind == "commentCard":
        yield Said(skipped="about a comment", **known)
    elif kind == "deleteCard":
        yield Said(gone=(Gone("card", (data.key("card.id"),), is_final=True),), **known)
    elif "card" in data:
        key = data.key("card.id")
        old = data.get("old")
        told = tuple(
            (field, value, data.get(f"card.{field}"))
            for field, value in (old.items() if isinstance(old, Mapping) else ())
            if isinstance(field, str)
        )
        fetch = (Fetch("card", key, "a webhook of Trello holds no whole card"),)
        yield Said(fetch=fetch, about=("card", key), changes=told, **known)
    elif "board" in data and kind in ("updateBoard", "createBoard", "copyBoard"):
        fetch = (Fetch("board", data.key("board.id"), "a webhook of Trello holds no whole board"),)
        yield Said(fetch=fetch, **known)
    else:
        yield Said(skipped=NO_FACT, **known)
