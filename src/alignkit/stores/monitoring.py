"""
What a store keeps for monitors: how far each has read, what every subject scored then, and what is still to be told.

A monitor advances in one transaction: cursor, outcomes and the events that follow from them are stored together or
not at all, so that a process may be killed at any point. `Store.monitors` gives these; stores of others that have it
can be monitored too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import attrs

from alignkit.domain import Change, Entity
from alignkit.portfolio import Portfolio

__all__ = ["Advance", "Delivery", "Kept", "Letter", "MonitorStates", "News", "Outcome", "Reader", "RowsByKind"]

Outcome = tuple[int, ...]
"""Micro-points of a subject after gates (-1 for none), then one code for each rule."""

RowsByKind = Mapping[str, Mapping[str, Outcome]]
"""Outcomes by kind and id."""


@attrs.frozen
class News:
    """
    What is stored otherwise since a cursor, seen at one moment.

    Attributes:
        changes: The journal entries since then, in commit order.
        facts: The facts that were written, as they are now, by collection and id; None where there is none any more.
        given: Names of the collections that are known now.
        cursor: Where the next news begin.
        is_all: Whether everything has to be read again: more was written than is told here.
    """

    changes: tuple[Change, ...]
    facts: Mapping[str, Mapping[str, Entity | None]]
    given: frozenset[str]
    cursor: str
    is_all: bool = False


@attrs.frozen
class Reader:
    """
    How a subscriber is doing.

    Attributes:
        tries: How often in a row it failed.
        next_try_at: Before this moment it is not called again; None when it did not fail.
        error: What it said when it failed last; empty when it did not.
        is_parked: Whether it is not called at all until somebody resumes it.
    """

    tries: int = 0
    next_try_at: datetime | None = None
    error: str = ""
    is_parked: bool = False


class Letter(Protocol):
    """Something to be told, which knows its own text."""

    def to_json(self) -> str:
        """The whole of it as JSON text."""


@attrs.frozen
class Delivery:
    """
    An event on its way to a subscriber.

    Attributes:
        number: Its place among those to this subscriber; later ones are larger.
        letter: What was posted, or its JSON text.
    """

    number: int
    letter: Any


@attrs.frozen
class Kept:
    """
    What is stored of a monitor.

    Attributes:
        generation: How often it advanced.
        cursor: How far it has read.
        policy_version: Of the policy that gave the outcomes.
        as_of: The moment that was judged last.
        rows: Outcomes of all subjects.
        told: For each subscriber, the outcomes it knows of where those are other ones.
        readers: How subscribers are doing that failed.
    """

    generation: int
    cursor: str
    policy_version: str
    as_of: datetime
    rows: RowsByKind
    told: Mapping[str, Mapping[tuple[str, str], Outcome]]
    readers: Mapping[str, Reader]


@attrs.frozen
class Advance:
    """
    One step of a monitor.

    Attributes:
        generation: Its number, one more than that of the step before.
        cursor: How far it has read.
        policy_version: Of the policy that gave the outcomes.
        as_of: The moment that was judged.
        rows: All outcomes, where the stored ones are to be replaced; None where only `changed` is.
        changed: Kind, id and outcome of the subjects that changed; None for one that is gone.
        told: Subscriber, kind, id and outcome that it knows of; None where that is the subject's own again.
        letters: What is to be told, by subscriber, in order.
        is_restart: Whether what is known of earlier outcomes to subscribers is to be forgotten first.
    """

    generation: int
    cursor: str
    policy_version: str
    as_of: datetime
    rows: RowsByKind | None
    changed: Sequence[tuple[str, str, Outcome | None]]
    told: Sequence[tuple[str, str, str, Outcome | None]]
    letters: Sequence[tuple[str, Letter]]
    is_restart: bool = False


class MonitorStates(Protocol):
    """What a store keeps for monitors, by their names."""

    def snapshot(self) -> tuple[Portfolio, str]:
        """Everything that is stored, and the cursor at which news after it begin."""

    def news(self, cursor: str, /) -> News:
        """
        What is stored otherwise since a cursor.

        Raises:
            ValidationError: It is no cursor of this store.
        """

    def load(self, name: str, /) -> Kept | None:
        """What is stored of a monitor; None when it never advanced."""

    def advance(self, name: str, step: Advance, /) -> bool:
        """Store a step, all of it; False, and nothing is stored, when it is not the next one."""

    def deliveries(self, name: str, subscriber: str, /, *, limit: int) -> tuple[Delivery, ...]:
        """What is still to be told to a subscriber, in order."""

    def waiting(self, name: str, /) -> Mapping[str, int]:
        """How much is still to be told, by subscriber; those with nothing are absent."""

    def answered(self, name: str, subscriber: str, numbers: Sequence[int], reader: Reader, /) -> None:
        """Forget deliveries that arrived, and keep how the subscriber is doing."""
