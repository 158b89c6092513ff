"""
Constants, sums and amounts of money, spelled so that each comes out as the nearest double on every engine.

What engines do by themselves here is off in the last place now and then: reading decimal fractions (SQLite), turning
128 bits into a double (DuckDB), adding up beyond 64 bits (SQLite refuses).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Double
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from alignkit.sql.emit.kernel import parts, refuse

__all__ = ["Exchanged", "HighPart", "LowPart", "Number", "SumAsDouble", "WholeSum", "WideSum"]


class Number(FunctionElement[float]):
    """A constant double, given as the shortest decimal text that names it."""

    name = "ak_number"
    type = Double()
    inherit_cache = True


class WholeSum(FunctionElement[float]):
    """A sum of whole numbers of 64 bits, as `SumAsDouble` takes it: the engine's own type, or a double already."""

    name = "ak_whole_sum"
    type = Double()
    inherit_cache = True


class SumAsDouble(FunctionElement[float]):
    """A `WholeSum` as the nearest double."""

    name = "ak_sum_as_double"
    type = Double()
    inherit_cache = True


class HighPart(FunctionElement[int]):
    """Of a double that is a whole number, the multiple of 2**32 below it, divided by 2**32."""

    name = "ak_high_part"
    type = BigInteger()
    inherit_cache = True


class LowPart(FunctionElement[int]):
    """Of a double that is a whole number, what lies above that multiple: 0..2**32-1."""

    name = "ak_low_part"
    type = BigInteger()
    inherit_cache = True


class WideSum(FunctionElement[float]):
    """The double nearest to high * 2**32 + low, both sums of whole numbers."""

    name = "ak_wide_sum"
    type = Double()
    inherit_cache = True


class Exchanged(FunctionElement[float]):
    """The double nearest to an exact amount (decimal text) times a rate (decimal text)."""

    name = "ak_exchanged"
    type = Double()
    inherit_cache = True


for _element in (Exchanged, HighPart, LowPart, Number, SumAsDouble, WholeSum, WideSum):
    compiles(_element)(refuse)


@compiles(Number, "sqlite")
def _(element: Number, compiler: Any, **kw: Any) -> str:
    # SQLite reads decimal fractions to within one unit of the last place only, but whole numbers and short dyadic
    # fractions exactly; of other numbers, a quotient of two that doubles hold exactly is the nearest double (IEEE 754)
    value = float(parts(element, compiler, **kw)[0])
    sign, value = ("-" if value < 0 else ""), abs(value)
    part, divisor = value.as_integer_ratio()
    if divisor <= 1_024 and part <= 10**12:
        return f"({sign}{Decimal(part) / divisor:f}{'.0' if divisor == 1 else ''})"
    _, digits, exponent = Decimal(repr(value)).as_tuple()
    whole = int("".join(map(str, digits)))
    if isinstance(exponent, int) and whole <= 2**53 and -22 <= exponent <= 0:
        return f"({sign}{whole}.0 / {10**-exponent}.0)"
    return f"({sign}{part}.0 / {divisor}.0)" if divisor <= 2**53 >= part else _by_halves(sign, part, divisor)


def _by_halves(sign: str, part: int, divisor: int) -> str:
    """A double beyond both limits: a whole number of 53 bits, doubled or halved without loss."""
    shift = 0
    while part > 2**53:
        part, shift = part // 2, shift + 1
    steps = [f" * {2 ** min(52, shift - at)}.0" for at in range(0, shift, 52)]
    halvings = divisor.bit_length() - 1
    steps += [f" / {2 ** min(52, halvings - at)}.0" for at in range(0, halvings, 52)]
    return f"({sign}{part}.0{''.join(steps)})"


@compiles(Number, "postgresql")
def _(element: Number, compiler: Any, **kw: Any) -> str:
    return f"CAST({parts(element, compiler, **kw)[0]} AS DOUBLE PRECISION)"


@compiles(Number, "mysql")
@compiles(Number, "mariadb")
@compiles(Number, "duckdb")
def _(element: Number, compiler: Any, **kw: Any) -> str:
    # with an exponent it is a double from the start; without, a decimal
    text = parts(element, compiler, **kw)[0]
    return f"({text})" if "e" in text else f"({text}e0)"


@compiles(WholeSum, "sqlite")
def _(element: WholeSum, compiler: Any, **kw: Any) -> str:
    return f"CAST(SUM({parts(element, compiler, **kw)[0]}) AS REAL)"


@compiles(WholeSum, "postgresql")
def _(element: WholeSum, compiler: Any, **kw: Any) -> str:
    return f"CAST(SUM({parts(element, compiler, **kw)[0]}) AS DOUBLE PRECISION)"


@compiles(WholeSum, "mysql")
@compiles(WholeSum, "mariadb")
def _(element: WholeSum, compiler: Any, **kw: Any) -> str:
    return f"CAST(SUM({parts(element, compiler, **kw)[0]}) AS DOUBLE)"


@compiles(WholeSum, "duckdb")
def _(element: WholeSum, compiler: Any, **kw: Any) -> str:
    return f"SUM({parts(element, compiler, **kw)[0]})"


@compiles(SumAsDouble, "sqlite")
@compiles(SumAsDouble, "postgresql")
@compiles(SumAsDouble, "mysql")
@compiles(SumAsDouble, "mariadb")
def _(element: SumAsDouble, compiler: Any, **kw: Any) -> str:
    return parts(element, compiler, **kw)[0]


@compiles(SumAsDouble, "duckdb")
def _(element: SumAsDouble, compiler: Any, **kw: Any) -> str:
    # its sums have 128 bits, and the way from there to a double is not exact
    once, twice = (parts(element, compiler, **kw)[0] for _ in range(2))
    return f"COALESCE(CAST(TRY_CAST({once} AS BIGINT) AS DOUBLE), CAST(CAST({twice} AS VARCHAR) AS DOUBLE))"


