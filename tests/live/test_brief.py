"""The brief: how things stand for one customer, in the words of its audience."""

from __future__ import annotations

import json
import pickle
from datetime import date, datetime, timedelta, timezone
from typing import Any

import attrs
import pytest

import alignkit as ak
from alignkit import sample
from alignkit.errors import NotFoundError, ValidationError
from alignkit.live.audiences import AUDIENCES, Audience
from alignkit.live.brief import Brief, brief
from alignkit.live.told import told_ledger
from alignkit.sample.demo import run_demo
from alignkit.stores import MemoryStore

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)
DAY = timedelta(days=1)


def company(**more: Any) -> ak.Portfolio:
    """A customer with a project on its way to a milestone, a request, and another customer with the same."""
    facts: dict[str, Any] = {
        "customers": [ak.Customer(id="C-1", name="Harbour Foods"), ak.Customer(id="C-2", name="Zinc")],
        "projects": [
            ak.Project(id="P-1", name="Portal", customer_id="C-1", health="on_track", due_on=date(2026, 4, 30)),
            ak.Project(id="P-2", name="Pipes", customer_id="C-2"),
        ],
        "tasks": [
            ak.Task(id="M-1", title="Go-live", project_id="P-1", is_milestone=True, due_on=date(2026, 3, 12)),
            ak.Task(id="T-1", title="Fire the agency", project_id="P-1", due_on=date(2026, 3, 5)),
        ],
        "needs": [
            ak.Need(id="N-1", title="Faster search", customer_id="C-1", raised_at=NOW - 9 * DAY),
            ak.Need(id="N-2", title="Zinc only", customer_id="C-2", raised_at=NOW - 9 * DAY),
        ],
        "interactions": [],
        "changes": [],
    }
    return ak.Portfolio(**{**facts, **more})


def portal(facts: ak.Portfolio, **fields: Any) -> ak.Portfolio:
    """The facts with the project changed."""
    found = next(one for one in facts.projects or () if one.id == "P-1")
    return facts.with_(projects=[attrs.evolve(found, **fields)])


def told(facts: Any, audience: Any = "customer", **options: Any) -> Brief:
    return brief(facts, **{"customer": "C-1", "audience": audience, "now": NOW, **options})


def said(found: Brief, key: str) -> list[str]:
    return [item.text for item in found.section(key).items]


def test_plain_words_for_the_customer() -> None:
    """A customer reads how a project stands and what comes next, and no raw status."""
    found = told(company())
    assert said(found, "projects") == ["Portal: on track, next milestone 12 March (Go-live), due 30 April"]
    assert said(found, "needs") == ['Request "Faster search": received']
    assert "on_track" not in json.dumps(found.as_dict())


def test_one_customer_only() -> None:
    """Nothing of another customer stands in a brief, and nothing of ordinary work."""
    text = told(company()).markdown()
    assert "Zinc" not in text
    assert "agency" not in text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"health": "at_risk"}, "Portal: at risk"),
        ({"health": "off_track"}, "Portal: behind plan"),
        ({"health": None}, "Portal: in progress"),
        ({"health": "unknown"}, "Portal: in progress"),
        ({"status": "on_hold"}, "Portal: on hold"),
        ({"status": "planned"}, "Portal: not started yet"),
        ({"status": "completed", "completed_on": date(2026, 2, 20)}, "Portal: completed, finished on 20 February"),
        ({"due_on": date(2026, 2, 27)}, "was due on 27 February"),
        ({"due_on": date(2027, 2, 27)}, "due 27 February 2027"),
        ({"status": "Waiting for Bob", "health": "Bob is lost"}, "Portal: next milestone"),
    ],
)
def test_every_state_has_words(fields: dict[str, Any], words: str) -> None:
    """Each state is said plainly; a source's own word for one is left out."""
    assert words in said(told(portal(company(), **fields)), "projects")[0]


def test_what_is_over_for_long_is_left_out() -> None:
    """Cancelled projects and those finished long ago are no status; one finished lately is."""
    over = [
        ak.Project(id="P-3", name="Old", customer_id="C-1", status="completed", completed_on=date(2025, 3, 1)),
        ak.Project(id="P-4", name="Dropped", customer_id="C-1", status="cancelled"),
        ak.Project(id="P-5", name="New", customer_id="C-1", status="completed", completed_on=date(2026, 2, 1)),
    ]
    text = told(company().with_(projects=over)).markdown()
    assert ("Old" in text, "Dropped" in text, "New" in text) == (False, False, True)


def change(id: str, field: str, before: str | None, after: str | None, hours: int = 5) -> ak.Change:
    moment = NOW - timedelta(hours=hours)
    return ak.Change(
        id=id, kind="project", subject_id="P-1", project_id="P-1", field=field, before=before, after=after,
        occurred_at=moment, team="pmo", actor="paula",
    )  # fmt: skip


def test_the_brief_tells_what_is_new() -> None:
    """What the customer was not told of stands first, collapsed, and the brief names the changes it tells."""
    changes = [
        change("a", "due_on", "2026-04-01", "2026-04-20", 9),
        change("b", "due_on", "2026-04-20", "2026-04-30", 8),
        change("c", "health", "on_track", "at_risk", 7),
        change("d", "health", "at_risk", "on_track", 6),
        change("e", "spent", "1.00 EUR", "9.00 EUR", 5),
    ]
    found = told(company(changes=changes))
    assert said(found, "news") == ["Portal: due date moved from 1 April to 30 April, 29 days later"]
    assert found.tells == ("a", "b", "c", "d")
    assert "paula" not in json.dumps(found.as_dict())


