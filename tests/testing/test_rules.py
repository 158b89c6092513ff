"""`assert_rule` judges an answer as the engine does, and explains a mismatch."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from alignkit.errors import AlignkitError
from alignkit.expressions.functions import NOT_APPLICABLE, Score, count
from alignkit.policy.views import ProjectView
from alignkit.testing import NOW, Outcome, assert_rule, outcome_of, project, task


def one_task_is_enough(project: ProjectView, now: datetime, *, enough: float = 1) -> Score:
    """Full marks from `enough` tasks on."""
    number = count(t for t in project.tasks)
    return min(number / enough, 1.0)


def test_the_expected_score_passes() -> None:
    """A rule that says what was expected lets the test go on; thresholds are passed through."""
    view = project(tasks=[task()])
    assert_rule(one_task_is_enough, view, score=1.0)
    assert_rule(one_task_is_enough, view, NOW, score=1 / 3, enough=3)


def test_a_mismatch_tells_the_story() -> None:
    """The message names the rule, the subject, the moment, the thresholds, and both outcomes."""
    with pytest.raises(AssertionError) as caught:
        assert_rule(one_task_is_enough, project(tasks=[task()]), score=1.0, enough=4)
    assert str(caught.value) == (
        "one_task_is_enough of <project 'P-1' (Project P-1) at 2026-03-02T09:00:00+00:00> "
        "at 2026-03-02T09:00:00+00:00 with enough=4: expected 1.000000, got 0.250000"
    )


def test_unknown_data_is_no_data() -> None:
    """Reading a collection that is unknown gives the state that the engine gives."""
    assert_rule(one_task_is_enough, project(unknown=["tasks"]), state="no_data")


@pytest.mark.parametrize(
    ("answer", "state", "score_micro"),
    [
        (True, "scored", 1_000_000),
        (0, "scored", 0),
        (1 / 3, "scored", 333_333),
        (1.0000004, "scored", 1_000_000),
        (-0.0000004, "scored", 0),
        (1.000001, "error", None),
        (-0.000001, "error", None),
        (float("nan"), "error", None),
        (float("inf"), "error", None),
        ("1", "error", None),
        (None, "no_data", None),
        (NOT_APPLICABLE, "not_applicable", None),
    ],
)
def test_answers_are_judged_after_quantising(answer: Any, state: str, score_micro: int | None) -> None:
    """An answer counts in millionths; outside 0..1, not finite or no number at all is an error."""
    outcome = outcome_of(lambda project, now: answer, project())
    assert (outcome.state, outcome.score_micro) == (state, score_micro)


def test_what_a_rule_raises_is_its_outcome() -> None:
    """An error inside a rule is the state `error`, with its reason, and is not let through."""
    outcome = outcome_of(lambda project, now: 1 / 0, project())
    assert outcome == Outcome("error", reason="ZeroDivisionError: division by zero")


def test_states_can_be_expected() -> None:
    """A state other than scored is expected by name; the message says what was found instead."""
    with pytest.raises(AssertionError, match=r"expected error, got not_applicable, that it says nothing"):
        assert_rule(lambda project, now: NOT_APPLICABLE, project(), state="error")


@pytest.mark.parametrize("words", [{}, {"state": "scored"}, {"score": 0.5, "state": "error"}])
def test_an_assertion_expects_one_thing(words: dict[str, Any]) -> None:
    """Nothing to expect, or two things, is a mistake of the test and said so."""
    with pytest.raises(TypeError, match="give score="):
        assert_rule(one_task_is_enough, project(), **words)


def test_builders_mistakes_are_not_outcomes() -> None:
    """A fact that cannot be made fails the test itself instead of passing as a rule's error."""
    with pytest.raises(AlignkitError):
        assert_rule(one_task_is_enough, project(progress=7.0), state="error")
