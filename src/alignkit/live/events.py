"""
What a subscriber is told: one subject scores otherwise, which facts led there, which rules moved, and whose move it is.

An event is a value with a key that stays the same however often it is delivered. Its reasons are worked out when they
are first looked at, or when it is written down.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, Final, Protocol

import attrs

from alignkit.domain import Change
from alignkit.errors import DocumentError
from alignkit.policy.wording import score_text

__all__ = ["MOST_CHANGES", "AlignmentChanged", "Judged", "Move", "Reason", "Standing", "Told"]

MOST_CHANGES: Final = 20
"""How many journal entries an event shows at most, the newest."""


@attrs.frozen
class Standing:
    """
    How a subject stood.

    Attributes:
        score_micro: Micro-points, 0..100,000,000; None when nothing was scored.
        band: A band of the policy, or `"unknown"`.
    """

    score_micro: int | None
    band: str

    @property
    def score(self) -> float | None:
        """0..100; None when nothing was scored."""
        return None if self.score_micro is None else self.score_micro / 1e6

    def __str__(self) -> str:
        return f"{score_text(self.score_micro)} ({self.band})"


@attrs.frozen
class Reason:
    """
    One movement of points. Those of an event add up to the difference of its scores exactly.

    Attributes:
        rule_id: The rule or gate that moved.
        cause: `"score"`, `"share"`, `"gate"`, `"appeared"` or `"disappeared"`; see `Difference.cause`.
        difference_micro: Micro-points won; negative when lost.
        text: What the rule says, with the evidence it was judged by.
        action: What would win points back.
        team: Whose move that is; empty when the rule names none.
    """

    rule_id: str
    cause: str
    difference_micro: int
    text: str
    action: str
    team: str

    @property
    def difference(self) -> float:
        """Points won (or lost, negative), to show."""
        return self.difference_micro / 1e6


@attrs.frozen
class Move:
    """
    Something that would win points back.

    Attributes:
        team: Whose move it is.
        action: What to do.
        rule_id: The rule that asks for it.
    """

    team: str
    action: str
    rule_id: str


class Judged(Protocol):
    """Who knows what stands behind an event."""

    def changes(self) -> tuple[Change, ...]:
        """The journal entries that led there."""

    def before(self) -> Standing:
        """How the subject stood."""

    def after(self) -> Standing:
        """How it stands."""

    def why(self) -> tuple[Reason, ...]:
        """What moved, the largest movement first."""


@attrs.frozen
class Told:
    """
    What stands behind an event that was written down.

    Attributes:
        earlier: How the subject stood.
        later: How it stands.
        reasons: What moved.
        entries: The journal entries that led there.
    """

    earlier: Standing
    later: Standing
    reasons: tuple[Reason, ...]
    entries: tuple[Change, ...]

    def changes(self) -> tuple[Change, ...]:
        """The journal entries that led there."""
        return self.entries

    def before(self) -> Standing:
        """How the subject stood."""
        return self.earlier

    def after(self) -> Standing:
        """How it stands."""
        return self.later

    def why(self) -> tuple[Reason, ...]:
        """What moved, the largest movement first."""
        return self.reasons


@attrs.frozen(slots=False, eq=False, repr=False)
class AlignmentChanged:
    """
    A subject scores otherwise than a subscriber knew.

    Two are equal when their keys are: deliveries happen at least once, and the key is what tells a second one apart.

    Attributes:
        key: The same at every delivery, unique among the events of a monitor.
        kind: Kind of the subject.
        id: Its id.
        name: Its display name.
        at: The moment that was judged.
    """

    key: str
    kind: str
    id: str
    name: str
    at: datetime
    _judged: Judged

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """The journal entries that led there, the newest 20 in commit order; empty when time alone did."""
        return self._judged.changes()

    @cached_property
    def before(self) -> Standing:
        """How the subject stood when the subscriber heard of it last."""
        return self._judged.before()

    @cached_property
    def after(self) -> Standing:
        """How it stands."""
        return self._judged.after()

    @cached_property
    def why(self) -> tuple[Reason, ...]:
        """What moved, the largest movement first."""
        return self._judged.why()

    @property
    def difference_micro(self) -> int:
        """Micro-points won; negative when lost. No score counts as 0."""
        return (self.after.score_micro or 0) - (self.before.score_micro or 0)

    @property
    def difference(self) -> float:
        """Points won (or lost, negative), to show."""
        return self.difference_micro / 1e6

    @property
    def teams(self) -> tuple[str, ...]:
        """The teams whose changes led there, by name; empty when time alone did, or nobody said."""
        return tuple(sorted({change.team for change in self.changes if change.team is not None}))

    @property
    def moves(self) -> tuple[Move, ...]:
        """What would win back what was lost, and whose move it is; the largest loss first."""
        lost = (reason for reason in self.why if reason.difference_micro < 0 and reason.action)
        return tuple(dict.fromkeys(Move(reason.team, reason.action, reason.rule_id) for reason in lost))

    def to_json(self) -> str:
        """Everything as JSON text, which `from_json` reads."""
        document = {
            "key": self.key,
            "kind": self.kind,
            "id": self.id,
            "name": self.name,
            "at": self.at.isoformat(),
            "before": attrs.asdict(self.before),
            "after": attrs.asdict(self.after),
            "changes": [_plain(change) for change in self.changes],
            "why": [attrs.asdict(reason) for reason in self.why],
        }
        return json.dumps(document, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> AlignmentChanged:
        """
        Read an event back.

        Raises:
            DocumentError: It is not one.
        """
        try:
            document = json.loads(text)
            why = tuple(Reason(**reason) for reason in document["why"])
            return cls(
                document["key"],
                document["kind"],
                document["id"],
                document["name"],
                datetime.fromisoformat(document["at"]),
                Told(
                    Standing(**document["before"]),
                    Standing(**document["after"]),
                    why,
                    tuple(_change(change) for change in document["changes"]),
                ),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise DocumentError("an event", [f"$: {type(error).__name__}: {error}"]) from error

    def __str__(self) -> str:
        lines = [f"{self.kind} {self.id} ({self.name}): {self.before} -> {self.after}"]
        lines += [f"  {reason.difference:+.2f} {reason.text}" for reason in self.why]
        lines += [f"  {move.team or 'anyone'}: {move.action}" for move in self.moves]
        return "\n".join(lines)

    def __eq__(self, other: object) -> bool:
        return self.key == other.key if isinstance(other, AlignmentChanged) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return f"<AlignmentChanged {self.key}: {self.kind} {self.id!r}, {self.before} -> {self.after}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return AlignmentChanged.from_json, (self.to_json(),)


def _plain(change: Change) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in attrs.fields(Change):
        value = getattr(change, field.name)
        if value is not None:
            found[field.name] = value.isoformat() if isinstance(value, datetime) else value
    return found


def _change(document: Mapping[str, Any]) -> Change:
    moments = {name: datetime.fromisoformat(document[name]) for name in ("occurred_at", "told_at") if name in document}
    return Change(**{**document, **moments})
