"""Whatever is done to a tenant's store, it shows what a plain model shows, and another tenant's facts stay as they were."""

from __future__ import annotations

import uuid

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from alignkit.sql import SqlStore
from alignkit.testing.store_machine import StoreMachine

from .neighbours import FACTS, NOW, everything


def test_a_store_is_its_model(tenants_url: str) -> None:
    """Units of work, upserts and finds of one tenant, in any sequence, beside one who holds facts of the same ids."""
    tenant = uuid.uuid4().hex
    with SqlStore.open(tenants_url, tenant=tenant, durability="normal") as neighbour:
        neighbour.upsert(FACTS, actor="bo", at=NOW)
        before = everything(neighbour)

        class Machine(StoreMachine):
            def make_store(self) -> SqlStore:
                return SqlStore.open(tenants_url, tenant=uuid.uuid4().hex, durability="normal")

            @invariant()
            def the_neighbour_is_as_it_was(self) -> None:
                assert everything(neighbour) == before

        drawn = settings(
            max_examples=4,
            stateful_step_count=7,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        )
        run_state_machine_as_test(Machine, settings=drawn)
