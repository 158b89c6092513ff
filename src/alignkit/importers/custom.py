"""Custom fields in mappings: `custom.risk` as the name of a field, and what becomes of values known already."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from alignkit.domain.checks import Check
from alignkit.domain.custom import Custom, CustomValue, checked_field_name

__all__ = ["CUSTOM", "SORTS", "custom_check", "gathered_custom", "merged_custom", "name_fault"]

CUSTOM: Final = "custom."
"""What the name of such a field begins with."""

SORTS: Final = ("text", "line", "email", "number", "whole", "flag", "date", "moment")
"""Converters that give what a custom field may hold; text where a mapping names none."""


def custom_check(name: str) -> Check:
    """The law of a custom value of this name."""
    short = name.removeprefix(CUSTOM)
    return Check(lambda value: Custom({short: value})[short])


def name_fault(name: str) -> str:
    """What is wrong with the name of a custom field; empty when nothing is."""
    try:
        checked_field_name(name.removeprefix(CUSTOM))
    except ValueError as error:
        return str(error)
    return ""


def gathered_custom(values: Mapping[str, object]) -> dict[str, object]:
    """Fields of a record, those that are custom joined to one."""
    plain = {name: value for name, value in values.items() if not name.startswith(CUSTOM)}
    own = {name.removeprefix(CUSTOM): value for name, value in values.items() if name.startswith(CUSTOM)}
    return {**plain, "custom": own} if own else plain


def merged_custom(
    old: Mapping[str, CustomValue], new: Mapping[str, CustomValue], stated: Collection[str]
) -> Mapping[str, CustomValue]:
    """
    What the custom values of a fact become.

    Args:
        old: As they are known.
        new: As a source has them.
        stated: The fields that the source says something about; of others it only fills what is unknown.
    """
    if "custom" in stated:
        return new
    spoken = {name.removeprefix(CUSTOM) for name in stated if name.startswith(CUSTOM)}
    kept = {name: value for name, value in old.items() if name not in spoken}
    return Custom({**new, **kept})
