"""Strategies draw what the domain accepts, and do not shy away from the awkward."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Any

import attrs
import pytest
from hypothesis import find, given
from hypothesis import strategies as st

from alignkit.domain import COLLECTIONS, REFERENCES, Interaction, Money
from alignkit.portfolio import Portfolio
from alignkit.testing import NOW, strategies

ENTITIES = {name: getattr(strategies, name)() for name in COLLECTIONS}


@pytest.mark.parametrize("name", COLLECTIONS)
@given(data=st.data())
def test_entities_are_of_their_class(name: str, data: st.DataObject) -> None:
    """Each strategy draws its entity, which survives being made again from its own fields."""
    entity = data.draw(ENTITIES[name])
    assert type(entity) is COLLECTIONS[name]
    assert attrs.evolve(entity) == entity


@given(strategies.portfolios())
def test_portfolios_hold_every_law(portfolio: Portfolio) -> None:
    """A drawn portfolio can be made again from its own facts."""
    facts: dict[str, Any] = {name: getattr(portfolio, name) for name in portfolio.given}
    assert Portfolio(**facts) == portfolio


@given(strategies.collections(unknown=False))
def test_references_lead_somewhere(collections: dict[str, list[Any]]) -> None:
    """Every reference is unknown or names a record of the collection it points into."""
    ids = {name: {record.id for record in records} for name, records in collections.items()}
    for name, records in collections.items():
        for field, target in REFERENCES[name].items():
            assert {getattr(record, field) for record in records} <= ids[target] | {None}


def test_nothing_is_left_out_on_request() -> None:
    """With `unknown=False` every collection is given."""
    find(strategies.collections(unknown=False), lambda facts: set(facts) == set(COLLECTIONS))


@given(strategies.interactions(kind="survey", satisfaction=st.sampled_from([1.0, 5.0])))
def test_fields_can_be_fixed(interaction: Interaction) -> None:
    """A field given by name is that value, or drawn from that strategy."""
    assert interaction.kind == "survey"
    assert interaction.satisfaction in {1.0, 5.0}


AWKWARD = {
    "an unusual stage": ("customers", lambda c: c.stage is not None and not c.stage.isascii()),
    "a bound of a number": ("projects", lambda p: p.progress == 1.0),
    "text that was not in normal form": ("customers", lambda c: c.name == "Caf\u00e9"),
    "an unknown customer": ("needs", lambda n: n.customer_id is None),
    "the very moment": ("interactions", lambda i: i.occurred_at == NOW),
    "a planned touch": ("interactions", lambda i: i.occurred_at > NOW),
    "an empty subject": ("interactions", lambda i: i.subject == ""),
    "the hour that comes twice": ("check_ins", lambda v: v.occurred_at == datetime.fromisoformat("2026-10-25T01:30Z")),
}


@pytest.mark.parametrize("what", AWKWARD)
def test_the_awkward_is_drawn(what: str) -> None:
    """What rules trip over is found in the strategies."""
    name, condition = AWKWARD[what]
    find(ENTITIES[name], condition)


def test_ties_are_drawn() -> None:
    """Two touches of one portfolio at the same moment are found."""
    find(
        strategies.collections(),
        lambda facts: len({i.occurred_at for i in facts.get("interactions", ())}) < len(facts.get("interactions", ())),
    )


@given(strategies.texts(empty=True), strategies.texts())
def test_texts_are_text(any_text: str, filled: str) -> None:
    """Texts hold no NUL and no lone surrogate; unless asked for, none is blank."""
    assert "\0" not in any_text
    any_text.encode("utf-8")
    assert unicodedata.normalize("NFC", filled).strip()


@given(strategies.money(("EUR", "JPY")))
def test_money_is_exact(money: Money) -> None:
    """Amounts have at most two decimals and one of the currencies asked for."""
    assert money.currency in {"EUR", "JPY"}
    assert money.amount == round(money.amount, 2)
