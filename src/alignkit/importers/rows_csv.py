"""CSV as rows: streamed, strict about shape. A file that cannot be told apart into rows is an error, a bad row not."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from types import TracebackType
from typing import BinaryIO, Self

from alignkit.errors import ImporterError
from alignkit.importers.options import ReadOptions
from alignkit.importers.preset import Table
from alignkit.importers.row import BadValue, Row
from alignkit.importers.rows_json import wrong_encoding

__all__ = ["CsvFile"]

OTHER_DELIMITERS = (";", "\t", "|", ",")


class CsvFile:
    """
    An open CSV file. A context manager; the header is read on entry.

    Attributes:
        name: For messages.
        header: Column names as written, trimmed.
    """

    def __init__(self, stream: BinaryIO, name: str, options: ReadOptions) -> None:
        self.name = name
        self.header: list[str] = []
        self._options = options
        self._stream = stream
        self._held: list[str] = []
        self._rows = 0
        try:
            self._text = io.TextIOWrapper(stream, encoding=options.encoding, newline="")
        except LookupError:
            stream.close()
            raise ImporterError("WrongEncoding", f"no encoding {options.encoding!r} is known", source=name) from None
        self._records = self._iter_records()

    def __enter__(self) -> Self:
        try:
            for record in self._records:
                if record:
                    self.header = [cell.removeprefix("\ufeff").strip() for cell in record]
                    break
            else:
                raise ImporterError("EmptyFile", "there is nothing in it; expected a header row", source=self.name)
        except BaseException:
            self._text.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._text.close()

    @property
    def done_bytes(self) -> int:
        """Bytes read so far, in steps of the buffer."""
        return self._stream.tell()

    def _iter_lines(self) -> Iterator[str]:
        for line in self._text:
            self._held.append(line)
            yield line

    def _iter_records(self) -> Iterator[list[str]]:
        reader = csv.reader(self._iter_lines(), delimiter=self._options.delimiter, strict=True)
        while True:
            self._held.clear()
            try:
                record = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise self._csv_error(str(error)) from None
            except UnicodeError as error:
                raise wrong_encoding(error, self._options.encoding, self.name, self._start()) from None
            if record:
                self._rows += 1
            yield record

    def _start(self) -> bytes:
        self._stream.seek(0)
        return self._stream.read(4)

    def _csv_error(self, message: str) -> ImporterError:
        limit = csv.field_size_limit()
        row = self._rows + 1
        if "field larger" in message:
            index, is_quoted = _long_cell("".join(self._held), self._options.delimiter, limit)
            column = self.header[index] if index < len(self.header) else str(index + 1)
            hint = " (or a quote that is never closed)" if is_quoted else ""
            reason = f"a cell of more than {limit} characters{hint}; if it is meant, raise csv.field_size_limit()"
            return ImporterError("FieldTooLong", reason, source=self.name, where=f"row {row}, column {column!r}")
        if "unexpected end" in message:
            reason = 'a quote (") is opened and never closed; starts at this row'
            return ImporterError("UnclosedQuote", reason, source=self.name, where=f"row {row}")
        return ImporterError(
            "CsvSyntax", f"{message}; quotes inside a cell are doubled", source=self.name, where=f"row {row}"
        )

    def columns(self, table: Table) -> tuple[list[str], dict[str, str]]:
        """
        Normalise the header for one table.

        Returns:
            The column of every cell in a row, and how the file spells each column.

        Raises:
            ImporterError: A column appears twice and the table does not allow it (code `DuplicateColumn`).
        """
        twice = [name for name, count in Counter(self.header).items() if count > 1 and name]
        if twice and not table.repeats:
            reason = f"{twice[0]!r} appears twice; rename one of them"
            raise ImporterError("DuplicateColumn", reason, source=self.name, where="row 1")
        present = set(self.header)
        columns: list[str] = []
        labels: dict[str, str] = {}
        for label in self.header:
            column = table.column_of(label)
            column = label if column in present else column
            columns.append(column)
            labels[column] = label
        return columns, labels

    def rows(self, table: Table) -> Iterator[Row]:
        """Give the rows after the header, in order; blank lines are not rows."""
        columns, labels = self.columns(table)
        extra = tuple(table.constants)
        repeated = {name for name, count in Counter(columns).items() if count > 1}
        for record in self._records:
            if not record:
                continue
            number = self._rows
            if table.short_rows:
                record.extend([""] * (len(columns) - len(record)))
            if len(record) != len(columns):
                fault = BadValue("RowShape", f"row {number} has {len(record)} cells, header has {len(columns)}")
                yield Row({}, labels, number=number, fault=fault, is_uniform=True)
                continue
            cells: dict[str, object] = dict(table.constants)
            for column, cell in zip(columns, record, strict=True):
                if not cell or cell.isspace():
                    continue
                if column in repeated:
                    held = cells.setdefault(column, [])
                    if isinstance(held, list):
                        held.append(cell)
                else:
                    cells[column] = cell
            yield Row(cells, labels, number=number, extra=extra, is_uniform=True)

    def likely_delimiter(self) -> str | None:
        """Another delimiter that would split a header of one column; None when there is none."""
        if len(self.header) > 1:
            return None
        return next(
            (mark for mark in OTHER_DELIMITERS if mark != self._options.delimiter and mark in self.header[0]), None
        )


def _long_cell(text: str, delimiter: str, limit: int) -> tuple[int, bool]:
    """The index of the first cell longer than `limit`, and whether it is quoted."""
    index = length = 0
    is_quoted = is_open = False
    for character in text:
        if character == '"':
            is_open = not is_open
            is_quoted = is_quoted or length == 0
            continue
        if character == delimiter and not is_open:
            index, length, is_quoted = index + 1, 0, False
            continue
        length += 1
        if length > limit:
            break
    return index, is_quoted
