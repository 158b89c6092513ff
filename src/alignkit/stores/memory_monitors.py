"""What the store in memory keeps for monitors. It lasts as long as the store does."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import attrs

from alignkit.domain import COLLECTIONS, Change, Entity
from alignkit.errors import ValidationError
from alignkit.portfolio import Portfolio
from alignkit.stores.journal import WHOLE
from alignkit.stores.kinds import JOURNAL, KIND_OF
from alignkit.stores.kinds import REPOSITORIES as KEPT
from alignkit.stores.memory_state import State
from alignkit.stores.monitoring import Advance, Delivery, Kept, News, Outcome, Reader

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MemoryMonitors", "Rewrites", "touched_by"]

_ORDER: Final = {name: place for place, name in enumerate(COLLECTIONS)}
_COLLECTION: Final = {kind: name for name, kind in KIND_OF.items()}

Rewrites = list[tuple[str, str]]
"""Collection and id of what was written without a journal entry; `("*", "")` for more than can be told."""

Touching = dict[str, dict[str, Entity | None]]


def touched_by(changes: Sequence[Change], rewrites: Sequence[tuple[str, str]]) -> dict[str, dict[str, None]]:
    """
    The facts that were written, by collection and id, in the order in which collections refer to each other.

    Entries of other tools may be about kinds that no store keeps; those touch nothing but the journal.
    """
    found: dict[str, dict[str, None]] = {}
    for change in changes:
        collection = _COLLECTION.get(change.kind)
        if collection is not None and collection != JOURNAL:
            found.setdefault(collection, {})[change.subject_id] = None
        if change.field != WHOLE:
            found.setdefault(JOURNAL, {})[change.id] = None
    for collection, id in rewrites:
        found.setdefault(collection, {})[id] = None
    return dict(sorted(found.items(), key=lambda item: _ORDER[item[0]])) if len(found) > 1 else found


@attrs.define
class _Monitor:
    generation: int = 0
    step: Advance | None = None
    rows: dict[str, dict[str, Outcome]] = attrs.field(factory=dict)
    told: dict[str, dict[tuple[str, str], Outcome]] = attrs.field(factory=dict)
    letters: dict[str, deque[Delivery]] = attrs.field(factory=dict)
    readers: dict[str, Reader] = attrs.field(factory=dict)
    posted: int = 0


class MemoryMonitors:
    """
    See `alignkit.stores.monitoring.MonitorStates`.

    Args:
        look: Gives the state of the store, and what was written without a journal entry, at one moment.
    """

    def __init__(self, look: Callable[[], tuple[State, Rewrites, int]]) -> None:
        self._look = look
        self._lock = threading.Lock()
        self._monitors: dict[str, _Monitor] = {}

    def snapshot(self) -> tuple[Portfolio, str]:
        """Everything that is stored, and the cursor at which news after it begin."""
        state, _, rewritten = self._look()
        return state.shown, f"memory:{state.journal.count}+{rewritten}"

    def news(self, cursor: str, /) -> News:
        """What is stored otherwise since a cursor."""
        state, rewrites, rewritten = self._look()
        count = state.journal.count
        place, number = _places(cursor, count, rewritten)
        shown = state.shown
        given = shown.given
        if place == count and number == rewritten:
            return News((), {}, given, cursor)
        changes = state.journal.after(place, count - place)
        new = rewrites[number:rewritten]
        reached = f"memory:{count}+{rewritten}"
        if ("*", "") in new:
            return News(changes, {}, given, reached, is_all=True)
        facts: Touching = {}
        for collection, ids in touched_by(changes, new).items():
            if collection == JOURNAL and JOURNAL in given:
                facts[collection] = {id: state.journal.get(id) for id in ids}
            elif collection in given:
                # Duplicates as they were given: whether what they name is there is the reader's to see.
                known = shown.records(collection) if collection in KEPT else state.duplicates or {}
                facts[collection] = {id: known.get(id) for id in ids}
        return News(changes, facts, given, reached)

    def load(self, name: str, /) -> Kept | None:
        """What is stored of a monitor."""
        found = self._monitors.get(name)
        if found is None or found.step is None:
            return None
        step = found.step
        rows = {kind: dict(rows) for kind, rows in found.rows.items()}
        told = {subscriber: dict(known) for subscriber, known in found.told.items()}
        return Kept(step.generation, step.cursor, step.policy_version, step.as_of, rows, told, dict(found.readers))

    def advance(self, name: str, step: Advance, /) -> bool:
        """Store a step, all of it."""
        with self._lock:
            return self._advance(self._monitors.setdefault(name, _Monitor()), step)

    def _advance(self, found: _Monitor, step: Advance) -> bool:
        if step.generation != found.generation + 1:
            return False
        found.generation = step.generation
        if step.rows is not None:
            found.rows = {kind: dict(rows) for kind, rows in step.rows.items()}
        for kind, id, row in step.changed:
            if row is None:
                found.rows.get(kind, {}).pop(id, None)
            else:
                found.rows.setdefault(kind, {})[id] = row
        if step.is_restart:
            found.told.clear()
        for subscriber, kind, id, row in step.told:
            known = found.told.setdefault(subscriber, {})
            if row is None:
                known.pop((kind, id), None)
            else:
                known[kind, id] = row
        for subscriber, letter in step.letters:
            found.posted += 1
            found.letters.setdefault(subscriber, deque()).append(Delivery(found.posted, letter))
        # Of the step only where it stands is asked again.
        found.step = Advance(step.generation, step.cursor, step.policy_version, step.as_of, None, (), (), ())
        return True

    def deliveries(self, name: str, subscriber: str, /, *, limit: int) -> tuple[Delivery, ...]:
        """What is still to be told to a subscriber."""
        found = self._monitors.get(name)
        box = None if found is None else found.letters.get(subscriber)
        return tuple(box)[:limit] if box else ()

    def waiting(self, name: str, /) -> Mapping[str, int]:
        """How much is still to be told, by subscriber."""
        found = self._monitors.get(name)
        return {} if found is None else {who: len(box) for who, box in found.letters.items() if box}

    def answered(self, name: str, subscriber: str, numbers: Sequence[int], reader: Reader, /) -> None:
        """Forget deliveries that arrived, and keep how the subscriber is doing."""
        arrived = set(numbers)
        with self._lock:
            found = self._monitors.setdefault(name, _Monitor())
            box = found.letters.get(subscriber, deque())
            while box and box[0].number in arrived:
                box.popleft()
            if reader == Reader():
                found.readers.pop(subscriber, None)
            else:
                found.readers[subscriber] = reader


def _places(cursor: str, count: int, rewritten: int) -> tuple[int, int]:
    place, _, number = cursor.removeprefix("memory:").partition("+")
    if cursor.startswith("memory:") and place.isdecimal() and number.isdecimal():
        found = int(place), int(number)
        if found[0] <= count and found[1] <= rewritten:
            return found
    reason = f"{cursor!r} is no cursor of this store"
    raise ValidationError(reason, entity="news", field="cursor", value=cursor)
