"""The large real exports, where they are there."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from alignkit.domain import Project
from alignkit.importers import hubspot, jira, merge


def test_567_projects(shared_data: Path) -> None:
    """All 567 Apache projects of one REST answer are used, with trimmed names and their category as label."""
    result = jira.read(shared_data / "payloads" / "jira_rest")
    report = result.report
    assert (report.read, report.used, report.refused, report.skipped) == (675, 569, 0, 106)
    assert report.by_code == {"DanglingReference": 1}
    projects = [fact for fact in result["projects"] if isinstance(fact, Project)]
    assert len(projects) == 568
    labels = Counter(label for project in projects for label in project.labels)
    assert (labels["Incubator"], labels["Retired"], labels["Maven"], labels["Commons"]) == (67, 65, 62, 51)
    assert sum(not project.labels for project in projects) == 57
    assert all(project.name == project.name.strip() for project in projects)


def test_the_whole_workspace(shared_data: Path) -> None:
    """Both tools' tables of one folder, merged, tie nothing across: they share no key."""
    folder = shared_data / "hubspot_jira_zendesk"
    merged = merge(hubspot.read(folder), jira.read(folder))
    assert {name: len(facts) for name, facts in merged.items()} == {
        "customers": 9,
        "contacts": 8,
        "interactions": 19,
        "opportunities": 20,
        "tasks": 3,
    }
    assert all(task.project_id is None for task in merged["tasks"])  # type: ignore[union-attr]


def test_folders_are_the_same_as_their_copies(shared_data: Path, data: Path) -> None:
    """The wide sets give the same facts from here and from the copied part."""
    for read, folder in ((hubspot.read, "hubspot_tables"), (jira.read, "jira_tables")):
        assert read(shared_data / folder) == read(data / folder)
