"""
Going through a collection once: its records by id, what they refer to, and the groups that rules will ask for.

Records are taken in blocks that stay in the processor's cache while they are looked at from all sides. The records
of a shuffled list lie far apart in memory, and to fetch them anew for each question takes two to three times as
long as to answer it. For the same reason references to the kinds that are judged are grouped here, where a group
costs little more than the set of keys that the laws need; references that rules only follow forwards are not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from operator import attrgetter
from typing import Any, Final

import attrs

from alignkit.domain import COLLECTIONS, Entity
from alignkit.errors import AlignkitError, DuplicateError, ValidationError
from alignkit.policy.model import KINDS, SUBJECTS

__all__ = ["KIND_OF", "Gathered", "gathered"]

KIND_OF: Final[dict[str, str]] = {collection: kind for kind, collection in KINDS.items() if collection}
"""The kind that each collection holds."""

BLOCK: Final = 512

_ID: Final = attrgetter("id")
_JUDGED: Final = frozenset(KINDS[kind] for kind in SUBJECTS)

Groups = dict[str, list[Entity]]


@attrs.frozen
class Gathered:
    """
    What one pass over a collection found.

    Attributes:
        records: By id.
        keys: For each reference, the ids it holds.
        groups: For some references, the records by the id they hold.
    """

    records: dict[str, Entity]
    keys: dict[str, AbstractSet[str]]
    groups: dict[str, Groups]


def gathered(name: str, given: Any, references: Iterable[tuple[str, str]], faults: list[AlignkitError]) -> Gathered:
    """
    Go through the records of a collection; what is of the wrong class or appears twice is added to the faults.

    Args:
        name: The collection.
        given: Its records, any iterable.
        references: Fields to look at, with the collections they point into.
        faults: Where faults go.
    """
    cls = COLLECTIONS[name]
    records = _sequence(name, given, faults)
    found: dict[str, Entity] = {}
    keys: dict[str, set[Any]] = {field: set() for field, target in references if target not in _JUDGED}
    groups: dict[str, defaultdict[Any, list[Entity]]] = {
        field: defaultdict(list) for field, target in references if target in _JUDGED
    }
    readers = [(attrgetter(field), held) for field, held in keys.items()]
    sorters = [(attrgetter(field), group) for field, group in groups.items()]
    for start in range(0, len(records), BLOCK):
        block = records[start : start + BLOCK]
        if not set(map(type, block)) <= {cls}:
            block = tuple(_of_class(name, cls, block, start, faults))
        found.update(zip(map(_ID, block), block, strict=True))
        for key_of, held in readers:
            held.update(map(key_of, block))
        for key_of, group in sorters:
            for key, record in zip(map(key_of, block), block, strict=True):
                if key is not None:
                    group[key].append(record)
    if len(found) < len(records):
        repeated = _repeated(record.id for record in records if isinstance(record, cls))
        faults.extend(DuplicateError(KIND_OF[name], id) for id in repeated)
    kept: dict[str, Groups] = {field: dict(group) for field, group in groups.items()}
    known: dict[str, AbstractSet[str]] = {field: held - {None} for field, held in keys.items()}
    known.update((field, group.keys()) for field, group in kept.items())
    return Gathered(found, known, kept)


def _sequence(name: str, given: Any, faults: list[AlignkitError]) -> list[Any] | tuple[Any, ...]:
    if isinstance(given, (list, tuple)):
        return given
    if isinstance(given, Iterable):
        return tuple(given)
    reason = f"expected a list of {COLLECTIONS[name].__name__}, got {type(given).__name__} {given!r}"
    faults.append(ValidationError(reason, value=given, path=f"$.{name}"))
    return ()


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
