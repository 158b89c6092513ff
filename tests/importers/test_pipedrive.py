"""
Pipedrive: the page of recent changes is real; pages of API v1 and v2 and the export are made here from the documented
shapes (objects with `value` in v1, plain ids in v2, columns such as `Deal - Title` in the export).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from alignkit.domain import Contact, Customer, Interaction, Money, Opportunity
from alignkit.importers import Import, merge, pipedrive

Write = Callable[[str, "str | bytes"], Path]
UTC = timezone.utc


def page(*rows: dict[str, Any]) -> dict[str, Any]:
    """A page of the API."""
    more = {"pagination": {"start": 0, "limit": 100, "more_items_in_collection": False}}
    return {"success": True, "data": list(rows), "additional_data": more}


def deal(id: int, **more: Any) -> dict[str, Any]:
    """A deal of API v1."""
    return {
        "id": id,
        "title": f"Deal {id}",
        "value": 1500,
        "currency": "USD",
        "status": "open",
        "pipeline_id": 1,
        "add_time": "2026-02-22 08:27:53",
        "org_id": {"name": "Harbour Foods", "people_count": 1, "value": 7},
        **more,
    }


def test_recents_with_a_null_item(data: Path) -> None:
    """In the real page two persons are used, the null item is left out, and the organization is known by its mention."""
    result = pipedrive.read(data / "payloads" / "pipedrive_api")
    (table,) = result.report.tables
    assert (table.read, table.used, table.refused) == (3, 2, 0)
    assert table.skipped_by == {"named without its data: deleted, or not ours to see": 1}
    assert [customer.id for customer in result["customers"]] == ["pipedrive:organization:4"]
    people = [fact for fact in result["contacts"] if isinstance(fact, Contact)]
    assert [person.customer_id for person in people] == [None, "pipedrive:organization:4"]
    assert [person.email for person in people] == [None, None]


def test_deals_of_v1_name_their_organization() -> None:
    """A page of deals alone has customers; won and lost have their moment, deleted ones are left out."""
    result = pipedrive.read(
        page(
            deal(1),
            deal(2, status="won", won_time="2026-03-01 10:00:00"),
            deal(3, status="lost", lost_time="2026-03-02 10:00:00"),
            deal(4, status="deleted"),
        )
    )
    deals = [fact for fact in result["opportunities"] if isinstance(fact, Opportunity)]
    assert [(one.stage, one.closed_at) for one in deals] == [
        ("open", None),
        ("won", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("lost", datetime(2026, 3, 2, 10, tzinfo=UTC)),
    ]
    assert {one.customer_id for one in deals} == {"pipedrive:organization:7"}
    assert deals[0].amount == Money(1500, "USD")
    assert result.report.tables[0].skipped_by == {"deleted": 1}


def test_plain_ids_of_v2() -> None:
    """API v2 and landed tables hold plain ids; the full record says more than its mention."""
    organizations = page({"id": 7, "name": "Harbour Foods AG", "people_count": 1, "owner_id": 3})
    users = page({"id": 3, "name": "Ana Ruiz", "email": "ana@us.example"})
    deals = page(deal(1, org_id=7, org_name="Harbour"))
    result = pipedrive.read({"users": users, "organizations": organizations, "deals": deals})
    (customer,) = (fact for fact in result["customers"] if isinstance(fact, Customer))
    assert (customer.name, customer.owner) == ("Harbour Foods AG", "Ana Ruiz")


def test_activities() -> None:
    """Done calls and lunches are touches at their due day and time; to-dos and undone ones are not."""
    rows = [
        {"id": 1, "type": "call", "done": True, "due_date": "2026-03-01", "due_time": "15:15", "subject": "Call"},
        {"id": 2, "type": "lunch", "done": 1, "due_date": "2026-03-02", "due_time": "", "subject": "Lunch"},
        {"id": 3, "type": "task", "done": True, "due_date": "2026-03-01", "due_time": "", "subject": "Do"},
        {"id": 4, "type": "call", "done": False, "due_date": "2026-03-01", "due_time": "", "subject": "Later"},
    ]
    result = pipedrive.read(page(*rows))
    touches = [fact for fact in result["interactions"] if isinstance(fact, Interaction)]
    assert [(touch.kind, touch.occurred_at) for touch in touches] == [
        ("call", datetime(2026, 3, 1, 15, 15, tzinfo=UTC)),
        ("meeting", datetime(2026, 3, 2, tzinfo=UTC)),
    ]
    assert result.report.tables[0].skipped_by == {"a to-do, no touch": 1, "not done yet": 1}


@pytest.fixture
def export(write: Write) -> Path:
    """Deals, organizations and persons as the export writes them: related by name."""
    write("organizations.csv", "Organization - ID,Organization - Name\n7,Harbour Foods\n8,Mill\n9,Mill\n")
    write(
        "people.csv",
        "Person - ID,Person - Name,Person - Organization,Person - Email - Work\n1,Bo,Mill,bo@mill.example\n",
    )
    header = (
        "Deal - ID,Deal - Title,Deal - Organization,Deal - Status,Deal - Value,Deal - Currency of Value,Deal - Won time"
    )
    rows = "1,A,Harbour Foods,Won,10.50,EUR,2026-03-01 10:00:00\n2,B,Mill,Open,,,\n3,C,New Ltd,Open,,,\n"
    return write("deals-4711.csv", f"{header}\n{rows}").parent


def test_the_export_relates_by_name(export: Path) -> None:
    """A name that one organization has leads to it; one that two have, or none, stays a customer for linking to judge."""
    result = pipedrive.read(export)
    deals = [fact for fact in result["opportunities"] if isinstance(fact, Opportunity)]
    assert [one.customer_id for one in deals] == [
        "pipedrive:organization:7",
        "pipedrive:organization_name:Mill",
        "pipedrive:organization_name:New Ltd",
    ]
    assert [customer.id.partition(":")[2] for customer in result["customers"]] == [
        "organization:7",
        "organization:8",
        "organization:9",
        "organization_name:Mill",
        "organization_name:New Ltd",
    ]
    assert deals[0].amount == Money("10.50", "EUR")


def test_a_shared_name_is_no_identity(export: Path) -> None:
    """Two organizations of one name stay two when imports are merged."""
    result: Import = pipedrive.read(export)
    assert len(merge(result, result)["customers"]) == 5
    assert all(len(customer.external_refs) == 1 for customer in result["customers"])  # type: ignore[union-attr]
