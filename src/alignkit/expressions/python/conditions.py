"""
Brings the conditions of aggregates to one form, and says which follow from others.

Owns what can be told from the conditions alone: that `a <= b` asks what `b >= a` asks, that a span is known when both
its ends are, that what is later than 90 days ago is later than 180 days ago, and which values of a field a
condition lets through. Loops are arranged by it; what conditions mean stays the renderer's.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

import attrs

from alignkit.expressions import ir
from alignkit.expressions.python.absence import KNOWN_WITH_ARGUMENTS
from alignkit.expressions.python.sharing import mentions_item

__all__ = ["OPPOSITE", "Accepted", "accepted", "implies", "is_ordered", "normal", "opposite"]

SWAPPED: Final[dict[str, str]] = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
OPPOSITE: Final[dict[str, str]] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
ORDERED: Final = frozenset({"moment", "date", "int"})


@attrs.frozen
class Accepted:
    """
    Which values of a node a condition lets through.

    Attributes:
        of: The node.
        values: Constants.
        is_rest: Whether it lets through all others instead.
    """

    of: ir.Node
    values: frozenset[Any]
    is_rest: bool

    def admits(self, value: object) -> bool:
        """Whether the node may have this value."""
        return (value in self.values) != self.is_rest


def normal(condition: ir.Node) -> tuple[ir.Node, ...]:
    """The conditions that hold together exactly when this one does, each in its one form."""
    match condition:
        case ir.And(operands=operands):
            return tuple(part for operand in operands for part in normal(operand))
        case ir.Not(operand=ir.Not(operand=operand)):
            return normal(operand)
        case ir.Not(operand=ir.Or(operands=operands)):
            return tuple(part for operand in operands for part in normal(opposite(operand)))
        case ir.Not(operand=ir.IsNone(operand=ir.Call(name=name, args=args))) if name in KNOWN_WITH_ARGUMENTS:
            known = (ir.Not(ir.IsNone(argument)) for argument in args if argument.type.nullable)
            return tuple(part for test in known for part in normal(test))
        case ir.Not(operand=ir.Compare() as test):
            return (opposite(_compared(test)),)
        case ir.Compare():
            return (_compared(condition),)
        case _:
            return (condition,)


def _compared(test: ir.Compare) -> ir.Node:
    op, left, right = test.op, test.left, test.right
    if op in SWAPPED and mentions_item(right) and not mentions_item(left):
        op, left, right = SWAPPED[op], right, left
    compared = ir.Compare(op, left, right)
    return ir.Not(ir.Compare(OPPOSITE[op], left, right)) if op in ("<", "<=") and is_ordered(compared) else compared


def is_ordered(test: ir.Compare) -> bool:
    """Whether exactly one of the comparison and its opposite holds, which is not so of a float that is no number."""
    return test.op in OPPOSITE and {test.left.type.base, test.right.type.base} <= ORDERED


def opposite(condition: ir.Node) -> ir.Node:
    """The condition that holds exactly when this one does not."""
    return condition.operand if isinstance(condition, ir.Not) else ir.Not(condition)


def accepted(condition: ir.Node) -> Accepted | None:
    """The values that a condition on one node lets through; None where it asks something else."""
    match condition:
        case ir.Compare(op="==", left=left, right=ir.Const(value=value)):
            return Accepted(left, frozenset({value}), False)
        case ir.In(operand=operand, values=values):
            return Accepted(operand, frozenset(value.value for value in values), False)
        case ir.Not(operand=(ir.Compare() | ir.In()) as test):
            found = accepted(test)
            return None if found is None else attrs.evolve(found, is_rest=True)
        case _:
            return None


def implies(one: ir.Node, other: ir.Node) -> bool:
    """Whether the second condition surely holds where the first does."""
    if one == other:
        return True
    match one, other:
        case ir.Not(operand=ir.Compare() as left), ir.Not(operand=ir.Compare() as right):
            return implies(right, left)
        case ir.Compare(op=">" | ">=", left=left), ir.Compare(op=">" | ">=", left=right) if left == right:
            limit, other_limit = _offset(one.right), _offset(other.right)
            if limit is None or other_limit is None or limit[0] != other_limit[0]:
                return False
            strict = other.op == ">" and one.op == ">="
            return bool(limit[1] > other_limit[1] if strict else limit[1] >= other_limit[1])
        case _:
            return False


def _offset(node: ir.Node) -> tuple[str, Any] | None:
    """A limit as its distance from something: now, today, or the beginning of all days."""
    match node:
        case ir.Now() | ir.Today():
            return type(node).__name__, timedelta()
        case ir.Arith(op="+" | "-", left=(ir.Now() | ir.Today()) as left, right=ir.Const(value=timedelta() as span)):
            return type(left).__name__, span if node.op == "+" else -span
        case ir.Const(value=value) if type(value) in (int, date):
            return type(value).__name__, value
        case _:
            return None
