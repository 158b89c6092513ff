"""What linking says of real data: nothing where nothing is shared, and how much of altered names it finds."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from alignkit.domain import Contact, Customer, ExternalRef, Project
from alignkit.linking import MENTION_RULES, MentionRule, duplicate_customers, link, link_customers


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def named(system: str, kind: str, key: str, name: str, *domains: str) -> Customer:
    """A customer of a system."""
    return Customer(id=f"{system}:{key}", name=name, domains=domains, external_refs=(ExternalRef(system, kind, key),))


def test_hubspot_jira_and_zendesk_share_nothing(shared_data: Path) -> None:
    """Nine companies with hashed names, and whatever the three tools might call a customer, give no link and no case."""
    home = shared_data / "hubspot_jira_zendesk"
    companies = [named("hubspot", "company", r["id"], r["property_name"]) for r in rows(home / "hubspot_company.csv")]
    people = [
        Contact(id=r["id"], email=r["property_email"] or None, customer_id=companies[at % len(companies)].id)
        for at, r in enumerate(rows(home / "hubspot_contact.csv"))
    ]
    requesters = [
        named("zendesk", "user", r["id"], r["name"], r["email"]) for r in rows(home / "zendesk_user.csv") if r["name"]
    ]
    called = sorted({r["property_company"] for r in rows(home / "hubspot_contact.csv")} - {""})
    stubs = [named("jira", "customer", name, name) for name in called]
    keys = sorted({r["key"].partition("-")[0] for r in rows(home / "jira_issue.csv")})
    projects = [Project(id=key, name=f"{key}: work", labels=(f"customer:{key}",)) for key in keys]
    facts: dict[str, Any] = {
        "customers": [*companies, *requesters, *stubs],
        "contacts": people,
        "projects": projects,
    }
    links = link(facts, mention_rules=[*MENTION_RULES, MentionRule("name", until=":")])
    assert len(companies) == 9
    assert len(people) == 8
    assert (links.links, links.ambiguous) == ((), ())
    assert len(links.unlinked) == len(companies) + len(requesters) + len(stubs) + len(projects)


def test_workbench_shares_nothing(shared_data: Path) -> None:
    """200 customers and 300 tasks on 3 boards have no customer in common."""
    home = shared_data / "workbench"
    customers, people = [], []
    for r in rows(home / "customer_relationship_manager_data.csv"):
        customers.append(named("crm", "customer", r["customer_id"], r["customer_name"], r["customer_email"]))
        people.append(Contact(id=r["customer_id"], email=r["customer_email"], customer_id=customers[-1].id))
    tasks = list(rows(home / "project_tasks.csv"))
    owners = sorted({r["assigned_to_email"] for r in tasks})
    stubs = [named("board", "owner", owner, owner.partition("@")[0], owner) for owner in owners]
    boards = sorted({r["board"] for r in tasks})
    projects = [Project(id=board, name=board, customer_id=board) for board in boards]
    links = link({"customers": [*customers, *stubs], "contacts": people, "projects": projects})
    assert (len(customers), len(tasks), len(boards)) == (200, 300, 3)
    assert (links.links, links.ambiguous) == ((), ())


@pytest.fixture(scope="module")
def company_names(shared_data: Path) -> tuple[list[Customer], list[Customer]]:
    """500 company names and their altered versions, the truth being the same id."""
    home = shared_data / "linkage" / "dnb_company_names"
    files = (home / "test_names.csv", home / "adjusted_test_names.csv")
    left, right = ([Customer(id=r[""], name=r["company_name"]) for r in rows(file)] for file in files)
    assert len(left) == len(right) == 500
    assert sum(a.name != b.name for a, b in zip(left, right, strict=True)) == 460
    return left, right


def test_altered_company_names_link_without_a_mistake(company_names: tuple[list[Customer], list[Customer]]) -> None:
    """Of 500 altered names, at least a fifth links by the exact normalised name, and every link is right."""
    links = link_customers(*company_names)
    right = sum(each.left.id == each.right.id for each in links.links)
    assert right == len(links.links)
    assert right >= 100


def test_names_that_differ_in_legal_form_only_are_left_to_people(
    company_names: tuple[list[Customer], list[Customer]],
) -> None:
    """`Stanton LLC` and `Stanton PLC` are two companies: what fits both is a case, and they are suspected duplicates."""
    left, right = company_names
    cases = link_customers(left, right).ambiguous
    assert {candidate.left.name for candidate in cases[0].candidates} == {"Stanton LLC", "Stanton PLC"}
    assert len(cases) == 5
    assert {"Stanton LLC", "Stanton PLC"} <= {
        customer.name
        for each in duplicate_customers(left)
        for customer in left
        if customer.id in (each.left_id, each.right_id)
    }
