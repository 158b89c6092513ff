"""The objectives both teams see: the tree, progress, acknowledgement, check-ins, and work that serves none."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import alignkit as ak
from alignkit import sample
from alignkit.errors import NotFoundError, ValidationError
from alignkit.live.objectives import objectives
from alignkit.policy.defaults.signals import attainment
from alignkit.sample.demo import run_demo
from alignkit.stores import MemoryStore
from alignkit.testing import NOW, strategies

DAY = timedelta(days=1)


def objective(id: str, **fields: Any) -> ak.Objective:
    """An open objective of the project team."""
    return ak.Objective(id=id, **{"title": id, "team": "pmo", **fields})


def company(*wanted: ak.Objective, **more: Any) -> ak.Portfolio:
    """One customer, a project that runs and one that is planned, and these objectives."""
    facts: dict[str, Any] = {
        "customers": [ak.Customer(id="C-1", name="Harbour")],
        "projects": [
            ak.Project(id="P-1", name="Portal", customer_id="C-1"),
            ak.Project(id="P-2", name="Pipes", customer_id="C-1", status="planned"),
            ak.Project(id="P-3", name="Past", customer_id="C-1", status="completed"),
        ],
        "objectives": wanted,
        "contributions": [],
        "check_ins": [],
        "tasks": [],
        "needs": [],
        "interactions": [],
    }
    return ak.Portfolio(**{**facts, **more})


def test_parents_come_before_their_children() -> None:
    """The tree is given from above, siblings by id, each with its depth and what is below it."""
    wanted = [objective("b"), objective("a2", parent_id="a"), objective("a"), objective("a1", parent_id="a")]
    found = objectives(company(*wanted), now=NOW)
    assert [(one.id, one.depth) for one in found] == [("a", 0), ("a1", 1), ("a2", 1), ("b", 0)]
    assert found.of("a").child_ids == ("a1", "a2")
    assert [one.id for one in found.roots] == ["a", "b"]


@pytest.mark.parametrize(
    ("fields", "progress"),
    [
        ({"kind": "increase", "start_value": 10.0, "current_value": 20.0, "target_value": 50.0}, 0.25),
        ({"kind": "decrease", "start_value": 4.0, "current_value": 3.0, "target_value": 2.0}, 0.5),
        ({"kind": "reach", "current_value": 2.0, "target_value": 8.0}, 0.25),
        ({"kind": "stay_above", "current_value": 91.0, "target_value": 90.0}, 1.0),
        ({"kind": "stay_below", "current_value": 91.0, "target_value": 90.0}, 0.0),
        ({"kind": "increase", "target_value": 50.0}, None),
    ],
)
def test_progress_follows_the_kind(fields: dict[str, Any], progress: float | None) -> None:
    """Progress is the part of the way from start to target that is behind, by the kind of objective."""
    assert objectives(company(objective("a", **fields)), now=NOW).of("a").progress == progress


def test_a_check_in_gives_the_value_that_is_missing() -> None:
    """Where an objective has no current value, the last check-in that had happened has it."""
    checks = [
        ak.CheckIn(id=f"K-{day}", objective_id="a", occurred_at=NOW + day * DAY, value=value)
        for day, value in ((-9, 1.0), (-2, 3.0), (2, 9.0))
    ]
    found = objectives(company(objective("a", target_value=10.0), check_ins=checks), now=NOW).of("a")
    assert (found.progress, found.checked_at) == (0.3, NOW - 2 * DAY)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "open"),
        ({"acknowledged_by": "crm"}, "acknowledged"),
        ({"acknowledged_by": "pmo"}, "own team"),
        ({"acknowledged_at": NOW}, "acknowledged"),
        ({"acknowledged_by": "crm", "acknowledged_at": NOW + DAY}, "open"),
    ],
)
def test_acknowledged_is_by_the_other_team(fields: dict[str, Any], expected: str) -> None:
    """Only the other team's word counts as acknowledgement, and only once it was given."""
    found = objectives(company(objective("a", **fields)), now=NOW)
    assert found.of("a").acknowledgement == expected
    assert (found.unacknowledged == ()) == (expected == "acknowledged")


def test_check_ins_have_a_cadence() -> None:
    """An objective is overdue by the days beyond its cadence since the last check-in, or since it began."""
    check = ak.CheckIn(id="K", objective_id="a", occurred_at=NOW - 10 * DAY)
    wanted = [
        objective("a", check_in_days=8.0),
        objective("b", start_on=NOW.date() - 20 * DAY),
        objective("c", start_on=NOW.date() + 20 * DAY),
        objective("d"),
        objective("e", start_on=NOW.date() - 99 * DAY, status="achieved"),
    ]
    found = objectives(company(*wanted, check_ins=[check]), now=NOW)
    assert [one.id for one in found.overdue] == ["b", "a"]
    assert found.of("a").check_in_days_late == 2.0
    assert (found.of("d").check_in_days_late, found.of("e").check_in_days_late) == (None, None)
    assert objectives(company(*wanted, check_ins=[check]), now=NOW, usual_cadence=90).overdue == (found.of("a"),)


