"""Conditions are answered in the database, with the facts that the store in memory finds, and no others fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from alignkit.domain import Customer, Interaction, Money, Project, Task
from alignkit.errors import AlignkitError, ExpressionError
from alignkit.policy.filters import compile_filter
from alignkit.sql import SqlStore, filters
from alignkit.stores import MemoryStore
from alignkit.stores.finding import sortable
from alignkit.testing import NOW
from alignkit.testing.strategies import portfolios

from .filtering import FIELDS, NAMES, OF, conditions

DRAWN = settings(suppress_health_check=list(HealthCheck), phases=[Phase.generate], max_examples=10, database=None)
VALUES = {**NAMES, "day": NOW.date(), "moment": NOW}


@st.composite
def questions(draw: st.DrawFn) -> tuple[str, str, str | None, int | None]:
    """A collection, a condition on its facts, an order and a limit."""
    collection = draw(st.sampled_from(sorted(FIELDS)))
    order = draw(st.none() | st.sampled_from(sorted(sortable(collection))))
    if order is not None and draw(st.booleans()):
        order = f"-{order}"
    return collection, draw(conditions(collection)), order, draw(st.none() | st.integers(0, 3))


def asked(store: Any, question: tuple[str, str, str | None, int | None]) -> object:
    """What a store finds, or the error that it raises."""
    collection, text, order, limit = question
    names = {name: value for name, value in VALUES.items() if name in text}
    try:
        return [fact.id for fact in getattr(store, collection).find(text, names, order_by=order, limit=limit)]
    except AlignkitError as error:
        return type(error), str(error)


@given(facts=portfolios(now=NOW, max_records=6), many=st.lists(questions(), min_size=12, max_size=12))
@DRAWN
def test_finds_what_memory_finds(
    facts: Any, many: list[tuple[str, str, str | None, int | None]], url: str, wipe: Callable[[str], None]
) -> None:
    """Generated conditions, orders and limits over generated facts: every database finds what memory finds."""
    wipe(url)
    model = MemoryStore()
    model.upsert(facts, at=NOW, dangling="unlink")
    with SqlStore.open(url) as store:
        store.upsert(facts, at=NOW, journal=False, dangling="unlink")
        for question in many:
            assert asked(store, question) == asked(model, question), question


@pytest.mark.parametrize("text", [text for texts in FIELDS.values() for text in texts])
def test_every_form_has_a_statement(text: str) -> None:
    """None of the conditions of that test is judged here instead: all of them become statements."""
    (kind,) = (OF[collection] for collection, texts in FIELDS.items() if text in texts)
    names = {name: value for name, value in VALUES.items() if name in text}
    condition = compile_filter(kind, text, names)
    filters.refuse_foreign(condition.test)


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    """A store of 300 projects of three customers, and the interactions of one."""
    with SqlStore.open(url) as opened:
        opened.upsert(
            [
                *(Customer(id=f"C{n}", name="x", tier=tier) for n, tier in enumerate(("A", "a", None))),
                *(
                    Project(id=f"P{n:03}", name="x", customer_id=f"C{n % 3}", status="active", progress=n / 300)
                    for n in range(300)
                ),
                *(Interaction(id=f"I{n}", occurred_at=NOW, kind="call", project_id="P009") for n in range(40)),
                Task(id="T", title="x"),
            ],
            at=NOW,
            journal=False,
        )
        yield opened


class Counted:
    """Counts the rows that cursors fetch, and keeps the statements, of every connection of an engine."""

    def __init__(self, store: SqlStore) -> None:
        self.statements: list[str] = []
        self.rows = 0
        event.listen(store._database.engine, "before_cursor_execute", self._note)

    def _note(self, connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        self.statements.append(statement)


def test_fetches_what_it_gives(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a condition, an order and a limit, one statement is run on the facts and only what is given is fetched."""
    from alignkit.sql.rows import Rows

    fetched: list[int] = []
    plain = Rows.facts

    def counted(self: Rows, rows: Any) -> list[Any]:
        fetched.append(len(rows))
        return plain(self, rows)

    monkeypatch.setattr(Rows, "facts", counted)
    seen = Counted(store)
    found = store.projects.find(
        "status == 'active' and progress < done and customer.tier == 'A'", {"done": 0.5}, order_by="-progress", limit=5
    )
    assert [project.id for project in found] == ["P147", "P144", "P141", "P138", "P135"]
    assert fetched == [5]
    assert len([text for text in seen.statements if text.lstrip().upper().startswith(("SELECT", "WITH"))]) == 1
    assert "LIMIT" in seen.statements[-1].upper()
    assert "'A'" not in seen.statements[-1]


