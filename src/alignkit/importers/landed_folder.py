"""
Tables that a loader landed as files: `<table>.csv` and `<table>.jsonl`, or a folder of such files per table, as dlt's
filesystem destination and Airbyte's local destinations leave them. Files may be packed with gzip.
"""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final

from alignkit.errors import ImporterError
from alignkit.importers.options import ReadOptions
from alignkit.importers.preset import Table
from alignkit.importers.rows_csv import CsvFile
from alignkit.importers.rows_json import check_depth, decode, parse_json

__all__ = ["LandedFolder"]

ENDINGS: Final = (".csv", ".jsonl", ".ndjson", ".json")
GZIP: Final = b"\x1f\x8b"


class LandedFolder:
    """
    A folder into which a loader landed tables.

    Attributes:
        path: The folder.
        options: Limits and text format; what is unpacked may be `most_ratio` times as large as the file.
        unread: Files that are no table here, with the reason.
    """

    def __init__(self, path: str | Path, options: ReadOptions | None = None) -> None:
        self.path = Path(path)
        self.options = options or ReadOptions()
        self.unread: dict[str, str] = {}
        self._files: dict[str, list[Path]] = {}
        self._columns: dict[str, list[str]] = {}
        if not self.path.is_dir():
            raise ImporterError("SourceUnreadable", "expected a folder of landed tables", source=str(path))
        for entry in sorted(self.path.iterdir()):
            if entry.is_dir():
                self._take(entry.name, sorted(file for file in entry.iterdir() if file.is_file()))
            else:
                self._take(_bare(entry.name), [entry])

    def _take(self, table: str, files: list[Path]) -> None:
        for file in files:
            if _ending(file.name) in ENDINGS:
                self._files.setdefault(table, []).append(file)
            else:
                self.unread[file.name] = f"expected a name that ends in {', '.join(ENDINGS)}, or these with .gz"

    def names(self) -> list[str]:
        """Names of the tables, sorted."""
        return sorted(self._files)

    def columns(self, table: str) -> list[str]:
        """Columns of one table: the headers of its CSV files, or whatever the rows of its JSON lines have."""
        if table not in self._columns:
            found: dict[str, None] = {}
            for file in self._files[table]:
                if _ending(file.name) == ".csv":
                    with CsvFile(self._open(file), file.name, self.options) as opened:
                        found.update(dict.fromkeys(opened.header))
                else:
                    for row in self._lines(file):
                        found.update(dict.fromkeys(row))
            self._columns[table] = list(found)
        return self._columns[table]

    def rows(self, table: str, columns: Sequence[str] | None = None) -> Iterator[Mapping[str, Any]]:
        """
        Rows of one table, file by file in the order of their names.

        Raises:
            ImporterError: A file cannot be read as what its name says; `code` says why.
        """
        for file in self._files[table]:
            if _ending(file.name) == ".csv":
                with CsvFile(self._open(file), file.name, self.options) as opened:
                    for row in opened.rows(Table()):
                        if row.fault is not None:
                            raise ImporterError(row.fault.code, row.fault.reason, source=file.name, where=row.where)
                        yield row.cells
            else:
                yield from self._lines(file)

    def _lines(self, file: Path) -> Iterator[Mapping[str, Any]]:
        with self._open(file) as stream:
            for number, line in enumerate(iter(lambda: stream.readline(self.options.longest_line + 1), b""), start=1):
                if line.isspace():
                    continue
                if len(line) > self.options.longest_line:
                    raise self._fault(file, number, "TooLarge", f"limit {self.options.longest_line} (longest_line)")
                row = parse_json(decode(line, self.options.encoding, file.name), file.name)
                check_depth(row, file.name, self.options.deepest_json)
                if not isinstance(row, Mapping):
                    raise self._fault(file, number, "RowShape", "expected an object on each line")
                yield row

    def _fault(self, file: Path, number: int, code: str, reason: str) -> ImporterError:
        return ImporterError(code, reason, source=file.name, where=f"line {number}")

    def _open(self, file: Path) -> BinaryIO:
        try:
            with file.open("rb") as probe:
                is_packed = probe.read(2) == GZIP
            if not is_packed:
                return file.open("rb")
            most = max(file.stat().st_size * self.options.most_ratio, 1 << 20)
            return io.BufferedReader(_Unpacked(file, most))
        except OSError as error:
            reason = f"cannot be read: {error.strerror or error}"
            raise ImporterError("SourceUnreadable", reason, source=str(file)) from error


class _Unpacked(io.RawIOBase):
    """What a gzip file holds, up to a size."""

    def __init__(self, file: Path, most: int) -> None:
        self._stream = gzip.open(file, "rb")  # noqa: SIM115 (closed with this one)
        self._name = file.name
        self._most = most
        self._read = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        self._read += len(data)
        if self._read > self._most:
            reason = f"unpacks to more than {self._most} bytes; limit {self._most} (most_ratio)"
            raise ImporterError("ArchiveRejected", reason, source=self._name)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()


def _ending(name: str) -> str:
    return Path(name.lower().removesuffix(".gz")).suffix


def _bare(name: str) -> str:
    """A table's name: the file's without its endings and page number."""
    return re.sub(r"([-_.]\d+)+$", "", Path(name.lower().removesuffix(".gz")).stem)
