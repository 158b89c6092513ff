"""Laws of carrying links out."""

from __future__ import annotations

import pickle
from decimal import Decimal
from typing import Any

import attrs

from alignkit.domain import Change, Contact, Customer, Duplicate, ExternalRef, Interaction, Money, Objective, Project
from alignkit.linking import Links, apply, link, link_systems
from alignkit.testing import NOW

CRM = Customer(
    id="c",
    name="Acme GmbH",
    tier="A",
    domains=("acme.example",),
    external_refs=(ExternalRef("hubspot", "company", "1"),),
)
PM = Customer(
    id="p",
    name="ACME",
    tier="B",
    owner="Ana",
    annual_value=Money(Decimal(5), "EUR"),
    domains=("acme.example", "acme.test"),
    external_refs=(ExternalRef("jira", "customer", "ACME"),),
)


def applied(**facts: Any) -> Any:
    """The facts after linking Acme of both systems."""
    entities = {"customers": [PM, CRM], **facts}
    return apply(link(entities), entities)


def test_the_crm_wins_where_it_is_filled() -> None:
    """One customer remains, with the CRM's id and values, gaps filled, references and domains united."""
    linked = applied()
    assert linked.entities["customers"] == (
        attrs.evolve(
            CRM,
            owner="Ana",
            annual_value=Money(Decimal(5), "EUR"),
            domains=("acme.example", "acme.test"),
            external_refs=CRM.external_refs + PM.external_refs,
        ),
    )


def test_the_report_says_what_was_filled_and_set_aside() -> None:
    """Values that did not win are kept in the report."""
    (merge,) = applied().merges
    assert merge.filled == (("annual_value", "p"), ("owner", "p"))
    assert [(each.field, each.customer_id, each.value) for each in merge.set_aside] == [
        ("name", "p", "ACME"),
        ("tier", "p", "B"),
    ]
    assert str(merge) == (
        "c takes in p: filled annual_value from p, owner from p; set aside name 'ACME' of p, tier 'B' of p"
    )


def test_every_reference_is_rewritten() -> None:
    """Whatever pointed at the merged record points at the customer that remains."""
    linked = applied(
        projects=[Project(id="P", name="Shop", customer_id="p")],
        contacts=[Contact(id="K", customer_id="p")],
        objectives=[Objective(id="O", title="Grow", customer_id="p")],
        interactions=[Interaction(id="I", occurred_at=NOW, customer_id="p")],
        changes=[Change(id="H", kind="customer", subject_id="p", field="tier", occurred_at=NOW, customer_id="p")],
    )
    facts = linked.entities
    pointing = [
        facts[name][0].customer_id for name in ("projects", "contacts", "objectives", "interactions", "changes")
    ]
    assert pointing == ["c"] * 5
    assert facts["changes"][0].subject_id == "c"


def test_ids_of_other_kinds_are_left_alone() -> None:
    """A project that happens to have the merged record's id keeps it, and so does what is about it."""
    change = Change(id="H", kind="project", subject_id="p", field="name", occurred_at=NOW)
    linked = applied(projects=[Project(id="p", name="Shop")], changes=[change])
    assert linked.entities["changes"] == (change,)


def test_a_suspected_duplicate_that_is_merged_is_settled() -> None:
    """A customer is no duplicate of itself; other duplicates stay."""
    pair = Duplicate(id="D", kind="customer", left_id="c", right_id="p", customer_id="p")
    tasks = Duplicate(id="E", kind="task", left_id="p", right_id="p")
    linked = applied(duplicates=[pair, tasks])
    assert linked.settled == ("D",)
    assert linked.entities["duplicates"] == (tasks,)


def test_unknown_stays_unknown() -> None:
    """None is handed on as None, and a collection not given is not made."""
    assert applied(tasks=None).entities["tasks"] is None
    assert list(applied().entities) == ["customers"]


def test_late_facts_find_their_customer() -> None:
    """Links made once also place what is imported later under the merged record's id."""
    links = link({"customers": [CRM, PM]})
    merged = apply(links, {"customers": [CRM, PM]}).entities["customers"]
    later = apply(links, {"customers": merged, "projects": [Project(id="P", name="Shop", customer_id="p")]})
    assert later.entities["projects"][0].customer_id == "c"
    assert later.merges == ()


def test_the_order_of_the_first_system_counts() -> None:
    """Without a CRM the system named first wins."""
    links = link_systems({"pm": [PM], "crm": [CRM]})
    assert apply(links, {"customers": [CRM, PM]}).entities["customers"][0].name == "ACME"


def test_no_links_change_nothing() -> None:
    """Facts without links come back as they are."""
    linked = apply(Links(), {"customers": [CRM, PM]})
    assert linked.entities == {"customers": (CRM, PM)}
    assert str(linked) == "nothing to merge"


def test_the_report_is_readable_and_pickles() -> None:
    """The answer says what became of each record, and survives pickling."""
    lost = Project(id="P", name="Shop", labels=("customer:acme",))
    linked = applied(projects=[lost])
    assert linked.assigned == (("P", "c"),)
    assert str(linked).splitlines()[-1] == "project P is for customer c"
    assert pickle.loads(pickle.dumps(linked)) == linked


def test_records_that_are_not_there_are_passed_over() -> None:
    """Links whose customers are gone change no fact."""
    lost = Project(id="P", name="Shop", labels=("customer:acme",))
    links = link({"customers": [CRM, PM], "projects": [lost]})
    assert apply(links, {"projects": [lost]}).entities == {"projects": (lost,)}
