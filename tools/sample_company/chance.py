"""Chance that comes out the same on every machine and every Python: a 64-bit linear congruential generator."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Final, TypeVar

__all__ = ["NOW", "Chance", "ago", "at_work"]

NOW: Final = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)
"""The moment at which the tools were exported; `alignkit.sample.NOW` is the same."""

MULTIPLIER: Final = 6364136223846793005
INCREMENT: Final = 1442695040888963407
MASK: Final = 2**64 - 1

T = TypeVar("T")


class Chance:
    """A stream of numbers that depends on its name only, so that one table can change without moving the others."""

    def __init__(self, *name: object) -> None:
        digest = hashlib.sha256("/".join(str(part) for part in name).encode()).digest()
        self._state = int.from_bytes(digest[:8], "big")

    def below(self, limit: int) -> int:
        """A whole number from 0 to `limit - 1`."""
        self._state = (self._state * MULTIPLIER + INCREMENT) & MASK
        return (self._state >> 33) * limit >> 31

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + self.below(high - low + 1)

    def percent(self, chance: int) -> bool:
        """True `chance` times in a hundred."""
        return self.below(100) < chance

    def pick(self, items: Sequence[T]) -> T:
        """One of the items."""
        return items[self.below(len(items))]


def ago(days: float, *, hour: int = 10, minute: int = 0) -> datetime:
    """The moment `days` whole days before the day of `NOW` (after it when negative), at a given time of day."""
    day = NOW - timedelta(days=days)
    return day.replace(hour=hour, minute=minute)


def at_work(day: date, chance: Chance) -> datetime:
    """A moment of a working day at or shortly before `day`, and before `NOW` when `day` is not later than it."""
    if day.weekday() >= 5:
        day -= timedelta(days=day.weekday() - 4)
    moment = datetime(day.year, day.month, day.day, chance.between(8, 16), chance.below(60), tzinfo=timezone.utc)
    if day == NOW.date() and moment >= NOW:
        return NOW - timedelta(minutes=30 + chance.below(60))
    return moment
