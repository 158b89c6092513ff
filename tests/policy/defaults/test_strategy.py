"""The rules of strategy on facts small enough to count by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from alignkit.domain import Money
from alignkit.expressions.functions import NOT_APPLICABLE
from alignkit.policy.defaults import strategy as s
from alignkit.testing import (
    NOW,
    ago,
    ahead,
    check_in,
    contribution,
    customer,
    need,
    objective,
    portfolio,
    project,
)

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("values", "score"),
    [
        ({"start_value": 10, "current_value": 25, "target_value": 30}, 0.75),
        ({"current_value": 25, "target_value": 50}, 0.5),
        ({"current_value": 60, "target_value": 50}, 1.0),
        ({"start_value": 10, "current_value": 5, "target_value": 30}, 0.0),
        ({"kind": "increase", "start_value": 0, "current_value": 1, "target_value": 4}, 0.25),
        ({"kind": "decrease", "start_value": 20, "current_value": 14, "target_value": 10}, 0.6),
        ({"kind": "decrease", "current_value": 14, "target_value": 10}, None),
        ({"kind": "stay_above", "current_value": 95, "target_value": 95}, 1.0),
        ({"kind": "stay_above", "current_value": 94.9, "target_value": 95}, 0.0),
        ({"kind": "stay_below", "current_value": 5, "target_value": 5}, 1.0),
        ({"kind": "stay_below", "current_value": 5.1, "target_value": 5}, 0.0),
        ({"start_value": 5, "current_value": 5, "target_value": 5}, None),
        ({"current_value": 5}, None),
        ({"target_value": 5}, None),
        ({}, None),
    ],
)
def test_attainment_is_the_way_behind_read_by_kind(values: dict[str, Any], score: float | None) -> None:
    """From 10 to 30, 25 is 15 of 20; a limit is kept or not; without a start, ways up begin at 0."""
    assert s.objective_is_on_target(objective(**values), TODAY) == score


def test_objective_without_target_stands_on_its_key_results() -> None:
    """Attainments 1.0 (weight 1) and 0.5 (weight 3): 2.5 / 4 = 0.625. One without values is left out."""
    parts = [
        objective(current_value=8, target_value=4),
        objective(current_value=2, target_value=4, weight=3),
        objective(weight=9),
    ]
    assert s.objective_is_on_target(objective(children=parts), TODAY) == 0.625


def test_attainment_waits_for_half_of_the_time_except_for_limits() -> None:
    """At 49 of 100 days an objective is not judged on its way, but a broken limit is broken."""
    times: dict[str, Any] = {"start_on": ago(days=49), "due_on": ahead(days=51)}
    broken = objective(kind="stay_below", current_value=9, target_value=5, **times)
    assert s.objective_is_on_target(objective(current_value=1, target_value=9, **times), TODAY) is NOT_APPLICABLE
    assert s.objective_is_on_target(broken, TODAY) == 0.0
    assert s.objective_is_on_target(objective(status="missed"), TODAY) is NOT_APPLICABLE


def test_confidence_counts_as_the_owner_gives_it() -> None:
    """From 0 to 1; unknown is no data."""
    assert s.owner_is_confident(objective(confidence=0.7)) == 0.7
    assert s.owner_is_confident(objective()) is None
    assert s.owner_is_confident(objective(status="achieved", confidence=0.7)) is NOT_APPLICABLE


def test_falling_confidence_costs() -> None:
    """From 0.75 to 0.5 it fell by 0.25: (0.4 - 0.25) / 0.3 = 0.5. A check-in of 61 days ago is forgotten."""
    held = [check_in(confidence=0.75, days_ago=20), check_in(confidence=0.6), check_in(confidence=1.0, days_ago=61)]
    assert s.confidence_holds(objective(confidence=0.5, check_ins=held), NOW) == pytest.approx(0.5)


def test_confidence_holds_is_unknown_without_two_values() -> None:
    """Now and before; a rise is full marks."""
    before = check_in(confidence=0.3)
    assert s.confidence_holds(objective(confidence=0.5), NOW) is None
    assert s.confidence_holds(objective(check_ins=[before]), NOW) is None
    assert s.confidence_holds(objective(confidence=0.5, check_ins=[before]), NOW) == 1.0
    assert s.confidence_holds(objective(status="dropped"), NOW) is NOT_APPLICABLE


@pytest.mark.parametrize(
    ("days", "cadence", "score"), [(7, None, 1.0), (14, None, 0.5), (21, None, 0.0), (14, 14, 1.0)]
)
def test_check_in_is_due_by_cadence(days: float, cadence: float | None, score: float) -> None:
    """A week unless agreed otherwise; 14 days are twice the week: (3 - 2) / 2 = 0.5."""
    looked_at = objective(check_in_days=cadence, check_ins=[check_in(days_ago=days), check_in(days_ago=40)])
    assert s.check_in_is_on_time(looked_at, NOW, TODAY) == score


def test_objective_never_looked_at_counts_from_its_start() -> None:
    """Without a start it fails; before its start it is not judged."""
    assert s.check_in_is_on_time(objective(start_on=ago(days=14)), NOW, TODAY) == 0.5
    assert s.check_in_is_on_time(objective(), NOW, TODAY) == 0.0
    assert s.check_in_is_on_time(objective(start_on=ahead(days=1)), NOW, TODAY) is NOT_APPLICABLE
    assert s.check_in_is_on_time(objective(status="missed"), NOW, TODAY) is NOT_APPLICABLE


@pytest.mark.parametrize(
    ("kind", "status", "score"),
    [
        ("contribute", "active", 1.0),
        ("support", "active", 0.5),
        ("contribute", "planned", 0.5),
        ("contribute", "completed", 0.0),
        ("contribute", "on_hold", 0.0),
    ],
)
def test_objective_is_staffed_by_active_projects(kind: str, status: str, score: float) -> None:
    """Support and plans are half; finished and resting projects are nobody."""
    edge = contribution(kind=kind, project=project(status=status))
    assert s.objective_is_staffed(objective(contributions=[edge])) == score


def test_idle_objective_fails_and_one_with_key_results_is_staffed_through_them() -> None:
    """A closed key result staffs nothing."""
    assert s.objective_is_staffed(objective()) == 0.0
    assert s.objective_is_staffed(objective(children=[objective(status="achieved")])) == 0.0
    assert s.objective_is_staffed(objective(children=[objective()])) is NOT_APPLICABLE
    assert s.objective_is_staffed(objective(status="dropped")) is NOT_APPLICABLE


def test_project_fits_by_the_weight_of_its_live_links() -> None:
    """Links of 2 (open, contribute), 1 (open, support) and 1 (closed): (2 + 0.5) / 4 = 0.625."""
    links = [
        contribution(weight=2),
        contribution(kind="support"),
        contribution(objective=objective(status="achieved")),
    ]
    assert s.project_serves_objectives(project(contributions=links)) == 0.625


def test_weight_of_the_objective_counts_in_the_fit() -> None:
    """A link to an open objective of weight 3 beside one to a closed of weight 1: 3 / 4."""
    links = [contribution(objective=objective(weight=3)), contribution(objective=objective(status="missed"))]
    assert s.project_serves_objectives(project(contributions=links)) == 0.75


def test_project_without_live_link_fails() -> None:
    """No link, or only closed objectives; finished projects are not judged."""
    closed = contribution(objective=objective(status="achieved"))
    assert s.project_serves_objectives(project()) == 0.0
    assert s.project_serves_objectives(project(status="planned", contributions=[closed])) == 0.0
    assert s.project_serves_objectives(project(status="completed")) is NOT_APPLICABLE


def test_project_stands_on_the_objectives_it_serves() -> None:
    """80 with weight 3 and 40 with weight 1: 280 / 4 = 70. One without a score is left out."""
    links = [
        contribution(weight=3, objective=objective(score=80.0)),
        contribution(weight=1, objective=objective(score=40.0)),
        contribution(weight=9, objective=objective(score=None)),
    ]
    assert s.served_objectives_do_well(project(contributions=links)) == pytest.approx(0.7)
    assert s.served_objectives_do_well(project(contributions=links[2:])) is None
    assert s.served_objectives_do_well(project(status="planned")) is NOT_APPLICABLE


def _serving() -> Any:
    return project(contributions=[contribution()])


def test_customer_needs_lead_to_objectives() -> None:
    """Directly, or over a project that serves an open one; 2 of 4 is (0.5 - 0.3) / 0.5 = 0.4."""
    needs = [
        need(objective=objective()),
        need("promise", project=_serving()),
        need(project=project()),
        need(),
        need("complaint"),
        need(status="delivered"),
    ]
    assert s.customer_needs_reach_objectives(customer(needs=needs)) == pytest.approx(0.4)


def test_customer_without_open_needs_has_nothing_to_trace() -> None:
    """Complaints and settled needs are no question here."""
    assert s.customer_needs_reach_objectives(customer(needs=[need("complaint")])) is NOT_APPLICABLE
    assert s.customer_needs_reach_objectives(customer(needs=[need(resolved_at=ago(days=0.5))])) is NOT_APPLICABLE
    assert s.customer_needs_reach_objectives(customer(stage="former", needs=[need()])) is NOT_APPLICABLE


def test_customer_stands_on_its_objectives() -> None:
    """90 and 50 are 70 on average; closed ones are left out; none is no data."""
    mine = [objective(score=90.0), objective(score=50.0), objective(status="missed", score=0.0)]
    assert s.customer_objectives_do_well(customer(objectives=mine)) == pytest.approx(0.7)
    assert s.customer_objectives_do_well(customer()) is None
    assert s.customer_objectives_do_well(customer(stage="prospect")) is NOT_APPLICABLE


def test_objectives_hang_on_open_ones() -> None:
    """3 of 4 hang on an open one: (0.75 - 0.65) / 0.35 = 0.285714. Roots do not count."""
    tree = [objective(children=[objective() for _ in range(3)]), objective(status="missed", children=[objective()])]
    assert s.objectives_are_cascaded(portfolio(objectives=tree)) == pytest.approx(0.285714, abs=1e-6)
    assert s.objectives_are_cascaded(portfolio(objectives=tree[:1])) == 1.0
    assert s.objectives_are_cascaded(portfolio(objectives=[objective()])) is NOT_APPLICABLE


def test_objectives_have_people_at_work() -> None:
    """4 of 5 without parts have an active project: (0.8 - 0.65) / 0.35 = 0.428571. Support alone is nobody."""
    staffed = [objective(contributions=[contribution()]) for _ in range(4)]
    idle = objective(contributions=[contribution(kind="support")])
    above = objective(children=[staffed[0]])
    score = s.objectives_are_staffed(portfolio(objectives=[*staffed[1:], idle, above]))
    assert score == pytest.approx(0.428571, abs=1e-6)
    assert s.objectives_are_staffed(portfolio(objectives=[objective(status="missed")])) is None


def test_portfolio_stands_on_its_objectives() -> None:
    """80 with weight 3 and 40 with weight 1: 280 / 4 = 70."""
    known = [objective(score=80.0, weight=3), objective(score=40.0), objective(score=None, weight=5)]
    assert s.objectives_do_well(portfolio(objectives=known)) == pytest.approx(0.7)
    assert s.objectives_do_well(portfolio(objectives=[objective(score=None)])) is None


def _worth(amount: int) -> dict[str, Any]:
    return {"annual_value": Money(Decimal(amount), "EUR")}


def test_needs_of_valuable_customers_count_more() -> None:
    """Traced for 60,000 of 100,000: (0.6 - 0.3) / 0.5 = 0.6."""
    large = customer(needs=[need(objective=objective())], **_worth(60_000))
    small = customer(needs=[need()], **_worth(40_000))
    assert s.needs_reach_objectives(portfolio(customers=[large, small])) == pytest.approx(0.6)


def test_needs_of_customers_of_unknown_value_count_alike() -> None:
    """Without any values it is 1 of 2 needs: (0.5 - 0.3) / 0.5 = 0.4. No open needs: no question."""
    facts = portfolio(customers=[customer(needs=[need(project=_serving())]), customer(needs=[need()])])
    assert s.needs_reach_objectives(facts) == pytest.approx(0.4)
    assert s.needs_reach_objectives(portfolio(customers=[customer()])) is NOT_APPLICABLE
