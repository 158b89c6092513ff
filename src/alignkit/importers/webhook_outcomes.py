"""What became of a webhook in a store, as values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import attrs

from alignkit.importers.events import NeedsFetch

__all__ = ["AppliedEvent", "AppliedWebhook", "Outcome"]

Outcome = Literal["stored", "unchanged", "removed", "outdated", "repeated", "fetch", "skipped"]
"""What became of an event."""


@attrs.frozen(kw_only=True)
class AppliedEvent:
    """
    What became of one event.

    Attributes:
        kind: The tool's name of what happened.
        outcome: `"stored"` (or `"unchanged"`, where it was stored so already), `"removed"`, `"outdated"` (something
            later is known), `"repeated"` (this very message was taken), `"fetch"`, or `"skipped"`.
        reason: Why nothing was stored, or not all; empty when there is nothing to say.
        added: How many facts are new.
        updated: How many stored facts took another value.
        removed: How many facts went.
        fetch: What has to be fetched.
    """

    kind: str
    outcome: Outcome
    reason: str = ""
    added: int = 0
    updated: int = 0
    removed: int = 0
    fetch: tuple[NeedsFetch, ...] = ()


@attrs.frozen(kw_only=True)
class AppliedWebhook:
    """
    What became of a message.

    Attributes:
        events: One for each of its events, in its order.
    """

    events: tuple[AppliedEvent, ...]

    def __iter__(self) -> Iterator[AppliedEvent]:
        return iter(self.events)

    @property
    def added(self) -> int:
        """How many facts are new."""
        return sum(event.added for event in self.events)

    @property
    def updated(self) -> int:
        """How many stored facts took another value."""
        return sum(event.updated for event in self.events)

    @property
    def removed(self) -> int:
        """How many facts went."""
        return sum(event.removed for event in self.events)

    @property
    def fetch(self) -> tuple[NeedsFetch, ...]:
        """What has to be fetched, each record once."""
        return tuple({need.ref: need for event in self.events for need in event.fetch}.values())

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The outcome of each event."""
        return tuple(event.outcome for event in self.events)
