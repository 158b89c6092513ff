"""
Webhooks of GitLab: the issue as it is now, with what changed. Formats: GitLab's "Webhook events"; real bodies.

GitLab tells of deleted projects by system hooks, and of deleted issues not at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from alignkit.importers.webhook_body import NO_FACT, Body, Gone, Said

__all__ = ["tell"]


def tell(payload: Any, headers: Mapping[str, str]) -> Iterator[Said]:
    """The one event of a body."""
    body = Body(payload)
    about = body.text("object_kind") or body.text("event_name", "unknown")
    known: dict[str, Any] = {"delivery": headers.get("idempotency-key") or headers.get("x-gitlab-event-uuid", "")}
    if about in ("issue", "work_item"):
        issue = body.object("object_attributes")
        action = issue.text("action")
        changes = body.get("changes")
        told = tuple(
            (field, value.get("previous"), value.get("current"))
            for field, value in (changes.items() if isinstance(changes, Mapping) else ())
            if isinstance(value, Mapping)
        )
        yield Said(
            kind=f"{about}.{action}" if action else about,
            moment=issue.moment("updated_at", "created_at"),
            pages={"issue_event": [{**body.value, "object_kind": "issue"}]},
            about=("issue", issue.key("id")),
            changes=told,
            **known,
        )
    elif about == "project_destroy":
        yield Said(kind=about, gone=(Gone("project", (body.key("project_id"),), is_final=True),), **known)
    else:
        moment = body.moment("object_attributes.updated_at")
        yield Said(kind=about, moment=moment, skipped="about a comment" if about == "note" else NO_FACT, **known)
