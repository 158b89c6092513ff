"""
The told-ledger: which changes that matter to customers they were told about, by which touch, and which they were not.

Nothing is stored for it: it is read from the journal and the touches, so it is right after every import. A touch that
is not internal tells what it names in `told`, be it changes or needs. An outbound touch that reaches the customer and
names nothing tells what changed on its project before it, where the policy says so.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property

import attrs

from alignkit.display import Displayed, Note, Shown, Table
from alignkit.domain import Change, Customer, Interaction, Need, Project, Task
from alignkit.frames import Column, DataTable, Tabular
from alignkit.live.sources import Source, fact_of, facts_of, known, moment_of, related, title_of
from alignkit.live.told_policy import MILESTONE, ToldPolicy
from alignkit.policy.facts import Facts
from alignkit.portfolio import Portfolio

__all__ = ["ToldEntry", "ToldLedger", "told_entries", "told_ledger"]

_Telling = tuple[datetime, str]


@attrs.frozen
class ToldEntry:
    """
    A change that matters to a customer.

    Attributes:
        change: The journal entry: of kind `"milestone"` where the task is one, with `told_at` as the ledger finds it.
        customer_id: Whom it concerns.
        told_by: Id of the touch that told it; None where it was not told, or the entry said so itself.
    """

    change: Change
    customer_id: str
    told_by: str | None

    @property
    def is_told(self) -> bool:
        """Whether the customer was told."""
        return self.change.told_at is not None


@attrs.frozen(eq=False)
class ToldLedger(Displayed, Tabular):
    """
    What customers should have heard of, the earliest first, equal moments by id (shorter ids first). Iterating gives the entries.

    Attributes:
        now: The moment of the question.
        policy: What matters, and what tells it.
        entries: Every change that matters and had happened.
        is_known: Whether there is a journal at all; without one there are no entries, and nothing can be said.
    """

    now: datetime
    policy: ToldPolicy
    entries: tuple[ToldEntry, ...]
    is_known: bool
    _facts: Portfolio = attrs.field(repr=False)

    def __iter__(self) -> Iterator[ToldEntry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __bool__(self) -> bool:
        return True

    @cached_property
    def untold(self) -> tuple[ToldEntry, ...]:
        """What the customer has not heard, the oldest first."""
        return tuple(entry for entry in self.entries if not entry.is_told)

    def of(self, *, customer: str | None = None, project: str | None = None) -> ToldLedger:
        """The part of one customer, of one project, or both; empty when there is none."""
        chosen = (
            entry
            for entry in self.entries
            if customer in (None, entry.customer_id) and project in (None, entry.change.project_id)
        )
        return attrs.evolve(self, entries=tuple(chosen))

    @property
    def oldest_hours(self) -> float | None:
        """How long the oldest untold change has waited; None when all is told."""
        return self.hours_waited(self.untold[0]) if self.untold else None

    def hours_waited(self, entry: ToldEntry) -> float:
        """Hours from a change to being told, or to now."""
        return ((entry.change.told_at or self.now) - entry.change.occurred_at).total_seconds() / 3600

    @property
    def portfolio(self) -> Portfolio:
        """
        The facts with these entries as their only changes, so that rules on `project.changes` read the ledger.

        Without a journal the facts are given as they are: what changed stays unknown.
        """
        if not self.is_known:
            return self._facts
        kept = {entry.change.id: entry.change for entry in self.entries}
        gone = [id for id in known(self._facts, Change) if id not in kept]
        return self._facts.without(changes=gone).with_(changes=kept.values())

    @property
    def table_names(self) -> tuple[str, ...]:
        return ("changes",)

    def _table_of(self, name: str) -> DataTable:
        columns = [Column(field, str) for field in ("id", "kind", "subject_id", "field", "before", "after")]
        columns += [Column("customer_id", str), Column("project_id", str), Column("occurred_at", datetime)]
        columns += [Column("told_at", datetime), Column("told_by", str), Column("waited", float, "hours")]
        rows = (
            (
                *(getattr(one.change, column.name) for column in columns[:6]),
                one.customer_id,
                one.change.project_id,
                one.change.occurred_at,
                one.change.told_at,
                one.told_by,
                self.hours_waited(one),
            )
            for one in self.entries
        )
        return DataTable.of_rows(name, columns, rows)

    def _shown(self) -> Shown:
        if not self.is_known:
            return Shown("Told ledger", ("there is no journal: what changed is not known",))
        oldest = "" if self.oldest_hours is None else f", the oldest for {self.oldest_hours / 24:.1f} days"
        lead = f"{len(self.untold)} of {len(self)} changes are untold{oldest}"
        customers = known(self._facts, Customer)
        rows = (
            (
                title_of(customers[one.customer_id]),
                one.change.kind,
                one.change.subject_id,
                one.change.field,
                f"{one.change.before or '-'} -> {one.change.after or '-'}",
                f"{self.hours_waited(one) / 24:.1f}",
            )
            for one in self.untold
        )
        table = Table.first(("customer", "kind", "id", "field", "change", "days#"), rows, len(self.untold))
        return Shown("Told ledger", (lead,), (Note(f"as of {self.now.isoformat()}"), *([table] if self.untold else [])))


class _Reading:
    """Who told what, looked up by change."""

    def __init__(self, facts: Facts, now: datetime, policy: ToldPolicy, customer: str | None) -> None:
        self._facts, self._now, self._policy = facts, now, policy
        self._named: dict[str, _Telling] = {}
        self._on: dict[tuple[str, str], list[_Telling]] = {}
        for touch in self._touches(customer):
            self._take(touch)
        for tellings in self._on.values():
            tellings.sort()

    def _touches(self, customer: str | None) -> Iterable[Interaction]:
        if customer is None:
            return known(self._facts, Interaction).values()
        found = {touch.id: touch for touch in related(self._facts, Interaction, "customer_id", customer)}
        for project in related(self._facts, Project, "customer_id", customer):
            found.update((touch.id, touch) for touch in related(self._facts, Interaction, "project_id", project.id))
        return found.values()

    def _take(self, touch: Interaction) -> None:
        if touch.occurred_at > self._now:
            return
        telling = (touch.occurred_at, touch.id)
        if touch.told:
            if touch.direction != "internal":
                for id in touch.told:
                    self._named[id] = min(telling, self._named.get(id, telling))
        elif self._policy.by_project and touch.direction == "outbound" and touch.kind in self._policy.reached_by:
            for place in (("project", touch.project_id), ("need", touch.need_id)):
                if place[1] is not None:
                    self._on.setdefault((place[0], place[1]), []).append(telling)

    def entry(self, change: Change) -> ToldEntry | None:
        """The change as an entry; None where no customer minds it."""
        if change.occurred_at > self._now:
            return None
        task = fact_of(self._facts, Task, change.subject_id) if change.kind == "task" else None
        kind = MILESTONE if task is not None and task.is_milestone else change.kind
        project_id = change.project_id or (task.project_id if task is not None else None)
        customer_id = change.customer_id or self._customer_of(project_id)
        change = attrs.evolve(change, kind=kind, project_id=project_id, customer_id=customer_id)
        if customer_id is None or customer_id not in known(self._facts, Customer) or not self._policy.matters(change):
            return None
        told_at = change.told_at if change.told_at is not None and change.told_at <= self._now else None
        if told_at is not None:
            return ToldEntry(change, customer_id, None)
        telling = min(self._tellings(change), default=None)
        if telling is None:
            return ToldEntry(attrs.evolve(change, told_at=None), customer_id, None)
        return ToldEntry(attrs.evolve(change, told_at=telling[0]), customer_id, telling[1] or None)

    def _customer_of(self, project_id: str | None) -> str | None:
        project = fact_of(self._facts, Project, project_id)
        return None if project is None else project.customer_id

    def _tellings(self, change: Change) -> Iterator[_Telling]:
        """When and by what a change was told; by no id where the need itself says so."""
        if change.id in self._named:
            yield self._named[change.id]
        places = [("project", change.project_id)]
        if change.kind == "need":
            places.append(("need", change.subject_id))
            named = self._named.get(change.subject_id)
            need = fact_of(self._facts, Need, change.subject_id)
            told_at = None if need is None else need.told_at
            own = (told_at, "") if told_at is not None and told_at <= self._now else None
            yield from (one for one in (named, own) if one is not None and one[0] >= change.occurred_at)
        for kind, id in places:
            tellings = self._on.get((kind, id or ""), [])
            first = bisect_left(tellings, (change.occurred_at, ""))
            yield from tellings[first : first + 1]


def _changes(facts: Facts, customer: str | None) -> Iterable[Change]:
    if customer is None:
        return known(facts, Change).values()
    found = {change.id: change for change in related(facts, Change, "customer_id", customer)}
    for project in related(facts, Project, "customer_id", customer):
        found.update((change.id, change) for change in related(facts, Change, "project_id", project.id))
    return found.values()


def told_entries(facts: Facts, now: datetime, policy: ToldPolicy, customer: str | None) -> tuple[ToldEntry, ...]:
    """The entries of a ledger; see `told_ledger`."""
    reading = _Reading(facts, now, policy, customer)
    found = (reading.entry(change) for change in _changes(facts, customer))
    entries = [entry for entry in found if entry is not None and customer in (None, entry.customer_id)]
    entries.sort(key=lambda entry: (entry.change.occurred_at, len(entry.change.id), entry.change.id))
    return tuple(entries)


def told_ledger(
    source: Source, *, now: datetime, policy: ToldPolicy | None = None, customer: str | None = None
) -> ToldLedger:
    """
    What customers should have heard of by a moment, and whether they did.

    Args:
        source: A portfolio with its `changes`, or a store.
        now: An aware moment; later changes and touches had not happened.
        policy: What matters and what tells it; None for the one that alignkit ships.
        customer: Id of the only customer to look at; None for all. One that is not there has no entries.

    Raises:
        ValidationError: `now` is not an aware datetime, or the source is neither a portfolio nor a store.
    """
    facts, moment = facts_of(source), moment_of(now)
    chosen = ToldPolicy() if policy is None else policy
    return ToldLedger(moment, chosen, told_entries(facts, moment, chosen, customer), "changes" in facts.given, facts)
