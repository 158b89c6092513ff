"""Work that serves no objective."""

from __future__ import annotations

from alignkit.domain import Contribution, Objective, Project, Task
from alignkit.live.sources import fact_of, known, related
from alignkit.portfolio import Portfolio

__all__ = ["orphan_projects", "orphan_tasks"]

_RUNNING = ("active", "on_hold", "planned")


def orphan_projects(facts: Portfolio) -> tuple[Project, ...] | None:
    """Projects that run or are planned and serve no open objective, by id; None when nobody knows."""
    if not {"projects", "contributions", "objectives"} <= facts.given:
        return None
    found = (one for one in known(facts, Project).values() if one.status in _RUNNING and not _serves(facts, one.id))
    return tuple(sorted(found, key=lambda one: one.id))


def orphan_tasks(facts: Portfolio) -> tuple[Task, ...] | None:
    """Open tasks that serve no open objective, neither themselves nor by their project, by id; None when unknown."""
    if not {"tasks", "contributions", "objectives"} <= facts.given:
        return None
    serving: dict[str, bool] = {}
    found = []
    for task in known(facts, Task).values():
        if task.status in ("done", "cancelled") or _is_open(facts, task.objective_id):
            continue
        if task.project_id is not None and task.project_id not in serving:
            serving[task.project_id] = _serves(facts, task.project_id)
        if task.project_id is None or not serving[task.project_id]:
            found.append(task)
    return tuple(sorted(found, key=lambda one: one.id))


def _serves(facts: Portfolio, project_id: str) -> bool:
    return any(_is_open(facts, edge.objective_id) for edge in related(facts, Contribution, "project_id", project_id))


def _is_open(facts: Portfolio, objective_id: str | None) -> bool:
    objective = fact_of(facts, Objective, objective_id)
    return objective is not None and objective.status == "open"
