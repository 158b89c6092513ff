"""
The benchmark's facts, in two forms: plain linked objects with whole seconds, and what a `Portfolio` is made of.

Both hold the same data, drawn from one seed: per customer 1 to 3 projects, about 20 interactions, per project 0 to 3
objectives and about 10 tasks. Nothing lies after `NOW`, so that a pass that cannot tell later from earlier agrees.
The portfolio keeps a complaint as a need, beside the interaction in which it was made.
"""

from __future__ import annotations

import math
import random
from datetime import date, datetime, timedelta, timezone
from typing import Any, Final

import attrs

from alignkit.domain import Contribution, Customer, Interaction, Money, Need, Objective, Project, Task

__all__ = ["DAY", "NOW", "TODAY", "Facts", "PlainCustomer", "PlainTables", "T", "domain_facts", "plain_tables"]

T: Final = 1_735_689_600
"""2025-01-01T00:00:00Z in whole seconds."""

DAY: Final = 86_400
NOW: Final = datetime(2025, 1, 1, tzinfo=timezone.utc)
TODAY: Final = date(2025, 1, 1)

Facts = dict[str, list[Any]]

STATUS: Final = {"planned": "planned", "active": "active", "done": "completed", "on_hold": "on_hold"}
KIND: Final = {"email": "email", "call": "call", "meeting": "meeting", "complaint": "note", "update": "status_update"}
DIRECTION: Final = {"in": "inbound", "out": "outbound"}
TASK: Final = {"todo": "todo", "doing": "in_progress", "done": "done", "cancelled": "cancelled"}
STAGE: Final = {"lead": "prospect", "active": "active", "renewal": "renewal", "churned": "churned"}


@attrs.define(eq=False)
class PlainInteraction:
    id: int
    customer_id: int
    project_id: int | None
    kind: str
    direction: str
    occurred_at: int
    team: str
    sentiment: float
    satisfaction: float | None
    needs_response: int
    responded_at: int | None
    resolved_at: int | None
    title: str


@attrs.define(eq=False)
class PlainTask:
    id: int
    project_id: int
    objective_id: int | None
    status: str
    created_at: int
    due_at: int
    done_at: int | None
    effort: float
    title: str


@attrs.define(eq=False)
class PlainObjective:
    id: int
    project_id: int
    team: str
    title: str
    target: float
    current: float
    weight: float
    parent_id: int | None
    acknowledged: int


@attrs.define(eq=False)
class PlainProject:
    id: int
    customer_id: int
    name: str
    status: str
    start_at: int
    due_at: int
    completed_at: int | None
    progress: float
    budget: float
    spent: float
    tasks: list[PlainTask] = attrs.field(factory=list, init=False)
    objectives: list[PlainObjective] = attrs.field(factory=list, init=False)
    interactions: list[PlainInteraction] = attrs.field(factory=list, init=False)


@attrs.define(eq=False)
class PlainCustomer:
    id: int
    name: str
    tier: str
    annual_value: float
    stage: str
    projects: list[PlainProject] = attrs.field(factory=list, init=False)
    interactions: list[PlainInteraction] = attrs.field(factory=list, init=False)


@attrs.frozen
class PlainTables:
    """
    Linked plain objects.

    Attributes:
        customers: With their projects and interactions.
        objectives: All of them.
        tasks: All of them.
    """

    customers: list[PlainCustomer]
    objectives: list[PlainObjective]
    tasks: list[PlainTask]


def plain_tables(customers: int, seed: int = 7) -> PlainTables:
    """Draw the facts: the same for the same arguments, on every machine."""
    draw = random.Random(seed)
    made = [_customer(draw, number) for number in range(1, customers + 1)]
    number = 0
    for customer in made:
        for _ in range(draw.randint(1, 3)):
            number += 1
            customer.projects.append(_project(draw, number, customer.id))
    projects = [project for customer in made for project in customer.projects]
    objectives: list[PlainObjective] = []
    for project in projects:
        for place in range(draw.randint(0, 3)):
            has_parent = place > 0 and draw.random() < 0.7
            objective = _objective(draw, len(objectives) + 1, project.id, has_parent)
            objectives.append(objective)
            project.objectives.append(objective)
    _draw_interactions(draw, made)
    return PlainTables(made, objectives, _draw_tasks(draw, projects))


def _poisson(draw: random.Random, limit: float) -> int:
    number, product = 0, draw.random()
    while product > limit:
        number += 1
        product *= draw.random()
    return number


