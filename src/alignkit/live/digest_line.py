"""What one line of a digest is, and the small facts that both of its makers need."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import attrs

from alignkit.domain import CheckIn, Contribution, Customer, Entity, Interaction, Objective, Project, Task
from alignkit.live.sentences import quoted
from alignkit.live.sources import known, title_of
from alignkit.portfolio import Portfolio

__all__ = ["DigestLine", "Places"]


_CALLED: Final = {"email": "e-mail", "status_update": "status update"}
_DIRECTIONS: Final = {"outbound": "To the customer", "internal": "Among ourselves"}


@attrs.frozen
class DigestLine:
    """
    One thing that happened, however many edits it took.

    Attributes:
        key: Says what it is about; the same in every digest.
        kind: Kind of the fact; `"milestone"` for a task that is one.
        id: Of the fact; of the project for a line that sums up its tasks, of the customer for one on touches.
        customer_id: Whom it concerns; None when nobody or unknown.
        project_id: The project it concerns.
        text: The sentence. It repeats names and titles as they are.
        severity: 1 (good to know) to 5 (act today).
        occurred_at: When it happened last.
        teams: Who did it, in alphabetical order; empty when nobody said.
        changes: Ids of the journal entries behind it; empty for what is read from a fact's own dates.
        before: What the team knew, as the journal writes it; None for lines that are no edit.
        after: What it is now, likewise.
        is_told: Whether the customer was told of it; None for what is no news to customers.
    """

    key: str
    kind: str
    id: str
    customer_id: str | None
    project_id: str | None
    text: str
    severity: int
    occurred_at: datetime
    teams: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    before: str | None = None
    after: str | None = None
    is_told: bool | None = None


class Places:
    """Where facts belong: to which customer and project."""

    def __init__(self, facts: Portfolio) -> None:
        self.facts = facts
        self.projects = known(facts, Project)
        self.customers = known(facts, Customer)
        self._objectives = known(facts, Objective)

    def of(
        self, fact: Entity | None, customer_id: str | None = None, project_id: str | None = None
    ) -> tuple[str | None, str | None]:
        """Customer and project of a fact, also of one that only leads there; ids of what is not there are dropped."""
        if isinstance(fact, Customer):
            return fact.id, None
        project_id = fact.id if isinstance(fact, Project) else project_id or getattr(fact, "project_id", None)
        customer_id = customer_id or getattr(fact, "customer_id", None)
        if customer_id is None and isinstance(fact, (CheckIn, Contribution)):
            objective = self._objectives.get(fact.objective_id)
            customer_id = None if objective is None else objective.customer_id
        project = self.projects.get(project_id or "")
        if customer_id is None and project is not None:
            customer_id = project.customer_id
        return (
            customer_id if customer_id in self.customers else None,
            project_id if project is not None else None,
        )

    def project_name(self, project_id: str | None) -> str:
        """What people call a project."""
        project = self.projects.get(project_id or "")
        return "a project" if project is None else project.name

    def head(self, kind: str, fact: Entity) -> str:
        """How a sentence on a fact begins."""
        if isinstance(fact, (Project, Customer)):
            return fact.name
        if isinstance(fact, Task):
            word = "Milestone" if kind == "milestone" else "Task"
            return f"{word} {quoted(fact.title)} of {self.project_name(fact.project_id)}"
        if isinstance(fact, (CheckIn, Contribution)):
            objective = self._objectives.get(fact.objective_id)
            return f"Objective {quoted(title_of(objective) if objective is not None else fact.objective_id)}"
        word = {"complaint": "Complaint", "promise": "Promise", "need": "Request"}.get(getattr(fact, "kind", ""), "")
        return f"{word or kind.replace('_', ' ').capitalize()} {quoted(title_of(fact))}"

    def touch(self, touch: Interaction) -> str:
        """What happened in a touch."""
        kind = _CALLED.get(touch.kind, touch.kind.replace("_", " "))
        about = f": {quoted(touch.subject)}" if touch.subject else ""
        where = f" on {self.project_name(touch.project_id)}" if touch.project_id in self.projects else ""
        if touch.direction == "inbound":
            waits = ", and waits for an answer" if touch.needs_answer and touch.answered_at is None else ""
            return f"From the customer, {kind}{where}{about}{waits}"
        return f"{_DIRECTIONS.get(touch.direction or '', 'With the customer')}, {kind}{where}{about}"
