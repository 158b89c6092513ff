"""Reads the shipped files with json and csv alone, so that the tests judge the files and no importer."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from alignkit.sample import NOW, hubspot_pages, jira_files, objective_files

Row = dict[str, str]


class Files:
    """The files of the sample company as rows of text."""

    def records(self, name: str) -> list[dict[str, Any]]:
        """All records of one HubSpot object."""
        return [record for page in hubspot_pages(name) for record in json.loads(page.read_text("utf-8"))["results"]]

    def properties(self, name: str) -> list[dict[str, str | None]]:
        """The properties of all records of one HubSpot object."""
        return [record["properties"] for record in self.records(name)]

    def table(self, path: Path) -> list[Row]:
        """A CSV file by header; of a repeated header the last column that is filled counts."""
        with path.open(encoding="utf-8", newline="") as lines:
            header, *body = csv.reader(lines)
        return [self._row(header, cells) for cells in body]

    def _row(self, header: list[str], cells: list[str]) -> Row:
        found: Row = {}
        for name, cell in zip(header, cells, strict=True):
            found[name] = cell or found.get(name, "")
        return found

    def issues(self, project: str = "", kind: str = "") -> Iterator[Row]:
        """Rows of the Jira export, of one project and type where asked."""
        for row in self.table(jira_files()["issues"]):
            if row["Issue key"] and project in ("", row["Project key"]) and kind in ("", row["Issue Type"]):
                yield row

    def work(self, project: str = "") -> list[Row]:
        """Rows of the Jira export that are work, each key once."""
        return list(
            {row["Issue key"]: row for row in self.issues(project) if row["Issue Type"] != "Status Update"}.values()
        )

    def sheet(self) -> dict[str, Row]:
        """The sheet of the project team by project key."""
        return {row["Project key"]: row for row in self.table(jira_files()["project_fields"])}

    def objectives(self) -> dict[str, Row]:
        """The objectives by id."""
        return {row["Objective ID"]: row for row in self.table(objective_files()["objectives"])}

    def edges(self) -> list[tuple[str, str]]:
        """Project key and objective of each contribution."""
        return [(row["Project key"], row["Objective ID"]) for row in self.table(objective_files()["contributions"])]

    def moment(self, text: str) -> datetime:
        """A moment as Jira writes it."""
        return datetime.strptime(text, "%d/%b/%y %I:%M %p").replace(tzinfo=timezone.utc)

    def day(self, text: str) -> date | None:
        """A day as Jira writes it; None of nothing, and of a day that does not exist."""
        try:
            return self.moment(text).date()
        except ValueError:
            return None

    def last_update(self, project: str) -> float:
        """Days since the last status update of a project."""
        return min(
            (NOW - self.moment(row["Created"])).total_seconds() / 86400 for row in self.issues(project, "Status Update")
        )

    def company_id(self, name: str) -> str:
        """The HubSpot id of the company of that name."""
        (found,) = (str(row["hs_object_id"]) for row in self.properties("companies") if row["name"] == name)
        return found

    def tickets_of(self, name: str, kind: str = "") -> list[dict[str, str | None]]:
        """The tickets of one company, of one kind where asked."""
        key = self.company_id(name)
        return [
            record["properties"]
            for record in self.records("tickets")
            if {"id": key, "type": "ticket_to_company"} in record["associations"]["companies"]["results"]
            and kind in ("", record["properties"]["need_kind"])
        ]

    def answers_of(self, name: str, question: str) -> list[int]:
        """The answers of one company to one survey question, oldest first."""
        key = self.company_id(name)
        return [
            int(record["properties"]["hs_value"])
            for record in sorted(self.records("feedback_submissions"), key=lambda record: record["createdAt"])
            if record["associations"]["companies"]["results"][0]["id"] == key
            and record["properties"]["hs_survey_type"] == question
        ]

    def overdue(self, project: str) -> list[str]:
        """Keys of open work past its day."""
        today = NOW.date()
        return [
            row["Issue key"]
            for row in self.work(project)
            if row["Status"] != "Done" and (self.day(row["Due date"]) or today) < today
        ]


@pytest.fixture(scope="session")
def files() -> Files:
    """The shipped files, read plainly."""
    return Files()
