"""The store on a database, as its users hold it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Engine, Select, exc
from sqlalchemy.engine import URL

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
from alignkit.policy.assessment import Assessment
from alignkit.policy.policy import Policy
from alignkit.policy.question import Answer, Question
from alignkit.policy.stream import add_opaque, opaque_rules
from alignkit.portfolio import Portfolio
from alignkit.portfolio.laws import Dangling
from alignkit.sql import erase, history, schema
from alignkit.sql.actions import SqlActionLog, SqlOverrideLog
from alignkit.sql.cursors import SqlMonitors
from alignkit.sql.decisions import SqlDecisionLog
from alignkit.sql.engines import Database, Durability, Transaction
from alignkit.sql.faults import ATTEMPTS, is_duplicate, is_meeting, translated
from alignkit.sql.journal import Journal
from alignkit.sql.judge import Judged, judge, judged_rows
from alignkit.sql.lookups import Scope
from alignkit.sql.nearby import Nearby, nearby
from alignkit.sql.plain import plain_select
from alignkit.sql.repository import SqlReader
from alignkit.sql.runs import SqlRuns
from alignkit.sql.schema import Migrate
from alignkit.sql.snapshot import snapshot
from alignkit.sql.tenants import checked_tenant, enter
from alignkit.sql.unit_of_work import SqlUnitOfWork, pause
from alignkit.sql.upsert import upsert
from alignkit.sql.work import Work
from alignkit.stores import ChangePage, RecordedScore, Upserted
from alignkit.stores.batches import batch_of
from alignkit.stores.journal import Stamp
from alignkit.stores.past import Past, as_of

__all__ = ["SqlStore"]

R = TypeVar("R")


class SqlStore:
    """
    Facts in a database, with their journal; see `alignkit.stores.Store` for every promise.

    Made by `open`. Threads may share it, and it may be carried over a fork. Use it by `with`, or `close` it.
    """

    def __init__(self, database: Database, facts: Mapping[str, str], tenant: str | None) -> None:
        self._database = database
        self._name = tenant
        self._tenant = tenant or ""
        self._journal = Journal(facts["store"], self._tenant, database.dialect)
        self.customers = SqlReader[Customer]("customers", self._look)
        self.contacts = SqlReader[Contact]("contacts", self._look)
        self.projects = SqlReader[Project]("projects", self._look)
        self.objectives = SqlReader[Objective]("objectives", self._look)
        self.contributions = SqlReader[Contribution]("contributions", self._look)
        self.check_ins = SqlReader[CheckIn]("check_ins", self._look)
        self.interactions = SqlReader[Interaction]("interactions", self._look)
        self.needs = SqlReader[Need]("needs", self._look)
        self.opportunities = SqlReader[Opportunity]("opportunities", self._look)
        self.tasks = SqlReader[Task]("tasks", self._look)
        self.link_decisions = SqlDecisionLog(self._look, self._whole, lambda made: self._scope(made.connection))
        self.overrides = SqlOverrideLog(
            self._look, self._whole, lambda made: self._scope(made.connection), self._journal
        )
        self.actions = SqlActionLog(self._look, self._whole, lambda made: self._scope(made.connection), self._journal)
        self.monitors = SqlMonitors(self._look, self._whole, lambda made: self._scope(made.connection), self._journal)
        self.runs = SqlRuns(self._look, self._whole, self._work)

    @classmethod
    def open(
        cls,
        where: str | URL | Engine | Connection,
        *,
        tenant: str | None = None,
        migrate: Migrate = "empty-only",
        durability: Durability = "full",
    ) -> Self:
        """
        Open a store.

        Args:
            where: A URL such as `"sqlite:///company.db"`, `"postgresql+psycopg://..."`, `"mysql+pymysql://..."`
                (MariaDB) or `"duckdb:///company.duckdb"`; or the host's own engine or connection. On a connection
                with a transaction of the host's, units of work are savepoints, and making them last is the host's.
            tenant: Whose facts; nothing of other tenants can be read, written or counted. None in a database that
                is one company's. The first to open a database decides which of both it is.
            migrate: `"never"` changes no tables, `"empty-only"` makes them where there are none, `"auto"` brings
                those of an earlier release up to date too (extra `migrate`).
            durability: On SQLite, `"full"` makes a commit outlive a power failure; `"normal"` is faster, and then a
                power failure may take the newest commits, though never a part of one.

        Raises:
            SchemaError: The tables are missing, another release's, or somebody else's; the message says what to do.
            TenantError: A tenant is missing, or one too many.
            StoreUnavailableError: The database is out of reach.
            MissingExtraError: The driver, or for `"auto"` Alembic, is not installed.
        """
        checked = checked_tenant(tenant)
        database = Database(where, durability=durability)
        try:
            facts = schema.opened(database, migrate, checked)
            store = cls(database, facts, checked)
            store._ready()
        except BaseException:
            database.close()
            raise
        return store

    def _ready(self) -> None:
        """Make the tenant's counter, once."""
        with self._look("open") as scope:
            if self._journal.is_ready(scope.connection):
                return

        def begin(transaction: Transaction) -> None:
            self._journal.begin(self._scope(transaction.connection).connection)

        self._whole("open", begin)

    # Reading

    @contextmanager
    def _look(self, operation: str) -> Iterator[Scope]:
        with self._database.reading() as connection, translated(operation):
            yield self._scope(connection)

    def _scope(self, connection: Connection) -> Scope:
        enter(connection, self._name)
        return Scope(connection, self._tenant)

    @property
    def given(self) -> frozenset[str]:
        """Names of the collections that are known, empty ones too."""
        with self._look("given") as scope:
            return frozenset(scope.given())

    def portfolio(self) -> Portfolio:
        """Everything that is stored, as one snapshot; see `Store.portfolio`."""
        with self._look("portfolio") as scope:
            return snapshot(scope)

    def as_of(self, moment: datetime, /) -> Portfolio:
        """The facts as they were known at a moment, in memory; see `alignkit.stores.past.as_of`."""
        return as_of(self, moment)

    def past(self) -> Past:
        """The facts and the way that led there, to go back to many moments; see `alignkit.stores.past.Past`."""
        return Past.of(self)

    @property
    def engine(self) -> str:
        """SQLAlchemy's name of the engine, such as `"sqlite"`."""
        return self._database.dialect

    judges_opaque = True
    """Rules that only run natively are run here too, over a few subjects at a time."""

    def judge(self, question: Question, /) -> Answer:
        """Judge every subject in the database, on one snapshot; see `alignkit.policy.question.JudgesItself`."""
        with self._look("judge") as scope:
            rows = judge(scope, question)
            if opaque_rules(question.plan):
                add_opaque(question, self._nearby(scope, one_currency=False), rows)
            return Answer(rows, self.portfolio)

    def judged(self, question: Question, /) -> Iterator[Judged]:
        """Judge every subject in the database and hand each out while they are found, on one snapshot."""
        with self._look("judge") as scope:
            yield from judged_rows(scope, question)

    @contextmanager
    def by_key(self, *, one_currency: bool, customers: Sequence[str] = ()) -> Iterator[Nearby]:
        """Facts that are read when they are looked at; see `alignkit.policy.question.ReadsByKey`."""
        with self._look("judge") as scope:
            near = self._nearby(scope, one_currency=one_currency, customers=customers)
            try:
                yield near
            finally:
                near.scope = None

    def _nearby(self, scope: Scope, *, one_currency: bool, customers: Sequence[str] = ()) -> Nearby:
        return nearby(scope, partial(self._look, "judge"), one_currency=one_currency, customers=customers)

    def statement(self, policy: Policy, kind: str, /, *, now: datetime) -> Select[Any]:
        """
        The select that judges the subjects of a kind, to filter, page or look at.

        Args:
            policy: Without opaque rules.
            kind: `"objective"`, `"project"`, `"customer"` or `"portfolio"`.
            now: An aware moment.

        Returns:
            A SQLAlchemy select of `id`, `score` (0..100; NULL for none), `coverage` (0..1), `band`, and a column for
            each rule and gate of the kind, named by its id: 0..1,000,000, -1 not applicable, -2 no data, -3 error.

        Raises:
            NotFoundError: No such kind, or its collection is not known here.
            PolicyError: Amounts are in several currencies and the policy has no exchange.
            StoreError: The engine runs a policy stage by stage (MariaDB), so that there is no one statement.
            UnsupportedExpressionError: The policy has opaque rules; or, on SQLite, amounts must be exchanged.
        """
        with self._look("statement") as scope:
            return plain_select(scope, policy.question(now), kind)

    def changes(self, after: str | None = None, *, limit: int = 1_000) -> ChangePage:
        """The journal after a cursor; see `Store.changes`."""
        with self._look("changes") as scope:
            return self._journal.page(scope.connection, after, limit)

    def is_writing(self) -> bool:
        """
        Whether a write is under way whose journal entries `changes` cannot show yet, because it has not committed.

        Writers wait for it, one after another, so a reader that has caught up (`lag` 0) while this stays True is behind
        a long transaction: an upsert, a unit of work that commits, or a host's transaction that holds one of them. On
        PostgreSQL and MariaDB it is about this tenant; SQLite and DuckDB let one transaction at a time write in the
        whole database, and so it is about all of it (in memory, SQLite answers False: it waits until it is alone).
        """
        return self._database.is_locked(self._journal.row)

    def history(self, kind: str, id: str, /) -> tuple[RecordedScore, ...]:
        """What a subject scored, the earliest first; see `Store.history`."""
        with self._look("history") as scope:
            return history.history(scope, kind, id)

    # Writing

    def unit_of_work(self, *, actor: str | None = None, team: str | None = None, at: datetime) -> SqlUnitOfWork:
        """A unit of work, to be entered by `with`; see `Store.unit_of_work`."""
        stamp = Stamp(at, actor, team)
        return SqlUnitOfWork(self._database, lambda transaction: self._work(transaction, stamp))

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
        batch = batch_of(facts)
        return self._whole(
            "upsert",
            lambda transaction: upsert(self._work(transaction, stamp if journal else None), batch, dangling),
        )

    def erase(self, contact_id: str, /, *, at: datetime, actor: str | None = None, team: str | None = None) -> None:
        """Remove what tells who a person is; see `Store.erase`."""
        stamp = Stamp(at, actor, team)
        self._whole("erase", lambda transaction: erase.erase(self._work(transaction, stamp), contact_id))

    def record(self, assessment: Assessment, /) -> None:
        """Keep what every subject of an assessment scored; see `Store.record`."""
        self._whole("record", lambda transaction: history.record(self._scope(transaction.connection), assessment))

    def _work(self, transaction: Transaction, stamp: Stamp | None) -> Work:
        return Work(self._scope(transaction.connection), self._journal, stamp)

    def _whole(self, operation: str, run: Callable[[Transaction], R]) -> R:
        """Run a transaction of which everything is known, again where it met another one."""
        for attempt in range(ATTEMPTS):
            transaction = self._database.writing()
            try:
                with translated(operation):
                    result = run(transaction)
                    transaction.commit()
                    return result
            except BaseException as error:
                with translated(operation):
                    transaction.rollback()
                met = error.__cause__ if isinstance(error.__cause__, exc.DBAPIError) else None
                may_pass = met is not None and (is_meeting(met) or is_duplicate(met))
                if attempt == ATTEMPTS - 1 or not transaction.is_ours or not may_pass:
                    raise
            pause(attempt)
        raise AssertionError("the last attempt returns or raises")

    # The store itself

    def close(self) -> None:
        """Let go of what the store opened; what the host handed in stays open."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        tenant = f", tenant {self._name!r}" if self._name is not None else ""
        return f"<SqlStore: {self._database}{tenant}>"
