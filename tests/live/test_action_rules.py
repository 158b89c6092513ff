"""The action rules of the trade, R1 to R11, each by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

import alignkit as ak
from alignkit.errors import ValidationError
from alignkit.live import action_rules as rules
from alignkit.live.action_rules import STANDARD_ACTIONS, ActionRule, ScoreDrop
from alignkit.live.actions import actions
from alignkit.policy.scoring import FULL
from alignkit.sql import SqlStore
from alignkit.stores import MemoryStore
from alignkit.testing import (
    NOW,
    ago,
    change,
    check_in,
    contribution,
    customer,
    duplicate,
    interaction,
    need,
    objective,
    project,
)

TODAY = NOW.date()


def test_the_eleven_rules_ship() -> None:
    """There is a rule for each of R1 to R11, all readable, and every one asks a team."""
    assert {rule.code for rule in STANDARD_ACTIONS} == {f"R{number}" for number in range(1, 12)}
    policy = ak.Policy([rule.condition for rule in STANDARD_ACTIONS if not isinstance(rule.condition, ScoreDrop)])
    assert policy.check() == ()
    assert all(rule.asked for rule in STANDARD_ACTIONS)


def worse(hours: float, after: str = "off_track", **values: Any) -> Any:
    """A change of the project's health, some hours ago."""
    return change(kind="project", field="health", before="on_track", after=after, hours_ago=hours, **values)


@pytest.mark.parametrize(
    ("view", "holds"),
    [
        (lambda: project(customer=customer(), changes=[worse(49)]), True),
        (lambda: project(customer=customer(), changes=[worse(49, after="at_risk")]), True),
        (lambda: project(customer=customer(), changes=[worse(47)]), False),
        (lambda: project(customer=customer(), changes=[worse(49, after="on_track")]), False),
        (lambda: project(customer=customer(), changes=[worse(49, told_at=ago(hours=1))]), False),
        (lambda: project(customer=customer(), changes=[worse(49)], interactions=[outbound(hours=3)]), False),
        (lambda: project(customer=customer(), changes=[worse(49)], interactions=[outbound(hours=60)]), True),
        (lambda: project(customer_id=None, changes=[worse(49)]), False),
    ],
)
def test_r2_worse_health_untold_for_two_days(view: Callable[[], Any], holds: bool) -> None:
    """R2: a change for the worse that the customer was not told of for more than 48 hours."""
    assert rules.worse_health_is_untold(view(), NOW) is holds


def outbound(hours: float) -> Any:
    """We wrote to the customer some hours ago."""
    return interaction("email", direction="outbound", hours_ago=hours)


@pytest.mark.parametrize(
    ("values", "holds"),
    [
        ({"hours_ago": 49}, True),
        ({"hours_ago": 47}, False),
        ({"hours_ago": 49, "answered_at": ago(hours=40)}, False),
        ({"hours_ago": 49, "status": "declined"}, False),
    ],
)
def test_r3_a_complaint_without_reply(values: dict[str, Any], holds: bool) -> None:
    """R3: an open complaint without reply for more than 48 hours."""
    assert rules.complaint_waits(customer(needs=[need("complaint", **values)]), NOW) is holds
    assert rules.complaint_waits(customer(needs=[need("need", **values)]), NOW) is False


@pytest.mark.parametrize(("days", "holds"), [(60, True), (61, False), (0, True), (-1, False)])
def test_r4_the_contract_ends(days: int, holds: bool) -> None:
    """R4: it ends within 60 days, the last day included; an end that is past or not known is another matter."""
    ends_on = TODAY + timedelta(days=days)
    assert rules.contract_ends_soon(customer(contract_end_on=ends_on), TODAY) is holds
    assert rules.contract_ends_soon(customer(contract_end_on=None), TODAY) is None


def test_r5_an_old_status() -> None:
    """R5: 15 days without a status update; 14 are borne, young projects and paused ones are spared."""

    def old(days: float, **values: Any) -> bool:
        view = project(interactions=[interaction("status_update", days_ago=days)], **{"status": "active", **values})
        return rules.status_is_old(view, NOW, TODAY)

    assert [old(15), old(14), old(15, status="on_hold"), old(15, start_on=ago(days=10))] == [True, False, False, False]
    assert rules.status_is_old(project(status="active"), NOW, TODAY)


