"""
Visibility: does each side see what the other does, and was the customer told?

Owns the rules on status updates, on changes and deliveries the customer should hear of, and on objectives that
the other team has seen. Whether anybody answers is satisfaction and completion.
"""

from __future__ import annotations

from datetime import datetime

from alignkit.expressions.functions import (
    NOT_APPLICABLE,
    Score,
    count,
    days_between,
    earliest,
    hours_between,
    latest,
    ramp,
    ratio,
)
from alignkit.policy.defaults.signals import (
    active_projects,
    days_since_status,
    is_news,
    is_served,
    last_status_at,
    tells_customer,
)
from alignkit.policy.rule import rule
from alignkit.policy.views import CustomerView, ObjectiveView, PortfolioView, ProjectView

__all__ = ["RULES"]


@rule(
    dimension="visibility",
    weight=3,
    action="Show the objective to the other team and have them acknowledge it",
    team="pmo",
    message="Acknowledged by: {seen_by}",
)
def objective_is_acknowledged(objective: ObjectiveView) -> Score:
    """
    The other team has seen the objective and said so. Good: acknowledged; bad: not, or by its own team only.

    Measure V4; that both teams share objectives is the thesis the library is built on. All or nothing, because
    one acknowledgement is what the model keeps.
    """
    if objective.status != "open":
        return NOT_APPLICABLE
    seen_by = objective.acknowledged_by
    seen_at = objective.acknowledged_at
    if seen_by is None:
        return seen_at is not None
    return objective.team is None or seen_by != objective.team


@rule(
    dimension="visibility",
    weight=3,
    action="Send a status update on the project",
    team="pmo",
    message="Last status update: {told}",
)
def status_is_fresh(project: ProjectView, now: datetime, *, best: float = 7, worst: float = 30) -> Score:
    """
    The project's status is fresh: full marks within `best` days, none after `worst` or with no update ever.

    Measure V1: weekly reminders (Linear), amber to 14 days (Orbit), silent after 30 (Leantime).
    """
    if project.status != "active":
        return NOT_APPLICABLE
    told = last_status_at(project)
    if told is None:
        return 0.0
    return ramp(days_between(told, now), best=best, worst=worst)


@rule(
    dimension="visibility",
    weight=2,
    action="Tell the customer what changed in the project",
    team="crm",
    message="The oldest change that the customer has not heard of: {oldest}",
)
def changes_are_told(project: ProjectView, now: datetime, *, best: float = 0, worst: float = 96) -> Score:
    """
    The customer hears of changes in status, health or due date: full marks when all are told or the oldest has waited
    `best` hours, none when it has waited `worst` hours. A change is told when it says so, or when we wrote or spoke to
    them after it.

    Measure V3: customers ask that changes are tracked as communicated or not (Tunga); the hours are our proposal.
    """
    if project.status != "active" or project.customer_id is None:
        return NOT_APPLICABLE
    told = latest(i.occurred_at for i in project.interactions if tells_customer(i))
    changes = count(c for c in project.changes if is_news(c))
    oldest = earliest(
        c.occurred_at
        for c in project.changes
        if is_news(c) and c.told_at is None and (told is None or c.occurred_at > told)
    )
    if changes == 0:
        return NOT_APPLICABLE
    if oldest is None:
        return 1.0
    return ramp(hours_between(oldest, now), best=best, worst=worst)


@rule(
    dimension="visibility",
    weight=3,
    action="Send status updates on the customer's silent projects",
    team="pmo",
    message="{reported} of {active} active projects have a recent status update",
)
def customer_projects_are_reported(
    customer: CustomerView, now: datetime, *, fresh: float = 14, best: float = 0.9, worst: float = 0.55
) -> Score:
    """
    The customer's active projects have a status update of the last `fresh` days: full marks when a share of `best`
    has one, none at `worst`.

    Measure V2 seen from one customer: silent projects (Leantime), 14 days (Orbit); the shares are our proposal.
    """
    if not is_served(customer):
        return NOT_APPLICABLE
    active = active_projects(customer)
    reported = count(p for p in customer.projects if p.status == "active" and days_since_status(p, now) <= fresh)
    if active == 0:
        return NOT_APPLICABLE
    return ramp(ratio(reported, active), best=best, worst=worst)


@rule(
    dimension="visibility",
    weight=2,
    action="Tell the customer that what they asked for is there",
    team="crm",
    message="{told} of {delivered} delivered needs were told to the customer",
)
def delivered_needs_are_told(
    customer: CustomerView, now: datetime, *, window: float = 180, best: float = 0.9, worst: float = 0.55
) -> Score:
    """
    What was delivered in the last `window` days was also told to the customer: full marks at a share of `best`, none
    at `worst`.

    The telling half of measure S6 (feedback on prioritised requests needs an owner: Fleet, PostHog); the shares
    are our proposal.
    """
    if not is_served(customer):
        return NOT_APPLICABLE
    delivered = count(
        n
        for n in customer.needs
        if n.status == "delivered" and n.resolved_at is not None and days_between(n.resolved_at, now) <= window
    )
    told = count(
        n
        for n in customer.needs
        if n.status == "delivered"
        and n.resolved_at is not None
        and days_between(n.resolved_at, now) <= window
        and n.told_at is not None
    )
    if delivered == 0:
        return NOT_APPLICABLE
    return ramp(ratio(told, delivered), best=best, worst=worst)


@rule(
    dimension="visibility",
    weight=3,
    action="Remind the leads of silent projects to send a status update",
    team="pmo",
    message="{reported} of {active} active projects have a recent status update",
)
def projects_are_reported(
    portfolio: PortfolioView, now: datetime, *, fresh: float = 14, best: float = 0.9, worst: float = 0.55
) -> Score:
    """
    Active projects have a status update of the last `fresh` days: full marks when a share of `best` has one, none at
    `worst`.

    Measure V2: silent projects (Leantime), 14 days (Orbit); green from 90 %, amber from 70 % are our proposal.
    """
    active = count(p for p in portfolio.projects if p.status == "active")
    reported = count(p for p in portfolio.projects if p.status == "active" and days_since_status(p, now) <= fresh)
    if active == 0:
        return NOT_APPLICABLE
    return ramp(ratio(reported, active), best=best, worst=worst)


RULES = (
    objective_is_acknowledged,
    status_is_fresh,
    changes_are_told,
    customer_projects_are_reported,
    delivered_needs_are_told,
    projects_are_reported,
)
