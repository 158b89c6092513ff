"""What the needs queue says of itself: its page and its tables."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from alignkit.display import Details, Facts, Shown, Table
from alignkit.display.blocks import Cell
from alignkit.frames import Column, DataTable
from alignkit.live.words import count_of

if TYPE_CHECKING:
    from alignkit.live.needs import NeedsQueue, Request

__all__ = ["needs_table", "reasons_table", "show_needs"]


def show_needs(queue: NeedsQueue) -> Shown:
    """What is asked for, why the first comes first, and who asks for the same."""
    if not queue.is_known:
        return Shown("Needs", ("needs were not given: what customers want is not known",))
    moves = f"{len(queue.ours)} with a move for {queue.team}"
    lead = f"{count_of(len(queue), 'request')} of {count_of(len(queue.needs), 'need')}, {moves}"
    overdue = f"{len(queue.overdue)} overdue, {len(queue.untold)} settled and untold"
    table = Table.first(("priority#", "what", "for", "due", "next", "team"), map(_row, queue), len(queue))
    groups = [_said(one) for one in queue if len(one.needs) > 1][:10]
    first = [_why(queue.requests[0])] if queue.requests else []
    return Shown("Needs", (lead,), (Facts([("standing", overdue)]), table, *first, *groups))


def _row(request: Request) -> tuple[Cell, ...]:
    first = request.needs[0]
    others = len(request.customers) - 1
    whom = first.customer_name + (f" and {count_of(others, 'other')}" if others > 0 else "")
    move = request.moves[0] if request.moves else None
    due = "" if request.due_on is None else request.due_on.isoformat()
    next_step = ("", "") if move is None else (move.action, move.team)
    return f"{request.priority:.0f}", f"{first.need.kind}: {request.title}", whom, due, *next_step


def _why(request: Request) -> Details:
    first = request.needs[0]
    pairs = [(f"{one.points:.1f} of {one.most:.1f}", one.text) for one in first.reasons if one.points > 0]
    gaps = [("gaps", ", ".join(first.trace.gaps))] if first.trace.gaps else []
    return Details(f"Why {first.need.title} comes first", (Facts([*pairs, *gaps]),))


def _said(request: Request) -> Details:
    pairs = [(one.customer_name or one.need.id, one.need.title) for one in request.needs]
    return Details(f"{count_of(len(request.customers), 'customer')} ask for {request.group}", (Facts(pairs),))


def needs_table(queue: NeedsQueue) -> DataTable:
    """One row for each need."""
    texts = ("id", "kind", "title", "status", "customer_id", "group")
    columns = (
        Column("priority", float, "points, 0 to 100"),
        *(Column(text, str) for text in texts),
        Column("severity", int, "1 to 5"),
        Column("due_on", date),
        Column("days_late", int),
        Column("answered", bool),
        Column("told", bool),
        Column("project_id", str),
        Column("objectives", str),
        Column("gaps", str),
        Column("action", str),
        Column("team", str),
    )
    rows = []
    for one in queue.needs:
        move = one.moves[0] if one.moves else None
        facts = (one.need.severity, one.need.due_on, one.days_late, one.is_answered, one.need.told_at is not None)
        trace = (one.trace.project_id, " ".join(one.trace.objective_ids), "; ".join(one.trace.gaps))
        step = (None, None) if move is None else (move.action, move.team)
        rows.append((one.priority, *(getattr(one.need, text) for text in texts), *facts, *trace, *step))
    return DataTable.of_rows("needs", columns, rows)


def reasons_table(queue: NeedsQueue) -> DataTable:
    """One row for each need and rule."""
    columns = (
        Column("need_id", str),
        Column("rule_id", str),
        Column("state", str),
        Column("points", float, "points of priority"),
        Column("most", float, "points of priority"),
        Column("text", str),
        Column("action", str),
        Column("team", str),
    )
    rows = (
        (one.need.id, why.rule_id, why.state, why.points, why.most, why.text, why.action, why.team)
        for one in queue.needs
        for why in one.reasons
    )
    return DataTable.of_rows("reasons", columns, rows)
