"""
Asserting what a rule says of a subject, with an explanation when it says something else.

Works with any test runner, or none: a mismatch is an `AssertionError`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from math import isfinite
from typing import Any, Final, Literal

import attrs

from alignkit.errors import UnknownCollectionError
from alignkit.expressions.functions import NOT_APPLICABLE, micro
from alignkit.testing.clock import NOW
from alignkit.testing.subjects import native

__all__ = ["Outcome", "OutcomeState", "assert_rule", "outcome_of"]

MICRO: Final = 1_000_000

OutcomeState = Literal["scored", "not_applicable", "no_data", "error"]
"""What came of a rule on a subject."""

_MEANING: Final = {
    "scored": "a score",
    "not_applicable": "that it says nothing about this subject",
    "no_data": "that the data for it are not there",
    "error": "an error",
}


@attrs.frozen
class Outcome:
    """
    What a rule answered when it was called.

    Attributes:
        state: What came of it.
        score_micro: The score in millionths, 0..1,000,000; None unless scored.
        reason: The error, or the collection that was unknown; empty otherwise.
    """

    state: OutcomeState
    score_micro: int | None = None
    reason: str = ""

    def __str__(self) -> str:
        said = f"{self.score_micro / MICRO:.6f}" if self.score_micro is not None else self.state
        return f"{said} ({self.reason})" if self.reason else said


def outcome_of(rule: Callable[..., Any], subject: object, now: date = NOW, /, **parameters: Any) -> Outcome:
    """
    Call a rule natively and judge its answer as the engine does.

    Args:
        rule: A rule, or any function of a view and `now`.
        subject: What a builder of this kit made, or a view of a portfolio.
        now: Handed to the rule, where it takes one: a moment, or a day for a rule that takes `today`.
        **parameters: Thresholds that differ from the rule's own.

    Returns:
        The outcome. Nothing that the rule raises is let through: it is the state `error`, and `no_data` where a
        collection was unknown.

    Raises:
        AlignkitError: The facts cannot be made as the builders were told; that is no outcome of the rule.
    """
    view = native(subject)
    try:
        answer = rule(view, *((now,) if _takes_moment(rule) else ()), **parameters)
    except UnknownCollectionError as error:
        return Outcome("no_data", reason=str(error))
    except Exception as error:  # noqa: BLE001 - whatever a rule raises is its outcome
        return Outcome("error", reason=f"{type(error).__name__}: {error}")
    if answer is None:
        return Outcome("no_data")
    if answer is NOT_APPLICABLE:
        return Outcome("not_applicable")
    if isinstance(answer, bool | int | float) and isfinite(answer):
        score = micro(answer)
        if 0 <= score <= MICRO:
            return Outcome("scored", score)
    return Outcome("error", reason=f"answered {answer!r}; expected a number in 0..1, a bool, None or NOT_APPLICABLE")


def _takes_moment(rule: Callable[..., Any]) -> bool:
    """Whether a rule takes a moment or a day after its view; most do."""
    code = getattr(getattr(rule, "function", rule), "__code__", None)
    return code is None or code.co_argcount != 1


def assert_rule(
    rule: Callable[..., Any],
    subject: object,
    now: date = NOW,
    /,
    *,
    score: float | None = None,
    state: OutcomeState | None = None,
    **parameters: Any,
) -> None:
    """
    Assert what a rule says of a subject.

    Args:
        rule: A rule, or any function of a view and `now`.
        subject: What a builder of this kit made, or a view of a portfolio.
        now: Handed to the rule, where it takes one: a moment, or a day for a rule that takes `today`.
        score: The score expected, 0..1; compared as the engine counts, in millionths.
        state: The state expected, where that is not `"scored"`.
        **parameters: Thresholds that differ from the rule's own.

    Raises:
        AssertionError: The rule says something else; the message tells what, of which facts.
        TypeError: Neither `score` nor `state` was given, or they contradict each other.
    """
    if (score is None) == (state in {None, "scored"}):
        raise TypeError("give score=, or state= with one of 'not_applicable', 'no_data', 'error'")
    wanted = Outcome("scored", micro(score)) if score is not None else Outcome(state or "scored")
    found = outcome_of(rule, subject, now, **parameters)
    if (found.state, found.score_micro) == (wanted.state, wanted.score_micro):
        return
    name = getattr(rule, "id", None) or getattr(rule, "__name__", None) or repr(rule)
    said = f"{name} of {subject!r} at {now.isoformat()}"
    given = f" with {', '.join(f'{key}={value!r}' for key, value in parameters.items())}" if parameters else ""
    meaning = f", {_MEANING[found.state]}" if found.state != "scored" else ""
    raise AssertionError(f"{said}{given}: expected {wanted}, got {found}{meaning}")
