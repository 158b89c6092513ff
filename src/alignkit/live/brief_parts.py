"""
The sections of a brief: what is said of a customer's projects, milestones, needs, touches, objectives and deals.

Facts choose what a section is about and its order; every word in it comes from a projection (`audiences`), so that what
an audience does not see cannot get into a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

import attrs

from alignkit.domain import Contact, Interaction, Money, Need, Objective, Opportunity, Project, Task
from alignkit.live.audiences import Audience, Projection
from alignkit.live.need_trace import is_open
from alignkit.live.sentences import quoted
from alignkit.live.sources import related
from alignkit.live.told_policy import MILESTONE
from alignkit.live.words import count_of, day_text
from alignkit.policy.facts import Facts

__all__ = ["BriefItem", "BriefSection", "Scene", "sections_of"]

MOST_TOUCHES: Final = 5
RECENT: Final = timedelta(days=30)
_LONGEST: Final = 120


@attrs.frozen
class BriefItem:
    """
    One thing said.

    Attributes:
        text: The sentence.
        facts: The fields behind it that the audience sees, by name: text, numbers, flags, days and moments as ISO
            text, amounts as `1200.50 EUR`. States are in plain words.
    """

    text: str
    facts: Mapping[str, Any] = attrs.field(factory=dict)


@attrs.frozen
class BriefSection:
    """
    Things said under one title.

    Attributes:
        key: Which section it is, such as `"projects"`.
        title: Its title.
        items: What is said, in order.
    """

    key: str
    title: str
    items: tuple[BriefItem, ...]


@attrs.frozen
class Scene:
    """
    What a section is made from.

    Attributes:
        facts: The facts.
        audience: For whom.
        customer_id: About whom.
        now: As of when.
    """

    facts: Facts
    audience: Audience
    customer_id: str
    now: datetime

    @property
    def today(self) -> date:
        """The day of `now`, in UTC."""
        return self.now.date()

    @property
    def is_ours(self) -> bool:
        """Whether we read it ourselves: everybody but a customer does."""
        return not self.audience.is_plain

    def projects(self) -> list[Project]:
        """The projects that run, wait, or ended lately: what runs first, then by due day and id."""
        found = related(self.facts, Project, "customer_id", self.customer_id)
        return sorted((one for one in found if self._is_current(one)), key=_standing)

    def _is_current(self, project: Project) -> bool:
        if project.status == "cancelled":
            return False
        if project.status == "completed":
            return project.completed_on is None or project.completed_on >= self.today - 3 * RECENT
        return True

    def milestones(self, project: Project) -> list[Task]:
        """The milestones of a project, by due day and id."""
        found = (one for one in related(self.facts, Task, "project_id", project.id) if one.is_milestone)
        return sorted(found, key=lambda one: (one.due_on or date.max, one.id))

    def day(self, day: date) -> str:
        """A day in words."""
        return day_text(day.date() if isinstance(day, datetime) else day, self.today)


def _standing(project: Project) -> tuple[int, date, str]:
    order = {"active": 0, "on_hold": 1, "planned": 2, "completed": 3}
    return order.get(project.status, 1), project.due_on or date.max, project.id


def name_of(text: Any, otherwise: str) -> str:
    """A name on one line, cut when it is long; another word where the audience does not see it."""
    if not isinstance(text, str) or not text.strip():
        return otherwise
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 3].rstrip() + "..."


def plain_facts(*projections: Projection) -> dict[str, Any]:
    """The fields of projections as JSON has them."""
    return {name: _form(value) for one in projections for name, value in one.values.items()}


def _form(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Money):
        return str(value)
    if isinstance(value, (str, int, float)):
        return value
    if isinstance(value, tuple):
        return [_form(item) for item in value]
    return str(value)


def _section(key: str, title: str, items: Iterable[BriefItem]) -> Iterator[BriefSection]:
    found = tuple(items)
    if found:
        yield BriefSection(key, title, found)


def sections_of(scene: Scene) -> Iterator[BriefSection]:
    """The sections that the audience sees anything of and that have something to say, in reading order."""
    makers: tuple[tuple[str, str, str, str, Callable[[Scene], Iterable[BriefItem]]], ...] = (
        ("project", "projects", "Projects", "Your projects", _projects),
        (MILESTONE, "milestones", "Milestones", "Milestones", _milestones),
        ("need", "needs", "Needs, complaints and promises", "What you asked for", _needs),
        ("objective", "objectives", "Objectives", "Objectives", _objectives),
        ("opportunity", "opportunities", "Opportunities", "Opportunities", _opportunities),
        ("interaction", "interactions", "Last touches", "Last touches", _touches),
        ("contact", "contacts", "Contacts", "Contacts", _contacts),
    )
    for kind, key, ours, theirs, make in makers:
        if scene.audience.sees(kind):
            yield from _section(key, ours if scene.is_ours else theirs, make(scene))


def _projects(scene: Scene) -> Iterator[BriefItem]:
    for project in scene.projects():
        seen = scene.audience.of("project", project)
        parts = [_state(project, seen)] if _state(project, seen) else []
        if seen["progress"] is not None and project.status != "completed":
            parts.append(f"{seen['progress']:.0%} done")
        parts += _next_milestone(scene, project)
        parts += _due(scene, project, seen)
        if seen["owner"] is not None:
            parts.append(f"led by {name_of(seen['owner'], '')}")
        if seen["budget"] is not None and seen["spent"] is not None:
            parts.append(f"{seen['spent']} spent of {seen['budget']}")
        yield BriefItem(f"{name_of(seen['name'], 'A project')}: {', '.join(parts) or 'in hand'}", plain_facts(seen))


def _state(project: Project, seen: Projection) -> str:
    """How it stands: its health while it runs, else where it is in its life."""
    if project.status == "active" and project.health not in (None, "unknown"):
        return name_of(seen["health"] or seen["status"], "")
    return name_of(seen["status"], "")


def _next_milestone(scene: Scene, project: Project) -> Iterator[str]:
    if project.status == "completed":
        return
    waiting = [one for one in scene.milestones(project) if one.status not in ("done", "cancelled")]
    planned = [one for one in waiting if one.due_on is not None]
    if not planned or not scene.audience.sees(MILESTONE, "due_on"):
        return
    late = [one for one in planned if one.due_on is not None and one.due_on < scene.today]
    if late:
        yield f"{count_of(len(late), 'milestone')} overdue"
    if len(late) < len(planned):
        seen = scene.audience.of(MILESTONE, planned[len(late)])
        called = f" ({name_of(seen['title'], '')})" if seen["title"] else ""
        yield f"next milestone {scene.day(seen['due_on'])}{called}"


def _due(scene: Scene, project: Project, seen: Projection) -> Iterator[str]:
    if project.status == "completed":
        if seen["completed_on"] is not None:
            yield f"finished on {scene.day(seen['completed_on'])}"
    elif seen["due_on"] is not None:
        over = seen["due_on"] < scene.today
        yield f"was due on {scene.day(seen['due_on'])}" if over else f"due {scene.day(seen['due_on'])}"
    if seen["baseline_due_on"] is not None and seen["due_on"] not in (None, seen["baseline_due_on"]):
        yield f"first promised for {scene.day(seen['baseline_due_on'])}"


def _milestones(scene: Scene) -> Iterator[BriefItem]:
    """Those reached lately and those of the next weeks."""
    for project in scene.projects():
        place = name_of(scene.audience.of("project", project)["name"], "A project")
        for task in scene.milestones(project):
            seen = scene.audience.of(MILESTONE, task)
            title = quoted(seen["title"]) if seen["title"] else "a milestone"
            done = task.completed_at
            if task.status == "done" and done is not None and scene.now - RECENT <= done <= scene.now:
                when = f" on {scene.day(done)}" if seen["completed_at"] is not None else ""
                yield BriefItem(f"{place}: {title} was reached{when}", plain_facts(seen))
            elif _is_near(scene, task) and seen["due_on"] is not None:
                word = "planned for" if seen["due_on"] >= scene.today else "was due on"
                yield BriefItem(f"{place}: {title} {word} {scene.day(seen['due_on'])}", plain_facts(seen))


def _is_near(scene: Scene, task: Task) -> bool:
    """Whether it is waited for now: overdue, or due in the next two months."""
    return task.status not in ("done", "cancelled") and (task.due_on or date.max) <= scene.today + 2 * RECENT


def _needs(scene: Scene) -> Iterator[BriefItem]:
    found = [one for one in related(scene.facts, Need, "customer_id", scene.customer_id) if one.raised_at <= scene.now]
    current = [one for one in found if is_open(one) or _is_recent(scene, one.resolved_at)]
    for need in sorted(current, key=lambda one: (not is_open(one), one.due_on or date.max, one.raised_at, one.id)):
        seen = scene.audience.of("need", need)
        parts = [name_of(seen["status"], "")] if seen["status"] else []
        if is_open(need) and seen["due_on"] is not None:
            over = seen["due_on"] < scene.today
            parts.append(f"{'was promised' if over else 'promised'} for {scene.day(seen['due_on'])}")
        if not is_open(need) and seen["resolved_at"] is not None:
            parts.append(f"on {scene.day(seen['resolved_at'])}")
        if seen["severity"] is not None:
            parts.append(f"severity {seen['severity']}")
        if scene.audience.sees("need", "told_at") and not is_open(need) and need.told_at is None:
            parts.append("the customer was not told")
        kind = name_of(seen["kind"], "request").capitalize()
        title = f" {quoted(seen['title'])}" if seen["title"] else ""
        yield BriefItem(f"{kind}{title}: {', '.join(parts) or 'in hand'}", plain_facts(seen))


def _is_recent(scene: Scene, moment: datetime | None) -> bool:
    return moment is not None and scene.now - RECENT <= moment <= scene.now


def _objectives(scene: Scene) -> Iterator[BriefItem]:
    found = related(scene.facts, Objective, "customer_id", scene.customer_id)
    for objective in sorted((one for one in found if one.status == "open"), key=lambda one: one.id):
        seen = scene.audience.of("objective", objective)
        parts = [f"owned by {seen['team']}"] if seen["team"] else []
        if seen["current_value"] is not None and seen["target_value"] is not None:
            unit = f" {name_of(seen['unit'], '')}" if seen["unit"] else ""
            parts.append(f"{seen['current_value']:g} of {seen['target_value']:g}{unit}")
        if seen["due_on"] is not None:
            parts.append(f"due {scene.day(seen['due_on'])}")
        yield BriefItem(f"{name_of(seen['title'], 'An objective')}: {', '.join(parts) or 'open'}", plain_facts(seen))


def _opportunities(scene: Scene) -> Iterator[BriefItem]:
    found = related(scene.facts, Opportunity, "customer_id", scene.customer_id)
    current = (one for one in found if one.stage == "open" or _is_recent(scene, one.closed_at))
    for sale in sorted(current, key=lambda one: one.id):
        seen = scene.audience.of("opportunity", sale)
        parts = [str(part) for part in (seen["stage"], seen["amount"]) if part is not None]
        yield BriefItem(f"{name_of(seen['name'], 'An opportunity')}: {', '.join(parts) or 'open'}", plain_facts(seen))


def _touches(scene: Scene) -> Iterator[BriefItem]:
    found = related(scene.facts, Interaction, "customer_id", scene.customer_id)
    held = sorted((one for one in found if one.occurred_at <= scene.now), key=lambda one: (one.occurred_at, one.id))
    for touch in reversed(held[-MOST_TOUCHES:]):
        seen = scene.audience.of("interaction", touch)
        when = scene.day(seen["occurred_at"]) if seen["occurred_at"] is not None else "Lately"
        words = [str(seen[name]).replace("_", " ") for name in ("direction", "kind", "team") if seen[name] is not None]
        about = f": {quoted(seen['subject'])}" if seen["subject"] else ""
        yield BriefItem(f"{when}, {' '.join(words) or 'touch'}{about}", plain_facts(seen))


def _contacts(scene: Scene) -> Iterator[BriefItem]:
    for person in sorted(related(scene.facts, Contact, "customer_id", scene.customer_id), key=lambda one: one.id):
        seen = scene.audience.of("contact", person)
        mail = f", {name_of(seen['email'], '')}" if seen["email"] else ""
        yield BriefItem(f"{name_of(seen['name'], 'A contact')}{mail}", plain_facts(seen))
