"""What the text made sure of holds wherever the generated code computes it: all ways of judging give the same codes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alignkit.testing import NOW, contribution, customer, interaction, need, objective, portfolio_of, project, task

from .three_ways import judged, policy_of, rule

TASKS = [
    task(id="T-1", effort_hours=2.0, spent_hours=8.0),
    task(id="T-2", effort_hours=None, spent_hours=7.0),
    task(id="T-3", effort_hours=None, spent_hours=8.0, status="done"),
    task(id="T-4", effort_hours=3.0, spent_hours=9.0),
]
WORLD = portfolio_of(
    customer(
        annual_value=None,
        projects=[
            project(id="P-1", progress=0.5, tasks=TASKS, needs=[need("complaint")]),
            project(id="P-2", progress=None, tasks=[task(id="T-9", effort_hours=4.0)]),
        ],
    )
)
RULES = {
    "a value on the way back that a return made sure of": (
        """
if project.progress is None:
    return 0.25
return ak.default(ak.mean(t.project.progress for t in project.tasks if t.project is not None), 0)
""",
        (500_000, 250_000),
    ),
    "a conditional of what a return made sure of, inside an aggregate": (
        """
if project.progress is None:
    return 0.25
limit = project.progress if project.status == "active" else 0.5
return ak.count(t for t in project.tasks if t.effort_hours is not None and t.effort_hours > limit) > 1
""",
        (1_000_000, 250_000),
    ),
    "a default that a return made sure of": (
        """
if project.progress is None:
    return 0.25
limit = ak.default(project.budget, project.progress)
return ak.count(t for t in project.tasks if t.effort_hours is not None and t.effort_hours > limit) > 1
""",
        (1_000_000, 250_000),
    ),
    "the end of a curve that a return made sure of": (
        """
if project.progress is None:
    return 0.25
return ak.mean(ak.ramp(t.effort_hours, best=project.progress + 2, worst=0) for t in project.tasks)
""",
        (900_000, 250_000),
    ),
    "the half-life of a decay that a return made sure of": (
        """
if project.progress is None:
    return 0.25
return ak.maximum(ak.decay(t.effort_hours, half_life=project.progress + 1.5) for t in project.tasks)
""",
        (500_000, 250_000),
    ),
    "opposite conditions after different guards": (
        """
a = ak.count(t for t in project.tasks if t.spent_hours in (7.0, 7.5) and (t.effort_hours is None or t.spent_hours > 20))
b = ak.count(
    t for t in project.tasks
    if t.spent_hours in (8.0, 8.5) and not (t.effort_hours is None or t.spent_hours > 20) and t.effort_hours + 1 == 3
)
c = ak.count(
    t for t in project.tasks
    if t.spent_hours in (9.0, 9.5) and not (t.effort_hours is None or t.spent_hours > 20) and t.effort_hours + 1 == 4
)
return (a + b + c) / 4
""",
        (750_000, 0),
    ),
    "an aggregate that looks at another, after a return": (
        """
most = ak.maximum(t.effort_hours for t in project.tasks if t.status != "done")
if most is None:
    return None
return ak.count(t for t in project.tasks if t.effort_hours == most) / 2
""",
        (500_000, 500_000),
    ),
    "a local that never gets that far": (
        """
if project.progress is None:
    return ak.NOT_APPLICABLE
held = ak.clamp(0.5, 0, project.progress)
line = ak.ramp(0.5, best=project.progress + 2, worst=0)
late = ak.decay(0.5, half_life=project.progress + 1)
least = min(project.progress, 2)
return held
""",
        (500_000, -1),
    ),
    "a local that is assigned on both ways": (
        """
if project.progress is None:
    part = 0.125
else:
    part = project.progress
return part
""",
        (500_000, 125_000),
    ),
}


@pytest.mark.parametrize("what", RULES)
def test_one_meaning_behind_a_test(what: str) -> None:
    """A value that a test made sure of is never read where the test failed."""
    lines, (one, two) = RULES[what]
    assert judged(policy_of(rule(lines)), WORLD) == {("rule_one", "P-1"): one, ("rule_one", "P-2"): two}


DONE = """
def done(project: ak.ProjectView) -> bool | None:
    if project.progress is None:
        return None
    return ak.exists(t for t in project.tasks if t.status == "done")

def known(customer: ak.CustomerView) -> ak.Score:
    if customer.annual_value is None:
        return ak.NOT_APPLICABLE
    return ak.exists(p for p in customer.projects)
