"""The ways to get the fields of one record, with what does not change from row to row worked out."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from alignkit.domain import COLLECTIONS
from alignkit.domain.checks import check_of
from alignkit.importers.custom import CUSTOM, custom_check
from alignkit.importers.formula import compile_formula
from alignkit.importers.ways import Take, kind_of_field

__all__ = ["Plan", "Way", "Ways", "can_give", "stated"]


class Way:
    """
    One way to get one field, with what does not change from row to row worked out.

    Attributes:
        take: The way as the preset has it.
        name: Name of its converter.
        check: The field's own law; None for a reference and for a field that only the mapping has.
        is_plain: Whether it only reads a column and converts it.
        formula: What works it out of several columns; None when nothing does.
        given: For each name in the formula, the way to get it.
    """

    __slots__ = ("check", "formula", "given", "is_plain", "name", "take")

    def __init__(self, collection: str, field: str, take: Take) -> None:
        attribute = attrs.fields_dict(COLLECTIONS[collection]).get(field)
        self.take = take
        self.name = take.convert or kind_of_field(collection, field)
        self.check = None if attribute is None or take.reference else check_of(attribute)
        if field.startswith(CUSTOM):
            self.check = custom_check(field)
        choosy = (
            take.lookup or take.join or take.choices or take.reference or take.only_if or take.narrows or take.remove
        )
        self.is_plain = not choosy and take.filled is None and bool(take.columns)
        self.formula = compile_formula(take.compute, take.kinds) if take.compute else None
        kinds = dict(take.kinds)
        self.given = {
            name: Way(collection, field, attrs.evolve(way, convert=kinds[name])) for name, way in take.given.items()
        }


Ways = tuple[tuple[str, tuple[Way, ...]], ...]
"""For each field: its name and ways."""

Plan = tuple[frozenset[str], Ways]
"""The fields that a source has columns for, and for each field the ways that can give anything."""


def stated(ways: Ways, labels: Mapping[str, str]) -> frozenset[str]:
    """The fields that a source with these columns says anything about."""
    return frozenset(
        field for field, some in ways if any(column in labels for way in some for column in way.take.reads)
    )


def can_give(take: Take, have: set[str]) -> bool:
    """Whether a way has anything to read among the columns."""
    return take.value is not None or any(column in have for column in take.reads)
