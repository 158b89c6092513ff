"""Cases: what they expect is compared with what comes out, in memory and in a store, and their faults have a place."""

from __future__ import annotations

import pickle
from datetime import datetime, timezone
from typing import Any

import pytest

import alignkit as ak
from alignkit.errors import PolicyError, ValidationError
from alignkit.policy.cases import Case
from alignkit.sql import SqlStore

SENT = {"kind": "status_update", "direction": "outbound", "days_ago": 12}


@ak.rule(dimension="visibility", weight=2)
def is_told(project: ak.ProjectView, now: datetime, *, best: float = 3, worst: float = 21) -> ak.Score:
    """The customer has heard from us."""
    if project.status != "active":
        return ak.NOT_APPLICABLE
    told = ak.latest(i.occurred_at for i in project.interactions if i.direction == "outbound")
    if told is None:
        return 0.0
    return ak.ramp(ak.days_between(told, now), best=best, worst=worst)


@ak.gate(cap=50)
def is_stuck(project: ak.ProjectView) -> bool:
    """Nothing is done."""
    done = project.progress
    return done == 0


@ak.rule(dimension="visibility")
def projects_are_told(customer: ak.CustomerView) -> ak.Score:
    """The projects do well."""
    worst = ak.minimum(p.score for p in customer.projects)
    return None if worst is None else worst / 100


def policy(*cases: Case, rules: tuple[Any, ...] = (is_told, is_stuck, projects_are_told)) -> ak.Policy:
    return ak.Policy(rules, dimensions={"visibility": 1}, cases=cases)


def case(rule: Any = "is_told", expect: Any = None, **project: Any) -> Case:
    return Case("one", {"project": project}, expect or {"score": 0.5}, rule)


@pytest.mark.parametrize(
    ("facts", "expect"),
    [
        ({"interactions": [SENT]}, {"score": 0.5, "points": 50, "band": "amber", "coverage": 1}),
        ({"interactions": [SENT]}, {"state": "scored", "evidence": {"told": {"days_ago": 12}, "worst": 21}}),
        ({"interactions": []}, {"score": 0, "evidence": {"told": {"unknown": True}, "project.status": "active"}}),
        ({"status": "planned"}, {"state": "not_applicable"}),
    ],
)
def test_what_is_expected_and_found_passes(facts: dict[str, Any], expect: dict[str, Any]) -> None:
    """Scores, states, points, bands, coverage and evidence are compared with what the rule and the policy say."""
    report = policy(case(expect=expect, **facts)).test()
    assert report, str(report)


@pytest.mark.parametrize(
    ("expect", "said"),
    [
        ({"score": 0.6}, "is_told: score: expected 0.6, found 0.5"),
        ({"state": "no_data"}, "is_told: state: expected no_data, found scored"),
        ({"points": 40}, "is_told: points: expected 40, found 50"),
        ({"band": "green"}, "band: expected green, found amber"),
        ({"coverage": 0.5}, "coverage: expected 0.5, found 1"),
        ({"evidence": {"best": 4}}, "is_told: evidence.best: expected 4, found 3"),
        (
            {"evidence": {"told": {"hours_ago": 5}}},
            "is_told: evidence.told: expected {'hours_ago': 5}, found 2026-02-18",
        ),
    ],
)
def test_what_differs_is_said(expect: dict[str, Any], said: str) -> None:
    """A failed case says what was expected and what was found."""
    report = policy(case(expect=expect, interactions=[SENT])).test()
    assert not report
    assert said in str(report)
    assert "FAILED cases[1] one" in str(report)


def test_all_failures_are_told_at_once() -> None:
    """Every case is run, and every expectation of each is compared."""
    one = case(expect={"score": 0.1, "points": 3, "band": "green"}, interactions=[SENT])
    report = policy(one, Case("two", {"project": {"status": "planned"}}, {"score": 1}, "is_told")).test()
    assert [len(result.mismatches) for result in report.failures] == [3, 1]
    assert report.summary.startswith("2 cases: 0 passed, 2 failed; rules 1 of 3, branches 3 of 6")


