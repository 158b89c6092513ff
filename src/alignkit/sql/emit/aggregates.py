"""
Aggregates as columns of one grouped stage for each relation and level.

The record of a `latest` or `earliest` is found in two steps that are aggregates themselves: its moment, then the
largest (or smallest) id among those of that moment; fields are read from the record of that id.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import Any, Final

import attrs
from sqlalchemy import FromClause, and_, case, func
from sqlalchemy.sql.elements import ColumnElement, Label

from alignkit.expressions import ir
from alignkit.expressions import types as t
from alignkit.expressions.python.absence import known_after
from alignkit.sql.emit import kernel
from alignkit.sql.emit.binds import number, small
from alignkit.sql.emit.exact import HighPart, LowPart, SumAsDouble, WholeSum, WideSum
from alignkit.sql.emit.translate import Translator

__all__ = ["bind", "collected", "columns", "depth", "inner", "is_record", "read", "reads_subject"]

Column = ColumnElement[Any]

MOST_SUMMED: Final = 9.0e12
"""Millionths of a larger number need more than 64 bits."""


@functools.lru_cache(maxsize=4_096)
def parts_of(agg: ir.Agg) -> tuple[ir.Agg, ir.Agg]:
    """The moment and the id of the record that a `latest` or `earliest` gives."""
    op: ir.AggOp = "maximum" if agg.op == "latest" else "minimum"
    occurred = ir.Field(agg.item, "occurred_at", t.MOMENT)
    moment = ir.Agg(op, agg.relation, agg.item, occurred, agg.where, t.MOMENT.optional())
    where = (*agg.where, ir.Compare("==", occurred, moment))
    id = ir.Field(agg.item, "id", t.TEXT)
    return moment, ir.Agg(op, agg.relation, agg.item, id, where, t.TEXT.optional())


def is_record(agg: ir.Agg) -> bool:
    """Whether the aggregate gives a record."""
    return agg.op in ("latest", "earliest")


def inner(agg: ir.Agg) -> list[ir.Agg]:
    """The aggregates that one needs directly."""
    if is_record(agg):
        return [parts_of(agg)[1]]
    found: dict[ir.Agg, None] = {}
    for child in ir.children(agg):
        _directly(child, found)
    return list(found)


def _directly(node: ir.Node, found: dict[ir.Agg, None]) -> None:
    if isinstance(node, ir.Agg):
        found.setdefault(node)
        return
    for child in ir.children(node):
        _directly(child, found)


@functools.lru_cache(maxsize=16_384)
def depth(agg: ir.Agg) -> int:
    """The number of stages that must be there before; a record stands where its id does."""
    if is_record(agg):
        return depth(parts_of(agg)[1])
    return 1 + max(map(depth, inner(agg)), default=-1)


def collected(roots: Iterable[ir.Node]) -> list[ir.Agg]:
    """All distinct aggregates, also those inside others, each after what it needs."""
    found: dict[ir.Agg, None] = {}

    def visit(agg: ir.Agg) -> None:
        if agg not in found:
            for needed in inner(agg):
                visit(needed)
            found.setdefault(agg)

    direct: dict[ir.Agg, None] = {}
    for root in roots:
        _directly(root, direct)
    for agg in direct:
        visit(agg)
    return list(found)


def reads_subject(agg: ir.Agg) -> bool:
    """Whether an aggregate reads more of its subject than the id."""
    nodes = [part for child in ir.children(agg) for part in _outside_aggregates(child)]
    return any(
        isinstance(part, (ir.Field, ir.Hop, ir.Score)) and isinstance(part.base, ir.Subject) and part.name != "id"
        for part in nodes
    )


def _outside_aggregates(node: ir.Node) -> Iterable[ir.Node]:
    yield node
    if not isinstance(node, ir.Agg):
        for child in ir.children(node):
            yield from _outside_aggregates(child)


def _is_wide(agg: ir.Agg, wide: bool) -> bool:
    assert agg.value is not None
    return agg.op == "sum_micro" and (wide or agg.value.type.largest > MOST_SUMMED)


def columns(agg: ir.Agg, name: str, translate: Translator, *, wide: bool) -> Sequence[Label[Any]]:
    """The columns of an aggregate in its stage."""
    conditions = [translate.test(test) for test in agg.where]
    if agg.op == "count":
        return [(func.count(case((and_(*conditions), small(1)))) if conditions else func.count()).label(name)]
    assert agg.value is not None
    translate = attrs.evolve(translate, certain=frozenset().union(*(known_after(test, True) for test in agg.where)))

    def chosen(value: Column) -> Column:
        return case((and_(*conditions), value)) if conditions else value

    if agg.op == "sum_micro":
        millionths = translate.double(agg.value) * number(1e6) + number(0.5)
        if _is_wide(agg, wide):
            high, low = chosen(HighPart(millionths)), chosen(LowPart(millionths))
            return [func.sum(high).label(f"{name}h"), func.sum(low).label(f"{name}l")]
        floor = kernel.TruncatedWhole if agg.value.type.low >= 0 else kernel.FloorWhole
        return [WholeSum(chosen(floor(millionths))).label(name)]
    if agg.op == "sum":
        return [kernel.AsWhole(func.sum(chosen(translate(agg.value)))).label(name)]
    value = translate(agg.value)
    if agg.value.type.base == "text":
        value = kernel.TextOrder(value)
    largest = func.max if agg.op == "maximum" else func.min
    return [largest(chosen(value), type_=value.type).label(name)]


def read(agg: ir.Agg, name: str, stage: FromClause, *, wide: bool) -> Column:
    """An aggregate where it may have found no group: nothing counts as 0, and adds up to it."""
    if agg.op == "sum_micro":
        both = _is_wide(agg, wide)
        found: Column = WideSum(stage.c[f"{name}h"], stage.c[f"{name}l"]) if both else SumAsDouble(stage.c[name])
        return func.coalesce(found, number(0.0), type_=number(0.0).type)
    column: Column = stage.c[name]
    if agg.op in ("count", "sum"):
        return func.coalesce(column, small(0))
    return column


def bind(agg: ir.Agg, translate: Translator) -> None:
    """Bind a record to the id that was found."""
    id = parts_of(agg)[1]
    translate.bound[agg] = translate.bound[id]
    translate.homes[agg] = translate.homes[id]
