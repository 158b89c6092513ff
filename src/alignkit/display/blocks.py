"""The blocks that a page in a notebook is made of. Plain values; how they look is `html`'s and `text`'s business."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Final, TypeAlias, Union

from attrs import field, frozen

__all__ = ["MOST_ROWS", "Badge", "Block", "Cell", "Details", "Facts", "Meter", "Note", "Shown", "Table"]

MOST_ROWS: Final = 20
"""How many rows of a table are shown unless said otherwise."""


@frozen
class Badge:
    """
    A word that stands out, such as a band.

    Attributes:
        text: The word.
        tone: `"good"`, `"fair"`, `"poor"` or `"plain"`; said by the word too, never by colour alone.
    """

    text: str
    tone: str = "plain"


@frozen
class Meter:
    """
    A share of a whole, drawn beside its number.

    Attributes:
        part: 0..1; None draws nothing.
        text: The number as people read it.
    """

    part: float | None
    text: str


Cell: TypeAlias = str | Badge | Meter
"""What stands in a cell of a table, or behind the name of a fact."""


Block: TypeAlias = Union["Note", "Facts", "Table", "Details"]
"""What a page is made of."""


@frozen
class Note:
    """A line of text."""

    text: str


def _pairs(given: Iterable[tuple[str, Cell]]) -> tuple[tuple[str, Cell], ...]:
    return tuple(given)


@frozen
class Facts:
    """Names with what they are, one below the other."""

    pairs: tuple[tuple[str, Cell], ...] = field(converter=_pairs)


def _texts(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(given)


def _rows(given: Iterable[Iterable[Cell]]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(map(tuple, given))


@frozen
class Table:
    """
    Rows under titles.

    Attributes:
        columns: Titles; one that ends in `#` holds numbers, which are set to the right.
        rows: Cells, as many a row as there are columns.
        more: How many rows there are beyond those.
    """

    columns: tuple[str, ...] = field(converter=_texts)
    rows: tuple[tuple[Cell, ...], ...] = field(converter=_rows)
    more: int = 0

    @classmethod
    def first(cls, columns: Iterable[str], rows: Iterable[Iterable[Cell]], total: int, most: int = MOST_ROWS) -> Table:
        """A table of the first rows of many; no more of them are asked for than are shown."""
        shown = [tuple(row) for row in islice(rows, most)]
        return cls(_texts(columns), _rows(shown), max(0, total - len(shown)))


def _blocks(given: Iterable[Block]) -> tuple[Block, ...]:
    return tuple(given)


def _cells(given: Iterable[Cell]) -> tuple[Cell, ...]:
    return tuple(given)


@frozen
class Details:
    """
    Blocks that can be folded away.

    Attributes:
        summary: The line that stays.
        blocks: What is below it.
        is_open: Whether it is unfolded at first.
    """

    summary: str
    blocks: tuple[Block, ...] = field(converter=_blocks)
    is_open: bool = False


@frozen
class Shown:
    """
    A page.

    Attributes:
        title: What is shown.
        lead: The most important thing about it: text, a badge or a meter.
        blocks: Everything else, in order.
    """

    title: str
    lead: tuple[Cell, ...] = field(converter=_cells, default=())
    blocks: tuple[Block, ...] = field(converter=_blocks, default=())
