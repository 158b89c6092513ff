"""A changed portfolio is what one made anew of the changed facts would be."""

from __future__ import annotations

import random
from datetime import datetime, timedelta, timezone
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignkit.domain import REFERENCES, Contribution, Customer, Interaction, Money, Objective, Project, Task
from alignkit.errors import (
    CycleError,
    DanglingReferenceError,
    DuplicateError,
    NotFoundError,
    PortfolioError,
    UnknownCollectionError,
    ValidationError,
)
from alignkit.portfolio import Portfolio
from alignkit.portfolio.overlay import Overlay
from alignkit.testing.strategies import collections

NOW = datetime(2026, 3, 31, tzinfo=timezone.utc)


def crowd(count: int) -> Portfolio:
    """One customer with many touches, so that a change is an overlay."""
    touches = [Interaction(id=f"I-{n}", occurred_at=NOW, customer_id="C-1") for n in range(count)]
    return Portfolio(customers=[Customer(id="C-1", name="Acme")], projects=[], interactions=touches)


def same(one: Portfolio, other: Portfolio) -> None:
    """Both hold the same facts, and find them on the same ways."""
    assert one == other
    assert len(one) == len(other)
    assert one.currencies == other.currencies
    for name in one.given:
        assert dict(one.records(name)) == dict(other.records(name))
        bound, exact = one.horizon(name), other.horizon(name)
        assert exact is None or (bound is not None and bound >= exact)
        for field in REFERENCES[name]:
            mine, others = one.children(name, field), other.children(name, field)
            assert {key: {r.id for r in found} for key, found in mine.items()} == {
                key: {r.id for r in found} for key, found in others.items()
            }
            assert len(mine) == len(others)


def _named(name: str, value: Any) -> Any:
    return {name: value}


def asked(portfolio: Portfolio, draw: random.Random) -> None:
    """Ask for some indexes, so that some are there before a change and some are made after it."""
    for name in portfolio.given:
        for field in REFERENCES[name]:
            if draw.random() < 0.5:
                portfolio.children(name, field)
    if draw.random() < 0.5:
        assert portfolio.currencies is not None
        for name in portfolio.given:
            portfolio.horizon(name)


