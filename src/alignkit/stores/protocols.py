"""
What a store promises, whatever keeps the facts: the laws that `alignkit.testing.StoreContract` proves.

Owns the words and the promises; keeps nothing itself. The reference is `alignkit.stores.MemoryStore`.

**Facts.** A store holds the ten collections that repositories are named after, and besides them two that come from
elsewhere and are only taken by `upsert`: `changes` (histories of other tools, which join the journal) and
`duplicates`. It remembers which collections are *given*: known, if empty. The first fact makes a collection given,
and so does an upsert of a portfolio that has it.

**Laws.** Ids are unique within a kind. Every reference of a stored fact leads to a stored fact, also where the
collection it points into was never given. Parents of objectives and of tasks form no cycle. The laws are judged when
a unit of work commits, on all that is committed by then together with what it adds; so the order of calls within a
unit does not matter.

**Versions.** A fact that was never stored has version 0, a stored one 1, 2, ...: one more with every update that
changed something. Versions are not part of equality and never stand in the journal.

**Readers** see what is committed, all of a unit of work or nothing of it.

**Errors** are alignkit's; a driver's own error is the cause of a `StoreError`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from types import TracebackType
from typing import Protocol, Self, TypeVar

from alignkit.domain import (
    Change,
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
from alignkit.policy.assessment import Assessment
from alignkit.portfolio import Portfolio
from alignkit.portfolio.laws import Dangling
from alignkit.stores.values import ChangePage, RecordedScore, Upserted

__all__ = ["ReadRepository", "Repository", "Store", "UnitOfWork", "Value"]

E = TypeVar("E")
E_co = TypeVar("E_co", covariant=True)

Value = str | bool | int | float | date | datetime
"""What a name in a filter may stand for; moments are aware."""


class ReadRepository(Protocol[E_co]):
    """The stored facts of one kind, to read."""

    def get(self, id: str, /) -> E_co:
        """
        The fact of this id, with the version it is stored at.

        Raises:
            NotFoundError: There is none. It may suggest ids that look like it.
        """

    def find(
        self,
        text: str | None = None,
        names: Mapping[str, Value] | None = None,
        /,
        *,
        order_by: str | None = None,
        limit: int | None = None,
    ) -> tuple[E_co, ...]:
        """
        The facts for which a condition holds; all of them without one, an empty tuple when there are none.

        Args:
            text: A condition in the rule language on the fields of the fact and what they lead to, such as
                `"status == 'active' and progress < done"`. None takes every fact. No moment is cut off, for there is
                no `now` here; a collection that is not given holds nothing.
            names: Values of the names that the text uses freely. They are bound, never text.
            order_by: A field to sort by, upwards; with `-` in front downwards. Facts that lack it come last either
                way, and equal ones by id. Without it they come by id. Text sorts by code point, amounts of money
                not at all.
            limit: Most facts to give, the first ones in that order; None for all, 0 for none.

        Raises:
            ExpressionError: The text is no condition that can be judged.
            ValidationError: `order_by` is no field that sorts, or `limit` is negative.
        """


class Repository(ReadRepository[E], Protocol[E]):
    """
    The facts of one kind inside a unit of work: what is committed, with the unit's own writes on top.

    Whether commits of others that come later are seen is the store's own. A write that rests on an outdated read is
    refused all the same, by the call itself or at the latest by `commit`. So is every error named here; the unit is
    then over, and nothing of it is stored.
    """

    def add(self, fact: E, /) -> E:
        """
        Store a new fact; its own `version` is not looked at.

        Returns:
            The fact at version 1.

        Raises:
            DuplicateError: There is a fact of this kind and id.
            ValidationError: It is a fact of another kind.
        """

    def update(self, fact: E, /) -> E:
        """
        Store a fact in the place of the one of its id. A fact equal to the stored one changes nothing.

        Returns:
            The fact at its new version: one more, or the same when nothing changed.

        Raises:
            NotFoundError: There is none of that id, and its `version` is 0: it never was stored.
            ConflictError: Its `version` is not the stored one: someone wrote or removed it since it was read, or it
                was made by hand and not read at all.
            ValidationError: It is a fact of another kind.
        """

    def remove(self, id: str, /, *, version: int | None = None) -> None:
        """
        Take a fact out. What refers to it must go, or be updated, in the same unit of work.

        Args:
            id: Of the fact.
            version: The version that was read; None means the one that this unit of work sees.

        Raises:
            NotFoundError: There is none of that id, and no version was given.
            ConflictError: It is not stored at that version, or not any more.
        """


class UnitOfWork(Protocol):
    """
    Writes that happen together or not at all. Not to be shared between threads, and over after one `commit`.

    Entered by `with`; leaving it without `commit` rolls back, whether by an error or not. The unit of work owns its
    transaction, except on a connection that the host handed in: there nothing is committed that the host began, and
    a unit of work is a savepoint in the host's transaction.
    """

    @property
    def customers(self) -> Repository[Customer]: ...
    @property
    def contacts(self) -> Repository[Contact]: ...
    @property
    def projects(self) -> Repository[Project]: ...
    @property
    def objectives(self) -> Repository[Objective]: ...
    @property
    def contributions(self) -> Repository[Contribution]: ...
    @property
    def check_ins(self) -> Repository[CheckIn]: ...
    @property
    def interactions(self) -> Repository[Interaction]: ...
    @property
    def needs(self) -> Repository[Need]: ...
    @property
    def opportunities(self) -> Repository[Opportunity]: ...
    @property
    def tasks(self) -> Repository[Task]: ...

    def told(self, *, changes: Iterable[Change | Need | str], by: Interaction | str) -> Interaction:
        """Store that a touch told a customer of changes or needs; see `alignkit.stores.telling.tell`."""

    def commit(self) -> None:
        """
        Store everything, with its journal entries. Nothing is stored when it raises, and the unit is over either way.

        Raises:
            ConflictError: Another unit of work wrote or removed a fact that this one writes.
            DuplicateError: Another one added a fact of an id that this one adds.
            PortfolioError: References would lead nowhere, or parents form a cycle; every fault is listed.
            StoreError: The unit of work is over or was not entered, or the store is out of reach.
        """

    def rollback(self) -> None:
        """Forget everything; the unit is over. Nothing happens when it is over already."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None: ...


