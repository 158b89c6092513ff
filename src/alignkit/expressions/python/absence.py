"""
When a value is None: what has to be looked at to tell, and what is known where it is not.

A function that gives None exactly when an argument is None is never computed only to be tested; a mean is None when
it is of nothing, which its count says.
"""

from __future__ import annotations

from typing import Final

from alignkit.expressions import ir
from alignkit.expressions.functions import SMALLEST_DIVISOR

__all__ = ["KNOWN_WITH_ARGUMENTS", "entailed", "known_after", "looked_at", "may_be_zero"]

KNOWN_WITH_ARGUMENTS: Final = frozenset({"days_between", "hours_between", "clamp", "ramp", "decay", "steps"})
"""Functions that give None exactly when an argument is None."""


def may_be_zero(divisor: ir.Node) -> bool:
    """Whether a ratio must look at its divisor."""
    return divisor.type.low < SMALLEST_DIVISOR


def looked_at(node: ir.Node) -> tuple[ir.Node, ...]:
    """The nodes that must be computed to tell whether a value is None."""
    match node:
        case _ if not node.type.nullable:
            return ()
        case ir.Call(name=name, args=args) if name in KNOWN_WITH_ARGUMENTS:
            return tuple(part for argument in args for part in looked_at(argument))
        case ir.Call(name="ratio", args=(part, whole)):
            return (*looked_at(whole), *looked_at(part), *((whole,) if may_be_zero(whole) else ()))
        case ir.Call(name="mean_of" | "share_of", args=(_, number)):
            return (number,)
        case _:
            return (node,)


def entailed(node: ir.Node) -> frozenset[ir.Node]:
    """What is surely not None where this node is not."""
    match node:
        case ir.Call(name=name, args=args) if name in KNOWN_WITH_ARGUMENTS or name == "ratio":
            return frozenset({node}).union(*(entailed(argument) for argument in args if argument.type.nullable))
        case _:
            return frozenset({node})


def known_after(test: ir.Node, holds: bool) -> frozenset[ir.Node]:
    """What is surely not None where a condition came out this way."""
    return frozenset().union(*map(entailed, ir.known_when(test, holds)))
