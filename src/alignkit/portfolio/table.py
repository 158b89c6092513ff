"""
One collection of a portfolio: its records by id, and the indexes that were asked for.

Indexes that were not gathered with the records (see `gathering`) are made on first use, one pass per reference, and
kept: nobody asks which interactions name a contact, and a group that is never read costs time and memory. Two
threads that ask at once make equal indexes, and one of the two is kept.

A changed table shares everything with the one it came from (see `overlay`): indexes that exist there are patched
for the changed records and their siblings, others are made on the table at the bottom and patched from there, so
that a hundred what-ifs on one portfolio group its records once.
"""

from __future__ import annotations

import functools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, Final

import attrs

from alignkit.domain import COLLECTIONS, Entity
from alignkit.portfolio.overlay import GONE, Edit, Overlay, patched, plain

__all__ = ["Table"]

_NOT_MADE: Final = object()


class Table:
    """
    The records of one collection.

    Attributes:
        name: The collection, such as `"projects"`.
        records: By id; a plain dictionary, or an overlay after changes.
    """

    __slots__ = ("_base", "_children", "_currencies", "_everything", "_horizon", "name", "records")

    def __init__(
        self,
        name: str,
        records: Mapping[str, Entity],
        *,
        base: Table | None = None,
        groups: Mapping[str, Mapping[str, Sequence[Entity]]] | None = None,
    ) -> None:
        self.name = name
        self.records = records
        self._base = base
        self._children: dict[str, Mapping[str, Sequence[Entity]]] = dict(groups or {})
        self._currencies: Counter[str] | None = None
        self._horizon: Any = _NOT_MADE
        self._everything: tuple[Entity, ...] | None = None

    @property
    def everything(self) -> tuple[Entity, ...]:
        """All records, in the order given."""
        if self._everything is None:
            self._everything = tuple(self.records.values())
        return self._everything

    @property
    def is_plain(self) -> bool:
        """Whether records and indexes are plain dictionaries."""
        return not any(isinstance(mapping, Overlay) for mapping in (self.records, *self._children.values()))

    def known(self, field: str) -> Mapping[str, Sequence[Entity]] | None:
        """The index on a field, when there is one already."""
        return self._children.get(field)

    def is_shaped_like(self, before: Table) -> bool:
        """Whether currencies and horizon are known to be those of the table that this one came from."""
        if self._currencies is None or self._horizon is _NOT_MADE:
            return False
        counts, others = self._currencies, before._currencies
        same = counts is others or (others is not None and counts.keys() == others.keys())
        return same and self._horizon is before._horizon

    def children(self, field: str) -> Mapping[str, Sequence[Entity]]:
        """The records by the id that `field` holds; records without one are left out."""
        found = self._children.get(field)
        if found is None:
            below, changes = self._below()
            if below is None:
                found = _grouped(self.records.values(), field)
            else:
                index = below.children(field)
                found = patched(index, _regrouped(below.records, index, field, changes))
            self._children[field] = found
        return found

    def horizon(self) -> datetime | None:
        """A moment that no `_at` field lies after: the latest there is, or was before a change."""
        if self._horizon is _NOT_MADE:
            below, changes = self._below()
            if below is None:
                self._horizon = _latest(self.name, self.records.values())
            else:
                self._horizon = _later(self.name, below.horizon(), changes)
        found: datetime | None = self._horizon
        return found

    def currencies(self) -> Counter[str]:
        """How many amounts there are in each currency."""
        if self._currencies is None:
            below, changes = self._below()
            if below is None:
                self._currencies = _counted(self.name, self.records.values())
            else:
                self._currencies = _recounted(self.name, below.currencies(), below.records, changes)
        return self._currencies

    def _below(self) -> tuple[Table | None, Mapping[str, Edit[Entity]]]:
        """The plain table under an overlay, and what lies between; None and nothing for a plain one."""
        if self._base is not None and isinstance(self.records, Overlay):
            return self._base, self.records.changes()
        return None, {}

    def changed(self, changes: Mapping[str, Edit[Entity]]) -> Table:
        """The table after the changes, at a cost that follows their number and that of their siblings."""
        records = patched(self.records, changes)
        base = (self._base or self) if isinstance(records, Overlay) else None
        if base is None and self._base is not None:
            for field in tuple(self._base._children):
                self.children(field)  # the table below is left behind: take along what it knew
        table = Table(self.name, records, base=base)
        before = self.records.get
        replaced = {id: old for id in changes if (old := before(id)) is not None}
        for field, index in tuple(self._children.items()):
            grouped = _regrouped(replaced, index, field, changes) if replaced else _joined(index, field, changes)
            table._children[field] = patched(index, grouped)
        if self._currencies is not None:
            table._currencies = _recounted(self.name, self._currencies, self.records, changes)
        if self._horizon is not _NOT_MADE:
            table._horizon = _later(self.name, self._horizon, changes)
        return table

    def plain(self) -> Table:
        """The same table on plain dictionaries only."""
        if self.is_plain:
            return self
        groups = {field: plain(index) for field, index in tuple(self._children.items())}
        table = Table(self.name, plain(self.records), groups=groups)
        table._currencies, table._horizon = self._currencies, self._horizon
        return table


