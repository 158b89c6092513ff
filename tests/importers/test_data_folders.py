"""
Every folder of the real exports, with what became of its rows, and why. The numbers were counted in the files; where a
file's rows can be counted by other means, the test does that too.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

import attrs
import pytest
from tests.importers import folders

from alignkit import linking
from alignkit.domain import Interaction, Project, Task
from alignkit.importers import Import, github, gitlab, hivemind, hubspot, jira, merge, ofbiz, parse_preset, read, trello

Reader = Callable[[Path], Import]


def by(mapping: str) -> Reader:
    """Reads by a user's mapping; moments without a zone are UTC."""
    return lambda path: read(parse_preset(mapping), path, zone="UTC")


@attrs.frozen(kw_only=True)
class Folder:
    """
    One folder by one mapping.

    Attributes:
        path: Below the real exports.
        reader: Reads it.
        used: Rows used.
        refused: Rows refused, by code.
        skipped: Rows left out, by reason.
        unknown: References and values left unknown, by code.
        unread: Files, or kinds of elements, that are of no table of the mapping.
        facts: Facts by collection.
    """

    path: str
    reader: Reader
    used: int
    refused: Mapping[str, int] = {}
    skipped: Mapping[str, int] = {}
    unknown: Mapping[str, int] = {}
    unread: int = 0
    facts: Mapping[str, int]


NO_FACT = "no fact of alignkit holds it"
HISTORY = "history of fields is not read"
COMMENTS = "comments are read only on request"
ANSWER = "the answer, not the records"
OTHER_KIND = "of no mapped kind"
REPEATED = "repeats an earlier row"
SECRET = "logins, permissions and means of payment are never read"
UNASKED = "nothing looks it up"

