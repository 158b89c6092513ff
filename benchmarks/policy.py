"""
The benchmark's policy: twenty rules on projects in six dimensions, and one on customers.

Written as a user of alignkit would: helpers where rules share a signal, thresholds as they stand in the measures.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

import alignkit as ak

__all__ = ["DIMENSIONS", "RULES", "make_policy"]

DIMENSIONS: Final = {
    "communication": 20,
    "responsiveness": 20,
    "delivery": 20,
    "budget": 10,
    "objectives": 20,
    "client": 10,
}


def silent_days(project: ak.ProjectView, now: datetime) -> float | None:
    return ak.days_between(ak.latest(i.occurred_at for i in project.interactions if i.direction == "outbound"), now)


def overdue_share(project: ak.ProjectView, today: date) -> float | None:
    return ak.share(
        t.due_on < today for t in project.tasks if t.status in ("todo", "in_progress") and t.due_on is not None
    )


def elapsed(project: ak.ProjectView, today: date) -> float | None:
    return ak.clamp(
        ak.ratio(ak.days_between(project.start_on, today), ak.days_between(project.start_on, project.due_on))
    )


def open_complaints(customer: ak.CustomerView) -> int:
    return ak.count(n for n in customer.needs if n.kind == "complaint" and n.resolved_at is None)


def hours_to_resolve(customer: ak.CustomerView) -> float | None:
    return ak.mean(
        ak.hours_between(n.raised_at, n.resolved_at)
        for n in customer.needs
        if n.kind == "complaint" and n.resolved_at is not None
    )


def satisfaction(customer: ak.CustomerView, now: datetime) -> float | None:
    return ak.mean(i.satisfaction for i in customer.interactions if i.occurred_at >= now - timedelta(days=180))


def mood_now(customer: ak.CustomerView, now: datetime) -> float | None:
    return ak.mean(i.sentiment for i in customer.interactions if i.occurred_at >= now - timedelta(days=90))


def mood_before(customer: ak.CustomerView, now: datetime) -> float | None:
    return ak.mean(
        i.sentiment
        for i in customer.interactions
        if now - timedelta(days=180) <= i.occurred_at < now - timedelta(days=90)
    )


@ak.rule(dimension="communication", weight=2)
def r01_client_hears_from_us(project: ak.ProjectView, now: datetime, *, half_life: float = 30) -> ak.Score:
    """We wrote or spoke to the client lately."""
    silent = silent_days(project, now)
    if silent is None:
        return 0.0 if project.status == "active" else None
    return ak.decay(silent, half_life=half_life)


@ak.rule(dimension="communication")
def r02_enough_contact(project: ak.ProjectView, now: datetime) -> ak.Score:
    """An active project has three contacts in ninety days, six with a large customer."""
    if project.status != "active" or project.customer is None:
        return None
    recent = ak.count(i for i in project.interactions if i.occurred_at >= now - timedelta(days=90))
    wanted = 6.0 if project.customer.tier in ("A", "B") else 3.0
    return ak.clamp(ak.ratio(recent, wanted))


@ak.rule(dimension="communication")
def r03_both_teams_speak(project: ak.ProjectView) -> ak.Score:
    """Both teams take part in the conversation."""
    balance = ak.share(i.team == "crm" for i in project.interactions)
    if balance is None:
        return None
    return ak.clamp(2.5 * min(balance, 1 - balance))


@ak.rule(dimension="communication")
def r04_mails_are_answered(project: ak.ProjectView, *, half_life: float = 2) -> ak.Score:
    """No mail of the client waits for an answer."""
    waiting = ak.count(
        i
        for i in project.interactions
        if i.needs_answer and i.answered_at is None and i.direction == "inbound" and i.kind == "email"
    )
    return ak.decay(waiting, half_life=half_life)


@ak.rule(dimension="responsiveness", weight=2)
def r05_answers_are_quick(project: ak.ProjectView, *, best: float = 4, worst: float = 72) -> ak.Score:
    """Answers come within hours."""
    hours = ak.mean(ak.hours_between(i.occurred_at, i.answered_at) for i in project.interactions if i.needs_answer)
    return ak.ramp(hours, best=best, worst=worst)


@ak.rule(dimension="responsiveness", weight=2)
def r06_nobody_waits(project: ak.ProjectView, now: datetime) -> ak.Score:
    """Nobody waits for an answer for more than two days."""
    waiting = ak.count(
        i
        for i in project.interactions
        if i.needs_answer and i.answered_at is None and i.occurred_at < now - timedelta(days=2)
    )
    return ak.clamp(1 - 0.25 * waiting)


@ak.rule(dimension="responsiveness", weight=3)
def r07_few_complaints(project: ak.ProjectView) -> ak.Score:
    """Few complaints of the customer are open; a tier A customer's count double."""
    if project.customer is None:
        return None
    return ak.decay(open_complaints(project.customer), half_life=1 if project.customer.tier == "A" else 2)


@ak.rule(dimension="responsiveness")
def r08_complaints_are_resolved(project: ak.ProjectView, *, best: float = 24, worst: float = 240) -> ak.Score:
    """Complaints are resolved within a day."""
    if project.customer is None:
        return None
    return ak.ramp(hours_to_resolve(project.customer), best=best, worst=worst)


@ak.rule(dimension="delivery", weight=2)
def r09_tasks_are_on_time(project: ak.ProjectView, today: date) -> ak.Score:
    """Open tasks are not past their day."""
    overdue = overdue_share(project, today)
    if overdue is None:
        return None
    return 1 - ak.clamp(1.5 * overdue)


