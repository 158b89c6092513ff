"""A policy that reads far: for tests of monitors, light enough for processes that are killed."""

from __future__ import annotations

from datetime import date, datetime

import alignkit as ak

__all__ = ["far_policy"]


@ak.rule(dimension="work")
def tasks_are_done(objective: ak.ObjectiveView) -> ak.Score:
    """The tasks of the objective are done."""
    return ak.share(task.status == "done" for task in objective.tasks)


@ak.rule(dimension="work")
def work_is_done(project: ak.ProjectView) -> ak.Score:
    """The tasks of the project are done."""
    return ak.share(task.status == "done" for task in project.tasks)


@ak.rule(dimension="work", weight=2)
def objectives_are_well(project: ak.ProjectView) -> ak.Score:
    """The objectives that the project serves score well, and none is red."""
    if ak.exists(one for one in project.contributions if one.objective.band == "red"):
        return 0.0
    return ak.mean(ak.ratio(one.objective.score, 100) for one in project.contributions)


@ak.rule(dimension="work")
def heard_of_the_customer(project: ak.ProjectView, now: datetime) -> ak.Score:
    """The customer of the project said something in the last days."""
    if project.customer is None:
        return ak.NOT_APPLICABLE
    last = ak.latest(touch.occurred_at for touch in project.customer.interactions if touch.direction == "inbound")
    return ak.ramp(ak.days_between(last, now), best=1, worst=9)


@ak.rule(dimension="work")
def projects_are_well(customer: ak.CustomerView) -> ak.Score:
    """The customer's projects score well."""
    return ak.mean(ak.ratio(project.score, 100) for project in customer.projects)


@ak.rule(dimension="promises")
def needs_wait_for_live_projects(customer: ak.CustomerView, today: date) -> ak.Score:
    """Needs of the customer lie in projects that are not late."""
    return ak.share(
        need.project is not None and (need.project.due_on is None or need.project.due_on >= today)
        for need in customer.needs
        if need.resolved_at is None
    )


@ak.rule(dimension="work")
def customers_are_well(portfolio: ak.PortfolioView) -> ak.Score:
    """Customers are not red."""
    return ak.share(customer.band != "red" for customer in portfolio.customers)


def far_policy() -> ak.Policy:
    """Few rules that read tasks, objectives, hops from hop to hop, scores and bands of all kinds."""
    rules = (
        tasks_are_done,
        work_is_done,
        objectives_are_well,
        heard_of_the_customer,
        projects_are_well,
        needs_wait_for_live_projects,
        customers_are_well,
    )
    return ak.Policy(rules, dimensions={"work": 3, "promises": 1}, minimum_coverage=0.3)
