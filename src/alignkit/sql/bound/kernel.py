"""
How a host's values are brought to the forms that statements compare, spelled for each engine.

A moment of wall time is text of 26 characters on SQLite and the engine's own timestamp without zone elsewhere; text
that is no moment or no day becomes NULL, and never an error. An engine without a spelling is refused at compile.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Boolean, DateTime, Double, Integer, String
from sqlalchemy.exc import CompileError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from alignkit.sql.types import Day, Moment

__all__ = [
    "DayOfText",
    "ExactDouble",
    "Instant",
    "InstantOfZoned",
    "IsBlank",
    "OffsetOfText",
    "PlainKey",
    "PlainText",
    "Shifted",
    "StorageClass",
    "WallOfText",
]

_DAY: Final = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_CLOCK: Final = "[T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,6})?"
_OFFSET: Final = "(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?"
_MOMENT_TEXT: Final = f"^{_DAY}{_CLOCK}{_OFFSET}$"
_DAY_TEXT: Final = f"^{_DAY}$"
_WALL: Final = "^.{19}([.][0-9]+)?"


class PlainText(FunctionElement[str]):
    """Text that compares character by character; whole numbers and identifiers are written out."""

    name = "ak_plain_text"
    type = String()
    inherit_cache = True


class PlainKey(PlainText):
    """The same for text that rows are found by, of at most 512 characters."""

    name = "ak_plain_key"
    inherit_cache = True


class IsBlank(FunctionElement[bool]):
    """Whether plain text (first) holds nothing but white space: as characters (second) and as a pattern (third)."""

    name = "ak_is_blank"
    type = Boolean()
    inherit_cache = True


class StorageClass(FunctionElement[str]):
    """How SQLite keeps a value, whatever its column was declared to hold."""

    name = "ak_storage_class"
    type = String()
    inherit_cache = True


class ExactDouble(FunctionElement[float]):
    """A decimal as the nearest double."""

    name = "ak_exact_double"
    type = Double()
    inherit_cache = True


class WallOfText(FunctionElement[Any]):
    """The wall time that ISO text names, without its offset; NULL where it names none."""

    name = "ak_wall_of_text"
    type = DateTime()
    inherit_cache = True


class OffsetOfText(FunctionElement[int]):
    """Seconds east of UTC that ISO text of a moment names; NULL where it names none."""

    name = "ak_offset_of_text"
    type = Integer()
    inherit_cache = True


class Shifted(FunctionElement[Any]):
    """A wall time (first) some seconds earlier (second)."""

    name = "ak_shifted"
    type = DateTime()
    inherit_cache = True


class Instant(FunctionElement[Any]):
    """A wall time of UTC as a moment."""

    name = "ak_instant"
    type = Moment()
    inherit_cache = True


class InstantOfZoned(FunctionElement[Any]):
    """An engine's own timestamp with time zone as a moment."""

    name = "ak_instant_of_zoned"
    type = Moment()
    inherit_cache = True


class DayOfText(FunctionElement[Any]):
    """The day that ISO text names; NULL where it names none."""

    name = "ak_day_of_text"
    type = Day()
    inherit_cache = True


def _refuse(element: FunctionElement[Any], compiler: Any, **kw: Any) -> str:
    raise CompileError(f"{element.name} has no spelling for {compiler.dialect.name}; tables cannot be bound there")


for _element in (
    PlainText,
    PlainKey,
    IsBlank,
    StorageClass,
    ExactDouble,
    WallOfText,
    OffsetOfText,
    Shifted,
    Instant,
    InstantOfZoned,
    DayOfText,
):
    compiles(_element)(_refuse)


def _one(element: FunctionElement[Any], compiler: Any, **kw: Any) -> str:
    """The first part; the elements here are only made of columns, so that it may stand in the text several times."""
    text: str = compiler.process(next(iter(element.clauses)), **kw)
    return text


def _parts(element: FunctionElement[Any], compiler: Any, **kw: Any) -> list[str]:
    return [compiler.process(clause, **kw) for clause in element.clauses]


@compiles(PlainText, "sqlite")
@compiles(PlainKey, "sqlite")
def _(element: PlainText, compiler: Any, **kw: Any) -> str:
    return f"CAST({_one(element, compiler, **kw)} AS TEXT) COLLATE BINARY"


@compiles(PlainText, "postgresql")
@compiles(PlainKey, "postgresql")
def _(element: PlainText, compiler: Any, **kw: Any) -> str:
    return f'(CAST({_one(element, compiler, **kw)} AS TEXT) COLLATE "C")'


@compiles(PlainText, "mysql")
@compiles(PlainText, "mariadb")
def _(element: PlainText, compiler: Any, **kw: Any) -> str:
    return f"(CONVERT({_one(element, compiler, **kw)} USING utf8mb4) COLLATE utf8mb4_nopad_bin)"


