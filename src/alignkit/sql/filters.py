"""
Filters as one statement: the condition, the order and the limit of `find`, answered where the facts lie.

To-one hops become left joins by key, aggregates over relations become subqueries of the row. What has no statement is
refused with `UnsupportedExpressionError`, so that the caller can look at the facts one by one instead: conditions on
the journal or on suspected duplicates, on records that an aggregate chooses (`latest(i for i in ...)`), on
aggregates within aggregates, on scores, on moments still to come, and on amounts of several currencies.
"""

from __future__ import annotations

import functools
from datetime import date, datetime, timezone
from types import SimpleNamespace
from typing import Any, Final

import attrs
from sqlalchemy import Double, Select, and_, case, func, select, union
from sqlalchemy.sql.elements import ColumnElement

from alignkit.errors import UnsupportedExpressionError
from alignkit.expressions import ir
from alignkit.expressions.model import Model
from alignkit.expressions.python.loops import collect
from alignkit.expressions.python.sharing import mentions_item
from alignkit.policy.filters import Filter
from alignkit.policy.model import KINDS, model
from alignkit.sql.emit import kernel
from alignkit.sql.emit.binds import Binds, number, whole
from alignkit.sql.emit.exact import HighPart, LowPart, SumAsDouble, WholeSum, WideSum
from alignkit.sql.emit.sources import Sources
from alignkit.sql.emit.translate import Join, Translator, double
from alignkit.sql.lookups import Scope
from alignkit.sql.tables import FIELDS, TABLES
from alignkit.sql.types import Day, Moment
from alignkit.stores.kinds import REPOSITORIES

__all__ = ["filtered", "refuse_foreign"]

Column = ColumnElement[Any]

_MOST_SUMMED: Final = 9e3
"""Millionths of numbers below it stay within 64 bits however many are added up; a relation holds at most 1e9."""

_NO_MOMENT: Final = datetime.max.replace(tzinfo=timezone.utc)


def filtered(scope: Scope, collection: str, query: Select[Any], condition: Filter) -> Select[Any]:
    """
    A query of a collection's table, narrowed to the rows for which a condition holds.

    Raises:
        UnsupportedExpressionError: The condition has no statement; see the module.
    """
    refuse_foreign(condition.test)
    if _reads_money(condition.test) and _has_several_currencies(scope):
        raise UnsupportedExpressionError("amounts of several currencies", "a filter in SQL")
    table = TABLES[collection]
    if scope.dialect != "duckdb":
        return _narrowed(scope, table, query, condition)
    # DuckDB (2.0) forgets the limit where the filter stands above a left join into an empty table
    asked = table.alias()
    return query.where(table.c.id.in_(_narrowed(scope, asked, select(asked.c.id), condition)))


def _narrowed(scope: Scope, table: Any, query: Select[Any], condition: Filter) -> Select[Any]:
    translate = _Rows(
        model=_uncut(),
        sources=Sources({}, Moment(), Day()),
        binds=Binds(Moment(), Day(), _NO_MOMENT, date.max),
        subject=_shown(table, condition.kind),
        subject_id=table.c.id,
        tenant=scope.tenant,
    )
    test = settled(condition.test)
    for agg in collect([test]):
        translate.bound[agg] = _subquery(agg, condition.kind, translate, table)
    holds = translate.test(test)
    joined: Any = table
    for join in translate.joins.values():
        joined = joined.outerjoin(join.target, join.on)
    return query.select_from(joined).where(table.c.tenant_id == scope.tenant, holds)


@functools.cache
def _uncut() -> Model:
    """The model without a `now`: no moment reads as unknown for lying ahead."""
    kinds = {
        name: attrs.evolve(kind, fields={f.name: attrs.evolve(f, is_cut=False) for f in kind.fields.values()})
        for name, kind in model().kinds.items()
    }
    return attrs.evolve(model(), kinds=kinds)


def _shown(table: Any, kind: str) -> Any:
    """The columns of a table by the names of fields; amounts are the floats that rules read."""
    fields = FIELDS[KINDS[kind]]
    columns = {field.name: table.c[field.columns[-1]] for field in fields}
    return SimpleNamespace(c=_Columns(columns))


class _Columns(dict[str, Column]):
    """Columns by name, as SQLAlchemy's own collections offer them."""

    def __getattr__(self, name: str) -> Column:
        return self[name]


