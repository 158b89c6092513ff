"""The presets that alignkit ships, as a list for people and for programs."""

from __future__ import annotations

from importlib import import_module
from typing import Final

import attrs

from alignkit.importers.preset import Preset, Side

__all__ = ["SHIPPED", "ImporterInfo", "importers"]

SHIPPED: Final = (
    "asana",
    "generic",
    "github",
    "gitlab",
    "hivemind",
    "hubspot",
    "jira",
    "objectives",
    "ofbiz",
    "pipedrive",
    "salesforce",
    "trello",
    "zendesk",
)
"""Modules of `alignkit.importers` that have a `preset` and a `read`, in the order of their names."""


@attrs.frozen(kw_only=True)
class ImporterInfo:
    """
    What one shipped importer reads.

    Attributes:
        name: Its module in `alignkit.importers`, and the system in references and ids.
        tool: The tool's name for people.
        side: Whose tool it is: `"crm"`, `"pmo"` or `"both"`.
        shapes: What of the tool it reads.
        collections: Collections that it fills.
        preset: The mapping.
    """

    name: str
    tool: str
    side: Side
    shapes: tuple[str, ...]
    collections: tuple[str, ...]
    preset: Preset = attrs.field(repr=False)

    def __str__(self) -> str:
        return f"{self.name} ({self.tool}, {self.side}): {', '.join(self.shapes)} -> {', '.join(self.collections)}"


def importers() -> tuple[ImporterInfo, ...]:
    """
    List the importers that alignkit ships, by name.

    Returns:
        One entry per tool; `alignkit.importers.<name>.read` reads its exports.
    """
    return tuple(_info(name, import_module(f"alignkit.importers.{name}").preset()) for name in SHIPPED)


def _info(name: str, preset: Preset) -> ImporterInfo:
    held = dict.fromkeys(
        preset.records[record].collection
        for table in preset.tables.values()
        if not table.skip
        for record in table.records
    )
    return ImporterInfo(
        name=name,
        tool=preset.tool or name,
        side=preset.side,
        shapes=preset.shapes,
        collections=tuple(held),
        preset=preset,
    )
