"""
Imports into databases: runs, source states and facts are stored together, on every engine as in memory.

A process may end at any statement; `Ending` ends one there.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event

from alignkit.domain import Customer, Entity, ExternalRef, Opportunity, Project, Task
from alignkit.errors import PortfolioError, ValidationError
from alignkit.importers import Import, apply_webhook, jira, load, parse_preset, pipedrive, read
from alignkit.sql import SqlStore
from alignkit.stores import MemoryStore
from alignkit.stores.runs import ImportRun, Settlement, SourceState, Stored

UTC = timezone.utc
NOW = datetime(2026, 3, 2, 12, 0, 0, 123_456, tzinfo=UTC)
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
REF = ExternalRef("jira", "issue", "HM-1 Ærø " + "x" * 500)

KNOT = parse_preset(
    """
    system = "desk"
    [tables.wants]
    format = "any"
    stems = "wants"
    key = "id"
    requires = ["id", "title", "work"]
    becomes = "needs"
    [tables.wants.fields]
    title = "title"
    raised_at = "raised"
    task_id = { columns = "work", reference = "works" }
    [tables.works]
    format = "any"
    stems = "works"
    key = "id"
    requires = ["id", "title", "want"]
    becomes = "tasks"
    [tables.works.fields]
    title = "title"
    need_id = { columns = "want", reference = "wants" }
    """
)


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    """A store on empty tables."""
    with SqlStore.open(url) as opened:
        yield opened


def knot(count: int) -> Import:
    """So many needs and tasks that name each other."""
    wants = [
        {"id": f"w{n}", "title": f"Want {n}", "raised": "2026-01-01T00:00:00Z", "work": f"t{count - 1 - n}"}
        for n in range(count)
    ]
    works = [{"id": f"t{n}", "title": f"Work {n}", "want": f"w{n}"} for n in range(count)]
    return read(KNOT, {"wants": wants, "works": works})


def kept(store: Any) -> dict[str, dict[str, tuple[Any, int]]]:
    """Everything that is stored, with versions."""
    portfolio = store.portfolio()
    return {
        name: {id: (fact, getattr(fact, "version", 0)) for id, fact in portfolio.records(name).items()}
        for name in sorted(portfolio.given - {"changes"})
    }


def told(store: Any) -> list[tuple[Any, ...]]:
    """The journal without the ids of its entries, which are each store's own."""
    changes = store.changes(limit=10_000).changes
    return [(one.kind, one.subject_id, one.field, one.before, one.after, one.occurred_at) for one in changes]


def run(name: str = "nightly", number: int = 1, **more: Any) -> ImportRun:
    """A run that just began."""
    return ImportRun(name=name, number=number, fingerprint="f", started_at=START, touched_at=NOW, **more)


def test_a_database_gives_back_runs_and_states(store: SqlStore) -> None:
    """What was kept comes back equal: moments to the microsecond, long names, and what nobody said."""
    runs = [run(sources={"a.csv": "1f"}, done=3, total=9, waiting=1), run(number=2, finished_at=NOW), run("other")]
    states = [
        SourceState(ref=REF, moment=NOW, deliveries=("d1", "d2")),
        SourceState(ref=REF, field="title", moment=START),
        SourceState(ref=ExternalRef("github", "issue", "1"), moment=None, is_deleted=True),
    ]
    for one in runs:
        store.runs.settle(lambda _, one=one: Settlement(run=lambda _: one), at=NOW)  # type: ignore[misc]
    store.runs.settle(lambda _: Settlement(states=tuple(states)), at=NOW)
    assert store.runs.list() == (runs[2], runs[1], runs[0])
    assert store.runs.list("nightly") == (runs[1], runs[0])
    assert store.runs.list("nightly", limit=1) == (runs[1],)
    assert store.runs.states(REF, states[2].ref, ExternalRef("a", "b", "c")) == tuple(states)


