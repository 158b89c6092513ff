"""
Evaluates a checked node on views, slowly and openly: for explanations and for calling stored text natively.

It gives the same values as the other engines wherever those compute them; where the text would not have reached an
expression, it gives None.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final

import attrs

from alignkit.expressions import functions, ir
from alignkit.expressions.model import custom_name

__all__ = ["Place", "evaluate", "records_behind"]


@attrs.frozen
class Place:
    """
    Where an expression is evaluated.

    Attributes:
        subject: A view of the record that is judged.
        now: The moment of the question; the view is bound to it.
        today: Its day.
        item: A view of the item, inside an aggregate.
        found: Values of aggregates over the subject that were worked out here before; they are the same for all items.
        taken: Gets every choice that is met, with the way it went; None where nobody asks.
    """

    subject: Any
    now: datetime | None
    today: date | None
    item: Any = None
    found: dict[ir.Node, Any] = attrs.field(factory=dict, repr=False, eq=False)
    taken: set[tuple[ir.Node, bool]] | None = attrs.field(default=None, repr=False, eq=False)

    def at(self, item: Any) -> Place:
        """The same place, looking at an item."""
        return Place(self.subject, self.now, self.today, item, self.found, self.taken)

    def about(self, record: Any) -> Place:
        """The same moment, judging another record."""
        return Place(record, self.now, self.today, taken=self.taken)


_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
_ARITHMETIC: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}
_NEEDS_KNOWN: Final[dict[str, Callable[..., Any]]] = {"min": min, "max": max, "abs": abs}
_LIMITED: Final = frozenset({"clamp", "ramp", "decay"})
_TAKES_NONE: Final[dict[str, Callable[..., Any]]] = {
    "clamp": functions.clamp,
    "ratio": functions.ratio,
    "default": functions.default,
    "days_between": functions.days_between,
    "hours_between": functions.hours_between,
    "ramp": lambda x, best, worst: functions.ramp(x, best=best, worst=worst),
    "decay": lambda x, half_life: functions.decay(x, half_life=half_life),
    "steps": lambda x, when, otherwise, *bands: functions.steps(
        x, *zip(bands[::2], bands[1::2], strict=True), otherwise=otherwise, when=when
    ),
    "total_of": lambda millionths: millionths / 1e6,
    "mean_of": lambda millionths, number: millionths / (number * 1e6) if number else None,
    "share_of": lambda holding, number: holding / number if number else None,
}


def evaluate(node: ir.Node, place: Place) -> Any:
    """The value of a node; None where something it needs is unknown."""
    match node:
        case ir.Const(type=kind) if kind.base == "state":
            return functions.NOT_APPLICABLE
        case ir.Const(value=value):
            return value
        case ir.Subject():
            return place.subject
        case ir.Item():
            return place.item
        case ir.Now():
            return place.now
        case ir.Today():
            return place.today
        case ir.Field() | ir.Hop() | ir.Score():
            return _read(node, place)
        case ir.Agg():
            if node not in place.found:
                place.found[node] = _aggregate(node, place)
            return place.found[node]
        case ir.Signal(base=base, expression=expression):
            record = evaluate(base, place)
            return None if record is None else evaluate(expression, place.about(record))
        case ir.Call(name=name, args=args, function=function):
            found = [evaluate(argument, place) for argument in args]
            return _call(name, found) if function is None else function.value(*found)
        case ir.If(test=test, then=then, other=other):
            return evaluate(then if _goes(node, test, place) else other, place)
        case ir.Arith(op=op, left=left, right=right):
            one, two = evaluate(left, place), evaluate(right, place)
            return None if one is None or two is None else _ARITHMETIC[op](one, two)
        case _:
            return _condition(node, place)


def _goes(choice: ir.Node, test: ir.Node, place: Place) -> bool:
    """Which way a choice goes, told to whoever asks."""
    holds = bool(evaluate(test, place))
    if place.taken is not None:
        place.taken.add((choice, holds))
    return holds


def _read(node: ir.Field | ir.Hop | ir.Score, place: Place) -> Any:
    record = evaluate(node.base, place)
    if record is None:
        return None
    own = custom_name(node.name)
    return getattr(record, node.name) if own is None else record.custom_value(own, node.type)


def _condition(node: ir.Node, place: Place) -> bool:
    match node:
        case ir.Compare(op="==", left=left, right=right):
            return bool(evaluate(left, place) == evaluate(right, place))
        case ir.Compare(op=op, left=left, right=right):
            one, two = evaluate(left, place), evaluate(right, place)
            return one is not None and two is not None and _COMPARE[op](one, two)
        case ir.IsNone(operand=operand):
            return evaluate(operand, place) is None
        case ir.In(operand=operand, values=values):
            found = evaluate(operand, place)
            return any(found == value.value for value in values)
        case ir.Not(operand=operand):
            return not evaluate(operand, place)
        case ir.And(operands=operands):
            return all(evaluate(operand, place) for operand in operands)
        case ir.Or(operands=operands):
            return any(evaluate(operand, place) for operand in operands)
        case _:
            raise TypeError(f"{type(node).__name__} is not a node of the language")


def _call(name: str, args: list[Any]) -> Any:
    if name in _NEEDS_KNOWN:
        return None if any(argument is None for argument in args) else _NEEDS_KNOWN[name](*args)
    if name in _LIMITED and any(limit is None for limit in args[1:]):
        return None
    return _TAKES_NONE[name](*args)


def _chosen(agg: ir.Agg, place: Place) -> list[Any]:
    found = []
    for record in getattr(place.subject, agg.relation):
        inside = place.at(record)
        if all(evaluate(test, inside) for test in agg.where):
            found.append(record)
    return found


def _aggregate(agg: ir.Agg, place: Place) -> Any:
    chosen = _chosen(agg, place)
    if agg.op == "count":
        return len(chosen)
    if agg.op in ("latest", "earliest"):
        return functions.latest(chosen) if agg.op == "latest" else functions.earliest(chosen)
    assert agg.value is not None
    values = [evaluate(agg.value, place.at(record)) for record in chosen]
    if agg.op == "collect":
        return values
    if agg.op == "sum":
        return sum(values)
    if agg.op == "sum_micro":
        return sum(functions.micro(float(value)) for value in values)
    return (max if agg.op == "maximum" else min)(values, default=None)


def records_behind(agg: ir.Agg, place: Place) -> list[str]:
    """Ids of the records that an aggregate rests on, in order; for a latest or largest, those that decided it."""
    if agg.op in ("latest", "earliest"):
        record = evaluate(agg, place)
        return [] if record is None else [record.id]
    chosen = _chosen(agg, place)
    if agg.op in ("maximum", "minimum") and agg.value is not None:
        best = evaluate(agg, place)
        chosen = [record for record in chosen if evaluate(agg.value, place.at(record)) == best]
    return sorted(str(record.id) for record in chosen)
