"""What a rule can answer, and which ways out of its choices can be taken at all."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from alignkit.expressions import ir
from alignkit.expressions.functions import micro
from alignkit.policy.lint_known import Known, assume, decide, interval

__all__ = ["Answers", "answers", "open_ways"]

FULL = 1_000_000


@attrs.frozen
class Answers:
    """
    What a rule can answer, whatever the facts; where it is not sure, more than it does.

    Attributes:
        scores: Smallest and largest score in millionths; None when it never scores.
        not_applicable: Whether it can say nothing.
        no_data: Whether it can be without data, although every collection is known.
    """

    scores: tuple[int, int] | None
    not_applicable: bool
    no_data: bool


def answers(outcome: ir.Node) -> Answers:
    """What an outcome can come to."""
    lows: list[int] = []
    highs: list[int] = []
    not_applicable = no_data = False
    for leaf, known in _leaves(outcome, Known()):
        if leaf.type.base == "state":
            not_applicable = True
        elif leaf.type.base == "none" or known.missing.get(leaf):
            no_data = True
        else:
            is_open = leaf.type.base == "outcome"  # a helper of another record, whose answer can be anything
            not_applicable = not_applicable or is_open
            no_data = no_data or is_open or known.may_miss(leaf)
            low, high = _scores(leaf, known)
            lows.append(low)
            highs.append(high)
    return Answers((min(lows), max(highs)) if lows else None, not_applicable, no_data)


def _leaves(node: ir.Node, known: Known) -> Iterator[tuple[ir.Node, Known]]:
    if not isinstance(node, ir.If):
        yield node, known
        return
    for side, holds in ((node.then, True), (node.other, False)):
        there = assume(node.test, holds, known)
        if there is not None:
            yield from _leaves(side, there)


def _scores(leaf: ir.Node, known: Known) -> tuple[int, int]:
    if leaf.type.is_number:
        low, high = interval(leaf, known)
        return micro(min(max(low, 0.0), 1.0)), micro(min(max(high, 0.0), 1.0))
    decided = decide(leaf, known)
    return (0, FULL) if decided is None else (FULL, FULL) if decided else (0, 0)


def open_ways(outcome: ir.Node) -> dict[ir.Node, set[bool]]:
    """The ways out of every choice that can be reached and taken; a choice that cannot be reached is not there."""
    found: dict[ir.Node, set[bool]] = {}
    _visit(outcome, Known(), found)
    return found


def _visit(node: ir.Node, known: Known, found: dict[ir.Node, set[bool]]) -> None:
    match node:
        case ir.If(test=test, then=then, other=other):
            _visit(test, known, found)
            ways = found.setdefault(node, set())
            for side, holds in ((then, True), (other, False)):
                there = assume(test, holds, known)
                if there is not None:
                    ways.add(holds)
                    _visit(side, there, found)
        case ir.And(operands=operands) | ir.Or(operands=operands):
            _visit_in_order(operands, isinstance(node, ir.And), known, found)
        case ir.Agg(value=value, where=where):
            _visit_in_order(where if value is None else (*where, value), True, known, found)
        case ir.Signal(base=base, expression=expression):
            _visit(base, known, found)
            _visit(expression, Known(), found)
        case _:
            for child in ir.children(node):
                _visit(child, known, found)


def _visit_in_order(operands: tuple[ir.Node, ...], holds: bool, known: Known, found: dict[ir.Node, set[bool]]) -> None:
    """Conditions one after the other: each is only tested where those before came out one way."""
    now: Known | None = known
    for operand in operands:
        if now is None:
            return
        _visit(operand, now, found)
        if operand.type.base == "bool":
            now = assume(operand, holds, now)