@ak.rule(dimension="delivery", weight=2)
def r10_progress_keeps_pace(project: ak.ProjectView, today: date) -> ak.Score:
    """An active project's progress keeps pace with time."""
    gone = elapsed(project, today)
    if project.status != "active" or project.progress is None or gone is None:
        return None
    return ak.clamp(1 + 2 * (project.progress - gone))


@ak.rule(dimension="delivery")
def r11_project_is_on_time(project: ak.ProjectView, today: date, *, half_life: float = 20) -> ak.Score:
    """The project is done by its day."""
    return ak.decay(ak.days_between(project.due_on, ak.default(project.completed_on, today)), half_life=half_life)


@ak.rule(dimension="delivery")
def r12_work_keeps_pace(project: ak.ProjectView, today: date, *, best: float = 0.5, worst: float = -0.5) -> ak.Score:
    """The share of the effort that is done keeps pace with half of the time."""
    done = ak.total(t.effort_hours for t in project.tasks if t.status == "done")
    planned = ak.total(t.effort_hours for t in project.tasks if t.status != "cancelled")
    earned = ak.ratio(done, planned)
    gone = elapsed(project, today)
    if earned is None or gone is None:
        return None
    return ak.ramp(earned - 0.5 * gone, best=best, worst=worst)


@ak.rule(dimension="budget", weight=2)
def r13_spending_keeps_pace(project: ak.ProjectView, *, best: float = 0, worst: float = 0.3) -> ak.Score:
    """Spending does not run ahead of progress."""
    used = ak.ratio(project.spent, project.budget)
    if used is None or project.progress is None:
        return None
    return ak.ramp(used - project.progress, best=best, worst=worst)


@ak.rule(dimension="budget")
def r14_large_customers_first(project: ak.ProjectView, today: date) -> ak.Score:
    """Work for large customers is not overdue."""
    overdue = overdue_share(project, today)
    if project.customer is None or project.customer.annual_value is None or overdue is None:
        return None
    return 1 - ak.clamp(project.customer.annual_value / 500_000) * overdue


@ak.rule(dimension="objectives", weight=2)
def r15_objectives_are_shared(project: ak.ProjectView) -> ak.Score:
    """The other team has seen the objectives."""
    return ak.share(c.objective.acknowledged_at is not None for c in project.contributions)


@ak.rule(dimension="objectives", weight=2)
def r16_objectives_are_reached(project: ak.ProjectView) -> ak.Score:
    """The objectives are reached, by weight."""
    won = ak.total(
        c.objective.weight * ak.clamp(ak.ratio(c.objective.current_value, c.objective.target_value))
        for c in project.contributions
        if ak.ratio(c.objective.current_value, c.objective.target_value) is not None
    )
    whole = ak.total(c.objective.weight for c in project.contributions)
    return ak.clamp(ak.ratio(won, whole))


@ak.rule(dimension="objectives")
def r17_work_has_an_objective(project: ak.ProjectView, *, best: float = 0.9, worst: float = 0.2) -> ak.Score:
    """Tasks say which objective they serve."""
    return ak.ramp(ak.share(t.objective_id is not None for t in project.tasks), best=best, worst=worst)


@ak.rule(dimension="objectives")
def r18_teams_share_objectives(project: ak.ProjectView, *, best: float = 0.5, worst: float = 0) -> ak.Score:
    """Objectives are part of one of the other team."""
    linked = ak.share(
        c.objective.parent is not None and c.objective.parent.team != c.objective.team for c in project.contributions
    )
    return ak.ramp(linked, best=best, worst=worst)


@ak.rule(dimension="client", weight=2)
def r19_client_is_satisfied(project: ak.ProjectView, now: datetime, *, best: float = 9, worst: float = 4) -> ak.Score:
    """The client's answers to surveys are good."""
    if project.customer is None:
        return None
    return ak.ramp(satisfaction(project.customer, now), best=best, worst=worst)


@ak.rule(dimension="client")
def r20_mood_rises(project: ak.ProjectView, now: datetime) -> ak.Score:
    """The client's mood is rising."""
    if project.customer is None:
        return None
    after = mood_now(project.customer, now)
    before = mood_before(project.customer, now)
    if after is None or before is None:
        return None
    return ak.clamp(0.5 + 0.5 * (after - before))


@ak.rule(dimension="delivery")
def customer_projects(customer: ak.CustomerView) -> ak.Score:
    """The customer's projects do well, by budget."""
    won = ak.total(p.budget * p.score for p in customer.projects if p.budget is not None and p.score is not None)
    whole = ak.total(p.budget for p in customer.projects if p.budget is not None and p.score is not None)
    mean = ak.ratio(won, whole)
    if mean is None:
        return None
    return ak.clamp(mean / 100)


RULES: Final = (
    r01_client_hears_from_us,
    r02_enough_contact,
    r03_both_teams_speak,
    r04_mails_are_answered,
    r05_answers_are_quick,
    r06_nobody_waits,
    r07_few_complaints,
    r08_complaints_are_resolved,
    r09_tasks_are_on_time,
    r10_progress_keeps_pace,
    r11_project_is_on_time,
    r12_work_keeps_pace,
    r13_spending_keeps_pace,
    r14_large_customers_first,
    r15_objectives_are_shared,
    r16_objectives_are_reached,
    r17_work_has_an_objective,
    r18_teams_share_objectives,
    r19_client_is_satisfied,
    r20_mood_rises,
    customer_projects,
)


def make_policy() -> ak.Policy:
    """The policy, refused if any of its rules could not be read."""
    return ak.Policy(RULES, dimensions=DIMENSIONS, name="benchmark", strict=True)
