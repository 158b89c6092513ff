"""
The operators of the language, spelled for Spark SQL: Apache Spark and Sail, which speaks its dialect.

Under ANSI rules Spark raises where a number overflows, a text is no number, or a divisor is zero, and it may work out
a branch that is not taken. So nothing here raises: what cannot be is NULL, and guards decide as in Python. Decimals
become doubles by their text, because Sail's direct way there is off in the last place now and then.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.compiler import compiles

from alignkit.sql.emit import exact, kernel
from alignkit.sql.emit.kernel import parts

__all__ = ["NAME"]

NAME = "spark"
"""The dialect's name."""


def _floor(number: str) -> str:
    # FLOOR of a double gives a BIGINT here, and raises beyond it; a cast that fails is NULL, and cuts towards zero
    cut = f"TRY_CAST({number} AS BIGINT)"
    return f"({cut} - (CASE WHEN ({number}) < {cut} THEN 1L ELSE 0L END))"


@compiles(kernel.AsDouble, NAME)
def _(element: kernel.AsDouble, compiler: Any, **kw: Any) -> str:
    return f"CAST({parts(element, compiler, **kw)[0]} AS DOUBLE)"


@compiles(kernel.AsWhole, NAME)
@compiles(kernel.TruncatedWhole, NAME)
def _(element: kernel.AsWhole, compiler: Any, **kw: Any) -> str:
    return f"TRY_CAST({parts(element, compiler, **kw)[0]} AS BIGINT)"


@compiles(kernel.FloorWhole, NAME)
def _(element: kernel.FloorWhole, compiler: Any, **kw: Any) -> str:
    return _floor(parts(element, compiler, **kw)[0])


@compiles(kernel.Quotient, NAME)
def _(element: kernel.Quotient, compiler: Any, **kw: Any) -> str:
    part, whole = parts(element, compiler, **kw)
    return f"(({part}) / NULLIF({whole}, 0D))"


@compiles(kernel.WholeQuotient, NAME)
def _(element: kernel.WholeQuotient, compiler: Any, **kw: Any) -> str:
    part, whole = parts(element, compiler, **kw)
    return f"(({part}) DIV NULLIF({whole}, 0L))"


@compiles(kernel.Microseconds, NAME)
def _(element: kernel.Microseconds, compiler: Any, **kw: Any) -> str:
    # moments are whole microseconds on these engines; see `alignkit.sql.distributed.spelling`
    earlier, later = parts(element, compiler, **kw)
    return f"(({later}) - ({earlier}))"


@compiles(kernel.DaySpan, NAME)
def _(element: kernel.DaySpan, compiler: Any, **kw: Any) -> str:
    earlier, later = parts(element, compiler, **kw)
    return f"DATEDIFF({later}, {earlier})"


@compiles(kernel.SameText, NAME)
def _(element: kernel.SameText, compiler: Any, **kw: Any) -> str:
    one, other = parts(element, compiler, **kw)
    return f"({one} = {other})"


@compiles(kernel.Kept, NAME)
def _(element: kernel.Kept, compiler: Any, **kw: Any) -> str:
    # stages that several read are held already
    return "TRUE"


@compiles(kernel.TextOrder, NAME)
def _(element: kernel.TextOrder, compiler: Any, **kw: Any) -> str:
    return f"({parts(element, compiler, **kw)[0]})"


@compiles(exact.Number, NAME)
def _(element: exact.Number, compiler: Any, **kw: Any) -> str:
    return f"({parts(element, compiler, **kw)[0]}D)"


@compiles(exact.SumAsDouble, NAME)
def _(element: exact.SumAsDouble, compiler: Any, **kw: Any) -> str:
    return parts(element, compiler, **kw)[0]


@compiles(exact.WholeSum, NAME)
def _(element: exact.WholeSum, compiler: Any, **kw: Any) -> str:
    # sums of 64 bits raise on Spark and begin again from below on Sail
    return f"CAST(CAST(SUM(CAST({parts(element, compiler, **kw)[0]} AS DECIMAL(20, 0))) AS STRING) AS DOUBLE)"


@compiles(exact.HighPart, NAME)
def _(element: exact.HighPart, compiler: Any, **kw: Any) -> str:
    return _floor(f"({parts(element, compiler, **kw)[0]}) / 4294967296D")


@compiles(exact.LowPart, NAME)
def _(element: exact.LowPart, compiler: Any, **kw: Any) -> str:
    number = parts(element, compiler, **kw)[0]
    high = _floor(f"({number}) / 4294967296D")
    return f"TRY_CAST(({number}) - CAST({high} AS DOUBLE) * 4294967296D AS BIGINT)"


@compiles(exact.WideSum, NAME)
def _(element: exact.WideSum, compiler: Any, **kw: Any) -> str:
    high, low = parts(element, compiler, **kw)
    wide = f"CAST({high} AS DECIMAL(20, 0)) * CAST(4294967296 AS DECIMAL(10, 0)) + CAST({low} AS DECIMAL(20, 0))"
    return f"CAST(CAST({wide} AS STRING) AS DOUBLE)"


@compiles(exact.Exchanged, NAME)
def _(element: exact.Exchanged, compiler: Any, **kw: Any) -> str:
    amount, rate = parts(element, compiler, **kw)
    exactly = f"TRY_CAST({amount} AS DECIMAL(22, 8)) * CAST({rate} AS DECIMAL(15, 8))"
    return f"CAST(CAST({exactly} AS STRING) AS DOUBLE)"
