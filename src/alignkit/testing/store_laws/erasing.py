"""Laws of `erase`: a person is gone from facts and journal, and what happened stays."""

from __future__ import annotations

from datetime import timedelta

import attrs

from alignkit.domain import Contact
from alignkit.errors import ConflictError, NotFoundError
from alignkit.stores import Store
from alignkit.testing.clock import NOW
from alignkit.testing.store_laws.base import Laws, holds, refused, same
from alignkit.testing.store_laws.facts import ALL
from alignkit.testing.store_laws.journaling import all_changes

__all__ = ["ErasureLaws"]

LATER = NOW + timedelta(days=1)
PERSONAL = ("Jane Doe", "jane doe", "jane@acme.example", "Jane Roe", "jane.roe@acme.example")


class ErasureLaws(Laws):
    """Nothing tells any more who it was."""

    def test_nothing_names_the_person_any_more(self) -> None:
        """After erasure neither facts nor journal hold a name or e-mail the person has or had, nor its references."""
        with self.opened(*ALL) as store:
            self._rename_contact(store)
            store.erase("K-1", at=LATER, actor="jane roe")
            contact = store.contacts.get("K-1")
            same((contact.name, contact.email, contact.external_refs), (None, None, ()), "what is left of the contact")
            everything = repr(store.portfolio().__reduce__()) + repr(all_changes(store) if self.has_journal else "")
            same([text for text in PERSONAL if text in everything], [], "texts that name the person")

    def test_what_happened_stays(self) -> None:
        """Erasure leaves every fact and every entry, and adds entries of its own."""
        self.needs("has_journal")
        with self.opened(*ALL) as store:
            self._rename_contact(store)
            before, count = all_changes(store), len(store.interactions.find())
            store.erase("K-1", at=LATER, actor="ana", team="crm")
            after = all_changes(store)
            same(
                [(entry.id, entry.field, entry.subject_id) for entry in after[: len(before)]],
                [(entry.id, entry.field, entry.subject_id) for entry in before],
                "entries from before",
            )
            own = [
                (entry.field, entry.before, entry.after) for entry in after[len(before) :] if entry.kind == "contact"
            ]
            wanted = [("name", "[erased]", None), ("email", "[erased]", None), ("external_refs", "[erased]", "[]")]
            same(own, wanted, "entries of the erasure")
            same(
                (len(store.interactions.find()), store.tasks.get("T-2").title),
                (count, "Ask [erased]"),
                "what is stored",
            )

    def test_a_stale_write_does_not_bring_the_person_back(self) -> None:
        """Who read the contact before its erasure gets a conflict."""
        with self.opened(*ALL) as store:
            read = store.contacts.get("K-1")
            store.erase("K-1", at=LATER)
            with refused(ConflictError), self.unit(store) as unit:
                unit.contacts.update(attrs.evolve(read, customer_id=None))
                unit.commit()

    def test_others_are_left_alone(self) -> None:
        """People whose name or address only contains the person's stay."""
        others = [
            Contact(id="K-2", name="Mary Jane Doeson", email="mary-jane@acme.example"),
            Contact(id="K-3", name="Ann", email="jane@acme.example.org"),
        ]
        with self.opened(*ALL, *others) as store:
            store.erase("K-1", at=LATER)
            same([store.contacts.get(other.id) for other in others], others, "the others")

    def test_erasing_twice_is_erasing_once(self) -> None:
        """A second erasure changes neither facts nor journal."""
        with self.opened(*ALL) as store:
            store.erase("K-1", at=LATER)
            facts, cursor = store.portfolio(), store.changes().cursor if self.has_journal else None
            store.erase("K-1", at=LATER)
            same(store.portfolio(), facts, "the facts")
            holds(not self.has_journal or not store.changes(cursor).changes, "there are no further entries")

    def test_nobody_cannot_be_erased(self) -> None:
        """Erasing a contact that is not stored raises `NotFoundError`."""
        with self.opened(*ALL) as store, refused(NotFoundError):
            store.erase("K-9", at=LATER)

    def _rename_contact(self, store: Store) -> None:
        with store.unit_of_work(actor="Jane Doe", at=NOW) as unit:
            unit.contacts.update(attrs.evolve(unit.contacts.get("K-1"), name="Jane Roe", email="jane.roe@acme.example"))
            unit.commit()
