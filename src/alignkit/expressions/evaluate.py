"""
Evaluates a checked node for one record, slowly and openly: for explanations, never for scores.

It gives the same values as the other engines wherever those compute them; where the text would not have reached an
expression, it gives None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, Protocol

import attrs

from alignkit.expressions import functions, ir
from alignkit.expressions.model import Model

__all__ = ["Reader", "evaluate", "records_behind"]


class Reader(Protocol):
    """What evaluation reads of the facts."""

    @property
    def model(self) -> Model:
        """The shape of the records."""

    @property
    def now(self) -> datetime:
        """The moment of the question."""

    @property
    def today(self) -> date:
        """Its day."""

    def records(self, collection: str) -> Mapping[str, Any]:
        """Records by id."""

    def children(self, collection: str, key: str) -> Mapping[str, Sequence[Any]]:
        """Records by the id that a field of them holds."""

    def major(self, money: Any) -> float | None:
        """An amount in the common currency."""

    def result(self, kind: str, id: str) -> tuple[float | None, str]:
        """Score and band of a subject judged before."""


@attrs.frozen
class Place:
    """Where an expression is evaluated: the subject, and the item of the aggregate around it."""

    reader: Reader
    kind: str
    subject: Any
    item: Any = None


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


def evaluate(node: ir.Node, reader: Reader, kind: str, subject: Any) -> Any:
    """The value of a node for a subject of a kind; None where something it needs is unknown."""
    return _value(node, Place(reader, kind, subject))


def records_behind(agg: ir.Agg, reader: Reader, kind: str, subject: Any) -> list[Any]:
    """The records that an aggregate looked at, those that decided it first for a latest or largest."""
    place = Place(reader, kind, subject)
    chosen = _chosen(agg, place)
    if agg.op in ("maximum", "minimum") and agg.value is not None:
        best = _value(agg, place)
        return [item for item in chosen if _value(agg.value, attrs.evolve(place, item=item)) == best]
    if agg.op in ("latest", "earliest"):
        record = _value(agg, place)
        return [] if record is None else [record]
    return chosen


def _value(node: ir.Node, place: Place) -> Any:
    match node:
        case ir.Const(value=value):
            return value
        case ir.Subject():
            return place.subject
        case ir.Item():
            return place.item
        case ir.Now():
            return place.reader.now
        case ir.Today():
            return place.reader.today
        case ir.Field() | ir.Hop() | ir.Score():
            base = _value(node.base, place)
            return None if base is None else _read(node, base, place.reader)
        case ir.Agg():
            return _aggregate(node, place)
        case ir.Signal(base=base, expression=expression):
            record = _value(base, place)
            return None if record is None else _value(
                expression, Place(place.reader, base.type.kind, record)
            )
        case ir.Call():
            return _call(node, [_value(argument, place) for argument in node.args])
        case ir.If(test=test, then=then, other=other):
            return _value(then if _value(test, place) else other, place)
        case ir.Arith(op=op, left=left, right=right):
            one, two = _value(left, place), _value(right, place)
            return None if one is None or two is None else _ARITHMETIC[op](one, two)
        case _:
            return _condition(node, place)


def _condition(node: ir.Node, place: Place) -> bool:
    match node:
        case ir.Compare(op="==", left=left, right=right):
            return bool(_value(left, place) == _value(right, place))
        case ir.Compare(op=op, left=left, right=right):
            one, two = _value(left, place), _value(right, place)
            return one is not None and two is not None and _COMPARE[op](one, two)
        case ir.IsNone(operand=operand):
            return _value(operand, place) is None
        case ir.In(operand=operand, values=values):
            found = _value(operand, place)
            return any(found == value.value for value in values)
        case ir.Not(operand=operand):
            return not _value(operand, place)
        case ir.And(operands=operands):
            return all(_value(operand, place) for operand in operands)
        case ir.Or(operands=operands):
            return any(_value(operand, place) for operand in operands)
        case _:
            raise TypeError(f"{type(node).__name__} is not a node of the language")


def _read(node: ir.Field | ir.Hop | ir.Score, base: Any, reader: Reader) -> Any:
    kind = reader.model.kinds[node.base.type.kind]
    if isinstance(node, ir.Field):
        field = kind.fields[node.name]
        value = getattr(base, node.name)
        if field.is_money:
            return reader.major(value)
        return None if field.is_cut and value is not None and value > reader.now else value
    if isinstance(node, ir.Hop):
        key = getattr(base, kind.hops[node.name].key)
        collection = reader.model.kinds[node.type.kind].collection
        return None if key is None else reader.records(collection).get(key)
    return reader.result(kind.name, base.id)[node.name == "band"]


def _chosen(agg: ir.Agg, place: Place) -> list[Any]:
    reader = place.reader
    relation = reader.model.kinds[place.kind].relations[agg.relation]
    kind = reader.model.kinds[relation.kind]
    if relation.key:
        records: Sequence[Any] = reader.children(kind.collection, relation.key).get(place.subject.id, ())
    else:
        records = list(reader.records(kind.collection).values())
    found = []
    for record in records:
        moment = getattr(record, kind.moment) if kind.moment else None
        is_later = moment is not None and moment > reader.now
        if is_later != relation.is_upcoming:
            continue
        inside = attrs.evolve(place, item=record)
        if all(_value(test, inside) for test in agg.where):
            found.append(record)
    return sorted(found, key=lambda record: str(record.id))


def _aggregate(agg: ir.Agg, place: Place) -> Any:
    chosen = _chosen(agg, place)
    if agg.op == "count":
        return len(chosen)
    if agg.op == "latest":
        return functions.latest(chosen)
    if agg.op == "earliest":
        return functions.earliest(chosen)
    assert agg.value is not None
    values = [_value(agg.value, attrs.evolve(place, item=record)) for record in chosen]
    known = [value for value in values if value is not None]
    if agg.op == "sum":
        return sum(known)
    if agg.op == "sum_micro":
        return sum(functions.micro(float(value)) for value in known)
    return (max if agg.op == "maximum" else min)(known, default=None)


def _call(node: ir.Call, args: list[Any]) -> Any:
    if node.name in ("min", "max", "abs"):
        if any(argument is None for argument in args):
            return None
        return {"min": min, "max": max, "abs": abs}[node.name](*args)
    if node.name == "total_of":
        return args[0] / 1e6
    if node.name == "mean_of":
        return args[0] / (args[1] * 1e6) if args[1] else None
    if node.name == "share_of":
        return args[0] / args[1] if args[1] else None
    if node.name == "ramp":
        return functions.ramp(args[0], best=args[1], worst=args[2])
    if node.name == "steps":
        bands = list(zip(args[3::2], args[4::2], strict=True))
        return functions.steps(args[0], *bands, otherwise=args[2], when=args[1])
    if node.name == "decay":
        return functions.decay(args[0], half_life=args[1])
    return _PASSING[node.name](*args)




_PASSING: Final[dict[str, Callable[..., Any]]] = {
    "clamp": functions.clamp,
    "ratio": functions.ratio,
    "default": functions.default,
    "days_between": functions.days_between,
    "hours_between": functions.hours_between,
}
