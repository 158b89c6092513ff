"""Which columns a mapping reads, and when two spellings are one column."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alignkit.importers.preset import Preset, Record, Table

__all__ = ["columns_read", "tight"]


def tight(column: str) -> str:
    """A column's name without what does not count under `fold`: case, spaces, `_` and `-`."""
    return column.casefold().replace("_", "").replace(" ", "").replace("-", "")


def columns_read(preset: Preset, table: Table) -> dict[str, set[str]]:
    """The normalised columns a table's mapping reads: by `record.field`, and what else it looks at under an empty name."""
    read: dict[str, set[str]] = {"": {*table.key, *table.requires, *table.deleted, *table.constants, table.latest}}
    read[""].update(rule.column for rule in table.skip_when)
    read[""].update(end.column for end in (table.owner, table.target) if end)
    for name in table.records:
        record: Record = preset.records[name]
        read[""].update(
            record.key, (column for c in record.when for column in c.reads), (a.column for a in record.aliases)
        )
        for field, takes in record.fields.items():
            read[f"{name}.{field}"] = {column for take in takes for column in take.reads}
    if table.role == "lookup":
        looked = (t.lookup for r in preset.records.values() for takes in r.fields.values() for t in takes if t.lookup)
        read[""].update(column for lookup in looked for column in lookup.values)
    return read
