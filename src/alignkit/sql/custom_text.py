"""
Custom values as one JSON text in a row: by sort, then by name, every value as text.

The sort says of which type a value is, and a text is read exactly on every engine, which a JSON number is not.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, timezone
from typing import Any, Final

from alignkit.domain.custom import EMPTY, Custom, CustomType, CustomValue, sort_of

__all__ = ["custom_read", "custom_written"]

_UTC: Final = timezone.utc
_WRITE: Final[Mapping[CustomType, Callable[[Any], str]]] = {
    "text": str,
    "number": repr,
    "whole": str,
    "flag": lambda value: "1" if value else "0",
    "day": date.isoformat,
    "moment": lambda value: value.isoformat(" ", "microseconds")[:26],
}
_READ: Final[Mapping[str, Callable[[str], CustomValue]]] = {
    "text": str,
    "number": float,
    "whole": int,
    "flag": lambda text: text == "1",
    "day": date.fromisoformat,
    "moment": lambda text: datetime.fromisoformat(text).replace(tzinfo=_UTC),
}


def custom_written(values: Mapping[str, CustomValue]) -> str | None:
    """The text of custom values; None where there are none."""
    if not values:
        return None
    found: dict[str, dict[str, str]] = {}
    for name, value in values.items():
        sort = sort_of(value)
        found.setdefault(sort, {})[name] = _WRITE[sort](value)
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def custom_read(text: str | None) -> Custom:
    """The custom values of a text."""
    if text is None:
        return EMPTY
    found = json.loads(text)
    return Custom({name: _READ[sort](value) for sort, values in found.items() for name, value in values.items()})
