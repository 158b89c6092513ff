"""The arguments of a call, by name, and what is asked of them."""

from __future__ import annotations

import ast

from alignkit.expressions import ir
from alignkit.expressions.context import Context, nearest
from alignkit.expressions.lower_operators import Lower

__all__ = ["arguments", "number"]


def arguments(
    ctx: Context, node: ast.Call, lower: Lower, positional: tuple[str, ...], defaults: dict[str, ir.Node]
) -> dict[str, tuple[ast.expr, ir.Node]]:
    """Syntax and node of each argument; one whose default is None must be given."""
    name = ast.unparse(node.func)
    if len(node.args) > len(positional):
        ctx.refuse(node, "TypeMismatch", f"{name} takes {len(positional)} values, got {len(node.args)}")
    found = {key: (argument, lower(ctx, argument)) for key, argument in zip(positional, node.args, strict=False)}
    for keyword in node.keywords:
        assert keyword.arg is not None
        if keyword.arg in found or keyword.arg not in (*positional, *defaults):
            ctx.refuse(node, "TypeMismatch", f"{name} has no {keyword.arg!r}", nearest(keyword.arg, defaults))
        found[keyword.arg] = (keyword.value, lower(ctx, keyword.value))
    for key in (*positional, *defaults):
        if key not in found:
            if defaults.get(key, ir.NONE) is ir.NONE:
                ctx.refuse(node, "TypeMismatch", f"{name} needs {key!r}")
            found[key] = (node, defaults[key])
    return found


def number(ctx: Context, given: tuple[ast.expr, ir.Node], what: str, *, nullable: bool) -> ir.Node:
    """The node of an argument that is a number, and known where it must be."""
    syntax, node = given
    kind = ctx.type_of(node)
    if not kind.is_number and not (kind.base == "none" and nullable):
        ctx.refuse(syntax, "TypeMismatch", f"{what} takes numbers, got {kind}")
    if kind.nullable and not nullable:
        ctx.refuse(syntax, "MaybeUnknown", f"{ast.unparse(syntax)} may be None, and {what} needs a known number")
    return node
