"""
How values are said to people: one form for dates, numbers, the unknown, and for text that comes from outside.

Owns words and digits, not lines: `layout` owns lines. Nothing here raises on any text. Numbers of points are
rounded down, so that nothing short of 100 is ever shown as 100.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timezone
from typing import Final

from alignkit.display.inert import inert

__all__ = [
    "HUNDREDTH",
    "EvidenceValue",
    "counted",
    "coverage_text",
    "filled",
    "inert",
    "label_of",
    "points_text",
    "rounded_down",
    "score_text",
    "some_of",
    "value_text",
]

EvidenceValue = str | int | float | bool | date | datetime | None
"""What a piece of evidence may be."""

HUNDREDTH: Final = 10_000
"""Micro-points in a hundredth of a point."""

_PLACEHOLDER: Final = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")


def value_text(value: EvidenceValue) -> str:
    """
    Say one piece of evidence.

    Returns:
        Days and moments as their day in UTC, numbers with at most two decimals, None as `unknown`, text inert.

    Example:
        >>> value_text(2.5), value_text(16.0), value_text(None), value_text(date(2026, 3, 1))
        ('2.5', '16', 'unknown', '2026-03-01')
    """
    match value:
        case None:
            return "unknown"
        case bool():
            return "yes" if value else "no"
        case float():
            short = f"{value:.2f}".rstrip("0").rstrip(".")
            return "0" if short == "-0" else short
        case datetime():
            return value.astimezone(timezone.utc).date().isoformat()
        case date():
            return value.isoformat()
        case _:
            return inert(str(value))


def filled(template: str, values: Mapping[str, EvidenceValue]) -> str:
    """
    Put evidence into a message: `{name}` becomes the value of that name; anything else stays as it is.

    Example:
        >>> filled("{days} days, {other}, {days.real}", {"days": 16.0})
        '16 days, {other}, {days.real}'
    """

    def value_of(match: re.Match[str]) -> str:
        name = match[1]
        return value_text(values[name]) if name in values else match[0]

    return inert(_PLACEHOLDER.sub(value_of, template))


def label_of(name: str) -> str:
    """The id of a rule or dimension, or the path of a field, as words."""
    return inert(name.replace("_", " ").replace(".", " "))


def counted(number: int, noun: str) -> str:
    """
    A number with its noun.

    Example:
        >>> counted(1, "rule"), counted(3, "rule")
        ('1 rule', '3 rules')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def some_of(names: Sequence[str], shown: int = 3, *, most: int | None = None) -> str:
    """
    The first few of a list and how many more there are.

    Args:
        names: The whole list, or as much of it as was kept.
        shown: How many to name.
        most: How many are kept at most; a list of that length may have been longer.

    Example:
        >>> some_of(["T-1", "T-2", "T-3", "T-4"])
        'T-1, T-2, T-3 and 1 more'
    """
    first = ", ".join(inert(name) for name in names[:shown])
    more = len(names) - shown
    if more <= 0:
        return first
    return f"{first} and {'at least ' if len(names) == most else ''}{more} more"


def score_text(micro: int | None) -> str:
    """A score out of 100 with one decimal, rounded down; `unknown` for None."""
    return "unknown" if micro is None else f"{micro // 100_000 / 10:.1f}"


def coverage_text(micro: int) -> str:
    """Coverage in whole percent, rounded down."""
    return f"{micro // 1_000_000}%"


def points_text(hundredths: int) -> str:
    """
    Points with two decimals.

    Example:
        >>> points_text(416), points_text(-5)
        ('4.16', '-0.05')
    """
    sign = "-" if hundredths < 0 else ""
    return f"{sign}{abs(hundredths) // 100}.{abs(hundredths) % 100:02d}"


def rounded_down(pieces: Sequence[int], start: int = 0) -> list[int]:
    """
    Turn micro-points into hundredths of a point so that what is shown still adds up.

    Each running sum is rounded down; a piece is the difference of two of them. So nothing is shown for
    nothing, no piece changes its sign, and every piece is within a hundredth of the truth.

    Args:
        pieces: Micro-points, in the order in which they are shown.
        start: Micro-points already shown before them.

    Example:
        >>> rounded_down([33_333_333, 33_333_333, 33_333_334])
        [3333, 3333, 3334]
    """
    running = start
    shown: list[int] = []
    for piece in pieces:
        before = running // HUNDREDTH
        running += piece
        shown.append(running // HUNDREDTH - before)
    return shown
