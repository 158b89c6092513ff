"""
Translates nodes about one subject, or one item of an aggregate, into SQL expressions.

Joins that hops need are gathered on the way. A node that has no spelling is refused with its name. A condition has two
forms: `test` holds where it is true and may be unknown elsewhere, which is enough for a CASE and for a conjunction;
`definite` is true or false, which is what may stand under NOT.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import attrs
from sqlalchemy import FromClause, and_, case, false, not_, null, or_, true
from sqlalchemy.sql.elements import ColumnElement

from alignkit.errors import UnsupportedExpressionError
from alignkit.expressions import ir
from alignkit.expressions.model import Model, custom_name
from alignkit.expressions.python.absence import KNOWN_WITH_ARGUMENTS
from alignkit.sql.emit import kernel
from alignkit.sql.emit.binds import NOW, Binds, is_same_for_all, number, small
from alignkit.sql.emit.sources import Sources

__all__ = ["Join", "Translator", "divide", "double", "number"]

Column = ColumnElement[Any]

LOOSE: Final = ("change", "duplicate")
"""Kinds whose references may name what is gone; those lead nowhere."""


@attrs.frozen(eq=False)
class Join:
    """A left join that a translation needs."""

    target: FromClause
    on: Column


def double(column: Column, base: str) -> Column:
    """A number as a double; whole numbers are cast."""
    return kernel.AsDouble(column) if base == "int" else column


def divide(part: Column, by: Column) -> Column:
    """Division of doubles, left to the engine: both sides are doubles and the divisor is not zero."""
    return kernel.Quotient(part, by)


@attrs.define(eq=False)
class Translator:
    """
    Translates in one place.

    Attributes:
        model: The shape of the records.
        sources: Where records are read from.
        binds: The bound values of the statement.
        subject: Columns of the subject; None where it cannot be read.
        subject_id: The subject's id.
        item: Columns of the item, inside an aggregate.
        bound: What is computed already, such as aggregates; conditions as 1 or 0, records as their ids.
        rows: Totals and bands of earlier kinds.
        signals: Where a signal stands.
        joins: Joins gathered so far.
        homes: The stages that hold the aggregates bound so far.
        certain: Nodes that are known wherever the expression counts, so that nothing tests them again.
    """

    model: Model
    sources: Sources
    binds: Binds
    subject: FromClause | None = None
    subject_id: Column | None = None
    item: FromClause | None = None
    bound: dict[ir.Node, Column] = attrs.field(factory=dict)
    rows: dict[str, FromClause] = attrs.field(factory=dict)
    signals: Callable[[ir.Signal], tuple[FromClause, str]] | None = None
    joins: dict[Any, Join] = attrs.field(factory=dict)
    homes: dict[ir.Agg, FromClause] = attrs.field(factory=dict)
    certain: frozenset[ir.Node] = frozenset()

    def __call__(self, node: ir.Node) -> Column:
        """The value of a node; of a condition 1 or 0, of a span whole microseconds."""
        found = self.bound.get(node)
        if found is not None:
            return found
        if is_same_for_all(node):
            return self.binds.free(node)
        way = _VALUES.get(type(node))
        if way is not None:
            return way(self, node)
        if node.type.base == "bool":
            return case((self.test(node), small(1)), else_=small(0))
        raise UnsupportedExpressionError(type(node).__name__, "sql")

    def double(self, node: ir.Node) -> Column:
        """A number as a double."""
        if isinstance(node, ir.Const) and node.value is not None:
            return number(float(node.value))
        return double(self(node), node.type.base)

    # Records

    def columns_of(self, node: ir.Node) -> FromClause:
        """Columns of the record that a node gives; what is not at hand becomes a left join, made once."""
        if isinstance(node, ir.Subject) and self.subject is not None:
            return self.subject
        if isinstance(node, ir.Item) and self.item is not None:
            return self.item
        if isinstance(node, (ir.Hop, ir.Agg, ir.If)):
            if node not in self.joins:
                collection = self.model.kinds[node.type.kind].collection
                target = self.sources.tables[collection].alias()
                key = self._key(node) if isinstance(node, ir.Hop) else self.id_of(node)
                self.joins[node] = Join(target, target.c.id == key)
            return self.joins[node].target
        raise UnsupportedExpressionError(f"a record given by {type(node).__name__}", "sql")

    def id_of(self, node: ir.Node) -> Column:
        """Id of the record that a node gives; NULL where it gives none."""
        if node in self.bound:
            return self.bound[node]
        match node:
            case ir.Hop(base=base) if base.type.kind not in LOOSE:
                return self._key(node)
            case ir.Subject() if self.subject_id is not None:
                return self.subject_id
            case ir.If(test=test, then=then, other=other):
                return case((self.test(test), self.id_of(then)), else_=self.id_of(other))
            case ir.Const(value=None):
                return null()
            case _:
                column: Column = self.columns_of(node).c.id
                return column

    def _key(self, hop: ir.Hop) -> Column:
        key: Column = self.columns_of(hop.base).c[self.model.kinds[hop.base.type.kind].hops[hop.name].key]
        return key

    def field(self, node: ir.Field) -> Column:
        column = self._stored(node)
        if self._is_cut(node) and node not in self.certain:
            return case((column <= self.binds.free(NOW), column))
        if node.type.base == "bool":
            return case((column, small(1)), (column.is_not(None), small(0)))
        return column

    def _stored(self, node: ir.Field) -> Column:
        if node.name == "id":
            return self.id_of(node.base)
        column: Column = self.columns_of(node.base).c[node.name]
        return column

    def _is_cut(self, node: ir.Node) -> bool:
        if not isinstance(node, ir.Field) or custom_name(node.name) is not None:
            return False
        return self.model.kinds[node.base.type.kind].fields[node.name].is_cut

    def score(self, node: ir.Score) -> Column:
        kind = node.base.type.kind
        key = ("rows", kind, node.base)
        if key not in self.joins:
            target = self.rows[kind].alias()
            self.joins[key] = Join(target, target.c.ak_id == self.id_of(node.base))
        columns = self.joins[key].target.c
        if node.name == "band":
            band: Column = columns.ak_band
            return band
        total: Column = columns.ak_total
        return case((total >= 0, divide(kernel.AsDouble(total), number(1e6))))

    def signal(self, node: ir.Signal) -> Column:
        assert self.signals is not None
        source, name = self.signals(node)
        key = ("signals", source, node.base)
        if key not in self.joins:
            target = source.alias()
            self.joins[key] = Join(target, target.c.ak_id == self.id_of(node.base))
        column: Column = self.joins[key].target.c[name]
        return column

    # Values

    def arith(self, node: ir.Arith) -> Column:
        base = node.type.base
        if base == "duration":
            return kernel.Microseconds(self(node.right), self(node.left))
        if base in ("moment", "date"):
            raise UnsupportedExpressionError(f"{node.op} of moments that differ by row", "sql")
        if base == "float":
            left, right = self.double(node.left), self.double(node.right)
        else:
            left, right = self(node.left), self(node.right)
        if node.op == "/":
            return divide(left, right)
        operators = {"+": left.__add__, "-": left.__sub__, "*": left.__mul__}
        return operators[node.op](right)

    def conditional(self, node: ir.If) -> Column:
        is_float = node.type.base == "float"

        def side(of: ir.Node) -> Column:
            return self.double(of) if is_float and of != ir.NONE else self(of)

        ways = []
        rest: ir.Node = node
        while isinstance(rest, ir.If) and (rest is node or rest not in self.bound):
            ways.append((self.test(rest.test), side(rest.then)))
            rest = rest.other
        return case(*ways, else_=side(rest))

    def call(self, node: ir.Call) -> Column:
        from alignkit.sql.emit.calls import CALLS
        from alignkit.sql.emit.registered import Called

        if node.function is not None:
            return Called(node.function, [self.double(argument) for argument in node.args])
        return CALLS[node.name](self, node)

    # Conditions

    def test(self, node: ir.Node) -> Column:
        """A condition that holds where the node is true, and is false or unknown elsewhere."""
        if node in self.bound:
            return self.bound[node] == small(1)
        match node:
            case ir.Const(value=value):
                return true() if value else false()
            case ir.Not(operand=ir.IsNone(operand=operand)):
                return self.known(operand)
            case ir.Not(operand=operand):
                return not_(self.definite(operand))
            case ir.And(operands=operands):
                return and_(*map(self.test, operands))
            case ir.Or(operands=operands):
                return or_(*map(self.test, operands))
            case ir.IsNone(operand=operand):
                return self.unknown(operand)
            case ir.Compare():
                return self._compared(node, definite=False)
            case ir.In(operand=operand, values=values):
                column = self(operand)
                return or_(false(), *(self._equal(operand, column, value) for value in values))
            case ir.Field() if not is_same_for_all(node):
                return self._stored(node)
            case _:
                return self(node) == small(1)

    def definite(self, node: ir.Node) -> Column:
        """The same, surely true or false wherever the rule could have come."""
        if node in self.bound:
            return self.test(node)
        match node:
            case ir.And(operands=operands):
                return and_(*map(self.definite, operands))
            case ir.Or(operands=operands):
                return or_(*map(self.definite, operands))
            case ir.Not(operand=operand):
                return not_(self.definite(operand))
            case ir.IsNone(operand=operand):
                return self.unknown(operand)
            case ir.Compare():
                return self._compared(node, definite=True)
            case ir.In(operand=operand) if _may_be_null(operand):
                return and_(self(operand).is_not(None), self.test(node))
            case _:
                return self.test(node)

    def _compared(self, node: ir.Compare, *, definite: bool) -> Column:
        if node.op == "!=":
            return not_(self._compared(attrs.evolve(node, op="=="), definite=True))
        is_float = "float" in (node.left.type.base, node.right.type.base)
        left, right = (self.double(side) if is_float else self(side) for side in (node.left, node.right))
        if node.op != "==":
            return left.op(node.op, is_comparison=True)(right)
        equal: Column = (
            kernel.SameText(left, right) if "text" in (node.left.type.base, node.right.type.base) else left == right
        )
        known = [side.is_not(None) for of, side in ((node.left, left), (node.right, right)) if _may_be_null(of)]
        if len(known) == 2:
            return or_(and_(left.is_(None), right.is_(None)), and_(*known, equal) if definite else equal)
        return and_(*known, equal) if definite and known else equal

    def _equal(self, operand: ir.Node, column: Column, value: ir.Const) -> Column:
        if operand.type.base == "text":
            return kernel.SameText(column, self(value))
        if "float" in (operand.type.base, value.type.base):
            return double(column, operand.type.base) == self.double(value)
        return column == self(value)

    def known(self, node: ir.Node) -> Column:
        """A condition that holds where a value is known, and is false or unknown elsewhere."""
        if node in self.bound:
            return self.bound[node].is_not(None)
        tested = self.bound.get(ir.IsNone(node))
        if tested is not None:
            return tested == small(0)
        match node:
            case ir.Call(name=name, args=args) if name in KNOWN_WITH_ARGUMENTS:
                return and_(true(), *(self.known(argument) for argument in args if _may_be_null(argument)))
            case ir.Call(name="mean_of" | "share_of", args=(_, many)):
                return self(many) > small(0)
            case ir.Field() if self._is_cut(node):
                return self._stored(node) <= self.binds.free(NOW)
            case ir.Field() if not is_same_for_all(node):
                return self._stored(node).is_not(None)
            case _ if node.type.base == "record":
                return self.id_of(node).is_not(None)
            case _:
                return self(node).is_not(None)

    def unknown(self, node: ir.Node) -> Column:
        """Whether a value is unknown: true or false."""
        if node in self.bound:
            return self.bound[node].is_(None)
        tested = self.bound.get(ir.IsNone(node))
        if tested is not None:
            return tested == small(1)
        match node:
            case ir.Call(name=name, args=args) if name in KNOWN_WITH_ARGUMENTS:
                return or_(false(), *(self.unknown(argument) for argument in args if _may_be_null(argument)))
            case ir.Call(name="mean_of" | "share_of", args=(_, many)):
                return self(many) == small(0)
            case ir.Field() if self._is_cut(node):
                column = self._stored(node)
                return or_(column.is_(None), column > self.binds.free(NOW))
            case ir.Field() if not is_same_for_all(node):
                return self._stored(node).is_(None)
            case _ if node.type.base == "record":
                return self.id_of(node).is_(None)
            case _:
                return self(node).is_(None)


def _may_be_null(node: ir.Node) -> bool:
    return node.type.nullable or bool(ir.unguarded(node))


_VALUES: Final[dict[type, Callable[..., Column]]] = {
    ir.Field: Translator.field,
    ir.Score: Translator.score,
    ir.Signal: Translator.signal,
    ir.Arith: Translator.arith,
    ir.If: Translator.conditional,
    ir.Call: Translator.call,
}
