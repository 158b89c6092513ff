"""
Mapping presets: frozen values that say how one tool's records become facts. Data, no code: a preset may be written
in Python or in TOML, and changed field by field.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import attrs

from alignkit.errors import PresetError
from alignkit.importers.columns import columns_read, tight
from alignkit.importers.preset_faults import faults_of, unknown
from alignkit.importers.row import stripped
from alignkit.importers.ways import Alias, KeepWhen, SkipWhen, Take

__all__ = ["Format", "Hop", "LinkEnd", "Preset", "Record", "Role", "Side", "Table"]

Format = Literal["csv", "json", "any"]
"""Sources a table may be: named columns (CSV, a sheet, a table of a database), JSON, or either."""

Role = Literal["lookup", "record", "link"]
"""What the rows of a table are."""

Side = Literal["crm", "pmo", "both"]
"""Whose tool it is."""


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
        adds: Whether rows only add to a record that other rows make: lists add up, other fields fill gaps, the
            earliest row first. Several such records may take the same row.
    """

    collection: str
    kind: str = ""
    fields: Mapping[str, tuple[Take, ...]]
    aliases: tuple[Alias, ...] = ()
    key: tuple[str, ...] = ()
    when: tuple[KeepWhen, ...] = ()
    embedded: bool = False
    adds: bool = False


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
        format: `"csv"` for named columns (CSV, a sheet, a database's table), `"json"` for JSON and JSON lines, or
            `"any"`.
        stems: Names of files (without ending, number, or the system's name in front) that hold it.
        requires: Columns it must have.
        shape: Columns that are enough to recognise it whatever it is called; empty when the name must say it.
        marks: For JSON: conditions on the first row that are enough to recognise it whatever it is called.
        rows: For JSON: members that hold the rows, the first that is there; none of them: the source itself. A
            member may lie deeper (`"data.items"`), or in each object of a list (`"issues[].comments"`).
        carry: For JSON: columns that each row gets from the object around it, each with its member there.
        also: Further tables to read from the same source, each by its own `rows`.
        strip: Starts of column names that say nothing, such as `"property_"`.
        fold: Whether case, spaces, `_` and `-` in column names do not count: `AccountId`, `account_id` and `ACCOUNTID`
            are then all the column that the mapping names.
        role: Whether rows are records, links between records, or values to look up.
        records: Records a row may hold; of the ones not embedded, the first whose conditions hold.
        key: Columns of the record's key.
        latest: Column that grows from one state of a record to the next, such as the moment of its last change: of
            several rows of a key the latest counts. Without it the first does, and another that differs is refused.
        constants: Columns added to every row.
        zone: Zone of moments without one.
        repeats: Whether column names may repeat; their values become lists.
        short_rows: For CSV: whether a row may end early, the rest of its cells being empty.
        text_numbers: Whether text may hold a number where the source could have held the number itself.
        skip: Why no row of it is used; empty when rows are.
        skip_when: Rows left out on purpose.
        deleted: Flag columns that mean a row is deleted.
        owner: For links: the end whose record gets the reference.
        target: For links: the record it points at.
        sets: For links: the field that gets the reference.
        spellings: Worked out by the preset, for `fold`.
    """

    format: Format = "csv"
    stems: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    shape: tuple[str, ...] = ()
    marks: tuple[KeepWhen, ...] = ()
    rows: tuple[str, ...] = ()
    carry: Mapping[str, str] = attrs.field(factory=dict)
    also: tuple[str, ...] = ()
    strip: tuple[str, ...] = ()
    fold: bool = False
    role: Role = "record"
    records: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    latest: str = ""
    constants: Mapping[str, str] = attrs.field(factory=dict)
    zone: str = ""
    repeats: bool = False
    short_rows: bool = False
    text_numbers: bool = False
    skip: str = ""
    skip_when: tuple[SkipWhen, ...] = ()
    deleted: tuple[str, ...] = ()
    owner: LinkEnd | None = None
    target: LinkEnd | None = None
    sets: str = ""
    spellings: Mapping[str, str] = attrs.field(factory=dict, eq=False, repr=False)

    def column_of(self, label: str) -> str:
        """The mapping's name for a column, given as the source spells it."""
        column = stripped(label, self.strip)
        return self.spellings.get(tight(column), column) if self.fold else column


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
        tool: The tool's name for people, such as `"HubSpot"`.
        side: Whose tool it is.
        shapes: What of the tool it reads, for people.

    Raises:
        PresetError: It cannot work; every fault is listed.
    """

    system: str
    tables: Mapping[str, Table]
    records: Mapping[str, Record]
    hops: tuple[Hop, ...] = ()
    months: tuple[str, ...] = ()
    tool: str = ""
    side: Side = "both"
    shapes: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        faults = faults_of(self)
        if faults:
            raise PresetError(faults, source=self.system)
        tables = {
            name: attrs.evolve(table, spellings=self._spellings(table)) if table.fold else table
            for name, table in self.tables.items()
        }
        object.__setattr__(self, "tables", tables)

    def _spellings(self, table: Table) -> dict[str, str]:
        columns = sorted(set().union(*columns_read(self, table).values()))
        return {tight(column): column for column in columns}

    def records_of(self, kind: str) -> list[Record]:
        """The records of that kind, else those that also go by it (an alias), in order; empty when there are none."""
        own = [record for name, record in self.records.items() if (record.kind or name) == kind]
        if own:
            return own
        return [
            record
            for record in self.records.values()
            if any(alias.kind == kind and not alias.system for alias in record.aliases)
        ]

    def with_fields(self, record: str, **fields: Take | str | tuple[Take, ...] | None) -> Preset:
        """
        Change how fields of one record are got.

        Args:
            record: Name of the record in the preset.
            fields: For each field: ways to get it, one way, a column name (read by the field's own kind),
                or None to leave it unknown.

        Raises:
            PresetError: The record, or a field, does not exist, or a field cannot be got that way.
        """
        if record not in self.records:
            raise PresetError([f"records.{record}: {unknown('record', record, self.records)}"], source=self.system)
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
            PresetError: There is no such table, no such part of a table, or it cannot work that way.
        """
        parts = attrs.fields_dict(Table)
        faults = [f"tables.{name}: {unknown('part', part, parts)}" for part in changes if part not in parts]
        if name not in self.tables:
            faults.insert(0, f"tables.{name}: {unknown('table', name, self.tables)}")
        if faults:
            raise PresetError(faults, source=self.system)
        return attrs.evolve(self, tables={**self.tables, name: attrs.evolve(self.tables[name], **changes)})
