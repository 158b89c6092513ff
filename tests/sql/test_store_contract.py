"""Stores on every engine keep every law of stores."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from alignkit.sql import SqlStore
from alignkit.stores import Store
from alignkit.testing.store_contract import StoreContract


class TestSqlStore(StoreContract):
    is_persistent = True
    is_assessable = False
    supports_overlap = False  # a unit of work waits for the one before it

    url: str
    wipe: Callable[[str], None]

    @pytest.fixture(autouse=True)
    def _database(self, database: str, wipe: Callable[[str], None]) -> None:
        self.url, self.wipe = database, wipe

    def make_store(self) -> SqlStore:
        self.wipe(self.url)
        return SqlStore.open(self.url)

    def reopen_store(self, store: Store) -> SqlStore:
        return SqlStore.open(self.url)
