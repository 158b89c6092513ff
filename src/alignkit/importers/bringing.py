"""
Facts of an import brought together with what a store holds: who is who, which fields the source speaks of, and what
references lead to.

Owns what a stored fact becomes when its source is read again. Stores nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

import attrs

from alignkit.domain import COLLECTIONS, REFERENCES, Entity, ExternalRef
from alignkit.importers.custom import merged_custom
from alignkit.importers.imported import Import
from alignkit.importers.references import Pending
from alignkit.importers.take import needed_fields
from alignkit.stores.kinds import REPOSITORIES
from alignkit.stores.runs import Stored

__all__ = ["Bringer", "Brought", "Item", "Told", "own_refs"]

Item = tuple[str, Any]
"""A collection and a fact of the import."""


@attrs.frozen
class Brought:
    """
    What is to be stored of some facts.

    Attributes:
        facts: By collection, under their stored ids.
        waiting: The facts that cannot be stored yet, because what they cannot be without is not there.
    """

    facts: Mapping[str, tuple[Entity, ...]]
    waiting: tuple[Item, ...]


def own_refs(fact: Any) -> tuple[ExternalRef, ...]:
    """The names that a fact's own system gives it, its identity first."""
    refs: tuple[ExternalRef, ...] = fact.external_refs
    return tuple(ref for ref in refs if ref.system == refs[0].system)


def _default(field: attrs.Attribute[Any]) -> Any:
    """What a field is when nobody says anything."""
    made: Any = field.default
    return made.factory() if isinstance(made, attrs.Factory) else made  # type: ignore[arg-type]


class Told:
    """
    What imports tell, to be looked up; made once for all steps of a load.

    Args:
        imports: All that belongs together; references may lead from one to another.

    Attributes:
        facts: By collection and id.
        stated: By id, the fields that the source speaks of.
        mentioned: Ids of the facts that rows about something else only mention.
        pending: By collection and id, the references that were not followed.
        hops: References found by way of others.
    """

    def __init__(self, imports: Sequence[Import]) -> None:
        self.facts = {(name, fact.id): fact for one in imports for name, some in one.entities.items() for fact in some}
        self.stated = {id: fields for one in imports for id, fields in one.stated.items()}
        full = {id for one in imports for id in one.stated if id not in one.mentioned}
        self.mentioned = {id for one in imports for id in one.mentioned} - full
        self.pending: dict[tuple[str, str], list[Pending]] = {}
        for one in imports:
            for item in one.pending:
                self.pending.setdefault((item.collection, item.id), []).append(item)
        self.hops = [hop for one in imports for hop in one.hops if hop.through in REFERENCES.get(hop.collection, ())]


