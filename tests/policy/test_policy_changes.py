"""Policies are values: every change makes another one, or says all that is wrong with the wish."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import attrs
import pytest

import alignkit as ak
from alignkit.errors import NotFoundError
from alignkit.testing import NOW, customer, interaction, objective, portfolio_of, project, task

WORLD = portfolio_of(
    customer(id="C-1", projects=[project(id="P-1", tasks=[task(status="done"), task()])]),
    customer(id="C-2", projects=[project(id="P-2", tasks=[task()])]),
)


@ak.rule(dimension="completion", weight=2, message="{done} done, {best} wanted")
def work_is_done(project: ak.ProjectView, *, best: float = 1) -> ak.Score:
    """Work gets done."""
    done = ak.share(t.status == "done" for t in project.tasks)
    return ak.ramp(done, best=best, worst=0)


@ak.rule(dimension="visibility")
def has_tasks(project: ak.ProjectView, *, least: int = 1) -> ak.Score:
    """There is work."""
    return ak.count(project.tasks) >= least


@ak.gate(cap=30)
def too_much_is_open(project: ak.ProjectView, *, most: int = 0) -> ak.Score:
    """Open work holds the score down."""
    return ak.count(t for t in project.tasks if t.status != "done") > most


POLICY = ak.Policy([work_is_done, has_tasks], dimensions={"completion": 1, "visibility": 1})


def total(policy: ak.Policy, id: str = "P-1") -> int:
    """Micro-points of a project."""
    return policy.assess(WORLD, now=NOW).rows["project"][id][0]


def faults(raised: pytest.ExceptionInfo[ak.PolicyError]) -> list[tuple[str, str]]:
    """What was told, with what was suggested."""
    return [(fault.code, fault.suggestion) for fault in raised.value.diagnostics]


def test_a_known_id_is_replaced_only_on_demand() -> None:
    """A rule of a known id is refused, unless `replace` is set."""

    @ak.rule(dimension="growth")
    def has_tasks(project: ak.ProjectView) -> ak.Score:
        return 0.5

    with pytest.raises(ak.PolicyError, match="pass replace=True") as raised:
        POLICY.with_rules(has_tasks)
    assert raised.value.diagnostics[0].rule_id == "has_tasks"
    other = POLICY.with_rules(has_tasks, replace=True)
    assert (len(other), dict(other.dimensions)) == (2, {"completion": 1, "visibility": 1, "growth": 1})
    assert total(other) == 50_000_000
    assert total(POLICY) == 75_000_000


def test_a_rule_goes_with_its_dimension() -> None:
    """A dimension that is left without rules goes too, and the rest of the points go to the others."""
    other = POLICY.without("has_tasks")
    assert dict(other.dimensions) == {"completion": 1}
    assert total(other) == 50_000_000
    with pytest.raises(NotFoundError) as raised:
        POLICY.without("has_task")
    assert raised.value.suggestions == ("has_tasks",)


def test_weights_of_rules_and_dimensions() -> None:
    """A name is a rule or a dimension; anything else is told with the nearest right name, all at once."""
    assert total(POLICY.with_weights({"completion": 3})) == 62_500_000
    assert POLICY.with_weights({"work_is_done": 5}).rule("work_is_done").record.weight == 5
    with pytest.raises(ak.PolicyError) as raised:
        POLICY.with_weights({"completon": 1, "has_tasks": 0, "work_is_done": 1.5, "visibility": True})  # type: ignore[dict-item]
    assert faults(raised) == [("PolicyInvalid", "completion")] + [("PolicyInvalid", "")] * 3


def test_a_gate_has_no_weight() -> None:
    """The weight of a gate cannot be set."""
    with pytest.raises(ak.PolicyError):
        POLICY.with_rules(too_much_is_open).with_weights({"too_much_is_open": 2})


def test_thresholds() -> None:
    """A threshold is set by rule and name; the native call with the same value gives the same."""
    other = POLICY.with_params({"work_is_done.best": 0.5, "has_tasks.least": 3})
    assert other.assess(WORLD, now=NOW).rows["project"]["P-1"][1:] == (0, 1_000_000)
    assert work_is_done(WORLD.project("P-1"), best=0.5) == 1.0
    assert other.version != POLICY.version
    assert other.with_params({"work_is_done.best": 1, "has_tasks.least": 1}).version == POLICY.version
    finding = other.assess(WORLD, now=NOW).of("project", "P-2").findings[1]
    assert finding.message == "0 done, 0.5 wanted"


@pytest.mark.parametrize(
    ("path", "value", "suggestion"),
    [
        ("work_is_done.bst", 1, "work_is_done.best"),
        ("work_is_don.best", 1, "work_is_done.best"),
        ("has_tasks", 1, "has_tasks.least"),
        ("has_tasks.least", 1.5, ""),
        ("has_tasks.least", True, ""),
        ("work_is_done.best", "much", ""),
        ("work_is_done.best", float("inf"), ""),
        ("work_is_done.best", 0, ""),
    ],
)
def test_faults_of_thresholds(path: str, value: Any, suggestion: str) -> None:
    """A wrong name has a suggestion, a wrong value is told; 0 would make the curve of one rule a point."""
    with pytest.raises(ak.PolicyError) as raised:
        POLICY.with_params({path: value})
    assert [fault.suggestion for fault in raised.value.diagnostics] == [suggestion]


def test_warnings_are_told_on_demand() -> None:
    """`check` lists warnings, each with its rule, its place and the nearest usual value; they forbid nothing."""

    @ak.rule(dimension="visibility")
    def is_active(project: ak.ProjectView) -> ak.Score:
        return project.status == "actve" or ak.total(t.spent_hours for t in project.tasks) == ak.total(
            t.effort_hours for t in project.tasks
        )

    policy = POLICY.with_rules(is_active)
    assert [(d.code, d.severity, d.rule_id, d.line, d.suggestion) for d in policy.check()] == [
        ("UnusualValue", "warning", "is_active", 2, "active"),
        ("InexactComparison", "warning", "is_active", 2, ""),
    ]
    assert POLICY.check() == ()


FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "a weight": ({"dimensions": {"completion": 0, "visibility": 1}}, "weight is a whole number"),
    "a missing dimension": ({"dimensions": {"completion": 1}}, "'visibility' has no weight"),
    "a band": ({"bands": {"green": 120.0, "red": 0.0}}, "lie in 0..100"),
    "bands without a lowest": ({"bands": {"green": 70.0}}, "one of them 0"),
    "bands of one edge": ({"bands": {"green": 0.0, "red": 0.0}}, "different lower edges"),
    "a band called unknown": ({"bands": {"unknown": 0.0}}, "choose another name"),
    "coverage": ({"minimum_coverage": 1.5}, "lies in 0..1"),
    "what is missing": ({"missing": "ignore"}, "'renormalise' or 'zero'"),
    "a zone": ({"zone": "Europe/Atlantis"}, "not an IANA time zone"),
    "a zone that is a path": ({"zone": "../../etc/passwd"}, "not an IANA time zone"),
    "no zone": ({"zone": ""}, "not an IANA time zone"),
}


@pytest.mark.parametrize("what", FAULTS)
def test_faults_of_settings(what: str) -> None:
    """What does not fit together is told when the policy is made."""
    settings, message = FAULTS[what]
    with pytest.raises(ak.PolicyError, match=message):
        ak.Policy([work_is_done, has_tasks], **{"dimensions": {"completion": 1, "visibility": 1}, **settings})


def test_twice_is_a_fault() -> None:
    """An id is unique within a policy, and only rules make one."""
    with pytest.raises(ak.PolicyError, match="appears twice"):
        ak.Policy([has_tasks, has_tasks], dimensions={"visibility": 1})
    with pytest.raises(ak.ValidationError, match="decorated with @rule"):
        ak.Policy([lambda project: 1.0])  # type: ignore[list-item]


def test_an_empty_policy_judges_nothing() -> None:
    """Without rules every subject is there, without a score."""
    assessment = ak.Policy([]).assess(WORLD, now=NOW)
    assert (assessment.score, assessment.band, assessment.coverage) == (None, "unknown", 0.0)
    assert [s.score for s in assessment.subjects("project")] == [None, None]
    assert str(assessment.of("project", "P-1").explain())
    assert ak.Policy.from_toml(ak.Policy([]).to_toml()) == ak.Policy([])


def test_a_gate_caps() -> None:
    """While a gate holds the total is capped, and what it takes is a line of its own."""
    policy = POLICY.with_rules(too_much_is_open)
    one = policy.assess(WORLD, now=NOW).of("project", "P-1")
    assert (one.score, one.gates[0].lost) == (30.0, 45.0)
    assert total(policy.with_params({"too_much_is_open.most": 1})) == 75_000_000


def test_a_gate_alone_scores_nothing() -> None:
    """A policy of gates only has nothing to cap."""
    assert ak.Policy([too_much_is_open]).assess(WORLD, now=NOW).rows["project"]["P-1"] == (-1, 1_000_000)


@pytest.mark.parametrize("answer", ["0.5", "ak.count(project.tasks)", '0.5 if project.name == "x" else 0.25'])
def test_a_gate_is_a_condition(answer: str) -> None:
    """A gate that answers a number is refused."""
    text = f"def shut(project: ak.ProjectView) -> ak.Score:\n    if project.key is None:\n        return ak.NOT_APPLICABLE\n    return {answer}\n"
    with pytest.raises(ak.PolicyError, match="a gate answers a condition"):
        ak.Policy([ak.AlignmentRule(id="shut", kind="project", text=text, cap=40, weight=0)])


@pytest.mark.parametrize(
    ("zone", "moment", "is_over"),
    [
        ("UTC", datetime(2026, 3, 1, 23, 30, tzinfo=timezone.utc), False),
        ("Europe/Berlin", datetime(2026, 3, 1, 23, 30, tzinfo=timezone.utc), True),
        ("Europe/Berlin", datetime(2026, 3, 1, 22, 30, tzinfo=timezone.utc), False),
        ("America/New_York", datetime(2026, 3, 2, 4, 30, tzinfo=timezone.utc), False),
        ("America/New_York", datetime(2026, 3, 2, 0, 30, tzinfo=timezone(timedelta(hours=-5))), True),
    ],
)
def test_today_is_the_day_of_the_zone(zone: str, moment: datetime, is_over: bool) -> None:
    """`today` begins at midnight in the policy's zone."""

    @ak.rule(dimension="completion")
    def is_late(project: ak.ProjectView, today: datetime) -> ak.Score:
        return project.due_on is not None and project.due_on < today  # type: ignore[operator]

    world = portfolio_of(project(due_on=datetime(2026, 3, 1).date()))
    policy = ak.Policy([is_late], dimensions={"completion": 1}, zone=zone)
    assert policy.assess(world, now=moment).rows["project"]["P-1"][1] == (1_000_000 if is_over else 0)


