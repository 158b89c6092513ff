"""Every store keeps for a monitor what it needs: all of a step, or nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs
import pytest

import alignkit as ak
from alignkit.errors import ValidationError
from alignkit.live.events import AlignmentChanged
from alignkit.live.monitor import Monitor
from alignkit.stores.monitoring import Advance, Reader
from alignkit.testing import NOW
from tests.live.policies import far_policy
from tests.live.worlds import wrong

JUDGED = ("objective", "project", "customer")
ALL = (*JUDGED, "portfolio")


def facts() -> list[Any]:
    """Two customers with a project each, and an objective that both projects serve."""
    found: list[Any] = [ak.Objective(id="O-1", title="Move"), ak.Objective(id="O-2", title="Stay")]
    for number in ("1", "2"):
        found += [
            ak.Customer(id=f"C-{number}", name=f"Customer {number}"),
            ak.Project(id=f"P-{number}", name=f"Project {number}", customer_id=f"C-{number}"),
            ak.Contribution(id=f"K-{number}", project_id=f"P-{number}", objective_id=f"O-{number}"),
            ak.Task(
                id=f"T-{number}", title="Pack", status="done", project_id=f"P-{number}", objective_id=f"O-{number}"
            ),
            ak.Interaction(
                id=f"I-{number}", kind="call", direction="inbound", customer_id=f"C-{number}", occurred_at=NOW
            ),
            ak.Need(
                id=f"N-{number}", title="Speed", customer_id=f"C-{number}", raised_at=NOW, project_id=f"P-{number}"
            ),
        ]
    return found


def slip(store: Any, task: str = "T-1", *, status: str = "todo", team: str = "pmo") -> None:
    """A task that was done is not."""
    with store.unit_of_work(actor="ana", team=team, at=NOW) as unit:
        unit.tasks.update(attrs.evolve(unit.tasks.get(task), status=status))
        unit.commit()


def started(store: Any, **options: Any) -> tuple[Monitor, list[AlignmentChanged]]:
    """A monitor at its first moment, and what it tells from then on."""
    store.upsert(facts(), at=NOW)
    heard: list[AlignmentChanged] = []
    monitor = Monitor(store, far_policy(), name="m")
    monitor.subscribe(heard.append, name="s", **options)
    monitor.catch_up(now=NOW)
    assert heard == []
    return monitor, heard


def test_a_change_is_told_once(store: Any) -> None:
    """Who subscribed hears of the project, the objective and the customer of a task that slipped, and nobody again."""
    monitor, heard = started(store)
    slip(store)
    done = monitor.catch_up(now=NOW)
    assert {(event.kind, event.id) for event in heard} == {
        ("objective", "O-1"),
        ("project", "P-1"),
        ("customer", "C-1"),
    }
    assert (done.changes, done.changed, done.delivered, done.is_full) == (1, 3, {"s": 3}, False)
    assert len({event.key for event in heard}) == 3
    assert monitor.catch_up(now=NOW).delivered == {}
    assert wrong(monitor, store, NOW, JUDGED) == []


def test_another_process_goes_on(store: Any) -> None:
    """A second monitor of the same name starts where the first stopped, and tells of what changed in between."""
    first, heard = started(store)
    slip(store)
    again: list[AlignmentChanged] = []
    second = Monitor(store, far_policy(), name="m")
    second.subscribe(again.append, name="s")
    assert second.cursor == first.cursor
    second.catch_up(now=NOW)
    assert {(event.kind, event.id) for event in again} >= {("project", "P-1"), ("customer", "C-1")}
    assert [change.subject_id for event in again for change in event.changes if event.kind == "project"] == ["T-1"]
    assert first.catch_up(now=NOW).delivered == {}
    assert heard == []
    slip(store, status="done")
    first.catch_up(now=NOW)
    assert {(event.kind, event.id) for event in heard} >= {("project", "P-1"), ("customer", "C-1")}
    assert wrong(first, store, NOW, ALL) == []


def test_an_event_is_the_same_after_it_was_kept(store: Any) -> None:
    """What is told a second time has the same key, scores, reasons and changes, from any process."""
    monitor, _ = started(store)

    def fail(event: AlignmentChanged) -> None:
        said.append(event)
        raise RuntimeError("not now")

    said: list[AlignmentChanged] = []
    monitor.subscribe(fail, name="later", kinds=["project"])
    slip(store)
    monitor.catch_up(now=NOW)
    other = Monitor(store, far_policy(), name="m", pause=timedelta(0))
    other.subscribe(said.append, name="later")
    other.catch_up(now=NOW + timedelta(minutes=2))
    assert len(said) == 2
    assert said[0] == said[1]
    assert said[0].to_json() == said[1].to_json()
    assert sum(reason.difference_micro for reason in said[1].why) == said[1].difference_micro


def test_unwritten_journals_are_noticed(store: Any) -> None:
    """Facts stored without a journal entry, and entries and duplicates that are replaced, are found all the same."""
    monitor, _ = started(store)
    store.upsert([ak.Task(id="T-1", title="Pack", status="todo", project_id="P-1")], at=NOW, journal=False)
    assert monitor.catch_up(now=NOW).is_full
    assert wrong(monitor, store, NOW, ALL) == []
    told = ak.Change(
        id="h-1", kind="project", subject_id="P-1", field="due_on", occurred_at=NOW, project_id="P-1", customer_id="C-1"
    )
    twice = ak.Duplicate(id="d-1", kind="task", left_id="T-1", right_id="T-2", project_id="P-9")
    store.upsert([told, twice], at=NOW)
    monitor.catch_up(now=NOW)
    store.upsert([attrs.evolve(told, told_at=NOW), attrs.evolve(twice, project_id="P-1")], at=NOW)
    monitor.catch_up(now=NOW)
    found = monitor.portfolio()
    assert found.records("changes")["h-1"] == attrs.evolve(told, told_at=NOW)
    assert found == store.portfolio()


def test_a_step_is_stored_once(store: Any) -> None:
    """A step that is not the next one is refused, and nothing of it is stored."""
    states = store.monitors
    step = Advance(1, "c", "v", NOW, {"project": {"P-1": (5, 1)}}, (), (), ())
    assert states.advance("m", step)
    assert not states.advance("m", attrs.evolve(step, rows={"project": {"P-1": (6, 1)}}))
    assert not states.advance("m", attrs.evolve(step, generation=3))
    kept = states.load("m")
    assert kept is not None
    assert (kept.generation, kept.cursor, kept.as_of) == (1, "c", NOW)
    assert kept.rows == {"project": {"P-1": (5, 1)}}
    next_one = Advance(2, "d", "v", NOW, None, [("project", "P-1", None), ("project", "P-2", (-1, -2))], (), ())
    assert states.advance("m", next_one)
    kept = states.load("m")
    assert kept is not None
    assert {kind: rows for kind, rows in kept.rows.items() if rows} == {"project": {"P-2": (-1, -2)}}
    assert states.load("other") is None


def test_subscribers_are_kept(store: Any) -> None:
    """How a subscriber is doing is kept until it does well again."""
    states = store.monitors
    states.advance("m", Advance(1, "c", "v", NOW, {}, (), (), ()))
    states.answered("m", "s", [], Reader(2, NOW, "on k: Error", is_parked=True))
    kept = states.load("m")
    assert kept is not None
    assert kept.readers == {"s": Reader(2, NOW, "on k: Error", is_parked=True)}
    states.answered("m", "s", [], Reader())
    kept = states.load("m")
    assert kept is not None
    assert kept.readers == {}


def test_foreign_cursors_are_refused(store: Any) -> None:
    """News are read from a cursor of this store only."""
    for cursor in ("", "memory:9+9", "x+1", "nothing"):
        with pytest.raises(ValidationError, match="cursor"):
            store.monitors.news(cursor)
