"""The objectives on a board: a tree, each with its progress, its score and the projects that serve it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from alignkit.domain import Objective
from alignkit.policy.defaults.signals import attainment
from alignkit.policy.wording import label_of, value_text
from alignkit.reports.board.scene import Scene, as_of, said, tenths

__all__ = ["objective_rows", "objectives_of", "served_by"]


def served_by(scene: Scene) -> dict[str, list[str]]:
    """Ids of the objectives that each project serves."""
    found: dict[str, list[str]] = {}
    for edge in scene.records("contributions").values():
        found.setdefault(edge.project_id, []).append(edge.objective_id)
    return found


def objectives_of(
    scene: Scene, customer: str, projects: Sequence[str], served: Mapping[str, Sequence[str]]
) -> list[str]:
    """Ids of the objectives that are the customer's own, or that its projects serve, in id order."""
    own = {one.id for one in scene.children("objectives", "customer_id", customer)}
    return sorted(own | {id for project in projects for id in served.get(project, ())})


def objective_rows(scene: Scene) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """
    Every objective below its parent, as many as the bounds allow, and the place of each by id.

    Company-wide objectives come first, then those of customers; siblings by id.
    """
    known = scene.records("objectives")
    below: dict[str | None, list[Any]] = {}
    for one in sorted(known.values(), key=lambda one: (one.customer_id is not None, one.id)):
        below.setdefault(one.parent_id if one.parent_id in known else None, []).append(one)
    served: dict[str, int] = {}
    for edge in scene.records("contributions").values():
        served[edge.objective_id] = served.get(edge.objective_id, 0) + 1
    rows: list[dict[str, Any]] = []
    places: dict[str, int] = {}
    waiting = [(one, 0) for one in reversed(below.get(None, []))]
    while waiting and len(rows) < scene.bounds.objectives:
        one, depth = waiting.pop()
        places[one.id] = len(rows)
        row = _objective(scene, as_of(one, scene.now))
        row["depth"], row["projects"], row["below"] = depth, served.get(one.id, 0), len(below.get(one.id, ()))
        if one.parent_id in places:
            row["parent"] = places[one.parent_id]
        rows.append(row)
        waiting += [(child, depth + 1) for child in reversed(below.get(one.id, []))]
    return rows, places


def _objective(scene: Scene, one: Objective) -> dict[str, Any]:
    row: dict[str, Any] = {"title": scene.read("objective", one, "title") or "An objective"}
    for field in ("team", "owner", "due_on", "acknowledged_by", "status"):
        value = scene.read("objective", one, field)
        if value is not None:
            row[field] = label_of(value) if field == "status" else value
    reached = attainment(one) if scene.audience.sees("objective", "current_value") else None  # type: ignore[arg-type]
    if reached is not None:
        row["progress"] = int(min(max(reached, 0.0), 1.0) * 100)
        row["values"] = (
            f"{value_text(one.current_value)} of {value_text(one.target_value)} {said(one.unit or '')}".strip()
        )
    if scene.audience.sees("objective", "acknowledged_at"):
        row["seen"] = int(one.acknowledged_at is not None)
    customer = scene.records("customers").get(one.customer_id or "")
    if customer is not None:
        row["customer"] = scene.read("customer", customer, "name")
    if one.id in scene.assessment.rows.get("objective", {}):
        subject = scene.assessment.of("objective", one.id)
        row["score"], row["band"] = tenths(subject.score_micro), scene.bands[subject.band]
    return row
