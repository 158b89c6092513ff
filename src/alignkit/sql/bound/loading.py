"""Bound rows as facts in memory: all of them, or only those that explaining one subject takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import attrs
from sqlalchemy import Connection, Integer, String, and_
from sqlalchemy.types import Uuid

from alignkit.domain import COLLECTIONS, REFERENCES, Money
from alignkit.errors import ValidationError
from alignkit.portfolio import Portfolio
from alignkit.sql.bound.census import Bound
from alignkit.sql.bound.reads import Way
from alignkit.sql.bulk import chunks

__all__ = ["around", "everything"]

LARGEST: Final = 2**63 - 1


def everything(connection: Connection, bound: Bound) -> Portfolio:
    """All rows that the domain takes. References that lead to others are unknown."""
    facts: dict[str, Any] = {}
    for name, (collection, readings) in bound.items():
        rows = connection.execute(collection.values(readings).order_by(readings["id"].value)).mappings()
        facts[name] = list(_sound(name, rows).values())
    return Portfolio(**facts, dangling="unlink")


def around(connection: Connection, bound: Bound, collection: str, id: str, ways: Iterable[Way]) -> Portfolio:
    """
    What stands at the ways from one subject, and whom it all refers to.

    Args:
        connection: Where the rows are.
        bound: How they are read.
        collection: That of the subject; empty for the portfolio.
        id: Of the subject.
        ways: What its rules read, with all beginnings.
    """
    loader = _Loader(connection, bound)
    start = loader.by_key(collection, "id", [id]) if collection else []
    reached: dict[Way, list[Any]] = {(): start}
    for way in sorted(ways, key=len):
        step = way[-1]
        if step.collection not in bound:
            continue
        before = reached.get(way[:-1], [])
        if step.is_hop:
            reached[way] = loader.by_key(step.collection, "id", _named(before, step.key))
        elif step.key:
            reached[way] = loader.by_key(step.collection, step.key, [fact.id for fact in before])
        else:
            reached[way] = loader.all(step.collection)
    loader.add_targets()
    return Portfolio(**{name: _in_order(facts) for name, facts in loader.found.items()}, dangling="unlink")


def _named(facts: Iterable[Any], key: str) -> list[str]:
    return list({name: None for fact in facts if (name := getattr(fact, key)) is not None})


def _in_order(facts: Mapping[str, Any]) -> list[Any]:
    return [facts[id] for id in sorted(facts)]


@attrs.define(eq=False)
class _Loader:
    connection: Connection
    bound: Bound
    found: dict[str, dict[str, Any]] = attrs.field(init=False)
    _asked: dict[tuple[str, str, str], list[str]] = attrs.field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self.found = {name: {} for name in self.bound}

    def all(self, name: str) -> list[Any]:
        collection, readings = self.bound[name]
        rows = self.connection.execute(collection.values(readings)).mappings()
        facts = _sound(name, rows)
        self.found[name].update(facts)
        return list(facts.values())

    def by_key(self, name: str, key: str, ids: list[str]) -> list[Any]:
        """The facts whose id or reference is one of these; each is asked for once."""
        fresh = [id for id in ids if (name, key, id) not in self._asked]
        collection, readings = self.bound[name]
        reading = readings[key]
        for id in fresh:
            self._asked[name, key, id] = []
        for some in chunks(fresh):
            plain = _as_stored(reading.raw, some)
            where = reading.value.in_(some) if plain is None else and_(reading.raw.in_(plain), reading.value.in_(some))  # type: ignore[union-attr]  # plain is None where raw is
            facts = _sound(name, self.connection.execute(collection.values(readings).where(where)).mappings())
            self.found[name].update(facts)
            for fact in facts.values():
                self._asked.setdefault((name, key, getattr(fact, key)), []).append(fact.id)
        return [self.found[name][found] for id in ids for found in self._asked[name, key, id]]

    def add_targets(self) -> None:
        """Everybody whom the facts refer to, so that no reference looks as if it led nowhere."""
        wanted: dict[str, dict[str, None]] = {name: {} for name in self.bound}
        for name, facts in self.found.items():
            for key, target in REFERENCES[name].items():
                if target in self.bound:
                    wanted[target].update(dict.fromkeys(_named(facts.values(), key)))
        for target, ids in wanted.items():
            self.by_key(target, "id", [id for id in ids if id not in self.found[target]])


def _as_stored(raw: Any, ids: Iterable[str]) -> list[Any] | None:
    """Ids as the host's column holds them, for its index to be of use; None where that is not sure."""
    kind = None if raw is None else raw.type
    if isinstance(kind, Integer):
        return [int(id) for id in ids if id.lstrip("-").isdecimal() and abs(int(id)) <= LARGEST]
    if isinstance(kind, Uuid):
        return [UUID(id) for id in ids if len(id) == 36]
    return list(ids) if isinstance(kind, String) else None


def _sound(name: str, rows: Iterable[Mapping[Any, Any]]) -> dict[str, Any]:
    """Facts by id; rows that the domain refuses are left out: rules that read them are errors already."""
    made: dict[str, Any] = {}
    for row in rows:
        try:
            fact = _fact(name, row)
        except ValidationError:
            continue
        made[fact.id] = fact
    return made


def _fact(name: str, row: Mapping[Any, Any]) -> Any:
    values: dict[str, Any] = {}
    for key, value in row.items():
        if key.endswith("_currency"):
            amount = row[key.removesuffix("_currency")]
            values[key.removesuffix("_currency")] = None if amount is None else Money(Decimal(repr(amount)), value)
        elif f"{key}_currency" not in row:
            values[key] = value
    if name not in ("changes", "duplicates"):
        values["version"] = 0
    return COLLECTIONS[name](**values)
