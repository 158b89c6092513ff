"""
A dictionary with a few changes on top, shared and never written to.

The changes lie in layers, the newest and smallest first. A layer that has grown to an eighth of the one below is
merged into it, and all of them into a new plain dictionary when they reach an eighth of that. Each change is
therefore copied a bounded number of times per layer, and there are as many layers as the size has octal digits:
an update costs the same among a thousand entries and among a million, reading costs one more lookup per layer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, Final, Generic, Literal, TypeAlias, TypeVar, Union

__all__ = ["GONE", "Edit", "Overlay", "patched", "plain"]

RATIO: Final = 8

V = TypeVar("V")


class Gone(Enum):
    """The mark of a removed entry."""

    GONE = "gone"


GONE: Final = Gone.GONE

Edit: TypeAlias = Union[V, Literal[Gone.GONE]]
"""What becomes of an entry: its new value, or `GONE`."""


class Overlay(Mapping[str, V], Generic[V]):
    """
    What a plain dictionary shows with the layers applied. Values are never None.

    Attributes:
        base: The dictionary below.
        layers: Changes, the newest first.
        changed: How many entries all layers have.
    """

    __slots__ = ("_length", "base", "changed", "layers")

    def __init__(self, base: dict[str, V], layers: tuple[Mapping[str, Edit[V]], ...], changed: int) -> None:
        self.base = base
        self.layers = layers
        self.changed = changed
        self._length = -1

    def get(self, key: str, default: Any = None) -> Any:
        """The value, or `default` where there is none."""
        for layer in self.layers:
            found = layer.get(key)
            if found is not None:
                return default if found is GONE else found
        return self.base.get(key, default)

    def __getitem__(self, key: str) -> V:
        found: V | None = self.get(key)
        if found is None:
            raise KeyError(key)
        return found

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self.get(key) is not None

    def __len__(self) -> int:
        if self._length < 0:
            base, changes = self.base, self.changes()
            self._length = len(base) + sum((new is not GONE) - (key in base) for key, new in changes.items())
        return self._length

    def __iter__(self) -> Iterator[str]:
        changes = self.changes()
        for key in self.base:
            if changes.get(key) is not GONE:
                yield key
        for key, value in changes.items():
            if key not in self.base and value is not GONE:
                yield key

    def __repr__(self) -> str:
        return f"<Overlay: {len(self)} entries, {self.changed} changes>"

    def changes(self) -> dict[str, Edit[V]]:
        """All layers as one."""
        merged: dict[str, Edit[V]] = {}
        for layer in reversed(self.layers):
            merged.update(layer)
        return merged


def patched(mapping: Mapping[str, V], changes: Mapping[str, Edit[V]]) -> Mapping[str, V]:
    """
    The mapping with the changes made, at a cost that follows their number. Neither argument is written to.

    Returns:
        The mapping itself when there are no changes, else a plain dictionary or an overlay, whichever is due.
    """
    if not changes:
        return mapping
    base: dict[str, V]
    layers: tuple[Mapping[str, Edit[V]], ...]
    if isinstance(mapping, Overlay):
        base, layers, changed = mapping.base, mapping.layers, mapping.changed
    else:
        base, layers, changed = _own(mapping), (), 0
    newest = changes
    changed += len(newest)
    while layers and len(newest) * RATIO >= len(layers[0]):
        changed -= len(newest) + len(layers[0])
        newest, layers = {**layers[0], **newest}, layers[1:]
        changed += len(newest)
    overlay = Overlay(base, (newest, *layers), changed)
    return plain(overlay) if changed * RATIO >= len(base) else overlay


def plain(mapping: Mapping[str, V]) -> dict[str, V]:
    """The mapping as a plain dictionary; itself when it is one."""
    if not isinstance(mapping, Overlay):
        return _own(mapping)
    result: dict[str, Any] = dict(mapping.base)
    changes = mapping.changes()
    result.update(changes)
    for key, value in changes.items():
        if value is GONE:
            del result[key]
    return result


def _own(mapping: Mapping[str, V]) -> dict[str, V]:
    return mapping if isinstance(mapping, dict) else dict(mapping)
