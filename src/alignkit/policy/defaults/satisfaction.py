"""
Satisfaction: is the customer heard, answered and served as they were told?

Owns the rules on complaints, needs, promises and how lately both sides spoke; those on surveys stand in
`satisfaction_surveys`. Whether they were told what
was delivered is visibility.
"""

from __future__ import annotations

from datetime import date, datetime

from alignkit.expressions.functions import (
    NOT_APPLICABLE,
    Score,
    count,
    days_between,
    default,
    hours_between,
    latest,
    ramp,
    ratio,
    total,
)
from alignkit.policy.defaults import satisfaction_surveys
from alignkit.policy.defaults.signals import (
    active_projects,
    hours_to_reply,
    is_open_complaint,
    is_recent_complaint,
    is_replied,
    is_served,
    is_two_way,
    is_unhappy,
)
from alignkit.policy.rule import rule
from alignkit.policy.views import CustomerView, ProjectView

__all__ = ["RULES"]


@rule(
    dimension="satisfaction",
    weight=3,
    action="Settle the complaints about the project, the gravest first",
    team="pmo",
    message="Open complaints: {complaints}, with severities adding up to {severity}",
)
def project_complaints_are_settled(
    project: ProjectView, *, unrated: int = 3, best: float = 0, worst: float = 5
) -> Score:
    """
    No complaint about the project is open: full marks while severities (1 to 5, `unrated` where not given) add up to
    `best` at most, none from `worst`.

    Measure S4: open complaints by severity; one critical complaint leaves nothing, our proposal.
    """
    if project.status in ("planned", "cancelled"):
        return NOT_APPLICABLE
    complaints = count(n for n in project.needs if is_open_complaint(n))
    severity = total(default(n.severity, unrated) for n in project.needs if is_open_complaint(n))
    if complaints == 0:
        return 1.0
    return ramp(severity, best=best, worst=worst)


@rule(
    dimension="satisfaction",
    weight=3,
    action="Settle the customer's complaints, the gravest first",
    team="crm",
    message="Open complaints: {complaints}, with severities adding up to {severity}; active projects: {active}",
)
def customer_complaints_are_settled(
    customer: CustomerView, *, unrated: int = 3, best: float = 0, worst: float = 5
) -> Score:
    """
    No complaint of the customer is open: full marks while severities (1 to 5, `unrated` where not given) per active
    project add up to `best` at most, none from `worst`.

    Measure S4: open complaints by severity over active projects; one critical complaint per project leaves nothing,
    our proposal.
    """
    if not is_served(customer):
        return NOT_APPLICABLE
    active = active_projects(customer)
    complaints = count(n for n in customer.needs if is_open_complaint(n))
    severity = total(default(n.severity, unrated) for n in customer.needs if is_open_complaint(n))
    if complaints == 0:
        return 1.0
    return ramp(ratio(severity, max(active, 1)), best=best, worst=worst)


@rule(
    dimension="satisfaction",
    weight=2,
    action="Reply to the complaints that wait",
    team="crm",
    message="{answered} of {complaints} complaints got a reply in time",
)
def complaints_are_answered(
    customer: CustomerView,
    now: datetime,
    *,
    window: float = 180,
    standard: float = 48,
    best: float = 0.95,
    worst: float = 0.7,
) -> Score:
    """
    The customer gets a first reply to a complaint within `standard` hours: full marks when a share of `best` of those
    of the last `window` days did, none at `worst`. Settling it is a reply too; one that still has time is not counted.

    First half of measure S5: share within one's own standard (complaint handling benchmarks); 48 hours to close the
    loop (SurveyGauge); green from 95 %, amber from 80 %, our proposal.
    """
    if not is_served(customer):
        return NOT_APPLICABLE
    complaints = count(
        n
        for n in customer.needs
        if is_recent_complaint(n, now, window) and (is_replied(n) or hours_to_reply(n, now) > standard)
    )
    answered = count(
        n
        for n in customer.needs
        if is_recent_complaint(n, now, window) and is_replied(n) and hours_to_reply(n, now) <= standard
    )
    if complaints == 0:
        return NOT_APPLICABLE
    return ramp(ratio(answered, complaints), best=best, worst=worst)


@rule(
    dimension="satisfaction",
    weight=2,
    action="Settle the complaints that are past the standard",
    team="pmo",
    message="{settled} of {complaints} complaints were settled in time",
)
def complaints_are_resolved(
    customer: CustomerView,
    now: datetime,
    *,
    window: float = 180,
    standard: float = 30,
    best: float = 0.95,
    worst: float = 0.7,
) -> Score:
    """
    Complaints are settled within `standard` days: full marks when a share of `best` of those of the last `window`
    days was, none at `worst`. One that still has time, or was declined, is not counted.

    Second half of measure S5: share within one's own standard (complaint handling benchmarks); the days, green from
    95 % and amber from 80 % are our proposal.
    """
    if not is_served(customer):
        return NOT_APPLICABLE
    complaints = count(
        n
        for n in customer.needs
        if is_recent_complaint(n, now, window)
        and n.status != "declined"
        and (n.resolved_at is not None or days_between(n.raised_at, now) > standard)
    )
    settled = count(
        n
        for n in customer.needs
        if is_recent_complaint(n, now, window)
        and n.resolved_at is not None
        and days_between(n.raised_at, n.resolved_at) <= standard
    )
    if complaints == 0:
        return NOT_APPLICABLE
    return ramp(ratio(settled, complaints), best=best, worst=worst)


