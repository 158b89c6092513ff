"""The stores that monitors run on: memory, and a database on each engine that is there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from alignkit.stores import MemoryStore
from tests.sql.conftest import ENGINES, fresh


@pytest.fixture(params=("memory", *ENGINES))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """An empty store; a test that asks for it runs on every one."""
    if request.param == "memory":
        yield MemoryStore()
        return
    from alignkit.sql import SqlStore

    with fresh(request.param, tmp_path) as url, SqlStore.open(url) as opened:
        yield opened
