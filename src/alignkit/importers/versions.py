"""Which state of a record is the latest: by a column that grows from one to the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

__all__ = ["Latest", "Rank", "rank"]

Rank = tuple[int, Any]
"""A place among the states of one record; places compare whatever kind of value they come from."""


def rank(value: object) -> Rank:
    """
    Place a state by the value of its column.

    Args:
        value: A number, a moment, or text that holds one; ISO moments are compared as written, so that they should
            share an offset. Nothing at all comes first.
    """
    if value is None or value == "":
        return (0, 0)
    if isinstance(value, (datetime, date)):
        return (2, value.isoformat())
    return _placed(str(value).strip())


@lru_cache(maxsize=4_096)
def _placed(text: str) -> Rank:
    try:
        return (1, Decimal(text))
    except ArithmeticError:
        return (2, text.replace(" UTC", "Z").replace(" ", "T", 1))


class Latest:
    """The latest state of each row of a table: noted in a first reading, told in a second. Holds keys, not rows."""

    def __init__(self, key_of: Callable[[Mapping[str, Any]], tuple[str, ...] | None], order: str) -> None:
        self._key_of = key_of
        self._order = order
        self._last: dict[tuple[str, ...], Rank] = {}
        self._taken: set[tuple[str, ...]] = set()

    def note(self, row: Mapping[str, Any]) -> None:
        """Learn of a state."""
        key = self._key_of(row)
        if key is not None:
            place = rank(row.get(self._order))
            self._last[key] = max(self._last.get(key, place), place)

    def take(self, row: Mapping[str, Any]) -> bool:
        """Whether a row is the latest state, and the first such row; a row without a key always counts."""
        key = self._key_of(row)
        if key is None:
            return True
        if key in self._taken or rank(row.get(self._order)) != self._last.get(key):
            return False
        self._taken.add(key)
        return True
