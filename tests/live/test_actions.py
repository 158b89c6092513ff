"""What becomes of a call to action: opened once, closed when its condition clears, opened again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import alignkit as ak
from alignkit.errors import ValidationError
from alignkit.live.action_rules import ActionRule
from alignkit.live.actions import actions
from alignkit.sql import SqlStore
from alignkit.stores import MemoryStore
from alignkit.stores.actions import ActionEvent, CallToAction

START = datetime(2026, 3, 1, tzinfo=UTC)


def day(number: float) -> datetime:
    """A day after the first of March 2026."""
    return START + timedelta(days=number)


@ak.rule(dimension="completion")
def work_is_done(project: ak.ProjectView) -> ak.Score:
    """The planned work is done."""
    return project.progress


@ak.gate(cap=100, message="Only {done} done", action="Help out", team="pmo")
def work_is_behind(project: ak.ProjectView) -> bool | None:
    """Less than half of the work is done."""
    done = project.progress
    if done is None:
        return None
    return done < 0.5


POLICY = ak.Policy([work_is_done], dimensions={"completion": 1})
BEHIND = ActionRule(condition=work_is_behind, escalate_to="admin", escalate_after_days=7)


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A store with a project that is behind."""
    made: Any = MemoryStore() if request.param == "memory" else SqlStore.open("sqlite://")
    made.upsert([ak.Project(id="P", name="Pump", progress=0.2)], at=day(0))
    yield made
    made.close()


def progress(store: Any, value: float | None, at: float) -> None:
    """The project's progress becomes another."""
    with store.unit_of_work(at=day(at)) as unit:
        unit.projects.update(attrs.evolve(unit.projects.get("P"), progress=value))
        unit.commit()


def look(store: Any, at: float, **options: Any) -> Any:
    """Bring the calls up to date on a day."""
    return actions(store, POLICY, now=day(at), rules=[BEHIND], **options)


def told(store: Any) -> list[tuple[str, datetime]]:
    """The history of the only call."""
    (call,) = store.actions.list()
    return [(event.what, event.at) for event in call.history]


def test_a_call_is_opened_once(store: Any) -> None:
    """Looking again finds the same call; it says what is wrong, what to do and whose move it is."""
    first, second = look(store, 1), look(store, 2)
    (call,) = second.open
    assert (call.reason, call.action, call.teams, call.subject_name) == ("Only 0.2 done", "Help out", ("pmo",), "Pump")
    assert (len(first.opened), second.changed, call.opened_at, call.times_opened) == (1, (), day(1), 1)


def test_it_closes_when_the_condition_clears_and_is_opened_again(store: Any) -> None:
    """One call keeps the whole history: opened, closed, reopened."""
    look(store, 1)
    progress(store, 0.8, 2)
    assert [one.closed_at for one in look(store, 3).closed] == [day(3)]
    assert look(store, 4).open == ()
    progress(store, 0.3, 5)
    again = look(store, 6)
    assert told(store) == [("opened", day(1)), ("closed", day(3)), ("reopened", day(6))]
    assert (again.open[0].times_opened, again.open[0].reason) == (2, "Only 0.3 done")


def test_nothing_known_closes_nothing(store: Any) -> None:
    """When progress is no longer known the call stays open, and the report says that it is undecided."""
    look(store, 1)
    progress(store, None, 2)
    found = look(store, 3)
    assert ([one.key for one in found.undecided], len(found.open)) == ([("work_is_behind", "project", "P")], 1)


def test_a_subject_that_is_gone_closes(store: Any) -> None:
    """A call on a project that was removed is closed, and says why."""
    look(store, 1)
    with store.unit_of_work(at=day(2)) as unit:
        unit.projects.remove("P")
        unit.commit()
    (closed,) = look(store, 3).closed
    assert closed.history[-1].reason == "the subject is gone"


def test_another_team_is_asked_after_a_while(store: Any) -> None:
    """After seven days the next team is asked too, once."""
    look(store, 1)
    assert look(store, 7.9).open[0].teams == ("pmo",)
    assert look(store, 8).open[0].teams == ("pmo", "admin")
    assert look(store, 30).changed == ()
    assert [what for what, _ in told(store)] == ["opened", "escalated"]
    assert len(look(store, 30).of_team("admin")) == 1


def test_a_hook_hears_of_everything_and_its_failures_are_isolated(store: Any) -> None:
    """A hook that raises stops nothing: the call is kept, the error is reported, and next time it hears of it again."""
    heard: list[tuple[str, str]] = []

    def failing(call: CallToAction, event: ActionEvent) -> None:
        raise OSError("no network")

    store.upsert([ak.Project(id="Q", name="Q", progress=0.1)], at=day(0))
    found = look(store, 1, send=failing)
    assert ([str(one.error) for one in found.failures], len(found.open)) == (["no network", "no network"], 2)
    progress(store, 0.9, 2)
    look(store, 3, send=lambda call, event: heard.append((call.subject_id, event.what)))
    assert heard == [("P", "opened"), ("P", "closed"), ("Q", "opened")]
    heard.clear()
    look(store, 4, send=lambda call, event: heard.append((call.subject_id, event.what)))
    assert heard == []


def test_rules_that_are_not_asked_stay_as_they_are(store: Any) -> None:
    """Calls of other rules are left alone, and two rules of one id are refused."""
    look(store, 1)
    assert len(actions(store, POLICY, now=day(2), rules=[]).open) == 1
    with pytest.raises(ValidationError, match="different ids"):
        actions(store, POLICY, now=day(2), rules=[BEHIND, BEHIND])


def test_a_store_gives_calls_by_team_and_state(store: Any) -> None:
    """The log filters by team and by whether a call is open; the report has a page and tables."""
    found = look(store, 1)
    log = store.actions
    assert [len(log.list(team="pmo")), len(log.list(team="crm")), len(log.list(is_open=False))] == [1, 0, 0]
    assert "Only 0.2 done" in found._repr_html_()
    assert [column.name for column in found.table("open").columns][:3] == ["rule_id", "kind", "subject_id"]


def test_calls_outlive_the_process(tmp_path: Any) -> None:
    """A store that is opened again has the calls with their history, word for word; another tenant has none."""
    url = f"sqlite:///{tmp_path}/company.db"
    with SqlStore.open(url, tenant="a") as first:
        first.upsert([ak.Project(id="P", name="Zwölf", progress=0.2)], at=day(0))
        look(first, 1)
        look(first, 9)
        kept = first.actions.list()
    with SqlStore.open(url, tenant="a") as again, SqlStore.open(url, tenant="b") as other:
        assert (again.actions.list(), other.actions.list()) == (kept, ())


@settings(max_examples=30)
@given(values=st.lists(st.none() | st.sampled_from([0.1, 0.4, 0.5, 0.9]), min_size=1, max_size=10))
def test_open_means_that_it_was_last_seen_to_hold(values: list[float | None]) -> None:
    """Whatever happens: a call is open exactly when its condition held the last time that it could be told."""
    store = MemoryStore()
    store.upsert([ak.Project(id="P", name="P", progress=0.9)], at=day(0))
    seen: list[bool] = []
    for number, value in enumerate(values, 1):
        progress(store, value, number)
        found = look(store, number)
        seen += [] if value is None else [value < 0.5]
        assert bool(found.open) == bool(seen and seen[-1])
        turns = sum(now and not before for before, now in zip([False, *seen], seen, strict=False))
        assert sum(one.times_opened for one in store.actions.list()) == turns
