"""
Efficiency: is effort spent once, and on what was agreed?

Owns the rules on doubled work and doubled records, on work and touches that belong to nothing, on focus, and on
what the money bought. Whether work is on time is completion.
"""

from __future__ import annotations

from datetime import datetime

from alignkit.expressions.functions import (
    NOT_APPLICABLE,
    Score,
    count,
    days_between,
    default,
    ramp,
    ratio,
    total,
)
from alignkit.policy.defaults.signals import active_projects, is_served, objectives_served
from alignkit.policy.rule import rule
from alignkit.policy.views import CustomerView, ObjectiveView, PortfolioView, ProjectView

__all__ = ["RULES"]


@rule(
    dimension="efficiency",
    weight=1,
    action="Close or merge key results until the objective has a focus again",
    team="pmo",
    message="Open key results: {open_results}",
)
def key_results_are_few(objective: ObjectiveView, *, best: float = 3, worst: float = 7) -> Score:
    """
    The objective has a focus: full marks with up to `best` open key results, none with `worst`.

    Measure E6: one to three (Gtmhub); amber at four and five, red above, is our proposal. An objective without key
    results is not judged.
    """
    if objective.status != "open":
        return NOT_APPLICABLE
    open_results = count(o for o in objective.children if o.status == "open")
    if open_results == 0:
        return NOT_APPLICABLE
    return ramp(open_results, best=best, worst=worst)


@rule(
    dimension="efficiency",
    weight=1,
    action="Decide who does what for the objective, and stop the second effort",
    team="pmo",
    message="Pairs of work that look like the same effort: {pairs}",
)
def objective_is_served_once(
    objective: ObjectiveView, *, alike: float = 0.8, best: float = 0, worst: float = 3
) -> Score:
    """
    No two projects or tasks do the same for the objective: full marks with at most `best` such pairs, none with
    `worst`. A pair counts from a likeness of `alike`.

    Measure E1: doubled actions are what alignment is to prevent (Leantime users list the harms); the numbers are
    our proposal.
    """
    if objective.status != "open":
        return NOT_APPLICABLE
    pairs = count(
        d for d in objective.duplicates if d.kind in ("project", "task") and default(d.similarity, 1.0) >= alike
    )
    return ramp(pairs, best=best, worst=worst)


@rule(
    dimension="efficiency",
    weight=3,
    action="Find out why the work costs more than planned, and agree on scope or budget",
    team="pmo",
    message="Work worth {earned} was done for {spent}",
)
def budget_buys_progress(project: ProjectView, *, best: float = 0.95, worst: float = 0.75) -> Score:
    """
    The money spent bought the work it was planned to buy: full marks when earned value is `best` of the cost, none
    at `worst`.

    Measure E7, the cost performance index of earned value management: budget x progress / spent; green from 0.95,
    amber from 0.85.
    """
    if project.status != "active":
        return NOT_APPLICABLE
    budget = project.budget
    spent = project.spent
    progress = project.progress
    if budget is None or spent is None or progress is None:
        return None
    earned = budget * progress
    if budget <= 0:
        return None
    return ramp(ratio(earned, spent), best=best, worst=worst)


@rule(
    dimension="efficiency",
    weight=2,
    action="Agree which of the two pieces of work goes on, and stop the other",
    team="pmo",
    message="Pairs of work that look like the same effort: {pairs}",
)
def project_work_is_done_once(project: ProjectView, *, alike: float = 0.8, best: float = 0, worst: float = 3) -> Score:
    """
    Nobody else does the project's work: full marks with at most `best` suspected pairs, none with `worst`. A pair
    counts from a likeness of `alike`.

    Measure E1: doubled actions are what alignment is to prevent; the numbers are our proposal.
    """
    if project.status != "active":
        return NOT_APPLICABLE
    pairs = count(
        d for d in project.duplicates if d.kind in ("project", "task") and default(d.similarity, 1.0) >= alike
    )
    return ramp(pairs, best=best, worst=worst)


