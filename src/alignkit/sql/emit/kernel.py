"""
The operators of the language, spelled for each engine.

Where engines would differ from Python (division, rounding, differences of moments, comparison of text) the spelling
bends them; an engine without a spelling is refused when the statement is compiled.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, Double, Text
from sqlalchemy.exc import CompileError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

__all__ = [
    "AsDouble",
    "AsWhole",
    "DaySpan",
    "FloorWhole",
    "Kept",
    "Microseconds",
    "Quotient",
    "SameText",
    "TextOrder",
    "TruncatedWhole",
    "WholeQuotient",
    "parts",
    "refuse",
]


class AsDouble(FunctionElement[float]):
    """A number as an IEEE double."""

    name = "ak_as_double"
    type = Double()
    inherit_cache = True


class AsWhole(FunctionElement[int]):
    """A whole number of 64 bits."""

    name = "ak_as_whole"
    type = BigInteger()
    inherit_cache = True


class FloorWhole(FunctionElement[int]):
    """The largest whole number that is not larger than a double."""

    name = "ak_floor_whole"
    type = BigInteger()
    inherit_cache = True


class TruncatedWhole(FunctionElement[int]):
    """The same of a double that is surely not negative."""

    name = "ak_truncated_whole"
    type = BigInteger()
    inherit_cache = True


class Quotient(FunctionElement[float]):
    """Quotient of two doubles, the second surely not zero."""

    name = "ak_quotient"
    type = Double()
    inherit_cache = True


class WholeQuotient(FunctionElement[int]):
    """Quotient of two whole numbers that are not negative, without its fraction."""

    name = "ak_whole_quotient"
    type = BigInteger()
    inherit_cache = True


class Microseconds(FunctionElement[int]):
    """Microseconds from an earlier moment (first) to a later one (second)."""

    name = "ak_microseconds"
    type = BigInteger()
    inherit_cache = True


class DaySpan(FunctionElement[int]):
    """Days from an earlier date (first) to a later one (second)."""

    name = "ak_day_span"
    type = BigInteger()
    inherit_cache = True


class SameText(FunctionElement[bool]):
    """Whether two texts are the same, character by character."""

    name = "ak_same_text"
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:
        """Itself: it is spelled in brackets, and every engine takes it for a condition."""
        return self


class Kept(FunctionElement[bool]):
    """A condition on an id that always holds: with it, no engine merges a stage into the one that reads it."""

    name = "ak_kept"
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:
        """Itself: it is spelled in brackets, and every engine takes it for a condition."""
        return self


class TextOrder(FunctionElement[str]):
    """Text that is put in order by its code points, as Python does."""

    name = "ak_text_order"
    type = Text()
    inherit_cache = True


def parts(element: FunctionElement[Any], compiler: Any, **kw: Any) -> list[str]:
    """The arguments as text."""
    return [compiler.process(clause, **kw) for clause in element.clauses]


def refuse(element: FunctionElement[Any], compiler: Any, **kw: Any) -> str:
    """What an engine without a spelling says."""
    raise CompileError(f"{element.name} has no spelling for {compiler.dialect.name}; it is not an engine of alignkit")


for _element in (
    AsDouble,
    AsWhole,
    DaySpan,
    FloorWhole,
    Kept,
    Microseconds,
    Quotient,
    SameText,
    TextOrder,
    TruncatedWhole,
    WholeQuotient,
):
    compiles(_element)(refuse)


@compiles(AsDouble, "sqlite")
def _(element: AsDouble, compiler: Any, **kw: Any) -> str:
    return f"CAST({parts(element, compiler, **kw)[0]} AS REAL)"


@compiles(AsDouble, "postgresql")
def _(element: AsDouble, compiler: Any, **kw: Any) -> str:
    return f"CAST({parts(element, compiler, **kw)[0]} AS DOUBLE PRECISION)"


@compiles(AsDouble, "mysql")
@compiles(AsDouble, "mariadb")
@compiles(AsDouble, "duckdb")
def _(element: AsDouble, compiler: Any, **kw: Any) -> str:
    return f"CAST({parts(element, compiler, **kw)[0]} AS DOUBLE)"


@compiles(AsWhole, "sqlite")
def _(element: AsWhole, compiler: Any, **kw: Any) -> str:
    return f"CAST({parts(element, compiler, **kw)[0]} AS INTEGER)"


@compiles(AsWhole, "postgresql")
@compiles(AsWhole, "duckdb")
def _(element: AsWhole, compiler: Any, **kw: Any) -> str:
    return f"CAST({parts(element, compiler, **kw)[0]} AS BIGINT)"


@compiles(AsWhole, "mysql")
@compiles(AsWhole, "mariadb")
def _(element: AsWhole, compiler: Any, **kw: Any) -> str:
    return f"CAST({parts(element, compiler, **kw)[0]} AS SIGNED)"


@compiles(FloorWhole, "sqlite")
def _(element: FloorWhole, compiler: Any, **kw: Any) -> str:
    # each occurrence is rendered anew, so that its bound values are counted as often as they stand in the text
    once, twice, thrice = (parts(element, compiler, **kw)[0] for _ in range(3))
    return f"(CAST({once} AS INTEGER) - (({twice}) < CAST({thrice} AS INTEGER)))"


@compiles(TruncatedWhole, "sqlite")
def _(element: TruncatedWhole, compiler: Any, **kw: Any) -> str:
    return f"CAST({parts(element, compiler, **kw)[0]} AS INTEGER)"


@compiles(TruncatedWhole, "postgresql")
@compiles(TruncatedWhole, "duckdb")
@compiles(FloorWhole, "postgresql")
@compiles(FloorWhole, "duckdb")
def _(element: FloorWhole, compiler: Any, **kw: Any) -> str:
    return f"CAST(floor({parts(element, compiler, **kw)[0]}) AS BIGINT)"


@compiles(TruncatedWhole, "mysql")
@compiles(TruncatedWhole, "mariadb")
@compiles(FloorWhole, "mysql")
@compiles(FloorWhole, "mariadb")
def _(element: FloorWhole, compiler: Any, **kw: Any) -> str:
    return f"CAST(floor({parts(element, compiler, **kw)[0]}) AS SIGNED)"


@compiles(Quotient, "sqlite")
@compiles(Quotient, "postgresql")
@compiles(Quotient, "mysql")
@compiles(Quotient, "mariadb")
@compiles(Quotient, "duckdb")
def _(element: Quotient, compiler: Any, **kw: Any) -> str:
    part, whole = parts(element, compiler, **kw)
    return f"(({part}) / ({whole}))"


@compiles(WholeQuotient, "sqlite")
@compiles(WholeQuotient, "postgresql")
def _(element: WholeQuotient, compiler: Any, **kw: Any) -> str:
    part, whole = parts(element, compiler, **kw)
    return f"(({part}) / ({whole}))"


@compiles(WholeQuotient, "mysql")
@compiles(WholeQuotient, "mariadb")
def _(element: WholeQuotient, compiler: Any, **kw: Any) -> str:
    part, whole = parts(element, compiler, **kw)
    return f"(({part}) DIV ({whole}))"


@compiles(WholeQuotient, "duckdb")
def _(element: WholeQuotient, compiler: Any, **kw: Any) -> str:
    part, whole = parts(element, compiler, **kw)
    return f"(({part}) // ({whole}))"


@compiles(Microseconds, "sqlite")
def _(element: Microseconds, compiler: Any, **kw: Any) -> str:
    earlier, later = element.clauses
    return f"({_sqlite_microseconds(later, compiler, **kw)} - {_sqlite_microseconds(earlier, compiler, **kw)})"


def _sqlite_microseconds(clause: Any, compiler: Any, **kw: Any) -> str:
    # strftime of the full text rounds to milliseconds; seconds and fraction are taken apart instead
    seconds = f"CAST(strftime('%s', substr({compiler.process(clause, **kw)}, 1, 19)) AS INTEGER)"
    return f"({seconds} * 1000000 + CAST(substr({compiler.process(clause, **kw)}, 21, 6) AS INTEGER))"


@compiles(Microseconds, "postgresql")
def _(element: Microseconds, compiler: Any, **kw: Any) -> str:
    earlier, later = parts(element, compiler, **kw)
    return f"CAST(EXTRACT(EPOCH FROM ({later}) - ({earlier})) * 1000000 AS BIGINT)"


@compiles(Microseconds, "mysql")
@compiles(Microseconds, "mariadb")
def _(element: Microseconds, compiler: Any, **kw: Any) -> str:
    earlier, later = parts(element, compiler, **kw)
    return f"TIMESTAMPDIFF(MICROSECOND, {earlier}, {later})"


@compiles(Microseconds, "duckdb")
def _(element: Microseconds, compiler: Any, **kw: Any) -> str:
    earlier, later = parts(element, compiler, **kw)
    return f"(epoch_us({later}) - epoch_us({earlier}))"


@compiles(DaySpan, "sqlite")
def _(element: DaySpan, compiler: Any, **kw: Any) -> str:
    earlier, later = parts(element, compiler, **kw)
    return f"CAST(julianday({later}) - julianday({earlier}) AS INTEGER)"


@compiles(DaySpan, "postgresql")
def _(element: DaySpan, compiler: Any, **kw: Any) -> str:
    earlier, later = parts(element, compiler, **kw)
    return f"CAST(({later}) - ({earlier}) AS BIGINT)"


@compiles(DaySpan, "mysql")
@compiles(DaySpan, "mariadb")
def _(element: DaySpan, compiler: Any, **kw: Any) -> str:
    earlier, later = parts(element, compiler, **kw)
    return f"DATEDIFF({later}, {earlier})"


@compiles(DaySpan, "duckdb")
def _(element: DaySpan, compiler: Any, **kw: Any) -> str:
    earlier, later = parts(element, compiler, **kw)
    return f"date_diff('day', CAST({earlier} AS DATE), CAST({later} AS DATE))"


@compiles(SameText, "sqlite")
@compiles(SameText, "duckdb")
def _(element: SameText, compiler: Any, **kw: Any) -> str:
    one, other = parts(element, compiler, **kw)
    return f"({one} = {other})"


@compiles(SameText, "postgresql")
def _(element: SameText, compiler: Any, **kw: Any) -> str:
    one, other = parts(element, compiler, **kw)
    return f'({one} = {other} COLLATE "C")'


@compiles(SameText, "mariadb")
@compiles(SameText, "mysql")
def _(element: SameText, compiler: Any, **kw: Any) -> str:
    one, other = parts(element, compiler, **kw)
    return f"({one} = {other} COLLATE utf8mb4_nopad_bin)"


@compiles(TextOrder, "sqlite")
def _(element: TextOrder, compiler: Any, **kw: Any) -> str:
    return f"({parts(element, compiler, **kw)[0]} COLLATE BINARY)"


@compiles(TextOrder, "postgresql")
def _(element: TextOrder, compiler: Any, **kw: Any) -> str:
    return f'({parts(element, compiler, **kw)[0]} COLLATE "C")'


@compiles(TextOrder, "mysql")
@compiles(TextOrder, "mariadb")
def _(element: TextOrder, compiler: Any, **kw: Any) -> str:
    return f"({parts(element, compiler, **kw)[0]} COLLATE utf8mb4_nopad_bin)"


@compiles(TextOrder, "duckdb")
def _(element: TextOrder, compiler: Any, **kw: Any) -> str:
    return f"({parts(element, compiler, **kw)[0]})"


@compiles(Kept, "sqlite")
def _(element: Kept, compiler: Any, **kw: Any) -> str:
    return f"({parts(element, compiler, **kw)[0]} IS NOT NULL)"


@compiles(Kept, "postgresql")
@compiles(Kept, "mysql")
@compiles(Kept, "mariadb")
@compiles(Kept, "duckdb")
def _(element: Kept, compiler: Any, **kw: Any) -> str:
    # elsewhere OFFSET 0, MATERIALIZED or a limit keeps stages apart already
    return "TRUE"