def test_states_are_replaced_and_forgotten(store: SqlStore) -> None:
    """A state takes the place of the one of its record and field; forgotten records keep only what is given anew."""
    first = [SourceState(ref=REF, field=field, moment=START) for field in ("", "a", "b")]
    store.runs.settle(lambda _: Settlement(states=tuple(first)), at=NOW)
    newer = SourceState(ref=REF, moment=NOW)
    keep = SourceState(ref=REF, field="b", moment=NOW)
    store.runs.settle(lambda _: Settlement(states=(newer, keep), forgotten=(REF,)), at=NOW)
    assert store.runs.states(REF) == (newer, keep)


def test_a_step_sees_what_is_stored(store: SqlStore) -> None:
    """Facts by id, by external reference and by what they point at, and the newest run, as in memory."""
    refs = (ExternalRef("jira", "project", "HM"),)
    facts: list[Entity] = [
        Project(id="p", name="Harbour", external_refs=refs),
        Task(id="t2", title="Two", project_id="p"),
        Task(id="t1", title="One", project_id="p"),
    ]
    memory = MemoryStore()
    seen: list[Any] = []

    def look(stored: Stored) -> Settlement:
        seen.append(
            (
                dict(stored.facts("projects", ["p", "none"])),
                dict(stored.holders("projects", [*refs, REF])),
                stored.referring("tasks", "project_id", ["p"]),
                dict(stored.states([REF])),
                stored.last_run("nightly"),
            )
        )
        return Settlement(run=lambda _: run(number=len(seen)))

    for one in (store, memory):
        one.upsert(facts, at=NOW)
        one.runs.settle(look, at=NOW)
    assert seen[0] == seen[1]
    assert [fact.id for fact in seen[0][2]] == ["t1", "t2"]


def test_a_step_is_all_or_nothing(store: SqlStore) -> None:
    """Where facts break the laws, neither state nor run nor removal of the step is stored."""
    store.upsert([Customer(id="c", name="Harbour")], at=NOW)
    broken: dict[str, tuple[Entity, ...]] = {"tasks": (Task(id="t", title="x", project_id="none"),)}
    state = SourceState(ref=REF, moment=NOW)
    step = Settlement(facts=broken, removed=(("customers", "c"),), states=(state,), run=lambda _: run())
    with pytest.raises(PortfolioError):
        store.runs.settle(lambda _: step, at=NOW)
    assert (store.runs.list(), store.runs.states(REF)) == ((), ())
    assert [one.id for one in store.customers.find()] == ["c"]
    with pytest.raises(ValidationError):
        store.runs.settle(lambda _: Settlement(), at=NOW.replace(tzinfo=None))


def test_the_same_input_twice_changes_nothing(store: SqlStore) -> None:
    """Loaded again, nothing is added, updated, or written into the journal; it is what memory keeps."""
    memory = MemoryStore()
    for one in (store, memory):
        first = load(one, knot(7), at=NOW, batch_size=4)
        assert (first.run.added, first.run.updated) == (14, 0)
    before = told(store)
    again = load(store, knot(7), at=NOW + timedelta(days=1), batch_size=4)
    assert (again.run.added, again.run.updated, again.run.unchanged) == (0, 0, 14)
    assert told(store) == before == told(memory)
    assert kept(store) == kept(memory)


class Ended(BaseException):
    """The process ended here."""


class Ending:
    """Ends the process before the n-th statement of an engine."""

    def __init__(self, engine: Engine) -> None:
        self.left: int | None = None
        event.listen(engine, "before_cursor_execute", self)

    def __call__(self, *_: Any) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                self.left = None
                raise Ended


