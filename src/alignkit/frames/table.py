"""Tidy tables: one row for each thing, one column for each fact about it, each of one type and unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

from alignkit.display import Displayed, Shown, Table
from alignkit.errors import NotFoundError
from alignkit.frames.csv_text import csv_text

if TYPE_CHECKING:
    from narwhals.typing import IntoDataFrame

__all__ = ["Column", "DataTable", "Tabular", "Value"]

Value = str | int | float | bool | date | datetime | None
"""What a cell holds; None where it is not known."""

TYPES: Final[tuple[type, ...]] = (str, int, float, bool, date, datetime)


@frozen
class Column:
    """
    What a column holds.

    Attributes:
        name: Its name.
        type: `str`, `int`, `float`, `bool`, `date` or `datetime` (aware, UTC); every cell may be None besides.
        unit: Such as `"points, 0 to 100"`; empty where the name says it.
    """

    name: str
    type: type
    unit: str = ""


@frozen(eq=False)
class DataTable(Displayed):
    """
    A table, column by column.

    It is read by everything that takes Arrow data (`__arrow_c_stream__`; needs pyarrow).

    Attributes:
        name: What the rows are, such as `"findings"`.
        columns: What the columns hold.
        data: The cells of each column, all of one length.
    """

    name: str
    columns: tuple[Column, ...] = field(converter=tuple[Column, ...])
    data: tuple[Sequence[Value], ...] = field(repr=False)

    @classmethod
    def of_rows(cls, name: str, columns: Iterable[Column], rows: Iterable[Sequence[Value]]) -> DataTable:
        """A table from rows of as many cells as there are columns."""
        wanted = tuple(columns)
        cells: tuple[list[Value], ...] = tuple([] for _ in wanted)
        for row in rows:
            for column, cell in zip(cells, row, strict=True):
                column.append(cell)
        return cls(name, wanted, cells)

    def __len__(self) -> int:
        return len(self.data[0]) if self.data else 0

    def __bool__(self) -> bool:
        return True

    def __getitem__(self, column: str) -> Sequence[Value]:
        for known, cells in zip(self.columns, self.data, strict=True):
            if known.name == column:
                return cells
        raise NotFoundError("column", column, _near(column, [known.name for known in self.columns]))

    def rows(self) -> Iterator[tuple[Value, ...]]:
        """Row by row."""
        return iter(zip(*self.data, strict=True))

    def to_frame(self, like: IntoDataFrame | str = "pandas") -> Any:
        """
        The table as a data frame.

        Args:
            like: The library to take it to, `"pandas"`, `"polars"` or `"pyarrow"`; or a data frame of that library.

        Raises:
            MissingExtraError: The library, or narwhals (extra `frames`), is not installed.
            ValidationError: There is no such library, or it has no data frames that are held in memory.
        """
        from alignkit.frames.writing import to_frame

        return to_frame(self, like)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The table as an Arrow stream, for whatever reads those."""
        from alignkit.frames.writing import to_frame

        stream: object = to_frame(self, "pyarrow").__arrow_c_stream__(requested_schema)
        return stream

    def to_csv(self, path: str | Path | None = None) -> str:
        """
        The table as CSV text (RFC 4180, lines end in CR LF, UTF-8 in the file), titles first.

        A text that a spreadsheet would run as a formula is preceded by an apostrophe.

        Args:
            path: Also write it there; a file that exists is replaced, as a whole or not at all.
        """
        text = csv_text([column.name for column in self.columns], self.rows())
        if path is not None:
            target = Path(path)
            beside = target.with_name(f"{target.name}.part")
            beside.write_text(text, encoding="utf-8", newline="")
            beside.replace(target)
        return text

    def _shown(self) -> Shown:
        titles = [column.name + ("#" if column.type in (int, float) else "") for column in self.columns]
        rows = (["" if cell is None else _short(cell) for cell in row] for row in self.rows())
        return Shown(self.name.capitalize(), (f"{len(self):,} rows",), (Table.first(titles, rows, len(self)),))


def _near(name: str, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(get_close_matches(name, names)) or tuple(names)


def _short(cell: Value) -> str:
    return f"{cell:.2f}" if isinstance(cell, float) else str(cell)


class Tabular:
    """
    Something that can be had as tables.

    A class says which in `table_names`, and makes them in `_table_of`; the first is the usual one.
    """

    __slots__ = ()

    @property
    def table_names(self) -> tuple[str, ...]:
        """Names of its tables, the usual one first."""
        raise NotImplementedError

    def _table_of(self, name: str) -> DataTable:
        raise NotImplementedError

    def table(self, name: str | None = None) -> DataTable:
        """
        One of its tables; without a name the usual one.

        Raises:
            NotFoundError: There is none of that name.
        """
        names = self.table_names
        if name is not None and name not in names:
            raise NotFoundError("table", name, _near(name, names))
        return self._table_of(names[0] if name is None else name)

    def to_frame(self, like: IntoDataFrame | str = "pandas", *, table: str | None = None) -> Any:
        """One of its tables as a data frame; see `DataTable.to_frame`."""
        return self.table(table).to_frame(like)

    def to_csv(self, path: str | Path | None = None, *, table: str | None = None) -> str:
        """One of its tables as CSV text; see `DataTable.to_csv`."""
        return self.table(table).to_csv(path)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The usual table as an Arrow stream."""
        return self.table().__arrow_c_stream__(requested_schema)