@attrs.define(eq=False)
class _Rows(Translator):
    """
    Translates next to the rows of the tables themselves.

    Attributes:
        tenant: Whose rows joins may lead to.
    """

    tenant: str = ""
    _shown: dict[ir.Hop, Any] = attrs.field(factory=dict)

    def columns_of(self, node: ir.Node) -> Any:
        """Columns of the record that a node gives."""
        if not isinstance(node, ir.Hop):
            return Translator.columns_of(self, node)
        if node not in self._shown:
            kind = self.model.kinds[node.type.kind]
            target = TABLES[kind.collection].alias()
            key = self.columns_of(node.base).c[self.model.kinds[node.base.type.kind].hops[node.name].key]
            self.joins[node] = Join(target, and_(target.c.tenant_id == self.tenant, target.c.id == key))
            self._shown[node] = _shown(target, kind.name)
        return self._shown[node]


def _subquery(agg: ir.Agg, kind: str, outer: _Rows, table: Any) -> Column:
    """An aggregate as a subquery of the row that is judged."""
    relation = outer.model.kinds[kind].relations[agg.relation]
    item = TABLES[outer.model.kinds[relation.kind].collection].alias()
    translate = attrs.evolve(outer, item=_shown(item, relation.kind), bound={}, joins={}, shown={})
    conditions = [translate.test(settled(test)) for test in agg.where]
    value = _aggregate(agg, translate, item)
    joined: Any = item
    for join in translate.joins.values():
        joined = joined.outerjoin(join.target, join.on)
    query = (
        select(value).select_from(joined).where(item.c.tenant_id == outer.tenant, item.c[relation.key] == table.c.id)
    )
    found: Column = query.where(*conditions).correlate(table).scalar_subquery()
    if agg.op == "sum_micro":
        return func.coalesce(found, number(0.0), type_=Double())
    return func.coalesce(found, whole(0)) if agg.op in ("count", "sum") else found


def _aggregate(agg: ir.Agg, translate: Translator, item: Any) -> Column:
    if agg.value is None:
        return func.count()
    value = translate(agg.value)
    if not mentions_item(agg.value):
        # an aggregate that names columns of the outer query only would be one of the outer query
        value = case((item.c.id == item.c.id, value))
    if agg.op == "sum_micro":
        millionths = double(value, agg.value.type.base) * number(1e6) + number(0.5)
        if agg.value.type.largest < _MOST_SUMMED:
            return SumAsDouble(WholeSum(kernel.FloorWhole(millionths)))
        return WideSum(func.sum(HighPart(millionths)), func.sum(LowPart(millionths)))
    if agg.op == "sum":
        return kernel.AsWhole(func.sum(value))
    return func.max(value) if agg.op == "maximum" else func.min(value)


def refuse_foreign(test: ir.Node) -> None:
    """Refuse what cannot be asked of the tables of the ten collections alone."""
    for node in ir.walk(test):
        match node:
            case ir.Signal() | ir.Score() | ir.Now() | ir.Today():
                raise UnsupportedExpressionError(type(node).__name__, "a filter in SQL")
            case ir.Agg(op=op, relation=relation) as agg:
                if op in ("latest", "earliest"):
                    raise UnsupportedExpressionError(f"{op} of records", "a filter in SQL")
                inner = [part for child in ir.children(agg) for part in ir.walk(child)]
                is_nested = any(isinstance(part, ir.Agg) for part in inner)
                kind = model().kinds[agg.item.type.kind]
                if is_nested or relation == "upcoming" or kind.collection not in REPOSITORIES:
                    raise UnsupportedExpressionError(f"{op} of {relation}", "a filter in SQL")
            case _:
                continue


def settled(node: ir.Node) -> ir.Node:
    """The same condition, in which a flag of a record that is not there does not hold rather than being unknown."""
    match node:
        case ir.Field() | ir.If() if node.type.base == "bool" and (node.type.nullable or ir.unguarded(node)):
            return ir.And((ir.Not(ir.IsNone(node)), node))
        case ir.Not(operand=operand):
            return attrs.evolve(node, operand=settled(operand))
        case ir.And(operands=operands) | ir.Or(operands=operands):
            return attrs.evolve(node, operands=tuple(map(settled, operands)))
        case _:
            return node


def _reads_money(test: ir.Node) -> bool:
    kinds = model().kinds
    return any(
        isinstance(node, ir.Field) and kinds[node.base.type.kind].fields[node.name].is_money for node in ir.walk(test)
    )


def _has_several_currencies(scope: Scope) -> bool:
    """Whether amounts of more than one currency are stored, so that no number says how much they are."""
    asked = []
    for collection, fields in FIELDS.items():
        table = TABLES[collection]
        for field in fields:
            if field.sort == "money":
                code = table.c[f"{field.name}_currency"]
                asked.append(select(code).where(table.c.tenant_id == scope.tenant, code.is_not(None)))
    found = union(*asked).subquery()
    return len(scope.connection.execute(select(found).limit(2)).all()) > 1
