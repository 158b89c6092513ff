"""What both teams' programs share: the moments of the story, the customer they look after, and how to wait."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import TypeVar

import alignkit as ak
from alignkit.sql import SqlStore

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)
FRIDAY = MONDAY + timedelta(days=4, hours=6)
PROJECT = "P-1"
PATIENCE = 60.0

T = TypeVar("T")


def policy() -> ak.Policy:
    """The policy that both teams agreed on: the one that ships."""
    return ak.Policy.default()


def facts() -> ak.Portfolio:
    """A customer, a project that goes well for an objective of theirs, and a status update from last Friday."""
    project = ak.Project(
        id=PROJECT,
        name="New web shop",
        customer_id="C-1",
        status="active",
        health="on_track",
        start_on=date(2026, 1, 5),
        due_on=date(2026, 4, 30),
        baseline_due_on=date(2026, 4, 30),
        progress=0.5,
    )
    objective = ak.Objective(
        id="O-1", title="Half of the orders come in online", start_value=0, current_value=30, target_value=50
    )
    update = ak.Interaction(
        id="I-1",
        kind="status_update",
        direction="outbound",
        team="pmo",
        customer_id="C-1",
        project_id=PROJECT,
        occurred_at=MONDAY - timedelta(days=3),
    )
    return ak.Portfolio(
        customers=[ak.Customer(id="C-1", name="Harbour Foods", stage="active", annual_value=ak.Money(48_000, "EUR"))],
        projects=[project],
        objectives=[objective],
        contributions=[ak.Contribution(id="K-1", project_id=PROJECT, objective_id="O-1")],
        tasks=[ak.Task(id="T-1", title="Checkout", project_id=PROJECT, status="in_progress", due_on=date(2026, 3, 20))],
        interactions=[update],
        contacts=[],
        needs=[],
        check_ins=[],
        opportunities=[],
        duplicates=[],
        changes=[],
    )


def opened(url: str) -> SqlStore:
    """The store of the company; whoever comes first makes the tables."""
    return SqlStore.open(url)


def wait_for(what: str, look: Callable[[], T | None]) -> T:
    """Ask again until there is an answer; a host would wait on its scheduler or message bus instead."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.02)
    raise SystemExit(f"waited {PATIENCE:g} s for {what} in vain")
