"""
A brief as Markdown and as HTML, in which text from facts is text and nothing else.

Every piece of text is made inert (line breaks, controls, writing direction) and escaped in one place: in Markdown so
that no link, picture, tag, heading, list or mention comes of it, in HTML by entities. Nothing here writes a link.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Final, Protocol

from alignkit.display.inert import inert

__all__ = ["html_of", "markdown_of", "markdown_text"]

_ACTIVE: Final = re.compile(r"[\\`*_{}\[\]<>#!|~&/@$^]|(?<!\d)\.(?=\S)|\.(?=[^\s\d])")
_FIRST: Final = re.compile(r"^(?:([-+=:])|(\d+)([.)]))")


class Item(Protocol):
    """The part of an item that is written."""

    @property
    def text(self) -> str: ...


class Section(Protocol):
    """The part of a section that is written."""

    @property
    def title(self) -> str: ...
    @property
    def items(self) -> Sequence[Item]: ...


def markdown_text(text: str) -> str:
    r"""
    Text as Markdown that shows just it.

    Example:
        >>> print(markdown_text("1. [click](http://x.example) <b>"))
        1\. \[click\](http:\/\/x\.example) \<b\>
    """
    line = " ".join(inert(text).split())
    line = _ACTIVE.sub(lambda found: "\\" + found[0], line)
    return _FIRST.sub(lambda found: f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}", line)


def markdown_of(title: str, lead: Sequence[str], sections: Iterable[Section]) -> str:
    """The brief as CommonMark, ending in a line break."""
    lines = [f"# {markdown_text(title)}"]
    for text in lead:
        lines += ["", markdown_text(text)]
    for section in sections:
        lines += ["", f"## {markdown_text(section.title)}", ""]
        lines += [f"- {markdown_text(item.text)}" for item in section.items]
    return "\n".join(lines) + "\n"


def html_of(title: str, lead: Sequence[str], sections: Iterable[Section]) -> str:
    """The brief as a fragment of HTML: headings, paragraphs and lists, without style, script or link."""
    parts = [f"<h1>{_said(title)}</h1>", *(f"<p>{_said(text)}</p>" for text in lead)]
    for section in sections:
        items = "".join(f"<li>{_said(item.text)}</li>" for item in section.items)
        parts.append(f"<h2>{_said(section.title)}</h2><ul>{items}</ul>")
    return f"<article>{''.join(parts)}</article>"


def _said(text: str) -> str:
    return escape(inert(text), quote=True)
