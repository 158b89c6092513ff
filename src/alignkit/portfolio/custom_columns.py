"""Custom values as columns of a table: `custom.risk` and the like, one for each name that some fact has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final

from alignkit.domain.custom import sort_of
from alignkit.frames import Column

__all__ = ["CUSTOM", "custom_cells", "custom_columns", "take_custom"]

CUSTOM: Final = "custom."
"""What the names of such columns begin with."""

_TYPES: Final[dict[str, type]] = {
    "text": str,
    "number": float,
    "whole": int,
    "flag": bool,
    "day": date,
    "moment": datetime,
}
_UNITS: Final = {"moment": "UTC"}


def custom_columns(facts: Iterable[Any]) -> list[Column]:
    """The columns by name; values of several sorts under one name are numbers where all are, else text."""
    sorts: dict[str, set[str]] = {}
    for fact in facts:
        for name, value in getattr(fact, "custom", {}).items():
            sorts.setdefault(name, set()).add(sort_of(value))
    found = []
    for name, several in sorted(sorts.items()):
        sort = next(iter(several)) if len(several) == 1 else "number" if several == {"number", "whole"} else "text"
        found.append(Column(f"{CUSTOM}{name}", _TYPES[sort], _UNITS.get(sort, "")))
    return found


def custom_cells(fact: Any, columns: Sequence[Column], names: Sequence[str]) -> Iterator[Any]:
    """The custom values of a fact for the columns; None where it has none."""
    for column, name in zip(columns, names, strict=True):
        value = getattr(fact, "custom", {}).get(name)
        if value is None or isinstance(value, column.type):
            yield value
        else:
            yield column.type(value)


def take_custom(record: dict[str, Any]) -> None:
    """Move the columns of custom values into the record's `custom`."""
    own = {name: record.pop(name) for name in [name for name in record if name.startswith(CUSTOM)]}
    if own:
        record["custom"] = {name.removeprefix(CUSTOM): value for name, value in own.items()}