def test_sending_the_brief_clears_the_ledger() -> None:
    """Written down as told, the news of a brief are untold no more, and the next brief has none."""
    store = MemoryStore(company(changes=[change("a", "health", "on_track", "at_risk")]))
    with store.unit_of_work(team="crm", at=NOW) as work:
        touch = ak.Interaction(
            id="I-1", kind="email", direction="outbound", customer_id="C-1", project_id="P-1", occurred_at=NOW
        )
        work.told(changes=told(store).tells, by=touch)
        work.commit()
    assert told_ledger(store, now=NOW).untold == ()
    assert told(store).tells == ()


def test_audiences_see_what_they_list() -> None:
    """Money and people are for those who list them: the budget for project managers, mail for account managers."""
    budget = ak.Money("480000", "EUR")
    facts = company(contacts=[ak.Contact(id="K", name="Ada", email="ada@harbour.example", customer_id="C-1")])
    facts = portal(facts, budget=budget, spent=budget, owner="Ines")
    texts = {name: json.dumps(told(facts, name).as_dict()) for name in AUDIENCES}
    assert {name for name, text in texts.items() if "480,000.00" in text} == {"pmo", "executive"}
    assert {name for name, text in texts.items() if "ada@" in text} == {"crm"}
    assert {name for name, text in texts.items() if "Ines" in text} == {"crm", "pmo"}


def test_a_host_has_audiences_of_its_own() -> None:
    """An audience is data: a host makes one, or lets a known one see more or less."""
    board = Audience("board", {"project": ["name"]})
    assert [one.key for one in told(company(), board)] == ["projects"]
    assert said(told(company(), board), "projects") == ["Portal: in hand"]
    shy = AUDIENCES["customer"].without(need=["title"], customer=["name"])
    assert said(told(company(), shy), "needs") == ["Request: received"]
    assert told(company(), shy).title == "Status for the customer"
    more = AUDIENCES["customer"].with_(project=["owner"])
    assert more.sees("project", "owner")
    assert pickle.loads(pickle.dumps(more)) == more  # our own bytes


def test_wrong_audiences_are_refused() -> None:
    """An audience, kind or field that is not there is refused with the nearest that is."""
    with pytest.raises(NotFoundError, match="did you mean 'customer'"):
        told(company(), "custmer")
    with pytest.raises(NotFoundError, match="did you mean 'owner'"):
        AUDIENCES["customer"].with_(project=["onwer"])
    with pytest.raises(NotFoundError, match="did you mean 'project'"):
        AUDIENCES["customer"].with_(projct=["owner"])


def test_wrong_questions_are_refused() -> None:
    """A customer that is not there and a moment without zone are refused."""
    with pytest.raises(NotFoundError, match="did you mean 'C-1'"):
        told(company(), customer="C-11")
    with pytest.raises(ValidationError):
        told(company(), now=datetime(2026, 1, 1))


def test_the_score_is_for_ourselves() -> None:
    """With a policy the teams read the score and what would help; the customer reads neither."""
    policy = ak.Policy.default()
    assert "Alignment" in told(company(), "crm", policy=policy).markdown()
    assert said(told(company(), "crm", policy=policy), "actions")
    assert told(company(), policy=policy).markdown() == told(company()).markdown()


def test_sparse_facts_have_a_short_brief() -> None:
    """A customer of whom nothing else is known has a brief that claims nothing."""
    found = told(ak.Portfolio(customers=[ak.Customer(id="C-1", name="Harbour")]))
    assert (found.sections, found.lead) == ((), ("As of 2 March 2026.",))


def test_the_sample_company_has_briefs() -> None:
    """Every customer of the sample company has a brief for every audience, the same each time and from a store."""
    facts = run_demo().portfolio
    store = MemoryStore(facts)
    for customer in facts.customers or ():
        for audience in AUDIENCES:
            found = brief(facts, customer=customer.id, audience=audience, now=sample.NOW)
            assert json.loads(json.dumps(found.as_dict())) == found.as_dict()
            assert found.markdown().startswith("# Status for ")
            assert found._repr_html_()
            assert len(found.table()) == sum(len(one.items) for one in found)
    first = facts.customers[0].id if facts.customers else ""
    again = brief(store, customer=first, audience="pmo", now=sample.NOW)
    assert again.as_dict() == brief(facts, customer=first, audience="pmo", now=sample.NOW).as_dict()


def test_every_store_gives_the_same_brief(store: Any) -> None:
    """A store that reads by key gives the brief that its whole portfolio gives, score and news included."""
    store.upsert(company(objectives=[], contributions=[]), at=NOW - 9 * DAY, journal=False)
    with store.unit_of_work(team="pmo", at=NOW - DAY) as work:
        work.projects.update(attrs.evolve(work.projects.get("P-1"), health="off_track"))
        work.tasks.update(attrs.evolve(work.tasks.get("M-1"), due_on=date(2026, 3, 20)))
        work.commit()
    policy = ak.Policy.default()
    for audience in ("customer", "crm"):
        found = told(store, audience, policy=policy)
        assert found.as_dict() == told(store.portfolio(), audience, policy=policy).as_dict()
        assert len(found.tells) == 2
    with pytest.raises(NotFoundError, match="did you mean 'C-1'"):
        told(store, customer="C-11")
