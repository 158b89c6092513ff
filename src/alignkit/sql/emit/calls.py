"""The functions of the language as SQL expressions, one IEEE operation at a time in the order of the native ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import case, null, or_
from sqlalchemy.sql.elements import ColumnElement

from alignkit.expressions import ir
from alignkit.expressions.functions import MICROSECONDS_PER_DAY, MICROSECONDS_PER_HOUR, SMALLEST_DIVISOR
from alignkit.sql.emit import kernel
from alignkit.sql.emit.binds import number, small
from alignkit.sql.emit.translate import Translator, divide

__all__ = ["CALLS"]

Column = ColumnElement[Any]


def _constant(node: ir.Node) -> float | None:
    return float(node.value) if isinstance(node, ir.Const) and node.value is not None else None


def _numbers(translate: Translator, node: ir.Call) -> list[Column]:
    """The arguments, as doubles where the call gives one."""
    read = translate.double if node.type.base == "float" else translate
    return [read(argument) for argument in node.args]


def _ramp(translate: Translator, node: ir.Call) -> Column:
    x, best, worst = map(translate.double, node.args)
    ends = _constant(node.args[1]), _constant(node.args[2])
    run = best - worst if ends[0] is None or ends[1] is None else number(ends[0] - ends[1])
    line = divide(x - worst, run)
    return case((line <= number(0.0), number(0.0)), (line > number(1.0), number(1.0)), else_=line)


def _steps(translate: Translator, node: ir.Call) -> Column:
    x = translate.double(node.args[0])
    when, otherwise, *bands = node.args[1:]
    assert isinstance(when, ir.Const)
    is_at_most = when.value == "at_most"
    ways: list[Any] = [(x.is_(None), null())]
    for edge, score in zip(bands[::2], bands[1::2], strict=True):
        limit = translate.double(edge)
        ways.append((x <= limit if is_at_most else x >= limit, translate.double(score)))
    return case(*ways, else_=translate.double(otherwise))


def _decay(translate: Translator, node: ir.Call) -> Column:
    x, half = map(translate.double, node.args)
    return case((x.is_(None), null()), (x <= number(0.0), number(1.0)), else_=divide(half, half + x))


def _clamp(translate: Translator, node: ir.Call) -> Column:
    x, low, high = _numbers(translate, node)
    return case((x < low, low), (x > high, high), else_=x)


def _ratio(translate: Translator, node: ir.Call) -> Column:
    part, by = map(translate.double, node.args)
    if node.args[1].type.low >= SMALLEST_DIVISOR:
        return divide(part, by)
    smallest = number(SMALLEST_DIVISOR)
    return case((or_(by >= smallest, by <= number(-SMALLEST_DIVISOR)), divide(part, by)))


def _default(translate: Translator, node: ir.Call) -> Column:
    value, fallback = node.args
    one, other = _numbers(translate, node)
    if value == ir.NONE:
        return other
    return case((translate.known(value), one), else_=other) if fallback != ir.NONE else one


def _days_between(translate: Translator, node: ir.Call) -> Column:
    earlier, later = map(translate, node.args)
    if node.args[0].type.base == "date" or node.args[1].type.base == "date":
        return kernel.AsDouble(kernel.DaySpan(earlier, later))
    return divide(kernel.AsDouble(kernel.Microseconds(earlier, later)), number(MICROSECONDS_PER_DAY))


def _hours_between(translate: Translator, node: ir.Call) -> Column:
    earlier, later = map(translate, node.args)
    return divide(kernel.AsDouble(kernel.Microseconds(earlier, later)), number(MICROSECONDS_PER_HOUR))


def _total_of(translate: Translator, node: ir.Call) -> Column:
    return divide(translate(node.args[0]), number(1e6))


def _mean_of(translate: Translator, node: ir.Call) -> Column:
    added, many = map(translate, node.args)
    return case((many > small(0), divide(added, kernel.AsDouble(many) * number(1e6))))


def _share_of(translate: Translator, node: ir.Call) -> Column:
    holding, many = map(translate, node.args)
    return case((many > small(0), divide(kernel.AsDouble(holding), kernel.AsDouble(many))))


def _smaller(translate: Translator, node: ir.Call) -> Column:
    one, other = _numbers(translate, node)
    return case((other < one, other), else_=one)


def _larger(translate: Translator, node: ir.Call) -> Column:
    one, other = _numbers(translate, node)
    return case((other > one, other), else_=one)


def _absolute(translate: Translator, node: ir.Call) -> Column:
    x = translate(node.args[0])
    return case((x < small(0), -x), else_=x)


CALLS: Final[dict[str, Callable[[Translator, ir.Call], Column]]] = {
    "ramp": _ramp,
    "steps": _steps,
    "decay": _decay,
    "clamp": _clamp,
    "ratio": _ratio,
    "default": _default,
    "days_between": _days_between,
    "hours_between": _hours_between,
    "total_of": _total_of,
    "mean_of": _mean_of,
    "share_of": _share_of,
    "min": _smaller,
    "max": _larger,
    "abs": _absolute,
}
"""By the name of the call: what it becomes. `total_of` and `mean_of` take sums that are doubles already."""
