"""Rows with named columns that are in no file of their own: a sheet of a workbook, a table of a database, elements of XML."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import attrs

from alignkit.importers.preset import Table
from alignkit.importers.row import Row
from alignkit.importers.rows_json import row_of

__all__ = ["RowSet", "iter_rowset"]


@attrs.frozen(kw_only=True)
class RowSet:
    """
    One set of rows under common columns.

    Attributes:
        name: For people, such as `"plan.xlsx: Projects"`.
        stem: For recognition: lower case, without what only the container says.
        columns: As the source spells them, in order.
        rows: Gives the rows from the start each time it is called. None, empty text and a missing column all mean
            empty; a `BadValue` is a cell that cannot be read; members of an object are columns of their own. A row of
            nothing is a blank one: it is numbered, and no row.
        is_text: Whether every value is text by the nature of the source, so that numbers and flags are parsed.
        first_row: Number of the first row, for messages.
        size: Bytes, for progress; 0 when unknown.
        skipped: Rows that are left out before they get here, by reason; read once the rows are.
        is_named: Whether somebody asked for it by name, so that it is an error when the preset does not know it.
    """

    name: str
    stem: str
    columns: tuple[str, ...]
    rows: Callable[[], Iterable[Mapping[str, object]]]
    is_text: bool = False
    first_row: int = 1
    size: int = 0
    skipped: Mapping[str, int] = attrs.field(factory=dict)
    is_named: bool = True


def iter_rowset(rowset: RowSet, table: Table) -> Iterator[Row]:
    """Give the rows for one table, in order."""
    present = set(rowset.columns)
    labels: dict[str, str] = {}
    columns: dict[str, str] = {}
    for label in rowset.columns:
        column = table.column_of(label)
        columns[label] = label if column in present else column
        labels[columns[label]] = label
    extra = tuple(table.constants)
    is_text = rowset.is_text or table.text_numbers
    for number, raw in enumerate(rowset.rows(), start=rowset.first_row):
        if not raw:
            continue
        if any(isinstance(value, Mapping) for value in raw.values()):
            row = row_of(raw, table, "", number=number)
            row.is_text = is_text
            yield row
            continue
        cells: dict[str, object] = dict(table.constants)
        for label, value in raw.items():
            if value is None or value == [] or (isinstance(value, str) and (not value or value.isspace())):
                continue
            cells[columns.get(label, label)] = value
        yield Row(cells, labels, number=number, is_text=is_text, extra=extra, is_uniform=True)
