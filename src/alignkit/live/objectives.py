"""
The objectives that both teams see: the tree, how each stands, who has seen it, who works on it, and what serves none.

It judges nothing: progress, cadence and links are read as they are, and what was not given is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Final

import attrs

from alignkit.display import Badge, Displayed, Facts, Meter, Shown, Table
from alignkit.display.blocks import Block, Cell
from alignkit.domain import Objective, Project, Task
from alignkit.errors import NotFoundError
from alignkit.frames import Column, DataTable, Tabular
from alignkit.live.objective_standing import Acknowledgement, ObjectiveStanding, standing_of
from alignkit.live.objective_work import orphan_projects, orphan_tasks
from alignkit.live.sources import Source, facts_of, known, moment_of
from alignkit.live.words import count_of
from alignkit.portfolio import Portfolio
from alignkit.portfolio.names import nearest

__all__ = ["Acknowledgement", "ObjectiveStanding", "ObjectiveTree", "objectives"]

USUAL_CADENCE: Final = 7.0
"""Days between check-ins where an objective says nothing (Viva Goals reminds weekly)."""


@attrs.frozen(eq=False)
class ObjectiveTree(Displayed, Tabular):
    """
    The objectives, parents before their children, siblings by id. Iterating gives them so.

    Attributes:
        now: The moment of the question.
        standings: How each objective stands.
        orphan_projects: Projects that run or are planned and serve no open objective, by id; None when contributions
            or objectives were not given.
        orphan_tasks: Open tasks that serve none, neither themselves nor by their project, by id; None likewise.
        is_known: Whether objectives were given at all.
    """

    now: datetime
    standings: tuple[ObjectiveStanding, ...]
    orphan_projects: tuple[Project, ...] | None
    orphan_tasks: tuple[Task, ...] | None
    is_known: bool

    def __iter__(self) -> Iterator[ObjectiveStanding]:
        return iter(self.standings)

    def __len__(self) -> int:
        return len(self.standings)

    def __bool__(self) -> bool:
        return True

    @cached_property
    def _by_id(self) -> Mapping[str, ObjectiveStanding]:
        return {one.id: one for one in self.standings}

    def of(self, id: str) -> ObjectiveStanding:
        """
        How one objective stands.

        Raises:
            NotFoundError: There is none of that id.
        """
        if id not in self._by_id:
            raise NotFoundError("objective", id, nearest(id, self._by_id))
        return self._by_id[id]

    @property
    def roots(self) -> tuple[ObjectiveStanding, ...]:
        """The objectives that are part of no other."""
        return tuple(one for one in self.standings if one.depth == 0)

    @property
    def open(self) -> tuple[ObjectiveStanding, ...]:
        """The objectives that are pursued."""
        return tuple(one for one in self.standings if one.is_open)

    @property
    def unstaffed(self) -> tuple[ObjectiveStanding, ...]:
        """The open ones on which nobody works, nor on any below them; those of which that is unknown are not here."""
        return tuple(one for one in self.open if one.is_staffed is False)

    @property
    def unacknowledged(self) -> tuple[ObjectiveStanding, ...]:
        """The open ones that the other team has not said it has seen."""
        return tuple(one for one in self.open if one.acknowledgement != "acknowledged")

    @property
    def overdue(self) -> tuple[ObjectiveStanding, ...]:
        """The open ones whose check-in is overdue, the longest first, then by id."""
        late = [one for one in self.open if one.check_in_days_late is not None and one.check_in_days_late > 0]
        return tuple(sorted(late, key=lambda one: (-(one.check_in_days_late or 0.0), one.id)))

    @property
    def shared(self) -> tuple[ObjectiveStanding, ...]:
        """The open ones on which both teams have something: a project or milestone, and a need or touch."""
        return tuple(one for one in self.open if one.is_shared)

    @property
    def table_names(self) -> tuple[str, ...]:
        return ("objectives", "orphans")

    def _table_of(self, name: str) -> DataTable:
        return _orphans_table(self) if name == "orphans" else _objectives_table(self)

    def _shown(self) -> Shown:
        if not self.is_known:
            return Shown("Objectives", ("objectives were not given: what is meant to be reached is not known",))
        lead = f"{count_of(len(self), 'objective')}, {len(self.open)} open"
        facts = Facts(
            [
                ("seen by the other team", f"{len(self.open) - len(self.unacknowledged)} of {len(self.open)}"),
                ("shared by both teams", f"{len(self.shared)} of {len(self.open)}"),
                ("check-in overdue", str(len(self.overdue))),
                ("nobody works on", str(len(self.unstaffed))),
                ("projects without objective", _number(self.orphan_projects)),
                ("tasks without objective", _number(self.orphan_tasks)),
            ]
        )
        columns = ("objective", "team", "progress#", "seen", "check-in", "work")
        tree: Block = Table.first(columns, map(_row, self), len(self), 40)
        return Shown("Objectives", (lead,), (facts, tree))


def _number(found: tuple[object, ...] | None) -> str:
    return "not known" if found is None else str(len(found))


def _row(one: ObjectiveStanding) -> tuple[Cell, ...]:
    shown = "" if one.progress is None else f"{one.progress:.0%}"
    late = one.check_in_days_late
    check_in = Badge(f"{late:.0f} days late", "poor") if late is not None and late > 0 else ""
    seen = {"acknowledged": "yes", "own team": "own team only", "open": "no"}[one.acknowledgement]
    work = {True: "yes", False: "nobody", None: "not known"}[one.is_staffed]
    name = f"{'  ' * one.depth}{one.objective.title}"
    if not one.is_open:
        return name, one.objective.team or "", Meter(one.progress, shown), "", one.objective.status, ""
    return name, one.objective.team or "", Meter(one.progress, shown), seen, check_in, work


def _objectives_table(tree: ObjectiveTree) -> DataTable:
    texts = ("id", "title", "team", "owner", "customer_id", "parent_id", "cycle", "status", "kind", "unit")
    numbers = ("start_value", "current_value", "target_value", "confidence")
    columns = (
        *(Column(text, str) for text in texts),
        Column("depth", int),
        *(Column(number, float) for number in numbers),
        Column("progress", float, "share, 0 to 1"),
        Column("cascade_progress", float, "share, 0 to 1"),
        Column("expected", float, "share, 0 to 1"),
        Column("due_on", date),
        Column("acknowledgement", str),
        Column("checked_at", datetime),
        Column("check_in_days_late", float, "days"),
        Column("projects", int),
        Column("staffed", bool),
        Column("shared", bool),
    )
    rows = (
        (
            *(getattr(one.objective, text) for text in texts),
            one.depth,
            *(getattr(one.objective, number) for number in numbers),
            one.progress,
            one.cascade_progress,
            one.expected,
            one.objective.due_on,
            one.acknowledgement,
            one.checked_at,
            one.check_in_days_late,
            len(one.contributing) + len(one.supporting),
            one.is_staffed,
            one.is_shared,
        )
        for one in tree
    )
    return DataTable.of_rows("objectives", columns, rows)


def _orphans_table(tree: ObjectiveTree) -> DataTable:
    columns = (Column("kind", str), Column("id", str), Column("name", str), Column("effort_hours", float))
    projects = (("project", one.id, one.name, None) for one in tree.orphan_projects or ())
    tasks = (("task", one.id, one.title, one.effort_hours) for one in tree.orphan_tasks or ())
    return DataTable.of_rows("orphans", columns, [*projects, *tasks])


def objectives(source: Source, *, now: datetime, usual_cadence: float = USUAL_CADENCE) -> ObjectiveTree:
    """
    The objectives that both teams see, as they stood.

    Args:
        source: A portfolio, or a store.
        now: An aware moment; later check-ins, needs and touches had not happened.
        usual_cadence: Days between check-ins where an objective names none.

    Raises:
        ValidationError: `now` is not an aware datetime, or the source is neither a portfolio nor a store.
    """
    facts, moment = facts_of(source), moment_of(now)
    depths: dict[str | None, int] = {}
    found: list[ObjectiveStanding] = []
    for objective in _in_order(facts):
        depths[objective.id] = depths.get(objective.parent_id, -1) + 1
        found.append(standing_of(facts, objective, depths[objective.id], moment, usual_cadence))
    standings = _cascaded(found)
    return ObjectiveTree(
        moment, standings, orphan_projects(facts), orphan_tasks(facts), is_known="objectives" in facts.given
    )


def _in_order(facts: Portfolio) -> Iterator[Objective]:
    """Parents before their children, siblings by id."""
    everything = known(facts, Objective)
    children: dict[str | None, list[Objective]] = {}
    for objective in sorted(everything.values(), key=lambda one: one.id):
        children.setdefault(objective.parent_id if objective.parent_id in everything else None, []).append(objective)
    waiting = list(reversed(children.get(None, [])))
    while waiting:
        objective = waiting.pop()
        yield objective
        waiting += reversed(children.get(objective.id, []))


def _cascaded(standings: list[ObjectiveStanding]) -> tuple[ObjectiveStanding, ...]:
    """With what only shows from below: the weighted progress of children, and whether anybody works there."""
    done: dict[str, ObjectiveStanding] = {}
    children: dict[str, list[ObjectiveStanding]] = {}
    for one in reversed(standings):
        below = children.get(one.id, [])
        weighed = [(child.objective.weight, child.progress_or_cascade) for child in below]
        known_ones = [(weight, share) for weight, share in weighed if share is not None]
        whole = sum(weight for weight, _ in known_ones)
        cascade = sum(weight * share for weight, share in known_ones) / whole if whole else None
        staffed = one.is_staffed
        if staffed is False and any(child.is_open and child.is_staffed for child in below):
            staffed = True
        ids = tuple(child.id for child in reversed(below))
        done[one.id] = attrs.evolve(one, cascade_progress=cascade, is_staffed=staffed, child_ids=ids)
        if one.objective.parent_id is not None:
            children.setdefault(one.objective.parent_id, []).append(done[one.id])
    return tuple(done[one.id] for one in standings)
