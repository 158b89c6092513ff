"""
How a write reads in the journal: which entries it makes, and the text form of every value.

Text stays as it is. Numbers are written as JSON does, flags as `true` and `false`, days and moments in ISO form
(moments in UTC), amounts as `1200.50 EUR`, lists, external references and custom values as JSON. None stays None. A whole fact is a
JSON object without its version and without what is unknown or an empty list; `Portfolio.from_records` reads it.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any, Final

import attrs

from alignkit.domain import COLLECTIONS, Change, Entity, ExternalRef, Money, checks
from alignkit.domain.custom import EMPTY, Custom, tagged
from alignkit.errors import ValidationError
from alignkit.stores.kinds import KIND_OF, collection_of

__all__ = ["WHOLE", "Stamp", "differences", "document_of", "entries", "text_of"]

WHOLE: Final = "*"
"""The field of an entry on the whole fact: it was added or removed."""


_json: Final[Callable[[Any], str]] = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@attrs.frozen
class Stamp:
    """
    Who writes, and when.

    Attributes:
        at: When the changes take place, in UTC.
        actor: Who writes; None when nobody said.
        team: The actor's team.

    Raises:
        ValidationError: `at` is not an aware datetime, or a name is blank.
    """

    at: datetime = checks.checked(checks.MOMENT)
    actor: str | None = checks.checked(checks.optional(checks.FILLED), None)
    team: str | None = checks.checked(checks.optional(checks.FILLED), None)


def text_of(value: Any) -> str | None:
    """A value of a field as the journal writes it."""
    if value is None or isinstance(value, str):
        return value
    form = _form(value)
    return form if isinstance(form, str) else _json(form)


def document_of(fact: Entity) -> str:
    """A whole fact as the journal writes it."""
    found: dict[str, Any] = {}
    for name in _fields(collection_of(fact)):
        value = getattr(fact, name)
        if value is not None and value != () and value is not EMPTY:
            found[name] = value if type(value) in _PLAIN else _form(value)
    return _json(found)


def differences(before: Entity, after: Entity) -> Iterator[tuple[str, str | None, str | None]]:
    """The fields in which two facts of one class differ, in field order, with both values as text."""
    for name in _fields(collection_of(before)):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield name, text_of(old), text_of(new)


def entries(before: Entity | None, after: Entity | None, stamp: Stamp, make_id: Callable[[], str]) -> list[Change]:
    """
    What the journal says of one write.

    Args:
        before: The stored fact; None when it is new.
        after: What is stored now; None when it is removed. With both, they have one id.
        stamp: Who writes, and when.
        make_id: Gives an id for an entry.

    Returns:
        The entries in order; none when both are equal.
    """
    fact = before if after is None else after
    if fact is None:
        raise ValidationError("there is neither a fact before nor after", entity="entries", field="after")
    if before is None or after is None:
        texts = (None if before is None else document_of(before), None if after is None else document_of(after))
        found = [(WHOLE, *texts)]
    else:
        found = list(differences(before, after))
    kind = KIND_OF[collection_of(fact)]
    customer_id = fact.id if kind == "customer" else getattr(fact, "customer_id", None)
    project_id = fact.id if kind == "project" else getattr(fact, "project_id", None)
    return [
        Change(
            id=make_id(),
            kind=kind,
            subject_id=fact.id,
            field=field,
            before=old,
            after=new,
            occurred_at=stamp.at,
            actor=stamp.actor,
            team=stamp.team,
            customer_id=customer_id,
            project_id=project_id,
        )
        for field, old, new in found
    ]


_PLAIN: Final = frozenset({str, bool, int, float})
"""What JSON writes as it is."""


@functools.cache
def _fields(collection: str) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(COLLECTIONS[collection]) if field.name != "version")


def _form(value: Any) -> Any:
    """The value as JSON has it."""
    if isinstance(value, date):  # a moment is a day too
        return value.isoformat()
    if isinstance(value, Money):
        return f"{value.amount:f} {value.currency}"
    if isinstance(value, Custom):
        return tagged(value)
    if isinstance(value, tuple):
        return [_form(item) for item in value]
    if isinstance(value, ExternalRef):
        return {"system": value.system, "kind": value.kind, "key": value.key}
    return value
