"""Writers that are killed at random points, several times on each engine: nothing told is lost, nothing is torn."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from alignkit.sql import SqlStore

ROUNDS = 4
SERVER = """
import os, sys
from datetime import datetime, timezone
import attrs
from alignkit.domain import Customer, Project
from alignkit.sql import SqlStore
import duckdb, duckdb_engine, psycopg, pymysql
NOW = datetime(2026, 11, 1, tzinfo=timezone.utc)

def write(url, number):
    store = SqlStore.open(url)
    batch = 0
    while True:
        name = f"{number}/{batch}"
        with store.unit_of_work(at=NOW) as unit:
            unit.customers.add(Customer(id=name, name=name))
            for place in range(5):
                unit.projects.add(Project(id=f"{name}/{place}", name="x", customer_id=name))
            unit.commit()
        print("added", name, flush=True)
        facts = [attrs.evolve(store.projects.get(f"{name}/{place}"), progress=0.5) for place in range(5)]
        store.upsert(facts, at=NOW)
        print("updated", name, flush=True)
        batch += 1

for line in sys.stdin:
    child = os.fork()
    if child == 0:
        write(sys.argv[1], line.strip())
    print("child", child, flush=True)
    os.waitpid(child, 0)
    print("over", flush=True)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_killed_writers_lose_nothing_acknowledged(url: str, engine: str) -> None:
    """After each kill every batch told of is whole, no other one is in part, and the journal tells of both alike."""
    if engine == "duckdb":
        pytest.importorskip("duckdb_engine")
    chance = random.Random(20_261_101)
    told: list[tuple[str, str]] = []
    with subprocess.Popen([sys.executable, "-c", SERVER, url], stdin=-1, stdout=-1, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        for number in range(ROUNDS):
            server.stdin.write(f"{number}\n")
            server.stdin.flush()
            words = server.stdout.readline().split()
            while words[0] != "child":
                told.append((words[0], words[1]))
                words = server.stdout.readline().split()
            child = int(words[1])
            told.append(tuple(server.stdout.readline().split()))  # type: ignore[arg-type]
            time.sleep(chance.uniform(0, 0.15))
            os.kill(child, signal.SIGKILL)
            while (words := server.stdout.readline().split())[0] != "over":
                told.append((words[0], words[1]))
            check(url, told)
        server.stdin.close()
    assert len(told) >= ROUNDS


def check(url: str, told: list[tuple[str, str]]) -> None:
    """Compare what is stored with what was told."""
    with SqlStore.open(url) as store:
        customers = {customer.id for customer in store.customers.find()}
        batches: dict[str, list[tuple[float | None, int]]] = {}
        for project in store.projects.find():
            batches.setdefault(str(project.customer_id), []).append((project.progress, project.version))
        page = store.changes(limit=1_000_000)
    assert set(batches) == customers
    assert all(len(batch) == 5 and len(set(batch)) == 1 for batch in batches.values())
    assert {name for _, name in told} <= customers
    updated = {name for name, batch in batches.items() if batch[0][1] == 2}
    assert {name for word, name in told if word == "updated"} <= updated
    assert (page.lag, len(page.changes)) == (0, 6 * len(customers) + 5 * len(updated))