@ak.rule(dimension="growth")
def is_rich(project: ak.ProjectView) -> ak.Score:
    """Budget in the common currency."""
    return ak.ramp(project.budget, best=100, worst=0)


def test_money_needs_one_currency() -> None:
    """Amounts in several currencies need an exchange; an amount without a rate is unknown."""
    world = portfolio_of(
        project(id="P-1", budget=ak.Money("50", "EUR")),
        project(id="P-2", budget=ak.Money("50", "USD")),
        project(id="P-3", budget=ak.Money("50", "GBP")),
    )
    policy = ak.Policy([is_rich], dimensions={"growth": 1})
    with pytest.raises(ak.PolicyError, match="EUR, GBP, USD"):
        policy.assess(world, now=NOW)
    exchange = ak.Exchange("EUR", {"USD": "0.5"})
    rows = policy.with_exchange(exchange).assess(world, now=NOW).rows["project"]
    assert [rows[id][1] for id in ("P-1", "P-2", "P-3")] == [500_000, 250_000, -2]
    assert policy.with_exchange(exchange).version != policy.version
    with pytest.raises(ak.ValidationError, match="positive rate"):
        ak.Exchange("EUR", {"USD": "-1"})


def test_what_if_says_what_a_change_does() -> None:
    """A changed fact is judged beside the present ones, which stay as they are."""
    tasks = list(WORLD.records("tasks").values())
    done = [attrs.evolve(t, status="done") for t in tasks if t.project_id == "P-1"]
    comparison = POLICY.what_if(WORLD, changes=done, now=NOW)
    assert comparison.before.of("project", "P-1").score == 75.0
    assert comparison.after.of("project", "P-1").score == 100.0
    assert comparison.after.of("project", "P-2").score == comparison.before.of("project", "P-2").score
    with pytest.raises(ak.ValidationError, match="expected facts"):
        POLICY.what_if(WORLD, changes=[{"id": "P-1"}], now=NOW)


