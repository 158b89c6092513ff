"""
Links carried out: one customer for each cluster, and every reference pointing at it.

Owns which value wins. Loses nothing: a value that did not win is in the report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from alignkit.domain import REFERENCES, Customer
from alignkit.linking.entities import Entities, checked_entities
from alignkit.linking.links import Links

__all__ = ["Linked", "Merge", "SetAside", "apply"]

_UNITED: Final = ("domains", "external_refs")
_PAIRED: Final = {"changes": ("subject_id",), "duplicates": ("left_id", "right_id")}
"""Fields that name a customer only when the fact's kind says so."""


@attrs.frozen
class SetAside:
    """
    A value that another system's won over.

    Attributes:
        field: The customer's field.
        customer_id: Id of the merged record that held the value.
        value: The value.
    """

    field: str
    customer_id: str
    value: object


@attrs.frozen
class Merge:
    """
    How several records became one customer.

    Attributes:
        customer_id: Id of the customer that remains.
        merged_ids: Ids of the records that went into it, in order of authority.
        filled: Fields whose gap a merged record filled, each with that record's id.
        set_aside: Values that did not win, other names included.
    """

    customer_id: str
    merged_ids: tuple[str, ...]
    filled: tuple[tuple[str, str], ...]
    set_aside: tuple[SetAside, ...]

    def __str__(self) -> str:
        gaps = ", ".join(f"{field} from {source}" for field, source in self.filled)
        aside = ", ".join(f"{each.field} {each.value!r} of {each.customer_id}" for each in self.set_aside)
        parts = (f"filled {gaps}" if gaps else "", f"set aside {aside}" if aside else "")
        details = "; ".join(part for part in parts if part)
        return f"{self.customer_id} takes in {', '.join(self.merged_ids)}{': ' if details else ''}{details}"


@attrs.frozen
class Linked:
    """
    Facts after linking.

    Attributes:
        entities: The facts by collection, ready for `Portfolio(**entities)`; None where a collection is unknown.
        merges: What became of customers that were linked.
        assigned: Projects that got the customer they mention: project id and customer id.
        settled: Ids of suspected duplicates that are now one record and were taken out.
    """

    entities: dict[str, Any]
    merges: tuple[Merge, ...] = ()
    assigned: tuple[tuple[str, str], ...] = ()
    settled: tuple[str, ...] = ()

    def __str__(self) -> str:
        given = (f"project {project} is for customer {customer}" for project, customer in self.assigned)
        settled = (f"suspected duplicate {gone} is settled" for gone in self.settled)
        return "\n".join([*map(str, self.merges), *given, *settled]) or "nothing to merge"


def apply(links: Links, entities: Entities) -> Linked:
    """
    Make one customer of each cluster and point every fact at it.

    The record of the system whose word counts most (`links.systems`) keeps its id and wins field by field where it
    is filled; the others fill its gaps. Domains and external references are united. A project that mentions a linked
    customer and has none that is there gets it.

    Args:
        links: What `link` said. Records that are not among the facts are passed over.
        entities: The facts, with ids unique across systems.

    Returns:
        New facts, in the order given, and the report. Applying the same links again changes nothing.

    Raises:
        LinkingError: A collection is not one of a portfolio.
        DuplicateError: Two customers have one id.
    """
    facts = checked_entities(entities)
    customers: dict[str, Customer] = {each.id: each for each in facts.get("customers") or ()}
    kept, home, merges = _merged(links, customers)
    if facts.get("customers") is not None:
        facts["customers"] = tuple(kept[key] for key in customers if key in kept)
    facts, assigned = _assigned(links, facts, home, customers)
    pointed = {name: _pointed(name, given, home) for name, given in facts.items()}
    pointed, settled = _without_settled(pointed)
    return Linked(entities=pointed, merges=merges, assigned=assigned, settled=settled)


