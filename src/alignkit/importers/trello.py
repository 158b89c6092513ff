"""
Trello: the JSON and CSV exports of a board, answers of the API, and tables as a warehouse loader lands them.

Boards become projects, cards tasks, and comments, on request, interactions. A list says how far its cards are. The mapping itself is `presets/trello.toml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from alignkit.importers.events import Webhook
from alignkit.importers.imported import Import
from alignkit.importers.options import Dangling, ReadOptions
from alignkit.importers.preset import Preset
from alignkit.importers.preset_toml import shipped
from alignkit.importers.reading import Progress
from alignkit.importers.reading import read as read_by
from alignkit.importers.sources import Given
from alignkit.importers.webhooks import webhook as read_webhook

__all__ = ["preset", "read", "webhook"]


def preset() -> Preset:
    """The mapping that `read` uses; change it with `with_fields` and `with_table`."""
    return shipped("trello")


def read(
    given: Given,
    *,
    zone: str | None = None,
    currency: str | None = None,
    mapping: Preset | None = None,
    dangling: Dangling = "unlink",
    strict: bool = False,
    options: ReadOptions | None = None,
    progress: Progress | None = None,
) -> Import:
    """
    Import from Trello.

    Args:
        given: A folder, a file, several of either, a parsed answer, several, or answers by name
            (`{"cards": page, "lists": [page, page]}`).
        zone: Zone of moments without one; Trello writes UTC, so few need it.
        currency: ISO 4217 code of amounts that name none.
        mapping: Another preset than `preset()`.
        dangling: What becomes of a reference to a record that was not imported.
        strict: Whether anything that could not be used raises, so that nothing is used.
        options: Limits and text format.
        progress: Called every 1,000 rows and after each source.

    Returns:
        The facts, and a report in which every row is accounted for.

    Raises:
        ImporterError: A source as a whole cannot be read; `code` says why.
        ImportRefusedError: Under `strict`, a row or value could not be used.
    """
    return read_by(
        mapping or preset(),
        given,
        zone=zone,
        currency=currency,
        dangling=dangling,
        strict=strict,
        options=options,
        progress=progress,
    )


def webhook(
    payload: bytes | str | Mapping[str, Any] | list[Any],
    *,
    headers: Mapping[str, str] | None = None,
    zone: str | None = None,
    currency: str | None = None,
    mapping: Preset | None = None,
    options: ReadOptions | None = None,
) -> Webhook:
    """
    Read a message of Trello; see `alignkit.importers.webhook`. Check its sender first.

    Args:
        payload: The body as it came, or parsed already.
        headers: Of the request.
        zone: Zone of moments without one.
        currency: ISO 4217 code of amounts that name none.
        mapping: Another preset than `preset()`.
        options: Limits and text format.

    Returns:
        Its event: a deletion, or what has to be fetched; Trello sends no whole cards.

    Raises:
        ImporterError: It is no such message; `code` says why.
        ImportRefusedError: The record in it cannot be used.
    """
    return read_webhook(mapping or preset(), payload, headers=headers, zone=zone, currency=currency, options=options)
