"""The database gives the same codes and totals as the native engine, to the micro-point."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import alignkit as ak
from alignkit.testing import NOW
from alignkit.testing.strategies import portfolios

from ..expressions.test_one_meaning import EUROS, Written, policies
from .landed import judge, land

pytest.importorskip("duckdb_engine", reason="the duckdb extra is not installed")


def check(url: str, policy: ak.Policy, portfolio: ak.Portfolio, days: int) -> None:
    """Land the facts, judge them there and in memory, and compare every integer."""
    now = NOW + timedelta(days=days)
    expected = policy.assess(portfolio, now=now).rows
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        sources = land(connection, portfolio, EUROS)
        found = judge(connection, policy, sources, now)
    engine.dispose()
    for kind, rows in found.items():
        for id, row in rows.items():
            assert row == expected[kind][id], [
                (policy.scoring.rules[kind][place - 1].id if place else "total", one, other)
                for place, (one, other) in enumerate(zip(expected[kind][id], row, strict=True))
                if one != other
            ]
        assert set(rows) == set(expected[kind])


@pytest.mark.parametrize("url", ["sqlite://", "duckdb:///:memory:"])
@given(data=st.data())
@settings(
    suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.reuse, Phase.generate], max_examples=12
)
def test_generated_rules(url: str, data: st.DataObject) -> None:
    """For generated rules and facts, at any moment, the database agrees with the native engine."""
    written: Written = data.draw(policies())
    portfolio = data.draw(portfolios(now=NOW))
    check(url, written.policy, portfolio, data.draw(st.sampled_from([-400, -1, 0, 3])))