def test_several_rules_meet_the_same_expectation() -> None:
    """A case of two rules judges both, gates too."""
    found = policy(case(["is_told", "is_stuck"], {"score": True}, progress=0.0, interactions=[{**SENT, "days_ago": 1}]))
    assert found.test()
    assert not policy(case(["is_told", "is_stuck"], {"score": 1}, progress=0.5)).test()


def test_a_case_without_rules_judges_the_subject() -> None:
    """Without a rule the points, the band and the coverage of the subject are compared, gates included."""
    whole = Case("capped", {"project": {"progress": 0.0, "interactions": [{**SENT, "days_ago": 1}]}}, {"points": 50})
    report = policy(whole).test()
    assert report
    assert report.coverage.judged == ("is_stuck", "is_told")


def test_what_is_unknown_is_no_data() -> None:
    """A collection that the case lists as unknown leaves the rule without data."""
    unknown = Case("unknown", {"project": {}, "unknown": ["interactions"]}, {"state": "no_data"}, "is_told")
    assert policy(unknown).test()


@pytest.mark.parametrize(("project", "score"), [({"score": 80}, 0.8), ({"interactions": [SENT]}, 0.5)])
def test_scores_of_others_are_given_or_judged(project: dict[str, Any], score: float) -> None:
    """A rule that reads scores reads those that the case gives, else those that the policy finds."""
    assert policy(Case("c", {"customer": {"projects": [project]}}, {"score": score}, "projects_are_told")).test()


def test_now_is_the_moment_of_the_case() -> None:
    """Places in time lie before the case's own now, and given moments stay where they are."""
    at = datetime(2025, 1, 31, 8, tzinfo=timezone.utc)
    sent = {"direction": "outbound", "at": datetime(2025, 1, 19, 8, tzinfo=timezone.utc)}
    assert policy(Case("c", {"project": {"interactions": [sent]}}, {"score": 0.5}, "is_told", at)).test()


def test_cases_run_in_a_store_too() -> None:
    """Given a function that fills a store, the cases are judged by the database."""

    def stored(**facts: Any) -> SqlStore:
        store = SqlStore.open("sqlite://")
        store.upsert(ak.Portfolio(**facts), at=datetime(2026, 3, 2, tzinfo=timezone.utc))
        return store

    cases = (
        case(expect={"score": 0.5, "points": 50, "evidence": {"told": {"days_ago": 12}}}, interactions=[SENT]),
        Case("no", {"project": {"status": "planned"}}, {"score": 0.4}, "is_told"),
    )
    report = policy(*cases).test(stored)
    assert [result.has_passed for result in report.results] == [True, False]
    assert "expected 0.4, found not_applicable" in str(report)


def test_facts_that_break_laws_fail_the_case() -> None:
    """A reference that leads nowhere is told as the reason why the case could not be judged."""
    report = policy(case(customer_id="C-9")).test()
    assert "C-9" in report.failures[0].error


