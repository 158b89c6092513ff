"""
From the exports of two tools to a report, on the sample company. Put your own folders in place of the sample's.

    python examples/from_hubspot_and_jira.py
"""

from __future__ import annotations

import alignkit as ak
from alignkit import linking, sample
from alignkit.importers import hubspot, jira, merge, objectives
from alignkit.reports import portfolio_report

exports = sample.company()
facts = merge(
    hubspot.read(exports / "hubspot", currency="EUR"),  # HubSpot names no currency here
    jira.read(exports / "jira", zone="UTC"),  # a Jira export does not say in which zone it was made
    objectives.read(exports / "objectives"),
)
facts = linking.apply(linking.link(facts), facts).entities
served = linking.contributions_by(facts["projects"], facts["objectives"], facts["tasks"], known=facts["contributions"])
facts |= {"contributions": served.contributions, "tasks": served.tasks}

portfolio = ak.Portfolio(**facts, dangling="unlink")
policy = ak.Policy.default().with_exchange(ak.Exchange("EUR"))
print(portfolio_report(policy.assess(portfolio, now=sample.NOW)))
