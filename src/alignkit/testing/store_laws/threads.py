"""Laws of sharing: what threads write together is neither lost nor told twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import ClassVar

import attrs

from alignkit.domain import Change, Customer, Objective, Project
from alignkit.errors import ConflictError, DuplicateError, NotFoundError, PortfolioError
from alignkit.stores import Store
from alignkit.testing.clock import NOW
from alignkit.testing.store_laws.base import Laws, same

__all__ = ["ThreadLaws"]


class ThreadLaws(Laws):
    """
    Attributes:
        threads: How many write at once.
        writes: How many commits each of them makes.
    """

    threads: ClassVar[int] = 4
    writes: ClassVar[int] = 10

    def test_no_update_is_lost(self) -> None:
        """Threads that count in one fact, each trying again after a conflict, count everything."""
        self.needs("supports_threads")
        with self.opened(Objective(id="O", title="Count", current_value=0.0)) as store:
            start = threading.Barrier(self.threads)
            self._together(lambda _: self._count(store, start))
            stored = store.objectives.get("O")
            total = self.threads * self.writes
            same((stored.current_value, stored.version), (float(total), total + 1), "count and version")

    def test_a_reader_sees_each_change_once(self) -> None:
        """A reader that follows the journal while threads write sees each change once, in commit order, no gap."""
        self.needs("supports_threads")
        self.needs("has_journal")
        seen: list[Change] = []
        with self.opened() as store:
            over = threading.Event()
            reader = threading.Thread(target=self._follow, args=(store, seen, over))
            reader.start()
            try:
                self._together(lambda number: self._add(store, number))
            finally:
                over.set()
                reader.join()
            same(seen, list(store.changes(limit=10_000).changes), "what the reader saw")
        wanted = {f"{number}/{write}" for number in range(self.threads) for write in range(self.writes)}
        same((len(seen), {change.subject_id for change in seen}), (len(wanted), wanted), "changes seen")
        for number in range(self.threads):
            own = [change.subject_id for change in seen if change.subject_id.startswith(f"{number}/")]
            same(own, [f"{number}/{write}" for write in range(self.writes)], "the order of one writer")

    def test_of_many_that_add_one_id_one_succeeds(self) -> None:
        """Of the threads that add a fact of one id exactly one succeeds, and the others get `DuplicateError`."""
        self.needs("supports_threads")
        with self.opened() as store:
            won = [0] * self.threads

            def add(number: int) -> None:
                for write in range(self.writes):
                    with suppress(DuplicateError):
                        self.write(store, Project(id=f"{write}", name=f"{number}"))
                        won[number] += 1

            self._together(add)
            names = [int(project.name) for project in store.projects.find()]
            same([names.count(number) for number in range(self.threads)], won, "how many facts each thread added")
            same(len(names), self.writes, "how many facts are stored")

    def test_laws_hold_whoever_comes_first(self) -> None:
        """While some threads remove what others come to refer to, no reference ever leads nowhere."""
        self.needs("supports_threads")
        customers = [Customer(id=f"{write}", name="x") for write in range(self.writes)]
        with self.opened(*customers) as store:

            def meet(number: int) -> None:
                for write in range(self.writes):
                    with suppress(PortfolioError, ConflictError, NotFoundError), self.unit(store) as unit:
                        if number % 2:
                            unit.customers.remove(f"{write}")
                        else:
                            unit.projects.add(Project(id=f"{number}/{write}", name="x", customer_id=f"{write}"))
                        unit.commit()

            self._together(meet)
            there = {customer.id for customer in store.customers.find()}
            lost = [project.id for project in store.projects.find() if project.customer_id not in there]
            same(lost, [], "projects of customers that are gone")

    def _count(self, store: Store, start: threading.Barrier) -> None:
        found = store.objectives.get("O")
        start.wait()  # all have read the same before anybody writes
        done = 0
        while done < self.writes:
            try:
                with self.unit(store) as unit:
                    unit.objectives.update(attrs.evolve(found, current_value=(found.current_value or 0.0) + 1))
                    unit.commit()
                done += 1
            except ConflictError:
                pass
            found = store.objectives.get("O")

    def _add(self, store: Store, number: int) -> None:
        for write in range(self.writes):
            with store.unit_of_work(at=NOW) as unit:
                unit.projects.add(Project(id=f"{number}/{write}", name="x"))
                unit.commit()

    def _follow(self, store: Store, seen: list[Change], over: threading.Event) -> None:
        cursor: str | None = None
        while True:
            was_over = over.is_set()
            page = store.changes(cursor, limit=7)
            seen += page.changes
            cursor = page.cursor
            if was_over and not page.changes:
                return

    def _together(self, work: Callable[[int], None]) -> None:
        failures: list[BaseException] = []

        def run(number: int) -> None:
            try:
                work(number)
            except BaseException as failure:  # noqa: BLE001 - told by the thread that waits
                failures.append(failure)

        workers = [threading.Thread(target=run, args=(number,)) for number in range(self.threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        if failures:
            raise failures[0]
