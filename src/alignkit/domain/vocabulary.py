"""
The closed vocabularies of the field, as text. A source's own value outside them is kept, not refused:
rules that compare with a value outside the vocabulary get a warning instead.
"""

from __future__ import annotations

from typing import Literal

__all__ = [
    "ContributionKind",
    "Direction",
    "Health",
    "InteractionKind",
    "Kind",
    "NeedKind",
    "NeedStatus",
    "ObjectiveKind",
    "OpportunityStage",
    "ProjectStatus",
    "Stage",
    "Survey",
    "TaskStatus",
]

Kind = Literal["objective", "project", "customer", "portfolio"]
"""The four kinds of subject, in the order in which they are scored."""

Stage = Literal["prospect", "onboarding", "active", "renewal", "churned", "former"]
"""Where a customer stands with us. At risk is not a stage: it is what the score says."""

ProjectStatus = Literal["planned", "active", "on_hold", "completed", "cancelled"]
"""Lifecycle of a project, kept apart from its health."""

Health = Literal["on_track", "at_risk", "off_track", "unknown"]
"""What the project's own people declare."""

ObjectiveKind = Literal["reach", "increase", "decrease", "stay_above", "stay_below"]
"""How an objective's value is read against its target."""

ContributionKind = Literal["contribute", "support"]
"""A project moves the objective itself, or helps those that do."""

InteractionKind = Literal["call", "meeting", "email", "note", "message", "survey", "status_update"]
"""What sort of touch it was."""

Direction = Literal["inbound", "outbound", "internal"]
"""Who spoke: the customer, we to the customer, or we among ourselves."""

Survey = Literal["csat", "nps", "ces"]
"""The question behind a satisfaction answer; it fixes how answers are counted."""

NeedKind = Literal["need", "complaint", "promise"]
"""What the customer wants, minds, or was promised."""

NeedStatus = Literal["open", "accepted", "planned", "in_progress", "delivered", "declined"]
"""How far a need has come; whether the customer was told is `told_at`."""

OpportunityStage = Literal["open", "won", "lost"]
"""Outcome of a possible sale."""

TaskStatus = Literal["todo", "in_progress", "blocked", "done", "cancelled"]
"""How far a piece of planned work has come."""
