"""Asana: no real file is at hand, so that answers and exports are made after the documented fields."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from alignkit.domain import Interaction, Project, Task
from alignkit.importers import Import, asana

UTC = timezone.utc
Write = Callable[[str, "str | bytes"], Path]


def task(**more: Any) -> dict[str, Any]:
    """A task as the API answers."""
    return {
        "gid": "1",
        "resource_type": "task",
        "name": "T",
        "completed": False,
        "created_at": "2026-01-02T09:00:00.000Z",
        **more,
    }


def by_id(result: Import) -> dict[str, Task]:
    """Tasks by their key."""
    return {fact.id.rpartition(":")[2]: fact for fact in result["tasks"] if isinstance(fact, Task)}


def test_answers() -> None:
    """Pages of tasks and projects meet by gid; a subtask is in its parent's project."""
    project = {
        "gid": "7",
        "resource_type": "project",
        "name": "Apex",
        "current_status_update": {"status_type": "at_risk"},
        "due_on": "2026-06-30",
        "owner": {"name": "Ann"},
    }
    full = task(
        projects=[{"gid": "7", "name": "Apex"}],
        assignee={"gid": "3", "name": "Bob"},
        tags=[{"name": "ui"}, {"name": "objective-O-7"}],
        due_on="2026-03-01",
        resource_subtype="milestone",
    )
    child = task(gid="2", parent={"gid": "1"}, projects=[], completed=True, completed_at="2026-01-03T09:00:00.000Z")
    pages = {"projects": [{"data": [project], "next_page": None}], "tasks": [{"data": [full]}, {"data": [child]}]}
    result = asana.read(pages)
    (apex,) = result["projects"]
    assert isinstance(apex, Project)
    assert (apex.health, apex.due_on, apex.owner) == ("at_risk", date(2026, 6, 30), "Ann")
    found = by_id(result)
    assert (found["1"].assignee, found["1"].labels, found["1"].is_milestone) == ("Bob", ("ui", "objective-O-7"), True)
    assert (found["2"].parent_id, found["2"].status) == ("asana:task:1", "done")
    assert found["1"].project_id == found["2"].project_id == "asana:project:7"


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({}, "todo"),
        ({"memberships": [{"section": {"name": "Doing"}}]}, "in_progress"),
        ({"memberships": [{"section": {"name": "Blocked"}}]}, "blocked"),
        ({"memberships": [{"section": {"name": "Untitled section"}}]}, "todo"),
        ({"completed": True, "memberships": [{"section": {"name": "Doing"}}]}, "done"),
    ],
)
def test_how_far_a_task_is(more: dict[str, Any], status: str) -> None:
    """Completed is done; else the section says how far it is, where its name does."""
    assert by_id(asana.read({"data": [task(**more)]}))["1"].status == status


def test_stories_on_request() -> None:
    """Comments are internal notes, read only where the preset is told so; the system's own stories never are."""
    stories = [
        {
            "gid": "9",
            "resource_type": "story",
            "type": kind,
            "text": "Hi",
            "created_at": "2026-01-02T09:00:00Z",
            "target": {"gid": "1"},
        }
        | {"gid": str(number)}
        for number, kind in enumerate(("comment", "system"))
    ]
    pages = {"tasks": {"data": [task()]}, "stories": {"data": stories}}
    assert "interactions" not in asana.read(pages).entities
    (note,) = asana.read(pages, mapping=asana.preset().with_table("stories", skip=""))["interactions"]
    assert isinstance(note, Interaction)
    assert (note.kind, note.direction, note.subject) == ("note", "internal", "Hi")


def test_webhooks_hold_ids_only() -> None:
    """A webhook body names tasks and says nothing of them: its events are counted, with what to do."""
    event = {
        "action": "changed",
        "resource": {"gid": "1", "resource_type": "task"},
        "parent": None,
        "created_at": "2026-01-02T09:00:00Z",
    }
    result = asana.read({"events": [event]})
    assert (result.report.read, result.report.used) == (1, 0)
    assert "fetch the tasks it names" in str(result.report)


def test_the_csv_export(write: Write) -> None:
    """The CSV export names its projects by name; days are ISO or American; a custom column is named in the report."""
    path = write(
        "export.csv",
        "Task ID,Created At,Completed At,Last Modified,Name,Section/Column,Assignee,Assignee Email,Start Date,Due Date,"
        "Tags,Notes,Projects,Parent task,Brand\n"
        '1,2026-01-02,,2026-01-02,Order tiles,Doing,Ann,ann@x.example,,2026-03-01,"ui,web",,Apex,,B\n'
        "2,01/02/2026,01/03/2026,01/03/2026,Paint,Doing,,bob@x.example,,03/01/2026,,,Apex,Order tiles,\n",
    )
    result = asana.read(path)
    found = by_id(result)
    assert (found["1"].status, found["1"].assignee, found["1"].labels) == ("in_progress", "Ann", ("ui", "web"))
    assert (found["2"].status, found["2"].assignee) == ("done", "bob@x.example")
    assert found["1"].due_on == found["2"].due_on == date(2026, 3, 1)
    assert found["2"].created_at == datetime(2026, 1, 2, tzinfo=UTC)
    assert found["2"].labels == ("part of:Order tiles",)
    assert {t.project_id for t in found.values()} == {"asana:named_project:Apex"}
    assert "Brand" in result.report.tables[0].unmapped_columns


def test_landed_tables(write: Write) -> None:
    """Landed, a task's project and tags are tables of their own."""
    files = [
        write("task.csv", "id,name,completed,assignee_id,_fivetran_deleted\n1,T,FALSE,3,FALSE\n2,U,TRUE,,TRUE\n"),
        write("user.csv", "id,name\n3,Ann\n"),
        write("project.csv", "id,name\n7,Apex\n"),
        write("project_task.csv", "task_id,project_id\n1,7\n"),
        write("tag.csv", "id,name\n5,ui\n6,web\n"),
        write("task_tag.csv", "task_id,tag_id\n1,5\n1,6\n"),
    ]
    (found,) = asana.read(files)["tasks"]
    assert isinstance(found, Task)
    assert (found.assignee, found.project_id, found.labels) == ("Ann", "asana:project:7", ("ui", "web"))