def _grouped(records: Iterable[Entity], field: str) -> dict[str, list[Entity]]:
    groups: defaultdict[Any, list[Entity]] = defaultdict(list)
    key_of = attrgetter(field)
    for record in records:
        groups[key_of(record)].append(record)
    groups.pop(None, None)
    return dict(groups)


def _joined(
    index: Mapping[str, Sequence[Entity]], field: str, added: Mapping[str, Edit[Entity]]
) -> dict[str, Edit[Sequence[Entity]]]:
    """What new records do to an index of theirs."""
    result: dict[str, Any] = {}
    for new in added.values():
        key = None if new is GONE else getattr(new, field)
        if key is None:
            continue
        if key in result:
            result[key].append(new)
        else:
            result[key] = [*index.get(key, ()), new]
    return result


def _regrouped(
    before: Mapping[str, Entity], index: Mapping[str, Sequence[Entity]], field: str, changes: Mapping[str, Edit[Entity]]
) -> dict[str, Edit[Sequence[Entity]]]:
    """What the changes of records do to an index of theirs."""
    added: dict[str, list[Entity]] = {}
    edited: dict[str, dict[str, Edit[Entity]]] = {}
    for id, new in changes.items():
        old = before.get(id)
        was = None if old is None else getattr(old, field)
        now = None if new is GONE else getattr(new, field)
        if was is not None:
            edited.setdefault(was, {})[id] = new if was == now else GONE
        if now is not None and was != now and new is not GONE:
            added.setdefault(now, []).append(new)
    result: dict[str, Edit[Sequence[Entity]]] = {}
    for key in edited.keys() | added.keys():
        siblings: Sequence[Any] = index.get(key, ())
        if key in edited:
            edits = edited[key]
            replaced = (edits.get(sibling.id, sibling) for sibling in siblings)
            siblings = [sibling for sibling in replaced if sibling is not GONE]
        result[key] = [*siblings, *added.get(key, ())] or GONE
    return result


@functools.cache
def _moment_fields(name: str) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(COLLECTIONS[name]) if field.name.endswith("_at"))


@functools.cache
def _money_fields(name: str) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(COLLECTIONS[name]) if "Money" in str(field.type))


def _latest(name: str, records: Iterable[Entity]) -> datetime | None:
    known = tuple(records)
    latest = (max(filter(None, map(attrgetter(field), known)), default=None) for field in _moment_fields(name))
    return max(filter(None, latest), default=None)


def _later(name: str, horizon: datetime | None, changes: Mapping[str, Edit[Entity]]) -> datetime | None:
    for new in changes.values():
        if new is not GONE:
            for field in _moment_fields(name):
                moment = getattr(new, field)
                if moment is not None and (horizon is None or moment > horizon):
                    horizon = moment
    return horizon


def _counted(name: str, records: Iterable[Entity]) -> Counter[str]:
    fields = _money_fields(name)
    if not fields:
        return Counter()
    amounts = (getattr(record, field) for record in records for field in fields)
    return Counter(money.currency for money in amounts if money is not None)


def _recounted(
    name: str, count: Counter[str], before: Mapping[str, Entity], changes: Mapping[str, Edit[Entity]]
) -> Counter[str]:
    if not _money_fields(name):
        return count
    gone = (before[id] for id in changes if id in before)
    come = (new for new in changes.values() if new is not GONE)
    return +((count + _counted(name, come)) - _counted(name, gone))
