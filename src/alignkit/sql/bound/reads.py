"""
Which records a rule reads, as ways from the subject: references followed forwards and backwards.

A way leads to records, not to fields; a rule that only asks whether there is a reference, or for its id, does not
read the record behind it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from alignkit.expressions import ir
from alignkit.expressions.model import Model

__all__ = ["Step", "Way", "ways_of"]


@attrs.frozen(order=True)
class Step:
    """
    One step from a record to others.

    Attributes:
        collection: Where it leads.
        key: The reference that is followed; empty for all records of the collection.
        is_hop: Whether the reference is the record's own (to one other) or the others' (to many).
    """

    collection: str
    key: str
    is_hop: bool


Way = tuple[Step, ...]


def ways_of(shape: Model, kind: str, outcome: ir.Node) -> frozenset[Way]:
    """Every way that a rule about a kind of subject goes; a way's beginnings are among them."""
    return frozenset(_Walk(shape, kind, ()).reads(outcome, {})) - {()}


@attrs.frozen(eq=False)
class _Walk:
    """
    The walk through what is said of one record.

    Attributes:
        shape: The shape of the records.
        kind: Kind of the record.
        here: The way to it.
    """

    shape: Model
    kind: str
    here: Way

    def reads(self, node: ir.Node, items: Mapping[ir.Item, Way]) -> Iterator[Way]:
        """The ways of a node; `items` says where the records are that aggregates around it look at."""
        match node:
            case ir.IsNone(operand=ir.Hop(base=base)) | ir.Field(base=ir.Hop(base=base), name="id"):
                yield from self.reads(base, items)
            case ir.Agg(item=item):
                way = self.way(node, items)
                yield way
                for child in ir.children(node):
                    yield from self.reads(child, {**items, item: way})
            case ir.Signal(base=base, expression=expression):
                yield from self.reads(base, items)
                yield from _Walk(self.shape, base.type.kind, self.way(base, items)).reads(expression, {})
            case ir.Hop(base=base):
                yield self.way(node, items)
                yield from self.reads(base, items)
            case _:
                for child in ir.children(node):
                    yield from self.reads(child, items)

    def way(self, node: ir.Node, items: Mapping[ir.Item, Way]) -> Way:
        """The way to the record (or records) that a node gives."""
        match node:
            case ir.Item():
                return items[node]
            case ir.Hop(base=base, name=name):
                hop = self.shape.kinds[base.type.kind].hops[name]
                return (*self.way(base, items), Step(self.shape.kinds[hop.kind].collection, hop.key, True))
            case ir.Agg(relation=name):
                relation = self.shape.kinds[self.kind].relations[name]
                return (*self.here, Step(self.shape.kinds[relation.kind].collection, relation.key, False))
            case _:
                return self.here
