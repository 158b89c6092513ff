"""
The facts of a case: plain tables, read into the drafts that builders make, with every fault and its path.

A table describes one record: fields, hops to one record as tables, relations as lists of tables. A day or a moment is
itself, or a place in time such as `{ days_ago = 3 }`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

import attrs

from alignkit.domain import COLLECTIONS, ExternalRef, Money
from alignkit.errors import ValidationError
from alignkit.expressions.context import nearest
from alignkit.policy.drafts import COLLECTION_OF, HOPS, PORTFOLIO, RELATIONS, Draft, draft
from alignkit.policy.model import SUBJECTS
from alignkit.policy.spans import Span, ago, ahead

__all__ = ["SHORT_MOMENTS", "SPAN_WORDS", "CaseFault", "read_given", "span_of"]

DEFAULT_KINDS: Final = {"interaction": "note", "need": "need"}
SCORED: Final = ("score", "band")
SHORT_MOMENTS: Final = ("days_ago", "hours_ago", "days_ahead", "at")
"""Words for the main moment of a record."""

_SPANS: Final = {"days": 1.0, "hours": 1 / 24, "minutes": 1 / 1440}
MOST_DAYS: Final = 100_000

SPAN_WORDS: Final = tuple(f"{unit}_{way}" for unit in _SPANS for way in ("ago", "ahead"))
"""What a place in time is said with."""


@attrs.frozen
class CaseFault:
    """
    One thing wrong with a case.

    Attributes:
        path: Where in the case, such as `"given.project.interactions[1].knid"`.
        message: What is wrong and what would be right.
        suggestion: The nearest right word; empty where there is none.
    """

    path: str
    message: str
    suggestion: str = ""


def read_given(given: object, now: datetime, faults: list[CaseFault]) -> Draft | None:
    """
    The subject of a case with all that hangs on it.

    Args:
        given: A table with one subject under the name of its kind, and `unknown`, the collections that are not known.
        now: The moment of the case.
        faults: Gets all that is wrong.

    Returns:
        The draft, or None when a fault was found.
    """
    before = len(faults)
    if not isinstance(given, Mapping):
        faults.append(CaseFault("given", f"is a table with one of {', '.join(SUBJECTS)}, got {given!r:.60}"))
        return None
    unknown = _unknown(given.get("unknown", []), faults)
    kinds = [word for word in given if word in SUBJECTS]
    for word in given:
        if word not in (*SUBJECTS, "unknown"):
            near = nearest(str(word), (*SUBJECTS, "unknown"))
            faults.append(CaseFault(f"given.{word}", f"{word!r} is neither a subject nor unknown", near))
    if len(kinds) != 1:
        faults.append(CaseFault("given", f"needs exactly one of {', '.join(SUBJECTS)}, got {len(kinds)}"))
        return None
    found = _Reading(now, faults).record(kinds[0], given[kinds[0]], f"given.{kinds[0]}", unknown)
    return found if len(faults) == before else None


def span_of(value: Mapping[str, Any]) -> Span | None:
    """The place in time that a table such as `{ days_ago = 3 }` describes; None where it describes none."""
    if len(value) != 1:
        return None
    word, number = next(iter(value.items()))
    if word not in SPAN_WORDS or isinstance(number, bool) or not isinstance(number, (int, float)):
        return None
    unit, way = word.split("_")
    if not abs(number) * _SPANS[unit] <= MOST_DAYS:
        return None
    return (ago if way == "ago" else ahead)(**{unit: number})


def _unknown(listed: object, faults: list[CaseFault]) -> tuple[str, ...]:
    if not isinstance(listed, Sequence) or isinstance(listed, str) or not all(isinstance(n, str) for n in listed):
        faults.append(CaseFault("given.unknown", f"is a list of collections, got {listed!r:.60}"))
        return ()
    strange = [name for name in listed if name not in COLLECTIONS]
    faults.extend(
        CaseFault("given.unknown", f"{name!r} is no collection", nearest(name, COLLECTIONS)) for name in strange
    )
    return tuple(name for name in listed if name in COLLECTIONS)


@attrs.frozen
class _Reading:
    now: datetime
    faults: list[CaseFault]

    def fault(self, path: str, message: str, suggestion: str = "") -> None:
        self.faults.append(CaseFault(path, message, suggestion))

    def record(self, kind: str, table: object, path: str, unknown: tuple[str, ...] = ()) -> Draft | None:
        """The draft of a table, with `now` for the outermost one only."""
        if not isinstance(table, Mapping):
            self.fault(path, f"is a table that describes a record of kind {kind}, got {table!r:.60}")
            return None
        outermost = path.count(".") == 1
        known = [*_fields(kind), *HOPS.get(kind, {}), *RELATIONS[kind], *SHORT_MOMENTS]
        found: dict[str, Any] = {"kind": DEFAULT_KINDS[kind]} if kind in DEFAULT_KINDS else {}
        for word, value in table.items():
            where = f"{path}.{word}"
            if word in HOPS.get(kind, {}):
                found[word] = self.record(HOPS[kind][word], value, where)
            elif word in RELATIONS[kind]:
                found[word] = self._many(RELATIONS[kind][word][0], value, where)
            elif word in SHORT_MOMENTS:
                found[word] = self._short(word, value, where)
            elif word in _fields(kind):
                found[word] = self._field(kind, word, value, where)
            elif word in SCORED and kind in SUBJECTS[:-1]:
                found[word] = value
                self._scored(word, value, where)
            else:
                message = f"{word!r} is no field, hop or relation of kind {kind}"
                self.fault(where, message, nearest(str(word), known))
        if any(fault.path.startswith(path) for fault in self.faults):
            return None
        try:
            return draft(kind, found, unknown=unknown, now=self.now if outermost else None)
        except ValidationError as error:
            self.fault(f"{path}.{error.field}" if error.field else path, error.reason)
            return None

    def _many(self, kind: str, value: object, path: str) -> list[Draft]:
        if not isinstance(value, Sequence) or isinstance(value, str):
            self.fault(path, f"is a list of tables, got {value!r:.60}")
            return []
        read = [self.record(kind, item, f"{path}[{number}]") for number, item in enumerate(value, 1)]
        return [one for one in read if one is not None]

    def _short(self, word: str, value: object, path: str) -> Any:
        if word == "at":
            return self._moment(value, path)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= MOST_DAYS * 24:
            self.fault(path, f"is a number, got {value!r:.60}")
        return value

    def _moment(self, value: object, path: str) -> Any:
        if isinstance(value, datetime) and value.utcoffset() is None:
            self.fault(path, f"{value.isoformat()} has no offset; write {value.isoformat()}Z")
        return value

    def _scored(self, word: str, value: object, path: str) -> None:
        if word == "band" and not isinstance(value, str):
            self.fault(path, f"is the name of a band, got {value!r:.60}")
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if word == "score" and not (number and isinstance(value, (int, float)) and 0 <= value <= 100):
            self.fault(path, f"is a number of points in 0..100, got {value!r:.60}")

    def _field(self, kind: str, word: str, value: object, path: str) -> Any:
        field = _fields(kind)[word]
        before = len(self.faults)
        made = self._converted(field, value, path)
        check = field.metadata.get("check")
        if check is not None and len(self.faults) == before:
            sample = made
            if isinstance(made, Span):
                sample = made.day(self.now) if word.endswith("_on") else made.moment(self.now)
            try:
                check.check(sample)
            except ValueError as error:
                self.fault(path, getattr(error, "reason", "") or str(error))
        return made

    def _converted(self, field: attrs.Attribute[Any], value: object, path: str) -> Any:
        kind = str(field.type).removesuffix(" | None")
        if kind in ("date", "datetime"):
            if isinstance(value, Mapping):
                return self._span(value, path)
            return self._moment(value, path) if kind == "datetime" else value
        if kind == "Money":
            return self._part(Money, value, path)
        if kind == "tuple[ExternalRef, ...]" and isinstance(value, Sequence) and not isinstance(value, str):
            read = [self._part(ExternalRef, item, f"{path}[{number}]") for number, item in enumerate(value, 1)]
            return tuple(read)
        return tuple(value) if isinstance(value, list) else value

    def _span(self, value: Mapping[str, Any], path: str) -> Span | None:
        found = span_of(value)
        if found is None:
            near = next((nearest(str(word), SPAN_WORDS) for word in value if word not in SPAN_WORDS), "")
            said = f"a place in time is a table with one word and a number, such as {{ days_ago = 3 }}, within {MOST_DAYS} days"
            self.fault(path, said, near)
        return found

    def _part(self, cls: type[Any], value: object, path: str) -> Any:
        if cls is Money and isinstance(value, str) and value.count(" ") == 1:
            value = dict(zip(("amount", "currency"), value.split(" "), strict=True))
        names = ("amount", "currency") if cls is Money else ("system", "kind", "key")
        if not isinstance(value, Mapping) or set(value) != set(names):
            example = "'1200.50 EUR'" if cls is Money else f"a table of {', '.join(names)}"
            self.fault(path, f"is {example}, got {value!r:.60}")
            return None
        try:
            return cls(**value)
        except ValueError as error:
            self.fault(path, str(error))
            return None


@cache
def _fields(kind: str) -> Mapping[str, attrs.Attribute[Any]]:
    if kind == PORTFOLIO:
        return {}
    return {field.name: field for field in attrs.fields(COLLECTIONS[COLLECTION_OF[kind]]) if field.name != "version"}
