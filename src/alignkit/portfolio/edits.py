"""
What adding, replacing and removing facts does to the tables, and which laws have to be looked at again for it.

Costs follow the changed facts and their siblings: a reference is looked up, not searched, and a cycle is sought
only upwards from a changed parent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from alignkit.domain import COLLECTIONS, REFERENCES, Entity
from alignkit.errors import (
    AlignkitError,
    DanglingReferenceError,
    NotFoundError,
    PortfolioError,
    UnknownCollectionError,
    ValidationError,
)
from alignkit.portfolio import laws
from alignkit.portfolio.gathering import KIND_OF, gathered
from alignkit.portfolio.laws import Dangling
from alignkit.portfolio.names import nearest
from alignkit.portfolio.overlay import GONE, Edit, plain
from alignkit.portfolio.table import Table

__all__ = ["removed", "upserted"]

Tables = dict[str, Table]
Loose = tuple[DanglingReferenceError, ...]
Changes = dict[str, dict[str, Edit[Entity]]]


def upserted(tables: Tables, given: Mapping[str, Any], dangling: Dangling) -> tuple[Tables, Loose]:
    """
    The tables with these facts added or replaced, and the references that had to be unlinked.

    Raises:
        PortfolioError: The laws would not hold.
    """
    faults: list[AlignkitError] = []
    facts = {name: _by_id(name, records, faults) for name, records in given.items()}
    if not facts.keys() <= tables.keys():
        return _rebuilt(tables, facts, dangling, faults)
    loose = list(_loose(tables, facts))
    changes: Changes = {name: dict(records) for name, records in facts.items()}
    if dangling == "refuse":
        faults.extend(loose)
        loose = []
    else:
        _unlink(tables, changes, loose)
    for name in laws.PARENTS:
        if name in facts:
            parents = _parents(tables[name], changes[name])
            faults.extend(laws.cycles(KIND_OF[name], parents))
    if faults:
        raise PortfolioError(faults)
    return _applied(tables, changes), tuple(loose)


def removed(tables: Tables, given: Mapping[str, Any], dangling: Dangling) -> tuple[Tables, Loose]:
    """
    The tables without the facts of these ids, and the references that had to be unlinked.

    Raises:
        PortfolioError: There is no such fact, or something refers to it and `dangling` is `"refuse"`.
    """
    laws.checked_choice(dangling)
    faults: list[AlignkitError] = []
    changes: Changes = {}
    for name, ids in given.items():
        changes[name] = dict.fromkeys(_known(tables, name, ids, faults), GONE)
    loose = list(_referring(tables, changes))
    if dangling == "refuse":
        faults.extend(loose)
        loose = []
    if faults:
        raise PortfolioError(faults)
    _unlink(tables, changes, loose)
    return _applied(tables, changes), tuple(loose)


def _by_id(name: str, given: Any, faults: list[AlignkitError]) -> dict[str, Entity]:
    """What `gathered` gives, at less cost for the few sound records that a change usually has."""
    if isinstance(given, (list, tuple)) and all(type(record) is COLLECTIONS[name] for record in given):
        found: dict[str, Entity] = {record.id: record for record in given}
        if len(found) == len(given):
            return found
    return gathered(name, given, (), faults).records


def _applied(tables: Tables, changes: Changes) -> Tables:
    return {**tables, **{name: tables[name].changed(edits) for name, edits in changes.items()}}


def _rebuilt(
    tables: Tables, facts: Mapping[str, dict[str, Entity]], dangling: Dangling, faults: list[AlignkitError]
) -> tuple[Tables, Loose]:
    known = {name: dict(plain(table.records)) for name, table in tables.items()}
    for name, records in facts.items():
        known.setdefault(name, {}).update(records)
    checked, loose = laws.linked({name: records.values() for name, records in known.items()}, dangling, faults)
    return {name: Table(name, found.records, groups=found.groups) for name, found in checked.items()}, loose


def _loose(tables: Tables, facts: Mapping[str, Mapping[str, Entity]]) -> Iterator[DanglingReferenceError]:
    for name, records in facts.items():
        for record in records.values():
            for field, target in REFERENCES[name].items():
                key = getattr(record, field)
                if key is None or target not in tables:
                    continue
                if key not in tables[target].records and key not in facts.get(target, ()):
                    yield laws.points_nowhere(name, record, field, key)


def _referring(tables: Tables, changes: Changes) -> Iterator[DanglingReferenceError]:
    for name, references in REFERENCES.items():
        for field, target in references.items():
            if name not in tables or not changes.get(target):
                continue
            referring = tables[name].children(field)
            for id in changes[target]:
                for record in referring.get(id, ()):
                    if record.id not in changes.get(name, ()):
                        yield laws.points_nowhere(name, record, field, id)


def _unlink(tables: Tables, changes: Changes, loose: Iterable[DanglingReferenceError]) -> None:
    """Note in the changes what becomes of the records that pointed nowhere."""
    for (name, id), fields in laws.by_record(loose).items():
        edits = changes.setdefault(name, {})
        found = edits.get(id, tables[name].records.get(id))
        if found is None or found is GONE:
            raise AssertionError(f"{name} {id!r} is changed and gone at once")
        record = laws.unlinked(found, fields)
        if record is not None:
            edits[id] = record
        elif id in tables[name].records:
            edits[id] = GONE
        else:
            del edits[id]


def _parents(table: Table, edits: Mapping[str, Edit[Entity]]) -> dict[str, str]:
    """Everything above the changed records, as far up as it goes."""
    parents: dict[str, str] = {}
    for id in edits:
        node = id
        while node not in parents:
            record = edits.get(node, table.records.get(node))
            parent = getattr(record, "parent_id", None)
            if parent is None:
                break
            parents[node] = parent
            node = parent
    return parents


def _known(tables: Tables, name: str, ids: Any, faults: list[AlignkitError]) -> Iterator[str]:
    table = tables.get(name)
    if table is None:
        faults.append(UnknownCollectionError(name))
    elif isinstance(ids, str) or not isinstance(ids, Iterable):
        faults.append(ValidationError(f"expected a list of ids, got {ids!r}", value=ids, path=f"$.{name}"))
    else:
        for id in ids:
            if id in table.records:
                yield id
            else:
                faults.append(NotFoundError(KIND_OF[name], id, nearest(str(id), table.records)))
