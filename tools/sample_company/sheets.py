"""The objectives side: three tables that no tool exports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from sample_company.aims import EDGES, OBJECTIVES, ObjectiveSpec
from sample_company.chance import NOW, Chance, ago, at_work
from sample_company.stories import CUSTOMERS
from sample_company.tables import rows

__all__ = ["check_in_rows", "contribution_rows", "objective_rows"]

NOTES: Final = ("", "", "", "As planned.", "Counted by hand.", "Client confirms the figure.", "Slower than hoped.")


def _moment_text(days: float, chance: Chance) -> str:
    return at_work((NOW - timedelta(days=days)).date(), chance).strftime("%Y-%m-%dT%H:%M:%SZ")


def _objective(spec: ObjectiveSpec) -> Sequence[str]:
    customer = next((found for found in CUSTOMERS if found.key == spec.customer), None)
    team, _, days = spec.acknowledged.partition("@")
    at = ago(int(days), hour=13, minute=15).strftime("%Y-%m-%dT%H:%M:%SZ") if days else ""
    return (
        spec.id, spec.title, spec.team, spec.owner, customer.name if customer else "",
        customer.company_id if customer else "", spec.parent, spec.cycle, spec.kind, spec.status, spec.unit,
        spec.start_value, spec.current, spec.target, spec.weight, spec.confidence, spec.start, spec.due,
        team, at, str(spec.check_in_days), "",
    )  # fmt: skip


def objective_rows() -> list[Sequence[str]]:
    """Header and rows of the objectives."""
    header = rows(
        "Objective ID|Title|Team|Owner|Customer|HubSpot company id|Parent ID|Cycle|Kind|Status|Unit|Start value|"
        "Current value|Target value|Weight|Confidence|Start|Due|Acknowledged by|Acknowledged at|Check-in days|Labels"
    )
    return [*header, *(_objective(spec) for spec in OBJECTIVES)]


def contribution_rows() -> list[Sequence[str]]:
    """Header and rows of the edges; one names a project that does not exist."""
    return [("Project key", "Objective ID", "Kind", "Weight"), *EDGES, ("XXL", "O-19", "contribute", "1")]


def _check_ins(spec: ObjectiveSpec) -> Iterator[Sequence[str]]:
    chance = Chance("check-in", spec.id)
    for number in range(spec.check_ins - 1, -1, -1):
        part = 1 - number / max(1, spec.check_ins)
        value = ""
        if spec.start_value and spec.current:
            start, now = float(spec.start_value), float(spec.current)
            value = f"{round(start + (now - start) * part, 1):g}" if number else spec.current
        confidence = ""
        if spec.confidence:
            drift = number * (0.03 if float(spec.confidence) < 0.6 else -0.02)
            confidence = f"{min(0.95, max(0.1, float(spec.confidence) + drift)):.2f}" if number else spec.confidence
        moment = _moment_text(spec.last_check_in + number * spec.check_in_days, chance)
        yield spec.id, moment, value, confidence, spec.team, chance.pick(NOTES)


def check_in_rows() -> list[Sequence[str]]:
    """Header and rows of the check-ins; one value is not a number."""
    body = [row for spec in OBJECTIVES for row in _check_ins(spec)]
    at = _moment_text(58, Chance("check-in", "unreadable"))
    body.append(("O-12", at, "n/k", "", "crm", "Nobody counted."))
    return [("Objective ID", "Moment", "Value", "Confidence", "Team", "Note"), *body]
