"""
What linking knows of a record: where it stands, what it is called, and what may identify it.

Owns the reading of customers, contacts and projects into that form. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import attrs

from alignkit.domain import Contact, Customer, ExternalRef
from alignkit.linking.domains import domain_of, is_identifying
from alignkit.linking.names import is_distinctive, spellings

__all__ = ["Record", "Traits", "name_forms", "own_domains", "traits_of_customers"]


@attrs.frozen(order=True)
class Record:
    """
    One record of one system.

    Attributes:
        system: The tool it comes from.
        kind: `"customer"`, or `"project"` when a project mentions its customer.
        id: Its id among the facts of that kind.
        name: What it is called there.
    """

    system: str
    kind: str
    id: str
    name: str

    def __str__(self) -> str:
        return f"{self.system} {self.kind} {self.name!r} ({self.id})"


@attrs.frozen
class Traits:
    """
    What may identify the customer behind a record.

    Attributes:
        record: The record.
        is_mention: Whether it only names a customer, as a project tool does. Many mentions may mean one record;
            two records of one system are two customers until somebody says otherwise.
        refs: Identities in other systems.
        domains: Domains the record itself states.
        mail_domains: Further domains of its contacts' e-mail addresses.
        names: Normal forms of its name that can stand for one company.
        called: What it is called, as written; empty when that stands for no one company.
    """

    record: Record
    is_mention: bool = False
    refs: frozenset[ExternalRef] = frozenset()
    domains: frozenset[str] = frozenset()
    mail_domains: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    called: tuple[str, ...] = ()


def own_domains(texts: Iterable[str], ignored: Collection[str] = ()) -> frozenset[str]:
    """
    Give the domains that can be one organisation's own, out of domains, web and e-mail addresses.

    Args:
        texts: Addresses in any form.
        ignored: Domains, in normal form, that never count, such as the host's own.
    """
    found = (domain_of(text) for text in texts)
    return frozenset(d for d in found if d is not None and d not in ignored and is_identifying(d))


def name_forms(name: str) -> tuple[str, ...]:
    """Give the normal forms of a name by which it may link; none when it stands for no one company."""
    return tuple(form for form in spellings(name) if is_distinctive(form))


def traits_of_customers(
    systems: Mapping[str, Sequence[Customer]],
    contacts: Iterable[Contact],
    *,
    mentioning: Collection[str] = (),
    ignored: Collection[str] = (),
) -> tuple[Traits, ...]:
    """
    Read customers of several systems.

    Args:
        systems: Customers by system.
        contacts: People at any of them, by customer id.
        mentioning: Systems whose customers are mentions.
        ignored: Domains that never count.

    Returns:
        One per customer, systems in the order given, ids ascending.
    """
    mails = _mail_domains(contacts, ignored)
    return tuple(
        _traits_of(customer, system, mails.get(customer.id, frozenset()), system in mentioning, ignored)
        for system, customers in systems.items()
        for customer in sorted(customers, key=lambda each: each.id)
    )


def _traits_of(
    customer: Customer, system: str, mails: frozenset[str], is_mention: bool, ignored: Collection[str]
) -> Traits:
    domains = own_domains(customer.domains, ignored)
    names = name_forms(customer.name)
    return Traits(
        record=Record(system, "customer", customer.id, customer.name),
        is_mention=is_mention,
        refs=frozenset(customer.external_refs),
        domains=domains,
        mail_domains=mails - domains,
        names=names,
        called=(customer.name,) if names else (),
    )


def _mail_domains(contacts: Iterable[Contact], ignored: Collection[str]) -> dict[str, frozenset[str]]:
    emails: dict[str, list[str]] = {}
    for contact in contacts:
        if contact.customer_id is not None and contact.email is not None and "@" in contact.email:
            emails.setdefault(contact.customer_id, []).append(contact.email)
    return {customer_id: own_domains(texts, ignored) for customer_id, texts in emails.items()}
