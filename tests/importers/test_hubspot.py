"""What each HubSpot record becomes, on pages made by hand."""

from __future__ import annotations

from datetime import date, datetime, timezone
from typing import Any

import pytest

from alignkit.domain import Contact, Customer, Interaction, Need, Opportunity
from alignkit.importers import hubspot

UTC = timezone.utc
AT = "2026-01-12T10:15:00Z"


def page(*records: tuple[str, dict[str, Any], dict[str, list[str]]]) -> dict[str, Any]:
    """A page of records: id, properties, associated ids by object."""
    return {
        "results": [
            {
                "id": id,
                "properties": {"createdate": AT, **properties},
                "createdAt": AT,
                "archived": False,
                "associations": {
                    name: {"results": [{"id": key, "type": "x"} for key in keys]} for name, keys in associated.items()
                },
            }
            for id, properties, associated in records
        ]
    }


COMPANIES = page(("7", {"name": "Seven", "domain": "https://www.Seven.example/", "lifecyclestage": "customer"}, {}))
CONTACTS = page(("3", {"email": "ana@Seven.example", "firstname": "Ana", "lastname": "Ruiz"}, {"companies": ["7"]}))


def test_company() -> None:
    """A company is a customer; its domain loses scheme, www and case."""
    (customer,) = hubspot.read({"companies": COMPANIES})["customers"]
    assert isinstance(customer, Customer)
    assert (customer.id, customer.name, customer.domains, customer.stage) == (
        "hubspot:company:7",
        "Seven",
        ("seven.example",),
        "active",
    )


def test_company_without_name() -> None:
    """A company that has only a domain is called by it; one with neither is refused."""
    result = hubspot.read(
        {"companies": page(("1", {"name": None, "domain": "a.example"}, {}), ("2", {"name": None}, {}))}
    )
    assert [customer.name for customer in result["customers"]] == ["a.example"]  # type: ignore[union-attr]
    assert result.report.by_code == {"MissingValue": 1}


def test_contact() -> None:
    """A contact belongs to the company it is associated with."""
    (contact,) = hubspot.read({"companies": COMPANIES, "contacts": CONTACTS})["contacts"]
    assert isinstance(contact, Contact)
    assert (contact.name, contact.email, contact.customer_id) == ("Ana Ruiz", "ana@seven.example", "hubspot:company:7")


@pytest.mark.parametrize(
    ("stage", "expected", "is_closed"),
    [
        ("closedwon", "won", True),
        ("closedlost", "lost", True),
        ("qualifiedtobuy", "open", False),
        (None, "open", False),
    ],
)
def test_deal(stage: str | None, expected: str, is_closed: bool) -> None:
    """A deal is won, lost or else open; the closing date of an open one is a hope, not a fact."""
    properties = {"dealname": "D", "dealstage": stage, "amount": "10", "deal_currency_code": "CHF", "closedate": AT}
    (deal,) = hubspot.read({"deals": page(("1", properties, {}))})["opportunities"]
    assert isinstance(deal, Opportunity)
    assert (deal.stage, deal.closed_at is not None, str(deal.amount)) == (expected, is_closed, "10.00 CHF")


@pytest.mark.parametrize(
    ("name", "properties", "kind", "direction"),
    [
        ("emails", {"hs_email_direction": "INCOMING_EMAIL"}, "email", "inbound"),
        ("emails", {"hs_email_direction": "EMAIL"}, "email", "outbound"),
        ("emails", {"hs_email_direction": "FORWARDED_EMAIL"}, "email", None),
        ("calls", {"hs_call_direction": "OUTBOUND"}, "call", "outbound"),
        ("calls", {"hs_call_direction": "INBOUND"}, "call", "inbound"),
        ("calls", {}, "call", None),
        ("meetings", {"hs_meeting_outcome": "COMPLETED"}, "meeting", None),
        ("notes", {"hs_note_body": "<p>Hi</p>"}, "note", "internal"),
        ("communications", {"hs_communication_channel_type": "SMS"}, "message", None),
        ("feedback_submissions", {"hs_survey_type": "CSAT"}, "survey", "inbound"),
    ],
)
def test_engagements(name: str, properties: dict[str, str], kind: str, direction: str | None) -> None:
    """Each kind of engagement is an interaction of its kind, with the direction that HubSpot states."""
    result = hubspot.read({name: page(("1", {"hs_timestamp": AT, **properties}, {}))})
    (touch,) = result["interactions"]
    assert isinstance(touch, Interaction)
    assert (touch.kind, touch.direction, touch.team) == (kind, direction, "crm")
    assert touch.occurred_at == datetime(2026, 1, 12, 10, 15, tzinfo=UTC)


def test_a_survey_answer_carries_its_scale() -> None:
    """An answer comes with the scale of its question."""
    properties = {"hs_submission_timestamp": AT, "hs_survey_type": "NPS", "hs_value": "9", "hs_content": "Good"}
    (touch,) = hubspot.read({"feedback_submissions": page(("1", properties, {}))})["interactions"]
    assert isinstance(touch, Interaction)
    assert (touch.survey, touch.satisfaction, touch.scale_low, touch.scale_high) == ("nps", 9.0, 0.0, 10.0)


