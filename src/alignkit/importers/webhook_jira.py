"""Webhooks of Jira: the issue as it is now, with the change log. Formats: Atlassian's "Webhooks" page; real bodies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from alignkit.importers.webhook_body import NO_FACT, Body, Gone, Said

__all__ = ["tell"]


def tell(payload: Any, headers: Mapping[str, str]) -> Iterator[Said]:
    """The one event of a body."""
    body = Body(payload)
    kind = body.text("webhookEvent")
    known: dict[str, Any] = {
        "kind": kind or "unknown",
        "delivery": headers.get("x-atlassian-webhook-identifier", ""),
        "moment": body.moment("timestamp"),
    }
    if kind.startswith("comment_") or (kind.startswith("jira:issue_") and "comment" in body):
        yield Said(skipped="about a comment", **known)
    elif kind == "jira:issue_deleted":
        issue = body.object("issue")
        yield Said(gone=(Gone("issue", (issue.key("key"), issue.key("id")), is_final=True),), **known)
    elif kind.startswith("jira:issue_"):
        issue = body.object("issue")
        items = tuple(
            (item.text("field"), item.get("fromString"), item.get("toString"))
            for log in ([body.object("changelog")] if "changelog" in body else [])
            for item in log.objects("items")
        )
        about = ("issue", issue.key("key"))
        yield Said(pages={"issue_event": [payload]}, about=about, changes=items, **known)
    elif kind in ("project_created", "project_updated", "project_restored_deleted"):
        yield Said(pages={"project_list": [body.object("project").value]}, **known)
    elif kind in ("project_deleted", "project_soft_deleted"):
        project = body.object("project")
        keys = (project.key("key"), project.key("id"))
        yield Said(gone=(Gone("project", keys, is_final=kind == "project_deleted"),), **known)
    else:
        yield Said(skipped=NO_FACT, **known)
