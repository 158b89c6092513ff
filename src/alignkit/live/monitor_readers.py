"""
Who listens to a monitor, what each wants to hear, and what becomes of one that fails.

Owns the choice of events; what is stored of it is `alignkit.stores.monitoring`'s.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import attrs

from alignkit.live.events import AlignmentChanged
from alignkit.stores.monitoring import Delivery, MonitorStates, Outcome, Reader

__all__ = ["Parked", "Subscriber", "deliver"]

PAGE: Final = 100
"""How many deliveries are fetched, and answered for, at a time."""

_log: Final = logging.getLogger(__name__)


@attrs.frozen
class Subscriber:
    """
    Somebody who listens.

    Attributes:
        name: By which it is known when it comes again.
        on_change: Called with each event.
        team: Whose work it does; None for nobody's in particular.
        min_drop_micro: The smallest drop it wants to hear of; None for every change of score.
        kinds: The kinds of subject it wants to hear of.
    """

    name: str
    on_change: Callable[[AlignmentChanged], Any] = attrs.field(eq=False)
    team: str | None
    min_drop_micro: int | None
    kinds: frozenset[str]

    def hears(self, known: Outcome, now: Outcome) -> bool:
        """Whether an outcome is news to somebody who knows another."""
        if self.min_drop_micro is None:
            return known[0] != now[0]
        return 0 <= now[0] <= known[0] - self.min_drop_micro

    def minds(self, event: AlignmentChanged) -> bool:
        """Whether it is more than the team's own doing, in which there is nothing for it to do."""
        if self.team is None or not event.changes:
            return True
        if any(change.team != self.team for change in event.changes):
            return True
        return any(move.team == self.team for move in event.moves)


@attrs.frozen
class Parked:
    """
    A subscriber that is not called any more until it is resumed.

    Attributes:
        name: Of the subscriber.
        error: What it said when it failed last.
        tries: How often in a row it failed.
        waiting: How many events wait for it.
    """

    name: str
    error: str
    tries: int
    waiting: int


@attrs.frozen
class Patience:
    """
    How failing subscribers are treated.

    Attributes:
        tries: After so many failures in a row it is parked.
        pause: How long to wait after the first one; twice as long after each further one.
    """

    tries: int
    pause: timedelta


@attrs.frozen
class Delivered:
    """
    What became of a round of deliveries.

    Attributes:
        count: How many events arrived.
        reader: How the subscriber is doing.
    """

    count: int
    reader: Reader


def deliver(
    states: MonitorStates, monitor: str, subscriber: Subscriber, reader: Reader, now: datetime, patience: Patience
) -> Delivered:
    """
    Tell a subscriber what waits for it, in order, up to the first failure.

    What arrived is forgotten page by page; when the process ends in between, some of a page is told again.
    """
    count = 0
    if reader.is_parked or (reader.next_try_at is not None and now < reader.next_try_at):
        return Delivered(0, reader)
    while page := states.deliveries(monitor, subscriber.name, limit=PAGE):
        arrived: list[int] = []
        try:
            reader = _told(page, subscriber, reader, now, patience, arrived)
        finally:
            count += len(arrived)
            states.answered(monitor, subscriber.name, arrived, reader)
        if len(arrived) < len(page):
            break
    return Delivered(count, reader)


def _told(
    page: Sequence[Delivery],
    subscriber: Subscriber,
    reader: Reader,
    now: datetime,
    patience: Patience,
    arrived: list[int],
) -> Reader:
    for delivery in page:
        letter = delivery.letter
        event = letter if isinstance(letter, AlignmentChanged) else AlignmentChanged.from_json(letter)
        try:
            subscriber.on_change(event)
        except Exception as error:  # noqa: BLE001  # whatever a subscriber raises is its own, kept and logged
            _log.exception("subscriber %r failed on %s", subscriber.name, event.key)
            return _failed(reader, event, error, now, patience)
        arrived.append(delivery.number)
        reader = Reader()
    return reader


def _failed(reader: Reader, event: AlignmentChanged, error: Exception, now: datetime, patience: Patience) -> Reader:
    tries = reader.tries + 1
    said = f"on {event.key}: {type(error).__name__}: {error}"
    wait = patience.pause * 2 ** min(tries - 1, 20)
    return Reader(tries, now + wait, said, is_parked=tries >= patience.tries)
