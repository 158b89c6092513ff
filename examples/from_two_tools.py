"""
From a customer system and a project tool to an assessment, without a shared key: parties and projects from the XML of
Moqui HiveMind, cards from Trello. Put your own files in place of these.

    python examples/from_two_tools.py
"""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import alignkit as ak
from alignkit import linking
from alignkit.importers import hivemind, merge, trello
from alignkit.reports import portfolio_report

exports = Path(__file__).resolve().parents[1] / "tests" / "data"
crm = hivemind.read(exports / "hivemind", zone="America/Denver")  # Moqui does not say in which zone it writes
pm = trello.read(exports / "payloads" / "trello_export")
facts = merge(crm, pm)
facts = linking.apply(linking.link(facts), facts).entities

portfolio = ak.Portfolio(**facts, dangling="unlink")
policy = ak.Policy.default().with_exchange(ak.Exchange("USD"))
now = datetime(2013, 3, 10, 9, 0, tzinfo=timezone.utc)
print(crm.report.used, "+", pm.report.used, "rows used")
print(portfolio_report(policy.assess(portfolio, now=now)))
