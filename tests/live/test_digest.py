"""The digest: what the other teams did, collapsed and ranked, each entry once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import alignkit as ak
from alignkit import sample
from alignkit.errors import ValidationError
from alignkit.live.digest import Digest, digest
from alignkit.live.rewinding import undone
from alignkit.sample.demo import run_demo
from alignkit.stores import MemoryStore
from alignkit.testing import NOW
from tests.live.worlds import steps, write

DAY = timedelta(days=1)


def money(amount: int) -> ak.Money:
    return ak.Money(Decimal(amount), "EUR")


def company() -> MemoryStore:
    """Two customers, a project each; nothing was written since."""
    return MemoryStore(
        ak.Portfolio(
            customers=[
                ak.Customer(id="C-1", name="Harbour", annual_value=money(100)),
                ak.Customer(id="C-2", name="Zinc", annual_value=money(400)),
            ],
            projects=[
                ak.Project(id="P-1", name="Portal", customer_id="C-1", due_on=date(2026, 9, 1), health="on_track"),
                ak.Project(id="P-2", name="Pipes", customer_id="C-2", due_on=date(2026, 9, 1), health="on_track"),
            ],
            tasks=[ak.Task(id=f"T-{n}", title=f"Step {n}", project_id="P-1") for n in range(4)],
            needs=[],
            interactions=[],
        )
    )


def edit(store: Any, team: str | None, collection: str, id: str, at: datetime = NOW, **fields: Any) -> None:
    """One team changes fields of one fact."""
    with store.unit_of_work(team=team, at=at) as work:
        facts = getattr(work, collection)
        facts.update(attrs.evolve(facts.get(id), **fields))
        work.commit()


def seen(store: Any, team: str = "crm", **options: Any) -> Digest:
    """The digest of everything since the day before NOW."""
    return digest(store, team=team, **{"since": NOW - DAY, "now": NOW + DAY, **options})


def texts(found: Digest) -> list[str]:
    return [line.text for line in found.lines]


def test_five_edits_are_one_line() -> None:
    """Edits of one field become one line from the first value to the last."""
    store = company()
    for day in (3, 9, 5, 20, 28):
        edit(store, "pmo", "projects", "P-1", due_on=date(2026, 9, day))
    assert texts(seen(store)) == ["Portal: due date moved from 1 September to 28 September, 27 days later, in 5 edits"]


def test_back_to_the_start_is_no_line() -> None:
    """A field that is what it was has no line."""
    store = company()
    edit(store, "pmo", "projects", "P-1", health="at_risk")
    edit(store, "pmo", "projects", "P-1", health="on_track")
    assert texts(seen(store)) == []


def test_a_team_does_not_hear_of_itself() -> None:
    """What a team wrote is in the others' digest and not in its own; what nobody's team wrote is in all."""
    store = company()
    edit(store, "pmo", "projects", "P-1", health="at_risk")
    edit(store, None, "projects", "P-2", health="off_track")
    assert texts(seen(store, "pmo")) == ["Pipes: health went from on track to behind plan"]
    assert len(seen(store, "crm").lines) == 2


def test_a_team_knows_what_stood_there_when_it_wrote() -> None:
    """After a team's own edit of a field, only later edits of it are news, from its own value on."""
    store = company()
    edit(store, "pmo", "projects", "P-1", health="at_risk")
    edit(store, "crm", "projects", "P-1", health="on_track")
    assert texts(seen(store)) == []
    edit(store, "pmo", "projects", "P-1", health="off_track")
    assert texts(seen(store)) == ["Portal: health went from on track to behind plan"]


_VALUES = ("on_track", "at_risk", "off_track")


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(["pmo", "crm", None]), st.sampled_from(_VALUES)), max_size=7))
def test_a_line_leads_from_what_was_known_to_what_holds(story: list[tuple[str | None, str]]) -> None:
    """Whatever was written by whom: a line from the value after the team's own last edit to the value now, or none."""
    store, known, last = company(), "on_track", "on_track"
    for team, value in story:
        edit(store, team, "projects", "P-1", health=value)
        if team == "crm" and value != last:
            known = value
        last = value
    lines = seen(store).lines
    assert [(line.before, line.after) for line in lines] == ([] if known == last else [(known, last)])


