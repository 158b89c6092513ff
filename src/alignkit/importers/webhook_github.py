"""
Webhooks of GitHub: the record as it is now. Formats: GitHub's "Webhook events and payloads"; real bodies.

The header `X-GitHub-Event` says what a body is about; without it, its members do. GitHub writes moments to the second.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from alignkit.importers.webhook_body import NO_FACT, Body, Fetch, Gone, Said

__all__ = ["tell"]

_MEMBERS: Final = ("comment", "pull_request", "issue", "milestone", "projects_v2_item", "project")


def tell(payload: Any, headers: Mapping[str, str]) -> Iterator[Said]:
    """The one event of a body; an issue that moved to another repository is two."""
    body = Body(payload)
    about = headers.get("x-github-event") or _guessed(body)
    action = body.text("action")
    known: dict[str, Any] = {
        "kind": f"{about}.{action}" if action else about,
        "delivery": headers.get("x-github-delivery", ""),
    }
    if "comment" in body or about == "issue_comment":
        yield Said(skipped="about a comment", **known)
    elif about == "issues":
        yield from _issue(body, action, known)
    elif about == "milestone":
        yield _record(body, action, "milestone", known)
    elif about == "repository":
        yield _repository(body, action, known)
    else:
        yield Said(skipped="a pull request" if "pull_request" in body else NO_FACT, **known)


def _guessed(body: Body) -> str:
    for name in _MEMBERS:
        if name in body:
            return "issues" if name == "issue" else name
    return "repository" if "repository" in body else "unknown"


def _issue(body: Body, action: str, known: dict[str, Any]) -> Iterator[Said]:
    moved = body.get("changes.new_issue")
    if action == "transferred" and moved is not None:
        issue, new = body.object("issue"), body.object("changes.new_issue")
        names = (issue.key("id"), *(issue.text(name) for name in ("node_id", "html_url") if name in issue))
        yield Said(gone=(Gone("issue", names, is_final=True),), **known)
        page = {"action": "opened", "issue": new.value, "repository": body.object("changes.new_repository").value}
        moment = new.moment("updated_at") or issue.moment("updated_at")
        yield Said(pages={"issue_event": [page]}, moment=moment, **known)
        return
    if action == "transferred":
        issue = body.object("issue")
        reason = "it moved to another repository, and the message does not say which"
        yield Said(fetch=(Fetch("issue", issue.key("id"), reason),), moment=issue.moment("updated_at"), **known)
        return
    yield _record(body, action, "issue", known)


def _record(body: Body, action: str, member: str, known: dict[str, Any]) -> Said:
    record = body.object(member)
    key = record.key("id")
    if action == "deleted":
        names = (key, *(record.text(name) for name in ("node_id", "html_url") if name in record))
        return Said(gone=(Gone(member, names, is_final=True),), **known)
    changes = body.get("changes")
    told = tuple(
        (field, value.get("from") if isinstance(value, Mapping) else None, record.get(field))
        for field, value in (changes.items() if isinstance(changes, Mapping) else ())
    )
    return Said(
        pages={f"{member}_event": [body.value]},
        moment=record.moment("updated_at", "created_at"),
        about=(member, key),
        changes=told,
        **known,
    )


def _repository(body: Body, action: str, known: dict[str, Any]) -> Said:
    repository = body.object("repository")
    if action == "deleted":
        names = (
            repository.key("id"),
            *(repository.text(n) for n in ("url", "full_name", "node_id") if n in repository),
        )
        return Said(gone=(Gone("repository", names, is_final=True),), **known)
    moment = repository.moment("updated_at", "created_at")
    return Said(pages={"repository": [repository.value]}, moment=moment, **known)
