"""Laws of linking facts wherever they are, and of what likeness adds to equal values."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from alignkit.domain import Customer, ExternalRef, Project
from alignkit.errors import LinkingError
from alignkit.linking import Links, apply, link
from alignkit.linking import index as index_module
from alignkit.portfolio import Portfolio
from alignkit.stores import MemoryStore

NOW = datetime(2026, 3, 2, tzinfo=timezone.utc)


def customer(id: str, name: str, *domains: str, system: str = "hubspot") -> Customer:
    """A customer of a system."""
    return Customer(id=id, name=name, domains=domains, external_refs=(ExternalRef(system, "company", id),))


def pairs(links: Links) -> list[tuple[str, str]]:
    """The linked ids."""
    return [(each.left.id, each.right.id) for each in links.links]


FACTS = {"customers": [customer("c", "Kliekletz Foods"), customer("p", "Klieklezt Food", system="jira")]}


def test_a_portfolio_and_a_store_give_the_same_answer_as_their_facts() -> None:
    """Where facts are kept makes no difference."""
    portfolio = Portfolio(**FACTS)
    store = MemoryStore()
    store.upsert(portfolio, at=NOW)
    assert pairs(link(FACTS)) == [("c", "p")]
    assert link(portfolio) == link(store) == link(FACTS)
    with pytest.raises(LinkingError, match="expected a portfolio, a store or facts by collection, got int"):
        link(3)  # type: ignore[arg-type]


def test_alike_names_link_what_equal_values_left_alone() -> None:
    """A second spelling of a customer that is linked already joins it."""
    facts = {"customers": [*FACTS["customers"], customer("q", "KLIEKLETZ FOODS", system="jira")]}
    (cluster,) = link(facts).clusters
    assert [record.id for record in cluster] == ["c", "p", "q"]
    assert pairs(link(facts, alike=False)) == [("c", "q")]


def test_a_project_that_misspells_its_customer_gets_it() -> None:
    """What a label mentions is weighed as a name."""
    given = Project(
        id="P", name="Shop", labels=("customer:Klieklezt Foods",), external_refs=(ExternalRef("jira", "p", "1"),)
    )
    facts: dict[str, Any] = {"customers": FACTS["customers"][:1], "projects": [given]}
    assert apply(link(facts), facts).entities["projects"][0].customer_id == "c"


def test_alike_names_with_different_domains_are_for_a_person() -> None:
    """Likeness never outweighs a stated domain."""
    facts = {
        "customers": [
            customer("c", "Kliekletz Foods", "a.example"),
            customer("p", "Klieklezt Foods", "b.example", system="jira"),
        ]
    }
    links = link(facts)
    assert links.links == ()
    assert [case.reason for case in links.ambiguous] == ["the evidence contradicts itself"]


def test_a_record_that_waits_is_not_given_away_by_likeness() -> None:
    """Two equal candidates wait for a person; a weaker likeness of either waits with them."""
    crm = [customer("c1", "Kliekletz Foods Ltd"), customer("c2", "Kliekletz Foods AB")]
    pm = [customer("p", "Kliekletz Foods", system="jira"), customer("q", "Klieklezt Foods", system="jira")]
    assert link({"customers": [*crm, *pm]}).links == ()


def test_a_tools_own_spellings_link_on_request() -> None:
    """Within a tool where everybody types the name anew, spellings are one customer; elsewhere its entries are not compared."""
    spellings = [customer(name, name, system="jira") for name in ("Republic of Kenya", "KENYA", "Republic of Ghana")]
    assert link({"customers": spellings}).links == ()
    links = link({"customers": spellings}, within=["jira"])
    assert [{record.id for record in cluster} for cluster in links.clusters] == [{"Republic of Kenya", "KENYA"}]


def test_without_rapidfuzz_the_first_step_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Equal values link as ever, and the answer says what is missing."""
    whole = {"customers": [*FACTS["customers"], customer("q", "KLIEKLETZ FOODS", system="jira")]}
    monkeypatch.setattr(index_module, "has_rapidfuzz", lambda: False)
    links = link(whole)
    assert pairs(links) == [("c", "q")]
    assert "install alignkit[names]" in str(links)
