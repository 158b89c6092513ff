"""How one objective stands: progress, acknowledgement, check-ins, and who works on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal, cast

import attrs

from alignkit.domain import CheckIn, Contribution, Interaction, Need, Objective, Project, Task
from alignkit.live.sources import known, related, start_of
from alignkit.policy.defaults.signals import attainment, objective_elapsed
from alignkit.policy.views import ObjectiveView
from alignkit.portfolio import Portfolio

__all__ = ["Acknowledgement", "ObjectiveStanding", "standing_of"]

Acknowledgement = Literal["acknowledged", "own team", "open"]
"""The other team has seen it; only its own team said so; nobody did."""

_DAY: Final = 86_400.0


@attrs.frozen
class ObjectiveStanding:
    """
    How an objective stands.

    Attributes:
        objective: The objective, with the value and confidence of its last check-in where it has none of its own.
        depth: How many objectives it is part of, one within the other.
        progress: How much of the way from start to target is behind, 0..1, by its kind; None when values are missing.
        expected: The share of its time that is over, 0..1; None without both days.
        acknowledgement: Whether the other team has seen it.
        checked_at: When it was last looked at; None when never.
        check_in_days_late: Days since the next check-in was due, negative before; None when nothing says since when.
        contributing: Ids of active projects that move it.
        supporting: Ids of active projects that support those, and of planned ones.
        is_staffed: Whether an active project or an open task works on it, or on one below it; None when unknown.
        is_shared: Whether both teams have something on it: a project or milestone, and a need or touch.
        cascade_progress: Progress of the objectives below it, by their weights, 0..1; None without any.
        child_ids: The objectives that are part of it.
    """

    objective: Objective
    depth: int
    progress: float | None
    expected: float | None
    acknowledgement: Acknowledgement
    checked_at: datetime | None
    check_in_days_late: float | None
    contributing: tuple[str, ...]
    supporting: tuple[str, ...]
    is_staffed: bool | None
    is_shared: bool
    cascade_progress: float | None = None
    child_ids: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Id of the objective."""
        return self.objective.id

    @property
    def is_open(self) -> bool:
        """Whether it is pursued."""
        return self.objective.status == "open"

    @property
    def progress_or_cascade(self) -> float | None:
        """Its own progress; that of the objectives below it where it has none."""
        return self.progress if self.progress is not None else self.cascade_progress


def standing_of(
    facts: Portfolio, objective: Objective, depth: int, now: datetime, usual_cadence: float
) -> ObjectiveStanding:
    """How an objective stands at a moment, seen alone."""
    checks = [one for one in related(facts, CheckIn, "objective_id", objective.id) if one.occurred_at <= now]
    last = max(checks, key=lambda one: (one.occurred_at, one.id), default=None)
    objective = _filled(objective, last)
    view = cast(ObjectiveView, objective)  # a fact has the fields that these two signals read
    edges = related(facts, Contribution, "objective_id", objective.id)
    contributing = _serving(facts, edges, "contribute", ("active",))
    near = {
        *_serving(facts, edges, "support", ("active", "planned")),
        *_serving(facts, edges, "contribute", ("planned",)),
    }
    tasks = related(facts, Task, "objective_id", objective.id)
    return ObjectiveStanding(
        objective=objective,
        depth=depth,
        progress=attainment(view),
        expected=objective_elapsed(view, now.date()),
        acknowledgement=_acknowledgement(objective, now),
        checked_at=None if last is None else last.occurred_at,
        check_in_days_late=_days_late(objective, last, now, usual_cadence),
        contributing=contributing,
        supporting=tuple(sorted(near)),
        is_staffed=_staffed(facts, contributing, tasks),
        is_shared=_shared(facts, objective, edges, tasks, now),
    )


def _filled(objective: Objective, last: CheckIn | None) -> Objective:
    if last is None:
        return objective
    value = objective.current_value if objective.current_value is not None else last.value
    confidence = objective.confidence if objective.confidence is not None else last.confidence
    return attrs.evolve(objective, current_value=value, confidence=confidence)


def _serving(facts: Portfolio, edges: Sequence[Contribution], kind: str, states: tuple[str, ...]) -> tuple[str, ...]:
    projects = known(facts, Project)
    found = (edge.project_id for edge in edges if edge.kind == kind)
    return tuple(sorted(id for id in found if id in projects and projects[id].status in states))


def _acknowledgement(objective: Objective, now: datetime) -> Acknowledgement:
    if objective.acknowledged_at is not None and objective.acknowledged_at > now:
        return "open"
    if objective.acknowledged_by is None:
        return "open" if objective.acknowledged_at is None else "acknowledged"
    return "own team" if objective.acknowledged_by == objective.team else "acknowledged"


def _days_late(objective: Objective, last: CheckIn | None, now: datetime, usual: float) -> float | None:
    """Counted from the last check-in, else from its start; one that has not begun is not late."""
    start = None if objective.start_on is None else start_of(objective.start_on)
    since = last.occurred_at if last is not None else start
    if since is None or objective.status != "open":
        return None
    cadence = usual if objective.check_in_days is None else objective.check_in_days
    return (now - since).total_seconds() / _DAY - cadence


def _staffed(facts: Portfolio, contributing: tuple[str, ...], tasks: Sequence[Task]) -> bool | None:
    if contributing or any(task.status not in ("done", "cancelled") for task in tasks):
        return True
    return False if "contributions" in facts.given and "projects" in facts.given else None


def _shared(
    facts: Portfolio, objective: Objective, edges: Sequence[Contribution], tasks: Sequence[Task], now: datetime
) -> bool:
    of_pmo = bool(edges) or any(task.is_milestone for task in tasks)
    needs = related(facts, Need, "objective_id", objective.id)
    touches = related(facts, Interaction, "objective_id", objective.id)
    return of_pmo and (any(one.raised_at <= now for one in needs) or any(one.occurred_at <= now for one in touches))
