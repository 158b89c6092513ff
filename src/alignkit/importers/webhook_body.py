"""What the readers of single tools share: parts of a body of any shape, and what they tell of one event."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any, Final

import attrs

from alignkit.errors import ImporterError
from alignkit.importers import moments
from alignkit.importers.convert import Refused, key_text
from alignkit.importers.row import shortened

__all__ = ["NO_FACT", "Body", "Fetch", "Gone", "Partial", "Said", "Teller", "text_of"]

_MILLISECONDS: Final = 100_000_000_000
"""Larger numbers are milliseconds since 1970, smaller ones seconds: the border is in the year 5138 and in 1973."""


class Body:
    """
    An object of a message, to be read strictly.

    Attributes:
        value: The object.
        path: Where it stands in the message.
    """

    def __init__(self, value: object, path: str = "$") -> None:
        if not isinstance(value, Mapping):
            raise ImporterError("WebhookShape", f"expected an object, got {shortened(value)}", where=path)
        self.value: Mapping[str, Any] = value
        self.path = path

    def __contains__(self, name: str) -> bool:
        return self.value.get(name) not in (None, "", {}, [])

    def get(self, name: str) -> Any:
        """A member, or None; `a.b` is a member of a member."""
        found: Any = self.value
        for part in name.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
        return found

    def object(self, name: str) -> Body:
        """A member that must be an object."""
        return Body(self.get(name), f"{self.path}.{name}")

    def objects(self, name: str) -> Iterator[Body]:
        """The objects in a member that must be a list; none when it is absent."""
        found = self.get(name)
        if found is None:
            return
        if not isinstance(found, list):
            raise ImporterError("WebhookShape", f"expected a list, got {shortened(found)}", where=f"{self.path}.{name}")
        for index, item in enumerate(found):
            yield Body(item, f"{self.path}.{name}[{index}]")

    def text(self, name: str, default: str = "") -> str:
        """A member that is text; the default when it is absent."""
        found = self.get(name)
        if found is None:
            return default
        if not isinstance(found, str):
            raise ImporterError("WebhookShape", f"expected text, got {shortened(found)}", where=f"{self.path}.{name}")
        return found

    def key(self, name: str) -> str:
        """A member that is a record's id, which must be there."""
        try:
            found = key_text(self.get(name))
        except Refused as refused:
            raise ImporterError("WebhookShape", refused.reason, where=f"{self.path}.{name}") from None
        if found is None:
            raise ImporterError("WebhookShape", "expected an id, found nothing", where=f"{self.path}.{name}")
        return found

    def moment(self, *names: str) -> datetime | None:
        """The first member that is there, as a moment; None when none is."""
        for name in names:
            found = self.get(name)
            if found not in (None, ""):
                return _moment(found, f"{self.path}.{name}")
        return None


def _moment(value: object, path: str) -> datetime:
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool) and math.isfinite(value):
        value = str(int(value))
    if not isinstance(value, str):
        raise ImporterError("WebhookShape", f"expected a moment, got {shortened(value)}", where=path)
    digits = value.strip().isascii() and value.strip().isdigit()
    formats = ("iso",) if not digits else ("epoch_ms",) if int(value[:30]) > _MILLISECONDS else ("epoch_s",)
    try:
        local = moments.parse(value, formats)
        moment, code, reason = moments.at_zone(local, moments.zone_of("UTC"), "earlier")
    except moments.DateRejected as error:
        raise ImporterError("DateRejected", str(error), where=path) from None
    if moment is None:
        raise ImporterError(code, reason, where=path)
    return moment.astimezone(timezone.utc)


def text_of(value: object) -> str | None:
    """A value of a tool's as a change shows it; None when it is empty."""
    if value in (None, "", [], {}):
        return None
    if isinstance(value, Mapping):
        named = next((value[name] for name in ("name", "title", "displayName", "login", "id") if value.get(name)), None)
        return shortened(dict(value)) if named is None else text_of(named)
    if isinstance(value, list):
        return ", ".join(text for item in value if (text := text_of(item)) is not None)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


@attrs.frozen
class Fetch:
    """A record that has to be fetched: the preset's word for it, its key, and why."""

    kind: str
    key: str
    reason: str


@attrs.frozen
class Gone:
    """A record that was deleted: the preset's word for it, the names it has, and whether nothing undoes it."""

    kind: str
    keys: tuple[str, ...]
    is_final: bool = False


@attrs.frozen
class Partial:
    """Columns of one record: the table of the preset that reads them, the record there, its key, and the columns."""

    table: str
    record: str
    key: str
    columns: Mapping[str, object]


@attrs.frozen(kw_only=True)
class Said:
    """
    What one event of a message says, in the words of the preset.

    Attributes:
        kind: The tool's name of what happened.
        delivery: Id of the message, where the tool gives one.
        moment: When it happened.
        pages: Pages to be read by the preset, by table.
        gone: Deletions.
        partial: Columns of one record.
        fetch: What has to be fetched.
        about: Kind and key of the record that `changes` are of.
        changes: Field, value before and value after, as the tool has them.
        skipped: Why nothing follows.
    """

    kind: str
    delivery: str = ""
    moment: datetime | None = None
    pages: Mapping[str, Any] | None = None
    gone: tuple[Gone, ...] = ()
    partial: Partial | None = None
    fetch: tuple[Fetch, ...] = ()
    about: tuple[str, str] | None = None
    changes: tuple[tuple[str, object, object], ...] = ()
    skipped: str = ""


Teller = Callable[[Any, Mapping[str, str]], Iterator[Said]]
"""Reads the body of a message, given its headers with names in lower case."""

NO_FACT: Final = "no fact of alignkit holds it"
