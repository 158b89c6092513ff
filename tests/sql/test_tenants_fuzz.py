"""Two tenants in one database: whatever the one calls, it is told what it would be told alone, and the other keeps all."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import alignkit as ak
from alignkit.domain import Contact, Customer, Interaction, Project
from alignkit.errors import AlignkitError
from alignkit.live.monitor import Monitor
from alignkit.portfolio import Portfolio
from alignkit.sql import SqlStore
from alignkit.stores import MemoryStore

from .neighbours import FACTS, NOW, REF, everything

DRAWN = settings(suppress_health_check=list(HealthCheck), phases=[Phase.generate], max_examples=8, database=None)
IDS = st.sampled_from(["a", "A", "é", "b"])


@ak.rule(dimension="one")
def is_served(project: ak.ProjectView) -> ak.Score:
    """Somebody of the customer was spoken to."""
    return ak.exists(i for i in project.interactions if i.contact is not None)


POLICY = ak.Policy([is_served], dimensions={"one": 1})
FINDS = [
    "customer.tier == 'A'",
    "count(i for i in interactions) > 0",
    "latest(i for i in interactions).kind == 'call'",
    "name != 'x'",
]
FACT = st.one_of(
    st.builds(Customer, id=IDS, name=st.just("Mine"), external_refs=st.sampled_from([(), (REF,)])),
    st.builds(Contact, id=IDS, name=st.just("Ada Byron"), customer_id=st.none() | IDS),
    st.builds(Project, id=IDS, name=st.just("Mine"), customer_id=st.none() | IDS),
    st.builds(Interaction, id=IDS, occurred_at=st.just(NOW), kind=st.just("call"), project_id=st.none() | IDS, contact_id=st.none() | IDS),
)  # fmt: skip
CALLS = st.one_of(
    st.tuples(st.just("upsert"), st.lists(FACT, max_size=4, unique_by=lambda fact: (type(fact), fact.id))),
    st.tuples(st.just("unit_of_work"), st.lists(st.tuples(st.sampled_from(["add", "update", "remove"]), FACT), min_size=1, max_size=3)),
    st.tuples(st.just("get"), st.sampled_from(["customers", "projects", "contacts", "interactions", "tasks"]), IDS),
    st.tuples(st.just("find"), st.sampled_from(FINDS), st.none() | st.integers(0, 2)),
    st.tuples(st.just("erase"), IDS),
    st.tuples(st.just("record")),
    st.tuples(st.just("history"), IDS),
    st.tuples(st.just("portfolio")),
    st.tuples(st.just("given")),
    st.tuples(st.just("changes")),
    st.tuples(st.just("judge")),
)  # fmt: skip
ELSEWHERE = {
    "open": "makes a store",
    "close": "ends it",
    "is_writing": "tests/sql/test_journal_waiting.py",
    "link_decisions": "tests/sql/test_link_decisions.py",
    "monitors": "the test below",
    "judged": "the same as judge, handed out while it is found",
    "engine": "a name",
    "runs": "tests/sql/test_runs.py",
    "judges_opaque": "a flag",
    "by_key": "reads what judge reads",
    "statement": "tests of statements",
    "as_of": "tests/sql/test_actions_and_overrides.py",
    "past": "reads what changes and portfolio read",
    "overrides": "tests/sql/test_actions_and_overrides.py",
    "actions": "tests/sql/test_actions_and_overrides.py",
}
"""Public names of a store that the calls above leave out, and why."""


def called(store: Any, call: tuple[Any, ...]) -> object:
    """What a store answers, or the error that it raises."""
    try:
        return _answer(store, *call)
    except AlignkitError as error:
        return type(error).__name__, sorted(str(error).splitlines())  # faults come in the store's own order


def _answer(store: Any, name: str, *arguments: Any) -> object:
    match name:
        case "upsert":
            return attrs.astuple(store.upsert(arguments[0], at=NOW))
        case "unit_of_work":
            with store.unit_of_work(actor="ana", at=NOW) as unit:
                for action, fact in arguments[0]:
                    repository = getattr(unit, f"{type(fact).__name__.lower()}s")
                    repository.remove(fact.id) if action == "remove" else getattr(repository, action)(fact)
                unit.commit()
            return None
        case "get":
            fact = getattr(store, arguments[0]).get(arguments[1])
            return fact, fact.version
        case "find":
            return [
                (fact, fact.version) for fact in store.projects.find(arguments[0], limit=arguments[1], order_by="-name")
            ]
        case "erase":
            return store.erase(arguments[0], at=NOW)
        case "record":
            return store.record(_assessed(store))
        case "judge":
            return _assessed(store).rows
        case "history":
            return store.history("project", arguments[0])
        case "changes":
            page = store.changes()
            return [attrs.evolve(change, id="entry") for change in page.changes], page.lag
        case "portfolio":
            found: Portfolio = store.portfolio()
            return {kind: dict(found.records(kind)) for kind in found.given - {"changes"}}
        case _:
            return store.given


def _assessed(store: Any) -> ak.Assessment:
    return POLICY.assess(store if isinstance(store, SqlStore) else store.portfolio(), now=NOW + timedelta(days=1))


@pytest.fixture(scope="module")
def neighbour(tenants_url: str) -> Iterator[SqlStore]:
    """A tenant with facts, a journal and recorded scores."""
    with SqlStore.open(tenants_url, tenant=uuid.uuid4().hex, durability="normal") as store:
        store.upsert(FACTS, actor="bo", at=NOW)
        store.record(_assessed(store))
        yield store


@given(calls=st.lists(CALLS, min_size=6, max_size=14))
@DRAWN
def test_tenants_are_alone(neighbour: SqlStore, tenants_url: str, calls: list[tuple[Any, ...]]) -> None:
    """Each answer, count and error of one tenant is that of a store of its own, and the other's are as before."""
    before = everything(neighbour)
    alone = MemoryStore()
    with SqlStore.open(tenants_url, tenant=uuid.uuid4().hex, durability="normal") as store:
        for call in calls:
            assert called(store, call) == called(alone, call), call
    assert everything(neighbour) == before


