"""
Units of work: one transaction each, or one savepoint in the host's.

Owns trying again. When the database ends a transaction because it met another one, its writes are made again from
the start in a new one; each of them checks the version it rests on, so nothing is built on what has changed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Final, Self

from sqlalchemy import exc

from alignkit.domain import (
    Change,
    CheckIn,
    Contact,
    Contribution,
    Customer,
    Interaction,
    Need,
    Objective,
    Opportunity,
    Project,
    Task,
)
from alignkit.errors import StoreError
from alignkit.sql.engines import Database, Transaction
from alignkit.sql.faults import ATTEMPTS, is_meeting, translated
from alignkit.sql.lookups import Scope
from alignkit.sql.repository import SqlRepository
from alignkit.sql.work import Work
from alignkit.stores.telling import tell

__all__ = ["SqlUnitOfWork", "pause"]

PAUSE: Final = 0.01

Write = Callable[[Work], Any]


def pause(attempt: int) -> None:
    """Let others finish, longer with each attempt."""
    threading.Event().wait(PAUSE * 2**attempt)


class SqlUnitOfWork:
    """Writes that happen together or not at all; see `alignkit.stores.UnitOfWork`."""

    def __init__(self, database: Database, begin: Callable[[Transaction], Work]) -> None:
        self._database = database
        self._begin = begin
        self._writes: list[Write] = []
        self._transaction: Transaction | None = None
        self._work: Work | None = None
        self._is_over = False
        self.customers = SqlRepository[Customer]("customers", self._look, self._perform)
        self.contacts = SqlRepository[Contact]("contacts", self._look, self._perform)
        self.projects = SqlRepository[Project]("projects", self._look, self._perform)
        self.objectives = SqlRepository[Objective]("objectives", self._look, self._perform)
        self.contributions = SqlRepository[Contribution]("contributions", self._look, self._perform)
        self.check_ins = SqlRepository[CheckIn]("check_ins", self._look, self._perform)
        self.interactions = SqlRepository[Interaction]("interactions", self._look, self._perform)
        self.needs = SqlRepository[Need]("needs", self._look, self._perform)
        self.opportunities = SqlRepository[Opportunity]("opportunities", self._look, self._perform)
        self.tasks = SqlRepository[Task]("tasks", self._look, self._perform)

    def __enter__(self) -> Self:
        if self._transaction is not None or self._is_over:
            raise StoreError("a unit of work is entered once; ask the store for another", operation="unit_of_work")
        self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        self.rollback()

    def told(self, *, changes: Iterable[Change | Need | str], by: Interaction | str) -> Interaction:
        """Store that a touch told a customer of changes or needs; see `alignkit.stores.telling.tell`."""
        return tell(self, changes=changes, by=by)

    def commit(self) -> None:
        """Store everything; see `UnitOfWork.commit`."""
        self._perform("commit", self._finish)
        self._is_over = True

    def rollback(self) -> None:
        """Forget everything."""
        self._is_over = True
        if self._transaction is not None:
            with translated("rollback"):
                self._transaction.rollback()

    def _start(self) -> Work:
        self._transaction = self._database.writing()
        self._work = self._begin(self._transaction)
        return self._work

    def _finish(self, work: Work) -> None:
        assert self._transaction is not None, "writes are made in a transaction"
        if not work.is_empty:
            work.settle(work.lock())
        self._transaction.commit()

    def _open(self, operation: str) -> Work:
        if self._work is None:
            raise StoreError("enter the unit of work by `with` first", operation=operation)
        if self._is_over:
            raise StoreError("the unit of work is over; ask the store for another", operation=operation)
        return self._work

    @contextmanager
    def _look(self, operation: str) -> Iterator[Scope]:
        work = self._open(operation)
        with translated(operation):
            yield work.scope

    def _perform(self, operation: str, write: Write) -> Any:
        """Make one write, from the start again where it met another transaction; an error ends the unit."""
        work = self._open(operation)
        self._writes.append(write)
        try:
            with translated(operation):
                return self._tried(work, write)
        except BaseException:
            self.rollback()
            raise

    def _tried(self, work: Work, write: Write) -> Any:
        assert self._transaction is not None, "writes are made in a transaction"
        for attempt in range(ATTEMPTS):
            try:
                return write(work) if attempt == 0 else self._again()
            except exc.DBAPIError as error:
                if attempt == ATTEMPTS - 1 or not self._transaction.is_ours or not is_meeting(error):
                    raise
                pause(attempt)
        raise AssertionError("the last attempt returns or raises")

    def _again(self) -> Any:
        assert self._transaction is not None, "writes are made in a transaction"
        self._transaction.rollback()
        work = self._start()
        result = None
        for write in self._writes:
            result = write(work)
        return result
