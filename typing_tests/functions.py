"""What type checkers say of the functions of the rule language; only checked, never run."""

from __future__ import annotations

from datetime import date, datetime
from typing import assert_type

from alignkit.expressions.functions import (
    count,
    days_between,
    default,
    every,
    exists,
    latest,
    maximum,
    mean,
    micro,
    ramp,
    ratio,
    share,
    steps,
    total,
)
from alignkit.policy.views import InteractionView, ProjectView, TaskView


def aggregates(project: ProjectView) -> None:
    assert_type(count(t for t in project.tasks), int)
    assert_type(exists(t for t in project.tasks if t.is_milestone), bool)
    assert_type(every(t.status == "done" for t in project.tasks), bool)
    assert_type(share(t.status == "done" for t in project.tasks), float | None)
    assert_type(mean(t.effort_hours for t in project.tasks), float | None)
    assert_type(total(t.effort_hours for t in project.tasks), float)
    assert_type(maximum(t.effort_hours for t in project.tasks), float | None)
    assert_type(latest(i for i in project.interactions), InteractionView | None)
    assert_type(latest(i.occurred_at for i in project.interactions), datetime | None)
    assert_type(latest(t.due_on for t in project.tasks), date | None)


def curves(number: float, perhaps: float | None) -> None:
    assert_type(ramp(number, best=1, worst=0), float)
    assert_type(ramp(perhaps, best=1, worst=0), float | None)
    assert_type(steps(number, (1, 1.0), otherwise=0.0), float)
    assert_type(steps(perhaps, (1, 1.0), otherwise=0.0), float | None)
    assert_type(ratio(number, number), float | None)
    assert_type(default(perhaps, 0.0), float)
    assert_type(micro(number), int)
    assert_type(micro(None), None)


def moments(now: datetime, perhaps: datetime | None, today: date) -> None:
    assert_type(days_between(now, now), float)
    assert_type(days_between(perhaps, now), float | None)
    assert_type(days_between(today, today), float)


def mistakes(task: TaskView) -> None:
    task.title = "other"  # type: ignore[misc]
    task.titel  # type: ignore[attr-defined]
    task.status == "finished"  # type: ignore[comparison-overlap]
    task.effort_hours + 1  # type: ignore[operator]
