"""
The functions of the rule language, as plain Python: what each computes here is what it means everywhere.

Aggregates go through an iterable once. Numbers count to six decimals: `total` and `mean` turn each float
into a whole number of millionths and add those, so that the order of records cannot matter. Curves map a
number to 0..1 with the four basic operations only, one IEEE double operation at a time in a fixed order,
and pass None through. Nothing here raises on a value that the checker lets through.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import Enum
from math import floor
from typing import Any, Final, Literal, Protocol, TypeVar, cast, overload

__all__ = [
    "NOT_APPLICABLE",
    "Score",
    "State",
    "clamp",
    "count",
    "days_between",
    "decay",
    "default",
    "earliest",
    "every",
    "exists",
    "hours_between",
    "latest",
    "maximum",
    "mean",
    "micro",
    "minimum",
    "ramp",
    "ratio",
    "share",
    "steps",
    "total",
]

MICROSECONDS_PER_DAY: Final = 86_400_000_000.0
MICROSECONDS_PER_HOUR: Final = 3_600_000_000.0
SMALLEST_DIVISOR: Final = 1e-9
LARGEST_SUMMAND: Final = 1e15
LARGEST_WHOLE: Final = 10**15


class State(Enum):
    """Answers of a rule that are not a number."""

    NOT_APPLICABLE = "not_applicable"


NOT_APPLICABLE: Final = State.NOT_APPLICABLE
"""The rule says nothing about this subject; it leaves the denominator."""

Score = float | None | Literal[State.NOT_APPLICABLE]
"""What a rule returns: a number in 0..1, a bool, None (no data), or `NOT_APPLICABLE`."""


class _Occurred(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def occurred_at(self) -> datetime: ...


T = TypeVar("T")
N = TypeVar("N", int, float)
M = TypeVar("M", bound=date)
D = TypeVar("D", bound=_Occurred)


@overload
def micro(value: None | Literal[State.NOT_APPLICABLE], /) -> None: ...
@overload
def micro(value: float, /) -> int: ...
@overload
def micro(value: Score, /) -> int | None: ...
def micro(value: Score, /) -> int | None:
    """
    Turn an outcome into whole millionths: `floor(value * 1e6 + 0.5)`.

    Returns:
        A whole number, 0..1,000,000 for a score in 0..1; None for None and `NOT_APPLICABLE`.

    Example:
        >>> micro(1.0), micro(1 / 3), micro(True), micro(None)
        (1000000, 333333, 1000000, None)
    """
    if value is None or isinstance(value, State):
        return None
    return floor(value * 1e6 + 0.5)


def _millionths(value: float) -> int:
    return floor(min(max(value, -LARGEST_SUMMAND), LARGEST_SUMMAND) * 1e6 + 0.5)


def count(items: Iterable[object], /) -> int:
    """How many items there are; 0 of nothing."""
    return sum(1 for _ in items)


def exists(items: Iterable[object], /) -> bool:
    """Whether there is any item."""
    return next((True for _ in items), False)


def every(conditions: Iterable[bool], /) -> bool:
    """Whether all conditions hold; True of nothing."""
    return all(conditions)


def share(conditions: Iterable[bool], /) -> float | None:
    """Which part of the conditions holds, 0..1; None of nothing."""
    number = holding = 0
    for condition in conditions:
        number += 1
        holding += condition
    return holding / number if number else None


def total(values: Iterable[N | None], /) -> N:
    """
    Add the values that are known; 0 of nothing.

    Whole numbers add up exactly, other numbers count to six decimals; each counts as 1e15 where it is larger.

    Example:
        >>> total([0.1] * 10)
        1.0
    """
    known: list[Any] = [value for value in values if value is not None]
    added: Any = sum(min(max(value, -LARGEST_WHOLE), LARGEST_WHOLE) for value in known)
    if any(isinstance(value, float) for value in known):
        added = sum(map(_millionths, known)) / 1e6
    return cast(N, added)


def mean(values: Iterable[float | None], /) -> float | None:
    """
    Average the values that are known; None where there is none. Each value counts to six decimals, and as 1e15
    where it is larger.

    Example:
        >>> mean([1, 2, None])
        1.5
    """
    millionths = number = 0
    for value in values:
        if value is not None:
            number += 1
            millionths += _millionths(value)
    return millionths / (number * 1e6) if number else None


def minimum(values: Iterable[N | None], /) -> N | None:
    """The smallest known value; None where there is none."""
    return min((value for value in values if value is not None), default=None)


def maximum(values: Iterable[N | None], /) -> N | None:
    """The largest known value; None where there is none."""
    return max((value for value in values if value is not None), default=None)


def _by_moment(record: _Occurred) -> tuple[datetime, str]:
    return record.occurred_at, record.id


@overload
def latest(items: Iterable[D], /) -> D | None: ...
@overload
def latest(items: Iterable[M | None], /) -> M | None: ...
def latest(items: Iterable[Any], /) -> Any:
    """The last moment, day or record there is (records by `occurred_at`, then id); None of nothing."""
    known = [item for item in items if item is not None]
    if known and not isinstance(known[0], date):
        return max(known, key=_by_moment)
    return max(known, default=None)


@overload
def earliest(items: Iterable[D], /) -> D | None: ...
@overload
def earliest(items: Iterable[M | None], /) -> M | None: ...
def earliest(items: Iterable[Any], /) -> Any:
    """The first moment, day or record there is (records by `occurred_at`, then id); None of nothing."""
    known = [item for item in items if item is not None]
    if known and not isinstance(known[0], date):
        return min(known, key=_by_moment)
    return min(known, default=None)


@overload
def ramp(x: float, /, *, best: float, worst: float) -> float: ...
@overload
def ramp(x: float | None, /, *, best: float, worst: float) -> float | None: ...
def ramp(x: float | None, /, *, best: float, worst: float) -> float | None:
    """
    A straight line from 0 at `worst` to 1 at `best`, flat outside; either may be the larger.

    Returns:
        `(x - worst) / (best - worst)` held within 0..1; None for None.

    Raises:
        ValueError: `best` and `worst` are equal, so there is no line.

    Example:
        >>> ramp(12, best=3, worst=21)
        0.5
    """
    if best == worst:
        raise ValueError(f"ramp needs best and worst to differ, both are {best!r}; use a comparison instead")
    if x is None:
        return None
    line = (x - worst) / (best - worst)
    return 0.0 if line <= 0.0 else 1.0 if line > 1.0 else line


@overload
def steps(
    x: float, /, *bands: tuple[float, float], otherwise: float, when: Literal["at_most", "at_least"] = ...
) -> float: ...
@overload
def steps(
    x: float | None, /, *bands: tuple[float, float], otherwise: float, when: Literal["at_most", "at_least"] = ...
) -> float | None: ...
def steps(
    x: float | None, /, *bands: tuple[float, float], otherwise: float, when: Literal["at_most", "at_least"] = "at_most"
) -> float | None:
    """
    The score of the first band that `x` falls into.

    Args:
        x: The number to judge.
        bands: Pairs (edge, score), the best band first. Edges belong to their band.
        otherwise: The score beyond the last band.
        when: `"at_most"` takes the first band with `x <= edge`, `"at_least"` the first with `x >= edge`.

    Returns:
        A score of a band, or `otherwise`; None for None.

    Example:
        >>> steps(8, (7, 1.0), (14, 0.5), otherwise=0.0)
        0.5
    """
    if x is None:
        return None
    for edge, score in bands:
        if (x <= edge) if when == "at_most" else (x >= edge):
            return float(score)
    return float(otherwise)


@overload
def decay(x: float, /, *, half_life: float) -> float: ...
@overload
def decay(x: float | None, /, *, half_life: float) -> float | None: ...
def decay(x: float | None, /, *, half_life: float) -> float | None:
    """
    1 at 0 and below, one half at `half_life`, slowly towards 0: `half_life / (half_life + x)`.

    Returns:
        A number in 0..1; None for None.

    Raises:
        ValueError: `half_life` is not positive.
    """
    if not half_life > 0:
        raise ValueError(f"decay needs a positive half_life, got {half_life!r}")
    if x is None:
        return None
    return 1.0 if x <= 0 else half_life / (half_life + x)


@overload
def clamp(x: float, /, low: float = ..., high: float = ...) -> float: ...
@overload
def clamp(x: float | None, /, low: float = ..., high: float = ...) -> float | None: ...
def clamp(x: float | None, /, low: float = 0.0, high: float = 1.0) -> float | None:
    """Hold `x` within low..high; None for None."""
    if x is None:
        return None
    return low if x < low else high if x > high else x


def ratio(part: float | None, whole: float | None, /) -> float | None:
    """
    Divide; None when either side is unknown or the divisor is closer to 0 than a billionth.

    Example:
        >>> ratio(1, 4), ratio(1, 0)
        (0.25, None)
    """
    if part is None or whole is None or -SMALLEST_DIVISOR < whole < SMALLEST_DIVISOR:
        return None
    return part / whole


def default(value: T | None, fallback: T, /) -> T:
    """The value, or the fallback where it is unknown."""
    return fallback if value is None else value


def _microseconds(span: timedelta) -> int:
    return (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds


@overload
def days_between(earlier: M, later: M, /) -> float: ...
@overload
def days_between(earlier: M | None, later: M | None, /) -> float | None: ...
def days_between(earlier: date | None, later: date | None, /) -> float | None:
    """
    Days from one moment (or day) to a later one; negative when it is the earlier.

    Returns:
        Exact microseconds / 86,400,000,000 for moments, a whole number for days; None when either is unknown.
    """
    if earlier is None or later is None:
        return None
    return _microseconds(later - earlier) / MICROSECONDS_PER_DAY


@overload
def hours_between(earlier: datetime, later: datetime, /) -> float: ...
@overload
def hours_between(earlier: datetime | None, later: datetime | None, /) -> float | None: ...
def hours_between(earlier: datetime | None, later: datetime | None, /) -> float | None:
    """
    Hours from one moment to a later one; negative when it is the earlier.

    Returns:
        Exact microseconds / 3,600,000,000; None when either is unknown.
    """
    if earlier is None or later is None:
        return None
    return _microseconds(later - earlier) / MICROSECONDS_PER_HOUR
