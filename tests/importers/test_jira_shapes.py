"""Jira's webhook bodies, and its XML export; the latter is made after a real one's fields."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

from alignkit.domain import Project, Task
from alignkit.importers import jira

UTC = timezone.utc
Write = Callable[[str, "str | bytes"], Path]

FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="0.92"><channel><title>Jira</title><item>
  <title>[A-1] Order tiles</title>
  <project id="10000" key="A">Apex</project>
  <key id="10001">A-1</key>
  <summary>Order tiles</summary>
  <type id="3" iconUrl="x">Task</type>
  <status id="3" iconUrl="x">Doing</status>
  <statusCategory id="4" key="indeterminate" colorName="yellow"/>
  <resolution id="-1">Unresolved</resolution>
  <assignee username="ann">Ann Lee</assignee>
  <labels><label>ui</label><label>web</label></labels>
  <created>Fri, 24 Sep 2021 14:22:15 -0700</created>
  <due>Fri, 1 Oct 2021 00:00:00 -0700</due>
  <timeoriginalestimate seconds="7200">2 hours</timeoriginalestimate>
</item><item>
  <project id="10000" key="A">Apex</project><key id="10002">A-2</key><summary>Paint</summary>
  <status id="1">Open</status><statusCategory id="3" key="done"/><resolution id="10">Won't Do</resolution>
  <parent id="10001">A-1</parent>
</item></channel></rss>
"""


def test_the_xml_export(write: Write) -> None:
    """An item of the feed is an issue, with its day in the feed's own words and its moments in UTC."""
    result = jira.read(write("jira.xml", FEED))
    first, second = (fact for fact in result["tasks"] if isinstance(fact, Task))
    assert (first.id, first.title, first.status, first.assignee) == (
        "jira:issue:A-1",
        "Order tiles",
        "in_progress",
        "Ann Lee",
    )
    assert (first.labels, first.effort_hours) == (("ui", "web"), 2.0)
    assert first.created_at == datetime(2021, 9, 24, 21, 22, 15, tzinfo=UTC)
    assert str(first.due_on) == "2021-10-01"
    assert (second.status, second.parent_id) == ("cancelled", first.id)
    (project,) = result["projects"]
    assert isinstance(project, Project)
    assert (project.id, project.name) == ("jira:project:A", "Apex")


def test_webhook_bodies(shared_data: Path) -> None:
    """28 real bodies are about five issues that are there: TES-41 has the state of its latest body."""
    result = jira.read(shared_data / "payloads" / "jira_webhooks")
    tasks = {fact.id.rpartition(":")[2]: fact for fact in result["tasks"] if isinstance(fact, Task)}
    assert set(tasks) == {"TES-14", "TEST-123", "TES-41", "PRJA-37", "TES-10"}
    assert tasks["TES-41"].project_id == "jira:project:TES"
    assert result.report.refused == 0
