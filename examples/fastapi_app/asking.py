"""Questions: how things stand, why, and whose move it is."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter

import alignkit as ak
from alignkit.live.digest import digest
from alignkit.live.needs import needs
from fastapi_app.settings import HasSettings, Settings
from fastapi_app.shapes import Explained, News, Overview, Step, Summary, WaitingNeed

router = APIRouter()
Kind = Literal["objective", "project", "customer"]


@router.get("/assessment")
def assessment(settings: HasSettings, most: int = 10) -> Overview:
    """How the company stands, and the customers that need attention first."""
    judged = settings.policy.assess(settings.store, now=settings.clock())
    worst = judged.subjects("customer", worst_first=True)[: max(0, most)]
    return Overview(
        now=judged.now,
        policy_version=judged.policy_version,
        portfolio=Summary.of(judged.portfolio),
        subjects=len(judged),
        worst_customers=[Summary.of(customer) for customer in worst],
    )


@router.get("/subjects/{kind}/{id:path}")
def explained(kind: Kind, id: str, settings: HasSettings) -> Explained:
    """One subject: its score, every point of it, and the next moves. Costs what its customer's facts cost."""
    subject = _judged(settings, kind, id).of(kind, id)
    return Explained(
        **Summary.of(subject).model_dump(),
        explanation=str(subject.explain()),
        next_moves=[Step(action=step.action, team=step.team, points=step.gain_points) for step in subject.headroom()],
    )


@router.get("/needs")
def waiting(settings: HasSettings, team: str = "crm", most: int = 20) -> list[WaitingNeed]:
    """What customers wait for, in the order in which it should be answered."""
    queue = needs(settings.store, team=team, now=settings.clock(), exchange=settings.policy.exchange)
    return [
        WaitingNeed(
            title=request.title,
            priority=request.priority,
            due_on=request.due_on,
            customers=[need.customer_name for need in request.needs],
            reasons=[reason.text for reason in request.needs[0].reasons if reason.points],
            moves=[f"{move.action} [{move.team}]" for move in request.moves],
        )
        for request in queue.requests[: max(0, most)]
    ]


@router.get("/digest")
def news(settings: HasSettings, team: str, since: str | None = None) -> News:
    """What the other teams did since a cursor; ask with the cursor of the last answer, and nothing is told twice."""
    found = digest(settings.store, team=team, since=since, now=settings.clock())
    return News(text=str(found), cursor=found.cursor)


def _judged(settings: Settings, kind: Kind, id: str) -> ak.Assessment:
    """As little as the question needs: the subject's customer, or everything where it has none."""
    store = settings.store
    customer = id if kind == "customer" else None
    if kind == "project":
        customer = store.projects.get(id).customer_id
    elif kind == "objective":
        customer = store.objectives.get(id).customer_id
    only = None if customer is None else [store.customers.get(customer).id]
    return settings.policy.assess(store, now=settings.clock(), customers=only)
