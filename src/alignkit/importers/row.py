"""One row of any source, in the one form that mappings read."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import attrs

__all__ = ["BadValue", "Row", "place_of", "shortened", "stripped"]

LONGEST_SHOWN = 80


@attrs.frozen
class BadValue:
    """
    A value that its format could not carry; it becomes an issue when a mapping reads it.

    Attributes:
        code: Name of the fault.
        reason: What is wrong.
    """

    code: str
    reason: str


class Row:
    """
    Cells by normalised column name. A column that is empty in this row is not in `cells`.

    Attributes:
        number: Row of a file, the header being row 1; line of JSON lines; None for a JSON page.
        path: Path of the row in a JSON source; empty for rows of named columns.
        cells: Values by normalised column: text, or whatever JSON holds; repeated columns are lists.
        labels: How the source spells each column.
        is_text: Whether all values are text by the nature of the source, so that numbers must be parsed.
        extra: Columns that the mapping adds to every row.
        fault: What makes the row as a whole unusable; None when nothing does.
        is_uniform: Whether all rows of the source share `labels`, as the very same value.
    """

    __slots__ = ("cells", "extra", "fault", "is_text", "is_uniform", "labels", "number", "path")

    def __init__(
        self,
        cells: dict[str, object],
        labels: Mapping[str, str],
        *,
        number: int | None = None,
        path: str = "",
        is_text: bool = True,
        extra: Collection[str] = (),
        fault: BadValue | None = None,
        is_uniform: bool = False,
    ) -> None:
        self.number = number
        self.path = path
        self.cells = cells
        self.labels = labels
        self.is_text = is_text
        self.extra = extra
        self.fault = fault
        self.is_uniform = is_uniform

    def label(self, column: str) -> str:
        """The column as the source spells it."""
        return self.labels.get(column, column)

    @property
    def where(self) -> str:
        """The place in words."""
        return place_of(self.number, self.path)


def place_of(number: int | None, path: str) -> str:
    """A row of a source in words: its number, its path, or both."""
    return " ".join(part for part in (f"row {number}" if number is not None else "", path) if part)


def stripped(column: str, prefixes: tuple[str, ...]) -> str:
    """The column without the first of the prefixes that it starts with."""
    for prefix in prefixes:
        if column.startswith(prefix) and len(column) > len(prefix):
            return column[len(prefix) :]
    return column


def shortened(value: object) -> str:
    """A value as text that fits in a line and can always be written."""
    try:
        text = value if isinstance(value, str) else repr(value)
    except ValueError:
        return "a whole number of thousands of digits"
    text = text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\0")
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 3]}..."
