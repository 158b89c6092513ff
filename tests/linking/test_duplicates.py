"""Laws of suspecting duplicates within one system."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from alignkit.domain import Customer, Duplicate, ExternalRef
from alignkit.linking import duplicate_customers


def customer(id: str, name: str, *domains: str, system: str = "hubspot") -> Customer:
    """A customer of the CRM."""
    return Customer(id=id, name=name, domains=domains, external_refs=(ExternalRef(system, "company", id),))


def suspected(*customers: Customer) -> list[tuple[str, str, float | None]]:
    """The suspected pairs and how alike they are."""
    return [(each.left_id, each.right_id, each.similarity) for each in duplicate_customers(customers)]


def test_one_name_is_suspected() -> None:
    """Two records of one normalised name are a pair that rules can count for the first."""
    assert duplicate_customers([customer("b", "ACME"), customer("a", "Acme GmbH")]) == (
        Duplicate(id="customer/a/b", kind="customer", left_id="a", right_id="b", customer_id="a", similarity=1.0),
    )


def test_one_domain_is_suspected_without_a_similarity() -> None:
    """How alike two names of one domain are was not measured."""
    assert suspected(customer("a", "Acme", "acme.example"), customer("b", "Zeta", "acme.example")) == [("a", "b", None)]


def test_one_foreign_reference_is_suspected() -> None:
    """Two records that claim one account elsewhere cannot both be right."""
    ref = ExternalRef("erp", "account", "1")
    pair = [
        Customer(id=id, name=name, external_refs=(ExternalRef("hubspot", "company", id), ref))
        for id, name in (("a", "Acme"), ("b", "Zeta"))
    ]
    assert suspected(*pair) == [("a", "b", 1.0)]


def test_other_domains_contradict_a_name() -> None:
    """Firms of one name that state different domains are two firms."""
    assert suspected(customer("a", "Acme", "acme.example"), customer("b", "Acme", "acme.test")) == []


def test_a_third_record_is_tied_to_one_that_fits() -> None:
    """A record is paired with the first that nothing contradicts."""
    group = [customer("a", "Acme", "acme.example"), customer("b", "Acme"), customer("c", "Acme", "acme.test")]
    assert suspected(*group) == [("a", "b", 1.0), ("b", "c", 1.0)]


def test_systems_are_not_mixed() -> None:
    """The same customer in two systems is a link, not a duplicate."""
    assert suspected(customer("a", "Acme"), customer("b", "Acme", system="jira")) == []


def test_shared_hosts_and_common_names_make_no_suspicion() -> None:
    """What does not tell companies apart does not join them."""
    assert suspected(customer("a", "Group", "gmail.com"), customer("b", "Group", "gmail.com")) == []


@given(st.lists(st.sampled_from(["Acme", "ACME AG", "Zeta", "Müller", "Muller"]), max_size=8), st.randoms())
def test_each_record_is_suspected_once_per_reason_in_any_order(names: list[str], random: object) -> None:
    """Shuffled customers give the same pairs, lower id first."""
    customers = [customer(f"c{number}", name) for number, name in enumerate(names)]
    shuffled = list(customers)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    found = duplicate_customers(customers)
    assert found == duplicate_customers(shuffled)
    assert all(each.left_id < each.right_id for each in found)
