"""
Which journal entries a digest is about, and the cursor for the next one.

Owns the promise that nothing is lost between two digests: a cursor never passes an entry that was left out because it
lies after `now`.
"""

from __future__ import annotations

from datetime import datetime

import attrs

from alignkit.domain import Change
from alignkit.errors import ValidationError
from alignkit.live.sources import Journal, Source, facts_of, known, moment_of

__all__ = ["Window", "window_of"]

PAGE = 1_000


@attrs.frozen
class Window:
    """
    A stretch of the journal.

    Attributes:
        changes: In the order in which they were made.
        cursor: Where the next one goes on; None for the beginning.
        since: The moment after which; None for a cursor of a store, or the beginning.
        by_moment: Whether it is a stretch of time, so that dated facts have their place in it too.
    """

    changes: tuple[Change, ...]
    cursor: str | None
    since: datetime | None = None
    by_moment: bool = False


def window_of(source: Source, since: str | datetime | None, now: datetime) -> Window:
    """
    The entries after a cursor or a moment.

    Raises:
        ValidationError: The moment is not aware, or the cursor is none of this source.
    """
    if not isinstance(source, Journal):
        return _at_rest(source, since, now)
    if isinstance(since, str):
        return Window(*_after(source, since))
    start = None if since is None else moment_of(since, "since")
    changes, cursor = _up_to(source, now)
    chosen = tuple(one for one in changes if start is None or one.occurred_at > start)
    return Window(chosen, cursor, start, by_moment=True)


def _at_rest(source: Source, since: str | datetime | None, now: datetime) -> Window:
    """Of a portfolio: by time, for it does not say what was written when."""
    if isinstance(since, str):
        try:
            since = datetime.fromisoformat(since)
        except ValueError:
            reason = f"a cursor of a portfolio is the text of a moment, got {since!r:.60}"
            raise ValidationError(reason, entity="digest", field="since", value=since) from None
    start = None if since is None else moment_of(since, "since")
    found = [
        change
        for change in known(facts_of(source), Change).values()
        if change.occurred_at <= now and (start is None or change.occurred_at > start)
    ]
    found.sort(key=lambda change: change.occurred_at)
    return Window(tuple(found), now.isoformat(), start, by_moment=True)


def _after(journal: Journal, cursor: str) -> tuple[tuple[Change, ...], str]:
    found: list[Change] = []
    while True:
        page = journal.changes(cursor, limit=PAGE)
        found += page.changes
        cursor = page.cursor
        if not page.changes:
            return tuple(found), cursor


def _up_to(journal: Journal, now: datetime) -> tuple[tuple[Change, ...], str | None]:
    """Everything up to a moment, and the cursor in front of the first entry after it."""
    found: list[Change] = []
    cursor: str | None = None
    kept: str | None = None
    is_cut = False
    while True:
        page = journal.changes(cursor, limit=PAGE)
        if not page.changes:
            return tuple(found), kept if is_cut else page.cursor
        first = next((place for place, one in enumerate(page.changes) if one.occurred_at > now), None)
        if first is not None and not is_cut:
            is_cut = True
            kept = journal.changes(cursor, limit=first).cursor if first else cursor
        found += (one for one in page.changes if one.occurred_at <= now)
        cursor = page.cursor
