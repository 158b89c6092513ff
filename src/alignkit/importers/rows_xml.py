"""
XML as rows: streamed, one set of rows per kind of element. Made for entity files (one element per record, columns as
attributes, related records nested), and fit for any file of repeated elements.

A file with a document type is refused before anything of it is read: without one there are no entities of its own, no
external references, and so no expansion. What is left is bounded: depth, length of one text, and repeats of one child.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final
from xml.parsers import expat

from alignkit.errors import ImporterError
from alignkit.importers.options import ReadOptions
from alignkit.importers.rowset import RowSet

__all__ = ["iter_elements", "rowsets_of"]

CHUNK: Final = 65_536
LONGEST_TEXT: Final = 1_048_576
MOST_REPEATS: Final = 1_000

Element = tuple[str, dict[str, Any]]
"""A row: name of its element, and its values by column."""


class _Frame:
    """An element that is open."""

    __slots__ = ("attributes", "has_children", "is_container", "is_list", "name", "own", "text", "values")

    def __init__(self, name: str, own: dict[str, str], outer: Mapping[str, str]) -> None:
        self.name = name
        self.own = own
        self.attributes = {**outer, **own}
        self.values: dict[str, Any] = {}
        self.text: list[str] = []
        self.has_children = False
        self.is_container = False
        self.is_list = not own

    def take_child(self, column: str, value: str) -> None:
        """Keep what a childless element says as a column; several are a list, very many make this a container."""
        if self.is_container:
            return
        held = self.values.get(column)
        if held is None:
            self.values[column] = value
        elif not isinstance(held, list):
            self.values[column] = [held, value]
        elif len(held) < MOST_REPEATS:
            held.append(value)
        else:
            self.is_container = True
            self.values.clear()


class _Elements:
    """Turns what the parser reports into rows; `done` holds those that are complete."""

    def __init__(self, source: str, deepest: int) -> None:
        self.done: list[Element] = []
        self._source = source
        self._deepest = deepest
        self._open: list[_Frame] = []
        self._length = 0
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    @property
    def where(self) -> str:
        """The place that the parser has come to."""
        return f"line {self.parser.CurrentLineNumber} column {self.parser.CurrentColumnNumber + 1}"

    def fail(self, code: str, reason: str) -> ImporterError:
        """The error at this place."""
        return ImporterError(code, reason, source=self._source, where=self.where)

    def _doctype(self, *declared: object) -> None:
        reason = "entities and external references are refused: it declares a document type, limit 0; remove <!DOCTYPE>"
        raise self.fail("XmlRejected", reason)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= self._deepest:
            raise self.fail("TooDeep", f"more than {self._deepest} levels of nesting; limit {self._deepest}")
        for column, value in attributes.items():
            self._check_length(column, len(value))
        outer = self._open[-1].attributes if len(self._open) > 1 else {}
        if self._open:
            self._open[-1].has_children = True
            self._open[-1].text.clear()
        self._length = 0
        self._open.append(_Frame(name.rpartition("}")[2], attributes, outer))

    def _text(self, text: str) -> None:
        self._length += len(text)
        self._check_length(self._open[-1].name, self._length)
        if not self._open[-1].has_children:
            self._open[-1].text.append(text)

    def _check_length(self, name: str, length: int) -> None:
        if length > LONGEST_TEXT:
            raise self.fail("FieldTooLong", f"{name!r} holds more than {LONGEST_TEXT} characters; limit {LONGEST_TEXT}")

    def _end(self, name: str) -> None:
        frame = self._open.pop()
        self._length = 0
        if not self._open:
            return
        text = "".join(frame.text).strip()
        parent = self._open[-1]
        is_leaf = not frame.has_children
        parent.is_list = parent.is_list and is_leaf and not frame.own
        if len(self._open) > 1:
            self._tell_parent(parent, frame, text)
        is_value = is_leaf and bool(text) and len(self._open) > 1
        if not is_value and (frame.own or (frame.values and not is_leaf)):
            if text:
                frame.values[frame.name] = text
            self.done.append((frame.name, {**frame.attributes, **frame.values}))

    def _tell_parent(self, parent: _Frame, frame: _Frame, text: str) -> None:
        """Give what an element says as columns to the one around it: a childless one, or a list of words."""
        if not frame.has_children:
            if text:
                parent.take_child(frame.name, text)
            for column, value in frame.own.items():
                parent.take_child(f"{frame.name}.{column}", value)
        elif frame.is_list and len(frame.values) == 1:
            ((name, words),) = frame.values.items()
            for word in words if isinstance(words, list) else [words]:
                parent.take_child(f"{frame.name}.{name}", word)


def iter_elements(stream: BinaryIO, source: str, options: ReadOptions | None = None) -> Iterator[Element]:
    """
    Give the rows of an XML file, an inner element before the one it stands in.

    An element is a row when it has attributes, or childless elements in it; one within another that holds only text
    is a value, not a row. Its columns are its attributes, those of
    the elements it stands in (its own win; the outermost element is no row and gives none), and its childless
    elements: their text under their name, their attributes as `name.attribute`. Repeated ones are a list, and so is
    an element that holds only texts of one name, as `name.name`.

    Args:
        stream: The file, open in binary; the encoding is the one the file declares.
        source: Name for errors.
        options: Limits.

    Raises:
        ImporterError: It declares a document type (`XmlRejected`), is no XML (`XmlSyntax`), is nested too deeply
            (`TooDeep`), or holds too long a text (`FieldTooLong`). Each says the limit.
    """
    elements = _Elements(source, (options or ReadOptions()).deepest_xml)
    is_empty = True
    try:
        while chunk := stream.read(CHUNK):
            is_empty = False
            elements.parser.Parse(chunk, False)
            yield from elements.done
            elements.done.clear()
        if is_empty:
            raise ImporterError("EmptyFile", "there is nothing in it; expected XML", source=source)
        elements.parser.Parse(b"", True)
    except expat.ExpatError as error:
        where = f"line {error.lineno} column {error.offset + 1}"
        raise ImporterError(
            "XmlSyntax", f"{expat.ErrorString(error.code)}; expected XML", source=source, where=where
        ) from None
    yield from elements.done


def stem_of(name: str) -> str:
    """What a table is recognised by: the last part of `mantle.party.Party`, lower case."""
    return name.rpartition(".")[2].lower()


def rowsets_of(path: Path, options: ReadOptions | None = None) -> list[RowSet]:
    """
    List the kinds of elements of an XML file, in the order in which they first appear.

    The file is read once here, and once more for each kind whose rows are asked for; memory does not grow with it. Rows
    are numbered within their kind.

    Raises:
        ImporterError: As `iter_elements` says, or it cannot be opened (`SourceUnreadable`), or is too large (`TooLarge`).
    """
    most = (options or ReadOptions()).largest_xml
    found: dict[str, dict[str, None]] = {}
    for name, values in _read(path, options, most):
        found.setdefault(name, {}).update(dict.fromkeys(values))

    def rows_of(kind: str) -> Iterator[Mapping[str, Any]]:
        return (values for name, values in _read(path, options, most) if name == kind)

    size = path.stat().st_size // max(len(found), 1)
    return [
        RowSet(
            name=f"{path.name}: {name}",
            stem=stem_of(name),
            columns=tuple(columns),
            rows=lambda kind=name: rows_of(kind),  # type: ignore[misc]
            is_text=True,
            size=size,
        )
        for name, columns in found.items()
    ]


def _read(path: Path, options: ReadOptions | None, most: int) -> Iterator[Element]:
    try:
        size = path.stat().st_size
        stream = path.open("rb")
    except OSError as error:
        reason = f"cannot be read: {error.strerror or error}"
        raise ImporterError("SourceUnreadable", reason, source=path.name) from error
    with stream:
        if size > most:
            raise ImporterError("TooLarge", f"{size} bytes; limit {most} (largest_xml)", source=path.name)
        yield from iter_elements(stream, path.name, options)
