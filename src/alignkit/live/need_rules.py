"""
The rules that rank needs: which fact gives how many points of priority, and whose move it is.

They are rules of the same language as a policy's, over a `NeedView`; a host takes them out, changes their thresholds
and adds its own (`alignkit.live.need_priority.Priority`). Here a high answer means urgent. What a rule does not apply
to leaves the total, what it has no data for gives nothing. Weights and thresholds are our proposal; the facts are those
that customer teams go by: tier and value (Linear, Plane), severity, and age against the promised moment.
"""

from __future__ import annotations

from datetime import date, datetime

from alignkit.expressions.functions import (
    NOT_APPLICABLE,
    Score,
    days_between,
    default,
    hours_between,
    ramp,
)
from alignkit.policy.rule import rule
from alignkit.policy.views import NeedView

__all__ = ["RULES"]


@rule(dimension="priority", weight=25, message="Severity: {severity}")
def it_hurts(need: NeedView) -> Score:
    """
    How much it hurts: from nothing at severity 1 to all at 5. Where nobody said, a complaint counts as 4, a promise as
    3, a wish as 2.
    """
    usual = 4 if need.kind == "complaint" else 3 if need.kind == "promise" else 2
    severity = default(need.severity, usual)
    return ramp(severity, best=5, worst=1)


@rule(dimension="priority", weight=10, message="Importance to the customer: {importance}")
def it_matters_to_them(need: NeedView) -> Score:
    """How much the customer says it matters: from nothing at 1 to all at 5."""
    importance = need.importance
    return ramp(importance, best=5, worst=1)


@rule(dimension="priority", weight=20, message="Customer of tier {tier}, worth {value} a year")
def customer_is_valuable(
    need: NeedView, *, first: str = "A", second: str = "B", second_score: float = 0.6, large: float = 250000.0
) -> Score:
    """
    How much the customer is worth: all for tier `first` or an annual value of `large`, `second_score` at least for
    tier `second`.
    """
    if need.customer is None:
        return None
    tier = need.customer.tier
    value = need.customer.annual_value
    if tier is None and value is None:
        return None
    by_value = default(ramp(value, best=large, worst=0), 0.0)
    by_tier = 1.0 if tier == first else second_score if tier == second else 0.0
    return max(by_value, by_tier)


@rule(
    dimension="priority",
    weight=25,
    action="Deliver it, or agree another day with the customer",
    team="pmo",
    message="Promised for {promised}; {late} days past that day",
)
def promised_day_comes(need: NeedView, today: date, *, early: float = 30, late_by: float = 14) -> Score:
    """The promised day is near or over: nothing `early` days before it, all when it is `late_by` days over."""
    if need.resolved_at is not None or need.status in ("delivered", "declined"):
        return NOT_APPLICABLE
    promised = need.due_on
    if promised is None:
        return NOT_APPLICABLE
    late = days_between(promised, today)
    return ramp(late, best=late_by, worst=0 - early)


@rule(
    dimension="priority",
    weight=10,
    action="Agree a day with the customer",
    team="crm",
    message="Raised {age} days ago, and promised for no day",
)
def no_day_is_promised(need: NeedView, now: datetime, *, worst: float = 90, worst_complaint: float = 14) -> Score:
    """An open need without a promised day ages: all after `worst` days, for a complaint after `worst_complaint`."""
    if need.due_on is not None or need.resolved_at is not None or need.status in ("delivered", "declined"):
        return NOT_APPLICABLE
    age = days_between(need.raised_at, now)
    return ramp(age, best=worst_complaint if need.kind == "complaint" else worst, worst=0)


@rule(
    dimension="priority",
    weight=15,
    action="Answer the customer",
    team="crm",
    message="Unanswered for {hours} hours",
)
def customer_waits_for_answer(need: NeedView, now: datetime, *, worst: float = 72) -> Score:
    """
    The customer got no answer yet: all after `worst` hours.

    Measure C8: first reply within 48 h is good, after 72 h it is not.
    """
    if need.answered_at is not None or need.resolved_at is not None or need.status in ("delivered", "declined"):
        return 0.0
    hours = hours_between(need.raised_at, now)
    return ramp(hours, best=worst, worst=0)


@rule(
    dimension="priority",
    weight=10,
    action="Settle it before the project is over",
    team="pmo",
    message="The project is {phase}; days to its end: {left}",
)
def project_nears_its_end(need: NeedView, today: date, *, near: float = 14, far: float = 120) -> Score:
    """
    The project's phase: an open need in a project that is over has nobody to settle it, one in a project that ends in
    `near` days hardly; one on hold waits, one that has not begun has time.
    """
    if need.project is None or need.resolved_at is not None or need.status in ("delivered", "declined"):
        return NOT_APPLICABLE
    phase = need.project.status
    left = days_between(today, need.project.due_on)
    if phase in ("completed", "cancelled"):
        return 1.0
    if phase == "planned":
        return 0.25
    if phase == "on_hold":
        return 0.75
    return default(ramp(left, best=near, worst=far), 0.5)


@rule(
    dimension="priority",
    weight=10,
    action="Give it a project or a task, or decline it",
    team="pmo",
    message="Nobody works on it; raised {age} days ago",
)
def nobody_works_on_it(need: NeedView, now: datetime, *, grace: float = 2, worst: float = 14) -> Score:
    """An open need without project and task: nothing in the first `grace` days, all after `worst`."""
    if need.resolved_at is not None or need.status in ("delivered", "declined"):
        return NOT_APPLICABLE
    if need.project_id is not None or need.task_id is not None:
        return 0.0
    age = days_between(need.raised_at, now)
    return ramp(age, best=worst, worst=grace)


@rule(
    dimension="priority",
    weight=15,
    action="Tell the customer how it ended",
    team="crm",
    message="Settled {hours} hours ago and not told",
)
def customer_waits_to_be_told(need: NeedView, now: datetime, *, worst: float = 96) -> Score:
    """It is settled and the customer does not know: all after `worst` hours (measure V3)."""
    if need.resolved_at is None:
        return NOT_APPLICABLE if need.status not in ("delivered", "declined") or need.told_at is not None else 1.0
    if need.told_at is not None:
        return 0.0
    hours = hours_between(need.resolved_at, now)
    return ramp(hours, best=worst, worst=0)


RULES = (
    it_hurts,
    it_matters_to_them,
    customer_is_valuable,
    promised_day_comes,
    no_day_is_promised,
    customer_waits_for_answer,
    project_nears_its_end,
    nobody_works_on_it,
    customer_waits_to_be_told,
)
"""The rules that alignkit ships."""
