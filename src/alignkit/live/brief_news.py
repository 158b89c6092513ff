"""What changed and the customer was not told of yet, as an audience may read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from alignkit.domain import Need, Project, Task
from alignkit.live.brief_parts import BriefItem, BriefSection, Scene, name_of
from alignkit.live.sentences import field_text, moved, quoted
from alignkit.live.sources import fact_of
from alignkit.live.told import ToldEntry
from alignkit.live.told_policy import MILESTONE
from alignkit.live.words import STATES, state_text

__all__ = ["news_section"]

Run = list[ToldEntry]


def news_section(scene: Scene, entries: Iterable[ToldEntry]) -> tuple[BriefSection | None, tuple[str, ...]]:
    """
    The untold changes of fields that the audience sees, several of one field as one, back at the start as none.

    Returns:
        The section, None when there is nothing to say; and the ids of the changes it tells.
    """
    runs: dict[tuple[str, str, str], Run] = {}
    for entry in entries:
        change = entry.change
        if not entry.is_told and scene.audience.sees(change.kind, change.field):
            runs.setdefault((change.kind, change.subject_id, change.field), []).append(entry)
    items: list[BriefItem] = []
    tells: list[str] = []
    for run in runs.values():
        said = list(_item(scene, run))
        items += said
        if said or run[0].change.before == run[-1].change.after:
            tells += (entry.change.id for entry in run)
    title = "What the customer has not heard yet" if scene.is_ours else "What is new"
    return (BriefSection("news", title, tuple(items)) if items else None), tuple(tells)


def _item(scene: Scene, run: Run) -> Iterator[BriefItem]:
    change, before, after = run[-1].change, run[0].change.before, run[-1].change.after
    if before == after:
        return
    head = _head(scene, change.kind, change.subject_id)
    words = STATES.get(("task" if change.kind == MILESTONE else change.kind, change.field))
    if words is None:
        yield BriefItem(f"{head}: {moved(change.kind, change.field, before, after, scene.today)}")
    elif (state := state_text(change.kind, change.field, after)) is not None:
        old = state_text(change.kind, change.field, before)
        was = f", before that {old}" if old is not None and change.kind != "need" else ""
        yield BriefItem(f"{head}: now {state}{was}")
    elif scene.audience.is_plain:
        yield BriefItem(f"{head}: {field_text(change.field)} changed")
    else:
        yield BriefItem(f"{head}: {moved(change.kind, change.field, before, after, scene.today)}")


def _head(scene: Scene, kind: str, id: str) -> str:
    project = fact_of(scene.facts, Project, id)
    if kind == "project" and project is not None:
        return name_of(scene.audience.of("project", project)["name"], "A project")
    need = fact_of(scene.facts, Need, id)
    if kind == "need" and need is not None:
        title = scene.audience.of("need", need)["title"]
        return quoted(title) if title else "A request"
    task = fact_of(scene.facts, Task, id)
    if kind == MILESTONE and task is not None:
        title = scene.audience.of(MILESTONE, task)["title"]
        return f"Milestone {quoted(title)}" if title else "A milestone"
    return kind.replace("_", " ").capitalize()
