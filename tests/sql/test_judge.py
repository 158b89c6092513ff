"""A policy is judged in the database with the result of the native engine, to the micro-point."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

import alignkit as ak
from alignkit import sample
from alignkit.errors import UnsupportedExpressionError
from alignkit.portfolio import Portfolio
from alignkit.sample.demo import run_demo
from alignkit.sql import SqlStore
from alignkit.testing import NOW
from alignkit.testing.strategies import portfolios

from ..expressions.generated import HELPERS, rules
from ..expressions.rule_text import load, python_rule

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


def opaque_rule(kind: str, name: str = "opaque") -> ak.Rule[..., Any]:
    """A rule without a source that could be read, which looks at everything around its subject."""
    texts = {
        "project": "sum(1 for i in project.interactions if i.direction == 'inbound') % 5 / 5 * (project.customer is not None)",
        "customer": "min(len([p for p in customer.projects if p.score is not None and p.score > 50]), 4) / 4",
        "objective": "0.5 + 0.5 * (objective.parent is None)",
        "portfolio": "len([c for c in portfolio.customers]) % 10 / 10",
    }
    namespace: dict[str, Any] = {}
    exec(f"def {name}({kind}, now):\n    return {texts[kind]}\n", {"ak": ak}, namespace)
    function = namespace[name]
    function.__annotations__ = {kind: f"ak.{kind.title()}View"}
    made: ak.Rule[..., Any] = ak.rule(dimension="growth")(function)
    return made


@pytest.mark.parametrize("kinds", [("customer", "portfolio"), ("project",), ("objective", "project", "customer")])
def test_judges_opaque_rules(store: SqlStore, company: Portfolio, kinds: tuple[str, ...]) -> None:
    """
    What only runs natively is merged into what the database found, for every kind.

    Where a rule that can be read looks at scores with such a rule in them, it sees the merged ones.
    """
    rules = [opaque_rule(kind, f"opaque_{kind}") for kind in kinds]
    policy = ak.Policy.default().with_exchange(EUROS).with_rules(*rules)
    assert policy.assess(company, now=sample.NOW).opaque == tuple(sorted(f"opaque_{kind}" for kind in kinds))
    store.upsert(company, at=sample.NOW, journal=False)
    stored = policy.assess(store, now=sample.NOW)
    assert differences(policy, policy.assess(company, now=sample.NOW), stored) == []
    assert stored.opaque == policy.assess(company, now=sample.NOW).opaque


def test_opaque_rules_do_not_load_the_portfolio(store: SqlStore, company: Portfolio) -> None:
    """Only facts that an opaque rule looks at are read; where no rule reads its scores, nothing is loaded whole."""
    policy = ak.Policy([opaque_rule("project")], dimensions={"growth": 1}, exchange=EUROS)
    store.upsert(company, at=sample.NOW, journal=False)
    native = policy.assess(company, now=sample.NOW)

    class Unloadable(SqlStore):
        def portfolio(self) -> Portfolio:
            raise AssertionError("the portfolio was loaded")

    stored = policy.assess(Unloadable(store._database, {"store": ""}, None), now=sample.NOW)
    assert differences(policy, native, stored) == []


LATEST = """
def last(project: ak.ProjectView, now: datetime) -> ak.Score:
    found = ak.latest(i for i in project.interactions if i.kind == "email")
    if found is None or found.customer is None:
        return None
    first = ak.earliest(i for i in project.interactions if i.occurred_at >= found.occurred_at)
    if first is None:
        return None
    same = ak.count(i for i in project.interactions if i.team == found.team)
    return ak.clamp(ak.default(found.satisfaction, 0) / 10 + ak.default(first.sentiment, 0) / 100 + same / 1000
                    + (0.5 if found.customer.tier == "A" else 0.0))
