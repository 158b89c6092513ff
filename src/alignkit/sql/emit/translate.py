"""
Translates nodes about one subject, or one item of an aggregate, into SQL expressions.

Joins that hops need are gathered on the way. A node that has no spelling is refused with its name.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final

import attrs
from sqlalchemy import BigInteger, Double, FromClause, String, and_, case, false, literal, not_, null, or_, true
from sqlalchemy.sql.elements import ColumnElement

from alignkit.errors import UnsupportedExpressionError
from alignkit.expressions import ir
from alignkit.expressions.evaluate import Place, evaluate
from alignkit.expressions.model import Model
from alignkit.expressions.python.sharing import is_free
from alignkit.sql.emit import kernel
from alignkit.sql.emit.sources import Sources

__all__ = ["Join", "Translator", "divide", "double", "number"]

Column = ColumnElement[Any]

MICROSECONDS_PER_DAY: Final = 86_400_000_000.0
MICROSECONDS_PER_HOUR: Final = 3_600_000_000.0


@attrs.frozen(eq=False)
class Join:
    """A left join that a translation needs."""

    target: FromClause
    on: Column


def number(value: float) -> Column:
    """A number as a bound value of a sure type."""
    if isinstance(value, bool):
        raise TypeError("a condition is not a number")
    if isinstance(value, int):
        return kernel.AsWhole(literal(value, BigInteger()))
    return kernel.AsDouble(literal(value, Double()))


def double(column: Column, base: str) -> Column:
    """A number as a double; whole numbers are cast."""
    return kernel.AsDouble(column) if base == "int" else column


def divide(part: Column, whole: Column) -> Column:
    """Division of doubles, left to the engine: both sides are doubles and the divisor is not zero."""
    return kernel.Quotient(part, whole)


@attrs.define(eq=False)
class Translator:
    """
    Translates in one place.

    Attributes:
        model: The shape of the records.
        sources: Where records are read from.
        now: The moment of the question.
        today: Its day.
        subject: Columns of the subject; None where it cannot be read.
        subject_id: The subject's id.
        item: Columns of the item, inside an aggregate.
        bound: What is computed already, such as aggregates.
        rows: Totals and bands of earlier kinds.
        signals: Where a signal stands.
        joins: Joins gathered so far.
        homes: The stages that hold the aggregates bound so far.
    """

    model: Model
    sources: Sources
    now: datetime
    today: date
    subject: FromClause | None
    subject_id: Column | None
    item: FromClause | None = None
    bound: dict[ir.Node, Column] = attrs.field(factory=dict)
    rows: dict[str, FromClause] = attrs.field(factory=dict)
    signals: Callable[[ir.Signal], tuple[FromClause, str]] | None = None
    joins: dict[Any, Join] = attrs.field(factory=dict)
    homes: dict[ir.Agg, FromClause] = attrs.field(factory=dict)

    def __call__(self, node: ir.Node) -> Column:
        """The expression of a node."""
        if node in self.bound:
            return self.bound[node]
        if is_free(node):
            return self._free(node)
        found = _TRANSLATE.get(type(node))
        if found is None:
            raise UnsupportedExpressionError(type(node).__name__, "sql")
        return found(self, node)

    def _free(self, node: ir.Node) -> Column:
        value = evaluate(node, Place(None, self.now, self.today))
        if value is None:
            return null()
        if isinstance(value, bool):
            return true() if value else false()
        if isinstance(value, (int, float)):
            return number(float(value) if node.type.base == "float" else value)
        if isinstance(value, datetime):
            moment: Column = self.sources.bind_moment(value)
            return moment
        if isinstance(value, date):
            day: Column = self.sources.bind_day(value)
            return day
        if isinstance(value, str):
            return literal(value, String())
        raise UnsupportedExpressionError(f"a {type(value).__name__}", "sql")

    def columns_of(self, node: ir.Node) -> FromClause:
        """Columns of the record that a node gives; a hop becomes a left join, made once."""
        if isinstance(node, ir.Subject) and self.subject is not None:
            return self.subject
        if isinstance(node, ir.Item) and self.item is not None:
            return self.item
        if isinstance(node, ir.Hop):
            if node not in self.joins:
                collection = self.model.kinds[node.type.kind].collection
                target = self.sources.tables[collection].alias()
                self.joins[node] = Join(target, target.c.id == self._key(node))
            return self.joins[node].target
        raise UnsupportedExpressionError(f"a record given by {type(node).__name__}", "sql")

    def _key(self, hop: ir.Hop) -> Column:
        name = self.model.kinds[hop.base.type.kind].hops[hop.name].key
        column: Column = self.columns_of(hop.base).c[name]
        return column

    def id_of(self, node: ir.Node) -> Column:
        """Id of the record that a node gives."""
        if isinstance(node, ir.Hop):
            return self._key(node)
        if isinstance(node, ir.Subject) and self.subject_id is not None:
            return self.subject_id
        column: Column = self.columns_of(node).c.id
        return column

    def field(self, node: ir.Field) -> Column:
        if node.name == "id":
            return self.id_of(node.base)
        kind = self.model.kinds[node.base.type.kind]
        column: Column = self.columns_of(node.base).c[node.name]
        if kind.fields[node.name].is_cut:
            return case((column <= self.sources.bind_moment(self.now), column))
        return column

    def condition_value(self, node: ir.Node) -> Column:
        return case((self(node), literal(1, BigInteger())), else_=literal(0, BigInteger()))

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
        return column == 1 if node.type.base == "bool" else column

    def arith(self, node: ir.Arith) -> Column:
        left, right = self(node.left), self(node.right)
        if node.type.base in ("moment", "date", "duration"):
            raise UnsupportedExpressionError(f"{node.op} of moments that differ by row", "sql")
        if node.type.base == "float":
            left, right = double(left, node.left.type.base), double(right, node.right.type.base)
        if node.op == "/":
            return divide(left, right)
        operators = {"+": left.__add__, "-": left.__sub__, "*": left.__mul__}
        return operators[node.op](right)

    def compare(self, node: ir.Compare) -> Column:
        moved = _moved(node)
        if moved is not None:
            return self.compare(moved)
        left, right = self(node.left), self(node.right)
        bases = (node.left.type.base, node.right.type.base)
        if node.op != "==":
            if "float" in bases:
                left, right = double(left, bases[0]), double(right, bases[1])
            return left.op(node.op, is_comparison=True)(right)
        if "text" in bases:
            equal: Column = kernel.SameText(left, right)
        else:
            if "float" in bases:
                left, right = double(left, bases[0]), double(right, bases[1])
            equal = left == right
        sides = [(node.left, left), (node.right, right)]
        known = [column.is_not(None) for side, column in sides if _may_be_null(side)]
        if len(known) == 2:
            return or_(and_(left.is_(None), right.is_(None)), and_(*known, equal))
        return and_(*known, equal) if known else equal

    def is_none(self, node: ir.IsNone) -> Column:
        if isinstance(node.operand, ir.Hop):
            return self._key(node.operand).is_(None)
        return self(node.operand).is_(None)

    def inside(self, node: ir.In) -> Column:
        tests = [self.compare(ir.Compare("==", node.operand, value)) for value in node.values]
        return or_(false(), *tests)

    def negation(self, node: ir.Not) -> Column:
        return not_(self(node.operand))

    def conjunction(self, node: ir.And) -> Column:
        return and_(*map(self, node.operands))

    def disjunction(self, node: ir.Or) -> Column:
        return or_(*map(self, node.operands))

    def conditional(self, node: ir.If) -> Column:
        if node.type.base == "bool":
            test = self(node.test)
            return or_(and_(test, self(node.then)), and_(case((test, 0), else_=1) == 1, self(node.other)))
        sides = []
        for side in (node.then, node.other):
            column = self(side)
            sides.append(double(column, side.type.base) if node.type.base == "float" else column)
        return case((self(node.test), sides[0]), else_=sides[1])

    def call(self, node: ir.Call) -> Column:
        return _CALLS[node.name](self, node)

    def _floats(self, node: ir.Call) -> list[Column]:
        return [double(self(argument), argument.type.base) for argument in node.args]

    def ramp(self, node: ir.Call) -> Column:
        x, best, worst = self._floats(node)
        line = divide(x - worst, best - worst)
        return case((line < number(0.0), number(0.0)), (line > number(1.0), number(1.0)), else_=line)

    def steps(self, node: ir.Call) -> Column:
        x = double(self(node.args[0]), node.args[0].type.base)
        when = node.args[1]
        assert isinstance(when, ir.Const)
        bands = []
        for edge, score in zip(node.args[3::2], node.args[4::2], strict=True):
            assert isinstance(edge, ir.Const)
            assert isinstance(score, ir.Const)
            limit = number(float(edge.value))
            bands.append((x <= limit if when.value == "at_most" else x >= limit, number(float(score.value))))
        otherwise = node.args[2]
        assert isinstance(otherwise, ir.Const)
        return case((x.is_(None), null()), *bands, else_=number(float(otherwise.value)))

    def decay(self, node: ir.Call) -> Column:
        x, half = self._floats(node)
        return case((x.is_(None), null()), (x <= number(0.0), number(1.0)), else_=divide(half, half + x))

    def clamp(self, node: ir.Call) -> Column:
        x, low, high = self._floats(node) if node.type.base == "float" else list(map(self, node.args))
        return case((x < low, low), (x > high, high), else_=x)

    def ratio(self, node: ir.Call) -> Column:
        part, whole = self._floats(node)
        smallest = number(1e-9)
        return case((or_(whole >= smallest, whole <= number(-1e-9)), divide(part, whole)))

    def default(self, node: ir.Call) -> Column:
        value, fallback = node.args
        columns = self._floats(node) if node.type.base == "float" else [self(value), self(fallback)]
        return case((columns[0].is_not(None), columns[0]), else_=columns[1])

    def days_between(self, node: ir.Call) -> Column:
        earlier, later = map(self, node.args)
        if node.args[0].type.base == "date":
            return kernel.AsDouble(kernel.DaySpan(earlier, later))
        return divide(kernel.AsDouble(kernel.Microseconds(earlier, later)), number(MICROSECONDS_PER_DAY))

    def hours_between(self, node: ir.Call) -> Column:
        earlier, later = map(self, node.args)
        return divide(kernel.AsDouble(kernel.Microseconds(earlier, later)), number(MICROSECONDS_PER_HOUR))

    def total_of(self, node: ir.Call) -> Column:
        return divide(kernel.AsDouble(self(node.args[0])), number(1e6))

    def mean_of(self, node: ir.Call) -> Column:
        added, many = map(self, node.args)
        return case((many > 0, divide(kernel.AsDouble(added), kernel.AsDouble(many) * number(1e6))))

    def share_of(self, node: ir.Call) -> Column:
        holding, many = map(self, node.args)
        return case((many > 0, divide(kernel.AsDouble(holding), kernel.AsDouble(many))))

    def smaller(self, node: ir.Call) -> Column:
        one, other = self._floats(node) if node.type.base == "float" else list(map(self, node.args))
        return case((other < one, other), else_=one)

    def larger(self, node: ir.Call) -> Column:
        one, other = self._floats(node) if node.type.base == "float" else list(map(self, node.args))
        return case((other > one, other), else_=one)

    def absolute(self, node: ir.Call) -> Column:
        x = self(node.args[0])
        return case((x < 0, -x), else_=x)


def _may_be_null(node: ir.Node) -> bool:
    return node.type.nullable or bool(ir.unguarded(node))


def _moved(node: ir.Compare) -> ir.Compare | None:
    """A span next to a stored moment, moved to the side that is the same for all rows."""
    for side, other, is_left in ((node.left, node.right, True), (node.right, node.left, False)):
        if isinstance(side, ir.Arith) and side.type.base in ("moment", "date") and not is_free(side):
            if not is_free(side.right) or not is_free(other):
                return None
            opposite = ir.Arith("-" if side.op == "+" else "+", other, side.right, other.type)
            return ir.Compare(node.op, *((side.left, opposite) if is_left else (opposite, side.left)))
    return None


_TRANSLATE: Final[dict[type, Callable[..., Column]]] = {
    ir.Field: Translator.field,
    ir.Score: Translator.score,
    ir.Signal: Translator.signal,
    ir.Arith: Translator.arith,
    ir.Compare: Translator.compare,
    ir.IsNone: Translator.is_none,
    ir.In: Translator.inside,
    ir.Not: Translator.negation,
    ir.And: Translator.conjunction,
    ir.Or: Translator.disjunction,
    ir.If: Translator.conditional,
    ir.Call: Translator.call,
}

_CALLS: Final[dict[str, Callable[[Translator, ir.Call], Column]]] = {
    "ramp": Translator.ramp,
    "steps": Translator.steps,
    "decay": Translator.decay,
    "clamp": Translator.clamp,
    "ratio": Translator.ratio,
    "default": Translator.default,
    "days_between": Translator.days_between,
    "hours_between": Translator.hours_between,
    "total_of": Translator.total_of,
    "mean_of": Translator.mean_of,
    "share_of": Translator.share_of,
    "min": Translator.smaller,
    "max": Translator.larger,
    "abs": Translator.absolute,
}
