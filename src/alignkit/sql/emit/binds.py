"""
The values of one statement: constants of rules, and what depends on the moment of the question.

Numbers stand in the text, spelled by the kernel. Text is bound. Whatever depends on `now` or `today` is bound by a name
of its own, so that the same compiled text answers the same question of another day.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

import attrs
from sqlalchemy import BigInteger, BindParameter, Double, String, bindparam, literal_column, null
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import TypeEngine

from alignkit.errors import UnsupportedExpressionError
from alignkit.expressions import ir
from alignkit.expressions.evaluate import Place, evaluate
from alignkit.expressions.python.sharing import is_free
from alignkit.sql.emit import exact, kernel

__all__ = ["NOW", "Binds", "is_same_for_all", "number", "small", "whole"]

Column = ColumnElement[Any]

NOW: Final = ir.Now()
_MICROSECOND: Final = timedelta(microseconds=1)

is_same_for_all: Final = functools.lru_cache(maxsize=65_536)(is_free)
"""Whether the value of a node is the same for all subjects."""


@functools.lru_cache(maxsize=4_096)
def number(value: float) -> Column:
    """A constant double. It stands in the text: the shortest decimal that names it."""
    return exact.Number(literal_column(repr(float(value))))


@functools.lru_cache(maxsize=4_096)
def whole(value: int) -> Column:
    """A constant whole number of 64 bits. It stands in the text."""
    return kernel.AsWhole(literal_column(str(int(value)), BigInteger()))


@functools.lru_cache(maxsize=4_096)
def small(value: int) -> Column:
    """A constant whole number that is only compared or chosen, never multiplied: of whatever type the engine likes."""
    return literal_column(str(int(value)), BigInteger())


@attrs.define(eq=False)
class Binds:
    """
    The bound values of one statement.

    Attributes:
        moment: Type with which moments are bound.
        day: Type with which dates are bound.
        now: The moment that the statement is made at; another may be asked later.
        today: Its day.
        timed: By name, the nodes whose values depend on the moment.
        texts: Constants of text with their names.
    """

    moment: TypeEngine[Any]
    day: TypeEngine[Any]
    now: datetime
    today: date
    timed: dict[str, ir.Node] = attrs.field(factory=dict)
    texts: dict[str, BindParameter[str]] = attrs.field(factory=dict)
    _made: dict[ir.Node, BindParameter[Any]] = attrs.field(factory=dict)

    def values(self, now: datetime, today: date) -> Mapping[str, Any]:
        """What to bind by name at a moment."""
        place = Place(None, now, today)
        return {name: _bound(evaluate(node, place)) for name, node in self.timed.items()}

    def free(self, node: ir.Node) -> Column:
        """The expression of a node that is the same for all subjects; conditions are 1 or 0."""
        if any(isinstance(part, (ir.Now, ir.Today)) for part in ir.walk(node)):
            return self._at_the_moment(node)
        value = evaluate(node, Place(None, self.now, self.today))
        if value is None:
            return null()
        if isinstance(value, bool):
            return whole(int(value))
        if isinstance(value, (int, float)):
            return number(float(value)) if node.type.base == "float" else whole(int(value))
        if isinstance(value, timedelta):
            return whole(value // _MICROSECOND)
        if isinstance(value, str):
            return self.text(value)
        raise UnsupportedExpressionError(f"a {type(value).__name__}", "sql")

    def text(self, value: str) -> Column:
        """A constant text; one name for each."""
        if value not in self.texts:
            self.texts[value] = bindparam(f"ak_text_{len(self.texts)}", value, String())
        return self.texts[value]

    def _at_the_moment(self, node: ir.Node) -> Column:
        if node not in self._made:
            name = f"ak_time_{len(self.timed)}"
            value = _bound(evaluate(node, Place(None, self.now, self.today)))
            self._made[node] = bindparam(name, value, self._type(node.type.base))
            self.timed[name] = node
        made = self._made[node]
        if node.type.base in ("int", "bool", "duration"):
            return kernel.AsWhole(made)
        return kernel.AsDouble(made) if node.type.base == "float" else made

    def _type(self, base: str) -> TypeEngine[Any]:
        if base == "moment":
            return self.moment
        if base == "date":
            return self.day
        if base in ("int", "bool", "duration"):
            return BigInteger()
        if base == "float":
            return Double()
        raise UnsupportedExpressionError(f"{base} that depends on now", "sql")


def _bound(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value // _MICROSECOND
    return int(value) if isinstance(value, bool) else value
