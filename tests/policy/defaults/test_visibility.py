"""The rules of visibility on facts small enough to count by hand."""

from __future__ import annotations

from datetime import date

import pytest

from alignkit.expressions.functions import NOT_APPLICABLE
from alignkit.policy.defaults import visibility as v
from alignkit.testing import (
    NOW,
    ago,
    change,
    customer,
    interaction,
    need,
    objective,
    portfolio,
    project,
)

TODAY = date(2026, 3, 2)


def test_objective_counts_as_acknowledged_when_another_team_has_said_so() -> None:
    """Another team, or a moment without a name, is enough; one's own team is not."""
    assert v.objective_is_acknowledged(objective(team="pmo", acknowledged_by="crm")) is True
    assert v.objective_is_acknowledged(objective(acknowledged_at=ago(days=1))) is True
    assert v.objective_is_acknowledged(objective(team="pmo", acknowledged_by="pmo")) is False
    assert v.objective_is_acknowledged(objective(team="pmo")) is False


def test_closed_objective_needs_no_acknowledgement() -> None:
    """What is no longer pursued is not judged."""
    assert v.objective_is_acknowledged(objective(status="achieved")) is NOT_APPLICABLE


@pytest.mark.parametrize(("days", "score"), [(1, 1.0), (7, 1.0), (18.5, 0.5), (30, 0.0), (90, 0.0)])
def test_status_loses_its_freshness_from_a_week_to_a_month(days: float, score: float) -> None:
    """The line falls from 7 to 30 days: at 18.5 it is (30 - 18.5) / 23 = 0.5."""
    told = project(interactions=[interaction("status_update", days_ago=days), interaction("email", days_ago=0.5)])
    assert v.status_is_fresh(told, NOW) == score


def test_active_project_without_any_status_fails() -> None:
    """Here absence itself is the failure; a project on hold owes no status."""
    assert v.status_is_fresh(project(), NOW) == 0.0
    assert v.status_is_fresh(project(status="on_hold"), NOW) is NOT_APPLICABLE


def test_untold_change_costs_more_every_hour() -> None:
    """Told two days before the change, so 48 of 96 hours wait: 0.5."""
    changes = [change(field="due_on", hours_ago=48), change(field="status", hours_ago=10)]
    before = interaction("email", direction="outbound", days_ago=4)
    assert v.changes_are_told(project(customer=customer(), changes=changes, interactions=[before]), NOW) == 0.5


def test_change_is_told_by_a_mark_or_by_a_later_touch() -> None:
    """A call after it tells it; a mail from the customer does not (96 hours: nothing left)."""
    old = change(field="health", days_ago=4)
    call = interaction("call", direction="outbound", days_ago=1)
    mail = interaction("email", direction="inbound", days_ago=1)
    marked = change(field="health", days_ago=4, told_at=ago(days=3))
    assert v.changes_are_told(project(customer=customer(), changes=[marked]), NOW) == 1.0
    assert v.changes_are_told(project(customer=customer(), changes=[old], interactions=[call]), NOW) == 1.0
    assert v.changes_are_told(project(customer=customer(), changes=[old], interactions=[mail]), NOW) == 0.0


def test_only_news_for_a_customer_must_be_told() -> None:
    """A changed estimate is no news, and work for no customer has nobody to tell."""
    estimate = change(field="progress", days_ago=9)
    assert v.changes_are_told(project(customer=customer(), changes=[estimate]), NOW) is NOT_APPLICABLE
    assert v.changes_are_told(project(changes=[change(days_ago=9)]), NOW) is NOT_APPLICABLE


def test_customer_sees_most_of_its_projects_reported() -> None:
    """Fresh is up to 14 days: 4 of 5 projects are (0.8 - 0.55) / 0.35 = 0.714286."""
    fresh = [project(interactions=[interaction("status_update", days_ago=14)]) for _ in range(4)]
    silent = project(interactions=[interaction("status_update", days_ago=15)])
    score = v.customer_projects_are_reported(customer(projects=[*fresh, silent]), NOW)
    assert score == pytest.approx(0.714286, abs=1e-6)


def test_customer_without_active_work_or_who_left_has_no_projects_to_report() -> None:
    """The question does not arise."""
    assert v.customer_projects_are_reported(customer(projects=[project(status="planned")]), NOW) is NOT_APPLICABLE
    assert v.customer_projects_are_reported(customer(stage="churned", projects=[project()]), NOW) is NOT_APPLICABLE
    assert v.customer_projects_are_reported(customer(projects=[project()]), NOW) == 0.0


def test_deliveries_are_told() -> None:
    """3 of 4 deliveries of the last 180 days were told: (0.75 - 0.55) / 0.35 = 0.571429."""
    told = [need(status="delivered", resolved_at=ago(days=20), told_at=ago(days=19), days_ago=50) for _ in range(3)]
    untold = need(status="delivered", resolved_at=ago(days=20), days_ago=50)
    long_ago = need(status="delivered", resolved_at=ago(days=181), days_ago=200)
    score = v.delivered_needs_are_told(customer(needs=[*told, untold, long_ago]), NOW)
    assert score == pytest.approx(0.571429, abs=1e-6)
    assert v.delivered_needs_are_told(customer(needs=[need()]), NOW) is NOT_APPLICABLE


def test_portfolio_sees_its_projects_reported() -> None:
    """1 of 2 is under 0.55, 9 of 10 are enough; planned projects do not count."""
    fresh = [project(interactions=[interaction("status_update", days_ago=2)]) for _ in range(9)]
    planned = project(status="planned")
    assert v.projects_are_reported(portfolio(projects=[*fresh, project(), planned]), NOW) == 1.0
    assert v.projects_are_reported(portfolio(projects=[fresh[0], project()]), NOW) == 0.0
    assert v.projects_are_reported(portfolio(projects=[planned]), NOW) is NOT_APPLICABLE
