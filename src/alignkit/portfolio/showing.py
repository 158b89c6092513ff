"""What a portfolio says of itself on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alignkit.display import Details, Note, Shown, Table
from alignkit.display.blocks import Block
from alignkit.domain import COLLECTIONS

if TYPE_CHECKING:
    from alignkit.portfolio.portfolio import Portfolio

__all__ = ["show_portfolio"]


def show_portfolio(portfolio: Portfolio) -> Shown:
    """How many facts of each collection there are, what is unknown, and which references led nowhere."""
    counts = [(name, f"{len(portfolio.records(name)):,}") for name in COLLECTIONS if name in portfolio.given]
    blocks: list[Block] = [Table.first(("collection", "facts#"), counts, len(counts))]
    unknown = [name for name in COLLECTIONS if name not in portfolio.given]
    if unknown:
        blocks.append(Note(f"unknown: {', '.join(unknown)}"))
    if portfolio.unlinked:
        faults = ((str(fault),) for fault in portfolio.unlinked)
        table = Table.first(("reference",), faults, len(portfolio.unlinked))
        blocks.append(Details("References that led nowhere", (table,)))
    return Shown("Portfolio", (f"{len(portfolio):,} facts",), blocks)
