"""Lint finds what is probably not meant, one planted fault for each code, and nothing on policies that are sound."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import alignkit as ak
from alignkit.policy.lint import LINT_CODES
from alignkit.policy.lint_ways import FULL, answers
from alignkit.testing import NOW, made_up_portfolio, portfolio_of, project
from alignkit.testing.cases import branch_coverage

SOUND = "return 1.0 if project.status == 'active' else 0.0"


def stored(body: str, id: str = "judged", *, takes: str = "", **fields: Any) -> ak.AlignmentRule:
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    text = f"def {id}(project: ProjectView{takes}) -> Score:\n{lines}"
    if "cap" not in fields:
        fields.setdefault("dimension", "one")
    else:
        fields.setdefault("weight", 0)
    return ak.AlignmentRule(id=id, kind="project", text=text, **fields)


def policy(*rules: Any, **settings: Any) -> ak.Policy:
    return ak.Policy(rules, **{"dimensions": {"one": 1}, "bands": {"any": 0}, **settings})


TWICE = (stored("return ramp(project.progress, best=0.5, worst=0.1)"),
         stored("return ramp(project.progress, best=0.6, worst=0.1)", "again"))  # fmt: skip
NEVER = "if project.progress is None:\n    return None\nif project.progress is not None:\n    return NOT_APPLICABLE\nreturn 1.0"
PLANTED: dict[str, ak.Policy] = {
    "ConstantRule": policy(stored("return 1.0 if project.status == 'active' else 1.0")),
    "NeverApplicable": policy(stored(NEVER)),
    "NeverFullMarks": policy(stored("return ramp(project.progress, best=2, worst=0)")),
    "DeadBranch": policy(stored("x = default(project.progress, 0)\nif x > 0.5:\n    return 1.0\nreturn 0.5 if x > 0.7 else 0.0")),
    "UnusedParameter": policy(stored(SOUND, takes=", now: datetime, *, limit: float = 3")),
    "StepCurve": policy(stored("return ramp(project.progress, best=0.5, worst=0.5000001)")),
    "ReversedCurve": policy(
        stored("return ramp(project.progress, best=best, worst=worst)", takes=", *, best: float = 0.9, worst: float = 0.2",
               parameters={"best": 0.1})),
    "FlatCurve": policy(stored("x = default(project.progress, 0)\nreturn max(x, ramp(x, best=5, worst=2))")),
    "UnreachableStep": policy(stored("return steps(project.progress, (0.5, 1.0), (0.3, 0.5), otherwise=0)")),
    "GateAlwaysHolds": policy(stored(SOUND), stored("return count(project.tasks) >= 0", "always", cap=50)),
    "GateNeverHolds": policy(stored(SOUND), stored("return project.progress is not None and project.progress > 1", "never", cap=50)),
    "GateTakesNothing": policy(stored(SOUND), stored("return project.progress is None", "idle", cap=100)),
    "BandNeverMet": policy(
        stored(SOUND), stored("return project.status != '' or project.status == ''", "always", cap=60),
        bands={"green": 70, "red": 0}),
    "DimensionNeverEarned": policy(stored(SOUND), dimensions={"one": 1, "two": 5}),
    "OverlappingRules": policy(*TWICE),
    "UnknownPlaceholder": policy(stored(SOUND, message="It is {project.status}.")),
}  # fmt: skip


@pytest.mark.parametrize("code", [code for code in LINT_CODES if not code.endswith("OnFacts")])
def test_every_planted_fault_is_found(code: str) -> None:
    """A policy with one fault has a finding of its code."""
    found = {finding.code for finding in PLANTED[code].lint()}
    assert code in found
    companions = {"BandNeverMet": {"GateAlwaysHolds"},
                  "NeverApplicable": {"DeadBranch", "DimensionNeverEarned"}}  # fmt: skip
    assert found - {code} <= companions.get(code, set())


@pytest.mark.parametrize(
    "body",
    [
        SOUND,
        "return project.progress",
        "if project.due_on is None:\n    return NOT_APPLICABLE\nreturn ramp(project.progress, best=1, worst=0)",
        "return steps(count(project.tasks), (0, 1.0), (3, 0.5), otherwise=0)",
        "return decay(count(project.tasks), half_life=3)",
        "n = count(project.tasks)\nif n == 0:\n    return None\nif n > 5:\n    return 0.0\nreturn 1.0 if n < 3 else 0.5",
    ],
)
def test_a_sound_rule_has_no_finding(body: str) -> None:
    """Rules as people write them say nothing that is not meant."""
    assert policy(stored(body), bands={"green": 70, "amber": 40, "red": 0}).lint() == ()


def test_the_default_policy_is_clean() -> None:
    """What alignkit ships has no finding, of itself or on made-up facts."""
    assert ak.Policy.default().lint(made_up_portfolio(400)) == ()


def test_profiles_and_changes_stay_clean() -> None:
    """Other weights and one dimension less make no finding."""
    changed = ak.Policy.default().with_weights({"growth": 7})
    assert changed.without(*(rule.id for rule in changed if rule.record.dimension == "growth")).lint() == ()
    assert changed.lint() == ()


def test_a_finding_has_its_place_and_what_would_be_right() -> None:
    """The line and column are those of the choice, the call or the parameter."""
    (dead,) = PLANTED["DeadBranch"].lint()
    assert (dead.rule_id, dead.line, dead.column) == ("judged", 5, 12)
    assert str(dead).startswith("judged:5:12: DeadBranch: the condition is always false here")
    (step,) = PLANTED["StepCurve"].lint()
    assert (step.line, step.column) == (2, 12)
    assert [(f.message, f.column) for f in PLANTED["UnusedParameter"].lint()] == [
        ("'now' is not read", 34), ("'limit' is not read", 52),
    ]  # fmt: skip


def test_what_is_meant_is_ignored() -> None:
    """A code, or a code of one rule, is left out."""
    constant = PLANTED["ConstantRule"]
    assert constant.lint(ignore=["ConstantRule"]) == ()
    assert constant.lint(ignore=["ConstantRule:judged"]) == ()
    assert constant.lint(ignore=["ConstantRule:other"]) != ()


def test_a_condition_that_a_threshold_switches_is_meant() -> None:
    """A branch that the policy can switch on is not dead."""
    body = "if strict:\n    return 1.0 if project.progress is not None else 0.0\nreturn project.progress"
    assert policy(stored(body, takes=", *, strict: bool = False")).lint() == ()
    assert [f.code for f in policy(stored("if True:\n    return project.progress\nreturn 0.0")).lint()] == [
        "DeadBranch"
    ]


def test_python_rules_are_looked_at_too() -> None:
    """A decorated function has the findings of its text."""

    @ak.rule(dimension="one")
    def judged(project: ak.ProjectView, now: datetime) -> ak.Score:
        """Judged."""
        return 1.0

    assert {f.code for f in policy(judged).lint()} == {"ConstantRule", "UnusedParameter"}


def test_facts_show_what_rules_say_of_them() -> None:
    """On facts, a rule that never scores, one that always scores the same and two that agree are found."""
    facts = portfolio_of(*(project(progress=number / 30) for number in range(30)))
    silent = stored("return None if project.progress is None or project.budget is None else project.progress", "silent")
    same = stored("return 1.0 if project.status == 'active' else 0.0", "same")
    doubled = stored("return ramp(project.progress, best=1, worst=0)", "doubled")
    found = policy(silent, same, stored("return project.progress"), doubled).lint(facts)
    assert {(f.code, f.rule_id) for f in found} == {
        ("NeverOnFacts", "silent"), ("ConstantOnFacts", "same"), ("AgreeOnFacts", "judged"),
    }  # fmt: skip
    few = portfolio_of(*(project(progress=0.5) for number in range(19)))
    assert policy(same).lint(few) == ()


edges = st.sampled_from([0, 0.25, 0.5, 0.75, 1])
conditions = st.builds(lambda op, edge: f"x {op} {edge}", st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), edges)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(conditions, edges), min_size=1, max_size=5), edges)
def test_dead_branches_are_those_that_no_number_takes(branches: list[tuple[str, float]], rest: float) -> None:
    """A branch that lint calls dead is taken by no fact, and the answers lie where it says."""
    body = "x = project.progress\nif x is None:\n    return NOT_APPLICABLE\n"
    body += "".join(f"if {test}:\n    return {score}\n" for test, score in branches) + f"return {rest}"
    made = policy(stored(body))
    points = sorted({0.0, 1.0, *(k / 8 for k in range(9))})
    facts = portfolio_of(project(), *(project(progress=x) for x in [*points, *(sum(p) / 2 for p in pairwise(points))]))
    taken = {(way.line, way.holds) for way in branch_coverage(made, facts, now=NOW).taken}
    dead = {(f.line, "false" in f.message) for f in made.lint() if f.code == "DeadBranch"}
    assert not dead & taken
    lowered = made.rule("judged").lowered
    assert lowered is not None
    low, high = answers(lowered.outcome).scores or (0, FULL)
    found = [row[1] for row in made.assess(facts, now=NOW).rows["project"].values() if row[1] >= 0]
    assert all(low <= score <= high for score in found)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["<", ">="]), min_size=1, max_size=4), st.data())
def test_nothing_dead_is_missed_where_numbers_are_compared(ops: list[str], data: st.DataObject) -> None:
    """Where one number is compared with edges, what no fact takes is called dead."""
    tests = [(op, data.draw(st.sampled_from([0.2, 0.4, 0.6, 0.8]))) for op in ops]
    body = "x = default(project.progress, 0)\n" + "".join(
        f"if x {op} {edge}:\n    return 0.{n}\n" for n, (op, edge) in enumerate(tests, 1)
    )
    made = policy(stored(body + "return 1.0"))
    facts = portfolio_of(
        *(project(progress=x / 10) for x in range(11)), *(project(progress=x / 10 + 0.05) for x in range(10))
    )
    missed = {(way.line, way.holds) for way in branch_coverage(made, facts, now=NOW).missed}
    dead = {(f.line, "always false" in f.message) for f in made.lint() if f.code == "DeadBranch"}
    reached = {line for line, _ in missed if {(line, True), (line, False)} <= missed}
    assert {way for way in missed if way[0] not in reached} == dead
