"""A mapping told to people: which columns of the tool fill which field of which fact."""

from __future__ import annotations

import attrs

from alignkit.importers.preset import Preset
from alignkit.importers.ways import Take

__all__ = ["MappedField", "describe"]


@attrs.frozen(kw_only=True)
class MappedField:
    """
    Where one field comes from.

    Attributes:
        record: The record in the preset.
        collection: The collection it goes into.
        field: The field of the fact. Names that start with `via_` are no fields: they lead to the customer by way of
            another record.
        ways: The ways to get it, in order, in the tool's own column names. A way in quotes is a constant; columns
            joined by `,` are tried in order, by `+` they are joined.
    """

    record: str
    collection: str
    field: str
    ways: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.record}.{self.field} <- {'; '.join(self.ways)}"


def describe(preset: Preset) -> tuple[MappedField, ...]:
    """
    Say which columns fill which field, in the order of the preset.

    Args:
        preset: A mapping, shipped or your own.
    """
    return tuple(
        MappedField(
            record=name,
            collection=record.collection,
            field=field,
            ways=tuple(dict.fromkeys(_way(take) for take in takes)),
        )
        for name, record in preset.records.items()
        for field, takes in record.fields.items()
    )


def _way(take: Take) -> str:
    if take.lookup:
        lookup = take.lookup
        return f"{' + '.join(lookup.values)} of {lookup.table} by {' + '.join(lookup.key)}"
    if take.compute:
        names = ", ".join(f"{name} = {_way(way)}" for name, way in take.given.items())
        return f"{take.compute} where {names}" if names else take.compute
    if take.join:
        return " + ".join(take.join)
    if take.columns:
        return ", ".join(take.columns)
    return f'"{take.value}"' if isinstance(take.value, str) else str(take.value)