@compiles(PlainKey, "mysql")
@compiles(PlainKey, "mariadb")
def _(element: PlainKey, compiler: Any, **kw: Any) -> str:
    x = _one(element, compiler, **kw)
    plain = f"CAST(CASE WHEN CHAR_LENGTH({x}) <= 512 THEN {x} END AS CHAR(512) CHARACTER SET utf8mb4)"
    return f"({plain} COLLATE utf8mb4_nopad_bin)"


@compiles(PlainText, "duckdb")
@compiles(PlainKey, "duckdb")
def _(element: PlainText, compiler: Any, **kw: Any) -> str:
    return f"CAST({_one(element, compiler, **kw)} AS VARCHAR)"


@compiles(IsBlank, "sqlite")
@compiles(IsBlank, "duckdb")
def _(element: IsBlank, compiler: Any, **kw: Any) -> str:
    text, spaces, _ = element.clauses
    return f"(trim({compiler.process(text, **kw)}, {compiler.process(spaces, **kw)}) = '')"


@compiles(IsBlank, "postgresql")
def _(element: IsBlank, compiler: Any, **kw: Any) -> str:
    text, spaces, _ = element.clauses
    return f"(btrim({compiler.process(text, **kw)}, {compiler.process(spaces, **kw)}) = '')"


@compiles(IsBlank, "mysql")
@compiles(IsBlank, "mariadb")
def _(element: IsBlank, compiler: Any, **kw: Any) -> str:
    text, _, pattern = element.clauses
    return f"({compiler.process(text, **kw)} RLIKE {compiler.process(pattern, **kw)})"


@compiles(StorageClass, "sqlite")
def _(element: StorageClass, compiler: Any, **kw: Any) -> str:
    return f"typeof({_one(element, compiler, **kw)})"


@compiles(ExactDouble, "sqlite")
def _(element: ExactDouble, compiler: Any, **kw: Any) -> str:
    return f"CAST({_one(element, compiler, **kw)} AS REAL)"


@compiles(ExactDouble, "postgresql")
def _(element: ExactDouble, compiler: Any, **kw: Any) -> str:
    return f"CAST({_one(element, compiler, **kw)} AS DOUBLE PRECISION)"


@compiles(ExactDouble, "mysql")
@compiles(ExactDouble, "mariadb")
def _(element: ExactDouble, compiler: Any, **kw: Any) -> str:
    return f"CAST({_one(element, compiler, **kw)} AS DOUBLE)"


@compiles(ExactDouble, "duckdb")
def _(element: ExactDouble, compiler: Any, **kw: Any) -> str:
    # its own cast divides a rounded integer, which for many digits is not the nearest double
    return f"CAST(CAST({_one(element, compiler, **kw)} AS VARCHAR) AS DOUBLE)"


def _day_exists(day: str, month: str, year: str) -> str:
    """Whether a month has such a day; all three are whole numbers."""
    leap = f"(mod({year}, 4) = 0 AND (mod({year}, 100) <> 0 OR mod({year}, 400) = 0))"
    last = f"CASE WHEN {month} IN (4, 6, 9, 11) THEN 30 WHEN {month} <> 2 THEN 31 WHEN {leap} THEN 29 ELSE 28 END"
    return f"(({day}) <= ({last}) AND ({year}) > 0)"


def _calendar(x: str, whole: str) -> str:
    parts = [f"CAST(substr({x}, {start}, {many}) AS {whole})" for start, many in ((9, 2), (6, 2), (1, 4))]
    return _day_exists(*parts)


_SQLITE_SECONDS: Final = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9][T ][0-9][0-9]:[0-9][0-9]:[0-9][0-9]"


def _sqlite_tail(x: str) -> tuple[str, str]:
    """What follows the seconds of ISO text: the fraction with its point, and the offset."""
    tail = f"substr({x}, 20)"
    is_zulu = f"substr({tail}, -1) = 'Z'"
    is_offset = f"(substr({tail}, -6) GLOB '[+-][0-2][0-9]:[0-5][0-9]' AND substr({tail}, -5, 2) < '24')"
    fraction = (
        f"CASE WHEN {is_zulu} THEN substr({tail}, 1, length({tail}) - 1) "
        f"WHEN {is_offset} THEN substr({tail}, 1, length({tail}) - 6) ELSE {tail} END"
    )
    offset = f"CASE WHEN {is_zulu} THEN '+00:00' WHEN {is_offset} THEN substr({tail}, -6) END"
    return f"({fraction})", f"({offset})"


