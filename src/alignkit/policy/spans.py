"""A fixed moment and spans before and after it, for facts that are written down instead of read."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Final

import attrs

__all__ = ["NOW", "Span", "ago", "ahead"]

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
