"""What tools send: their messages as they come, and pages of their APIs that you fetched."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, HTTPException, Request

from alignkit.importers import apply_webhook, github, hubspot, jira, load
from alignkit.importers.signatures import check_github
from fastapi_app.settings import HasSettings, IsKnown
from fastapi_app.shapes import Heard, Taken

router = APIRouter()
TOOLS = {"github": github.preset, "hubspot": hubspot.preset, "jira": jira.preset}


async def body_of(request: Request) -> bytes:
    """The body as it came over the wire: signatures are made of these bytes and no others."""
    return await request.body()


@router.post("/webhooks/github", status_code=202)
def hear_github(body: Annotated[bytes, Depends(body_of)], request: Request, settings: HasSettings) -> Heard:
    """
    Hear what happened in GitHub. The signature is checked before anything is parsed.

    A message that comes twice, or late, does no harm: the store knows how far each record has come. Records that a
    message only names have to be fetched; `fetch` says which.
    """
    if not settings.github_secret:
        raise HTTPException(503, "no secret is set: GITHUB_WEBHOOK_SECRET")
    check_github(body, request.headers, settings.github_secret)
    message = github.webhook(body, headers=request.headers)
    done = apply_webhook(settings.store, message, at=settings.clock(), actor="github", team="pmo")
    return Heard(outcomes=list(done.outcomes), fetch=[str(need.ref) for need in done.fetch])


@router.post("/pages/{tool}")
def take_pages(
    tool: str, pages: Annotated[dict[str, Any], Body()], person: IsKnown, settings: HasSettings, zone: str | None = None
) -> Taken:
    """
    Take pages of a tool's API by record, such as `{"companies": [{"results": [...]}]}` of HubSpot.

    The same pages again change nothing. A row that cannot be used is told, and stops no other.
    """
    if tool not in TOOLS:
        raise HTTPException(404, f"known are {', '.join(TOOLS)}")
    done = load(
        settings.store,
        TOOLS[tool](),
        pages,
        at=settings.clock(),
        run=f"{tool} pages {uuid.uuid4().hex}",  # loads of one name must not run at once
        actor=person.name,
        team=person.team,
        zone=zone,
    )
    issues = [str(issue) for report in done.reports for issue in report.issues]
    return Taken(added=done.run.added, updated=done.run.updated, unchanged=done.run.unchanged, issues=issues)
