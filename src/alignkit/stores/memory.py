"""
The store in memory: the reference of what a store does, for tests and for facts that need not outlive the process.

Owns who commits, in which order, and the upsert; what is stored at one commit is `memory_state`'s.
"""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Self

from alignkit.domain import (
    CheckIn,
    Contact,
    Contribution,
    Customer,
    Entity,
    Interaction,
    Need,
    Objective,
    Opportunity,
    Project,
    Task,
)
from alignkit.errors import ConflictError, DuplicateError, NotFoundError, StoreError, ValidationError
from alignkit.policy.assessment import Assessment
from alignkit.portfolio import Portfolio
from alignkit.portfolio.laws import Dangling
from alignkit.portfolio.overlay import Edit
from alignkit.portfolio.views import View
from alignkit.stores.actions import MemoryActionLog
from alignkit.stores.batches import Batch, batch_of
from alignkit.stores.decisions import MemoryDecisionLog
from alignkit.stores.erasure import Person
from alignkit.stores.journal import Stamp, entries
from alignkit.stores.kinds import JOURNAL, KIND_OF, REPOSITORIES, at_version
from alignkit.stores.looking import Facts
from alignkit.stores.memory_monitors import MemoryMonitors, Rewrites
from alignkit.stores.memory_runs import MemoryRuns
from alignkit.stores.memory_scores import Scores
from alignkit.stores.memory_state import State, Write
from alignkit.stores.memory_unit import MemoryReader, MemoryUnitOfWork, Step
from alignkit.stores.memory_upsert import Upsert
from alignkit.stores.overrides import MemoryOverrideLog
from alignkit.stores.past import Past, as_of
from alignkit.stores.values import ChangePage, RecordedScore, Upserted

__all__ = ["MemoryStore"]

CURSOR: Final = "memory:"
MOST_TRIES: Final = 1_000


