"""
What people decided about which records are one customer: facts, kept in order, never changed.

Owns the value, the promises of a log, and the logs in memory and in a file. Draws no conclusions; `alignkit.linking` does.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal, Protocol

import attrs

from alignkit.domain import ExternalRef, checks
from alignkit.domain.checks import checked, instance, optional
from alignkit.errors import DocumentError, DuplicateError, NotFoundError, ValidationError

__all__ = ["DecisionLog", "FileDecisionLog", "LinkDecision", "MemoryDecisionLog", "Revocation", "Verdict"]

Verdict = Literal["same", "different"]
"""That two records are one customer, or that they are two."""

VERDICTS: Final = ("same", "different")


@attrs.frozen(kw_only=True)
class Revocation:
    """
    That a decision no longer stands.

    Attributes:
        actor: Who took it back.
        at: When.
        reason: Why.
    """

    actor: str = checked(checks.FILLED)
    at: datetime = checked(checks.MOMENT)
    reason: str | None = checked(optional(checks.FILLED), None)


@attrs.frozen(kw_only=True)
class LinkDecision:
    """
    What a person said of two records.

    Attributes:
        id: Unique among decisions.
        verdict: `"same"` or `"different"`.
        left: The one record: its system, its kind (`"customer"` or `"project"`) and its id there.
        right: The other; the two are put in order, so that it makes no difference which is named first.
        actor: Who decided. Personal data.
        at: When, an aware moment.
        reason: Why.
        revoked: That it was taken back, by whom and when; None while it stands.
    """

    id: str = checked(checks.FILLED)
    verdict: Verdict = checked(checks.FILLED)
    left: ExternalRef = checked(instance(ExternalRef))
    right: ExternalRef = checked(instance(ExternalRef))
    actor: str = checked(checks.FILLED)
    at: datetime = checked(checks.MOMENT)
    reason: str | None = checked(optional(checks.FILLED), None)
    revoked: Revocation | None = checked(optional(instance(Revocation)), None)

    def __attrs_post_init__(self) -> None:
        if self.verdict not in VERDICTS:
            reason = f"expected one of {', '.join(VERDICTS)}, got {self.verdict!r}"
            raise ValidationError(reason, entity="LinkDecision", field="verdict", value=self.verdict)
        if self.left == self.right:
            reason = "a record is itself; name two records"
            raise ValidationError(reason, entity="LinkDecision", field="right", value=self.right)
        if self.right < self.left:
            left, right = self.right, self.left
            object.__setattr__(self, "left", left)
            object.__setattr__(self, "right", right)

    @property
    def pair(self) -> tuple[ExternalRef, ExternalRef]:
        """The two records, in order."""
        return self.left, self.right

    def __str__(self) -> str:
        told = f"{self.actor} on {self.at:%Y-%m-%d}: {' and '.join(map(_text, self.pair))} are {_SAID[self.verdict]}"
        because = f" ({self.reason})" if self.reason else ""
        return f"{told}{because}{'; revoked' if self.revoked else ''}"


_SAID: Final = {"same": "one customer", "different": "two customers"}


class DecisionLog(Protocol):
    """Decisions, in the order in which they were kept. Nothing is taken out: what is revoked stays and says so."""

    def append(self, *decisions: LinkDecision) -> None:
        """
        Keep decisions, all of them or none.

        Raises:
            DuplicateError: There is one of the same id.
        """

    def revoke(self, id: str, /, *, actor: str, at: datetime, reason: str | None = None) -> None:
        """
        Let a decision stand no longer. Revoking it again changes nothing.

        Raises:
            NotFoundError: There is none of this id.
        """

    def list(self, *, revoked: bool = False) -> tuple[LinkDecision, ...]:
        """Give the decisions that stand, in the order kept; with `revoked`, the others in their places too."""


class MemoryDecisionLog:
    """
    Decisions kept in memory.

    Args:
        decisions: The first ones.
    """

    def __init__(self, decisions: Iterable[LinkDecision] = ()) -> None:
        self._kept: dict[str, LinkDecision] = {}
        self.append(*decisions)

    def append(self, *decisions: LinkDecision) -> None:
        """Keep decisions, all of them or none."""
        fresh = _fresh(decisions, self._kept)
        self._kept.update(fresh)

    def revoke(self, id: str, /, *, actor: str, at: datetime, reason: str | None = None) -> None:
        """Let a decision stand no longer."""
        decision = _known(id, self._kept)
        if decision.revoked is None:
            self._kept[id] = attrs.evolve(decision, revoked=Revocation(actor=actor, at=at, reason=reason))

    def list(self, *, revoked: bool = False) -> tuple[LinkDecision, ...]:
        """Give the decisions that stand, in the order kept."""
        return tuple(each for each in self._kept.values() if revoked or each.revoked is None)


class FileDecisionLog:
    """
    Decisions kept in a file of JSON lines, to which lines are only added. For one writer at a time.

    Args:
        path: The file; it is made with the first decision.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)

    def append(self, *decisions: LinkDecision) -> None:
        """Keep decisions, all of them or none."""
        _fresh(decisions, self._read())
        self._write([{"decision": _as_json(each)} for each in decisions])

    def revoke(self, id: str, /, *, actor: str, at: datetime, reason: str | None = None) -> None:
        """Let a decision stand no longer."""
        if _known(id, self._read()).revoked is None:
            self._write([{"revoke": id, "by": _as_json(Revocation(actor=actor, at=at, reason=reason))}])

    def list(self, *, revoked: bool = False) -> tuple[LinkDecision, ...]:
        """
        Give the decisions that stand, in the order kept.

        Raises:
            DocumentError: The file holds lines that are no decision; every one is listed.
        """
        return tuple(each for each in self._read().values() if revoked or each.revoked is None)

    def _read(self) -> dict[str, LinkDecision]:
        found: dict[str, LinkDecision] = {}
        faults: list[str] = []
        lines = self._path.read_text(encoding="utf-8").splitlines() if self._path.exists() else []
        for number, line in enumerate(lines, 1):
            try:
                _take(json.loads(line), found)
            except (ValueError, KeyError, TypeError) as error:
                faults.append(f"line {number}: {error}")
        if faults:
            raise DocumentError(str(self._path), faults)
        return found

    def _write(self, entries: Sequence[Mapping[str, Any]]) -> None:
        text = "".join(json.dumps(entry, ensure_ascii=False, sort_keys=True) + "\n" for entry in entries)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(text)


