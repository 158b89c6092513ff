"""
Mappings that a user would write, taken from the page that teaches it, on real data sets that no shipped preset knows.

The expected counts are worked out here from the files with `json` alone.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from alignkit.domain import Customer, Interaction, Objective, Project
from alignkit.importers import Import, Preset, parse_preset, read

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "map-a-tool-we-never-saw.md"


def mapping(name: str) -> Preset:
    """A mapping of the page."""
    found = re.search(rf'^{name} = """\n(.*?)^"""', PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert found is not None
    return parse_preset(found[1], source=name)


def test_ten_lines() -> None:
    """The first mapping of the page is of ten lines or fewer."""
    found = re.search(r'^FIRST = """\n(.*?)^"""', PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert found is not None
    assert len(found[1].splitlines()) <= 10


@pytest.fixture(scope="module")
def clients(shared_data: Path) -> Path:
    """The folder of the client set."""
    return shared_data / "enterprisebench"


@pytest.fixture(scope="module")
def client_import(clients: Path) -> Import:
    """All five files, by the mapping of the page."""
    return read(mapping("ENTERPRISEBENCH"), clients)


def test_clients_by_hand(clients: Path, client_import: Import) -> None:
    """Every row of every file is used, or left out for the reason the mapping gives; none is refused or unknown."""
    sizes = {path.name: len(json.loads(path.read_text(encoding="utf-8"))) for path in clients.glob("*.json")}
    assert sizes == {
        "clients.json": 400,
        "customers.json": 90,
        "customer_support_chats.json": 1_000,
        "it_tickets.json": 163,
        "vendors.json": 400,
    }
    counts = {table.source: (table.read, table.used, table.skipped_by) for table in client_import.report.tables}
    assert counts == {
        "clients.json": (400, 400, {}),
        "customers.json": (90, 90, {}),
        "customer_support_chats.json": (1_000, 1_000, {}),
        "it_tickets.json": (163, 0, {"about our own staff, not about a customer": 163}),
        "vendors.json": (400, 0, {"we buy from them": 400}),
    }
    assert client_import.report.issues == ()


def test_clients_and_their_trials(clients: Path, client_import: Import) -> None:
    """Each client is a customer with a project and a contact; the trial's state is the project's."""
    raw: list[dict[str, Any]] = json.loads((clients / "clients.json").read_text(encoding="utf-8"))
    projects = {fact.customer_id: fact for fact in client_import["projects"] if isinstance(fact, Project)}
    assert len(projects) == len(client_import["contacts"]) == 400
    for row in raw:
        project = projects[f"enterprisebench:clients:{row['client_id']}"]
        assert (project.name, str(project.start_on)) == (row["current_POC_product"], row["onboarding_date"])
        assert project.status == {"ongoing": "active", "accepted": "completed"}[row["POC_status"]]


def test_chats_join_their_customers(clients: Path, client_import: Import) -> None:
    """All 1,000 chats lead to one of 88 of the 90 customers, at the day they were held."""
    raw = json.loads((clients / "customer_support_chats.json").read_text(encoding="utf-8"))
    chats = [fact for fact in client_import["interactions"] if isinstance(fact, Interaction)]
    assert Counter(chat.customer_id for chat in chats) == Counter(
        f"enterprisebench:customers:{row['customer_id']}" for row in raw
    )
    assert len({chat.customer_id for chat in chats}) == 88
    assert [chat.occurred_at.date().isoformat() for chat in chats] == [row["interaction_date"] for row in raw]
    names = [fact.name for fact in client_import["customers"] if isinstance(fact, Customer)]
    assert len(names) == 490


def test_world_bank_by_hand(shared_data: Path) -> None:
    """Of 250 projects all are used: 185 have an objective, 243 a borrower under 176 names, 21 a day of completion."""
    folder = shared_data / "worldbank_projects"
    (path,) = folder.glob("*.jsonl")
    raw = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    result = read(mapping("WORLDBANK"), folder, currency="USD")
    report = result.report
    assert (report.read, report.used, report.refused, report.skipped) == (250, 250, 0, 0)
    assert report.issues == ()
    with_text = [row for row in raw if (row.get("project_abstract") or {}).get("cdata")]
    borrowers = {row["borrower"] for row in raw if row.get("borrower")}
    assert (len(with_text), len(borrowers)) == (185, 176)
    assert {name: len(facts) for name, facts in result.entities.items()} == {
        "customers": len(borrowers),
        "projects": 250,
        "objectives": len(with_text),
        "contributions": len(with_text),
    }
    projects = [fact for fact in result["projects"] if isinstance(fact, Project)]
    assert sum(project.customer_id is None for project in projects) == sum(not row.get("borrower") for row in raw) == 7
    assert Counter(project.status for project in projects) == {"active": 228, "completed": 22}
    assert sum(project.completed_on is not None for project in projects) == 21
    assert sum(project.due_on is None for project in projects) == sum(not row.get("closingdate") for row in raw) == 80
    assert [project.budget.amount for project in projects if project.budget] == [row["lendprojectcost"] for row in raw]
    titles = [fact.title for fact in result["objectives"] if isinstance(fact, Objective)]
    assert all(titles)
