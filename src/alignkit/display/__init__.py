"""
How results look in a notebook and in a console: one small tree of blocks, written as HTML or as plain text.

What a result says of itself is its own affair (`showing`); this package knows no result. Every text is made inert,
nothing is fetched, and the size of a page does not follow the size of a portfolio.
"""

from __future__ import annotations

from alignkit.display.blocks import Badge, Details, Facts, Meter, Note, Shown, Table
from alignkit.display.html import to_html
from alignkit.display.options import Options, options
from alignkit.display.showing import Displayed
from alignkit.display.text import to_text

__all__ = [
    "Badge",
    "Details",
    "Displayed",
    "Facts",
    "Meter",
    "Note",
    "Options",
    "Shown",
    "Table",
    "options",
    "to_html",
    "to_text",
]
