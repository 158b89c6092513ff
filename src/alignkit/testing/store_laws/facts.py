"""The facts that the laws of stores are tried on: one of every kind, linked, with awkward values."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from alignkit.domain import (
    CheckIn,
    Contact,
    Contribution,
    Customer,
    Entity,
    ExternalRef,
    Interaction,
    Money,
    Need,
    Objective,
    Opportunity,
    Project,
    Task,
)
from alignkit.testing.clock import NOW

__all__ = ["ACME", "ALL", "APOLLO", "CALL", "JANE", "ref"]


def ref(key: str, system: str = "hubspot") -> ExternalRef:
    """An identity in another system."""
    return ExternalRef(system, "record", key)


ACME: Final = Customer(
    id="C-1",
    name="Acme Größe \U0001f680 'quoted' \\ %_",
    tier="A",
    stage="active",
    annual_value=Money("123456789.01", "EUR"),
    domains=("acme.example", "b"),
    contract_end_on=date(2026, 12, 31),
    contact_cadence_days=14.0,
    external_refs=(ref("7"), ref("8", "jira")),
)
JANE: Final = Contact(
    id="K-1", name="Jane Doe", email="jane@acme.example", customer_id="C-1", external_refs=(ref("70"),)
)
APOLLO: Final = Project(
    id="P-1",
    name="Apollo",
    customer_id="C-1",
    health="at_risk",
    start_on=date(2024, 2, 29),
    due_on=date(2026, 6, 30),
    progress=0.1 + 0.2,
    budget=Money(Decimal("0.10"), "EUR"),
    spent=Money("-1000000000000", "EUR"),
    labels=("a,b", 'c"d', "\u00e9"),
)
CALL: Final = Interaction(
    id="I-1",
    occurred_at=NOW - timedelta(days=1, microseconds=1),
    kind="call",
    direction="inbound",
    customer_id="C-1",
    contact_id="K-1",
    project_id="P-1",
    objective_id="O-1",
    need_id="N-1",
    subject="Re: what Jane Doe wants\n(see jane@acme.example)",
    needs_answer=True,
    satisfaction=4.0,
    scale_low=1.0,
    scale_high=5.0,
    sentiment=-1.0,
    told=("N-1",),
)
ALL: Final[tuple[Entity, ...]] = (
    ACME,
    JANE,
    APOLLO,
    Objective(id="O-0", title="Grow", acknowledged_by="pmo", acknowledged_at=NOW),
    Objective(
        id="O-1",
        title="Keep them",
        kind="increase",
        customer_id="C-1",
        parent_id="O-0",
        target_value=1e12,
        weight=0.001,
    ),
    Contribution(project_id="P-1", objective_id="O-1", weight=2.5),
    CheckIn(id="V-1", objective_id="O-1", occurred_at=NOW, value=-1e-9, confidence=1.0),
    CALL,
    Need(id="N-1", title="Faster answers", customer_id="C-1", task_id="T-1", severity=5, importance=1, raised_at=NOW),
    Opportunity(id="D-1", name="More", customer_id="C-1", amount=Money("0", "EUR"), opened_at=NOW, project_id="P-1"),
    Task(
        id="T-1", title="Answer", project_id="P-1", need_id="N-1", is_milestone=True, created_at=NOW, effort_hours=0.5
    ),
    Task(id="T-2", title="Ask Jane Doe", project_id="P-1", parent_id="T-1", assignee="jane doe"),
)
"""One fact of every kind and more; `N-1` and `T-1` name each other."""