@rule(
    dimension="efficiency",
    weight=2,
    action="Link the customer's calls and mails to the project, objective or need they are about",
    team="crm",
    message="{loose} of {touches} recent touches belong to no project, objective or need",
)
def touches_name_their_work(
    customer: CustomerView, now: datetime, *, window: float = 180, best: float = 0.2, worst: float = 0.7
) -> Score:
    """
    What is said to and by the customer is linked to the work it is about: full marks when at most a share of `best`
    of the touches of `window` days belongs to nothing, none at `worst`.

    Measure E5, our proposal: no customer system we read makes this link, and without it neither team sees what the
    other promised. Customers without an active project are not judged.
    """
    if not is_served(customer):
        return NOT_APPLICABLE
    active = active_projects(customer)
    touches = count(i for i in customer.interactions if days_between(i.occurred_at, now) <= window)
    loose = count(
        i
        for i in customer.interactions
        if days_between(i.occurred_at, now) <= window
        and i.project_id is None
        and i.objective_id is None
        and i.need_id is None
    )
    if active == 0:
        return NOT_APPLICABLE
    return ramp(ratio(loose, touches), best=best, worst=worst)


@rule(
    dimension="efficiency",
    weight=2,
    action="Bring the two teams together on the customer's doubled work",
    team="crm",
    message="Pairs of work or touches that look like the same effort: {pairs}",
)
def customer_is_served_once(customer: CustomerView, *, alike: float = 0.8, best: float = 0, worst: float = 3) -> Score:
    """
    The two teams do not do the same for the customer twice: full marks with at most `best` suspected pairs, none with
    `worst`. A pair counts from a likeness of `alike`.

    Measure E1 seen from the customer; the numbers are our proposal.
    """
    if not is_served(customer):
        return NOT_APPLICABLE
    pairs = count(
        d
        for d in customer.duplicates
        if d.kind in ("project", "task", "interaction") and default(d.similarity, 1.0) >= alike
    )
    return ramp(pairs, best=best, worst=worst)


@rule(
    dimension="efficiency",
    weight=3,
    action="Link the work that serves nothing to a customer and an objective, or stop it",
    team="pmo",
    message="{orphan_hours} of {hours} planned hours have no customer or no objective",
)
def effort_serves_someone(
    portfolio: PortfolioView, *, unestimated: float = 8, best: float = 0.1, worst: float = 0.35
) -> Score:
    """
    Effort goes into work for a customer and an objective: full marks when at most a share of `best` of the planned
    hours has none, none at `worst`. A task without an estimate counts as `unestimated` hours.

    Measure E4: orphan work (Stanleigh), green to 10 %, amber to 25 %.
    """
    hours = total(default(t.effort_hours, unestimated) for t in portfolio.tasks if t.status != "cancelled")
    orphan_hours = total(
        default(t.effort_hours, unestimated)
        for t in portfolio.tasks
        if t.status != "cancelled"
        and (
            t.project is None
            or t.project.customer_id is None
            or (t.objective_id is None and objectives_served(t.project) == 0)
        )
    )
    return ramp(ratio(orphan_hours, hours), best=best, worst=worst)


@rule(
    dimension="efficiency",
    weight=2,
    action="Merge the records that are one customer",
    team="crm",
    message="Pairs of records that look like one customer: {pairs}",
)
def customers_are_recorded_once(
    portfolio: PortfolioView, *, alike: float = 0.8, best: float = 0.01, worst: float = 0.05
) -> Score:
    """
    A customer is one record: full marks when suspected pairs are at most a share of `best` of all customers, none at
    `worst`. A pair counts from a likeness of `alike`.

    Measure E3: same domain (Linear), duplicates undone by hand (Django-CRM); below 1 % and up to 3 % are our
    proposal.
    """
    customers = count(c for c in portfolio.customers)
    pairs = count(d for d in portfolio.duplicates if d.kind == "customer" and default(d.similarity, 1.0) >= alike)
    return ramp(ratio(pairs, customers), best=best, worst=worst)


RULES = (
    key_results_are_few,
    objective_is_served_once,
    budget_buys_progress,
    project_work_is_done_once,
    touches_name_their_work,
    customer_is_served_once,
    effort_serves_someone,
    customers_are_recorded_once,
)
