"""Functions of plugins in statements: each engine gets the spelling that the function has for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Double, case, null, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement

from alignkit.errors import UnsupportedExpressionError
from alignkit.expressions.registered import Function

__all__ = ["Called"]

Column = ColumnElement[Any]


class Called(FunctionElement[float]):
    """A call; NULL where a number is."""

    name = "ak_called"
    type = Double()
    inherit_cache = False

    def __init__(self, function: Function[Any], numbers: Sequence[Column]) -> None:
        super().__init__(*numbers)
        self.function = function


@compiles(Called)
def _called(element: Called, compiler: Any, **kw: Any) -> str:
    engine = compiler.dialect.name
    spelling = element.function.spelling(engine)
    if spelling is None:
        raise UnsupportedExpressionError(f"the function {element.function.id}", engine)
    numbers: list[Column] = list(element.clauses)
    answer = spelling(*numbers)
    text: str = compiler.process(case((or_(*(number.is_(None) for number in numbers)), null()), else_=answer), **kw)
    return text