def _take(entry: dict[str, Any], found: dict[str, LinkDecision]) -> None:
    if "revoke" in entry:
        decision = found[entry["revoke"]]
        found[decision.id] = attrs.evolve(decision, revoked=_revocation(entry["by"]))
    else:
        fields: dict[str, Any] = dict(entry["decision"])
        fields.update({side: ExternalRef(*fields[side]) for side in ("left", "right")})
        decision = LinkDecision(**{**fields, "at": datetime.fromisoformat(fields["at"])})
        found[decision.id] = decision


def _revocation(fields: dict[str, Any]) -> Revocation:
    return Revocation(actor=fields["actor"], at=datetime.fromisoformat(fields["at"]), reason=fields.get("reason"))


def _as_json(value: LinkDecision | Revocation) -> dict[str, Any]:
    fields = {name: told for name, told in attrs.asdict(value, recurse=False).items() if told is not None}
    fields["at"] = value.at.isoformat()
    if isinstance(value, LinkDecision):
        fields.update(
            {side: [ref.system, ref.kind, ref.key] for side, ref in zip(("left", "right"), value.pair, strict=True)}
        )
        fields.pop("revoked", None)
    return fields


def _fresh(decisions: Iterable[LinkDecision], kept: dict[str, LinkDecision]) -> dict[str, LinkDecision]:
    fresh: dict[str, LinkDecision] = {}
    for decision in decisions:
        if decision.id in kept or decision.id in fresh:
            raise DuplicateError("link decision", decision.id)
        fresh[decision.id] = decision
    return fresh


def _known(id: str, kept: dict[str, LinkDecision]) -> LinkDecision:
    if id not in kept:
        raise NotFoundError("link decision", id)
    return kept[id]


def _text(ref: ExternalRef) -> str:
    return f"{ref.system} {ref.kind} {ref.key}"
