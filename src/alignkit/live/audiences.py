"""
Who may see which field: the projections that briefs are made through. What is not listed is not shown.

Owns the lists, as data, and the one way from a fact to what an audience sees of it (`Audience.of`). Free text that a
list lets through (the name of a project, the title of a need) is shown as it was written: nothing can tell whether
somebody put a remark into it. A host that does not trust its titles takes them off the list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, Final, Self

import attrs

from alignkit.display import Displayed, Facts, Shown
from alignkit.domain import COLLECTIONS, Entity
from alignkit.domain.checks import FILLED, FLAG, checked
from alignkit.errors import NotFoundError
from alignkit.live.told_policy import MILESTONE
from alignkit.live.words import state_text
from alignkit.policy.model import KINDS

__all__ = ["ASSESSMENT", "AUDIENCES", "Audience", "Projection", "audience_of"]

ASSESSMENT: Final = "assessment"
"""What a policy says of a subject, as a kind of its own: `score`, `band`, `actions`."""

_FIELDS: Final[Mapping[str, frozenset[str]]] = {
    **{
        kind: frozenset(field.name for field in attrs.fields(COLLECTIONS[collection]))
        for kind, collection in KINDS.items()
        if collection
    },
    MILESTONE: frozenset(field.name for field in attrs.fields(COLLECTIONS["tasks"])),
    ASSESSMENT: frozenset({"score", "band", "actions"}),
}


def _shows(given: Mapping[str, Iterable[str]]) -> Mapping[str, frozenset[str]]:
    found = {}
    for kind, fields in sorted(given.items()):
        if kind not in _FIELDS:
            raise NotFoundError("kind", kind, get_close_matches(kind, _FIELDS))
        chosen = frozenset(fields)
        for field in sorted(chosen - _FIELDS[kind]):
            raise NotFoundError(f"field of a {kind}", field, get_close_matches(field, _FIELDS[kind]))
        if chosen:
            found[kind] = chosen
    return MappingProxyType(found)


@attrs.frozen
class Projection:
    """What an audience sees of one fact, by field; a field that it does not see, or that is unknown, reads None."""

    kind: str
    values: Mapping[str, Any]

    def __getitem__(self, field: str) -> Any:
        return self.values.get(field)

    def __bool__(self) -> bool:
        return bool(self.values)


@attrs.frozen
class Audience(Displayed):
    """
    Somebody a brief is for.

    Attributes:
        name: Such as `"customer"`.
        shows: The fields it sees, by kind of fact; `"milestone"` is a kind of its own, apart from other tasks, and so
            is `"assessment"`.
        is_plain: Whether states are said in plain words only; a source's own word for a state is then left out.

    Raises:
        NotFoundError: There is no such kind or field.
    """

    name: str = attrs.field(validator=FILLED)
    shows: Mapping[str, frozenset[str]] = attrs.field(converter=_shows, hash=False)
    is_plain: bool = checked(FLAG, False)

    def sees(self, kind: str, field: str | None = None) -> bool:
        """Whether it sees a field, or without one anything, of facts of a kind."""
        fields = self.shows.get(kind, frozenset())
        return bool(fields) if field is None else field in fields

    def with_(self, **fields: Iterable[str]) -> Self:
        """The audience seeing more: fields by kind, such as `project=["owner"]`."""
        more = {kind: {*self.shows.get(kind, ()), *names} for kind, names in fields.items()}
        return attrs.evolve(self, shows={**self.shows, **more})

    def without(self, **fields: Iterable[str]) -> Self:
        """The audience seeing less: fields by kind, such as `need=["title"]`."""
        less = {kind: set(self.shows.get(kind, ())) - set(names) for kind, names in fields.items()}
        return attrs.evolve(self, shows={**self.shows, **less})

    def of(self, kind: str, fact: Entity) -> Projection:
        """What it sees of a fact: known fields that are listed, in the order of the fact; states in plain words."""
        found: dict[str, Any] = {}
        for field in attrs.fields(type(fact)):
            value = getattr(fact, field.name) if self.sees(kind, field.name) else None
            if value is not None and value != ():
                said = self._said(kind, field.name, value)
                if said is not None:
                    found[field.name] = said
        return Projection(kind, MappingProxyType(found))

    def _said(self, kind: str, field: str, value: Any) -> Any:
        if not _is_state(kind, field):
            return value
        words = state_text(kind, field, value)
        return words if words is not None or self.is_plain else value

    def __getstate__(self) -> dict[str, Any]:
        return {"name": self.name, "shows": dict(self.shows), "is_plain": self.is_plain}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state)  # type: ignore[misc]

    def _shown(self) -> Shown:
        pairs = [(kind, ", ".join(sorted(fields))) for kind, fields in self.shows.items()]
        return Shown(f"What the audience {self.name} sees", (), (Facts(pairs),))


_STATES: Final = frozenset({"status", "health", "stage", "kind", "direction", "survey"})


def _is_state(kind: str, field: str) -> bool:
    """Whether a field holds a word of a vocabulary, or a source's own."""
    return field in _STATES and kind not in ("change", "duplicate", ASSESSMENT)


