"""Moqui HiveMind's own demo data: the truth it holds about customers, projects and needs is recovered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timezone
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from alignkit.domain import Contact, Contribution, Customer, Interaction, Money, Need, Objective, Project, Task
from alignkit.errors import ImporterError
from alignkit.importers import Import, hivemind

UTC = timezone.utc
Write = Callable[[str, "str | bytes"], Path]
FRONT = "hivemind:work_effort:"


@pytest.fixture(scope="module")
def demo(data: Path) -> Import:
    """The import of both files."""
    return hivemind.read(data / "hivemind", zone="America/Denver")


def attributes(data: Path, kind: str) -> list[dict[str, str]]:
    """Attributes of all elements of a kind, read without our own code."""
    files = sorted((data / "hivemind").glob("*.xml"))
    roots = [ET.parse(path).getroot() for path in files]
    return [element.attrib for root in roots for element in root.iter() if element.tag.rpartition(".")[2] == kind]


def test_customers_of_projects(demo: Import, data: Path) -> None:
    """Every project has the customer that its parties name as such: HM is ORG_ACME's."""
    truth = {
        FRONT + row["workEffortId"]: f"hivemind:party:{row['partyId']}"
        for row in attributes(data, "WorkEffortParty")
        if row["roleTypeId"] == "Customer"
    }
    found = {fact.id: fact.customer_id for fact in demo["projects"] if isinstance(fact, Project)}
    assert found == truth == {"hivemind:work_effort:HM": "hivemind:party:ORG_ACME"}


def test_customers_are_parties_in_that_role(demo: Import) -> None:
    """Four parties are customers, two of them nested in their files; suppliers, teams and our own are none."""
    assert {fact.id.rpartition(":")[2]: fact.name for fact in demo["customers"] if isinstance(fact, Customer)} == {
        "ORG_ACME": "Another Company Making Everything",
        "ORG_BLUTH": "Bluth Corp",
        "CustJqp": "Joe Public",
        "JoeDist": "Joe & Joe's Distributing",
    }


def test_contacts_represent_customers(demo: Import) -> None:
    """People who represent a customer are its contacts; our own people are none."""
    found = {fact.name: fact.customer_id for fact in demo["contacts"] if isinstance(fact, Contact)}
    acme, bluth = "hivemind:party:ORG_ACME", "hivemind:party:ORG_BLUTH"
    assert found == {"Bob Acme": acme, "Sheldon Acme": acme, "Gob Bluth": bluth}


def test_the_project(demo: Import) -> None:
    """Name, key, budget, manager and status are there."""
    (project,) = demo["projects"]
    assert isinstance(project, Project)
    assert (project.name, project.key, project.status) == ("HiveMind PM Build Out", "HM", "active")
    assert (project.budget, project.owner) == (Money(10_000, "USD"), "John Doe")


def test_milestones_are_objectives(demo: Import) -> None:
    """A milestone is what its tasks are for: it serves the project's customer, and the project contributes to it."""
    objectives = [fact for fact in demo["objectives"] if isinstance(fact, Objective)]
    assert [(o.title, o.due_on, o.status) for o in objectives] == [
        ("HM Milestone 1", date(2013, 3, 17), "open"),
        ("HM Milestone 2", date(2013, 3, 31), "open"),
        ("HM Milestone 3", date(2013, 4, 14), "open"),
    ]
    assert {o.customer_id for o in objectives} == {"hivemind:party:ORG_ACME"}
    edges = {(c.project_id, c.objective_id) for c in demo["contributions"] if isinstance(c, Contribution)}
    assert edges == {("hivemind:work_effort:HM", o.id) for o in objectives}


