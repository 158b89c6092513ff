"""GitHub: real webhook bodies and landed tables, and answers made by hand after the documented fields."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from alignkit.domain import ExternalRef, Interaction, Project, Task
from alignkit.importers import Import, github, merge

UTC = timezone.utc
Write = Callable[[str, "str | bytes"], Path]


def issue(**more: Any) -> dict[str, Any]:
    """An issue as the REST API answers."""
    return {
        "id": 7,
        "node_id": "I_7",
        "number": 1,
        "title": "T",
        "state": "open",
        "repository_url": "https://api.github.com/repos/o/r",
        "html_url": "https://github.com/o/r/issues/1",
        "labels": [],
        "created_at": "2026-01-02T09:00:00Z",
        "updated_at": "2026-01-02T09:00:00Z",
        **more,
    }


def only_task(result: Import) -> Task:
    """The one task that is no milestone."""
    (task,) = [fact for fact in result["tasks"] if isinstance(fact, Task) and not fact.is_milestone]
    return task


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({}, "todo"),
        ({"labels": [{"name": "In progress"}]}, "in_progress"),
        ({"labels": [{"name": "blocked"}]}, "blocked"),
        ({"state": "closed", "state_reason": "completed"}, "done"),
        ({"state": "closed", "state_reason": "not_planned"}, "cancelled"),
        ({"state": "closed", "labels": [{"name": "blocked"}]}, "done"),
    ],
)
def test_how_far_an_issue_is(more: dict[str, Any], status: str) -> None:
    """Closed is done unless it was not planned; labels tell how far an open one is."""
    assert only_task(github.read([issue(**more)])).status == status


def test_rest_answers() -> None:
    """An issue brings its repository and its milestone, and meets the repository's own answer by its address."""
    milestone = {"id": 3, "title": "v1", "state": "open", "due_on": "2026-05-23T07:00:00Z", "node_id": "M_3"}
    more = {
        "milestone": milestone,
        "assignees": [{"login": "ann"}],
        "labels": [{"name": "ui"}, {"name": "objective-O-7"}],
    }
    issues = github.read([issue(**more)])
    task = only_task(issues)
    assert (task.assignee, task.labels, task.parent_id) == ("ann", ("ui", "objective-O-7"), "github:milestone:3")
    assert ExternalRef("github", "issue", "I_7") in task.external_refs
    (point,) = [fact for fact in issues["tasks"] if isinstance(fact, Task) and fact.is_milestone]
    assert (point.title, point.due_on, point.project_id) == ("v1", date(2026, 5, 23), task.project_id)
    repository = {
        "id": 5,
        "name": "r",
        "full_name": "o/r",
        "url": "https://api.github.com/repos/o/r",
        "default_branch": "m",
    }
    together = github.read({"repos": [repository], "issues": [issue(**more)]})
    (project,) = together["projects"]
    assert isinstance(project, Project)
    assert (project.name, only_task(together).project_id) == ("o/r", project.id)


def test_pull_requests_are_no_work_of_their_own() -> None:
    """A pull request is skipped, unless the preset is told otherwise."""
    page = {"total_count": 1, "incomplete_results": False, "items": [issue(pull_request={"url": "u"})]}
    assert github.read(page).report.tables[0].skipped_by == {"a pull request": 1}
    assert len(github.read(page, mapping=github.preset().with_table("issues", skip_when=()))["tasks"]) == 1


def test_graphql_answers() -> None:
    """Nodes of a repository's issues are read with the repository around them."""
    node = {
        "id": "I_7",
        "databaseId": 7,
        "number": 1,
        "title": "T",
        "state": "CLOSED",
        "stateReason": "COMPLETED",
        "createdAt": "2026-01-02T09:00:00Z",
        "closedAt": "2026-01-03T09:00:00Z",
        "assignees": {"nodes": [{"login": "ann"}]},
        "labels": {"nodes": [{"name": "ui"}]},
    }
    answer = {"data": {"repository": {"nameWithOwner": "o/r", "issues": {"nodes": [node]}}}}
    result = github.read(answer)
    task = only_task(result)
    assert (task.status, task.assignee, task.labels) == ("done", "ann", ("ui",))
    assert task.completed_at == datetime(2026, 1, 3, 9, 0, tzinfo=UTC)
    assert task.project_id == "github:repository:o/r"
    both = merge(github.read([issue()]), result)
    assert [fact.id for fact in both["tasks"]] == ["github:issue:7"]


def test_the_command_line(write: Write) -> None:
    """The list that `gh issue list --json` prints has the same fields without nodes around them."""
    path = write(
        "issues.json",
        '[{"id": "I_7", "number": 1, "title": "T", "state": "OPEN", "createdAt": "2026-01-02T09:00:00Z",'
        ' "labels": [{"name": "ui"}], "assignees": [{"login": "ann"}], "milestone": null}]',
    )
    task = only_task(github.read(path))
    assert (task.status, task.assignee, task.labels, task.id) == ("todo", "ann", ("ui",), "github:issue:I_7")


def test_webhook_bodies(data: Path) -> None:
    """Bodies about issues and milestones are read as they stand; a deletion ends what came before."""
    folder = data / "payloads" / "github_webhooks"
    opened = github.read(folder / "issues__opened.payload.json")
    task = only_task(opened)
    assert (task.title, task.project_id) == ("Spelling error in the README file", "github:repository:186853002")
    everything = github.read(folder)
    assert [fact.title for fact in everything["tasks"]] == ["v1.0"]  # type: ignore[union-attr]
    assert everything.report.refused == 0


def test_landed_tables(data: Path) -> None:
    """197 rows: 30 issues, 16 of them closed, all in repositories that are there; 167 pull requests."""
    result = github.read(data / "github_tables")
    tasks = [fact for fact in result["tasks"] if isinstance(fact, Task)]
    assert [task.status for task in tasks].count("done") == 16
    assert [task.status for task in tasks].count("todo") == 14
    known = {project.id for project in result["projects"]}
    assert {task.project_id for task in tasks} <= known


def test_comments_on_request(data: Path) -> None:
    """22 of 43 landed comments are on issues; the others are on pull requests, which are no tasks."""
    mapping = github.preset().with_table("comments", skip="")
    result = github.read(data / "github_tables", mapping=mapping)
    notes = [fact for fact in result["interactions"] if isinstance(fact, Interaction)]
    assert len(notes) == 43
    assert {note.direction for note in notes} == {"internal"}
