"""A policy judges tables in Sail with the result of the native engine, to the micro-point."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

import alignkit as ak
from alignkit import sample
from alignkit.portfolio import Portfolio
from alignkit.testing import NOW
from alignkit.testing.strategies import portfolios

from ...expressions.generated import HELPERS, rules
from ...expressions.rule_text import load
from ..hostile import corpus
from .comparing import differences, disagreements, landed

EUROS = ak.Exchange("EUR")
DRAWN = settings(
    suppress_health_check=list(HealthCheck), phases=[Phase.generate], max_examples=2, database=None, deadline=None
)


@pytest.mark.slow
def test_judges_the_sample_company(sail: Any, company: Portfolio) -> None:
    """The whole default policy over the sample company: no integer differs, and explanations work."""
    policy = ak.Policy.default().with_exchange(EUROS)
    native = policy.assess(company, now=sample.NOW)
    with landed(sail, company) as tables:
        there = policy.assess(tables, now=sample.NOW)
        assert differences(policy, native, there) == []
        assert there.faults == ()
        worst = native.subjects("project", worst_first=True)[0]
        assert str(there.of("project", worst.id).explain()) == str(worst.explain())


@pytest.mark.slow
@pytest.mark.parametrize("place", range(len(corpus.MOMENTS)))
def test_judges_the_hostile_corpus(sail: Any, place: int) -> None:
    """Hostile rules over hostile facts, each rule at one of the moments: no integer differs."""
    whole = corpus.policy().with_exchange(EUROS)
    others = [rule.id for number, rule in enumerate(whole.rules) if number % len(corpus.MOMENTS) != place]
    assert disagreements(sail, whole.without(*others), corpus.portfolio(), corpus.MOMENTS[place]) == []


@pytest.mark.slow
@seed(20261123)
@given(data=st.data())
@DRAWN
def test_judges_generated_rules(sail: Any, data: st.DataObject) -> None:
    """Generated rules over generated facts: no integer differs."""
    kinds = ("objective", "project", "customer", "portfolio")
    texts = [data.draw(rules(kind, f"{kind}_{number}")) for kind in kinds for number in range(2)]
    names = load(HELPERS + "\n".join(texts))
    made = [ak.rule(dimension="one")(names[f"{kind}_{number}"]) for kind in kinds for number in range(2)]
    policy = ak.Policy(made, dimensions={"one": 1}, exchange=EUROS)
    portfolio = data.draw(portfolios(now=NOW))
    now = NOW + timedelta(days=data.draw(st.sampled_from([-400, -1, 0, 3])))
    assert disagreements(sail, policy, portfolio, now) == []
