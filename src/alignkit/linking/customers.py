"""
The door of linking customers: two lists, several systems, or everything that importers brought.

Owns the order of the steps; each step is a module of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import attrs

from alignkit.domain import Contact, Customer, ExternalRef
from alignkit.errors import LinkingError
from alignkit.linking.candidates import Pair, pairs_of, without_common_values
from alignkit.linking.decide import Undecided, decide, keep_apart
from alignkit.linking.domains import checked_domains
from alignkit.linking.entities import Entities, HasPortfolio, checked_entities, decisions_of, entities_of
from alignkit.linking.evidence import Comparison, Evidence
from alignkit.linking.links import Ambiguous, Link, Links
from alignkit.linking.mentions import MENTION_RULES, MentionRule, traits_of_projects
from alignkit.linking.people import Heard, heard, key_of
from alignkit.linking.records import Record, Traits, traits_of_customers
from alignkit.linking.systems import CRM_SYSTEMS, HOST, in_authority, system_of
from alignkit.linking.weighed import with_alike
from alignkit.linking.weights import WEIGHTS, Weights
from alignkit.portfolio import Portfolio
from alignkit.stores.decisions import DecisionLog, LinkDecision

__all__ = ["link", "link_customers", "link_systems"]


def link_customers(
    left: Sequence[Customer],
    right: Sequence[Customer],
    *,
    contacts: Iterable[Contact] = (),
    systems: tuple[str, str] = ("left", "right"),
    ignored_domains: Collection[str] = (),
) -> Links:
    """
    Say which customers of two systems are the same.

    Evidence in order of strength: the same external reference; the same domain; the same domain by a contact's
    e-mail address; the same normalised name. Each customer has at most one partner. Equal candidates, and evidence
    that contradicts itself, are listed and never guessed.

    Args:
        left: Customers of the system whose word counts more, in any order; ids unique.
        right: Customers of the other.
        contacts: People at either; their e-mail domains count for their customer.
        systems: What to call the two in the answer.
        ignored_domains: Domains that never count, such as your own.

    Returns:
        Links, ambiguous cases, and the rest. The same for every order of input; mirrored when the two are swapped.

    Raises:
        LinkingError: The two systems have one name, or two customers of one system have one id.
    """
    if systems[0] == systems[1]:
        raise LinkingError(f"both sides are called {systems[0]!r}; give two names")
    by_system = {systems[0]: left, systems[1]: right}
    return link_systems(by_system, contacts=contacts, ignored_domains=ignored_domains)


def link_systems(
    systems: Mapping[str, Sequence[Customer]],
    *,
    contacts: Iterable[Contact] = (),
    mentioning: Collection[str] = (),
    ignored_domains: Collection[str] = (),
) -> Links:
    """
    Say which customers of any number of systems are the same.

    Args:
        systems: Customers by system, the system whose word counts most first.
        contacts: People at any of them; their e-mail domains count for their customer.
        mentioning: Systems that only mention customers: any number of their entries may mean one record elsewhere.
        ignored_domains: Domains that never count, such as your own.

    Returns:
        As `link_customers`. No cluster holds two records of one system, except mentions.

    Raises:
        LinkingError: A mentioning system is not among the systems, or two customers of one system have one id.
    """
    if unknown := sorted(set(mentioning) - set(systems)):
        raise LinkingError(f"mentioning names {unknown[0]!r}; the systems given are {', '.join(systems) or 'none'}")
    for system, customers in systems.items():
        _refuse_repeated_ids(system, customers)
    ignored = checked_domains(ignored_domains)
    traits = traits_of_customers(systems, contacts, mentioning=mentioning, ignored=ignored)
    return _linked(traits, tuple(systems))


def link(
    facts: Entities | Portfolio | HasPortfolio,
    *,
    crm: Sequence[str] = CRM_SYSTEMS,
    mention_rules: Sequence[MentionRule] = MENTION_RULES,
    ignored_domains: Collection[str] = (),
    decisions: Iterable[LinkDecision] | DecisionLog | None = None,
    weights: Weights = WEIGHTS,
    alike: bool | None = None,
    within: Collection[str] = (),
) -> Links:
    """
    Say which customers are the same: in a portfolio, in a store, or in what importers brought together.

    A customer belongs to the system of its first external reference. Customers of a CRM, or without references, are
    records; those of other systems only mention one, and so does a project that points at no customer that is there.
    Mentions that fit no record are compared with each other across systems.

    First what is equal decides: references, domains, names in normal form. Then names that are alike are weighed, as in
    `LinkIndex`, for what stands alone. What people decided comes before both.

    Args:
        facts: A portfolio; a store; or lists of facts by collection (`customers`, `contacts`, `projects`, ...), each
            optional or None.
        crm: Names of the systems that are a CRM, the one whose word counts most first.
        mention_rules: Where a project without a customer may name one.
        ignored_domains: Domains that never count, such as your own.
        decisions: What people decided, or a log of it. None takes those that the store keeps (`store.link_decisions`).
        weights: What outcomes of a comparison weigh, and from where on records are linked.
        alike: Whether to weigh names that are not equal. None does when rapidfuzz is installed, and the answer says in
            `missing` when it is not.
        within: Systems of which even the own mentions are linked with each other, when names are weighed: a tool
            where everybody types the customer's name anew.

    Returns:
        As `link_customers`; hand it to `apply`.

    Raises:
        LinkingError: A collection is not one of a portfolio.
        DuplicateError: Two customers have one id.
        MissingExtraError: `alike` is True, and rapidfuzz is not installed.
    """
    given = checked_entities(entities_of(facts))
    customers: Sequence[Customer] = given.get("customers") or ()
    projects: Sequence[Any] = given.get("projects") or ()
    ignored = checked_domains(ignored_domains)
    names = in_authority([system_of(fact) for fact in (*customers, *projects)], crm)
    by_system: dict[str, list[Customer]] = {name: [] for name in names}
    for customer in customers:
        by_system[system_of(customer)].append(customer)
    traits = traits_of_customers(
        by_system,
        given.get("contacts") or (),
        mentioning=[name for name in names if name not in crm and name != HOST],
        ignored=ignored,
    )
    mentions = traits_of_projects(projects, customers, rules=mention_rules, ignored=ignored)
    everything = (*traits, *mentions)
    people = heard(decisions_of(facts) if decisions is None else decisions)
    exact = _linked(everything, names, people)
    usable, _ = without_common_values(everything)
    return with_alike(exact, usable, people, weights=weights, alike=alike, within=within)


def _linked(traits: Sequence[Traits], systems: tuple[str, ...], people: Heard = Heard()) -> Links:  # noqa: B008 a value
    usable, unused = without_common_values(traits)
    first = _round(usable, systems, people)
    alone = set(first.unlinked)
    left_over = [
        attrs.evolve(each, is_mention=False)
        for each in usable
        if each.is_mention and each.record.kind == "customer" and each.record in alone
    ]
    second = _round(left_over, systems, people)
    placed = {each.record for each in left_over} - set(second.unlinked)
    return Links(
        systems=systems,
        links=(*first.links, *second.links),
        ambiguous=(*first.ambiguous, *second.ambiguous),
        unlinked=tuple(record for record in first.unlinked if record not in placed),
        unused=unused,
    )


def _round(traits: Sequence[Traits], systems: tuple[str, ...], people: Heard) -> Links:
    told, parted = _told(traits, people)
    decided_by_people = parted | {(pair.left, pair.right) for pair in told}
    pairs = (pair for pair in pairs_of(traits) if (pair.left, pair.right) not in decided_by_people)
    decided, undecided = decide(traits, pairs, told)
    standing, refused = keep_apart(traits, decided, told, parted)
    bare = Links(systems=systems)
    links = sorted((_link(pair, traits) for pair in standing), key=lambda each: _place(each, bare))
    cases = (_case(case, traits, bare) for case in (*undecided, *refused))
    ambiguous = sorted(cases, key=lambda case: [_place(each, bare) for each in case.candidates])
    named = {record for each in links for record in (each.left, each.right)}
    named.update(record for case in ambiguous for record in case.records)
    rest = sorted((each.record for each in traits if each.record not in named), key=bare.rank)
    return Links(systems, tuple(links), tuple(ambiguous), tuple(rest))


def _told(traits: Sequence[Traits], people: Heard) -> tuple[tuple[Pair, ...], frozenset[tuple[int, int]]]:
    """Decisions of people on records that are there, by position."""
    if not (people.same or people.different):
        return (), frozenset()
    places = {key_of(each.record): position for position, each in enumerate(traits)}

    def of(keys: tuple[ExternalRef, ExternalRef]) -> tuple[int, int] | None:
        found = sorted(places[key] for key in keys if key in places)
        return (found[0], found[1]) if len(found) == 2 else None

    same = [
        Pair(*pair, Comparison((Evidence("person", str(decision)),), (), 0))
        for decision in people.same
        if (pair := of(decision.pair)) is not None
    ]
    return tuple(same), frozenset(pair for keys in people.different if (pair := of(keys)) is not None)


def _link(pair: Pair, traits: Sequence[Traits]) -> Link:
    return Link(traits[pair.left].record, traits[pair.right].record, pair.comparison.evidence, pair.comparison.against)


def _case(case: Undecided, traits: Sequence[Traits], bare: Links) -> Ambiguous:
    candidates = sorted((_link(pair, traits) for pair in case.pairs), key=lambda each: _place(each, bare))
    return Ambiguous(tuple(candidates), case.reason)


def _place(link: Link, bare: Links) -> tuple[tuple[int, Record], tuple[int, Record]]:
    return bare.rank(link.left), bare.rank(link.right)


def _refuse_repeated_ids(system: str, customers: Sequence[Customer]) -> None:
    seen: set[str] = set()
    for customer in customers:
        if customer.id in seen:
            raise LinkingError(f"{system}: customer {customer.id!r} appears twice; ids must be unique within a system")
        seen.add(customer.id)
