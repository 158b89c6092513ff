"""
The laws that hold between facts: unique ids, the right class, references that lead somewhere, no cycles.

Owns how they are checked, and how references that lead nowhere are unlinked on request. Each check goes through a
collection at the speed of the built-in sets; only a collection that fails is gone through again for the details.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Final, Literal, cast

import attrs

from alignkit.domain import COLLECTIONS, REFERENCES, Entity
from alignkit.errors import (
    AlignkitError,
    CycleError,
    DanglingReferenceError,
    DuplicateError,
    PortfolioError,
    ValidationError,
)
from alignkit.policy.model import KINDS

__all__ = [
    "KIND_OF",
    "PARENTS",
    "Dangling",
    "by_record",
    "checked_choice",
    "cycles",
    "gathered",
    "linked",
    "points_nowhere",
    "unlinked",
]

Dangling = Literal["refuse", "unlink"]
"""What to do with a reference that leads nowhere."""

KIND_OF: Final[dict[str, str]] = {collection: kind for kind, collection in KINDS.items() if collection}
"""The kind that each collection holds."""

PARENTS: Final = ("objectives", "tasks")
"""Collections whose records are each other's parents, by `parent_id`."""

BLOCK: Final = 512

_ID: Final = attrgetter("id")
_NOTHING: Final[Mapping[str, AbstractSet[str | None]]] = MappingProxyType({})


def gathered(
    name: str, given: Any, fields: Iterable[str], faults: list[AlignkitError]
) -> tuple[dict[str, Entity], dict[str, set[Any]]]:
    """
    The records of a collection by id, and what these fields of theirs hold.

    What is of the wrong class or appears twice is added to the faults. Records are taken in blocks that stay in the
    processor's cache while they are looked at from several sides: shuffled records are far apart in memory, and
    going through all of them once per question takes two to three times as long.
    """
    cls = COLLECTIONS[name]
    try:
        records = given if isinstance(given, (list, tuple)) else tuple(given)
    except TypeError:
        reason = f"expected a list of {cls.__name__}, got {type(given).__name__} {given!r}"
        faults.append(ValidationError(reason, value=given, path=f"$.{name}"))
        records = ()
    by_id: dict[str, Entity] = {}
    keys: list[tuple[attrgetter[Any], set[Any]]] = [(attrgetter(field), set()) for field in fields]
    for start in range(0, len(records), BLOCK):
        block = records[start : start + BLOCK]
        if not set(map(type, block)) <= {cls}:
            block = tuple(_of_class(name, cls, block, start, faults))
        by_id.update(zip(map(_ID, block), block, strict=True))
        for key_of, found in keys:
            found.update(map(key_of, block))
    if len(by_id) < len(records):
        repeated = _repeated(record.id for record in records if isinstance(record, cls))
        faults.extend(DuplicateError(KIND_OF[name], id) for id in repeated)
    return by_id, {field: found - {None} for field, (_, found) in zip(fields, keys, strict=True)}


def _of_class(name: str, cls: type, records: Iterable[Any], start: int, faults: list[AlignkitError]) -> Iterator[Any]:
    for position, record in enumerate(records, start):
        if isinstance(record, cls):
            yield record
        else:
            reason = f"expected {cls.__name__}, got {type(record).__name__} {record!r}"
            path = f"$.{name}[{position}]"
            faults.append(ValidationError(reason, entity=cls.__name__, value=record, path=path))


def _repeated(ids: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    return list(dict.fromkeys(id for id in ids if id in seen or seen.add(id)))  # type: ignore[func-returns-value]


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
) -> tuple[dict[str, dict[str, Entity]], tuple[DanglingReferenceError, ...]]:
    """
    Check all laws, and unlink what leads nowhere where that is wished.

    Args:
        given: Facts by collection.
        dangling: What to do with references that lead nowhere.
        faults: What was found before.
        refused: Ids of records that were given but not sound, so that references to them are no further faults;
            None among them stands for a record whose id is not known.

    Returns:
        The facts by id, by collection, and the references that were unlinked.

    Raises:
        PortfolioError: There are faults.
    """
    checked_choice(dangling)
    facts: dict[str, dict[str, Entity]] = {}
    keys: dict[str, dict[str, set[Any]]] = {}
    for name, records in given.items():
        fields = [field for field, target in REFERENCES[name].items() if target in given]
        facts[name], keys[name] = gathered(name, records, fields, faults)
    loose = _loose_references(facts, keys, refused)
    if dangling == "refuse":
        faults.extend(loose)
        loose = []
    for (name, id), fields in by_record(loose).items():
        record = unlinked(facts[name][id], fields)
        if record is None:
            del facts[name][id]
        else:
            facts[name][id] = record
    for name in PARENTS:
        if keys.get(name, {}).get("parent_id"):
            parents = {id: getattr(record, "parent_id", None) for id, record in facts[name].items()}
            faults.extend(cycles(KIND_OF[name], {id: parent for id, parent in parents.items() if parent is not None}))
    if faults:
        raise PortfolioError(faults)
    return facts, tuple(loose)


def _loose_references(
    facts: Mapping[str, Mapping[str, Entity]],
    keys: Mapping[str, Mapping[str, set[Any]]],
    refused: Mapping[str, AbstractSet[str | None]],
) -> list[DanglingReferenceError]:
    """Every reference into a given collection that leads nowhere, in the order of the records."""
    found: list[DanglingReferenceError] = []
    for name, records in facts.items():
        missing: dict[str, set[str]] = {}
        for field, held in keys[name].items():
            target = REFERENCES[name][field]
            pardoned = refused.get(target, frozenset())
            lost = set() if None in pardoned else held - facts[target].keys() - pardoned
            if lost:
                missing[field] = lost
        if missing:
            found.extend(_details(name, records.values(), missing))
    return found


def _details(name: str, records: Iterable[Entity], missing: Mapping[str, set[str]]) -> Iterator[DanglingReferenceError]:
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
