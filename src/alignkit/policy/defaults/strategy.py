"""
Strategy: does the work serve objectives, and do needs of customers reach them?

Owns the rules on how objectives stand, on check-ins and belief, on people at work for them, and on the way from a
need over a project to an objective. Reads the scores of objectives into projects, customers and the portfolio.
"""

from __future__ import annotations

from datetime import date, datetime

from alignkit.expressions.functions import (
    NOT_APPLICABLE,
    Score,
    count,
    days_between,
    default,
    exists,
    latest,
    maximum,
    mean,
    ramp,
    ratio,
    total,
)
from alignkit.policy.defaults.signals import (
    attainment,
    is_open_need,
    is_served,
    objective_elapsed,
    objectives_served,
    projects_at_work,
)
from alignkit.policy.rule import rule
from alignkit.policy.views import CustomerView, ObjectiveView, PortfolioView, ProjectView

__all__ = ["RULES"]


@rule(
    dimension="strategy",
    weight=3,
    action="Bring the objective's value forward, or agree on another target",
    team="pmo",
    message="Way to the target done: {attained} (1 is all)",
)
def objective_is_on_target(
    objective: ObjectiveView, today: date, *, early: float = 0.5, best: float = 1, worst: float = 0
) -> Score:
    """
    The objective gets where it should: the part of the way from start to target counts as it is, from none at `worst`
    to full marks at `best`; a limit to guard is kept or not. An objective without a target of its own takes the
    weighted mean of its key results.

    Measure A1: green from 0.7, amber from 0.4 (Leantime, Viva Goals, Quantive); 0.6 to 0.7 is the sweet spot of
    stretch goals (Google). Not judged before the part `early` of its time: until then its pace says more.
    """
    if objective.status != "open":
        return NOT_APPLICABLE
    elapsed = objective_elapsed(objective, today)
    weighed = total(o.weight for o in objective.children if attainment(o) is not None)
    won = total(default(attainment(o), 0.0) * o.weight for o in objective.children)
    attained = attainment(objective) if objective.target_value is not None else ratio(won, weighed)
    if elapsed is not None and elapsed < early and objective.kind not in ("stay_above", "stay_below"):
        return NOT_APPLICABLE
    return ramp(attained, best=best, worst=worst)


@rule(
    dimension="strategy",
    weight=2,
    action="Ask the owner what would restore their confidence",
    team="pmo",
    message="The owner's confidence is {confidence}",
)
def owner_is_confident(objective: ObjectiveView, *, best: float = 1, worst: float = 0) -> Score:
    """
    The owner believes that the objective will be reached: their confidence counts as it is, from none at
    `worst` to full marks at `best`.

    Measure A2: confidence over key results (Okrify); green from 0.7, amber from 0.4 are our proposal.
    """
    if objective.status != "open":
        return NOT_APPLICABLE
    confidence = objective.confidence
    return ramp(confidence, best=best, worst=worst)


@rule(
    dimension="strategy",
    weight=1,
    action="Talk about what made the confidence fall",
    team="pmo",
    message="Confidence fell from {before} to {confidence}",
)
def confidence_holds(
    objective: ObjectiveView, now: datetime, *, window: float = 60, best: float = 0.1, worst: float = 0.4
) -> Score:
    """
    The owner's confidence does not fall: full marks up to a drop of `best` from the highest check-in of the last
    `window` days, none from `worst`.

    The second half of measure A2 (Okrify); the numbers are our proposal.
    """
    if objective.status != "open":
        return NOT_APPLICABLE
    confidence = objective.confidence
    before = maximum(c.confidence for c in objective.check_ins if days_between(c.occurred_at, now) <= window)
    if confidence is None or before is None:
        return None
    return ramp(before - confidence, best=best, worst=worst)


@rule(
    dimension="strategy",
    weight=2,
    action="Check in on the objective",
    team="pmo",
    message="Last check-in: {checked}; one is due every {cadence} days",
)
def check_in_is_on_time(
    objective: ObjectiveView, now: datetime, today: date, *, usual: float = 7, best: float = 1, worst: float = 3
) -> Score:
    """
    The objective is looked at as often as agreed: full marks within `best` times its own check-in days (`usual` when
    it has none), none from `worst` times. One never looked at counts from its start.

    Measure A3: weekly by default (Viva Goals); amber to twice the cadence, our proposal.
    """
    if objective.status != "open" or (objective.start_on is not None and objective.start_on > today):
        return NOT_APPLICABLE
    cadence = default(objective.check_in_days, usual)
    checked = latest(c.occurred_at for c in objective.check_ins)
    days_without = days_between(checked, now) if checked is not None else days_between(objective.start_on, today)
    if days_without is None:
        return 0.0
    return ramp(ratio(days_without, cadence), best=best, worst=worst)


