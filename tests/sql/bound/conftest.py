"""Databases for a host's own tables: one for each engine, shared by the tests of the session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine

from alignkit.portfolio import Portfolio
from alignkit.sample.demo import run_demo

from ..conftest import fresh


@pytest.fixture(scope="session")
def host_engine(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A host's engine on each database."""
    with fresh(engine, tmp_path_factory.mktemp(f"host_{engine}")) as url:
        made = create_engine(url)
        yield made
        made.dispose()


@pytest.fixture(scope="session")
def company() -> Portfolio:
    """The sample company."""
    return run_demo().portfolio
