"""Which expressions are worth a local: those used more than once, counted over distinct nodes."""

from __future__ import annotations

from collections.abc import Iterable

from alignkit.expressions import ir
from alignkit.expressions.model import CUSTOM
from alignkit.expressions.python.absence import looked_at

__all__ = ["cost", "is_constant", "is_free", "mentions_item", "repeated", "uses"]


def uses(roots: Iterable[ir.Node], bound: Iterable[ir.Node] = ()) -> dict[ir.Node, int]:
    """How often each node is referred to by a distinct node or root; not below what is already bound."""
    stop = set(bound)
    counts: dict[ir.Node, int] = {}
    waiting = list(roots)
    while waiting:
        node = waiting.pop()
        counts[node] = counts.get(node, 0) + 1
        if counts[node] == 1 and node not in stop and not isinstance(node, ir.Agg):
            waiting.extend(_parts(node))
    return counts


def _parts(node: ir.Node) -> Iterable[ir.Node]:
    """What is computed to compute a node."""
    if isinstance(node, ir.IsNone):
        return map(_needed, looked_at(node.operand))
    return map(_needed, ir.children(node)) if _takes_key(node) else ir.children(node)


def _takes_key(node: ir.Node) -> bool:
    """Whether a node needs only the key of the record it is about, so that a hop need not be made."""
    return isinstance(node, (ir.Score, ir.Signal)) or (isinstance(node, ir.Field) and node.name == "id")


def _needed(node: ir.Node) -> ir.Node:
    return node.base if isinstance(node, ir.Hop) else node


def cost(node: ir.Node) -> int:
    """Rough price of computing a node from its children again."""
    match node:
        case ir.Const() | ir.Subject() | ir.Item() | ir.Now() | ir.Today() | ir.Agg():
            return 0
        case ir.Field(name=name) if name.startswith(CUSTOM):
            return 4
        case ir.Field() | ir.IsNone():
            return 1
        case ir.Call(name=name):
            return 2 if name == "total_of" else 4
        case ir.Hop() | ir.Score() | ir.Signal() | ir.Arith() | ir.Compare() | ir.In():
            return 2
        case _:
            return 0


def repeated(roots: Iterable[ir.Node], bound: Iterable[ir.Node], known: frozenset[ir.Node]) -> list[ir.Node]:
    """Nodes worth a local, inner ones first: used at least twice and safe to compute here."""
    counts = uses(roots, bound)
    done = set(bound)
    found = [
        node
        for node, count in counts.items()
        if count >= 2 and cost(node) * (count - 1) >= 2 and node not in done and ir.unguarded(node) <= known
    ]
    return sorted(found, key=_size)


def _size(node: ir.Node) -> int:
    return 1 + sum(_size(child) for child in ir.children(node))


def mentions_item(node: ir.Node) -> bool:
    """Whether the value depends on the item of an aggregate."""
    return any(isinstance(part, ir.Item) for part in ir.walk(node))


def is_free(node: ir.Node) -> bool:
    """Whether the value is the same for all subjects."""
    return not any(isinstance(part, (ir.Subject, ir.Item, ir.Agg, ir.Signal)) for part in ir.walk(node))


def is_constant(node: ir.Node) -> bool:
    """Whether the node is a plain constant."""
    return isinstance(node, ir.Const)
