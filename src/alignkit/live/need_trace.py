"""
Where a need leads: to the work that answers it and the objective it serves, and where the way breaks off.

A gap is said only where the facts to judge it were given.
"""

from __future__ import annotations

import attrs

from alignkit.domain import Contribution, Need, Objective, Project, Task
from alignkit.live.sources import fact_of, known, related
from alignkit.portfolio import Portfolio

__all__ = ["Trace", "is_open", "trace_of"]

_CLOSED = ("delivered", "declined")


@attrs.frozen
class Trace:
    """
    The way of a need.

    Attributes:
        task_ids: Tasks that answer it, in id order.
        project_id: The project that answers it, or that its task is in.
        objective_ids: Objectives it serves: its own, else its tasks', else those its project serves; in id order.
        gaps: Where the way breaks off, in words; empty when it leads through.
    """

    task_ids: tuple[str, ...]
    project_id: str | None
    objective_ids: tuple[str, ...]
    gaps: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Whether it leads from the need to an objective without a gap."""
        return not self.gaps


def is_open(need: Need) -> bool:
    """Whether it still waits: neither settled, nor delivered or declined."""
    return need.resolved_at is None and need.status not in _CLOSED


def trace_of(facts: Portfolio, need: Need) -> Trace:
    """The way of a need through the facts."""
    tasks = {task.id: task for task in related(facts, Task, "need_id", need.id)}
    own = fact_of(facts, Task, need.task_id)
    if own is not None:
        tasks[own.id] = own
    ordered = [tasks[id] for id in sorted(tasks)]
    project_id = need.project_id or next((task.project_id for task in ordered if task.project_id is not None), None)
    objectives = _objectives(facts, need, ordered, project_id)
    task_ids = tuple(task.id for task in ordered) or ((need.task_id,) if need.task_id else ())
    return Trace(task_ids, project_id, objectives, tuple(_gaps(facts, need, ordered, project_id, objectives)))


def _objectives(facts: Portfolio, need: Need, tasks: list[Task], project_id: str | None) -> tuple[str, ...]:
    if need.objective_id is not None:
        return (need.objective_id,)
    found = {task.objective_id for task in tasks if task.objective_id is not None}
    if not found:
        found = {edge.objective_id for edge in related(facts, Contribution, "project_id", project_id)}
    return tuple(sorted(found))


def _gaps(
    facts: Portfolio, need: Need, tasks: list[Task], project_id: str | None, objective_ids: tuple[str, ...]
) -> list[str]:
    gaps = []
    project = fact_of(facts, Project, project_id)
    if project_id is None and not tasks and need.task_id is None:
        gaps.append("nobody works on it")
    if is_open(need):
        if project is not None and project.status in ("completed", "cancelled"):
            gaps.append(f"its project is {project.status}")
        if tasks and all(task.status in ("done", "cancelled") for task in tasks):
            gaps.append("its tasks are over, and it is still open")
    if not objective_ids:
        gaps.append("no objective")
    objectives = known(facts, Objective)
    closed = [id for id in objective_ids if id in objectives and objectives[id].status != "open"]
    if objective_ids and len(closed) == len(objective_ids) and is_open(need):
        gaps.append("its objective is closed")
    return gaps
