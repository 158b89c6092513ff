"""Lowers calls of functions that the author wrote: inlined for the subject itself, a signal for any other record."""

from __future__ import annotations

import ast
from collections.abc import Callable

import attrs

from alignkit.expressions import ir
from alignkit.expressions import types as t
from alignkit.expressions.capture import note, object_of
from alignkit.expressions.context import Context, Fault, FunctionText
from alignkit.expressions.limits import MOST_HELPERS
from alignkit.expressions.lower_names import declare_custom
from alignkit.expressions.lower_operators import Lower, constant_node
from alignkit.expressions.parsing import annotation, literal, parse

__all__ = ["inline"]

LowerBody = Callable[[Context, ast.FunctionDef], ir.Node | None]


def inline(ctx: Context, call: ast.Call, helper: FunctionText, lower: Lower, lower_body: LowerBody) -> ir.Node:
    """The node of a helper's answer: inlined for the subject itself, a signal for any other record."""
    if helper in ctx.stack:
        ctx.refuse(call, "RuleSyntax", f"{helper.name} calls itself; recursion is not part of the language")
    if len(ctx.stack) >= MOST_HELPERS:
        ctx.refuse(call, "RuleTooLarge", f"helpers call helpers more than {MOST_HELPERS} deep")
    ctx.report.helpers[note(ctx, call.func, "helper", helper.text)] = helper.text
    definition, inner = parse(helper, ctx.language, ctx.report)
    inner = attrs.evolve(inner, stack=(*ctx.stack, helper), is_helper=True, known=ctx.known)
    for argument in definition.args.args:
        written = None if argument.annotation is None else annotation(argument.annotation)
        if written is not None:
            declare_custom(inner, argument, object_of(inner, written))
    given = [lower(ctx, argument) for argument in call.args]
    keywords = {keyword.arg or "": lower(ctx, keyword.value) for keyword in call.keywords}
    names = _bind(ctx, inner, call, definition, given, keywords)
    for syntax, node in zip(
        (*call.args, *(keyword.value for keyword in call.keywords)), (*given, *keywords.values()), strict=True
    ):
        if node.type.base == "record" and not ctx.is_known(node):
            ctx.refuse(call, "MaybeUnknown", f"{ast.unparse(syntax)} may be None; test it first")
    return _about(ctx, inner, call, definition, names, lower_body)


def _bind(
    ctx: Context,
    inner: Context,
    call: ast.Call,
    definition: ast.FunctionDef,
    given: list[ir.Node],
    keywords: dict[str, ir.Node],
) -> dict[str, ir.Node | None]:
    arguments = definition.args
    positional = [argument.arg for argument in arguments.args]
    if arguments.vararg or arguments.kwarg or arguments.posonlyargs or arguments.defaults:
        ctx.refuse(call, "RuleShape", f"helper {definition.name} may have plain parameters and thresholds after * only")
    if len(given) > len(positional):
        ctx.refuse(call, "TypeMismatch", f"{definition.name} takes {len(positional)} values, got {len(given)}")
    names: dict[str, ir.Node | None] = dict(zip(positional, given, strict=False))
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if default is None:
            continue
        names[argument.arg] = constant_node(inner, default, literal(inner, default))
    for name, node in keywords.items():
        if name not in (*positional, *(argument.arg for argument in arguments.kwonlyargs)):
            ctx.refuse(call, "TypeMismatch", f"{definition.name} has no {name!r}")
        names[name] = node
    missing = [name for name in (*positional, *(a.arg for a in arguments.kwonlyargs)) if name not in names]
    if missing:
        ctx.refuse(call, "TypeMismatch", f"{definition.name} needs {missing[0]!r}")
    return names


def _about(
    ctx: Context,
    inner: Context,
    call: ast.Call,
    definition: ast.FunctionDef,
    names: dict[str, ir.Node | None],
    lower_body: LowerBody,
) -> ir.Node:
    records = [node for node in names.values() if node is not None and node.type.base == "record"]
    judged = ctx.names.get("")
    plain = {**names, "": judged} if judged is not None else dict(names)
    if len(records) == 1 and not isinstance(records[0], ir.Subject):
        owner = records[0]
        subject = ir.Subject(t.record_type(owner.type.kind))
        others = [node for node in names.values() if node is not None and node is not owner]
        free = not any(isinstance(part, (ir.Subject, ir.Item, ir.Agg)) for node in others for part in ir.walk(node))
        about = {key: subject if node is owner else node for key, node in plain.items()}
        body = lower_body(attrs.evolve(inner, names=about, known=frozenset()), definition)
        if body is None:
            raise Fault(None)
        if any(isinstance(part, (ir.Agg, ir.Signal)) for part in ir.walk(body)):
            if not free:
                ctx.refuse(
                    call,
                    "Correlated",
                    f"{definition.name} aggregates over another record, so its other arguments must be now, today "
                    f"or constants",
                )
            return ir.Signal(owner, body, body.type)
    body = lower_body(attrs.evolve(inner, names=plain, depth=ctx.depth, backs=ctx.backs), definition)
    if body is None:
        raise Fault(None)
    return body
