"""Laws of units of work: what is stored, when, and who sees it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import attrs

from alignkit.domain import Customer, Interaction, Objective, Project, Task
from alignkit.errors import DuplicateError, NotFoundError, PortfolioError, StoreError, ValidationError
from alignkit.portfolio import Portfolio
from alignkit.testing.clock import NOW
from alignkit.testing.store_laws.base import Laws, refused, repository, same
from alignkit.testing.store_laws.facts import ACME, ALL, APOLLO

__all__ = ["WritingLaws"]


def _fail() -> None:
    raise LookupError("the host went wrong")


BARE = attrs.evolve(APOLLO, id="P-2", customer_id=None)


class WritingLaws(Laws):
    """All or nothing, seen when committed, within the laws between facts."""

    def test_what_was_committed_is_read_back(self) -> None:
        """A fact of any kind, once committed, is read back equal, at version 1."""
        with self.opened(*ALL) as store:
            for fact in ALL:
                stored = repository(store, fact).get(fact.id)
                same((stored, stored.version), (fact, 1), "the stored fact and its version")

    def test_a_new_store_knows_nothing(self) -> None:
        """An empty store gives a portfolio in which every collection is unknown."""
        with self.opened() as store:
            same((store.given, store.portfolio()), (frozenset(), Portfolio()), "what an empty store knows")

    def test_get_of_nothing_is_an_error(self) -> None:
        """`get` of an id that is not stored raises `NotFoundError` with kind and id."""
        with self.opened(ACME) as store, refused(NotFoundError) as refusal:
            store.customers.get("c-1")
        same((refusal.error.kind, refusal.error.id), ("customer", "c-1"), "kind and id of the error")

    def test_a_collection_is_known_from_its_first_fact_on(self) -> None:
        """The first fact makes its collection given, and it stays so, if empty."""
        with self.opened(BARE) as store:
            same(store.given, {"projects"}, "what is given after one project")
            with self.unit(store) as unit:
                unit.projects.remove("P-2")
                unit.commit()
            same((store.given, store.portfolio()), ({"projects"}, Portfolio(projects=[])), "what is given after that")

    def test_leaving_without_commit_stores_nothing(self) -> None:
        """A unit of work that is left without `commit` was never there."""
        with self.opened() as store:
            with self.unit(store) as unit:
                unit.customers.add(ACME)
            same(store.portfolio(), Portfolio(), "what is stored")

    def test_an_error_rolls_back(self) -> None:
        """A unit of work that is left by an error was never there, and the error goes on."""
        with self.opened() as store:
            with refused(LookupError), self.unit(store) as unit:
                unit.customers.add(ACME)
                _fail()
            same(store.portfolio(), Portfolio(), "what is stored")

    def test_rollback_forgets(self) -> None:
        """After `rollback` nothing is stored, and the unit of work is over."""
        with self.opened() as store, self.unit(store) as unit:
            unit.customers.add(ACME)
            unit.rollback()
            unit.rollback()
            with refused(StoreError):
                unit.commit()
            same(store.customers.find(), (), "what is stored")

    def test_a_unit_sees_its_own_writes(self) -> None:
        """What a unit of work wrote, it reads, before anybody else does."""
        with self.opened(ACME, BARE) as store, self.unit(store) as unit:
            unit.customers.add(attrs.evolve(ACME, id="C-2"))
            unit.projects.update(attrs.evolve(unit.projects.get("P-2"), name="Zeus"))
            unit.customers.remove("C-1")
            same([customer.id for customer in unit.customers.find()], ["C-2"], "customers the unit finds")
            same((unit.projects.get("P-2").name, unit.projects.get("P-2").version), ("Zeus", 2), "the project it reads")
            with refused(NotFoundError):
                unit.customers.get("C-1")

    def test_readers_see_nothing_of_an_open_unit(self) -> None:
        """A reader sees none of an open unit of work, and all of it once it is committed."""
        self.needs("has_transactions")
        with self.opened(ACME) as store, self.unit(store) as unit:
            unit.projects.add(APOLLO)
            unit.customers.update(attrs.evolve(unit.customers.get("C-1"), tier="Z"))
            same((store.projects.find(), store.customers.get("C-1").tier), ((), "A"), "what a reader sees before")
            unit.commit()
            same((store.projects.find(), store.customers.get("C-1").tier), ((APOLLO,), "Z"), "what it sees after")

    def test_a_unit_is_over_after_commit(self) -> None:
        """A unit of work commits once; then it neither reads nor writes."""
        with self.opened() as store, self.unit(store) as unit:
            unit.customers.add(ACME)
            unit.commit()
            uses: list[Any] = [
                unit.commit,
                unit.customers.find,
                lambda: unit.customers.add(attrs.evolve(ACME, id="C-2")),
            ]
            for use in uses:
                with refused(StoreError):
                    use()
            same(len(store.customers.find()), 1, "how many customers are stored")

    def test_a_unit_must_be_entered(self) -> None:
        """A unit of work outside a `with` block refuses to write."""
        with self.opened() as store, refused(StoreError):
            self.unit(store).customers.add(ACME)

    def test_a_refused_write_ends_the_unit(self) -> None:
        """After a refused write nothing of the unit can be committed any more."""
        with self.opened(ACME) as store:
            with self.unit(store) as unit, refused(StoreError, DuplicateError):
                unit.projects.add(BARE)
                with refused(DuplicateError):
                    unit.customers.add(ACME)
                    unit.commit()
                unit.commit()
            same(store.projects.find(), (), "what is stored of the unit")

    def test_a_known_id_is_not_added_again(self) -> None:
        """Adding a second fact of a kind and id raises `DuplicateError`, and the first one stays."""
        with self.opened(ACME) as store:
            with refused(DuplicateError) as refusal, self.unit(store) as unit:
                unit.customers.add(Customer(id="C-1", name="Other"))
                unit.commit()
            same((refusal.error.kind, refusal.error.key), ("customer", "C-1"), "kind and key of the error")
            same(store.customers.get("C-1"), ACME, "the stored fact")

    def test_ids_are_compared_exactly(self) -> None:
        """Ids that differ in case, in blanks or in kind are different ids."""
        ids = ["a", "A", "a ", " a", "\u00e9", "e"]
        with self.opened(*(Customer(id=id, name=id) for id in ids), Project(id="a", name="a")) as store:
            same([store.customers.get(id).name for id in ids], ids, "names by id")

    def test_the_order_within_a_unit_is_free(self) -> None:
        """Facts may be added before what they refer to, and removed after it."""
        with self.opened(*reversed(ALL)) as store:
            with self.unit(store) as unit:
                for fact in ALL:
                    repository(unit, fact).remove(fact.id)
                unit.commit()
            same(len(store.portfolio()) - len(store.portfolio().changes or ()), 0, "how many facts are left")

    def test_references_lead_somewhere(self) -> None:
        """A fact that refers to nothing is refused, whether or not the collection is given."""
        for known in [(), (ACME,)]:
            with self.opened(*known) as store:
                with refused(PortfolioError) as refusal:
                    self.write(store, BARE, attrs.evolve(APOLLO, customer_id="C-9"))
                same([fault.target_id for fault in refusal.error.faults], ["C-9"], "ids that were not found")
                same(store.projects.find(), (), "what is stored")

    def test_what_is_referred_to_stays(self) -> None:
        """Removing a fact that another one refers to is refused, and nothing of that unit is stored."""
        with self.opened(ACME, APOLLO, BARE) as store:
            with refused(PortfolioError), self.unit(store) as unit:
                unit.projects.remove("P-2")
                unit.customers.remove("C-1")
                unit.commit()
            same((store.customers.get("C-1"), len(store.projects.find())), (ACME, 2), "what is stored")

    def test_parents_form_no_cycle(self) -> None:
        """Objectives and tasks that would be their own ancestors are refused."""
        cases: list[tuple[Any, Any]] = [
            (Objective(id="1", title="a"), Objective(id="2", title="b", parent_id="1")),
            (Task(id="1", title="a"), Task(id="2", title="b", parent_id="1")),
        ]
        for first, second in cases:
            for parent in ("1", "2"):
                with self.opened(first, second) as store:
                    with refused(PortfolioError), self.unit(store) as unit:
                        found = repository(unit, first).get("1")
                        repository(unit, first).update(attrs.evolve(found, parent_id=parent))
                        unit.commit()
                    same(repository(store, first).get("1").parent_id, None, "the stored parent")

    def test_facts_of_another_kind_are_refused(self) -> None:
        """A repository takes facts of its own kind only."""
        with self.opened() as store, refused(ValidationError), self.unit(store) as unit:
            repository_of_customers: Any = unit.customers
            repository_of_customers.add(BARE)

    def test_a_touch_keeps_what_it_told(self) -> None:
        """`told` stores a new touch with the ids it told, adds to those of a stored one, and twice is once."""
        touch = Interaction(id="I-9", occurred_at=NOW, direction="outbound")
        with self.opened() as store:
            for ids in (("c-1",), ("c-2", "c-1")):
                with self.unit(store) as unit:
                    unit.told(changes=ids, by=touch)
                    unit.commit()
                touch = store.interactions.get("I-9")
            same((touch.told, touch.version), (("c-1", "c-2"), 2), "what the touch told, and its version")
            with self.unit(store) as unit:
                unit.told(changes=["c-2"], by="I-9")
                unit.commit()
            same(store.interactions.get("I-9").version, 2, "its version when it was told before")

    def test_moments_are_aware(self) -> None:
        """A unit of work or an upsert at a moment without time zone is refused."""
        naive = datetime(2026, 1, 1)  # noqa: DTZ001 - the refusal is the law
        with self.opened() as store:
            with refused(ValidationError):
                store.unit_of_work(at=naive)
            with refused(ValidationError):
                store.upsert([ACME], at=naive)

    def test_closing_twice_is_closing_once(self) -> None:
        """`close` may be called again."""
        with self.opened() as store:
            store.close()
            store.close()
