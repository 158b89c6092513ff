"""Why a subject has its score: the tree, and the text."""

from __future__ import annotations

import re
from collections.abc import Callable

from hypothesis import given

from alignkit.display.layout import width_of
from alignkit.policy.assessment import Assessment
from alignkit.policy.explain_text import shown_points
from alignkit.policy.findings import Evidence
from alignkit.policy.scoring import FULL, POINTS
from alignkit.policy.subject import SubjectAssessment

Assessed = Callable[..., Assessment]
IDS = ("I-1", "I-2", "I-3", "I-4", "I-5")
TOLD = {
    ("P", "update_fresh"): Evidence({"days": 16.5, "who": None}, {"days": (*IDS,), "who": (*IDS,)}, {"worst": 21.0}),
    ("P", "complaints_answered"): Evidence({"open": 2}, {"late": ("N-1",)}),
}

TEXT = """\
Project P, Apollo
49.9 of 100, amber, 75% known; declared on track
on 2026-03-01, policy v1

visibility                                      33.33 of  66.67
  risks told                                    22.22 of  22.22
  update fresh                                  11.11 of  44.45
    Silent for 16.5 days.
    evidence: days 16.5 (I-1, I-2, I-3 and 2 more); who unknown
    judged by: worst 21
    next: Send an update [crm]

satisfaction                                    16.66 of  33.33
  complaints answered                           16.66 of  33.33
    2 wait.
    evidence: open 2; late N-1
    next: Answer [crm]
  not known: surveys good

got 49.99 + lost 50.01 = 100.00"""


def test_the_text_of_the_worked_example(assessed: Assessed) -> None:
    """A manager sees every point, the evidence of those lost, what to do, whose move it is, and the sum."""
    project = assessed({"P": {}}, found=TOLD, health={"P": "on_track"}, names={"P": "Apollo"}).of("project", "P")
    assert project.explain().text(width=63) == TEXT


def test_a_gate_is_its_own_line(assessed: Assessed) -> None:
    """What a gate takes stands apart, with its cap, and is part of what was lost."""
    text = str(assessed({"P": {"lawsuit": FULL}}).of("project", "P").explain())
    assert re.search(r"^  lawsuit: no more than 40\.0 +-9\.99$", text, re.MULTILINE)
    assert text.endswith("got 40.00 + lost 60.00 = 100.00")


def test_a_gate_that_takes_nothing_says_so(assessed: Assessed) -> None:
    """A gate that holds over a score below its cap is named, at no cost."""
    low = {"lawsuit": FULL, "risks_told": 0}
    text = assessed({"P": low}).of("project", "P").explain().text()
    assert "lawsuit: holds, the score is below its cap of 40.0 anyway" in text


def test_what_is_missing_is_not_zero(assessed: Assessed) -> None:
    """Rules without data are not known, failed ones could not be judged, others do not apply; none has points."""
    codes = {"complaints_answered": -2, "update_fresh": -3, "risks_told": FULL, "surveys_good": -1}
    text = assessed({"P": codes}).of("project", "P").explain().text(width=60)
    assert re.search(r"^satisfaction +not known$", text, re.MULTILINE)
    assert "  not known: complaints answered\n  does not apply: surveys good\n" in text
    assert "  could not be judged, the rule failed: update fresh\n" in text
    assert text.endswith("got 100.00 + lost 0.00 = 100.00")


def test_what_is_unknown_is_named(assessed: Assessed) -> None:
    """A rule without data names the evidence that is missing; a path leaves out the subject."""
    told = {("P", "surveys_good"): Evidence({"answers": None, "project.customer.tier": None, "window": 90})}
    text = assessed({"P": {}}, found=told).of("project", "P").explain().text()
    assert "  not known: surveys good (answers, customer tier unknown)\n" in text


def test_what_counts_as_lost_says_so(assessed: Assessed) -> None:
    """Where the policy counts missing data as lost, the text gives both the reason and the points."""
    text = assessed({"P": {}}, missing="zero").of("project", "P").explain().text()
    assert re.search(r"not known: surveys good, counts as lost under this policy +0\.00 of +25\.00", text)


def test_no_score_is_not_a_zero(assessed: Assessed) -> None:
    """Without any score the text says that it is unknown."""
    silent = {"complaints_answered": -2, "risks_told": -2, "update_fresh": -2}
    text = str(assessed({"P": silent}).of("project", "P").explain())
    assert "score unknown" in text
    assert text.endswith("the score is not known, it is not zero.")


@given(subject=...)
def test_the_tree_reconciles(subject: SubjectAssessment) -> None:
    """At every level got and lost make the share; all of it makes 100 points."""
    tree = subject.explain()
    for dimension in tree.dimensions:
        for field in ("share_micro", "points_micro", "lost_micro"):
            assert getattr(dimension, field) == sum(getattr(rule, field) for rule in dimension.children)
        assert dimension.points_micro + dimension.lost_micro == dimension.share_micro
    if subject.score_micro is not None:
        assert sum(dimension.share_micro for dimension in tree.dimensions) == POINTS
        points = sum(dimension.points_micro for dimension in tree.dimensions)
        assert points - sum(gate.lost_micro for gate in tree.gates) == subject.score_micro


@given(subject=...)
def test_what_is_printed_adds_up(subject: SubjectAssessment) -> None:
    """Printed points of rules and gates add up to the printed total and to 100.00, each within 0.01 of the truth."""
    tree = subject.explain()
    if tree.score_micro is None:
        return
    shown = shown_points(tree)
    taken = sum(shown[gate.id].lost for gate in tree.gates)
    assert sum(pair.got for pair in shown.values()) - taken == tree.score_micro // 10_000
    assert sum(pair.lost for pair in shown.values()) == 10_000 - tree.score_micro // 10_000
    for finding in subject.findings:
        pair = shown.get(finding.rule_id)
        got, lost = (pair.got, pair.lost) if pair else (0, 0)
        assert got >= 0
        assert lost >= 0
        assert abs(got * 10_000 - finding.points_micro) < 10_000
        assert abs(lost * 10_000 - finding.lost_micro) < 10_000


@given(assessment=...)
def test_text_fits_the_page_and_is_inert(assessment: Assessment) -> None:
    """Whatever the facts hold, lines keep their width and hold no control characters."""
    for subject in assessment:
        for width in (40, 88):
            lines = subject.explain().text(width=width).split("\n")
            assert all(width_of(line) <= width for line in lines)
            assert not any(ord(character) < 32 or character == "\u202e" for line in lines for character in line)