_CUSTOMER: Final = Audience(
    "customer",
    {
        "customer": ["name"],
        "project": ["name", "status", "health", "due_on", "completed_on", "progress"],
        MILESTONE: ["title", "status", "due_on", "completed_at"],
        "need": ["title", "kind", "status", "raised_at", "due_on", "resolved_at"],
    },
    is_plain=True,
)
_WORK: Final[Mapping[str, tuple[str, ...]]] = {
    "project": (
        "id",
        "name",
        "status",
        "health",
        "start_on",
        "due_on",
        "baseline_due_on",
        "completed_on",
        "progress",
        "owner",
        "key",
    ),
    MILESTONE: ("id", "title", "status", "due_on", "baseline_due_on", "completed_at", "team"),
    "need": (
        "id",
        "title",
        "kind",
        "status",
        "severity",
        "importance",
        "raised_at",
        "due_on",
        "answered_at",
        "resolved_at",
        "told_at",
    ),
    "interaction": ("id", "kind", "direction", "team", "subject", "occurred_at", "needs_answer", "answered_at"),
    "objective": (
        "id",
        "title",
        "team",
        "owner",
        "status",
        "current_value",
        "target_value",
        "unit",
        "due_on",
        "acknowledged_by",
    ),
    ASSESSMENT: ("score", "band", "actions"),
}
_CRM: Final = Audience(
    "crm",
    {
        **_WORK,
        "customer": ["id", "name", "tier", "stage", "annual_value", "owner", "contract_end_on", "contact_cadence_days"],
        "contact": ["id", "name", "email"],
        "opportunity": ["id", "name", "stage", "amount", "opened_at", "closed_at"],
    },
)
_PMO: Final = Audience(
    "pmo",
    {
        **_WORK,
        "customer": ["id", "name", "tier", "stage", "owner"],
        "project": [*_WORK["project"], "budget", "spent"],
        "opportunity": ["id", "name", "stage", "closed_at"],
    },
)
_EXECUTIVE: Final = Audience(
    "executive",
    {
        "customer": ["name", "tier", "stage", "annual_value", "contract_end_on"],
        "project": ["name", "status", "health", "due_on", "baseline_due_on", "progress", "budget", "spent"],
        MILESTONE: ["title", "status", "due_on", "completed_at"],
        "need": ["title", "kind", "status", "severity", "due_on", "resolved_at", "told_at"],
        "objective": ["title", "team", "status", "current_value", "target_value", "unit", "due_on"],
        "opportunity": ["name", "stage", "amount"],
        ASSESSMENT: ["score", "band"],
    },
)

AUDIENCES: Final[Mapping[str, Audience]] = MappingProxyType(
    {one.name: one for one in (_CUSTOMER, _CRM, _PMO, _EXECUTIVE)}
)
"""The audiences that alignkit ships, by name."""


def audience_of(given: Audience | str) -> Audience:
    """
    The audience of a name, or itself.

    Raises:
        NotFoundError: There is none of that name.
    """
    if isinstance(given, Audience):
        return given
    if given not in AUDIENCES:
        raise NotFoundError("audience", given, get_close_matches(given, AUDIENCES) or tuple(AUDIENCES))
    return AUDIENCES[given]
