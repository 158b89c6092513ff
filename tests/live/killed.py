"""
A writer and a watcher that may be killed at any moment; run as programs by `test_killed.py`.

The writer changes one task after another and says so after each commit. The watcher catches up again and again, and
its subscriber appends what it is told to a file.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

import attrs

import alignkit as ak
from alignkit.live.events import AlignmentChanged
from alignkit.live.monitor import Monitor
from alignkit.sql import SqlStore
from alignkit.testing import NOW
from tests.live.policies import far_policy

__all__ = ["TASKS", "facts", "monitored"]

TASKS = 12


def facts() -> list[object]:
    """Three customers with a project each, four tasks in each project, all for one of two objectives."""
    found: list[object] = [ak.Objective(id=f"O-{number}", title="Move") for number in range(2)]
    for number in range(3):
        found.append(ak.Customer(id=f"C-{number}", name=f"Customer {number}"))
        found.append(ak.Project(id=f"P-{number}", name=f"Project {number}", customer_id=f"C-{number}"))
        found.append(ak.Contribution(id=f"K-{number}", project_id=f"P-{number}", objective_id=f"O-{number % 2}"))
    found.extend(
        ak.Task(id=f"T-{number}", title="Pack", project_id=f"P-{number % 3}", objective_id=f"O-{number % 2}")
        for number in range(TASKS)
    )
    return found


def monitored(store: SqlStore, told: Path) -> Monitor:
    """A monitor whose subscriber appends to a file."""

    def keep(event: AlignmentChanged) -> None:
        line = json.dumps([event.key, event.kind, event.id, event.before.score_micro, event.after.score_micro])
        with told.open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    monitor = Monitor(store, far_policy(), name="watcher")
    monitor.subscribe(keep, name="keep")
    return monitor


def write(store: SqlStore, seed: int) -> None:
    """Change tasks for ever; each line of output is the number of journal entries that were promised to last."""
    draw = random.Random(seed)
    while True:
        with store.unit_of_work(actor="ana", team="pmo", at=NOW) as unit:
            for number in draw.sample(range(TASKS), 2):
                task = unit.tasks.get(f"T-{number}")
                unit.tasks.update(attrs.evolve(task, status="done" if task.status != "done" else "todo"))
            unit.commit()
        sys.stdout.write("2\n")
        sys.stdout.flush()


def watch(store: SqlStore, told: Path) -> None:
    """Catch up for ever."""
    monitor = monitored(store, told)
    while True:
        monitor.catch_up(now=NOW)


if __name__ == "__main__":
    role, url, rest, ready = sys.argv[1:]
    opened = SqlStore.open(url, durability="normal")
    Path(ready).touch()
    if role == "write":
        write(opened, int(rest))
    else:
        watch(opened, Path(rest))
