"""
Salesforce: the tree files and the report are real; pages, Bulk API, Data Loader and landed tables are made here from the
documented shapes (`attributes`, `+0000` moments, 18-character ids, upper-case or snake-case columns).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from alignkit.domain import Interaction, Money, Need, Opportunity
from alignkit.importers import Import, salesforce

Write = Callable[[str, "str | bytes"], Path]
UTC = timezone.utc
ACCOUNT = "0015500000Xyy06AAB"
CONTACT = "0031G00001S3ckZQAR"
DEAL = "0061G00000N38JZQAZ"
CASE = "5001G00000abcdEQAQ"


def page(kind: str, *records: dict[str, Any]) -> dict[str, Any]:
    """A page of a REST query."""
    rows = [{"attributes": {"type": kind, "url": f"/services/data/v60.0/{kind}/x"}, **record} for record in records]
    return {"totalSize": len(rows), "done": True, "records": rows}


def counts(result: Import) -> tuple[int, int, int, int]:
    """Rows read, used, refused and skipped."""
    report = result.report
    assert report.read == report.used + report.refused + report.skipped
    return report.read, report.used, report.refused, report.skipped


@pytest.fixture(scope="module")
def pages() -> Import:
    """One account with everything, as pages of the REST API; nothing says which page is which but its rows."""
    return salesforce.read(
        [
            page("User", {"Id": "0051G000005Mun4QAC", "Name": "Ana Ruiz"}),
            page(
                "Account",
                {
                    "Id": ACCOUNT,
                    "Name": "Harbour Foods",
                    "Type": "Customer - Direct",
                    "Website": "https://www.harbour.example/en",
                    "OwnerId": "0051G000005Mun4QAC",
                },
            ),
            page(
                "Contact",
                {
                    "Id": CONTACT,
                    "FirstName": "Bo",
                    "LastName": "Li",
                    "Email": "bo@harbour.example",
                    "AccountId": ACCOUNT,
                },
            ),
            page(
                "Opportunity",
                {
                    "Id": DEAL,
                    "Name": "Renewal",
                    "StageName": "Signed",
                    "IsWon": True,
                    "IsClosed": True,
                    "Amount": 1250.5,
                    "CurrencyIsoCode": "EUR",
                    "CloseDate": "2026-04-30",
                    "CreatedDate": "2026-01-05T07:25:37.000+0000",
                    "AccountId": ACCOUNT,
                },
                {"Id": "0061G00000N31HAQAZ", "Name": "Upsell", "StageName": "Qualification", "CloseDate": "2026-12-31"},
            ),
            page(
                "Case",
                {
                    "Id": CASE,
                    "Subject": "Late again",
                    "Type": "Problem",
                    "Status": "Working",
                    "Priority": "High",
                    "ContactId": CONTACT,
                    "CreatedDate": "2026-05-01T07:25:37.000+0000",
                },
            ),
            page(
                "Task",
                {
                    "Id": "00T1",
                    "Subject": "Call about delay",
                    "Status": "Completed",
                    "TaskSubtype": "Call",
                    "CallType": "Inbound",
                    "ActivityDate": "2026-05-02",
                    "WhoId": CONTACT,
                    "WhatId": CASE,
                },
                {"Id": "00T2", "Subject": "Remind Bo", "Status": "Not Started", "ActivityDate": "2026-06-01"},
                {
                    "Id": "00T3",
                    "Subject": "Mail",
                    "Status": "Completed",
                    "TaskSubtype": "Email",
                    "CompletedDateTime": "2026-05-03T10:00:00.000+0000",
                    "WhoId": "00Q1G00000nOMcPUAW",
                    "WhatId": DEAL,
                },
            ),
            page(
                "Event",
                {"Id": "00U1", "Subject": "Review", "StartDateTime": "2026-05-04T08:00:00.000+0000", "WhatId": ACCOUNT},
                {"Id": "00U2", "Subject": "Review", "StartDateTime": "2026-05-04T08:00:00.000+0000", "IsChild": True},
            ),
        ]
    )


def test_pages_are_known_by_their_rows(pages: Import) -> None:
    """Every page finds its table by `attributes.type`; open tasks and invitees' copies are left out with a reason."""
    assert counts(pages) == (11, 9, 0, 2)
    skipped = Counter[str]()
    for table in pages.report.tables:
        skipped.update(table.skipped_by)
    assert skipped == {"not done yet: a reminder, no touch": 1, "an invitee's copy of an event": 1}
    assert pages.report.issues == ()


def test_a_task_is_a_touch(pages: Import) -> None:
    """A completed task is an interaction, told by its subtype; there is no planned work in Salesforce."""
    touches = {fact.id: fact for fact in pages["interactions"] if isinstance(fact, Interaction)}
    call, mail, event = (touches[f"salesforce:{key}"] for key in ("task:00T1", "task:00T3", "event:00U1"))
    assert (call.kind, call.direction, mail.kind, mail.direction, event.kind) == (
        "call",
        "inbound",
        "email",
        "outbound",
        "meeting",
    )
    assert "tasks" not in pages.entities
    assert call.occurred_at == datetime(2026, 5, 2, tzinfo=UTC)


