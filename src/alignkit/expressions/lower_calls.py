"""Lowers calls: curves, arithmetic functions, spans of time, and helpers written by the author."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final, NoReturn

import attrs

from alignkit.expressions import functions, ir
from alignkit.expressions import types as t
from alignkit.expressions.capture import note_standard, object_of
from alignkit.expressions.context import MISSING, Context, FunctionText, nearest
from alignkit.expressions.lower_aggregates import AGGREGATES, lower_aggregate
from alignkit.expressions.lower_arguments import arguments, number
from alignkit.expressions.lower_operators import Lower
from alignkit.expressions.lower_registered import lower_registered, lower_registered_aggregate
from alignkit.expressions.ranges import clamped_type, quotient_type
from alignkit.expressions.registered import Aggregate, Function

__all__ = ["lower_call"]

UNIT: Final = t.float_type(0.0, 1.0, 1e-16)
SPAN_DAYS: Final = 3_700_000.0

REGISTERED: Final[dict[int, str]] = {
    id(getattr(functions, name)): name for name in functions.__all__ if callable(getattr(functions, name))
}
ADVICE: Final[dict[int, str]] = {
    id(getattr(builtins, name)): advice
    for name, advice in {
        "sum": "use total()",
        "any": "use exists(x for x in ... if ...)",
        "all": "use every()",
        "len": "use count()",
        "round": "numbers count to six decimals anyway",
        "sorted": "use latest(), earliest(), minimum() or maximum()",
        "int": "values are not converted in the language",
        "float": "values are not converted in the language",
        "str": "values are not converted in the language",
        "bool": "write the condition",
        "isinstance": "the model has types already",
        "getattr": "write the field",
        "print": "a rule has no effects",
    }.items()
}

METHODS: Final[dict[str, str]] = {
    "total_seconds": "; use days_between() or hours_between()",
    "date": "; compare days with today, the day in the policy's zone",
    "lower": "; compare text as it is written",
    "startswith": "; compare text as a whole",
}

Inline = Callable[[Context, ast.Call, FunctionText, Lower], ir.Node]


def lower_call(ctx: Context, node: ast.Call, lower: Lower, inline: Inline) -> ir.Node:
    """A call of a registered function or of a readable helper."""
    if any(isinstance(argument, ast.Starred) for argument in node.args) or any(k.arg is None for k in node.keywords):
        ctx.refuse(node, "RuleSyntax", "* and ** are not part of the language")
    function = object_of(ctx, node.func)
    if function is MISSING:
        _refuse_unknown(ctx, node)
    note_standard(ctx, node.func, function)
    name = REGISTERED.get(id(function))
    if name in AGGREGATES:
        return lower_aggregate(ctx, name, node, lower)
    if name is not None and name in SPECIFIC:
        return SPECIFIC[name](ctx, node, lower)
    if function is timedelta:
        return _span(ctx, node, lower)
    if function is builtins.min or function is builtins.max:
        return _smaller_or_larger(ctx, node, lower, "min" if function is builtins.min else "max")
    if function is builtins.abs:
        return _absolute(ctx, node, lower)
    if id(function) in ADVICE:
        ctx.refuse(
            node, "RuleSyntax", f"{ast.unparse(node.func)}() is not part of the language: {ADVICE[id(function)]}"
        )
    if isinstance(function, Aggregate):
        return lower_registered_aggregate(ctx, node, function, lower)
    if isinstance(function, Function):
        return lower_registered(ctx, node, function, lower)
    helper = ctx.language.function_of(function)
    if helper is not None:
        return inline(ctx, node, helper, lower)
    ctx.refuse(node, "RuleSyntax", f"{ast.unparse(node.func)}() is not a function of the language")


def _refuse_unknown(ctx: Context, node: ast.Call) -> NoReturn:
    if isinstance(node.func, ast.Name):
        known = [*functions.__all__, *ctx.scope.names()]
        ctx.refuse(node, "UnknownName", f"there is no function {node.func.id!r} here", nearest(node.func.id, known))
    if isinstance(node.func, ast.Attribute):
        if object_of(ctx, node.func.value) is not MISSING:
            text = ast.unparse(node.func)
            ctx.refuse(node, "UnknownName", f"there is no {text} here", nearest(node.func.attr, functions.__all__))
        name = node.func.attr
        ctx.refuse(node, "RuleSyntax", f"methods are not part of the language: .{name}(){METHODS.get(name, '')}")
    ctx.refuse(node, "RuleSyntax", "only functions called by name are part of the language")


def _ramp(ctx: Context, node: ast.Call, lower: Lower) -> ir.Node:
    given = arguments(ctx, node, lower, ("x",), {"best": ir.NONE, "worst": ir.NONE})
    x = number(ctx, given["x"], "ramp", nullable=True)
    best = number(ctx, given["best"], "ramp", nullable=False)
    worst = number(ctx, given["worst"], "ramp", nullable=False)
    gap_low = ctx.type_of(best).low - ctx.type_of(worst).high
    gap_high = ctx.type_of(best).high - ctx.type_of(worst).low
    if gap_low < 1e-9 and gap_high > -1e-9:
        ctx.refuse(node, "NumberRange", "best and worst of a ramp must differ; here they can be equal")
    return ir.Call("ramp", (x, best, worst), _through(ctx, x, UNIT))


def _steps(ctx: Context, node: ast.Call, lower: Lower) -> ir.Node:
    if len(node.args) < 2:
        ctx.refuse(node, "TypeMismatch", "steps takes a number and bands: steps(x, (7, 1.0), (14, 0.5), otherwise=0.0)")
    bands: list[ir.Node] = []
    for band in node.args[1:]:
        if not (isinstance(band, ast.Tuple) and len(band.elts) == 2):
            ctx.refuse(band, "TypeMismatch", "a band is a pair (edge, score), such as (7, 1.0)")
        bands.extend(_constant_number(ctx, element, lower(ctx, element)) for element in band.elts)
    head = ast.copy_location(ast.Call(node.func, node.args[:1], node.keywords), node)
    given = arguments(ctx, head, lower, ("x",), {"otherwise": ir.NONE, "when": ir.Const("at_most", t.TEXT)})
    x = number(ctx, given["x"], "steps", nullable=True)
    otherwise = _constant_number(ctx, given["otherwise"][0], given["otherwise"][1])
    when = given["when"][1]
    if not (isinstance(when, ir.Const) and when.value in ("at_most", "at_least")):
        ctx.refuse(given["when"][0], "TypeMismatch", 'when is "at_most" or "at_least"')
    scores = [float(score.value) for score in (*bands[1::2], otherwise) if isinstance(score, ir.Const)]
    kind = t.float_type(min(scores), max(scores), min((abs(s) for s in scores if s), default=1.0))
    return ir.Call("steps", (x, when, otherwise, *bands), _through(ctx, x, kind))


def _constant_number(ctx: Context, syntax: ast.expr, node: ir.Node) -> ir.Node:
    if not (isinstance(node, ir.Const) and node.type.is_number):
        ctx.refuse(syntax, "TypeMismatch", "edges and scores of steps are numbers or thresholds")
    return node


def _decay(ctx: Context, node: ast.Call, lower: Lower) -> ir.Node:
    given = arguments(ctx, node, lower, ("x",), {"half_life": ir.NONE})
    x = number(ctx, given["x"], "decay", nullable=True)
    half_life = number(ctx, given["half_life"], "decay", nullable=False)
    if not ctx.type_of(half_life).low >= 1e-9:
        ctx.refuse(given["half_life"][0], "NumberRange", "half_life must surely be positive")
    return ir.Call("decay", (x, half_life), _through(ctx, x, UNIT))


def _clamp(ctx: Context, node: ast.Call, lower: Lower) -> ir.Node:
    defaults: dict[str, ir.Node] = {
        "low": ir.Const(0.0, t.float_type(0.0, 0.0)),
        "high": ir.Const(1.0, t.float_type(1.0, 1.0)),
    }
    given = arguments(ctx, node, lower, ("x", "low", "high"), defaults)
    x = number(ctx, given["x"], "clamp", nullable=True)
    low = number(ctx, given["low"], "clamp", nullable=False)
    high = number(ctx, given["high"], "clamp", nullable=False)
    kind = clamped_type(ctx.type_of(x), ctx.type_of(low), ctx.type_of(high))
    return ir.Call("clamp", (x, low, high), _through(ctx, x, kind))


def _ratio(ctx: Context, node: ast.Call, lower: Lower) -> ir.Node:
    given = arguments(ctx, node, lower, ("part", "whole"), {})
    part = number(ctx, given["part"], "ratio", nullable=True)
    whole = number(ctx, given["whole"], "ratio", nullable=True)
    kind, fault = quotient_type(ctx.type_of(part), ctx.type_of(whole))
    if fault:
        ctx.refuse(node, "NumberRange", fault)
    return ir.Call("ratio", (part, whole), kind)


def _default(ctx: Context, node: ast.Call, lower: Lower) -> ir.Node:
    given = arguments(ctx, node, lower, ("value", "fallback"), {})
    value, fallback = given["value"][1], given["fallback"][1]
    if not ctx.type_of(value).nullable:
        return value
    kind = t.unify(ctx.type_of(value).known(), ctx.type_of(fallback))
    if kind is None or kind.base in ("record", "state", "outcome"):
        ctx.refuse(node, "TypeMismatch", f"default of {value.type} cannot be {fallback.type}")
    return ir.Call("default", (value, fallback), kind)


def _days_between(ctx: Context, node: ast.Call, lower: Lower) -> ir.Node:
    return _between(ctx, node, lower, "days_between", SPAN_DAYS, 1e-17)


def _hours_between(ctx: Context, node: ast.Call, lower: Lower) -> ir.Node:
    return _between(ctx, node, lower, "hours_between", SPAN_DAYS * 24, 1e-16)


def _between(ctx: Context, node: ast.Call, lower: Lower, name: str, longest: float, tiny: float) -> ir.Node:
    given = arguments(ctx, node, lower, ("earlier", "later"), {})
    earlier, later = given["earlier"][1], given["later"][1]
    one, other = ctx.type_of(earlier), ctx.type_of(later)
    bases = {one.base, other.base}
    if bases == {"date", "moment"}:
        ctx.refuse(node, "TypeMismatch", "a date and a moment do not mix; use today with dates and now with moments")
    if name == "hours_between" and "date" in bases:
        ctx.refuse(node, "TypeMismatch", "hours lie between moments; use days_between for dates")
    if len(bases) != 1 or not one.is_time:
        ctx.refuse(node, "TypeMismatch", f"{name} takes two moments, got {one} and {other}")
    kind = t.float_type(-longest, longest, tiny)
    return ir.Call(name, (earlier, later), kind.optional() if one.nullable or other.nullable else kind)


def _through(ctx: Context, x: ir.Node, kind: t.Type) -> t.Type:
    return kind.optional() if ctx.type_of(x).nullable else kind


def _refuse_micro(ctx: Context, node: ast.Call, lower: Lower) -> ir.Node:
    ctx.refuse(node, "RuleSyntax", "micro() is for looking at outcomes, not for rules")


SPECIFIC: Final[dict[str, Callable[[Context, ast.Call, Lower], ir.Node]]] = {
    "ramp": _ramp,
    "steps": _steps,
    "decay": _decay,
    "clamp": _clamp,
    "ratio": _ratio,
    "default": _default,
    "days_between": _days_between,
    "hours_between": _hours_between,
    "micro": _refuse_micro,
}


def _span(ctx: Context, node: ast.Call, lower: Lower) -> ir.Node:
    units: dict[str, Any] = {}
    for keyword in node.keywords:
        value = lower(ctx, keyword.value)
        if keyword.arg not in ("days", "hours", "minutes", "weeks") or not isinstance(value, ir.Const):
            ctx.refuse(node, "TypeMismatch", "a span is timedelta(days=...), hours=, minutes= or weeks= of a constant")
        units[keyword.arg] = _constant_number(ctx, keyword.value, value)
    if node.args or not units:
        ctx.refuse(node, "TypeMismatch", "name the unit of a span: timedelta(days=...)")
    try:
        return ir.Const(timedelta(**{unit: value.value for unit, value in units.items()}), t.DURATION)
    except OverflowError:
        ctx.refuse(node, "NumberRange", "this span is longer than time itself")


def _smaller_or_larger(ctx: Context, node: ast.Call, lower: Lower, name: str) -> ir.Node:
    if len(node.args) == 1:
        instead = "minimum" if name == "min" else "maximum"
        ctx.refuse(node, "RuleSyntax", f"{name}() of many raises when there are none; use {instead}()")
    given = arguments(ctx, node, lower, ("first", "second"), {})
    first = number(ctx, given["first"], name, nullable=False)
    second = number(ctx, given["second"], name, nullable=False)
    one, other = ctx.type_of(first), ctx.type_of(second)
    both = t.unify(one, other)
    assert both is not None
    pick = min if name == "min" else max
    kind = attrs.evolve(both, low=pick(one.low, other.low), high=pick(one.high, other.high))
    return ir.Call(name, (first, second), kind)


def _absolute(ctx: Context, node: ast.Call, lower: Lower) -> ir.Node:
    x = number(ctx, arguments(ctx, node, lower, ("x",), {})["x"], "abs", nullable=False)
    kind = ctx.type_of(x)
    low = 0.0 if kind.low <= 0 <= kind.high else min(abs(kind.low), abs(kind.high))
    return ir.Call("abs", (x,), attrs.evolve(kind, low=low, high=kind.largest))
