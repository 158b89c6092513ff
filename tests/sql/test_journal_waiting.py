"""A reader of the journal can tell that it has caught up from being behind a long transaction."""

from __future__ import annotations

import uuid
from datetime import datetime, timezone

import pytest
from sqlalchemy import create_engine

from alignkit.domain import Project
from alignkit.sql import SqlStore

NOW = datetime(2026, 11, 1, tzinfo=timezone.utc)


def test_a_long_transaction_is_visible(url: str, engine: str) -> None:
    """While a host's transaction holds a committed unit of work, the lag is 0 and a write is under way; then neither."""
    if engine == "duckdb":
        pytest.skip("DuckDB has no savepoints")
    host = create_engine(url)
    with SqlStore.open(url) as reader, host.connect() as connection:
        assert not reader.is_writing()
        cursor = reader.changes().cursor
        transaction = connection.begin()
        store = SqlStore.open(connection)
        with store.unit_of_work(at=NOW) as unit:
            unit.projects.add(Project(id="P", name="x"))
            unit.commit()
        page = reader.changes(cursor)
        assert (page.changes, page.lag, reader.is_writing()) == ((), 0, True)
        transaction.commit()
        assert not reader.is_writing()
        assert len(reader.changes(cursor).changes) == 1
    host.dispose()


def test_an_open_writer_is_visible_on_duckdb(url: str, engine: str) -> None:
    """On DuckDB a unit of work is under way from its beginning, for it keeps all others from writing."""
    if engine != "duckdb":
        pytest.skip("others lock later, or are asked by another connection")
    with SqlStore.open(url) as store:
        with store.unit_of_work(at=NOW):
            assert store.is_writing()
        assert not store.is_writing()


def test_the_writers_of_another_tenant_are_not(tenants_url: str, engine: str) -> None:
    """Where tenants can write side by side, nobody is told that another one does."""
    if engine in ("sqlite", "duckdb"):
        pytest.skip("one transaction at a time writes in the whole database")
    host = create_engine(tenants_url)
    with host.connect() as connection:
        transaction = connection.begin()
        one = SqlStore.open(connection, tenant=uuid.uuid4().hex)
        one.upsert([Project(id="P", name="x")], at=NOW)
        with SqlStore.open(tenants_url, tenant=uuid.uuid4().hex) as other:
            assert not other.is_writing()
        transaction.rollback()
    host.dispose()
