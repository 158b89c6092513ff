"""
What a store keeps about where facts came from: the ledger of import runs, and how far each record's source had come.

Owns the values and the promises. An import step looks at what is stored, says what is to become of it, and has facts,
run and source states stored in one transaction; so a process may be killed at any point. `Store.runs` gives these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Protocol

import attrs

from alignkit.domain import Entity, ExternalRef, checks
from alignkit.domain.checks import checked, instance, optional
from alignkit.stores.values import Upserted

__all__ = ["ImportRun", "RunLedger", "Settled", "Settlement", "SourceState", "Stored"]


@attrs.frozen(kw_only=True)
class ImportRun:
    """
    One run of an import into a store.

    Attributes:
        name: Of the import that runs again and again, such as `"nightly"`.
        number: 1 for the first run of that name, then 2, 3, ...
        fingerprint: Says which input it was: a hash of the facts and of how they were cut into batches.
        sources: What the input was made of, by name, each with a hash of its content.
        started_at: When it began, as the caller said.
        touched_at: When its newest batch was stored, as the caller said.
        finished_at: When the last one was; None while it is not finished.
        done: How many steps are stored; a step is one fact, or the references of one that had to wait.
        total: How many steps there are.
        added: How many facts were new.
        updated: How many stored facts took another value; references that had to wait are not counted again.
        unchanged: How many were stored just so already.
        waiting: How many could not be stored, because a record they cannot be without is not there yet.
        outdated: How many were left out, because a later state of the record is known, or its deletion.
    """

    name: str = checked(checks.FILLED)
    number: int
    fingerprint: str = checked(checks.FILLED)
    sources: Mapping[str, str] = attrs.field(factory=dict)
    started_at: datetime = checked(checks.MOMENT)
    touched_at: datetime = checked(checks.MOMENT)
    finished_at: datetime | None = checked(optional(checks.MOMENT), None)
    done: int = 0
    total: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    waiting: int = 0
    outdated: int = 0

    @property
    def is_finished(self) -> bool:
        """Whether everything is stored."""
        return self.finished_at is not None

    def __str__(self) -> str:
        told = f"{self.added} added, {self.updated} updated, {self.unchanged} unchanged"
        for count, word in ((self.waiting, "waiting"), (self.outdated, "outdated")):
            told += f", {count} {word}" if count else ""
        stand = "finished" if self.is_finished else f"stopped at step {self.done} of {self.total}"
        return f"{self.name} run {self.number}: {stand}; {told}"


@attrs.frozen(kw_only=True)
class SourceState:
    """
    How far the source of a record, or of one field of it, had come when the store last heard of it.

    Attributes:
        ref: The record.
        field: The field of the fact that the state is of; empty for the record as a whole.
        moment: When the source changed it; None for a deletion that nothing undoes.
        is_deleted: Whether it was deleted then.
        deliveries: Ids of the messages that were taken for that very moment, the earliest first.
    """

    ref: ExternalRef = checked(instance(ExternalRef))
    field: str = ""
    moment: datetime | None = checked(optional(checks.MOMENT), None)
    is_deleted: bool = False
    deliveries: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[ExternalRef, str]:
        """What it is kept under."""
        return self.ref, self.field


class Stored(Protocol):
    """What is stored, as a step sees it: nobody else can write before the step is done."""

    def facts(self, collection: str, ids: Iterable[str], /) -> Mapping[str, Entity]:
        """Facts by id; ids that nothing is stored under are absent."""

    def holders(self, collection: str, refs: Iterable[ExternalRef], /) -> Mapping[ExternalRef, frozenset[str]]:
        """Ids of the facts that hold each of the external references; empty for those that none holds."""

    def referring(self, collection: str, field: str, ids: Iterable[str], /) -> tuple[Entity, ...]:
        """The facts of a collection that point at one of the ids by a field, by id."""

    def states(self, refs: Iterable[ExternalRef], /) -> Mapping[ExternalRef, tuple[SourceState, ...]]:
        """What is known of the sources of records; records that nothing is known of are absent."""

    def last_run(self, name: str, /) -> ImportRun | None:
        """The newest run of a name; None when there is none."""


@attrs.frozen(kw_only=True)
class Settlement:
    """
    What a step wants stored, all or nothing.

    Attributes:
        facts: Facts by collection, as `Store.upsert` takes them; an empty collection becomes known.
        removed: Collection and id of facts that go.
        states: Source states, each in the place of the one of its record and field.
        forgotten: Records whose source states of single fields are no longer of use; what `states` has is kept.
        run: Says, once it is known what became of the facts, how the run stands; None when there is no run.
    """

    facts: Mapping[str, tuple[Entity, ...]] = attrs.field(factory=dict)
    removed: tuple[tuple[str, str], ...] = ()
    states: tuple[SourceState, ...] = ()
    forgotten: tuple[ExternalRef, ...] = ()
    run: Callable[[Upserted], ImportRun] | None = None


@attrs.frozen
class Settled:
    """
    What a step did.

    Attributes:
        upserted: What became of the facts.
        removed: How many facts went.
        run: What is stored of the run; None when there is none.
    """

    upserted: Upserted
    removed: int = 0
    run: ImportRun | None = None


class RunLedger(Protocol):
    """The ledger of import runs, and the steps they are made of."""

    def list(self, name: str | None = None, /, *, limit: int = 100) -> tuple[ImportRun, ...]:
        """
        Give the runs, the newest first: by the moment they began, then by name and number.

        Args:
            name: Of the import; None for all.
            limit: Most runs to give.
        """

    def states(self, *refs: ExternalRef) -> tuple[SourceState, ...]:
        """What is known of the sources of records, in the order asked, then by field."""

    def settle(
        self,
        plan: Callable[[Stored], Settlement],
        /,
        *,
        actor: str | None = None,
        team: str | None = None,
        at: datetime,
    ) -> Settled:
        """
        Make one step: look at what is stored, and store what follows from it, as one transaction with journal entries.

        Args:
            plan: Says what to store. It may be called again, where the transaction met another one; so it must do
                nothing but look and answer.
            actor: Who writes. Personal data.
            team: The actor's team.
            at: When the changes take place: an aware moment, which the journal keeps.

        Raises:
            PortfolioError: The laws between facts would not hold; nothing is stored.
            StoreError: The store is out of reach.
            ValidationError: `at` is not an aware datetime, or a name is blank.
        """
