"""What the caller gave, as a list of sources that can be opened: files of a folder, single files, or parsed pages."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, Final

import attrs

from alignkit.errors import ImporterError
from alignkit.importers.options import ReadOptions
from alignkit.importers.rows_json import has_rows
from alignkit.importers.rowset import RowSet

__all__ = ["EXPANDERS", "Given", "Source", "sources_of"]

Given = str | os.PathLike[str] | RowSet | Mapping[str, Any] | Iterable[Any]
"""A folder, a file, a set of rows, several of these, one parsed page, several pages, or pages by record name."""

PAGE_MEMBERS: Final = ("results", "issues", "values")
FORMATS: Final = {".csv": "csv", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl"}
EXPANDERS: Final = {
    ".xlsx": "alignkit.importers.rows_excel",
    ".xml": "alignkit.importers.rows_xml",
    ".jsonl": "alignkit.importers.rows_singer",
    ".ndjson": "alignkit.importers.rows_singer",
}
"""Modules whose `rowsets_of(path, options)` gives the sets of rows that a file holds, or None when it holds none."""


@attrs.frozen(kw_only=True)
class Source:
    """
    One thing to read.

    Attributes:
        name: For people: the file's name, or the page's.
        stem: For recognition: the name without ending and page number, lower case; empty when nothing hints.
        format: `"csv"`, `"json"`, `"jsonl"` or `"rows"`.
        path: The file; None for a parsed page and a set of rows.
        page: The parsed page; None for anything else.
        rowset: The set of rows; None for anything else.
        size: Bytes of the file; 0 for a parsed page.
        is_named: Whether the caller named it, rather than the folder or file it is in.
        is_part: Whether another table of the preset is the source, and the rows wanted are in members of it.
    """

    name: str
    stem: str
    format: str
    path: Path | None = None
    page: Any = None
    rowset: RowSet | None = None
    size: int = 0
    is_named: bool = True
    is_part: bool = False

    def open(self) -> BinaryIO:
        """
        Open the file.

        Raises:
            ImporterError: It cannot be opened (code `SourceUnreadable`).
        """
        assert self.path is not None
        try:
            return self.path.open("rb")
        except OSError as error:
            raise _unreadable(self.path, error) from error


def _unreadable(path: Path, error: OSError) -> ImporterError:
    return ImporterError("SourceUnreadable", f"cannot be read: {error.strerror or error}", source=str(path))


def stem_of(name: str) -> str:
    """The part of a file name that says what it holds: no ending, page number, or `_data`; lower case."""
    stem = Path(name).stem.lower().replace(" ", "_")
    return re.sub(r"([-_.]\d+)+$", "", stem)


def sources_of(
    given: Given,
    options: ReadOptions | None = None,
    members: tuple[str, ...] = PAGE_MEMBERS,
    names: frozenset[str] = frozenset(),
) -> tuple[list[Source], dict[str, str]]:
    """
    List what there is to read.

    Args:
        given: What the caller gave.
        options: Limits for files that hold several sets of rows.
        members: Members by which a parsed page is known to be one.
        names: Names under which the caller may hand in pages.

    Returns:
        The sources, in a stable order, and the files of folders that cannot be read with the reason.

    Raises:
        ImporterError: A path does not exist (`SourceUnreadable`), a named file is of no known format
            (`SourceFormat`), or there is nothing at all (`NothingToRead`).
    """
    listing = _Listing(options or ReadOptions(), members, names)
    if isinstance(given, (str, os.PathLike)):
        sources = listing.of_path(Path(given))
    elif isinstance(given, RowSet):
        sources = [_of_rowset(given)]
    elif isinstance(given, Mapping):
        sources = listing.of_mapping(given)
    elif isinstance(given, Iterable) and not isinstance(given, (bytes, bytearray)):
        sources = listing.of_items(list(given))
    else:
        raise ImporterError("SourceFormat", f"expected a path, paths, or parsed pages, got {type(given).__name__}")
    if not sources and not listing.unread:
        raise ImporterError("NothingToRead", "no file and no page was given")
    return sources, listing.unread


def _natural(name: str) -> list[tuple[int, str]]:
    """Sorts `page-2` before `page-10`."""
    parts = re.split(r"(\d{1,9})", name.lower())
    return [(int(part), "") if part.isascii() and part.isdigit() else (-1, part) for part in parts]


def _page(page: Any, name: str, stem: str) -> Source:
    return Source(name=name, stem=stem, format="json", page=page)


def _of_rowset(rowset: RowSet, *, is_named: bool = True) -> Source:
    return Source(name=rowset.name, stem=rowset.stem, format="rows", rowset=rowset, size=rowset.size, is_named=is_named)


class _Listing:
    """Lists sources; collects the files that cannot be read."""

    def __init__(self, options: ReadOptions, members: tuple[str, ...], names: frozenset[str]) -> None:
        self.options = options
        self.members = members
        self.names = names
        self.unread: dict[str, str] = {}

    def of_path(self, path: Path) -> list[Source]:
        """The sources of a file or folder."""
        try:
            if path.is_dir():
                return self._of_folder(path)
            size = path.stat().st_size
        except (OSError, ValueError) as error:
            cause = error if isinstance(error, OSError) else OSError(str(error))
            raise _unreadable(path, cause) from error
        suffix = path.suffix.lower()
        rowsets = self._expanded(path, suffix)
        if rowsets is not None:
            return [_of_rowset(rowset, is_named=len(rowsets) == 1) for rowset in rowsets]
        if suffix not in FORMATS:
            known = ", ".join(dict.fromkeys((*FORMATS, *EXPANDERS)))
            raise ImporterError("SourceFormat", f"expected a name that ends in one of {known}", source=str(path))
        return [Source(name=path.name, stem=stem_of(path.name), format=FORMATS[suffix], path=path, size=size)]

    def _expanded(self, path: Path, suffix: str) -> list[RowSet] | None:
        """The sets of rows in a file that holds several; None when it is no such file."""
        if suffix not in EXPANDERS:
            return None
        found: list[RowSet] | None = import_module(EXPANDERS[suffix]).rowsets_of(path, self.options)
        return found

    def _of_folder(self, folder: Path) -> list[Source]:
        found: list[Source] = []
        for path in sorted(folder.iterdir(), key=lambda entry: _natural(entry.name)):
            if path.name.startswith(".") or path.is_dir():
                continue
            if path.suffix.lower() in FORMATS or path.suffix.lower() in EXPANDERS:
                found += [attrs.evolve(source, is_named=False) for source in self.of_path(path)]
            else:
                self.unread[path.name] = "of no format that is read"
        if not found:
            raise ImporterError(
                "NothingToRead", "the folder holds no CSV, JSON, XML file or workbook", source=str(folder)
            )
        return found

    def of_mapping(self, given: Mapping[str, Any]) -> list[Source]:
        """One parsed page, pages by record name, or, where no name is one of the mapping's, one record."""
        is_known = any(stem_of(str(name)) in self.names for name in given)
        is_record = not is_known and any(not isinstance(value, (Mapping, list)) for value in given.values())
        if is_record or (self.is_page(given) and not self._is_by_name(given)):
            return [_page(given, "page", "")]
        sources: list[Source] = []
        for name, value in given.items():
            pages = (
                value if isinstance(value, list) and value and all(self.is_page(item) for item in value) else [value]
            )
            many = len(pages) > 1
            sources += [
                _page(page, f"{name}[{index}]" if many else str(name), stem_of(str(name)))
                for index, page in enumerate(pages)
            ]
        return sources

    def _is_by_name(self, given: Mapping[str, Any]) -> bool:
        """Whether the names are the caller's: all are known ones, or every value is a page itself, or several."""
        if given and all(isinstance(name, str) and stem_of(name) in self.names for name in given):
            return True
        values = [value if isinstance(value, list) else [value] for value in given.values()]
        return all(value and all(self.is_page(item) for item in value) for value in values)

    def is_page(self, value: Any) -> bool:
        """Whether a parsed value has a member that holds rows."""
        return has_rows(value, self.members)

    def of_items(self, items: list[Any]) -> list[Source]:
        """Paths and sets of rows, several pages, or the rows of one."""
        if items and all(isinstance(item, (str, os.PathLike, RowSet)) for item in items):
            return [
                source
                for item in items
                for source in (
                    [_of_rowset(item, is_named=item.is_named)] if isinstance(item, RowSet) else self.of_path(Path(item))
                )
            ]
        if items and all(self.is_page(item) for item in items):
            return [_page(item, f"page[{index}]", "") for index, item in enumerate(items)]
        if items and all(isinstance(item, Mapping) for item in items):
            return [_page(items, "page", "")]
        if not items:
            return []
        raise ImporterError(
            "SourceFormat", "expected paths, sets of rows, or parsed pages, but not a mixture with other things"
        )
