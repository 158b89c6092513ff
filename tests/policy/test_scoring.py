"""How outcomes become points."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from alignkit.errors import ValidationError
from alignkit.policy.assessment import Assessment
from alignkit.policy.scoring import (
    FULL,
    POINTS,
    Missing,
    RuleSpec,
    ScoringPlan,
    account,
    allocate,
    band_of,
    split,
    subject_total,
)
from alignkit.policy.subject import SubjectAssessment

BANDS = (("green", 70_000_000), ("amber", 40_000_000), ("red", 0))


def plan_of(*rules: RuleSpec, missing: Missing = "renormalise", **dimensions: int) -> ScoringPlan:
    """A plan for projects with these rules and dimensions."""
    return ScoringPlan(dimensions, {"project": rules}, BANDS, 0, missing, "v1")


def rule(name: str, dimension: str = "a", weight: int = 1, cap: int | None = None) -> RuleSpec:
    """A rule, or a gate, on projects."""
    return RuleSpec(name, "project", dimension, weight, "", "", "", cap)


def test_worked_example(assessed: Callable[..., Assessment]) -> None:
    """
    A small policy scores as it does on paper.

    Dimensions in id order: satisfaction has weight 1 of 3, 100,000,000 * 1 // 3 = 33,333,333; visibility the rest,
    66,666,667. The survey rule has no data, so complaints_answered has all of satisfaction: at 500,000 it gets
    33,333,333 * 500,000 // 1,000,000 = 16,666,666. In visibility risks_told has 66,666,667 * 1 // 3 = 22,222,222
    and gets all of it; update_fresh has the rest, 44,444,445, and at 250,000 gets 11,111,111. The total is
    49,999,999, shown as 49.9. For coverage, satisfaction is shared 1 to 3 with the survey rule: 8,333,333 are
    known, and all 66,666,667 of visibility: 75,000,000, so 75 %.
    """
    project = assessed({"P": {}}).of("project", "P")
    got = {finding.rule_id: (finding.share_micro, finding.points_micro) for finding in project.findings}
    assert got == {
        "complaints_answered": (33_333_333, 16_666_666),
        "risks_told": (22_222_222, 22_222_222),
        "surveys_good": (0, 0),
        "update_fresh": (44_444_445, 11_111_111),
        "lawsuit": (0, 0),
    }
    assert (project.score_micro, project.coverage, project.band) == (49_999_999, 0.75, "amber")
    assert project.dimensions["visibility"].score_micro == 49_999_999
    assert project.dimensions["satisfaction"].coverage == 0.24999999


def test_worked_example_where_missing_is_zero(assessed: Callable[..., Assessment]) -> None:
    """
    Under `missing="zero"` the survey rule keeps its share and loses it.

    complaints_answered has 8,333,333 and gets 4,166,666; with 33,333,333 of visibility that makes 37,499,999.
    """
    project = assessed({"P": {}}, missing="zero").of("project", "P")
    assert project.score_micro == 37_499_999
    assert project.findings[2].lost_micro == 25_000_000


@given(whole=st.integers(0, POINTS), weights=st.lists(st.integers(1, 10**6), min_size=1, max_size=9))
def test_parts_add_up(whole: int, weights: list[int]) -> None:
    """Parts add up to the whole, and each is its real share rounded down or up."""
    parts = split(whole, weights)
    assert sum(parts) == whole
    for part, weight in zip(parts, weights, strict=True):
        exact, rest = divmod(whole * weight, sum(weights))
        assert part in (exact, exact + (rest > 0))


@given(subject=...)
def test_every_point_is_got_or_lost(subject: SubjectAssessment) -> None:
    """Shares add up to 100 points, got and lost make each share, and gates take the rest down to the total."""
    findings = subject.findings
    if subject.score_micro is None:
        assert not any(f.share_micro or f.points_micro or f.lost_micro for f in findings)
        return
    assert sum(f.share_micro for f in findings) == POINTS
    assert all(f.points_micro + f.lost_micro == f.share_micro for f in findings if not f.is_gate)
    assert sum(f.points_micro for f in findings) - sum(g.lost_micro for g in subject.gates) == subject.score_micro
    assert sum(f.lost_micro for f in findings) == POINTS - subject.score_micro
    assert all(f.points_micro >= 0 and f.lost_micro >= 0 for f in findings)


@given(subject=...)
def test_dimensions_are_sums_of_their_rules(subject: SubjectAssessment) -> None:
    """Shares, points and losses of a dimension are those of its rules; all dimensions together are the subject."""
    rules = [finding for finding in subject.findings if not finding.is_gate]
    for name, result in subject.dimensions.items():
        mine = [finding for finding in rules if finding.dimension == name]
        assert result.share_micro == sum(f.share_micro for f in mine)
        assert (result.points_micro, result.lost_micro) == (
            sum(f.points_micro for f in mine),
            sum(f.lost_micro for f in mine),
        )
        assert 0 <= result.coverage_micro <= POINTS
        assert result.score_micro is None or 0 <= result.score_micro <= POINTS
    before_gates = sum(result.points_micro for result in subject.dimensions.values())
    assert before_gates - sum(gate.lost_micro for gate in subject.gates) == (subject.score_micro or 0)


@given(subject=..., seed=...)
def test_order_of_rules_does_not_matter(subject: SubjectAssessment, seed: random.Random) -> None:
    """A plan made of the same rules and dimensions in another order is the same plan."""
    plan = subject.plan
    dimensions = list(plan.dimensions.items())
    seed.shuffle(dimensions)
    rules = {kind: seed.sample(specs, len(specs)) for kind, specs in reversed(plan.rules.items())}
    other = attrs.evolve(plan, dimensions=dict(dimensions), rules=rules)
    assert other.rules == plan.rules
    assert allocate(other, subject.kind, subject.codes) == subject.allocation


@given(subject=..., data=st.data())
def test_allocation_does_not_see_scores(subject: SubjectAssessment, data: st.DataObject) -> None:
    """Other scores in the same places leave every share and the coverage as they are."""
    others = [data.draw(st.integers(0, FULL)) if code >= 0 else code for code in subject.codes]
    assert allocate(subject.plan, subject.kind, others) == subject.allocation


@given(subject=...)
def test_coverage_counts_what_applies(subject: SubjectAssessment) -> None:
    """Coverage lies in 0..1, is 1 when everything that applies was scored, and is the same for both missing choices."""
    plan, codes = subject.plan, subject.codes
    rules = [code for rule, code in zip(plan.rules[subject.kind], codes, strict=True) if not rule.is_gate]
    assert 0.0 <= subject.coverage <= 1.0
    if any(code >= 0 for code in rules) and not any(code in (-2, -3) for code in rules):
        assert subject.coverage_micro == POINTS
    for missing in ("renormalise", "zero"):
        other = allocate(attrs.evolve(plan, missing=missing), subject.kind, codes)
        assert other.coverage_micro == subject.coverage_micro


@given(subject=..., data=st.data())
def test_a_satisfied_rule_may_weigh_more(subject: SubjectAssessment, data: st.DataObject) -> None:
    """
    Raising the weight of a rule with full marks never makes another rule lose more than one micro-point more.

    So the total falls by at most one micro-point for each rule of the same dimension that is short of full marks, and
    not at all where there is none: the real share of every other rule shrinks, and a share is its real one
    rounded down or up.
    """
    rules = subject.plan.rules[subject.kind]
    full = [place for place, rule in enumerate(rules) if not rule.is_gate and subject.codes[place] == FULL]
    assume(full)
    raised = rules[data.draw(st.sampled_from(full))]
    heavier = attrs.evolve(raised, weight=data.draw(st.integers(raised.weight, 1_000_000)))
    specs = dict(subject.plan.rules) | {subject.kind: tuple(heavier if r.id == raised.id else r for r in rules)}
    plan = attrs.evolve(subject.plan, rules=specs)
    ledger = account(plan, subject.kind, subject.codes, allocate(plan, subject.kind, subject.codes))
    ungated = [place for place, rule in enumerate(rules) if not rule.is_gate]
    assert all(ledger.lost[place] <= subject.ledger.lost[place] + 1 for place in ungated)
    short = sum(subject.ledger.lost[p] < ledger.lost[p] and rules[p].dimension == raised.dimension for p in ungated)
    assert ledger.total >= subject.ledger.total - short
    if not any(subject.codes[p] != FULL and rules[p].dimension == raised.dimension for p in ungated):
        assert ledger.total == subject.ledger.total


def test_one_micro_point_is_the_bound() -> None:
    """Rounding can cost that one micro-point, so the law cannot be stated without it."""
    before, after = (
        plan_of(rule("r1", weight=weight), rule("r2", weight=13_110), rule("r3", weight=902_649), a=1)
        for weight in (836_178, 836_179)
    )
    codes = (FULL, 0, FULL)
    assert subject_total(before, "project", codes) - subject_total(after, "project", codes) == 1


@given(subject=..., data=st.data())
def test_a_better_outcome_never_costs(subject: SubjectAssessment, data: st.DataObject) -> None:
    """A higher score of one rule never lowers the total."""
    places = [place for place, rule in enumerate(subject.plan.rules[subject.kind]) if not rule.is_gate]
    scored = [place for place in places if subject.codes[place] >= 0]
    assume(scored)
    place = data.draw(st.sampled_from(scored))
    better = list(subject.codes)
    better[place] = data.draw(st.integers(better[place], FULL))
    assert subject_total(subject.plan, subject.kind, better) >= subject.ledger.total


@given(subject=...)
def test_gates_cap_exactly(subject: SubjectAssessment) -> None:
    """The total is the sum of points or the lowest cap of the gates that hold, whichever is less."""
    assume(subject.score_micro is not None)
    caps = [gate.rule.cap_micro for gate in subject.gates if gate.score_micro == FULL]
    assert subject.score_micro == min([sum(subject.ledger.points), *(cap for cap in caps if cap is not None)])


@given(subject=...)
def test_missing_as_zero_is_a_score_of_zero(subject: SubjectAssessment) -> None:
    """Where missing counts as zero, the total is what it would be had every rule without data answered 0."""
    assume(subject.score_micro is not None)
    rules = subject.plan.rules[subject.kind]
    answered = [
        0 if code in (-2, -3) and not spec.is_gate else code for spec, code in zip(rules, subject.codes, strict=True)
    ]
    strict = attrs.evolve(subject.plan, missing="zero")
    assert subject_total(strict, subject.kind, subject.codes) == subject_total(subject.plan, subject.kind, answered)


@pytest.mark.parametrize("codes", [(-1, -2), (-3, -3), (-1, -1)])
@pytest.mark.parametrize("missing", ["renormalise", "zero"])
def test_nothing_scored_is_no_score(codes: Sequence[int], missing: Missing) -> None:
    """Without a scored rule there is no total, no coverage and no band, whatever the gates say."""
    plan = plan_of(rule("r1"), rule("r2"), rule("gate", cap=10), a=1, missing=missing)
    allocation = allocate(plan, "project", (*codes, FULL))
    assert (allocation.is_scored, allocation.coverage_micro, sum(allocation.shares)) == (False, 0, 0)
    assert subject_total(plan, "project", (*codes, FULL)) == -1
    assert band_of(plan, -1, 0) == "unknown"


@pytest.mark.parametrize(
    ("total", "band"),
    [(POINTS, "green"), (70_000_000, "green"), (69_999_999, "amber"), (40_000_000, "amber"), (0, "red")],
)
def test_band_edges_belong_to_the_higher_band(total: int, band: str) -> None:
    """A band holds from its lower edge on, to the micro-point."""
    assert band_of(plan_of(rule("r"), a=1), total, POINTS) == band


def test_low_coverage_is_never_green() -> None:
    """Under the minimum coverage the band is unknown; at it, it is not."""
    plan = attrs.evolve(plan_of(rule("r"), a=1), minimum_coverage_micro=50_000_000)
    assert band_of(plan, POINTS, 49_999_999) == "unknown"
    assert band_of(plan, POINTS, 50_000_000) == "green"


@pytest.mark.parametrize(
    "wrong",
    [
        {"dimensions": {"a": 0}},
        {"dimensions": {"b": 1}},
        {"bands": (("green", 70), ("red", 1))},
        {"bands": (("green", 0), ("green", 0))},
        {"bands": (("unknown", 0),)},
        {"bands": ()},
        {"minimum_coverage_micro": -1},
        {"missing": "ignore"},
        {"rules": {"project": (rule("r"), rule("r"))}},
        {"rules": {"customer": (rule("r"),)}},
        {"rules": {"deal": ()}},
    ],
    ids=str,
)
def test_a_plan_that_cannot_score_is_refused(wrong: dict[str, object]) -> None:
    """A plan is checked when it is made."""
    with pytest.raises(ValidationError, match=r"ScoringPlan\.\w+: .*expected|ScoringPlan\.rules: rule"):
        attrs.evolve(plan_of(rule("r"), a=1), **wrong)


@pytest.mark.parametrize("wrong", [{"weight": 0}, {"weight": 1_000_001}, {"cap": -1}, {"cap": POINTS + 1}])
def test_a_rule_that_cannot_weigh_is_refused(wrong: dict[str, int]) -> None:
    """Weights and caps have bounds."""
    with pytest.raises(ValidationError, match="expected a whole number from"):
        rule("r", **wrong)


def test_outcomes_must_match_the_rules() -> None:
    """One outcome for each rule, no fewer."""
    with pytest.raises(ValidationError, match="expected 1 outcomes for a project, got 2"):
        allocate(plan_of(rule("r"), a=1), "project", (1, 2))
