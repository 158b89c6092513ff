"""What the caller gave, as a list of sources that can be opened: files of a folder, single files, or parsed pages."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import attrs

from alignkit.errors import ImporterError

__all__ = ["Given", "Source", "sources_of"]

Given = str | os.PathLike[str] | Mapping[str, Any] | Iterable[Any]
"""A folder, a file, several of either, one parsed page, several pages, or pages by record name."""

PAGE_MEMBERS = ("results", "issues", "values")
FORMATS = {".csv": "csv", ".json": "json"}


@attrs.frozen(kw_only=True)
class Source:
    """
    One thing to read.

    Attributes:
        name: For people: the file's name, or the page's.
        stem: For recognition: the name without ending and page number, lower case; empty when nothing hints.
        format: `"csv"` or `"json"`.
        path: The file; None for a parsed page.
        page: The parsed page; None for a file.
        size: Bytes of the file; 0 for a parsed page.
        is_named: Whether the caller named it, rather than the folder it is in.
    """

    name: str
    stem: str
    format: str
    path: Path | None = None
    page: Any = None
    size: int = 0
    is_named: bool = True

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
    return ImporterError("SourceUnreadable", f"cannot be read: {error.strerror or error}", source=path.name)


def stem_of(name: str) -> str:
    """The part of a file name that says what it holds: no ending, page number, or `_data`; lower case."""
    stem = Path(name).stem.lower().replace(" ", "_")
    return re.sub(r"([-_.]\d+)+$", "", stem)


def sources_of(given: Given) -> tuple[list[Source], dict[str, str]]:
    """
    List what there is to read.

    Returns:
        The sources, in a stable order, and the files of folders that are neither CSV nor JSON with the reason.

    Raises:
        ImporterError: A path does not exist (`SourceUnreadable`), a named file is neither CSV nor JSON
            (`SourceFormat`), or there is nothing at all (`NothingToRead`).
    """
    unread: dict[str, str] = {}
    if isinstance(given, (str, os.PathLike)):
        sources = _of_path(Path(given), unread)
    elif isinstance(given, Mapping):
        sources = _of_mapping(given)
    elif isinstance(given, Iterable) and not isinstance(given, (bytes, bytearray)):
        sources = _of_items(list(given), unread)
    else:
        raise ImporterError("SourceFormat", f"expected a path, paths, or parsed pages, got {type(given).__name__}")
    if not sources and not unread:
        raise ImporterError("NothingToRead", "no file and no page was given")
    return sources, unread


def _of_path(path: Path, unread: dict[str, str]) -> list[Source]:
    try:
        if path.is_dir():
            return _of_folder(path, unread)
        size = path.stat().st_size
    except (OSError, ValueError) as error:
        cause = error if isinstance(error, OSError) else OSError(str(error))
        raise _unreadable(path, cause) from error
    form = FORMATS.get(path.suffix.lower())
    if form is None:
        reason = f"expected a name that ends in {' or '.join(FORMATS)}"
        raise ImporterError("SourceFormat", reason, source=path.name)
    return [Source(name=path.name, stem=stem_of(path.name), format=form, path=path, size=size)]


def _of_folder(folder: Path, unread: dict[str, str]) -> list[Source]:
    found: list[Source] = []
    for path in sorted(folder.iterdir(), key=lambda entry: _natural(entry.name)):
        if path.name.startswith(".") or path.is_dir():
            continue
        if path.suffix.lower() in FORMATS:
            found += [attrs.evolve(source, is_named=False) for source in _of_path(path, unread)]
        else:
            unread[path.name] = "neither CSV nor JSON"
    if not found:
        raise ImporterError("NothingToRead", "the folder holds no CSV and no JSON file", source=folder.name)
    return found


def _natural(name: str) -> list[tuple[int, str]]:
    """Sorts `page-2` before `page-10`."""
    parts = re.split(r"(\d{1,9})", name.lower())
    return [(int(part), "") if part.isascii() and part.isdigit() else (-1, part) for part in parts]


def _page(page: Any, name: str, stem: str) -> Source:
    return Source(name=name, stem=stem, format="json", page=page)


def _of_mapping(given: Mapping[str, Any]) -> list[Source]:
    if any(isinstance(given.get(member), list) for member in PAGE_MEMBERS):
        return [_page(given, "page", "")]
    sources: list[Source] = []
    for name, value in given.items():
        pages = value if isinstance(value, list) and value and all(_is_page(item) for item in value) else [value]
        many = len(pages) > 1
        sources += [
            _page(page, f"{name}[{index}]" if many else str(name), stem_of(str(name)))
            for index, page in enumerate(pages)
        ]
    return sources


def _is_page(value: Any) -> bool:
    return isinstance(value, Mapping) and any(isinstance(value.get(member), list) for member in PAGE_MEMBERS)


def _of_items(items: list[Any], unread: dict[str, str]) -> list[Source]:
    if items and all(isinstance(item, (str, os.PathLike)) for item in items):
        return [source for item in items for source in _of_path(Path(item), unread)]
    if items and all(_is_page(item) for item in items):
        return [_page(item, f"page[{index}]", "") for index, item in enumerate(items)]
    if items and all(isinstance(item, Mapping) for item in items):
        return [_page(items, "page", "")]
    if not items:
        return []
    raise ImporterError("SourceFormat", "expected paths, or parsed pages, but not a mixture of them and other things")
