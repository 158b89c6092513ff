"""
Calls to action: what a team was asked to do about a subject, and what became of it.

Owns the value, the promises of a log, and the log in memory. There is at most one call of a rule on a subject; it is
opened, closed and opened again, and its history says when. Which rules there are is `alignkit.live.actions`'s.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final, Literal, Protocol

import attrs

from alignkit.domain import checks
from alignkit.domain.checks import checked, instances, optional
from alignkit.errors import ValidationError

__all__ = ["ActionEvent", "ActionKey", "ActionLog", "CallToAction", "MemoryActionLog", "What", "chosen"]

What = Literal["opened", "closed", "reopened", "escalated", "worsened"]
"""What became of a call to action."""

WHATS: Final = ("opened", "closed", "reopened", "escalated", "worsened")

ActionKey = tuple[str, str, str]
"""Rule id, kind and id of the subject."""


@attrs.frozen(kw_only=True)
class ActionEvent:
    """
    One thing that became of a call to action.

    Attributes:
        what: `"opened"`, `"closed"`, `"reopened"`, `"escalated"` to another team, or `"worsened"` in severity.
        at: When that was found.
        reason: Why, in words.
        team: The team that it was escalated to.
    """

    what: What = checked(checks.FILLED)
    at: datetime = checked(checks.MOMENT)
    reason: str = checked(checks.TEXT, "")
    team: str | None = checked(optional(checks.FILLED), None)

    def __attrs_post_init__(self) -> None:
        if self.what not in WHATS:
            reason = f"expected one of {', '.join(WHATS)}, got {self.what!r}"
            raise ValidationError(reason, entity="ActionEvent", field="what", value=self.what)


@attrs.frozen(kw_only=True)
class CallToAction:
    """
    What teams are asked to do about a subject.

    Attributes:
        rule_id: The rule that asks.
        kind: Kind of the subject.
        subject_id: Its id.
        subject_name: How people call it.
        teams: Whose move it is; the first one's first.
        action: What to do.
        reason: What is wrong, as it was last found.
        severity: `"amber"` or `"red"`.
        history: What became of it, the earliest first; at least that it was opened.
        sent: How many of those a host's hook took.
    """

    rule_id: str = checked(checks.FILLED)
    kind: str = checked(checks.FILLED)
    subject_id: str = checked(checks.FILLED)
    subject_name: str = checked(checks.TEXT, "")
    teams: tuple[str, ...] = checked(checks.TEXTS, ())
    action: str = checked(checks.TEXT, "")
    reason: str = checked(checks.TEXT, "")
    severity: str = checked(checks.FILLED, "amber")
    history: tuple[ActionEvent, ...] = checked(instances(ActionEvent))
    sent: int = checked(checks.whole(0), 0)

    @property
    def key(self) -> ActionKey:
        """What makes it one and the same: rule, kind and subject."""
        return self.rule_id, self.kind, self.subject_id

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to act."""
        return self.history[-1].what != "closed"

    @property
    def opened_at(self) -> datetime:
        """When it was opened, the last time that it was."""
        return next(event.at for event in reversed(self.history) if event.what in ("opened", "reopened"))

    @property
    def closed_at(self) -> datetime | None:
        """When its condition cleared; None while it is open."""
        return None if self.is_open else self.history[-1].at

    @property
    def times_opened(self) -> int:
        """How often it was opened: 1, and once more for each time that what was settled came back."""
        return sum(event.what in ("opened", "reopened") for event in self.history)

    @property
    def unsent(self) -> tuple[ActionEvent, ...]:
        """What no hook took yet."""
        return self.history[self.sent :]


class ActionLog(Protocol):
    """Calls to action, one for each rule and subject at most; each keeps its history."""

    def change(self, work: Callable[[Mapping[ActionKey, CallToAction]], Iterable[CallToAction]], /) -> None:
        """
        Keep what a function makes of all that is kept, in one transaction. Others wait, or it is run again.

        Args:
            work: Gets every call by its key, gives those that are new or changed. It may be run more than once.
        """

    def list(self, *, is_open: bool | None = None, team: str | None = None) -> tuple[CallToAction, ...]:
        """
        The calls, those opened last first, equal ones by key.

        Args:
            is_open: Only open ones (True), only closed ones (False), or all.
            team: Only those of a team.
        """


def chosen(
    calls: Iterable[CallToAction], *, is_open: bool | None = None, team: str | None = None
) -> tuple[CallToAction, ...]:
    """Those of some calls that `ActionLog.list` gives, in its order."""
    found = [
        one for one in calls if (is_open is None or one.is_open == is_open) and (team is None or team in one.teams)
    ]
    found.sort(key=lambda one: one.key)
    found.sort(key=lambda one: one.opened_at, reverse=True)
    return tuple(found)


class MemoryActionLog:
    """Calls to action kept in memory. Threads may share it."""

    def __init__(self) -> None:
        self._kept: dict[ActionKey, CallToAction] = {}
        self._lock = threading.RLock()

    def change(self, work: Callable[[Mapping[ActionKey, CallToAction]], Iterable[CallToAction]], /) -> None:
        """Keep what a function makes of all that is kept."""
        with self._lock:
            changed = {one.key: one for one in work(dict(self._kept))}
            self._kept.update(changed)

    def list(self, *, is_open: bool | None = None, team: str | None = None) -> tuple[CallToAction, ...]:
        """The calls, those opened last first."""
        return chosen(self._kept.values(), is_open=is_open, team=team)
