"""A mapping of two small tables, and a way to write a file, so that a test of one fault is a few lines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from alignkit.importers import Preset, parse_preset

SMALL = """
system = "crm"

[records.deal]
collection = "opportunities"

[records.deal.fields]
name = "name"
stage = { columns = "stage", choices = { won = "won", lost = "lost", open = "open" } }
amount = { columns = "amount", currency = "currency" }
opened_at = "opened"
customer_id = { columns = "company", reference = "company" }

[records.company]
collection = "customers"

[records.company.fields]
name = "name"
contract_end_on = "ends"
contact_cadence_days = "cadence"

[records.ticket]
collection = "needs"

[records.ticket.fields]
title = "title"
raised_at = "raised"
severity = "severity"

[records.task]
collection = "tasks"

[records.task.fields]
title = "title"
parent_id = { columns = "parent", reference = "task" }

[tables.deals]
stems = ["deals"]
key = ["id"]
requires = ["id", "name"]
deleted = ["deleted"]
records = ["deal"]

[tables.companies]
stems = ["companies"]
key = ["id"]
requires = ["id", "name"]
records = ["company"]

[tables.tickets]
stems = ["tickets"]
key = ["id"]
requires = ["id", "title"]
records = ["ticket"]

[tables.tasks]
stems = ["tasks"]
key = ["id"]
requires = ["id", "title"]
records = ["task"]

[tables.deals_page]
format = "json"
stems = ["deals"]
rows = ["results"]
key = ["id"]
requires = ["id", "name"]
records = ["deal"]

[tables.companies_page]
format = "json"
stems = ["companies"]
rows = ["results"]
key = ["id"]
requires = ["id", "name"]
records = ["company"]
"""


@pytest.fixture(scope="session")
def small() -> Preset:
    """Deals, companies, tickets and tasks, as CSV; deals and companies also as JSON."""
    return parse_preset(SMALL)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Writes a file and gives its path."""

    def write_file(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file


@pytest.fixture(scope="session")
def data() -> Path:
    """The copied part of the real exports."""
    return Path(__file__).resolve().parents[1] / "data"
