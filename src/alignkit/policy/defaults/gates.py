"""
Gates: what no other strength makes up for.

A weighted mean forgives everything a little. These conditions are not forgiven: while one holds, the subject's
score is capped, and the cap is a line of its own among the lost points. They belong to no dimension.
"""

from __future__ import annotations

from datetime import date, datetime

from alignkit.expressions.functions import count, days_between, hours_between, latest
from alignkit.policy.defaults.signals import is_critical_and_unanswered, tells_customer
from alignkit.policy.rule import gate
from alignkit.policy.views import CustomerView, ProjectView

__all__ = ["GATES"]


@gate(
    cap=69,
    action="Talk to the customer about the project",
    team="crm",
    message="The customer last heard about this project: {told}",
)
def project_is_silent(project: ProjectView, now: datetime, today: date, *, longest: float = 30) -> bool:
    """
    The customer has heard nothing about an active project for `longest` days: it cannot be green.

    However well the work goes, a customer who does not know cannot agree that it does. Silent after 30 days:
    Leantime. Projects that began less than `longest` days ago, or are for no customer, are spared.
    """
    if project.status != "active" or project.customer_id is None:
        return False
    if project.start_on is not None and days_between(project.start_on, today) <= longest:
        return False
    told = latest(i.occurred_at for i in project.interactions if tells_customer(i))
    if told is None:
        return True
    return days_between(told, now) > longest


@gate(
    cap=60,
    action="Reply to the critical complaint today, and settle it",
    team="pmo",
    message="Critical complaints about the project without a reply: {waiting}",
)
def project_ignores_critical_complaint(project: ProjectView, now: datetime, *, within: float = 24) -> bool:
    """
    A critical complaint (severity 5) about the project is open and got no reply within `within` hours: it cannot be
    green, whatever else goes well.

    A mean hides the one thing the customer talks about; measure S4 is red with any critical complaint. The cap and
    half of the usual 48 hours are our proposal.
    """
    waiting = count(
        n for n in project.needs if is_critical_and_unanswered(n) and hours_between(n.raised_at, now) > within
    )
    return waiting > 0


@gate(
    cap=60,
    action="Reply to the critical complaint today, and agree who settles it",
    team="crm",
    message="Critical complaints of the customer without a reply: {waiting}",
)
def customer_waits_on_critical_complaint(customer: CustomerView, now: datetime, *, within: float = 24) -> bool:
    """
    A critical complaint (severity 5) of the customer is open and got no reply within `within` hours: they cannot be
    green, whatever else goes well.

    A mean hides the one thing the customer talks about; measure S4 is red with any critical complaint. The cap and
    half of the usual 48 hours are our proposal.
    """
    waiting = count(
        n for n in customer.needs if is_critical_and_unanswered(n) and hours_between(n.raised_at, now) > within
    )
    return waiting > 0


GATES = (project_is_silent, project_ignores_critical_complaint, customer_waits_on_critical_complaint)
