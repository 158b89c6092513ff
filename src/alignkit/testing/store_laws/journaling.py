"""Laws of the journal: every change once, in commit order, with nothing left out."""

from __future__ import annotations

import json
from datetime import timedelta

import attrs

from alignkit.domain import Change, ExternalRef, Money, Project
from alignkit.errors import PortfolioError, ValidationError
from alignkit.portfolio import Portfolio
from alignkit.stores import Store
from alignkit.testing.clock import NOW
from alignkit.testing.store_laws.base import Laws, holds, refused, same
from alignkit.testing.store_laws.facts import ACME, APOLLO

__all__ = ["JournalLaws", "all_changes"]

MOST = 10_000


def all_changes(store: Store, limit: int = 1_000) -> list[Change]:
    """The whole journal, page by page."""
    found: list[Change] = []
    cursor: str | None = None
    while True:
        page = store.changes(cursor, limit=limit)
        found += page.changes
        cursor = page.cursor
        if not page.changes:
            return found
        holds(len(found) <= MOST, f"the journal ends; {MOST} entries came already")


class JournalLaws(Laws):
    """What was written can be read as changes."""

    def test_an_added_fact_is_one_entry(self) -> None:
        """Adding writes one entry of field `*`, with who, when, and the fact as `from_records` reads it."""
        self.needs("has_journal")
        with self.opened(ACME, APOLLO) as store:
            entry = all_changes(store)[1]
        told = (entry.kind, entry.subject_id, entry.field, entry.before, entry.customer_id, entry.project_id)
        same(told, ("project", "P-1", "*", None, "C-1", "P-1"), "what the entry tells")
        same((entry.actor, entry.team, entry.occurred_at, entry.told_at), ("ana", "crm", NOW, None), "who and when")
        read = Portfolio.from_records(projects=[json.loads(entry.after or "")])
        same(read, Portfolio(projects=[APOLLO]), "the fact in the entry")

    def test_an_update_is_one_entry_for_each_changed_field(self) -> None:
        """An update writes the fields that changed, in field order, both values as text."""
        self.needs("has_journal")
        with self.opened(ACME) as store:
            changed = attrs.evolve(
                store.customers.get("C-1"),
                name="Acme",
                tier=None,
                annual_value=Money("1e3", "EUR"),
                contract_end_on=None,
                contact_cadence_days=0.5,
                external_refs=(ExternalRef("a", "b", "c"),),
            )
            with self.unit(store) as unit:
                unit.customers.update(changed)
                unit.commit()
            entries = all_changes(store)[1:]
        same([entry.field for entry in entries], _FIELDS, "the fields that changed")
        same([(entry.before, entry.after) for entry in entries], _TEXTS, "their values as text")

    def test_a_removed_fact_is_one_entry(self) -> None:
        """Removing writes one entry of field `*`, with the fact as it was."""
        self.needs("has_journal")
        with self.opened(ACME) as store:
            with self.unit(store) as unit:
                unit.customers.remove("C-1")
                unit.commit()
            added, removed = all_changes(store)
        same(
            (removed.before, removed.after, removed.customer_id), (added.after, None, "C-1"), "the entry of the removal"
        )

    def test_what_changes_nothing_is_not_journaled(self) -> None:
        """Neither an equal update, nor a unit that rolled back, nor one that was refused writes an entry."""
        self.needs("has_journal")
        with self.opened(ACME) as store:
            with self.unit(store) as unit:
                unit.customers.update(store.customers.get("C-1"))
                unit.commit()
            with self.unit(store) as unit:
                unit.customers.remove("C-1")
            with refused(PortfolioError):
                self.write(store, attrs.evolve(APOLLO, customer_id="C-9"))
            same(len(all_changes(store)), 1, "how many entries there are")

    def test_entries_come_in_commit_order(self) -> None:
        """Units come one after the other as they were committed, whatever moments they tell."""
        self.needs("has_journal")
        with self.opened() as store:
            for step, id in enumerate("cab"):
                with store.unit_of_work(at=NOW - timedelta(days=step)) as unit:
                    unit.projects.add(Project(id=id, name=id))
                    unit.projects.add(Project(id=f"{id}{id}", name=id))
                    unit.commit()
            entries = all_changes(store)
        same([entry.subject_id for entry in entries], ["c", "cc", "a", "aa", "b", "bb"], "ids in the journal")
        same(len({entry.id for entry in entries}), 6, "how many ids entries have")

    def test_pages_give_each_entry_once(self) -> None:
        """Page by page, of any size, each entry comes once; the lag says how many are to come."""
        self.needs("has_journal")
        with self.opened(*(Project(id=f"{number}", name="x") for number in range(7))) as store:
            whole = all_changes(store)
            for size in (1, 3, 7):
                same(all_changes(store, size), whole, f"the journal in pages of {size}")
            page = store.changes(limit=3)
            same((len(page.changes), page.lag), (3, 4), "length and lag of the first page")
            same(store.changes(page.cursor).lag, 0, "the lag of the last page")

    def test_a_cursor_waits_at_the_end(self) -> None:
        """At the end a page is empty, and its cursor gives what comes later, and only that."""
        self.needs("has_journal")
        with self.opened() as store:
            start = store.changes()
            same((start.changes, start.lag), ((), 0), "the page of an empty journal")
            self.write(store, ACME)
            first = store.changes(start.cursor)
            end = store.changes(first.cursor)
            same((len(first.changes), end.changes, end.cursor), (1, (), first.cursor), "the pages that follow")
            self.write(store, APOLLO)
            same([entry.subject_id for entry in store.changes(end.cursor).changes], ["P-1"], "what came later")

    def test_foreign_cursors_are_refused(self) -> None:
        """Text that is no cursor, or a limit below 1, is a `ValidationError`."""
        self.needs("has_journal")
        with self.opened(ACME) as store:
            for cursor in ("", "1", "next", "' or 1=1", "\u0661"):
                with refused(ValidationError):
                    store.changes(cursor)
            with refused(ValidationError):
                store.changes(limit=0)

    def test_rules_see_changes_of_fields(self) -> None:
        """A portfolio of the store holds the journal as `changes`, without what was added and removed."""
        self.needs("has_journal")
        with self.opened(ACME, APOLLO) as store:
            holds("changes" not in store.given, "changes are not given before a field changed")
            with self.unit(store) as unit:
                unit.projects.update(attrs.evolve(unit.projects.get("P-1"), health="on_track"))
                unit.commit()
            seen = store.portfolio().changes
            same((seen, "changes" in store.given), ((all_changes(store)[-1],), True), "the changes of the portfolio")

    def test_changes_outlive_their_subject(self) -> None:
        """When a customer goes, changes that name it stay, and read the reference as unknown until it is back."""
        self.needs("has_journal")
        with self.opened(ACME) as store:
            with self.unit(store) as unit:
                unit.customers.update(attrs.evolve(unit.customers.get("C-1"), tier="B"))
                unit.commit()
            for is_there in (False, True):
                with self.unit(store) as unit:
                    unit.customers.add(ACME) if is_there else unit.customers.remove("C-1")
                    unit.commit()
                seen = [entry.customer_id for entry in store.portfolio().changes or ()]
                same(seen, ["C-1" if is_there else None], "the customer of the change")
            same({entry.customer_id for entry in all_changes(store)}, {"C-1"}, "customers in the journal")


_FIELDS = ["name", "tier", "annual_value", "contract_end_on", "contact_cadence_days", "external_refs"]
_TEXTS = [
    (ACME.name, "Acme"),
    ("A", None),
    ("123456789.01 EUR", "1000 EUR"),
    ("2026-12-31", None),
    ("14.0", "0.5"),
    (
        '[{"system":"hubspot","kind":"record","key":"7"},{"system":"jira","kind":"record","key":"8"}]',
        '[{"system":"a","kind":"b","key":"c"}]',
    ),
]
