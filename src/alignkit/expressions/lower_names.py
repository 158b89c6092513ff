"""Lowers names and attribute paths: locals, captured values, fields, hops, scores."""

from __future__ import annotations

import ast
from typing import Any

from alignkit.expressions import functions, ir
from alignkit.expressions import types as t
from alignkit.expressions.capture import capture, note_standard, object_of
from alignkit.expressions.context import MISSING, Context, Fault, FunctionText, nearest
from alignkit.expressions.lower_operators import Lower
from alignkit.expressions.model import CUSTOM

__all__ = ["declare_custom", "lower_attribute", "lower_name", "read_hop"]


def lower_name(ctx: Context, node: ast.Name) -> ir.Node:
    """A local, a parameter, or a value captured from where the rule was written."""
    if node.id in ctx.names:
        bound = ctx.names[node.id]
        if bound is None:
            raise Fault(None)
        return bound
    if node.id in ctx.assigned:
        ctx.refuse(node, "UnknownName", f"{node.id!r} has no value here; it gets one elsewhere in the function")
    value = ctx.scope.lookup(node.id)
    if value is MISSING:
        suggestion = nearest(node.id, [*ctx.names, *ctx.scope.names()])
        ctx.refuse(node, "UnknownName", f"there is no {node.id!r} here", suggestion)
    return _captured(ctx, node, value)


def _captured(ctx: Context, node: ast.expr, value: Any) -> ir.Node:
    name = ast.unparse(node)
    if value is functions.NOT_APPLICABLE:
        note_standard(ctx, node, value)
        return ir.NOT_APPLICABLE
    found = capture(ctx, node, value)
    if found is not None:
        return found
    if isinstance(value, tuple):
        ctx.refuse(node, "NotCapturable", f"{name} is a tuple; it can only stand behind in")
    if callable(value) or isinstance(value, FunctionText):
        ctx.refuse(node, "NotCapturable", f"{name} is a function; call it")
    ctx.refuse(
        node,
        "NotCapturable",
        f"{name} is a {type(value).__name__}; a rule can capture numbers, text, True, False, timedeltas and tuples of them",
    )


def lower_attribute(ctx: Context, node: ast.Attribute, lower: Lower) -> ir.Node:
    """A field, hop or score of a record, or a value of a namespace such as `ak.NOT_APPLICABLE`."""
    value = object_of(ctx, node)
    if value is not MISSING:
        return _captured(ctx, node, value)
    if not node.attr.isascii() or node.attr.startswith("_"):
        ctx.refuse(node, "RuleSyntax", f"attribute {node.attr!r} is not allowed; only fields of the model are")
    if object_of(ctx, node.value) is not MISSING:
        ctx.refuse(node, "UnknownName", f"there is no {ast.unparse(node)} here", nearest(node.attr, functions.__all__))
    base = lower(ctx, node.value)
    if base.type.base != "record":
        hint = "; use days_between() or hours_between()" if base.type.base == "duration" else ""
        what = f"{ast.unparse(node.value)} is {ctx.type_of(base)}"
        ctx.refuse(node, "UnknownField", f"{what}, which has no .{node.attr}{hint}")
    if not ctx.is_known(base):
        text = ast.unparse(node.value)
        ctx.refuse(node, "MaybeUnknown", f"{text} may be None; test it first ({text} is not None and ...)")
    kind = ctx.kind(base)
    if node.attr in kind.fields:
        return ir.Field(base, node.attr, kind.fields[node.attr].type)
    if node.attr in kind.hops:
        return read_hop(ctx, base, node.attr)
    if node.attr in ("score", "band") and kind.is_scored:
        return _score(ctx, node, base)
    if node.attr in kind.relations:
        ctx.refuse(
            node,
            "TypeMismatch",
            f".{node.attr} holds many; go through it in an aggregate, such as count(x for x in ...)",
        )
    own = (kind.name, node.attr)
    if own in ctx.report.custom:
        ctx.report.custom_read.add(own)
        return ir.Field(base, f"{CUSTOM}{node.attr}", ctx.report.custom[own].type)
    known = (*kind.names, *(name for of, name in ctx.report.custom if of == kind.name))
    ctx.refuse(node, "UnknownField", f"{t.one(kind.name)} has no {node.attr!r}", nearest(node.attr, known))


def declare_custom(ctx: Context, syntax: ast.AST, view: Any) -> None:
    """Make the custom fields that a view declares known to the whole rule."""
    declared = ctx.language.custom_of(view)
    for fault in declared.faults:
        ctx.refuse(syntax, "CustomField", fault)
    for (kind, name), kept in declared.fields.items():
        if ctx.report.custom.setdefault((kind, name), kept) != kept:
            message = f"the custom field {name!r} of {t.one(kind)} is declared in two ways in one rule and its helpers"
            ctx.refuse(syntax, "CustomField", message)


def read_hop(ctx: Context, base: ir.Node, name: str) -> ir.Node:
    """The record a hop leads to; the way back from an item is the record it was reached from."""
    if isinstance(base, ir.Item) and base in ctx.backs and ctx.backs[base][0] == name:
        return ctx.backs[base][1]
    hop = ctx.kind(base).hops[name]
    ctx.report.kinds.add(hop.kind)
    found = t.record_type(hop.kind)
    return ir.Hop(base, name, found.optional() if hop.nullable else found)


def _score(ctx: Context, node: ast.Attribute, base: ir.Node) -> ir.Node:
    order = ctx.language.model.order
    judged = ctx.names.get("")
    if judged is not None and order.index(base.type.kind) >= order.index(judged.type.kind):
        ctx.refuse(
            node,
            "EarlierKindsOnly",
            f"a rule of a {judged.type.kind} cannot read the {node.attr} of a {base.type.kind}: "
            f"{', then '.join(order)} are judged in this order",
        )
    if node.attr == "score":
        return ir.Score(base, "score", t.float_type(0.0, 100.0, 1e-6).optional())
    return ir.Score(base, "band", t.text_type(ctx.language.model.bands))