def test_r6_work_without_objective_and_objective_without_work() -> None:
    """R6: an active project that serves no open objective; an open objective to which no active project contributes."""
    serves = [contribution(objective=objective(status="open"))]
    assert rules.project_has_no_objective(project(status="active"))
    assert not rules.project_has_no_objective(project(status="active", contributions=serves))
    assert not rules.project_has_no_objective(project(status="completed"))
    assert rules.objective_has_no_project(objective(status="open"))
    staffed = [contribution(project=project(status="active"))]
    assert not rules.objective_has_no_project(objective(status="open", contributions=staffed))
    assert not rules.objective_has_no_project(objective(status="open", children=[objective(status="open")]))


@pytest.mark.parametrize(
    ("values", "holds"),
    [
        ({"importance": 4, "days_ago": 15}, True),
        ({"importance": 3, "days_ago": 15}, False),
        ({"importance": None, "days_ago": 15}, False),
        ({"importance": 5, "days_ago": 13}, False),
        ({"importance": 5, "days_ago": 15, "status": "delivered"}, False),
        ({"importance": 5, "days_ago": 15, "project": project()}, False),
    ],
)
def test_r7_an_important_need_without_work(values: dict[str, Any], holds: bool) -> None:
    """R7: importance 4 or 5, open and linked to no work for more than 14 days."""
    assert rules.important_need_is_unlinked(customer(needs=[need(**values)]), NOW) is holds


def test_r9_effort_that_looks_doubled() -> None:
    """R9: likeness of 0.8 or more, and where none was measured."""
    assert rules.project_work_looks_doubled(project(duplicates=[duplicate(similarity=0.8)]))
    assert rules.project_work_looks_doubled(project(duplicates=[duplicate(similarity=None)]))
    assert not rules.project_work_looks_doubled(project(duplicates=[duplicate(similarity=0.79)]))
    assert rules.customer_effort_looks_doubled(customer(duplicates=[duplicate(similarity=0.9)]))


def test_r10_a_check_in_at_twice_the_cadence() -> None:
    """R10: more than two weeks at the usual week; the objective's own cadence counts; the start stands in for none."""

    def overdue(days: float, **values: Any) -> bool | None:
        view = objective(check_ins=[check_in(days_ago=days)], **{"status": "open", **values})
        return rules.check_in_is_overdue(view, NOW, TODAY)

    assert [overdue(15), overdue(14), overdue(15, check_in_days=30), overdue(15, status="achieved")] == [
        True,
        False,
        False,
        False,
    ]
    begun = objective(status="open", start_on=ago(days=20))
    assert rules.check_in_is_overdue(begun, NOW, TODAY)
    assert rules.check_in_is_overdue(objective(status="open", start_on=None), NOW, TODAY) is None


def test_r11_a_red_project_without_a_talk() -> None:
    """R11: off track, and no touch since it turned so; a touch from before does not count."""
    before, after = interaction("call", hours_ago=30), interaction("call", hours_ago=10)
    assert rules.red_project_lacks_check_in(project(health="off_track", changes=[worse(20)], interactions=[before]))
    assert not rules.red_project_lacks_check_in(project(health="off_track", changes=[worse(20)], interactions=[after]))
    assert not rules.red_project_lacks_check_in(project(health="at_risk", changes=[worse(20)]))


@ak.rule(dimension="completion")
def work_is_done(project: ak.ProjectView) -> ak.Score:
    """The planned work is done."""
    return project.progress


@ak.rule(dimension="completion")
def projects_do_well(customer: ak.CustomerView) -> ak.Score:
    """The projects score well."""
    return ak.mean(ak.ratio(project.score, 100) for project in customer.projects)


POLICY = ak.Policy([work_is_done, projects_do_well], dimensions={"completion": 1})


def store_of(progress: float, **values: Any) -> MemoryStore:
    """A store with one project of one customer, whose contract ends in 30 days."""
    facts = ak.Portfolio(
        customers=[ak.Customer(id="C", name="C", contract_end_on=TODAY + timedelta(days=30))],
        projects=[ak.Project(id="P", name="P", customer_id="C", progress=progress, **values)],
        interactions=[], needs=[], contributions=[], objectives=[], check_ins=[], changes=[], duplicates=[],
    )  # fmt: skip
    return MemoryStore(facts)


