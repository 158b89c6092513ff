"""What each Jira record becomes, on exports made by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timezone
from pathlib import Path

import pytest

from alignkit.domain import Customer, ExternalRef, Interaction, Project, Task
from alignkit.importers import hubspot, jira, merge

UTC = timezone.utc
Write = Callable[[str, "str | bytes"], Path]
HEADER = (
    "Summary,Issue key,Issue id,Issue Type,Status,Status Category,Resolution,Project key,Project name,Created,"
    "Labels,Labels,Original estimate,Parent key,Custom field (Objective),Custom field (HubSpot ticket)"
)


@pytest.fixture
def issues(write: Write) -> Callable[..., Path]:
    """Writes an export of issues, each given by the cells from summary to parent."""

    def write_issues(*rows: str) -> Path:
        return write("issues.csv", "\n".join([HEADER, *rows]) + "\n")

    return write_issues


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ("To Do,To Do,", "todo"),
        ("In Review,In Progress,", "in_progress"),
        ("Blocked,In Progress,", "blocked"),
        ("Done,Done,Done", "done"),
        ("Done,Done,Won't Do", "cancelled"),
        ("Geschlossen,Done,", "done"),
        ("Odd,,", "Odd"),
    ],
)
def test_status(issues: Callable[..., Path], cells: str, status: str) -> None:
    """A resolution that means 'not done' wins, then 'blocked', then the status category; an unknown one is kept."""
    path = issues(f"S,A-1,1,Task,{cells},A,Apex,01/Feb/26 9:00 AM,,,,,,")
    (task,) = jira.read(path, zone="UTC")["tasks"]
    assert isinstance(task, Task)
    assert task.status == status


def test_issue(issues: Callable[..., Path]) -> None:
    """Estimates are seconds, repeated label columns are one list, a label may name the objective."""
    path = issues(
        "Epic one,A-1,1,Epic,To Do,To Do,,A,Apex,01/Feb/26 9:00 AM,,,,,,",
        "Task two,A-2,2,Task,To Do,To Do,,A,Apex,01/Feb/26 9:00 AM,web,objective-O-7,5400,A-1,,19",
    )
    epic, task = jira.read(path, zone="Europe/Berlin")["tasks"]
    assert isinstance(epic, Task)
    assert isinstance(task, Task)
    assert epic.labels == ("epic",)
    assert (task.labels, task.effort_hours, task.parent_id) == (("web", "objective-O-7"), 1.5, "jira:issue:A-1")
    assert (task.project_id, task.team) == ("jira:project:A", "pmo")
    assert task.created_at == datetime(2026, 2, 1, 8, 0, tzinfo=UTC)


def test_milestones(issues: Callable[..., Path]) -> None:
    """A milestone is an issue of that type, or with that label."""
    path = issues(
        "S,A-1,1,Milestone,To Do,To Do,,A,Apex,,,,,,,",
        "S,A-2,2,Task,To Do,To Do,,A,Apex,,x,milestone,,,,",
        "S,A-3,3,Task,To Do,To Do,,A,Apex,,x,,,,,",
    )
    assert [task.is_milestone for task in jira.read(path)["tasks"]] == [True, True, False]  # type: ignore[union-attr]


def test_status_updates_are_touches(issues: Callable[..., Path]) -> None:
    """An issue of type Status Update is a touch, outbound when it is labelled for the client, and no task."""
    path = issues(
        "Sprint 3,A-1,1,Status Update,Done,Done,,A,Apex,01/Feb/26 9:00 AM,client,,,,,",
        "Internal,A-2,2,Status Update,Done,Done,,A,Apex,01/Feb/26 9:00 AM,,,,,,",
    )
    result = jira.read(path, zone="UTC")
    touches = [fact for fact in result["interactions"] if isinstance(fact, Interaction)]
    assert [(t.id, t.kind, t.direction, t.team, t.project_id) for t in touches] == [
        ("jira:issue:A-1", "status_update", "outbound", "pmo", "jira:project:A"),
        ("jira:issue:A-2", "status_update", "internal", "pmo", "jira:project:A"),
    ]
    assert result["tasks"] == []


def test_the_sheet_beside_jira(issues: Callable[..., Path], write: Write) -> None:
    """The sheet adds to the projects of the export; its customers are Jira's own, with the CRM's key as alias."""
    issues("Up,A-1,1,Status Update,Done,Done,,A,Apex,01/Feb/26 9:00 AM,client,,,,,")
    header = "Project key,Customer,Customer domain,HubSpot company id,Status,Health,Due,Progress,Budget,Currency,Labels"
    rows = "A,Seven Ltd,seven.example,7,On hold,Amber,2026-03-01,57,1000,EUR,x;y"
    folder = write("project_fields.csv", f"{header}\n{rows}\nB,,,,Planned,,,,,,\n").parent
    result = jira.read(folder, zone="UTC")
    first, second = (fact for fact in result["projects"] if isinstance(fact, Project))
    assert (first.name, first.status, first.health, first.progress) == ("Apex", "on_hold", "at_risk", 0.57)
    assert (first.due_on, str(first.budget), first.labels) == (date(2026, 3, 1), "1,000.00 EUR", ("x", "y"))
    assert (second.name, second.status, second.customer_id) == ("B", "planned", None)
    (customer,) = result["customers"]
    assert isinstance(customer, Customer)
    assert customer.external_refs == (
        ExternalRef("jira", "customer", "Seven Ltd"),
        ExternalRef("hubspot", "company", "7"),
    )
    assert customer.domains == ("seven.example",)
    (touch,) = result["interactions"]
    assert touch.customer_id == first.customer_id == customer.id  # type: ignore[union-attr]


def test_ties_to_the_crm(issues: Callable[..., Path]) -> None:
    """The ticket an issue answers, and the objective it serves, are found when the imports are merged."""
    path = issues("S,A-1,1,Task,To Do,To Do,,A,Apex,,,,,,O-7,19")
    record = {"id": "19", "properties": {"subject": "T"}, "createdAt": "2026-01-01T00:00:00Z"}
    pm, crm = jira.read(path), hubspot.read({"tickets": {"results": [record]}})
    (task,) = merge(pm, crm)["tasks"]
    assert isinstance(task, Task)
    assert (task.need_id, task.objective_id) == ("hubspot:ticket:19", None)


def test_archived_projects() -> None:
    """An archived project is completed, not deleted."""
    projects = [{"id": "1", "key": "A", "name": "Apex", "archived": True}, {"id": "2", "key": "B", "name": "Bex"}]
    result = jira.read({"projects": projects})
    assert [project.status for project in result["projects"]] == ["completed", "active"]  # type: ignore[union-attr]


def test_an_issue_search() -> None:
    """Answers of an issue search are read like the export, with moments that carry their offset."""
    fields = {
        "summary": "S",
        "issuetype": {"name": "Task"},
        "project": {"id": "1", "key": "A", "name": "Apex"},
        "status": {"name": "Doing", "statusCategory": {"key": "indeterminate"}},
        "created": "2026-02-01T09:00:00.000+0100",
        "duedate": "2026-03-01",
        "timeoriginalestimate": 3600,
        "labels": ["web"],
    }
    result = jira.read({"issues": [{"id": "10", "key": "A-1", "fields": fields}], "isLast": True})
    (task,) = result["tasks"]
    assert isinstance(task, Task)
    assert (task.status, task.due_on, task.effort_hours, task.labels) == (
        "in_progress",
        date(2026, 3, 1),
        1.0,
        ("web",),
    )
    assert task.created_at == datetime(2026, 2, 1, 8, 0, tzinfo=UTC)
    assert [project.name for project in result["projects"]] == ["Apex"]  # type: ignore[union-attr]
