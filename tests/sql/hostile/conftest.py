"""The facts of the corpus, stored once on each engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from alignkit.sql import SqlStore

from ..conftest import fresh
from . import corpus


@pytest.fixture(scope="session")
def hostile_store(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlStore]:
    """A store that holds the facts."""
    with fresh(engine, tmp_path_factory.mktemp("hostile")) as url, SqlStore.open(url) as opened:
        opened.upsert(corpus.portfolio(), at=corpus.MOMENTS[0], journal=False)
        yield opened
