"""
What reads a custom field: a plain function of the values of a record, the same one for every engine in Python.

A value that is not of the declared sort, or lies outside its bounds, reads as None.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

from alignkit.expressions.types import Base, Type

__all__ = ["custom_reader"]

_PLAIN: Final[dict[Base, type]] = {"text": str, "bool": bool, "date": date, "moment": datetime}


def custom_reader(name: str, kind: Type) -> Callable[[Mapping[str, Any]], Any]:
    """What reads the field of this name and type; one object for each field, type and interval."""
    return _reader(name, kind.base, kind.low, kind.high)


@functools.lru_cache(maxsize=4_096)
def _reader(name: str, base: Base, low: float, high: float) -> Callable[[Mapping[str, Any]], Any]:
    if base == "float":
        return _number_reader(name, low, high)
    if base == "int":
        return _whole_reader(name, low, high)
    plain = _PLAIN[base]

    def read(values: Mapping[str, Any]) -> Any:
        value: Any = values.get(name)
        return value if value.__class__ is plain else None

    return read


def _whole_reader(name: str, low: float, high: float) -> Callable[[Mapping[str, Any]], Any]:
    def read(values: Mapping[str, Any]) -> Any:
        value: Any = values.get(name)
        return value if value.__class__ is int and low <= value <= high else None

    return read


def _number_reader(name: str, low: float, high: float) -> Callable[[Mapping[str, Any]], Any]:
    def read(values: Mapping[str, Any]) -> Any:
        value: Any = values.get(name)
        is_number = value.__class__ is float or value.__class__ is int
        return float(value) if is_number and low <= value <= high else None

    return read
