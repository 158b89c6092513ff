"""The engines that tests of stores run on: each gets a database of its own, dropped at the end."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, delete, exc, make_url

from alignkit.sql import metadata
from alignkit.sql.tables import META

ENGINES = tuple(os.environ.get("ALIGNKIT_ENGINES", "sqlite,postgresql,mariadb,duckdb").split(","))
SERVERS = {
    "postgresql": ("ALIGNKIT_POSTGRESQL_URL", "postgresql+psycopg://root@127.0.0.1:5432/test"),
    "mariadb": ("ALIGNKIT_MARIADB_URL", "mysql+pymysql://root@127.0.0.1:3306/test"),
}


def missing(engine: str, reason: str) -> None:
    """Skip, or fail where `ALIGNKIT_REQUIRE` names the engine."""
    if engine in os.environ.get("ALIGNKIT_REQUIRE", "").split(","):
        pytest.fail(f"{engine} is required: {reason}")
    pytest.skip(f"{engine} is not there: {reason}")


@contextmanager
def fresh(engine: str, directory: Path) -> Iterator[str]:
    """The URL of an empty database."""
    name = f"alignkit_{uuid.uuid4().hex[:8]}"
    if engine == "sqlite":
        yield f"sqlite:///{directory / name}.db"
        return
    if engine == "duckdb":
        for library in ("duckdb", "duckdb_engine"):
            try:
                __import__(library)
            except ImportError:
                missing(engine, f"{library} is not installed")
        yield f"duckdb:///{directory / name}.duckdb"
        return
    variable, default = SERVERS[engine]
    url = make_url(os.environ.get(variable, default))
    try:
        server = create_engine(url, isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
    except (ImportError, exc.SQLAlchemyError) as error:
        missing(engine, f"{type(error).__name__} at {url!r}; set {variable}")
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            force = " WITH (FORCE)" if engine == "postgresql" else ""
            connection.exec_driver_sql(f"DROP DATABASE {name}{force}")
        server.dispose()


@pytest.fixture(scope="session")
def wipe() -> Callable[[str], None]:
    """Empties all tables of a database, which is faster than to make them again."""

    def run(url: str) -> None:
        engine = create_engine(url)
        with engine.begin() as connection:
            for table in metadata.tables.values():
                if table is not META:
                    connection.execute(delete(table))
        engine.dispose()

    return run


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """The name of an engine; a test that asks for it runs on each."""
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def database(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a database with tables, shared by the tests of the session."""
    from alignkit.sql import SqlStore

    with fresh(engine, tmp_path_factory.mktemp(engine)) as url:
        SqlStore.open(url).close()
        yield url


@pytest.fixture
def url(database: str, wipe: Callable[[str], None]) -> str:
    """The URL of a database with empty tables."""
    wipe(database)
    return database


@pytest.fixture(scope="session")
def tenants_url(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a database that is kept by tenant, shared by the tests of the session."""
    from alignkit.sql import SqlStore

    with fresh(engine, tmp_path_factory.mktemp(engine)) as url:
        SqlStore.open(url, tenant="first").close()
        yield url


@pytest.fixture
def empty_url(engine: str, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without tables."""
    with fresh(engine, tmp_path) as url:
        yield url
