"""
How lines are set in plain text: width, wrapping, columns. Counts wide characters as two and marks as none.

Owns the page, refuses to know what stands on it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

__all__ = ["NARROWEST", "bar", "joined", "padded", "page_width", "row", "shortened", "width_of", "wrapped"]

NARROWEST: Final = 40
"""Narrower pages are laid out for this width."""


def page_width(width: int) -> int:
    """The width to lay out for: what was asked, at least 40."""
    return max(width, NARROWEST)


def _character_width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def width_of(text: str) -> int:
    """Columns that a terminal takes for the text."""
    return len(text) if text.isascii() else sum(map(_character_width, text))


def _cut(text: str, width: int) -> int:
    """How many characters fit into the width."""
    used = 0
    for place, character in enumerate(text):
        used += _character_width(character)
        if used > width:
            return place
    return len(text)


def shortened(text: str, width: int) -> str:
    """The text where it fits, else its beginning and three dots."""
    return text if width_of(text) <= width else text[: _cut(text, width - 3)].rstrip() + "..."


def padded(text: str, width: int, *, right: bool = False) -> str:
    """The text, shortened or filled up with blanks to exactly the width (one less where a wide letter was cut)."""
    text = shortened(text, width)
    blanks = " " * (width - width_of(text))
    return blanks + text if right else text + blanks


def wrapped(text: str, width: int, *, indent: str = "", hanging: str | None = None) -> list[str]:
    """
    Break text into lines at blanks; a word longer than a line is broken where the line ends.

    Args:
        text: Without line breaks.
        width: Columns of a line, indent included.
        indent: Put before the first line.
        hanging: Put before the others; the indent again when None.
    """
    following = indent if hanging is None else hanging
    lines: list[str] = []
    line, empty = indent, True
    for word in text.split():
        rest = word
        while rest:
            gap = "" if empty else " "
            if width_of(line + gap + rest) <= width:
                line, rest, empty = line + gap + rest, "", False
            elif not empty:
                lines.append(line)
                line, empty = following, True
            else:
                end = max(1, _cut(rest, width - width_of(line)))
                lines.append(line + rest[:end])
                line, rest = following, rest[end:]
    return lines if empty else [*lines, line]


def row(left: str, right: str, width: int, *, indent: str = "") -> list[str]:
    """
    Text on the left, wrapped where needed, with a short text at the right edge of its last line.

    Args:
        left: What the row is about.
        right: What stands at the right edge.
        width: Columns of a line.
        indent: Put before each line of `left`.
    """
    lines = wrapped(left, width - width_of(right) - 2, indent=indent) or [indent]
    gap = " " * (width - width_of(lines[-1]) - width_of(right))
    return [*lines[:-1], f"{lines[-1]}{gap}{right}"]


def bar(micro: int | None, cells: int, *, is_unicode: bool = False) -> str:
    """A bar that is full at 100,000,000 only; blank for None."""
    if micro is None:
        return " " * cells
    full = micro * cells // 100_000_000
    done, rest = ("█", "░") if is_unicode else ("#", ".")
    return done * full + rest * (cells - full)


def joined(lines: Iterable[str]) -> str:
    """The lines as one text, without blanks at their ends."""
    return "\n".join(line.rstrip() for line in lines)