"""


def test_a_condition_without_data_is_no_data() -> None:
    """A helper that answers True, False or None gives its own rule and the rules of others the same."""
    text = DONE + (
        "def rule_own(project: ak.ProjectView) -> ak.Score:\n    return done(project)\n"
        "def rule_other(customer: ak.CustomerView) -> ak.Score:\n"
        "    return ak.count(p for p in customer.projects if ak.default(done(p), False)) / 2\n"
    )
    assert judged(policy_of(text), WORLD) == {
        ("rule_own", "P-1"): 1_000_000,
        ("rule_own", "P-2"): -2,
        ("rule_other", "C-1"): 500_000,
    }


def test_an_outcome_of_another_record() -> None:
    """What a helper answers of another record may be that it does not apply."""
    text = DONE + (
        "def rule_own(customer: ak.CustomerView) -> ak.Score:\n    return known(customer)\n"
        "def rule_other(project: ak.ProjectView) -> ak.Score:\n"
        "    if project.customer is None:\n        return 1.0\n    return known(project.customer)\n"
    )
    assert set(judged(policy_of(text), WORLD).values()) == {-1}
    rich = portfolio_of(customer(annual_value=None, projects=[project()]), customer(annual_value=None))
    assert set(judged(policy_of(text), rich).values()) == {-1}


@pytest.mark.parametrize(("missing", "total"), [("renormalise", 50_000_000), ("zero", 25_000_000)])
def test_a_condition_without_data_loses_its_share_only(missing: str, total: int) -> None:
    """Where missing data counts as nothing won, a condition that is None takes its own share and not more."""
    text = (
        'def rule_one(project: ak.ProjectView) -> ak.Score:\n    return project.status == "x" if project.progress is not None else None\n'
        "def rule_two(project: ak.ProjectView) -> ak.Score:\n    return 0.5\n"
    )
    policy = policy_of(text, missing=missing)
    assert judged(policy, WORLD)["rule_one", "P-2"] == -2
    assert policy.assess(WORLD, now=NOW).rows["project"]["P-2"][0] == total


def test_reads_its_own_moments_as_of_now() -> None:
    """A moment of the subject itself that lies after now reads None."""
    later = portfolio_of(objective(acknowledged_by="ana", acknowledged_at=NOW + timedelta(days=3)))
    text = rule("return objective.acknowledged_at is None", subject="objective: ak.ObjectiveView")
    assert judged(policy_of(text), later) == {("rule_one", "O-1"): 1_000_000}
    assert judged(policy_of(text), later, now=NOW + timedelta(days=3)) == {("rule_one", "O-1"): 0}


def test_large_numbers_add_up_alike() -> None:
    """A summand counts as 1e15 at most, whole or not, whatever the other summands happen to be."""
    large = "(9007199254740991 if t.effort_hours == 3.0 else 0.5)"
    for number in (large, "9007199254740991", "9e15"):
        text = rule(f"return ak.total({number} for t in project.tasks if t.effort_hours == 3.0) / 4e15")
        assert judged(policy_of(text), WORLD)["rule_one", "P-1"] == 250_000


PARTS = {
    "a default that may be unknown": ("return ak.default(ak.default(project.progress, project.budget), 0.25)", (500_000, 250_000)),
    "a default of nothing": ("return ak.default(None, 0.5)", (500_000, 500_000)),
    "an unknown default": ("return ak.default(project.progress, project.budget)", (500_000, -2)),
    "conditions that are constant": (
        ("a = ak.count(t for t in project.tasks if True if t.status is not None)\n"
        "b = ak.exists(t for t in project.tasks if False or t.id is None)\n"
        "return a / 4 if not b and ak.every(1 < 2 for t in project.tasks) else None"),
        (1_000_000, 250_000),
    ),
    "an empty list": ("return project.status not in () and ak.count(t for t in project.tasks if t.status in ()) == 0", (1_000_000,) * 2),
    "a choice of what is known": (
        "part = project.progress if project.progress is not None else None\nreturn part if part is not None else None",
        (500_000, -2),
    ),
    "limits of whole numbers": ("return ak.clamp(ak.count(project.tasks), 0, 1) - max(0, min(1, 0.5))", (500_000, 500_000)),
}  # fmt: skip


@pytest.mark.parametrize("what", PARTS)
def test_one_meaning_of_small_parts(what: str) -> None:
    """Small parts of the language mean the same natively, generated and stored."""
    lines, (one, two) = PARTS[what]
    assert judged(policy_of(rule(lines)), WORLD) == {("rule_one", "P-1"): one, ("rule_one", "P-2"): two}


FAR = """
def number(customer: ak.CustomerView) -> int:
    return ak.count(customer.projects)

