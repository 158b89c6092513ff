"""
Lowers aggregates: one `for` over a relation, with conditions.

Every aggregate becomes a few primitive ones that engines share: a share is two counts, a mean is a sum and a
count. An aggregate over another record's relation becomes a signal of that record.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Final, NoReturn

import attrs

from alignkit.expressions import ir
from alignkit.expressions import types as t
from alignkit.expressions.context import Context, nearest
from alignkit.expressions.fingerprint import fingerprint
from alignkit.expressions.functions import LARGEST_SUMMAND, LARGEST_WHOLE
from alignkit.expressions.limits import MOST_CONDITIONS
from alignkit.expressions.lower_operators import Lower, condition
from alignkit.expressions.model import Relation
from alignkit.expressions.ranges import clamped_type

__all__ = ["AGGREGATES", "COLLECT", "lower_aggregate"]

MakeAgg = Callable[[ir.AggOp, ir.Node | None, tuple[ir.Node, ...], t.Type], ir.Agg]

AGGREGATES: Final = frozenset(
    {"count", "exists", "every", "share", "total", "mean", "minimum", "maximum", "latest", "earliest"}
)
COLLECT: Final = "collect"
"""What an aggregate of a plugin is made of: the known values."""
COUNT: Final = t.int_type(0, 1e9)
OF_CONDITIONS: Final = frozenset({"every", "share"})
WITHOUT_VALUE: Final = frozenset({"count", "exists"})


def lower_aggregate(ctx: Context, name: str, call: ast.Call, lower: Lower) -> ir.Node:
    """An aggregate call such as `count(t for t in project.tasks if t.status == "done")`."""
    if len(call.args) != 1 or (call.keywords and name != COLLECT):
        ctx.refuse(call, "TypeMismatch", f"{name} takes one thing: {name}(x for x in ...relation... if ...)")
    source = call.args[0]
    if isinstance(source, ast.GeneratorExp):
        element, generators = source.elt, source.generators
    elif name in WITHOUT_VALUE and isinstance(source, ast.Attribute):
        element, generators = None, [ast.comprehension(ast.Name("_"), source, [], 0)]
    else:
        ctx.refuse(call, "TypeMismatch", f"{name} goes through a relation: {name}(x for x in ...relation... if ...)")
    if len(generators) != 1 or generators[0].is_async:
        ctx.refuse(call, "RuleSyntax", "one for per aggregate; put the inner one into a helper function")
    owner, relation = _relation(ctx, generators[0].iter, lower)
    inside, item = _inside(ctx, generators[0], owner, relation)
    where: list[ir.Node] = []
    for test in generators[0].ifs:
        found = condition(inside, test, lower)
        where.extend(found.operands if isinstance(found, ir.And) else [found])
        inside = inside.knowing(found, True)
    if len(where) > MOST_CONDITIONS:
        ctx.refuse(
            call, "RuleTooLarge", f"{len(where)} conditions in one {name}; at most {MOST_CONDITIONS} are allowed"
        )
    made = _made(inside, name, call, element, relation, item, tuple(where), lower)
    if isinstance(owner, ir.Subject):
        if any(isinstance(part, ir.Item) and part.depth < item.depth for part in ir.walk(made)):
            _refuse_correlated(ctx, call, owner.type.kind)
        return made
    return _as_signal(ctx, call, owner, item, made)


def _relation(ctx: Context, node: ast.expr, lower: Lower) -> tuple[ir.Node, Relation]:
    if not isinstance(node, ast.Attribute):
        ctx.refuse(node, "TypeMismatch", "a for goes through a relation, such as project.tasks")
    owner = lower(ctx, node.value)
    if owner.type.base != "record":
        ctx.refuse(node, "TypeMismatch", f"{ast.unparse(node.value)} is {owner.type}, which has no relations")
    if not ctx.is_known(owner):
        ctx.refuse(node, "MaybeUnknown", f"{ast.unparse(node.value)} may be None; test it first")
    kind = ctx.kind(owner)
    if node.attr not in kind.relations:
        what = "is one value, not many" if node.attr in kind.names else "is not there"
        ctx.refuse(
            node, "UnknownField", f"{node.attr!r} of {t.one(kind.name)} {what}", nearest(node.attr, kind.relations)
        )
    relation = kind.relations[node.attr]
    ctx.report.kinds.add(relation.kind)
    return owner, relation


def _inside(ctx: Context, generator: ast.comprehension, owner: ir.Node, relation: Relation) -> tuple[Context, ir.Item]:
    if not isinstance(generator.target, ast.Name):
        ctx.refuse(generator.target, "RuleSyntax", "the loop variable is one name")
    name = generator.target.id
    if ctx.names.get(name) is not None and name != "_":
        ctx.refuse(generator.target, "AssignedTwice", f"{name!r} is already a name here; choose another")
    item = ir.Item(t.record_type(relation.kind), ctx.depth + 1)
    backs = dict(ctx.backs)
    if relation.back:
        backs[item] = (relation.back, owner)
    inside = attrs.evolve(ctx, names={**ctx.names, name: item}, depth=ctx.depth + 1, backs=backs)
    return inside, item


def _made(
    ctx: Context,
    name: str,
    call: ast.Call,
    element: ast.expr | None,
    relation: Relation,
    item: ir.Item,
    where: tuple[ir.Node, ...],
    lower: Lower,
) -> ir.Node:
    def agg(op: ir.AggOp, value: ir.Node | None, tests: tuple[ir.Node, ...], kind: t.Type) -> ir.Agg:
        return ir.Agg(op, relation.name, item, value, _guarded(ctx, item, tests, value), kind)

    def count(*more: ir.Node) -> ir.Agg:
        return agg("count", None, (*where, *more), COUNT)

    zero = ir.Const(0, t.int_type(0, 0))
    if name in WITHOUT_VALUE:
        if element is not None and not isinstance(element, ast.Constant):
            lower(ctx, element)
        return count() if name == "count" else ir.Compare(">", count(), zero)
    assert element is not None
    if name in OF_CONDITIONS:
        test = condition(ctx, element, lower)
        tests = test.operands if isinstance(test, ir.And) else (test,)
        if name == "every":
            return ir.Compare("==", count(ir.Not(test)), zero)
        return ir.Call("share_of", (count(*tests), count()), t.float_type(0.0, 1.0).optional())
    value = lower(ctx, element)
    kind = ctx.type_of(value)
    if kind.base == "record":
        return _record(ctx, name, call, value, item, agg, where)
    if kind.base == "bool":
        ctx.refuse(
            call, "TypeMismatch", f"{name} of conditions is not defined; use share(), every() or count(... if ...)"
        )
    tests = (*where, ir.Not(ir.IsNone(value))) if kind.nullable else where
    if name in ("latest", "earliest"):
        if not kind.is_time:
            ctx.refuse(call, "TypeMismatch", f"{name} takes moments, dates or records, got {kind}")
        return agg("maximum" if name == "latest" else "minimum", value, tests, kind.optional())
    if not kind.is_number:
        ctx.refuse(call, "TypeMismatch", f"{name} takes numbers, got {kind}")
    if name == COLLECT:
        return agg("collect", value, tests, kind.known())
    if name in ("minimum", "maximum"):
        return agg("maximum" if name == "maximum" else "minimum", value, tests, kind.optional())
    return _added(name, agg, value, tests, kind)


def _added(name: str, agg: MakeAgg, value: ir.Node, tests: tuple[ir.Node, ...], kind: t.Type) -> ir.Node:
    whole = t.int_type(-t.INFINITE, t.INFINITE)
    if kind.largest > LARGEST_SUMMAND:
        value, kind = _held(value, kind)
    if name == "total" and kind.base == "int":
        low, high = min(kind.low, 0) * COUNT.high, max(kind.high, 0) * COUNT.high
        return agg("sum", value, tests, t.int_type(max(low, -t.WHOLE_LIMIT), min(high, t.WHOLE_LIMIT)))
    millionths = agg("sum_micro", value, tests, whole)
    if name == "total":
        low = 0.0 if kind.low >= 0 else -1e24
        high = 0.0 if kind.high <= 0 else 1e24
        return ir.Call("total_of", (millionths,), t.float_type(low, high, 1e-6))
    number = agg("count", None, tests, COUNT)
    return ir.Call("mean_of", (millionths, number), t.float_type(kind.low, kind.high, 1e-16).optional())


def _held(value: ir.Node, kind: t.Type) -> tuple[ir.Node, t.Type]:
    """A value that may be too large to be added, as `total` and `mean` take it."""
    limit = LARGEST_WHOLE if kind.base == "int" else LARGEST_SUMMAND
    bounds = t.int_type(-limit, limit) if kind.base == "int" else t.float_type(-limit, limit, kind.tiny)
    held = clamped_type(kind.known(), bounds, bounds)
    return ir.Call("clamp", (value, ir.Const(-limit, bounds), ir.Const(limit, bounds)), held), held


def _record(
    ctx: Context, name: str, call: ast.Call, value: ir.Node, item: ir.Item, agg: MakeAgg, where: tuple[ir.Node, ...]
) -> ir.Node:
    if name not in ("latest", "earliest"):
        ctx.refuse(call, "TypeMismatch", f"{name} takes numbers, got a record; name one of its fields")
    if value != item or "occurred_at" not in ctx.kind(item).fields:
        ctx.refuse(call, "TypeMismatch", f"{name} of records takes the loop variable of records with occurred_at")
    op: ir.AggOp = "latest" if name == "latest" else "earliest"
    return agg(op, None, where, item.type.optional())


def _guarded(ctx: Context, item: ir.Item, tests: tuple[ir.Node, ...], value: ir.Node | None) -> tuple[ir.Node, ...]:
    """
    Make explicit what the text around the aggregate has made sure of.

    The aggregate may be computed where those tests have not been made yet, so it must bring them along.
    """
    known: frozenset[ir.Node] = frozenset()
    missing: list[ir.Node] = []
    itself = frozenset() if value is None or not value.type.nullable else frozenset({value})
    for node in (*tests, *(() if value is None else (value,))):
        relied = ir.unguarded(node) | (itself if node is value else frozenset())
        missing.extend(sorted(relied - known - set(missing), key=fingerprint))
        known |= ir.known_when(node, True) if node in tests else frozenset()
    own = {node for node in missing if not ctx.is_known(node)}
    assert not own, "the checker let an unknown value through"
    return (*(ir.Not(ir.IsNone(node)) for node in missing), *tests)


def _refuse_correlated(ctx: Context, call: ast.Call, kind: str) -> NoReturn:
    ctx.refuse(
        call,
        "Correlated",
        f"an aggregate inside another may read only its own item, now and constants; "
        f"return what it needs from a helper of the {kind}, or judge it in a rule of the {kind}",
    )


def _as_signal(ctx: Context, call: ast.Call, owner: ir.Node, item: ir.Item, made: ir.Node) -> ir.Node:
    marker = ir.Subject(t.record_type(""))
    inner = ir.Subject(t.record_type(owner.type.kind))
    own_item = ir.Item(item.type, 1)
    marks: dict[ir.Node, ir.Node] = {owner: marker, item: own_item}
    # the overloads of dict.get hide its type from type checkers
    marked = ir.substitute(made, lambda node: marks.get(node))  # noqa: PLW0108
    for node in ir.walk(marked):
        strange = isinstance(node, (ir.Subject, ir.Item)) and node not in (marker, own_item)
        nested = isinstance(node, ir.Agg) and any(
            isinstance(part, ir.Agg) for child in ir.children(node) for part in ir.walk(child)
        )
        if strange or nested:
            _refuse_correlated(ctx, call, owner.type.kind)
    expression = ir.substitute(marked, lambda node: inner if node == marker else None)
    return ir.Signal(owner, expression, made.type)
