"""The time in tests: one fixed moment, spans before and after it, and a clock that moves only when told."""

from __future__ import annotations

from datetime import datetime, timedelta

from alignkit.errors import ValidationError
from alignkit.policy.spans import NOW, Span, ago, ahead

__all__ = ["NOW", "FixedClock", "Span", "ago", "ahead"]


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
