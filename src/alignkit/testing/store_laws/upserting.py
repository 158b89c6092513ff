"""Laws of `upsert`: many facts at once, known ones as updates, the same again as nothing."""

from __future__ import annotations

import attrs

from alignkit.domain import Change, Contribution, Customer, Duplicate, Entity, Project, Task
from alignkit.errors import DanglingReferenceError, DuplicateError, PortfolioError, ValidationError
from alignkit.portfolio import Portfolio
from alignkit.stores import Upserted
from alignkit.testing.clock import NOW
from alignkit.testing.store_laws.base import Laws, refused, same
from alignkit.testing.store_laws.facts import ACME, ALL, APOLLO, JANE, ref
from alignkit.testing.store_laws.journaling import all_changes

__all__ = ["UpsertLaws"]

SLIP = Change(
    id="jira/1",
    kind="project",
    subject_id="P-1",
    field="due_on",
    before="May",
    after="June",
    occurred_at=NOW,
    project_id="P-1",
)
PAIR = Duplicate(id="E-1", kind="task", left_id="T-1", right_id="T-2", project_id="P-1", hours=1.5)


class UpsertLaws(Laws):
    """A batch is one unit of work, and idempotent."""

    def test_a_portfolio_comes_back_equal(self) -> None:
        """What a portfolio held, the store's portfolio holds: facts, changes, duplicates, and what is given."""
        facts = Portfolio(customers=[ACME], projects=[APOLLO], tasks=[], changes=[SLIP], duplicates=[PAIR])
        with self.opened() as store:
            done = store.upsert(facts, at=NOW)
            same(store.portfolio(), facts, "the portfolio of the store")
            same(done, Upserted(added=4), "what is counted")

    def test_the_same_batch_again_changes_nothing(self) -> None:
        """A second upsert of a batch counts nothing but unchanged facts, and leaves versions and journal."""
        with self.opened() as store:
            store.upsert([*ALL, SLIP, PAIR], at=NOW)
            entries = len(store.changes().changes) if self.has_journal else 0
            same(
                store.upsert([PAIR, SLIP, *reversed(ALL)], at=NOW), Upserted(unchanged=len(ALL) + 2), "what is counted"
            )
            same(store.customers.get("C-1").version, 1, "the version")
            same(len(store.changes().changes) if self.has_journal else 0, entries, "how many entries there are")

    def test_a_fact_is_known_by_its_first_reference(self) -> None:
        """A fact whose first reference is stored updates that one: its id stays, and the batch's references follow."""
        moved = attrs.evolve(ACME, id="X", tier="B", external_refs=(ref("8", "jira"), ref("9")))
        with self.opened(ACME) as store:
            done = store.upsert([moved, attrs.evolve(APOLLO, customer_id="X")], at=NOW)
            same((done.added, done.updated), (1, 1), "what is counted")
            stored = store.customers.find()
            same(
                stored,
                (attrs.evolve(ACME, tier="B", external_refs=(ref("7"), ref("8", "jira"), ref("9"))),),
                "customers",
            )
            same((stored[0].version, store.projects.get("P-1").customer_id), (2, "C-1"), "version and reference")

    def test_other_references_do_not_identify(self) -> None:
        """A fact whose second reference is stored under another id is a fact of its own."""
        with self.opened(ACME) as store:
            store.upsert([Customer(id="X", name="X", external_refs=(ref("99"), ref("7")))], at=NOW)
            same([customer.id for customer in store.customers.find()], ["C-1", "X"], "ids stored")

    def test_without_references_the_id_identifies(self) -> None:
        """A fact without external references updates the one of its id, which keeps its references."""
        with self.opened(ACME) as store:
            store.upsert([attrs.evolve(ACME, tier=None, external_refs=())], at=NOW)
            same(store.customers.get("C-1"), attrs.evolve(ACME, tier=None), "the stored customer")

    def test_facts_that_share_a_reference_stay_apart(self) -> None:
        """Of several facts that hold a reference the one of the same id is meant, again and again."""
        twins = [Customer(id=id, name=id, external_refs=(ref("1"),)) for id in ("b", "a")]
        with self.opened() as store:
            store.upsert(twins, at=NOW)
            same(store.upsert(twins, at=NOW), Upserted(unchanged=2), "what is counted the second time")
            store.upsert([Customer(id="z", name="of a", external_refs=(ref("1"),))], at=NOW)
            same([customer.name for customer in store.customers.find()], ["of a", "b"], "names stored")

    def test_two_facts_that_are_one_are_refused(self) -> None:
        """A batch in which two facts mean one stored fact is refused as a whole."""
        with self.opened(ACME) as store:
            with refused(PortfolioError) as refusal:
                store.upsert(
                    [Project(id="P", name="P"), attrs.evolve(ACME, id="X"), attrs.evolve(ACME, tier="B")], at=NOW
                )
            same([type(fault) for fault in refusal.error.faults], [DuplicateError], "the faults")
            same((store.projects.find(), store.customers.find()), ((), (ACME,)), "what is stored")

    def test_a_batch_is_all_or_nothing(self) -> None:
        """A batch with a reference that leads nowhere stores nothing, unless such references are to be unlinked."""
        batch: list[Entity] = [ACME, attrs.evolve(APOLLO, customer_id="C-9"), Task(id="T", title="t", project_id="P-1")]
        with self.opened() as store:
            with refused(PortfolioError):
                store.upsert(batch, at=NOW)
            same(store.portfolio(), Portfolio(), "what is stored")
            done = store.upsert(batch, at=NOW, dangling="unlink")
            same([error.target_id for error in done.unlinked], ["C-9"], "what was unlinked")
            same(type(done.unlinked[0]), DanglingReferenceError, "how it is told")
            same(store.projects.get("P-1"), attrs.evolve(APOLLO, customer_id=None), "the stored project")

    def test_what_cannot_be_unlinked_is_left_out(self) -> None:
        """Under `unlink` a fact that cannot be without what it refers to is left out, and told."""
        edge = Contribution(project_id="P-1", objective_id="O-9")
        with self.opened() as store:
            done = store.upsert([ACME, APOLLO, edge], at=NOW, dangling="unlink")
            same((done.added, [error.id for error in done.unlinked]), (2, [edge.id]), "what is counted and told")
            same((store.contributions.find(), store.projects.find()), ((), (APOLLO,)), "what is stored")

    def test_what_is_not_in_the_batch_stays(self) -> None:
        """Facts that are not given stay as they are."""
        with self.opened(*ALL) as store:
            store.upsert([attrs.evolve(JANE, name="Jane Roe")], at=NOW)
            same((store.contacts.get("K-1").name, store.customers.get("C-1")), ("Jane Roe", ACME), "what is stored")

    def test_versions_given_are_not_looked_at(self) -> None:
        """An upsert wins over what is stored, whatever version its facts carry."""
        with self.opened(ACME) as store:
            store.upsert([attrs.evolve(ACME, tier="B", version=9)], at=NOW)
            same((store.customers.get("C-1").tier, store.customers.get("C-1").version), ("B", 2), "what is stored")

    def test_the_journal_tells_an_upsert_like_other_writes(self) -> None:
        """An upsert writes the entries that a unit of work writes, or none of its own without `journal`."""
        self.needs("has_journal")
        with self.opened() as store:
            store.upsert([ACME], at=NOW, journal=False)
            same(all_changes(store), [], "the journal of a first load")
            store.upsert([attrs.evolve(ACME, tier="B"), APOLLO], at=NOW, actor="import")
            told = [(entry.subject_id, entry.field, entry.after, entry.actor) for entry in all_changes(store)]
            same([told[0], told[1][:2]], [("C-1", "tier", "B", "import"), ("P-1", "*")], "the entries")

    def test_changes_of_the_source_join_the_journal(self) -> None:
        """Changes of a batch are entries as they are, and the store does not tell the same fields again."""
        self.needs("has_journal")
        with self.opened(ACME, APOLLO) as store:
            later = attrs.evolve(APOLLO, due_on=None, health="on_track")
            store.upsert([later, SLIP], at=NOW)
            entries = all_changes(store)[2:]
            same(sorted(entry.field for entry in entries), ["due_on", "health"], "fields told")
            same([entry for entry in entries if entry.field == "due_on"], [SLIP], "the entry of the source")
            store.upsert([attrs.evolve(SLIP, told_at=NOW)], at=NOW)
            told = [entry.told_at for entry in all_changes(store) if entry.id == SLIP.id]
            same(told, [NOW], "when the customer was told")

    def test_what_is_no_fact_is_refused(self) -> None:
        """Anything but facts in a batch is a `ValidationError`, and nothing is stored."""
        with self.opened() as store:
            with refused(ValidationError):
                store.upsert([ACME, "C-2"], at=NOW)  # type: ignore[list-item]
            same(store.customers.find(), (), "what is stored")
