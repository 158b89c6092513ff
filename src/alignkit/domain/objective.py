"""Intended results, how they stand, and which projects serve them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import attrs

from alignkit.domain import checks
from alignkit.domain.checks import checked, instances, number, optional
from alignkit.domain.custom import CustomValue, custom
from alignkit.domain.reference import ExternalRef

__all__ = ["CheckIn", "Contribution", "Objective"]

LARGEST_VALUE = 1e12


@attrs.frozen(kw_only=True)
class Objective:
    """
    A result that a team intends to reach. Both teams should see it.

    Attributes:
        id: Unique among objectives.
        title: The result in words.
        kind: How the value is read against the target (`ObjectiveKind`).
        team: The team that owns it.
        owner: The person who answers for it.
        customer_id: For whom, when it is one customer's.
        parent_id: The objective it is part of.
        cycle: The period it belongs to, such as `"2026-Q3"`.
        status: `"open"` while pursued; a source's own closing words are kept.
        start_value: Value at the beginning, in `unit`.
        current_value: Value now.
        target_value: Value to reach (or the limit to stay above or below).
        unit: Unit of the three values, such as `"%"`.
        weight: Importance among its siblings.
        confidence: The owner's own belief that it will be reached, 0..1.
        start_on: First day.
        due_on: Last day.
        acknowledged_by: The other team (or person) that said it has seen and shares it.
        acknowledged_at: When that was.
        check_in_days: How often it is to be checked, in days.
        labels: Free words.
        external_refs: Identities in other systems.
        custom: Values of your own, by name.
        version: Set by stores; not part of equality.
    """

    id: str = checked(checks.FILLED)
    title: str = checked(checks.FILLED)
    kind: str = checked(checks.FILLED, "reach")
    team: str | None = checked(optional(checks.FILLED), None)
    owner: str | None = checked(optional(checks.FILLED), None)
    customer_id: str | None = checked(optional(checks.FILLED), None)
    parent_id: str | None = checked(optional(checks.FILLED), None)
    cycle: str | None = checked(optional(checks.FILLED), None)
    status: str = checked(checks.FILLED, "open")
    start_value: float | None = checked(optional(number(-LARGEST_VALUE, LARGEST_VALUE)), None)
    current_value: float | None = checked(optional(number(-LARGEST_VALUE, LARGEST_VALUE)), None)
    target_value: float | None = checked(optional(number(-LARGEST_VALUE, LARGEST_VALUE)), None)
    unit: str | None = checked(optional(checks.FILLED), None)
    weight: float = checked(number(0.001, 1e6), 1.0)
    confidence: float | None = checked(optional(number(0.0, 1.0)), None)
    start_on: date | None = checked(optional(checks.DAY), None)
    due_on: date | None = checked(optional(checks.DAY), None)
    acknowledged_by: str | None = checked(optional(checks.FILLED), None)
    acknowledged_at: datetime | None = checked(optional(checks.MOMENT), None)
    check_in_days: float | None = checked(optional(number(0.01, 3_660)), None)
    labels: tuple[str, ...] = checked(checks.TEXTS, ())
    external_refs: tuple[ExternalRef, ...] = checked(instances(ExternalRef), ())
    custom: Mapping[str, CustomValue] = custom()
    version: int = attrs.field(default=0, eq=False, repr=False)


@attrs.frozen(kw_only=True)
class Contribution:
    """
    The edge from a project to an objective it serves.

    Attributes:
        id: Unique among contributions; `"<project_id>/<objective_id>"` when not given.
        project_id: The project.
        objective_id: The objective.
        kind: Whether it moves the objective or supports those that do.
        weight: Share of the objective that rests on the project, relative to the others.
        external_refs: Identities in other systems.
        custom: Values of your own, by name.
        version: Set by stores; not part of equality.
    """

    project_id: str = checked(checks.FILLED)
    objective_id: str = checked(checks.FILLED)
    id: str = attrs.field(validator=checks.FILLED, metadata={"check": checks.FILLED})
    kind: str = checked(checks.FILLED, "contribute")
    weight: float = checked(number(0.001, 1e6), 1.0)
    external_refs: tuple[ExternalRef, ...] = checked(instances(ExternalRef), ())
    custom: Mapping[str, CustomValue] = custom()
    version: int = attrs.field(default=0, eq=False, repr=False)

    @id.default
    def _edge_id(self) -> str:
        return f"{self.project_id}/{self.objective_id}"


@attrs.frozen(kw_only=True)
class CheckIn:
    """
    How an objective stood at a moment.

    Attributes:
        id: Unique among check-ins.
        objective_id: The objective.
        occurred_at: When it was looked at.
        value: Its value then, in the objective's unit.
        confidence: The owner's belief then, 0..1.
        team: Who looked.
        external_refs: Identities in other systems.
        custom: Values of your own, by name.
        version: Set by stores; not part of equality.
    """

    id: str = checked(checks.FILLED)
    objective_id: str = checked(checks.FILLED)
    occurred_at: datetime = checked(checks.MOMENT)
    value: float | None = checked(optional(number(-LARGEST_VALUE, LARGEST_VALUE)), None)
    confidence: float | None = checked(optional(number(0.0, 1.0)), None)
    team: str | None = checked(optional(checks.FILLED), None)
    external_refs: tuple[ExternalRef, ...] = checked(instances(ExternalRef), ())
    custom: Mapping[str, CustomValue] = custom()
    version: int = attrs.field(default=0, eq=False, repr=False)