FAULTS = [
    ({"rule": "is_tld"}, "rule", "is_told"),
    ({"rule": "projects_are_told"}, "given", ""),
    ({"given": {"projct": {}}}, "given.projct", "project"),
    ({"given": {}}, "given", ""),
    ({"given": {"project": {}, "unknown": ["taks"]}}, "given.unknown", "tasks"),
    ({"given": {"project": {"statu": "active"}}}, "given.project.statu", "status"),
    ({"given": {"project": {"progress": 2}}}, "given.project.progress", ""),
    ({"given": {"project": {"interactions": [SENT, {"knid": "x"}]}}}, "given.project.interactions[2].knid", "kind"),
    ({"given": {"project": {"interactions": [{"days_ago": "x"}]}}}, "given.project.interactions[1].days_ago", ""),
    ({"given": {"project": {"due_on": {"day_ago": 3}}}}, "given.project.due_on", "days_ago"),
    ({"given": {"project": {"budget": "100"}}}, "given.project.budget", ""),
    ({"given": {"project": {"tasks": {}}}}, "given.project.tasks", ""),
    ({"given": {"project": {"customer": []}}}, "given.project.customer", ""),
    ({"given": {"project": {"days_ago": 3}}}, "given.project.days_ago", ""),
    ({"given": {"project": {"interactions": [{"at": datetime(2026, 1, 1)}]}}}, "given.project.interactions[1].at", ""),
    ({"given": {"project": {"external_refs": [{"system": "x"}]}}}, "given.project.external_refs[1]", ""),
    ({"given": {"project": {"score": 101}}}, "given.project.score", ""),
    ({"expect": {}}, "expect", ""),
    ({"expect": {"scor": 1}}, "expect.scor", "score"),
    ({"expect": {"score": 1.2}}, "expect.score", ""),
    ({"expect": {"score": 1, "state": "no_data"}}, "expect.state", ""),
    ({"expect": {"state": "nodata"}}, "expect.state", "no_data"),
    ({"expect": {"band": "gren"}}, "expect.band", "green"),
    ({"expect": {"evidence": {"tolt": 1}}}, "expect.evidence.tolt", "told"),
    ({"expect": {"evidence": {"told": {"days": 1}}}}, "expect.evidence.told", ""),
    ({"rule": [], "expect": {"score": 1}}, "expect.score", ""),
    ({"given": {"project": {"customer": {"score": 5}}}, "expect": {"points": 1}}, "given", ""),
]


@pytest.mark.parametrize(("change", "path", "suggestion"), FAULTS)
def test_a_faulty_case_is_a_diagnostic(change: dict[str, Any], path: str, suggestion: str) -> None:
    """What is wrong with a case is told when the policy is made, with its path and the nearest right word."""
    parts = {"rule": "is_told", "given": {"project": {}}, "expect": {"state": "scored"}, **change}
    with pytest.raises(PolicyError) as caught:
        policy(Case("one", parts["given"], parts["expect"], parts["rule"]))
    found = {(d.rule_id, d.suggestion) for d in caught.value.diagnostics}
    assert (f"cases[1].{path}", suggestion) in found


def test_two_cases_of_a_name_are_refused() -> None:
    """A name stands for one case."""
    with pytest.raises(PolicyError, match="case 1 has this name too"):
        policy(case(), case())


@pytest.mark.parametrize("given", [{"project": object()}, {"project": {"progress": float("nan")}}])
def test_a_case_holds_plain_data(given: Any) -> None:
    """What a document could not hold is refused at once."""
    with pytest.raises(ValidationError):
        Case("one", given, {"score": 1}, "is_told")


def test_a_case_has_a_name_and_an_aware_now() -> None:
    """A case without a name, or with a moment of no zone, is refused."""
    with pytest.raises(ValidationError, match="name"):
        Case(" ", {}, {})
    with pytest.raises(ValidationError, match="now"):
        Case("one", {}, {}, (), datetime(2026, 1, 1))


def test_cases_follow_their_rules() -> None:
    """Without a rule its cases go too; other changes keep them, and pickling does."""
    both = policy(case(interactions=[SENT]), Case("two", {"project": {}}, {"score": 0}, ["is_told", "is_stuck"]))
    assert [c.rules for c in both.without("is_told").cases] == [("is_stuck",)]
    assert both.with_params({"is_told.best": 2}).cases == both.cases
    assert pickle.loads(pickle.dumps(both)).cases == both.cases
    assert both.version == policy().version


def test_custom_fields_can_be_given() -> None:
    """A case gives values of its own beside the fields of the trade."""
    assert policy(case(custom={"risk": "high"}, interactions=[SENT])).test()
