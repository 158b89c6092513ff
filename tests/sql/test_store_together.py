"""Writers that meet: nothing is lost, nothing is told twice, and what was acknowledged stays."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timezone

import attrs
import pytest

from alignkit.domain import Change, Objective, Project
from alignkit.errors import ConflictError
from alignkit.sql import SqlStore

NOW = datetime(2026, 11, 1, tzinfo=timezone.utc)


def together(count: int, work: Callable[[int], None]) -> None:
    """Run the work in threads; the first failure is raised."""
    failures: list[BaseException] = []

    def run(number: int) -> None:
        try:
            work(number)
        except BaseException as failure:  # noqa: BLE001 - told by the thread that waits
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def test_no_update_is_lost(url: str) -> None:
    """Six threads that increment one fact forty times each, again after a conflict, lose none of 240."""
    with SqlStore.open(url, durability="normal") as store:
        store.upsert([Objective(id="O", title="Count", current_value=0.0)], at=NOW)

        def count(_: int) -> None:
            done = 0
            while done < 40:
                try:
                    with store.unit_of_work(at=NOW) as unit:
                        found = unit.objectives.get("O")
                        unit.objectives.update(attrs.evolve(found, current_value=(found.current_value or 0.0) + 1))
                        unit.commit()
                    done += 1
                except ConflictError:
                    continue

        together(6, count)
        stored = store.objectives.get("O")
        assert (stored.current_value, stored.version) == (240.0, 241)


def test_a_reader_misses_no_change(url: str) -> None:
    """A reader beside four writers of 150 changes sees all 600 once, in commit order, each writer's in its order."""
    seen: list[Change] = []
    over = threading.Event()
    with SqlStore.open(url, durability="normal") as store:

        def follow() -> None:
            cursor = None
            while True:
                was_over = over.is_set()
                page = store.changes(cursor, limit=50)
                seen.extend(page.changes)
                cursor = page.cursor
                if was_over and not page.changes:
                    return

        def add(number: int) -> None:
            for write in range(150):
                with store.unit_of_work(at=NOW) as unit:
                    unit.projects.add(Project(id=f"{number}/{write}", name="x"))
                    unit.commit()

        reader = threading.Thread(target=follow)
        reader.start()
        try:
            together(4, add)
        finally:
            over.set()
            reader.join()
        assert seen == list(store.changes(limit=1_000).changes)
    assert len({change.subject_id for change in seen}) == len(seen) == 600
    for number in range(4):
        own = [change.subject_id for change in seen if change.subject_id.startswith(f"{number}/")]
        assert own == [f"{number}/{write}" for write in range(150)]


CHILD = """
import sys
from datetime import datetime, timezone
from alignkit.domain import Project
from alignkit.sql import SqlStore
store = SqlStore.open(sys.argv[1])
batch = 0
while True:
    with store.unit_of_work(at=datetime(2026, 11, 1, tzinfo=timezone.utc)) as unit:
        for number in range(10):
            unit.projects.add(Project(id=f"{batch}/{number}", name="x"))
        unit.commit()
    print(batch, flush=True)
    batch += 1
"""


def test_a_killed_writer_loses_nothing_acknowledged(url: str) -> None:
    """Of a process killed while it writes batches of ten, every batch it told of is there, and none in part."""
    child = subprocess.Popen([sys.executable, "-c", CHILD, url], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    for _ in range(5):
        child.stdout.readline()
    child.send_signal(signal.SIGKILL)
    told = 5 + len(child.stdout.read().splitlines())
    child.wait()
    child.stdout.close()
    with SqlStore.open(url) as store:
        batches: dict[str, int] = {}
        for project in store.projects.find():
            batch = project.id.partition("/")[0]
            batches[batch] = batches.get(batch, 0) + 1
        assert set(batches.values()) == {10}
        assert told <= len(batches) <= told + 1
        assert store.changes(limit=100_000).lag == 0
        assert len(store.changes(limit=100_000).changes) == 10 * len(batches)


def _write_in_child(store: SqlStore, id: str) -> None:
    store.upsert([Project(id=id, name="x")], at=NOW)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_store_survives_a_fork(url: str, engine: str) -> None:
    """A store opened before a fork is used on both sides, each with connections of its own."""
    if engine == "duckdb":
        pytest.skip("DuckDB lets one process write")
    with SqlStore.open(url) as store:
        store.upsert([Project(id="before", name="x")], at=NOW)
        children = [
            multiprocessing.get_context("fork").Process(target=_write_in_child, args=(store, f"child {number}"))
            for number in range(3)
        ]
        for child in children:
            child.start()
        store.upsert([Project(id="parent", name="x")], at=NOW)
        for child in children:
            child.join()
        assert [child.exitcode for child in children] == [0, 0, 0]
        assert [project.id for project in store.projects.find()] == [
            "before",
            "child 0",
            "child 1",
            "child 2",
            "parent",
        ]
