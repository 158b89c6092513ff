"""Laws of versions: a write that rests on an outdated read is a conflict, never a lost update."""

from __future__ import annotations

import attrs

from alignkit.domain import Objective, Project
from alignkit.errors import ConflictError, DuplicateError, NotFoundError, PortfolioError, StoreError
from alignkit.stores import Store
from alignkit.testing.store_laws.base import Laws, refused, same
from alignkit.testing.store_laws.facts import ACME, APOLLO

__all__ = ["VersionLaws"]


class VersionLaws(Laws):
    """Each update takes the version that is stored and leaves the next."""

    def test_an_update_leaves_the_next_version(self) -> None:
        """`update` gives the fact at the version that is stored from then on."""
        with self.opened(ACME) as store:
            with self.unit(store) as unit:
                second = unit.customers.update(attrs.evolve(unit.customers.get("C-1"), tier="B"))
                third = unit.customers.update(attrs.evolve(second, tier="C"))
                unit.commit()
            stored = store.customers.get("C-1")
            same((second.version, third.version), (2, 3), "the versions given")
            same((stored, stored.version), (third, 3), "what is stored")

    def test_an_update_that_changes_nothing_leaves_the_version(self) -> None:
        """Updating a fact with an equal one leaves its version as it is."""
        with self.opened(ACME) as store:
            with self.unit(store) as unit:
                same(unit.customers.update(store.customers.get("C-1")).version, 1, "the version given")
                unit.commit()
            same(store.customers.get("C-1").version, 1, "the stored version")

    def test_a_version_given_to_add_is_not_looked_at(self) -> None:
        """A new fact is stored at version 1, whatever version it carried."""
        with self.opened(attrs.evolve(ACME, version=7)) as store:
            same(store.customers.get("C-1").version, 1, "the stored version")

    def test_a_stale_update_is_a_conflict(self) -> None:
        """Updating from an outdated read raises `ConflictError` with both versions, and nothing is lost."""
        with self.opened(ACME) as store:
            stale = store.customers.get("C-1")
            self._rename_customer(store, "Newer")
            with refused(ConflictError) as refusal, self.unit(store) as unit:
                unit.customers.update(attrs.evolve(stale, name="Stale"))
                unit.commit()
            error = refusal.error
            same((error.kind, error.id, error.expected, error.found), ("customer", "C-1", 1, 2), "what the error says")
            same(store.customers.get("C-1").name, "Newer", "the stored name")

    def test_an_equal_but_stale_update_is_a_conflict(self) -> None:
        """A stale version is a conflict also where the values happen to be those that are stored."""
        with self.opened(ACME) as store:
            self._rename_customer(store, "Newer")
            with refused(ConflictError), self.unit(store) as unit:
                unit.customers.update(attrs.evolve(store.customers.get("C-1"), version=1))
                unit.commit()

    def test_a_fact_made_by_hand_updates_nothing(self) -> None:
        """A fact that was never read has version 0, which is no stored version."""
        with self.opened(ACME) as store:
            with refused(ConflictError), self.unit(store) as unit:
                unit.customers.update(attrs.evolve(ACME, tier="B"))
                unit.commit()
            with refused(NotFoundError), self.unit(store) as unit:
                unit.customers.update(attrs.evolve(ACME, id="C-2"))
                unit.commit()

    def test_updating_what_is_gone_is_a_conflict(self) -> None:
        """A fact that was removed since it was read raises `ConflictError` that found nothing."""
        with self.opened(ACME) as store:
            read = store.customers.get("C-1")
            with self.unit(store) as unit:
                unit.customers.remove("C-1")
                unit.commit()
            with refused(ConflictError) as refusal, self.unit(store) as unit:
                unit.customers.update(attrs.evolve(read, tier="B"))
                unit.commit()
            same((refusal.error.expected, refusal.error.found), (1, None), "the versions")

    def test_removal_may_insist_on_a_version(self) -> None:
        """`remove` of an outdated version is a conflict; of nothing it is `NotFoundError`."""
        with self.opened(ACME) as store:
            self._rename_customer(store, "Newer")
            with refused(ConflictError), self.unit(store) as unit:
                unit.customers.remove("C-1", version=1)
                unit.commit()
            with refused(NotFoundError), self.unit(store) as unit:
                unit.customers.remove("C-2")
                unit.commit()
            with self.unit(store) as unit:
                unit.customers.remove("C-1", version=2)
                unit.commit()
            same(store.customers.find(), (), "what is stored")

    def test_of_two_units_on_one_fact_the_second_is_refused(self) -> None:
        """Two open units that update one fact do not both succeed."""
        self.needs("supports_overlap")
        with self.opened(ACME) as store:
            with self.unit(store) as first, self.unit(store) as second, refused(ConflictError, StoreError):
                for unit, tier in ((first, "B"), (second, "C")):
                    unit.customers.update(attrs.evolve(unit.customers.get("C-1"), tier=tier))
                first.commit()
                second.commit()
            same(store.customers.get("C-1").tier, "B", "the tier of the first to commit")

    def test_of_two_units_that_add_one_id_the_second_is_refused(self) -> None:
        """Two open units that add one id do not both succeed."""
        self.needs("supports_overlap")
        with self.opened() as store:
            with self.unit(store) as first, self.unit(store) as second, refused(DuplicateError, StoreError):
                first.customers.add(ACME)
                second.customers.add(attrs.evolve(ACME, tier="B"))
                first.commit()
                second.commit()
            same(store.customers.get("C-1").tier, "A", "the tier of the first to commit")

    def test_laws_hold_between_units(self) -> None:
        """One unit removes what another comes to refer to: the second to commit is refused."""
        self.needs("supports_overlap")
        with self.opened(ACME) as store:
            with self.unit(store) as first, self.unit(store) as second, refused(PortfolioError, StoreError):
                first.customers.remove("C-1")
                second.projects.add(APOLLO)
                first.commit()
                second.commit()
            same((store.customers.find(), store.projects.find()), ((), ()), "what is stored")

    def test_no_cycle_grows_between_units(self) -> None:
        """Two units that make two objectives each other's parents do not both succeed."""
        self.needs("supports_overlap")
        with self.opened(Objective(id="1", title="a"), Objective(id="2", title="b")) as store:
            with self.unit(store) as first, self.unit(store) as second, refused(PortfolioError, StoreError):
                first.objectives.update(attrs.evolve(first.objectives.get("1"), parent_id="2"))
                second.objectives.update(attrs.evolve(second.objectives.get("2"), parent_id="1"))
                first.commit()
                second.commit()
            same([found.parent_id for found in store.objectives.find()], ["2", None], "the stored parents")

    def test_units_on_different_facts_both_succeed(self) -> None:
        """Two open units that write different facts are both stored."""
        self.needs("supports_overlap")
        with self.opened() as store:
            with self.unit(store) as first, self.unit(store) as second:
                first.customers.add(ACME)
                second.projects.add(Project(id="P-2", name="Other"))
                second.commit()
                first.commit()
            same((len(store.customers.find()), len(store.projects.find())), (1, 1), "how many facts are stored")

    def _rename_customer(self, store: Store, name: str) -> None:
        with self.unit(store) as unit:
            unit.customers.update(attrs.evolve(unit.customers.get("C-1"), name=name))
            unit.commit()
