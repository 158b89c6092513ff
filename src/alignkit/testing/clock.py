"""The time in tests: one fixed moment, spans before and after it, and a clock that moves only when told."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Final

import attrs

from alignkit.errors import ValidationError

__all__ = ["NOW", "FixedClock", "Span", "ago", "ahead"]

NOW: Final = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)
"""The moment that builders take for now: Monday, 2 March 2026, 09:00 UTC."""


@attrs.frozen
class Span:
    """
    A place in time relative to a `now` that is not known yet.

    Attributes:
        offset: How far from now; negative lies in the past.
    """

    offset: timedelta

    def moment(self, now: datetime) -> datetime:
        """The moment this far from `now`, in UTC."""
        return now.astimezone(timezone.utc) + self.offset

    def day(self, now: datetime) -> date:
        """The day, in UTC, on which that moment lies."""
        return self.moment(now).date()


def ago(*, days: float = 0, hours: float = 0, minutes: float = 0) -> Span:
    """A span before now, for any `_at` or `_on` field of a builder."""
    return Span(-timedelta(days=days, hours=hours, minutes=minutes))


def ahead(*, days: float = 0, hours: float = 0, minutes: float = 0) -> Span:
    """A span after now, for any `_at` or `_on` field of a builder."""
    return Span(timedelta(days=days, hours=hours, minutes=minutes))


class FixedClock:
    """
    A clock for code that takes one as a callable: it stands still until it is advanced.

    Attributes:
        now: The moment that it shows, aware.

    Example:
        >>> clock = FixedClock()
        >>> clock.advance(days=2).isoformat()
        '2026-03-04T09:00:00+00:00'
        >>> clock() == clock.now
        True
    """

    def __init__(self, now: datetime = NOW) -> None:
        if now.utcoffset() is None:
            raise ValidationError(
                "has no time zone; give an aware datetime", entity="FixedClock", field="now", value=now
            )
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def __repr__(self) -> str:
        return f"FixedClock({self.now.isoformat()})"

    def advance(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> datetime:
        """
        Move the clock on and give the moment it shows then.

        Raises:
            ValidationError: The step is negative; a clock does not run backwards.
        """
        step = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        if step < timedelta(0):
            raise ValidationError("a clock does not run backwards", entity="FixedClock", field="advance", value=step)
        self.now += step
        return self.now
