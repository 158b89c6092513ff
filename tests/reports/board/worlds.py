"""What tests of the board look at: the sample company, a world of payloads, and one where every field is marked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

import attrs

import alignkit as ak
from alignkit.domain import COLLECTIONS, REFERENCES, ExternalRef
from alignkit.testing import NOW

__all__ = ["KINDS", "MARKED", "PAYLOAD", "hostile", "hostile_rule", "marked", "world"]

PAYLOAD: Final = (
    "</script><script>alert(1)</script><img src=x onerror=alert(2)><!--<script>{{title}} \"'&amp;\x1b[31m\u202e"
)
KINDS: Final = {cls: kind for kind, cls in zip(("customer", "contact", "project", "objective", "contribution",
    "check_in", "interaction", "need", "opportunity", "task", "change", "duplicate"), COLLECTIONS.values(), strict=True)}  # fmt: skip
MARKED: Final = 7_300_000
"""Amounts of money in the marked world lie above it."""


def world() -> ak.Portfolio:
    """One of everything, for one customer."""
    links: dict[str, Any] = {"customer_id": "C-1", "project_id": "P-1"}
    return ak.Portfolio(
        customers=[
            ak.Customer(
                id="C-1", name="Acme", tier="A", stage="active", owner="Ana", annual_value=ak.Money(90_000, "EUR"),
                domains=("acme.example",), contract_end_on=date(2027, 1, 31), contact_cadence_days=14.0,
            )
        ],
        contacts=[ak.Contact(id="K-1", name="Kim", email="kim@acme.example", customer_id="C-1")],
        projects=[
            ak.Project(
                id="P-1", name="Portal", customer_id="C-1", health="on_track", progress=0.2, owner="Leo", key="POR",
                start_on=NOW.date() - timedelta(days=90), due_on=NOW.date() + timedelta(days=9),
                budget=ak.Money(50_000, "EUR"), spent=ak.Money(40_000, "EUR"), labels=("web",),
            )
        ],
        objectives=[
            ak.Objective(id="O-1", title="Grow", team="company"),
            ak.Objective(
                id="O-2", title="More orders", team="crm", owner="Ole", parent_id="O-1", customer_id="C-1", unit="orders",
                start_value=0.0, current_value=4.0, target_value=10.0, acknowledged_by="pmo", cycle="2026-Q1",
            ),
        ],
        contributions=[ak.Contribution(project_id="P-1", objective_id="O-2")],
        check_ins=[ak.CheckIn(id="H-1", objective_id="O-2", occurred_at=NOW - timedelta(days=20), value=4.0, team="crm")],
        interactions=[
            ak.Interaction(
                id="I-1", occurred_at=NOW - timedelta(days=30), kind="status_update", direction="outbound",
                subject="Hello", team="pmo", **links,
            )
        ],
        needs=[
            ak.Need(id="N-1", title="Faster search", raised_at=NOW - timedelta(days=40), severity=4, group="search", **links),
            ak.Need(
                id="N-2", title="A dark theme", kind="promise", status="delivered", raised_at=NOW - timedelta(days=60),
                resolved_at=NOW - timedelta(days=2), due_on=NOW.date() - timedelta(days=3), **links,
            ),
        ],
        opportunities=[ak.Opportunity(id="S-1", name="Phase two", customer_id="C-1", amount=ak.Money(20_000, "EUR"))],
        tasks=[ak.Task(id="T-1", title="Index", project_id="P-1", assignee="Tom", team="pmo", due_on=NOW.date() - timedelta(days=4))],
        changes=[
            ak.Change(
                id="X-1", kind="project", subject_id="P-1", field="due_on", before="2026-01-01", after="2026-02-01",
                occurred_at=NOW - timedelta(days=5), actor="Zoe", team="pmo", **links,
            )
        ],
        duplicates=[ak.Duplicate(id="D-1", kind="task", left_id="T-1", right_id="T-1", customer_id="C-1", hours=3.0)],
    )  # fmt: skip


def _with_texts(facts: ak.Portfolio, text: Callable[[str, str], str], kept: Iterable[str] = ()) -> Any:
    """The facts with every text of theirs replaced, but for ids, references and the fields to keep."""
    made: dict[str, list[Any]] = {}
    for name, cls in COLLECTIONS.items():
        kind = KINDS[cls]
        fixed = {"id", "subject_id", "left_id", "right_id", *REFERENCES[name], *kept}
        fields = [field.name for field in attrs.fields(cls) if field.name not in fixed]
        made[name] = []
        for record in facts.records(name).values():
            texts: dict[str, Any] = {}
            for field in fields:
                value = getattr(record, field)
                if isinstance(value, str):
                    texts[field] = text(kind, field)
                elif isinstance(value, ak.Money):
                    texts[field] = ak.Money(Decimal(MARKED + len(kind) * 1_000 + len(field)), "EUR")
                elif field == "custom":
                    texts[field] = {"remark": text(kind, "remark")}
                elif field in ("labels", "domains"):
                    texts[field] = (text(kind, field),)
                elif field == "external_refs":
                    texts[field] = (ExternalRef(system=text(kind, "system"), kind="x", key=text(kind, "key")),)
            made[name].append(attrs.evolve(record, **texts))
    return made


def marked() -> ak.Portfolio:
    """A world in which every text says of which field it is: `mark.customer.owner.`; words of rules stay as they are."""
    kept = ("status", "stage", "kind", "direction", "health", "field", "survey")
    return ak.Portfolio(**_with_texts(world(), lambda kind, field: f"mark.{kind}.{field}.", kept))


def _renamed(id: str | None) -> str | None:
    return None if id is None else f"{id}{PAYLOAD}"


def hostile() -> ak.Portfolio:
    """A world in which every text, ids too, is a payload."""
    kept = ("status", "stage", "direction", "kind", "field")
    facts = _with_texts(world(), lambda kind, field: PAYLOAD, kept)
    for name, records in facts.items():
        ids = ["id", "subject_id", "left_id", "right_id", *REFERENCES[name]]
        for place, record in enumerate(records):
            fields = {id: _renamed(getattr(record, id)) for id in ids if hasattr(record, id)}
            records[place] = attrs.evolve(record, **fields)
    return ak.Portfolio(**facts)


@ak.rule(dimension="visibility", weight=9, message=PAYLOAD.replace("{{title}}", "{who}"), action=PAYLOAD, team=PAYLOAD)
def hostile_rule(customer: ak.CustomerView, *, most: float = 9) -> ak.Score:
    """Loses all points, with a text of the facts as evidence."""
    who = customer.owner
    return 0.0 if who is not None else ak.clamp(most)
