"""A host's own Alembic leaves our tables alone."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Column, Engine, Integer, MetaData, String, Table, create_engine

from alignkit.sql import SqlStore, include_object

autogenerate = pytest.importorskip("alembic.autogenerate", reason="the extra migrate is not installed")
migration = pytest.importorskip("alembic.migration")

HOST = MetaData()
Table("host_users", HOST, Column("id", Integer, primary_key=True), Column("name", String(20)))


def found(engine: Engine, **options: Any) -> list[str]:
    """What the host's autogenerate would do."""
    with engine.connect() as connection:
        context = migration.MigrationContext.configure(connection, opts={"target_metadata": HOST, **options})
        return [f"{change[0]} {change[1].name}" for change in autogenerate.compare_metadata(context, HOST)]


def test_autogenerate_leaves_our_tables_alone(empty_url: str, engine: str) -> None:
    """With the filter a host's next revision makes the host's table only; without it, it would drop ours."""
    if engine == "duckdb":
        pytest.skip("DuckDB's dialect cannot reflect on this version")
    SqlStore.open(empty_url).close()
    host = create_engine(empty_url)
    try:
        assert found(host, include_object=include_object) == ["add_table host_users"]
        assert "remove_table ak_customers" in found(host)
        with host.begin() as connection:
            HOST.create_all(connection)
        assert found(host, include_object=include_object) == []
    finally:
        host.dispose()
