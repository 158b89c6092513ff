"""
Writes the passes over a subject's relations: one loop for each relation and level, however many rules look at it.

Conditions that several aggregates share are tested once: a test on one field against several values becomes
`if / elif`, a test for None becomes `if / else`, and any other shared condition a block. A condition that moves
forward in this way carries its own `is not None` where the text had made sure of it in an earlier condition.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Final

import attrs

from alignkit.expressions import ir
from alignkit.expressions.fingerprint import fingerprint
from alignkit.expressions.model import Relation
from alignkit.expressions.python.render import Renderer
from alignkit.expressions.python.sharing import cost, is_free, mentions_item, uses

__all__ = ["collect", "level", "write_aggregates"]

START: Final[dict[str, str]] = {
    "count": "0",
    "sum": "0",
    "sum_micro": "0",
    "maximum": "None",
    "minimum": "None",
    "latest": "None",
    "earliest": "None",
}
SYMBOL: Final[dict[str, str]] = {"maximum": ">", "minimum": "<", "latest": ">", "earliest": "<"}


@attrs.frozen
class Update:
    """One aggregate inside a loop: the conditions still to be tested, and what to do then."""

    agg: ir.Agg
    name: str
    where: tuple[ir.Node, ...]


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
            updates = []
            for agg in members:
                local = writer.fresh("a")
                writer.line(f"{local} = {START[agg.op]}")
                updates.append(Update(agg, local, agg.where))
            if not _is_surely_empty(render, relation):
                _write_loop(render, relation, updates, subject)
            for update in updates:
                writer.bound[update.agg] = update.name


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
    with writer.block(f"for i in {records}:"):
        if collection in render.variant.unsettled:
            _skip_by_moment(render, relation)
        _write_group(render, updates)


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
    roots = [node for update in updates for node in (*update.where, *_value(update))]
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


def _value(update: Update) -> tuple[ir.Node, ...]:
    return () if update.agg.value is None else (update.agg.value,)


def _write_group(render: Renderer, updates: list[Update]) -> None:
    known = render.writer.known
    pending = [attrs.evolve(u, where=tuple(c for c in u.where if not _is_settled(c, known))) for u in updates]
    ready = [update for update in pending if not update.where]
    pending = [update for update in pending if update.where]
    _bind_shared(render, ready, pending)
    for update in ready:
        _write_update(render, update)
    while pending:
        test = _most_shared(pending)
        members = [update for update in pending if any(_family(c) == _family(test) for c in update.where)]
        pending = [update for update in pending if update not in members]
        _write_family(render, test, members)


def _is_settled(condition: ir.Node, known: frozenset[ir.Node]) -> bool:
    match condition:
        case ir.Not(operand=ir.IsNone(operand=operand)):
            return operand in known
        case _:
            return False


def _family(condition: ir.Node) -> tuple[str, ir.Node]:
    """What conditions that exclude each other have in common."""
    match condition:
        case ir.Compare(op="==", left=left, right=ir.Const()):
            return "equal", left
        case ir.Not(operand=ir.IsNone() as test) | (ir.IsNone() as test):
            return "either", test
        case ir.Not(operand=test):
            return "either", test
        case _:
            return "either", condition


def _most_shared(pending: list[Update]) -> ir.Node:
    counts: dict[tuple[str, ir.Node], int] = {}
    first: dict[tuple[str, ir.Node], ir.Node] = {}
    for update in pending:
        for family in dict.fromkeys(map(_family, update.where)):
            counts[family] = counts.get(family, 0) + 1
        for condition in update.where:
            first.setdefault(_family(condition), condition)
    best = max(counts.values())
    return next(first[family] for family, count in counts.items() if count == best)


def _write_family(render: Renderer, test: ir.Node, members: list[Update]) -> None:
    family = _family(test)
    branches: dict[ir.Node, list[Update]] = {}
    for update in members:
        own = next(c for c in update.where if _family(c) == family)
        rest = tuple(c for c in update.where if c != own)
        branches.setdefault(own, []).append(attrs.evolve(update, where=rest))
    if len(branches) > 1 and not _is_named(render, family[1]):
        _bind(render, family[1])
    writer = render.writer
    if family[0] == "either" and len(branches) == 2:
        positive, negative = sorted(branches, key=lambda c: isinstance(c, ir.Not))
        with _tested(render, positive, "if"):
            _write_group(render, branches[positive])
        with writer.block("else:", ir.known_when(positive, False)):
            _write_group(render, branches[negative])
        return
    word = "if"
    for condition, group in branches.items():
        with _tested(render, condition, word):
            _write_group(render, group)
        word = "elif"


def _is_named(render: Renderer, node: ir.Node) -> bool:
    return node in render.writer.bound or isinstance(node, (ir.Const, ir.Item, ir.Subject))


def _bind(render: Renderer, node: ir.Node) -> None:
    writer = render.writer
    if ir.unguarded(node) <= writer.known:
        local = writer.fresh()
        writer.line(f"{local} = {render(node)}")
        writer.bound[node] = local


def _tested(render: Renderer, condition: ir.Node, word: str) -> AbstractContextManager[None]:
    writer = render.writer
    guards = sorted(ir.unguarded(condition) - writer.known, key=fingerprint)
    parts = []
    before = writer.known
    for guard in guards:
        parts.append(render(ir.Not(ir.IsNone(guard))))
    writer.known = before | frozenset(guards)
    parts.append(_condition(render, condition))
    writer.known = before
    text = " and ".join(parts)
    return writer.block(f"{word} {text}:", frozenset(guards) | ir.known_when(condition, True))


def _condition(render: Renderer, condition: ir.Node) -> str:
    """A condition; a calculated value that is only tested for None is kept in a local for its use."""
    match condition:
        case ir.Not(operand=ir.IsNone(operand=(ir.Call() | ir.If() | ir.Score() | ir.Signal()) as value)):
            first, later = render.once(value)
            render.writer.bound[value] = later
            return f"{first} is not None"
        case _:
            return render(condition)


def _bind_shared(render: Renderer, ready: list[Update], pending: list[Update]) -> None:
    """Bind what this block surely computes and uses again."""
    writer = render.writer
    certain = uses([node for update in ready for node in _value(update)], writer.bound)
    everything = uses(
        [node for update in (*ready, *pending) for node in (*update.where, *_value(update))], writer.bound
    )
    for node in sorted(certain, key=lambda n: sum(1 for _ in ir.walk(n))):
        if everything[node] >= 2 and cost(node) and node not in writer.bound and ir.unguarded(node) <= writer.known:
            _bind(render, node)


def _write_update(render: Renderer, update: Update) -> None:
    writer, agg, name = render.writer, update.agg, update.name
    if agg.op == "count":
        writer.line(f"{name} += 1")
        return
    if agg.op in ("latest", "earliest"):
        symbol = SYMBOL[agg.op]
        writer.line(
            f"if {name} is None or i.occurred_at {symbol} {name}.occurred_at "
            f"or (i.occurred_at == {name}.occurred_at and i.id {symbol} {name}.id):"
        )
        writer.line(f"    {name} = i")
        return
    assert agg.value is not None
    if agg.op == "sum":
        writer.line(f"{name} += {render(agg.value)}")
    elif agg.op == "sum_micro":
        writer.line(f"{name} += floor({render(agg.value)} * 1e6 + 0.5)")
    else:
        if not _is_named(render, agg.value):
            _bind(render, agg.value)
        value = render(agg.value)
        writer.line(f"if {name} is None or {value} {SYMBOL[agg.op]} {name}:")
        writer.line(f"    {name} = {value}")

