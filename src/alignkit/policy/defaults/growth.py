"""
Growth: will the customer stay, and is what they may buy worked on by both teams?

Owns the rules on renewals, opportunities, and how much of the revenue stands on customers who do well. Reads the
scores and bands of projects into the customer, and those of customers into the portfolio.
"""

from __future__ import annotations

from datetime import date, datetime

from alignkit.expressions.functions import (
    NOT_APPLICABLE,
    Score,
    count,
    days_between,
    default,
    latest,
    minimum,
    ramp,
    ratio,
    total,
)
from alignkit.policy.defaults.signals import is_served, open_complaints, tells_customer
from alignkit.policy.rule import rule
from alignkit.policy.views import CustomerView, PortfolioView

__all__ = ["RULES"]


@rule(
    dimension="growth",
    weight=3,
    action="Settle what is open with the customer before the contract ends",
    team="crm",
    message="The contract ends on {ends}; the worst project scores {worst_score}, {complaints} complaints are open",
)
def renewal_is_safe(
    customer: CustomerView, today: date, *, horizon: float = 60, best: float = 70, worst: float = 20
) -> Score:
    """
    A customer whose contract ends within `horizon` days has nothing open: full marks when their worst active project
    scores `best`, none at `worst`, nor with an open complaint or when the contract ran out.

    Measure G5: 60 days before the end is when a customer who is not green needs a plan (Man Digital). No data without
    a contract end; not judged while it is further away.
    """
    if not is_served(customer):
        return NOT_APPLICABLE
    ends = customer.contract_end_on
    if ends is None:
        return None
    if days_between(today, ends) > horizon:
        return NOT_APPLICABLE
    complaints = open_complaints(customer)
    worst_score = minimum(p.score for p in customer.projects if p.status == "active")
    if ends < today or complaints > 0:
        return 0.0
    return ramp(worst_score, best=best, worst=worst)


@rule(
    dimension="growth",
    weight=2,
    action="Take up the open opportunities with the customer",
    team="crm",
    message="Open opportunities: {open_deals}; the customer last heard from us: {told}",
)
def opportunities_are_worked(customer: CustomerView, now: datetime, *, best: float = 14, worst: float = 60) -> Score:
    """
    A customer with open opportunities hears from us: full marks when they did within `best` days, none from `worst` or
    never.

    Measure G6: growth that nobody works on (HubSpot); the days are our proposal.
    """
    if customer.stage in ("churned", "former"):
        return NOT_APPLICABLE
    open_deals = count(o for o in customer.opportunities if o.stage == "open")
    told = latest(i.occurred_at for i in customer.interactions if tells_customer(i))
    if open_deals == 0:
        return NOT_APPLICABLE
    if told is None:
        return 0.0
    return ramp(days_between(told, now), best=best, worst=worst)


@rule(
    dimension="growth",
    weight=2,
    action="Set up the projects for what was won",
    team="pmo",
    message="{handed_over} of {won} opportunities that were won have a project",
)
def won_deals_have_projects(
    customer: CustomerView,
    now: datetime,
    *,
    window: float = 180,
    within: float = 14,
    best: float = 1,
    worst: float = 0.5,
) -> Score:
    """
    What was sold is handed over: full marks when a share of `best` of the opportunities won in the last `window` days
    has a project, none at `worst`. The first `within` days are free.

    After measure C10, the lag from the contract to work (Rocketlane, Insightly), amber to 14 days; the shares are our
    proposal.
    """
    if customer.stage in ("churned", "former"):
        return NOT_APPLICABLE
    won = count(
        o
        for o in customer.opportunities
        if o.stage == "won"
        and o.closed_at is not None
        and days_between(o.closed_at, now) <= window
        and (o.project_id is not None or days_between(o.closed_at, now) > within)
    )
    handed_over = count(
        o
        for o in customer.opportunities
        if o.stage == "won"
        and o.closed_at is not None
        and days_between(o.closed_at, now) <= window
        and o.project_id is not None
    )
    if won == 0:
        return NOT_APPLICABLE
    return ramp(ratio(handed_over, won), best=best, worst=worst)


@rule(
    dimension="growth",
    weight=3,
    action="Make a plan for each red customer, the most valuable first",
    team="crm",
    message="Customers worth {at_risk} of {revenue} a year are red",
)
def revenue_is_safe(portfolio: PortfolioView, *, best: float = 0.05, worst: float = 0.22) -> Score:
    """
    Revenue does not stand on customers in trouble: full marks when at most a share of `best` of the annual value is
    with red customers, none at `worst`.

    Measure G3: revenue per customer (Linear), green to 5 %, amber to 15 %, our proposal. Customers of unknown value or
    band do not count.
    """
    revenue = total(c.annual_value for c in portfolio.customers if is_served(c) and c.band in ("green", "amber", "red"))
    at_risk = total(c.annual_value for c in portfolio.customers if is_served(c) and c.band == "red")
    return ramp(ratio(at_risk, revenue), best=best, worst=worst)


@rule(
    dimension="growth",
    weight=3,
    action="Bring the red and amber customers up, one plan each",
    team="crm",
    message="Customers by band: {green} green, {amber} amber, {red} red",
)
def customers_do_well(
    portfolio: PortfolioView,
    *,
    green_counts: float = 100,
    amber_counts: float = 60,
    red_counts: float = 40,
    best: float = 80,
    worst: float = 46,
) -> Score:
    """
    Customers do well: full marks when they make `best` on average, none at `worst`, a green one counting
    `green_counts`, an amber one `amber_counts` and a red one `red_counts`. Unknown ones do not count.

    Measure G4, portfolio quality with 100, 60 and 40 (Totango); green from 80, amber from 60, our proposal.
    """
    green = count(c for c in portfolio.customers if is_served(c) and c.band == "green")
    amber = count(c for c in portfolio.customers if is_served(c) and c.band == "amber")
    red = count(c for c in portfolio.customers if is_served(c) and c.band == "red")
    quality = ratio(green * green_counts + amber * amber_counts + red * red_counts, green + amber + red)
    return ramp(quality, best=best, worst=worst)


@rule(
    dimension="growth",
    weight=2,
    action="Bring the most valuable customers to green",
    team="crm",
    message="Customers worth {green_value} of {value} are green",
)
def value_is_green(portfolio: PortfolioView, *, unvalued: float = 1, best: float = 0.8, worst: float = 0.3) -> Score:
    """
    The customers worth most are green: full marks when green ones hold a share of `best` of the annual value, none at
    `worst`. A customer of unknown value weighs `unvalued`; one of unknown band does not count.

    Health rolled up by contract value (Totango); green from 80 %, amber from 50 %, our proposal.
    """
    value = total(
        default(c.annual_value, unvalued)
        for c in portfolio.customers
        if is_served(c) and c.band in ("green", "amber", "red")
    )
    green_value = total(
        default(c.annual_value, unvalued) for c in portfolio.customers if is_served(c) and c.band == "green"
    )
    return ramp(ratio(green_value, value), best=best, worst=worst)


RULES = (
    renewal_is_safe,
    opportunities_are_worked,
    won_deals_have_projects,
    revenue_is_safe,
    customers_do_well,
    value_is_green,
)
