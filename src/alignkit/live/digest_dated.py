"""
Lines of a digest from the dates that facts carry themselves: what happened in facts that came without a journal.

An import of another tool's export often brings no history, but touches have moments, needs say when they were raised
and settled, milestones when they were reached.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import attrs

from alignkit.domain import Entity, Interaction, Need, Opportunity, Task
from alignkit.live.digest_line import DigestLine, Places
from alignkit.live.sources import known, start_of
from alignkit.live.told_policy import MILESTONE
from alignkit.live.weighing import need_severity, touch_severity

__all__ = ["Span", "dated_lines"]


@attrs.frozen
class Span:
    """
    A stretch of time.

    Attributes:
        since: Its beginning, itself not in it; None for the beginning of time.
        now: Its end, in it.
    """

    since: datetime | None
    now: datetime

    def holds(self, moment: datetime | None) -> bool:
        """Whether a moment lies in it."""
        return moment is not None and moment <= self.now and (self.since is None or moment > self.since)


def dated_lines(places: Places, span: Span, team: str) -> Iterator[DigestLine]:
    """What others than the team did in a stretch of time, in no order; facts whose team is unknown are others'."""
    facts = places.facts
    for touch in known(facts, Interaction).values():
        if span.holds(touch.occurred_at) and touch.team != team:
            yield _line(
                places, touch, "interaction", "new", places.touch(touch), touch_severity(touch), touch.occurred_at
            )
    for need in known(facts, Need).values():
        yield from _need_lines(places, need, span)
    for task in known(facts, Task).values():
        if task.is_milestone and task.status == "done" and task.team != team and span.holds(task.completed_at):
            assert task.completed_at is not None
            text = f"{places.head(MILESTONE, task)}: done"
            yield _line(places, task, MILESTONE, "status", text, 3, task.completed_at)
    for project in places.projects.values():
        done = None if project.completed_on is None else start_of(project.completed_on)
        if project.status == "completed" and done is not None and span.holds(done):
            yield _line(places, project, "project", "status", f"{project.name}: completed", 3, done)
    for sale in known(facts, Opportunity).values():
        if (
            sale.stage in ("won", "lost")
            and sale.closed_at is not None
            and span.holds(sale.closed_at)
            and team != "crm"
        ):
            text = f"{places.head('opportunity', sale)}: {sale.stage}"
            yield _line(places, sale, "opportunity", "stage", text, 3 if sale.stage == "won" else 4, sale.closed_at)


def _need_lines(places: Places, need: Need, span: Span) -> Iterator[DigestLine]:
    if need.resolved_at is not None and span.holds(need.resolved_at):
        told = "" if need.told_at is not None and need.told_at <= span.now else "; the customer was not told yet"
        word = "declined" if need.status == "declined" else "settled"
        text = f"{places.head('need', need)}: {word}{told}"
        yield _line(places, need, "need", "status", text, need_severity(need), need.resolved_at)
    elif span.holds(need.raised_at):
        yield _line(
            places, need, "need", "new", f"New: {places.head('need', need)}", need_severity(need), need.raised_at
        )


def _line(
    places: Places, fact: Entity, kind: str, topic: str, text: str, severity: int, occurred_at: datetime
) -> DigestLine:
    customer_id, project_id = places.of(fact)
    team = getattr(fact, "team", None)
    return DigestLine(
        key=f"{kind}:{fact.id}:{topic}",
        kind=kind,
        id=fact.id,
        customer_id=customer_id,
        project_id=project_id,
        text=text,
        severity=severity,
        occurred_at=occurred_at,
        teams=() if team is None else (team,),
    )
