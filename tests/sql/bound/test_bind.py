"""A host's own tables, judged where they lie with the result of memory."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Engine, MetaData, Table, event, insert, literal, select, update

import alignkit as ak
from alignkit import sample
from alignkit.portfolio import Portfolio
from alignkit.sql import BoundTables, bind
from alignkit.testing import NOW
from alignkit.testing.strategies import portfolios

from .hosts import host, hosted, row_of, selected, table_of
from .policies import POLICY

EUROS = ak.Exchange("EUR")
DRAWN = settings(suppress_health_check=list(HealthCheck), phases=[Phase.generate], max_examples=2, database=None)


def bound(engine: Any, tables: dict[str, Table], **options: Any) -> BoundTables:
    """The host's tables, bound."""
    given: dict[str, Any] = {name: selected(table) for name, table in tables.items()}
    return bind(engine, **given, zone="UTC", **options)


@pytest.fixture(scope="module")
def company_tables(host_engine: Engine, company: Portfolio) -> dict[str, Table]:
    """The sample company in the host's tables."""
    return hosted(host_engine, company)


@contextmanager
def rows_fetched(engine: Engine) -> Iterator[list[str]]:
    """The statements that run meanwhile."""
    seen: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def test_judges_the_sample_company(host_engine: Engine, company: Portfolio, company_tables: dict[str, Table]) -> None:
    """The whole default policy over plain tables of other names: no integer differs, and explanations are the same."""
    policy = ak.Policy.default().with_exchange(EUROS)
    native = policy.assess(company, now=sample.NOW)
    there = policy.assess(bound(host_engine, company_tables), now=sample.NOW)
    assert there.faults == ()
    assert there.rows == native.rows
    worst = native.subjects("project", worst_first=True)[0]
    for kind, id in (("project", worst.id), ("customer", min(native.rows["customer"])), ("portfolio", "portfolio")):
        assert str(there.of(kind, id).explain()) == str(native.of(kind, id).explain())


def test_explaining_loads_by_key(host_engine: Engine, company: Portfolio, company_tables: dict[str, Table]) -> None:
    """An explanation of one project reads rows by key: no statement selects a collection without a condition."""
    policy = POLICY.with_exchange(EUROS)
    there = policy.assess(bound(host_engine, company_tables), now=sample.NOW)
    project = there.of("project", min(there.rows["project"]))
    with rows_fetched(host_engine) as statements:
        str(project.explain())
    reads = [text for text in statements if "kept_" in text]
    assert reads
    assert all("WHERE" in text for text in reads)


def test_whole_portfolio_is_loaded_for_many(
    host_engine: Engine, company: Portfolio, company_tables: dict[str, Table]
) -> None:
    """Who asks for everything gets everything, with one pass; the document is the one of memory but for refused rows."""
    policy = POLICY.with_exchange(EUROS)
    there = policy.assess(bound(host_engine, company_tables), now=sample.NOW)
    assert there.to_json() == policy.assess(_in_order(company), now=sample.NOW).to_json()
    assert pickle.loads(pickle.dumps(there)).rows == there.rows


def _in_order(portfolio: Portfolio) -> Portfolio:
    """The portfolio in the order of ids, lists and references to elsewhere left out, as tables hold it."""
    facts: dict[str, Any] = {}
    for name in portfolio.given:
        records = portfolio.records(name)
        facts[name] = [records[id] for id in sorted(records)]
    return Portfolio(**facts)


def test_several_currencies_need_an_exchange(host_engine: Engine, company_tables: dict[str, Table]) -> None:
    """Amounts in euros and crowns need an exchange, as in memory."""
    with pytest.raises(ak.PolicyError, match="EUR, SEK"):
        ak.Policy.default().assess(bound(host_engine, company_tables), now=sample.NOW)


def test_loads_what_it_judges(host_engine: Engine, company: Portfolio, company_tables: dict[str, Table]) -> None:
    """The portfolio of bound tables is the one that was written, but for lists, which have no column."""
    loaded = bound(host_engine, company_tables).portfolio()
    for name in company.given:
        for id, fact in company.records(name).items():
            plain: dict[str, Any] = {
                field: () for field in ("labels", "domains", "told", "external_refs") if hasattr(fact, field)
            }
            assert loaded.records(name)[id] == attrs.evolve(fact, **plain)


@seed(20261123)
@given(data=st.data())
@DRAWN
def test_judges_generated_portfolios(host_engine: Engine, data: st.DataObject) -> None:
    """Generated facts under the default policy: no integer differs."""
    policy = ak.Policy.default().with_exchange(EUROS)
    portfolio = data.draw(portfolios(now=NOW))
    now = NOW + timedelta(days=data.draw(st.sampled_from([-400, -1, 0, 3])))
    with host_engine.connect() as connection:
        tables = host(connection, portfolio)
        there = policy.assess(bound(connection, tables), now=now)
        connection.rollback()
    assert there.faults == ()
    assert there.rows == policy.assess(portfolio, now=now).rows