class MemoryStore:
    """
    Facts in memory, with their journal; see `alignkit.stores.protocols.Store` for every promise.

    It may be assessed like a portfolio: `policy.assess(store, now=now)`. Threads may share it. A unit of work reads
    what was committed when it was entered, and its commit is refused where others wrote the same facts since.

    Args:
        portfolio: What it holds at first, without journal entries; None to begin with nothing known.
        id_factory: Gives the ids of journal entries; None numbers them, `"change/1"` being the first.

    Raises:
        PortfolioError: The portfolio names facts of a collection that it does not have.
    """

    def __init__(self, portfolio: Portfolio | None = None, *, id_factory: Callable[[], str] | None = None) -> None:
        self._lock = threading.RLock()
        self._state = State.empty()
        self._scores = Scores()
        self._rewrites: Rewrites = []
        self.link_decisions = MemoryDecisionLog()
        self.overrides = MemoryOverrideLog()
        self.actions = MemoryActionLog()
        self.monitors = MemoryMonitors(self._look_for_monitors)
        self.runs = MemoryRuns(self._lock, lambda: self._state, self._upsert)
        numbers = itertools.count(1)
        self._make_id = id_factory or (lambda: f"change/{next(numbers)}")
        self._make_repositories()
        if portfolio is not None:
            self._upsert(portfolio, None, "refuse")

    def _make_repositories(self) -> None:
        self.customers = MemoryReader[Customer]("customers", self._look)
        self.contacts = MemoryReader[Contact]("contacts", self._look)
        self.projects = MemoryReader[Project]("projects", self._look)
        self.objectives = MemoryReader[Objective]("objectives", self._look)
        self.contributions = MemoryReader[Contribution]("contributions", self._look)
        self.check_ins = MemoryReader[CheckIn]("check_ins", self._look)
        self.interactions = MemoryReader[Interaction]("interactions", self._look)
        self.needs = MemoryReader[Need]("needs", self._look)
        self.opportunities = MemoryReader[Opportunity]("opportunities", self._look)
        self.tasks = MemoryReader[Task]("tasks", self._look)

    def _look(self) -> Facts:
        return Facts(self._state.shown, {})

    def _look_for_monitors(self) -> tuple[State, Rewrites, int]:
        with self._lock:
            return self._state, self._rewrites, len(self._rewrites)

    # Writing

    def unit_of_work(self, *, actor: str | None = None, team: str | None = None, at: datetime) -> MemoryUnitOfWork:
        """A unit of work, to be entered by `with`; see `Store.unit_of_work`."""
        return MemoryUnitOfWork(Stamp(at, actor, team), lambda: self._state, self._settle)

    def upsert(
        self,
        facts: Portfolio | Iterable[Entity],
        /,
        *,
        actor: str | None = None,
        team: str | None = None,
        at: datetime,
        journal: bool = True,
        dangling: Dangling = "refuse",
    ) -> Upserted:
        """Store many facts at once, known ones as updates; see `Store.upsert`."""
        stamp = Stamp(at, actor, team)
        return self._upsert(facts, stamp if journal else None, dangling)

    def _upsert(
        self,
        facts: Portfolio | Iterable[Entity] | Batch,
        stamp: Stamp | None,
        dangling: Dangling,
        removed: Sequence[tuple[str, str]] = (),
    ) -> Upserted:
        batch = facts if isinstance(facts, Mapping) else batch_of(facts)
        with self._lock:
            upsert = Upsert(self._state, batch, dangling, removed)
            told = upsert.told()
            steps = [] if stamp is None else upsert.steps
            own = [
                entry
                for entry in self._entries(steps, stamp)
                if (entry.kind, entry.subject_id, entry.field) not in told
            ]
            write = upsert.write(own)
            self._state = self._state.after(write)
            self._note_rewrites(write, is_told=stamp is not None or not upsert.steps)
            return upsert.result

    def _note_rewrites(self, write: Write, *, is_told: bool) -> None:
        """Keep for monitors what a commit writes without a journal entry."""
        if not is_told:
            self._rewrites.append(("*", ""))
            return
        self._rewrites.extend((JOURNAL, id) for id in write.replaced)
        self._rewrites.extend(("duplicates", id) for id in write.duplicates)

    def erase(self, contact_id: str, /, *, at: datetime, actor: str | None = None, team: str | None = None) -> None:
        """Remove what tells who a person is; see `Store.erase`."""
        stamp = Stamp(at, actor, team)
        with self._lock:
            contact = self.contacts.get(contact_id)
            person = Person.of(contact, self._state.journal)
            steps: list[Step] = []
            edits: dict[str, dict[str, Edit[Entity]]] = {}
            for name in REPOSITORIES:
                for fact in self._look().records(name).values():
                    clean: Any = person.fact(fact)
                    if clean is not fact:
                        edits.setdefault(name, {})[fact.id] = at_version(clean, clean.version + 1)
                        steps.append((name, fact, edits[name][fact.id]))  # type: ignore[arg-type]
            old = ((entry, person.entry(entry)) for entry in self._state.journal)
            replaced = {entry.id: clean for entry, clean in old if clean is not entry}
            own = tuple(person.hidden(entry) for entry in self._entries(steps, stamp))
            write = Write(edits, own, replaced)
            self._state = self._state.after(write)
            self._note_rewrites(write, is_told=True)

    def _settle(self, unit: MemoryUnitOfWork) -> None:
        """Commit a unit of work, if what it wrote is still as it was when the unit began."""
        base = unit.began_with
        with self._lock:
            for name, changes in unit.edits.items():
                for id, edit in changes.items():
                    before, now = base.record(name, id), self._state.record(name, id)
                    if before is not now:
                        raise _overtaken(name, id, before, now, edit)
            own = tuple(self._entries(unit.steps, unit.stamp))
            self._state = self._state.after(Write(unit.edits, own))

    def _entries(self, steps: Iterable[Step], stamp: Stamp | None) -> list[Any]:
        taken: set[str] = set()

        def make_id() -> str:
            for _ in range(MOST_TRIES):
                id = self._make_id()
                if id not in taken and id not in self._state.journal:
                    taken.add(id)
                    return id
            raise StoreError(f"id_factory gave {id!r}, which is taken, again and again", operation="commit")

        if stamp is None:
            return []
        return [entry for _, before, after in steps for entry in entries(before, after, stamp, make_id)]

    # The journal and the scores

    def changes(self, after: str | None = None, *, limit: int = 1_000) -> ChangePage:
        """The journal after a cursor; see `Store.changes`."""
        if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
            raise ValidationError(f"expected 1 or more, got {limit!r}", entity="changes", field="limit", value=limit)
        journal = self._state.journal
        start = _place(after, journal.count)
        found = journal.after(start, limit)
        end = start + len(found)
        return ChangePage(found, f"{CURSOR}{end}", journal.count - end)

    def record(self, assessment: Assessment, /) -> None:
        """Keep what every subject of an assessment scored; see `Store.record`."""
        with self._lock:
            self._scores = self._scores.recorded(assessment)

    def history(self, kind: str, id: str, /) -> tuple[RecordedScore, ...]:
        """What a subject scored, the earliest first; see `Store.history`."""
        return self._scores.history(kind, id)

    # Facts to be judged

    def portfolio(self) -> Portfolio:
        """Everything that is stored, as one snapshot; see `Store.portfolio`. It costs nothing."""
        return self._state.shown

    def as_of(self, moment: datetime, /) -> Portfolio:
        """The facts as they were known at a moment; see `alignkit.stores.past.as_of`."""
        return as_of(self, moment)

    def past(self) -> Past:
        """The facts and the way that led there, to go back to many moments; see `alignkit.stores.past.Past`."""
        return Past.of(self)

    @property
    def given(self) -> frozenset[str]:
        """Names of the collections that are known, empty ones too."""
        return self._state.shown.given

    @property
    def currencies(self) -> frozenset[str]:
        """ISO 4217 codes of all amounts of money."""
        return self._state.shown.currencies

    def records(self, collection: str, /) -> Mapping[str, Entity]:
        """The facts of a collection by id; see `Portfolio.records`."""
        return self._state.shown.records(collection)

    def children(self, collection: str, field: str, /) -> Mapping[str, Sequence[Entity]]:
        """The facts of a collection by what they refer to; see `Portfolio.children`."""
        return self._state.shown.children(collection, field)

    def horizon(self, collection: str, /) -> datetime | None:
        """A moment that no moment of the collection lies after; see `Portfolio.horizon`."""
        return self._state.shown.horizon(collection)

    def view(
        self, kind: str, id: str, /, *, now: datetime | None = None, exchange: Any = None, scores: Any = None
    ) -> View:
        """A fact as rules see it; see `Portfolio.view`."""
        return self._state.shown.view(kind, id, now=now, exchange=exchange, scores=scores)

    def with_(self, **facts: Any) -> Portfolio:
        """The portfolio with some facts added or replaced; the store stays as it is. See `Portfolio.with_`."""
        return self._state.shown.with_(**facts)

    def plain(self) -> Self:
        """A store of its own that holds what this one holds now, so that an assessment reads one snapshot."""
        made = object.__new__(type(self))
        made.__dict__.update(self.__dict__)
        made._state = self._state.plain()
        made._make_repositories()
        return made

    def close(self) -> None:
        """Nothing is held open; the facts stay as long as the store does."""

    def __repr__(self) -> str:
        counts = Counter({name: len(self.records(name)) for name in REPOSITORIES if name in self.given})
        facts = ", ".join(f"{count} {name}" for name, count in counts.items()) or "no facts"
        return f"<MemoryStore: {facts}; {self._state.journal.count} journal entries>"


def _overtaken(
    name: str, id: str, before: Any, now: Any, edit: Edit[Entity]
) -> ConflictError | DuplicateError | NotFoundError:
    if before is None:
        return DuplicateError(KIND_OF[name], id)
    return ConflictError(KIND_OF[name], id, before.version, None if now is None else now.version)


def _place(after: str | None, count: int) -> int:
    if after is None:
        return 0
    number = after.removeprefix(CURSOR) if isinstance(after, str) and after.startswith(CURSOR) else ""
    if not (number.isascii() and number.isdigit()) or int(number) > count:
        raise ValidationError(
            f"expected the cursor of a page of this store, got {after!r}", entity="changes", field="after", value=after
        )
    return int(number)
