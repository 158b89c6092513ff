"""Kill the writer or the watcher at any moment: no change is lost, and none is applied twice."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from alignkit.sql import SqlStore
from alignkit.testing import NOW
from tests.live.killed import facts, monitored
from tests.live.worlds import rows_of, wrong
from tests.sql.conftest import ENGINES, fresh

ROOT = Path(__file__).resolve().parents[2]
KILLS = 6
PATIENCE = 60.0


def program(role: str, url: str, rest: str, ready: Path, output: Any) -> subprocess.Popen[bytes]:
    """One of the two programs, in a process of its own, once it is at work."""
    command = [sys.executable, "-m", "tests.live.killed", role, url, rest, str(ready)]
    running = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.PIPE)
    end = time.monotonic() + PATIENCE
    while not ready.exists() and running.poll() is None and time.monotonic() < end:
        time.sleep(0.01)
    return running


def killed(running: subprocess.Popen[bytes]) -> None:
    """End a process as a power switch would; one that ended by itself had an error."""
    assert running.poll() is None, running.communicate()[1].decode()
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    assert running.stderr is not None
    running.stderr.close()


@pytest.mark.parametrize("engine", [name for name in ("sqlite", "postgresql") if name in ENGINES])
def test_nothing_is_lost_and_nothing_applied_twice(engine: str, tmp_path: Path) -> None:
    """
    After kills at random moments every promised write is in the journal, the monitor stands where a full assessment
    does, and what was told of each subject is one chain: each event begins at the score where the last one ended.
    """
    told, promised = tmp_path / "told.jsonl", tmp_path / "promised.txt"
    draw = random.Random(7)
    with fresh(engine, tmp_path) as url, SqlStore.open(url) as store, promised.open("ab") as output:
        store.upsert(facts(), at=NOW)  # type: ignore[arg-type]
        first = monitored(store, told)
        first.catch_up(now=NOW)
        begun, start = store.changes(limit=100_000), rows_of(first.assessment)

        def run(role: str) -> subprocess.Popen[bytes]:
            number = len(list(tmp_path.glob("ready-*")))
            rest = str(number) if role == "write" else str(told)
            return program(role, url, rest, tmp_path / f"ready-{number}", output if role == "write" else None)

        running = {role: run(role) for role in ("write", "watch")}
        for _ in range(KILLS):
            time.sleep(draw.uniform(0.02, 0.7))
            role = draw.choice(["write", "watch"])
            killed(running[role])
            running[role] = run(role)
        for last in running.values():
            killed(last)
        monitor = monitored(store, told)
        monitor.catch_up(now=NOW)
        written = store.changes(begun.cursor, limit=100_000).changes
        assert sum(map(int, promised.read_text().split())) <= len(written)
        assert wrong(monitor, store, NOW, ("objective", "project", "customer", "portfolio")) == []
        assert len(written) > 20
        finish = rows_of(monitor.assessment)
    chains = _chains(told.read_text(encoding="utf-8").splitlines())
    assert chains
    for (kind, id), links in chains.items():
        score = start[kind][id][0]
        for before, after in links:
            assert (score if score >= 0 else None) == before, (kind, id)
            score = -1 if after is None else after
        assert score == finish[kind][id][0], (kind, id)


def _chains(lines: list[str]) -> dict[tuple[str, str], list[tuple[Any, Any]]]:
    """Scores before and after by subject, in the order of steps; what was told twice counts once, by its key."""
    events = {key: rest for key, *rest in map(json.loads, lines)}
    found: dict[tuple[str, str], list[tuple[Any, Any]]] = {}
    for key in sorted(events, key=lambda key: int(key.split(":")[1])):
        kind, id, before, after = events[key]
        found.setdefault((kind, id), []).append((before, after))
    return found
