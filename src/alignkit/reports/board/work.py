"""What is done for a customer, and what it waits for: projects, needs and changes as rows of plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from alignkit.domain import Change, Need, Project
from alignkit.live.told import told_ledger
from alignkit.policy.defaults.signals import is_open_need
from alignkit.policy.wording import label_of
from alignkit.reports.board.findings import loss_rows
from alignkit.reports.board.scene import Scene, day, said, tenths

__all__ = ["change_rows", "is_untold", "need_rows", "needs_of", "project_rows", "projects_of", "untold_by_customer"]

CLOSED: Final = ("completed", "cancelled")
TOLD, UNTOLD, WAITING, DECLINED = range(4)


def projects_of(scene: Scene, customer: str) -> list[Project]:
    """Its projects, those under way first, then by id."""
    found: list[Project] = list(scene.children("projects", "customer_id", customer))
    return sorted(found, key=lambda project: (project.status in CLOSED, project.id))


def project_rows(scene: Scene, projects: list[Project], *, explained: bool) -> list[dict[str, Any]]:
    """Each project with its facts, its score and what it lost."""
    return [_project(scene, project, explained) for project in projects[: scene.bounds.projects]]


def _project(scene: Scene, project: Project, explained: bool) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for field in (
        "id",
        "name",
        "status",
        "health",
        "owner",
        "start_on",
        "due_on",
        "baseline_due_on",
        "budget",
        "spent",
    ):
        value = scene.read("project", project, field)
        if value is not None:
            row[field] = label_of(value) if field in ("status", "health") else value
    progress = scene.value("project", project, "progress")
    if progress is not None:
        row["progress"] = int(progress * 100)
    if project.id in scene.assessment.rows.get("project", {}):
        subject = scene.assessment.of("project", project.id)
        row["score"], row["band"] = tenths(subject.score_micro), scene.bands[subject.band]
        row["known"] = subject.coverage_micro // 1_000_000
        row["lost"] = loss_rows(scene, subject, explained=explained)
        if scene.audience.sees("project", "health"):
            row["divergence"] = subject.divergence
    return row


def needs_of(scene: Scene, customer: str) -> list[Need]:
    """What the customer raised by now: what waits longest first, then what was delivered and not told, then the rest."""
    found = [one for one in scene.children("needs", "customer_id", customer) if one.raised_at <= scene.now]
    return sorted(found, key=lambda need: (_rank(need), need.raised_at, need.id))


def _rank(need: Any) -> int:
    return 0 if is_open_need(need) else 1 if is_untold(need) else 2


def is_untold(need: Any) -> bool:
    """Whether it was delivered and nobody told the customer."""
    return not is_open_need(need) and need.status != "declined" and need.told_at is None


def need_rows(scene: Scene, needs: list[Need]) -> list[list[Any]]:
    """Of each: title, kind, status, severity, raised, due, days since raised, 1 when overdue, told or not, when."""
    return [_need(scene, need) for need in needs[: scene.bounds.needs]]


def _need(scene: Scene, need: Need) -> list[Any]:
    waits = is_open_need(need)  # type: ignore[arg-type]
    raised, due = scene.value("need", need, "raised_at"), scene.value("need", need, "due_on")
    return [
        scene.read("need", need, "title") or "A need",
        _words(scene.read("need", need, "kind")),
        _words(scene.read("need", need, "status")),
        scene.value("need", need, "severity"),
        day(raised),
        day(due),
        (scene.now - raised).days if waits and raised is not None else None,
        int(waits and due is not None and due < scene.now.date()),
        _told(need) if scene.audience.sees("need", "told_at") else None,
        scene.read("need", need, "told_at"),
    ]


def _told(need: Any) -> int:
    if is_open_need(need):
        return WAITING
    return UNTOLD if is_untold(need) else DECLINED if need.told_at is None else TOLD


def _words(state: str | None) -> str | None:
    return None if state is None else label_of(state)


def untold_by_customer(scene: Scene) -> Mapping[str, Sequence[Change]] | None:
    """
    The news that customers have not heard, by customer, oldest first; None when changes are not known.

    Only changes of fields that the audience may see.
    """
    if scene.portfolio is None:
        return None
    ledger = told_ledger(scene.portfolio, now=scene.now)
    if not ledger.is_known:
        return None
    found: dict[str, list[Change]] = {}
    for entry in ledger.untold:
        if scene.audience.sees(entry.change.kind, entry.change.field):
            found.setdefault(entry.customer_id, []).append(entry.change)
    return found


def change_rows(scene: Scene, changes: Sequence[Change]) -> list[list[Any]]:
    """Of each: day, days ago, project, field, before, after."""
    projects = scene.records("projects")
    rows = []
    for change in changes[: scene.bounds.changes]:
        project = projects.get(change.project_id or "")
        rows.append(
            [
                day(change.occurred_at),
                (scene.now - change.occurred_at).days,
                scene.read("project", project, "name") or ("" if project is None else "A project"),
                label_of(change.field),
                None if change.before is None else said(change.before),
                None if change.after is None else said(change.after),
            ]
        )
    return rows
