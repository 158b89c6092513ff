"""
The nightly run: read what the tools exported, keep it, judge it, and print what changed since last time.

    python examples/scheduled_job/nightly.py URL EXPORTS STATE [MOMENT]

URL is the database, EXPORTS a folder with `hubspot`, `jira` and `objectives` in it, STATE the file that keeps the last
assessment. Without a MOMENT it judges now. Running it twice is harmless: the same exports change nothing. A run that is
killed is simply started again: facts are stored all at once, and STATE is replaced only when everything is done.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import alignkit as ak
from alignkit import linking
from alignkit.importers import hubspot, jira, merge, objectives
from alignkit.reports import portfolio_report
from alignkit.sql import SqlStore

MOST_TOLD = 10


def policy() -> ak.Policy:
    """What the company judges by."""
    return ak.Policy.default().with_exchange(ak.Exchange("EUR"))


def read(exports: Path) -> ak.Portfolio:
    """The exports as one set of facts, the customers of both tools linked."""
    imports = [
        hubspot.read(exports / "hubspot", currency="EUR"),
        jira.read(exports / "jira", zone="UTC"),
        objectives.read(exports / "objectives"),
    ]
    for found in imports:
        for issue in found.report.errors:
            print(f"not used: {issue}", file=sys.stderr)
    merged = merge(*imports)
    facts: dict[str, Any] = {**linking.apply(linking.link(merged), merged).entities}
    served = linking.contributions_by(
        facts["projects"], facts["objectives"], facts["tasks"], known=facts["contributions"]
    )
    facts |= {"contributions": served.contributions, "tasks": served.tasks}
    return ak.Portfolio(**facts, dangling="unlink")


def last_of(state: Path) -> ak.Assessment | None:
    """The assessment of the last run; None before the first."""
    return ak.Assessment.from_json(state.read_text(encoding="ascii")) if state.exists() else None


def told(last: ak.Assessment | None, assessment: ak.Assessment) -> str:
    """What changed since the last run, and why."""
    if last is None:
        return "The first run: nothing to compare with."
    comparison = ak.compare(last, assessment)
    if not comparison:
        return f"Nothing changed since {last.now:%Y-%m-%d %H:%M}."
    return f"Since {last.now:%Y-%m-%d %H:%M}:\n{comparison.text(most=MOST_TOLD)}"


def main(arguments: Sequence[str]) -> int:
    """Do the run and give the exit code: 0, or 2 for a wrong call."""
    if len(arguments) not in (3, 4):
        print(__doc__, file=sys.stderr)
        return 2
    url, exports, state = arguments[0], Path(arguments[1]), Path(arguments[2])
    now = datetime.fromisoformat(arguments[3]) if len(arguments) == 4 else datetime.now(timezone.utc)
    portfolio = read(exports)
    with SqlStore.open(url) as store:
        kept = store.upsert(portfolio, actor="nightly", at=now)
        print(f"{kept.added} added, {kept.updated} updated, {kept.unchanged} unchanged")
        assessment = policy().assess(store, now=now)
        store.record(assessment)
        print(f"\n{told(last_of(state), assessment)}\n\n{portfolio_report(assessment, customers=3)}")
        keep(assessment, state)
    return 0


def keep(assessment: ak.Assessment, state: Path) -> None:
    """Put the assessment in the place of the last one, whole or not at all."""
    written = state.with_suffix(".new")
    written.write_text(assessment.to_json(), encoding="ascii")
    written.replace(state)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