@compiles(WallOfText, "sqlite")
def _(element: WallOfText, compiler: Any, **kw: Any) -> str:
    x = _one(element, compiler, **kw)
    seconds, (fraction, _) = f"replace(substr({x}, 1, 19), 'T', ' ')", _sqlite_tail(x)
    is_fraction = (
        f"({fraction} = '' OR (substr({fraction}, 1, 1) = '.' AND length({fraction}) BETWEEN 2 AND 7 "
        f"AND substr({fraction}, 2) NOT GLOB '*[^0-9]*'))"
    )
    is_moment = (
        f"substr({x}, 1, 19) GLOB '{_SQLITE_SECONDS}' AND substr({x}, 1, 4) > '0000' "
        f"AND strftime('%Y-%m-%d %H:%M:%S', substr({x}, 1, 19), '+0 days') = {seconds}"
    )
    made = f"{seconds} || '.' || substr(substr({fraction}, 2) || '000000', 1, 6)"
    # most columns hold the form that SQLAlchemy writes, which is ours
    is_ours = f"{x} GLOB '{_SQLITE_SECONDS.replace('[T ]', ' ')}.{'[0-9]' * 6}'"
    first = f"WHEN {is_ours} THEN CASE WHEN {is_moment} THEN {x} END"
    return f"(CASE {first} WHEN {is_moment} AND {is_fraction} THEN {made} END)"


@compiles(OffsetOfText, "sqlite")
def _(element: OffsetOfText, compiler: Any, **kw: Any) -> str:
    _, offset = _sqlite_tail(_one(element, compiler, **kw))
    hours, minutes = f"CAST(substr({offset}, 2, 2) AS INTEGER)", f"CAST(substr({offset}, 5, 2) AS INTEGER)"
    return f"(({hours} * 3600 + {minutes} * 60) * CASE substr({offset}, 1, 1) WHEN '-' THEN -1 ELSE 1 END)"


@compiles(Shifted, "sqlite")
def _(element: Shifted, compiler: Any, **kw: Any) -> str:
    wall, seconds = _parts(element, compiler, **kw)
    again = _one(element, compiler, **kw)
    moved = f"strftime('%Y-%m-%d %H:%M:%S', substr({wall}, 1, 19), (-({seconds})) || ' seconds')"
    return f"({moved} || substr({again}, 20))"


@compiles(Instant, "sqlite")
@compiles(Instant, "mysql")
@compiles(Instant, "mariadb")
@compiles(Instant, "duckdb")
def _(element: Instant, compiler: Any, **kw: Any) -> str:
    return _one(element, compiler, **kw)


@compiles(DayOfText, "sqlite")
def _(element: DayOfText, compiler: Any, **kw: Any) -> str:
    x = _one(element, compiler, **kw)
    # a modifier makes the engine count days, and only then does it see that a month has fewer
    return f"(CASE WHEN date({x}, '+0 days') = {x} AND substr({x}, 1, 4) > '0000' THEN {x} END)"


@compiles(WallOfText, "postgresql")
def _(element: WallOfText, compiler: Any, **kw: Any) -> str:
    x = _one(element, compiler, **kw)
    made = f"CAST(substring({x} from '{_WALL}') AS TIMESTAMP)".replace("([.]", "(?:[.]")
    exists = _calendar(x, "INTEGER")
    return f"(CASE WHEN {x} ~ '{_MOMENT_TEXT}' THEN CASE WHEN {exists} THEN {made} END END)"


@compiles(OffsetOfText, "postgresql")
@compiles(OffsetOfText, "duckdb")
def _(element: OffsetOfText, compiler: Any, **kw: Any) -> str:
    x = _one(element, compiler, **kw)
    test = (
        f"{x} ~ '{_MOMENT_TEXT}'" if compiler.dialect.name == "postgresql" else f"regexp_matches({x}, '{_MOMENT_TEXT}')"
    )
    tail = f"right({x}, 6)"
    seconds = f"(CAST(substr({tail}, 2, 2) AS INTEGER) * 3600 + CAST(substr({tail}, 5, 2) AS INTEGER) * 60)"
    cases = f"WHEN right({x}, 1) = 'Z' THEN 0 WHEN left({tail}, 1) = '+' THEN {seconds} "
    return f"(CASE WHEN {test} THEN CASE {cases} WHEN left({tail}, 1) = '-' THEN -{seconds} END END)"


@compiles(Shifted, "postgresql")
def _(element: Shifted, compiler: Any, **kw: Any) -> str:
    wall, seconds = _parts(element, compiler, **kw)
    return f"(({wall}) - ({seconds}) * INTERVAL '1 second')"


@compiles(Instant, "postgresql")
def _(element: Instant, compiler: Any, **kw: Any) -> str:
    return f"(({_one(element, compiler, **kw)}) AT TIME ZONE 'UTC')"


