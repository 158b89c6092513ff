"""
Who may see what on a board: the audiences of briefs, widened by what findings are made of; what is listed nowhere is not shown.

What a rule found is put into words only for an audience that may see every field that the rule reads, so that no
number gets around the lists. An audience of the host's own is taken as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from alignkit.errors import ValidationError
from alignkit.live.audiences import ASSESSMENT, Audience, audience_of
from alignkit.policy.compiled import PolicyRule
from alignkit.policy.reach import EXISTS, SCORE, Walk

__all__ = ["AUDIENCES", "board_audience", "may_hear"]

# Counts, days and states that findings speak of; none of them says who somebody is or what somebody wrote.
_FOUND: Final[Mapping[str, tuple[str, ...]]] = {
    "objective": (
        "kind",
        "weight",
        "start_on",
        "due_on",
        "start_value",
        "confidence",
        "acknowledged_at",
        "check_in_days",
        "cycle",
    ),
    "contribution": ("kind", "weight"),
    "check_in": ("occurred_at", "value", "confidence", "team"),
    "interaction": (
        "kind",
        "direction",
        "team",
        "occurred_at",
        "needs_answer",
        "answered_at",
        "survey",
        "satisfaction",
        "scale_low",
        "scale_high",
        "sentiment",
    ),
    "need": ("importance", "raised_at", "answered_at"),
    "opportunity": ("stage", "opened_at", "closed_at"),
    "project": ("start_on", "completed_on"),
    "task": (
        "status",
        "is_milestone",
        "team",
        "created_at",
        "started_at",
        "completed_at",
        "start_on",
        "due_on",
        "baseline_due_on",
        "effort_hours",
    ),
    "change": ("kind", "field", "occurred_at", "team", "told_at"),
    "duplicate": ("kind", "similarity", "is_across_teams"),
}

AUDIENCES: Final[Mapping[str, Audience]] = MappingProxyType(
    {name: audience_of(name).with_(**_FOUND) for name in ("pmo", "crm", "executive")}
)
"""The audiences that alignkit ships for boards, by name. A board is for colleagues: there is none for customers."""


def board_audience(given: Audience | str) -> Audience:
    """
    The audience of a name, or one of the host's own as it is.

    Raises:
        ValidationError: There is none of that name, or it may not see scores.
    """
    if isinstance(given, str):
        if given not in AUDIENCES:
            reason = f"expected an audience of {', '.join(AUDIENCES)}, got {given!r}"
            raise ValidationError(reason, entity="board", field="audience", value=given)
        return AUDIENCES[given]
    if not (given.sees(ASSESSMENT, "score") and given.sees(ASSESSMENT, "band")):
        reason = f"a board shows scores and bands, which the audience {given.name!r} may not see; make a brief for it"
        raise ValidationError(reason, entity="board", field="audience", value=given.name)
    return given


def may_hear(audience: Audience, rule: PolicyRule | None) -> bool:
    """Whether an audience may be told in words what a rule found; never when its text is not known."""
    return rule is not None and rule.lowered is not None and all(audience.sees(*read) for read in _reads(rule))


def _reads(rule: PolicyRule) -> Iterator[tuple[str, str]]:
    """Kinds and fields that the answer or a name of the rule reads, but for what only leads from record to record."""
    assert rule.lowered is not None
    walk = Walk()
    for node in (rule.lowered.outcome, *(local.node for local in rule.lowered.locals)):
        for _, kind, field in walk.reads(rule.lowered.kind, node):
            if field not in (EXISTS, SCORE) and not field.endswith("_id"):
                yield kind, field
