"""Records of one system that look like one customer. Reported for a person to judge, never merged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from alignkit.domain import Customer, Duplicate
from alignkit.linking.candidates import without_common_values
from alignkit.linking.domains import checked_domains
from alignkit.linking.records import Traits, traits_of_customers
from alignkit.linking.systems import system_of

__all__ = ["duplicate_customers"]


def duplicate_customers(
    customers: Sequence[Customer], *, ignored_domains: Collection[str] = ()
) -> tuple[Duplicate, ...]:
    """
    Suspect customers of one system that share a reference, a stated domain, or a name that no domain contradicts.

    Contacts make no suspicion: people of one group work for many customers.

    Args:
        customers: Customers of any systems, in any order; only those of one system are compared.
        ignored_domains: Domains that never count, such as your own.

    Returns:
        Each suspected record with the first (lowest id) that it looks like, ids ascending; for the portfolio's
        `duplicates`, if you want rules to see them. `similarity` is 1.0 for one name or one reference, and None
        where only the domain is the same.

    Raises:
        LinkingError: One of `ignored_domains` is no domain.
    """
    systems: defaultdict[str, list[Customer]] = defaultdict(list)
    for customer in customers:
        systems[system_of(customer)].append(customer)
    traits, _ = without_common_values(traits_of_customers(systems, (), ignored=checked_domains(ignored_domains)))
    found: dict[tuple[str, str], float | None] = {}
    for group, similarity in _alike(traits):
        for at, record in enumerate(group):
            first = next((each for each in group[:at] if similarity is None or not _domains_differ(each, record)), None)
            if first is not None:
                pair = (first.record.id, record.record.id)
                found[pair] = found.get(pair) or similarity
    return tuple(_duplicate(left, right, found[left, right]) for left, right in sorted(found))


def _alike(traits: Sequence[Traits]) -> Iterator[tuple[list[Traits], float | None]]:
    """Groups of one system that share a value, ids ascending, and how alike that makes them."""
    groups: defaultdict[tuple[str, str, object], list[Traits]] = defaultdict(list)
    for each in traits:
        system = each.record.system
        for ref in each.refs:
            groups[system, "reference", ref].append(each)
        for domain in each.domains:
            groups[system, "domain", domain].append(each)
        for name in each.names:
            groups[system, "name", name].append(each)
    for (_, kind, _), group in groups.items():
        if len(group) > 1:
            yield group, None if kind == "domain" else 1.0


def _domains_differ(left: Traits, right: Traits) -> bool:
    return bool(left.domains and right.domains and not left.domains & right.domains)


def _duplicate(left: str, right: str, similarity: float | None) -> Duplicate:
    return Duplicate(
        id=f"customer/{left}/{right}",
        kind="customer",
        left_id=left,
        right_id=right,
        customer_id=left,
        similarity=similarity,
    )
