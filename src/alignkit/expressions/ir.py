"""
The checked form of a rule: small frozen nodes that every engine reads.

Nodes are compared by structure, so the same aggregate in three rules is one node and is computed once. A node's
type is what it gives by itself; where the text has made sure that a value is known, the nodes around it take it
as known, and `unguarded` says on which nullable nodes an expression relies in that way.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any, Final, Literal

import attrs

from alignkit.expressions import types as t
from alignkit.expressions.registered import Function
from alignkit.expressions.types import Type

__all__ = [
    "NONE",
    "NOT_APPLICABLE",
    "Agg",
    "AggOp",
    "And",
    "Arith",
    "Call",
    "Compare",
    "Const",
    "Field",
    "Hop",
    "If",
    "In",
    "IsNone",
    "Item",
    "Node",
    "Not",
    "Now",
    "Or",
    "Score",
    "Signal",
    "Subject",
    "Today",
    "children",
    "known_when",
    "substitute",
    "unguarded",
    "walk",
]

AggOp = Literal["count", "sum", "sum_micro", "maximum", "minimum", "latest", "earliest", "collect"]
"""Primitive aggregates; `latest` and `earliest` give the record itself, `collect` the list of values for a plugin's."""


@attrs.frozen(cache_hash=True)
class Const:
    """A value known when the policy is made."""

    value: Any
    type: Type


@attrs.frozen(cache_hash=True)
class Subject:
    """The record that is judged."""

    type: Type


@attrs.frozen(cache_hash=True)
class Item:
    """The record that an aggregate looks at; `depth` tells nested ones apart."""

    type: Type
    depth: int = 1


@attrs.frozen(cache_hash=True)
class Now:
    """The moment of the question."""

    type: Type = t.MOMENT


@attrs.frozen(cache_hash=True)
class Today:
    """The day of the question."""

    type: Type = t.DATE


@attrs.frozen(cache_hash=True)
class Field:
    """A stored value of a record."""

    base: Node
    name: str
    type: Type


@attrs.frozen(cache_hash=True)
class Hop:
    """The one record that another points at."""

    base: Node
    name: str
    type: Type


@attrs.frozen(cache_hash=True)
class Score:
    """What an earlier stage found of a record: its `"score"` (0..100 or None) or its `"band"`."""

    base: Node
    name: str
    type: Type


@attrs.frozen(cache_hash=True)
class Agg:
    """An aggregate over a relation of the subject; `value` may be None, `where` holds the conditions in order."""

    op: AggOp
    relation: str
    item: Item
    value: Node | None
    where: tuple[Node, ...]
    type: Type


@attrs.frozen(cache_hash=True)
class Signal:
    """An expression about another record, computed once for each; inside `expression` that record is the subject."""

    base: Node
    expression: Node
    type: Type


@attrs.frozen(cache_hash=True)
class Arith:
    """Arithmetic of two known values: `+ - * /`; of moments and spans, `+ -`."""

    op: str
    left: Node
    right: Node
    type: Type


@attrs.frozen(cache_hash=True)
class Compare:
    """A comparison: `== != < <= > >=`. Equality takes None as a value; order needs both sides known."""

    op: str
    left: Node
    right: Node
    type: Type = t.BOOL


@attrs.frozen(cache_hash=True)
class IsNone:
    """Whether a value is unknown; of a hop, whether it leads nowhere."""

    operand: Node
    type: Type = t.BOOL


@attrs.frozen(cache_hash=True)
class In:
    """Whether a value is one of several constants."""

    operand: Node
    values: tuple[Const, ...]
    type: Type = t.BOOL


@attrs.frozen(cache_hash=True)
class Not:
    """The opposite of a condition."""

    operand: Node
    type: Type = t.BOOL


@attrs.frozen(cache_hash=True)
class And:
    """All conditions, tested in order."""

    operands: tuple[Node, ...]
    type: Type = t.BOOL


@attrs.frozen(cache_hash=True)
class Or:
    """Any condition, tested in order."""

    operands: tuple[Node, ...]
    type: Type = t.BOOL


@attrs.frozen(cache_hash=True)
class If:
    """One value or the other."""

    test: Node
    then: Node
    other: Node
    type: Type


@attrs.frozen(cache_hash=True)
class Call:
    """A function on known values, except where the function itself takes None; `function` is one of a plugin's."""

    name: str
    args: tuple[Node, ...]
    type: Type
    function: Function[Any] | None = None


Node = (
    Const
    | Subject
    | Item
    | Now
    | Today
    | Field
    | Hop
    | Score
    | Agg
    | Signal
    | Arith
    | Compare
    | IsNone
    | In
    | Not
    | And
    | Or
    | If
    | Call
)

NONE: Final = Const(None, t.NONE)
NOT_APPLICABLE: Final = Const("not_applicable", t.STATE)

TAKES_NONE: Final = frozenset(
    {"ramp", "steps", "decay", "clamp", "ratio", "default", "days_between", "hours_between", "mean_of", "share_of"}
)
"""Functions that answer None to None (or, `default`, the fallback) instead of needing known values."""