@rule(
    dimension="strategy",
    weight=3,
    action="Give the objective a project, or drop it",
    team="pmo",
    message="Active projects that move it: {at_work}; that support it or are planned: {near}",
)
def objective_is_staffed(objective: ObjectiveView, *, near_score: float = 0.5) -> Score:
    """
    Someone works on the objective: full marks when an active project contributes to it, `near_score` when projects
    only support it or are planned, none without any. One with open key results is staffed through them.

    Measure A6: an objective without a project is idle (Linear, Plane); half for support as in A5 (Quantive), our
    proposal.
    """
    if objective.status != "open" or exists(o for o in objective.children if o.status == "open"):
        return NOT_APPLICABLE
    at_work = projects_at_work(objective)
    near = count(c for c in objective.contributions if c.project.status in ("planned", "active"))
    if at_work > 0:
        return 1.0
    return near_score if near > 0 else 0.0


@rule(
    dimension="strategy",
    weight=3,
    action="Link the project to the objective it serves, or ask why it is done",
    team="pmo",
    message="Links to objectives that are open: {alive} of {links}",
)
def project_serves_objectives(project: ProjectView, *, support: float = 0.5) -> Score:
    """
    The project serves objectives that are pursued: the weight of its links to open ones as a share of all its links,
    one that only supports counting `support`. None without any link.

    Measure A5, with the contribute and support edges of Quantive: edge weight x weight of the objective x kind,
    over the most it could be; green from 70 %, amber from 40 %, our proposal.
    """
    if project.status not in ("planned", "active"):
        return NOT_APPLICABLE
    links = count(c for c in project.contributions)
    alive = objectives_served(project)
    possible = total(c.weight * c.objective.weight for c in project.contributions)
    served = total(
        c.weight * c.objective.weight * (support if c.kind == "support" else 1.0)
        for c in project.contributions
        if c.objective.status == "open"
    )
    if links == 0 or alive == 0:
        return 0.0
    return ratio(served, possible)


@rule(
    dimension="strategy",
    weight=2,
    action="Help the objectives that the project serves out of trouble",
    team="pmo",
    message="The objectives it serves score {objectives_score}",
)
def served_objectives_do_well(project: ProjectView, *, best: float = 100, worst: float = 0) -> Score:
    """
    The objectives that the project serves do well: their average score by weight of the link counts as it is,
    from none at `worst` to full marks at `best`.

    Progress passes both ways between work and objectives (Quantive); objectives without a score are left out.
    """
    if project.status != "active":
        return NOT_APPLICABLE
    weighed = total(c.weight for c in project.contributions if c.objective.score is not None)
    won = total(c.objective.score * c.weight for c in project.contributions if c.objective.score is not None)
    objectives_score = ratio(won, weighed)
    return ramp(objectives_score, best=best, worst=worst)


@rule(
    dimension="strategy",
    weight=3,
    action="Plan the customer's open needs into a project with an objective, or decline them",
    team="pmo",
    message="{traced} of {open_needs} open needs lead to an objective",
)
def customer_needs_reach_objectives(customer: CustomerView, *, best: float = 0.8, worst: float = 0.3) -> Score:
    """
    What the customer wants or was promised leads to an objective, itself or over its project: full marks when a share
    of `best` of the open needs does, none at `worst`.

    Measure A8: Linear has the links, the measure (green from 80 %, amber from 50 %) is our proposal.
    """
    if not is_served(customer):
        return NOT_APPLICABLE
    open_needs = count(n for n in customer.needs if n.kind != "complaint" and is_open_need(n))
    traced = count(
        n
        for n in customer.needs
        if n.kind != "complaint"
        and is_open_need(n)
        and (n.objective_id is not None or (n.project is not None and objectives_served(n.project) > 0))
    )
    if open_needs == 0:
        return NOT_APPLICABLE
    return ramp(ratio(traced, open_needs), best=best, worst=worst)


@rule(
    dimension="strategy",
    weight=2,
    action="Take up the customer's objectives that lose most points",
    team="crm",
    message="The customer's objectives score {objectives_score} on average",
)
def customer_objectives_do_well(customer: CustomerView, *, best: float = 100, worst: float = 0) -> Score:
    """
    The objectives pursued for the customer do well: their average score counts as it is, from none at `worst`
    to full marks at `best`.

    Key results and objectives roll up by the mean (Quantive); no data when the customer has none.
    """
    if not is_served(customer):
        return NOT_APPLICABLE
    objectives_score = mean(o.score for o in customer.objectives if o.status == "open")
    return ramp(objectives_score, best=best, worst=worst)


