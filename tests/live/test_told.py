"""The told-ledger: what customers should have heard of, and which touch told them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import alignkit as ak
from alignkit.errors import ConflictError, NotFoundError, ValidationError
from alignkit.live.told import told_ledger
from alignkit.live.told_policy import News, ToldPolicy
from alignkit.live.told_rules import news_is_told
from alignkit.stores import MemoryStore
from alignkit.testing import NOW

HOUR = timedelta(hours=1)


def change(id: str, hours: float, *, kind: str = "project", subject: str = "P-1", **fields: Any) -> ak.Change:
    """A change so many hours before NOW; of the project's health unless said otherwise."""
    made: dict[str, Any] = {"field": "health", "before": "on_track", "after": "at_risk", "project_id": "P-1"}
    return ak.Change(id=id, kind=kind, subject_id=subject, occurred_at=NOW - hours * HOUR, **{**made, **fields})


def touch(id: str, hours: float, **fields: Any) -> ak.Interaction:
    """An outbound e-mail on the project so many hours before NOW, unless said otherwise."""
    made: dict[str, Any] = {"kind": "email", "direction": "outbound", "customer_id": "C-1", "project_id": "P-1"}
    return ak.Interaction(id=id, occurred_at=NOW - hours * HOUR, **{**made, **fields})


def company(*facts: Any) -> ak.Portfolio:
    """One customer with one project, a milestone, a task and a need; and these changes and touches."""
    return ak.Portfolio(
        customers=[ak.Customer(id="C-1", name="Harbour")],
        projects=[ak.Project(id="P-1", name="Portal", customer_id="C-1"), ak.Project(id="P-2", name="Inside")],
        tasks=[
            ak.Task(id="M-1", title="Go-live", project_id="P-1", is_milestone=True),
            ak.Task(id="T-1", title="Dull work", project_id="P-1"),
        ],
        needs=[ak.Need(id="N-1", title="Faster", customer_id="C-1", raised_at=NOW - 99 * HOUR)],
        changes=[fact for fact in facts if isinstance(fact, ak.Change)],
        interactions=[fact for fact in facts if isinstance(fact, ak.Interaction)],
    )


def told(*facts: Any, policy: ToldPolicy | None = None) -> dict[str, str | None]:
    """Which changes are in the ledger, and what told them."""
    return {one.change.id: one.told_by for one in told_ledger(company(*facts), now=NOW, policy=policy)}


def test_a_later_outbound_touch_on_the_project_tells() -> None:
    """What changed before an outbound touch on its project is told by it, what changed after it is not."""
    assert told(change("a", 5), change("b", 1), touch("I-1", 3)) == {"a": "I-1", "b": None}


def test_the_first_touch_tells() -> None:
    """Of several touches after a change the earliest told it."""
    assert told(change("a", 5), touch("late", 1), touch("early", 3)) == {"a": "early"}


def test_a_touch_that_names_tells_what_it_names() -> None:
    """A touch that names changes tells them and no others."""
    assert told(change("a", 5), change("b", 4), touch("I-1", 3, told=("b",))) == {"a": None, "b": "I-1"}


def test_a_need_is_named_by_its_id() -> None:
    """A touch that names a need tells what had changed of it by then."""
    done = {"kind": "need", "subject": "N-1", "field": "status", "after": "delivered", "customer_id": "C-1"}
    changes = (change("a", 5, project_id=None, **done), change("b", 1, project_id=None, **done))
    assert told(*changes, touch("I-1", 3, told=("N-1",))) == {"a": "I-1", "b": None}


@pytest.mark.parametrize(
    "fields",
    [
        {"direction": "inbound"},
        {"direction": "internal"},
        {"direction": "internal", "told": ("a",)},
        {"kind": "note"},
        {"project_id": None},
        {"project_id": "P-2"},
        {"told": ("something else",)},
        {"occurred_at": NOW + HOUR},
    ],
)
def test_what_does_not_tell(fields: dict[str, Any]) -> None:
    """No other side's words, no talk among ourselves, no note, no other project, no planned touch tells a change."""
    assert told(change("a", 5), attrs.evolve(touch("I-1", 3), **fields)) == {"a": None}


@pytest.mark.parametrize(
    "made",
    [
        change("a", 5, field="spent"),
        change("a", 5, project_id="P-2", subject="P-2"),
        change("a", -1),
        change("a", 5, kind="task", subject="T-1", field="due_on"),
        change("a", 5, kind="need", subject="N-1", field="status", after="in_progress"),
    ],
)
def test_what_matters_to_no_customer(made: ak.Change) -> None:
    """Money, internal projects, the future, dull work and steps of a need are no news."""
    assert told(made) == {}


def test_milestones_are_a_kind_of_their_own() -> None:
    """A change of a task that is a milestone is in the ledger as one, for rules read it so."""
    ledger = told_ledger(company(change("a", 5, kind="task", subject="M-1", field="due_on")), now=NOW)
    assert [(one.change.kind, one.customer_id) for one in ledger] == [("milestone", "C-1")]


def test_the_policy_is_data() -> None:
    """A host takes news out, puts news in, and can do without the rule by project."""
    facts = (change("a", 5), change("b", 5, field="progress"), touch("I-1", 3))
    assert told(*facts, policy=ToldPolicy().without("project", "health")) == {}
    assert told(*facts, policy=ToldPolicy().with_news(News("project", "progress"))) == {"a": "I-1", "b": "I-1"}
    assert told(*facts, policy=ToldPolicy(by_project=False)) == {"a": None}


def test_wrong_news_are_refused() -> None:
    """A kind or field that is not there is refused with the nearest that is."""
    with pytest.raises(NotFoundError, match="did you mean 'health'"):
        News("project", "helth")
    with pytest.raises(NotFoundError, match="did you mean 'project'"):
        News("projekt", "health")
    with pytest.raises(NotFoundError):
        ToldPolicy().without("project", "budget")


