"""Stores on every engine keep every law of stores."""

from __future__ import annotations

import uuid

import pytest

from alignkit.sql import SqlStore
from alignkit.stores import Store
from alignkit.testing.store_contract import StoreContract


class TestSqlStore(StoreContract):
    is_persistent = True
    is_assessable = True
    supports_overlap = False  # a unit of work waits for the one before it

    url: str
    tenants: dict[int, str]

    @pytest.fixture(autouse=True)
    def _database(self, tenants_url: str) -> None:
        self.url, self.tenants = tenants_url, {}

    def make_store(self) -> SqlStore:
        """A tenant of its own in a database that the other laws have used."""
        tenant = uuid.uuid4().hex
        return self._remembered(SqlStore.open(self.url, tenant=tenant), tenant)

    def reopen_store(self, store: Store) -> SqlStore:
        tenant = self.tenants[id(store)]
        return self._remembered(SqlStore.open(self.url, tenant=tenant), tenant)

    def _remembered(self, store: SqlStore, tenant: str) -> SqlStore:
        self.tenants[id(store)] = tenant
        return store
