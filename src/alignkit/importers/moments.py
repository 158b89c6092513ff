"""
Days and moments from text, by declared formats and zones. Nothing is guessed: no locale, no clock, no default zone.

Named zones need the IANA data; a bare system without it needs the `tzdata` package.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final

from alignkit.errors import ImporterError
from alignkit.importers.options import ClockChange

__all__ = ["DateRejected", "Local", "at_zone", "parse", "pattern_fault", "zone_of"]

MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LARGEST_EPOCH: Final = 253_402_300_799

_ISO = re.compile(
    r"(?P<Y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"
    r"(?:[T ](?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?:[.,](?P<f>\d{1,9}))?)?)?"
    r" ?(?P<z>Z|UTC|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)

_TOKENS: Final = {
    "%Y": r"(?P<Y>\d{4})",
    "%y": r"(?P<y>\d{2})",
    "%m": r"(?P<m>\d{1,2})",
    "%d": r"(?P<d>\d{1,2})",
    "%b": r"(?P<b>[^\W\d_]{3,12})\.?",
    "%H": r"(?P<H>\d{1,2})",
    "%I": r"(?P<I>\d{1,2})",
    "%M": r"(?P<M>\d{2})",
    "%S": r"(?P<S>\d{2})",
    "%f": r"(?P<f>\d{1,9})",
    "%p": r"(?P<p>[AaPp])\.?[Mm]\.?",
    "%a": r"[^\W\d_]{2,12}\.?",
    "%z": r"(?P<z>Z|UTC|[+-]\d{2}:?\d{2})",
}


class DateRejected(Exception):
    """Text that is no day or moment; the message says which part is wrong."""


class Local:
    """
    A moment as written: wall clock, and the offset when one was written.

    Attributes:
        wall: Date and time without zone.
        zone: The written offset; None when there was none.
        has_time: Whether a time of day was written.
    """

    __slots__ = ("has_time", "wall", "zone")

    def __init__(self, wall: datetime, zone: tzinfo | None, *, has_time: bool) -> None:
        self.wall = wall
        self.zone = zone
        self.has_time = has_time


@lru_cache(maxsize=64)
def zone_of(name: str) -> tzinfo:
    """
    Find a time zone by its IANA name.

    Raises:
        ImporterError: There is no such zone here (code `UnknownZone`).
    """
    if name.upper() in {"UTC", "Z", "ETC/UTC"}:
        return timezone.utc
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        reason = f"no time zone {name!r} is known here; use an IANA name such as 'Europe/Berlin', or install tzdata"
        raise ImporterError("UnknownZone", reason) from error


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    source = re.sub(
        r"%.|[^%]+|%",
        lambda match: _TOKENS.get(match[0], re.escape(match[0])),
        pattern,
    )
    return re.compile(source.replace(r"\ ", r"\s+"))


def pattern_fault(pattern: str) -> str:
    """What is wrong with a format; empty when `parse` can use it."""
    if pattern in {"iso", "epoch_ms", "epoch_s"}:
        return ""
    marks = re.findall(r"%.?", pattern)
    bad = next((mark for mark in marks if mark not in _TOKENS), None)
    if bad is not None:
        return f"{pattern!r} holds {bad!r}; there are {' '.join(_TOKENS)}"
    if len(set(marks)) < len(marks):
        return f"{pattern!r} reads a part twice"
    if not marks:
        return f"{pattern!r} is neither 'iso', 'epoch_ms', 'epoch_s' nor a pattern such as '%d/%m/%Y'"
    return ""


@lru_cache(maxsize=8_192)
def parse(text: str, formats: tuple[str, ...], months: tuple[str, ...] = MONTHS) -> Local:
    """
    Read a day or moment that is written in one of the formats.

    Args:
        text: As the source has it, without surrounding space.
        formats: `"iso"` (also with a space, short hours, ` UTC`), `"epoch_ms"`, `"epoch_s"`, or a pattern of
            `%Y %y %m %d %b %H %I %M %S %f %p %z`. Tried in order.
        months: The twelve month names behind `%b`, lower case; a name may be longer in the text.

    Raises:
        DateRejected: No format fits, or a part is out of range.
    """
    if not text.isascii() and any(character.isdigit() and not character.isascii() for character in text):
        raise DateRejected(f"{text[:40]!r} holds digits that are not 0 to 9")
    for name in formats:
        if name in {"epoch_ms", "epoch_s"}:
            if re.fullmatch(r"-?\d{1,16}", text, re.ASCII):
                return _epoch(int(text), 1000 if name == "epoch_ms" else 1)
            continue
        match = (_ISO if name == "iso" else _compiled(name)).fullmatch(text)
        if match:
            return _local(match.groupdict(), months)
    raise DateRejected(f"{text[:40]!r} is not written as {' or '.join(_example(name) for name in formats)}")


def _example(name: str) -> str:
    named = {"iso": "2026-01-31T09:05:00Z", "epoch_ms": "milliseconds since 1970", "epoch_s": "seconds since 1970"}
    return named.get(name, name)


def _epoch(number: int, per_second: int) -> Local:
    if not -62_135_596_800 * per_second <= number <= LARGEST_EPOCH * per_second:
        raise DateRejected(f"{number} lies outside the years 1 to 9999")
    wall = datetime(1970, 1, 1) + timedelta(seconds=number // per_second, milliseconds=number % per_second)  # noqa: DTZ001
    return Local(wall, timezone.utc, has_time=True)


def _month(name: str, months: Sequence[str]) -> int:
    lowered = name.lower().rstrip(".")
    for index, month in enumerate(months, start=1):
        if lowered.startswith(month.rstrip(".")):
            return index
    raise DateRejected(f"month {name!r} is none of {', '.join(months)}")


def _hour(parts: dict[str, str | None]) -> int:
    if parts.get("I") is None:
        return int(parts.get("H") or 0)
    hour = int(parts["I"] or 0)
    half = (parts.get("p") or "").lower()
    if half and not 1 <= hour <= 12:
        raise DateRejected(f"hour {hour} with {half.upper()}M")
    return hour % 12 + (12 if half == "p" else 0) if half else hour


def _local(parts: dict[str, str | None], months: Sequence[str]) -> Local:
    short = parts.get("y")
    year = int(parts["Y"] or 0) if parts.get("Y") else int(short or 0) + (2000 if int(short or 0) < 69 else 1900)
    named = parts.get("b")
    month = _month(named, months) if named else int(parts.get("m") or 1)
    day = int(parts.get("d") or 1)
    hour, minute, second = _hour(parts), int(parts.get("M") or 0), int(parts.get("S") or 0)
    limits = (("year", year, 1, 9999), ("month", month, 1, 12), ("day", day, 1, 31))
    for name, found, low, high in (
        *limits,
        ("hour", hour, 0, 23),
        ("minute", minute, 0, 59),
        ("second", second, 0, 59),
    ):
        if not low <= found <= high:
            raise DateRejected(f"{name} {found}")
    fraction = int((parts.get("f") or "").ljust(6, "0")[:6] or 0)
    try:
        wall = datetime(year, month, day, hour, minute, second, fraction)  # noqa: DTZ001
    except ValueError:
        raise DateRejected(f"day {day} in month {month} of {year}") from None
    has_time = parts.get("H") is not None or parts.get("I") is not None
    return Local(wall, _offset(parts.get("z")), has_time=has_time)


def _offset(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text in {"Z", "UTC"}:
        return timezone.utc
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 23 or minutes > 59:
        raise DateRejected(f"offset {text}")
    distance = timedelta(hours=hours, minutes=minutes)
    return timezone(-distance if text[0] == "-" else distance)


def at_zone(local: Local, zone: tzinfo, clock_change: ClockChange) -> tuple[datetime | None, str, str]:
    """
    Place a moment in time.

    Args:
        local: As written; its own offset wins over `zone`.
        zone: Where the clock hung.
        clock_change: Whether times that the clocks repeat or skip mean the earlier or later moment, or are refused.

    Returns:
        The moment in UTC and two empty texts; or None with a code (`AmbiguousTime`, `NonexistentTime`,
        `DateRejected`) and a reason.
    """
    wall = local.wall
    if (local.zone or zone) is timezone.utc:
        return wall.replace(tzinfo=timezone.utc), "", ""
    try:
        first = wall.replace(tzinfo=local.zone or zone).astimezone(timezone.utc)
        second = first if local.zone else wall.replace(tzinfo=zone, fold=1).astimezone(timezone.utc)
    except (OverflowError, ValueError):
        return None, "DateRejected", f"{wall.isoformat()} leaves the years 1 to 9999 in UTC"
    if first == second:
        return first, "", ""
    if clock_change != "error":
        return (min if clock_change == "earlier" else max)(first, second), "", ""
    how = "comes twice" if first < second else "does not exist"
    code = "AmbiguousTime" if first < second else "NonexistentTime"
    return None, code, f"{wall.isoformat()} {how} in {zone}; choose clock_change='earlier' or 'later'"


def day_of(local: Local) -> date:
    """The day as written."""
    return local.wall.date()
