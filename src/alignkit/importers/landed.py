"""
Tables as a loader landed them, in a database or in a folder: recognised by the loader's own columns, freed of what is
not (or no longer) so, and read by the same presets as the tool's own exports.

Rows of loads that are not complete, outdated versions of a row and deleted rows are left out, and counted. This
module knows no database: `alignkit.sql.landed_tables` makes `LandedTables` of a SQLAlchemy connection.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Protocol

from alignkit.errors import ImporterError
from alignkit.importers.imported import Import
from alignkit.importers.landed_nested import ID, PARENT, Children, Spelling, child_path, children_of, labels_of, plain
from alignkit.importers.landed_styles import LandedStyle, Style, style_of, styles_named
from alignkit.importers.options import Dangling, ReadOptions
from alignkit.importers.preset import Preset, Table
from alignkit.importers.reading import Progress, read
from alignkit.importers.rowset import RowSet
from alignkit.importers.versions import Latest

__all__ = ["LandedTables", "import_landed", "landed_rowsets"]

LOADS: Final = "_dlt_loads"
UNFINISHED: Final = "of a load that is not complete"
OUTDATED: Final = "an older version of a row"
DELETED: Final = "deleted"
RAW: Final = re.compile(r"(?:_airbyte_raw_|.*raw__stream_)(?P<stream>.+)")


class LandedTables(Protocol):
    """Where a loader landed its tables."""

    def names(self) -> Sequence[str]:
        """Names of all tables, in a stable order."""
        ...

    def columns(self, table: str) -> Sequence[str]:
        """Columns of one table."""
        ...

    def rows(self, table: str, columns: Sequence[str] | None = None) -> Iterator[Mapping[str, Any]]:
        """Rows of one table, in a stable order, without holding them all; only these columns where some are named."""
        ...


def import_landed(
    tables: LandedTables,
    preset: Preset,
    *,
    style: LandedStyle | None = None,
    zone: str = "UTC",
    currency: str | None = None,
    dangling: Dangling = "unlink",
    strict: bool = False,
    options: ReadOptions | None = None,
    progress: Progress | None = None,
) -> Import:
    """
    Import what a loader landed.

    Args:
        tables: Where the tables are: `alignkit.sql.landed_tables(connection, schema=...)`, or a `LandedFolder`.
        preset: How the tool's records become facts; the same presets as for exports.
        style: The loader; told by its columns where not given, table by table.
        zone: Zone of moments without one. Loaders write UTC.
        currency: ISO 4217 code of amounts whose row names none.
        dangling: What becomes of a reference to a record that was not imported.
        strict: Whether any error issue raises, so that nothing is used.
        options: Limits.
        progress: Called every 1,000 rows and after each table.

    Returns:
        The facts and a report in which every row is accounted for, those left out as well: rows of loads that are
        not complete (dlt), older versions of a row, and deleted rows.

    Raises:
        ImporterError: No table is of this preset (`MappingMismatch`), or no table was landed by that loader
            (`StyleUnknown`).
    """
    found = landed_rowsets(tables, preset, style=style)
    return read(
        preset,
        found,
        zone=zone,
        currency=currency,
        dangling=dangling,
        strict=strict,
        options=options,
        progress=progress,
    )


def landed_rowsets(tables: LandedTables, preset: Preset, *, style: LandedStyle | None = None) -> list[RowSet]:
    """
    List landed tables as sets of rows that `read` takes, without reading their rows.

    Raises:
        ImporterError: `style` is given and no table was landed by that loader (code `StyleUnknown`), or there is no
            table at all (`NothingToRead`).
    """
    styles = styles_named(style)
    columns = {name: list(tables.columns(name)) for name in tables.names()}
    if not columns:
        raise ImporterError("NothingToRead", "there is no table")
    by_name = {name: style_of(have, styles) for name, have in columns.items()}
    if style and not any(by_name.values()):
        marks = " or ".join(styles[0].marks)
        raise ImporterError("StyleUnknown", f"no table was landed by {style}: none has a column {marks}")
    main = {name: by_name[name] for name in columns if not _is_aside(name, columns[name], by_name[name])}
    typed = {_stem(name, landed) for name, landed in main.items() if not _is_raw(columns[name], landed)}
    return [
        _Landed(tables, preset, name, columns, landed).rowset()
        for name, landed in main.items()
        if not (_is_raw(columns[name], landed) and _stem(name, landed) in typed)
    ]


def _is_aside(name: str, columns: Sequence[str], style: Style | None) -> bool:
    """Whether a table is the loader's own, or holds list items of another."""
    is_own = name.startswith(("_dlt_", "_airbyte_destination", "_sdc_", "fivetran_audit"))
    return is_own or (style is not None and style.name == "dlt" and PARENT in columns)


def _is_raw(columns: Sequence[str], style: Style | None) -> bool:
    return style is not None and bool(style.payload) and style.payload in columns


def _stem(name: str, style: Style | None) -> str:
    match = RAW.fullmatch(name) if style is not None and style.payload else None
    return (match["stream"] if match else name).lower()


