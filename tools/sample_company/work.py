"""The work in each project: epics, milestones, tasks, and the status updates that the leads wrote."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final

from sample_company.aims import OBJECTIVE_OF_PROJECT
from sample_company.chance import NOW, Chance, ago, at_work
from sample_company.plans import PARTS, PROJECTS, ProjectSpec
from sample_company.script import EXTRA_TASKS
from sample_company.wants import NEEDS, NeedSpec

__all__ = ["Issue", "issues"]

STEPS: Final = (
    ("Story", "Build the {}"),
    ("Task", "Test the {}"),
    ("Story", "Describe the {}"),
    ("Task", "Review the {} with the client"),
    ("Bug", "Mend the {}"),
    ("Story", "Connect the {}"),
    ("Task", "Move data for the {}"),
    ("Story", "Polish the {}"),
)
MILESTONES: Final = {
    2: ("First release", "Go-live"),
    3: ("Design accepted", "First release", "Go-live"),
    4: ("Design accepted", "First release", "Pilot accepted", "Go-live"),
}
HEALTH_WORDS: Final = {"Green": "On track", "Amber": "At risk", "Red": "Off track", "": ""}


@dataclass
class Issue:
    """One row of the Jira export, before it takes that shape."""

    project: ProjectSpec
    type: str
    title: str
    created: datetime
    status: str = "To Do"
    resolution: str = ""
    started: datetime | None = None
    resolved: datetime | None = None
    start: date | None = None
    due: date | None = None
    baseline: date | None = None
    estimate: int | None = None
    spent: int | None = None
    objective: str = ""
    ticket: str = ""
    health: str = ""
    labels: list[str] = field(default_factory=list)
    parent: Issue | None = None
    key: str = ""


class _Plan:
    """The time line of one project."""

    def __init__(self, spec: ProjectSpec) -> None:
        self.spec = spec
        self.chance = Chance("work", spec.key)
        self.start = date.fromisoformat(spec.start) if spec.start else (NOW - timedelta(days=18)).date()
        due = spec.due or spec.baseline
        self.due = date.fromisoformat(due) if due else self.start + timedelta(days=330)
        self.baseline = date.fromisoformat(spec.baseline) if spec.baseline else self.due
        self.progress = int(spec.progress) / 100 if spec.progress else 0.4 if spec.status == "Active" else 0.0
        self.end = self._last_day_of_work()
        self.found: list[Issue] = []

    def _last_day_of_work(self) -> date:
        if self.spec.completed:
            return date.fromisoformat(self.spec.completed)
        if self.spec.status == "Cancelled":
            return self.due
        return (NOW - timedelta(days=max(1, self.spec.last_update // 2))).date()

    def planned(self, part: float) -> date:
        """The day first planned for the given part of the scope."""
        return self.start + (self.baseline - self.start) * part

    def reached(self, part: float) -> date:
        """The day on which that part was really done."""
        pace = part / self.progress if self.progress else 1.0
        return min(self.start + (self.end - self.start) * min(pace, 1.0), self.end)

    def moved(self, part: float) -> date:
        """The day that part is planned for since the plan moved."""
        return self.start + (self.due - self.start) * part

    def created(self, day: date) -> datetime:
        earliest = self.start - timedelta(days=14)
        latest = (NOW - timedelta(days=self.chance.between(3, 30))).date()
        return at_work(min(max(day, earliest), latest), self.chance)

    def finish(self, issue: Issue, day: date) -> None:
        issue.status, issue.resolution = "Done", "Done"
        issue.resolved = max(at_work(day, self.chance), issue.created + timedelta(hours=3))
        lasted = timedelta(days=self.chance.between(2, 12))
        issue.started = max(issue.resolved - lasted, issue.created + timedelta(hours=1))


def _aim(plan: _Plan, issue: Issue, *, always: bool = False) -> None:
    spec = plan.spec
    if spec.key == "GEM":
        issue.labels.append("objective-O-39")
        return
    known = OBJECTIVE_OF_PROJECT.get(spec.key, ())
    if known and spec.aimed and (always or plan.chance.percent(spec.aimed)):
        issue.objective = known[len(plan.found) % len(known)]


def _close_if_cancelled(plan: _Plan, issue: Issue) -> None:
    if plan.spec.status == "Cancelled" and issue.status != "Done":
        issue.status, issue.resolution = "Done", "Won't Do"
        issue.resolved = at_work(plan.end + timedelta(days=20), plan.chance)


def _epics(plan: _Plan, number: int) -> None:
    words = PARTS[plan.spec.key]
    for position in range(number):
        first = plan.planned(position / number)
        last = (position + 1) / number
        issue = Issue(plan.spec, "Epic", f"{plan.spec.name}: {words[position]}", plan.created(plan.start))
        issue.start = first if plan.spec.start else None
        if last <= plan.progress:
            plan.finish(issue, plan.reached(last))
        elif position / number < plan.progress:
            issue.status = "In Progress"
            issue.started = max(at_work(first, plan.chance), issue.created)
        _aim(plan, issue, always=True)
        _close_if_cancelled(plan, issue)
        plan.found.append(issue)


def _milestones(plan: _Plan, names: tuple[str, ...]) -> None:
    for position, name in enumerate(names):
        part = (position + 1) / len(names)
        issue = Issue(plan.spec, "Milestone", f"{name}: {plan.spec.name}", plan.created(plan.start))
        issue.baseline = plan.planned(part)
        issue.due = plan.planned(part)
        if part <= plan.progress + 0.02:
            plan.finish(issue, plan.reached(part))
        elif plan.spec.replanned >= 50 or part == 1.0:
            issue.due = max(plan.moved(part), (NOW + timedelta(days=8)).date()) if part < 1.0 else plan.moved(part)
        _aim(plan, issue)
        _close_if_cancelled(plan, issue)
        plan.found.append(issue)


def _progress_of(plan: _Plan, issue: Issue, part: float, started: bool) -> None:
    chance = plan.chance
    if part <= plan.progress:
        plan.finish(issue, min(plan.reached(part) + timedelta(days=chance.between(-3, 3)), plan.end))
    elif started and plan.spec.status in ("Active", "On hold"):
        issue.status = chance.pick(("In Progress", "In Progress", "In Review", "Blocked"))
        if plan.spec.status == "On hold":
            issue.status = "Blocked"
        issue.started = max(at_work(plan.end - timedelta(days=chance.between(2, 15)), chance), issue.created)
    _close_if_cancelled(plan, issue)


def _effort(plan: _Plan, issue: Issue) -> None:
    chance, spec = plan.chance, plan.spec
    if not chance.percent(40 + spec.dated // 2):
        return
    issue.estimate = chance.between(2, 20) * 2
    over = float(spec.spent) / (float(spec.budget) * plan.progress) if spec.budget and plan.progress else 1.0
    if issue.status == "Done" and issue.resolution == "Done":
        issue.spent = max(1, round(issue.estimate * over * chance.between(80, 120) / 100))
    elif issue.started:
        issue.spent = max(1, round(issue.estimate * over * chance.between(20, 70) / 100))


def _dates(plan: _Plan, issue: Issue, part: float) -> None:
    chance, spec = plan.chance, plan.spec
    if not chance.percent(spec.dated):
        return
    issue.baseline = plan.planned(part) + timedelta(days=chance.between(-2, 2))
    issue.due = issue.baseline
    issue.start = issue.due - timedelta(days=chance.between(6, 18))
    is_open = issue.status != "Done"
    if is_open and issue.due < NOW.date() and chance.percent(spec.replanned):
        left = max(10, (plan.due - NOW.date()).days)
        issue.due = NOW.date() + timedelta(days=3 + chance.below(left))
    elif is_open and plan.due > plan.baseline and issue.due >= NOW.date():
        issue.due = max(plan.moved(part), issue.due)


def _tasks(plan: _Plan, number: int, needs: list[NeedSpec]) -> None:
    epics = [issue for issue in plan.found if issue.type == "Epic"]
    words = PARTS[plan.spec.key]
    done = round(plan.progress * number)
    for position in range(number):
        part = (position + 1) / number
        kind, title = STEPS[(position // len(words) + position % len(words) * 3) % len(STEPS)]
        title = title.format(words[position % len(words)])
        begin = plan.planned(part) - timedelta(days=plan.chance.between(20, 60))
        issue = Issue(plan.spec, kind, title, plan.created(begin))
        issue.parent = epics[min(position * len(epics) // number, len(epics) - 1)] if epics else None
        _progress_of(plan, issue, part, started=done <= position < done + max(2, number // 8))
        _dates(plan, issue, part)
        _effort(plan, issue)
        _aim(plan, issue)
        plan.found.append(issue)
    for need in needs:
        plan.found.append(_answer_to(plan, need, epics))


def _answer_to(plan: _Plan, need: NeedSpec, epics: list[Issue]) -> Issue:
    raised = ago(need.raised - min(2, need.raised - 1), hour=11, minute=need.number % 60)
    issue = Issue(plan.spec, "Bug" if need.kind == "complaint" else "Story", need.title, raised)
    issue.ticket, issue.objective, issue.labels = need.ticket_id, need.objective, ["from-client"]
    issue.parent = epics[-1] if epics else None
    if need.due_in:
        issue.due = issue.baseline = (NOW + timedelta(days=int(need.due_in))).date()
    if need.closed:
        plan.finish(issue, ago(int(need.closed)).date())
    elif need.stage in ("2", "3"):
        issue.status, issue.started = "In Progress", raised + timedelta(days=3)
    _effort(plan, issue)
    return issue


def _extra(plan: _Plan) -> None:
    for project, kind, title, status, due_in, hours, objective, _ in EXTRA_TASKS:
        if project != plan.spec.key:
            continue
        issue = Issue(plan.spec, kind, title, ago(24, hour=14, minute=5), status=status, objective=objective)
        issue.start = (NOW - timedelta(days=12)).date()
        issue.due = issue.baseline = (NOW + timedelta(days=int(due_in))).date()
        issue.estimate = int(hours)
        if status == "Done":
            plan.finish(issue, issue.due)
            issue.spent = issue.estimate
        elif status == "In Progress":
            issue.started, issue.spent = ago(6, hour=9), issue.estimate // 3
        plan.found.append(issue)


def _updates(plan: _Plan) -> None:
    spec, words = plan.spec, PARTS[plan.spec.key]
    for number in range(spec.updates):
        at = at_work((NOW - timedelta(days=spec.last_update + number * spec.every)).date(), plan.chance)
        told = ((number + 1) * spec.to_client + 50) // 100 > (number * spec.to_client + 50) // 100
        health = spec.health if number < max(2, spec.updates // 2) else "Green" if spec.health else ""
        topic = words[(spec.updates - number) % len(words)]
        state = HEALTH_WORDS[health].lower() or "work goes on"
        title = f"Week {at.isocalendar().week}: {state}; {topic} in work"
        issue = Issue(spec, "Status Update", title, at, status="Done", resolution="Done", resolved=at)
        issue.health = HEALTH_WORDS[health]
        issue.labels = ["client"] if told else []
        plan.found.append(issue)


def _project(spec: ProjectSpec) -> list[Issue]:
    plan = _Plan(spec)
    needs = [need for need in NEEDS if need.project == spec.key and need.traced]
    epics = max(1, spec.tasks // 14) if spec.tasks >= 14 else 0
    names = MILESTONES[2 if spec.tasks < 16 else 3 if spec.tasks < 30 else 4] if spec.start and spec.due else ()
    extra = sum(1 for row in EXTRA_TASKS if row[0] == spec.key)
    _epics(plan, epics)
    _milestones(plan, names)
    _tasks(plan, spec.tasks - epics - len(names) - len(needs) - extra, needs)
    _extra(plan)
    _updates(plan)
    plan.found.sort(key=lambda issue: issue.created)
    for number, issue in enumerate(plan.found, start=1):
        issue.key = f"{spec.key}-{number}"
    return plan.found


@cache
def issues() -> tuple[Issue, ...]:
    """Every issue of every project, with its key, by project and age."""
    return tuple(issue for spec in PROJECTS for issue in _project(spec))
