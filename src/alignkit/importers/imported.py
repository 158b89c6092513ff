"""The result of an import, and several imports as one set of facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from alignkit.domain import COLLECTIONS, REFERENCES, Entity
from alignkit.domain.reference import ExternalRef
from alignkit.importers.custom import merged_custom
from alignkit.importers.drafts import ref_id
from alignkit.importers.preset import Hop
from alignkit.importers.references import Pending
from alignkit.importers.report import ImportReport

__all__ = ["Import", "merge"]

Facts = Mapping[str, list[Entity]]


@attrs.frozen(kw_only=True)
class Import:
    """
    The facts of one import and the account of its rows. Unpacks as its collections: `Portfolio(**result)`.

    Attributes:
        entities: Facts by collection, in the order of the source. A collection is there when a source of it was
            read, even an empty one: known to be empty is not unknown.
        report: What became of every row.
        pending: References that `merge` follows once the facts they name are there.
        parked: Facts set aside under `dangling="park"`: collection, fact, and the references it waits for.
        stated: By id, the fields that the source has columns for; `merge` lets only those overwrite.
        hops: References found by way of others, for `merge`.
        mentioned: Ids of the facts that rows about something else only mention; what is known of them already counts.
    """

    entities: Facts
    report: ImportReport
    pending: tuple[Pending, ...] = ()
    parked: tuple[tuple[str, Entity, Mapping[str, ExternalRef]], ...] = ()
    stated: Mapping[str, frozenset[str]] = attrs.field(factory=dict, repr=False)
    hops: tuple[Hop, ...] = attrs.field(default=(), repr=False)
    mentioned: frozenset[str] = attrs.field(default=frozenset(), repr=False)

    def keys(self) -> Iterator[str]:
        """Names of the collections."""
        return iter(self.entities)

    def __getitem__(self, collection: str) -> list[Entity]:
        return self.entities[collection]


def merge(*imports: Import) -> dict[str, list[Entity]]:
    """
    Make one set of facts of several imports, ready for `Portfolio(**merge(crm, pm))`.

    The same record (by an `ExternalRef` of its own system) is one fact: the later import updates the earlier, field
    by field, in the fields that its source has columns for. So merging an import with itself changes nothing.
    References between the imports are followed; one whose target is in none of them stays unknown, except where a
    fact cannot be without it (a contribution): there the `Portfolio` judges. Facts of different systems stay
    apart, also when one names the other: linking decides that, with a reason.

    Args:
        imports: In the order of time: the latest last.

    Returns:
        Facts by collection. Facts keep the order in which they first appeared.
    """
    merged = _Merged()
    for one in imports:
        for collection, facts in one.entities.items():
            merged.facts.setdefault(collection, {})
            for fact in facts:
                merged.add(collection, fact, one.stated.get(fact.id, frozenset()))
    for one in imports:
        merged.unpark(one)
    for one in imports:
        merged.follow(one.pending)
    merged.rewrite()
    for one in imports:
        merged.hop(one.hops)
    return {name: list(merged.facts[name].values()) for name in COLLECTIONS if name in merged.facts}


class _Merged:
    """Facts by collection and id, with every name they have."""

    def __init__(self) -> None:
        self.facts: dict[str, dict[str, Entity]] = {}
        self.names: dict[str, dict[str, str]] = {}

    def add(self, collection: str, fact: Entity, stated: frozenset[str]) -> None:
        """Add a fact, or update the one of the same identity."""
        held = self.facts.setdefault(collection, {})
        names = self.names.setdefault(collection, {})
        own = own_names(fact)
        id = next((names[name] for name in own if name in names), fact.id)
        held[id] = fact if id not in held else _updated(held[id], fact, stated)
        for name in own:
            names.setdefault(name, id)

    def find(self, collection: str, name: str) -> str | None:
        """The id of the fact of that name, when there is one."""
        return self.names.get(collection, {}).get(name)

    def unpark(self, one: Import) -> None:
        """Take in the facts that were set aside and whose references can be followed now."""
        for collection, fact, links in one.parked:
            wanted = REFERENCES[collection]
            targets = {field: self.find(wanted[field], ref_id(ref)) for field, ref in links.items() if field in wanted}
            if all(targets.values()):
                self.add(collection, _evolved(fact, targets), frozenset(attrs.fields_dict(type(fact))))

    def follow(self, pending: Iterable[Pending]) -> None:
        """Fill references that waited."""
        for item in pending:
            id = self.find(item.collection, item.id)
            target = self.find(REFERENCES[item.collection][item.field], ref_id(item.ref))
            if id is None or target is None:
                continue
            fact = self.facts[item.collection][id]
            if getattr(fact, item.field) is None:
                self.facts[item.collection][id] = _evolved(fact, {item.field: target})

    def rewrite(self) -> None:
        """Let references that use another name of a fact use its id."""
        for collection, facts in self.facts.items():
            for id, fact in facts.items():
                changes: dict[str, Any] = {}
                for field, target in REFERENCES[collection].items():
                    value = getattr(fact, field)
                    found = self.find(target, value) if value is not None else None
                    if found is not None and found != value:
                        changes[field] = found
                if changes:
                    facts[id] = _evolved(fact, changes)

    def hop(self, hops: Iterable[Hop]) -> None:
        """Fill references found by way of others."""
        for hop in hops:
            target = REFERENCES[hop.collection].get(hop.through)
            if target is None:
                continue
            for id, fact in self.facts.get(hop.collection, {}).items():
                through = getattr(fact, hop.through)
                if getattr(fact, hop.field) is not None or through is None:
                    continue
                value = getattr(self.facts.get(target, {}).get(through), hop.field, None)
                if value is not None:
                    self.facts[hop.collection][id] = _evolved(fact, {hop.field: value})


def own_names(fact: Entity) -> list[str]:
    """The fact's id and the names that its own system gives it; names in other systems are for linking."""
    refs: tuple[ExternalRef, ...] = getattr(fact, "external_refs", ())
    system = refs[0].system if refs else ""
    return list(dict.fromkeys([fact.id, *(ref_id(ref) for ref in refs if ref.system == system)]))


def _evolved(fact: Entity, changes: Mapping[str, Any]) -> Entity:
    changed: Entity = attrs.evolve(fact, **changes)
    return changed


def _updated(old: Entity, new: Entity, stated: frozenset[str]) -> Entity:
    changes: dict[str, Any] = {}
    for field in attrs.fields(type(new)):
        if field.name in {"id", "version", "external_refs"}:
            continue
        value = getattr(new, field.name)
        if field.name == "custom":
            changes["custom"] = merged_custom(old.custom, value, stated)  # type: ignore[union-attr]
            continue
        is_reference = field.name.endswith("_id")
        if (field.name in stated and not (is_reference and value is None)) or value != field.default:
            changes[field.name] = value
    changes["external_refs"] = tuple(dict.fromkeys((*old.external_refs, *new.external_refs)))  # type: ignore[union-attr]
    return _evolved(old, changes)
