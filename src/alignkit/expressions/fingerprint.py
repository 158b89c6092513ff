"""
The meaning of a node as a short text that is the same in every process.

Types that follow from the model (bounds, vocabularies) do not count: only what the rule says.
"""

from __future__ import annotations

import functools
import hashlib
from typing import Any

import attrs

from alignkit.expressions import ir
from alignkit.expressions.model import CUSTOM
from alignkit.expressions.registered import Function

__all__ = ["fingerprint"]


@functools.lru_cache(maxsize=65_536)
def fingerprint(node: ir.Node) -> str:
    """A hash of what the node means, 32 hexadecimal digits."""
    text = f"{type(node).__name__}({', '.join(_part(node, field.name) for field in _meant(node))})"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _meant(node: ir.Node) -> list[attrs.Attribute[Any]]:
    """The fields that mean something: a call of the language itself has no function, and had no such field once."""
    fields = attrs.fields(type(node))
    return [field for field in fields if field.name != "function" or getattr(node, "function", None) is not None]


def _part(node: ir.Node, name: str) -> str:
    value = getattr(node, name)
    if name == "type" and isinstance(node, ir.Field) and node.name.startswith(CUSTOM):
        return f"{value.base} {value.low!r} {value.high!r}"  # what a custom field reads depends on its bounds
    if name == "type":
        return f"{value.base} {value.kind}"
    return _text(value)


def _text(value: Any) -> str:
    if isinstance(value, Function):
        return value.identity
    if isinstance(value, tuple):
        return f"[{' '.join(map(_text, value))}]"
    if attrs.has(type(value)):
        return fingerprint(value)
    return f"{type(value).__name__} {value!r}"