FOLDERS = [
    # The other tools' tables are unread. Of 15 deal links and 10 contact links 12 name an engagement, and one a contact,
    # that the sample of rows does not hold.
    Folder(
        path="hubspot_jira_zendesk",
        reader=hubspot.read,
        used=83,
        refused={"DanglingReference": 13},
        unread=8,
        facts={"customers": 9, "contacts": 8, "interactions": 19, "opportunities": 20},
    ),
    # No project was landed, and two issues have a status that was not.
    Folder(
        path="hubspot_jira_zendesk",
        reader=jira.read,
        used=9,
        skipped={COMMENTS: 3, NO_FACT: 5},
        unknown={"DanglingReference": 3, "UnknownValue": 2},
        unread=13,
        facts={"tasks": 3},
    ),
    # Samples of rows, so that most link rows dangle. All 22 e-mail addresses are hashed, and so are 4 categories of
    # tickets; two stages of pipelines were not landed.
    Folder(
        path="hubspot_tables",
        reader=hubspot.read,
        used=404,
        refused={"DanglingReference": 52},
        skipped={
            HISTORY: 329,
            "history of merges is not read": 18,
            NO_FACT: 57,
            "a reminder, not a touch": 2,
            "deleted": 2,
        },
        unknown={"TypeRejected": 22, "UnknownValue": 6},
        facts={"customers": 24, "contacts": 22, "interactions": 104, "needs": 25, "opportunities": 44},
    ),
    # Two issues have a status, and two versions a project, that was not landed.
    Folder(
        path="jira_tables",
        reader=jira.read,
        used=21,
        skipped={HISTORY: 18, COMMENTS: 5, NO_FACT: 43},
        unknown={"DanglingReference": 2, "UnknownValue": 2},
        facts={"projects": 3, "tasks": 7},
    ),
    # Addresses, wiki pages, invoices and rates are no facts; 16 kinds of settings are unread.
    Folder(
        path="hivemind",
        reader=lambda path: hivemind.read(path, zone="America/Denver"),
        used=71,
        skipped={NO_FACT: 144, OTHER_KIND: 50, SECRET: 21, UNASKED: 13, REPEATED: 2},
        unread=16,
        facts={
            "customers": 4,
            "contacts": 3,
            "projects": 1,
            "objectives": 3,
            "contributions": 3,
            "interactions": 6,
            "needs": 2,
            "tasks": 9,
        },
    ),
    # The shop's products, prices, orders and contents are 131 unread kinds. One e-mail is to somebody unknown.
    Folder(
        path="ofbiz",
        reader=lambda path: ofbiz.read(path, zone="UTC"),
        used=106,
        skipped={NO_FACT: 231, SECRET: 211, OTHER_KIND: 124, UNASKED: 106, REPEATED: 12},
        unknown={"DanglingReference": 1},
        unread=131,
        facts={"customers": 10, "contacts": 5, "projects": 3, "interactions": 5, "needs": 3, "tasks": 14},
    ),
    # 167 of 197 are pull requests; the tables of assignees and labels are of other issues (0 of 246 are here).
    Folder(
        path="github_tables",
        reader=github.read,
        used=86,
        refused={"DanglingReference": 246},
        skipped={"a pull request": 167, COMMENTS: 43, HISTORY: 171},
        facts={"projects": 24, "tasks": 30},
    ),
    Folder(
        path="workbench",
        reader=by(folders.WORKBENCH),
        used=1300,
        facts={"customers": 200, "projects": 3, "interactions": 800, "tasks": 300},
    ),
    # One contact page repeats the two contacts with other properties; the deals name no currency.
    Folder(
        path="payloads/hubspot_api",
        reader=hubspot.read,
        used=8,
        refused={"DuplicateSourceKey": 2},
        skipped={"descriptions of properties, not records": 283, NO_FACT: 3},
        unknown={"CurrencyUnknown": 2},
        facts={"customers": 2, "contacts": 2, "needs": 2, "opportunities": 2},
    ),
    # 28 bodies about five issues that are there, most of them states of one.
    Folder(
        path="payloads/jira_webhooks",
        reader=jira.read,
        used=5,
        skipped={"an earlier state of the record": 11, REPEATED: 8, "about a comment": 3, "deleted": 1},
        facts={"projects": 3, "tasks": 5},
    ),
    Folder(
        path="payloads/jira_rest",
        reader=jira.read,
        used=569,
        skipped={NO_FACT: 106},
        unknown={"DanglingReference": 1},
        facts={"projects": 568, "tasks": 1},
    ),
    Folder(
        path="payloads/jira_csv_export",
        reader=lambda path: jira.read(path, zone="America/New_York"),
        used=22,
        facts={"projects": 1, "tasks": 22},
    ),
    # Answers of a client's tests: the same few cards and boards in several answers, some cut short.
    Folder(
        path="payloads/trello_api",
        reader=trello.read,
        used=53,
        refused={"DuplicateSourceKey": 3},
        skipped={
            "no card was created": 128,
            COMMENTS: 156,
            "a webhook holds no whole card; fetch the card it names": 1,
            REPEATED: 10,
            "an earlier state of the record": 1,
            "items of checklists are part of their card": 2,
        },
        unknown={"DanglingReference": 4},
        unread=19,
        facts={"projects": 5, "tasks": 9},
    ),
    # 33 actions are read twice: for the moments at which cards were created, and as comments, of which there are none.
    Folder(
        path="payloads/trello_export",
        reader=trello.read,
        used=11,
        skipped={"no card was created": 30, COMMENTS: 33},
        facts={"projects": 1, "tasks": 3},
    ),
    # 16 cards have a finish date; 9 stand in stages whose names nobody explained.
    Folder(
        path="payloads/wekan_csv",
        reader=trello.read,
        used=25,
        unknown={"UnknownValue": 9},
        facts={"tasks": 25},
    ),
    # All bodies are about one issue and one milestone as they were in one second, and both are deleted in the end.
    Folder(
        path="payloads/github_webhooks",
        reader=github.read,
        used=1,
        skipped={
            REPEATED: 8,
            NO_FACT: 7,
            "an earlier state of the record": 2,
            "a pull request": 2,
            "deleted": 2,
            "about a comment": 1,
            "moved to another repository": 1,
        },
        facts={"projects": 1, "tasks": 1},
    ),
    Folder(
        path="payloads/gitlab_webhooks",
        reader=gitlab.read,
        used=1,
        skipped={"notes are read only on request": 1},
        facts={"projects": 1, "tasks": 1},
    ),
    Folder(
        path="payloads/gitlab_api",
        reader=gitlab.read,
        used=1,
        unknown={"DanglingReference": 1},
        facts={"tasks": 1},
    ),
    # 159 records as CSV and again as JSON lines; WATCHLIST 1021 has no name in either. Six records have two names.
    Folder(
        path="linkage/senzing_truthset",
        reader=by(folders.SENZING),
        used=316,
        refused={"MissingValue": 2},
        skipped={ANSWER: 318},
        unknown={"ManyValues": 6},
        facts={"customers": 158},
    ),
    # 500 names and their altered versions under the same numbers: 40 are not altered.
    Folder(
        path="linkage/dnb_company_names",
        reader=by(folders.NAMES),
        used=500,
        refused={"DuplicateSourceKey": 460},
        skipped={REPEATED: 40, "words, not records": 1231},
        facts={"customers": 500},
    ),
    Folder(
        path="linkage/restaurants",
        reader=by(folders.RESTAURANTS),
        used=864,
        skipped={ANSWER: 112},
        facts={"customers": 864},
    ),
    Folder(path="linkage/chicago_sites", reader=by(folders.SITES), used=3337, facts={"customers": 3337}),
]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.path)
def test_every_row_is_accounted_for(shared_data: Path, folder: Folder) -> None:
    """Rows used, refused and left out, values left unknown, files unread and facts are as counted."""
    result = folder.reader(shared_data / folder.path)
    report = result.report
    refused: Counter[str] = sum((Counter(table.refused_by) for table in report.tables), Counter())
    skipped: Counter[str] = sum((Counter(table.skipped_by) for table in report.tables), Counter())
    assert (report.used, refused, skipped) == (folder.used, folder.refused, folder.skipped)
    assert Counter(report.by_code) - refused == folder.unknown
    assert len(report.unread) == folder.unread
    assert {name: len(facts) for name, facts in result.entities.items()} == folder.facts
    assert report.read == folder.used + sum(folder.refused.values()) + sum(folder.skipped.values())


