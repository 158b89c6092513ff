"""Laws of persistence: what was committed is there when the store is opened again."""

from __future__ import annotations

import attrs

from alignkit.portfolio import Portfolio
from alignkit.testing.clock import NOW
from alignkit.testing.store_laws.base import Laws, same
from alignkit.testing.store_laws.facts import ALL
from alignkit.testing.store_laws.upserting import PAIR, SLIP

__all__ = ["LastingLaws"]


class LastingLaws(Laws):
    """A closed store keeps its facts."""

    def test_everything_is_there_again(self) -> None:
        """Facts, versions, journal and what is given outlive the store object."""
        self.needs("is_persistent")
        store = self.make_store()
        store.upsert([*ALL, SLIP, PAIR], at=NOW)
        with self.unit(store) as unit:
            unit.customers.update(attrs.evolve(unit.customers.get("C-1"), tier="B"))
            unit.commit()
        before, page = store.portfolio(), store.changes()
        store.close()
        again = self.reopen_store(store)
        try:
            same((again.portfolio(), again.customers.get("C-1").version), (before, 2), "facts and version")
            same(again.changes(), page, "the journal")
            same(again.changes(page.cursor).changes, (), "what lies after the old cursor")
        finally:
            self.drop_store(again)

    def test_what_is_known_to_be_empty_stays_known(self) -> None:
        """A collection that was given empty is given when the store is opened again."""
        self.needs("is_persistent")
        store = self.make_store()
        store.upsert(Portfolio(tasks=[]), at=NOW)
        store.close()
        again = self.reopen_store(store)
        try:
            same(again.portfolio(), Portfolio(tasks=[]), "what is known")
        finally:
            self.drop_store(again)