def asked(store: Any, code: str) -> set[tuple[str, str]]:
    """Kind and id of the subjects on which rules of a code ask for action."""
    chosen = [rule for rule in STANDARD_ACTIONS if rule.code == code]
    return {(one.kind, one.subject_id) for one in actions(store, POLICY, now=NOW, rules=chosen)}


@pytest.mark.parametrize(("progress", "expected"), [(0.69, {("customer", "C")}), (0.7, set())])
def test_r4_only_where_the_customer_is_not_green(progress: float, expected: set[Any]) -> None:
    """R4: the contract's end asks for action below the best band, which begins at 70 points."""
    assert asked(store_of(progress), "R4") == expected


@pytest.mark.parametrize(
    ("progress", "health", "expected"),
    [(0.39, "on_track", {("project", "P")}), (0.4, "on_track", set()), (0.39, "off_track", set())],
)
def test_r8_declared_green_and_computed_red(progress: float, health: str, expected: set[Any]) -> None:
    """R8: declared on track in the worst band, which ends below 40 points."""
    assert asked(store_of(progress, health=health), "R8") == expected


@pytest.mark.parametrize(
    ("before", "days", "expected"),
    [(0.75, 6, "amber"), (0.85, 6, "red"), (0.74, 6, None), (0.85, 8, "red")],
)
def test_r1_the_score_drops(before: float, days: float, expected: str | None) -> None:
    """
    R1: from 75 to 60 points in a week is amber, from 85 it is red, from 74 it is borne. A score recorded before the
    week counts when none is recorded in it.
    """
    store = store_of(before)
    store.record(POLICY.assess(store, now=NOW - timedelta(days=days)))
    with store.unit_of_work(at=NOW) as unit:
        unit.projects.update(ak.Project(id="P", name="P", customer_id="C", progress=0.6, version=1))
        unit.commit()
    found = actions(store, POLICY, now=NOW, rules=[rule for rule in STANDARD_ACTIONS if rule.code == "R1"])
    assert {one.severity for one in found} == ({expected} if expected else set())
    assert {one.kind for one in found} == ({"project", "customer"} if expected else set())


def test_a_fall_under_another_policy_is_none() -> None:
    """R1: scores recorded under another policy are not compared."""
    store = store_of(0.9)
    store.record(POLICY.with_weights({"completion": 2}).assess(store, now=NOW - timedelta(days=1)))
    with store.unit_of_work(at=NOW) as unit:
        unit.projects.update(ak.Project(id="P", name="P", customer_id="C", progress=0.1, version=1))
        unit.commit()
    assert asked(store, "R1") == set()


def test_conditions_hold_in_a_database_too() -> None:
    """Every condition gives the same outcome where the facts live as in memory."""
    gates = ak.Policy([rule.condition for rule in STANDARD_ACTIONS if not isinstance(rule.condition, ScoreDrop)])
    facts = store_of(0.2, health="off_track", status="active").portfolio()
    with SqlStore.open("sqlite://") as store:
        store.upsert(facts, at=NOW)
        found = gates.assess(store, now=NOW)
        assert {kind: dict(rows) for kind, rows in found.rows.items()} == {
            kind: dict(rows) for kind, rows in gates.assess(store.portfolio(), now=NOW).rows.items()
        }
        assert any(FULL in row for row in found.rows["project"].values())


def test_an_action_rule_is_a_gate_that_asks_somebody() -> None:
    """A rule that earns points, or one that asks no team, is refused."""

    @ak.gate(cap=100)
    def nobody_is_asked(project: ak.ProjectView) -> bool:
        """It holds."""
        return project.status == "active"

    with pytest.raises(ValidationError, match="expected a gate"):
        ActionRule(condition=work_is_done, teams="pmo")
    with pytest.raises(ValidationError, match="say which team"):
        ActionRule(condition=nobody_is_asked)
    assert ActionRule(condition=nobody_is_asked, teams="pmo").asked == ("pmo",)
