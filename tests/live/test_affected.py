"""A change is judged again where it can matter, and nowhere else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs
import pytest

import alignkit as ak
from alignkit.live.monitor import Monitor
from alignkit.policy.reach import EXISTS, reach_of
from alignkit.stores import MemoryStore
from alignkit.testing import NOW
from tests.live.policies import far_policy


def company(customers: int) -> ak.Portfolio:
    """Customers with two projects each, each project for an objective of its own, with two tasks."""
    facts: dict[str, list[Any]] = {
        name: [] for name in ("customers", "projects", "objectives", "contributions", "tasks")
    }
    for number in range(customers):
        facts["customers"].append(ak.Customer(id=f"C-{number}", name="c"))
        for place in (f"{number}a", f"{number}b"):
            facts["projects"].append(ak.Project(id=f"P-{place}", name="p", customer_id=f"C-{number}"))
            facts["objectives"].append(ak.Objective(id=f"O-{place}", title="o"))
            facts["contributions"].append(
                ak.Contribution(id=f"K-{place}", project_id=f"P-{place}", objective_id=f"O-{place}")
            )
            facts["tasks"] += [
                ak.Task(id=f"T-{place}{turn}", title="t", project_id=f"P-{place}", objective_id=f"O-{place}")
                for turn in "xy"
            ]
    return ak.Portfolio(**facts, interactions=[], needs=[], changes=[])


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore(company(20))


@pytest.fixture
def monitor(store: MemoryStore) -> Monitor:
    made = Monitor(store, far_policy(), name="m")
    made.catch_up(now=NOW)
    return made


def written(store: MemoryStore, name: str, id: str, **values: Any) -> None:
    with store.unit_of_work(at=NOW) as unit:
        repository = getattr(unit, name)
        repository.update(attrs.evolve(repository.get(id), **values))
        unit.commit()


def judged(done: Any) -> dict[str, int]:
    return {kind: number for kind, number in done.judged.items() if number}


def test_a_task_is_read_by_its_project_objective_and_customer(store: MemoryStore, monitor: Monitor) -> None:
    """The change of one task judges one project, one objective and one customer of twenty."""
    written(store, "tasks", "T-3ax", status="done")
    assert judged(monitor.catch_up(now=NOW)) == {"project": 1, "objective": 1, "customer": 1}


def test_what_is_not_read_judges_nothing(store: MemoryStore, monitor: Monitor) -> None:
    """A field that no rule reads changes no score, and nothing is judged."""
    written(store, "tasks", "T-3ax", assignee="ben")
    done = monitor.catch_up(now=NOW)
    assert (done.changes, judged(done), done.changed) == (1, {}, 0)


def test_a_score_that_stays_goes_no_further(store: MemoryStore, monitor: Monitor) -> None:
    """Where the project's score stays the same its customer is not judged again."""
    written(store, "customers", "C-3", tier="A")
    assert judged(monitor.catch_up(now=NOW)) == {}
    written(store, "contributions", "K-3a", weight=2.0)
    assert judged(monitor.catch_up(now=NOW)) == {}
    with store.unit_of_work(at=NOW) as unit:
        unit.interactions.add(
            ak.Interaction(id="I-1", kind="call", direction="outbound", customer_id="C-3", occurred_at=NOW)
        )
        unit.commit()
    assert judged(monitor.catch_up(now=NOW)) == {"project": 2}


def test_a_moved_fact_is_read_at_both_ends(store: MemoryStore, monitor: Monitor) -> None:
    """A task that moves to another customer's project is judged where it was and where it is."""
    written(store, "tasks", "T-3ax", project_id="P-4a", status="done")
    assert judged(monitor.catch_up(now=NOW)) == {"project": 2, "objective": 1, "customer": 2}


def test_what_a_subject_rests_on_is_judged_at_the_same_moment(store: MemoryStore, monitor: Monitor) -> None:
    """Days later the customer's other project, whose score may have moved with time, is judged with it."""
    written(store, "tasks", "T-3ax", status="done")
    later = NOW + timedelta(days=5)
    done = monitor.catch_up(now=later)
    assert judged(done)["customer"] == 1
    assert judged(done)["project"] == 2
    full = far_policy().assess(store, now=later)
    for kind, id in (("customer", "C-3"), ("project", "P-3a"), ("project", "P-3b"), ("objective", "O-3a")):
        assert monitor.assessment.rows[kind][id] == full.rows[kind][id]


def test_many_changes_are_one_step(store: MemoryStore, monitor: Monitor) -> None:
    """Changes of one unit of work judge each subject once."""
    with store.unit_of_work(at=NOW) as unit:
        for turn in "xy":
            unit.tasks.update(attrs.evolve(unit.tasks.get(f"T-3a{turn}"), status="done"))
        unit.commit()
    done = monitor.catch_up(now=NOW)
    assert (done.changes, judged(done)) == (2, {"project": 1, "objective": 1, "customer": 1})


def test_the_ways_back_are_those_of_the_rules() -> None:
    """From a kind and a field the reach gives the kinds of subjects that read it, however far away."""
    reach = reach_of(far_policy().plan)
    given = frozenset(company(1).given)

    def read_by(kind: str, field: str) -> set[str]:
        return {route.subject for route in reach.routes(kind, (field,), given)}

    assert read_by("task", "status") == {"objective", "project"}
    assert read_by("interaction", "direction") == {"project"}
    assert read_by("project", "due_on") == {"customer"}
    assert read_by("contact", EXISTS) == set()
    assert {route.subject for route in reach.readers("objective", given)} == {"project"}
    assert {route.subject for route in reach.readers("customer", given)} == {"portfolio"}
    assert reach.unreadable == frozenset()


def test_a_rule_that_cannot_be_read_may_read_anything() -> None:
    """With a rule that only runs natively every change judges every subject of its kind."""
    names: dict[str, Any] = {}
    exec("def opaque(project): return 1.0 if project.name else 0.0", names)
    rule = ak.rule(dimension="d")(names["opaque"])
    store = MemoryStore(company(3))
    monitor = Monitor(store, ak.Policy([rule], dimensions={"d": 1}), name="m")
    monitor.catch_up(now=NOW)
    written(store, "objectives", "O-1a", owner="ben")
    assert judged(monitor.catch_up(now=NOW)) == {"project": 6}
