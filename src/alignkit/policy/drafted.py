"""
From drafts to records: gives ids, foreign keys and moments, each the same on every run.

A record without an id gets its kind's letter and the next free number (`"P-1"`, `"I-2"`), in the order in which it
was written down. A record inside another points at it, and shares its customer unless it names one itself.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import attrs

from alignkit.domain import COLLECTIONS, REFERENCES, Entity
from alignkit.errors import ValidationError
from alignkit.policy.drafts import COLLECTION_OF, PORTFOLIO, RELATIONS, Draft, resolve
from alignkit.policy.spans import NOW, ago

__all__ = ["Made", "records_of"]

_LETTERS: Final = {
    "customer": "C",
    "contact": "K",
    "project": "P",
    "objective": "O",
    "check_in": "V",
    "interaction": "I",
    "need": "N",
    "opportunity": "D",
    "task": "T",
    "change": "J",
    "duplicate": "E",
}

_DEFAULTS: Final[dict[str, dict[str, Any]]] = {
    "customer": {"name": "Customer {id}"},
    "project": {"name": "Project {id}"},
    "objective": {"title": "Objective {id}"},
    "interaction": {"occurred_at": ago(days=1)},
    "need": {"title": "Need {id}", "raised_at": ago(days=1)},
    "opportunity": {"name": "Opportunity {id}"},
    "task": {"title": "Task {id}"},
    "check_in": {"occurred_at": ago(days=1)},
    "change": {"kind": "project", "subject_id": "P-1", "field": "due_on", "occurred_at": ago(days=1)},
    "duplicate": {"kind": "task", "left_id": "T-1", "right_id": "T-2"},
}
"""What a record has when its builder was not told; `{id}` stands for its id."""

_FIXED_IDS: Final = {PORTFOLIO: PORTFOLIO, "contribution": ""}
"""Ids that are not numbered: there is one portfolio, and a contribution names itself after its two ends."""

_BANDS: Final = (("green", 70.0), ("amber", 40.0))
"""Bands of subjects whose builder was given a score only."""

_NEEDED_HOPS: Final = {"contribution": ("project", "objective"), "check_in": ("objective",)}
"""Records that cannot stand alone get the others made."""


@attrs.frozen
class Made:
    """
    Records that drafts became.

    Attributes:
        now: The moment they were made for.
        collections: The records by collection, in the order in which they were written down.
        subjects: Kind and id of each draft, in the order given.
        scores: Score and band by kind and id, of the subjects that were given any.
    """

    now: datetime
    collections: dict[str, list[Any]]
    subjects: tuple[tuple[str, str], ...]
    scores: dict[tuple[str, str], tuple[float | None, str]]


class _Records:
    """Every draft met, with its id and with what holds it; then the records."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.ids: dict[Draft, str] = {}
        self._hops: dict[Draft, dict[str, Draft]] = {}
        self._holders: dict[Draft, dict[str, Draft]] = {}

    def meet(self, draft: Draft) -> None:
        """Take a draft and all it refers to into account; twice is once."""
        if draft in self._hops:
            return
        if draft.now is not None and draft.now != self.now:
            raise ValidationError(
                f"was made for {draft.now.isoformat()}, but what it is part of for {self.now.isoformat()}; "
                f"give now to the outermost builder only",
                entity=draft.kind,
                field="now",
                value=draft.now,
            )
        self._hops[draft] = dict(draft.hops)
        self._holders.setdefault(draft, {})
        for other in draft.hops.values():
            self.meet(other)
        for relation, children in draft.relations.items():
            field = RELATIONS[draft.kind][relation][1]
            for child in children:
                holders = self._holders.setdefault(child, {})
                if field and holders.setdefault(field, draft) is not draft:
                    raise ValidationError("stands inside two others", entity=child.kind, field=field)
                self.meet(child)

    def complete(self) -> dict[str, list[Entity]]:
        """The records by collection, in the order in which they were met."""
        self._add_needed()
        self._name()
        collections: dict[str, list[Entity]] = {name: [] for name in COLLECTIONS}
        for draft, id in self.ids.items():
            if draft.kind != PORTFOLIO:
                collection = COLLECTION_OF[draft.kind]
                collections[collection].append(COLLECTIONS[collection](**self._fields(draft, id)))
        return collections

    def scores(self) -> dict[tuple[str, str], tuple[float | None, str]]:
        """Score and band of the subjects that were given any."""
        found = {}
        for draft, id in self.ids.items():
            if draft.scored:
                score = draft.scored.get("score")
                found[draft.kind, id] = score, draft.scored.get("band") or _band(score)
        return found

    def _add_needed(self) -> None:
        for draft in list(self._hops):
            for hop in _NEEDED_HOPS.get(draft.kind, ()):
                field = f"{hop}_id"
                if field not in draft.fields and hop not in draft.hops and field not in self._holders[draft]:
                    self._hops[draft][hop] = Draft(hop, {}, {}, {})
                    self.meet(self._hops[draft][hop])

    def _name(self) -> None:
        taken = {(draft.kind, draft.fields["id"]) for draft in self._hops if "id" in draft.fields}
        counts: dict[str, int] = {}
        for draft in self._hops:
            id = _FIXED_IDS.get(draft.kind, draft.fields.get("id"))
            while id is None:
                counts[draft.kind] = counts.get(draft.kind, 0) + 1
                free = f"{_LETTERS[draft.kind]}-{counts[draft.kind]}"
                id = None if (draft.kind, free) in taken else free
            self.ids[draft] = id

    def _fields(self, draft: Draft, id: str) -> dict[str, Any]:
        fields: dict[str, Any] = {
            name: value.format(id=id) if isinstance(value, str) else value
            for name, value in _DEFAULTS.get(draft.kind, {}).items()
        }
        fields |= {field: self.ids[holder] for field, holder in self._holders[draft].items()}
        fields |= {f"{hop}_id": self.ids[target] for hop, target in self._hops[draft].items()}
        fields |= {"id": id} if id else {}
        fields |= draft.fields
        if "customer_id" in REFERENCES[COLLECTION_OF[draft.kind]]:
            fields["customer_id"] = self._customer_of(draft)
        return {name: resolve(value, name, self.now) for name, value in fields.items()}

    def _customer_of(self, draft: Draft) -> object:
        """The customer named by the draft, or by the nearest of those that hold it and of its project."""
        if "customer_id" in draft.fields:
            return draft.fields["customer_id"]
        if "customer" in draft.hops:
            return self.ids[draft.hops["customer"]]
        holders = self._holders[draft]
        if "customer_id" in holders:
            return self.ids[holders["customer_id"]]
        near = [*holders.values(), *(target for hop, target in draft.hops.items() if hop == "project")]
        return next((found for other in near if (found := self._customer_of(other)) is not None), None)


def _band(score: float | None) -> str:
    if score is None:
        return "unknown"
    return next((band for band, edge in _BANDS if score >= edge), "red")


def records_of(*drafts: Draft) -> Made:
    """
    Complete drafts together.

    Raises:
        ValidationError: The drafts were made for different moments, one stands inside two others, or one describes
            a record that the domain refuses.
    """
    now = next((draft.now for draft in drafts if draft.now is not None), NOW)
    records = _Records(now)
    for draft in drafts:
        records.meet(draft)
    collections = records.complete()
    subjects = tuple((draft.kind, records.ids[draft]) for draft in drafts)
    return Made(now, collections, subjects, records.scores())