class Bringer:
    """
    Brings facts of imports together with stored ones.

    Args:
        stored: What is stored.
        told: What the imports tell.
    """

    def __init__(self, stored: Stored, told: Told) -> None:
        self._stored = stored
        self._told = told
        self._read: dict[tuple[str, str], Any] = {}
        self._ids: dict[tuple[str, str], str | None] = {}
        self._held: dict[tuple[str, ExternalRef], str | None] = {}
        self._made: dict[str, dict[str, Any]] = {}
        self._coming: dict[tuple[str, str], str] = {}
        self._named: dict[tuple[str, ExternalRef], str] = {}

    def bring(self, items: Iterable[Item], kept: Callable[[str, Any], Collection[str]] = lambda *_: ()) -> Brought:
        """
        What becomes of facts.

        Args:
            items: The facts, each after those that it refers to, as far as these are among them.
            kept: Gives the fields of a fact that stay as they are stored, because later news of them are known.
        """
        rows = list(items)
        self._resolve(rows)
        stored = self._known(rows)
        self._coming = {(name, fact.id): self._ids[name, fact.id] or fact.id for name, fact in rows}
        self._named = {(name, ref): self._coming[name, fact.id] for name, fact in rows for ref in fact.external_refs}
        waiting: list[Item] = []
        for name, fact in rows:
            id = self._ids[name, fact.id] or fact.id
            before = self._made.get(name, {}).get(id, stored.get(name, {}).get(id))
            made = self._becomes(name, fact, before, kept(name, fact))
            if made is None:
                waiting.append((name, fact))
                continue
            self._made.setdefault(name, {})[id] = made if made.id == id else attrs.evolve(made, id=id)
        self._hop()
        facts = {name: tuple(self._made[name].values()) for name in COLLECTIONS if name in self._made}
        return Brought(facts, tuple(waiting))

    def stored_id(self, name: str, fact: Any) -> str | None:
        """The id that a fact of the import is stored under; None when it is not stored."""
        if (name, fact.id) not in self._ids:
            self._resolve([(name, fact)])
        return self._ids[name, fact.id]

    def _resolve(self, rows: Sequence[Item]) -> None:
        """Find out which stored facts the rows mean, and those that they refer to."""
        wanted: dict[str, dict[str, Any]] = {}
        refs: dict[str, dict[ExternalRef, None]] = {}
        for name, fact in rows:
            wanted.setdefault(name, {})[fact.id] = fact
            for field, target in REFERENCES[name].items():
                key = getattr(fact, field)
                if key is not None:
                    wanted.setdefault(target, {}).setdefault(key, self._told.facts.get((target, key)))
            for item in self._told.pending.get((name, fact.id), ()):
                refs.setdefault(REFERENCES[name][item.field], {})[item.ref] = None
        for name, some in refs.items():
            self._look_up(name, some)
        for name, facts in wanted.items():
            new = {id: fact for id, fact in facts.items() if (name, id) not in self._ids}
            if name not in REPOSITORIES or not new:
                continue
            present = self._stored.facts(name, list(new))
            self._read.update(((name, id), held) for id, held in present.items())
            others = {id: fact for id, fact in new.items() if id not in present and fact is not None}
            self._look_up(name, (ref for fact in others.values() for ref in own_refs(fact)))
            for id in new:
                holders = [self._held[name, ref] for ref in own_refs(others[id])] if id in others else []
                found = next((held for held in holders if held is not None), None)
                self._ids[name, id] = id if id in present else found

    def _look_up(self, name: str, refs: Iterable[ExternalRef]) -> None:
        new = [ref for ref in refs if (name, ref) not in self._held]
        for ref, ids in self._stored.holders(name, new).items() if new else ():
            self._held[name, ref] = min(ids) if ids else None

    def _known(self, rows: Sequence[Item]) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        missing: dict[str, list[str]] = {}
        for name, fact in rows:
            id = self._ids[name, fact.id]
            if id is None:
                continue
            if (name, id) in self._read:
                found.setdefault(name, {})[id] = self._read[name, id]
            else:
                missing.setdefault(name, []).append(id)
        for name, some in missing.items():
            found.setdefault(name, {}).update(self._stored.facts(name, some))
        return found

    def _becomes(self, name: str, fact: Any, before: Any, kept: Collection[str]) -> Any:
        """What is to be stored of a fact; None when it has to wait."""
        links = self._links(name, fact)
        needed = needed_fields(name)
        if any(field in needed and value is None for field, value in links.items()):
            return None
        changed = {field: value for field, value in links.items() if getattr(fact, field) != value}
        if changed:
            fact = attrs.evolve(fact, **changed)
        if before is None:
            return fact
        stated = self._told.stated.get(fact.id, frozenset(attrs.fields_dict(type(fact))))
        changes: dict[str, Any] = {}
        for field in attrs.fields(type(fact)):
            old, new = getattr(before, field.name), getattr(fact, field.name)
            if field.name == "custom":
                new = merged_custom(old, new, frozenset() if fact.id in self._told.mentioned else stated)
                if new != old and "custom" not in kept:
                    changes["custom"] = new
                continue
            if field.name in {"id", "version", "external_refs", *kept} or new == old:
                continue
            speaks = field.name in stated and fact.id not in self._told.mentioned
            if field.name in links and new is None:
                # An empty reference may be one that could not be followed; only a parent is known to be gone.
                speaks = speaks and field.name == "parent_id" and self._is_empty(name, fact, "parent_id")
            if speaks or old == _default(field):
                changes[field.name] = new
        refs = tuple(dict.fromkeys((*before.external_refs, *fact.external_refs)))
        if refs != before.external_refs:
            changes["external_refs"] = refs
        return attrs.evolve(before, **changes) if changes else before

    def _is_empty(self, name: str, fact: Any, field: str) -> bool:
        given = self._told.facts.get((name, fact.id))
        waits = any(item.field == field for item in self._told.pending.get((name, fact.id), ()))
        return not waits and (given is None or getattr(given, field) is None)

    def _links(self, name: str, fact: Any) -> dict[str, str | None]:
        """Where the references of a fact lead among what is stored, or is about to be."""
        found: dict[str, str | None] = {}
        for field, target in REFERENCES[name].items():
            key = getattr(fact, field)
            found[field] = None if key is None else self._there(target, key)
        for item in self._told.pending.get((name, fact.id), ()):
            if found.get(item.field) is None:
                target = REFERENCES[name][item.field]
                found[item.field] = self._held.get((target, item.ref)) or self._named.get((target, item.ref))
        return found

    def _there(self, target: str, key: str) -> str | None:
        return self._ids.get((target, key)) or self._coming.get((target, key))

    def _hop(self) -> None:
        """Fill unknown references by way of others, as the mappings say."""
        for hop in self._told.hops:
            target = REFERENCES[hop.collection][hop.through]
            open_ones = [
                fact
                for fact in self._made.get(hop.collection, {}).values()
                if getattr(fact, hop.field) is None and getattr(fact, hop.through) is not None
            ]
            made = self._made.get(target, {})
            asked = {getattr(fact, hop.through) for fact in open_ones}
            known = {**self._stored.facts(target, sorted(asked - made.keys())), **made} if open_ones else {}
            for fact in open_ones:
                value = getattr(known.get(getattr(fact, hop.through)), hop.field, None)
                if value is not None:
                    self._made[hop.collection][fact.id] = attrs.evolve(fact, **{hop.field: value})
