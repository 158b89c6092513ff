"""
Webhooks of tools as values: what a message says, read by the same mapping as the tool's exports.

The record inside a message is read by the tables of the preset; what else the message says (that a record was deleted,
that only a field changed, that the record has to be fetched) is read by one small module for each tool. Check the
signature first (`alignkit.importers.signatures`), and store what follows by `alignkit.importers.apply_webhook`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, Final

import attrs

from alignkit.domain import ExternalRef
from alignkit.errors import ImporterError, ImportRefusedError
from alignkit.importers.events import NeedsFetch, Patch, SourceChange, Tombstone, Webhook, WebhookEvent
from alignkit.importers.imported import Import
from alignkit.importers.options import ReadOptions
from alignkit.importers.preset import Preset
from alignkit.importers.reading import read
from alignkit.importers.rows_json import check_depth, decode, parse_json
from alignkit.importers.webhook_body import NO_FACT, Gone, Said, Teller, text_of
from alignkit.importers.webhook_partial import decide

__all__ = ["webhook"]

TOOLS: Final = {
    "asana": "alignkit.importers.webhook_asana",
    "github": "alignkit.importers.webhook_github",
    "gitlab": "alignkit.importers.webhook_gitlab",
    "hubspot": "alignkit.importers.webhook_hubspot",
    "jira": "alignkit.importers.webhook_jira",
    "pipedrive": "alignkit.importers.webhook_pipedrive",
    "salesforce": "alignkit.importers.webhook_salesforce",
    "trello": "alignkit.importers.webhook_trello",
    "zendesk": "alignkit.importers.webhook_zendesk",
}
"""For each system, the module whose `tell` reads its messages."""

LARGEST: Final = 25 * 1024 * 1024
"""Most bytes of one message: what the largest sender allows itself."""

_INCOMPLETE: Final = frozenset({"MissingColumn", "MappingMismatch"})


def webhook(
    preset: Preset,
    payload: bytes | str | Mapping[str, Any] | list[Any],
    /,
    *,
    headers: Mapping[str, str] | None = None,
    zone: str | None = None,
    currency: str | None = None,
    options: ReadOptions | None = None,
) -> Webhook:
    """
    Read a message of a tool.

    Args:
        preset: The mapping, such as `github.preset()`, or yours on top of it. For a system that is not one of the
            shipped ones, the message has to be a page of records that the preset knows.
        payload: The body as it came, or parsed already.
        headers: Of the request; case of names does not count. They tell the id of the message, and what GitHub's is
            about; signatures are not looked at here.
        zone: IANA zone of moments that name none.
        currency: ISO 4217 code of amounts that name none.
        options: Limits and text format.

    Returns:
        Its events; none when it says nothing (Asana's heartbeat). The same message gives an equal value.

    Raises:
        ImporterError: It is not JSON, too large or too deep, or not a message of this tool (`WebhookShape`); `where`
            says which part.
        ImportRefusedError: The record in it cannot be used; the report says why.
    """
    settings = options or ReadOptions()
    source = f"{preset.system} webhook"
    body = _parsed(payload, settings, source)
    check_depth(body, source, settings.deepest_json)
    names = {str(name).lower(): value for name, value in (headers or {}).items()}
    reading = _Reading(preset, zone, currency, settings, _digest(body))
    try:
        events = tuple(reading.event(number, said) for number, said in enumerate(_told(preset, body, names)))
    except ImporterError as error:
        if error.source:
            raise
        raise ImporterError(error.code, error.reason, source=source, where=error.where) from error
    return Webhook(system=preset.system, events=events)


def _told(preset: Preset, body: Any, headers: Mapping[str, str]) -> Iterator[Said]:
    if preset.system in TOOLS:
        tell: Teller = import_module(TOOLS[preset.system]).tell
        return tell(body, headers)
    return iter([Said(kind="page", pages={"": [body]})])


def _parsed(payload: Any, options: ReadOptions, source: str) -> Any:
    if isinstance(payload, (bytes, bytearray, memoryview)):
        data = bytes(payload)
        if len(data) > LARGEST:
            raise ImporterError("TooLarge", f"{len(data)} bytes; the limit of a message is {LARGEST}", source=source)
        payload = decode(data, options.encoding, source)
    return parse_json(payload, source) if isinstance(payload, str) else payload


def _digest(body: Any) -> str:
    text = json.dumps(body, sort_keys=True, default=str, ensure_ascii=True)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()[:32]}"


class _Reading:
    """One message while it is read."""

    def __init__(
        self, preset: Preset, zone: str | None, currency: str | None, options: ReadOptions, digest: str
    ) -> None:
        self._preset = preset
        self._zone = zone
        self._currency = currency
        self._options = options
        self._digest = digest

    def event(self, number: int, said: Said) -> WebhookEvent:
        """The event that a part of the message tells of."""
        about = None if said.about is None else self._ref(*said.about)
        changes: tuple[SourceChange, ...] = ()
        if about is not None:
            changes = tuple(
                SourceChange(ref=about, field=field, before=text_of(old), after=text_of(new))
                for field, old, new in said.changes
            )
        event = WebhookEvent(
            system=self._preset.system,
            kind=said.kind,
            delivery=said.delivery or (f"{self._digest}/{number}" if number else self._digest),
            moment=said.moment,
            tombstones=tuple(stone for gone in said.gone if (stone := self._tombstone(gone, said)) is not None),
            fetch=tuple(
                NeedsFetch(ref=self._ref(need.kind, need.key), reason=need.reason, moment=said.moment)
                for need in said.fetch
            ),
            changes=changes,
            skipped=said.skipped,
        )
        if said.partial is not None:
            return self._patched(event, said)
        if said.pages is not None:
            return self._read(event, said, about)
        if said.gone and not event.tombstones and not event.fetch:
            return attrs.evolve(event, skipped=NO_FACT)
        return event

    def _ref(self, kind: str, key: str) -> ExternalRef:
        return ExternalRef(self._preset.system, kind, key)

    def _tombstone(self, gone: Gone, said: Said) -> Tombstone | None:
        collections = tuple(dict.fromkeys(record.collection for record in self._preset.records_of(gone.kind)))
        if not collections:
            return None
        refs = tuple(self._ref(gone.kind, key) for key in dict.fromkeys(gone.keys))
        return Tombstone(refs=refs, collections=collections, moment=None if gone.is_final else said.moment)

    def _read(self, event: WebhookEvent, said: Said, about: ExternalRef | None) -> WebhookEvent:
        """Read the record in the message by the preset."""
        assert said.pages is not None, "asked for"
        given = said.pages.get("", [said.pages])[0]
        try:
            found = read(
                self._preset, given, zone=self._zone, currency=self._currency, options=self._options, dangling="unlink"
            )
        except ImporterError as error:
            if error.code not in _INCOMPLETE or about is None:
                raise
            need = NeedsFetch(
                ref=about, reason=f"the message does not hold all of it: {error.reason}", moment=said.moment
            )
            return attrs.evolve(event, fetch=(*event.fetch, need))
        if found.report.used:
            return attrs.evolve(event, imported=found)
        if found.report.refused:
            raise ImportRefusedError(found.report)
        return self._skipped(event, found, about)

    def _skipped(self, event: WebhookEvent, found: Import, about: ExternalRef | None) -> WebhookEvent:
        reasons = dict.fromkeys(reason for table in found.report.tables for reason in table.skipped_by)
        if "deleted" in reasons and about is not None:
            stone = self._tombstone(Gone(about.kind, (about.key,)), Said(kind=event.kind, moment=event.moment))
            if stone is not None:
                return attrs.evolve(event, tombstones=(*event.tombstones, stone))
        return attrs.evolve(event, skipped="; ".join(reasons) or NO_FACT)

    def _patched(self, event: WebhookEvent, said: Said) -> WebhookEvent:
        """Read single columns of a record by the preset."""
        partial = said.partial
        assert partial is not None, "asked for"
        if partial.table not in self._preset.tables or partial.record not in self._preset.records:
            return attrs.evolve(event, skipped=NO_FACT)
        found = decide(self._preset, partial, zone=self._zone, currency=self._currency, options=self._options)
        record = self._preset.records[partial.record]
        ref = self._ref(record.kind or partial.record, partial.key)
        needs: tuple[NeedsFetch, ...] = ()
        if found.open:
            needs = (NeedsFetch(ref=ref, reason="; ".join(found.open.values()), moment=said.moment),)
        patch = None
        if found.values or found.links:
            patch = Patch(ref=ref, collection=found.collection, values=found.values, links=found.links)
        skipped = "" if needs or patch else "no field of alignkit reads it"
        return attrs.evolve(event, patch=patch, fetch=(*event.fetch, *needs), skipped=skipped)
