"""
What counts as a piece of work: for whom, for what, by which team, from when to when, and how many hours.

Most facts are never compared with another, so they are first only sorted into groups (`grouped`); a `Work` is made of
those that are.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from typing import Any, Final

import attrs

from alignkit.domain import Interaction, Project, Task
from alignkit.linking.efforts.titles import Rarity, Title, Titles
from alignkit.portfolio import Portfolio

__all__ = ["Fact", "Group", "Work", "Works"]

DROPPED: Final = frozenset({"cancelled", "duplicate", "declined", "rejected", "wont_do"})
FIRST, LAST = date.min.toordinal(), date.max.toordinal()

Fact = Task | Project | Interaction
Group = list[Fact]
"""Facts of one sort for one customer or one objective."""
Grouping = defaultdict[Any, Group]


@attrs.define(eq=False)
class Work:
    """
    A piece of work.

    Attributes:
        kind: `"task"`, `"project"` or `"interaction"`.
        id: Of the fact.
        title: As it is compared.
        text: As it was written.
        customer_id: For whom; None when unknown.
        project_id: In which project.
        objectives: What it serves.
        team: Who does it; None when unknown.
        person: The person who does it; None when unknown.
        start: First day, as an ordinal.
        end: Last day, as an ordinal; the last day there is for work that goes on.
        hours: Effort, planned or spent, whichever is more; None when unknown.
        spent: Effort so far; None when unknown.
        parent_id: The task it is part of.
    """

    kind: str
    id: str
    title: Title
    text: str
    customer_id: str | None
    project_id: str | None
    objectives: frozenset[str]
    team: str | None
    person: str | None
    start: int
    end: int
    hours: float | None = None
    spent: float | None = None
    parent_id: str | None = None


class Works:
    """
    The work of a portfolio as of a moment.

    What was dropped, milestones, and touches that nobody of ours made are left out.
    """

    def __init__(self, portfolio: Portfolio, now: datetime) -> None:
        self._now = now
        self._projects = portfolio.projects or ()
        self._tasks = portfolio.tasks or ()
        self._touches = portfolio.interactions or ()
        self._customers: dict[str | None, str | None] = {one.id: one.customer_id for one in self._projects}
        serves: defaultdict[str, set[str]] = defaultdict(set)
        for edge in portfolio.contributions or ():
            serves[edge.project_id].add(edge.objective_id)
        self._serves = {id: frozenset(found) for id, found in serves.items()}
        self._titles = Titles()
        self._made: dict[tuple[str, str], Work] = {}
        self._owners: defaultdict[Title, set[str | None]] = defaultdict(set)

    def grouped(self) -> list[Group]:
        """Everything, in groups of what could be the same effort at all."""
        tasks: Grouping = defaultdict(list)
        serving: Grouping = defaultdict(list)
        known, owners, customer_of = self._titles.of, self._owners, self._customers.get
        for task in self._tasks:
            if task.status in DROPPED or task.is_milestone:
                continue
            customer = customer_of(task.project_id)
            owners[known(task.title)].add(customer)
            if customer is not None:
                tasks[customer].append(task)
            if task.objective_id is not None:
                serving[task.objective_id].append(task)
        found = (tasks, serving, *self._grouped_projects(), self._grouped_touches())
        return [group for grouping in found for group in grouping.values() if len(group) > 1]

    def _grouped_projects(self) -> tuple[Grouping, Grouping]:
        projects: Grouping = defaultdict(list)
        meant: Grouping = defaultdict(list)
        for project in self._projects:
            if project.status not in DROPPED:
                self._owners[self._titles.of(project.name)].add(project.customer_id)
                if project.customer_id is not None:
                    projects[project.customer_id].append(project)
                for objective in self._serves.get(project.id, ()):
                    meant[objective].append(project)
        return projects, meant

    def _grouped_touches(self) -> Grouping:
        touches: Grouping = defaultdict(list)
        for touch in self._touches:
            if touch.direction == "outbound" and touch.subject is not None and touch.occurred_at <= self._now:
                customer = self._customer_of(touch)
                self._owners[self._titles.of(touch.subject)].add(customer)
                if customer is not None and touch.team is not None:
                    touches[f"{touch.kind} {customer}"].append(touch)
        return touches

    def titles(self, group: Group) -> list[Title]:
        """The titles of the facts of a group, in its order."""
        known = self._titles.of
        if isinstance(group[0], Task):
            return [known(task.title) for task in group]  # type: ignore[union-attr]
        return [known(_text_of(fact)) for fact in group]

    def rarity(self) -> Rarity:
        """How much words say in the titles of these groups; ask after `grouped`."""
        return Rarity(self._owners)

    def _customer_of(self, touch: Interaction) -> str | None:
        if touch.customer_id is not None or touch.project_id is None:
            return touch.customer_id
        return self._customers.get(touch.project_id)

    def of(self, fact: Fact) -> Work:
        """A fact as a piece of work; made once."""
        key = (type(fact).__name__, fact.id)
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = self._work(self._titles.of(_text_of(fact)), fact)
        return found

    def _work(self, title: Title, fact: Fact) -> Work:
        if isinstance(fact, Task):
            start = _day(fact.started_at) or _ordinal(fact.start_on) or _day(fact.created_at) or FIRST
            end = _day(fact.completed_at) or _ordinal(fact.due_on) or LAST
            customer = self._customers.get(fact.project_id) if fact.project_id is not None else None
            hours = max((h for h in (fact.effort_hours, fact.spent_hours) if h is not None), default=None)
            return Work(
                "task", fact.id, title, fact.title, customer, fact.project_id, _one(fact.objective_id), fact.team,
                fact.assignee, start, max(start, end), hours, fact.spent_hours, fact.parent_id,
            )  # fmt: skip
        if isinstance(fact, Project):
            start = _ordinal(fact.start_on) or FIRST
            end = _ordinal(fact.completed_on) or _ordinal(fact.due_on) or LAST
            return Work(
                "project", fact.id, title, fact.name, fact.customer_id, fact.id,
                self._serves.get(fact.id, frozenset()), None, fact.owner, start, max(start, end),
            )  # fmt: skip
        day = _day(fact.occurred_at)
        return Work(
            "interaction", fact.id, title, fact.subject or "", self._customer_of(fact), fact.project_id,
            _one(fact.objective_id), fact.team, None, day, day,
        )  # fmt: skip


def _text_of(fact: Fact) -> str:
    if isinstance(fact, Task):
        return fact.title
    return fact.name if isinstance(fact, Project) else fact.subject or ""


def _one(id: str | None) -> frozenset[str]:
    return frozenset() if id is None else frozenset((id,))


def _day(moment: datetime | None) -> int:
    return 0 if moment is None else moment.toordinal()  # moments of facts are in UTC


def _ordinal(day: date | None) -> int:
    return 0 if day is None else day.toordinal()
