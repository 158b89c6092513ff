"""The rules of efficiency on facts small enough to count by hand."""

from __future__ import annotations

from typing import Any

import pytest

from alignkit.domain import Money
from alignkit.expressions.functions import NOT_APPLICABLE
from alignkit.policy.defaults import efficiency as e
from alignkit.policy.views import ProjectView
from alignkit.testing import (
    NOW,
    contribution,
    customer,
    duplicate,
    interaction,
    objective,
    portfolio,
    project,
    task,
)


@pytest.mark.parametrize(("results", "score"), [(1, 1.0), (3, 1.0), (5, 0.5), (7, 0.0)])
def test_objective_with_many_key_results_loses_focus(results: int, score: float) -> None:
    """The line falls from 3 to 7 open key results: at 5 it is (7 - 5) / 4 = 0.5. Closed ones do not count."""
    parts = [objective() for _ in range(results)]
    assert e.key_results_are_few(objective(children=[*parts, objective(status="achieved")])) == score


def test_objective_without_key_results_is_not_judged_on_focus() -> None:
    """Nor is one that is closed."""
    assert e.key_results_are_few(objective()) is NOT_APPLICABLE
    assert e.key_results_are_few(objective(status="missed", children=[objective()])) is NOT_APPLICABLE


@pytest.mark.parametrize(("pairs", "score"), [(0, 1.0), (1, 0.666667), (3, 0.0)])
def test_doubled_work_costs_a_third_for_each_pair(pairs: int, score: float) -> None:
    """Three pairs leave nothing, on objective, project and customer alike."""

    def doubled() -> list[Any]:
        return [duplicate(similarity=0.8) for _ in range(pairs)]

    assert e.objective_is_served_once(objective(duplicates=doubled())) == pytest.approx(score, abs=1e-6)
    assert e.project_work_is_done_once(project(duplicates=doubled())) == pytest.approx(score, abs=1e-6)
    assert e.customer_is_served_once(customer(duplicates=doubled())) == pytest.approx(score, abs=1e-6)


def test_pairs_that_are_hardly_alike_or_of_other_kinds_do_not_count() -> None:
    """0.79 is under the likeness of 0.8, and one customer written twice is no doubled work."""
    assert e.project_work_is_done_once(project(duplicates=[duplicate(similarity=0.79)])) == 1.0
    assert e.customer_is_served_once(customer(duplicates=[duplicate(kind="customer")])) == 1.0
    assert e.objective_is_served_once(objective(duplicates=[duplicate(kind="interaction")])) == 1.0


def test_doubled_work_is_judged_only_where_work_goes_on() -> None:
    """Closed objectives, finished projects and customers who left are not judged."""
    assert e.objective_is_served_once(objective(status="dropped")) is NOT_APPLICABLE
    assert e.project_work_is_done_once(project(status="completed")) is NOT_APPLICABLE
    assert e.customer_is_served_once(customer(stage="former")) is NOT_APPLICABLE


def _spending(progress: float | None, *, budget: str = "100000", spent: str = "50000") -> ProjectView:
    return project(budget=Money(budget, "EUR"), spent=Money(spent, "EUR"), progress=progress)


@pytest.mark.parametrize(("progress", "score"), [(0.6, 1.0), (0.475, 1.0), (0.425, 0.5), (0.375, 0.0)])
def test_money_buys_the_progress_planned_for_it(progress: float, score: float) -> None:
    """100,000 x 0.425 / 50,000 = 0.85, which is (0.85 - 0.75) / 0.2 = 0.5."""
    assert e.budget_buys_progress(_spending(progress)) == pytest.approx(score)


def test_cost_is_unknown_without_budget_spending_or_progress() -> None:
    """Nothing spent yet says nothing about cost either."""
    assert e.budget_buys_progress(_spending(None)) is None
    assert e.budget_buys_progress(project(progress=0.5)) is None
    assert e.budget_buys_progress(_spending(0.5, spent="0")) is None
    assert e.budget_buys_progress(_spending(0.5, budget="0")) is None
    assert e.budget_buys_progress(project(status="completed", progress=1.0)) is NOT_APPLICABLE


def test_touches_that_belong_to_no_work_cost() -> None:
    """1 of 2 is loose: (0.7 - 0.5) / 0.5 = 0.4. One of last year does not count."""
    work = project(interactions=[interaction("call")])
    old = interaction("email", days_ago=181)
    score = e.touches_name_their_work(customer(projects=[work], interactions=[interaction("email"), old]), NOW)
    assert score == pytest.approx(0.4)


def test_touches_are_judged_only_beside_active_work() -> None:
    """Without touches there is no data; without an active project there is nothing to link to."""
    assert e.touches_name_their_work(customer(projects=[project(interactions=[interaction()])]), NOW) == 1.0
    assert e.touches_name_their_work(customer(projects=[project()], interactions=[interaction()]), NOW) == 0.0
    assert e.touches_name_their_work(customer(projects=[project()]), NOW) is None
    assert e.touches_name_their_work(customer(interactions=[interaction()]), NOW) is NOT_APPLICABLE


def test_effort_without_objective_or_customer_costs() -> None:
    """10 of 40 hours serve nobody: (0.35 - 0.25) / 0.25 = 0.4. Cancelled work does not count."""
    work = project(contributions=[contribution()], tasks=[task(effort_hours=30)])
    loose = [task(effort_hours=10), task(effort_hours=99, status="cancelled")]
    assert e.effort_serves_someone(portfolio(customers=[customer(projects=[work])], tasks=loose)) == pytest.approx(0.4)


def test_effort_needs_both_a_customer_and_an_objective() -> None:
    """A project for nobody, one that serves a closed objective, and one whose task names an objective itself."""
    internal = project(contributions=[contribution()], tasks=[task()])
    closed = contribution(objective=objective(status="dropped"))
    aimless = customer(projects=[project(contributions=[closed], tasks=[task()])])
    direct = customer(projects=[project(tasks=[task(objective=objective())])])
    assert e.effort_serves_someone(portfolio(projects=[internal])) == 0.0
    assert e.effort_serves_someone(portfolio(customers=[aimless])) == 0.0
    assert e.effort_serves_someone(portfolio(customers=[direct])) == 1.0
    assert e.effort_serves_someone(portfolio(projects=[project()])) is None


def test_doubled_customers_cost() -> None:
    """1 suspected pair among 50 is 0.02: (0.05 - 0.02) / 0.04 = 0.75."""
    everyone = [customer() for _ in range(50)]
    pair = duplicate(kind="customer", left_id="C-1", right_id="C-2")
    score = e.customers_are_recorded_once(portfolio(customers=everyone, duplicates=[pair, duplicate()]))
    assert score == pytest.approx(0.75)
    assert e.customers_are_recorded_once(portfolio(customers=everyone)) == 1.0
    assert e.customers_are_recorded_once(portfolio()) is None