def test_news_say_whether_they_were_told() -> None:
    """A line on news says whether the customer was told of all of it; other lines say nothing."""
    store = company()
    edit(store, "pmo", "projects", "P-1", health="at_risk", progress=0.5)
    assert {line.key: line.is_told for line in seen(store).lines} == {
        "project:P-1:health": False,
        "project:P-1:progress": None,
    }
    assert "(the customer was not told)" in str(seen(store))
    with store.unit_of_work(team="crm", at=NOW) as work:
        touch = ak.Interaction(id="I", kind="call", direction="outbound", project_id="P-1", occurred_at=NOW, team="crm")
        work.interactions.add(touch)
        work.commit()
    assert seen(store).lines[0].is_told


def test_added_and_removed_is_no_line() -> None:
    """A fact that came and went within the digest is not in it; one that came is, one that went is."""
    store = company()
    need = ak.Need(id="N-1", title="Faster", customer_id="C-1", kind="complaint", severity=5, raised_at=NOW)
    with store.unit_of_work(team="crm", at=NOW) as work:
        work.needs.add(need)
        work.commit()
    assert texts(seen(store, "pmo")) == ['New: Complaint "Faster"']
    with store.unit_of_work(team="crm", at=NOW) as work:
        work.needs.remove("N-1")
        work.tasks.remove("T-0")
        work.commit()
    assert texts(seen(store, "pmo")) == ["Removed: task Step 0"]


def test_dull_work_is_one_line() -> None:
    """Changes of tasks that are no milestones are summed up by project."""
    store = company()
    for id, status in (("T-0", "done"), ("T-1", "done"), ("T-2", "blocked")):
        edit(store, "pmo", "tasks", id, status=status)
    assert texts(seen(store)) == ["Portal: 3 tasks changed, 2 done, 1 blocked"]


def test_what_the_customer_said_reaches_the_other_team() -> None:
    """A project manager reads what the customer wrote to the account manager, and that it waits for an answer."""
    store = company()
    touch = {"kind": "email", "direction": "inbound", "customer_id": "C-1", "project_id": "P-1", "team": "crm"}
    with store.unit_of_work(team="crm", at=NOW) as work:
        work.interactions.add(
            ak.Interaction(id="I-1", occurred_at=NOW, subject="Where do we stand?", needs_answer=True, **touch)  # type: ignore[arg-type]
        )
        work.commit()
    line = 'From the customer, e-mail on Portal: "Where do we stand?", and waits for an answer'
    assert texts(seen(store, "pmo")) == [line]
    assert texts(seen(store, "crm")) == []


def test_severity_and_value_rank_customers() -> None:
    """Of two equally grave events the one of the worthier customer comes first; a graver one comes before both."""
    store = company()
    edit(store, "pmo", "projects", "P-1", health="at_risk")
    edit(store, "pmo", "projects", "P-2", health="at_risk")
    assert [one.name for one in seen(store)] == ["Zinc", "Harbour"]
    store = company()
    edit(store, "pmo", "projects", "P-1", status="cancelled")
    edit(store, "pmo", "projects", "P-2", progress=0.5)
    assert [one.name for one in seen(store)] == ["Harbour", "Zinc"]


def test_impact_is_the_difference_of_two_assessments() -> None:
    """With a policy each customer shows what its score lost by the others' work, time left out."""
    store, policy = company(), ak.Policy.default()
    before = store.portfolio()
    edit(store, "pmo", "projects", "P-1", health="off_track", status="on_hold")
    now = NOW + DAY
    compared = ak.compare(
        policy.assess(before.with_(changes=[]), now=now),
        policy.assess(store.portfolio(), now=now),
    ).of("customer", "C-1")
    found = {one.customer_id: one.impact for one in seen(store, policy=policy)}["C-1"]
    moved = 0 if found is None else found.difference_micro
    assert moved == compared.difference_micro


@settings(max_examples=40)
@given(st.lists(steps(), min_size=2, max_size=6), st.integers(1, 5))
def test_undoing_everything_gives_the_facts_of_then(story: list[tuple[Any, ...]], cut: int) -> None:
    """The entries since a cursor, undone, lead back to the facts as they stood there."""
    store, now = MemoryStore(), NOW
    wanted = [step for step in story if step[0] in ("write", "remove")]
    before, cursor = store.portfolio(), store.changes().cursor
    for place, step in enumerate(wanted):
        if place == cut:
            before, cursor = store.portfolio(), store.changes().cursor
        if step[0] == "write":
            kept = [fact for fact in step[1] if not isinstance(fact, (ak.Change, ak.Duplicate))]
            write(store, ("write", kept, True), now)
        else:
            write(store, step, now)
    entries = store.changes(cursor, limit=1_000).changes
    found = undone(store.portfolio(), entries)
    assert found is not None
    for collection in before.given - {"changes"}:
        assert dict(found.records(collection)) == dict(before.records(collection))


