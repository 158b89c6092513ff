"""Facts as they were known, from the journal of a store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignkit.domain import Change, Contact, Customer, Interaction, Money, Need, Project, Task
from alignkit.errors import ValidationError
from alignkit.portfolio import Portfolio
from alignkit.sql import SqlStore
from alignkit.stores import MemoryStore
from alignkit.stores.past import as_it_was, as_of

START = datetime(2026, 1, 1, tzinfo=UTC)
IDS = ("a", "b", "c")


def day(number: int) -> datetime:
    """A day of January 2026."""
    return START + timedelta(days=number)


def one(facts: Portfolio, collection: str, id: str) -> Any:
    """A fact of a portfolio."""
    return facts.records(collection)[id]


@contextmanager
def opened(which: str) -> Iterator[Any]:
    """An empty store of a sort."""
    if which == "memory":
        yield MemoryStore()
    else:
        with SqlStore.open("sqlite://") as store:
            yield store


steps = st.lists(
    st.tuples(
        st.sampled_from(["write", "write", "write", "remove"]),
        st.sampled_from(IDS),
        st.sampled_from(["name", "status", "health", "due_on", "progress", "budget", "labels", "customer", "custom"]),
        st.integers(0, 3),
        st.booleans(),
    ),
    min_size=1,
    max_size=14,
)

VALUES: dict[str, tuple[Any, ...]] = {
    "name": ("One", "Two", "Zwölf", '"{'),
    "status": ("active", "on_hold", "completed", "odd, own"),
    "health": (None, "on_track", "off_track", "at_risk"),
    "due_on": (None, START.date(), day(9).date(), day(30).date()),
    "progress": (None, 0.0, 0.1, 1.0),
    "budget": (None, Money("1.50", "EUR"), Money("2", "EUR"), Money("0", "EUR")),
    "labels": ((), ("x",), ("x", "y"), ("null",)),
    "custom": ({}, {"risk": 0.5, "seen": START.date()}, {"at": START, "is_hot": True}, {"risk": "high"}),
}


def write(unit: Any, id: str, field: str, place: int) -> None:
    """Store a project under an id, new or with one field changed; or a customer that it then belongs to."""
    values = {"customer_id": f"K{place}"} if field == "customer" else {field: VALUES[field][place]}
    if field == "customer" and not unit.customers.find("id == which", {"which": f"K{place}"}):
        unit.customers.add(Customer(id=f"K{place}", name=f"Customer {place}"))
    known = unit.projects.find("id == which", {"which": id})
    if known:
        unit.projects.update(attrs.evolve(known[0], **values))
    else:
        unit.projects.add(Project(**{"id": id, "name": id, **values}))


@pytest.mark.parametrize("which", ["memory", "sqlite"])
@settings(max_examples=25)
@given(steps=steps)
def test_the_past_is_as_it_was_recorded(which: str, steps: list[Any]) -> None:
    """After any units of work, the facts as of each moment are the portfolio that was there then."""
    recorded: list[tuple[datetime, Portfolio]] = []
    with opened(which) as store:
        now = START
        for sort, id, field, place, is_later in steps:
            now += timedelta(hours=6) if is_later else timedelta(0)
            with store.unit_of_work(at=now, actor="ana") as unit:
                if sort == "write":
                    write(unit, id, field, place)
                elif unit.projects.find("id == which", {"which": id}):
                    unit.projects.remove(id)
                unit.commit()
            if recorded and recorded[-1][0] == now:
                recorded.pop()
            recorded.append((now, store.portfolio()))
        for moment, facts in recorded:
            found = as_of(store, moment)
            assert found.given | {"projects", "customers"} == facts.given | {"projects", "customers"}
            for name in facts.given & found.given:
                assert dict(found.records(name)) == dict(facts.records(name)), (moment, name)
        assert as_of(store, START - timedelta(days=1)).given == frozenset()


def test_facts_loaded_without_journal_were_always_known() -> None:
    """What a store began with is known at any moment, without the changes that came later."""
    store = MemoryStore(Portfolio(projects=[Project(id="P", name="Old")]))
    with store.unit_of_work(at=day(5)) as unit:
        unit.projects.update(attrs.evolve(unit.projects.get("P"), name="New"))
        unit.commit()
    assert [one(store.as_of(day(n)), "projects", "P").name for n in (4, 5)] == ["Old", "New"]


def test_an_erased_person_stays_erased() -> None:
    """Going back behind an erasure brings back neither the name nor the texts that held it."""
    store = MemoryStore()
    with store.unit_of_work(at=day(1)) as unit:
        unit.contacts.add(Contact(id="K", name="Ana Sol", email="ana@sol.example"))
        unit.interactions.add(Interaction(id="I", occurred_at=day(1), subject="Ana Sol called", contact_id="K"))
        unit.commit()
    with store.unit_of_work(at=day(2)) as unit:
        unit.interactions.update(attrs.evolve(unit.interactions.get("I"), subject="Closed"))
        unit.commit()
    store.erase("K", at=day(3))
    past = store.as_of(day(1))
    assert "Sol" not in repr([*past.records("contacts").values(), *past.records("interactions").values()])
    assert one(past, "interactions", "I").subject == "[erased] called"


def test_the_history_of_another_tool_shows_what_was_there_before_the_import() -> None:
    """
    A task imported today with its changelog stands as it stood last week, with the project and customer it needs; what
    the store knew last week was nothing.
    """
    store = MemoryStore()
    facts = Portfolio(
        customers=[Customer(id="C", name="C"), Customer(id="D", name="D")],
        projects=[Project(id="P", name="P", customer_id="C")],
        tasks=[Task(id="T", title="T", project_id="P", status="done", created_at=day(1))],
        needs=[Need(id="N", title="N", raised_at=day(9))],
        changes=[
            Change(id="j1", kind="task", subject_id="T", field="status", before="todo", after="blocked", occurred_at=day(3)),
            Change(id="j2", kind="task", subject_id="T", field="status", before="blocked", after="done", occurred_at=day(6)),
            Change(id="j3", kind="task", subject_id="T", field="Sprint", before="1", after="2", occurred_at=day(6)),
            Change(id="j4", kind="task", subject_id="T", field="due_on", before="soon", after=None, occurred_at=day(6)),
        ],
    )  # fmt: skip
    store.upsert(facts, at=day(20))
    assert store.as_of(day(19)).given == {"changes"}
    assert [one(as_it_was(store, day(n)), "tasks", "T").status for n in (2, 3, 7)] == ["todo", "blocked", "done"]
    then = as_it_was(store, day(7))
    assert (set(then.records("projects")), set(then.records("customers"))) == ({"P"}, {"C"})
    assert not then.records("needs") if "needs" in then.given else True
    assert as_it_was(store, day(20)) == store.portfolio()


def test_what_was_told_later_was_not_told_then() -> None:
    """A change that the customer heard of later reads as untold before."""
    change = Change(id="c", kind="project", subject_id="P", field="health", occurred_at=day(1), told_at=day(4))
    store = MemoryStore()
    store.upsert([Project(id="P", name="P"), change], at=day(2))
    with store.unit_of_work(at=day(9)) as unit:
        unit.projects.add(Project(id="Q", name="Q"))
        unit.commit()
    told = [one(store.as_of(day(n)), "changes", "c").told_at for n in (3, 5)]
    assert told == [None, day(4)]


def test_a_moment_is_aware() -> None:
    """A moment without a zone is refused."""
    with pytest.raises(ValidationError, match="expected an aware datetime"):
        as_of(MemoryStore(), datetime(2026, 1, 1))
