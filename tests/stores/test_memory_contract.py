"""The store in memory keeps every law of stores."""

from __future__ import annotations

from alignkit.stores import MemoryStore
from alignkit.testing.store_contract import StoreContract


class TestMemoryStore(StoreContract):
    def make_store(self) -> MemoryStore:
        return MemoryStore()