def _merged(
    links: Links, customers: Mapping[str, Customer]
) -> tuple[dict[str, Customer], dict[str, str], tuple[Merge, ...]]:
    """Give the customers that remain, where each id of a cluster has gone, and the report."""
    kept = dict(customers)
    home: dict[str, str] = {}
    merges: list[Merge] = []
    for cluster in links.clusters:
        ids = tuple(dict.fromkeys(record.id for record in cluster if record.kind == "customer"))
        present = [key for key in ids if key in customers]
        if not present:
            continue
        home.update(dict.fromkeys(ids, present[0]))
        if len(present) > 1:
            merged, merge = _one_of([customers[key] for key in present])
            merges.append(merge)
            for key in present:
                del kept[key]
            kept[merged.id] = merged
    return kept, home, tuple(merges)


def _one_of(customers: Sequence[Customer]) -> tuple[Customer, Merge]:
    first, others = customers[0], customers[1:]
    values: dict[str, Any] = {}
    filled: list[tuple[str, str]] = []
    aside: list[SetAside] = []
    for field in attrs.fields(Customer):
        name = field.name
        if name in _UNITED:
            values[name] = tuple(dict.fromkeys(value for each in customers for value in getattr(each, name)))
        elif name not in {"id", "version"}:
            told = [(each.id, getattr(each, name)) for each in customers if getattr(each, name) is not None]
            if not told:
                continue
            teller, values[name] = told[0]
            if teller != first.id:
                filled.append((name, teller))
            aside.extend(SetAside(name, source, value) for source, value in told[1:] if value != values[name])
    merged_ids = tuple(each.id for each in others)
    return attrs.evolve(first, **values), Merge(first.id, merged_ids, tuple(filled), tuple(aside))


def _assigned(
    links: Links, facts: dict[str, tuple[Any, ...] | None], home: Mapping[str, str], customers: Mapping[str, Customer]
) -> tuple[dict[str, tuple[Any, ...] | None], tuple[tuple[str, str], ...]]:
    """Give projects the customer they mention; where the host has given one meanwhile, that stands."""
    meant: dict[str, str] = {}
    for cluster in links.clusters:
        owner = next((home[each.id] for each in cluster if each.kind == "customer" and each.id in home), None)
        if owner is not None:
            meant.update((record.id, owner) for record in cluster if record.kind == "project")
    given: list[tuple[str, str]] = []
    projects = []
    for project in facts.get("projects") or ():
        owner = meant.get(project.id)
        if owner is not None and project.customer_id not in customers:
            given.append((project.id, owner))
            projects.append(attrs.evolve(project, customer_id=owner))
        else:
            projects.append(project)
    return ({**facts, "projects": tuple(projects)} if given else facts), tuple(given)


def _pointed(collection: str, facts: tuple[Any, ...] | None, home: Mapping[str, str]) -> tuple[Any, ...] | None:
    """Let every field that names a customer name the one that remains."""
    fields = [field for field, target in REFERENCES[collection].items() if target == "customers"]
    paired = _PAIRED.get(collection, ())
    if facts is None or not (fields or paired):
        return facts
    pointed = []
    for fact in facts:
        names = (*fields, *(paired if fact.kind == "customer" else ())) if paired else fields
        moved = {name: home[old] for name in names if home.get(old := getattr(fact, name), old) != old}
        pointed.append(attrs.evolve(fact, **moved) if moved else fact)
    return tuple(pointed)


def _without_settled(
    facts: dict[str, tuple[Any, ...] | None],
) -> tuple[dict[str, tuple[Any, ...] | None], tuple[str, ...]]:
    """A customer is no duplicate of itself."""
    duplicates = facts.get("duplicates")
    if not duplicates:
        return facts, ()
    settled = tuple(each.id for each in duplicates if each.kind == "customer" and each.left_id == each.right_id)
    remaining = tuple(each for each in duplicates if each.id not in settled)
    return {**facts, "duplicates": remaining}, settled