@rule(
    dimension="satisfaction",
    weight=3,
    action="Deliver the customer's due needs, the most important first, and tell them",
    team="pmo",
    message="Of due needs weighing {due}, those weighing {met} were delivered and told",
)
def needs_are_met(
    customer: CustomerView, today: date, *, unrated: int = 3, best: float = 0.8, worst: float = 0.3
) -> Score:
    """
    What the customer needs is delivered by its day, and they know: full marks when a share of `best` of the needs
    due is, by importance (1 to 5, `unrated` where not given), none at `worst`. Declined needs do not count.

    Measure S6: needs with a priority (Linear), told to those who asked (PostHog); green from 80 %, amber from 50 %,
    our proposal.
    """
    if not is_served(customer):
        return NOT_APPLICABLE
    due = total(
        default(n.importance, unrated)
        for n in customer.needs
        if n.kind == "need" and n.status != "declined" and n.due_on is not None and n.due_on <= today
    )
    met = total(
        default(n.importance, unrated)
        for n in customer.needs
        if n.kind == "need"
        and n.status == "delivered"
        and n.due_on is not None
        and n.due_on <= today
        and n.told_at is not None
    )
    if due == 0:
        return NOT_APPLICABLE
    return ramp(ratio(met, due), best=best, worst=worst)


@rule(
    dimension="satisfaction",
    weight=2,
    action="Keep the broken promises now, or agree on another day",
    team="pmo",
    message="{kept} of {due} promises were kept in time",
)
def promises_are_kept(
    customer: CustomerView, now: datetime, today: date, *, grace: float = 1, best: float = 0.95, worst: float = 0.7
) -> Score:
    """
    What we promised the customer is done by its day: full marks when a share of `best` of the promises due was kept,
    none at `worst`. Kept is when it was settled at least as many days ago as it was due, less `grace`.

    Measure S7, our proposal: no tool we read follows promises; green from 95 %, amber from 80 %.
    """
    if not is_served(customer):
        return NOT_APPLICABLE
    due = count(n for n in customer.needs if n.kind == "promise" and n.due_on is not None and n.due_on < today)
    kept = count(
        n
        for n in customer.needs
        if n.kind == "promise"
        and n.due_on is not None
        and n.due_on < today
        and n.resolved_at is not None
        and days_between(n.resolved_at, now) >= days_between(n.due_on, today) - grace
    )
    if due == 0:
        return NOT_APPLICABLE
    return ramp(ratio(kept, due), best=best, worst=worst)


@rule(
    dimension="satisfaction",
    weight=3,
    action="Call the customer",
    team="crm",
    message="Both sides last spoke: {spoke}; agreed is every {cadence} days",
)
def touch_is_recent(
    customer: CustomerView,
    now: datetime,
    *,
    usual: float = 30,
    usual_worst: float = 130,
    best: float = 1,
    worst: float = 1.83,
) -> Score:
    """
    Both sides spoke lately: full marks within `best` times the customer's contact cadence, none from `worst` times.
    Without an agreed cadence, full marks within `usual` days, none from `usual_worst`. A touch is a call or meeting, or
    anything the customer sent; none ever scores 0.

    Measure S8: to 30 days green, to 90 amber (Utak); cadence by tier, amber to 1.5 times, our proposal (Tendril).
    """
    if not is_served(customer):
        return NOT_APPLICABLE
    cadence = customer.contact_cadence_days
    spoke = latest(i.occurred_at for i in customer.interactions if is_two_way(i))
    if spoke is None:
        return 0.0
    if cadence is None:
        return ramp(days_between(spoke, now), best=usual, worst=usual_worst)
    return ramp(ratio(days_between(spoke, now), cadence), best=best, worst=worst)


@rule(
    dimension="satisfaction",
    weight=2,
    action="Follow up with those who were unhappy",
    team="crm",
    message="{followed} of {unhappy} unhappy answers were followed up in time",
)
def bad_feedback_is_followed_up(
    customer: CustomerView,
    now: datetime,
    *,
    window: float = 180,
    within: float = 48,
    poor: float = 0.4,
    detractor: float = 0.6,
    upset: float = -0.5,
    best: float = 0.9,
    worst: float = 0.57,
) -> Score:
    """
    Unhappy feedback is followed up within `within` hours: full marks for a share of `best` of that of the last `window`
    days, none at `worst`. Unhappy is a survey answer up to `poor` of its scale (up to `detractor` where it asks for a
    recommendation), or a mood up to `upset`. Feedback that still has time is not counted.

    Measure S9: close the loop within 48 hours (SurveyGauge); green from 90 %, amber from 70 %, our proposal.
    """
    if not is_served(customer):
        return NOT_APPLICABLE
    unhappy = count(
        i
        for i in customer.interactions
        if i.direction == "inbound"
        and days_between(i.occurred_at, now) <= window
        and (i.answered_at is not None or hours_between(i.occurred_at, now) > within)
        and is_unhappy(i, poor, detractor, upset)
    )
    followed = count(
        i
        for i in customer.interactions
        if i.direction == "inbound"
        and days_between(i.occurred_at, now) <= window
        and i.answered_at is not None
        and hours_between(i.occurred_at, i.answered_at) <= within
        and is_unhappy(i, poor, detractor, upset)
    )
    if unhappy == 0:
        return NOT_APPLICABLE
    return ramp(ratio(followed, unhappy), best=best, worst=worst)


RULES = (
    *satisfaction_surveys.RULES,
    project_complaints_are_settled,
    customer_complaints_are_settled,
    complaints_are_answered,
    complaints_are_resolved,
    needs_are_met,
    promises_are_kept,
    touch_is_recent,
    bad_feedback_is_followed_up,
)
