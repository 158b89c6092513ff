"""
Wall times of a named zone as moments, by the rules that Python knows of it and not by those an engine may have.

The changes of the clock within the years that a column covers become one case expression. A wall time that the clock
showed twice, or never, is no moment: it is a fault of its row.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any, Final
from zoneinfo import ZoneInfo

import attrs
from sqlalchemy import DateTime, Integer, String, and_, case, literal, or_
from sqlalchemy.sql.elements import ColumnElement

from alignkit.errors import ValidationError
from alignkit.sql.bound import kernel

__all__ = ["Turn", "Zone"]

Column = ColumnElement[Any]

STEP: Final = timedelta(days=7)
SECOND: Final = timedelta(seconds=1)
UTC_NAMES: Final = ("UTC", "Etc/UTC", "Z")
EARLIEST: Final = datetime.fromisoformat("1900-01-01")
LATEST: Final = datetime.fromisoformat("2100-01-01")


@attrs.frozen
class Turn:
    """
    A change of the clock.

    Attributes:
        wall: The first wall time that is shown, or skipped, on another account than before.
        until: The first wall time that is sure again.
        seconds: East of UTC from then on.
        is_repeated: Whether the wall times between were shown twice; else they were never shown.
    """

    wall: datetime
    until: datetime
    seconds: int
    is_repeated: bool


@attrs.frozen
class Zone:
    """
    The zone of wall times, over the years that are needed.

    Attributes:
        name: IANA name.
        first: No wall time is earlier.
        last: No wall time is later.
    """

    name: str
    first: datetime = EARLIEST
    last: datetime = LATEST

    @classmethod
    def of(cls, name: str) -> Zone:
        """
        A zone by name.

        Raises:
            ValidationError: There is none of that name.
        """
        try:
            ZoneInfo("UTC" if name in UTC_NAMES else name)
        except (ValueError, OSError, KeyError, TypeError):
            reason = f"expected an IANA time zone such as 'Europe/Berlin' or 'UTC', got {name!r}"
            raise ValidationError(reason, entity="bind", field="zone", value=name) from None
        return cls(name)

    @property
    def is_utc(self) -> bool:
        """Whether wall times are those of UTC."""
        return self.name in UTC_NAMES

    def over(self, first: datetime, last: datetime) -> Zone:
        """The same zone, over certain years only."""
        return Zone(self.name, max(first, EARLIEST), min(last, LATEST))

    def turns(self) -> tuple[int, tuple[Turn, ...]]:
        """Seconds east of UTC at the beginning, and the changes of the clock in order."""
        info = ZoneInfo(self.name)
        start = (self.first - 2 * STEP).replace(tzinfo=timezone.utc)
        end = (self.last + 2 * STEP).replace(tzinfo=timezone.utc)
        return _seconds(info, start), tuple(_turns(info, start, end))

    def shifted(self, wall: Column, dialect: str) -> tuple[Column, list[tuple[str, Column]]]:
        """The moment of a wall time, and when it has none."""
        beginning, turns = self.turns()
        kind = String() if dialect == "sqlite" else DateTime()

        def bound(value: datetime) -> Column:
            return literal(value.isoformat(" ", "microseconds") if dialect == "sqlite" else value, kind)

        reached = [(wall >= bound(turn.wall), literal(turn.seconds, Integer())) for turn in reversed(turns)]
        start = literal(beginning, Integer())
        seconds = case(*reached, else_=start) if reached else start
        spans = [(turn.is_repeated, and_(wall >= bound(turn.wall), wall < bound(turn.until))) for turn in turns]
        faults: list[tuple[str, Column]] = []
        for is_repeated, words in ((True, "the clock showed twice"), (False, "the clock never showed")):
            of_sort = [span for repeats, span in spans if repeats is is_repeated]
            if of_sort:
                faults.append((f"is a time that {words} in {self.name}", or_(*of_sort)))
        outside = or_(wall < bound(EARLIEST), wall >= bound(LATEST))
        faults.append((f"lies before 1900 or after 2099, where {self.name} is not sure", outside))
        return kernel.Instant(kernel.Shifted(wall, seconds)), faults


def _seconds(info: ZoneInfo, moment: datetime) -> int:
    offset = moment.astimezone(info).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())


def _turns(info: ZoneInfo, start: datetime, end: datetime) -> Iterator[Turn]:
    while start < end:
        after = start + STEP
        before, later = _seconds(info, start), _seconds(info, after)
        if before != later:
            low, high = start, after
            while high - low > SECOND:
                middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
                low, high = (middle, high) if _seconds(info, middle) == before else (low, middle)
            naive = high.replace(tzinfo=None)
            old, new = naive + timedelta(seconds=before), naive + timedelta(seconds=later)
            yield Turn(min(old, new), max(old, new), later, new < old)
        start = after
