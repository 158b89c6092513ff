"""
Excel workbooks as rows: one set of rows per sheet, streamed. Formulas count by the value that was saved with them.

A workbook is an archive of XML, so it is bounded before anything is unpacked: size, growth, names, document types.
Needs the extra `excel`.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

from alignkit.errors import AlignkitError, ImporterError, MissingExtraError
from alignkit.importers.options import ReadOptions
from alignkit.importers.row import BadValue
from alignkit.importers.rowset import RowSet

__all__ = ["rowsets_of"]

SMALL: Final = 1_048_576
CHUNK: Final = 65_536
MOST_PARTS: Final = 10_000

Item = TypeVar("Item")

_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")
_PLAIN_TITLE = re.compile(r"(sheet|tabelle|feuil|hoja|foglio|planilha|blad|ark)[ _]?\d*", re.IGNORECASE)


def rowsets_of(path: Path, options: ReadOptions) -> list[RowSet]:
    """
    List the sheets of a workbook; the first row that is not empty names the columns.

    Raises:
        ImporterError: It is no workbook (`SourceFormat`), unpacks to too much (`ArchiveRejected`), holds a document
            type (`XmlRejected`), or nothing at all (`EmptyFile`).
        MissingExtraError: openpyxl is not installed.
    """
    check_archive(path, options)
    with _opened(path, data_only=True) as book:
        titles = [title for title in book.sheetnames if hasattr(book[title], "iter_rows")]
        found = list(_guarded((_rowset(path, book, title) for title in titles), path.name))
    found = [rowset for rowset in found if rowset.columns]
    if not found:
        raise ImporterError("EmptyFile", "no sheet holds anything; expected a header row", source=path.name)
    if len(found) == 1 and _PLAIN_TITLE.fullmatch(found[0].stem):
        found = [_named_after_file(path, found[0])]
    return found


def _named_after_file(path: Path, rowset: RowSet) -> RowSet:
    from alignkit.importers.sources import stem_of

    return RowSet(
        name=path.name,
        stem=stem_of(path.name),
        columns=rowset.columns,
        rows=rowset.rows,
        first_row=rowset.first_row,
        size=rowset.size,
    )


def check_archive(path: Path, options: ReadOptions) -> None:
    """
    Judge an archive by its directory, before anything of it is unpacked.

    Raises:
        ImporterError: It is none (`SourceFormat`), or one that is not to be unpacked (`ArchiveRejected`,
            `XmlRejected`).
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            reason = _archive_fault(parts, options)
            if reason:
                raise ImporterError("ArchiveRejected", reason, source=path.name)
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    _check_part(archive, part, path.name)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        reason = f"not a workbook of Excel 2007 or later ({error}); one with a password has to be saved without"
        raise ImporterError("SourceFormat", reason, source=path.name) from error


def _archive_fault(parts: list[zipfile.ZipInfo], options: ReadOptions) -> str:
    if len(parts) > MOST_PARTS:
        return f"{len(parts)} parts; limit {MOST_PARTS}"
    total = 0
    for part in parts:
        total += part.file_size
        ratio = part.file_size // max(part.compress_size, 1)
        if part.filename.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", part.filename):
            return f"the part {part.filename!r} leads out of the archive"
        if part.file_size > SMALL and ratio > options.most_ratio:
            return f"{part.filename} grows {ratio} times when unpacked; limit {options.most_ratio} (most_ratio)"
    if total > options.largest_archive:
        return f"{total} bytes when unpacked; limit {options.largest_archive} (largest_archive)"
    return ""


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, source: str) -> None:
    with archive.open(part) as stream:
        start = stream.read(4096).replace(b"\0", b"")
    if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
        reason = "holds a document type, and with it entities; no workbook needs one"
        raise ImporterError("XmlRejected", reason, source=source, where=part.filename)


@contextmanager
def _opened(path: Path, *, data_only: bool) -> Iterator[Any]:
    """The workbook while it is open; the file is closed whatever openpyxl makes of it."""
    try:
        import openpyxl
    except ImportError:
        raise MissingExtraError("excel", "openpyxl") from None
    with path.open("rb") as stream:
        try:
            book = openpyxl.load_workbook(stream, read_only=True, data_only=data_only, keep_links=False)
        except Exception as error:  # openpyxl raises whatever its parsers raise
            reason = f"not a workbook that can be read: {error}"
            raise ImporterError("SourceFormat", reason, source=path.name) from error
        with closing(book):
            yield book