def _customer(draw: random.Random, number: int) -> PlainCustomer:
    return PlainCustomer(
        id=number,
        name=f"{draw.choice(('Blue', 'North', 'Prime', 'Apex'))} {draw.choice(('Foods', 'Media', 'Labs'))} {number}",
        tier=draw.choices("ABCD", (0.1, 0.2, 0.3, 0.4))[0],
        annual_value=round(draw.lognormvariate(11, 1), 2),
        stage=draw.choice(tuple(STAGE)),
    )


def _project(draw: random.Random, number: int, customer: int) -> PlainProject:
    status = draw.choices(tuple(STATUS), (0.1, 0.6, 0.2, 0.1))[0]
    start = T - draw.randrange(10, 600) * DAY
    due = start + draw.randrange(60, 500) * DAY
    progress = 1.0 if status == "done" else round(draw.random(), 3)
    budget = 0.0 if draw.random() < 0.02 else round(draw.lognormvariate(10.5, 0.8), 2)
    return PlainProject(
        id=number,
        customer_id=customer,
        name=f"Project {number}",
        status=status,
        start_at=start,
        due_at=due,
        completed_at=due + draw.randrange(-30, 60) * DAY if status == "done" else None,
        progress=progress,
        budget=budget,
        spent=round(budget * progress * draw.uniform(0.6, 1.6), 2),
    )


def _objective(draw: random.Random, number: int, project: int, has_parent: bool) -> PlainObjective:
    return PlainObjective(
        id=number,
        project_id=project,
        team=draw.choice(("pmo", "crm")),
        title=f"Objective {number}",
        target=round(draw.uniform(10, 100), 1),
        current=round(draw.uniform(0, 110), 1),
        weight=round(draw.uniform(0.5, 3), 1),
        parent_id=number - 1 if has_parent else None,
        acknowledged=int(draw.random() < 0.55),
    )


def _draw_interactions(draw: random.Random, customers: list[PlainCustomer]) -> None:
    limit = math.exp(-20)
    number = 0
    for customer in customers:
        before: PlainInteraction | None = None
        for _ in range(_poisson(draw, limit)):
            number += 1
            before = _interaction(draw, number, customer, before)
            customer.interactions.append(before)
    for customer in customers:
        of = {project.id: project.interactions for project in customer.projects}
        for interaction in customer.interactions:
            if interaction.project_id is not None:
                of[interaction.project_id].append(interaction)


def _interaction(
    draw: random.Random, number: int, customer: PlainCustomer, before: PlainInteraction | None
) -> PlainInteraction:
    """One in twelve takes up what the one before was about, in the other team."""
    project = draw.choice(customer.projects).id if draw.random() < 0.75 else None
    occurred = T - int(draw.random() * 730 * DAY)
    team, title = draw.choice(("pmo", "crm")), f"Topic {draw.randrange(2000)}"
    if before is not None and draw.random() < 0.08:
        project, title = before.project_id, before.title
        team = "crm" if before.team == "pmo" else "pmo"
        occurred = min(T - 1, before.occurred_at + draw.randrange(-12 * DAY, 12 * DAY))
    kind = draw.choices(tuple(KIND), (0.35, 0.2, 0.15, 0.1, 0.2))[0]
    waits = draw.random() < 0.4
    answered = min(T, occurred + int(draw.lognormvariate(2.5, 1) * 3600)) if waits and draw.random() < 0.85 else None
    settled = kind == "complaint" and draw.random() < 0.7
    return PlainInteraction(
        id=number,
        customer_id=customer.id,
        project_id=project,
        kind=kind,
        direction=draw.choice(("in", "out")),
        occurred_at=occurred,
        team=team,
        sentiment=round(max(-1.0, min(1.0, draw.gauss(0.1, 0.5))), 3),
        satisfaction=round(draw.uniform(2, 10), 1) if draw.random() < 0.3 else None,
        needs_response=int(waits),
        responded_at=answered,
        resolved_at=min(T, occurred + int(draw.lognormvariate(4.3, 0.8) * 3600)) if settled else None,
        title=title,
    )


