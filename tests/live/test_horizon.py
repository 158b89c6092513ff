"""What time alone does to scores: the moment of the next change is never late, and quiet times are left out."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import Phase, given, settings

import alignkit as ak
from alignkit.live.monitor import Monitor
from alignkit.policy.horizon import clock_of, next_change_at
from alignkit.stores import MemoryStore
from alignkit.testing import NOW, strategies
from tests.live.policies import far_policy
from tests.live.worlds import EXCHANGE, rows_of, wrong

FAR = far_policy()


@ak.rule(dimension="d")
def is_not_late(project: ak.ProjectView, today: date) -> ak.Score:
    """The project's day has not passed."""
    return None if project.due_on is None else project.due_on >= today


@ak.rule(dimension="d")
def heard_lately(project: ak.ProjectView, now: datetime) -> ak.Score:
    """Somebody spoke to the customer in the last three days."""
    return ak.exists(i for i in project.interactions if i.occurred_at >= now - timedelta(days=3))


@ak.rule(dimension="d")
def answers_are_fresh(project: ak.ProjectView, now: datetime) -> ak.Score:
    """Answers are not old: in bands of hours."""
    last = ak.latest(i.answered_at for i in project.interactions)
    return ak.steps(ak.hours_between(last, now), (24, 1.0), (72, 0.5), otherwise=0.0)


STEPS = ak.Policy([is_not_late, heard_lately, answers_are_fresh], dimensions={"d": 1}, zone="Europe/Berlin")


@pytest.mark.parametrize("policy", [FAR, STEPS], ids=["far", "steps"])
@settings(max_examples=40, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(portfolio=strategies.portfolios())
def test_the_next_change_is_never_late(policy: ak.Policy, portfolio: ak.Portfolio) -> None:
    """Up to a microsecond before the next change a score stays what it was, whatever the facts."""
    policy = policy.with_exchange(EXCHANGE)
    clock = clock_of(policy.plan, policy.zone)
    before = rows_of(policy.assess(portfolio, now=NOW))
    for kind, rows in before.items():
        for id, row in rows.items():
            horizon = clock.next_change(portfolio, kind, id, NOW)
            if not horizon.is_exact:
                continue
            end = horizon.next_change_at or NOW + timedelta(days=4_000)
            for moment in (NOW + (end - NOW) / 3, end - timedelta(microseconds=1)):
                if moment.year < 2200:
                    assert rows_of(policy.assess(portfolio, now=moment))[kind][id] == row, (kind, id, moment)


def test_the_next_change_is_where_the_rule_turns() -> None:
    """A due day turns at the next local midnight, a touch when it is three days old, an answer at its next band."""
    berlin = ZoneInfo("Europe/Berlin")
    project = ak.Project(id="P-1", name="Portal", due_on=date(2026, 3, 4))
    touch = ak.Interaction(id="I-1", kind="call", project_id="P-1", occurred_at=NOW - timedelta(days=1))

    def asked(now: datetime, *interactions: ak.Interaction) -> Any:
        facts = ak.Portfolio(projects=[project], interactions=interactions)
        return next_change_at(STEPS.plan, facts, "project", "P-1", now=now, zone=STEPS.zone)

    midnight = datetime(2026, 3, 5, tzinfo=berlin)
    assert asked(NOW).next_change_at in (midnight, midnight - timedelta(days=1))
    assert asked(midnight).next_change_at is None
    soon = asked(midnight, attrs.evolve(touch, occurred_at=midnight - timedelta(days=2)))
    assert abs(soon.next_change_at - (midnight + timedelta(days=1))) <= timedelta(microseconds=1)
    answered = attrs.evolve(touch, answered_at=NOW - timedelta(hours=23), occurred_at=NOW - timedelta(days=30))
    assert abs(asked(NOW, answered).next_change_at - (NOW + timedelta(hours=1))) <= timedelta(microseconds=1)


def test_curves_move_all_the_time() -> None:
    """On a slope a score may change at once, beyond it not any more; what is not there yet turns when it comes."""
    clock = clock_of(FAR.plan, "UTC")
    assert {(turn.kind, turn.field) for turn in clock.turns["objective"]} == {("task", "created_at")}
    touch = ak.Interaction(id="I-1", kind="call", direction="inbound", customer_id="C-1", occurred_at=NOW)
    facts = ak.Portfolio(
        customers=[ak.Customer(id="C-1", name="c")],
        projects=[ak.Project(id="P-1", name="p", customer_id="C-1")],
        interactions=[touch],
    )
    later = NOW + timedelta(hours=1)
    assert clock.next_change(facts, "project", "P-1", later).next_change_at == NOW + timedelta(days=1, microseconds=-1)
    assert not clock.next_change(facts, "project", "P-1", NOW + timedelta(days=2)).is_exact
    end = clock.next_change(facts, "project", "P-1", NOW + timedelta(days=10))
    assert (end.next_change_at, end.is_exact) == (None, True)
    assert clock_of(ak.Policy.default().plan, "UTC").restless >= {"project", "customer"}


def test_quiet_times_are_left_out() -> None:
    """A tick judges nothing until the next turn, and everything at it."""
    store = MemoryStore()
    store.upsert([ak.Project(id="P-1", name="Portal", due_on=date(2026, 3, 4))], at=NOW)
    store.upsert(ak.Portfolio(interactions=[]), at=NOW)
    monitor = Monitor(store, STEPS, name="m")
    monitor.tick(now=NOW)
    assert not monitor.tick(now=NOW + timedelta(hours=10)).is_full
    turn = datetime(2026, 3, 5, tzinfo=ZoneInfo("Europe/Berlin"))
    assert monitor.tick(now=turn).is_full
    assert wrong(monitor, store, turn, ("project",)) == []
    assert not monitor.tick(now=turn + timedelta(days=300)).is_full
    assert wrong(monitor, store, turn + timedelta(days=300), ("project",)) == []


def test_scores_are_refreshed_in_time() -> None:
    """With a refresh interval, catching up judges everything again once that long has passed."""
    store = MemoryStore()
    store.upsert([ak.Project(id="P-1", name="Portal", start_on=date(2026, 1, 1), due_on=date(2026, 5, 4))], at=NOW)
    monitor = Monitor(store, ak.Policy.default(), name="m", refresh=timedelta(hours=6))
    monitor.catch_up(now=NOW)
    assert not monitor.catch_up(now=NOW + timedelta(hours=5)).is_full
    assert monitor.catch_up(now=NOW + timedelta(hours=6)).is_full
