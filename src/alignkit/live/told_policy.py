"""
Which changes a customer should hear of, and what counts as telling: data that a host reads and replaces.

Owns the choice; what was told is `told`'s.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final, Self

import attrs

from alignkit.display import Displayed, Note, Shown, Table
from alignkit.domain import COLLECTIONS, Change
from alignkit.domain.checks import FILLED, FLAG, TEXTS, checked
from alignkit.errors import NotFoundError
from alignkit.policy.model import KINDS

__all__ = ["MILESTONE", "News", "ToldPolicy"]

MILESTONE: Final = "milestone"
"""Kind of a change of a task that is a milestone, as rules read it."""

_CLASSES: Final = {kind: COLLECTIONS[name] for kind, name in KINDS.items() if name} | {MILESTONE: COLLECTIONS["tasks"]}


@attrs.frozen
class News:
    """
    A field whose change matters to a customer.

    Attributes:
        kind: Kind of the fact: `"project"`, `"need"`, `"milestone"` (a task that is one), or any other kind.
        field: The field.
        becomes: The new values that matter, as the journal writes them; empty for every change.

    Raises:
        NotFoundError: There is no such kind or field.
    """

    kind: str = checked(FILLED)
    field: str = checked(FILLED)
    becomes: tuple[str, ...] = checked(TEXTS, ())

    def __attrs_post_init__(self) -> None:
        if self.kind not in _CLASSES:
            raise NotFoundError("kind", self.kind, get_close_matches(self.kind, _CLASSES))
        fields = [field.name for field in attrs.fields(_CLASSES[self.kind])]
        if self.field not in fields:
            raise NotFoundError(f"field of a {self.kind}", self.field, get_close_matches(self.field, fields))

    def is_of(self, change: Change) -> bool:
        """Whether a change (of kind `"milestone"` where the task is one) is such news."""
        if (change.kind, change.field) != (self.kind, self.field):
            return False
        return not self.becomes or change.after in self.becomes


_NEWS: Final = (
    News("project", "status"),
    News("project", "health"),
    News("project", "due_on"),
    News(MILESTONE, "due_on"),
    News(MILESTONE, "status", ("done", "cancelled")),
    News("need", "status", ("delivered", "declined")),
    News("need", "resolved_at"),
    News("need", "due_on"),
)


def _news(given: tuple[News, ...] | list[News]) -> tuple[News, ...]:
    return tuple(given)


@attrs.frozen
class ToldPolicy(Displayed):
    """
    What a customer should hear of, and by which touches.

    Attributes:
        news: The changes that matter.
        reached_by: Kinds of outbound touch that reach a customer; a note does not.
        by_project: Whether such a touch on a project, when it names nothing, tells all that changed there before it
            (for a need: such a touch on the need, too). Without it only what a touch names is told.
    """

    news: tuple[News, ...] = attrs.field(default=_NEWS, converter=_news)
    reached_by: tuple[str, ...] = checked(TEXTS, ("status_update", "email", "call", "meeting", "message"))
    by_project: bool = checked(FLAG, True)

    def matters(self, change: Change) -> bool:
        """Whether the customer should hear of a change (of kind `"milestone"` where the task is one)."""
        return any(news.is_of(change) for news in self.news)

    def with_news(self, *news: News) -> Self:
        """The policy with more changes that matter."""
        return attrs.evolve(self, news=(*self.news, *(one for one in news if one not in self.news)))

    def without(self, kind: str, field: str | None = None) -> Self:
        """
        The policy without the news on a kind, or on one field of it.

        Raises:
            NotFoundError: It has no such news.
        """
        gone = [one for one in self.news if one.kind == kind and field in (None, one.field)]
        if not gone:
            listed = sorted({f"{one.kind}.{one.field}" for one in self.news})
            raise NotFoundError("news", kind if field is None else f"{kind}.{field}", listed)
        return attrs.evolve(self, news=tuple(one for one in self.news if one not in gone))

    def _shown(self) -> Shown:
        rows = ((one.kind, one.field, ", ".join(one.becomes) or "any") for one in self.news)
        rule = "an outbound touch on the project that names nothing tells all before it" if self.by_project else ""
        notes = (Note(f"told by: {', '.join(self.reached_by)}"), *([Note(rule)] if rule else []))
        return Shown("What a customer should hear of", (), (Table(("kind", "field", "becomes"), rows), *notes))