PASSES_NONE: Final = frozenset({"ramp", "steps", "decay", "clamp", "days_between", "hours_between"})
"""Functions that answer None to None only; where they are taken as known, so are their values."""


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly inside, in the order in which they are evaluated."""
    match node:
        case Field(base=base) | Hop(base=base) | Score(base=base) | Signal(base=base):
            return (base,)
        case Agg(value=value, where=where):
            return where if value is None else (*where, value)
        case Arith(left=left, right=right) | Compare(left=left, right=right):
            return (left, right)
        case IsNone(operand=operand) | Not(operand=operand) | In(operand=operand):
            return (operand,)
        case And(operands=operands) | Or(operands=operands):
            return operands
        case If(test=test, then=then, other=other):
            return (test, then, other)
        case Call(args=args):
            return args
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and every node below it, each as often as it occurs; not into signals."""
    yield node
    for child in children(node):
        yield from walk(child)


def substitute(node: Node, change: Callable[[Node], Node | None]) -> Node:
    """
    Rebuild a node with parts replaced.

    Args:
        node: What to rebuild.
        change: Gives the replacement of a node, or None to look inside it. Signals are not looked into, only their base.
    """
    new = change(node)
    if new is not None:
        return new
    go = functools.partial(substitute, change=change)
    match node:
        case Field(base=base) | Hop(base=base) | Score(base=base) | Signal(base=base):
            return attrs.evolve(node, base=go(base))
        case Agg(item=item, value=value, where=where):
            renamed = change(item) or item
            assert isinstance(renamed, Item)
            return attrs.evolve(
                node, item=renamed, value=None if value is None else go(value), where=tuple(map(go, where))
            )
        case Arith(left=left, right=right) | Compare(left=left, right=right):
            return attrs.evolve(node, left=go(left), right=go(right))
        case IsNone(operand=operand) | Not(operand=operand) | In(operand=operand):
            return attrs.evolve(node, operand=go(operand))
        case And(operands=operands) | Or(operands=operands):
            return attrs.evolve(node, operands=tuple(map(go, operands)))
        case If(test=test, then=then, other=other):
            return attrs.evolve(node, test=go(test), then=go(then), other=go(other))
        case Call(args=args):
            return attrs.evolve(node, args=tuple(map(go, args)))
        case _:
            return node


def known_when(test: Node, holds: bool) -> frozenset[Node]:
    """The nodes that are surely not None when a condition holds (or fails)."""
    match test:
        case IsNone(operand=operand):
            return frozenset() if holds else frozenset({operand})
        case Not(operand=operand):
            return known_when(operand, not holds)
        case And(operands=operands) if holds:
            return frozenset().union(*(known_when(operand, True) for operand in operands))
        case Or(operands=operands) if not holds:
            return frozenset().union(*(known_when(operand, False) for operand in operands))
        case Compare(op=op, left=left, right=right):
            return _known_by_comparison(op, left, right) if holds else frozenset()
        case In(operand=operand) if holds:
            return frozenset({operand}) if operand.type.nullable else frozenset()
        case _:
            return frozenset()


def _known_by_comparison(op: str, left: Node, right: Node) -> frozenset[Node]:
    if op in ("<", "<=", ">", ">="):
        return frozenset(side for side in (left, right) if side.type.nullable)
    if op == "==":
        if left.type.nullable and not right.type.nullable:
            return frozenset({left})
        if right.type.nullable and not left.type.nullable:
            return frozenset({right})
    return frozenset()


@functools.lru_cache(maxsize=65_536)
def unguarded(node: Node) -> frozenset[Node]:
    """
    The nullable nodes that an expression takes as known without testing them itself.

    It may be evaluated only where all of these are not None.
    """
    match node:
        case Field(base=base) | Hop(base=base) | Score(base=base) | Signal(base=base):
            return _relied(base)
        case Arith(left=left, right=right):
            return _relied(left) | _relied(right)
        case Compare(op=op, left=left, right=right) if op in ("==", "!="):
            return unguarded(left) | unguarded(right)
        case Compare(left=left, right=right):
            return _relied(left) | _relied(right)
        case And(operands=operands):
            return _in_order(operands, True)
        case Or(operands=operands):
            return _in_order(operands, False)
        case If(test=test, then=then, other=other):
            one, two = _given(then, node.type), _given(other, node.type)
            return unguarded(test) | (one - known_when(test, True)) | (two - known_when(test, False))
        case Call(args=args, function=function) if function is not None:
            known = len(function.positional)
            given = (_given(argument, node.type) for argument in args[:known])
            return frozenset().union(*given, *map(_relied, args[known:]))
        case Call(name="default", args=(value, fallback)):
            return unguarded(value) | _given(fallback, node.type)
        case Call(name="ramp" | "decay" | "clamp", args=(x, *limits)):
            return _given(x, node.type).union(*map(_relied, limits))
        case Call(name=name, args=args) if name not in TAKES_NONE or (name in PASSES_NONE and not node.type.nullable):
            return frozenset().union(*map(_relied, args))
        case Agg():
            return frozenset()
        case _:
            return frozenset().union(*map(unguarded, children(node)))


def _relied(node: Node) -> frozenset[Node]:
    return unguarded(node) | {node} if node.type.nullable else unguarded(node)


def _given(node: Node, kind: Type) -> frozenset[Node]:
    """What a node relies on where its value is passed on as one of a kind, which may be known though the node is not."""
    return unguarded(node) if kind.nullable else _relied(node)


def _in_order(operands: tuple[Node, ...], holds: bool) -> frozenset[Node]:
    known: frozenset[Node] = frozenset()
    needed: frozenset[Node] = frozenset()
    for operand in operands:
        needed |= unguarded(operand) - known
        known |= known_when(operand, holds)
    return needed
