"""
A change of a field as a sentence that people read.

Text from facts is repeated as it is; making it harmless is for whoever writes it to a page.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from alignkit.live.words import FIELDS, KINDS, day_text, days_apart, parsed_day, state_text

__all__ = ["field_text", "kind_text", "moved", "quoted"]

_LONGEST: Final = 80
_SHARES: Final = frozenset({"progress", "confidence"})


def quoted(text: str) -> str:
    """A title in quotation marks, cut when it is long."""
    line = " ".join(text.split())
    return f'"{line if len(line) <= _LONGEST else line[: _LONGEST - 3].rstrip() + "..."}"'


def field_text(field: str) -> str:
    """What people call a field."""
    return FIELDS.get(field, field.replace("_", " "))


def moved(kind: str, field: str, before: str | None, after: str | None, today: date) -> str:
    """
    How a field moved, without the name of the fact.

    Args:
        kind: Kind of the fact; `"milestone"` for a task that is one.
        field: The field.
        before: Old value as the journal writes it; None when there was none.
        after: New value likewise.
        today: The day of the reader; days of its year are said without the year.

    Example:
        >>> moved("project", "due_on", "2026-04-30", "2026-05-28", date(2026, 3, 2))
        'due date moved from 30 April to 28 May, 28 days later'
        >>> moved("project", "health", "on_track", "at_risk", date(2026, 3, 2))
        'health went from on track to at risk'
    """
    name = field_text(field)
    if field.endswith(("_on", "_at")):
        return _day_moved(name, before, after, today)
    old, new = _value(kind, field, before), _value(kind, field, after)
    if old is None:
        return f"{name} set to {new}"
    if new is None:
        return f"{name} no longer set, it was {old}"
    return f"{name} went from {old} to {new}"


def _day_moved(name: str, before: str | None, after: str | None, today: date) -> str:
    old, new = parsed_day(before), parsed_day(after)
    if new is None:
        return f"{name} no longer set" + ("" if old is None else f", it was {day_text(old, today)}")
    if old is None:
        return f"{name} set to {day_text(new, today)}"
    if old == new:
        return f"{name} moved within {day_text(new, today)}"
    return f"{name} moved from {day_text(old, today)} to {day_text(new, today)}, {days_apart(old, new)}"


def _value(kind: str, field: str, text: str | None) -> str | None:
    if text is None:
        return None
    if field in _SHARES:
        try:
            return f"{float(text):.0%}"
        except ValueError:
            return text
    return state_text(kind, field, text) or (quoted(text) if field in ("name", "title", "subject") else text)


def kind_text(kind: str) -> str:
    """What people call a kind of fact."""
    return KINDS.get(kind, kind.replace("_", " "))
