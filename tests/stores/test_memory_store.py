"""What the store in memory adds to the laws of stores: it is made of a portfolio, and judged like one."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given, settings

from alignkit import Policy
from alignkit.domain import Duplicate, Money, Opportunity, Task
from alignkit.errors import AlignkitError, PortfolioError, StoreError
from alignkit.portfolio import Portfolio
from alignkit.stores import MemoryStore
from alignkit.testing import NOW, strategies
from alignkit.testing.store_laws.facts import ACME, ALL, APOLLO
from alignkit.testing.store_laws.journaling import all_changes


def test_it_begins_with_a_portfolio() -> None:
    """A store that is made of a portfolio holds it, at version 1 and without journal entries."""
    facts = Portfolio(customers=[ACME], projects=[APOLLO], tasks=[])
    store = MemoryStore(facts)
    assert store.portfolio() == facts
    assert store.customers.get("C-1").version == 1
    assert all_changes(store) == []


def test_a_portfolio_that_points_outside_is_refused() -> None:
    """Facts that refer to an unknown collection have no place in a store."""
    with pytest.raises(PortfolioError, match="'C-1', which is not there"):
        MemoryStore(Portfolio(projects=[APOLLO]))


@given(strategies.portfolios(unknown=False))
@settings(max_examples=25)
def test_any_portfolio_comes_back(facts: Portfolio) -> None:
    """Whatever a portfolio holds, a store made of it gives back, and an upsert of it changes nothing."""
    store = MemoryStore(facts)
    assert store.portfolio() == facts
    assert store.upsert(facts, at=NOW).unchanged == len(facts)


def test_the_default_policy_judges_it_like_a_portfolio() -> None:
    """An assessment of the store equals that of its portfolio, also of one customer only."""
    store, policy = MemoryStore(), Policy.default()
    store.upsert(ALL, at=NOW)
    assert policy.assess(store, now=NOW) == policy.assess(store.portfolio(), now=NOW)
    one = policy.assess(store, now=NOW, customers=["C-1"])
    assert one.of("customer", "C-1").score == policy.assess(store, now=NOW).of("customer", "C-1").score


def test_what_if_leaves_it_as_it_is() -> None:
    """A question of what would be does not write."""
    store = MemoryStore(Portfolio(customers=[ACME], projects=[APOLLO]))
    Policy.default().what_if(store, changes=[attrs.evolve(APOLLO, progress=1.0)], now=NOW)
    assert store.projects.get("P-1") == APOLLO


def test_a_snapshot_and_its_store_go_different_ways() -> None:
    """What is written to a store does not reach its snapshot, nor the other way round, journal included."""
    store = MemoryStore()
    store.upsert([ACME], at=NOW)
    snapshot = store.plain()
    store.upsert([attrs.evolve(ACME, tier="B")], at=NOW)
    snapshot.upsert([attrs.evolve(ACME, tier="C")], at=NOW)
    assert [store.customers.get("C-1").tier, snapshot.customers.get("C-1").tier] == ["B", "C"]
    assert [change.after for change in all_changes(store)][1:] == ["B"]
    assert [change.after for change in all_changes(snapshot)][1:] == ["C"]


def test_the_host_may_name_entries() -> None:
    """Ids of entries come from the host's factory; one that only repeats itself is told so."""
    names = iter("xyz")
    store = MemoryStore(id_factory=lambda: next(names))
    store.upsert([ACME, APOLLO], at=NOW)
    assert [change.id for change in all_changes(store)] == ["x", "y"]
    with pytest.raises(StoreError, match="again and again"):
        MemoryStore(id_factory=lambda: "x").upsert([ACME, APOLLO], at=NOW)


def test_it_says_what_it_holds() -> None:
    """The representation counts facts and entries."""
    store = MemoryStore()
    store.upsert([ACME, APOLLO], at=NOW)
    assert repr(store) == "<MemoryStore: 1 customers, 1 projects; 2 journal entries>"
    assert repr(MemoryStore()) == "<MemoryStore: no facts; 0 journal entries>"


def test_conditions_may_count_what_the_unit_wrote() -> None:
    """Inside a unit of work a condition on a relation sees the facts that the unit added."""
    store = MemoryStore(Portfolio(customers=[ACME], projects=[APOLLO], tasks=[]))
    with store.unit_of_work(at=NOW) as unit:
        condition = "count(t for t in tasks if t.status == 'done') == 1"
        assert unit.projects.find(condition) == ()
        unit.tasks.add(Task(id="T-1", title="x", project_id="P-1", status="done"))
        assert unit.projects.find(condition) == (APOLLO,)


def test_amounts_in_two_currencies_are_not_compared() -> None:
    """A condition on amounts is refused once the unit added another currency."""
    store = MemoryStore(Portfolio(customers=[ACME]))
    assert store.customers.find("annual_value > 1000") == (ACME,)
    with store.unit_of_work(at=NOW) as unit:
        unit.opportunities.add(Opportunity(id="D-1", name="x", amount=Money("1", "USD")))
        with pytest.raises(AlignkitError, match="EUR, USD"):
            unit.customers.find("annual_value > 1000")


def test_duplicates_may_come_later() -> None:
    """Suspected double efforts join those that are known, and one of a known id takes its place."""
    first, second = (
        Duplicate(id="1", kind="task", left_id="a", right_id="b"),
        Duplicate(id="2", kind="task", left_id="c", right_id="d"),
    )
    store = MemoryStore(Portfolio(duplicates=[first]))
    store.upsert([second, attrs.evolve(first, hours=2.0)], at=NOW)
    assert store.portfolio().duplicates == (attrs.evolve(first, hours=2.0), second)


def test_a_unit_of_work_is_entered_once() -> None:
    """A unit of work that was entered cannot be entered again."""
    with MemoryStore().unit_of_work(at=NOW) as unit, pytest.raises(StoreError, match="entered once"):
        unit.__enter__()
