"""Pages as plain text: the twin of `html`, with the same content in the same order."""

from __future__ import annotations

from typing import Final

from alignkit.display.blocks import Badge, Block, Cell, Details, Facts, Meter, Note, Shown, Table
from alignkit.display.inert import inert
from alignkit.display.layout import bar, joined, padded, page_width, width_of, wrapped

__all__ = ["to_text"]

CELLS: Final = 10
WIDEST: Final = 48
FULL: Final = 100_000_000


def to_text(shown: Shown, *, width: int = 100) -> str:
    """The page as lines, without a line break at its end; controls in it are made inert."""
    width = page_width(width)
    lines = wrapped(inert(shown.title), width)
    lead = "  ".join(map(_cell, shown.lead))
    if lead:
        lines += wrapped(lead, width)
    for block in shown.blocks:
        lines += ["", *_block(block, width, "")]
    return joined(lines)


def _block(block: Block, width: int, indent: str) -> list[str]:
    match block:
        case Note(text=text):
            return wrapped(inert(text), width, indent=indent)
        case Facts(pairs=pairs):
            room = min(max((width_of(inert(name)) for name, _ in pairs), default=0), WIDEST)
            lines: list[str] = []
            for name, cell in pairs:
                start = f"{indent}{padded(inert(name), room)}  "
                lines += wrapped(_cell(cell), width, indent=start, hanging=" " * width_of(start))
            return lines
        case Table():
            return _table(block, width, indent)
        case Details(summary=summary, blocks=blocks):
            lines = wrapped(inert(summary), width, indent=indent)
            for inner in blocks:
                lines += _block(inner, width, indent + "  ")
            return lines


def _table(table: Table, width: int, indent: str) -> list[str]:
    numbers = [column.endswith("#") for column in table.columns]
    titles = [inert(column.removesuffix("#")) for column in table.columns]
    rows = [[_cell(cell) for cell in row] for row in table.rows]
    widths = [min(max(width_of(text) for text in column), WIDEST) for column in zip(titles, *rows, strict=True)]
    lines = [_row(titles, widths, numbers, indent), *(_row(row, widths, numbers, indent) for row in rows)]
    if table.more:
        lines.append(f"{indent}and {table.more:,} more")
    return lines


def _row(texts: list[str], widths: list[int], numbers: list[bool], indent: str) -> str:
    cells = (padded(text, room, right=right) for text, room, right in zip(texts, widths, numbers, strict=True))
    return (indent + "  ".join(cells)).rstrip()


def _cell(cell: Cell) -> str:
    match cell:
        case Badge(text=text):
            return inert(text)
        case Meter(part=part, text=text):
            drawn = "" if part is None else bar(int(min(max(part, 0.0), 1.0) * FULL), CELLS) + " "
            return drawn + inert(text)
        case _:
            return inert(cell)
