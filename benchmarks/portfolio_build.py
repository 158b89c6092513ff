"""
How long it takes to index a shuffled portfolio, and how much memory that needs, beside grouping written by hand.

The baseline makes the dictionaries by id and the groups that rules read, and checks the same laws: classes, unique
ids, references, cycles. Ours is measured twice: as made, and with the same groups asked for, which is what the ratio
of 1.3 is about. Rounds are interleaved and the best of each is taken. Memory is the peak while building, on top of
the facts themselves, as `tracemalloc` counts it.

Usage: python benchmarks/portfolio_build.py [customers] [rounds]
"""

from __future__ import annotations

import gc
import random
import sys
import time
import tracemalloc
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

from alignkit.domain import Contribution, Customer, Interaction, Objective, Project, Task
from alignkit.portfolio import Portfolio

World = dict[str, list[Any]]

NOW = datetime(2025, 1, 1, tzinfo=timezone.utc)

GROUPS = (
    ("projects", "customer_id"),
    ("objectives", "parent_id"),
    ("contributions", "project_id"),
    ("contributions", "objective_id"),
    ("interactions", "customer_id"),
    ("interactions", "project_id"),
    ("tasks", "project_id"),
    ("tasks", "objective_id"),
)


def world(customers: int, seed: int = 7) -> World:
    """Facts in the shape of the benchmark policy: 2 projects, 20 interactions and 20 tasks a customer, shuffled."""
    draw = random.Random(seed)
    made: World = {
        name: [] for name in ("customers", "projects", "objectives", "contributions", "interactions", "tasks")
    }
    for c in range(customers):
        made["customers"].append(Customer(id=f"C-{c}", name=f"Customer {c}", tier=draw.choice("ABCD")))
        projects = [f"P-{c}-{p}" for p in range(draw.randint(1, 3))]
        for project in projects:
            made["projects"].append(Project(id=project, name=project, customer_id=f"C-{c}", progress=draw.random()))
            objectives = [f"O-{project}-{o}" for o in range(draw.randint(0, 3))]
            for position, objective in enumerate(objectives):
                parent = objectives[position - 1] if position and draw.random() < 0.7 else None
                made["objectives"].append(Objective(id=objective, title=objective, team="pmo", parent_id=parent))
                made["contributions"].append(Contribution(project_id=project, objective_id=objective))
            for t in range(draw.randint(5, 15)):
                serves = draw.choice(objectives) if objectives and draw.random() < 0.65 else None
                made["tasks"].append(_task(draw, f"T-{project}-{t}", project, serves))
        for i in range(draw.randint(10, 30)):
            project_id = draw.choice(projects) if draw.random() < 0.75 else None
            made["interactions"].append(_interaction(draw, f"I-{c}-{i}", f"C-{c}", project_id))
    for records in made.values():
        draw.shuffle(records)
    return made


def _task(draw: random.Random, id: str, project: str, objective: str | None) -> Task:
    created = NOW - timedelta(seconds=draw.randint(0, 60_000_000))
    done = created + timedelta(days=draw.randint(1, 90)) if draw.random() < 0.5 else None
    return Task(
        id=id,
        title=f"Do {id}",
        project_id=project,
        objective_id=objective,
        status="done" if done else "todo",
        created_at=created,
        completed_at=done,
        effort_hours=draw.uniform(1, 40),
    )


def _interaction(draw: random.Random, id: str, customer: str, project: str | None) -> Interaction:
    occurred = NOW - timedelta(seconds=draw.randint(0, 60_000_000))
    answered = occurred + timedelta(hours=draw.randint(1, 90)) if draw.random() < 0.4 else None
    return Interaction(
        id=id,
        occurred_at=occurred,
        kind=draw.choice(("email", "call", "meeting")),
        direction=draw.choice(("inbound", "outbound")),
        customer_id=customer,
        project_id=project,
        team=draw.choice(("crm", "pmo")),
        answered_at=answered,
        sentiment=draw.uniform(-1, 1),
    )


