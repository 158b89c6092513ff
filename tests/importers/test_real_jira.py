"""Real Jira exports. The counts were taken from the files by hand."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timezone
from pathlib import Path

import pytest

from alignkit.domain import ExternalRef, Project, Task
from alignkit.errors import ImporterError
from alignkit.importers import ImportReport, jira

UTC = timezone.utc


def counts(report: ImportReport) -> dict[str, tuple[int, int, int, int]]:
    """Read, used, refused and skipped rows, by file."""
    return {table.source: (table.read, table.used, table.refused, table.skipped) for table in report.tables}


def tasks_of(folder: Path, **options: str) -> list[Task]:
    """The tasks of an import."""
    return [fact for fact in jira.read(folder, **options)["tasks"] if isinstance(fact, Task)]  # type: ignore[arg-type]


def test_csv_export(data: Path) -> None:
    """All 22 issues are used: 15 stories and 7 tasks of one project; the columns not read are listed."""
    result = jira.read(data / "payloads" / "jira_csv_export", zone="America/New_York")
    assert counts(result.report) == {"Jira.csv": (22, 22, 0, 0)}
    assert result.report.issues == ()
    (project,) = result["projects"]
    assert isinstance(project, Project)
    assert (project.id, project.name, project.owner) == ("jira:project:TES", "TestAutoGen", "Eric Medlock")
    (table,) = result.report.tables
    assert {"Sprint", "Watchers", "Comment", "Priority"} <= set(table.unmapped_columns)
    assert list(result.entities) == ["projects", "tasks"]


def test_csv_export_statuses_and_dates(data: Path) -> None:
    """10 are done, 9 to do, 3 in progress; local times move to UTC, days do not move."""
    tasks = tasks_of(data / "payloads" / "jira_csv_export", zone="America/New_York")
    assert Counter(task.status for task in tasks) == {"done": 10, "todo": 9, "in_progress": 3}
    found = next(task for task in tasks if task.id == "jira:issue:TES-13")
    assert found.due_on == date(2025, 9, 18)
    assert found.created_at == datetime(2025, 8, 28, 17, 49, tzinfo=UTC)
    assert found.completed_at == datetime(2025, 9, 19, 13, 3, tzinfo=UTC)
    assert found.assignee == "Saicharan Basireddy"
    assert found.external_refs == (ExternalRef("jira", "issue", "TES-13"), ExternalRef("jira", "issue", "10635"))


def test_csv_export_without_zone(data: Path) -> None:
    """The export does not say whose local time it holds; without a zone it is refused, not guessed."""
    with pytest.raises(ImporterError) as caught:
        jira.read(data / "payloads" / "jira_csv_export")
    assert (caught.value.code, caught.value.where) == ("NaiveTime", "row 2")


def test_small_landed_set(data: Path) -> None:
    """3 issues whose projects and one of whose statuses were not landed; comments are left out on purpose."""
    result = jira.read(data / "hubspot_jira_zendesk")
    assert counts(result.report) == {
        "jira_user.csv": (3, 3, 0, 0),
        "jira_status.csv": (3, 3, 0, 0),
        "jira_issue.csv": (3, 3, 0, 0),
        "jira_comment.csv": (3, 0, 0, 3),
        "jira_priority.csv": (5, 0, 0, 5),
    }
    assert result.report.by_code == {"DanglingReference": 3, "UnknownValue": 2}
    assert list(result.entities) == ["tasks"]
    tasks = tasks_of(data / "hubspot_jira_zendesk")
    assert [(task.title, task.assignee, task.status) for task in tasks] == [
        ("We want to test permissions", "Scooby Doo", "in_progress"),
        ("Part of test epic", "Scrappy Cornelius Doo", "10003"),
        ("this is a story", "Norville Shaggy Rogers", "10003"),
    ]


def test_comments_on_request(data: Path) -> None:
    """Comments become internal notes only where the preset is told so."""
    mapping = jira.preset().with_table("comment", skip="")
    result = jira.read(data / "hubspot_jira_zendesk", mapping=mapping)
    assert [(note.kind, note.direction) for note in result["interactions"]] == [("note", "internal")] * 3  # type: ignore[union-attr]


def test_wide_landed_set(data: Path) -> None:
    """3 projects, 4 issues and 3 versions are used; all four issues find their projects, two versions do not."""
    result = jira.read(data / "jira_tables")
    report = result.report
    assert len(report.tables) == 22
    assert (report.read, report.used, report.refused, report.skipped) == (87, 21, 0, 66)
    assert report.by_code == {"DanglingReference": 2, "UnknownValue": 2}
    assert {name: len(facts) for name, facts in result.entities.items()} == {"projects": 3, "tasks": 7}
    tasks = tasks_of(data / "jira_tables")
    assert [task.project_id for task in tasks] == [
        "jira:project:TP",
        "jira:project:TP",
        "jira:project:TCP",
        "jira:project:TCP",
        "jira:project:TP",
        None,
        None,
    ]
    assert [(task.title, task.is_milestone, task.due_on) for task in tasks[4:]] == [
        ("v2.0", True, date(2020, 6, 1)),
        ("Version 2.0", True, date(2020, 11, 17)),
        ("Version 3.0", True, None),
    ]


def test_rest_answers(data: Path) -> None:
    """One project, and one issue of a sprint that brings its own project; sprints and fields have no place."""
    result = jira.read(data / "payloads" / "jira_rest")
    assert counts(result.report) == {
        "project.json": (1, 1, 0, 0),
        "issues_in_sprint.json": (1, 1, 0, 0),
        "all_fields.json": (2, 0, 0, 2),
        "sprints.json": (6, 0, 0, 6),
    }
    assert result.report.by_code == {"DanglingReference": 1}
    (task,) = tasks_of(data / "payloads" / "jira_rest")
    assert (task.id, task.project_id, task.status) == ("jira:issue:AR-86", "jira:project:AR", "todo")
    assert (task.assignee, task.labels) == ("mister Morris", ("epic:AR-37",))
    assert task.completed_at == datetime(2015, 12, 7, 22, 19, 13, tzinfo=UTC)
    projects = {fact.id: fact for fact in result["projects"] if isinstance(fact, Project)}
    assert projects["jira:project:ABDERA"].owner == "Garrett Rooney"
    assert projects["jira:project:AR"].name == "Team Argon"
