"""
Pages as HTML that stands on its own: no script, no network, readable in light and in dark.

Every text is made inert and escaped at one place, `_said`; tags are written by this module alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from alignkit.display.blocks import Badge, Block, Cell, Details, Facts, Meter, Note, Shown, Table
from alignkit.display.inert import inert

__all__ = ["LONGEST", "to_html"]

LONGEST: Final = 2_000
"""Letters of one text that are shown; longer ones are cut, so that the size of a page is bounded."""

# Colours are mixed from the page's own text colour, so that they fit a light and a dark page alike.
_STYLE: Final = (
    ".ak{font:14px/1.45 system-ui,sans-serif;max-width:64em;color:inherit}"
    ".ak h4{margin:0 0 .25em;font-size:1.1em}"
    ".ak p{margin:.15em 0}"
    ".ak table{border-collapse:collapse;font-size:inherit;margin:.35em 0;background:transparent}"
    ".ak th,.ak td{padding:.15em .7em .15em 0;text-align:left;vertical-align:top;background:transparent;"
    "border-bottom:1px solid rgba(127,127,127,.3);overflow-wrap:break-word}"
    ".ak .ak-n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}"
    ".ak details{margin:.35em 0}.ak summary{cursor:pointer}"
    ".ak details>*:not(summary){margin-left:1.1em}"
    ".ak .ak-b{border:1px solid currentColor;border-radius:.7em;padding:0 .55em;white-space:nowrap}"
    ".ak .ak-good{color:#1a7f37}.ak .ak-fair{color:#9a6700}.ak .ak-poor{color:#cf222e}"
    "@media(prefers-color-scheme:dark){"
    ".ak .ak-good{color:#4ac26b}.ak .ak-fair{color:#d4a72c}.ak .ak-poor{color:#ff8182}}"
    ".ak .ak-m{display:inline-block;width:6em;height:.6em;border:1px solid rgba(127,127,127,.6);margin-right:.5em}"
    ".ak .ak-m i{display:block;height:100%;background:currentColor;opacity:.6}"
)

_TONES: Final = {"good": " ak-good", "fair": " ak-fair", "poor": " ak-poor"}


def to_html(shown: Shown) -> str:
    """The page as one `div` with its style."""
    lead = "".join(f" {_cell(cell)}" for cell in shown.lead)
    body = "".join(map(_block, shown.blocks))
    return f'<div class="ak"><style>{_STYLE}</style><h4>{_said(shown.title)}</h4><p>{lead}</p>{body}</div>'


def _said(text: str) -> str:
    short = text if len(text) <= LONGEST else text[:LONGEST] + "..."
    return escape(inert(short), quote=True)


def _block(block: Block) -> str:
    match block:
        case Note(text=text):
            return f"<p>{_said(text)}</p>"
        case Facts(pairs=pairs):
            rows = "".join(f'<tr><th scope="row">{_said(name)}</th><td>{_cell(cell)}</td></tr>' for name, cell in pairs)
            return f"<table>{rows}</table>"
        case Table():
            return _table(block)
        case Details(summary=summary, blocks=blocks, is_open=is_open):
            state = " open" if is_open else ""
            return f"<details{state}><summary>{_said(summary)}</summary>{''.join(map(_block, blocks))}</details>"


def _table(table: Table) -> str:
    numbers = [column.endswith("#") for column in table.columns]
    titles = (column.removesuffix("#") for column in table.columns)
    head = "".join(_column("th", _said(title), right) for title, right in zip(titles, numbers, strict=True))
    body = "".join(f"<tr>{_row(row, numbers)}</tr>" for row in table.rows)
    more = f"<p>and {table.more:,} more</p>" if table.more else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def _row(row: Sequence[Cell], numbers: Iterable[bool]) -> str:
    return "".join(_column("td", _cell(cell), right) for cell, right in zip(row, numbers, strict=True))


def _column(tag: str, content: str, right: bool) -> str:
    scope = ' scope="col"' if tag == "th" else ""
    place = ' class="ak-n"' if right else ""
    return f"<{tag}{scope}{place}>{content}</{tag}>"


def _cell(cell: Cell) -> str:
    match cell:
        case Badge(text=text, tone=tone):
            return f'<span class="ak-b{_TONES.get(tone, "")}">{_said(text)}</span>'
        case Meter(part=part, text=text):
            drawn = (
                ""
                if part is None
                else f'<span class="ak-m" aria-hidden="true"><i style="width:{_width(part)}%"></i></span>'
            )
            return drawn + _said(text)
        case _:
            return _said(cell)


def _width(part: float) -> int:
    return int(100 * min(max(part, 0.0), 1.0))