def test_some_customers_only() -> None:
    """Judging some customers judges them and their projects, and nothing else."""
    some = POLICY.assess(WORLD, now=NOW, customers=["C-2"])
    assert some.rows == {
        "project": {"P-2": POLICY.assess(WORLD, now=NOW).rows["project"]["P-2"]},
        "customer": {"C-2": (-1,)},
    }
    with pytest.raises(NotFoundError) as raised:
        POLICY.assess(WORLD, now=NOW, customers=["C-1", "C-22"])
    assert raised.value.suggestions[0] == "C-2"


@ak.rule(dimension="strategy")
def serves_good_objectives(project: ak.ProjectView) -> ak.Score:
    """Only what the rule came to read is judged on the way."""
    last = ak.latest(i for i in project.interactions)
    if last is None or last.objective is None or project.status == "planned":
        return ak.NOT_APPLICABLE
    found = last.objective.score
    return ak.ratio(found, 100)


@ak.rule(dimension="strategy")
def is_seen(objective: ak.ObjectiveView) -> ak.Score:
    """Half."""
    return 0.5


def test_some_customers_explain_themselves() -> None:
    """What a subset did not need to judge is missing from the evidence, not from the answer."""
    touch = interaction(objective=objective(id="O-1"))
    world = portfolio_of(customer(id="C-1", projects=[project(id="P-1", status="planned", interactions=[touch])]))
    policy = ak.Policy([serves_good_objectives, is_seen], dimensions={"strategy": 1})
    some = policy.assess(world, now=NOW, customers=["C-1"])
    [finding] = some.of("project", "P-1").findings
    assert (finding.state, finding.evidence["found"]) == ("not_applicable", None)
    assert policy.assess(world, now=NOW).of("project", "P-1").findings[0].evidence["found"] == 50.0


def test_upcoming_touches() -> None:
    """What is planned stands in `upcoming`, what happened in the relation; both move with now."""

    @ak.rule(dimension="visibility")
    def has_plan(project: ak.ProjectView) -> ak.Score:
        return ak.count(project.upcoming) / 4 + ak.count(project.interactions) / 2

    world = portfolio_of(project(interactions=[interaction(days_ago=1), interaction(days_ahead=2)]))
    policy = ak.Policy([has_plan], dimensions={"visibility": 1})
    for later, code in ((-5, 500_000), (0, 750_000), (5, 1_000_000)):
        assert policy.assess(world, now=NOW + timedelta(days=later)).rows["project"]["P-1"][1] == code
