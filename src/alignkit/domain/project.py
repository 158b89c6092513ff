"""Planned delivery, and the work in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import attrs

from alignkit.domain import checks
from alignkit.domain.checks import checked, instance, instances, number, optional
from alignkit.domain.custom import CustomValue, custom
from alignkit.domain.money import Money
from alignkit.domain.reference import ExternalRef

__all__ = ["Project", "Task"]


@attrs.frozen(kw_only=True)
class Project:
    """
    A planned delivery for a customer.

    Attributes:
        id: Unique among projects.
        name: As people call it.
        customer_id: For whom; None for internal work or when unknown.
        status: Lifecycle (`alignkit.domain.vocabulary.ProjectStatus`); other source values are kept.
        health: What its own people declare (`Health`); None when nobody declared anything.
        start_on: First planned day.
        due_on: Day it is promised for now.
        baseline_due_on: Day it was first promised for.
        completed_on: Day it was finished.
        progress: Share of the scope that is done, 0..1.
        budget: Planned cost.
        spent: Cost so far.
        owner: Who leads it.
        key: Its short name in the project tool, such as `"APX"`.
        labels: Free words.
        external_refs: Identities in other systems.
        custom: Values of your own, by name.
        version: Set by stores; not part of equality.
    """

    id: str = checked(checks.FILLED)
    name: str = checked(checks.FILLED)
    customer_id: str | None = checked(optional(checks.FILLED), None)
    status: str = checked(checks.FILLED, "active")
    health: str | None = checked(optional(checks.FILLED), None)
    start_on: date | None = checked(optional(checks.DAY), None)
    due_on: date | None = checked(optional(checks.DAY), None)
    baseline_due_on: date | None = checked(optional(checks.DAY), None)
    completed_on: date | None = checked(optional(checks.DAY), None)
    progress: float | None = checked(optional(number(0.0, 1.0)), None)
    budget: Money | None = checked(optional(instance(Money)), None)
    spent: Money | None = checked(optional(instance(Money)), None)
    owner: str | None = checked(optional(checks.FILLED), None)
    key: str | None = checked(optional(checks.FILLED), None)
    labels: tuple[str, ...] = checked(checks.TEXTS, ())
    external_refs: tuple[ExternalRef, ...] = checked(instances(ExternalRef), ())
    custom: Mapping[str, CustomValue] = custom()
    version: int = attrs.field(default=0, eq=False, repr=False)


@attrs.frozen(kw_only=True)
class Task:
    """
    A piece of planned work.

    Attributes:
        id: Unique among tasks.
        title: What is to be done.
        project_id: Where it belongs.
        objective_id: What it serves, where someone said so.
        need_id: The need it answers.
        parent_id: The task it is part of.
        status: `alignkit.domain.vocabulary.TaskStatus`; other source values are kept.
        is_milestone: Whether it marks a point the customer waits for.
        team: Who does it.
        assignee: The person who does it. Personal data.
        created_at: When it was written down.
        started_at: When work began.
        completed_at: When it was finished.
        start_on: First planned day.
        due_on: Day it is planned for now.
        baseline_due_on: Day it was first planned for.
        effort_hours: Planned effort.
        spent_hours: Effort so far.
        labels: Free words.
        external_refs: Identities in other systems.
        custom: Values of your own, by name.
        version: Set by stores; not part of equality.
    """

    id: str = checked(checks.FILLED)
    title: str = checked(checks.FILLED)
    project_id: str | None = checked(optional(checks.FILLED), None)
    objective_id: str | None = checked(optional(checks.FILLED), None)
    need_id: str | None = checked(optional(checks.FILLED), None)
    parent_id: str | None = checked(optional(checks.FILLED), None)
    status: str = checked(checks.FILLED, "todo")
    is_milestone: bool = checked(checks.FLAG, False)
    team: str | None = checked(optional(checks.FILLED), None)
    assignee: str | None = checked(optional(checks.FILLED), None)
    created_at: datetime | None = checked(optional(checks.MOMENT), None)
    started_at: datetime | None = checked(optional(checks.MOMENT), None)
    completed_at: datetime | None = checked(optional(checks.MOMENT), None)
    start_on: date | None = checked(optional(checks.DAY), None)
    due_on: date | None = checked(optional(checks.DAY), None)
    baseline_due_on: date | None = checked(optional(checks.DAY), None)
    effort_hours: float | None = checked(optional(number(0.0, 1e6)), None)
    spent_hours: float | None = checked(optional(number(0.0, 1e6)), None)
    labels: tuple[str, ...] = checked(checks.TEXTS, ())
    external_refs: tuple[ExternalRef, ...] = checked(instances(ExternalRef), ())
    custom: Mapping[str, CustomValue] = custom()
    version: int = attrs.field(default=0, eq=False, repr=False)