def test_every_public_name_is_called(neighbour: SqlStore) -> None:
    """A new method of stores asks to be called here, or to say where else tenants are kept apart in it."""
    names = {name for name in dir(neighbour) if not name.startswith("_")}
    repositories = {name for name in names if type(getattr(neighbour, name)).__name__ == "SqlReader"}
    called_here = {"upsert", "unit_of_work", "erase", "record", "history", "portfolio", "given", "changes", "judge"}
    assert names - repositories == called_here | set(ELSEWHERE)


def test_monitors_of_tenants_are_apart(neighbour: SqlStore, tenants_url: str) -> None:
    """Two tenants' monitors of one name: each advances, keeps and tells its own only."""
    heard: dict[str, list[Any]] = {"here": [], "there": []}
    with SqlStore.open(tenants_url, tenant=uuid.uuid4().hex) as here:
        monitors = {"here": Monitor(here, POLICY, name="m"), "there": Monitor(neighbour, POLICY, name="m")}
        for name, monitor in monitors.items():
            monitor.subscribe(heard[name].append, name="s")
        monitors["there"].catch_up(now=NOW)
        kept = neighbour.monitors.load("m")
        assert (here.monitors.load("m"), here.monitors.waiting("m")) == (None, {})
        here.upsert([Project(id="a", name="Mine")], at=NOW)
        monitors["here"].catch_up(now=NOW)
        here.upsert(
            [
                Contact(id="a", name="Ada Byron"),
                Interaction(id="a", occurred_at=NOW, kind="call", project_id="a", contact_id="a"),
            ],
            at=NOW,
        )
        monitors["here"].catch_up(now=NOW)
        assert [event.id for event in heard["here"] if event.kind == "project"] == ["a"]
        assert heard["there"] == []
        assert neighbour.monitors.load("m") == kept
