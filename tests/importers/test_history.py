"""The histories that tools export, as changes with the tools' own moments."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import alignkit as ak
from alignkit.errors import ImporterError
from alignkit.importers import hubspot, jira
from alignkit.importers.history import history
from alignkit.stores import MemoryStore
from alignkit.stores.past import as_it_was


def issue(**more: Any) -> dict[str, Any]:
    """One issue of a REST answer with its changelog."""
    item = {"field": "status", "fieldId": "status"}
    entries = [
        {
            "created": "2026-01-09T10:00:00.000+0100",
            "author": {"displayName": "Ana"},
            "items": [
                {**item, "from": "3", "fromString": "In Progress", "to": "4", "toString": "Done"},
                {"field": "duedate", "fieldId": "duedate", "from": "2026-01-05", "to": "2026-01-12", "toString": "2026-01-12 00:00:00.0"},
                {"field": "Sprint", "fieldId": "customfield_1", "fromString": "1", "toString": "2"},
            ],
        },
        {
            "created": "2026-01-04T10:00:00.000+0000",
            "author": {"displayName": "Bo"},
            "items": [{**item, "from": "1", "fromString": "To Do", "to": "3", "toString": "In Progress"}],
        },
    ]  # fmt: skip
    fields = {
        "summary": "Build",
        "issuetype": {"name": "Story"},
        "project": {"id": "1", "key": "AL", "name": "Al"},
        "status": {"name": "Done", "statusCategory": {"key": "done"}},
        "created": "2026-01-02T08:00:00.000+0000",
        "duedate": "2026-01-12",
    }
    return {"id": "10", "key": "AL-1", "fields": fields, "changelog": {"histories": entries}, **more}


def test_a_changelog_becomes_changes() -> None:
    """Statuses are ours, days are days, moments are the tool's; a field that we do not know keeps the tool's name."""
    page = {"issues": [issue()]}
    found = history("jira", page, jira.read(page))
    told = [(one.field, one.before, one.after, one.actor) for one in found]
    assert told == [
        ("status", "todo", "in_progress", "Bo"),
        ("status", "in_progress", "done", "Ana"),
        ("due_on", "2026-01-05", "2026-01-12", "Ana"),
        ("jira.customfield_1", "1", "2", "Ana"),
    ]
    assert found.changes[1].occurred_at == datetime(2026, 1, 9, 9, tzinfo=UTC)
    assert {one.kind for one in found} == {"task"}
    assert {one.project_id for one in found} == {"jira:project:AL"}
    assert (found.read, found.skipped, found.foreign) == (4, {}, {"customfield_1": 1})


def test_a_status_without_a_word_of_ours_keeps_the_tools() -> None:
    """
    "In QA" is no status that the mapping knows: the whole run keeps Jira's name and words, unless the caller says what
    it means, or an issue on the page has that status and tells its category.
    """
    page = {"issues": [issue()]}
    page["issues"][0]["changelog"]["histories"][1]["items"][0]["toString"] = "In QA"
    page["issues"][0]["changelog"]["histories"][0]["items"][0]["fromString"] = "In QA"
    bare = history("jira", page, jira.read(page))
    assert bare.foreign == {"status": 2, "customfield_1": 1}
    assert [one.after for one in bare if one.field == "jira.status"] == ["In QA", "Done"]
    said = history("jira", page, jira.read(page), words={"status": {"in qa": "in_progress"}})
    assert [one.after for one in said if one.field == "status"] == ["in_progress", "done"]
    other = issue(key="AL-2", id="11", changelog=None)
    other["fields"]["status"] = {"name": "In QA", "statusCategory": {"key": "indeterminate"}}
    page["issues"].append(other)
    learned = history("jira", page, jira.read(page))
    assert [one.after for one in learned if one.field == "status"] == ["in_progress", "done"]


def test_the_past_is_brought_back_with_them() -> None:
    """Facts and history in one store: the task is as it stood at each moment; storing both again changes nothing."""
    page = {"issues": [issue()]}
    imported = jira.read(page)
    store = MemoryStore()
    collections: dict[str, Any] = {**imported, "changes": list(history("jira", page, imported))}
    facts = ak.Portfolio(**collections)
    store.upsert(facts, at=datetime(2026, 2, 1, tzinfo=UTC))
    again = store.upsert(facts, at=datetime(2026, 2, 2, tzinfo=UTC))
    assert (again.added, again.updated) == (0, 0)
    stood = {}
    for number in (3, 5, 10):
        task: Any = as_it_was(store, datetime(2026, 1, number, tzinfo=UTC)).records("tasks")["jira:issue:AL-1"]
        stood[number] = (task.status, task.due_on.isoformat())
    assert stood == {3: ("todo", "2026-01-05"), 5: ("in_progress", "2026-01-05"), 10: ("done", "2026-01-12")}


def test_an_issue_that_was_not_imported_is_counted() -> None:
    """A changelog of another issue makes no change, and is counted."""
    found = history("jira", {"issues": [issue(key="AL-2", id="11")]}, jira.read({"issues": [issue()]}))
    assert (len(found), found.read, found.skipped) == (0, 4, {"of no imported fact": 4})


def test_property_history_is_chained(tmp_path: Path) -> None:
    """HubSpot tells new values only: each begins where the one before ended, and one that repeats it is no change."""
    (tmp_path / "deal.csv").write_text("deal_id,property_dealname,property_createdate\n7,Pump,2026-01-01 00:00:00\n")
    (tmp_path / "deal_property_history.csv").write_text(
        "deal_id,timestamp,name,value\n"
        "7,2026-01-05 10:00:00,dealstage,closedwon\n"
        "7,2026-01-01 10:00:00,dealstage,appointmentscheduled\n"
        "7,2026-01-03 10:00:00,dealstage,qualifiedtobuy\n"
        "7,2026-01-05 10:00:00,dealname,Pump\n"
        "7,,dealname,Pump 2\n"
    )
    found = history("hubspot", tmp_path, hubspot.read(tmp_path))
    assert [(one.field, one.before, one.after, one.occurred_at.day) for one in found] == [
        ("stage", None, "open", 1),
        ("stage", "open", "won", 5),
        ("name", None, "Pump", 5),
    ]
    assert found.skipped == {"without a moment": 1, "says what was so already": 1}


def test_landed_ids_are_looked_up(tmp_path: Path) -> None:
    """
    A landed history tells ids: a status is its category's (3 is "in progress" here, whatever category 3 means), an
    assignee the user's name; a resolution is not the status, so it keeps Jira's name.
    """
    (tmp_path / "issue.csv").write_text("id,key,summary,status,created\n10,AL-1,Build,3,2026-01-01 00:00:00\n")
    (tmp_path / "status.csv").write_text("id,name,status_category_id\n1,Open,2\n3,Busy,4\n")
    (tmp_path / "user.csv").write_text("id,name\nu1,Ana\n")
    (tmp_path / "issue_field_history.csv").write_text(
        "field_id,issue_id,time,value,author_id\n"
        "status,10,2026-01-01 10:00:00,1,u1\n"
        "status,10,2026-01-02 10:00:00,3,u1\n"
        "assignee,10,2026-01-03 10:00:00,u1,u1\n"
        "resolution,10,2026-01-04 10:00:00,10001,u1\n"
    )
    found = history("jira", tmp_path, jira.read(tmp_path))
    assert [(one.field, one.before, one.after) for one in found] == [
        ("status", None, "todo"),
        ("status", "todo", "in_progress"),
        ("assignee", None, "Ana"),
        ("jira.resolution", None, "10001"),
    ]


def test_a_tool_without_history_is_refused() -> None:
    """A tool whose histories are not known is named, with those that are."""
    with pytest.raises(ImporterError, match="expected one of jira, hubspot"):
        history("trello", {"issues": []}, jira.read({"issues": [issue()]}))


def test_jiras_real_field_history(shared_data: Path) -> None:
    """
    Counted by hand in the landed tables: ten past values, none repeated. Two are of issue summaries, one of a creation
    moment; the other seven are of fields that no fact holds.
    """
    folder = shared_data / "jira_tables"
    found = history("jira", folder, jira.read(folder))
    assert (found.read, len(found), found.skipped) == (10, 10, {})
    fields = sorted(one.field for one in found)
    assert fields.count("title") == 2
    assert sum(found.foreign.values()) == 7


def test_hubspots_real_property_history(shared_data: Path) -> None:
    """
    Counted by hand in the landed tables: 100 + 100 + 100 + 15 past values and 14 stages; of these only 45 of companies
    and 4 of tickets belong to records that are there. The names of properties are scrambled but for two of tickets,
    whose values no pipeline explains, so all keep the tool's names.
    """
    folder = shared_data / "hubspot_tables"
    found = history("hubspot", folder, hubspot.read(folder))
    assert (found.read, found.skipped.get("of no imported fact")) == (329, 280)
    assert len(found) + sum(found.skipped.values()) == found.read
    kinds = [one.kind for one in found]
    assert (kinds.count("customer"), kinds.count("need")) == (45, 4)
