"""Subscribers are told what they asked for, at least once, and one that fails harms nobody else."""

from __future__ import annotations

import pickle
from datetime import datetime, timedelta
from typing import Any

import attrs
import pytest

import alignkit as ak
from alignkit.errors import NotFoundError, StoreError, ValidationError
from alignkit.live.events import AlignmentChanged
from alignkit.live.monitor import Monitor
from alignkit.stores import MemoryStore
from alignkit.testing import NOW
from tests.live.policies import far_policy


@ak.rule(dimension="d", action="Catch up with the plan", team="pmo")
def keeps_pace(project: ak.ProjectView) -> ak.Score:
    """Work done: {done}."""
    done = project.progress
    return None if done is None else done


def changed(store: MemoryStore, progress: float, team: str = "pmo", at: datetime = NOW) -> None:
    with store.unit_of_work(actor="ana", team=team, at=at) as unit:
        unit.projects.update(attrs.evolve(unit.projects.get("P-1"), progress=progress))
        unit.commit()


@pytest.fixture
def store() -> MemoryStore:
    """One project that is done, in a store that knows its journal."""
    made = MemoryStore()
    made.upsert(ak.Portfolio(projects=[ak.Project(id="P-1", name="Portal", progress=1.0)], changes=[]), at=NOW)
    return made


POLICY = ak.Policy([keeps_pace], dimensions={"d": 1})


def monitor_of(store: MemoryStore, **options: Any) -> Monitor:
    made = Monitor(store, POLICY, name="m", **options)
    made.catch_up(now=NOW)
    return made


def test_drops_add_up(store: MemoryStore) -> None:
    """A subscriber that waits for five points hears when small drops have come to five, and then starts anew."""
    heard: list[AlignmentChanged] = []
    monitor = monitor_of(store)
    monitor.subscribe(heard.append, name="s", min_drop=5)
    for progress in (0.98, 0.96, 0.94):
        changed(store, progress)
        monitor.catch_up(now=NOW)
    assert [(event.before.score, event.after.score) for event in heard] == [(100.0, 94.0)]
    changed(store, 0.90)
    monitor.catch_up(now=NOW)
    changed(store, 1.0)
    monitor.catch_up(now=NOW)
    changed(store, 0.96)
    monitor.catch_up(now=NOW)
    assert len(heard) == 1
    changed(store, 0.5)
    assert Monitor(store, POLICY, name="m").parked == ()
    monitor.catch_up(now=NOW)
    assert [(event.before.score, event.after.score) for event in heard[1:]] == [(100.0, 50.0)]


def test_an_event_says_why_and_whose_move_it_is(store: MemoryStore) -> None:
    """The reasons add up to the difference, name the rule with its evidence, and say who can act."""
    heard: list[AlignmentChanged] = []
    monitor = monitor_of(store)
    monitor.subscribe(heard.append, name="s")
    changed(store, 0.25, team="pmo")
    monitor.catch_up(now=NOW)
    (event,) = heard
    (reason,) = event.why
    assert (event.kind, event.id, event.name, event.at, event.teams) == ("project", "P-1", "Portal", NOW, ("pmo",))
    assert (reason.rule_id, reason.difference, reason.text) == ("keeps_pace", -75.0, "Work done: 0.25.")
    assert [(move.team, move.action) for move in event.moves] == [("pmo", "Catch up with the plan")]
    assert str(event).splitlines()[0] == "project P-1 (Portal): 100.0 (green) -> 25.0 (red)"
    copy = pickle.loads(pickle.dumps(event))
    assert copy == event
    assert copy.to_json() == event.to_json()


def test_a_team_does_not_hear_of_its_own_work(store: MemoryStore) -> None:
    """Of changes that come from a team alone it hears only when there is something for it to do."""
    heard: dict[str, list[str]] = {"crm": [], "pmo": []}
    monitor = monitor_of(store)
    for team, keys in heard.items():
        monitor.subscribe(lambda event, keys=keys: keys.append(event.key), name=team, team=team)  # type: ignore[misc]
    changed(store, 0.5, team="crm")
    monitor.catch_up(now=NOW)
    assert [len(keys) for keys in heard.values()] == [0, 1]
    changed(store, 0.4, team="pmo")
    monitor.catch_up(now=NOW)
    assert [len(keys) for keys in heard.values()] == [1, 2]
    changed(store, 0.9, team="pmo")
    monitor.catch_up(now=NOW)
    assert [len(keys) for keys in heard.values()] == [2, 2]


