"""
Writes the passes over a subject's relations: one loop for each relation and level, however many rules look at it.

How conditions are shared inside a loop is the concern of `branches`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import Final

from alignkit.expressions import ir
from alignkit.expressions.model import Relation
from alignkit.expressions.python.branches import Update, write_updates
from alignkit.expressions.python.conditions import normal
from alignkit.expressions.python.render import Renderer
from alignkit.expressions.python.sharing import cost, is_free, mentions_item, uses

__all__ = ["collect", "level", "write_aggregates"]

MOST_TOGETHER: Final = 32
"""Looking for what aggregates share takes time that grows fast with their number."""

START: Final[dict[str, str]] = {
    "count": "0",
    "sum": "0",
    "sum_micro": "0",
    "maximum": "None",
    "minimum": "None",
    "latest": "None",
    "earliest": "None",
    "collect": "[]",
}


def collect(roots: Iterable[ir.Node]) -> list[ir.Agg]:
    """All distinct aggregates, in order of first use, also those inside the conditions of others."""
    found: dict[ir.Agg, None] = {}

    def visit(node: ir.Node) -> None:
        for child in ir.children(node):
            visit(child)
        if isinstance(node, ir.Agg):
            found.setdefault(node)

    for root in roots:
        visit(root)
    return list(found)


@functools.lru_cache(maxsize=16_384)
def level(agg: ir.Agg) -> int:
    """0 for an aggregate that needs no other, else one more than the deepest that it needs."""
    inner = [level(node) for child in ir.children(agg) for node in ir.walk(child) if isinstance(node, ir.Agg)]
    return 1 + max(inner) if inner else 0


def write_aggregates(render: Renderer, kind: str, aggregates: Sequence[ir.Agg], subject: str) -> None:
    """Write every pass; afterwards each aggregate is bound to its local."""
    writer = render.writer
    for depth in range(1 + max((level(agg) for agg in aggregates), default=-1)):
        by_relation: dict[str, list[ir.Agg]] = {}
        for agg in aggregates:
            if level(agg) == depth:
                by_relation.setdefault(agg.relation, []).append(agg)
        for name, members in by_relation.items():
            relation = render.model.kinds[kind].relations[name]
            updates = [_update(writer.fresh("a"), agg) for agg in members]
            if _is_surely_empty(render, relation):
                _write_start(render, updates)
            else:
                _write_loop(render, relation, updates, subject)
            for update in updates:
                writer.bound[update.agg] = update.name


def _update(name: str, agg: ir.Agg) -> Update:
    return Update(agg, name, tuple(part for condition in agg.where for part in normal(condition)))


def _write_start(render: Renderer, updates: Iterable[Update]) -> None:
    for update in updates:
        render.writer.line(f"{update.name} = {START[update.agg.op]}")


def _is_surely_empty(render: Renderer, relation: Relation) -> bool:
    collection = render.model.kinds[relation.kind].collection
    return relation.is_upcoming and collection not in render.variant.unsettled


def _write_loop(render: Renderer, relation: Relation, updates: list[Update], subject: str) -> None:
    writer = render.writer
    collection = render.model.kinds[relation.kind].collection
    _bind_invariants(render, updates)
    if relation.key:
        records = f"{writer.need('children', collection, relation.key)}.get({subject}, ())"
    else:
        records = f"{writer.need('records', collection)}.values()"
    if collection not in render.variant.unsettled:
        updates, everything = _apart(updates)
        if everything:
            local = writer.fresh("x")
            writer.line(f"{local} = {records}")
            records = local
        for update in everything:
            writer.line(f"{update.name} = len({records})")
    _write_start(render, updates)
    if updates:
        with writer.block(f"for i in {records}:"):
            if collection in render.variant.unsettled:
                _skip_by_moment(render, relation)
            for start in range(0, len(updates), MOST_TOGETHER):
                write_updates(render, updates[start : start + MOST_TOGETHER])


def _apart(updates: list[Update]) -> tuple[list[Update], list[Update]]:
    """What needs a look at each record, and what only counts them all."""
    counts = [update for update in updates if update.agg.op == "count" and not update.where]
    return [update for update in updates if update not in counts], counts


def _skip_by_moment(render: Renderer, relation: Relation) -> None:
    moment = render.model.kinds[relation.kind].moment
    if not moment:
        return
    writer = render.writer
    when = writer.fresh()
    writer.line(f"{when} = i.{moment}")
    if relation.is_upcoming:
        writer.line(f"if {when} is None or {when} <= now:")
    else:
        writer.line(f"if {when} is not None and {when} > now:")
    writer.line("    continue")


def _bind_invariants(render: Renderer, updates: list[Update]) -> None:
    """What a loop reads of the subject is read before it."""
    writer = render.writer
    roots = [node for update in updates for node in (*update.where, *update.value)]
    for node in reversed(uses(roots, writer.bound)):
        if (
            node not in writer.bound
            and cost(node) > 0
            and not mentions_item(node)
            and not is_free(node)
            and ir.unguarded(node) <= writer.known
            and not isinstance(node, ir.Agg)
        ):
            local = writer.fresh()
            writer.line(f"{local} = {render(node)}")
            writer.bound[node] = local
