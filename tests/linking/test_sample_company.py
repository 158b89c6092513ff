"""What linking makes of the sample company's two views of its customers."""

from __future__ import annotations

import csv
import json
from typing import Any

import pytest

from alignkit.domain import Customer, ExternalRef, Project
from alignkit.linking import Links, apply, duplicate_customers, link
from alignkit.sample import company, hubspot_pages


@pytest.fixture(scope="module")
def facts() -> dict[str, Any]:
    """Companies of the CRM, and the sheet of the project tool: a customer and a project for each of its rows."""
    customers, projects = [], []
    for page in hubspot_pages("companies"):
        for record in json.loads(page.read_text("utf-8"))["results"]:
            told, ref = record["properties"], ExternalRef("hubspot", "company", record["id"])
            domains = tuple(filter(None, [told["domain"]]))
            customers.append(Customer(id=record["id"], name=told["name"], domains=domains, external_refs=(ref,)))
    with (company() / "jira" / "project_fields.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            key = row["Project key"]
            refs = [ExternalRef("jira", "customer", key)]
            if row["HubSpot company id"]:
                refs.append(ExternalRef("hubspot", "company", row["HubSpot company id"]))
            if row["Customer"]:
                domains = tuple(filter(None, [row["Customer domain"]]))
                stub = Customer(id=f"pm-{key}", name=row["Customer"], domains=domains, external_refs=tuple(refs))
                customers.append(stub)
            projects.append(Project(id=key, name=key, key=key, customer_id=f"pm-{key}" if row["Customer"] else None))
    return {"customers": customers, "projects": projects}


@pytest.fixture(scope="module")
def links(facts: dict[str, Any]) -> Links:
    """The links of the sample company."""
    return link(facts)


def test_every_spelling_finds_its_customer(facts: dict[str, Any], links: Links) -> None:
    """All client projects but the doubtful one belong to a customer of the CRM after linking."""
    done = apply(links, facts).entities
    names = {each.id: each.name for each in done["customers"]}
    owners = {each.id: names[each.customer_id] for each in done["projects"] if each.customer_id}
    assert {key for key, name in owners.items() if name == "Müller & Söhne GmbH"} == {"MSO", "MSP", "MSW"}
    assert {key for key, name in owners.items() if name == "Nordlicht Energie AG"} == {"NLA", "NLC", "NLE"}
    assert {key for key, name in owners.items() if name == "Żubr Transport Sp. z o.o."} == {"ZUB", "ZUT"}
    assert {key for key, name in owners.items() if name == "Moinho de Vento Lda."} == {"MOI", "MOP"}
    assert len(owners) == 28
    assert len(done["customers"]) == 17


def test_aurora_is_left_to_a_person(links: Links) -> None:
    """A project that says only Aurora Systems fits two companies."""
    (case,) = links.ambiguous
    assert {record.name for record in case.records} == {"Aurora Systems", "Aurora Systems Ltd", "Aurora Systems AB"}
    assert {record.id for record in case.records} >= {"pm-AUR"}


def test_all_kinds_of_evidence_occur(links: Links) -> None:
    """Some links rest on a reference, some on a domain, some on the name alone."""
    strongest = [each.evidence[0].kind for each in links.links]
    assert {kind: strongest.count(kind) for kind in strongest} == {"name": 6, "domain": 19, "reference": 2}


def test_no_company_stands_twice_in_the_crm(facts: dict[str, Any]) -> None:
    """Two companies of one name state different domains, so they are not suspected."""
    companies = [each for each in facts["customers"] if each.external_refs[0].system == "hubspot"]
    assert duplicate_customers(companies) == ()
