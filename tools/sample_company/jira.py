"""The PM side, in the shape of a Jira Cloud export, its project list, and the sheet beside it."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from sample_company.chance import Chance
from sample_company.plans import PROJECTS, ProjectSpec
from sample_company.stories import CUSTOMERS, PEOPLE
from sample_company.tables import rows
from sample_company.wants import NeedSpec
from sample_company.work import Issue, issues

__all__ = ["csv_text", "issue_rows", "project_list", "project_sheet", "task_of_need"]

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
CATEGORIES: Final = {"To Do": "To Do", "Done": "Done"}
HEADER: Final = rows(
    "Summary|Issue key|Issue id|Issue Type|Status|Project key|Project name|Project type|Project lead|Project lead id|"
    "Priority|Resolution|Assignee|Assignee Id|Reporter|Reporter Id|Created|Updated|Resolved|Due date|Votes|"
    "Labels|Labels|Labels|Description|Watchers|Watchers|Watchers Id|Watchers Id|"
    "Original estimate|Remaining Estimate|Time Spent|Work Ratio|Σ Original Estimate|Σ Time Spent|Sprint|Sprint|"
    "Custom field (Start date)|Custom field (Actual start)|Custom field (Baseline due date)|"
    "Custom field (Story Points)|Custom field (Objective)|Custom field (HubSpot ticket)|"
    "Custom field (Reported health)|Parent|Parent key|Parent summary|Comment|Comment|"
    "Status Category|Status Category Changed"
)[0]
COMMENTS: Final = (
    "Client has seen it and agrees.",
    "Waiting for test data from the client.",
    "Moved to the next sprint.",
    "Estimate was too low, see the log.",
    "Who tells the client?",
)
FIRST_ISSUE: Final = 20001


def _account(name: str) -> str:
    return "712020:" + hashlib.sha256(name.encode()).hexdigest()[:24]


def _moment(at: datetime | None) -> str:
    if at is None:
        return ""
    return f"{at.day:02d}/{MONTHS[at.month - 1]}/{at.year % 100:02d} {at.hour % 12 or 12}:{at:%M} {at:%p}"


def _day(day: date | None) -> str:
    return f"{day.day:02d}/{MONTHS[day.month - 1]}/{day.year % 100:02d} 12:00 AM" if day else ""


def _seconds(hours: int | None) -> str:
    return str(hours * 3600) if hours is not None else ""


def _comments(issue: Issue, chance: Chance) -> list[str]:
    if issue.type in ("Epic", "Status Update") or not chance.percent(12):
        return ["", ""]
    at = (issue.resolved or issue.created) - timedelta(minutes=chance.between(5, 50))
    texts = [f"{_moment(at)};{_account(chance.pick(PEOPLE))};{chance.pick(COMMENTS)}"]
    return [*texts, ""]


def _sprints(issue: Issue) -> list[str]:
    if issue.type in ("Epic", "Milestone", "Status Update") or issue.start is None:
        return ["", ""]
    first = f"{issue.project.key} Sprint {max(1, (issue.start - date(2024, 9, 2)).days // 14)}"
    is_moved = issue.due is not None and issue.baseline is not None and issue.due > issue.baseline
    return [first, first.replace("Sprint", "Sprint late") if is_moved else ""]


def _row(number: int, issue: Issue, ids: dict[str, str]) -> list[str]:
    chance = Chance("row", issue.key)
    spec = issue.project
    lead = PEOPLE[spec.lead]
    is_update = issue.type == "Status Update"
    assignee = lead if is_update or issue.type in ("Epic", "Milestone") else PEOPLE[(spec.lead + chance.below(4)) % 8]
    assignee = "" if issue.status == "To Do" and chance.percent(40) else assignee
    updated = issue.resolved or issue.started or issue.created
    remaining = max(0, (issue.estimate or 0) - (issue.spent or 0)) if issue.estimate else None
    ratio = f"{issue.spent * 100 // issue.estimate}%" if issue.spent and issue.estimate else ""
    watcher = chance.pick(PEOPLE) if chance.percent(25) else ""
    priority = "High" if issue.ticket and issue.type == "Bug" else chance.pick(("Medium", "Medium", "Medium", "Low"))
    points = str(chance.pick((1, 2, 3, 5, 8))) if issue.type == "Story" else ""
    parent = issue.parent
    return [
        issue.title, issue.key, str(FIRST_ISSUE + number), issue.type, issue.status,
        spec.key, spec.name, "software", lead, _account(lead),
        priority, issue.resolution,
        assignee, _account(assignee) if assignee else "", lead, _account(lead),
        _moment(issue.created), _moment(updated), _moment(issue.resolved), _day(issue.due), "0",
        *[*issue.labels, "", "", ""][:3], "",
        lead, watcher, _account(lead), _account(watcher) if watcher else "",
        _seconds(issue.estimate), _seconds(remaining), _seconds(issue.spent), ratio,
        _seconds(issue.estimate), _seconds(issue.spent), *_sprints(issue),
        _day(issue.start), _moment(issue.started), _day(issue.baseline), points,
        issue.objective, issue.ticket, issue.health,
        ids[parent.key] if parent else "", parent.key if parent else "", parent.title if parent else "",
        *_comments(issue, chance),
        CATEGORIES.get(issue.status, "In Progress"), _moment(updated),
    ]  # fmt: skip


def issue_rows() -> list[list[str]]:
    """Header and rows of the export, newest first, with the three slips that people made in it."""
    found = sorted(issues(), key=lambda issue: (issue.created, issue.key))
    ids = {issue.key: str(FIRST_ISSUE + number) for number, issue in enumerate(found)}
    body = [_row(number, issue, ids) for number, issue in enumerate(found)]
    body.reverse()
    undated = next(row for row in body if row[5] == "WEB" and row[3] == "Task" and row[4] == "To Do")
    undated[HEADER.index("Due date")] = "31/Feb/26 12:00 AM"
    twice = next(position for position, row in enumerate(body) if row[5] == "SIR" and row[3] == "Story")
    body.insert(twice + 3, list(body[twice]))
    body.append(["Ask Noor about the old backlog", *[""] * (len(HEADER) - 1)])
    return [list(HEADER), *body]


def task_of_need(need: NeedSpec) -> str:
    """The key of the issue that answers a need."""
    return next(issue.key for issue in issues() if issue.ticket == need.ticket_id)


def project_list() -> list[dict[str, Any]]:
    """What `GET /rest/api/3/project` answers."""
    return [
        {
            "self": f"https://fernweh-digital.example/rest/api/3/project/{10100 + position}",
            "id": str(10100 + position),
            "key": spec.key,
            "name": spec.name,
            "projectTypeKey": "software",
            "simplified": False,
            "isPrivate": False,
            "lead": {"accountId": _account(PEOPLE[spec.lead]), "displayName": PEOPLE[spec.lead]},
            "projectCategory": {
                "id": "10001" if spec.customer else "10002",
                "name": "Client work" if spec.customer else "Internal",
                "description": "Paid by a client" if spec.customer else "Paid by ourselves",
            },
        }
        for position, spec in enumerate(PROJECTS)
    ]


def _sheet_row(spec: ProjectSpec) -> Sequence[str]:
    companies = {customer.key: customer.company_id for customer in CUSTOMERS}
    reference = companies[spec.customer] if spec.by_reference and spec.customer else ""
    labels = "" if spec.customer else "internal"
    return (
        spec.key, spec.sheet_name, spec.sheet_domain, reference, spec.status, spec.health, spec.start, spec.due,
        spec.baseline, spec.completed, spec.progress, spec.budget, spec.spent, spec.currency, PEOPLE[spec.lead], labels,
    )  # fmt: skip


def project_sheet() -> list[Sequence[str]]:
    """Header and rows of the sheet that the PM team keeps."""
    header = rows(
        "Project key|Customer|Customer domain|HubSpot company id|Status|Health|Start|Due|"
        "Baseline due|Completed|Progress|Budget|Spent|Currency|Lead|Labels"
    )
    return [*header, *(_sheet_row(spec) for spec in PROJECTS)]


def csv_text(table: Iterable[Sequence[str]]) -> str:
    """The table as CSV, lines ending in LF."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(table)
    return buffer.getvalue()
