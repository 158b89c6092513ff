"""
When a score can change by the passing of time alone.

Every reading of the moment or day of the question is looked up in the rules' checked form. A comparison with a moment
of a record, a curve over the time since it, and a relation that shows what has happened so far each say exactly from
when to when they move. What has no such form makes the answer inexact: then only judging again can tell.

The moments found may be early, never late: at one of them a score may also stay as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

import attrs

from alignkit.expressions.model import custom_name
from alignkit.policy.model import KINDS, SUBJECTS
from alignkit.policy.plan import Plan
from alignkit.policy.reach import Path
from alignkit.policy.time_reads import Turn, turns_of

__all__ = ["Clock", "Horizon", "clock_of", "next_change_at"]

TICK: Final = timedelta(microseconds=1)
WHOLE: Final = "portfolio"


class Records(Protocol):
    """The part of facts that is looked at."""

    @property
    def given(self) -> frozenset[str]: ...
    def records(self, collection: str, /) -> Mapping[str, Any]: ...
    def children(self, collection: str, field: str, /) -> Mapping[str, Sequence[Any]]: ...


@attrs.frozen
class Horizon:
    """
    How long a score stays as it is while nobody changes a fact.

    Attributes:
        next_change_at: Before this moment it stays; None where time alone never changes it. Where it is inexact, the
            moment of the question: it may change at once.
        is_exact: Whether the rules say so; otherwise judge again every so often.
    """

    next_change_at: datetime | None
    is_exact: bool


@attrs.frozen
class Clock:
    """
    What the scores of a policy's kinds of subject have to do with time.

    Attributes:
        turns: By kind, the moments of records at which a score can turn, also through scores of other kinds.
        restless: Kinds whose scores may change at any time, whatever the facts.
        zone: In which days begin.
    """

    turns: Mapping[str, frozenset[Turn]]
    restless: frozenset[str]
    zone: ZoneInfo

    @property
    def timeless(self) -> frozenset[str]:
        """The kinds whose scores never change by time alone, whatever the facts."""
        return frozenset(kind for kind in SUBJECTS if not self.turns[kind] and kind not in self.restless)

    def next_change(self, facts: Records, kind: str, id: str, now: datetime) -> Horizon:
        """
        When a subject's score can change next by time alone.

        Args:
            facts: What is judged.
            kind: Kind of the subject.
            id: Its id.
            now: The moment after which is asked, aware.
        """
        if kind in self.restless:
            return Horizon(now, is_exact=False)
        earliest: datetime | None = None
        for turn in self.turns[kind]:
            for record in _reached(facts, kind, id, turn.path):
                found = self._next(turn, record, now)
                if found == now:
                    return Horizon(now, is_exact=False)
                if found is not None and (earliest is None or found < earliest):
                    earliest = found
        return Horizon(earliest, is_exact=True)

    def quiet_until(self, facts: Records, now: datetime) -> datetime | None:
        """
        The moment before which no score at all changes by time alone.

        Returns:
            `now` itself when some score may change at once; None when time alone never changes any.
        """
        if self.restless:
            return now
        earliest: datetime | None = None
        places = {attrs.evolve(turn, path=()): None for turns in self.turns.values() for turn in turns}
        for turn in places:
            if KINDS[turn.kind] not in facts.given:
                continue
            for record in facts.records(KINDS[turn.kind]).values():
                found = self._next(turn, record, now)
                if found == now:
                    return now
                if found is not None and (earliest is None or found < earliest):
                    earliest = found
        return earliest

    def _next(self, turn: Turn, record: Any, now: datetime) -> datetime | None:
        """The next moment at which a record turns something; `now` while it is turning all the time."""
        own = custom_name(turn.field)
        value = getattr(record, turn.field) if own is None else record.custom.get(own)
        if not isinstance(value, date):
            return None  # unknown; or, of a custom field, of another sort than it is read as
        if isinstance(value, datetime):
            return _next_moment(turn, value, now)
        return self._next_day(turn, value, now)

    def _next_day(self, turn: Turn, value: date, now: datetime) -> datetime | None:
        today = now.astimezone(self.zone).date().toordinal()
        start, end = (_whole_days(value, span) for span in (turn.start, turn.end))
        # Whole days: what turns at the edge of a day shows at midnight, of that day or of the next.
        for day in (start, start + 1) if turn.end == turn.start else (start, *_midnights(start, end, today), end + 1):
            if day > today:
                return self._midnight(day)
        return None

    def _midnight(self, day: int) -> datetime | None:
        if not 1 <= day <= date.max.toordinal():
            return None
        first = date.fromordinal(day)
        return datetime(first.year, first.month, first.day, tzinfo=self.zone).astimezone(UTC)


def _midnights(start: int, end: int, today: int) -> Iterator[int]:
    if start <= today < end + 1:
        yield today + 1


def _whole_days(value: date, span: timedelta | None) -> int:
    return date.max.toordinal() if span is None else value.toordinal() + span.days


def _next_moment(turn: Turn, value: datetime, now: datetime) -> datetime | None:
    start = _plus(value, turn.start)
    end = _plus(value, turn.end)
    if turn.end == turn.start:
        # Which side of the edge counts as past it depends on the comparison, and on rounding.
        edges = (start + step for step in (-TICK, timedelta(0), TICK) if start is not None)
        return next((edge for edge in edges if edge > now), None)
    if start is not None and now < start - TICK:
        return start - TICK
    return now if end is None or now <= end + TICK else None


def _plus(value: datetime, span: timedelta | None) -> datetime | None:
    if span is None:
        return None
    try:
        return value + span
    except OverflowError:
        return None


def _reached(facts: Records, kind: str, id: str, path: Path) -> Iterable[Any]:
    if kind == WHOLE:
        if not path:
            return ()
        first, *rest = path
        found: Iterable[Any] = facts.records(first.collection).values() if first.collection in facts.given else ()
    else:
        rest = list(path)
        known = facts.records(KINDS[kind]).get(id)
        found = () if known is None else (known,)
    for step in rest:
        if step.collection not in facts.given or KINDS[step.kind] not in facts.given:
            return ()
        if step.is_hop:
            others = facts.records(KINDS[step.kind])
            keys = {getattr(record, step.field): None for record in found}
            found = [others[key] for key in keys if key in others]
        else:
            groups = facts.children(step.collection, step.field)
            found = [one for record in found for one in groups.get(record.id, ())]
    return found


def clock_of(plan: Plan, zone: str) -> Clock:
    """What the rules of a plan have to do with time."""
    own, read = {}, {}
    restless: set[str] = set()
    for kind in SUBJECTS:
        turns, scores, is_restless = turns_of(kind, plan.tasks[kind])
        own[kind], read[kind] = turns, scores
        if is_restless:
            restless.add(kind)
    found: dict[str, frozenset[Turn]] = {}
    for kind in SUBJECTS:  # each reads only scores of earlier kinds
        through = {
            attrs.evolve(turn, path=(*path, *turn.path)) for path, other in read[kind] for turn in found.get(other, ())
        }
        found[kind] = own[kind] | through
        if any(other in restless for _, other in read[kind]):
            restless.add(kind)
    return Clock(found, frozenset(restless), ZoneInfo(zone))


def next_change_at(plan: Plan, facts: Records, kind: str, id: str, *, now: datetime, zone: str = "UTC") -> Horizon:
    """
    When a subject's score can change next by time alone.

    Args:
        plan: `Policy.plan`.
        facts: What is judged, such as a `Portfolio`.
        kind: Kind of the subject.
        id: Its id.
        now: The moment after which is asked, aware.
        zone: `Policy.zone`, in which days begin.
    """
    return clock_of(plan, zone).next_change(facts, kind, id, now)
