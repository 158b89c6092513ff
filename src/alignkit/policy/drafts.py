"""
Facts in the making: what a builder was told, before ids, foreign keys and moments are known.

Owns the reading of what builders are given: every word must be a field, a hop or a relation of the kind, and a
wrong one is answered with the nearest right one. Completing drafts into records is `alignkit.policy.drafted`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import attrs

from alignkit.domain import COLLECTIONS, REFERENCES
from alignkit.errors import ValidationError
from alignkit.policy.spans import Span, ago, ahead

__all__ = ["COLLECTION_OF", "HOPS", "PORTFOLIO", "RELATIONS", "Draft", "draft", "resolve"]

PORTFOLIO: Final = "portfolio"

COLLECTION_OF: Final[dict[str, str]] = {
    ("opportunity" if name == "opportunities" else name.removesuffix("s")): name for name in COLLECTIONS
}
"""The collection of each kind of record."""

_KIND_OF: Final = {collection: kind for kind, collection in COLLECTION_OF.items()}

HOPS: Final[dict[str, dict[str, str]]] = {
    kind: {field.removesuffix("_id"): _KIND_OF[target] for field, target in REFERENCES[collection].items()}
    for kind, collection in COLLECTION_OF.items()
}
"""For each kind, the hops to one record and the kind they lead to."""


def _relations(kind: str) -> dict[str, tuple[str, str]]:
    found = {}
    for other, hops in HOPS.items():
        for hop, target in hops.items():
            if target == kind and hop in (kind, "parent"):
                found["children" if hop == "parent" else COLLECTION_OF[other]] = other, f"{hop}_id"
    return found


RELATIONS: Final[dict[str, dict[str, tuple[str, str]]]] = {
    **{kind: _relations(kind) for kind in COLLECTION_OF},
    PORTFOLIO: {collection: (kind, "") for kind, collection in COLLECTION_OF.items()},
}
"""For each kind, its relations: the kind they hold, and the field of those that points back."""

_SUBJECTS: Final = {"objective", "project", "customer"}
_SCORED: Final = {"score", "band"}

_MAIN_MOMENT: Final = {
    "interaction": "occurred_at",
    "need": "raised_at",
    "check_in": "occurred_at",
    "change": "occurred_at",
    "task": "created_at",
    "opportunity": "opened_at",
}
"""The field that `days_ago`, `hours_ago`, `days_ahead` and `at` set."""


@attrs.frozen(eq=False)
class Draft:
    """
    One record that is still to be completed. The same draft, given twice, is the same record.

    Attributes:
        kind: Kind of record, or `"portfolio"`.
        fields: Values as given; spans of time are completed with `now`.
        hops: Records it points at.
        relations: Records that point at it.
        scored: What rules of a later kind read as its `score` and `band`.
        unknown: Collections that the portfolio is not given.
        now: The moment given to this builder; None to take that of the outer one.
    """

    kind: str
    fields: Mapping[str, Any]
    hops: Mapping[str, Draft]
    relations: Mapping[str, tuple[Draft, ...]]
    scored: Mapping[str, Any] = {}
    unknown: tuple[str, ...] = ()
    now: datetime | None = None


def draft(kind: str, given: Mapping[str, Any], *, unknown: Iterable[str] = (), now: datetime | None = None) -> Draft:
    """
    Sort what a builder was given into fields, hops and relations.

    Raises:
        ValidationError: A word is none of the kind's; a hop or relation was given something else than drafts; or
            an unknown collection is no collection.
    """
    given = _with_main_moment(kind, given)
    names = {} if kind == PORTFOLIO else attrs.fields_dict(COLLECTIONS[COLLECTION_OF[kind]])
    fields: dict[str, Any] = {}
    hops: dict[str, Draft] = {}
    relations: dict[str, tuple[Draft, ...]] = {}
    scored: dict[str, Any] = {}
    for word, value in given.items():
        if word in names:
            fields[word] = value
        elif word in _SCORED and kind in _SUBJECTS:
            scored[word] = value
        elif word in HOPS.get(kind, {}):
            hops[word] = _draft_of(kind, word, value, HOPS[kind][word])
        elif word in RELATIONS[kind]:
            expected = RELATIONS[kind][word][0]
            relations[word] = tuple(_draft_of(kind, word, item, expected) for item in value)
        else:
            known = [*names, *HOPS.get(kind, {}), *RELATIONS[kind]]
            raise ValidationError(
                f"there is no such field, hop or relation{_nearest(word, known)}", entity=kind, field=word, value=value
            )
    for collection in unknown:
        if collection not in COLLECTIONS:
            raise ValidationError(
                f"{collection!r} is no collection{_nearest(collection, COLLECTIONS)}", entity=kind, field="unknown"
            )
    return Draft(kind, fields, hops, relations, scored, tuple(unknown), now)


def _with_main_moment(kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(given)
    words = [word for word in ("days_ago", "hours_ago", "days_ahead", "at") if word in result]
    if not words:
        return result
    field = _MAIN_MOMENT.get(kind)
    if field is None or len(words) > 1 or field in result:
        reason = (
            "has no main moment; name the field, such as due_on=ago(days=3)"
            if field is None
            else f"gives {field} more than once; give one of days_ago, hours_ago, days_ahead, at"
        )
        raise ValidationError(reason, entity=kind, field=words[-1], value=result[words[-1]])
    value = result.pop(words[0])
    match words[0]:
        case "days_ago":
            result[field] = ago(days=value)
        case "hours_ago":
            result[field] = ago(hours=value)
        case "days_ahead":
            result[field] = ahead(days=value)
        case _:
            result[field] = value
    return result


def _draft_of(kind: str, word: str, value: object, expected: str) -> Draft:
    found = value if isinstance(value, Draft) else getattr(value, "_draft", None)
    if isinstance(found, Draft) and found.kind == expected:
        return found
    got = found.kind if isinstance(found, Draft) else type(value).__name__
    raise ValidationError(
        f"expected what alignkit.testing.{expected}(...) makes, got {got}", entity=kind, field=word, value=value
    )


def _nearest(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def resolve(value: object, field: str, now: datetime) -> object:
    """The value with a span of time made a moment (a day for an `_on` field)."""
    if isinstance(value, Span):
        return value.day(now) if field.endswith("_on") else value.moment(now)
    return value
