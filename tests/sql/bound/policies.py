"""A small policy whose rules each go one way."""

from __future__ import annotations

import alignkit as ak


@ak.rule(dimension="one")
def has_progress(project: ak.ProjectView) -> bool:
    """Its own row."""
    return project.progress is not None


@ak.rule(dimension="one")
def tasks_done(project: ak.ProjectView) -> ak.Score:
    """Its tasks."""
    return ak.share(t.status == "done" for t in project.tasks)


@ak.rule(dimension="one")
def customer_ranked(project: ak.ProjectView) -> bool:
    """The customer it is for."""
    return project.customer is not None and project.customer.tier is not None


@ak.rule(dimension="one")
def has_customer(project: ak.ProjectView) -> bool:
    """Whether there is a customer; not the customer."""
    return project.customer is not None


@ak.rule(dimension="one")
def spoken_with(customer: ak.CustomerView) -> bool:
    """Its interactions."""
    return ak.exists(i for i in customer.interactions)


@ak.rule(dimension="one")
def spoken_about_work(customer: ak.CustomerView) -> bool:
    """Its interactions, and the projects that these are about."""
    return ak.exists(i for i in customer.interactions if i.project is not None and i.project.status == "active")


@ak.rule(dimension="one")
def projects_fine(customer: ak.CustomerView) -> ak.Score:
    """Its projects and their scores."""
    return ak.share(p.score is not None for p in customer.projects)


@ak.rule(dimension="one")
def all_named(portfolio: ak.PortfolioView) -> ak.Score:
    """Every project."""
    return ak.share(p.name != "" for p in portfolio.projects)


@ak.rule(dimension="one")
def all_spoken(portfolio: ak.PortfolioView) -> bool:
    """Every interaction."""
    return ak.exists(i for i in portfolio.interactions)


POLICY = ak.Policy(
    [
        has_progress,
        tasks_done,
        customer_ranked,
        has_customer,
        spoken_with,
        spoken_about_work,
        projects_fine,
        all_named,
        all_spoken,
    ],
    dimensions={"one": 1},
)


def codes(assessment: ak.Assessment, kind: str, id: str) -> dict[str, int]:
    """The outcome of each rule on a subject."""
    rules = POLICY.scoring.rules[kind]
    return {rule.id: code for rule, code in zip(rules, assessment.rows[kind][id][1:], strict=True)}
