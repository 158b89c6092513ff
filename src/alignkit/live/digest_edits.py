"""
Lines of a digest from journal entries: what a team does not know yet, collapsed.

Five edits of one field are one line from the value that the team knew to the value that holds. A team knows what it
wrote itself, and what stood there when it did; so only what came after its own last edit counts. What is back at its
start is no line, nor is what was added and removed again. Work that is no milestone is summed up by project.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final

from alignkit.domain import Change, Entity, Interaction, Need, Task
from alignkit.live.digest_line import DigestLine, Places
from alignkit.live.sentences import kind_text, moved
from alignkit.live.told_policy import MILESTONE
from alignkit.live.weighing import QUIET, field_severity, need_severity, touch_severity
from alignkit.live.words import count_of
from alignkit.policy.model import KINDS

__all__ = ["edit_lines"]

WHOLE: Final = "*"
_SILENT: Final = frozenset({"contact", "contribution", "duplicate"})

Runs = dict[tuple[str, str], list[Change]]


def edit_lines(changes: Iterable[Change], team: str, places: Places, today: date) -> list[DigestLine]:
    """The lines of all entries that others than the team wrote, in no order."""
    by_subject: Runs = {}
    for change in changes:
        by_subject.setdefault((change.kind, change.subject_id), []).append(change)
    lines: list[DigestLine] = []
    work: dict[str | None, list[tuple[Task, list[Change]]]] = {}
    for (kind, id), entries in by_subject.items():
        fact = _fact(places, kind, id)
        if isinstance(fact, Task) and not fact.is_milestone:
            unseen = _unseen(entries, team)
            if unseen and _is_news(unseen):
                work.setdefault(fact.project_id, []).append((fact, unseen))
        elif kind not in _SILENT:
            lines += _Subject(places, team, today, MILESTONE if isinstance(fact, Task) else kind, id, fact).lines(
                entries
            )
    lines += [_work_line(project, found, places) for project, found in work.items()]
    return lines


def _fact(places: Places, kind: str, id: str) -> Entity | None:
    collection = KINDS.get(kind, "")
    known = places.facts.records(collection) if collection in places.facts.given else {}
    return known.get(id)


def _unseen(entries: Sequence[Change], team: str) -> list[Change]:
    """What came after the team's own last edit."""
    own = max((place for place, change in enumerate(entries) if change.team == team), default=-1)
    return list(entries[own + 1 :])


def _is_news(entries: Sequence[Change]) -> bool:
    """Whether anything is other than it was."""
    net: dict[str, tuple[str | None, str | None]] = {}
    for change in entries:
        net[change.field] = (net.get(change.field, (change.before, None))[0], change.after)
    return any(before != after and field not in QUIET for field, (before, after) in net.items())


def _teams(entries: Iterable[Change]) -> tuple[str, ...]:
    return tuple(sorted({change.team for change in entries if change.team is not None}))


class _Subject:
    """The lines of one fact."""

    def __init__(self, places: Places, team: str, today: date, kind: str, id: str, fact: Entity | None) -> None:
        self._places, self._team, self._today = places, team, today
        self._kind, self._id, self._fact = kind, id, fact

    def lines(self, entries: Sequence[Change]) -> Iterator[DigestLine]:
        whole = [change for change in entries if change.field == WHOLE]
        was_there = not whole or whole[0].before is not None
        is_there = not whole or whole[-1].after is not None
        if not is_there:
            if was_there and whole[-1].team != self._team:
                yield self._line("gone", f"Removed: {self._called(whole[-1].before)}", 2, entries)
            return
        if not was_there and whole[0].team != self._team:
            yield from self._new(entries)
            return
        fields: dict[str, list[Change]] = {}
        for change in entries:
            if change.field != WHOLE and change.field not in QUIET:
                fields.setdefault(change.field, []).append(change)
        if self._fact is not None:
            for field, found in fields.items():
                yield from self._moved(self._fact, field, found, fields)

    def _moved(
        self, fact: Entity, field: str, entries: Sequence[Change], fields: dict[str, list[Change]]
    ) -> Iterator[DigestLine]:
        unseen = _unseen(entries, self._team)
        if not unseen or unseen[0].before == unseen[-1].after:
            return
        if field in ("resolved_at", "completed_at", "completed_on", "started_at") and "status" in fields:
            return
        before, after = unseen[0].before, unseen[-1].after
        edits = f", in {count_of(len(unseen), 'edit')}" if len(unseen) > 1 else ""
        text = f"{self._places.head(self._kind, fact)}: {moved(self._kind, field, before, after, self._today)}{edits}"
        severity = field_severity(self._kind, field, before, after, fact)
        yield self._line(field, text, severity, unseen, before, after)

    def _new(self, entries: Sequence[Change]) -> Iterator[DigestLine]:
        fact = self._fact
        if fact is None:
            return
        if isinstance(fact, Interaction):
            yield self._line("new", self._places.touch(fact), touch_severity(fact), entries)
        else:
            severity = need_severity(fact) if isinstance(fact, Need) else 2
            yield self._line("new", f"New: {self._places.head(self._kind, fact)}", severity, entries)

    def _called(self, document: str | None) -> str:
        facts: Any = json.loads(document) if document else {}
        name = next((facts[field] for field in ("name", "title", "subject") if facts.get(field)), self._id)
        return f"{kind_text(self._kind)} {name}"

    def _line(
        self,
        topic: str,
        text: str,
        severity: int,
        entries: Sequence[Change],
        before: str | None = None,
        after: str | None = None,
    ) -> DigestLine:
        last = entries[-1]
        customer_id, project_id = self._places.of(self._fact, last.customer_id, last.project_id)
        return DigestLine(
            key=f"{self._kind}:{self._id}:{topic}",
            kind=self._kind,
            id=self._id,
            customer_id=customer_id,
            project_id=project_id,
            text=text,
            severity=severity,
            occurred_at=max(change.occurred_at for change in entries),
            teams=_teams(entries),
            changes=tuple(change.id for change in entries),
            before=before,
            after=after,
        )


def _work_line(project_id: str | None, found: list[tuple[Task, list[Change]]], places: Places) -> DigestLine:
    entries = [change for _, changes in found for change in changes]
    moves = [change for change in entries if change.field == "status"]
    states = Counter(task.status for task, changes in found if any(change in moves for change in changes))
    told = [count_of(states[state], word, word) for state, word in (("done", "done"), ("blocked", "blocked"))]
    parts = [part for part in told if not part.startswith("0 ")]
    new = sum(changes[0].field == WHOLE for _, changes in found)
    if new:
        parts.append(f"{new} new")
    customer_id, known_project = places.of(found[0][0])
    text = f"{places.project_name(project_id)}: {count_of(len(found), 'task')} changed"
    return DigestLine(
        key=f"tasks:{project_id or ''}",
        kind="task",
        id=project_id or "",
        customer_id=customer_id,
        project_id=known_project,
        text=", ".join([text, *parts]),
        severity=2 if states["blocked"] else 1,
        occurred_at=max(change.occurred_at for change in entries),
        teams=_teams(entries),
        changes=tuple(change.id for change in entries),
    )