@compiles(HighPart, "sqlite")
def _(element: HighPart, compiler: Any, **kw: Any) -> str:
    once, twice, thrice = (parts(element, compiler, **kw)[0] for _ in range(3))
    divided = [f"({text}) / 4294967296.0" for text in (once, twice, thrice)]
    return f"(CAST({divided[0]} AS INTEGER) - ({divided[1]} < CAST({divided[2]} AS INTEGER)))"


@compiles(HighPart, "postgresql")
@compiles(HighPart, "duckdb")
def _(element: HighPart, compiler: Any, **kw: Any) -> str:
    return f"CAST(floor(({parts(element, compiler, **kw)[0]}) / {_two_to_32(compiler)}) AS BIGINT)"


@compiles(HighPart, "mysql")
@compiles(HighPart, "mariadb")
def _(element: HighPart, compiler: Any, **kw: Any) -> str:
    return f"CAST(floor(({parts(element, compiler, **kw)[0]}) / {_two_to_32(compiler)}) AS SIGNED)"


def _two_to_32(compiler: Any) -> str:
    return "CAST(4294967296 AS DOUBLE PRECISION)" if compiler.dialect.name == "postgresql" else "4294967296e0"


@compiles(LowPart, "sqlite")
def _(element: LowPart, compiler: Any, **kw: Any) -> str:
    text = parts(element, compiler, **kw)[0]
    high = compiler.process(HighPart(*element.clauses), **kw)
    return f"CAST(({text}) - {high} * 4294967296.0 AS INTEGER)"


@compiles(LowPart, "postgresql")
@compiles(LowPart, "duckdb")
@compiles(LowPart, "mysql")
@compiles(LowPart, "mariadb")
def _(element: LowPart, compiler: Any, **kw: Any) -> str:
    once, twice = (parts(element, compiler, **kw)[0] for _ in range(2))
    kind = "SIGNED" if compiler.dialect.name in ("mysql", "mariadb") else "BIGINT"
    unit = _two_to_32(compiler)
    return f"CAST(floor(({once}) - floor(({twice}) / {unit}) * {unit}) AS {kind})"


@compiles(WideSum, "sqlite")
def _(element: WideSum, compiler: Any, **kw: Any) -> str:
    # The sum in units of 2**(32 - s), what is cut off kept as a last bit that cannot be zero: the conversion to a
    # double then rounds as it would with all bits there, as long as two more bits than it needs are left.
    high, low = parts(element, compiler, **kw)
    carried, rest = f"({high} + ({low} >> 32))", f"({low} & 4294967295)"
    ways = [f"WHEN abs({carried}) < 2147483648 THEN CAST({carried} * 4294967296 + {rest} AS REAL)"]
    for bits in (24, 16, 8):
        unit = 2 ** (32 - bits)
        cut = f"({carried} * {2**bits} + ({rest} >> {32 - bits})) | (({rest} & {unit - 1}) <> 0)"
        ways.append(f"WHEN abs({carried}) < {2 ** (62 - bits)} THEN CAST({cut} AS REAL) * {unit}.0")
    last = f"CAST(({carried}) | ({rest} <> 0) AS REAL) * 4294967296.0"
    return f"(CASE WHEN {high} IS NOT NULL THEN CASE {' '.join(ways)} ELSE {last} END END)"


@compiles(WideSum, "postgresql")
def _(element: WideSum, compiler: Any, **kw: Any) -> str:
    high, low = parts(element, compiler, **kw)
    return f"CAST(CAST({high} AS NUMERIC) * 4294967296 + {low} AS DOUBLE PRECISION)"


@compiles(WideSum, "mysql")
@compiles(WideSum, "mariadb")
def _(element: WideSum, compiler: Any, **kw: Any) -> str:
    high, low = parts(element, compiler, **kw)
    return f"CAST(CAST({high} AS DECIMAL(40)) * 4294967296 + {low} AS DOUBLE)"


@compiles(WideSum, "duckdb")
def _(element: WideSum, compiler: Any, **kw: Any) -> str:
    high, low = parts(element, compiler, **kw)
    return f"CAST(CAST(CAST({high} AS HUGEINT) * 4294967296 + {low} AS VARCHAR) AS DOUBLE)"


@compiles(Exchanged, "sqlite")
def _(element: Exchanged, compiler: Any, **kw: Any) -> str:
    # the engine has no exact decimals: `alignkit.sql.money` gives connections this function
    amount, rate = parts(element, compiler, **kw)
    return f"ak_exchanged({amount}, {rate})"


@compiles(Exchanged, "postgresql")
def _(element: Exchanged, compiler: Any, **kw: Any) -> str:
    amount, rate = parts(element, compiler, **kw)
    return f"CAST(CAST({amount} AS NUMERIC) * CAST({rate} AS NUMERIC) AS DOUBLE PRECISION)"


@compiles(Exchanged, "mysql")
@compiles(Exchanged, "mariadb")
def _(element: Exchanged, compiler: Any, **kw: Any) -> str:
    amount, rate = parts(element, compiler, **kw)
    return f"CAST(CAST({amount} AS DECIMAL(36,18)) * CAST({rate} AS DECIMAL(28,18)) AS DOUBLE)"


@compiles(Exchanged, "duckdb")
def _(element: Exchanged, compiler: Any, **kw: Any) -> str:
    # from the exact decimal through its text, because the direct way to a double is not exact
    amount, rate = parts(element, compiler, **kw)
    return f"CAST(CAST(CAST({amount} AS DECIMAL(22,8)) * CAST({rate} AS DECIMAL(16,8)) AS VARCHAR) AS DOUBLE)"