def _draw_tasks(draw: random.Random, projects: list[PlainProject]) -> list[PlainTask]:
    limit = math.exp(-10)
    tasks: list[PlainTask] = []
    for project in projects:
        for _ in range(_poisson(draw, limit)):
            serves = draw.choice(project.objectives).id if project.objectives and draw.random() < 0.65 else None
            created = project.start_at + draw.randrange(120) * DAY
            due = created + draw.randrange(5, 200) * DAY
            status = draw.choices(tuple(TASK), (0.25, 0.2, 0.47, 0.08))[0]
            task = PlainTask(
                id=len(tasks) + 1,
                project_id=project.id,
                objective_id=serves,
                status=status,
                created_at=min(T, created),
                due_at=due,
                done_at=min(T, due + draw.randrange(-10, 20) * DAY) if status == "done" else None,
                effort=round(draw.uniform(1, 40), 1),
                title=f"Task {draw.randrange(2000)}",
            )
            tasks.append(task)
            project.tasks.append(task)
    return tasks


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=timezone.utc)


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else _EPOCH + timedelta(seconds=seconds)


def _at(seconds: int) -> datetime:
    return _EPOCH + timedelta(seconds=seconds)


def _day(seconds: int | None) -> date | None:
    return None if seconds is None else date.fromordinal(719_163 + seconds // DAY)


def _id(letter: str, number: int | None) -> str | None:
    return None if number is None else f"{letter}-{number}"


def _money(amount: float) -> Money:
    return Money(f"{amount:.2f}", "EUR")


def domain_facts(tables: PlainTables) -> Facts:
    """The same facts as arguments of a `Portfolio`."""
    customers = tables.customers
    projects = [project for customer in customers for project in customer.projects]
    interactions = [interaction for customer in customers for interaction in customer.interactions]
    complaints = [interaction for interaction in interactions if interaction.kind == "complaint"]
    return {
        "customers": [_domain_customer(customer) for customer in customers],
        "projects": [_domain_project(project) for project in projects],
        "objectives": [_domain_objective(objective) for objective in tables.objectives],
        "contributions": [
            Contribution(project_id=f"P-{objective.project_id}", objective_id=f"O-{objective.id}")
            for objective in tables.objectives
        ],
        "interactions": [domain_interaction(interaction) for interaction in interactions],
        "needs": [_domain_need(complaint) for complaint in complaints],
        "tasks": [_domain_task(task) for task in tables.tasks],
    }


def _domain_customer(customer: PlainCustomer) -> Customer:
    return Customer(
        id=f"C-{customer.id}",
        name=customer.name,
        tier=customer.tier,
        stage=STAGE[customer.stage],
        annual_value=_money(customer.annual_value),
    )


def _domain_project(project: PlainProject) -> Project:
    return Project(
        id=f"P-{project.id}",
        name=project.name,
        customer_id=f"C-{project.customer_id}",
        status=STATUS[project.status],
        start_on=_day(project.start_at),
        due_on=_day(project.due_at),
        completed_on=_day(project.completed_at),
        progress=project.progress,
        budget=_money(project.budget),
        spent=_money(project.spent),
    )


def _domain_objective(objective: PlainObjective) -> Objective:
    return Objective(
        id=f"O-{objective.id}",
        title=objective.title,
        team=objective.team,
        parent_id=_id("O", objective.parent_id),
        target_value=objective.target,
        current_value=objective.current,
        weight=objective.weight,
        acknowledged_at=NOW - timedelta(days=1) if objective.acknowledged else None,
    )


def domain_interaction(interaction: PlainInteraction) -> Interaction:
    """One interaction as the portfolio keeps it."""
    return Interaction(
        id=f"I-{interaction.id}",
        occurred_at=_at(interaction.occurred_at),
        kind=KIND[interaction.kind],
        direction=DIRECTION[interaction.direction],
        customer_id=f"C-{interaction.customer_id}",
        project_id=_id("P", interaction.project_id),
        team=interaction.team,
        subject=interaction.title,
        needs_answer=bool(interaction.needs_response),
        answered_at=_moment(interaction.responded_at),
        satisfaction=interaction.satisfaction,
        sentiment=interaction.sentiment,
    )


def _domain_need(complaint: PlainInteraction) -> Need:
    return Need(
        id=f"N-{complaint.id}",
        title=complaint.title,
        kind="complaint",
        customer_id=f"C-{complaint.customer_id}",
        raised_at=_at(complaint.occurred_at),
        resolved_at=_moment(complaint.resolved_at),
    )


def _domain_task(task: PlainTask) -> Task:
    return Task(
        id=f"T-{task.id}",
        title=task.title,
        project_id=f"P-{task.project_id}",
        objective_id=_id("O", task.objective_id),
        status=TASK[task.status],
        created_at=_at(task.created_at),
        completed_at=_moment(task.done_at),
        due_on=_day(task.due_at),
        effort_hours=task.effort,
    )
