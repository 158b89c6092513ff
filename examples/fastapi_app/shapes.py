"""What goes over the wire."""

from __future__ import annotations

from datetime import date

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

import alignkit as ak


class Summary(BaseModel):
    """One subject in a line. A score without its coverage says nothing, so they go together."""

    kind: str
    id: str
    name: str
    score: float | None
    band: str
    coverage: float

    @classmethod
    def of(cls, subject: ak.SubjectAssessment) -> Summary:
        """The line of a subject."""
        return cls(
            kind=subject.kind,
            id=subject.id,
            name=subject.name,
            score=subject.score,
            band=subject.band,
            coverage=subject.coverage,
        )


class Overview(BaseModel):
    """How the company stands."""

    now: AwareDatetime
    policy_version: str
    portfolio: Summary
    subjects: int
    worst_customers: list[Summary]


class Step(BaseModel):
    """What would win points back, and whose move it is."""

    action: str
    team: str
    points: float


class Explained(Summary):
    """One subject with its reasons."""

    explanation: str
    next_moves: list[Step]


class Touch(BaseModel):
    """
    A touch to be stored. The sender gives the id, so that sending it again stores nothing twice.

    What the values mean, and which are accepted, is `ak.Interaction`'s: it is not said here again.
    """

    model_config = ConfigDict(extra="forbid")

    id: str = Field(examples=["call-2026-03-02-1"])
    kind: str = "note"
    occurred_at: AwareDatetime
    direction: str | None = None
    customer_id: str | None = None
    contact_id: str | None = None
    project_id: str | None = None
    need_id: str | None = None
    subject: str | None = None
    needs_answer: bool = False


class Stored(BaseModel):
    """What became of it."""

    id: str
    version: int


class Taken(BaseModel):
    """What became of records that a tool sent."""

    added: int
    updated: int
    unchanged: int
    issues: list[str] = []


class Heard(BaseModel):
    """What became of a message."""

    outcomes: list[str]
    fetch: list[str]


class WaitingNeed(BaseModel):
    """What customers ask for: one need, or those of many that are one request; with why it stands where it stands."""

    title: str
    priority: float
    due_on: date | None
    customers: list[str]
    reasons: list[str]
    moves: list[str]


class News(BaseModel):
    """What the other teams did, and where the next news begin."""

    text: str
    cursor: str | None
