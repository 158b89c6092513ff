"""
Mapping presets: frozen values that say how one tool's records become facts. Data, no code: a preset may be written
in Python or in TOML, and changed field by field.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import attrs

from alignkit.domain import COLLECTIONS
from alignkit.errors import ImporterError
from alignkit.importers.ways import CONVERTERS, Alias, KeepWhen, SkipWhen, Take

__all__ = ["Hop", "LinkEnd", "Preset", "Record", "Table", "invalid"]

Role = Literal["lookup", "record", "link"]


def invalid(where: str, reason: str) -> ImporterError:
    """The error for a preset that cannot work."""
    return ImporterError("PresetInvalid", reason, source=where)


@attrs.frozen(kw_only=True)
class Record:
    """
    How one kind of record becomes one kind of fact.

    Attributes:
        collection: The collection of a portfolio it goes into.
        kind: The tool's word for it in references and ids; the record's name in the preset when empty.
        fields: For each field of the fact, the ways to get it, in order. A list-like field joins what all ways give.
            A name that the fact does not have may hold a reference for `Hop`.
        aliases: Further names the record has.
        key: Columns of the key, instead of the table's.
        when: Conditions that all must hold for a row to hold this record.
        embedded: Whether rows about something else mention it: it may repeat, and only fills gaps.
    """

    collection: str
    kind: str = ""
    fields: Mapping[str, tuple[Take, ...]]
    aliases: tuple[Alias, ...] = ()
    key: tuple[str, ...] = ()
    when: tuple[KeepWhen, ...] = ()
    embedded: bool = False

    def __attrs_post_init__(self) -> None:
        if self.collection not in COLLECTIONS:
            raise invalid(f"records.{self.kind}", f"no collection {self.collection!r}")


@attrs.frozen(kw_only=True)
class LinkEnd:
    """
    One end of a link row.

    Attributes:
        column: Where the key stands.
        record: Record kind it is the key of.
    """

    column: str
    record: str


@attrs.frozen(kw_only=True)
class Table:
    """
    How to recognise one kind of source, and what its rows are.

    Attributes:
        format: `"csv"` or `"json"`.
        stems: Names of files (without ending, number, or the system's name in front) that hold it.
        requires: Columns it must have.
        shape: Columns that are enough to recognise it whatever it is called; empty when the name must say it.
        rows: For JSON: members that hold the rows, the first that is there; none of them: the source itself.
        strip: Starts of column names that say nothing, such as `"property_"`.
        role: Whether rows are records, links between records, or values to look up.
        records: Records a row may hold; of the ones not embedded, the first whose conditions hold.
        key: Columns of the record's key.
        constants: Columns added to every row.
        zone: Zone of moments without one.
        repeats: Whether column names may repeat; their values become lists.
        text_numbers: Whether JSON text may hold a number.
        skip: Why no row of it is used; empty when rows are.
        skip_when: Rows left out on purpose.
        deleted: Flag columns that mean a row is deleted.
        owner: For links: the end whose record gets the reference.
        target: For links: the record it points at.
        sets: For links: the field that gets the reference.
    """

    format: Literal["csv", "json"] = "csv"
    stems: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    shape: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    strip: tuple[str, ...] = ()
    role: Role = "record"
    records: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    constants: Mapping[str, str] = attrs.field(factory=dict)
    zone: str = ""
    repeats: bool = False
    text_numbers: bool = False
    skip: str = ""
    skip_when: tuple[SkipWhen, ...] = ()
    deleted: tuple[str, ...] = ()
    owner: LinkEnd | None = None
    target: LinkEnd | None = None
    sets: str = ""


@attrs.frozen(kw_only=True)
class Hop:
    """
    Fills an unknown reference by way of another: an e-mail's customer is its contact's.

    Attributes:
        collection: Facts that get the reference.
        field: The field that is filled where it is unknown.
        through: A reference of the same fact, possibly one only the mapping has.
    """

    collection: str
    field: str
    through: str


@attrs.frozen(kw_only=True)
class Preset:
    """
    How one tool's exports become facts.

    Attributes:
        system: The tool's name in references and ids, such as `"hubspot"`.
        tables: Sources it knows, by name; read in this order (lookups first, links last).
        records: Records it knows, by name.
        hops: References found by way of others, in order.
        months: Month names behind `%b`, for exports in another language.
    """

    system: str
    tables: Mapping[str, Table]
    records: Mapping[str, Record]
    hops: tuple[Hop, ...] = ()
    months: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        for name, table in self.tables.items():
            self._check_table(name, table)
        for name, record in self.records.items():
            self._check_record(name, record)

    def _check_table(self, name: str, table: Table) -> None:
        for record in table.records:
            if record not in self.records:
                raise invalid(f"tables.{name}", f"no record {record!r} in this preset")
        if not table.skip and table.role == "record" and not table.records:
            raise invalid(f"tables.{name}", "name its records, or say why it is skipped")
        if table.role == "link" and not table.skip and not (table.owner and table.target and table.sets):
            raise invalid(f"tables.{name}", "a link needs owner, target and sets")

    def _check_record(self, name: str, record: Record) -> None:
        known = attrs.fields_dict(COLLECTIONS[record.collection])
        for field, takes in record.fields.items():
            for take in takes:
                where = f"records.{name}.fields.{field}"
                if take.convert and take.convert not in CONVERTERS:
                    raise invalid(where, f"no converter {take.convert!r}; there are {', '.join(CONVERTERS)}")
                if take.lookup and take.lookup.table not in self.tables:
                    raise invalid(where, f"no table {take.lookup.table!r} to look up in")
                if take.reference and not take.system and not self.record_of(take.reference):
                    raise invalid(where, f"no record {take.reference!r} in this preset; name the system it is in")
                if field not in known and not take.reference:
                    raise invalid(where, f"{COLLECTIONS[record.collection].__name__} has no field {field!r}")

    def record_of(self, kind: str) -> Record | None:
        """The first record of that kind; None when the preset has none."""
        return next((r for name, r in self.records.items() if (r.kind or name) == kind), None)

    def with_fields(self, record: str, **fields: Take | str | tuple[Take, ...] | None) -> Preset:
        """
        Change how fields of one record are got.

        Args:
            record: Name of the record in the preset.
            fields: For each field: ways to get it, one way, a column name (read by the field's own kind),
                or None to leave it unknown.

        Raises:
            ImporterError: The record, or the field, does not exist (code `PresetInvalid`).
        """
        if record not in self.records:
            raise invalid(f"records.{record}", f"the {self.system} preset has {', '.join(self.records)}")
        old = self.records[record]
        changed = dict(old.fields)
        for field, way in fields.items():
            if way is None:
                changed.pop(field, None)
            elif isinstance(way, str):
                changed[field] = (Take(columns=(way,)),)
            else:
                changed[field] = way if isinstance(way, tuple) else (way,)
        return attrs.evolve(self, records={**self.records, record: attrs.evolve(old, fields=changed)})

    def with_table(self, name: str, **changes: Any) -> Preset:
        """
        Change how one kind of source is read, for example `with_table("comment", skip="")`.

        Raises:
            ImporterError: There is no such table (code `PresetInvalid`).
        """
        if name not in self.tables:
            raise invalid(f"tables.{name}", f"the {self.system} preset has {', '.join(self.tables)}")
        return attrs.evolve(self, tables={**self.tables, name: attrs.evolve(self.tables[name], **changes)})
