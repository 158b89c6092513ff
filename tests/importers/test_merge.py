"""Several imports as one set of facts: the same record is an update, never a second fact."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from alignkit.domain import Contribution, Customer, ExternalRef, Project
from alignkit.importers import Import, Preset, hubspot, jira, merge, objectives, read

Write = Callable[[str, "str | bytes"], Path]


def test_merging_an_import_with_itself_changes_nothing(data: Path) -> None:
    """Importing the same records twice gives the facts of importing them once."""
    once = hubspot.read(data / "hubspot_jira_zendesk")
    twice = merge(once, hubspot.read(data / "hubspot_jira_zendesk"))
    assert twice == merge(once) == dict(once.entities)


def test_a_later_import_updates(small: Preset, write: Write) -> None:
    """The later import wins in the fields its source has columns for, also where it is empty; others stay."""
    first = read(small, write("companies.csv", "id,name,ends,cadence\n1,Old,2026-01-31,7\n2,Other,,\n"))
    second = read(small, write("companies.csv", "id,name,ends\n1,New,\n"))
    merged = merge(first, second)["customers"]
    assert [(c.id, c.name, c.contract_end_on, c.contact_cadence_days) for c in merged] == [  # type: ignore[union-attr]
        ("crm:company:1", "New", None, 7.0),
        ("crm:company:2", "Other", None, None),
    ]


def test_references_between_imports(small: Preset, write: Write) -> None:
    """What one import waits for, another brings, in any order."""
    deals = read(small, write("deals.csv", "id,name,company\n5,Five,77\n"))
    companies = read(small, write("companies.csv", "id,name\n77,Seventy-seven\n"))
    for imports in ((deals, companies), (companies, deals)):
        (deal,) = merge(*imports)["opportunities"]
        assert deal.customer_id == "crm:company:77"  # type: ignore[union-attr]


def test_an_import_unpacks_as_its_collections(small: Preset, write: Write) -> None:
    """`f(**result)` passes the collections, and only the ones that were read."""
    result = read(small, write("companies.csv", "id,name\n"))
    assert dict(**result) == {"customers": []}


def test_names_of_one_system_are_one_fact(data: Path) -> None:
    """A project known by key in one export and by number in another is one project, and issues find it."""
    issues = jira.read(data / "hubspot_jira_zendesk")
    tables = jira.read(data / "jira_tables")
    assert [task.project_id for task in issues["tasks"]] == [None, None, None]  # type: ignore[union-attr]
    merged = merge(issues, tables)
    assert [task.project_id for task in merged["tasks"][:3]] == [  # type: ignore[union-attr]
        "jira:project:TP",
        "jira:project:TP",
        "jira:project:TCP",
    ]


def test_names_in_other_systems_are_left_to_linking() -> None:
    """Two facts of different systems stay two, also when one names the other."""
    ours = Customer(id="hubspot:company:1", name="A", external_refs=(ExternalRef("hubspot", "company", "1"),))
    theirs = Customer(
        id="jira:customer:A",
        name="A",
        external_refs=(ExternalRef("jira", "customer", "A"), ExternalRef("hubspot", "company", "1")),
    )
    empty = jira.read({"projects": [{"id": "1", "key": "P", "name": "P"}]})
    crm = Import(entities={"customers": [ours]}, report=empty.report)
    pm = Import(entities={"customers": [theirs]}, report=empty.report)
    assert merge(crm, pm)["customers"] == [ours, theirs]


def test_edges_find_their_projects(write: Write) -> None:
    """A contribution names its project by key, whether or not the project is imported yet."""
    edges = objectives.read(write("contributions.csv", "Project key,Objective ID,Kind,Weight\nAPX,O-1,support,2\n"))
    (edge,) = edges["contributions"]
    assert isinstance(edge, Contribution)
    assert (edge.project_id, edge.objective_id) == ("jira:project:APX", "objectives:objective:O-1")
    projects = jira.read({"projects": [{"id": "1", "key": "APX", "name": "Apex"}]})
    (project,) = merge(edges, projects)["projects"]
    assert isinstance(project, Project)
    assert project.id == edge.project_id


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_ids_do_not_depend_on_order(small: Preset, write: Write, order: tuple[int, int]) -> None:
    """Ids are made of the reference alone."""
    rows = ["1,A\n", "2,B\n"]
    path = write("deals.csv", "id,name\n" + rows[order[0]] + rows[order[1]])
    assert {deal.id for deal in read(small, path)["opportunities"]} == {"crm:deal:1", "crm:deal:2"}


def test_references_by_another_name(data: Path, write: Write) -> None:
    """A reference that uses another name of a fact is rewritten to the fact's id."""
    edges = objectives.read(write("contributions.csv", "Project key,Objective ID,Kind,Weight\n10008,O-1,,\n"))
    (edge,) = merge(edges, jira.read(data / "jira_tables"))["contributions"]
    assert edge.project_id == "jira:project:TBTP"  # type: ignore[union-attr]


def test_references_by_way_of_others(write: Write) -> None:
    """What a touch's project brings later, its customer, the touch gets at the merge."""
    issues = jira.read(
        write(
            "issues.csv",
            "Summary,Issue key,Issue Type,Project key,Created,Labels\n"
            "Up,A-1,Status Update,A,2026-02-01T09:00:00Z,client\n",
        )
    )
    sheet = jira.read(write("project_fields.csv", "Project key,Customer\nA,Seven\n"))
    (touch,) = merge(issues, sheet)["interactions"]
    assert touch.customer_id == "jira:customer:Seven"  # type: ignore[union-attr]
