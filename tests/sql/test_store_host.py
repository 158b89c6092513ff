"""A host's engine or connection: what the host began, the host ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from types import SimpleNamespace

import attrs
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from sqlalchemy import Engine, create_engine, exc

from alignkit.domain import COLLECTIONS, Customer, Money, Project
from alignkit.errors import ConflictError, PortfolioError, StoreError
from alignkit.portfolio import Portfolio
from alignkit.sql import SqlStore
from alignkit.sql.faults import is_meeting
from alignkit.sql.tables import FIELDS
from alignkit.stores import MemoryStore
from alignkit.testing.strategies import portfolios

NOW = datetime(2026, 11, 1, tzinfo=timezone.utc)
APOLLO = Project(id="P", name="Apollo")


@pytest.fixture
def host(url: str) -> Iterator[Engine]:
    """A host's engine on a database with tables."""
    engine = create_engine(url)
    yield engine
    engine.dispose()


def test_the_host_ends_its_transaction(host: Engine, engine: str) -> None:
    """Units of work in a host's transaction are savepoints: one that fails takes nothing else with it."""
    if engine == "duckdb":
        pytest.skip("DuckDB has no savepoints")
    with host.connect() as connection:
        transaction = connection.begin()
        store = SqlStore.open(connection)
        with store.unit_of_work(at=NOW) as unit:
            unit.projects.add(APOLLO)
            unit.commit()
        with pytest.raises(ConflictError), store.unit_of_work(at=NOW) as unit:  # noqa: PT012 - the second one raises
            unit.customers.add(Customer(id="C", name="Acme"))
            unit.projects.update(attrs.evolve(APOLLO, name="x", version=7))
        assert (store.projects.find(), store.customers.find()) == ((APOLLO,), ())
        transaction.rollback()
    with SqlStore.open(host) as store:
        assert store.portfolio() == Portfolio()
        assert store.changes().changes == ()


def test_on_an_idle_connection_units_commit(host: Engine) -> None:
    """On a connection without a transaction a unit of work is one of its own; closing the store leaves it open."""
    with host.connect() as connection:
        store = SqlStore.open(connection)
        store.upsert([APOLLO], at=NOW)
        store.close()
        assert not connection.in_transaction()
        assert not connection.closed
    with SqlStore.open(host) as store:
        assert store.projects.get("P").version == 1


def test_duckdb_says_that_it_has_no_savepoints(host: Engine, engine: str) -> None:
    """In a host's transaction on DuckDB a unit of work is refused, because it could not be undone alone."""
    if engine != "duckdb":
        pytest.skip("others have savepoints")
    with host.connect() as connection, connection.begin(), pytest.raises(StoreError, match="savepoints"):
        SqlStore.open(connection).upsert([APOLLO], at=NOW)


@given(facts=portfolios())
@settings(max_examples=6, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.reuse, Phase.generate])
def test_every_value_comes_back(facts: Portfolio, url: str, wipe: Callable[[str], None]) -> None:
    """Whatever a portfolio holds, the store gives back what the store in memory does: to the last bit."""
    wipe(url)
    model = MemoryStore()
    with SqlStore.open(url) as store:
        for _ in range(2):
            results = [_upserted(one, facts) for one in (model, store)]
            assert results[0] == results[1]
        assert store.portfolio() == model.portfolio()


def _upserted(store: MemoryStore | SqlStore, facts: Portfolio) -> object:
    try:
        done = store.upsert(facts, at=NOW, dangling="unlink")
        return attrs.astuple(attrs.evolve(done, unlinked=())), [str(error) for error in done.unlinked]
    except PortfolioError as error:
        return {str(fault) for fault in error.faults}


def test_money_keeps_its_digits(url: str) -> None:
    """An amount comes back with the digits it was written with, and the float that rules read stands beside it."""
    value = Money("1200.50", "EUR")
    with SqlStore.open(url) as store:
        store.upsert([Customer(id="C", name="Acme", annual_value=value)], at=NOW)
        found = store.customers.get("C").annual_value
        assert found is not None
        assert str(found.amount) == "1200.50"
    host = create_engine(url)
    with host.connect() as connection:
        assert connection.exec_driver_sql("SELECT annual_value_major FROM ak_customers").scalar() == 1200.5
    host.dispose()


@pytest.mark.parametrize("collection", FIELDS)
def test_every_field_has_its_columns(collection: str) -> None:
    """The tables keep every field of every fact, in the order of the facts, unknown only where the fact allows it."""
    fields = [field for field in attrs.fields(COLLECTIONS[collection]) if field.name != "version"]
    nullable = {field.name: field.metadata["check"].nullable for field in fields}
    assert {field.name: field.nullable for field in FIELDS[collection]} == nullable


@pytest.mark.parametrize(
    ("cause", "passes"),
    [
        ({"sqlstate": "40001"}, True),
        ({"sqlstate": "40P01"}, True),
        ({"sqlstate": "23505"}, False),
        ({"sqlite_errorcode": 5}, True),
        ({"sqlite_errorcode": 517}, True),
        ({"sqlite_errorcode": 8}, False),
    ],
)
def test_only_meetings_are_tried_again(cause: dict[str, object], passes: bool) -> None:
    """Serialisation failures, deadlocks and a busy SQLite are tried again; broken keys and read-only files are not."""
    assert is_meeting(exc.DBAPIError("", {}, SimpleNamespace(**cause))) is passes  # type: ignore[arg-type]
