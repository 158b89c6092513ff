"""General laws of linking, on small worlds full of collisions."""

from __future__ import annotations

from collections import Counter
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from alignkit.domain import Contact, Customer, ExternalRef, Interaction, Project
from alignkit.linking import Ambiguous, Link, Links, apply, link, link_customers
from alignkit.testing import NOW

NAMES = ["Acme GmbH", "ACME", "Aurora Ltd", "Aurora AB", "Müller", "Mueller", "Muller", "Group", "Zeta"]
DOMAINS = ["acme.example", "aurora.example", "mueller.example", "gmail.com"]
REFS = [ExternalRef("erp", "account", key) for key in "12"]


@st.composite
def worlds(draw: st.DrawFn, systems: tuple[str, ...] = ("hubspot", "jira")) -> list[Customer]:
    """Customers of some systems that share few names, domains and references."""
    found = []
    for number in range(draw(st.integers(0, 7))):
        system = draw(st.sampled_from(systems))
        own = ExternalRef(system, "customer", str(number))
        more = draw(st.lists(st.sampled_from(REFS), max_size=1))
        domains = draw(st.lists(st.sampled_from(DOMAINS), max_size=2, unique=True))
        owner = draw(st.sampled_from([None, "Ana", "Bo"]))
        name = draw(st.sampled_from(NAMES))
        id = f"{system}{number}"
        found.append(Customer(id=id, name=name, domains=tuple(domains), owner=owner, external_refs=(own, *more)))
    return found


def side(world: list[Customer], system: str) -> list[Customer]:
    """The customers of one system."""
    return [each for each in world if each.id.startswith(system)]


def mirrored(link: Link) -> tuple[Any, ...]:
    """A link as seen from the other side, in words that do not depend on it."""
    return (link.right.id, link.left.id, tuple(each.kind for each in link.evidence), len(link.against))


def seen(link: Link) -> tuple[Any, ...]:
    """A link as seen from this side."""
    return (link.left.id, link.right.id, tuple(each.kind for each in link.evidence), len(link.against))


@given(worlds())
def test_swapping_the_sides_mirrors_the_answer(world: list[Customer]) -> None:
    """Linking is symmetric: links, cases and the rest are the same seen from the other side."""
    left, right = side(world, "hubspot"), side(world, "jira")
    there, back = link_customers(left, right), link_customers(right, left)

    def cases(ambiguous: tuple[Ambiguous, ...], look: Any) -> Counter[Any]:
        return Counter((frozenset(map(look, case.candidates)), case.reason) for case in ambiguous)

    assert {seen(each) for each in there.links} == {mirrored(each) for each in back.links}
    assert cases(there.ambiguous, seen) == cases(back.ambiguous, mirrored)
    assert {each.id for each in there.unlinked} == {each.id for each in back.unlinked}


@given(worlds(("hubspot", "salesforce", "jira", "trello")), st.randoms(use_true_random=False))
def test_the_order_of_input_does_not_matter(world: list[Customer], random: Any) -> None:
    """Shuffled facts give equal links."""
    shuffled = list(world)
    random.shuffle(shuffled)
    assert link({"customers": shuffled}) == link({"customers": world})


@given(worlds(("hubspot", "salesforce", "jira")))
def test_every_record_is_accounted_for(world: list[Customer]) -> None:
    """Each record is linked, in a case, or alone; and alone means neither of the others."""
    links = link({"customers": world})
    named = {record.id for each in links.links for record in (each.left, each.right)}
    named |= {record.id for case in links.ambiguous for record in case.records}
    alone = {record.id for record in links.unlinked}
    assert named | alone == {each.id for each in world}
    assert not named & alone


@given(worlds(("hubspot", "salesforce", "jira")))
def test_no_cluster_holds_two_records_of_one_crm(world: list[Customer]) -> None:
    """Customers of one CRM are never made one."""
    for cluster in link({"customers": world}).clusters:
        systems = Counter(record.system for record in cluster)
        assert max(systems["hubspot"], systems["salesforce"]) <= 1


@given(worlds())
def test_links_have_evidence_and_nothing_stronger_against_them(world: list[Customer]) -> None:
    """Whatever is linked says why."""
    links = link({"customers": world})
    assert all(each.evidence and not each.against for each in links.links)
    assert all(each.evidence for case in links.ambiguous for each in case.candidates)


def facts_of(world: list[Customer]) -> dict[str, Any]:
    """Facts that point at every customer of a world."""
    return {
        "customers": world,
        "projects": [Project(id=f"P{c.id}", name="Work", customer_id=c.id) for c in world],
        "contacts": [Contact(id=f"K{c.id}", customer_id=c.id) for c in world],
        "interactions": [Interaction(id=f"I{c.id}", occurred_at=NOW, customer_id=c.id) for c in world],
        "tasks": None,
    }


@given(worlds(("hubspot", "salesforce", "jira")))
def test_applying_twice_changes_nothing(world: list[Customer]) -> None:
    """The second application finds nothing left to do."""
    facts = facts_of(world)
    links = link(facts)
    once = apply(links, facts)
    twice = apply(links, once.entities)
    assert twice.entities == once.entities
    assert (twice.merges, twice.assigned) == ((), ())


@given(worlds(("hubspot", "salesforce", "jira")))
def test_nothing_is_lost(world: list[Customer]) -> None:
    """Every value of every record is in the customer it became, or was set aside in the report; no reference dangles."""
    facts = facts_of(world)
    linked = apply(link(facts), facts)
    customers = {each.id: each for each in linked.entities["customers"]}
    home = {old: merge.customer_id for merge in linked.merges for old in merge.merged_ids}
    aside = {(each.customer_id, each.field, each.value) for merge in linked.merges for each in merge.set_aside}
    for record in world:
        kept = customers[home.get(record.id, record.id)]
        assert set(record.domains) <= set(kept.domains)
        assert set(record.external_refs) <= set(kept.external_refs)
        for field in ("name", "owner"):
            value = getattr(record, field)
            assert value in (None, getattr(kept, field)) or (record.id, field, value) in aside
    for name in ("projects", "contacts", "interactions"):
        assert len(linked.entities[name]) == len(world)
        assert all(each.customer_id in customers for each in linked.entities[name])
    assert linked.entities["tasks"] is None


@given(worlds(("hubspot", "jira")))
def test_linking_again_after_applying_merges_no_more_records(world: list[Customer]) -> None:
    """What was linked is one customer: nothing of it is in a link any more."""
    facts = facts_of(world)
    first = link(facts)
    second = link(apply(first, facts).entities)
    merged = {record.id for each in first.links for record in (each.left, each.right)}
    ids = {record.id for each in second.links for record in (each.left, each.right)}
    assert not ids & (merged - {cluster[0].id for cluster in first.clusters})


def test_links_are_values() -> None:
    """An answer can be changed by `attrs.evolve`, such as to drop a link that a person refused."""
    world = [Customer(id="a", name="Acme"), Customer(id="b", name="ACME")]
    links = link_customers(world[:1], world[1:])
    assert attrs.evolve(links, links=()) == Links(systems=("left", "right"))