def test_an_id_says_what_it_names(pages: Import) -> None:
    """`WhoId` and `WhatId` are followed by their first three characters; a lead is no contact."""
    customer = f"salesforce:account:{ACCOUNT}"
    touches = {fact.id: fact for fact in pages["interactions"] if isinstance(fact, Interaction)}
    call, mail = touches["salesforce:task:00T1"], touches["salesforce:task:00T3"]
    assert (call.contact_id, call.need_id) == (f"salesforce:contact:{CONTACT}", f"salesforce:case:{CASE}")
    assert mail.contact_id is None
    assert {fact.customer_id for fact in touches.values()} == {customer}


def test_values(pages: Import) -> None:
    """Owner by the users' page, domain by the web site, won by the flag whatever the stage is called."""
    (customer,) = pages["customers"]
    assert (customer.owner, customer.domains, customer.stage) == ("Ana Ruiz", ("harbour.example",), "active")  # type: ignore[union-attr]
    won, open_one = (fact for fact in pages["opportunities"] if isinstance(fact, Opportunity))
    assert (won.stage, won.amount, won.closed_at) == ("won", Money("1250.5", "EUR"), datetime(2026, 4, 30, tzinfo=UTC))
    assert (open_one.stage, open_one.closed_at) == ("open", None)
    (need,) = (fact for fact in pages["needs"] if isinstance(fact, Need))
    assert (need.kind, need.severity, need.status) == ("complaint", 4, "in_progress")
    assert need.customer_id == f"salesforce:account:{ACCOUNT}"


@pytest.mark.parametrize(
    "header",
    [
        "ID,NAME,ACCOUNTID,STAGENAME,ISCLOSED,ISWON,AMOUNT,CLOSEDATE,CURRENCYISOCODE",
        "Id,Name,AccountId,StageName,IsClosed,IsWon,Amount,CloseDate,CurrencyIsoCode",
        "id,name,account_id,stage_name,is_closed,is_won,amount,close_date,currency_iso_code",
        "id,name,accountid,stagename,isclosed,iswon,amount,closedate,currencyisocode",
    ],
    ids=["data loader", "bulk api", "fivetran and dlt", "lower-cased"],
)
def test_one_mapping_for_every_spelling(write: Write, header: str) -> None:
    """Data Loader, Bulk API and landed tables give the same facts as each other."""
    path = write("opportunity.csv", f"{header}\n{DEAL},Renewal,{ACCOUNT},Closed Lost,true,false,10,2026-04-30,EUR\n")
    result = salesforce.read(path)
    (deal,) = (fact for fact in result["opportunities"] if isinstance(fact, Opportunity))
    assert (deal.stage, deal.amount, deal.name) == ("lost", Money(10, "EUR"), "Renewal")
    assert [(item.field, item.ref.key) for item in result.pending] == [("customer_id", ACCOUNT)]


def test_landed_history(write: Write) -> None:
    """A loader's earlier versions and deleted rows of a record are left out."""
    rows = "id,name,is_deleted,_fivetran_active\n1,Old,false,false\n1,New,FALSE,true\n2,Gone,TRUE,true\n"
    result = salesforce.read(write("sf_account_data.csv", rows))
    assert [customer.name for customer in result["customers"]] == ["New"]  # type: ignore[union-attr]
    (table,) = result.report.tables
    assert table.skipped_by == {"an earlier version of the record": 1, "deleted": 1}


def test_real_tree_files_and_report(data: Path) -> None:
    """The tree files tie by their `@` references; report rows that end early are accounts without contacts."""
    result = salesforce.read(data / "payloads" / "salesforce_export", currency="USD")
    assert {table.source: (table.read, table.used, table.refused, table.skipped) for table in result.report.tables} == {
        "Accounts.json": (10, 10, 0, 0),
        "Contacts.json": (6, 6, 0, 0),
        "Opportunities.json": (20, 20, 0, 0),
        "Accounts-Contacts.csv": (14, 14, 0, 0),
        "data-plan.json": (3, 0, 0, 3),
    }
    assert {name: len(facts) for name, facts in result.entities.items()} == {
        "customers": 20,
        "contacts": 12,
        "opportunities": 20,
    }
    deals = [fact for fact in result["opportunities"] if isinstance(fact, Opportunity)]
    assert Counter(deal.stage for deal in deals) == {"open": 17, "won": 2, "lost": 1}
    assert all(deal.customer_id for deal in deals)
    assert result.report.by_code == {"UnknownValue": 1}  # a technology partner is at no stage of a customer


def test_contacts_inside_accounts() -> None:
    """A query of accounts with their contacts gives both; an account without any gives itself."""
    child = {"attributes": {"type": "Contact"}, "Id": CONTACT, "LastName": "Li"}
    nested = {"totalSize": 1, "done": True, "records": [child]}
    accounts: list[dict[str, Any]] = [
        {"Id": ACCOUNT, "Name": "Harbour Foods", "Contacts": nested},
        {"Id": "0012", "Name": "Mill", "Contacts": None},
    ]
    result = salesforce.read(page("Account", *accounts))
    assert len(result["customers"]) == 2
    (contact,) = result["contacts"]
    assert contact.customer_id == f"salesforce:account:{ACCOUNT}"  # type: ignore[union-attr]
    assert counts(result) == (3, 3, 0, 0)
