"""
Custom fields in statements: one value taken out of the JSON text of a row, as what its declaration says.

The text holds values by sort and name (see `alignkit.sql.custom_text`), so that a value of another sort is simply not
there. Names stand in the text of the statement; they are plain names, which is checked again here.
"""

from __future__ import annotations

import re
from typing import Any, Final

from sqlalchemy import Boolean, Double, case, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement

from alignkit.domain.custom import LARGEST, LARGEST_WHOLE
from alignkit.expressions.types import Type
from alignkit.sql.emit.kernel import AsWhole, parts, refuse
from alignkit.sql.types import TEXT, Day, Moment

__all__ = ["custom_column", "give_number"]

Column = ColumnElement[Any]

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")


class Inside(FunctionElement[str]):
    """The text under a sort and a name; NULL where there is none."""

    name = "ak_inside"
    type = TEXT
    inherit_cache = False

    def __init__(self, values: Column, sort: str, field: str) -> None:
        if not (_NAME.fullmatch(sort) and _NAME.fullmatch(field)):
            raise ValueError(f"{sort}.{field} cannot stand in a statement")
        super().__init__(values)
        self.sort = sort
        self.field = field


class AsNumber(FunctionElement[float]):
    """A text that surely is a number, as the double it names."""

    name = "ak_as_number"
    type = Double()
    inherit_cache = True


class AsDay(FunctionElement[Any]):
    """A text that surely is a day, as this engine keeps days."""

    name = "ak_as_day"
    type = Day()
    inherit_cache = True


class AsMoment(FunctionElement[Any]):
    """A text that surely is a moment in UTC, as this engine keeps moments."""

    name = "ak_as_moment"
    type = Moment()
    inherit_cache = True


for _element in (Inside, AsNumber, AsDay, AsMoment):
    compiles(_element)(refuse)


def custom_column(values: Column, name: str, kind: Type) -> Column:
    """
    A custom field as a column.

    Args:
        values: The column of the custom values.
        name: Of the field.
        kind: What it gives.
    """
    match kind.base:
        case "text":
            return Inside(values, "text", name)
        case "float":
            number = AsNumber(func.coalesce(Inside(values, "number", name), Inside(values, "whole", name)))
            return _bounded(number, kind, LARGEST)
        case "int":
            return _bounded(AsWhole(Inside(values, "whole", name)), kind, LARGEST_WHOLE)
        case "bool":
            return Flag(Inside(values, "flag", name))
        case "date":
            return AsDay(Inside(values, "day", name))
        case _:
            return AsMoment(Inside(values, "moment", name))


class Flag(FunctionElement[bool]):
    """Whether a text is `1`; NULL where there is none."""

    name = "ak_flag"
    type = Boolean()
    inherit_cache = True


def _bounded(number: Column, kind: Type, limit: float) -> Column:
    if kind.low <= -limit and kind.high >= limit:
        return number
    low, high = (int(edge) if kind.base == "int" else float(edge) for edge in (kind.low, kind.high))
    return case((number.between(low, high), number))


def give_number(driver: Any) -> None:
    """Let an SQLite connection read numbers exactly: its own way is off in the last digit now and then."""
    driver.create_function("ak_number", 1, _number, deterministic=True)


def _number(text: str | None) -> float | None:
    return None if text is None else float(text)


compiles(Flag)(refuse)


@compiles(Flag, "sqlite")
@compiles(Flag, "postgresql")
@compiles(Flag, "mysql")
@compiles(Flag, "mariadb")
@compiles(Flag, "duckdb")
def _(element: Flag, compiler: Any, **kw: Any) -> str:
    return f"({parts(element, compiler, **kw)[0]} = '1')"


@compiles(Inside, "sqlite")
def _(element: Inside, compiler: Any, **kw: Any) -> str:
    return f"json_extract({parts(element, compiler, **kw)[0]}, '$.{element.sort}.{element.field}')"


@compiles(Inside, "postgresql")
def _(element: Inside, compiler: Any, **kw: Any) -> str:
    values = parts(element, compiler, **kw)[0]
    return f"""(json_extract_path_text(CAST({values} AS json), '{element.sort}', '{element.field}') COLLATE "C")"""


@compiles(Inside, "mysql")
@compiles(Inside, "mariadb")
def _(element: Inside, compiler: Any, **kw: Any) -> str:
    values = parts(element, compiler, **kw)[0]
    return f"(JSON_UNQUOTE(JSON_EXTRACT({values}, '$.{element.sort}.{element.field}')) COLLATE utf8mb4_nopad_bin)"


@compiles(Inside, "duckdb")
def _(element: Inside, compiler: Any, **kw: Any) -> str:
    return f"json_extract_string({parts(element, compiler, **kw)[0]}, '$.{element.sort}.{element.field}')"


@compiles(AsNumber, "sqlite")
def _(element: AsNumber, compiler: Any, **kw: Any) -> str:
    return f"ak_number({parts(element, compiler, **kw)[0]})"


@compiles(AsNumber, "postgresql")
def _(element: AsNumber, compiler: Any, **kw: Any) -> str:
    return f"CAST({parts(element, compiler, **kw)[0]} AS DOUBLE PRECISION)"


@compiles(AsNumber, "mysql")
@compiles(AsNumber, "mariadb")
@compiles(AsNumber, "duckdb")
def _(element: AsNumber, compiler: Any, **kw: Any) -> str:
    return f"CAST({parts(element, compiler, **kw)[0]} AS DOUBLE)"


@compiles(AsDay, "sqlite")
@compiles(AsMoment, "sqlite")
def _(element: AsDay, compiler: Any, **kw: Any) -> str:
    return parts(element, compiler, **kw)[0]


@compiles(AsDay, "postgresql")
@compiles(AsDay, "mysql")
@compiles(AsDay, "mariadb")
@compiles(AsDay, "duckdb")
def _(element: AsDay, compiler: Any, **kw: Any) -> str:
    return f"CAST({parts(element, compiler, **kw)[0]} AS DATE)"


@compiles(AsMoment, "postgresql")
def _(element: AsMoment, compiler: Any, **kw: Any) -> str:
    return f"(CAST({parts(element, compiler, **kw)[0]} AS TIMESTAMP) AT TIME ZONE 'UTC')"


@compiles(AsMoment, "mysql")
@compiles(AsMoment, "mariadb")
def _(element: AsMoment, compiler: Any, **kw: Any) -> str:
    return f"CAST({parts(element, compiler, **kw)[0]} AS DATETIME(6))"


@compiles(AsMoment, "duckdb")
def _(element: AsMoment, compiler: Any, **kw: Any) -> str:
    return f"CAST({parts(element, compiler, **kw)[0]} AS TIMESTAMP)"
