"""
Which parts of outcomes are worked out once, in which order: SQL has no names for intermediate results but stages.

A curve looks at its argument several times. Spelled out, an argument that is itself a curve of an aggregate would be
computed over and over; as a column of an earlier stage it is computed once.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from typing import Final

import attrs

from alignkit.expressions import ir
from alignkit.sql.emit.binds import is_same_for_all

__all__ = ["Levels", "levels_of"]

LOOKED_AT_OFTEN: Final = {
    "ramp": 1,
    "steps": 1,
    "decay": 1,
    "clamp": 1,
    "default": 1,
    "ratio": 2,
    "min": 2,
    "max": 2,
    "abs": 1,
}
"""How many of a function's arguments appear several times in its spelling."""

TALLEST: Final = 6
"""How many operations may stand inside each other before a column is made: SQLite reads 100 open brackets and words."""


@attrs.frozen(eq=False)
class Levels:
    """
    What each stage computes.

    Attributes:
        computed: By level, what is worked out there; level 0 reads records and aggregates.
        passed: By level from 1 on, what is handed on from the one before.
    """

    computed: tuple[tuple[ir.Node, ...], ...]
    passed: tuple[tuple[ir.Node, ...], ...]


def levels_of(roots: Sequence[ir.Node], given: Container[ir.Node]) -> Levels:
    """
    Plan the stages below some roots.

    Args:
        roots: What the stage after the last one computes.
        given: Nodes that count as read from records, whatever they are made of.
    """
    leaves, named = _found(roots, given)
    at = _heights(roots, leaves, named)
    needed = _reached(roots, leaves, at)
    computed: list[tuple[ir.Node, ...]] = []
    passed: list[tuple[ir.Node, ...]] = []
    for height in range(max((at.get(node, 0) for node in needed), default=0), 0, -1):
        here = [node for node in needed if at.get(node, 0) == height]
        lower = {node: level for node, level in at.items() if level < height}
        rest = [node for node in needed if at.get(node, 0) != height]
        computed.append(tuple(here))
        passed.append(tuple(rest))
        inputs = _reached([child for node in here for child in ir.children(node)], leaves, lower)
        needed = list(dict.fromkeys([*rest, *inputs]))
    computed.append(tuple(needed))
    return Levels(tuple(reversed(computed)), tuple(reversed(passed)))


def _is_leaf(node: ir.Node, given: Container[ir.Node]) -> bool:
    if node in given or isinstance(node, (ir.Field, ir.Score, ir.Signal, ir.Agg)):
        return True
    return isinstance(node, ir.IsNone) and node.operand.type.base == "record"


def _found(roots: Iterable[ir.Node], given: Container[ir.Node]) -> tuple[set[ir.Node], set[ir.Node]]:
    """What is read, and what deserves a column of its own."""
    leaves: set[ir.Node] = set()
    counts: dict[ir.Node, int] = {}
    named: set[ir.Node] = set()
    waiting = list(roots)
    while waiting:
        node = waiting.pop()
        if is_same_for_all(node):
            continue
        if _is_leaf(node, given):
            leaves.add(node)
            continue
        counts[node] = counts.get(node, 0) + 1
        if counts[node] > 1:
            named.add(node)
            continue
        if isinstance(node, ir.Call):
            named.update(node.args[: LOOKED_AT_OFTEN.get(node.name, 0)])
        waiting.extend(ir.children(node))
    worthy = {node for node in named - leaves if not is_same_for_all(node) and _is_value(node)}
    return leaves, worthy


def _is_value(node: ir.Node) -> bool:
    return isinstance(node, (ir.Call, ir.Arith, ir.If)) and node.type.base in _VALUES


_VALUES: Final = ("int", "float", "moment", "date", "duration")


def _heights(roots: Iterable[ir.Node], leaves: set[ir.Node], named: set[ir.Node]) -> dict[ir.Node, int]:
    """The level of each named node: above every named node inside it. Tall ones are named on the way."""
    inside: dict[ir.Node, tuple[int, int]] = {}
    found: dict[ir.Node, int] = {}

    def visit(node: ir.Node) -> tuple[int, int]:
        """One more than the highest named node at or below this one (0 for none), and how tall it stands on those."""
        if node in leaves or is_same_for_all(node):
            return 0, 0
        if node not in inside:
            below = [visit(child) for child in ir.children(node)]
            level, tall = max((one for one, _ in below), default=0), 1 + max((one for _, one in below), default=0)
            is_tall = tall >= TALLEST and (node.type.base in _VALUES or node.type.base == "bool")
            if node in named or is_tall:
                found[node] = level
                inside[node] = level + 1, 1
            else:
                inside[node] = level, tall
        return inside[node]

    for root in roots:
        visit(root)
    return found


def _reached(roots: Iterable[ir.Node], leaves: set[ir.Node], at: dict[ir.Node, int]) -> list[ir.Node]:
    """The nodes with a column at which a walk from the roots ends."""
    found: dict[ir.Node, None] = {}
    seen: set[ir.Node] = set()
    waiting = list(roots)
    while waiting:
        node = waiting.pop()
        if node in seen or is_same_for_all(node):
            continue
        seen.add(node)
        if node in leaves or node in at:
            found.setdefault(node)
        else:
            waiting.extend(ir.children(node))
    return list(found)