@rule(
    dimension="strategy",
    weight=2,
    action="Attach the objectives to one that is still pursued, or close them",
    team="pmo",
    message="{attached} of {children} objectives below another have an open one above them",
)
def objectives_are_cascaded(portfolio: PortfolioView, *, best: float = 1, worst: float = 0.65) -> Score:
    """
    Objectives below another hang on one that is still pursued: full marks when a share of `best` does, none at
    `worst`.

    Measure A4: the cascade of Fibery and Quantive; all for green, amber from 80 %, our proposal. Objectives that stand
    alone are roots and do not count.
    """
    children = count(o for o in portfolio.objectives if o.status == "open" and o.parent_id is not None)
    attached = count(
        o for o in portfolio.objectives if o.status == "open" and o.parent is not None and o.parent.status == "open"
    )
    if children == 0:
        return NOT_APPLICABLE
    return ramp(ratio(attached, children), best=best, worst=worst)


@rule(
    dimension="strategy",
    weight=3,
    action="Give every idle objective a project, or drop it",
    team="pmo",
    message="{staffed} of {results} objectives have an active project at work",
)
def objectives_are_staffed(portfolio: PortfolioView, *, best: float = 1, worst: float = 0.65) -> Score:
    """
    Objectives have people at work: full marks when a share of `best` of those without parts of their own has an
    active project, none at `worst`.

    Measure A6 over all objectives (Linear, Plane); the shares are our proposal.
    """
    results = count(o for o in portfolio.objectives if o.status == "open" and count(c for c in o.children) == 0)
    staffed = count(
        o
        for o in portfolio.objectives
        if o.status == "open" and count(c for c in o.children) == 0 and projects_at_work(o) > 0
    )
    if results == 0:
        return None
    return ramp(ratio(staffed, results), best=best, worst=worst)


@rule(
    dimension="strategy",
    weight=2,
    action="Take up the objectives that lose most points",
    team="pmo",
    message="Objectives score {objectives_score} on average",
)
def objectives_do_well(portfolio: PortfolioView, *, best: float = 100, worst: float = 0) -> Score:
    """
    Objectives do well: their average score by weight counts as it is, from none at `worst` to full marks at
    `best`.

    Objectives roll up by weighted mean (Quantive); no data when none has a score.
    """
    weighed = total(o.weight for o in portfolio.objectives if o.status == "open" and o.score is not None)
    won = total(o.score * o.weight for o in portfolio.objectives if o.status == "open" and o.score is not None)
    objectives_score = ratio(won, weighed)
    return ramp(objectives_score, best=best, worst=worst)


@rule(
    dimension="strategy",
    weight=3,
    action="Plan the open needs of the most valuable customers into projects with an objective",
    team="pmo",
    message="Open needs worth {traced_value} of {open_value} lead to an objective",
)
def needs_reach_objectives(
    portfolio: PortfolioView, *, unvalued: float = 1, best: float = 0.8, worst: float = 0.3
) -> Score:
    """
    What customers want or were promised leads to an objective, valuable customers counting more: full marks when a
    share of `best` of the open needs does, by the customer's annual value, none at `worst`. A customer of unknown
    value weighs `unvalued`.

    Measure A8: Linear has the links, the measure (green from 80 %, amber from 50 %) is our proposal.
    """
    open_value = total(
        default(n.customer.annual_value, unvalued)
        for n in portfolio.needs
        if n.kind != "complaint" and is_open_need(n) and n.customer is not None
    )
    traced_value = total(
        default(n.customer.annual_value, unvalued)
        for n in portfolio.needs
        if n.kind != "complaint"
        and is_open_need(n)
        and n.customer is not None
        and (n.objective_id is not None or (n.project is not None and objectives_served(n.project) > 0))
    )
    if open_value <= 0:
        return NOT_APPLICABLE
    return ramp(ratio(traced_value, open_value), best=best, worst=worst)


RULES = (
    objective_is_on_target,
    owner_is_confident,
    confidence_holds,
    check_in_is_on_time,
    objective_is_staffed,
    project_serves_objectives,
    served_objectives_do_well,
    customer_needs_reach_objectives,
    customer_objectives_do_well,
    objectives_are_cascaded,
    objectives_are_staffed,
    objectives_do_well,
    needs_reach_objectives,
)
