"""The needs queue: ranked by rules that explain themselves, traced, due, told or not."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import alignkit as ak
from alignkit import sample
from alignkit.errors import NotFoundError, PolicyError, ValidationError
from alignkit.live.need_priority import Priority
from alignkit.live.need_rules import RULES, it_hurts, promised_day_comes
from alignkit.live.needs import needs
from alignkit.sample.demo import run_demo
from alignkit.stores import MemoryStore
from alignkit.testing import NOW, strategies

DAY = timedelta(days=1)
TODAY = NOW.date()


def need(id: str, days: float = 1, **fields: Any) -> ak.Need:
    """A need of C-1 raised so many days before NOW and answered at once, unless said otherwise."""
    raised = NOW - days * DAY
    return ak.Need(id=id, **{"title": id, "customer_id": "C-1", "raised_at": raised, "answered_at": raised, **fields})


def company(*wanted: ak.Need, **more: Any) -> ak.Portfolio:
    """Two customers, two projects of which one serves an objective, and these needs."""
    facts: dict[str, Any] = {
        "customers": [
            ak.Customer(id="C-1", name="Harbour", tier="B"),
            ak.Customer(id="C-2", name="Zinc", tier="A"),
        ],
        "projects": [
            ak.Project(id="P-1", name="Portal", customer_id="C-1"),
            ak.Project(id="P-2", name="Over", customer_id="C-1", status="completed"),
        ],
        "objectives": [ak.Objective(id="O-1", title="Sold online")],
        "contributions": [ak.Contribution(project_id="P-1", objective_id="O-1")],
        "tasks": [ak.Task(id="T-1", title="Build it", project_id="P-1", status="done")],
        "interactions": [],
        "needs": wanted,
    }
    return ak.Portfolio(**{**facts, **more})


def queue(*wanted: ak.Need, team: str = "pmo", **options: Any) -> list[str]:
    """Ids of the needs in the order of the queue."""
    return [one.need.id for one in needs(company(*wanted), team=team, now=NOW, **options).needs]


@pytest.mark.parametrize(
    ("urgent", "other"),
    [
        ({"severity": 5}, {"severity": 2}),
        ({"importance": 5}, {"importance": 1}),
        ({"customer_id": "C-2"}, {"customer_id": "C-1"}),
        ({"due_on": TODAY - 3 * DAY}, {"due_on": TODAY + 20 * DAY}),
        ({"answered_at": None}, {}),
        ({"project_id": "P-2"}, {"project_id": "P-1"}),
        ({"kind": "complaint"}, {"kind": "need"}),
    ],
)
def test_what_makes_a_need_urgent(urgent: dict[str, Any], other: dict[str, Any]) -> None:
    """What is graver, weightier, of a worthier customer, more overdue, unanswered or without a home comes first."""
    assert queue(need("a", **other), need("b", **urgent)) == ["b", "a"]


def test_points_add_up_to_the_priority() -> None:
    """The points of the rules add up to the priority, and what they could give to a hundred."""
    found = needs(company(need("a", severity=4, due_on=TODAY)), team="pmo", now=NOW).of("a")
    assert sum(reason.points for reason in found.reasons) == found.priority
    assert sum(reason.most for reason in found.reasons) == pytest.approx(100)


def test_each_reason_explains_itself() -> None:
    """A rule that gave points says by which evidence, and whose move it is."""
    found = needs(company(need("a", due_on=TODAY - 4 * DAY)), team="pmo", now=NOW).of("a")
    first = next(move for move in found.moves if move.rule_id == "promised_day_comes")
    assert (first.text, first.team) == (f"Promised for {TODAY - 4 * DAY}; 4 days past that day", "pmo")
    assert (found.days_late, found.is_overdue) == (4, True)


def test_native_and_checked_rules_agree() -> None:
    """The function called natively is what the queue adds up."""
    facts = company(need("a", severity=4, due_on=TODAY + 3 * DAY))
    found = needs(facts, team="pmo", now=NOW).of("a")
    points = {reason.rule_id: reason.points / reason.most for reason in found.reasons if reason.most}
    view: Any = facts.view("need", "a", now=NOW)
    assert points["it_hurts"] == pytest.approx(float(it_hurts(view)))  # type: ignore[arg-type]
    assert points["promised_day_comes"] == pytest.approx(float(promised_day_comes(view, TODAY)), abs=1e-6)  # type: ignore[arg-type]


@ak.rule(dimension="priority", weight=5, action="Dance", team="crm")
def dances(need: ak.NeedView) -> ak.Score:
    """The one called b is to dance."""
    return need.title == "b"


def test_a_host_replaces_the_rules() -> None:
    """Rules are taken out, put in, weighed and set otherwise; the queue follows."""
    only = Priority([dances])
    assert queue(need("a", severity=5), need("b"), priority=only) == ["b", "a"]
    assert Priority.default().with_rules(dances).without("it_hurts").rules[-1].id == "dances"
    assert queue(need("a"), need("b"), priority=Priority.default().with_rules(dances)) == ["b", "a"]
    wanted = (need("a", customer_id="C-2"), need("b"))
    turned = Priority.default().with_params("customer_is_valuable", first="B", second="C")
    assert queue(*wanted) == ["a", "b"]
    assert queue(*wanted, priority=turned) == ["b", "a"]
    heavy = Priority.default().with_weight("it_matters_to_them", 1_000)
    assert queue(need("a", severity=5, importance=1), need("b", importance=5), priority=heavy) == ["b", "a"]


def test_a_stored_rule_is_text() -> None:
    """A rule over needs can come as text; it is checked and never run as it stands."""
    text = "def quick(need: NeedView, now: datetime) -> Score:\n    return days_between(need.raised_at, now) < most\n"
    record = ak.AlignmentRule(id="quick", kind="need", dimension="priority", weight=1, text=text, constants={"most": 2})
    assert queue(need("a", 9), need("b", 1), priority=Priority([record])) == ["b", "a"]


@ak.rule(dimension="visibility")
def about_projects(project: ak.ProjectView) -> ak.Score:
    """Not about needs."""
    return project.status == "active"


@ak.rule(dimension="priority")
def reads_scores(need: ak.NeedView) -> ak.Score:
    """Scores are not known to a queue."""
    return need.project is not None and need.project.band == "red"


@pytest.mark.parametrize("rules", [[about_projects], [reads_scores], [dances, dances]])
def test_rules_that_judge_no_need_are_refused(rules: list[Any]) -> None:
    """A rule on another kind, one that reads scores, and an id that appears twice are refused."""
    with pytest.raises(PolicyError):
        Priority(rules)


def test_unknown_rules_are_named() -> None:
    """A rule or threshold that is not there is refused with what is."""
    with pytest.raises(NotFoundError, match="it_hurts"):
        Priority.default().without("it_hurt")
    with pytest.raises(PolicyError):
        Priority.default().with_params("promised_day_comes", erly=3)


def test_only_what_waits_is_in_the_queue() -> None:
    """Open needs are in it and settled ones that were not told; told, declined and told, and later ones are not."""
    done: dict[str, Any] = {"status": "delivered", "resolved_at": NOW - DAY / 2}
    wanted = (
        need("open"),
        need("untold", **done),
        need("told", told_at=NOW, **done),
        need("later", -1, answered_at=None),
        need("told later", told_at=NOW + DAY, **done),
        need("resolved later", status="open", resolved_at=NOW + DAY),
    )
    found = needs(company(*wanted), team="crm", now=NOW)
    assert {one.need.id for one in found.needs} == {"open", "untold", "told later", "resolved later"}
    assert {one.need.id for one in found.untold} == {"untold", "told later"}


@pytest.mark.parametrize("said", [{"told": ("a",)}, {"need_id": "a"}])
def test_a_touch_tells_a_need(said: dict[str, Any]) -> None:
    """A settled need leaves the queue when a touch names it, or is about it and outbound, after it was settled."""
    done = need("a", status="delivered", resolved_at=NOW - DAY / 2)
    touch = ak.Interaction(id="I", kind="email", direction="outbound", customer_id="C-1", occurred_at=NOW, **said)
    assert [one.need.id for one in needs(company(done), team="crm", now=NOW).needs] == ["a"]
    assert needs(company(done, interactions=[touch]), team="crm", now=NOW).needs == ()


@pytest.mark.parametrize(
    ("fields", "objectives", "gaps"),
    [
        ({"project_id": "P-1"}, ("O-1",), ()),
        ({"objective_id": "O-1"}, ("O-1",), ("nobody works on it",)),
        ({}, (), ("nobody works on it", "no objective")),
        ({"project_id": "P-2"}, (), ("its project is completed", "no objective")),
        ({"task_id": "T-1"}, ("O-1",), ("its tasks are over, and it is still open",)),
    ],
)
def test_the_way_of_a_need(fields: dict[str, Any], objectives: tuple[str, ...], gaps: tuple[str, ...]) -> None:
    """A need is traced to its work and objective, and where the way breaks off is said."""
    trace = needs(company(need("a", **fields)), team="pmo", now=NOW).of("a").trace
    assert (trace.objective_ids, trace.gaps, trace.is_complete) == (objectives, gaps, not gaps)


def test_a_request_of_many_keeps_their_words() -> None:
    """Needs of one group are one entry, as urgent as its most urgent, with what each customer said."""
    wanted = (
        need("a", group="export", title="A file for our accountant", due_on=TODAY + 90 * DAY),
        need("b", group="export", title="Get the numbers out", customer_id="C-2", severity=5),
        need("c", severity=3),
    )
    found = needs(company(*wanted), team="pmo", now=NOW)
    first = found.requests[0]
    assert (first.group, first.title, first.customers) == ("export", "Get the numbers out", ("C-2", "C-1"))
    assert [one.need.title for one in first.needs] == ["Get the numbers out", "A file for our accountant"]
    assert first.due_on == TODAY + 90 * DAY
    assert len(found) == 2


def test_each_team_has_its_moves() -> None:
    """The list is the same for both teams; what each can do differs."""
    wanted = (need("a", answered_at=None, project_id="P-1"), need("b", project_id="P-1", due_on=TODAY))
    crm, pmo = (needs(company(*wanted), team=team, now=NOW) for team in ("crm", "pmo"))
    assert crm.requests == pmo.requests
    assert [one.needs[0].need.id for one in crm.ours] == ["a"]
    assert {one.needs[0].need.id for one in pmo.ours} == {"a", "b"}


def test_amounts_in_several_currencies_are_unknown() -> None:
    """Without a common currency the worth of a customer is not known, and its tier counts."""
    worth = [
        ak.Customer(id="C-1", name="H", annual_value=ak.Money(Decimal(9), "EUR")),
        ak.Customer(id="C-2", name="Z", annual_value=ak.Money(Decimal(9_000_000), "JPY")),
    ]
    facts = company(need("a"), need("b", customer_id="C-2"), customers=worth)
    states = [
        {reason.state for one in found.needs for reason in one.reasons if reason.rule_id == "customer_is_valuable"}
        for found in (
            needs(facts, team="crm", now=NOW),
            needs(facts, team="crm", now=NOW, exchange=ak.Exchange("EUR", {"JPY": "0.006"})),
        )
    ]
    assert states == [{"no_data"}, {"scored"}]


def test_unknown_is_not_empty() -> None:
    """Needs that were not given are unknown; collections that rules read and that were not given are no data."""
    found = needs(ak.Portfolio(), team="pmo", now=NOW)
    assert (len(found), found.is_known) == (0, False)
    alone = needs(ak.Portfolio(needs=[need("a", customer_id="C-1")]), team="pmo", now=NOW)
    states = {reason.rule_id: reason.state for reason in alone.of("a").reasons}
    assert states["customer_is_valuable"] == "no_data"
    assert states["it_hurts"] == "scored"


@given(st.lists(strategies.needs(customer_id=st.none(), project_id=st.none(), task_id=st.none(),
                                 objective_id=st.none()), max_size=6, unique_by=lambda one: one.id),
       st.randoms())  # fmt: skip
def test_the_order_of_facts_does_not_matter(wanted: list[ak.Need], chance: Any) -> None:
    """The same needs in any order give the same queue, and every priority lies in 0..100."""
    first = needs(ak.Portfolio(needs=wanted), team="pmo", now=NOW)
    chance.shuffle(wanted)
    assert needs(ak.Portfolio(needs=wanted), team="pmo", now=NOW).requests == first.requests
    assert all(0 <= one.priority <= 100.000001 for one in first)


def test_the_sample_company_has_a_queue() -> None:
    """The needs of the sample company are ranked, shown and tabled, from a portfolio and from a store alike."""
    facts = run_demo().portfolio
    found = needs(facts, team="pmo", now=sample.NOW)
    assert needs(MemoryStore(facts), team="pmo", now=sample.NOW).requests == found.requests
    assert found.overdue
    assert [one.priority for one in found] == sorted((one.priority for one in found), reverse=True)
    assert len(found.table()) == len(found.needs)
    assert len(found.table("reasons")) == len(found.needs) * len(RULES)
    assert "first" in (found._repr_html_() or "")


def test_now_is_aware() -> None:
    """A moment without a zone is refused, and so is what is no source."""
    with pytest.raises(ValidationError):
        needs(company(), team="pmo", now=datetime(2026, 1, 1))
    with pytest.raises(ValidationError, match="expected a Portfolio or a store"):
        needs(date(2026, 1, 1), team="pmo", now=NOW)  # type: ignore[arg-type]