def test_one_that_fails_is_retried_then_parked_and_resumed(store: MemoryStore) -> None:
    """Others go on; the pause doubles; after the last try the error is kept until somebody resumes it."""
    calls: list[str] = []
    fine: list[str] = []
    is_broken = True

    def fail(event: AlignmentChanged) -> None:
        calls.append(event.key)
        if is_broken:
            raise RuntimeError("the mail server is away")

    monitor = monitor_of(store, tries=3, pause=timedelta(minutes=1))
    monitor.subscribe(fail, name="mail")
    monitor.subscribe(lambda event: fine.append(event.key), name="log")
    changed(store, 0.5)
    assert monitor.catch_up(now=NOW).delivered == {"log": 1}
    for minutes, number in ((0.5, 1), (1, 2), (2.5, 2), (3, 3)):
        monitor.catch_up(now=NOW + timedelta(minutes=minutes))
        assert len(calls) == number
    (parked,) = monitor.parked
    assert (parked.name, parked.tries, parked.waiting) == ("mail", 3, 1)
    assert parked.error == f"on {calls[0]}: RuntimeError: the mail server is away"
    changed(store, 0.4)
    monitor.catch_up(now=NOW + timedelta(days=9))
    assert (len(calls), len(fine)) == (3, 2)
    is_broken = False
    with pytest.raises(NotFoundError):
        monitor.resume("log")
    other = Monitor(store, POLICY, name="m")
    other.subscribe(fail, name="mail")
    assert [one.waiting for one in other.parked] == [2]
    other.resume("mail")
    assert other.catch_up(now=NOW).delivered == {"mail": 2}
    assert calls[-2:] == fine
    assert other.parked == ()


def test_the_event_on_which_one_failed_can_be_left_out(store: MemoryStore) -> None:
    """Resuming with skip goes on after the event that it failed on."""
    calls: list[float | None] = []

    def picky(event: AlignmentChanged) -> None:
        calls.append(event.after.score)
        if event.after.score == 50.0:
            raise ValueError("not this one")

    monitor = monitor_of(store, tries=1)
    monitor.subscribe(picky, name="picky")
    for progress in (0.5, 0.4):
        changed(store, progress)
        monitor.catch_up(now=NOW)
    monitor.resume("picky", skip=True)
    monitor.catch_up(now=NOW)
    assert calls == [50.0, 40.0]


def test_another_policy_starts_anew(store: MemoryStore) -> None:
    """After the policy changed everything is judged again, and nobody is told of a difference that no fact made."""
    heard: list[AlignmentChanged] = []
    monitor_of(store)
    changed(store, 0.5)
    other = Monitor(store, far_policy(), name="m")
    other.subscribe(heard.append, name="s")
    assert other.catch_up(now=NOW).is_full
    assert heard == []
    assert other.assessment.policy_version == far_policy().version


def test_a_failing_step_is_taken_again(store: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a step could not be stored nobody was told of it, and the next call finds the same."""
    heard: list[AlignmentChanged] = []
    monitor = monitor_of(store)
    monitor.subscribe(heard.append, name="s")
    changed(store, 0.5)

    def away(name: str, step: object) -> bool:
        raise StoreError("the disk is full", operation="advance monitor")

    with monkeypatch.context() as patched:
        patched.setattr(store.monitors, "advance", away)
        with pytest.raises(StoreError, match="disk"):
            monitor.catch_up(now=NOW)
    assert heard == []
    monitor.catch_up(now=NOW)
    assert [(event.before.score, event.after.score) for event in heard] == [(100.0, 50.0)]


def test_wrong_arguments_are_refused(store: MemoryStore) -> None:
    """Names, numbers, kinds and moments that cannot be meant get an error that says what would be right."""
    monitor = monitor_of(store)
    monitor.subscribe(print, name="s")
    for wrong in ({"name": "s"}, {"name": " "}, {"name": "a" * 65}, {"name": "x", "min_drop": 101}):
        with pytest.raises(ValidationError):
            monitor.subscribe(print, **wrong)  # type: ignore[arg-type]
    with pytest.raises(NotFoundError):
        monitor.subscribe(print, name="x", kinds=["task"])
    with pytest.raises(ValidationError, match="aware"):
        monitor.catch_up(now=datetime(2026, 1, 1))
    with pytest.raises(ValidationError):
        Monitor(store, POLICY, name="")
    with pytest.raises(ValidationError):
        Monitor(store, POLICY, name="x", tries=0)
    with pytest.raises(StoreError, match="catch_up"):
        _ = Monitor(store, POLICY, name="x").assessment
