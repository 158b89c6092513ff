"""
Tables and data frames of a session as something to select from, with types that say how each column is read.

Whole numbers become 64 bits, decimals the nearest double, conditions 1 and 0, moments microseconds. A column of any
other type keeps none, so that binding refuses it by name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import Date, DateTime, Double, Integer, Select, String, column, select, table, type_coerce
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import NullType

from alignkit.sql.bound import kernel
from alignkit.sql.emit.kernel import AsDouble, AsWhole

__all__ = ["selectable_of"]

Column = ColumnElement[Any]
Bring = Callable[[Column], Column]


def _same(kind: Any) -> Bring:
    return lambda found: type_coerce(found, kind)


_BY_TYPE: Final[dict[str, Bring]] = {
    "string": lambda found: type_coerce(kernel.PlainText(found), String()),
    "boolean": lambda found: type_coerce(AsWhole(found), Integer()),
    "tinyint": AsWhole,
    "smallint": AsWhole,
    "int": AsWhole,
    "bigint": AsWhole,
    "float": AsDouble,
    "double": _same(Double()),
    "decimal": kernel.ExactDouble,
    "date": _same(Date()),
    "timestamp": kernel.InstantOfZoned,
    "timestamp_ntz": _same(DateTime()),
    "void": _same(NullType()),
}
_BY_TYPE["char"] = _BY_TYPE["varchar"] = _BY_TYPE["string"]

_WORD: Final = re.compile(r"[a-z_]+")


def selectable_of(name: str, types: Mapping[str, str]) -> Select[Any]:
    """
    Something to select from.

    Args:
        name: Under which the session knows the rows.
        types: Of the columns, in the words of Spark SQL, such as `decimal(18,2)`.
    """
    source = table(name, *(column(found, NullType()) for found in types))
    return select(*(_brought(source.c[found], kind).label(found) for found, kind in types.items()))


def _brought(found: Column, kind: str) -> Column:
    word = _WORD.match(kind)
    bring = _BY_TYPE.get(word.group() if word else "")
    return found if bring is None else bring(found)
