"""PostgreSQL can wake a loop early; without it nothing is missed."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine

import alignkit as ak
from alignkit.errors import StoreError
from alignkit.sql import SqlStore
from alignkit.sql.waking import NewsBell, news_signals
from alignkit.testing import NOW
from tests.sql.conftest import ENGINES, fresh


@pytest.mark.skipif("postgresql" not in ENGINES, reason="PostgreSQL is not among the engines")
def test_a_commit_rings(tmp_path: Path) -> None:
    """A commit with journal entries rings, one without does not, and waiting ends by itself."""
    with fresh("postgresql", tmp_path) as url, SqlStore.open(url) as store:
        engine = create_engine(url)
        with engine.begin() as connection:
            for statement in (*news_signals(), *news_signals()):
                connection.exec_driver_sql(statement)
        engine.dispose()
        with NewsBell(url) as bell:
            assert not bell.wait(seconds=0.1)
            store.upsert([ak.Customer(id="C-1", name="c")], at=NOW)
            assert bell.wait(seconds=30)
            store.upsert([ak.Customer(id="C-1", name="c")], at=NOW)
            assert not bell.wait(seconds=0.1)


def test_other_engines_poll() -> None:
    """An engine without signals is refused, with what to do instead."""
    with pytest.raises(StoreError, match="poll"):
        NewsBell("sqlite:///company.db")
