"""Lowers calls of functions and aggregates that a plugin or the host brings."""

from __future__ import annotations

import ast
from typing import Any

from alignkit.expressions import ir
from alignkit.expressions import types as t
from alignkit.expressions.capture import note
from alignkit.expressions.context import Context
from alignkit.expressions.lower_aggregates import COLLECT, lower_aggregate
from alignkit.expressions.lower_arguments import arguments, number
from alignkit.expressions.lower_operators import Lower
from alignkit.expressions.registered import Aggregate, Function

__all__ = ["lower_registered", "lower_registered_aggregate"]


def lower_registered(ctx: Context, node: ast.Call, function: Function[Any], lower: Lower) -> ir.Node:
    """A call of a function that a plugin or the host brings; the rule keeps it by the name it is written with."""
    ctx.report.constants[note(ctx, node.func, "function", function)] = function
    given = arguments(ctx, node, lower, function.positional, _settings(function))
    numbers = [number(ctx, given[name], function.id, nullable=True) for name in function.positional]
    settings = [number(ctx, given[name], function.id, nullable=False) for name in function.settings]
    kind = t.float_type(function.low, function.high, 1e-16)
    if function.may_be_none or any(ctx.type_of(one).nullable for one in numbers):
        kind = kind.optional()
    if not function.sql:
        message = f"{function.id} runs in Python only: in a database, the rule is judged natively"
        ctx.warn(node, "PythonOnly", message)
    return ir.Call(function.id, (*numbers, *settings), kind, function)


def lower_registered_aggregate(ctx: Context, node: ast.Call, function: Aggregate[Any], lower: Lower) -> ir.Node:
    """An aggregate that a plugin or the host brings: the known values, and what it makes of them in Python."""
    ctx.report.constants[note(ctx, node.func, "function", function)] = function
    values = lower_aggregate(ctx, COLLECT, node, lower)
    rest = ast.copy_location(ast.Call(node.func, [], node.keywords), node)
    given = arguments(ctx, rest, lower, (), _settings(function))
    settings = [number(ctx, given[name], function.id, nullable=False) for name in function.settings]
    ctx.warn(node, "PythonOnly", f"{function.id} runs in Python only: in a database, the rule is judged natively")
    kind = t.float_type(function.low, function.high, 1e-16).optional()
    return ir.Call(function.id, (values, *settings), kind, function)


def _settings(function: Function[Any]) -> dict[str, ir.Node]:
    defaults: dict[str, ir.Node] = dict.fromkeys(function.settings, ir.NONE)
    for name, value in function.defaults.items():
        defaults[name] = ir.Const(value, t.float_type(value, value, abs(value) or 1.0))
    return defaults