@pytest.mark.parametrize("place", [4, 19, 33, 47, 61, 74, 88])
def test_a_run_cut_at_any_statement_goes_on(url: str, place: int) -> None:
    """Ended in the middle of a batch, and again later, the run goes on to the very state of one without cuts."""
    clean = MemoryStore()
    whole = load(clean, knot(6), at=NOW, run="nightly", batch_size=3)
    engine = create_engine(url)
    ending = Ending(engine)
    try:
        with SqlStore.open(engine) as store:
            for left in (place, place // 2):
                ending.left = left
                # An engine that needs fewer statements may be done by the second time.
                with contextlib.suppress(Ended) if store.runs.list() else pytest.raises(Ended):
                    load(store, knot(6), at=NOW, run="nightly", batch_size=3)
                ending.left = None
                assert all(one.done % 3 == 0 for one in store.runs.list("nightly"))
            done = load(store, knot(6), at=NOW, run="nightly", batch_size=3)
            assert kept(store) == kept(clean)
            assert told(store) == told(clean)
            assert done.run.total == whole.run.total
            first = store.runs.list("nightly")[-1]
            assert (first.number, first.is_finished, first.added, first.updated) == (1, True, 12, 0)
    finally:
        engine.dispose()


def deal(minute: int, action: str = "change") -> Any:
    """A message of Pipedrive about one deal."""
    at = (START + timedelta(minutes=minute)).isoformat()
    meta = {"action": action, "entity": "deal", "entity_id": "5", "timestamp": at, "version": "2.0"}
    data = {"id": 5, "title": f"Boiler {minute}", "status": "open", "add_time": "2026-02-01T10:00:00Z"}
    return pipedrive.webhook({"meta": meta, "data": None if action == "delete" else data})


def test_webhooks_are_taken_as_in_memory(store: SqlStore) -> None:
    """Messages out of order, repeated, and about deletions do in a database what they do in memory."""
    memory = MemoryStore()
    messages = [deal(4), deal(2), deal(4), deal(6, "delete"), deal(5), deal(6, "delete"), deal(7), deal(6)]
    outcomes = [[apply_webhook(one, message, at=NOW).outcomes[0] for message in messages] for one in (store, memory)]
    assert outcomes[0] == outcomes[1]
    assert outcomes[0] == ["stored", "outdated", "repeated", "removed", "outdated", "repeated", "stored", "outdated"]
    assert kept(store) == kept(memory)
    assert told(store) == told(memory)
    ref = ExternalRef("pipedrive", "deal", "5")
    assert store.runs.states(ref) == memory.runs.states(ref)


def test_a_deleted_project_leaves_no_loose_ends(store: SqlStore) -> None:
    """A deletion takes the fact, and references to it, in one transaction."""
    refs = (ExternalRef("jira", "project", "HM"),)
    facts: list[Entity] = [
        Project(id="p", name="Harbour", external_refs=refs),
        Task(id="t", title="Fit", project_id="p"),
        Opportunity(id="o", name="Boiler", project_id="p"),
    ]
    store.upsert(facts, at=NOW)
    project = {"id": 10000, "key": "HM", "name": "Harbour"}
    gone = jira.webhook({"timestamp": 1_772_443_800_000, "webhookEvent": "project_deleted", "project": project})
    applied = apply_webhook(store, gone, at=NOW)
    assert (applied.removed, applied.updated) == (1, 2)
    assert store.projects.find() == ()
    assert store.tasks.get("t").project_id is None


def test_messages_that_come_together_end_the_same(store: SqlStore) -> None:
    """Several receivers at once, on one record: the newest message wins, and each is taken once."""
    messages = [deal(minute) for minute in (3, 9, 1, 7, 5, 9, 2, 8)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda message: apply_webhook(store, message, at=NOW), messages))
    (found,) = store.opportunities.find()
    assert found.name == "Boiler 9"
    (state,) = store.runs.states(ExternalRef("pipedrive", "deal", "5"))
    assert state.moment == START + timedelta(minutes=9)


def test_tenants_import_apart(empty_url: str) -> None:
    """A tenant sees its own runs and states only."""
    with SqlStore.open(empty_url, tenant="one") as one, SqlStore.open(empty_url, tenant="two") as two:
        apply_webhook(one, deal(5), at=NOW)
        assert apply_webhook(two, deal(3), at=NOW).outcomes == ("stored",)
        load(one, knot(1), at=NOW, run="nightly")
        assert (len(one.runs.list()), len(two.runs.list())) == (1, 0)
        assert one.opportunities.find()[0].name != two.opportunities.find()[0].name
