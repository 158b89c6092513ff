"""What asking teams to act came to: the calls that are open, those that changed, and what could not be sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from attrs import frozen

from alignkit.display import Badge, Displayed, Note, Shown, Table
from alignkit.display.blocks import Block
from alignkit.frames import Column, DataTable, Tabular
from alignkit.policy.wording import label_of
from alignkit.stores.actions import ActionEvent, CallToAction

__all__ = ["ActionReport", "Failure"]

ACTION_COLUMNS: Final = (
    Column("rule_id", str),
    Column("kind", str),
    Column("subject_id", str),
    Column("subject_name", str),
    Column("severity", str),
    Column("teams", str),
    Column("action", str),
    Column("reason", str),
    Column("is_open", bool),
    Column("opened_at", datetime),
    Column("closed_at", datetime),
    Column("times_opened", int),
)


@frozen
class Failure:
    """
    A hook that raised. What it was given is given again next time.

    Attributes:
        call: The call to action.
        event: What it was told of it.
        error: What it raised.
    """

    call: CallToAction
    event: ActionEvent
    error: Exception


@frozen(eq=False)
class ActionReport(Displayed, Tabular):
    """
    What asking came to; iterating gives the calls that are open now, red ones first, then the longest open.

    Attributes:
        now: The moment that was judged.
        open: Every call that is open now.
        changed: Those that were opened, closed, opened again, escalated or worsened by this look.
        undecided: Open calls of which nothing can be said at the moment, because what their rules read is not known.
        failures: Hooks that raised.
    """

    now: datetime
    open: tuple[CallToAction, ...]
    changed: tuple[CallToAction, ...]
    undecided: tuple[CallToAction, ...]
    failures: tuple[Failure, ...]

    def __iter__(self) -> Iterator[CallToAction]:
        return iter(self.open)

    def __len__(self) -> int:
        return len(self.open)

    def __bool__(self) -> bool:
        return True

    def of_team(self, team: str) -> tuple[CallToAction, ...]:
        """The open calls of a team, in the same order."""
        return tuple(one for one in self.open if team in one.teams)

    @property
    def opened(self) -> tuple[CallToAction, ...]:
        """Those that this look opened, or opened again."""
        return tuple(one for one in self.changed if one.history[-1].what in ("opened", "reopened"))

    @property
    def closed(self) -> tuple[CallToAction, ...]:
        """Those that this look closed."""
        return tuple(one for one in self.changed if not one.is_open)

    @property
    def table_names(self) -> tuple[str, ...]:
        """`"open"` calls, and those that `"changed"`."""
        return ("open", "changed")

    def _table_of(self, name: str) -> DataTable:
        rows = (
            (
                one.rule_id,
                one.kind,
                one.subject_id,
                one.subject_name,
                one.severity,
                ", ".join(one.teams),
                one.action,
                one.reason,
                one.is_open,
                one.opened_at,
                one.closed_at,
                one.times_opened,
            )
            for one in (self.open if name == "open" else self.changed)
        )
        return DataTable.of_rows(name, ACTION_COLUMNS, rows)

    def _shown(self) -> Shown:
        rows = (
            (
                Badge(one.severity, "poor" if one.severity == "red" else "fair"),
                one.subject_name or one.subject_id,
                one.reason or label_of(one.rule_id),
                one.action,
                ", ".join(one.teams),
                one.opened_at.date().isoformat(),
            )
            for one in self.open
        )
        titles = ("severity", "subject", "why", "next", "teams", "since")
        blocks: list[Block] = [Table.first(titles, rows, len(self.open))]
        if self.failures:
            blocks.append(Note(f"{len(self.failures)} could not be sent; they are sent again next time"))
        lead = f"{len(self.open)} open, {len(self.opened)} new, {len(self.closed)} closed"
        return Shown("Calls to action", (lead,), blocks)
