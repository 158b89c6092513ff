"""
How grave an event is, from 1 (good to know) to 5 (act today): what a digest puts first.

Owns the scale, as tables and a few comparisons. The scale is our proposal; what a score loses by an event is measured
elsewhere, by a policy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from alignkit.domain import Interaction, Need
from alignkit.live.words import parsed_day

__all__ = ["QUIET", "field_severity", "need_severity", "touch_severity"]

QUIET: Final = frozenset({"external_refs", "labels", "version", "told", "domains"})
"""Fields that are no news to anybody."""

_BECOMES: Final[Mapping[tuple[str, str], Mapping[str, int]]] = {
    ("project", "health"): {"off_track": 5, "at_risk": 4},
    ("project", "status"): {"cancelled": 5, "on_hold": 4, "completed": 3},
    ("milestone", "status"): {"cancelled": 4, "blocked": 4, "done": 3},
    ("opportunity", "stage"): {"won": 3, "lost": 4},
    ("customer", "stage"): {"churned": 5, "renewal": 3},
}
_FIELDS: Final[Mapping[tuple[str, str], int]] = {
    ("project", "health"): 2,
    ("project", "status"): 2,
    ("project", "budget"): 2,
    ("project", "spent"): 2,
    ("milestone", "status"): 2,
    ("opportunity", "amount"): 2,
    ("customer", "tier"): 3,
    ("customer", "contract_end_on"): 3,
    ("customer", "annual_value"): 3,
    ("objective", "status"): 3,
    ("objective", "target_value"): 3,
    ("objective", "current_value"): 2,
    ("objective", "confidence"): 2,
}
_DUE: Final = frozenset({"project", "milestone", "need", "objective"})
_LATE_DAYS: Final = 30
_BY_KIND: Final = {"complaint": 4, "promise": 3}


def need_severity(need: Need) -> int:
    """Its own severity; where nobody gave one, 4 for a complaint, 3 for a promise, 2 for a wish."""
    return need.severity if need.severity is not None else _BY_KIND.get(need.kind, 2)


def touch_severity(touch: Interaction) -> int:
    """4 for an angry one, 3 where the customer waits for an answer, 2 for what the customer said, else 1."""
    if touch.sentiment is not None and touch.sentiment <= -0.5:
        return 4
    if touch.direction != "inbound":
        return 1
    return 3 if touch.needs_answer and touch.answered_at is None else 2


def field_severity(kind: str, field: str, before: str | None, after: str | None, fact: Any) -> int:
    """How grave it is that a field took another value; `fact` is what it is now, None when it is gone."""
    found = _BECOMES.get((kind, field), {}).get(after or "", 0) or _FIELDS.get((kind, field), 0)
    if field == "due_on" and kind in _DUE:
        old, new = parsed_day(before), parsed_day(after)
        days = 0 if old is None or new is None else (new - old).days
        found = 4 if days >= _LATE_DAYS else 3 if days > 0 else 2
    if kind == "need" and isinstance(fact, Need) and field in ("status", "due_on", "resolved_at", "severity"):
        found = max(found, need_severity(fact) - (field != "due_on"))
    return max(1, min(found, 5))