def test_tasks(demo: Import, data: Path) -> None:
    """Each task knows its project, milestone, parent, planned hours and who does it."""
    tasks = {fact.id.rpartition(":")[2]: fact for fact in demo["tasks"] if isinstance(fact, Task)}
    assert len(tasks) == 9
    assert {task.project_id for task in tasks.values()} == {"hivemind:work_effort:HM"}
    truth = {
        row["toWorkEffortId"]: f"hivemind:milestone:{row['workEffortId']}"
        for row in attributes(data, "WorkEffortAssoc")
        if row["workEffortAssocTypeEnumId"] == "WeatMilestone"
    }
    assert {name: task.objective_id for name, task in tasks.items()} == truth
    four = tasks["HM-004"]
    assert (four.parent_id, four.effort_hours, four.assignee) == ("hivemind:work_effort:HM-001", 20.0, "John Doe")
    assert (four.status, tasks["HM-003"].status) == ("in_progress", "todo")


def test_requests_are_needs(demo: Import, data: Path) -> None:
    """A request is a need; the task that answers it is told from both sides, the first named one counts."""
    first, second = (fact for fact in demo["needs"] if isinstance(fact, Need))
    assert (first.title, first.status) == ("Add Create Request on dashboard", "in_progress")
    assert (first.customer_id, second.customer_id) == ("hivemind:party:ORG_ACME", None)
    assert first.raised_at == datetime(2010, 2, 3, 8, 0, tzinfo=UTC)
    assert first.due_on == date(2013, 7, 31)
    pairs = {(row["requestId"], row["workEffortId"]) for row in attributes(data, "RequestWorkEffort")}
    for need in (first, second):
        assert need.task_id is not None
        assert (need.id.rpartition(":")[2], need.task_id.rpartition(":")[2]) in pairs
    answered = {fact.id.rpartition(":")[2]: fact.need_id for fact in demo["tasks"] if isinstance(fact, Task)}
    assert (answered["HM-007"], answered["HM-004"], answered["HM-001"]) == (first.id, first.id, None)


def test_comments_are_touches(demo: Import) -> None:
    """A comment of a customer's contact comes in, one to it goes out; replies belong to their thread's project."""
    touches = {fact.id.rpartition(":")[2]: fact for fact in demo["interactions"] if isinstance(fact, Interaction)}
    directions = {name: touch.direction for name, touch in touches.items()}
    assert directions == {
        "HM-004-01": None,
        "HM-004-01-A": "inbound",
        "HM-004-01-A1": "outbound",
        "HM-004-01-A1A": "inbound",
        "HM-004-01-B": "inbound",
        "HM-004-02": "inbound",
    }
    assert {touch.project_id for touch in touches.values()} == {"hivemind:work_effort:HM"}
    angry = touches["HM-004-02"]
    assert (angry.subject, angry.customer_id) == ("Why isn't this working yet?!?", "hivemind:party:ORG_BLUTH")
    assert angry.occurred_at == datetime(2013, 3, 5, 0, 0, tzinfo=UTC)


def test_without_a_zone(data: Path) -> None:
    """Moqui writes the server's local time; without a zone it is refused, not guessed."""
    with pytest.raises(ImporterError) as caught:
        hivemind.read(data / "hivemind")
    assert caught.value.code == "NaiveTime"


def test_passwords_are_never_read(demo: Import) -> None:
    """Logins and means of payment are left out, whatever stands in them."""
    text = repr(demo)
    assert "16ac58bbfa332c1c55bd98b53e60720bfa90d394" not in text
    assert "4111111111111111" not in text


def test_who_is_no_longer(write: Write) -> None:
    """A party that has left a project is not its customer."""
    path = write(
        "data.xml",
        """<entity-facade-xml>
        <mantle.party.Organization partyId="A" organizationName="Seven Ltd"/>
        <mantle.party.PartyRole partyId="A" roleTypeId="Customer"/>
        <mantle.work.effort.WorkEffort workEffortId="P" workEffortTypeEnumId="WetProject" workEffortName="P"/>
        <mantle.work.effort.WorkEffortParty workEffortId="P" partyId="A" roleTypeId="Customer"
            fromDate="1265184000000" thruDate="1265184000001"/>
        </entity-facade-xml>""",
    )
    result = hivemind.read(path)
    assert [project.customer_id for project in result["projects"]] == [None]  # type: ignore[union-attr]
    assert {table.table: dict(table.skipped_by) for table in result.report.tables}["work_effort_party"] == {
        "no longer": 1
    }