def test_whole_numbers_are_ids(host_engine: Engine) -> None:
    """Ids that are whole numbers are read as their digits, references too."""
    types: dict[str, Any] = {"id": BigInteger(), "customer_id": BigInteger()}
    customers, projects = table_of("customers", **types), table_of("projects", **types)
    with host_engine.connect() as connection:
        for table in (customers, projects):
            table.drop(connection, checkfirst=True)
            table.create(connection)
        connection.execute(
            insert(customers), [row_of(ak.Customer(id="x", name="One", tier="A"), "customers") | {"c_id": 7}]
        )
        row = row_of(ak.Project(id="x", name="First", progress=0.5), "projects") | {"c_id": 70, "c_customer_id": 7}
        connection.execute(insert(projects), [row])
        there = POLICY.assess(bound(connection, {"customers": customers, "projects": projects}), now=NOW)
        names = [there.of("customer", "7").name, there.of("project", "70").name]
        connection.rollback()
    assert names == ["One", "First"]
    native = Portfolio(
        customers=[ak.Customer(id="7", name="One", tier="A")],
        projects=[ak.Project(id="70", name="First", progress=0.5, customer_id="7")],
    )
    assert there.rows == POLICY.assess(native, now=NOW).rows


def test_case_and_space_tell_ids_apart(host_engine: Engine) -> None:
    """Ids that differ in case or by a space at the end are different, whatever the engine's collation says."""
    ids = ("a", "A", "a ", "á")
    facts = Portfolio(
        customers=[ak.Customer(id=id, name=id, tier="A") for id in ids],
        projects=[ak.Project(id=id, name=id, customer_id=id, progress=place / 8) for place, id in enumerate(ids)],
    )
    with host_engine.connect() as connection:
        there = POLICY.assess(bound(connection, host(connection, facts)), now=NOW)
        connection.rollback()
    assert there.faults == ()
    assert there.rows == POLICY.assess(facts, now=NOW).rows


def test_what_is_left_out_is_unknown_or_by_default(host_engine: Engine) -> None:
    """Optional columns may be missing: their fields are what the class has by default, and `describe` says which."""
    source = select(literal("P-1").label("id"), literal("First").label("name"))
    with host_engine.connect() as connection:
        tables = bind(connection, projects=source)
        assert tables.portfolio() == Portfolio(projects=[ak.Project(id="P-1", name="First")])
        assert tables.given == {"projects"}
        assert POLICY.assess(tables, now=NOW).rows == POLICY.assess(tables.portfolio(), now=NOW).rows
        described = tables.describe()
    assert "projects: id, name; by default status 'active'; unknown customer_id, health" in described
    assert "tasks: not bound; unknown" in described


def test_a_select_may_leave_rows_out(host_engine: Engine) -> None:
    """Rows that the host's own select leaves out are not there: neither judged nor wrong."""
    facts = Portfolio(projects=[ak.Project(id=f"P-{place}", name="x", progress=0.5) for place in range(4)])
    with host_engine.connect() as connection:
        table = host(connection, facts)["projects"]
        connection.execute(update(table).where(table.c.c_id == "P-3").values(c_progress=7.0))
        few = selected(table).where(table.c.c_id.in_(["P-1", "P-2"]), table.c.c_name == "x")
        there = POLICY.assess(bind(connection, projects=few), now=NOW)
        name = there.of("project", "P-1").name
        connection.rollback()
    assert there.faults == ()
    assert sorted(there.rows["project"]) == ["P-1", "P-2"]
    assert name == "x"


def test_a_policy_can_be_verified_on_bound_tables(host_engine: Engine, company_tables: dict[str, Table]) -> None:
    """Every subject of the sample company has the row of the native engine, as `verify` sees it."""
    report = POLICY.with_exchange(EUROS).verify(bound(host_engine, company_tables), now=sample.NOW)
    assert not report.differences


def test_contributions_need_no_id(host_engine: Engine) -> None:
    """A contribution without an id of its own is called by its two references."""
    source = select(literal("P-1").label("project_id"), literal("O-1").label("objective_id"))
    with host_engine.connect() as connection:
        loaded = bind(connection, contributions=source).portfolio()
    assert [edge.id for edge in loaded.contributions or ()] == ["P-1/O-1"]


def test_one_currency_for_all(host_engine: Engine) -> None:
    """Without a column for it, amounts are in the currency that is given."""
    source = select(literal("P-1").label("id"), literal("First").label("name"), literal(12).label("budget"))
    with host_engine.connect() as connection:
        loaded = bind(connection, projects=source, currency="EUR").portfolio()
    assert [str(project.budget) for project in loaded.projects or ()] == ["12.00 EUR"]


def test_nothing_is_written(host_engine: Engine, company_tables: dict[str, Table]) -> None:
    """A host's transaction is neither committed nor rolled back, and no table is left behind."""
    with host_engine.connect() as connection:
        before = set(_tables(connection))
        transaction = connection.begin() if not connection.in_transaction() else connection.get_transaction()
        POLICY.with_exchange(EUROS).assess(bound(connection, company_tables), now=sample.NOW)
        assert transaction is not None
        assert transaction.is_active
        assert set(_tables(connection)) == before
        transaction.rollback()


def _tables(connection: Any) -> list[str]:
    found = MetaData()
    if connection.dialect.name == "duckdb":
        return [row[0] for row in connection.exec_driver_sql("SELECT table_name FROM duckdb_tables()")]
    found.reflect(connection)
    return list(found.tables)
