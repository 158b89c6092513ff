"""Looks at what rules said of facts: the same of all of them, nothing at all, or always what another rule said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from alignkit.policy.compiled import PolicyRule
from alignkit.policy.lint import LintFinding
from alignkit.policy.plan import Plan
from alignkit.policy.scoring import FULL

__all__ = ["fact_findings"]

FEWEST: Final = 20
"""Subjects below which nothing is concluded."""
FEWEST_SCORES: Final = 3
"""Different scores below which two rules may agree by chance."""


def fact_findings(plan: Plan, rows: Mapping[str, Mapping[str, tuple[int, ...]]]) -> Iterator[LintFinding]:
    """
    What the results of an assessment show.

    Args:
        plan: What was computed.
        rows: Results by kind and id: the total, then the code of each rule.
    """
    for kind, found in rows.items():
        if len(found) < FEWEST:
            continue
        seen: dict[tuple[int, ...], str] = {}
        for place, rule in enumerate(plan.rules[kind], 1):
            codes = tuple(row[place] for row in found.values())
            yield from _alone(rule, codes, kind)
            if len({code for code in codes if code >= 0}) >= FEWEST_SCORES:
                other = seen.setdefault(codes, rule.id)
                if other != rule.id:
                    message = f"it always said the same as {other}, of {len(codes)} subjects of kind {kind}"
                    yield LintFinding("AgreeOnFacts", rule.id, message, "keep one of the two, with the weight of both")


def _alone(rule: PolicyRule, codes: tuple[int, ...], kind: str) -> Iterator[LintFinding]:
    scores = [code for code in codes if code >= 0]
    if not scores:
        message = f"it scored none of {len(codes)} subjects of kind {kind}"
        yield LintFinding("NeverOnFacts", rule.id, message, "look whether such facts can be there at all")
    elif len(scores) >= FEWEST and len(set(scores)) == 1 and not (rule.is_gate and scores[0] == 0):
        message = f"it gave {scores[0] / FULL:g} to all {len(scores)} subjects of kind {kind} that it scored"
        yield LintFinding("ConstantOnFacts", rule.id, message, "look whether the rule tells anything apart")
