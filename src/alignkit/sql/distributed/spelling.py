"""
How values of landed tables are brought to the forms that statements compare, spelled for Spark SQL.

A moment is whole microseconds since 1970 in UTC, so that no session's time zone can bend it; a wall time is a
TIMESTAMP_NTZ. Text that names no moment or no day is NULL, never an error.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import DateTime
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from alignkit.sql.bound import kernel
from alignkit.sql.emit.kernel import parts
from alignkit.sql.emit.spark import NAME

__all__ = ["WallOfBound"]

_DAY: Final = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_CLOCK: Final = "[T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,6})?"
_OFFSET: Final = "(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?"


class WallOfBound(FunctionElement[Any]):
    """A wall time that is bound as text."""

    name = "ak_wall_of_bound"
    type = DateTime()
    inherit_cache = True


@compiles(WallOfBound, NAME)
def _(element: WallOfBound, compiler: Any, **kw: Any) -> str:
    return (
        f"CAST({compiler.process(next(iter(element.clauses)), **kw | {'skip_bind_expression': True})} AS TIMESTAMP_NTZ)"
    )


def _one(element: FunctionElement[Any], compiler: Any, **kw: Any) -> str:
    return parts(element, compiler, **kw)[0]


def _matches(text: str, pattern: str) -> str:
    # in the regular expressions of Java, $ also stands before a last line break
    return f"({text} RLIKE '^{pattern}$' AND RIGHT({text}, 1) <> '\\n')"


@compiles(kernel.PlainText, NAME)
@compiles(kernel.PlainKey, NAME)
def _(element: kernel.PlainText, compiler: Any, **kw: Any) -> str:
    return f"CAST({_one(element, compiler, **kw)} AS STRING)"


@compiles(kernel.IsBlank, NAME)
def _(element: kernel.IsBlank, compiler: Any, **kw: Any) -> str:
    text, spaces, _ = element.clauses
    return f"(BTRIM({compiler.process(text, **kw)}, {compiler.process(spaces, **kw)}) = '')"


@compiles(kernel.ExactDouble, NAME)
def _(element: kernel.ExactDouble, compiler: Any, **kw: Any) -> str:
    # Sail divides a rounded whole number, which for many digits is not the nearest double
    return f"CAST(CAST({_one(element, compiler, **kw)} AS STRING) AS DOUBLE)"


@compiles(kernel.WallOfText, NAME)
def _(element: kernel.WallOfText, compiler: Any, **kw: Any) -> str:
    text = _one(element, compiler, **kw)
    wall = f"REPLACE(REGEXP_EXTRACT({text}, '^.{{19}}([.][0-9]+)?', 0), 'T', ' ')"
    return f"(CASE WHEN {_matches(text, _DAY + _CLOCK + _OFFSET)} THEN TRY_CAST({wall} AS TIMESTAMP_NTZ) END)"


@compiles(kernel.OffsetOfText, NAME)
def _(element: kernel.OffsetOfText, compiler: Any, **kw: Any) -> str:
    text = _one(element, compiler, **kw)
    hours, minutes = (f"TRY_CAST(SUBSTR(RIGHT({text}, 6), {start}, 2) AS BIGINT)" for start in (2, 5))
    sign = f"LEFT(RIGHT({text}, 6), 1)"
    seconds = f"({hours} * 3600L + {minutes} * 60L)"
    ways = f"WHEN RIGHT({text}, 1) = 'Z' THEN 0L WHEN {sign} = '+' THEN {seconds} WHEN {sign} = '-' THEN -{seconds}"
    # of a moment without an offset, six characters from the end there is neither sign
    return f"(CASE WHEN {_matches(text, _DAY + _CLOCK + _OFFSET)} THEN CASE {ways} END END)"


def _micros(wall: str) -> str:
    """Microseconds of a wall time of UTC, put together from its parts: casts would ask the session for its zone."""
    days = f"CAST(UNIX_DATE(CAST({wall} AS DATE)) AS BIGINT) * 86400000000L"
    clock = f"(CAST(HOUR({wall}) AS BIGINT) * 3600L + CAST(MINUTE({wall}) AS BIGINT) * 60L) * 1000000L"
    return f"({days} + {clock} + CAST(EXTRACT(SECOND FROM {wall}) * 1000000 AS BIGINT))"


@compiles(kernel.Shifted, NAME)
def _(element: kernel.Shifted, compiler: Any, **kw: Any) -> str:
    wall, seconds = parts(element, compiler, **kw)
    return f"({_micros(wall)} - CAST({seconds} AS BIGINT) * 1000000L)"


@compiles(kernel.Instant, NAME)
def _(element: kernel.Instant, compiler: Any, **kw: Any) -> str:
    (wall,) = element.clauses
    text: str = compiler.process(wall, **kw)
    return text if isinstance(wall, kernel.Shifted) else _micros(text)


@compiles(kernel.InstantOfZoned, NAME)
def _(element: kernel.InstantOfZoned, compiler: Any, **kw: Any) -> str:
    return f"UNIX_MICROS({_one(element, compiler, **kw)})"


@compiles(kernel.DayOfText, NAME)
def _(element: kernel.DayOfText, compiler: Any, **kw: Any) -> str:
    text = _one(element, compiler, **kw)
    return f"(CASE WHEN {_matches(text, _DAY)} THEN TRY_CAST({text} AS DATE) END)"
