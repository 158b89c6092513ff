"""
Counts the rows that the domain would refuse: one grouped statement for each collection.

A row is refused when one of its values is, when its id appears twice, when it names a record that is not there, or
when it is among its own parents. Owns these laws in SQL, and refuses to repair anything.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import attrs
from sqlalchemy import Connection, FromClause, Select, and_, case, false, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from alignkit.domain import REFERENCES
from alignkit.policy.faulty import FaultyRows
from alignkit.portfolio.laws import PARENTS, cycles
from alignkit.sql.bound.collection import Collection
from alignkit.sql.bound.readings import Reading
from alignkit.sql.emit.binds import whole

__all__ = ["Bound", "Census", "census_of", "checked"]

T = TypeVar("T")

Column = ColumnElement[Any]
MOST_KEPT: Final = 64
WORD: Final = 60
"""Flags in a whole number of 64 bits."""

TWICE: Final = "appears twice"
NOWHERE: Final = "names {kind} that are not there"
CYCLE: Final = "leads back to the row itself"


@attrs.frozen(eq=False)
class Census:
    """
    What was counted in one collection.

    Attributes:
        refused: How many rows the domain would refuse.
        faults: Why; empty when none is.
        looping: Ids of rows that are among their own parents.
    """

    refused: int
    faults: tuple[FaultyRows, ...]
    looping: frozenset[str]


class Bound(dict[str, tuple[Collection, dict[str, Reading]]]):
    """The collections by name with how their columns are read, and what was made of that before."""

    def __init__(self, found: Mapping[str, tuple[Collection, dict[str, Reading]]]) -> None:
        super().__init__(found)
        self._made: dict[Any, Any] = {}

    def once(self, key: Any, make: Callable[[], T]) -> T:
        """What `make` gave for an equal key before; else what it gives now."""
        found: T | None = self._made.get(key)
        if found is None:
            if len(self._made) >= MOST_KEPT:
                self._made.clear()
            found = self._made[key] = make()
        return found


def census_of(connection: Connection, name: str, bound: Bound) -> Census:
    """Count one collection; `bound` holds all, for references to be looked up in."""
    looping = _looping(connection, name, bound)

    def counting() -> tuple[Select[Any], list[tuple[str, str]]]:
        statement, reasons = _flagged(name, bound, looping)
        return _counted(statement, len(reasons)), reasons

    query, reasons = bound.once(("census", name, looping), counting)
    patterns = _patterns(connection, query)
    faults = []
    for place, (field, reason) in enumerate(reasons):
        rows = sum(many for pattern, many in patterns.items() if pattern >> place & 1)
        if rows:
            faults.append(FaultyRows(name, field, reason, rows))
    return Census(sum(patterns.values()), tuple(sorted(faults)), looping)


def _counted(statement: FromClause, flags: int) -> Select[Any]:
    """
    How many rows there are of each pattern of flags, but for none.

    The flags of a row go into one or two whole numbers, so that the engine works each out once and sorts no sound row.
    """
    words: list[Column] = []
    for start in range(0, flags, WORD):
        bits = [
            statement.c[f"x{place}"] * whole(1 << place - start) for place in range(start, min(start + WORD, flags))
        ]
        words.append(functools.reduce(operator.add, bits).label(f"w{start // WORD}"))
    packed = select(*words).select_from(statement).subquery()
    return select(*packed.c, func.count()).where(or_(*(word != 0 for word in packed.c))).group_by(*packed.c)


def _patterns(connection: Connection, query: Select[Any]) -> dict[int, int]:
    """The number of rows of each pattern."""
    found: dict[int, int] = {}
    for *numbers, many in connection.execute(query):
        pattern = sum(int(number) << WORD * place for place, number in enumerate(numbers))
        found[pattern] = int(many)
    return found


def checked(name: str, bound: Bound, looping: frozenset[str]) -> Select[Any]:
    """Rows of values with `ak_bad`: 1 where the domain would refuse the row, else 0."""
    statement, reasons = _flagged(name, bound, looping)
    flags = [statement.c[f"x{place}"] == 1 for place in range(len(reasons))]
    values = [statement.c[slot] for slot in bound[name][1]]
    return select(*values, case((or_(false(), *flags), 1), else_=0).label("ak_bad"))


def _flagged(name: str, bound: Bound, looping: frozenset[str]) -> tuple[FromClause, list[tuple[str, str]]]:
    """Rows of values with a flag for each thing that may be wrong, also between rows, and what these things are."""
    collection, readings = bound[name]
    statement, reasons = collection.judged(readings)
    reasons = list(reasons)
    row = statement.subquery()
    joined: Any = row
    more: list[Column] = []
    twice = _ids(name, bound, repeated=True).subquery()
    joined = joined.outerjoin(twice, twice.c.id == row.c.id)
    more.append(twice.c.id.is_not(None))
    reasons.append(("id", TWICE))
    for field, target in REFERENCES[name].items():
        if target in bound and readings[field].raw is not None:
            there = _ids(target, bound).subquery()
            joined = joined.outerjoin(there, there.c.id == row.c[field])
            more.append(and_(row.c[field].is_not(None), there.c.id.is_(None)))
            reasons.append((field, NOWHERE.format(kind=target)))
    if looping:
        more.append(row.c.id.in_(sorted(looping)))
        reasons.append(("parent_id", CYCLE))
    start = len(reasons) - len(more)
    flags = [case((when, 1), else_=0).label(f"x{start + place}") for place, when in enumerate(more)]
    return select(*row.c, *flags).select_from(joined).subquery(), reasons


def _ids(name: str, bound: Bound, *, repeated: bool = False) -> Select[Any]:
    collection, readings = bound[name]
    ids = collection.values(readings, "id").subquery()
    found = select(ids.c.id).where(ids.c.id.is_not(None)).group_by(ids.c.id)
    return found.having(func.count() > 1) if repeated else found


def _looping(connection: Connection, name: str, bound: Bound) -> frozenset[str]:
    """Ids on a cycle of parents. Only rows that have a parent and are one can be; no others are fetched."""
    collection, readings = bound[name]
    if name not in PARENTS or readings["parent_id"].raw is None:
        return frozenset()
    pairs = collection.values(readings, "id", "parent_id").subquery()
    parents = collection.values(readings, "parent_id").subquery()
    named = select(parents.c.parent_id).where(parents.c.parent_id.is_not(None)).distinct().subquery()
    inner = select(pairs.c.id, pairs.c.parent_id).join(named, named.c.parent_id == pairs.c.id)
    rows = connection.execute(inner.where(pairs.c.parent_id.is_not(None)))
    found: dict[str, str] = {row[0]: row[1] for row in rows}
    return frozenset(id for error in cycles(name, found) for id in error.cycle)
