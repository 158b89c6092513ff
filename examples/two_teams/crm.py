"""
The account managers' program: hears what the project managers did, and tells the customer.

    python examples/two_teams/crm.py URL
"""

from __future__ import annotations

import sys
from datetime import datetime, timedelta

from company import FRIDAY, MONDAY, PROJECT, opened, policy, wait_for

import alignkit as ak
from alignkit.live.events import AlignmentChanged
from alignkit.live.monitor import Monitor
from alignkit.sql import SqlStore

FINDING = "changes_are_told"


def send_brief(store: SqlStore, event: AlignmentChanged, at: datetime) -> None:
    """
    Tell the customer, and keep that it was told.

    The hook of this example: make the text here (from `event.changes` and `event.why`), send it by whatever the
    company uses, and store the touch. Its id comes from the event's key, so that a second delivery stores nothing new.
    """
    touch = ak.Interaction(
        id=f"brief:{event.key}",
        kind="status_update",
        direction="outbound",
        team="crm",
        customer_id="C-1",
        project_id=event.id,
        subject=f"News on {event.name}",
        occurred_at=at,
    )
    store.upsert([touch], actor="carl", team="crm", at=at)


def main(url: str) -> None:
    store = opened(url)
    wait_for("the company", lambda: store.projects.find(limit=1))
    drops: list[AlignmentChanged] = []
    monitor = Monitor(store, policy(), name="crm-alerts")
    monitor.subscribe(drops.append, name="drops", team="crm", min_drop=2, kinds=["project"])
    monitor.catch_up(now=MONDAY)

    def heard() -> AlignmentChanged | None:
        monitor.catch_up(now=MONDAY + timedelta(hours=2))
        return drops[0] if drops else None

    event = wait_for("news of the project", heard)
    print(f"CRM: {event.name}: {event.before} -> {event.after}, because of {', '.join(event.teams)}", flush=True)
    for change in event.changes:
        print(f"CRM:   {change.field}: {change.before} -> {change.after}", flush=True)
    for reason in event.why:
        print(f"CRM:   {reason.difference:+.2f} {reason.text}", flush=True)

    wait_for("the PM team's monitor", lambda: store.monitors.load("pm-alerts"))
    monitor.tick(now=FRIDAY)
    waiting = drops[-1]
    ours = next(move for move in waiting.moves if move.team == "crm" and move.rule_id == FINDING)
    print(f"CRM: four days later {waiting.after}; our move: {ours.action}", flush=True)

    send_brief(store, waiting, FRIDAY)
    monitor.catch_up(now=FRIDAY)
    project = monitor.assessment.of("project", PROJECT)
    finding = next(found for found in project.findings if found.rule_id == FINDING)
    print(f"CRM: told; the finding lost {finding.lost:.2f} points now, {project.score:.1f} in all", flush=True)
    store.close()


if __name__ == "__main__":
    main(sys.argv[1])
