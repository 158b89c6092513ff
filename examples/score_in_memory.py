"""
A handful of facts, scored in memory.

    python examples/score_in_memory.py
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import attrs

import alignkit as ak

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)

customer = ak.Customer(id="C-1", name="Harbour Foods", stage="active", annual_value=ak.Money(48_000, "EUR"))
project = ak.Project(
    id="P-1",
    name="New web shop",
    customer_id=customer.id,
    start_on=date(2026, 1, 5),
    due_on=date(2026, 4, 30),
    progress=0.45,
)
complaint = ak.Need(
    id="N-1",
    title="The checkout is slow on phones",
    kind="complaint",
    severity=4,
    customer_id=customer.id,
    project_id=project.id,
    raised_at=NOW - timedelta(days=10),
)
update = ak.Interaction(
    id="I-1",
    kind="status_update",
    direction="outbound",
    customer_id=customer.id,
    project_id=project.id,
    occurred_at=NOW - timedelta(days=21),
)
portfolio = ak.Portfolio(customers=[customer], projects=[project], needs=[complaint], interactions=[update])

policy = ak.Policy.default()
assessment = policy.assess(portfolio, now=NOW)
one = assessment.of("project", project.id)

print(one.explain())

print("\nWhat would help most:")
for step in one.headroom()[:3]:
    print(f"  {step.gain_points:5.2f} points: {step.action} [{step.team}]")

print("\nAnd if the complaint were settled today?")
settled = attrs.evolve(complaint, status="delivered", resolved_at=NOW)
comparison = policy.what_if(portfolio, changes=[settled], now=NOW)
print(comparison.of("project", project.id).difference, "points for the project")
