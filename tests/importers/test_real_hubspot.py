"""
Real HubSpot exports. The counts were taken from the files by hand: rows of each table, and for links, how many of
their two ends are in the other tables.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timezone
from pathlib import Path

import pytest

from alignkit.domain import Customer, Interaction, Need
from alignkit.importers import Import, ImportReport, hubspot

UTC = timezone.utc


def counts(report: ImportReport) -> dict[str, tuple[int, int, int, int]]:
    """Read, used, refused and skipped rows, by file."""
    return {table.source: (table.read, table.used, table.refused, table.skipped) for table in report.tables}


@pytest.fixture(scope="module")
def small_set(data: Path) -> Import:
    """One workspace of HubSpot, as landed tables beside tables of Jira."""
    return hubspot.read(data / "hubspot_jira_zendesk")


@pytest.fixture(scope="module")
def wide_set(data: Path) -> Import:
    """The wide set of landed tables."""
    return hubspot.read(data / "hubspot_tables")


def test_rows_of_the_small_set(small_set: Import) -> None:
    """Every row of every HubSpot table is accounted for; link rows whose ends are missing are refused."""
    assert counts(small_set.report) == {
        "hubspot_owner.csv": (9, 9, 0, 0),
        "hubspot_company.csv": (9, 9, 0, 0),
        "hubspot_contact.csv": (8, 8, 0, 0),
        "hubspot_deal.csv": (20, 20, 0, 0),
        "hubspot_engagement.csv": (14, 14, 0, 0),
        "hubspot_engagement_email.csv": (5, 5, 0, 0),
        "hubspot_engagement_note.csv": (5, 5, 0, 0),
        "hubspot_engagement_company.csv": (1, 1, 0, 0),
        "hubspot_engagement_contact.csv": (10, 4, 6, 0),
        "hubspot_engagement_deal.csv": (15, 8, 7, 0),
    }
    assert small_set.report.by_code == {"DanglingReference": 13}


def test_files_of_the_other_tool_are_listed(small_set: Import) -> None:
    """Other tools' tables in the same folder are not read, and said to be unread."""
    assert set(small_set.report.unread) == {
        "zendesk_ticket.csv",
        "zendesk_ticket_comment.csv",
        "zendesk_user.csv",
        "jira_comment.csv",
        "jira_issue.csv",
        "jira_priority.csv",
        "jira_status.csv",
        "jira_user.csv",
    }


def test_facts_of_the_small_set(small_set: Import) -> None:
    """
    14 engagements and 10 details, five of which stand alone, are 19 interactions.

    The table of engagements calls one of the detailed e-mails a note and one a call: the detail is believed.
    """
    assert {name: len(facts) for name, facts in small_set.entities.items()} == {
        "customers": 9,
        "contacts": 8,
        "interactions": 19,
        "opportunities": 20,
    }
    kinds = Counter(fact.kind for fact in small_set["interactions"] if isinstance(fact, Interaction))
    assert kinds == {"note": 10, "call": 2, "email": 6, "meeting": 1}


def test_an_engagement_with_its_details(small_set: Import) -> None:
    """An engagement takes subject and moment from its detail row, and its customer and contact from link rows."""
    found = next(fact for fact in small_set["interactions"] if fact.id == "hubspot:engagement:31479928586")
    assert isinstance(found, Interaction)
    assert (found.kind, found.direction, found.subject, found.team) == ("email", "outbound", "Subject A", "crm")
    assert found.occurred_at == datetime(2014, 8, 27, 20, 50, 44, 778000, tzinfo=UTC)
    assert (found.customer_id, found.contact_id) == ("hubspot:company:9991774791", "hubspot:contact:322")


def test_what_a_company_earns_is_not_its_worth_to_us(small_set: Import, data: Path) -> None:
    """HubSpot's `annualrevenue` is the company's own; a portal that uses it otherwise says so."""
    first = small_set["customers"][0]
    assert isinstance(first, Customer)
    assert first.annual_value is None
    mapping = hubspot.preset().with_fields("company", annual_value="annualrevenue")
    changed = hubspot.read(data / "hubspot_jira_zendesk" / "hubspot_company.csv", mapping=mapping, currency="USD")
    assert str(changed["customers"][0].annual_value) == "10,000,000.00 USD"  # type: ignore[union-attr]