def test_counts_relations_in_the_database(store: SqlStore) -> None:
    """Aggregates over relations are subqueries of the same statement."""
    seen = Counted(store)
    assert [p.id for p in store.projects.find("count(i for i in interactions if i.kind == 'call') == 40")] == ["P009"]
    assert sum("ak_interactions" in text for text in seen.statements) == 1


@pytest.mark.parametrize(
    ("collection", "text", "ids"),
    [
        ("projects", "latest(i for i in interactions).kind == 'call'", ["P009"]),
        ("customers", "exists(p for p in projects if count(i for i in p.interactions) > 39)", ["C0"]),
        ("projects", "exists(c for c in changes)", []),
    ],
)
def test_what_has_no_statement_is_judged_here(store: SqlStore, collection: str, text: str, ids: list[str]) -> None:
    """Conditions that SQL does not take have the same result, by way of everything that is stored."""
    seen = Counted(store)
    assert [fact.id for fact in getattr(store, collection).find(text)] == ids
    assert sum("ak_tasks" in statement for statement in seen.statements) == 1


def test_amounts_of_several_currencies_are_refused_as_in_memory(store: SqlStore) -> None:
    """Amounts are compared where there is one currency; of two, no number says how much they are."""
    store.upsert([Project(id="E", name="x", budget=Money("5", "EUR"))], at=NOW)
    assert [project.id for project in store.projects.find("budget > 4")] == ["E"]
    store.upsert([Customer(id="S", name="x", annual_value=Money("5", "SEK"))], at=NOW)
    with pytest.raises(AlignkitError, match="EUR, SEK"):
        store.projects.find("budget > 4")


def test_values_are_bound(store: SqlStore) -> None:
    """Text handed in by name is a value, whatever it says."""
    for word in ("' OR 1=1 --", "%", "_", "\\", ":name", "%s", "?", "$1"):
        assert store.projects.find("name == word", {"word": word}) == ()
        assert len(store.projects.find("name != word", {"word": word}, limit=3)) == 3


def test_faults_are_told_before_the_database_is_asked(store: SqlStore) -> None:
    """A condition with a fault is refused with its place, without a statement."""
    seen = Counted(store)
    with pytest.raises(ExpressionError, match="progres"):
        store.projects.find("progres < 1")
    assert seen.statements == []


def test_a_unit_of_work_finds_its_own_writes(store: SqlStore) -> None:
    """Inside a unit of work conditions see what it wrote."""
    with store.unit_of_work(at=NOW) as unit:
        unit.projects.add(Project(id="new", name="mine", customer_id="C0"))
        unit.projects.remove("P000")
        assert [p.id for p in unit.projects.find("name == 'mine' and customer.tier == 'A'")] == ["new"]
        assert unit.projects.find("id == 'P000'") == ()


def test_moments_to_come_are_seen(store: SqlStore) -> None:
    """There is no `now` in a filter: what lies ahead counts, and an answered moment ahead is known."""
    ahead = NOW + timedelta(days=9_999)
    store.upsert([Interaction(id="late", kind="call", occurred_at=ahead, answered_at=ahead, project_id="P001")], at=NOW)
    assert [i.id for i in store.interactions.find("answered_at is not None")] == ["late"]
    assert [p.id for p in store.projects.find("count(i for i in interactions) == 1")] == ["P001"]
