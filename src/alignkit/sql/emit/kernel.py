"""
The operators of the language, spelled for each engine.

Where engines would differ from Python (division, rounding, differences of moments, comparison of text) the spelling
bends them; an engine without a spelling is refused when the statement is compiled.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, Double
from sqlalchemy.exc import CompileError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

__all__ = ["as_double", "as_whole", "day_span", "floor_whole", "microseconds", "quotient", "same_text", "whole_quotient"]


class as_double(FunctionElement[float]):
    """A number as an IEEE double."""

    name = "ak_as_double"
    type = Double()
    inherit_cache = True


class as_whole(FunctionElement[int]):
    """A whole number of 64 bits."""

    name = "ak_as_whole"
    type = BigInteger()
    inherit_cache = True


class floor_whole(FunctionElement[int]):
    """The largest whole number that is not larger than a double."""

    name = "ak_floor_whole"
    type = BigInteger()
    inherit_cache = True


class quotient(FunctionElement[float]):
    """Quotient of two doubles, the second surely not zero."""

    name = "ak_quotient"
    type = Double()
    inherit_cache = True


class whole_quotient(FunctionElement[int]):
    """Quotient of two whole numbers that are not negative, without its fraction."""

    name = "ak_whole_quotient"
    type = BigInteger()
    inherit_cache = True


class microseconds(FunctionElement[int]):
    """Microseconds from an earlier moment (first) to a later one (second)."""

    name = "ak_microseconds"
    type = BigInteger()
    inherit_cache = True


class day_span(FunctionElement[int]):
    """Days from an earlier date (first) to a later one (second)."""

    name = "ak_day_span"
    type = BigInteger()
    inherit_cache = True


class same_text(FunctionElement[bool]):
    """Whether two texts are the same, character by character."""

    name = "ak_same_text"
    type = Boolean()
    inherit_cache = True


def _parts(element: FunctionElement[Any], compiler: Any, **kw: Any) -> list[str]:
    return [compiler.process(clause, **kw) for clause in element.clauses]


def _refuse(element: FunctionElement[Any], compiler: Any, **kw: Any) -> str:
    raise CompileError(f"{element.name} has no spelling for {compiler.dialect.name}; it is not an engine of alignkit")


for _element in (as_double, as_whole, floor_whole, quotient, whole_quotient, microseconds, day_span, same_text):
    compiles(_element)(_refuse)


@compiles(as_double, "sqlite")
def _(element: as_double, compiler: Any, **kw: Any) -> str:
    return f"CAST({_parts(element, compiler, **kw)[0]} AS REAL)"


@compiles(as_double, "postgresql")
def _(element: as_double, compiler: Any, **kw: Any) -> str:
    return f"CAST({_parts(element, compiler, **kw)[0]} AS DOUBLE PRECISION)"


@compiles(as_double, "mysql")
@compiles(as_double, "mariadb")
@compiles(as_double, "duckdb")
def _(element: as_double, compiler: Any, **kw: Any) -> str:
    return f"CAST({_parts(element, compiler, **kw)[0]} AS DOUBLE)"


@compiles(as_whole, "sqlite")
def _(element: as_whole, compiler: Any, **kw: Any) -> str:
    return f"CAST({_parts(element, compiler, **kw)[0]} AS INTEGER)"


@compiles(as_whole, "postgresql")
@compiles(as_whole, "duckdb")
def _(element: as_whole, compiler: Any, **kw: Any) -> str:
    return f"CAST({_parts(element, compiler, **kw)[0]} AS BIGINT)"


@compiles(as_whole, "mysql")
@compiles(as_whole, "mariadb")
def _(element: as_whole, compiler: Any, **kw: Any) -> str:
    return f"CAST({_parts(element, compiler, **kw)[0]} AS SIGNED)"


@compiles(floor_whole, "sqlite")
def _(element: floor_whole, compiler: Any, **kw: Any) -> str:
    # each occurrence is rendered anew, so that its bound values are counted as often as they stand in the text
    once, twice, thrice = (_parts(element, compiler, **kw)[0] for _ in range(3))
    return f"(CAST({once} AS INTEGER) - (({twice}) < CAST({thrice} AS INTEGER)))"


@compiles(floor_whole, "postgresql")
@compiles(floor_whole, "duckdb")
def _(element: floor_whole, compiler: Any, **kw: Any) -> str:
    return f"CAST(floor({_parts(element, compiler, **kw)[0]}) AS BIGINT)"


@compiles(floor_whole, "mysql")
@compiles(floor_whole, "mariadb")
def _(element: floor_whole, compiler: Any, **kw: Any) -> str:
    return f"CAST(floor({_parts(element, compiler, **kw)[0]}) AS SIGNED)"


@compiles(quotient, "sqlite")
@compiles(quotient, "postgresql")
@compiles(quotient, "mysql")
@compiles(quotient, "mariadb")
@compiles(quotient, "duckdb")
def _(element: quotient, compiler: Any, **kw: Any) -> str:
    part, whole = _parts(element, compiler, **kw)
    return f"(({part}) / ({whole}))"


@compiles(whole_quotient, "sqlite")
@compiles(whole_quotient, "postgresql")
def _(element: whole_quotient, compiler: Any, **kw: Any) -> str:
    part, whole = _parts(element, compiler, **kw)
    return f"(({part}) / ({whole}))"


@compiles(whole_quotient, "mysql")
@compiles(whole_quotient, "mariadb")
def _(element: whole_quotient, compiler: Any, **kw: Any) -> str:
    part, whole = _parts(element, compiler, **kw)
    return f"(({part}) DIV ({whole}))"


@compiles(whole_quotient, "duckdb")
def _(element: whole_quotient, compiler: Any, **kw: Any) -> str:
    part, whole = _parts(element, compiler, **kw)
    return f"(({part}) // ({whole}))"


@compiles(microseconds, "sqlite")
def _(element: microseconds, compiler: Any, **kw: Any) -> str:
    earlier, later = element.clauses
    return f"({_sqlite_microseconds(later, compiler, **kw)} - {_sqlite_microseconds(earlier, compiler, **kw)})"


def _sqlite_microseconds(clause: Any, compiler: Any, **kw: Any) -> str:
    # strftime of the full text rounds to milliseconds; seconds and fraction are taken apart instead
    seconds = f"CAST(strftime('%s', substr({compiler.process(clause, **kw)}, 1, 19)) AS INTEGER)"
    return f"({seconds} * 1000000 + CAST(substr({compiler.process(clause, **kw)}, 21, 6) AS INTEGER))"


@compiles(microseconds, "postgresql")
def _(element: microseconds, compiler: Any, **kw: Any) -> str:
    earlier, later = _parts(element, compiler, **kw)
    return f"CAST(EXTRACT(EPOCH FROM ({later}) - ({earlier})) * 1000000 AS BIGINT)"


@compiles(microseconds, "mysql")
@compiles(microseconds, "mariadb")
def _(element: microseconds, compiler: Any, **kw: Any) -> str:
    earlier, later = _parts(element, compiler, **kw)
    return f"TIMESTAMPDIFF(MICROSECOND, {earlier}, {later})"


@compiles(microseconds, "duckdb")
def _(element: microseconds, compiler: Any, **kw: Any) -> str:
    earlier, later = _parts(element, compiler, **kw)
    return f"(epoch_us({later}) - epoch_us({earlier}))"


@compiles(day_span, "sqlite")
def _(element: day_span, compiler: Any, **kw: Any) -> str:
    earlier, later = _parts(element, compiler, **kw)
    return f"CAST(julianday({later}) - julianday({earlier}) AS INTEGER)"


@compiles(day_span, "postgresql")
def _(element: day_span, compiler: Any, **kw: Any) -> str:
    earlier, later = _parts(element, compiler, **kw)
    return f"CAST(({later}) - ({earlier}) AS BIGINT)"


@compiles(day_span, "mysql")
@compiles(day_span, "mariadb")
def _(element: day_span, compiler: Any, **kw: Any) -> str:
    earlier, later = _parts(element, compiler, **kw)
    return f"DATEDIFF({later}, {earlier})"


@compiles(day_span, "duckdb")
def _(element: day_span, compiler: Any, **kw: Any) -> str:
    earlier, later = _parts(element, compiler, **kw)
    return f"date_diff('day', CAST({earlier} AS DATE), CAST({later} AS DATE))"


@compiles(same_text, "sqlite")
@compiles(same_text, "duckdb")
def _(element: same_text, compiler: Any, **kw: Any) -> str:
    one, other = _parts(element, compiler, **kw)
    return f"({one} = {other})"


@compiles(same_text, "postgresql")
def _(element: same_text, compiler: Any, **kw: Any) -> str:
    one, other = _parts(element, compiler, **kw)
    return f'({one} = {other} COLLATE "C")'


@compiles(same_text, "mariadb")
@compiles(same_text, "mysql")
def _(element: same_text, compiler: Any, **kw: Any) -> str:
    one, other = _parts(element, compiler, **kw)
    return f"({one} = {other} COLLATE utf8mb4_nopad_bin)"
