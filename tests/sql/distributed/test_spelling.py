"""Every operator is spelled for Spark SQL, gives what Python gives, and takes values beside the text only."""

from __future__ import annotations

import math
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    BigInteger,
    Date,
    DateTime,
    Double,
    String,
    column,
    func,
    literal,
    literal_column,
    select,
    table,
    union_all,
)
from sqlalchemy.exc import CompileError
from sqlalchemy.sql.functions import FunctionElement

from alignkit.sql.bound import kernel as landed
from alignkit.sql.distributed import SparkRunner
from alignkit.sql.distributed.dialect import SPARK, statement_of
from alignkit.sql.distributed.runner import Reader
from alignkit.sql.emit import exact, kernel
from alignkit.sql.types import Moment

TEXT_ONLY = {landed.StorageClass}
"""What only SQLite has."""

UTC = timezone.utc
FEW = settings(
    suppress_health_check=list(HealthCheck), phases=[Phase.generate], max_examples=4, database=None, deadline=None
)
NUMBERS = [0.0, -0.0, 0.5, -0.5, 2.5, -2.5, 1e-320, -1e-9, 2.0**53, -(2.0**53) - 1, 0.1 + 0.2, 499999.99999999994, 1e15]


def evaluated(session: Any, *columns: Any) -> tuple[Any, ...]:
    """The values of expressions."""
    named = [column.label(f"c{place}") for place, column in enumerate(columns)]
    return Reader(SparkRunner(session)).execute(select(*named)).one()


def double(value: float) -> Any:
    return kernel.AsDouble(literal(value, Double()))


def whole(value: int) -> Any:
    return kernel.AsWhole(literal(value, BigInteger()))


@pytest.mark.parametrize("module", [kernel, exact, landed], ids=lambda module: module.__name__)
def test_spells_every_operator(module: Any) -> None:
    """No operator of the kernel is refused by the dialect."""
    found = [made for made in vars(module).values() if isinstance(made, type) and issubclass(made, FunctionElement)]
    for element in set(found) - {FunctionElement} - TEXT_ONLY:
        arguments = [column("a"), column("b"), column("c")][: 3 if element is landed.IsBlank else 2]
        try:
            made = statement_of(select(element(*arguments).label("x")))
        except ValueError:  # it takes one
            made = statement_of(select(element(column("a")).label("x")))
        assert made.text.startswith("SELECT ")


def test_values_are_not_part_of_the_text() -> None:
    """Whatever a text holds, it travels as a parameter; numbers and moments as well."""
    hostile = "'; DROP TABLE x; -- ` \\' :p"
    query = select(table("t", column("a", String())).c.a).where(
        column("a") == literal(hostile, String()), column("b").in_([hostile, "y"])
    )
    made = statement_of(query)
    assert "DROP" not in made.text
    assert list(made.values.values()).count(hostile) == 2
    moment = statement_of(select(literal(datetime(1969, 12, 31, 23, 59, 59, 999_999, UTC), Moment()).label("m")))
    assert list(moment.values.values()) == [-1]


def test_quotes_every_name() -> None:
    """A back-tick in a name is doubled, and no word is taken for a key word."""
    text = statement_of(select(table("select", column("a`; DROP")).c["a`; DROP"])).text
    assert "`select`.`a``; DROP`" in text


def test_refuses_what_it_does_not_know() -> None:
    """An operator without a spelling is an error when it is compiled, not whatever the engine makes of it."""
    with pytest.raises(CompileError):
        landed.StorageClass(column("a")).compile(dialect=SPARK)


@FEW
@given(st.lists(st.floats(-1e15, 1e15), min_size=20, max_size=20))
def test_floors_as_python_does(sail: Any, drawn: list[float]) -> None:
    """FloorWhole is math.floor, for negative numbers as well."""
    given_numbers = [*NUMBERS, *drawn]
    assert list(evaluated(sail, *(kernel.FloorWhole(double(x)) for x in given_numbers))) == list(
        map(math.floor, given_numbers)
    )


@pytest.mark.parametrize("value", [1e300, -1e300, math.inf, math.nan])
def test_nothing_overflows(sail: Any, value: float) -> None:
    """What has no whole number of 64 bits is NULL, where ANSI mode would raise."""
    assert evaluated(sail, kernel.FloorWhole(double(value)), kernel.AsWhole(literal(value, Double()))) == (None, None)


def test_no_division_raises(sail: Any) -> None:
    """A divisor of zero gives NULL, should an engine work out a branch that is not taken; the rest is Python's."""
    pairs = [(1.0, 3.0), (-7.0, 2.0), (5e-324, 3.0), (1e300, -1e-3)]
    assert list(evaluated(sail, *(kernel.Quotient(double(a), double(b)) for a, b in pairs))) == [
        a / b for a, b in pairs
    ]
    assert evaluated(sail, kernel.Quotient(double(1.0), double(0.0)), kernel.WholeQuotient(whole(1), whole(0))) == (
        None,
        None,
    )
    large = [(7, 2), (100_000_000 * 999_999, 1_000_000), (2**62, 3)]
    assert list(evaluated(sail, *(kernel.WholeQuotient(whole(a), whole(b)) for a, b in large))) == [
        a // b for a, b in large
    ]


