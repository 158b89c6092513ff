"""A policy is judged in the database with the result of the native engine, to the micro-point."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

import alignkit as ak
from alignkit import sample
from alignkit.portfolio import Portfolio
from alignkit.sample.demo import run_demo
from alignkit.sql import SqlStore
from alignkit.testing import NOW
from alignkit.testing.strategies import portfolios

from ..expressions.generated import HELPERS, rules
from ..expressions.rule_text import load

EUROS = ak.Exchange("EUR")
DRAWN = settings(suppress_health_check=list(HealthCheck), phases=[Phase.generate], max_examples=3, database=None)


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    """An empty store."""
    with SqlStore.open(url) as opened:
        yield opened


@pytest.fixture(scope="module")
def company() -> Portfolio:
    """The sample company."""
    return run_demo().portfolio


def differences(policy: ak.Policy, one: ak.Assessment, other: ak.Assessment) -> list[object]:
    """Every integer in which two assessments differ."""
    found: list[object] = []
    for kind, rows in one.rows.items():
        names = ["total", *(rule.id for rule in policy.scoring.rules[kind])]
        for id, row in rows.items():
            there = other.rows[kind].get(id)
            if row != there:
                pairs = zip(names, row, there or (), strict=False)
                found.append((kind, id, [(name, a, b) for name, a, b in pairs if a != b]))
        found.extend((kind, id, "not expected") for id in other.rows[kind] if id not in rows)
    return found


def test_judges_the_sample_company(store: SqlStore, company: Portfolio) -> None:
    """The whole default policy over the sample company: no integer differs, and explanations work."""
    policy = ak.Policy.default().with_exchange(EUROS)
    store.upsert(company, at=sample.NOW, journal=False)
    native = policy.assess(company, now=sample.NOW)
    stored = policy.assess(store, now=sample.NOW)
    assert differences(policy, native, stored) == []
    worst = native.subjects("project", worst_first=True)[0]
    assert str(stored.of("project", worst.id).explain()) == str(worst.explain())


def test_refuses_several_currencies_without_exchange(store: SqlStore, company: Portfolio) -> None:
    """Amounts in euros and crowns need an exchange in the database as in memory."""
    store.upsert(company, at=sample.NOW, journal=False)
    with pytest.raises(ak.PolicyError, match="EUR, SEK"):
        ak.Policy.default().assess(store, now=sample.NOW)


@seed(20260302)
@given(data=st.data())
@DRAWN
def test_judges_generated_rules(database: str, wipe: object, data: st.DataObject) -> None:
    """Generated rules over generated facts: every database agrees with the native engine."""
    kinds = ("objective", "project", "customer", "portfolio")
    texts = [data.draw(rules(kind, f"{kind}_{number}")) for kind in kinds for number in range(2)]
    names = load(HELPERS + "\n".join(texts))
    made = [ak.rule(dimension="one")(names[f"{kind}_{number}"]) for kind in kinds for number in range(2)]
    policy = ak.Policy(made, dimensions={"one": 1}, exchange=EUROS)
    portfolio = data.draw(portfolios(now=NOW))
    now = NOW + timedelta(days=data.draw(st.sampled_from([-400, -1, 0, 3])))
    assert callable(wipe)
    wipe(database)
    with SqlStore.open(database) as store:
        store.upsert(portfolio, at=NOW, journal=False, dangling="unlink")
        assert differences(policy, policy.assess(store.portfolio(), now=now), policy.assess(store, now=now)) == []
