"""One row of any source, in the one form that mappings read."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import attrs

__all__ = ["BadValue", "Row", "shortened", "stripped"]

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
        number: Row of a CSV file, the header being row 1; None for JSON.
        path: Path of the row in a JSON source; empty for CSV.
        cells: Values by normalised column: text, or whatever JSON holds; repeated columns are lists.
        labels: How the source spells each column.
        is_text: Whether all values are text by the nature of the source, so that numbers must be parsed.
        extra: Columns that the mapping adds to every row.
        fault: What makes the row as a whole unusable; None when nothing does.
    """

    __slots__ = ("cells", "extra", "fault", "is_text", "labels", "number", "path")

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
    ) -> None:
        self.number = number
        self.path = path
        self.cells = cells
        self.labels = labels
        self.is_text = is_text
        self.extra = extra
        self.fault = fault

    def label(self, column: str) -> str:
        """The column as the source spells it."""
        return self.labels.get(column, column)

    @property
    def where(self) -> str:
        """The place in words."""
        return self.path or f"row {self.number}"


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
