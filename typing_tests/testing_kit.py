"""What type checkers say of the testing kit: builders of subjects give what a rule takes."""

from __future__ import annotations

from datetime import datetime
from typing import assert_type

from alignkit.expressions.functions import Score, count
from alignkit.policy.views import CustomerView, ObjectiveView, PortfolioView, ProjectView
from alignkit.portfolio import Portfolio
from alignkit.testing import (
    NOW,
    Draft,
    FixedClock,
    Outcome,
    customer,
    interaction,
    objective,
    outcome_of,
    portfolio,
    portfolio_of,
    project,
)


def is_told(project: ProjectView, now: datetime) -> Score:
    return count(i for i in project.interactions) > 0


def builders() -> None:
    assert_type(project(interactions=[interaction("call")]), ProjectView)
    assert_type(customer(), CustomerView)
    assert_type(objective(), ObjectiveView)
    assert_type(portfolio(), PortfolioView)
    assert_type(interaction(), Draft)
    assert_type(portfolio_of(project()), Portfolio)
    assert_type(FixedClock()(), datetime)
    assert_type(is_told(project(), NOW), Score)
    assert_type(outcome_of(is_told, project()), Outcome)
