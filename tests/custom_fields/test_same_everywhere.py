"""A custom field means the same in every engine."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import alignkit as ak
from alignkit.errors import StoreError
from alignkit.sql import SqlStore
from alignkit.testing.strategies import customs, days, moments
from tests.custom_fields.acme import RULES, policy
from tests.sql.hostile.mutants import CUSTOM, misspelt

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

values = st.one_of(
    customs(NOW),
    st.fixed_dictionaries(
        {},
        optional={
            "risk": st.floats(-0.5, 1.5) | st.integers(-1, 2),
            "segment": st.sampled_from(["gov", "private", "GOV", "gov ", "é", '"q"\\ \n', ""]),
            "seats": st.integers(-5, 1005),
            "is_pilot": st.booleans(),
            "go_live_on": days(NOW),
            "reviewed_at": moments(NOW),
        },
    ),
)


@st.composite
def facts(draw: st.DrawFn) -> ak.Portfolio:
    """One customer or two with a few projects."""
    customers = [ak.Customer(id=f"C{n}", name="c", custom=draw(values)) for n in range(draw(st.integers(1, 2)))]
    projects = [
        ak.Project(id=f"P{n}", name="p", customer_id=draw(st.sampled_from(customers)).id, custom=draw(values))
        for n in range(draw(st.integers(0, 5)))
    ]
    return ak.Portfolio(customers=customers, projects=projects)


def rows(assessment: ak.Assessment) -> dict[tuple[str, str, str], tuple[str, int | None]]:
    """Score by subject and rule."""
    return {
        (subject.kind, subject.id, finding.rule_id): (finding.state, finding.score_micro)
        for subject in assessment
        for finding in subject.findings
    }


def finding_of(portfolio: ak.Portfolio, rule_id: str) -> ak.Finding:
    """What a rule finds of project P."""
    findings = policy().assess(portfolio, now=NOW).of("project", "P").findings
    return next(finding for finding in findings if finding.rule_id == rule_id)


@given(facts())
def test_native_generated_and_text_agree(portfolio: ak.Portfolio) -> None:
    """Calling the functions, the generated code and the policy as text give the same outcomes."""
    made = policy()
    found = rows(made.assess(portfolio, now=NOW))
    assert rows(ak.Policy.from_toml(made.to_toml()).assess(portfolio, now=NOW)) == found
    for (kind, id, rule_id), (_, score) in found.items():
        moments = {"now": NOW, "today": NOW.date()}
        rule = next(rule for rule in RULES if rule.id == rule_id)
        lowered = made.rule(rule_id).lowered
        assert lowered is not None
        taken: dict[str, Any] = {name: moments[name] for name in lowered.takes}
        native: Any = rule
        assert ak.micro(native(portfolio.view(kind, id), **taken)) == score
        assert ak.micro(made.rule(rule_id)(portfolio.view(kind, id, now=NOW), **taken)) == score


@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(portfolio=facts())
def test_the_database_agrees(database: str, wipe: Callable[[str], None], portfolio: ak.Portfolio) -> None:
    """Facts come back as they went in, and the statement gives the same outcomes as the pass in memory."""
    wipe(database)
    with SqlStore.open(database) as store:
        store.upsert(portfolio, at=NOW)
        assert store.portfolio() == portfolio
        assert rows(policy().assess(store, now=NOW)) == rows(policy().assess(portfolio, now=NOW))


@pytest.mark.parametrize("element", CUSTOM)
def test_a_wrong_spelling_is_noticed(element: str, engine: str, database: str, wipe: Callable[[str], None]) -> None:
    """With a wrong spelling of what takes a custom value out of its text, outcomes differ or the engine refuses."""
    wipe(database)
    drawn = random.Random(3)
    custom: list[dict[str, Any]] = [
        {
            "risk": drawn.random(),
            "segment": drawn.choice(["gov", "private"]),
            "seats": drawn.randrange(500),
            "is_pilot": drawn.random() < 0.5,
            "go_live_on": NOW.date() + timedelta(days=drawn.randrange(1, 60)),
            "reviewed_at": NOW - timedelta(microseconds=drawn.randrange(10**12)),
        }
        for _ in range(60)
    ]
    projects = [ak.Project(id=f"P{n}", name="p", custom=values) for n, values in enumerate(custom)]
    portfolio = ak.Portfolio(projects=projects, customers=[])
    expected = rows(policy().assess(portfolio, now=NOW))
    with SqlStore.open(database) as store:
        store.upsert(portfolio, at=NOW)
        assert rows(policy().assess(store, now=NOW)) == expected
        with misspelt(element, engine):
            try:
                found = rows(policy().assess(store, now=NOW))
            except StoreError:
                return
        assert found != expected


def test_numbers_are_exact_in_the_database(database: str, wipe: Callable[[str], None]) -> None:
    """Of a thousand random risks, each is read by the statement as the very double that was stored."""
    wipe(database)
    drawn = random.Random(7)
    projects = [ak.Project(id=f"P{n}", name="p", custom={"risk": drawn.random()}) for n in range(1_000)]
    portfolio = ak.Portfolio(projects=projects, customers=[])
    with SqlStore.open(database) as store:
        store.upsert(portfolio, at=NOW)
        assert rows(policy().assess(store, now=NOW)) == rows(policy().assess(portfolio, now=NOW))


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        (0.25, 0.25),
        (0, 0.0),
        (1, 1.0),
        (True, None),
        ("0.25", None),
        (1.5, None),
        (-0.1, None),
        (date(2026, 1, 1), None),
    ],
)
def test_what_does_not_fit_reads_as_none(stored: object, read: float | None) -> None:
    """A value of another sort, or beyond the bounds, is unknown; a whole number is a number."""
    portfolio = ak.Portfolio(projects=[ak.Project(id="P", name="p", custom={"risk": stored})])  # type: ignore[dict-item]
    finding = finding_of(portfolio, "risk_is_low")
    assert finding.score_micro == (None if read is None else ak.micro(1 - read))
    assert finding.evidence["project.risk"] == read


def test_a_moment_may_lie_ahead() -> None:
    """A custom moment is no event of the past: it is read also before it has come."""
    soon = NOW + timedelta(hours=5)
    portfolio = ak.Portfolio(projects=[ak.Project(id="P", name="p", custom={"reviewed_at": soon})])
    finding = finding_of(portfolio, "reviewed_lately")
    assert finding.score_micro == 1_000_000
