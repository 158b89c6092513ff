"""
What is probably not meant: policies that can be made and score, and yet say less than they seem to.

Owns the codes and the order of findings. What each check knows is in `lint_rules` (one rule), `lint_whole` (the policy)
and `lint_facts` (facts that were judged).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

import attrs

if TYPE_CHECKING:
    from alignkit.policy.policy import Policy

__all__ = ["LINT_CODES", "LintFinding", "lint"]

LINT_CODES: Final[dict[str, str]] = {
    "ConstantRule": "The rule has the same score for every subject that it judges.",
    "NeverApplicable": "The rule never scores: every way ends in no data or not applicable.",
    "NeverFullMarks": "No subject can have full marks.",
    "DeadBranch": "A condition always comes out the same way, so that one branch is never taken.",
    "UnusedParameter": "A parameter is not read.",
    "StepCurve": "Best and worst of a ramp are so close that it is a step.",
    "ReversedCurve": "The policy's thresholds turn a ramp round: what was best is now worst.",
    "FlatCurve": "All numbers that can come lie on one flat part of a curve.",
    "UnreachableStep": "No number falls into a band of steps.",
    "GateAlwaysHolds": "The gate holds for every subject that it judges.",
    "GateNeverHolds": "The gate never holds.",
    "GateTakesNothing": "The cap of the gate takes no points from anybody.",
    "BandNeverMet": "No score of a kind of subject lies in a band.",
    "DimensionNeverEarned": "No subject can earn points in a dimension.",
    "OverlappingRules": "Two rules of a kind say the same, but for their thresholds.",
    "UnknownPlaceholder": "The message has braces that show no evidence, and stand there as they are.",
    "ConstantOnFacts": "On the facts given, the rule had the same score for every subject.",
    "NeverOnFacts": "On the facts given, the rule never scored.",
    "AgreeOnFacts": "On the facts given, two rules always had the same score.",
}
"""Every code with what it stands for. Codes are stable; the wording of findings is not."""


@attrs.frozen
class LintFinding:
    """
    One thing that is probably not meant.

    Attributes:
        code: One of `LINT_CODES`.
        rule_id: The rule; empty for the policy as a whole.
        message: What was found.
        advice: What would be right.
        line: Line in the rule's text, from 1; 0 where it concerns no place.
        column: Column in characters, from 1; 0 where it concerns no place.
    """

    code: str
    rule_id: str
    message: str
    advice: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        where = f"{self.rule_id}:{self.line}:{self.column}" if self.line else self.rule_id or "policy"
        return f"{where}: {self.code}: {self.message}; {self.advice}"


def lint(
    policy: Policy, *, rows: Mapping[str, Mapping[str, tuple[int, ...]]] | None = None, ignore: Iterable[str] = ()
) -> tuple[LintFinding, ...]:
    """
    Look for what is probably not meant.

    Args:
        policy: The policy.
        rows: What it said of facts, by kind and id; None to look at none.
        ignore: What is meant: codes, or codes of one rule such as `"ConstantRule:always_wins"`.
    """
    from alignkit.policy.lint_facts import fact_findings
    from alignkit.policy.lint_rules import rule_findings
    from alignkit.policy.lint_whole import whole_findings

    found = [finding for rule in policy.rules for finding in rule_findings(rule)]
    on_facts = () if rows is None else fact_findings(policy.plan, rows)
    return _unmeant([*found, *whole_findings(policy), *on_facts], ignore)


def _unmeant(found: Iterable[LintFinding], ignore: Iterable[str]) -> tuple[LintFinding, ...]:
    """The findings that are not meant, each once."""
    meant = frozenset([ignore] if isinstance(ignore, str) else ignore)
    return tuple(
        dict.fromkeys(one for one in found if one.code not in meant and f"{one.code}:{one.rule_id}" not in meant)
    )