def test_a_meeting_that_did_not_take_place() -> None:
    """A cancelled meeting is no touch; it is skipped with its reason."""
    meetings = page(("1", {"hs_timestamp": AT, "hs_meeting_outcome": "CANCELED"}, {}))
    result = hubspot.read({"meetings": meetings})
    assert result["interactions"] == []
    assert result.report.tables[0].skipped_by == {"the meeting did not take place": 1}


def test_a_touch_of_a_contact_is_one_of_the_company() -> None:
    """Where HubSpot ties a touch to a contact only, its customer is the contact's."""
    notes = page(("1", {"hs_timestamp": AT, "hs_note_body": "<p>Two &amp;<br>lines</p>"}, {"contacts": ["3"]}))
    result = hubspot.read({"companies": COMPANIES, "contacts": CONTACTS, "notes": notes})
    (touch,) = result["interactions"]
    assert isinstance(touch, Interaction)
    assert (touch.contact_id, touch.customer_id) == ("hubspot:contact:3", "hubspot:company:7")
    assert touch.subject == "Two & lines"


def test_two_companies_of_one_touch() -> None:
    """Of several associated companies the first is used, and that is reported; the same one twice is one."""
    notes = page(
        ("1", {"hs_timestamp": AT}, {"companies": ["7", "8"]}),
        ("2", {"hs_timestamp": AT}, {"companies": ["7", "7"]}),
    )
    result = hubspot.read({"companies": COMPANIES, "notes": notes})
    assert [touch.customer_id for touch in result["interactions"]] == ["hubspot:company:7"] * 2  # type: ignore[union-attr]
    assert result.report.by_code == {"ManyReferences": 1}


@pytest.mark.parametrize(
    ("properties", "kind", "status", "severity"),
    [
        ({"hs_ticket_category": "PRODUCT_ISSUE", "hs_pipeline_stage": "1"}, "complaint", "open", None),
        ({"hs_ticket_category": "FEATURE_REQUEST", "hs_pipeline_stage": "3"}, "need", "in_progress", None),
        ({"need_kind": "promise", "hs_pipeline_stage": "4", "hs_ticket_priority": "URGENT"}, "promise", "delivered", 5),
        ({"hs_pipeline_stage": "77", "closed_date": AT, "severity": "2"}, "need", "delivered", 2),
    ],
)
def test_ticket(properties: dict[str, str], kind: str, status: str, severity: int | None) -> None:
    """A ticket is a need, a complaint by its category, with a status by its stage or its closing date."""
    (need,) = hubspot.read({"tickets": page(("1", {"subject": "S", **properties}, {}))})["needs"]
    assert isinstance(need, Need)
    assert (need.kind, need.status, need.severity) == (kind, status, severity)


def test_ties_to_the_other_tool_wait() -> None:
    """Keys of Jira projects and issues are kept for the merge, not shown as ids of nothing."""
    properties = {"subject": "S", "project_key": "APX", "jira_issue_key": "APX-4", "promise_due_date": "2026-02-01"}
    result = hubspot.read({"tickets": page(("1", properties, {}))})
    (need,) = result["needs"]
    assert isinstance(need, Need)
    assert (need.project_id, need.task_id, need.due_on) == (None, None, date(2026, 2, 1))
    assert {(item.field, item.ref.key) for item in result.pending} == {("project_id", "APX"), ("task_id", "APX-4")}
    assert result.report.issues == ()


def test_archived_records() -> None:
    """Archived records are skipped as deleted."""
    companies = page(("1", {"name": "A"}, {}))
    companies["results"][0]["archived"] = True
    assert hubspot.read({"companies": companies}).report.tables[0].skipped_by == {"deleted": 1}


def test_pages_without_a_name() -> None:
    """A bare page is recognised by its properties."""
    result = hubspot.read([COMPANIES, CONTACTS])
    assert set(result.entities) == {"customers", "contacts"}


def test_the_projects_object() -> None:
    """HubSpot's own projects are projects: one word of theirs says both how far one is and how it stands."""
    rows = [
        {"id": "1", "properties": {"hs_name": "Alpha", "hs_status": "delayed", "hs_target_due_date": "2026-05-01"}},
        {"id": "2", "properties": {"hs_name": "Beta", "hs_status": "completed", "hs_close_date": "2026-04-01"}},
        {"id": "3", "properties": {"hs_name": "Gamma", "hs_status": None}},
    ]
    result = hubspot.read({"results": rows, "paging": {"next": {"after": "4"}}})
    assert [(p.name, p.status, p.health, str(p.completed_on)) for p in result["projects"]] == [  # type: ignore[union-attr]
        ("Alpha", "active", "off_track", "None"),
        ("Beta", "completed", None, "2026-04-01"),
        ("Gamma", "active", None, "None"),
    ]
