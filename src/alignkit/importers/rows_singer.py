"""
Singer files as rows: one set of rows per stream. A file of messages is read as a target would: schemas give the keys,
the last record of a key wins, an activated version ends the ones before, and states are no rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from alignkit.errors import ImporterError
from alignkit.importers.landed_nested import labels_of
from alignkit.importers.landed_styles import STYLES
from alignkit.importers.options import ReadOptions
from alignkit.importers.rows_json import check_depth, decode, parse_json
from alignkit.importers.rowset import RowSet

__all__ = ["rowsets_of"]

TYPES: Final = frozenset({"SCHEMA", "RECORD", "STATE", "ACTIVATE_VERSION", "BATCH"})
DEEPEST: Final = 64
OUTDATED: Final = "an older version of a row"
DELETED: Final = "deleted"


class _Stream:
    """One stream of a file: its keys, its columns, and which of its records count."""

    def __init__(self) -> None:
        self.keys: tuple[str, ...] = ()
        self.columns: dict[str, None] = {}
        self.last: dict[tuple[str, ...], int] = {}
        self.keyless: set[int] = set()
        self.version: int | None = None
        self.skipped: dict[str, int] = {}

    def note(self, number: int, message: Mapping[str, Any]) -> None:
        """Take in one message of the stream."""
        kind = message["type"]
        if kind == "SCHEMA":
            self.keys = tuple(str(key) for key in message.get("key_properties") or ())
            self.columns.update(dict.fromkeys(_schema_columns(message.get("schema"))))
        elif kind == "ACTIVATE_VERSION":
            self.version = message.get("version")
        elif kind == "RECORD":
            record = message.get("record")
            record = record if isinstance(record, Mapping) else {}
            self.columns.update(dict.fromkeys(labels_of(record)))
            key = tuple(str(record.get(name)) for name in self.keys)
            if key and "None" not in key:
                self.last[key] = number
            else:
                self.keyless.add(number)

    def counts(self, number: int, message: Mapping[str, Any], current: frozenset[int]) -> str:
        """Why a record does not count; empty when it does."""
        if number not in current:
            return OUTDATED
        if self.version is not None and message.get("version") != self.version:
            return DELETED
        return DELETED if STYLES["singer"].is_deleted(message["record"]) else ""


def _schema_columns(schema: object, front: str = "") -> Iterator[str]:
    properties = schema.get("properties") if isinstance(schema, Mapping) else None
    for name, about in (properties or {}).items() if isinstance(properties, Mapping) else ():
        below = list(_schema_columns(about, f"{front}{name}."))
        yield from below or [f"{front}{name}"]


def rowsets_of(path: Path, options: ReadOptions | None = None) -> list[RowSet] | None:
    """
    List the streams of a file of Singer messages.

    Returns:
        One set of rows per stream, in order of appearance; None when the first line is no Singer message.

    Raises:
        ImporterError: A line is no message (`SingerSyntax`), a record comes before its schema (`SchemaMissing`), or
            the file hands over batches, which are not read (`SingerBatch`).
    """
    limit = (options or ReadOptions()).longest_line
    streams: dict[str, _Stream] = {}
    try:
        messages = _messages(path, limit)
        first = next(messages, None)
    except ImporterError:
        return None
    if first is None or str(first[1].get("type")) not in TYPES:
        return None
    for number, message in _messages(path, limit):
        if str(message.get("type")) not in TYPES:
            raise _fault(path, number, "SingerSyntax", f"expected a message of {', '.join(sorted(TYPES))}")
        _note(path, streams, number, message)

    def rows_of(name: str) -> Iterator[Mapping[str, Any]]:
        stream = streams[name]
        stream.skipped.clear()
        current = frozenset([*stream.last.values(), *stream.keyless])
        for number, message in _messages(path, limit):
            if message["type"] != "RECORD" or message.get("stream") != name:
                continue
            reason = stream.counts(number, message, current)
            if reason:
                stream.skipped[reason] = stream.skipped.get(reason, 0) + 1
            else:
                yield {column: value for column, value in message["record"].items() if not column.startswith("_sdc_")}

    size = path.stat().st_size // max(len(streams), 1)
    return [
        RowSet(
            name=f"{path.name}: {name}",
            stem=name.rpartition("-")[2].lower(),
            columns=tuple(stream.columns),
            rows=lambda name=name: rows_of(name),  # type: ignore[misc]
            size=size,
            skipped=stream.skipped,
        )
        for name, stream in streams.items()
    ]


def _note(path: Path, streams: dict[str, _Stream], number: int, message: Mapping[str, Any]) -> None:
    if message["type"] == "STATE":
        return
    if message["type"] == "BATCH":
        raise _fault(path, number, "SingerBatch", "batches are not read; let the tap write records")
    name = str(message.get("stream"))
    if message["type"] == "SCHEMA":
        streams.setdefault(name, _Stream())
    if name not in streams:
        raise _fault(path, number, "SchemaMissing", f"stream {name!r} has no SCHEMA message before")
    if message["type"] == "RECORD" and not isinstance(message.get("record"), Mapping):
        raise _fault(path, number, "SingerSyntax", "a RECORD without a record")
    streams[name].note(number, message)


def _messages(path: Path, limit: int) -> Iterator[tuple[int, Mapping[str, Any]]]:
    try:
        stream = path.open("rb")
    except OSError as error:
        raise ImporterError(
            "SourceUnreadable", f"cannot be read: {error.strerror or error}", source=path.name
        ) from error
    with stream:
        number = 0
        while line := stream.readline(limit + 1):
            number += 1
            if len(line) > limit:
                raise _fault(
                    path, number, "TooLarge", f"a line of more than {limit} bytes; limit {limit} (longest_line)"
                )
            if line.isspace():
                continue
            yield number, _parsed(path, number, line)


def _parsed(path: Path, number: int, line: bytes) -> Mapping[str, Any]:
    try:
        message = parse_json(decode(line, "utf-8-sig", path.name), path.name)
        check_depth(message, path.name, DEEPEST)
    except ImporterError as error:
        raise _fault(path, number, error.code, error.reason) from error
    if not isinstance(message, Mapping):
        raise _fault(path, number, "SingerSyntax", "expected an object on each line")
    return message


def _fault(path: Path, number: int, code: str, reason: str) -> ImporterError:
    return ImporterError(code, reason, source=path.name, where=f"line {number}")