def size(project: ak.ProjectView) -> int:
    return number(project.customer) + ak.count(project.tasks) if project.customer is not None else 0

def found(objective: ak.ObjectiveView) -> float | None:
    return objective.score

def good(project: ak.ProjectView) -> float | None:
    return ak.mean(found(c.objective) for c in project.contributions)

def last(project: ak.ProjectView) -> object:
    return ak.latest(i for i in project.interactions)

def rule_objective(objective: ak.ObjectiveView) -> ak.Score:
    return ak.maximum(size(c.project) / 10 for c in objective.contributions)

def rule_project(project: ak.ProjectView) -> ak.Score:
    return ak.total(size(c.project) / 10 for c in project.contributions)

def rule_scores(project: ak.ProjectView) -> ak.Score:
    return ak.ratio(good(project), 100)

def rule_touch(project: ak.ProjectView) -> ak.Score:
    touch = ak.latest(i for i in project.interactions if i.objective is not None)
    if touch is None or touch.objective is None:
        return None
    return touch.objective.band == "red" and ak.default(touch.objective.score, 0) > 35

def rule_customer(customer: ak.CustomerView) -> ak.Score:
    return ak.mean(good(p) for p in customer.projects) is not None and ak.exists(
        p for p in customer.projects if last(p) is not None and last(p).kind == "email"
    )

def rule_portfolio(portfolio: ak.PortfolioView) -> ak.Score:
    return ak.minimum(size(p) / 10 for p in portfolio.projects if p.customer is not None and number(p.customer) > 1)

def gate_project(project: ak.ProjectView) -> ak.Score:
    return size(project) > 3
"""
FAR_WORLD = portfolio_of(
    customer(
        projects=[
            project(
                id="P-1",
                tasks=[task(), task()],
                interactions=[interaction("email", objective=objective(id="O-2"))],
                contributions=[contribution(objective=objective(id="O-1"))],
            ),
            project(id="P-2"),
        ]
    )
)
FAR_CODES = {
    ("rule_objective", "O-1"): 400_000,
    ("rule_objective", "O-2"): -2,
    ("rule_project", "P-1"): 400_000,
    ("rule_project", "P-2"): 0,
    ("rule_scores", "P-1"): 400_000,
    ("rule_scores", "P-2"): -2,
    ("rule_touch", "P-1"): 0,
    ("rule_touch", "P-2"): -2,
    ("gate_project", "P-1"): 1_000_000,
    ("gate_project", "P-2"): 0,
    ("rule_customer", "C-1"): 1_000_000,
    ("rule_portfolio", "portfolio"): 200_000,
}


def test_signals_of_signals() -> None:
    """Helpers on hops of hops, on scores, and on records of records mean the same in all ways of judging."""
    assert judged(policy_of(FAR), FAR_WORLD) == FAR_CODES


@pytest.mark.parametrize("unknown", ["tasks", "contributions", "interactions", "needs"])
def test_what_was_not_given_is_no_data_everywhere(unknown: str) -> None:
    """A rule that reads a collection which was not given, also over helpers and hops, has no data in all ways."""
    empty = portfolio_of(
        customer(projects=[project(id="P-1"), project(id="P-2")]), objective(id="O-1"), unknown=(unknown,)
    )
    found = judged(policy_of(FAR, missing="zero"), empty)
    reads = {
        "tasks": {"rule_objective", "rule_project", "rule_portfolio", "gate_project"},
        "contributions": {"rule_objective", "rule_project", "rule_scores", "rule_customer"},
        "interactions": {"rule_touch", "rule_customer"},
        "needs": set[str](),
    }[unknown]
    assert all(code == -2 for (name, _), code in found.items() if name in reads)
    assert any(code >= 0 for (name, _), code in found.items() if name not in reads)


def test_many_rules_share_a_pass() -> None:
    """A hundred rules with ever other limits over one relation nest no deeper than Python can, and agree."""
    text = "".join(
        f"def rule_{number:03}(project: ak.ProjectView) -> ak.Score:\n"
        "    most = ak.maximum(t.effort_hours for t in project.tasks)\n"
        "    if most is None:\n"
        "        return None\n"
        f"    return ak.count(t for t in project.tasks if t.spent_hours is not None and t.spent_hours > {number / 8}"
        f" and t.effort_hours is not None and t.effort_hours <= most and t.team != 'team {number % 7}') / 2\n"
        for number in range(100)
    )
    found = judged(policy_of(text), WORLD)
    assert [found[f"rule_{number:03}", "P-1"] for number in (0, 63, 64, 71, 72, 99)] == [
        1_000_000,
        1_000_000,
        500_000,
        500_000,
        0,
        0,
    ]