@given(collections(max_projects=3, max_records=4), st.randoms(use_true_random=False))
def test_changes_equal_making_anew(facts: dict[str, Any], draw: random.Random) -> None:
    """After any sequence of adding, replacing and removing, nothing tells the portfolio from one made anew."""
    start: dict[str, Any] = {name: draw.sample(records, len(records) // 2) for name, records in facts.items()}
    portfolio = Portfolio(**start, dangling="unlink")
    anew = {name: {r.id: r for r in portfolio.records(name).values()} for name in portfolio.given}
    for _ in range(draw.randint(1, 6)):
        asked(portfolio, draw)
        name = draw.choice(sorted(facts))
        if draw.random() < 0.6:
            chosen = draw.sample(facts[name], draw.randint(0, len(facts[name])))
            portfolio = portfolio.with_(**_named(name, chosen))
            anew[name].update((record.id, record) for record in chosen)
        else:
            gone = draw.sample(sorted(anew[name]), draw.randint(0, len(anew[name])))
            portfolio = portfolio.without(**_named(name, gone))
            for id in gone:
                del anew[name][id]
        kept: dict[str, Any] = {name: found.values() for name, found in anew.items()}
        remade = Portfolio(**kept, dangling="unlink")
        same(portfolio, remade)
        anew = {name: {r.id: r for r in remade.records(name).values()} for name in remade.given}
    same(portfolio.plain(), portfolio)


@given(st.randoms(use_true_random=False), st.integers(1, 60))
def test_overlays_equal_making_anew(draw: random.Random, steps: int) -> None:
    """The same with many records and few changes, where the facts are layered."""
    portfolio = crowd(150).with_(projects=[Project(id="P-1", name="Apex")])
    touches = {touch.id: touch for touch in portfolio.interactions or ()}
    for step in range(steps):
        asked(portfolio, draw)
        id = draw.choice(sorted(touches)) if draw.random() < 0.5 else f"N-{step}"
        if id in touches and draw.random() < 0.5:
            del touches[id]
            portfolio = portfolio.without(interactions=[id])
        else:
            touches[id] = Interaction(id=id, occurred_at=NOW, project_id=draw.choice(["P-1", None]), customer_id="C-1")
            portfolio = portfolio.with_(interactions=[touches[id]])
    anew = Portfolio(customers=portfolio.customers, projects=portfolio.projects, interactions=touches.values())

    same(portfolio, anew)
    same(portfolio.plain(), anew)


def test_a_small_change_shares_the_rest() -> None:
    """What did not change is the same object, and the first portfolio is as it was."""
    before = crowd(500)
    after = before.with_(interactions=[Interaction(id="N", occurred_at=NOW, customer_id="C-1")])

    assert after.records("customers") is before.records("customers")
    assert isinstance(after.records("interactions"), Overlay)
    assert isinstance(after.plain().records("interactions"), dict)
    assert (len(before), len(after)) == (501, 502)
    assert before.plain() is before


def test_many_small_changes_are_compacted() -> None:
    """Overlays do not pile up: however many changes were made, few layers lie on the facts."""
    portfolio = crowd(500)
    for step in range(300):
        portfolio = portfolio.with_(interactions=[Interaction(id=f"N-{step}", occurred_at=NOW)])
        records = portfolio.records("interactions")
        assert isinstance(records, dict) or (isinstance(records, Overlay) and len(records.layers) <= 4)
    assert len(portfolio) == 801


def test_many_changes_of_one_portfolio_group_it_once() -> None:
    """What-ifs on one portfolio read the index of the first, whoever asked for it."""
    before = crowd(500)
    for step in range(3):
        after = before.with_(interactions=[Interaction(id=f"N-{step}", occurred_at=NOW)])
        after.children("interactions", "contact_id")
    index = after.children("interactions", "customer_id")

    assert isinstance(index, Overlay) or index is before.children("interactions", "customer_id")


def test_a_moved_record_changes_family() -> None:
    """A record that refers to another parent leaves the first, which is then without children."""
    projects = [Project(id="P-1", name="A", customer_id="C-1")]
    customers = [Customer(id="C-1", name="Acme"), Customer(id="C-2", name="Apex")]
    portfolio = Portfolio(customers=customers, projects=projects).with_(
        projects=[Project(id="P-1", name="A", customer_id="C-2")]
    )

    assert dict(portfolio.children("projects", "customer_id")) == {"C-2": [portfolio.records("projects")["P-1"]]}


def test_laws_hold_after_a_change() -> None:
    """Repeated ids, wrong classes, loose references and cycles are refused together, as when it was made."""
    portfolio = Portfolio(
        customers=[Customer(id="C-1", name="Acme")],
        projects=[Project(id="P-1", name="Apex")],
        objectives=[Objective(id="O-1", title="Up"), Objective(id="O-2", title="Down", parent_id="O-1")],
    )
    with pytest.raises(PortfolioError) as caught:
        portfolio.with_(
            customers=[Customer(id="C-2", name="A"), Customer(id="C-2", name="B")],
            projects=[Project(id="P-2", name="B", customer_id="C-9"), 5],  # type: ignore[list-item]
            objectives=[Objective(id="O-1", title="Up", parent_id="O-2")],
        )

    assert {type(fault) for fault in caught.value.faults} == {
        DuplicateError,
        DanglingReferenceError,
        ValidationError,
        CycleError,
    }


def test_what_comes_together_may_refer_to_each_other() -> None:
    """New facts of one call are seen by each other."""
    portfolio = Portfolio(customers=[], projects=[]).with_(
        projects=[Project(id="P-1", name="Apex", customer_id="C-1")], customers=[Customer(id="C-1", name="Acme")]
    )

    assert len(portfolio) == 2


def test_an_unknown_collection_becomes_given() -> None:
    """A collection that was unknown is given afterwards, and references into it are judged."""
    portfolio = Portfolio(projects=[Project(id="P-1", name="Apex", customer_id="C-9")])

    assert portfolio.with_(tasks=[]).tasks == ()
    with pytest.raises(PortfolioError, match="names customer 'C-9'"):
        portfolio.with_(customers=[])


def test_what_is_referred_to_stays() -> None:
    """Removing a fact that others refer to is refused with every reference; with them it may go."""
    portfolio = crowd(2)
    with pytest.raises(PortfolioError) as caught:
        portfolio.without(customers=["C-1"])

    assert [type(fault) for fault in caught.value.faults] == [DanglingReferenceError] * 2
    assert len(portfolio.without(customers=["C-1"], interactions=["I-0", "I-1"])) == 0


def test_removing_can_unlink() -> None:
    """With `unlink`, references to what goes become unknown, and edges go with their end."""
    portfolio = Portfolio(
        projects=[Project(id="P-1", name="Apex")],
        objectives=[Objective(id="O-1", title="Grow")],
        contributions=[Contribution(project_id="P-1", objective_id="O-1")],
        tasks=[Task(id="T-1", title="Do", project_id="P-1")],
    )
    after = portfolio.without(projects=["P-1"], dangling="unlink")

    assert after.contributions == ()
    assert after.tasks == (Task(id="T-1", title="Do"),)
    assert [fault.id for fault in after.unlinked] == ["P-1/O-1", "T-1"]


def test_only_what_is_there_can_go() -> None:
    """Unknown ids get the nearest one, unknown collections and bare text are refused, all at once."""
    with pytest.raises(PortfolioError) as caught:
        crowd(12).without(interactions=["I-12"], tasks=["T-1"], customers="C-1")
    missing, bare, unknown = sorted(caught.value.faults, key=lambda fault: type(fault).__name__)[0:3]

    assert isinstance(missing, NotFoundError)
    assert missing.suggestions[0] in {"I-1", "I-2"}
    assert isinstance(bare, UnknownCollectionError)
    assert isinstance(unknown, ValidationError)
    assert "expected a list of ids, got 'C-1'" in str(unknown)


def test_the_horizon_follows_additions() -> None:
    """A later moment moves the horizon; taking it away again may leave it, as a bound."""
    before = crowd(500)
    assert before.horizon("interactions") == NOW
    after = before.with_(interactions=[Interaction(id="N", occurred_at=NOW + timedelta(days=1))])

    assert after.horizon("interactions") == NOW + timedelta(days=1)
    assert before.with_(interactions=[]).horizon("interactions") == NOW


def test_currencies_follow_changes() -> None:
    """The last amount in a currency takes the currency with it."""
    project = Project(id="P-1", name="Apex", budget=Money("5", "USD"))
    portfolio = Portfolio(projects=[project, Project(id="P-2", name="Blue", budget=Money("5", "EUR"))])

    assert portfolio.currencies == {"EUR", "USD"}
    assert portfolio.with_(projects=[attrs.evolve(project, budget=None)]).currencies == {"EUR"}
    assert portfolio.without(projects=["P-1"]).currencies == {"EUR"}
