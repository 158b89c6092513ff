"""What would raise a score most."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given

from alignkit.policy.assessment import Assessment
from alignkit.policy.scoring import FULL, NOT_APPLICABLE, subject_total
from alignkit.policy.subject import SubjectAssessment

Assessed = Callable[..., Assessment]


def test_headroom_by_hand(assessed: Assessed) -> None:
    """
    The largest true gain first; a rule without data is a hope, and marked as one.

    With a good survey satisfaction is shared 1 to 3: complaints_answered has 8,333,333 and gets 4,166,666, the
    survey 25,000,000; with 33,333,333 of visibility that is 62,499,999, which is 12,500,000 more.
    """
    found = assessed({"P": {}}).headroom("project", "P")
    assert [(entry.rule_id, entry.gain_micro, entry.is_known) for entry in found] == [
        ("update_fresh", 33_333_334, True),
        ("complaints_answered", 16_666_667, True),
        ("surveys_good", 12_500_000, False),
    ]
    assert (found[0].action, found[0].team, found[0].gain_points) == ("Send an update", "crm", 33.333334)
    assert found[2].action == "Find out what is not known: surveys good"


def test_under_a_gate_only_the_gate_helps(assessed: Assessed) -> None:
    """While a gate caps the total, lifting it is the only gain."""
    found = assessed({"P": {"lawsuit": FULL}}).headroom("project", "P")
    assert [(entry.rule_id, entry.gain_micro) for entry in found][:2] == [
        ("lawsuit", 9_999_999),
        ("complaints_answered", 0),
    ]
    assert found[0].is_gate


def test_with_nothing_scored_the_gain_is_the_whole(assessed: Assessed) -> None:
    """Where nothing is known, good data would give the total it makes."""
    silent = {"complaints_answered": -2, "risks_told": -1, "update_fresh": -3}
    found = assessed({"P": silent}).headroom("project", "P")
    assert {entry.rule_id: (entry.gain_points, entry.state) for entry in found} == {
        "complaints_answered": (100.0, "no_data"),
        "surveys_good": (100.0, "no_data"),
        "update_fresh": (100.0, "error"),
    }


@given(subject=...)
def test_gains_are_true(subject: SubjectAssessment) -> None:
    """Setting that one rule right gives exactly the gain; only rules that apply and are short are listed."""
    rules = [rule.id for rule in subject.plan.rules[subject.kind]]
    found = subject.headroom()
    for entry in found:
        codes = list(subject.codes)
        place = rules.index(entry.rule_id)
        assert codes[place] != NOT_APPLICABLE
        codes[place] = 0 if entry.is_gate else FULL
        total = subject_total(subject.plan, subject.kind, codes)
        assert max(total, 0) - (subject.score_micro or 0) == entry.gain_micro
    assert [entry.gain_micro for entry in found] == sorted((entry.gain_micro for entry in found), reverse=True)
