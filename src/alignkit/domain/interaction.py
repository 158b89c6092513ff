"""Touches with a customer, what they want, and what they may buy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import attrs

from alignkit.domain import checks
from alignkit.domain.checks import checked, instance, instances, number, optional, whole
from alignkit.domain.custom import CustomValue, custom
from alignkit.domain.money import Money
from alignkit.domain.reference import ExternalRef

__all__ = ["Interaction", "Need", "Opportunity"]


@attrs.frozen(kw_only=True)
class Interaction:
    """
    A recorded touch: what was said, by whom, when.

    Attributes:
        id: Unique among interactions.
        occurred_at: When it took place; a planned meeting lies in the future.
        kind: `alignkit.domain.vocabulary.InteractionKind`; other source values are kept.
        direction: Who spoke (`Direction`); None when the source does not say.
        customer_id: With whom.
        contact_id: With which person.
        project_id: About which project.
        objective_id: About which objective.
        need_id: About which need.
        team: The team of ours that took part.
        subject: A line on what it was about.
        needs_answer: Whether the other side waits for a reply.
        answered_at: When the reply was given.
        satisfaction: The answer to a survey, on its own scale.
        scale_low: Lowest answer of that scale.
        scale_high: Highest answer of that scale.
        survey: Which question it answers (`Survey`).
        sentiment: Mood, from -1 (angry) to 1 (delighted).
        told: Ids of the changes and needs that the customer was told about in it.
        external_refs: Identities in other systems.
        custom: Values of your own, by name.
        version: Set by stores; not part of equality.
    """

    id: str = checked(checks.FILLED)
    occurred_at: datetime = checked(checks.MOMENT)
    kind: str = checked(checks.FILLED, "note")
    direction: str | None = checked(optional(checks.FILLED), None)
    customer_id: str | None = checked(optional(checks.FILLED), None)
    contact_id: str | None = checked(optional(checks.FILLED), None)
    project_id: str | None = checked(optional(checks.FILLED), None)
    objective_id: str | None = checked(optional(checks.FILLED), None)
    need_id: str | None = checked(optional(checks.FILLED), None)
    team: str | None = checked(optional(checks.FILLED), None)
    subject: str | None = checked(optional(checks.TEXT), None)
    needs_answer: bool = checked(checks.FLAG, False)
    answered_at: datetime | None = checked(optional(checks.MOMENT), None)
    satisfaction: float | None = checked(optional(number(-1e3, 1e3)), None)
    scale_low: float | None = checked(optional(number(-1e3, 1e3)), None)
    scale_high: float | None = checked(optional(number(-1e3, 1e3)), None)
    survey: str | None = checked(optional(checks.FILLED), None)
    sentiment: float | None = checked(optional(number(-1.0, 1.0)), None)
    told: tuple[str, ...] = checked(checks.TEXTS, ())
    external_refs: tuple[ExternalRef, ...] = checked(instances(ExternalRef), ())
    custom: Mapping[str, CustomValue] = custom()
    version: int = attrs.field(default=0, eq=False, repr=False)


@attrs.frozen(kw_only=True)
class Need:
    """
    What a customer wants, minds, or was promised.

    Attributes:
        id: Unique among needs.
        title: In a line, best in the customer's words.
        kind: `alignkit.domain.vocabulary.NeedKind`.
        status: How far it has come (`NeedStatus`); other source values are kept.
        customer_id: Whose it is.
        project_id: The project that answers it.
        task_id: The task that answers it.
        objective_id: The objective it serves.
        severity: How much it hurts, 1 (a little) to 5 (critical).
        importance: How much it matters to the customer, 1 to 5.
        raised_at: When the customer said so.
        due_on: Day it is promised for.
        answered_at: When the customer got a first reply.
        resolved_at: When it was delivered or settled.
        told_at: When the customer was told that it is.
        group: Shared by needs of many customers that are one request.
        external_refs: Identities in other systems.
        custom: Values of your own, by name.
        version: Set by stores; not part of equality.
    """

    id: str = checked(checks.FILLED)
    title: str = checked(checks.FILLED)
    kind: str = checked(checks.FILLED, "need")
    status: str = checked(checks.FILLED, "open")
    customer_id: str | None = checked(optional(checks.FILLED), None)
    project_id: str | None = checked(optional(checks.FILLED), None)
    task_id: str | None = checked(optional(checks.FILLED), None)
    objective_id: str | None = checked(optional(checks.FILLED), None)
    severity: int | None = checked(optional(whole(1, 5)), None)
    importance: int | None = checked(optional(whole(1, 5)), None)
    raised_at: datetime = checked(checks.MOMENT)
    due_on: date | None = checked(optional(checks.DAY), None)
    answered_at: datetime | None = checked(optional(checks.MOMENT), None)
    resolved_at: datetime | None = checked(optional(checks.MOMENT), None)
    told_at: datetime | None = checked(optional(checks.MOMENT), None)
    group: str | None = checked(optional(checks.FILLED), None)
    external_refs: tuple[ExternalRef, ...] = checked(instances(ExternalRef), ())
    custom: Mapping[str, CustomValue] = custom()
    version: int = attrs.field(default=0, eq=False, repr=False)


@attrs.frozen(kw_only=True)
class Opportunity:
    """
    A possible sale.

    Attributes:
        id: Unique among opportunities.
        name: As people call it.
        customer_id: To whom.
        stage: `alignkit.domain.vocabulary.OpportunityStage`; other source values are kept.
        amount: What it would bring.
        opened_at: When it was written down.
        closed_at: When it was won or lost.
        project_id: The project it became.
        external_refs: Identities in other systems.
        custom: Values of your own, by name.
        version: Set by stores; not part of equality.
    """

    id: str = checked(checks.FILLED)
    name: str = checked(checks.FILLED)
    customer_id: str | None = checked(optional(checks.FILLED), None)
    stage: str = checked(checks.FILLED, "open")
    amount: Money | None = checked(optional(instance(Money)), None)
    opened_at: datetime | None = checked(optional(checks.MOMENT), None)
    closed_at: datetime | None = checked(optional(checks.MOMENT), None)
    project_id: str | None = checked(optional(checks.FILLED), None)
    external_refs: tuple[ExternalRef, ...] = checked(instances(ExternalRef), ())
    custom: Mapping[str, CustomValue] = custom()
    version: int = attrs.field(default=0, eq=False, repr=False)
