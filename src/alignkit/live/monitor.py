"""
The monitor: reads the journal on from where it stopped, judges what a change can have affected, and tells subscribers.

Owns what its users hold: subscribers, and the calls that let it go on. What a step does is `monitor_progress`'s. A
process that ends at any point is taken up from the last step; nothing is lost, and nothing is stored twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from alignkit.errors import NotFoundError, StoreError, ValidationError
from alignkit.live.events import AlignmentChanged
from alignkit.live.monitor_progress import CaughtUp, Progress
from alignkit.live.monitor_readers import Parked, Patience, Subscriber, deliver
from alignkit.policy.assessment import Assessment
from alignkit.policy.horizon import Horizon
from alignkit.policy.model import SUBJECTS
from alignkit.policy.policy import Policy
from alignkit.portfolio import Portfolio
from alignkit.stores.monitoring import MonitorStates, Reader

__all__ = ["CaughtUp", "Monitor"]

MOST_TRIES: Final = 5
LONGEST_NAME: Final = 64


class Monitored(Protocol):
    """A store that keeps something for monitors."""

    @property
    def monitors(self) -> MonitorStates:
        """What it keeps."""


class Monitor:
    """
    Tells subscribers when alignment changes, from the journal of a store.

    Under one name one monitor goes on, whichever process runs it; two at once do no harm, but each step of one makes
    the other read everything again. It keeps the facts in memory, and the last outcomes in the store. What a first
    call finds is where it starts: nobody is told of it. The same holds after the policy changed.

    A call reads, judges, stores and tells, in this order. Events are stored with the step that they follow from, and
    are delivered at least once: a subscriber that must not act twice keeps the keys it has seen.

    Args:
        store: A `MemoryStore`, a `SqlStore`, or another that has `monitors`.
        policy: By which subjects are judged.
        name: Of the monitor, 1 to 64 characters; its cursor is kept under it.
        refresh: How long the scores of subjects that nothing changed may stand before `catch_up` judges everything
            again; None leaves that to `tick`.
        tries: After so many failures in a row a subscriber is parked.
        pause: How long a subscriber that failed is left alone; twice as long after each further failure.

    Raises:
        ValidationError: A name is blank or too long, or a number is out of bounds.
    """

    def __init__(
        self,
        store: Monitored,
        policy: Policy,
        *,
        name: str,
        refresh: timedelta | None = None,
        tries: int = MOST_TRIES,
        pause: timedelta = timedelta(minutes=1),
    ) -> None:
        if tries < 1 or pause < timedelta(0):
            raise ValidationError("tries is 1 or more, and pause not negative", entity="Monitor", field="tries")
        self.name: Final = _checked_name(name, "name")
        self.policy: Final = policy
        self._states = store.monitors
        self._progress = Progress(self._states, policy, self.name, refresh)
        self._patience = Patience(tries, pause)
        self._subscribers: dict[str, Subscriber] = {}

    # Subscribers

    def subscribe(
        self,
        on_change: Callable[[AlignmentChanged], Any],
        *,
        name: str | None = None,
        team: str | None = None,
        min_drop: float | None = None,
        kinds: Iterable[str] | None = None,
    ) -> Subscriber:
        """
        Have a function called with every event from now on, and with those that wait for it from before.

        Args:
            on_change: Called with an `AlignmentChanged`. It may raise; it is then called again later.
            name: By which it is known when the process starts again; None takes the function's own name.
            team: Whose it is. Events that come from this team's own changes alone, and in which there is nothing
                for it to do, are left out. None hears all.
            min_drop: Points that a score has to fall by, since the subscriber heard of it last, to be told. None hears of
                every change of a score, rises too.
            kinds: Kinds of subject to hear of; None takes all.

        Raises:
            ValidationError: Another subscriber has the name, or `min_drop` is not in 0..100.
            NotFoundError: There is no such kind of subject.
        """
        given = name if name is not None else getattr(on_change, "__qualname__", type(on_change).__qualname__)
        checked = _checked_name(given, "subscriber")
        if checked in self._subscribers:
            reason = f"there is a subscriber {checked!r} already; give this one a name of its own"
            raise ValidationError(reason, entity="Monitor", field="subscriber", value=checked)
        if min_drop is not None and not 0 <= min_drop <= 100:
            reason = f"expected points from 0 to 100, got {min_drop!r}"
            raise ValidationError(reason, entity="Monitor", field="min_drop", value=min_drop)
        chosen = frozenset(SUBJECTS if kinds is None else kinds)
        for unknown in sorted(chosen - set(SUBJECTS)):
            raise NotFoundError("kind", unknown)
        micro = None if min_drop is None else max(1, round(min_drop * 1_000_000))
        made = self._subscribers[checked] = Subscriber(checked, on_change, team, micro, chosen)
        return made

    @property
    def parked(self) -> tuple[Parked, ...]:
        """The subscribers that failed too often, by name; they are not called until they are resumed."""
        self._progress.load()
        waiting = self._states.waiting(self.name)
        return tuple(
            Parked(name, reader.error, reader.tries, waiting.get(name, 0))
            for name, reader in sorted(self._progress.readers.items())
            if reader.is_parked
        )

    def resume(self, name: str, *, skip: bool = False) -> None:
        """
        Call a parked subscriber again from the next call on.

        Args:
            name: Of the subscriber.
            skip: Whether to leave out the event on which it failed.

        Raises:
            NotFoundError: None of that name is parked.
        """
        names = [one.name for one in self.parked]
        if name not in names:
            raise NotFoundError("parked subscriber", name, [known for known in names if name in known])
        first = self._states.deliveries(self.name, name, limit=1) if skip else ()
        self._progress.readers.pop(name)
        self._states.answered(self.name, name, [one.number for one in first], Reader())

    # Reading on

    @property
    def cursor(self) -> str:
        """How far the monitor has read; empty before its first call."""
        self._progress.load()
        return self._progress.cursor

    def portfolio(self) -> Portfolio:
        """The facts as the monitor has read them, as a portfolio of their own; the cost follows their number."""
        if self._progress.mirror is None:
            return self._states.snapshot()[0]
        return self._progress.mirror.portfolio()

    @property
    def assessment(self) -> Assessment:
        """
        How every subject stands, as far as it was judged: after `tick`, what `policy.assess` gives for that moment.

        Raises:
            StoreError: Nothing was judged yet.
        """
        scores, facing = self._progress.scores, self._progress.facing
        if scores is None or scores.as_of is None or facing is None:
            raise StoreError("nothing was judged yet; call catch_up(now=...) first", operation="assessment")
        rows = {kind: rows for kind, rows in scores.rows.items() if rows}
        return Assessment(self.policy.scoring, facing.now, rows, facing.explainer)

    def next_change(self, kind: str, id: str, *, now: datetime) -> Horizon:
        """
        When the score of a subject can change next by time alone, if nobody changes a fact.

        Raises:
            StoreError: Nothing was judged yet.
            NotFoundError: There is no such kind of subject.
        """
        if kind not in SUBJECTS:
            raise NotFoundError("kind", kind)
        if self._progress.scores is None:
            raise StoreError("nothing was judged yet; call catch_up(now=...) first", operation="next_change")
        return self._progress.scores.next_change(kind, id, now)

    def catch_up(self, *, now: datetime) -> CaughtUp:
        """
        Read what was written since the last call, judge what it can have affected, and tell.

        Subjects that nothing affected keep the score of the moment they were judged at; see `tick`.

        Args:
            now: The moment to judge, aware.

        Raises:
            ValidationError: `now` is not an aware datetime.
            StoreError: The store is out of reach, or another process is always ahead.
        """
        return self._called(now, is_tick=False)

    def tick(self, *, now: datetime) -> CaughtUp:
        """
        Let time pass: `catch_up`, and then judge every subject that time alone can have changed.

        After it every score, the portfolio's too, is what `policy.assess` would give for this moment.
        """
        return self._called(now, is_tick=True)

    def _called(self, now: datetime, *, is_tick: bool) -> CaughtUp:
        if not isinstance(now, datetime) or now.utcoffset() is None:
            raise ValidationError(f"expected an aware datetime, got {now!r}", entity="Monitor", field="now", value=now)
        subscribers = tuple(self._subscribers.values())
        for _ in range(MOST_TRIES):
            done = self._progress.step(now, subscribers, is_tick=is_tick)
            if done is not None:
                delivered = self._deliver(now)
                return CaughtUp(done.changes, done.judged, done.changed, delivered, done.is_full)
            self._progress.forget()
        raise StoreError(f"another process always advances {self.name!r} first; run one of them", operation="catch_up")

    def _deliver(self, now: datetime) -> dict[str, int]:
        found: dict[str, int] = {}
        for name, subscriber in self._subscribers.items():
            reader = self._progress.readers.get(name, Reader())
            done = deliver(self._states, self.name, subscriber, reader, now, self._patience)
            self._progress.readers[name] = done.reader
            if done.count:
                found[name] = done.count
        return found

    def __repr__(self) -> str:
        return f"<Monitor {self.name!r} of policy {self.policy.version[:12]}: {len(self._subscribers)} subscribers>"


def _checked_name(name: Any, field: str) -> str:
    if not isinstance(name, str) or not name.strip() or "\0" in name or len(name) > LONGEST_NAME:
        reason = f"expected a name of 1 to {LONGEST_NAME} characters, got {name!r}"
        raise ValidationError(reason, entity="Monitor", field=field, value=name)
    return name
