"""Text from outside made harmless to show."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["inert"]

_BLANKS: Final = re.compile("[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+")
# C0 and C1 controls, marks and overrides of writing direction, and halves of surrogate pairs.
_ACTIVE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def inert(text: str) -> str:
    r"""
    Text that a terminal or a page only shows: line breaks become blanks, other controls their escape.

    Example:
        >>> print(inert("red\x1b[31m, two\nlines"))
        red\x1b[31m, two lines
    """
    return _ACTIVE.sub(_escaped, _BLANKS.sub(" ", text))