@compiles(InstantOfZoned, "postgresql")
def _(element: InstantOfZoned, compiler: Any, **kw: Any) -> str:
    return _one(element, compiler, **kw)


@compiles(DayOfText, "postgresql")
def _(element: DayOfText, compiler: Any, **kw: Any) -> str:
    x = _one(element, compiler, **kw)
    exists = _calendar(x, "INTEGER")
    return f"(CASE WHEN {x} ~ '{_DAY_TEXT}' THEN CASE WHEN {exists} THEN CAST({x} AS DATE) END END)"


@compiles(WallOfText, "mysql")
@compiles(WallOfText, "mariadb")
def _(element: WallOfText, compiler: Any, **kw: Any) -> str:
    x = _one(element, compiler, **kw)
    made = f"CAST(REPLACE(REGEXP_SUBSTR({x}, '{_WALL}'), 'T', ' ') AS DATETIME(6))"
    exists = _calendar(x, "SIGNED")
    return f"(CASE WHEN {x} RLIKE BINARY '{_MOMENT_TEXT}' THEN CASE WHEN {exists} THEN {made} END END)"


@compiles(OffsetOfText, "mysql")
@compiles(OffsetOfText, "mariadb")
def _(element: OffsetOfText, compiler: Any, **kw: Any) -> str:
    x = _one(element, compiler, **kw)
    tail = f"RIGHT({x}, 6)"
    seconds = f"(CAST(SUBSTR({tail}, 2, 2) AS SIGNED) * 3600 + CAST(SUBSTR({tail}, 5, 2) AS SIGNED) * 60)"
    cases = f"WHEN RIGHT({x}, 1) = 'Z' THEN 0 WHEN LEFT({tail}, 1) = '+' THEN {seconds} "
    return f"(CASE WHEN {x} RLIKE BINARY '{_MOMENT_TEXT}' THEN CASE {cases} WHEN LEFT({tail}, 1) = '-' THEN -{seconds} END END)"


@compiles(Shifted, "mysql")
@compiles(Shifted, "mariadb")
def _(element: Shifted, compiler: Any, **kw: Any) -> str:
    wall, seconds = _parts(element, compiler, **kw)
    return f"TIMESTAMPADD(SECOND, -({seconds}), {wall})"


@compiles(InstantOfZoned, "mysql")
@compiles(InstantOfZoned, "mariadb")
def _(element: InstantOfZoned, compiler: Any, **kw: Any) -> str:
    # of a TIMESTAMP column this is the stored number itself, whatever zone the session is in
    micros = f"CAST(UNIX_TIMESTAMP({_one(element, compiler, **kw)}) * 1000000 AS SIGNED)"
    return f"TIMESTAMPADD(MICROSECOND, {micros}, CAST('1970-01-01' AS DATETIME(6)))"


@compiles(DayOfText, "mysql")
@compiles(DayOfText, "mariadb")
def _(element: DayOfText, compiler: Any, **kw: Any) -> str:
    x = _one(element, compiler, **kw)
    exists = _calendar(x, "SIGNED")
    return f"(CASE WHEN {x} RLIKE '{_DAY_TEXT}' THEN CASE WHEN {exists} THEN CAST({x} AS DATE) END END)"


@compiles(WallOfText, "duckdb")
def _(element: WallOfText, compiler: Any, **kw: Any) -> str:
    x = _one(element, compiler, **kw)
    made = f"TRY_CAST(replace(regexp_extract({x}, '{_WALL}'), 'T', ' ') AS TIMESTAMP)"
    return f"(CASE WHEN regexp_matches({x}, '{_MOMENT_TEXT}') AND substr({x}, 1, 4) > '0000' THEN {made} END)"


@compiles(Shifted, "duckdb")
def _(element: Shifted, compiler: Any, **kw: Any) -> str:
    wall, seconds = _parts(element, compiler, **kw)
    return f"(({wall}) - to_seconds(CAST(({seconds}) AS BIGINT)))"


@compiles(InstantOfZoned, "duckdb")
def _(element: InstantOfZoned, compiler: Any, **kw: Any) -> str:
    x = _one(element, compiler, **kw)
    return f"(CASE WHEN isfinite({x}) THEN make_timestamp(epoch_us({x})) END)"


@compiles(DayOfText, "duckdb")
def _(element: DayOfText, compiler: Any, **kw: Any) -> str:
    x = _one(element, compiler, **kw)
    return (
        f"(CASE WHEN regexp_matches({x}, '{_DAY_TEXT}') AND substr({x}, 1, 4) > '0000' THEN TRY_CAST({x} AS DATE) END)"
    )
