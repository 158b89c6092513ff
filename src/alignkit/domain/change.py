"""What happened to facts: one journal entry, and one suspected double effort."""

from __future__ import annotations

from datetime import datetime

import attrs

from alignkit.domain import checks
from alignkit.domain.checks import checked, number, optional

__all__ = ["Change", "Duplicate"]


@attrs.frozen(kw_only=True)
class Change:
    """
    One field of one fact took another value.

    Attributes:
        id: Unique among changes.
        kind: Kind of the fact, such as `"project"`.
        subject_id: Id of the fact.
        field: The field that changed.
        before: Old value as text; None when there was none.
        after: New value as text; None when there is none.
        occurred_at: When it changed.
        actor: Who did it. Personal data.
        team: The actor's team.
        customer_id: The customer it concerns.
        project_id: The project it concerns.
        told_at: When the customer was told about it.
    """

    id: str = checked(checks.FILLED)
    kind: str = checked(checks.FILLED)
    subject_id: str = checked(checks.FILLED)
    field: str = checked(checks.FILLED)
    before: str | None = checked(optional(checks.TEXT), None)
    after: str | None = checked(optional(checks.TEXT), None)
    occurred_at: datetime = checked(checks.MOMENT)
    actor: str | None = checked(optional(checks.FILLED), None)
    team: str | None = checked(optional(checks.FILLED), None)
    customer_id: str | None = checked(optional(checks.FILLED), None)
    project_id: str | None = checked(optional(checks.FILLED), None)
    told_at: datetime | None = checked(optional(checks.MOMENT), None)


@attrs.frozen(kw_only=True)
class Duplicate:
    """
    Two pieces of work (or two records) that look like one.

    Attributes:
        id: Unique among duplicates.
        kind: Kind of the two, such as `"task"`, `"interaction"` or `"customer"`.
        left_id: Id of the first.
        right_id: Id of the second.
        customer_id: The customer both concern.
        project_id: The project the first belongs to.
        objective_id: The objective both serve.
        hours: Effort at stake.
        similarity: How alike the two are, 0..1.
        is_across_teams: Whether two teams did them.
    """

    id: str = checked(checks.FILLED)
    kind: str = checked(checks.FILLED)
    left_id: str = checked(checks.FILLED)
    right_id: str = checked(checks.FILLED)
    customer_id: str | None = checked(optional(checks.FILLED), None)
    project_id: str | None = checked(optional(checks.FILLED), None)
    objective_id: str | None = checked(optional(checks.FILLED), None)
    hours: float | None = checked(optional(number(0.0, 1e6)), None)
    similarity: float | None = checked(optional(number(0.0, 1.0)), None)
    is_across_teams: bool = checked(checks.FLAG, False)