"""


def test_judges_the_latest_record(store: SqlStore) -> None:
    """Of records at one moment the id decides, by code points; fields and hops of the one found are read."""
    policy = ak.Policy([python_rule(LATEST, "last")], dimensions={"visibility": 1})
    ids = ["a", "B", "é", "Z", "aa", "a "]
    facts: list[Any] = [
        ak.Customer(id="C-1", name="C", tier="A"),
        *(ak.Project(id=f"P-{number}", name="P", customer_id="C-1") for number in range(4)),
        *(
            ak.Interaction(
                id=f"{id}{project}", occurred_at=NOW - timedelta(days=project == 2), kind="email", customer_id="C-1",
                project_id=f"P-{project}", satisfaction=place, sentiment=place / 10, team=("pmo", "crm")[place % 2],
            )
            for project in range(3)
            for place, id in enumerate(ids[project:])
        ),
        ak.Interaction(id="zz", occurred_at=NOW + timedelta(days=1), kind="email", project_id="P-0", satisfaction=9),
    ]  # fmt: skip
    store.upsert(facts, at=NOW, journal=False)
    native = policy.assess(store.portfolio(), now=NOW)
    assert differences(policy, native, policy.assess(store, now=NOW)) == []
    assert len(set(native.rows["project"].values())) > 2


AMOUNTS = """
def rich(project: ak.ProjectView) -> ak.Score:
    return ak.ratio(project.budget, 1e6)

def spread(portfolio: ak.PortfolioView) -> ak.Score:
    return ak.ratio(ak.total(p.spent for p in portfolio.projects), 1e7)
"""


def test_exchanges_amounts(store: SqlStore, engine: str) -> None:
    """Amounts in other currencies are exchanged exactly; those without a rate are unknown."""
    exchange = ak.Exchange("EUR", {"USD": "0.92170003", "SEK": "0.0871", "JPY": "0.00612", "GBP": "1.1"})
    names = load(AMOUNTS)
    policy = ak.Policy(
        [ak.rule(dimension="one")(names[name]) for name in ("rich", "spread")], dimensions={"one": 1}, exchange=exchange
    )
    codes = ["EUR", "USD", "SEK", "JPY", "CHF", "USD"]
    amounts = ["0.07", "123456.785", "999999999.99", "1", "33.333333", "-0.125"]
    facts = [
        ak.Project(id=f"P-{code}-{amount}", name="P", budget=ak.Money(amount, code), spent=ak.Money(amount, code))
        for code in codes
        for amount in amounts
    ]
    unique = {fact.id: fact for fact in facts}
    store.upsert(unique.values(), at=NOW, journal=False)
    native = policy.assess(store.portfolio(), now=NOW)
    assert differences(policy, native, policy.assess(store, now=NOW)) == []
    long = ak.Project(id="P-long", name="P", budget=ak.Money("0.1234567890123456789012345", "USD"))
    store.upsert([long], at=NOW, journal=False)
    if engine == "sqlite":
        native = policy.assess(store.portfolio(), now=NOW)
        assert differences(policy, native, policy.assess(store, now=NOW)) == []
    else:
        with pytest.raises(UnsupportedExpressionError, match="too many digits"):
            policy.assess(store, now=NOW)


SUMS = """
def plain(portfolio: ak.PortfolioView) -> ak.Score:
    return ak.ratio(ak.total(o.amount for o in portfolio.opportunities), 1e15)

def wide(portfolio: ak.PortfolioView) -> ak.Score:
    return ak.ratio(ak.total(o.amount * 999 for o in portfolio.opportunities if o.amount is not None), 1e18)

def below(portfolio: ak.PortfolioView) -> ak.Score:
    return ak.ratio(ak.mean(0 - o.amount * 997 for o in portfolio.opportunities if o.amount is not None), -2e15)
"""


def test_adds_up_beyond_64_bits(store: SqlStore) -> None:
    """Sums of millionths that no whole number of 64 bits holds come out as in Python."""
    names = load(SUMS)
    policy = ak.Policy(
        [ak.rule(dimension="one")(names[name]) for name in ("plain", "wide", "below")], dimensions={"one": 1}
    )
    facts = [
        ak.Opportunity(
            id=f"O-{number}",
            name="O",
            stage="open",
            opened_at=NOW,
            amount=ak.Money(f"{999999999999 - 7 * number}.37", "EUR"),
        )
        for number in range(40)
    ]
    store.upsert(facts, at=NOW, journal=False)
    native = policy.assess(store.portfolio(), now=NOW)
    assert differences(policy, native, policy.assess(store, now=NOW)) == []
    assert min(native.rows["portfolio"]["portfolio"][1:]) > 0


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