def test_each_entry_is_in_one_digest(store: Any) -> None:
    """On every store a digest goes on where the last one ended, and an empty one stays where it is."""
    store.upsert(company().portfolio(), at=NOW - 9 * DAY, journal=False)
    first = digest(store, team="crm", now=NOW)
    edit(store, "pmo", "projects", "P-1", health="at_risk")
    second = digest(store, team="crm", since=first.cursor, now=NOW)
    edit(store, "pmo", "projects", "P-1", health="off_track")
    third = digest(store, team="crm", since=second.cursor, now=NOW)
    fourth = digest(store, team="crm", since=third.cursor, now=NOW)
    assert [texts(one) for one in (second, third, fourth)] == [
        ["Portal: health went from on track to at risk"],
        ["Portal: health went from at risk to behind plan"],
        [],
    ]
    assert fourth.cursor == third.cursor


def test_what_lies_after_now_is_not_lost() -> None:
    """An entry that is dated after now is left out of a digest by time, and in front of its cursor."""
    store = company()
    edit(store, "pmo", "projects", "P-1", health="at_risk")
    edit(store, "pmo", "projects", "P-2", at=NOW + 5 * DAY, health="at_risk")
    edit(store, "pmo", "projects", "P-1", progress=0.5)
    found = seen(store)
    assert {line.id for line in found.lines} == {"P-1"}
    assert "P-2" in {line.id for line in digest(store, team="crm", since=found.cursor, now=NOW + DAY).lines}


def test_a_portfolio_at_rest_has_a_digest() -> None:
    """Of a portfolio the journal entries and the dates of facts that have none are read; its cursor is a moment."""
    facts = company().portfolio().with_(
        changes=[
            ak.Change(
                id="c", kind="project", subject_id="P-1", field="health", before="at_risk", after="on_track",
                occurred_at=NOW, team="pmo", project_id="P-1",
            )
        ],
        needs=[ak.Need(id="N-1", title="Faster", customer_id="C-2", raised_at=NOW)],
    )  # fmt: skip
    found = seen(facts)
    assert set(texts(found)) == {"Portal: health went from at risk to on track", 'New: Request "Faster"'}
    assert digest(facts, team="crm", since=found.cursor, now=NOW + 2 * DAY).lines == ()


def test_the_sample_company_has_a_digest() -> None:
    """The last week of the sample company is told to both teams, the same each time, as page, text and table."""
    facts = run_demo().portfolio
    for team in ("crm", "pmo"):
        found = digest(facts, team=team, since=sample.NOW - 7 * DAY, now=sample.NOW)
        assert found.lines
        assert found.lines == digest(facts, team=team, since=sample.NOW - 7 * DAY, now=sample.NOW).lines
        assert all(team not in line.teams for line in found.lines)
        assert len(found.table()) == len(found.lines)
        assert len(found.table("customers")) == len(found)
        assert found._repr_html_()
        assert str(found).startswith(f"Digest for {team}")


def test_names_are_made_inert() -> None:
    """A name with a tag in it is shown and does nothing."""
    store = company()
    edit(store, "crm", "projects", "P-1", name="<script>alert(1)</script>")
    edit(store, "pmo", "projects", "P-1", health="at_risk")
    assert "<script>" not in (seen(store)._repr_html_() or "")


@pytest.mark.parametrize(
    "options",
    [{"since": datetime(2026, 1, 1)}, {"since": "nonsense"}, {"now": datetime(2026, 1, 1)}, {"team": " "}],
)
@pytest.mark.parametrize("kept", [True, False])
def test_wrong_questions_are_refused(options: dict[str, Any], kept: bool) -> None:
    """A moment without zone, a cursor of nothing and a team without name are refused."""
    with pytest.raises(ValidationError):
        seen(company() if kept else company().portfolio(), **options)


def test_sparse_facts_have_an_empty_digest() -> None:
    """Facts that know nothing have a digest without lines."""
    assert seen(ak.Portfolio()).customers == ()
    assert seen(MemoryStore()).customers == ()
