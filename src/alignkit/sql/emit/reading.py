"""Which columns of which collections a plan reads: the rest need not be selected."""

from __future__ import annotations

from collections.abc import Iterable

from alignkit.errors import UnsupportedExpressionError
from alignkit.expressions import ir
from alignkit.expressions.model import Model, custom_name
from alignkit.expressions.types import Type
from alignkit.policy.model import KINDS
from alignkit.policy.plan import Plan

__all__ = ["columns_read", "custom_read", "refuse_custom"]


def columns_read(model: Model, plan: Plan) -> dict[str, frozenset[str]]:
    """
    Names of the fields of each collection that a plan reads, keys and moments included.

    Every collection of the plan is there, at least with its id.
    """
    found: dict[str, set[str]] = {name: {"id"} for name in plan.collections}
    for kind in plan.rules:
        if KINDS[kind]:
            found.setdefault(KINDS[kind], {"id"})
    for node in _everything(plan):
        match node:
            case ir.Field(base=base, name=name) if base.type.kind in model.kinds:
                _note(found, model, base.type.kind, name)
            case ir.Hop(base=base, name=name, type=leads_to):
                _note(found, model, base.type.kind, model.kinds[base.type.kind].hops[name].key)
                _note(found, model, leads_to.kind, "id")
            case ir.Agg(item=item, relation=relation, op=op):
                _note_relation(found, model, item.type.kind, relation)
                if op in ("latest", "earliest"):
                    _note(found, model, item.type.kind, "occurred_at")
    return {name: frozenset(fields) for name, fields in found.items()}


def custom_read(plan: Plan) -> dict[str, dict[str, Type]]:
    """The types of the custom fields that a plan reads, by collection and name."""
    found: dict[str, dict[str, Type]] = {}
    for node in _everything(plan):
        if isinstance(node, ir.Field) and custom_name(node.name) is not None:
            found.setdefault(KINDS[node.base.type.kind], {})[node.name] = node.type
    return found


def refuse_custom(plan: Plan, where: str) -> None:
    """
    Make sure that a plan reads no custom field.

    Raises:
        UnsupportedExpressionError: It reads one, and there are no custom values here.
    """
    for collection, fields in sorted(custom_read(plan).items()):
        name = custom_name(min(fields))
        raise UnsupportedExpressionError(f"the custom field {name!r} of {collection}", where)


def _note(found: dict[str, set[str]], model: Model, kind: str, field: str) -> None:
    collection = model.kinds[kind].collection
    if collection:
        found.setdefault(collection, {"id"}).add(field)


def _note_relation(found: dict[str, set[str]], model: Model, kind: str, relation: str) -> None:
    """The keys of every relation of this name to the kind; which owner it is does not matter."""
    moment = model.kinds[kind].moment
    if moment:
        _note(found, model, kind, moment)
    for owner in model.kinds.values():
        way = owner.relations.get(relation)
        if way is not None and way.kind == kind and way.key:
            _note(found, model, kind, way.key)


def _everything(plan: Plan) -> Iterable[ir.Node]:
    seen: set[ir.Node] = set()
    waiting: list[ir.Node] = [
        task.outcome for tasks in plan.tasks.values() for task in tasks if task.outcome is not None
    ]
    waiting += [expression for group in plan.groups for expression in group.expressions]
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            yield node
            waiting.extend(ir.children(node))
            if isinstance(node, ir.Signal):
                waiting.append(node.expression)
