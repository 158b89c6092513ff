"""
What is known where a rule has come to: a small reasoning over conditions, without any facts.

It is sure of what it says and often says nothing: a condition is decided only where every portfolio would decide it
that way. It reasons about None, about equality with constants, and about intervals of numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, floor, isnan
from typing import Any, Final

import attrs

from alignkit.expressions import functions, ir

__all__ = ["Known", "assume", "decide", "interval", "reached_steps"]

Interval = tuple[float, float]

_EVERYTHING: Final = (float("-inf"), float("inf"))
_FLIPPED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_OPPOSITE: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


@attrs.frozen
class Known:
    """
    What holds at a place of a rule.

    Attributes:
        truth: Conditions that were tested, and how they came out.
        missing: Nodes that are surely None (True) or surely not (False).
        ranges: Bounds of numbers, inclusive.
        allowed: The only values that a node can have.
        excluded: Values that a node cannot have.
    """

    truth: Mapping[ir.Node, bool] = attrs.field(factory=dict)
    missing: Mapping[ir.Node, bool] = attrs.field(factory=dict)
    ranges: Mapping[ir.Node, Interval] = attrs.field(factory=dict)
    allowed: Mapping[ir.Node, frozenset[Any]] = attrs.field(factory=dict)
    excluded: Mapping[ir.Node, frozenset[Any]] = attrs.field(factory=dict)

    def may_miss(self, node: ir.Node) -> bool:
        """Whether a node can be None here."""
        return self.missing.get(node, node.type.nullable)

    def plus(self, name: str, node: ir.Node, value: Any) -> Known:
        """The same with one thing more."""
        return attrs.evolve(self, **{name: {**getattr(self, name), node: value}})


def decide(test: ir.Node, known: Known) -> bool | None:
    """How a condition comes out wherever this is known; None where it depends on the facts."""
    if test in known.truth:
        return known.truth[test]
    match test:
        case ir.Const(value=value):
            return bool(value)
        case ir.Not(operand=operand):
            inner = decide(operand, known)
            return None if inner is None else not inner
        case ir.And(operands=operands):
            return _in_order(operands, known, stops=False)
        case ir.Or(operands=operands):
            return _in_order(operands, known, stops=True)
        case ir.IsNone(operand=ir.Const(value=value)):
            return value is None
        case ir.IsNone(operand=operand):
            return True if known.missing.get(operand) else None if known.may_miss(operand) else False
        case ir.In(operand=operand, values=values):
            return _decide_among(operand, frozenset(value.value for value in values), known)
        case ir.Compare(op=op, left=left, right=right):
            return _decide_compare(op, left, right, known)
    return None


def _in_order(operands: tuple[ir.Node, ...], known: Known, *, stops: bool) -> bool | None:
    """`and` stops at the first that fails, `or` at the first that holds."""
    sure = True
    now: Known | None = known
    for operand in operands:
        if now is None:
            return stops
        found = decide(operand, now)
        if found is stops:
            return stops
        sure = sure and found is not None
        now = assume(operand, not stops, now)
    return stops if now is None else (not stops) if sure else None


def _decide_among(operand: ir.Node, values: frozenset[Any], known: Known) -> bool | None:
    if known.missing.get(operand):
        return None in values
    allowed = known.allowed.get(operand)
    if allowed is not None and not allowed & values:
        return False
    if allowed is not None and allowed <= values and not known.may_miss(operand):
        return True
    return False if values <= known.excluded.get(operand, frozenset()) else None


def _decide_compare(op: str, left: ir.Node, right: ir.Node, known: Known) -> bool | None:
    if isinstance(left, ir.Const) and not isinstance(right, ir.Const):
        left, right, op = right, left, _FLIPPED[op]
    if not known.may_miss(left) and not known.may_miss(right):
        for same in (ir.Compare(_OPPOSITE[op], left, right), ir.Compare(_OPPOSITE[_FLIPPED[op]], right, left)):
            if same in known.truth:
                return not known.truth[same]
    if op in ("==", "!=") and isinstance(right, ir.Const) and not right.type.is_number:
        found = _decide_among(left, frozenset({right.value}), known)
        return found if op == "==" or found is None else not found
    if not (left.type.is_number and right.type.is_number):
        return None
    return _decide_order(
        op, interval(left, known), interval(right, known), known.may_miss(left) or known.may_miss(right)
    )


def _decide_order(op: str, one: Interval, other: Interval, may_miss: bool) -> bool | None:
    if op in (">", ">="):
        return _decide_order(_FLIPPED[op], other, one, may_miss)
    (low, high), (lowest, highest) = one, other
    apart = high < lowest or highest < low
    if op in ("==", "!="):
        same = low == high == lowest == highest and not may_miss
        return (op == "!=") if apart else (op == "==") if same else None
    never = low >= highest if op == "<" else low > highest
    always = high < lowest if op == "<" else high <= lowest
    if never:
        return False
    return True if always and not may_miss else None


def assume(test: ir.Node, holds: bool, known: Known) -> Known | None:
    """What is known after a condition came out one way; None where it cannot come out that way."""
    decided = decide(test, known)
    if decided is not None and decided is not holds:
        return None
    found: Known | None = known.plus("truth", test, holds)
    for node in ir.known_when(test, holds):
        found = None if found is None else found.plus("missing", node, False)
    assert found is not None
    match test:
        case ir.Not(operand=operand):
            return assume(operand, not holds, found)
        case ir.And(operands=operands) if holds:
            return _assume_all(operands, True, found)
        case ir.Or(operands=operands) if not holds:
            return _assume_all(operands, False, found)
        case ir.IsNone(operand=operand):
            return found.plus("missing", operand, holds)
        case ir.In(operand=operand, values=values):
            return _assume_among(operand, frozenset(value.value for value in values), holds, found)
        case ir.Compare(op=op, left=left, right=right):
            return _assume_compare(op, left, right, holds, found)
    return found


def _assume_all(operands: tuple[ir.Node, ...], holds: bool, known: Known) -> Known | None:
    found: Known | None = known
    for operand in operands:
        found = None if found is None else assume(operand, holds, found)
    return found


def _assume_among(operand: ir.Node, values: frozenset[Any], holds: bool, known: Known) -> Known:
    if holds:
        return known.plus("allowed", operand, values & known.allowed.get(operand, values))
    left = known.plus("excluded", operand, values | known.excluded.get(operand, frozenset()))
    allowed = known.allowed.get(operand)
    return left if allowed is None else left.plus("allowed", operand, allowed - values)


def _assume_compare(op: str, left: ir.Node, right: ir.Node, holds: bool, known: Known) -> Known:
    if isinstance(left, ir.Const) and not isinstance(right, ir.Const):
        left, right, op = right, left, _FLIPPED[op]
    if not isinstance(right, ir.Const) or isinstance(left, ir.Const):
        return known
    if op in ("==", "!=") and not right.type.is_number:
        return _assume_among(left, frozenset({right.value}), holds is (op == "=="), known)
    if not left.type.is_number or not right.type.is_number or (not holds and known.may_miss(left)):
        return known
    low, high = interval(left, known)
    said = op if holds else _OPPOSITE[op]
    edge, whole = right.value, left.type.base == "int"
    if said in ("<", "<="):
        high = min(high, ceil(edge) - 1 if whole and said == "<" else edge)
    elif said in (">", ">="):
        low = max(low, floor(edge) + 1 if whole and said == ">" else edge)
    elif said == "==":
        low = high = edge
    return known.plus("ranges", left, (low, high))


def interval(node: ir.Node, known: Known) -> Interval:
    """Between which numbers a value lies where it is known at all."""
    low, high = known.ranges.get(node, _EVERYTHING)
    found_low, found_high = _computed(node, known)
    return max(low, node.type.low, found_low), min(high, node.type.high, found_high)


def _computed(node: ir.Node, known: Known) -> Interval:
    match node:
        case ir.Const(value=value) if node.type.is_number:
            return float(value), float(value)
        case ir.If(test=test, then=then, other=other):
            return _either(test, then, other, known)
        case ir.Call(name="default", args=(value, fallback)):
            parts = [interval(fallback, known)] if known.may_miss(value) else []
            return _union([*parts, *([] if known.missing.get(value) else [interval(value, known)])])
        case ir.Call(name="ramp", args=(x, ir.Const(value=best), ir.Const(value=worst))):
            return _ends(x, known, lambda at: functions.ramp(at, best=best, worst=worst))
        case ir.Call(name="decay", args=(x, ir.Const(value=half_life))):
            return _ends(x, known, lambda at: functions.decay(at, half_life=half_life))
        case ir.Call(name="steps", args=(x, when, otherwise, *bands)):
            scores = [score for _, score in reached_steps(x, when, otherwise, bands, known)]
            return _union([(score, score) for score in scores])
        case ir.Call(name="clamp", args=(x, bottom, top)):
            (low, high), (least, _), (_, most) = (interval(part, known) for part in (x, bottom, top))
            return min(max(low, least), most), max(min(high, most), least)
        case ir.Call(name="min" | "max" as name, args=(one, other)):
            pick = min if name == "min" else max
            ends = zip(interval(one, known), interval(other, known), strict=True)
            low, high = (pick(*pair) for pair in ends)
            return low, high
        case ir.Arith(op="+" | "-" as op, left=left, right=right) if node.type.is_number:
            (a, b), (c, d) = interval(left, known), interval(right, known)
            return (a + c, b + d) if op == "+" else (a - d, b - c)
        case ir.Arith(op="*", left=left, right=right) if node.type.is_number:
            corners = [a * b for a in interval(left, known) for b in interval(right, known)]
            return (min(corners), max(corners)) if not any(map(isnan, corners)) else _EVERYTHING
    return _EVERYTHING


def _either(test: ir.Node, then: ir.Node, other: ir.Node, known: Known) -> Interval:
    parts = []
    for side, holds in ((then, True), (other, False)):
        there = assume(test, holds, known)
        if there is not None and side.type.is_number:
            parts.append(interval(side, there))
    return _union(parts)


def _union(parts: list[Interval]) -> Interval:
    return (min(low for low, _ in parts), max(high for _, high in parts)) if parts else _EVERYTHING


def _ends(x: ir.Node, known: Known, curve: Any) -> Interval:
    """The values of a curve that only rises or only falls."""
    ends = [curve(max(min(end, 1e300), -1e300)) for end in interval(x, known)]
    return min(ends), max(ends)


def reached_steps(
    x: ir.Node, when: ir.Node, otherwise: ir.Node, bands: list[ir.Node], known: Known
) -> list[tuple[int, float]]:
    """The bands that some value falls into, as place from 0 and score; `otherwise` comes last, behind the bands."""
    low, high = interval(x, known)
    at_most = isinstance(when, ir.Const) and when.value == "at_most"
    found = []
    beyond = False  # the end of the interval towards the bands still to come is an edge that is taken already
    constants = [node.value for node in (*bands, otherwise) if isinstance(node, ir.Const)]
    edges, scores, rest = constants[:-1:2], constants[1:-1:2], constants[-1]
    for place, (edge, score) in enumerate(zip(edges, scores, strict=True)):
        gap = edge - low if at_most else high - edge
        if gap > 0 or (gap == 0 and not beyond):
            found.append((place, float(score)))
        if high <= edge if at_most else low >= edge:
            return found
        beyond = beyond or gap >= 0
        low, high = (max(low, edge), high) if at_most else (low, min(high, edge))
    return [*found, (len(edges), float(rest))]
