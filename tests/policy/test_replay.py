"""The past under a policy, as far as there is history of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import alignkit as ak
from alignkit.domain import Change
from alignkit.errors import NotFoundError, ValidationError
from alignkit.policy.compare import compare
from alignkit.stores import MemoryStore

START = datetime(2026, 1, 1, tzinfo=UTC)


def day(number: float) -> datetime:
    """A day after the first of January 2026."""
    return START + timedelta(days=number)


@ak.rule(dimension="completion")
def work_is_done(project: ak.ProjectView) -> ak.Score:
    """The tasks are done."""
    return ak.share(task.status == "done" for task in project.tasks)


@ak.rule(dimension="visibility")
def client_update_is_fresh(project: ak.ProjectView, now: datetime, *, worst: float = 10) -> ak.Score:
    """The client has heard from us lately."""
    told = ak.latest(i.occurred_at for i in project.interactions if i.kind == "status_update")
    return ak.ramp(ak.days_between(told, now), best=0, worst=worst)


@ak.rule(dimension="completion")
def project_is_well(customer: ak.CustomerView) -> ak.Score:
    """The customer's projects score well."""
    return ak.mean(ak.ratio(project.score, 100) for project in customer.projects)


POLICY = ak.Policy(
    [work_is_done, client_update_is_fresh, project_is_well], dimensions={"completion": 1, "visibility": 1}
)


@ak.rule(dimension="completion")
def progress_is_made(project: ak.ProjectView) -> ak.Score:
    """Active projects get on."""
    return project.progress if project.status == "active" else ak.NOT_APPLICABLE


@ak.rule(dimension="visibility")
def news_are_few(project: ak.ProjectView) -> ak.Score:
    """Not much changes."""
    return ak.ramp(ak.count(c for c in project.changes if c.field == "progress"), best=0, worst=4)


def imported() -> MemoryStore:
    """A store into which, on day 30, a project with a task was imported, with the task's changelog since day 5."""
    store = MemoryStore()
    facts = ak.Portfolio(
        customers=[ak.Customer(id="C", name="C")],
        projects=[ak.Project(id="P", name="P", customer_id="C")],
        tasks=[ak.Task(id="T", title="T", project_id="P", status="done", created_at=day(1))],
        interactions=[ak.Interaction(id="I", kind="status_update", occurred_at=day(4), project_id="P")],
        changes=[
            Change(id="1", kind="task", subject_id="T", field="status", before="todo", after="doing", occurred_at=day(5)),
            Change(id="2", kind="task", subject_id="T", field="status", before="doing", after="done", occurred_at=day(8)),
        ],
    )  # fmt: skip
    store.upsert(facts, at=day(30))
    return store


def test_scores_of_the_past_by_hand() -> None:
    """
    Day 6: the task is in progress (0 %) and the update two days old (80 %); day 9: done, five days (50 %). Day 3: the
    status has no history yet, so the project scores on what is known, which before the first update is nothing.
    """
    found = POLICY.replay(imported(), at=[day(9), day(6), day(3)])
    assert [(one.at, one.score) for one in found.history("project", "P")] == [
        (day(3), None),
        (day(6), 40.0),
        (day(9), 75.0),
    ]
    assert [one.score for one in found.history("customer", "C")] == [None, 40.0, 75.0]
    assert [dict(moment.without_history) for moment in found] == [{"work_is_done": ("tasks.status",)}, {}, {}]
    assert (found.since["tasks.status"], found.since["projects.*"]) == (day(5), day(30))
    with pytest.raises(NotFoundError):
        found.history("project", "Q")


def test_another_policy_on_the_past() -> None:
    """A policy is tried on the same past: 20 days instead of 10 make 75 % of five days, so (100 + 75) / 2."""
    milder = POLICY.with_params({"client_update_is_fresh.worst": 20})
    found = milder.replay(imported(), at=[day(9)])
    assert found.history("project", "P")[0].score == 87.5
    assert found.policy_version == milder.version == found.moments[0].assessment.policy_version


def test_what_was_known_then() -> None:
    """What the store knew before the import is nothing, and no project is there."""
    found = POLICY.replay(imported(), at=[day(9), day(31)], view="known")
    assert [len(moment.assessment.rows.get("project", {})) for moment in found] == [0, 1]


def test_unchanged_on_request() -> None:
    """What has no history may be taken as it first became known: then day 3 counts the task as to do."""
    found = POLICY.replay(imported(), at=[day(3)], assume_unchanged=True)
    assert found.history("project", "P")[0].score == 0.0
    assert not found.moments[0].without_history


def test_moments_of_a_replay_compare() -> None:
    """Two replayed moments compare like any assessments: the lack of history is missing data."""
    first, _, last = POLICY.replay(imported(), at=[day(3), day(6), day(9)])
    found = compare(first.assessment, last.assessment).of("project", "P")
    assert sum(found.by_origin.values()) == found.difference_micro == 75_000_000


def test_a_page_and_tables() -> None:
    """A replay shows itself and gives tables of scores and of where history begins."""
    found = POLICY.replay(imported(), at=[day(3), day(9)])
    assert "no history at some moments: work is done" in str(found._repr_html_())
    assert found.table("history").columns[0].name == "field"
    assert [column.name for column in found.table("scores").columns][:3] == ["at", "kind", "id"]


def test_moments_are_aware() -> None:
    """A moment without a zone and an unknown view are refused."""
    with pytest.raises(ValidationError, match="aware datetime"):
        POLICY.replay(imported(), at=[datetime(2026, 1, 1)])
    with pytest.raises(ValidationError, match="expected 'happened' or 'known'"):
        POLICY.replay(imported(), at=[], view="guessed")  # type: ignore[arg-type]


@settings(max_examples=15)
@given(writes=st.lists(st.tuples(st.sampled_from(["P", "Q"]), st.floats(0, 1), st.booleans()), max_size=8))
def test_what_was_assessed_then_is_replayed(writes: list[tuple[str, float, bool]]) -> None:
    """In a store that kept a journal from its first fact, a replay gives the rows that were assessed at the time."""
    policy = ak.Policy([progress_is_made, news_are_few], dimensions={"completion": 1, "visibility": 1})
    store, then = MemoryStore(), {}
    for number, (id, progress, is_active) in enumerate(writes):
        status = "active" if is_active else "on_hold"
        with store.unit_of_work(at=day(number)) as unit:
            known = unit.projects.find("id == which", {"which": id})
            values: dict[str, Any] = {"progress": progress, "status": status}
            if known:
                unit.projects.update(attrs.evolve(known[0], **values))
            else:
                unit.projects.add(ak.Project(id=id, name=id, start_on=START.date(), due_on=day(30).date(), **values))
            unit.commit()
        then[day(number)] = policy.assess(store, now=day(number))
    for moment in policy.replay(store, at=then):
        assert moment.assessment.rows == then[moment.at].rows
        assert not moment.without_history or not writes
