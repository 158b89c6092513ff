"""GitLab: real webhook bodies and an answer, and shapes made by hand after the documented fields."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from alignkit.domain import Interaction, Project, Task
from alignkit.importers import Import, gitlab

UTC = timezone.utc
Write = Callable[[str, "str | bytes"], Path]


def issue(**more: Any) -> dict[str, Any]:
    """An issue as the API answers."""
    return {"id": 92, "iid": 11, "project_id": 5, "title": "T", "state": "opened", "labels": [], **more}


def by_id(result: Import) -> dict[str, Task]:
    """Tasks by id, without the system."""
    return {fact.id.removeprefix("gitlab:"): fact for fact in result["tasks"] if isinstance(fact, Task)}


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({}, "todo"),
        ({"labels": ["Doing"]}, "in_progress"),
        ({"labels": ["workflow::blocked"]}, "blocked"),
        ({"state": "closed"}, "done"),
        ({"state": "closed", "labels": ["Doing"]}, "done"),
        ({"state": "locked"}, "locked"),
    ],
)
def test_how_far_an_issue_is(more: dict[str, Any], status: str) -> None:
    """The state says it, and a label how far an open issue is; a state of its own is kept."""
    assert by_id(gitlab.read([issue(**more)]))["issue:92"].status == status


def test_answers() -> None:
    """Epics are tasks with that label, milestones have the flag, times are seconds, and all meet by their ids."""
    epic = {
        "id": 30,
        "iid": 1,
        "group_id": 2,
        "title": "E",
        "state": "opened",
        "start_date_is_fixed": True,
        "parent_id": None,
    }
    milestone = {
        "id": 4,
        "iid": 1,
        "project_id": 5,
        "title": "v1",
        "state": "active",
        "due_date": "2026-03-01",
        "expired": False,
    }
    project = {"id": 5, "name": "r", "name_with_namespace": "G / r", "path_with_namespace": "g/r"}
    stats = {"time_estimate": 7200, "total_time_spent": 1800}
    one = issue(epic={"id": 30, "title": "E"}, time_stats=stats, due_date="2026-02-03", assignees=[{"name": "Ann"}])
    two = issue(id=93, milestone={"id": 4, "title": "v1", "state": "active", "project_id": 5})
    result = gitlab.read({"projects": [project], "epics": [epic], "milestones": [milestone], "issues": [one, two]})
    found = by_id(result)
    assert (found["issue:92"].parent_id, found["issue:93"].parent_id) == ("gitlab:epic:30", "gitlab:milestone:4")
    assert (found["issue:92"].effort_hours, found["issue:92"].spent_hours) == (2.0, 0.5)
    assert (found["issue:92"].due_on, found["issue:92"].assignee) == (date(2026, 2, 3), "Ann")
    assert found["epic:30"].labels == ("epic",)
    assert (found["milestone:4"].is_milestone, found["milestone:4"].due_on) == (True, date(2026, 3, 1))
    assert {task.project_id for name, task in found.items() if name != "epic:30"} == {"gitlab:project:5"}
    (held,) = result["projects"]
    assert isinstance(held, Project)
    assert (held.name, held.key) == ("G / r", "g/r")
    assert result.report.issues == ()


def test_the_real_answer(data: Path) -> None:
    """An issue whose project was not fetched says so, and waits for it."""
    result = gitlab.read(data / "payloads" / "gitlab_api")
    task = by_id(result)["issue:92"]
    assert (task.project_id, task.assignee) == (None, "Miss Monserrate Beier")
    assert task.created_at == datetime(2016, 4, 5, 21, 41, 45, 652_000, tzinfo=UTC)
    assert result.report.pending == 1


def test_webhook_bodies(data: Path) -> None:
    """A body about an issue brings the project; one about a note is read only on request."""
    folder = data / "payloads" / "gitlab_webhooks"
    result = gitlab.read(folder)
    task = by_id(result)["issue:301"]
    assert (task.title, task.project_id, task.labels) == (
        "New API: create/update/delete file",
        "gitlab:project:14",
        ("API",),
    )
    mapping = gitlab.preset().with_table("note_event", skip="")
    (note,) = gitlab.read(folder, mapping=mapping)["interactions"]
    assert isinstance(note, Interaction)
    assert (note.subject, note.occurred_at) == ("Hello world", datetime(2015, 5, 17, 17, 6, 40, tzinfo=UTC))


def test_two_ways_to_write_a_moment() -> None:
    """One body writes `2017-09-15 16:50:55 UTC` and ISO: both are the same kind of moment."""
    one = issue(created_at="2017-09-15 16:50:55 UTC", closed_at="2017-09-15T16:50:55Z", state="closed")
    task = by_id(gitlab.read([one]))["issue:92"]
    assert task.created_at == task.completed_at == datetime(2017, 9, 15, 16, 50, 55, tzinfo=UTC)


def test_the_csv_export(write: Write) -> None:
    """The CSV export, made after the header that GitLab writes: moments are UTC, the address is the key."""
    path = write(
        "issues.csv",
        "Issue ID,URL,Title,State,Description,Author,Author Username,Assignee,Assignee Username,Confidential,Locked,"
        "Due Date,Created At (UTC),Updated At (UTC),Closed At (UTC),Milestone,Weight,Labels,Time Estimate,Time Spent\n"
        'https,https://x.example/g/r/-/issues/1,T,Open,,A,a,Ann,ann,No,No,2026-02-03,2026-01-02 09:00:00,,,v1,,"ui,web",3600,0\n'
        "2,https://x.example/g/r/-/issues/2,U,Closed,,A,a,,,No,No,,2026-01-02 09:00:00,,2026-01-03 09:00:00,,,,0,0\n",
    )
    found = by_id(gitlab.read(path))
    first = found["issue:https://x.example/g/r/-/issues/1"]
    assert (first.status, first.assignee, first.effort_hours, first.due_on) == ("todo", "Ann", 1.0, date(2026, 2, 3))
    assert first.labels == ("ui", "web", "milestone:v1")
    assert first.created_at == datetime(2026, 1, 2, 9, 0, tzinfo=UTC)
    assert found["issue:https://x.example/g/r/-/issues/2"].status == "done"


def test_graphql_answers() -> None:
    """Nodes of a project's issues are read by their own names."""
    node = {
        "id": "gid://gitlab/Issue/92",
        "iid": "11",
        "title": "T",
        "state": "opened",
        "createdAt": "2026-01-02T09:00:00Z",
    }
    more = {"assignees": {"nodes": [{"name": "Ann"}]}, "labels": {"nodes": [{"title": "ui"}]}, "timeEstimate": 3600}
    result = gitlab.read({"data": {"project": {"issues": {"nodes": [{**node, **more}]}}}})
    (task,) = by_id(result).values()
    assert (task.assignee, task.labels, task.effort_hours) == ("Ann", ("ui",), 1.0)
