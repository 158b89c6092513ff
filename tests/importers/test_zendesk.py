"""Zendesk: the landed tables are real; pages of the API are made here from the documented shapes."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timezone
from pathlib import Path

import pytest

from alignkit.domain import Contact, Customer, Interaction, Need
from alignkit.importers import Import, hubspot, jira, merge, zendesk

UTC = timezone.utc


@pytest.fixture(scope="module")
def landed(data: Path) -> Import:
    """The real landed tables, in one folder with those of two other tools."""
    return zendesk.read(data / "hubspot_jira_zendesk")


def test_landed_tables_by_hand(landed: Import) -> None:
    """Of ten tickets three are deleted; every comment is used; the users serve twice: as contacts and to be looked up."""
    assert {(table.table, table.read, table.used, table.refused, table.skipped) for table in landed.report.tables} == {
        ("user_role", 10, 10, 0, 0),
        ("user", 10, 10, 0, 0),
        ("ticket", 10, 7, 0, 3),
        ("comment", 21, 21, 0, 0),
    }
    assert {name: len(facts) for name, facts in landed.entities.items()} == {
        "contacts": 10,
        "interactions": 21,
        "needs": 7,
    }


def test_landed_references_by_hand(landed: Import) -> None:
    """No organization is in the set, so no customer is known. Four comments are on a deleted ticket, one on none."""
    needs = [fact for fact in landed["needs"] if isinstance(fact, Need)]
    touches = [fact for fact in landed["interactions"] if isinstance(fact, Interaction)]
    assert {need.customer_id for need in needs} == {None}
    assert Counter(touch.need_id is None for touch in touches) == {False: 16, True: 5}
    assert Counter(need.status for need in needs) == {"delivered": 7}


def test_three_tools_of_one_workspace_share_no_customer(landed: Import, data: Path) -> None:
    """HubSpot, Jira and Zendesk of one workspace have no common key, and none is made up."""
    folder = data / "hubspot_jira_zendesk"
    merged = merge(hubspot.read(folder), jira.read(folder), landed)
    assert {name: len(facts) for name, facts in merged.items()} == {
        "customers": 9,
        "contacts": 18,
        "interactions": 40,
        "needs": 7,
        "opportunities": 20,
        "tasks": 3,
    }
    assert all(need.customer_id is None for need in merged["needs"])  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def pages() -> Import:
    """An incremental export with its users beside it, organizations, comments and ratings."""
    ticket = {
        "id": 35436,
        "created_at": "2026-07-20T22:55:29Z",
        "type": "incident",
        "subject": "Help, my printer is on fire!",
        "priority": "urgent",
        "status": "open",
        "requester_id": 20978392,
        "organization_id": None,
        "due_at": "2026-08-01T00:00:00Z",
        "problem_id": 9873764,
    }
    users = [
        {"id": 20978392, "name": "Bo Li", "email": "bo@harbour.example", "role": "end-user", "organization_id": 57542},
        {"id": 235323, "name": "Ana", "email": "ana@us.example", "role": "agent", "organization_id": None},
    ]
    organization = {"id": 57542, "name": "Harbour Foods", "domain_names": ["harbour.example", "harbour.test"]}
    comments = [
        {"id": 1, "author_id": 20978392, "body": "Fire!", "public": True, "created_at": "2026-07-20T22:55:29Z"},
        {"id": 2, "author_id": 235323, "body": "Coming", "public": True, "created_at": "2026-07-20T23:00:00Z"},
        {"id": 3, "author_id": 235323, "body": "Again...", "public": False, "created_at": "2026-07-20T23:01:00Z"},
    ]
    ratings = [
        {"id": 7, "score": "bad", "ticket_id": 35436, "requester_id": 20978392, "created_at": "2026-07-22T00:00:00Z"},
        {
            "id": 8,
            "score": "offered",
            "ticket_id": 35436,
            "requester_id": 20978392,
            "created_at": "2026-07-22T00:00:00Z",
        },
    ]
    return zendesk.read(
        {
            "users": {"users": users, "count": 2},
            "organizations": {"organizations": [organization], "next_page": None},
            "tickets": {"tickets": [ticket], "end_of_stream": True},
            "comments": {"comments": comments, "ticket_id": 35436},
            "satisfaction_ratings": {"satisfaction_ratings": ratings},
        }
    )


def test_pages(pages: Import) -> None:
    """An end user is a contact, an agent is one of us; a ticket without an organization is its requester's."""
    (customer,) = (fact for fact in pages["customers"] if isinstance(fact, Customer))
    assert customer.domains == ("harbour.example", "harbour.test")
    assert [contact.name for contact in pages["contacts"] if isinstance(contact, Contact)] == ["Bo Li"]
    (need,) = (fact for fact in pages["needs"] if isinstance(fact, Need))
    assert (need.kind, need.severity, need.status, need.group) == ("complaint", 5, "in_progress", "9873764")
    assert (need.customer_id, need.due_on) == ("zendesk:organization:57542", date(2026, 8, 1))


def test_who_spoke(pages: Import) -> None:
    """A comment is inbound or outbound by its author's role, internal when it is not public; a rating has its scale."""
    touches = [fact for fact in pages["interactions"] if isinstance(fact, Interaction)]
    assert [touch.direction for touch in touches] == ["inbound", "outbound", "internal", "inbound"]
    assert {touch.need_id for touch in touches} == {"zendesk:ticket:35436"}
    assert {touch.customer_id for touch in touches} == {"zendesk:organization:57542"}
    rating = touches[-1]
    assert (rating.survey, rating.satisfaction, rating.scale_low, rating.scale_high) == ("csat", 1.0, 1.0, 5.0)
    assert rating.occurred_at == datetime(2026, 7, 22, tzinfo=UTC)
    assert pages.report.of("rating")[0].skipped_by == {"asked, not answered": 1}
