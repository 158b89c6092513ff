"""Opening a database: tables are made once, and what is not ours or not of this release is refused."""

from __future__ import annotations

import importlib.util
import multiprocessing
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, inspect

from alignkit.domain import Project
from alignkit.errors import (
    SchemaForeignError,
    SchemaMissingError,
    SchemaTooNewError,
    SchemaTooOldError,
    SchemaUnfinishedError,
    StoreError,
    StoreUnavailableError,
    ValidationError,
)
from alignkit.sql import SqlStore, metadata
from alignkit.sql.schema import VERSION_TABLE
from alignkit.sql.tables import HEAD

NOW = datetime(2026, 11, 1, tzinfo=timezone.utc)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bare(empty_url: str) -> Iterator[Engine]:
    """An engine on a database without tables."""
    engine = create_engine(empty_url)
    yield engine
    engine.dispose()


def run(engine: Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_never_makes_nothing(bare: Engine) -> None:
    """With `migrate="never"` an empty database is refused, and stays empty."""
    with pytest.raises(SchemaMissingError, match="empty-only"):
        SqlStore.open(bare, migrate="never")
    SqlStore.open(bare).close()
    assert SqlStore.open(bare, migrate="never").projects.find() == ()


def test_a_later_release_is_named(bare: Engine) -> None:
    """A database with a revision that is not known asks for a newer alignkit."""
    SqlStore.open(bare).close()
    run(bare, f"UPDATE {VERSION_TABLE} SET version_num = 'ak9999'")
    with pytest.raises(SchemaTooNewError, match="upgrade alignkit") as refused:
        SqlStore.open(bare, migrate="auto")
    assert (refused.value.found, refused.value.expected) == ("ak9999", HEAD)


def test_tables_of_others_are_left_alone(bare: Engine) -> None:
    """A table of the same name that is not ours is refused, also by `"auto"`, and not touched."""
    run(bare, "CREATE TABLE ak_customers (mine INTEGER)")
    for migrate in ("empty-only", "auto"):
        with pytest.raises(SchemaForeignError, match="ak_customers"):
            SqlStore.open(bare, migrate=migrate)  # type: ignore[arg-type]
    run(bare, "INSERT INTO ak_customers VALUES (1)")


def test_an_interrupted_start_is_told_and_mended(bare: Engine, engine: str) -> None:
    """Tables without a revision are an interrupted start; `"auto"` finishes it where one can be left behind."""
    SqlStore.open(bare).close()
    run(bare, f"DROP TABLE {VERSION_TABLE}", "DROP TABLE ak_scores", "DELETE FROM ak_meta")
    with pytest.raises(SchemaUnfinishedError, match="auto"):
        SqlStore.open(bare)
    if engine in ("sqlite", "mariadb"):
        pytest.importorskip("alembic", reason="the extra migrate is not installed")
        assert SqlStore.open(bare, migrate="auto").projects.find() == ()


def test_tables_of_the_first_revision_are_brought_up_to_date(bare: Engine, engine: str) -> None:
    """A database of the first revision is refused until it is opened with "auto", and keeps its facts."""
    if engine == "duckdb":
        pytest.skip("DuckDB has no migrations yet")
    pytest.importorskip("alembic", reason="the extra migrate is not installed")
    with SqlStore.open(bare) as store:
        store.upsert([Project(id="P-1", name="x")], at=NOW)
    later = [name for name, table in metadata.tables.items() if table.info["revision"] > "0001"]
    run(bare, *(f"DROP TABLE {name}" for name in later), f"UPDATE {VERSION_TABLE} SET version_num = '0001'")
    with pytest.raises(SchemaTooOldError, match="0001"):
        SqlStore.open(bare)
    with SqlStore.open(bare, migrate="auto") as store:
        assert [project.id for project in store.projects.find()] == ["P-1"]
        assert store.monitors.waiting("m") == {}


def test_migrated_and_made_tables_are_the_same(bare: Engine, engine: str) -> None:
    """The revisions make the very tables that an empty database gets at once."""
    if engine == "duckdb":
        pytest.skip("DuckDB has no migrations yet")
    pytest.importorskip("alembic", reason="the extra migrate is not installed")
    SqlStore.open(bare, migrate="auto").close()
    with bare.connect() as connection:
        found = inspect(connection)
        migrated = {name: _shape(found, name) for name in metadata.tables}
    with bare.begin() as connection:
        connection.exec_driver_sql(f"DROP TABLE {VERSION_TABLE}")
        metadata.drop_all(connection)
    SqlStore.open(bare).close()
    with bare.connect() as connection:
        found = inspect(connection)
        assert {name: _shape(found, name) for name in metadata.tables} == migrated


def _shape(found: object, name: str) -> tuple[object, ...]:
    columns = [(column["name"], str(column["type"]), column["nullable"]) for column in found.get_columns(name)]  # type: ignore[attr-defined]
    indexes = sorted((index["name"], index["column_names"]) for index in found.get_indexes(name))  # type: ignore[attr-defined]
    return columns, found.get_pk_constraint(name)["constrained_columns"], indexes  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("revision", "directory"),
    [
        ("0001", "first"),
        ("0002", "monitors"),
        ("0003", "decisions"),
        ("0004", "imports"),
        ("0005", "custom"),
        ("0006", "actions"),
    ],
)
def test_the_revisions_are_those_of_the_tables(engine: str, revision: str, directory: str) -> None:
    """The kept statements of a revision are those that its tables make: a change asks for another revision."""
    if engine == "duckdb":
        pytest.skip("DuckDB has no migrations yet")
    spec = importlib.util.spec_from_file_location("make_schema", ROOT / "tools" / "make_schema.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    kept = ROOT / "src" / "alignkit" / "sql" / "migrations" / directory / f"{engine}.sql"
    assert tool.statements(engine, revision) == kept.read_text(encoding="utf-8")


def _start(url: str, migrate: str, id: str) -> None:
    with SqlStore.open(url, migrate=migrate) as store:  # type: ignore[arg-type]
        store.upsert([Project(id=id, name="x")], at=NOW)


@pytest.mark.parametrize("migrate", ["empty-only", "auto"])
def test_processes_that_start_together_all_succeed(empty_url: str, engine: str, migrate: str) -> None:
    """Of eight processes that open an empty database at once, one makes the tables and all write."""
    if engine == "duckdb":
        pytest.skip("DuckDB lets one process write")
    if migrate == "auto":
        pytest.importorskip("alembic", reason="the extra migrate is not installed")
    context = multiprocessing.get_context("fork")
    children = [context.Process(target=_start, args=(empty_url, migrate, str(number))) for number in range(8)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0] * 8
    with SqlStore.open(empty_url) as store:
        assert [project.id for project in store.projects.find()] == [str(number) for number in range(8)]


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    """A wrong URL, an engine that stores do not run on, a directory and a wrong word each get an error of ours."""
    with pytest.raises(StoreError, match="no database URL"):
        SqlStore.open("not a url")
    with pytest.raises(StoreError, match="not on oracle"):
        SqlStore.open("oracle://host/name")
    with pytest.raises(StoreUnavailableError):
        SqlStore.open(f"sqlite:///{tmp_path}/absent/company.db")
    with pytest.raises(ValidationError, match="migrate"):
        SqlStore.open("sqlite://", migrate="always")  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match="durability"):
        SqlStore.open("sqlite://", durability="none")  # type: ignore[arg-type]
