"""Picks from the raw content of a cell, before any conversion."""

from __future__ import annotations

from collections.abc import Mapping

from alignkit.importers.row import Row
from alignkit.importers.ways import KeepWhen, SkipWhen, Take, folded

__all__ = ["choose", "first", "holds", "narrowed"]


def first(value: object) -> object:
    """The first of several values, or the value itself."""
    return value[0] if isinstance(value, (list, tuple)) and value else value


def holds(condition: KeepWhen | SkipWhen, row: Row) -> bool:
    """Whether a row meets a condition."""
    value = row.cells.get(condition.column)
    met = value is not None
    if met and condition.values:
        wanted = {folded(item) for item in condition.values}
        items = value if isinstance(value, list) else [value]
        met = any(folded(item) in wanted for item in items)
    return not met if isinstance(condition, KeepWhen) and condition.negated else met


def narrowed(take: Take, value: object) -> object:
    """The part of a cell that a way reads: members of objects, texts with a prefix. None when there is none."""
    if take.item and isinstance(value, list):
        value = [item.get(take.item) for item in value if isinstance(item, Mapping) and item.get(take.item) is not None]
    if take.separator and isinstance(value, str):
        value = [part for part in value.split(take.separator) if part.strip()]
    if take.prefix:
        items = value if isinstance(value, list) else [value]
        value = [
            item.strip()[len(take.prefix) :]
            for item in items
            if isinstance(item, str) and item.strip().casefold().startswith(take.prefix.casefold())
        ]
    return None if value == [] else value


def choose(take: Take, raw: object) -> object:
    """Our value for theirs; None when it is not among the choices."""
    for item in raw if isinstance(raw, list) else [raw]:
        if (key := folded(item)) in take.folded:
            return take.folded[key]
    return take.otherwise