def test_rows_of_the_wide_set(wide_set: Import) -> None:
    """Of 864 rows 404 are used; 52 link rows dangle (the set is a cut), 408 hold nothing alignkit has a place for."""
    report = wide_set.report
    assert (report.read, report.used, report.refused, report.skipped) == (864, 404, 52, 408)
    found = counts(report)
    assert len(found) == 39
    assert found["company_data.csv"] == (24, 24, 0, 0)
    assert found["contact_data.csv"] == (22, 22, 0, 0)
    assert found["deal_data.csv"] == (44, 44, 0, 0)
    assert found["ticket_data.csv"] == (25, 25, 0, 0)
    assert found["engagement_meeting_data.csv"] == (100, 100, 0, 0)
    assert found["deal_contact_data.csv"] == (11, 0, 11, 0)
    assert found["ticket_company_data.csv"] == (9, 0, 9, 0)
    assert found["deal_pipeline_stage_data.csv"] == (71, 69, 0, 2)
    assert found["company_property_history_data.csv"] == (100, 0, 0, 100)
    assert found["engagement_task_data.csv"] == (2, 0, 0, 2)


def test_issues_of_the_wide_set(wide_set: Import) -> None:
    """Addresses are hashes, so 22 are no e-mail addresses; 4 ticket categories and 2 stages are unknown."""
    assert wide_set.report.by_code == {"DanglingReference": 52, "TypeRejected": 22, "UnknownValue": 6}
    assert {name: len(facts) for name, facts in wide_set.entities.items()} == {
        "customers": 24,
        "contacts": 22,
        "interactions": 104,
        "needs": 25,
        "opportunities": 44,
    }


def test_tickets_of_the_wide_set(wide_set: Import) -> None:
    """A ticket is settled when its stage or its closing date says so; an unknown stage is kept."""
    needs = [fact for fact in wide_set["needs"] if isinstance(fact, Need)]
    assert Counter(need.status for need in needs) == {"delivered": 22, "open": 1, "7970058": 1, "1626129": 1}
    assert needs[0].answered_at == datetime(2021, 2, 17, 21, 59, 58, tzinfo=UTC)


def test_moments_with_short_hours(wide_set: Import) -> None:
    """Hours that are not padded are read, in UTC as the loader writes them."""
    meeting = next(fact for fact in wide_set["interactions"] if fact.id == "hubspot:engagement:3416212491")
    assert isinstance(meeting, Interaction)
    assert meeting.occurred_at == datetime(2019, 9, 26, 13, 0, tzinfo=UTC)
    assert (meeting.kind, meeting.direction) == ("meeting", None)


def test_pages_of_the_api(data: Path) -> None:
    """Pages of API v3: 8 records used; contacts 1 and 51 stand in two pages that differ, so the second is refused."""
    result = hubspot.read(data / "payloads" / "hubspot_api", currency="USD")
    assert counts(result.report) == {
        "companies_data.json": (2, 2, 0, 0),
        "contacts_data.json": (2, 2, 0, 0),
        "contacts_with_history.json": (2, 0, 2, 0),
        "deals_data.json": (2, 2, 0, 0),
        "tickets_data.json": (2, 2, 0, 0),
        "contacts_properties.json": (283, 0, 0, 283),
        "products_data.json": (2, 0, 0, 2),
        "quotes_data.json": (1, 0, 0, 1),
    }
    assert result.report.by_code == {"DuplicateSourceKey": 2}
    company = result["customers"][1]
    assert isinstance(company, Customer)
    assert (company.name, company.domains) == ("U.S. Food and Drug Administration", ("fda.gov",))
    assert [str(deal.amount) for deal in result["opportunities"]] == ["500.00 USD", "3,233.00 USD"]  # type: ignore[union-attr]
    needs = [fact for fact in result["needs"] if isinstance(fact, Need)]
    assert [(need.title, need.status, need.severity) for need in needs] == [
        ("Barry Smallridge", "open", 4),
        ("Griffith Ticehurst", "delivered", 4),
    ]
