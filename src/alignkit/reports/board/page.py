"""
The board as one HTML document that needs nothing else: its data, its style and its one script are in it.

Everything from outside enters at one of two places: as JSON in a block that no browser runs, and as escaped text in
the title. The document's policy lets only this style and this script act, nothing be fetched, and no text be made
into markup.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import Any, Final

from alignkit.display.inert import inert
from alignkit.reports.board.model import Data

__all__ = ["page_of"]

SCRIPTS: Final = ("dom", "parts", "overview", "list", "customer", "objectives", "main")
# ASCII cannot be misread, whatever encoding a server or a mail program claims, so the hashes hold.
_NOT_ASCII: Final = re.compile("[^\x00-\x7f]")
_HOLE: Final = re.compile(r"\{\{(\w+)\}\}")


def page_of(data: Data) -> str:
    """The document, in ASCII."""
    style, script = _NOT_ASCII.sub(lambda sign: f"\\{ord(sign[0]):x} ", _asset("board.css")), _script()
    parts = {
        "policy": _policy(style, script),
        "title": escape(inert(data.overview["title"])).encode("ascii", "xmlcharrefreplace").decode(),
        "style": style,
        "overview": _json(data.overview),
        "details": _json(data.details),
        "script": script,
    }
    return _filled(_asset("board.html"), parts)


def _filled(template: str, parts: Mapping[str, str]) -> str:
    """The template with its holes filled, each once: a hole in what is put in stays text."""
    return _HOLE.sub(lambda hole: parts[hole[1]], template)


@cache
def _asset(name: str) -> str:
    return files(__package__).joinpath("page", name).read_text(encoding="utf-8")


@cache
def _script() -> str:
    parts = "\n".join(_asset(f"{name}.js") for name in SCRIPTS)
    plain = _NOT_ASCII.sub(lambda sign: f"\\u{ord(sign[0]):04x}", parts)
    return f'(() => {{\n"use strict";\n{plain}\n}})();'


def _policy(style: str, script: str) -> str:
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {_hash(script)}",
            f"style-src {_hash(style)}",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ]
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _json(value: Any) -> str:
    """JSON that HTML has nothing to find in: no letter of it begins a tag, a comment or an entity."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
