"""CSV that a spreadsheet shows and does not run."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import StringIO
from typing import Final

__all__ = ["csv_text", "guarded"]

ACTIVE: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a cell begins with that some spreadsheet takes for a formula."""


def guarded(text: str) -> str:
    """
    A text that no spreadsheet takes for a formula.

    Example:
        >>> guarded("=1+1"), guarded("plain"), guarded(" @x")
        ("'=1+1", 'plain', "' @x")
    """
    return f"'{text}" if text.lstrip(" ").startswith(ACTIVE) else text


def csv_text(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Titles and rows as CSV; None is an empty cell, moments are ISO text with their offset."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([guarded(title) for title in titles])
    for row in rows:
        writer.writerow([_cell(cell) for cell in row])
    return out.getvalue()


def _cell(cell: object) -> object:
    if isinstance(cell, str):
        return guarded(cell)
    return cell.isoformat() if isinstance(cell, datetime) else cell
