"""Results made by hand and by Hypothesis, without rules or facts: a plan, outcomes, and someone who can explain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, timezone

import pytest
from attrs import frozen
from hypothesis import strategies as st

from alignkit.policy.assessment import Assessment
from alignkit.policy.findings import Evidence
from alignkit.policy.scoring import FULL, KINDS, POINTS, RuleSpec, ScoringPlan, subject_total
from alignkit.policy.subject import SubjectAssessment

NOW = datetime(2026, 3, 1, 9, tzinfo=timezone.utc)
BANDS = (("green", 70_000_000), ("amber", 40_000_000), ("red", 0))


@frozen
class Told:
    """An explainer that says what the test told it."""

    found: Mapping[tuple[str, str], Evidence] = {}
    health: Mapping[str, str] = {}
    names: Mapping[str, str] = {}

    def evidence(self, kind: str, id: str, rule_id: str) -> Evidence:
        return self.found.get((id, rule_id), Evidence())

    def name(self, kind: str, id: str) -> str:
        return self.names.get(id, id)

    def declared_health(self, id: str) -> str | None:
        return self.health.get(id)


def _example_plan(missing: str) -> ScoringPlan:
    rules = (
        RuleSpec("update_fresh", "project", "visibility", 2, "Silent for {days} days.", "Send an update", "crm"),
        RuleSpec("risks_told", "project", "visibility", 1, "Risks are not told.", "Tell the risks", "pmo"),
        RuleSpec("surveys_good", "project", "satisfaction", 3, "Surveys are poor.", "Ask why", "crm"),
        RuleSpec("complaints_answered", "project", "satisfaction", 1, "{open} wait.", "Answer", "crm"),
        RuleSpec("lawsuit", "project", "", 1, "There is a lawsuit.", "Settle it", "pmo", cap_micro=40_000_000),
    )
    dimensions = {"visibility": 2, "satisfaction": 1}
    return ScoringPlan(dimensions, {"project": rules}, BANDS, 50_000_000, missing, "v1")


@pytest.fixture(scope="session")
def assessed() -> Callable[..., Assessment]:
    """
    Makes an assessment of the example plan from `{project id: {rule id: code}}`.

    Without other codes: complaints_answered 500,000, risks_told full, surveys_good without data, update_fresh
    250,000, and no lawsuit.
    """

    def make(changes: Mapping[str, Mapping[str, int]], *, missing: str = "renormalise", **told: object) -> Assessment:
        plan = _example_plan(missing)
        usual = {
            "complaints_answered": 500_000, "lawsuit": 0, "risks_told": FULL, "surveys_good": -2,
            "update_fresh": 250_000,
        }  # fmt: skip
        rows = {}
        for project, codes in changes.items():
            row = tuple((usual | dict(codes))[rule.id] for rule in plan.rules["project"])
            rows[project] = (subject_total(plan, "project", row), *row)
        return Assessment(plan, NOW, {"project": rows}, Told(**told))

    return make


WEIGHTS = st.one_of(st.integers(1, 5), st.integers(1, 1_000_000))
CODES = st.one_of(st.integers(0, FULL), st.sampled_from([0, FULL, FULL, -1, -2, -3]))
GATE_CODES = st.sampled_from([0, FULL, FULL, -1, -2, -3])
MOMENTS = st.datetimes(
    min_value=datetime(1990, 1, 1),
    max_value=datetime(2090, 1, 1),
    timezones=st.sampled_from([timezone.utc, timezone(timedelta(hours=5, minutes=45)), timezone(-timedelta(hours=3))]),
)
TEXT = st.text(max_size=12)
IDS = st.text(alphabet="abcXYZ-019_é漢\x1b", min_size=1, max_size=6)
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**60), 2**60), st.floats(allow_nan=False, allow_infinity=False), TEXT,
    MOMENTS, st.dates(min_value=date(1990, 1, 1)),
)  # fmt: skip
EVIDENCE = st.builds(
    Evidence,
    st.dictionaries(TEXT, VALUES, max_size=3),
    st.dictionaries(TEXT, st.lists(IDS, max_size=25), max_size=2),
    st.dictionaries(TEXT, VALUES, max_size=1),
)


@st.composite
def plans(draw: st.DrawFn, kinds: st.SearchStrategy[set[str]]) -> ScoringPlan:
    """Plans with rules on some kinds."""
    dimensions = draw(st.dictionaries(st.sampled_from(["b", "a", "d_d", "c", "é"]), WEIGHTS, min_size=1))
    rules = {
        kind: [_rule(draw, f"{kind}_{number}", kind, sorted(dimensions)) for number in range(draw(st.integers(1, 7)))]
        for kind in sorted(draw(kinds))
    }
    missing = draw(st.sampled_from(["renormalise", "zero"]))
    return ScoringPlan(dimensions, rules, BANDS, draw(st.integers(0, POINTS)), missing, "v1")


def _rule(draw: st.DrawFn, name: str, kind: str, dimensions: list[str]) -> RuleSpec:
    message = draw(st.sampled_from(["", "{days} days\n", "It is \x1b[31mbad."]))
    cap = draw(st.one_of(st.none(), st.none(), st.none(), st.integers(0, POINTS)))
    action, team = draw(st.sampled_from(["", "Send a\tlong enough letter to the customer"])), draw(IDS)
    return RuleSpec(name, kind, draw(st.sampled_from(dimensions)), draw(WEIGHTS), message, action, team, cap)


def _row(draw: st.DrawFn, plan: ScoringPlan, kind: str) -> tuple[int, ...]:
    codes = tuple(draw(GATE_CODES if rule.is_gate else CODES) for rule in plan.rules[kind])
    return subject_total(plan, kind, codes), *codes


@st.composite
def assessments(draw: st.DrawFn) -> Assessment:
    """Assessments of a few subjects of several kinds, some with evidence."""
    plan = draw(plans(st.sets(st.sampled_from(KINDS), min_size=1, max_size=3)))
    rows: dict[str, dict[str, tuple[int, ...]]] = {}
    found: dict[tuple[str, str], Evidence] = {}
    for kind in (kind for kind in KINDS if plan.rules[kind]):
        ids = ["portfolio"] if kind == "portfolio" else draw(st.lists(IDS, unique=True, min_size=1, max_size=2))
        rows[kind] = {key: _row(draw, plan, kind) for key in ids}
        found[ids[0], plan.rules[kind][0].id] = draw(EVIDENCE)
    names = draw(st.dictionaries(IDS, TEXT, max_size=3))
    health = draw(st.dictionaries(IDS, st.sampled_from(["on_track", "at_risk", "off_track", "fine"]), max_size=3))
    return Assessment(plan, draw(MOMENTS), rows, Told(found, health, names), tuple(draw(st.lists(IDS, max_size=2))))


@st.composite
def subjects(draw: st.DrawFn) -> SubjectAssessment:
    """One project, without evidence."""
    plan = draw(plans(st.just({"project"})))
    return Assessment(plan, NOW, {"project": {"P": _row(draw, plan, "project")}}, Told()).of("project", "P")


st.register_type_strategy(Assessment, assessments())
st.register_type_strategy(SubjectAssessment, subjects())