def test_count_and_age() -> None:
    """The ledger counts what is untold and says how long the oldest has waited."""
    ledger = told_ledger(company(change("a", 30), change("b", 5), touch("I-1", 40)), now=NOW)
    assert (len(ledger.untold), ledger.oldest_hours) == (2, 30.0)
    assert told_ledger(company(), now=NOW).oldest_hours is None


def test_the_ledger_is_what_rules_read() -> None:
    """Its portfolio holds the entries as the only changes; a rule on the ledger judges by what is named."""
    ledger = told_ledger(
        company(change("a", 96), change("b", 2), change("c", 5, field="spent"), touch("I-1", 1, told=("b",))), now=NOW
    )
    assert {one.id: one.told_at for one in ledger.portfolio.changes or ()} == {"a": None, "b": NOW - HOUR}
    assert news_is_told(ledger.portfolio.project("P-1"), NOW) == 0.0
    policy = ak.Policy.default().without("changes_are_told").with_rules(news_is_told)
    found = policy.assess(ledger.portfolio, now=NOW).of("project", "P-1").findings
    assert [one.points for one in found if one.rule_id == "news_is_told"] == [0.0]


def test_without_a_journal_nothing_is_said() -> None:
    """Facts without changes have a ledger that knows nothing, and stay without changes."""
    ledger = told_ledger(ak.Portfolio(customers=[]), now=NOW)
    assert not ledger.is_known
    assert ledger.portfolio.changes is None
    assert "not known" in ledger._repr_html_()  # type: ignore[operator]


def test_one_customer_is_the_part_of_all() -> None:
    """The ledger of one customer is that part of the ledger of all."""
    facts = company(change("a", 5), change("b", 4, project_id=None, customer_id="C-1"), touch("I-1", 3))
    assert told_ledger(facts, now=NOW, customer="C-1").entries == told_ledger(facts, now=NOW).of(customer="C-1").entries
    assert told_ledger(facts, now=NOW, customer="C-9").entries == ()


_HOURS = st.integers(-2, 9).map(float)


@st.composite
def _histories(draw: st.DrawFn) -> tuple[list[ak.Change], list[ak.Interaction]]:
    changes = [change(f"c{place}", draw(_HOURS)) for place in range(draw(st.integers(0, 4)))]
    named = st.lists(st.sampled_from(["c0", "c1", "c9"]), max_size=2, unique=True).map(tuple)
    directions = st.sampled_from(["outbound", "outbound", "internal", "inbound", None])
    touches = [
        touch(f"i{place}", draw(_HOURS), told=draw(named), direction=draw(directions))
        for place in range(draw(st.integers(0, 4)))
    ]
    return changes, touches


@given(_histories())
def test_the_ledger_is_what_the_words_say(history: tuple[list[ak.Change], list[ak.Interaction]]) -> None:
    """Each change is told at the earliest moment at which a touch names it, or tells all before it."""
    changes, touches = history
    expected = {}
    for one in changes:
        if one.occurred_at <= NOW:
            held = [i for i in touches if i.occurred_at <= NOW]
            naming = [i.occurred_at for i in held if one.id in i.told and i.direction != "internal"]
            after = [i for i in held if not i.told and i.direction == "outbound" and i.occurred_at >= one.occurred_at]
            expected[one.id] = min([*naming, *(i.occurred_at for i in after)], default=None)
    found = told_ledger(company(*changes, *touches), now=NOW)
    assert {one.change.id: one.change.told_at for one in found} == expected


def test_telling_is_stored_with_the_touch(store: Any) -> None:
    """On every store a unit of work writes down which changes a touch told; telling twice is telling once."""
    store.upsert(
        [ak.Customer(id="C-1", name="H"), ak.Project(id="P-1", name="P", customer_id="C-1")], at=NOW, journal=False
    )
    with store.unit_of_work(team="pmo", at=NOW) as work:
        work.projects.update(attrs.evolve(work.projects.get("P-1"), due_on=date(2026, 9, 1), health="at_risk"))
        work.commit()
    first, second = (one.change for one in told_ledger(store, now=NOW).untold)
    with store.unit_of_work(team="crm", at=NOW) as work:
        kept = work.told(changes=[first], by=touch("I-1", 0))
        work.commit()
    assert kept.told == (first.id,)
    with store.unit_of_work(team="crm", at=NOW) as work:
        assert work.told(changes=[first.id], by="I-1").version == kept.version
        work.commit()
    assert [one.change.id for one in told_ledger(store, now=NOW).untold] == [second.id]


def test_telling_refuses_what_tells_nothing() -> None:
    """An internal touch, a stale one, and something that is no change are refused."""
    store = MemoryStore(company(change("a", 5), touch("I-1", 3)))
    with store.unit_of_work(at=NOW) as work, pytest.raises(ValidationError, match="internal"):
        work.told(changes=["a"], by=touch("I-2", 1, direction="internal"))
    with store.unit_of_work(at=NOW) as work, pytest.raises(ValidationError, match="expected a Change"):
        work.told(changes=[NOW], by=touch("I-2", 1))  # type: ignore[list-item]
    stale = store.interactions.get("I-1")
    with store.unit_of_work(at=NOW) as work:
        work.told(changes=["a"], by=stale)
        work.commit()
    with store.unit_of_work(at=NOW) as work, pytest.raises(ConflictError):
        work.told(changes=["b"], by=stale)


def test_now_is_aware() -> None:
    """A moment without a zone is refused."""
    with pytest.raises(ValidationError):
        told_ledger(company(), now=datetime(2026, 1, 1))
