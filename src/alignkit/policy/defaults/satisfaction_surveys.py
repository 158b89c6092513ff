"""
Satisfaction as customers state it: answers to surveys.

Owns how answers are counted: shares of satisfied answers and the net promoter score, never a mean of marks, which
would hide the unhappy ones.
"""

from __future__ import annotations

from datetime import datetime

from alignkit.expressions.functions import NOT_APPLICABLE, Score, count, default, ramp, ratio
from alignkit.policy.defaults.signals import is_answer, is_served, rating
from alignkit.policy.rule import rule
from alignkit.policy.views import CustomerView, PortfolioView, ProjectView

__all__ = ["RULES"]


@rule(
    dimension="satisfaction",
    weight=2,
    action="Ask the project's contacts what they are not satisfied with",
    team="pmo",
    message="{satisfied} of {answers} answers about the project are satisfied",
)
def project_contacts_are_satisfied(
    project: ProjectView,
    now: datetime,
    *,
    window: float = 180,
    satisfied_from: float = 0.75,
    best: float = 0.8,
    worst: float = 0.45,
) -> Score:
    """
    Who answers surveys about the project is satisfied: full marks when a share of `best` of the answers of `window`
    days is, none at `worst`. Satisfied is from `satisfied_from` of the scale, which is 4 on a scale of 1 to 5.

    Measure S1: 4 of 5 is satisfied (Odoo ratings); green from 80 %, amber from 60 %, our proposal.
    """
    if project.status in ("planned", "cancelled"):
        return NOT_APPLICABLE
    answers = count(i for i in project.interactions if is_answer(i, "csat", now, window))
    satisfied = count(
        i
        for i in project.interactions
        if is_answer(i, "csat", now, window) and default(rating(i), 0.0) >= satisfied_from
    )
    return ramp(ratio(satisfied, answers), best=best, worst=worst)


@rule(
    dimension="satisfaction",
    weight=3,
    action="Ask the customer what they are not satisfied with",
    team="crm",
    message="{satisfied} of {answers} answers are satisfied",
)
def customer_is_satisfied(
    customer: CustomerView,
    now: datetime,
    *,
    window: float = 180,
    satisfied_from: float = 0.75,
    best: float = 0.8,
    worst: float = 0.45,
) -> Score:
    """
    The customer's people are satisfied: full marks when a share of `best` of their survey answers of `window` days
    is, none at `worst`. Satisfied is from `satisfied_from` of the scale, which is 4 on a scale of 1 to 5.

    Measure S1: 4 of 5 is satisfied (Odoo ratings); green from 80 %, amber from 60 %, our proposal.
    """
    if not is_served(customer):
        return NOT_APPLICABLE
    answers = count(i for i in customer.interactions if is_answer(i, "csat", now, window))
    satisfied = count(
        i
        for i in customer.interactions
        if is_answer(i, "csat", now, window) and default(rating(i), 0.0) >= satisfied_from
    )
    return ramp(ratio(satisfied, answers), best=best, worst=worst)


@rule(
    dimension="satisfaction",
    weight=2,
    action="Call those who would not recommend us",
    team="crm",
    message="{promoters} of {answers} would recommend us, {detractors} would not",
)
def customer_recommends_us(
    customer: CustomerView, now: datetime, *, window: float = 365, best: float = 0.5, worst: float = 0.15
) -> Score:
    """
    The customer's people recommend us: full marks when promoters (9 and 10) less detractors (0 to 6) are a share of
    `best` of the answers of `window` days, none at `worst`.

    Measure S2, the net promoter score: above 50 is good, above 30 fine (MetricsFlare); the colours are our proposal.
    """
    if not is_served(customer):
        return NOT_APPLICABLE
    answers = count(i for i in customer.interactions if is_answer(i, "nps", now, window))
    promoters = count(
        i for i in customer.interactions if is_answer(i, "nps", now, window) and default(rating(i), 0.8) >= 0.9
    )
    detractors = count(
        i for i in customer.interactions if is_answer(i, "nps", now, window) and default(rating(i), 0.8) <= 0.6
    )
    return ramp(ratio(promoters - detractors, answers), best=best, worst=worst)


@rule(
    dimension="satisfaction",
    weight=3,
    action="Call those who would not recommend us",
    team="crm",
    message="{promoters} of {answers} would recommend us, {detractors} would not",
)
def customers_recommend_us(
    portfolio: PortfolioView, now: datetime, *, window: float = 365, best: float = 0.5, worst: float = 0.15
) -> Score:
    """
    Customers recommend us: full marks when promoters (9 and 10) less detractors (0 to 6) are a share of `best` of the
    answers of `window` days, none at `worst`.

    Measure S2, the net promoter score: above 50 is good, above 30 fine (MetricsFlare); the colours are our proposal.
    """
    answers = count(i for i in portfolio.interactions if is_answer(i, "nps", now, window))
    promoters = count(
        i for i in portfolio.interactions if is_answer(i, "nps", now, window) and default(rating(i), 0.8) >= 0.9
    )
    detractors = count(
        i for i in portfolio.interactions if is_answer(i, "nps", now, window) and default(rating(i), 0.8) <= 0.6
    )
    return ramp(ratio(promoters - detractors, answers), best=best, worst=worst)


RULES = (
    project_contacts_are_satisfied,
    customer_is_satisfied,
    customer_recommends_us,
    customers_recommend_us,
)
