"""What stores on SQL keep beside the facts: overrides, calls to action, and the way back into the past, on every engine."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import attrs
import pytest

import alignkit as ak
from alignkit.live.action_rules import ActionRule
from alignkit.live.actions import actions
from alignkit.sql import SqlStore
from alignkit.stores.actions import ActionEvent, CallToAction
from alignkit.stores.overrides import Override

START = datetime(2026, 3, 1, 12, 30, 0, 123_456, tzinfo=UTC)


def day(number: float) -> datetime:
    """A moment some days after the first of March 2026."""
    return START + timedelta(days=number)


@ak.rule(dimension="completion")
def work_is_done(project: ak.ProjectView) -> ak.Score:
    """The planned work is done."""
    return project.progress


@ak.gate(cap=100, message="Only {done} done", action="Help out", team="pmo")
def work_is_behind(project: ak.ProjectView) -> bool:
    """Less than half of the work is done."""
    done = ak.default(project.progress, 0.0)
    return done < 0.5


POLICY = ak.Policy([work_is_done], dimensions={"completion": 1})
RULES = [ActionRule(condition=work_is_behind)]


def test_overrides_come_back_as_they_were(url: str) -> None:
    """Values, order and a withdrawal survive, word for word."""
    first = Override(
        kind="project", id="P", band="amber", reason="Zwölf 🚰", author="ana", made_at=day(1), expires_at=day(9)
    )
    second = attrs.evolve(first, health="at_risk", band=None, made_at=day(2))
    with SqlStore.open(url) as store:
        store.overrides.append(first, second)
        store.overrides.append()
        taken = store.overrides.withdraw("project", "P", author="bo", at=day(3), reason="No")
    with SqlStore.open(url) as again:
        assert again.overrides.list() == (first, taken)
        assert taken == attrs.evolve(second, withdrawn=taken.withdrawn)


def test_calls_come_back_as_they_were(url: str) -> None:
    """A call with its history survives, is replaced by its next state, and is filtered by team and state."""
    call = CallToAction(
        rule_id="r",
        kind="project",
        subject_id="P",
        subject_name="Zwölf",
        teams=("pmo", "crm"),
        history=(ActionEvent(what="opened", at=day(1), reason="late"),),
    )
    closed = attrs.evolve(call, history=(*call.history, ActionEvent(what="closed", at=day(2))), sent=1)
    with SqlStore.open(url) as store:
        store.actions.change(lambda kept: [call])
        assert store.actions.list(team="crm", is_open=True) == (call,)
        store.actions.change(lambda kept: [closed] if kept == {call.key: call} else [])
        assert store.actions.list() == store.actions.list(is_open=False) == (closed,)
        assert store.actions.list(team="sales") == ()


def test_two_that_look_at_once_open_one_call(url: str) -> None:
    """Processes that bring the calls up to date at the same time open each call once."""
    with SqlStore.open(url) as store:
        store.upsert([ak.Project(id=f"P{n}", name="P", progress=0.1) for n in range(20)], at=day(0))
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: actions(store, POLICY, now=day(1), rules=RULES), range(4)))
        assert [(len(one.history), one.times_opened) for one in store.actions.list()] == [(1, 1)] * 20


def test_the_past_of_a_database(url: str) -> None:
    """Facts as of each moment are those that the store held then."""
    then = {}
    with SqlStore.open(url) as store:
        for number, progress in enumerate([0.1, None, 1.0, 0.4]):
            with store.unit_of_work(at=day(number)) as unit:
                if number:
                    unit.projects.update(attrs.evolve(unit.projects.get("P"), progress=progress, name=f"P{number}"))
                else:
                    unit.projects.add(ak.Project(id="P", name="P", progress=progress, due_on=day(3).date()))
                unit.commit()
            then[day(number)] = store.portfolio()
        assert {moment: store.as_of(moment) for moment in then} == then
        replayed = POLICY.replay(store, at=then)
        assert [one.score for one in replayed.history("project", "P")] == [10.0, None, 100.0, 40.0]


def test_tenants_do_not_see_each_other(tenants_url: str) -> None:
    """Overrides, calls and the past of one tenant are no other's."""
    with SqlStore.open(tenants_url, tenant="a") as a, SqlStore.open(tenants_url, tenant="b") as b:
        a.upsert([ak.Project(id="P", name="P", progress=0.1)], at=day(0))
        a.overrides.append(
            Override(kind="project", id="P", band="green", reason="r", author="x", made_at=day(0), expires_at=day(1))
        )
        actions(a, POLICY, now=day(1), rules=RULES)
        assert (len(a.actions.list()), len(a.overrides.list())) == (1, 1)
        assert (b.actions.list(), b.overrides.list(), len(b.as_of(day(5)))) == ((), (), 0)


@pytest.mark.parametrize("id", ["P" * 300, "Ünï:'%_"])
def test_long_and_odd_ids_are_keys(url: str, id: str) -> None:
    """Ids of subjects are kept as they are, also long ones."""
    with SqlStore.open(url) as store:
        store.upsert([ak.Project(id=id, name="P", progress=0.1)], at=day(0))
        actions(store, POLICY, now=day(1), rules=RULES)
        assert [one.subject_id for one in store.actions.list()] == [id]
