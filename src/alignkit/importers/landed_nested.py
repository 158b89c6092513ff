"""
Puts landed rows together again: nested values that a loader spread over columns (`fields__status__name`) and over
tables (`issues__fields__labels`), and column names as the tool spells them (`display_name` is `displayName`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from alignkit.importers.columns import columns_read
from alignkit.importers.preset import Preset, Table

__all__ = ["Children", "Spelling", "child_path", "children_of", "labels_of", "plain"]

MARK: Final = "__"
ID: Final = "_dlt_id"
PARENT: Final = "_dlt_parent_id"
INDEX: Final = "_dlt_list_idx"

Children = Mapping[str, Mapping[str, list[Any]]]
"""Lists that belong to rows: by dotted column, by the id of the row."""


def squashed(name: str) -> str:
    """A name without what loaders change in it: case and underscores."""
    return name.replace("_", "").casefold()


class Spelling:
    """
    Spells landed columns as a preset does.

    Attributes:
        nested: Columns under which the preset reads members, or lists of objects.
    """

    def __init__(self, preset: Preset, stem: str, *, is_dlt: bool) -> None:
        tables = [table for table in preset.tables.values() if stem in table.stems] or list(preset.tables.values())
        known = dict.fromkeys(name for table in tables for name in _spelled(preset, table))
        self.nested = frozenset(name.rpartition(".")[0] for name in known if "." in name)
        self.nested |= {part for name in self.nested for part in _fronts(name)} | _listed(preset, tables)
        self._known = known
        self._squashed = {squashed(name): name for name in reversed(known)}
        self._is_dlt = is_dlt

    def of(self, column: str) -> str:
        """The column as the preset spells it; as it is when the preset does not read it."""
        dotted = column.replace(MARK, ".") if self._is_dlt and not column.startswith("_") else column
        for name in (column, dotted):
            if name in self._known:
                return name
        return self._squashed.get(squashed(dotted), dotted)


def _spelled(preset: Preset, table: Table) -> Iterator[str]:
    """Every column a table's mapping reads, with and without what the table strips from names."""
    for columns in columns_read(preset, table).values():
        for column in columns:
            yield column
            yield from (f"{prefix}{column}" for prefix in table.strip)


def _fronts(name: str) -> Iterator[str]:
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


def _listed(preset: Preset, tables: Iterable[Table]) -> set[str]:
    """Columns whose cells are lists of objects or of texts."""
    listed: set[str] = set()
    for table in tables:
        for name in table.records:
            for takes in preset.records[name].fields.values():
                for take in takes:
                    if take.item or take.convert == "texts":
                        listed.update(take.columns)
                        listed.update(f"{prefix}{column}" for prefix in table.strip for column in take.columns)
    return listed


def plain(value: Any, *, is_nested: bool) -> Any:
    """A value of a database or file in the form that mappings read; text that holds JSON is parsed where it is meant."""
    if isinstance(value, str):
        text = value.strip()
        if is_nested and text[:1] in {"{", "["}:
            try:
                return json.loads(text, parse_float=Decimal)
            except ValueError:
                return value
        return value
    if isinstance(value, Decimal):
        return int(value) if value.is_finite() and value == value.to_integral_value() else value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, time):
        return value.isoformat()
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return value


def child_path(table: str, among: Iterable[str]) -> tuple[str, str]:
    """The table that a table of list items belongs to, and the column of the list; empty texts when it is none."""
    parents = [name for name in among if table.startswith(f"{name}{MARK}")]
    if not parents:
        return "", ""
    parent = min(parents, key=len)
    return parent, table[len(parent) + len(MARK) :]


def children_of(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Collect the items of one list column, by the id of the row they belong to, in the order of the list."""
    found: dict[str, list[tuple[int, Any]]] = {}
    for row in rows:
        own = {column: value for column, value in row.items() if not column.startswith("_dlt_") and value is not None}
        item: Any = plain(own["value"], is_nested=False) if set(own) == {"value"} else nested(own)
        found.setdefault(str(row.get(PARENT)), []).append((int(row.get(INDEX) or 0), item))
    return {parent: [item for _, item in sorted(items, key=lambda pair: pair[0])] for parent, items in found.items()}


def nested(row: Mapping[str, Any]) -> dict[str, Any]:
    """Turn spread columns of a list item into members."""
    item: dict[str, Any] = {}
    for column, value in row.items():
        at = item
        *path, last = column.split(MARK)
        for part in path:
            below = at.setdefault(part, {})
            at = below if isinstance(below, dict) else {}
        at[last] = plain(value, is_nested=False)
    return item


def labels_of(row: Mapping[str, Any], front: str = "") -> Iterator[str]:
    """Give the dotted columns that a row has once nested members are columns."""
    for name, value in row.items():
        if isinstance(value, Mapping) and value:
            yield from labels_of(value, f"{front}{name}.")
        else:
            yield f"{front}{name}"
