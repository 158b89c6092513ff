"""
Pipedrive: pages of the API (v1 and v2), pages of recent changes, the CSV or Excel export, and landed tables.

Organizations become customers, persons contacts, deals opportunities, notes and activities that were done
interactions. To-dos are left out. The mapping itself is `presets/pipedrive.toml`.
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
    return shipped("pipedrive")


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
    Import from Pipedrive.

    Args:
        given: A folder, a file, several of either, a parsed page, several pages, or pages by object name
            (`{"organizations": page, "deals": [page, page]}`).
        zone: Zone of moments without one; Pipedrive writes UTC, so few need it.
        currency: ISO 4217 code of amounts that name none; without it such amounts stay unknown, with a warning.
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
    Read a message of Pipedrive; see `alignkit.importers.webhook`. Check its sender first.

    Args:
        payload: The body as it came, or parsed already.
        headers: Of the request.
        zone: Zone of moments without one.
        currency: ISO 4217 code of amounts that name none.
        mapping: Another preset than `preset()`.
        options: Limits and text format.

    Returns:
        Its event: the record as it is now, or a deletion.

    Raises:
        ImporterError: It is no such message; `code` says why.
        ImportRefusedError: The record in it cannot be used.
    """
    return read_webhook(mapping or preset(), payload, headers=headers, zone=zone, currency=currency, options=options)
