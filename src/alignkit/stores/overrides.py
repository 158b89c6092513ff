"""
What people declare against a computed score: with a reason, an author and an end.

Owns the value, the promises of a log, and the log in memory. An override never changes a score; `alignkit.live.overrides`
shows both side by side.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

import attrs

from alignkit.domain import checks
from alignkit.domain.checks import checked, instance, optional
from alignkit.errors import NotFoundError, ValidationError
from alignkit.policy.model import SUBJECTS

__all__ = ["MemoryOverrideLog", "Override", "OverrideLog", "Withdrawal", "in_force_at"]


@attrs.frozen(kw_only=True)
class Withdrawal:
    """
    That an override was taken back before its end.

    Attributes:
        author: Who took it back. Personal data.
        at: When.
        reason: Why.
    """

    author: str = checked(checks.FILLED)
    at: datetime = checked(checks.MOMENT)
    reason: str | None = checked(optional(checks.FILLED), None)


@attrs.frozen(kw_only=True)
class Override:
    """
    What someone declares of a subject, whatever was computed. It says a band or a health, or both.

    Attributes:
        kind: `"objective"`, `"project"`, `"customer"` or `"portfolio"`.
        id: Of the subject.
        band: The band that it should count as, such as `"amber"`.
        health: The health that is declared, such as `"at_risk"`.
        reason: Why; there is no override without one.
        author: Who declares it. Personal data.
        made_at: From when it holds.
        expires_at: Until when, exclusive. Later than `made_at`.
        withdrawn: That it was taken back; None while it was not.
    """

    kind: str = checked(checks.FILLED)
    id: str = checked(checks.FILLED)
    band: str | None = checked(optional(checks.FILLED), None)
    health: str | None = checked(optional(checks.FILLED), None)
    reason: str = checked(checks.FILLED)
    author: str = checked(checks.FILLED)
    made_at: datetime = checked(checks.MOMENT)
    expires_at: datetime = checked(checks.MOMENT)
    withdrawn: Withdrawal | None = checked(optional(instance(Withdrawal)), None)

    def __attrs_post_init__(self) -> None:
        if self.kind not in SUBJECTS:
            reason = f"expected one of {', '.join(SUBJECTS)}, got {self.kind!r}"
            raise ValidationError(reason, entity="Override", field="kind", value=self.kind)
        if self.band is None and self.health is None:
            raise ValidationError("say a band or a health, or both", entity="Override", field="band")
        if self.expires_at <= self.made_at:
            reason = f"expected a moment after {self.made_at.isoformat()}, got {self.expires_at.isoformat()}"
            raise ValidationError(reason, entity="Override", field="expires_at", value=self.expires_at)

    @property
    def ends_at(self) -> datetime:
        """When it stopped or stops to hold: its expiry, or its withdrawal where that came first."""
        return self.expires_at if self.withdrawn is None else min(self.expires_at, self.withdrawn.at)

    def is_in_force(self, now: datetime) -> bool:
        """Whether it holds at a moment."""
        return self.made_at <= now < self.ends_at


class OverrideLog(Protocol):
    """Overrides in the order in which they were kept. None is taken out: what expired or was withdrawn stays and says so."""

    def append(self, *overrides: Override) -> None:
        """Keep overrides, all of them or none."""

    def withdraw(self, kind: str, id: str, /, *, author: str, at: datetime, reason: str | None = None) -> Override:
        """
        Take back the override of a subject that holds at a moment, the newest where there are several.

        Raises:
            NotFoundError: None holds.
        """

    def list(self) -> tuple[Override, ...]:
        """All of them, in the order kept."""


def in_force_at(overrides: Iterable[Override], now: datetime) -> dict[tuple[str, str], Override]:
    """The override that holds of each subject, by kind and id: of several the one made last, then the one kept last."""
    found: dict[tuple[str, str], Override] = {}
    for one in overrides:
        held = found.get((one.kind, one.id))
        if one.is_in_force(now) and (held is None or one.made_at >= held.made_at):
            found[one.kind, one.id] = one
    return found


class MemoryOverrideLog:
    """
    Overrides kept in memory.

    Args:
        overrides: The first ones.
    """

    def __init__(self, overrides: Iterable[Override] = ()) -> None:
        self._kept: list[Override] = list(overrides)

    def append(self, *overrides: Override) -> None:
        """Keep overrides."""
        self._kept.extend(overrides)

    def withdraw(self, kind: str, id: str, /, *, author: str, at: datetime, reason: str | None = None) -> Override:
        """Take back the override of a subject that holds at a moment."""
        held = in_force_at(self._kept, at).get((kind, id))
        if held is None:
            raise NotFoundError("override", f"{kind} {id}")
        taken = attrs.evolve(held, withdrawn=Withdrawal(author=author, at=at, reason=reason))
        self._kept[next(n for n, one in enumerate(self._kept) if one is held)] = taken
        return taken

    def list(self) -> tuple[Override, ...]:
        """All of them, in the order kept."""
        return tuple(self._kept)
