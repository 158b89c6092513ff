"""How sources are read: limits and text format, as one value."""

from __future__ import annotations

from typing import Literal

import attrs

from alignkit.errors import ValidationError

__all__ = ["ClockChange", "Dangling", "ImportProgress", "ReadOptions"]

Dangling = Literal["unlink", "park", "reject", "stub"]
"""What to do with a reference to a record that was not imported: leave it unknown, set the row aside for a later
`merge`, refuse the row, or make a placeholder for the missing record."""

ClockChange = Literal["error", "earlier", "later"]
"""What a local time means that a change of the clocks makes ambiguous or skips."""


@attrs.frozen(kw_only=True)
class ReadOptions:
    """
    Limits and text format of the sources.

    Attributes:
        encoding: Of text files. The default also takes a byte order mark.
        delimiter: Between the cells of a CSV file.
        clock_change: What ambiguous and skipped local times mean.
        largest_json: Most bytes of one JSON file; a page is held in memory as a whole.
        deepest_json: Most levels of nesting in JSON.
        longest_line: Most bytes of one line of JSON lines.
        largest_xml: Most bytes of one XML file.
        deepest_xml: Most levels of nesting in XML.
        largest_archive: Most bytes of a workbook once it is unpacked.
        most_ratio: Most times that a part of a workbook may grow when it is unpacked.
        most_issues: Most issues that the report lists; more are only counted.
    """

    encoding: str = "utf-8-sig"
    delimiter: str = attrs.field(default=",")
    clock_change: ClockChange = "error"
    largest_json: int = 256 * 1024 * 1024
    deepest_json: int = 64
    longest_line: int = 16 * 1024 * 1024
    largest_xml: int = 256 * 1024 * 1024
    deepest_xml: int = 64
    largest_archive: int = 512 * 1024 * 1024
    most_ratio: int = 100
    most_issues: int = 10_000

    @delimiter.validator
    def _check_delimiter(self, attribute: attrs.Attribute[str], value: str) -> None:
        if len(value) != 1 or value in '"\r\n':
            reason = f"expected one character that is no quote and no line end, got {value!r}"
            raise ValidationError(reason, entity="ReadOptions", field="delimiter", value=value)


@attrs.frozen(kw_only=True)
class ImportProgress:
    """
    How far an import has come.

    Attributes:
        source: File being read.
        rows: Rows read so far, over all sources.
        done_bytes: Bytes read so far, over all files.
        total_bytes: Bytes of all files; 0 when the pages were given as values.
    """

    source: str
    rows: int
    done_bytes: int
    total_bytes: int
