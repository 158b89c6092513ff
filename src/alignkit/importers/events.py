"""
What a webhook tells, as values: facts as they are now, single fields, deletions, and what has to be fetched.

Knows no tool and no store; a webhook is read by `alignkit.importers.webhook` and stored by `apply_webhook`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

import attrs

from alignkit.domain import Entity, ExternalRef
from alignkit.importers.imported import Import

__all__ = ["NeedsFetch", "Patch", "SourceChange", "Tombstone", "Webhook", "WebhookEvent"]


@attrs.frozen(kw_only=True)
class NeedsFetch:
    """
    A record that a webhook names without saying enough of it: ask the tool's API for it, and `load` the answer.

    Attributes:
        ref: The record.
        reason: Why the webhook is not enough.
        moment: When the tool changed it; what is fetched must be at least as new.
    """

    ref: ExternalRef
    reason: str
    moment: datetime | None = None

    def __str__(self) -> str:
        return f"{self.ref.system} {self.ref.kind} {self.ref.key}: {self.reason}"


@attrs.frozen(kw_only=True)
class SourceChange:
    """
    What a tool says was changed, in its own words. For people: what is stored comes from the mapping.

    Attributes:
        ref: The record.
        field: The tool's name of the field.
        before: Its value then, as text; None when it was empty, or the tool does not say.
        after: Its value now, as text; None when it is empty.
    """

    ref: ExternalRef
    field: str
    before: str | None = None
    after: str | None = None


@attrs.frozen(kw_only=True)
class Tombstone:
    """
    That a record was deleted.

    Attributes:
        refs: The names that the tool has for it.
        collections: Where its fact may be.
        moment: When, by the tool's clock; None for a deletion that nothing undoes.
    """

    refs: tuple[ExternalRef, ...]
    collections: tuple[str, ...]
    moment: datetime | None = None


@attrs.frozen(kw_only=True)
class Patch:
    """
    New values of single fields of one record.

    Attributes:
        ref: The record.
        collection: Where its fact is.
        values: By field; None where the field is empty now.
        links: For references, the record that each leads to now.
    """

    ref: ExternalRef
    collection: str
    values: Mapping[str, object]
    links: Mapping[str, ExternalRef] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class WebhookEvent:
    """
    One thing that happened to one record.

    Attributes:
        system: The tool.
        kind: The tool's name of what happened, such as `"jira:issue_updated"`.
        delivery: Id of the message, the same when it is sent again.
        moment: When it happened, by the tool's clock; None when the message does not say.
        imported: The record as it is now, with those that it mentions; None when the message does not hold it.
        patch: Single fields of it; None when there are none.
        tombstones: Deletions.
        fetch: What has to be fetched.
        changes: What was changed, in the tool's words.
        skipped: Why nothing follows from it; empty when something does.
    """

    system: str
    kind: str
    delivery: str
    moment: datetime | None = None
    imported: Import | None = None
    patch: Patch | None = None
    tombstones: tuple[Tombstone, ...] = ()
    fetch: tuple[NeedsFetch, ...] = ()
    changes: tuple[SourceChange, ...] = ()
    skipped: str = ""

    @property
    def outcome(self) -> str:
        """What the message is good for: `"facts"`, `"fields"`, `"deletion"`, `"fetch"` or `"nothing"`."""
        if self.tombstones:
            return "deletion"
        if self.imported is not None:
            return "facts"
        if self.patch is not None:
            return "fields"
        return "fetch" if self.fetch else "nothing"


@attrs.frozen(kw_only=True)
class Webhook:
    """
    The events of one message, in its order.

    Attributes:
        system: The tool.
        events: One for most tools; HubSpot and Asana send several at once.
    """

    system: str
    events: tuple[WebhookEvent, ...]

    def __iter__(self) -> Iterator[WebhookEvent]:
        return iter(self.events)

    def __len__(self) -> int:
        return len(self.events)

    @property
    def facts(self) -> dict[str, list[Entity]]:
        """Facts of all events by collection, in their order; a record that changed twice is there twice."""
        found: dict[str, list[Entity]] = {}
        for event in self.events:
            for name, facts in event.imported.entities.items() if event.imported is not None else ():
                found.setdefault(name, []).extend(facts)
        return found

    @property
    def fetch(self) -> tuple[NeedsFetch, ...]:
        """Everything that has to be fetched, each record once."""
        found: dict[ExternalRef, NeedsFetch] = {}
        for event in self.events:
            for need in event.fetch:
                found.setdefault(need.ref, need)
        return tuple(found.values())

    @property
    def tombstones(self) -> tuple[Tombstone, ...]:
        """All deletions."""
        return tuple(tombstone for event in self.events for tombstone in event.tombstones)

    @property
    def changes(self) -> tuple[SourceChange, ...]:
        """What was changed, in the tool's words."""
        return tuple(change for event in self.events for change in event.changes)
