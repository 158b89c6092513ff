"""
Which columns a collection may be bound with: their names, what they hold, what is read where they are missing.

Owns nothing but the derivation; the domain's own fields and checks are the source.
"""

from __future__ import annotations

import functools
from typing import Any, Final

import attrs

from alignkit.domain import COLLECTIONS, REFERENCES
from alignkit.domain.checks import Bounds, Check, check_of
from alignkit.sql.tables import FIELDS

__all__ = ["EDGE", "UNBINDABLE", "Slot", "required", "slots_of"]

UNBINDABLE: Final = ("texts", "refs", "custom")
"""Sorts of fields that have no column: lists, which rules do not read, and custom values."""

EDGE: Final = "contributions"
"""The collection whose id is made of its two references where it has none of its own."""


@attrs.frozen
class Slot:
    """
    A column that a collection may have.

    Attributes:
        name: Of the column: the field's, or the field's and `_currency`.
        sort: `key`, `text`, `moment`, `day`, `flag`, `number`, `whole`, `amount` or `currency`.
        is_required: Whether rows cannot be read without it.
        default: What is read where the column is missing.
        is_nullable: Whether NULL is a value (unknown).
        is_filled: Whether text must have something to see in it.
        bounds: Interval of a number, else None.
        is_key: Whether rows are found by it: an id or a reference.
    """

    name: str
    sort: str
    is_required: bool
    default: Any
    is_nullable: bool
    is_filled: bool
    bounds: Bounds | None
    is_key: bool


@functools.cache
def slots_of(collection: str) -> dict[str, Slot]:
    """The columns of a collection by name, in the order of the fields."""
    cls = COLLECTIONS[collection]
    found: dict[str, Slot] = {}
    for field in FIELDS[collection]:
        if field.sort in UNBINDABLE:
            continue
        attribute = getattr(attrs.fields(cls), field.name)
        check = check_of(attribute)
        is_edge = collection == EDGE and field.name == "id"
        found[field.name] = Slot(
            name=field.name,
            sort="amount" if field.sort == "money" else field.sort,
            is_required=attribute.default is attrs.NOTHING,
            default=None if is_edge or attribute.default is attrs.NOTHING else attribute.default,
            is_nullable=check.nullable,
            is_filled=field.sort in ("key", "text") and not _takes_blank(check),
            bounds=Bounds(-1e12, 1e12) if field.sort == "money" else check.bounds,
            is_key=field.name == "id" or field.name in REFERENCES[collection],
        )
        if field.sort == "money":
            name = f"{field.name}_currency"
            found[name] = Slot(name, "currency", False, None, True, False, None, False)
    return found


def required(collection: str) -> tuple[str, ...]:
    """The columns that must be there."""
    return tuple(
        slot.name for slot in slots_of(collection).values() if slot.is_required and not _is_edge(slot, collection)
    )


def _is_edge(slot: Slot, collection: str) -> bool:
    return collection == EDGE and slot.name == "id"


def _takes_blank(check: Check) -> bool:
    try:
        check.check(" ")
    except ValueError:
        return False
    return True
