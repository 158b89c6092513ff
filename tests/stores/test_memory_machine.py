"""Whatever is done to the store in memory, it shows what a plain model shows."""

from __future__ import annotations

from hypothesis import settings

from alignkit.stores import MemoryStore
from alignkit.testing.store_machine import StoreMachine


class Machine(StoreMachine):
    def make_store(self) -> MemoryStore:
        return MemoryStore()


TestMemoryMachine = Machine.TestCase
TestMemoryMachine.settings = settings(stateful_step_count=12)
