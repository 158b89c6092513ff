"""
The laws that hold between facts: unique ids, the right class, references that lead somewhere, no cycles.

Owns how they are checked, and how references that lead nowhere are unlinked on request. References are compared as
sets of keys; only a collection that fails is gone through again for the details.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from typing import Any, Final, Literal, cast

import attrs

from alignkit.domain import REFERENCES, Entity
from alignkit.errors import (
    AlignkitError,
    CycleError,
    DanglingReferenceError,
    PortfolioError,
    ValidationError,
)
from alignkit.policy.model import KINDS
from alignkit.portfolio.gathering import KIND_OF, Gathered, gathered

__all__ = [
    "PARENTS",
    "Dangling",
    "by_record",
    "checked_choice",
    "cycles",
    "linked",
    "points_nowhere",
    "unlinked",
]

Dangling = Literal["refuse", "unlink"]
"""What to do with a reference that leads nowhere."""

PARENTS: Final = ("objectives", "tasks")
"""Collections whose records are each other's parents, by `parent_id`."""

_NOTHING: Final[Mapping[str, AbstractSet[str | None]]] = MappingProxyType({})


def checked_choice(dangling: Dangling) -> None:
    """Refuse a word that is neither of the two."""
    if dangling not in ("refuse", "unlink"):
        reason = f"expected 'refuse' or 'unlink', got {dangling!r}"
        raise ValidationError(reason, entity="Portfolio", field="dangling", value=dangling)


def linked(
    given: Mapping[str, Any],
    dangling: Dangling,
    faults: list[AlignkitError],
    refused: Mapping[str, AbstractSet[str | None]] = _NOTHING,
) -> tuple[dict[str, Gathered], tuple[DanglingReferenceError, ...]]:
    """
    Check all laws, and unlink what leads nowhere where that is wished.

    Args:
        given: Facts by collection.
        dangling: What to do with references that lead nowhere.
        faults: What was found before.
        refused: Ids of records that were given but not sound, so that references to them are no further faults;
            None among them stands for a record whose id is not known.

    Returns:
        What is known of each collection, and the references that were unlinked.

    Raises:
        PortfolioError: There are faults.
    """
    checked_choice(dangling)
    facts: dict[str, Gathered] = {}
    for name, records in given.items():
        references = [(field, target) for field, target in REFERENCES[name].items() if target in given]
        facts[name] = gathered(name, records, references, faults)
    loose = _loose_references(facts, refused)
    if dangling == "refuse":
        faults.extend(loose)
        loose = []
    for (name, id), fields in by_record(loose).items():
        found = facts[name]
        record = unlinked(found.records[id], fields)
        if record is None:
            del found.records[id]
        else:
            found.records[id] = record
        found.groups.clear()
    for name in PARENTS:
        if name in facts and facts[name].keys.get("parent_id"):
            parents = {id: getattr(record, "parent_id", None) for id, record in facts[name].records.items()}
            faults.extend(cycles(KIND_OF[name], {id: parent for id, parent in parents.items() if parent is not None}))
    if faults:
        raise PortfolioError(faults)
    return facts, tuple(loose)


def _loose_references(
    facts: Mapping[str, Gathered], refused: Mapping[str, AbstractSet[str | None]]
) -> list[DanglingReferenceError]:
    """Every reference into a given collection that leads nowhere, in the order of the records."""
    found: list[DanglingReferenceError] = []
    for name, gathering in facts.items():
        missing: dict[str, AbstractSet[str]] = {}
        for field, held in gathering.keys.items():
            target = REFERENCES[name][field]
            pardoned = refused.get(target, frozenset())
            lost = frozenset() if None in pardoned else held - facts[target].records.keys() - pardoned
            if lost:
                missing[field] = lost
        if missing:
            found.extend(_details(name, gathering.records.values(), missing))
    return found


def _details(
    name: str, records: Iterable[Entity], missing: Mapping[str, AbstractSet[str]]
) -> Iterator[DanglingReferenceError]:
    for record in records:
        for field, keys in missing.items():
            key = getattr(record, field)
            if key in keys:
                yield points_nowhere(name, record, field, key)


def points_nowhere(name: str, record: Entity, field: str, key: str) -> DanglingReferenceError:
    """The error of one reference that leads nowhere."""
    return DanglingReferenceError(KIND_OF[name], record.id, field, KIND_OF[REFERENCES[name][field]], key)


def by_record(loose: Iterable[DanglingReferenceError]) -> dict[tuple[str, str], list[str]]:
    """The fields that lead nowhere, by collection and id of the record."""
    found: dict[tuple[str, str], list[str]] = {}
    for error in loose:
        found.setdefault((KINDS[error.kind], error.id), []).append(error.field)
    return found


def unlinked(record: Entity, fields: Iterable[str]) -> Entity | None:
    """The record without these references; None when it cannot be without one of them."""
    required = {field.name for field in attrs.fields(type(record)) if field.default is attrs.NOTHING}
    if not required.isdisjoint(fields):
        return None
    unknown: dict[str, Any] = dict.fromkeys(fields)
    changed: Entity = attrs.evolve(cast(Any, record), **unknown)
    return changed


def cycles(kind: str, parents: Mapping[str, str]) -> list[CycleError]:
    """Each cycle once, from its smallest id; `parents` holds the records that have one."""
    found: list[CycleError] = []
    settled: set[str] = set()
    for start in parents:
        steps: dict[str, None] = {}
        node = start
        while node in parents and node not in settled and node not in steps:
            steps[node] = None
            node = parents[node]
        if node in steps:
            path = list(steps)
            cycle = path[path.index(node) :]
            first = cycle.index(min(cycle))
            cycle = cycle[first:] + cycle[:first]
            found.append(CycleError(kind, [*cycle, cycle[0]]))
        settled.update(steps)
    return sorted(found, key=lambda error: error.cycle)
