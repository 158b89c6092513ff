"""
How facts are said to people who never saw a field name: days, states, amounts of time.

Owns closed lists of words. A value outside them has no words (None): it is a source's own, and whether it may be
repeated is for the caller to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

__all__ = ["FIELDS", "KINDS", "STATES", "count_of", "day_text", "days_apart", "parsed_day", "state_text"]

_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

STATES: Final[Mapping[tuple[str, str], Mapping[str, str]]] = {
    ("project", "status"): {
        "planned": "not started yet",
        "active": "in progress",
        "on_hold": "on hold",
        "completed": "completed",
        "cancelled": "cancelled",
    },
    ("project", "health"): {
        "on_track": "on track",
        "at_risk": "at risk",
        "off_track": "behind plan",
        "unknown": "not assessed",
    },
    ("task", "status"): {
        "todo": "to do",
        "in_progress": "in progress",
        "blocked": "blocked",
        "done": "done",
        "cancelled": "cancelled",
    },
    ("need", "status"): {
        "open": "received",
        "accepted": "accepted",
        "planned": "planned",
        "in_progress": "in progress",
        "delivered": "delivered",
        "declined": "not going ahead",
    },
    ("need", "kind"): {"need": "request", "complaint": "complaint", "promise": "promise"},
    ("opportunity", "stage"): {"open": "open", "won": "won", "lost": "lost"},
    ("customer", "stage"): {
        "prospect": "prospect",
        "onboarding": "onboarding",
        "active": "active",
        "renewal": "renewal",
        "churned": "churned",
        "former": "former customer",
    },
    ("objective", "status"): {
        "open": "open",
        "achieved": "achieved",
        "partial": "partly achieved",
        "missed": "missed",
        "dropped": "dropped",
    },
}
"""What states are called, by kind and field."""

KINDS: Final[Mapping[str, str]] = {
    "customer": "customer",
    "contact": "contact",
    "project": "project",
    "objective": "objective",
    "contribution": "link to an objective",
    "check_in": "check-in",
    "interaction": "note",
    "need": "request",
    "opportunity": "opportunity",
    "task": "task",
    "milestone": "milestone",
}
"""What kinds of facts are called."""

FIELDS: Final[Mapping[str, str]] = {
    "due_on": "due date",
    "start_on": "start",
    "baseline_due_on": "first due date",
    "completed_on": "day of completion",
    "completed_at": "completion",
    "resolved_at": "settlement",
    "told_at": "telling the customer",
    "answered_at": "reply",
    "raised_at": "date raised",
    "contract_end_on": "contract end",
    "annual_value": "annual value",
    "contact_cadence_days": "contact cadence in days",
    "current_value": "current value",
    "target_value": "target",
    "start_value": "starting value",
    "acknowledged_by": "acknowledgement",
    "acknowledged_at": "acknowledgement date",
    "project_id": "project",
    "task_id": "task",
    "objective_id": "objective",
    "customer_id": "customer",
    "is_milestone": "milestone mark",
}
"""What fields are called, where that is not their name with blanks."""


def state_text(kind: str, field: str, value: object) -> str | None:
    """Plain words for a state; None where the value is none of the vocabulary."""
    words = STATES.get(("task" if kind == "milestone" else kind, field))
    return words.get(value) if words is not None and isinstance(value, str) else None


def day_text(day: date, today: date) -> str:
    """
    A day as people say it; the year only when it is not this one.

    Example:
        >>> day_text(date(2026, 3, 12), date(2026, 1, 5)), day_text(date(2027, 3, 12), date(2026, 1, 5))
        ('12 March', '12 March 2027')
    """
    said = f"{day.day} {_MONTHS[day.month - 1]}"
    return said if day.year == today.year else f"{said} {day.year}"


def parsed_day(text: str | None) -> date | None:
    """The day that journal text stands for (of a moment, its day in UTC); None where it is none."""
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text).date() if len(text) > len("2026-01-01") else date.fromisoformat(text)
    except ValueError:
        return None


def days_apart(before: date, after: date) -> str:
    """
    How a day moved.

    Example:
        >>> days_apart(date(2026, 3, 1), date(2026, 3, 2)), days_apart(date(2026, 3, 9), date(2026, 3, 2))
        ('1 day later', '7 days earlier')
    """
    days = (after - before).days
    return f"{count_of(abs(days), 'day')} {'later' if days > 0 else 'earlier'}"


def count_of(number: int, one: str, many: str | None = None) -> str:
    """
    A number of things.

    Example:
        >>> count_of(1, "edit"), count_of(3, "edit"), count_of(2, "reply", "replies")
        ('1 edit', '3 edits', '2 replies')
    """
    return f"{number} {one if number == 1 else many or one + 's'}"