def test_children_carry_their_parent() -> None:
    """A parent shows the progress of its children by their weights, and is staffed when one of them is."""
    half = {"start_value": 0.0, "target_value": 2.0, "current_value": 1.0, "parent_id": "a"}
    wanted = [objective("a"), objective("b", weight=3.0, **half), objective("c", **{**half, "current_value": 2.0})]
    edges = [ak.Contribution(project_id="P-1", objective_id="b")]
    found = objectives(company(*wanted, contributions=edges), now=NOW)
    assert found.of("a").cascade_progress == pytest.approx((3 * 0.5 + 1.0) / 4)
    assert [one.id for one in found.unstaffed] == ["c"]


def test_support_and_plans_do_not_staff() -> None:
    """An objective that projects only support, that planned ones serve, or finished ones served, has nobody at work."""
    wanted = [objective(id) for id in "abcd"]
    edges = [
        ak.Contribution(project_id="P-1", objective_id="a", kind="support"),
        ak.Contribution(project_id="P-2", objective_id="b"),
        ak.Contribution(project_id="P-3", objective_id="c"),
    ]
    task = ak.Task(id="T", title="Work", objective_id="d")
    found = objectives(company(*wanted, contributions=edges, tasks=[task]), now=NOW)
    assert [one.id for one in found.unstaffed] == ["a", "b", "c"]
    assert (found.of("a").supporting, found.of("b").supporting, found.of("c").supporting) == (("P-1",), ("P-2",), ())


def test_shared_is_evidence_of_both_teams() -> None:
    """An objective is shared when a project or milestone serves it and a need or touch of the customer is about it."""
    edges = [ak.Contribution(project_id="P-1", objective_id=id) for id in "ab"]
    needs = [ak.Need(id=f"N-{id}", title="x", objective_id=id, raised_at=NOW - DAY) for id in "bc"]
    found = objectives(company(*map(objective, "abc"), contributions=edges, needs=needs), now=NOW)
    assert [one.id for one in found.shared] == ["b"]


def test_work_that_serves_no_objective() -> None:
    """Running and planned projects without an open objective are orphans, and so are their open tasks."""
    wanted = [objective("a"), objective("b", status="missed")]
    edges = [ak.Contribution(project_id="P-1", objective_id="a"), ak.Contribution(project_id="P-2", objective_id="b")]
    tasks = [
        ak.Task(id="served", title="x", project_id="P-1"),
        ak.Task(id="orphan", title="x", project_id="P-2"),
        ak.Task(id="own", title="x", project_id="P-2", objective_id="a"),
        ak.Task(id="done", title="x", project_id="P-2", status="done"),
        ak.Task(id="homeless", title="x"),
    ]
    found = objectives(company(*wanted, contributions=edges, tasks=tasks), now=NOW)
    assert [one.id for one in found.orphan_projects or ()] == ["P-2"]
    assert [one.id for one in found.orphan_tasks or ()] == ["homeless", "orphan"]


def test_unknown_is_not_none() -> None:
    """Without contributions nobody knows who is staffed and what is an orphan; without objectives nothing is known."""
    found = objectives(ak.Portfolio(objectives=[objective("a")]), now=NOW)
    assert (found.of("a").is_staffed, found.orphan_projects, found.orphan_tasks) == (None, None, None)
    assert found.unstaffed == ()
    assert not objectives(ak.Portfolio(), now=NOW).is_known


@given(strategies.objectives(customer_id=st.none(), parent_id=st.none()))
def test_progress_is_the_policys(one: ak.Objective) -> None:
    """The tree and the rules read progress the same way, and every share lies in 0..1."""
    facts = company(one)
    found = objectives(facts, now=NOW).of(one.id)
    assert found.progress == attainment(facts.objective(one.id))
    assert found.progress is None or 0 <= found.progress <= 1


def test_the_sample_company_has_a_tree() -> None:
    """The objectives of the sample company stand in one tree, shown and tabled, from a store alike."""
    facts = run_demo().portfolio
    found = objectives(facts, now=sample.NOW)
    assert objectives(MemoryStore(facts), now=sample.NOW).standings == found.standings
    assert len(found.table()) == len(found) == 40
    assert len(found.table("orphans")) == len(found.orphan_projects or ()) + len(found.orphan_tasks or ())
    assert max(one.depth for one in found) == 1
    assert "Bills without errors" in (found._repr_html_() or "")


def test_wrong_questions_are_refused() -> None:
    """A moment without a zone and an id that is not there are refused."""
    with pytest.raises(ValidationError):
        objectives(company(), now=datetime(2026, 1, 1))
    with pytest.raises(NotFoundError, match="did you mean 'abc'"):
        objectives(company(objective("abc")), now=NOW).of("abd")


def test_expected_is_the_share_of_time() -> None:
    """What could be expected is the part of its time that is over."""
    dated = objective("a", start_on=date(2026, 1, 1), due_on=date(2026, 1, 11))
    assert objectives(company(dated), now=datetime(2026, 1, 6, tzinfo=NOW.tzinfo)).of("a").expected == 0.5
