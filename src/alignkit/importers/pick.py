"""Picks from the raw content of a cell, before any conversion."""

from __future__ import annotations

from collections.abc import Mapping

from alignkit.importers.row import Row
from alignkit.importers.ways import KeepWhen, Lookup, SkipWhen, Take, folded

__all__ = ["choose", "first", "holds", "looked_up", "narrowed"]

Rows = Mapping[str, Mapping[str, object]]
"""Rows of a lookup table: by key, by column."""


def first(value: object) -> object:
    """The first of several values, or the value itself."""
    return value[0] if isinstance(value, (list, tuple)) and value else value


def holds(condition: KeepWhen | SkipWhen, row: Row, lookups: Mapping[str, Rows] | None = None) -> bool:
    """Whether a row meets a condition; `lookups` holds the rows of the lookup tables."""
    lookup = condition.lookup if isinstance(condition, KeepWhen) else None
    value = looked_up(lookup, row, lookups or {}) if lookup else row.cells.get(condition.column)
    met = value is not None
    if met and condition.values:
        wanted = {folded(item) for item in condition.values}
        items = value if isinstance(value, list) else [value]
        met = any(folded(item) in wanted for item in items)
    return not met if condition.negated else met


def looked_up(lookup: Lookup, row: Row, lookups: Mapping[str, Rows]) -> object:
    """What another table says about a row; True where only its being there is asked, None when it is not."""
    parts = [row.cells.get(column) for column in lookup.key]
    if any(part is None for part in parts):
        return None
    other = lookups.get(lookup.table, {}).get("/".join(str(first(part)).strip() for part in parts))
    if other is None or not lookup.values:
        return None if other is None else True
    values = [other[column] for column in lookup.values if column in other]
    return values[0] if len(values) == 1 else " ".join(str(value).strip() for value in values) or None


def narrowed(take: Take, value: object) -> object:
    """The part of a cell that a way reads: members of objects, texts with a prefix. None when there is none."""
    if take.item and isinstance(value, list):
        value = [found for item in value if (found := _member(item, take.item)) is not None]
    if take.separator and isinstance(value, str):
        value = [part for part in value.split(take.separator) if part.strip()]
    if take.prefix:
        items = value if isinstance(value, list) else [value]
        value = [
            item.strip()[len(take.prefix) :]
            for item in items
            if isinstance(item, str) and item.strip().casefold().startswith(take.prefix.casefold())
        ]
    if take.remove and isinstance(value, str):
        for text in take.remove:
            value = str(value).replace(text, "")
    if take.starts:
        items = value if isinstance(value, list) else [value]
        value = [item for item in items if isinstance(item, str) and item.strip().startswith(take.starts)]
    return None if value == [] else value


def _member(value: object, path: str) -> object:
    """The member of an object, or of one within it when the path has dots; None when there is none."""
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def choose(take: Take, raw: object) -> object:
    """Our value for theirs; None when it is not among the choices."""
    for item in raw if isinstance(raw, list) else [raw]:
        if (key := folded(item)) in take.folded:
            return take.folded[key]
    return take.otherwise