@FEW
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=15, max_size=15))
def test_constants_are_the_nearest_double(sail: Any, drawn: list[float]) -> None:
    """A constant that stands in the text is the double that it names."""
    numbers = [*NUMBERS, 1e16, 1.7976931348623157e308, 5e-324, *drawn]
    assert list(evaluated(sail, *(exact.Number(literal_column(repr(x))) for x in numbers))) == numbers


def test_sums_do_not_begin_again(sail: Any) -> None:
    """Sums beyond 64 bits are the nearest double: Spark would raise and Sail begin from below."""
    many = [2**62, 2**62, 2**62 - 1, 12_345]
    parts = union_all(*(select(whole(x).label("x")) for x in many)).subquery()
    assert Reader(SparkRunner(sail)).execute(
        select(exact.SumAsDouble(exact.WholeSum(parts.c.x)).label("s"))
    ).scalar_one() == float(sum(many))


@FEW
@given(st.lists(st.integers(-(10**21), 10**21).map(float), min_size=2, max_size=5))
def test_wide_sums_are_exact(sail: Any, numbers: list[float]) -> None:
    """Whole doubles beyond 64 bits, taken apart, summed and put together, are the nearest double to their sum."""
    rows = union_all(*(select(double(x).label("x")) for x in numbers)).subquery()
    halved = rows.c.x - rows.c.x + rows.c.x
    high, low = func.sum(exact.HighPart(halved)), func.sum(exact.LowPart(halved))
    found = Reader(SparkRunner(sail)).execute(select(exact.WideSum(high, low).label("s"))).scalar_one()
    assert found == float(sum(map(int, numbers)))


def test_exchanges_exactly(sail: Any) -> None:
    """An amount times a rate is the nearest double to the exact product."""
    pairs = [("0.1", "0.3"), ("123456789.01", "1.08345678"), ("-0.00000001", "11.5")]
    columns = [exact.Exchanged(literal(a, String()), literal(b, String())) for a, b in pairs]
    assert list(evaluated(sail, *columns)) == [float(Decimal(a) * Decimal(b)) for a, b in pairs]


def test_text_is_compared_by_code_points(sail: Any) -> None:
    """Case, accents and trailing blanks count; order is that of code points."""
    twins = [("a", "A"), ("a", "a "), ("e\u0301", "\u00e9"), ("\U0001f600", "\ufffd"), ("", " ")]
    sames = [kernel.SameText(literal(a, String()), literal(b, String())) for a, b in twins]
    assert list(evaluated(sail, *sames)) == [False] * len(twins)
    orders = [kernel.TextOrder(literal(a, String())) < kernel.TextOrder(literal(b, String())) for a, b in twins]
    assert list(evaluated(sail, *orders)) == [a < b for a, b in twins]


def test_days_are_counted_by_the_calendar(sail: Any) -> None:
    """Days between dates, over the change of calendars and to the last day."""
    pairs = [
        (date(1, 1, 1), date(9999, 12, 31)),
        (date(1582, 10, 4), date(1582, 10, 15)),
        (date(2024, 3, 1), date(2024, 2, 28)),
    ]
    spans = [kernel.DaySpan(literal(a, Date()), literal(b, Date())) for a, b in pairs]
    assert list(evaluated(sail, *spans)) == [(b - a).days for a, b in pairs]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-02-29T23:59:59.999999Z", datetime(2024, 2, 29, 23, 59, 59, 999_999, UTC)),
        ("2024-02-29 23:59:59+05:30", datetime(2024, 2, 29, 18, 29, 59, tzinfo=UTC)),
        ("1969-12-31T23:00:00.5-01:00", datetime(1970, 1, 1, 0, 0, 0, 500_000, UTC)),
        ("2023-02-29T00:00:00Z", None),
        ("2024-01-01T24:00:00Z", None),
        ("2024-01-01T00:00:00Z\n", None),
        ("2024-01-01", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_reads_moments_of_text(sail: Any, text: str | None, expected: datetime | None) -> None:
    """ISO text with an offset is its moment; anything else is NULL, never an error."""
    raw = landed.PlainText(literal(text, String()))
    shifted = landed.Shifted(landed.WallOfText(raw), landed.OffsetOfText(raw))
    assert evaluated(sail, landed.Instant(shifted)) == (expected,)


@pytest.mark.parametrize("text", ["2024-02-29", "2023-02-29", "2024-02-29\n", "2024-1-1", "x", None])
def test_reads_days_of_text(sail: Any, text: str | None) -> None:
    """ISO text of a day is that day; anything else is NULL."""
    expected = date(2024, 2, 29) if text == "2024-02-29" else None
    assert evaluated(sail, landed.DayOfText(landed.PlainText(literal(text, String())))) == (expected,)


def test_wall_times_are_bound_without_a_zone(sail: Any) -> None:
    """A wall time comes back as it was sent, to the microsecond."""
    wall = datetime(2024, 3, 31, 2, 30, 0, 1)
    assert evaluated(sail, literal(wall, DateTime())) == (wall,)
    assert evaluated(sail, landed.Instant(literal(wall, DateTime()))) == (wall.replace(tzinfo=UTC),)


@pytest.mark.parametrize("text", ["", " ", "\u2003\t\n", "x", " x ", "\u200b"])
def test_knows_blank_text(sail: Any, text: str) -> None:
    """White space of any script is blank, as Python has it."""
    from alignkit.sql.bound.readings import SPACES

    found = evaluated(
        sail,
        landed.IsBlank(landed.PlainText(literal(text, String())), literal(SPACES, String()), literal("", String())),
    )
    assert found == (not text.strip(),)
