"""The rules of satisfaction on facts small enough to count by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from alignkit.expressions.functions import NOT_APPLICABLE
from alignkit.policy.defaults import satisfaction as s
from alignkit.testing import NOW, ago, ahead, customer, interaction, need, project

TODAY = date(2026, 3, 2)


def _complaints(*severities: int | None) -> list[Any]:
    return [need("complaint", severity=severity) for severity in severities]


@pytest.mark.parametrize(("severities", "score"), [([], 1.0), ([1, 1], 0.6), ([None], 0.4), ([5], 0.0), ([3, 4], 0.0)])
def test_open_complaints_cost_by_severity(severities: list[int | None], score: float) -> None:
    """Two of severity 1 are 2 of 5: 0.6. An unrated one counts 3: 0.4."""
    assert s.project_complaints_are_settled(project(needs=_complaints(*severities))) == pytest.approx(score)
    assert s.customer_complaints_are_settled(customer(needs=_complaints(*severities))) == pytest.approx(score)


def test_settled_and_declined_complaints_cost_nothing() -> None:
    """They are not open."""
    settled = [need("complaint", severity=5, status="declined"), need("complaint", severity=5, resolved_at=ago(days=0))]
    assert s.project_complaints_are_settled(project(needs=settled)) == 1.0
    assert s.customer_complaints_are_settled(customer(needs=settled)) == 1.0
    assert s.project_complaints_are_settled(project(status="planned")) is NOT_APPLICABLE
    assert s.customer_complaints_are_settled(customer(stage="churned")) is NOT_APPLICABLE


def test_complaints_of_a_customer_are_spread_over_active_projects() -> None:
    """Severity 4 over 2 active projects is 2 of 5: 0.6."""
    projects = [project(), project(), project(status="completed")]
    assert s.customer_complaints_are_settled(customer(projects=projects, needs=_complaints(4))) == pytest.approx(0.6)


def _complaint(days: float, *, replied: float | None = None, settled: float | None = None, **facts: Any) -> Any:
    """A complaint raised so many days ago, replied to and settled so many days later."""
    moments = {
        "answered_at": None if replied is None else ago(days=days - replied),
        "resolved_at": None if settled is None else ago(days=days - settled),
    }
    return need("complaint", days_ago=days, **moments, **facts)


def test_complaints_get_a_reply_in_two_days() -> None:
    """4 of 5 did (one by being settled at once): (0.8 - 0.7) / 0.25 = 0.4. One of yesterday still has time."""
    needs = [
        _complaint(60, replied=2),
        _complaint(50, replied=1),
        _complaint(40, settled=1),
        _complaint(30, replied=0),
        _complaint(20, replied=3),
        _complaint(1),
    ]
    assert s.complaints_are_answered(customer(needs=needs), NOW) == pytest.approx(0.4)


def test_complaint_without_reply_fails_once_its_time_is_over() -> None:
    """After two days; complaints of long ago and none at all are no question."""
    assert s.complaints_are_answered(customer(needs=[_complaint(2.1)]), NOW) == 0.0
    assert s.complaints_are_answered(customer(needs=[_complaint(2.0), _complaint(181)]), NOW) is NOT_APPLICABLE
    assert s.complaints_are_answered(customer(stage="former"), NOW) is NOT_APPLICABLE


def test_complaints_are_settled_in_a_month() -> None:
    """4 of 5 were: (0.8 - 0.7) / 0.25 = 0.4. One of last week still has time; a declined one is not counted."""
    needs = [
        *(_complaint(90, settled=30) for _ in range(4)),
        _complaint(90, settled=31),
        _complaint(7),
        _complaint(90, status="declined"),
    ]
    assert s.complaints_are_resolved(customer(needs=needs), NOW) == pytest.approx(0.4)


def test_open_complaint_fails_once_a_month_is_over() -> None:
    """None that is due is no question."""
    assert s.complaints_are_resolved(customer(needs=[_complaint(31)]), NOW) == 0.0
    assert s.complaints_are_resolved(customer(needs=[_complaint(30)]), NOW) is NOT_APPLICABLE
    assert s.complaints_are_resolved(customer(stage="churned"), NOW) is NOT_APPLICABLE


def test_needs_are_met_by_importance() -> None:
    """Met: 5; due: 5 + 2 (delivered, not told) + 3 (unrated, open) = 10: (0.5 - 0.3) / 0.5 = 0.4."""
    due: dict[str, Any] = {"due_on": ago(days=3), "days_ago": 60}
    needs = [
        need(importance=5, status="delivered", told_at=ago(days=1), **due),
        need(importance=2, status="delivered", **due),
        need(**due),
        need(importance=5, status="declined", **due),
        need(importance=5, due_on=ahead(days=1)),
        need("promise", importance=5, **due),
    ]
    assert s.needs_are_met(customer(needs=needs), TODAY) == pytest.approx(0.4)


def test_needs_are_judged_from_their_day_on() -> None:
    """Due today is due; none due is no question."""
    assert s.needs_are_met(customer(needs=[need(due_on=ago(days=0))]), TODAY) == 0.0
    assert s.needs_are_met(customer(needs=[need(due_on=ahead(days=1)), need()]), TODAY) is NOT_APPLICABLE
    assert s.needs_are_met(customer(stage="prospect"), TODAY) is NOT_APPLICABLE


def _promise(due: int, settled: float | None = None) -> Any:
    done = None if settled is None else ago(days=settled)
    return need("promise", due_on=ago(days=due), resolved_at=done, days_ago=90)


def test_promises_are_kept_by_their_day() -> None:
    """4 of 5: on the day, before it, but not three days later: (0.8 - 0.7) / 0.25 = 0.4."""
    promises = [_promise(10, 10), _promise(10, 20), _promise(30, 31), _promise(5, 5), _promise(9, 6)]
    assert s.promises_are_kept(customer(needs=promises), NOW, TODAY) == pytest.approx(0.4)


def test_promise_is_broken_when_its_day_is_over() -> None:
    """Not on the day itself; none due is no question."""
    assert s.promises_are_kept(customer(needs=[_promise(1)]), NOW, TODAY) == 0.0
    assert s.promises_are_kept(customer(needs=[_promise(0)]), NOW, TODAY) is NOT_APPLICABLE
    assert s.promises_are_kept(customer(stage="churned"), NOW, TODAY) is NOT_APPLICABLE


@pytest.mark.parametrize(("days", "score"), [(30, 1.0), (80, 0.5), (90, 0.4), (130, 0.0)])
def test_both_sides_speak_every_month_by_default(days: float, score: float) -> None:
    """The line falls from 30 to 130 days: at 90 it is (130 - 90) / 100 = 0.4, the edge of amber."""
    spoken = customer(interactions=[interaction("call", direction="outbound", days_ago=days)])
    assert s.touch_is_recent(spoken, NOW) == pytest.approx(score)


@pytest.mark.parametrize(("days", "score"), [(10, 1.0), (15, 0.39759), (18.3, 0.0)])
def test_agreed_cadence_is_stricter(days: float, score: float) -> None:
    """With 10 days agreed, 15 are 1.5 times: (1.83 - 1.5) / 0.83 = 0.39759."""
    spoken = customer(contact_cadence_days=10, interactions=[interaction(direction="inbound", days_ago=days)])
    assert s.touch_is_recent(spoken, NOW) == pytest.approx(score, abs=1e-5)


def test_only_touches_of_both_sides_count() -> None:
    """Our own mails and internal meetings are no talk; a served customer never spoken to fails."""
    alone = [interaction("email", direction="outbound"), interaction("meeting", direction="internal")]
    assert s.touch_is_recent(customer(interactions=alone), NOW) == 0.0
    assert s.touch_is_recent(customer(interactions=[*alone, interaction("meeting")]), NOW) == 1.0
    assert s.touch_is_recent(customer(stage="prospect"), NOW) is NOT_APPLICABLE


def _feedback(days: float, *, followed: float | None = None, **facts: Any) -> Any:
    reply = None if followed is None else ago(days=days - followed)
    return interaction("survey", direction="inbound", days_ago=days, answered_at=reply, **facts)


def test_unhappy_feedback_is_followed_up_in_two_days() -> None:
    """3 of 4: (0.75 - 0.57) / 0.33 = 0.545455. 2 of 5, a 6 of 10, and an angry mail are unhappy."""
    poor: dict[str, Any] = {"survey": "csat", "satisfaction": 2, "scale_low": 1, "scale_high": 5}
    touches = [
        _feedback(9, followed=1, **poor),
        _feedback(9, followed=2, survey="nps", satisfaction=6),
        _feedback(9, followed=0, sentiment=-0.5),
        _feedback(9, followed=3, **poor),
        _feedback(1, **poor),
        _feedback(9, survey="nps", satisfaction=7),
        _feedback(9, sentiment=-0.4),
    ]
    score = s.bad_feedback_is_followed_up(customer(interactions=touches), NOW)
    assert score == pytest.approx(0.545455, abs=1e-6)


def test_unhappy_feedback_without_follow_up_fails_once_its_time_is_over() -> None:
    """No unhappy feedback is no question."""
    assert s.bad_feedback_is_followed_up(customer(interactions=[_feedback(3, sentiment=-1)]), NOW) == 0.0
    assert s.bad_feedback_is_followed_up(customer(interactions=[_feedback(2, sentiment=-1)]), NOW) is NOT_APPLICABLE
    assert s.bad_feedback_is_followed_up(customer(stage="former"), NOW) is NOT_APPLICABLE
