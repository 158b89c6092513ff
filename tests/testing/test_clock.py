"""The clock of tests moves only when told."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from alignkit.errors import ValidationError
from alignkit.testing import NOW, FixedClock, ago, ahead


def test_stands_still() -> None:
    """Asked twice, a clock shows the same moment."""
    clock = FixedClock()
    assert clock() == clock() == NOW


def test_advances_by_the_step() -> None:
    """A clock shows the sum of its steps."""
    clock = FixedClock(datetime(2026, 1, 1, tzinfo=timezone.utc))
    clock.advance(days=1, hours=2)
    assert clock.advance(minutes=3, seconds=4) == datetime(2026, 1, 2, 2, 3, 4, tzinfo=timezone.utc)
    assert repr(clock) == "FixedClock(2026-01-02T02:03:04+00:00)"


def test_never_runs_backwards() -> None:
    """A negative step is refused and changes nothing."""
    clock = FixedClock()
    with pytest.raises(ValidationError):
        clock.advance(hours=-1)
    assert clock() == NOW


def test_wants_a_zone() -> None:
    """A moment without a zone is no moment."""
    with pytest.raises(ValidationError, match="time zone"):
        FixedClock(datetime(2026, 1, 1))


def test_spans_are_opposites() -> None:
    """The same time ago and ahead lie as far from now on either side."""
    assert ago(days=1, hours=2, minutes=3).moment(NOW) == NOW - timedelta(days=1, hours=2, minutes=3)
    assert ahead(days=1, hours=2, minutes=3).moment(NOW) == NOW + timedelta(days=1, hours=2, minutes=3)


def test_days_are_those_of_utc() -> None:
    """The day of a span is the day in UTC, whatever the zone of now."""
    late = datetime(2026, 3, 2, 23, 30, tzinfo=timezone(timedelta(hours=-3)))
    assert ago().day(late).isoformat() == "2026-03-03"
