"""
Salesforce, Pipedrive and Zendesk as loaders land them: the same presets, whatever the loader made of the column names.

The tables are made after each loader's own description of its columns; no landed tables of Salesforce or Pipedrive were
at hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timezone
from types import ModuleType
from typing import Any

import attrs
import pytest

from alignkit.domain import Customer, Interaction, Money, Need, Opportunity
from alignkit.importers import Import, import_landed, pipedrive, salesforce, zendesk

UTC = timezone.utc
FIVETRAN = {"_fivetran_synced": "2026-01-01", "_fivetran_deleted": False}
AIRBYTE = {"_airbyte_raw_id": "r", "_airbyte_extracted_at": "2026-01-01 00:00:00"}
DLT = {"_dlt_load_id": "1", "_dlt_id": "x"}
LOADS = [{"load_id": "1", "schema_name": "s", "status": 0, "inserted_at": None}]


@attrs.frozen
class Held:
    """Landed tables in memory."""

    tables: Mapping[str, list[dict[str, Any]]]

    def names(self) -> Sequence[str]:
        """Names of the tables."""
        return sorted(self.tables)

    def columns(self, table: str) -> Sequence[str]:
        """Columns of a table."""
        return list(dict.fromkeys(column for row in self.tables[table] for column in row))

    def rows(self, table: str, columns: Sequence[str] | None = None) -> Iterator[Mapping[str, Any]]:
        """Rows of a table."""
        for row in self.tables[table]:
            yield {column: row.get(column) for column in columns or self.columns(table)}


def landed(module: ModuleType, tables: dict[str, list[dict[str, Any]]], marks: dict[str, Any]) -> Import:
    """Import tables as a loader left them."""
    held = {name: [{**row, **marks} for row in rows] for name, rows in tables.items()}
    if marks is DLT:
        held["_dlt_loads"] = LOADS
    return import_landed(Held(held), module.preset())


def snake(name: str) -> str:
    """A column as Fivetran and dlt spell it."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


ACCOUNT = {"Id": "001", "Name": "Harbour", "Type": "Customer - Direct", "IsDeleted": False}
DEAL = {
    "Id": "006",
    "Name": "Renewal",
    "AccountId": "001",
    "IsWon": True,
    "IsClosed": True,
    "StageName": "Signed",
    "Amount": 10.5,
    "CurrencyIsoCode": "EUR",
    "CloseDate": datetime(2026, 4, 30),
    "IsDeleted": False,
}
TASK = {
    "Id": "00T",
    "Subject": "Call",
    "Status": "Completed",
    "IsClosed": True,
    "TaskSubtype": "Call",
    "CompletedDateTime": datetime(2026, 5, 2, 9),
    "WhatId": "006",
    "IsDeleted": False,
}


@pytest.mark.parametrize(("marks", "spell"), [(FIVETRAN, snake), (DLT, snake), (AIRBYTE, str), (AIRBYTE, str.lower)])
def test_salesforce(marks: dict[str, Any], spell: Any) -> None:
    """Typed rows under any loader's spelling give the same facts."""
    rows = {"account": [ACCOUNT], "opportunity": [DEAL], "task": [TASK]}
    tables = {
        name: [{spell(column): value for column, value in row.items()} for row in one] for name, one in rows.items()
    }
    result = landed(salesforce, tables, marks)
    (customer,) = (fact for fact in result["customers"] if isinstance(fact, Customer))
    (deal,) = (fact for fact in result["opportunities"] if isinstance(fact, Opportunity))
    (touch,) = (fact for fact in result["interactions"] if isinstance(fact, Interaction))
    assert (customer.name, customer.stage) == ("Harbour", "active")
    assert (deal.stage, deal.amount, deal.customer_id) == ("won", Money("10.5", "EUR"), customer.id)
    assert deal.closed_at == datetime(2026, 4, 30, tzinfo=UTC)
    assert (touch.kind, touch.occurred_at, touch.customer_id) == (
        "call",
        datetime(2026, 5, 2, 9, tzinfo=UTC),
        customer.id,
    )
    assert result.report.issues == ()


def test_pipedrive() -> None:
    """Plain ids, typed moments, and a name beside the id of an organization that was not landed."""
    deals = [
        {
            "id": 11,
            "title": "A",
            "value": 1500,
            "currency": "USD",
            "status": "won",
            "org_id": 7,
            "org_name": "Harbour",
            "won_time": datetime(2026, 3, 1, 10),
            "deleted": False,
        },
        {"id": 12, "title": "B", "value": 1, "currency": "USD", "status": "open", "org_id": 7, "deleted": True},
    ]
    activities = [
        {
            "id": 1,
            "type": "call",
            "done": True,
            "due_date": "2026-03-01",
            "due_time": "15:15",
            "deal_id": 11,
            "subject": "C",
        }
    ]
    result = landed(pipedrive, {"deals": deals, "activities": activities}, AIRBYTE)
    (deal,) = (fact for fact in result["opportunities"] if isinstance(fact, Opportunity))
    assert (deal.stage, deal.closed_at) == ("won", datetime(2026, 3, 1, 10, tzinfo=UTC))
    (touch,) = (fact for fact in result["interactions"] if isinstance(fact, Interaction))
    assert touch.customer_id == deal.customer_id == "pipedrive:organization:7"
    assert result.report.issues == ()


def test_zendesk() -> None:
    """Tickets, comments and users of Fivetran, typed: who spoke is looked up among the users."""
    tables: dict[str, list[dict[str, Any]]] = {
        "organization": [{"id": 5, "name": "Harbour"}],
        "user": [
            {"id": 2, "name": "Bo", "email": "bo@harbour.example", "role": "end-user", "organization_id": 5},
            {"id": 3, "name": "Ana", "email": "ana@us.example", "role": "agent", "organization_id": None},
        ],
        "ticket": [
            {
                "id": 9,
                "subject": "Late",
                "status": "pending",
                "type": "problem",
                "priority": "low",
                "requester_id": 2,
                "organization_id": 5,
                "created_at": datetime(2026, 1, 1, 9),
            },
        ],
        "ticket_comment": [
            {"id": 1, "ticket_id": 9, "user_id": 2, "body": "?", "public": True, "created": datetime(2026, 1, 1, 9)},
            {"id": 2, "ticket_id": 9, "user_id": 3, "body": "!", "public": True, "created": datetime(2026, 1, 1, 10)},
            {"id": 3, "ticket_id": 9, "user_id": 3, "body": "-", "public": False, "created": datetime(2026, 1, 1, 11)},
        ],
    }
    result = landed(zendesk, tables, FIVETRAN)
    touches = [fact for fact in result["interactions"] if isinstance(fact, Interaction)]
    assert [touch.direction for touch in touches] == ["inbound", "outbound", "internal"]
    (need,) = (fact for fact in result["needs"] if isinstance(fact, Need))
    assert (need.kind, need.severity, need.customer_id) == ("complaint", 2, "zendesk:organization:5")
    assert {touch.customer_id for touch in touches} == {need.customer_id}
    assert result.report.issues == ()
