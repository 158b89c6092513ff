"""
The project managers' program: writes what happens in the project, and hears when the customer was told.

    python examples/two_teams/pm.py URL
"""

from __future__ import annotations

import sys
from datetime import date, timedelta

import attrs
from company import FRIDAY, MONDAY, PROJECT, facts, opened, policy, wait_for

from alignkit.live.events import AlignmentChanged
from alignkit.live.monitor import Monitor


def main(url: str) -> None:
    store = opened(url)
    if not store.customers.find(limit=1):
        store.upsert(facts(), actor="paula", team="pmo", at=MONDAY)
    print("PM: the project is in the store", flush=True)
    wait_for("the CRM team's monitor", lambda: store.monitors.load("crm-alerts"))

    with store.unit_of_work(actor="paula", team="pmo", at=MONDAY + timedelta(hours=1)) as work:
        project = work.projects.get(PROJECT)
        work.projects.update(attrs.evolve(project, due_on=date(2026, 5, 28), health="at_risk"))
        work.commit()
    print("PM: the due date moved from 30 April to 28 May", flush=True)

    good_news: list[AlignmentChanged] = []

    def on_change(event: AlignmentChanged) -> None:
        if event.kind == "project" and event.difference > 0 and "crm" in event.teams:
            good_news.append(event)

    monitor = Monitor(store, policy(), name="pm-alerts")
    monitor.subscribe(on_change, name="on_change", team="pmo")

    def told() -> bool:
        monitor.catch_up(now=FRIDAY)
        return bool(good_news)

    monitor.catch_up(now=FRIDAY)
    wait_for("the customer to be told", told)
    event = good_news[0]
    print(f"PM: {event.name} is back, {event.before} -> {event.after}, without a meeting", flush=True)
    store.close()


if __name__ == "__main__":
    main(sys.argv[1])