class _Landed:
    """One landed table."""

    def __init__(
        self, tables: LandedTables, preset: Preset, name: str, columns: Mapping[str, Sequence[str]], style: Style | None
    ) -> None:
        self.tables = tables
        self.name = name
        self.columns = list(columns[name])
        self.style = style
        self.stem = _stem(name, style)
        self.is_raw = _is_raw(self.columns, style)
        short = self.stem.removeprefix(f"{preset.system}_")
        self.spelling = Spelling(preset, short, is_dlt=style is not None and style.name == "dlt")
        self.spelled = {column: self.spelling.of(column) for column in self.columns}
        self.able = [
            table
            for table in preset.tables.values()
            if {short, self.stem} & set(table.stems) and not _only_adds(preset, table)
        ]
        self.keys: tuple[str, ...] = ()
        self.has_loads = LOADS in columns
        main = [other for other in columns if other == name or not other.startswith(f"{name}__")]
        self.lists = {
            other: self.spelling.of(path)
            for other in columns
            if PARENT in columns[other]
            for parent, path in [child_path(other, main)]
            if parent == name and path
        }
        self.skipped: dict[str, int] = {}

    def rowset(self) -> RowSet:
        """The table as a set of rows."""
        shown: dict[str, None] = {}
        if not self.is_raw:
            shown.update(dict.fromkeys(self.spelled.values()))
        shown.update(dict.fromkeys(self.lists.values()))
        for row in self.tables.rows(self.name):
            shown.update(dict.fromkeys(labels_of(self._opened(row, {}))))
            break
        self.keys = next((table.key for table in self.able if table.key and set(table.key) <= shown.keys()), ())
        return RowSet(
            name=self.name,
            stem=self.stem,
            columns=tuple(shown),
            rows=self.rows,
            is_text=False,
            skipped=self.skipped,
            is_named=False,
        )

    def rows(self) -> Iterator[Mapping[str, Any]]:
        """The rows that count: of complete loads, the last version of each, and not deleted."""
        self.skipped.clear()
        completed = self._completed()
        children = {path: children_of(self.tables.rows(table)) for table, path in self.lists.items()}
        versions = self._versions(completed)
        for row in self.tables.rows(self.name):
            reason = self._reason(row, completed)
            if not reason and versions is not None and not versions.take(row):
                reason = OUTDATED
            if not reason and self.style is not None and self.style.is_deleted(self._whole(row)):
                reason = DELETED
            if reason:
                self.skipped[reason] = self.skipped.get(reason, 0) + 1
            else:
                yield self._opened(row, children)

    def _reason(self, row: Mapping[str, Any], completed: frozenset[str] | None) -> str:
        if completed is not None and str(row.get("_dlt_load_id")) not in completed:
            return UNFINISHED
        if self.style is not None and self.style.is_outdated(row):
            return OUTDATED
        return ""

    def _completed(self) -> frozenset[str] | None:
        """Ids of the loads that are complete; None when the table is of no load."""
        if self.style is None or self.style.name != "dlt" or "_dlt_load_id" not in self.columns:
            return None
        if not self.has_loads:
            reason = f"there is no table {LOADS}, so nobody can tell which loads are complete"
            raise ImporterError("LoadsMissing", reason, source=self.name)
        return frozenset(str(row["load_id"]) for row in self.tables.rows(LOADS) if str(row.get("status")) == "0")

    def _versions(self, completed: frozenset[str] | None) -> Latest | None:
        """What tells the last version of each row; None when versions cannot be told, so that all rows count."""
        order = next((column for column in (self.style.order if self.style else ()) if column in self.columns), "")
        landed = self._landed_keys()
        if not order or not landed:
            return None
        versions = Latest(lambda row: self.key_of(row, landed), order)
        needed = list(dict.fromkeys([order, *landed.values(), *self._marks()]))
        for row in self.tables.rows(self.name, needed):
            if not self._reason(row, completed):
                versions.note(row)
        return versions

    def key_of(self, row: Mapping[str, Any], landed: Mapping[str, str]) -> tuple[str, ...] | None:
        """The key of a row; None when a part of it is missing."""
        whole = self._whole(row) if self.is_raw else row
        parts = [whole.get(spelled if self.is_raw else column) for spelled, column in landed.items()]
        return None if any(part is None for part in parts) else tuple(str(part) for part in parts)

    def _marks(self) -> list[str]:
        """Columns that say whether a row counts."""
        style = self.style
        if style is None:
            return []
        wanted = (*style.gone, *style.flags, style.current, style.ended, style.payload, "_dlt_load_id")
        return [column for column in wanted if column in self.columns]

    def _landed_keys(self) -> dict[str, str]:
        """The landed column of each key column; empty when one is not there."""
        if self.is_raw and self.style is not None:
            return dict.fromkeys(self.keys, self.style.payload)
        back = {spelled: column for column, spelled in self.spelled.items()}
        found = {key: back[key] for key in self.keys if key in back}
        return found if len(found) == len(self.keys) else {}

    def _whole(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        """The row with the members of its payload, where it is a raw record."""
        if not self.is_raw or self.style is None:
            return row
        payload = plain(row.get(self.style.payload), is_nested=True)
        return {**row, **payload} if isinstance(payload, Mapping) else row

    def _opened(self, row: Mapping[str, Any], children: Children) -> dict[str, Any]:
        """The row as the tool had it: names as the preset spells them, nested values, and lists."""
        if self.is_raw and self.style is not None:
            payload = plain(row.get(self.style.payload), is_nested=True)
            return dict(payload) if isinstance(payload, Mapping) else {}
        opened: dict[str, Any] = {}
        for column, value in row.items():
            if value is None:
                continue
            spelled = self.spelled.get(column, column)
            if self.style is None or not self.style.is_own(column):
                opened[spelled] = plain(value, is_nested=spelled in self.spelling.nested)
        if children:
            id = str(row.get(ID))
            opened.update({path: items[id] for path, items in children.items() if id in items})
        return opened


def _only_adds(preset: Preset, table: Table) -> bool:
    """Whether many rows of a key belong together, as the labels of one issue do: there are no versions to tell."""
    return bool(table.records) and all(preset.records[name].adds for name in table.records)