def _guarded(items: Iterator[Item], name: str) -> Iterator[Item]:
    """The same, with whatever openpyxl and its parsers raise as an error of ours."""
    try:
        yield from items
    except AlignkitError:
        raise
    except Exception as error:
        raise ImporterError("SourceFormat", f"not a workbook that can be read: {error}", source=name) from error


def _rowset(path: Path, book: Any, title: str) -> RowSet:
    sheet = book[title]
    sheet.reset_dimensions()
    name = f"{path.name}: {title}"
    columns, first = _header(sheet)
    return RowSet(
        name=name,
        stem=re.sub(r"([-_.]\d+)+$", "", title.strip().lower().replace(" ", "_")),
        columns=tuple(dict.fromkeys(column for column in columns if column)),
        rows=lambda: _guarded(_iter_rows(path, title, name, columns, first), name),
        first_row=first + 1,
        size=path.stat().st_size,
    )


def _header(sheet: Any) -> tuple[list[str], int]:
    """The names of the columns, empty where there is none, and the row they stand in (from 1)."""
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        names = ["" if value is None else str(value).strip() for value in cells]
        if any(names):
            while not names[-1]:
                names.pop()
            return names, number
    return [], 1


def _iter_rows(path: Path, title: str, name: str, columns: list[str], header: int) -> Iterator[Mapping[str, object]]:
    twice = next((column for column in columns if column and columns.count(column) > 1), None)
    if twice is not None:
        reason = f"{twice!r} appears twice; rename one of them"
        raise ImporterError("DuplicateColumn", reason, source=name, where=f"row {header}")
    with _opened(path, data_only=True) as book:
        sheet = book[title]
        has_formulas = _scanned(path, sheet, name, header)
        sheet.reset_dimensions()
        formulas = _formulas(path, title, header) if has_formulas else None
        for number, cells in enumerate(sheet.iter_rows(min_row=header + 1), start=header + 1):
            written = next(formulas, ()) if formulas is not None else ()
            yield _cells(columns, cells, written, name, number)


def _formulas(path: Path, title: str, header: int) -> Iterator[tuple[Any, ...]]:
    """The same rows with formulas as they are written."""
    with _opened(path, data_only=False) as book:
        sheet = book[title]
        sheet.reset_dimensions()
        yield from sheet.iter_rows(min_row=header + 1)


def _scanned(path: Path, sheet: Any, name: str, header: int) -> bool:
    """
    Look through a sheet's own text for what reading by rows does not show.

    Returns:
        Whether it holds formulas.

    Raises:
        ImporterError: Cells of the header are merged (code `MergedHeader`).
    """
    has_formulas = False
    part = sheet._worksheet_path  # openpyxl tells nowhere else which part of the archive the sheet is
    with zipfile.ZipFile(path) as archive, archive.open(part) as stream:
        held = b""
        while chunk := stream.read(CHUNK):
            text = held + chunk
            has_formulas = has_formulas or _FORMULA.search(text) is not None
            for match in _MERGED.finditer(text):
                if int(match[2]) <= header <= int(match[4]):
                    cells = (match[1] + match[2] + b":" + match[3] + match[4]).decode()
                    reason = f"the cells {cells} are merged; give every column a name of its own, in one row"
                    raise ImporterError("MergedHeader", reason, source=name, where=f"row {header}")
            held = text[-256:]
    return has_formulas


def _cells(
    columns: list[str], cells: tuple[Any, ...], written: tuple[Any, ...], name: str, number: int
) -> dict[str, object]:
    row: dict[str, object] = {}
    for index, cell in enumerate(cells):
        value = cell.value
        if value is None and index < len(written) and written[index].data_type == "f":
            reason = "a formula without a saved value; let Excel calculate it, and save the workbook"
            value = BadValue("NotCalculated", reason)
        if value is None:
            continue
        if index >= len(columns) or not columns[index]:
            where = f"row {number}, column {index + 1}"
            reason = "a value under no column name; merged or missing header cells? Name every column"
            raise ImporterError("MergedHeader", reason, source=name, where=where)
        if cell.data_type == "e":
            value = BadValue("ValueRejected", f"the cell holds the error {value}")
        row[columns[index]] = value
    return row
