"""What can be read of a portfolio, and that it is a value."""

from __future__ import annotations

import pickle
import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignkit.domain import REFERENCES, Customer, Interaction, Money, Project
from alignkit.errors import NotFoundError, UnknownCollectionError
from alignkit.portfolio import Portfolio
from alignkit.testing.strategies import collections

NOW = datetime(2026, 3, 31, tzinfo=timezone.utc)


SMALL = collections(max_projects=2, max_records=3)


def made(facts: dict[str, Any]) -> Portfolio:
    """A portfolio of drawn facts."""
    return Portfolio(**facts)


def families(portfolio: Portfolio, collection: str, field: str) -> dict[str, set[str]]:
    """Ids of siblings by the id of their parent."""
    return ids(portfolio.children(collection, field))


def ids(children: Mapping[str, Sequence[Any]]) -> dict[str, set[str]]:
    """The ids in place of the records."""
    return {parent: {record.id for record in records} for parent, records in children.items()}


@given(SMALL, st.randoms(use_true_random=False))
def test_order_does_not_matter(facts: dict[str, Any], draw: random.Random) -> None:
    """Shuffled facts make an equal portfolio with equal families."""
    shuffled: dict[str, Any] = {name: draw.sample(records, len(records)) for name, records in facts.items()}
    one, other = Portfolio(**facts), Portfolio(**shuffled)

    assert one == other
    assert hash(one) == hash(other)
    for name in one.given:
        for field in REFERENCES[name]:
            assert families(one, name, field) == families(other, name, field)


@given(SMALL.map(made))
def test_children_are_the_records_that_refer(portfolio: Portfolio) -> None:
    """Going through children gives each record that has a parent once, under that parent."""
    for name in portfolio.given:
        for field in REFERENCES[name]:
            expected: dict[str, set[str]] = {}
            for record in portfolio.records(name).values():
                if getattr(record, field) is not None:
                    expected.setdefault(getattr(record, field), set()).add(record.id)
            assert families(portfolio, name, field) == expected


@given(SMALL.map(made))
def test_portfolios_pickle(portfolio: Portfolio) -> None:
    """A portfolio comes back equal, from whatever process."""
    assert pickle.loads(pickle.dumps(portfolio)) == portfolio


def test_pickling_keeps_what_was_unlinked() -> None:
    """What was taken out is still listed after pickling."""
    loose = Portfolio(customers=[], projects=[Project(id="P", name="P", customer_id="C")], dangling="unlink")

    (fault,) = pickle.loads(pickle.dumps(loose)).unlinked

    assert fault.target_id == "C"


def test_equality_is_by_content() -> None:
    """Other facts, or an unknown collection in place of an empty one, make another portfolio."""
    one = Portfolio(customers=[Customer(id="C-1", name="Acme")])

    assert one == Portfolio(customers=[Customer(id="C-1", name="Acme")])
    assert one != Portfolio(customers=[Customer(id="C-1", name="Apex")])
    assert one != Portfolio(customers=[Customer(id="C-1", name="Acme")], tasks=[])
    assert one != "Acme"


def test_unknown_is_not_empty() -> None:
    """Reading a collection that was not given raises; a mistyped one gets its right name."""
    portfolio = Portfolio(projects=[])

    with pytest.raises(UnknownCollectionError, match="tasks were not given"):
        portfolio.records("tasks")
    with pytest.raises(NotFoundError, match="no collection 'project'; did you mean 'projects'"):
        portfolio.records("project")
    with pytest.raises(NotFoundError, match="no reference 'custmer_id'; did you mean 'customer_id'"):
        portfolio.children("projects", "custmer_id")


def test_horizon_is_the_latest_moment() -> None:
    """The horizon looks at every moment of a collection, and is None where there is none."""
    week = timedelta(days=7)
    late = Interaction(id="I-1", occurred_at=NOW, answered_at=NOW + week)
    portfolio = Portfolio(interactions=[late, Interaction(id="I-2", occurred_at=NOW - week)], projects=[], needs=[])

    assert portfolio.horizon("interactions") == NOW + week
    assert portfolio.horizon("projects") is None
    assert portfolio.horizon("needs") is None


def test_currencies_are_those_of_every_amount() -> None:
    """Currencies are gathered over all fields that hold money."""
    portfolio = Portfolio(
        customers=[Customer(id="C-1", name="Acme", annual_value=Money("1", "EUR"))],
        projects=[Project(id="P-1", name="Apex", spent=Money("1", "USD")), Project(id="P-2", name="Blue")],
    )

    assert portfolio.currencies == {"EUR", "USD"}
    assert Portfolio(tasks=[]).currencies == frozenset()


def test_it_says_what_it_holds() -> None:
    """Its length is the number of facts, its text says how many of what, and even an empty one is true."""
    portfolio = Portfolio(customers=[Customer(id="C-1", name="Acme")], projects=[])

    assert len(portfolio) == 1
    assert repr(portfolio).startswith("<Portfolio: 1 customers, 0 projects; unknown: contacts, objectives")
    assert Portfolio()


def test_it_cannot_be_written_to() -> None:
    """A collection cannot be replaced in place."""
    with pytest.raises(AttributeError, match="a portfolio does not change; use"):
        Portfolio().customers = ()
