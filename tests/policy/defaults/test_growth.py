"""The rules of growth on facts small enough to count by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from alignkit.domain import Money
from alignkit.expressions.functions import NOT_APPLICABLE
from alignkit.policy.defaults import growth as g
from alignkit.testing import NOW, ago, ahead, customer, interaction, need, opportunity, portfolio, project

TODAY = date(2026, 3, 2)


def test_renewal_stands_on_the_worst_project() -> None:
    """The contract ends in 60 days and the worst project scores 45: (45 - 20) / 50 = 0.5."""
    projects = [project(score=95.0), project(score=45.0), project(status="completed", score=0.0)]
    assert g.renewal_is_safe(customer(contract_end_on=ahead(days=60), projects=projects), TODAY) == 0.5


def test_renewal_is_in_danger_with_an_open_complaint_or_after_the_end() -> None:
    """Whatever the projects score."""
    good = project(score=95.0)
    complaining = customer(contract_end_on=ahead(days=30), projects=[good], needs=[need("complaint")])
    assert g.renewal_is_safe(complaining, TODAY) == 0.0
    assert g.renewal_is_safe(customer(contract_end_on=ago(days=1), projects=[good]), TODAY) == 0.0
    assert g.renewal_is_safe(customer(contract_end_on=ahead(days=30), projects=[good]), TODAY) == 1.0


def test_renewal_is_judged_near_a_known_end() -> None:
    """Unknown end or unknown projects: no data. Far away or gone: not judged."""
    assert g.renewal_is_safe(customer(), TODAY) is None
    assert g.renewal_is_safe(customer(contract_end_on=ahead(days=30)), TODAY) is None
    assert g.renewal_is_safe(customer(contract_end_on=ahead(days=61)), TODAY) is NOT_APPLICABLE
    assert g.renewal_is_safe(customer(contract_end_on=ahead(days=9), stage="churned"), TODAY) is NOT_APPLICABLE


@pytest.mark.parametrize(("days", "score"), [(14, 1.0), (37, 0.5), (60, 0.0)])
def test_open_opportunity_needs_our_word(days: float, score: float) -> None:
    """The line falls from 14 to 60 days: at 37 it is (60 - 37) / 46 = 0.5. Prospects count too."""
    touches = [interaction("email", direction="outbound", days_ago=days), interaction("email", direction="inbound")]
    asked = customer(stage="prospect", opportunities=[opportunity()], interactions=touches)
    assert g.opportunities_are_worked(asked, NOW) == score


def test_opportunities_are_judged_while_open() -> None:
    """One that nobody ever worked on fails; won and lost ones are done."""
    assert g.opportunities_are_worked(customer(opportunities=[opportunity()]), NOW) == 0.0
    assert g.opportunities_are_worked(customer(opportunities=[opportunity(stage="won")]), NOW) is NOT_APPLICABLE
    assert g.opportunities_are_worked(customer(stage="former", opportunities=[opportunity()]), NOW) is NOT_APPLICABLE


def _won(days: float, **facts: Any) -> Any:
    return opportunity(stage="won", closed_at=ago(days=days), **facts)


def test_sold_work_gets_a_project() -> None:
    """3 of 4 have one: (0.75 - 0.5) / 0.5 = 0.5. One of last week still has time, one of last year is past."""
    deals = [*(_won(40, project=project()) for _ in range(3)), _won(15), _won(14), _won(181)]
    assert g.won_deals_have_projects(customer(opportunities=deals), NOW) == 0.5
    assert g.won_deals_have_projects(customer(opportunities=[_won(15)]), NOW) == 0.0


def test_hand_over_is_judged_after_a_sale() -> None:
    """Open deals, sales without a date and fresh sales are no question."""
    deals = [opportunity(), opportunity(stage="won"), _won(3)]
    assert g.won_deals_have_projects(customer(opportunities=deals), NOW) is NOT_APPLICABLE
    assert g.won_deals_have_projects(customer(stage="churned", opportunities=[_won(30)]), NOW) is NOT_APPLICABLE


def _customer(band: str, amount: int | None = None, **facts: Any) -> Any:
    value = None if amount is None else Money(Decimal(amount), "EUR")
    return customer(band=band, score=50.0, annual_value=value, **facts)


def test_revenue_with_red_customers_is_at_risk() -> None:
    """15 of 100 is red: (0.22 - 0.15) / 0.17 = 0.411765. Unknown bands and values, and former customers, are apart."""
    everyone = [
        _customer("green", 60),
        _customer("amber", 25),
        _customer("red", 15),
        _customer("red"),
        _customer("unknown", 500),
        _customer("red", 500, stage="churned"),
    ]
    assert g.revenue_is_safe(portfolio(customers=everyone)) == pytest.approx(0.411765, abs=1e-6)
    assert g.revenue_is_safe(portfolio(customers=[_customer("red", 5)])) == 0.0
    assert g.revenue_is_safe(portfolio(customers=[_customer("red")])) is None


def test_portfolio_quality_counts_100_60_and_40() -> None:
    """One of each is 200 / 3 = 66.67: (66.67 - 46) / 34 = 0.607843. Unknown ones are left out."""
    each = [_customer("green"), _customer("amber"), _customer("red"), _customer("unknown")]
    assert g.customers_do_well(portfolio(customers=each)) == pytest.approx(0.607843, abs=1e-6)
    assert g.customers_do_well(portfolio(customers=[_customer("red")])) == 0.0
    assert g.customers_do_well(portfolio(customers=[_customer("unknown")])) is None


def test_value_with_green_customers_counts() -> None:
    """50 of 100 is green: (0.5 - 0.3) / 0.5 = 0.4; without values it is heads."""
    assert g.value_is_green(portfolio(customers=[_customer("green", 50), _customer("amber", 50)])) == pytest.approx(0.4)
    assert g.value_is_green(portfolio(customers=[_customer("green"), _customer("red")])) == pytest.approx(0.4)
    assert g.value_is_green(portfolio()) is None
