"""
Where rules read the moment or the day of the question, and at which moments of records that can turn an answer.

Owns the forms that are understood: a comparison with a moment, a span of time in a comparison or a curve, and what has
not happened yet. Everything else that reads time is restless.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, Final

import attrs

from alignkit.expressions import ir
from alignkit.expressions.model import custom_name
from alignkit.expressions.python.program import Task
from alignkit.policy.reach import Path, Scope

__all__ = ["Turn", "turns_of"]

UNITS: Final = {"days_between": timedelta(days=1), "hours_between": timedelta(hours=1)}
NOTHING: Final = timedelta(0)
LONGEST: Final = 1_000_000
"""Days; an edge further off is never reached."""


@attrs.frozen(cache_hash=True)
class Turn:
    """
    A moment of a record, around which an answer turns.

    Attributes:
        path: From the subject to the record.
        kind: Kind of the record.
        field: Its moment or day.
        start: From so long after it the answer may move.
        end: Until so long after it; the same as `start` where it turns at once, None where it never stops.
    """

    path: Path
    kind: str
    field: str
    start: timedelta
    end: timedelta | None


class Unreadable(Exception):
    """A reading of time has no form that is understood."""


def turns_of(kind: str, tasks: Sequence[Task]) -> tuple[frozenset[Turn], frozenset[tuple[Path, str]], bool]:
    """
    What the rules of a kind have to do with time.

    Returns:
        The moments at which they turn; the scores they read, as path and kind; whether they may change at any time.
    """
    found = _Turns()
    try:
        for task in tasks:
            if task.outcome is None:
                raise Unreadable
            found.visit(task.outcome, Scope(kind, (), {}))
    except Unreadable:
        return frozenset(), frozenset(), True
    return frozenset(found.turns), frozenset(found.scores), False


class _Turns:
    """Goes through expressions and keeps where time turns them."""

    def __init__(self) -> None:
        self.turns: set[Turn] = set()
        self.scores: set[tuple[Path, str]] = set()
        self._seen: set[tuple[ir.Node, Path, tuple[tuple[ir.Node, Path], ...]]] = set()

    def visit(self, node: ir.Node, scope: Scope) -> None:
        """Keep the turns of a node and of all below it."""
        mark = (node, scope.prefix, tuple(scope.items.items()))
        if mark in self._seen:
            return
        self._seen.add(mark)
        if self._is_timed(node, scope):
            return
        match node:
            case ir.Now() | ir.Today():
                raise Unreadable
            case ir.Field(base=base, name=name):
                for path, of in scope.places(base):
                    if custom_name(name) is None and scope.kinds[of].fields[name].is_cut:
                        self.turns.add(Turn(path, of, name, NOTHING, NOTHING))
            case ir.Score(base=base):
                self.scores.update(scope.places(base))
            case ir.Agg():
                path, of = scope.inside(node)
                if scope.kinds[of].moment:
                    self.turns.add(Turn(path, of, scope.kinds[of].moment, NOTHING, NOTHING))
        for child, inner in _below(node, scope):
            self.visit(child, inner)

    def _is_timed(self, node: ir.Node, scope: Scope) -> bool:
        match node:
            case ir.Compare(left=left, right=right):
                return self._compared(left, right, scope) or self._compared(right, left, scope)
            case ir.Call(name="ramp" | "clamp", args=(x, one, other)):
                edges = _numbers((one, other))
                return self._turned(x, scope, [(min(edges), max(edges))]) if edges else False
            case ir.Call(name="decay", args=(x, *_)):
                return self._turned(x, scope, [(0.0, math.inf)])
            case ir.Call(name="steps", args=(x, _, _, *bands)):
                edges = _numbers(bands[::2])
                return self._turned(x, scope, [(edge, edge) for edge in edges]) if edges else False
            case _:
                return False

    def _compared(self, timed: ir.Node, other: ir.Node, scope: Scope) -> bool:
        offset = _affine(timed)
        if offset is not None:
            # now + offset against a moment: turns where now is that moment less the offset.
            self._leaves(other, scope, -offset, -offset)
            return True
        edges = _numbers((other,))
        return self._turned(timed, scope, [(edge, edge) for edge in edges]) if edges else False

    def _turned(self, span: ir.Node, scope: Scope, edges: Sequence[tuple[float, float]]) -> bool:
        """A span of time that matters between some numbers of its unit; False when it is no such span."""
        while isinstance(span, ir.Call) and span.name == "default" and isinstance(span.args[1], ir.Const):
            span = span.args[0]
        if not isinstance(span, ir.Call) or span.name not in UNITS:
            return False
        unit, (earlier, later) = UNITS[span.name], span.args
        for place, timed, other in ((1, later, earlier), (0, earlier, later)):
            offset = _affine(timed)
            if offset is None:
                continue
            for low, high in edges:
                # The span grows with now where now is the later end, and shrinks where it is the earlier one.
                start, end = (low, high) if place else (-high, -low)
                self._leaves(other, scope, _span(start, unit) - offset, _end(end, unit, offset))
            return True
        return False

    def _leaves(self, node: ir.Node, scope: Scope, start: timedelta, end: timedelta | None) -> None:
        """Keep the moments of records that a value may be, each turning from `start` to `end` after it."""
        match node:
            case ir.Const():
                if node.value is not None:
                    raise Unreadable
            case ir.Field(base=base, name=name):
                self.turns.update(Turn(path, of, name, start, end) for path, of in scope.places(base))
                self.visit(node, scope)
            case ir.Agg(op="maximum" | "minimum", value=value) if value is not None:
                inner = _within(node, scope)
                self._leaves(value, inner, start, end)
                self.visit(attrs.evolve(node, value=None, op="count"), scope)
            case ir.If(test=test, then=then, other=other):
                self.visit(test, scope)
                self._leaves(then, scope, start, end)
                self._leaves(other, scope, start, end)
            case ir.Call(name="default" | "min" | "max", args=args):
                for argument in args:
                    self._leaves(argument, scope, start, end)
            case ir.Arith(op="+" | "-" as op, left=left, right=ir.Const(value=timedelta() as shift)):
                moved = shift if op == "+" else -shift
                self._leaves(left, scope, start + moved, None if end is None else end + moved)
            case ir.Signal(base=base, expression=expression):
                self.visit(base, scope)
                for path, of in scope.places(base):
                    self._leaves(expression, Scope(of, path, {}), start, end)
            case _:
                raise Unreadable


def _below(node: ir.Node, scope: Scope) -> Iterator[tuple[ir.Node, Scope]]:
    inner = _within(node, scope) if isinstance(node, ir.Agg) else scope
    for child in ir.children(node):
        yield child, inner
    if isinstance(node, ir.Signal):
        for path, of in scope.places(node.base):
            yield node.expression, Scope(of, path, {})


def _within(agg: ir.Agg, scope: Scope) -> Scope:
    return attrs.evolve(scope, items={**scope.items, agg.item: scope.inside(agg)[0]})


def _affine(node: ir.Node) -> timedelta | None:
    """The span between now (or today) and a node that is that far from it; None for other nodes."""
    match node:
        case ir.Now() | ir.Today():
            return NOTHING
        case ir.Arith(op="+" | "-" as op, left=left, right=ir.Const(value=timedelta() as shift)):
            before = _affine(left)
            return None if before is None else before + (shift if op == "+" else -shift)
        case _:
            return None


def _numbers(nodes: Sequence[ir.Node]) -> list[float]:
    """The values of constant numbers; none when one is no such thing."""
    values: list[Any] = [node.value for node in nodes if isinstance(node, ir.Const) and node.type.is_number]
    return [float(value) for value in values] if len(values) == len(nodes) else []


def _span(number: float, unit: timedelta) -> timedelta:
    return unit * max(-LONGEST, min(LONGEST, number))


def _end(number: float, unit: timedelta, offset: timedelta) -> timedelta | None:
    return None if number == math.inf else _span(number, unit) - offset