def rows_in(path: Path) -> int:
    """Rows of a file, counted without any of our own code."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return sum(1 for row in csv.reader(stream) if row) - 1
    return sum(1 for line in path.read_text(encoding="utf-8").splitlines() if line.strip() and json.loads(line))


@pytest.mark.parametrize(
    "folder",
    [
        folder
        for folder in FOLDERS
        if folder.path.endswith(("_tables", "workbench")) or folder.path.startswith("linkage")
    ],
    ids=lambda folder: folder.path,
)
def test_no_row_is_missed(shared_data: Path, folder: Folder) -> None:
    """As many rows are read as the files of the folder have."""
    read_rows = folder.reader(shared_data / folder.path).report.read
    assert read_rows == sum(rows_in(path) for path in (shared_data / folder.path).iterdir())


@pytest.mark.parametrize(
    "folder", [folder for folder in FOLDERS if folder.path in {"ofbiz", "hivemind"}], ids=lambda folder: folder.path
)
def test_every_element_is_read_or_named(shared_data: Path, folder: Folder) -> None:
    """Each kind of element that has attributes is a table of the report, or is named among the unread."""
    report = folder.reader(shared_data / folder.path).report
    named = {table.source for table in report.tables} | set(report.unread)
    for path in (shared_data / folder.path).iterdir():
        root = ET.parse(path).getroot()
        kinds = Counter(element.tag for element in root.iter() if element is not root and element.attrib)
        assert {f"{path.name}: {kind}" for kind in kinds} <= named
        once = {table.source: table.read for table in report.tables}
        assert all(once.get(f"{path.name}: {kind}", count) == count for kind, count in kinds.items())


def test_workbench_has_no_links(shared_data: Path) -> None:
    """The CRM and the board share no key: no project, task or touch gets a customer, and nothing is linked."""
    result = by(folders.WORKBENCH)(shared_data / "workbench")
    projects = [fact for fact in result["projects"] if isinstance(fact, Project)]
    assert {project.name for project in projects} == {"Front end", "Back end", "Design"}
    assert all(project.customer_id is None for project in projects)
    touches = [fact for fact in result["interactions"] if isinstance(fact, Interaction)]
    assert all(touch.customer_id is None for touch in touches)
    statuses = Counter(fact.status for fact in result["tasks"] if isinstance(fact, Task))
    assert statuses == {"todo": 191, "done": 51, "in_progress": 58}
    assert Counter(touch.kind for touch in touches) == {"meeting": 300, "email": 500}


def test_the_workspace_of_three_tools_has_no_links(shared_data: Path) -> None:
    """HubSpot's and Jira's tables share no key and no name: linking ties nothing, and no task has a customer."""
    folder = shared_data / "hubspot_jira_zendesk"
    facts = merge(hubspot.read(folder), jira.read(folder))
    linked = linking.apply(linking.link(facts), facts).entities
    assert list(linked["customers"]) == facts["customers"]
    assert all(task.project_id is None for task in linked["tasks"])
