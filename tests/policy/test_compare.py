"""What changed between two assessments."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignkit.errors import NotFoundError
from alignkit.policy.assessment import Assessment
from alignkit.policy.compare import SubjectDifference, compare
from alignkit.policy.scoring import FULL, subject_total
from alignkit.policy.subject import SubjectAssessment

Assessed = Callable[..., Assessment]


def lines_of(found: SubjectDifference) -> list[tuple[str, str, int]]:
    """Rule, cause and micro-points of each line."""
    return [(line.rule_id, line.cause, line.difference_micro) for line in found.lines]


def test_a_better_answer_is_a_change_of_score(assessed: Assessed) -> None:
    """A rule that answers better moves its own points and no others."""
    found = compare(assessed({"P": {}}), assessed({"P": {"update_fresh": FULL}})).of("project", "P")
    assert lines_of(found) == [("update_fresh", "score", 33_333_334)]
    assert (found.before_band, found.after_band, found.difference) == ("amber", "green", 33.333334)
    assert (found.lines[0].difference, found.lines[0].team) == (33.333334, "crm")


def test_new_data_moves_shares_too(assessed: Assessed) -> None:
    """
    Data that appears takes share from the others of its dimension; their loss is of share, not of score.

    complaints_answered falls from half of 33,333,333 to half of 8,333,333; it also answers better, from
    half to full, which brings 4,166,667.
    """
    after = assessed({"P": {"surveys_good": FULL, "complaints_answered": FULL}})
    found = compare(assessed({"P": {}}), after).of("project", "P")
    assert lines_of(found) == [
        ("surveys_good", "appeared", 25_000_000),
        ("complaints_answered", "share", -12_500_000),
        ("complaints_answered", "score", 4_166_667),
    ]


def test_a_gate_has_its_own_line(assessed: Assessed) -> None:
    """What a gate takes is the gate's, whatever the rules did."""
    found = compare(assessed({"P": {}}), assessed({"P": {"lawsuit": FULL}})).of("project", "P")
    assert lines_of(found) == [("lawsuit", "gate", -9_999_999)]


def test_subjects_come_and_go(assessed: Assessed) -> None:
    """A subject that is only in one assessment appears or disappears with all its points."""
    found = compare(assessed({"gone": {}, "same": {}}), assessed({"came": {}, "same": {}}))
    assert [(subject.id, subject.difference_micro) for subject in found] == [
        ("came", 49_999_999),
        ("gone", -49_999_999),
    ]
    assert {line.cause for line in found.of("project", "gone").lines} == {"disappeared"}
    assert found.of("project", "came").before_band is None
    assert found.of("project", "same").lines == ()


def test_an_unknown_subject_is_refused(assessed: Assessed) -> None:
    """Asking for a subject that neither side has names the nearest one."""
    with pytest.raises(NotFoundError, match="did you mean 'P-1'"):
        compare(assessed({"P-1": {}}), assessed({"P-1": {}})).of("project", "P1")


def test_nothing_changed(assessed: Assessed) -> None:
    """Equal assessments differ in nothing, and the text says so."""
    found = compare(assessed({"P": {}}), assessed({"P": {}}))
    assert (len(found), found.portfolio.lines) == (0, ())
    assert str(found).endswith("No other subject changed.")


def test_the_text_adds_up(assessed: Assessed) -> None:
    """The text names who moved, by how much, and why."""
    after = assessed({"P": {"surveys_good": FULL, "complaints_answered": FULL}})
    text = compare(assessed({"P": {}}), after).text(width=60)
    assert text.split("\n\n")[-1] == "\n".join(
        [
            "Project P: 49.99 -> 66.66                             +16.67",
            "  surveys good: is scored now                         +25.00",
            "  complaints answered: its part of the score changed  -12.50",
            "  complaints answered: judged better                   +4.17",
        ]
    )


@given(subject=..., data=st.data())
def test_lines_add_up_to_the_difference(subject: SubjectAssessment, data: st.DataObject) -> None:
    """Whatever changes, in outcomes or in the policy, the lines of a subject add up to the difference exactly."""
    plan, kind = subject.plan, subject.kind
    codes = [data.draw(st.sampled_from([code, 0, FULL, 7, -1, -2, -3])) for code in subject.codes]
    kept = [data.draw(st.integers(0, 9)) > 0 for _ in codes]
    rules = tuple(
        attrs.evolve(
            rule, weight=data.draw(st.integers(1, 9)), cap_micro=data.draw(st.sampled_from([rule.cap_micro, 5]))
        )
        for rule, is_kept in zip(plan.rules[kind], kept, strict=True)
        if is_kept
    )
    other = attrs.evolve(plan, rules={kind: rules}, missing=data.draw(st.sampled_from(["renormalise", "zero"])))
    by_id = {rule.id: code for rule, code in zip(plan.rules[kind], codes, strict=True)}
    row = tuple(by_id[rule.id] for rule in other.rules[kind])
    before = Assessment(plan, subject.now, {kind: {"P": (subject.ledger.total, *subject.codes)}}, _Nothing())
    after = Assessment(other, subject.now, {kind: {"P": (subject_total(other, kind, row), *row)}}, _Nothing())
    found = compare(before, after).of(kind, "P")
    assert sum(line.difference_micro for line in found.lines) == found.difference_micro
    assert (found.after_micro or 0) - (found.before_micro or 0) == found.difference_micro
    sizes = [abs(line.difference_micro) for line in found.lines]
    assert sizes == sorted(sizes, reverse=True)


class _Nothing:
    def evidence(self, kind: str, id: str, rule_id: str) -> None:
        raise AssertionError("a comparison reads no evidence")

    def name(self, kind: str, id: str) -> str:
        return id

    def declared_health(self, id: str) -> None:
        return None


def test_a_rule_that_becomes_a_gate_is_two_movements(assessed: Assessed) -> None:
    """Its points disappear, and what it takes as a gate is a line of its own."""
    before = assessed({"P": {}})
    rules = [
        attrs.evolve(rule, cap_micro=10_000_000) if rule.id == "risks_told" else rule
        for rule in before.plan.rules["project"]
    ]
    plan = attrs.evolve(before.plan, rules={"project": rules})
    codes = dict(zip((rule.id for rule in before.plan.rules["project"]), before.rows["project"]["P"][1:], strict=True))
    row = tuple(codes[rule.id] for rule in plan.rules["project"])
    after = attrs.evolve(before, plan=plan, rows={"project": {"P": (subject_total(plan, "project", row), *row)}})
    found = compare(before, after).of("project", "P")
    assert lines_of(found) == [
        ("risks_told", "gate", -23_333_332),
        ("risks_told", "disappeared", -22_222_222),
        ("update_fresh", "share", 5_555_555),
    ]
    assert found.difference_micro == 10_000_000 - 49_999_999


def test_the_text_shows_bands_and_what_is_left_out(assessed: Assessed) -> None:
    """A change of band is named, and so is how many subjects are not shown."""
    lost = {"update_fresh": 0, "risks_told": 0}
    text = compare(assessed({"A": {}, "B": {}}), assessed({"A": lost, "B": lost})).text(most=1)
    assert "2 subjects changed; the 1 that moved most:" in text
    assert "Project A: 49.99 -> 16.66, amber -> red" in text
    assert "update fresh: judged worse" in text
    assert "Project B" not in text


def test_another_policy_may_change_nothing(assessed: Assessed) -> None:
    """Under a policy that differs in name only, no subject changed."""
    before = assessed({"P": {}})
    renamed = attrs.evolve(before, plan=attrs.evolve(before.plan, policy_version="v2"))
    assert compare(before, renamed).changed == ()
