"""
Rules that only run natively, over facts that judge the rest themselves.

The facts have answered for every rule that could be read. What is left is run on views of a few subjects at a time;
totals are worked out again, in the order of kinds, so that each rule sees finished scores of the kinds before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

from alignkit.expressions import ir
from alignkit.policy.engine import WHOLE, native_judge
from alignkit.policy.facts import Facts
from alignkit.policy.model import KINDS, SUBJECTS
from alignkit.policy.plan import Plan
from alignkit.policy.question import Question
from alignkit.policy.scoring import Allocation, account, allocate

__all__ = ["FactsInBatches", "add_opaque", "needs_memory", "opaque_rules"]

TOGETHER: Final = 500
"""How many subjects are read at once."""

Rows = Mapping[str, dict[str, tuple[int, ...]]]


class FactsInBatches(Facts, Protocol):
    """Facts that are read a batch at a time."""

    def batch(self, collection: str, ids: Sequence[str], /) -> list[Any]:
        """Read some facts together."""

    def forget(self) -> None:
        """Let go of everything that was read."""


def opaque_rules(plan: Plan) -> dict[str, list[int]]:
    """By kind, the places of the rules that only run natively."""
    found = {kind: [place for place, rule in enumerate(plan.rules[kind]) if rule.is_opaque] for kind in SUBJECTS}
    return {kind: places for kind, places in found.items() if places}


def needs_memory(plan: Plan) -> bool:
    """
    Whether a rule that can be read looks at scores that rest on one that cannot.

    Then the facts cannot answer for it alone, and everything is judged in memory.
    """
    kinds = opaque_rules(plan)
    roots = [task.outcome for tasks in plan.tasks.values() for task in tasks if task.outcome is not None]
    return any(isinstance(node, ir.Score) and node.base.type.kind in kinds for node in _everything(roots))


def _everything(roots: Sequence[ir.Node]) -> set[ir.Node]:
    seen: set[ir.Node] = set()
    waiting = list(roots)
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting.extend(ir.children(node))
            if isinstance(node, ir.Signal):
                waiting.append(node.expression)
    return seen


def add_opaque(question: Question, facts: FactsInBatches, rows: Rows) -> None:
    """
    Judge what the facts could not, and put it into their rows.

    Args:
        question: What was asked.
        facts: The same facts in the same snapshot.
        rows: What they answered; changed in place.

    Raises:
        RuleFailedError: A rule failed and the question is strict.
    """
    for kind, places in opaque_rules(question.plan).items():
        judges = {
            place: native_judge(
                facts, question.scoring, rows, question.now, question.today, question.exchange,
                kind, question.plan.rules[kind][place], strict=question.strict,
            )
            for place in places
        }  # fmt: skip
        allocations: dict[tuple[int, ...], Allocation] = {}
        ids = sorted(rows[kind])
        for start in range(0, len(ids), TOGETHER):
            some = ids[start : start + TOGETHER]
            facts.forget()
            if kind != WHOLE:
                facts.batch(KINDS[kind], some)
            for id in some:
                codes = list(rows[kind][id][1:])
                for place, judge in judges.items():
                    codes[place] = judge(id)
                pattern = tuple([code if code < 0 else 0 for code in codes])
                if pattern not in allocations:
                    allocations[pattern] = allocate(question.scoring, kind, pattern)
                total = account(question.scoring, kind, codes, allocations[pattern]).total
                rows[kind][id] = (total, *codes)
    facts.forget()