def by_hand(facts: World) -> list[Any]:
    """What one would write for these six collections, with the checks of a portfolio."""
    projects, objectives = facts["projects"], facts["objectives"]
    contributions, interactions, tasks = facts["contributions"], facts["interactions"], facts["tasks"]
    ids: dict[str, dict[str, Any]] = {}
    for name, records in facts.items():
        ids[name] = {record.id: record for record in records}
        if len(ids[name]) != len(records):
            raise ValueError(f"{name} have repeated ids")
    classes = (Customer, Project, Objective, Contribution, Interaction, Task)
    for records, cls in zip(facts.values(), classes, strict=True):
        if any(type(record) is not cls for record in records):
            raise TypeError(cls)
    groups: list[defaultdict[Any, list[Any]]] = [defaultdict(list) for _ in GROUPS]
    of_customer, below, serving, served, touched, discussed, planned, working = groups
    for project in projects:
        of_customer[project.customer_id].append(project)
    for objective in objectives:
        below[objective.parent_id].append(objective)
    for contribution in contributions:
        serving[contribution.project_id].append(contribution)
        served[contribution.objective_id].append(contribution)
    for interaction in interactions:
        touched[interaction.customer_id].append(interaction)
        discussed[interaction.project_id].append(interaction)
    for task in tasks:
        planned[task.project_id].append(task)
        working[task.objective_id].append(task)
    for group in groups:
        group.pop(None, None)
    _refer(of_customer.keys(), ids["customers"])
    _refer({objective.customer_id for objective in objectives} - {None}, ids["customers"])
    for keys in (below.keys(), served.keys(), working.keys()):
        _refer(keys, ids["objectives"])
    _refer({interaction.objective_id for interaction in interactions} - {None}, ids["objectives"])
    for keys in (serving.keys(), discussed.keys(), planned.keys()):
        _refer(keys, ids["projects"])
    _refer(touched.keys(), ids["customers"])
    _refer({task.parent_id for task in tasks} - {None}, ids["tasks"])
    _acyclic(objectives)
    _acyclic(tasks)
    return [ids, *map(dict, groups)]


def _refer(keys: Any, ids: dict[str, Any]) -> None:
    if missing := keys - ids.keys():
        raise ValueError(f"{missing} are not there")


def _acyclic(records: list[Any]) -> None:
    parents = {record.id: record.parent_id for record in records if record.parent_id is not None}
    settled: set[str] = set()
    for start in parents:
        node, path = start, []
        while node in parents and node not in settled:
            settled.add(node)
            path.append(node)
            node = parents[node]
        if node in path:
            raise ValueError(f"{node} is its own parent")


def ours(facts: World) -> list[Any]:
    """The portfolio as made."""
    return [Portfolio(**facts)]


def ours_indexed(facts: World) -> list[Any]:
    """The portfolio with the groups that the baseline makes."""
    portfolio = Portfolio(**facts)
    return [portfolio, *(portfolio.children(collection, field) for collection, field in GROUPS)]


def seconds(make: Callable[[World], list[Any]], facts: World) -> float:
    """One timed run from a clean heap."""
    gc.collect()
    start = time.perf_counter()
    kept = make(facts)
    taken = time.perf_counter() - start
    del kept
    return taken


def extra_peak(make: Callable[[World], list[Any]], facts: World) -> int:
    """Bytes at the peak of a run, above what was there."""
    gc.collect()
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    kept = make(facts)
    peak = tracemalloc.get_traced_memory()[1] - before
    del kept
    return peak


def main(customers: int, rounds: int) -> None:
    """Print the figures."""
    runs = {"by hand": by_hand, "as made": ours, "with the same groups": ours_indexed}
    facts = world(customers)
    best = dict.fromkeys(runs, float("inf"))
    for _ in range(rounds):
        for name, make in runs.items():
            best[name] = min(best[name], seconds(make, facts))
    count = sum(map(len, facts.values()))
    print(f"{customers:,} customers, {count:,} facts, best of {rounds} interleaved rounds")
    for name, taken in best.items():
        ratio = taken / best["by hand"]
        print(f"  build {name:22} {taken * 1e3:9.1f} ms  {taken / count * 1e9:6.0f} ns/fact  {ratio:5.2f}x by hand")
    del facts
    gc.collect()
    tracemalloc.start()
    facts = world(customers)
    gc.collect()
    bare = tracemalloc.get_traced_memory()[0]
    print(f"  memory of the bare facts    {bare / 1e6:9.1f} MB  {bare / count:6.0f} bytes/fact")
    for name, make in runs.items():
        print(f"  peak {name:23} {(bare + extra_peak(make, facts)) / bare:5.2f}x the bare facts")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000, int(sys.argv[2]) if len(sys.argv) > 2 else 5)
