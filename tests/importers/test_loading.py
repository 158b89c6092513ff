"""Imports into the store that is the reference: the same input twice changes nothing, and a cut run goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignkit.domain import Customer, Entity, ExternalRef, Project
from alignkit.errors import ImportRefusedError, StoreError, ValidationError
from alignkit.importers import Import, hivemind, hubspot, jira, load, ofbiz, parse_preset, read
from alignkit.stores import MemoryStore
from alignkit.stores.runs import ImportRun, Settled, SourceState

UTC = timezone.utc
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DATA = Path(__file__).resolve().parents[1] / "data"

KNOT = parse_preset(
    """
    system = "desk"
    [tables.companies]
    stems = "companies"
    key = "id"
    requires = ["id", "name"]
    becomes = "customers"
    [tables.companies.fields]
    name = "name"
    [tables.wants]
    stems = "wants"
    key = "id"
    requires = ["id", "title", "raised", "work"]
    becomes = "needs"
    [tables.wants.fields]
    title = "title"
    raised_at = "raised"
    customer_id = { columns = "company", reference = "companies" }
    task_id = { columns = "work", reference = "works" }
    [tables.works]
    stems = "works"
    key = "id"
    requires = ["id", "title", "want"]
    becomes = "tasks"
    [tables.works.fields]
    title = "title"
    need_id = { columns = "want", reference = "wants" }
    parent_id = { columns = "parent", reference = "works" }
    """
)
"""Needs and tasks that refer to each other, so that no order of storing them is enough."""


def knot(count: int, title: str = "x", upto: int | None = None) -> Import:
    """So many companies, needs and tasks, tied crosswise; of the rows, the first so many."""
    last = count - 1
    rows: dict[str, list[dict[str, str]]] = {
        "companies": [{"id": f"c{n}", "name": f"Company {n}"} for n in range(count)],
        "wants": [
            {
                "id": f"w{n}",
                "title": f"{title} {n}",
                "raised": "2026-01-01T00:00:00Z",
                "company": f"c{last - n}",
                "work": f"t{last - n}",
            }
            for n in range(count)
        ],
        "works": [
            {"id": f"t{n}", "title": f"{title} {n}", "want": f"w{n}", "parent": f"t{n + 1}" if n < last else ""}
            for n in range(count)
        ],
    }
    if upto is not None:
        left = upto
        for name, some in list(rows.items()):
            rows[name] = some[:left]
            left -= len(rows[name])
    pages = {name: some for name, some in rows.items() if some}
    return read(_json(), pages) if pages else read(_json(), {"companies": []})


def _json() -> Any:
    preset = KNOT
    for name in preset.tables:
        preset = preset.with_table(name, format="any")
    return preset


class Cut(Exception):
    """The process ended here."""


class Cutting:
    """A store whose process ends at the n-th step: before it is stored, or after and before anybody hears of it."""

    def __init__(self, store: MemoryStore, steps: int, *, after: bool) -> None:
        self._ledger = store.runs
        self._left = steps
        self._after = after

    @property
    def runs(self) -> Any:
        return self

    def list(self, *args: Any, **options: Any) -> tuple[ImportRun, ...]:
        return self._ledger.list(*args, **options)

    def states(self, *refs: ExternalRef) -> tuple[SourceState, ...]:
        return self._ledger.states(*refs)

    def settle(self, plan: Any, **options: Any) -> Settled:
        self._left -= 1
        if self._left < 0 and not self._after:
            raise Cut
        settled = self._ledger.settle(plan, **options)
        if self._left < 0:
            raise Cut
        return settled


def kept(store: MemoryStore) -> dict[str, dict[str, tuple[Any, int]]]:
    """Everything that is stored, with versions."""
    return {
        name: {id: (fact, getattr(fact, "version", 0)) for id, fact in store.records(name).items()}
        for name in sorted(store.given)
    }


def journal(store: MemoryStore) -> list[Any]:
    """The journal."""
    return list(store.changes(limit=100_000).changes)


@pytest.mark.parametrize(
    ("reader", "folder"),
    [
        (lambda path: hubspot.read(path, currency="EUR"), "hubspot_tables"),
        (lambda path: hubspot.read(path, currency="EUR"), "hubspot_jira_zendesk"),
        (lambda path: jira.read(path, zone="UTC"), "jira_tables"),
        (lambda path: hivemind.read(path, zone="UTC", currency="USD"), "hivemind"),
        (lambda path: ofbiz.read(path, zone="UTC", currency="USD"), "ofbiz"),
    ],
)
@pytest.mark.parametrize("batch_size", [3, 1_000])
def test_the_same_input_twice_changes_nothing(reader: Callable[[Path], Import], folder: str, batch_size: int) -> None:
    """Real exports, loaded again: nothing is added, nothing updated, and nothing written into the journal."""
    store = MemoryStore()
    first = load(store, reader(DATA / folder), at=NOW, run=folder, batch_size=batch_size)
    count = sum(len(facts) for facts in reader(DATA / folder).entities.values())
    assert (first.run.added, first.run.updated, first.run.is_finished) == (count, 0, True)
    before, told = kept(store), len(journal(store))
    again = load(store, reader(DATA / folder), at=NOW + timedelta(days=1), run=folder, batch_size=batch_size)
    assert (again.run.added, again.run.updated, again.run.unchanged) == (0, 0, count)
    assert (again.run.number, again.run.fingerprint) == (2, first.run.fingerprint)
    assert (kept(store), len(journal(store))) == (before, told)


@settings(max_examples=60)
@given(
    st.integers(1, 6),
    st.integers(1, 7),
    st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=1, max_size=3),
)
def test_a_cut_run_goes_on_to_the_same_end(count: int, size: int, cuts: list[tuple[int, bool]]) -> None:
    """Cut anywhere, also after a batch was stored and before that was heard of, a run ends as one without cuts."""
    clean, store = MemoryStore(), MemoryStore()
    whole = load(clean, knot(count), at=NOW, run="nightly", batch_size=size)
    for steps, after in cuts:
        try:
            load(Cutting(store, steps, after=after), knot(count), at=NOW, run="nightly", batch_size=size)
        except Cut:
            assert all(run.done <= run.total for run in store.runs.list("nightly"))
    done = load(store, knot(count), at=NOW, run="nightly", batch_size=size)
    assert kept(store) == kept(clean)
    assert journal(store) == journal(clean)
    if done.run.number == 1:
        assert done.run == whole.run


@settings(max_examples=60)
@given(st.integers(1, 5), st.data())
def test_input_cut_at_any_row_ends_the_same(count: int, data: st.DataObject) -> None:
    """An export that broke off at any row, loaded, and then the whole one: the facts of the whole one alone."""
    upto = data.draw(st.integers(0, 3 * count))
    size = data.draw(st.integers(1, 7))
    clean, store = MemoryStore(), MemoryStore()
    load(clean, knot(count), at=NOW)
    load(store, knot(count, upto=upto), at=NOW, batch_size=size)
    load(store, knot(count), at=NOW, batch_size=size)
    for name in ("customers", "needs", "tasks"):
        assert dict(store.records(name)) == dict(clean.records(name))


def test_a_run_with_another_input_begins_anew() -> None:
    """What was cut is only gone on with where the input is the same; the ledger keeps both runs."""
    store = MemoryStore()
    with pytest.raises(Cut):
        load(Cutting(store, 1, after=False), knot(4), at=NOW, run="nightly", batch_size=5)
    (cut,) = store.runs.list("nightly")
    assert (cut.done, cut.is_finished, str(cut)) == (
        5,
        False,
        "nightly run 1: stopped at step 5 of 15; 5 added, 0 updated, 0 unchanged",
    )
    other = load(store, knot(4, "y"), at=NOW + timedelta(hours=1), run="nightly", batch_size=5)
    assert (other.run.number, other.resumed_at) == (2, 0)
    assert [run.number for run in store.runs.list("nightly")] == [2, 1]


def test_a_cut_run_says_where_it_went_on() -> None:
    """The load that goes on says at which step, and its counts are those of the whole run."""
    store = MemoryStore()
    with pytest.raises(Cut):
        load(Cutting(store, 2, after=True), knot(4), at=NOW, run="nightly", batch_size=3)
    done = load(store, knot(4), at=NOW + timedelta(hours=1), run="nightly", batch_size=3)
    assert (done.resumed_at, done.run.number, done.run.added) == (9, 1, 12)
    assert (done.run.started_at, done.run.finished_at) == (NOW, NOW + timedelta(hours=1))


def test_references_both_ways_are_all_there() -> None:
    """Needs that name tasks and tasks that name needs are tied, however small the batches are."""
    store = MemoryStore()
    load(store, knot(5), at=NOW, batch_size=1)
    assert {need.task_id for need in store.needs.find()} == {f"desk:works:t{n}" for n in range(5)}
    assert {task.need_id for task in store.tasks.find()} == {f"desk:wants:w{n}" for n in range(5)}
    assert store.tasks.get("desk:works:t0").parent_id == "desk:works:t1"


def test_what_the_source_does_not_speak_of_stays() -> None:
    """The customer, the owner and the id that others gave a project stay when its tool is read again."""
    store = MemoryStore()
    refs = (ExternalRef("jira", "project", "HM"),)
    facts: list[Entity] = [
        Customer(id="h", name="Harbour"),
        Project(id="p", name="Old", customer_id="h", owner="ana", external_refs=refs),
    ]
    store.upsert(facts, at=NOW)
    page = {"projects": [{"id": "1", "key": "HM", "name": "New"}]}
    loaded = load(store, jira.preset(), page, at=NOW)
    assert (loaded.run.added, loaded.run.updated) == (0, 1)
    project = store.projects.get("p")
    assert (project.name, project.customer_id, project.owner) == ("New", "h", "ana")
    assert project.external_refs == (*refs, ExternalRef("jira", "project", "1"))


def test_loads_of_several_tools_find_each_other() -> None:
    """A reference to another system is followed when that is stored: at once if both are given, else with the next load."""
    deal = {"id": "1", "properties": {"dealname": "Boiler", "project_key": "HM", "createdate": "2026-01-01T00:00:00Z"}}
    crm = hubspot.read({"deals": {"results": [deal]}})
    pm = jira.read({"projects": [{"id": "1", "key": "HM", "name": "Harbour"}]})
    together, apart = MemoryStore(), MemoryStore()
    load(together, [crm, pm], at=NOW, batch_size=1)
    assert together.opportunities.get("hubspot:deal:1").project_id == "jira:project:HM"
    load(apart, crm, at=NOW)
    assert apart.opportunities.get("hubspot:deal:1").project_id is None
    load(apart, pm, at=NOW)
    assert load(apart, crm, at=NOW).run.updated == 1
    assert kept(apart)["opportunities"].keys() == kept(together)["opportunities"].keys()
    assert apart.opportunities.get("hubspot:deal:1").project_id == "jira:project:HM"


def test_what_cannot_be_alone_waits() -> None:
    """A contribution to a project that is not there waits, is named, and is stored once the project is."""
    mine = parse_preset(
        """
        system = "okr"
        [tables.goal]
        stems = "goals"
        format = "any"
        key = "id"
        requires = ["id", "title"]
        becomes = "objectives"
        [tables.goal.fields]
        title = "title"
        [tables.serves]
        stems = "serves"
        format = "any"
        key = "id"
        requires = ["id", "project", "goal"]
        becomes = "contributions"
        [tables.serves.fields]
        project_id = { columns = "project", reference = "project", system = "jira" }
        objective_id = { columns = "goal", reference = "goal" }
        """
    )
    pages = {"goals": [{"id": "1", "title": "Warm"}], "serves": [{"id": "1", "project": "HM", "goal": "1"}]}
    store = MemoryStore()
    first = load(store, mine, pages, at=NOW)
    assert (first.run.waiting, first.waiting) == (1, (("contributions", "okr:serves:1"),))
    load(store, jira.preset(), {"projects": [{"id": "1", "key": "HM", "name": "Harbour"}]}, at=NOW)
    assert load(store, mine, pages, at=NOW).run.added == 1
    assert store.contributions.get("okr:serves:1").project_id == "jira:project:HM"


def test_known_to_be_empty_is_stored() -> None:
    """A collection whose source was read and empty is known, and empty."""
    store = MemoryStore()
    loaded = load(store, _json(), {"companies": []}, at=NOW)
    assert (loaded.run.total, loaded.run.is_finished) == (0, True)
    assert store.given == {"customers"}


def test_the_ledger_knows_the_files(tmp_path: Path) -> None:
    """The run keeps a hash of every file that was read, so that one can tell which export it was."""
    (tmp_path / "companies.csv").write_text("id,name\n1,Harbour\n", encoding="utf-8")
    store = MemoryStore()
    first = load(store, KNOT, tmp_path, at=NOW).run
    assert set(first.sources) == {"facts", "companies.csv"}
    (tmp_path / "companies.csv").write_text("id,name\n1,Harbour Foods\n", encoding="utf-8")
    second = load(store, KNOT, [tmp_path / "companies.csv"], at=NOW).run
    assert second.sources["companies.csv"] != first.sources["companies.csv"]
    assert second.updated == 1


def test_strict_stores_nothing(tmp_path: Path) -> None:
    """Under strict, one bad row keeps everything out, and no run is begun."""
    (tmp_path / "wants.csv").write_text(
        "id,title,raised,work\n1,a,2026-01-01T00:00:00Z,\n2,b,never,\n", encoding="utf-8"
    )
    store = MemoryStore()
    with pytest.raises(ImportRefusedError):
        load(store, KNOT, tmp_path, at=NOW, strict=True)
    assert (store.given, store.runs.list()) == (frozenset(), ())


def test_progress_is_told_and_runs_do_not_mix() -> None:
    """After each batch the state of the run is told; another process on the same run is noticed."""
    store = MemoryStore()
    seen: list[int] = []

    def meddle(run: ImportRun) -> None:
        seen.append(run.done)
        if run.done == 4:
            load(store, knot(1, "other"), at=NOW, run="nightly")

    with pytest.raises(StoreError, match="another process"):
        load(store, knot(4), at=NOW, run="nightly", batch_size=2, progress=meddle)
    assert seen == [2, 4]


def test_arguments_are_checked() -> None:
    """A batch of nothing, a preset without input, and a naive moment are refused before anything is stored."""
    store = MemoryStore()
    with pytest.raises(ValidationError, match="1 or more"):
        load(store, knot(1), at=NOW, batch_size=0)
    with pytest.raises(ValidationError, match="reads something"):
        load(store, KNOT, at=NOW)
    with pytest.raises(ValidationError):
        load(store, knot(1), at=NOW.replace(tzinfo=None))
    assert store.runs.list() == ()


def test_who_wrote_is_in_the_journal() -> None:
    """Entries of a load bear its moment, actor and team."""
    store = MemoryStore()
    load(store, knot(1), at=NOW, actor="importer", team="crm")
    assert {(entry.actor, entry.team, entry.occurred_at) for entry in journal(store)} == {("importer", "crm", NOW)}


def test_records_that_are_only_mentioned_fill_gaps() -> None:
    """An issue that names its project by the key alone does not take the project's name away."""
    store = MemoryStore()
    load(store, jira.preset(), {"projects": [{"id": "1", "key": "HM", "name": "Harbour"}]}, at=NOW)
    issue = {
        "id": "9",
        "key": "HM-1",
        "fields": {"summary": "x", "issuetype": {"name": "Task"}, "project": {"key": "HM"}},
    }
    made = jira.read({"issues": [issue]})
    assert made.mentioned == {"jira:project:HM"}
    assert load(store, made, at=NOW).run.updated == 0
    assert store.projects.get("jira:project:HM").name == "Harbour"
    alone = attrs.evolve(made, mentioned=frozenset())
    assert load(store, alone, at=NOW).run.updated == 1
