"""What links say of themselves: on a page, and as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alignkit.display import Details, Note, Shown, Table
from alignkit.display.blocks import Block
from alignkit.frames import Column, DataTable

if TYPE_CHECKING:
    from alignkit.linking.links import Links

__all__ = ["links_table", "show_links"]


def show_links(links: Links) -> Shown:
    """What was linked and why, what a person has to decide, and what is alone."""
    rows = ((str(link.left), str(link.right), "; ".join(map(str, link.evidence))) for link in links.links)
    blocks: list[Block] = [Table.first(("record", "is", "because"), rows, len(links.links))]
    if links.ambiguous:
        cases = ((case.reason, "; ".join(map(str, case.candidates))) for case in links.ambiguous)
        table = Table.first(("undecided because", "candidates"), cases, len(links.ambiguous))
        blocks.append(Details(f"{len(links.ambiguous):,} for a person to decide", (table,), is_open=True))
    if links.unlinked:
        alone = ((str(record),) for record in links.unlinked)
        blocks.append(
            Details(f"{len(links.unlinked):,} alone", (Table.first(("record",), alone, len(links.unlinked)),))
        )
    if links.unused:
        shared = ((str(one),) for one in links.unused)
        blocks.append(Details("Too common to count", (Table.first(("value",), shared, len(links.unused)),)))
    if links.missing:
        blocks.append(Note(links.missing))
    lead = f"{len(links.links):,} linked, {len(links.ambiguous):,} undecided, {len(links.unlinked):,} alone"
    return Shown(f"Links of {', '.join(links.systems) or 'no system'}", (lead,), blocks)


def links_table(links: Links, name: str) -> DataTable:
    """`"links"`: a row for each pair; `"undecided"`: a row for each candidate of an undecided case."""
    columns = (
        Column("left_system", str),
        Column("left_kind", str),
        Column("left_id", str),
        Column("right_system", str),
        Column("right_kind", str),
        Column("right_id", str),
        Column("weight", float, "bits"),
        Column("because", str),
    )
    pairs = links.links if name == "links" else [link for case in links.ambiguous for link in case.candidates]
    rows = (
        (
            link.left.system,
            link.left.kind,
            link.left.id,
            link.right.system,
            link.right.kind,
            link.right.id,
            link.weight,
            "; ".join(map(str, link.evidence)),
        )
        for link in pairs
    )
    return DataTable.of_rows(name, columns, rows)