class Store(Protocol):
    """
    Facts of both teams, kept; with a journal of every change and the scores they had.

    The repositories of a store are for reading; writing is `unit_of_work`'s and `upsert`'s.
    """

    @property
    def customers(self) -> ReadRepository[Customer]: ...
    @property
    def contacts(self) -> ReadRepository[Contact]: ...
    @property
    def projects(self) -> ReadRepository[Project]: ...
    @property
    def objectives(self) -> ReadRepository[Objective]: ...
    @property
    def contributions(self) -> ReadRepository[Contribution]: ...
    @property
    def check_ins(self) -> ReadRepository[CheckIn]: ...
    @property
    def interactions(self) -> ReadRepository[Interaction]: ...
    @property
    def needs(self) -> ReadRepository[Need]: ...
    @property
    def opportunities(self) -> ReadRepository[Opportunity]: ...
    @property
    def tasks(self) -> ReadRepository[Task]: ...

    @property
    def given(self) -> frozenset[str]:
        """
        Names of the collections that are known, empty ones too.

        `changes` is given when an upsert gave it, or when the journal holds the change of a field.
        """

    def unit_of_work(self, *, actor: str | None = None, team: str | None = None, at: datetime) -> UnitOfWork:
        """
        A unit of work, to be entered by `with`.

        Args:
            actor: Who writes. Personal data.
            team: The actor's team.
            at: When the changes take place: an aware moment, which the journal keeps.

        Raises:
            ValidationError: `at` is not an aware datetime, or a name is blank.
        """

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
        """
        Store many facts at once, as one unit of work of its own: those that are known are updated, others added.

        A fact is known when a stored one of its kind holds its *first* external reference: among several the one of
        its own id, else the one with the smallest id. Without such a one it is known by its id. The stored fact keeps
        its id, and references within the batch to the id that was given lead to it; it keeps its external references,
        followed by those that are new; every other field takes the value given. Versions given are not looked at.
        The same batch again changes nothing and writes no journal.

        A portfolio makes its collections given. Facts of the store that are not in the batch stay. `changes` are
        taken by id and join the journal as they are (one that differs replaces the stored one in its place); where
        the batch brings a new change of a fact's field, the journal gets none of its own for that field. `duplicates`
        are taken by id.

        Args:
            facts: A portfolio, or facts of any kinds in any order.
            actor: Who writes. Personal data.
            team: The actor's team.
            at: When the changes take place: an aware moment, which the journal keeps.
            journal: Whether the store writes entries of its own; without them a first load is faster.
            dangling: What to do with references that lead nowhere: make them faults, or read them as unknown (a fact
                that cannot be without it is left out).

        Raises:
            PortfolioError: The laws would not hold, or two facts of the batch are the same stored one
                (`DuplicateError`); every fault is listed, and nothing is stored.
            ValidationError: `at` is not an aware datetime, a name is blank, or something is no fact.
        """

    def changes(self, after: str | None = None, *, limit: int = 1_000) -> ChangePage:
        """
        The journal after a cursor: each entry once, in commit order, with no gap even while others write.

        An added fact is one entry with field `"*"`, whose `after` is the fact as a JSON object that
        `Portfolio.from_records` reads; a removed one is the same with `before`. An update is one entry for each field
        that changed, in the order of the fields, both values as text (`alignkit.stores.journal` says how). An update
        that changed nothing has none.

        Args:
            after: The cursor of an earlier page; None starts at the beginning.
            limit: Most entries to give, at least 1.

        Raises:
            ValidationError: `after` is no cursor of this store, or `limit` is below 1.
        """

    def erase(self, contact_id: str, /, *, at: datetime, actor: str | None = None, team: str | None = None) -> None:
        """
        Remove what tells who a person is, from facts and journal alike, and leave that something happened.

        The contact stays under its id, without name, e-mail and external references. Wherever else its name or
        e-mail stands, now or formerly, `"[erased]"` takes its place (see `alignkit.stores.erasure`): in texts of any
        fact and of any entry, and among actors. Facts that change get their next version and an entry without the
        old value. Ids are never rewritten; do not put names in them. A source that still knows the person brings it
        back with the next import: erase it there first. Erasing twice changes nothing.

        Raises:
            NotFoundError: There is no such contact.
            ValidationError: `at` is not an aware datetime.
        """

    def record(self, assessment: Assessment, /) -> None:
        """
        Keep what every subject of an assessment scored.

        A moment and a policy version identify an assessment: recording it again replaces what was kept.
        """

    def history(self, kind: str, id: str, /) -> tuple[RecordedScore, ...]:
        """
        What a subject scored in the recorded assessments, the earliest first, equal moments by policy version.

        Args:
            kind: `"objective"`, `"project"`, `"customer"` or `"portfolio"`.
            id: Of the subject (`"portfolio"` for everything together). It need not be stored any more; one that was
                never recorded has an empty history.

        Raises:
            NotFoundError: There is no such kind of subject.
        """

    def portfolio(self) -> Portfolio:
        """
        Everything that is stored, as one snapshot; the order of facts promises nothing.

        Collections that are not given are unknown. `changes` are the entries of the journal but for those of field
        `"*"`; where they name a customer or project that is gone, that reference reads None. An empty store gives a
        portfolio that knows nothing.
        """

    def close(self) -> None:
        """Let go of what the store opened; what the host handed in stays open. Closing twice is closing once."""
