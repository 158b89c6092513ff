"""Apache OFBiz's own demo data: the truth it holds about customers and projects is recovered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timezone
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from alignkit.domain import Contact, Customer, Interaction, Need, Opportunity, Project, Task
from alignkit.errors import ImporterError
from alignkit.importers import Import, ofbiz

UTC = timezone.utc
Write = Callable[[str, "str | bytes"], Path]
CLIENTS = {"CLIENT_MANAGER", "CLIENT_BILLING"}


@pytest.fixture(scope="module")
def demo(shared_data: Path) -> Import:
    """The import of all six files."""
    return ofbiz.read(shared_data / "ofbiz", zone="UTC")


@pytest.fixture(scope="module")
def part(data: Path) -> Import:
    """The import of the copied part: all but the shop's file, in which one company's name stands."""
    return ofbiz.read(data / "ofbiz", zone="Europe/Amsterdam")


def clients(folder: Path) -> dict[str, list[str]]:
    """The clients of each project in the order of the file, read without our own code."""
    root = ET.parse(folder / "ofbiz" / "ProjectMgrDemoData.xml").getroot()
    found: dict[str, list[str]] = defaultdict(list)
    for row in root.iter("WorkEffortPartyAssignment"):
        if row.get("roleTypeId") in CLIENTS:
            found[row.get("workEffortId", "")].append(row.get("partyId", ""))
    return dict(found)


def test_customers_of_projects(demo: Import, shared_data: Path) -> None:
    """Every project has its first client as customer, and all of them as labels: 9000, 9100 and 9200."""
    truth = clients(shared_data)
    assert truth == {
        "9000": ["DemoCustomer1", "DemoCustomer3"],
        "9100": ["DemoCustomer2", "DemoCustomer3"],
        "9200": ["DemoCustCompany"],
    }
    for project in demo["projects"]:
        assert isinstance(project, Project)
        named = truth[project.id.rpartition(":")[2]]
        assert project.customer_id == f"ofbiz:party:{named[0]}"
        assert project.labels == tuple(f"client:{name}" for name in named)
        assert project.owner == "Peter Manager"


def test_customers_are_parties_in_such_roles(demo: Import) -> None:
    """Accounts and customers count; suppliers, carriers and our own company do not, though they are accounts too."""
    found = {fact.id.rpartition(":")[2]: fact for fact in demo["customers"] if isinstance(fact, Customer)}
    assert set(found) == {
        "sfa100",
        "sfa102",
        "DemoCustomer",
        "DemoCustCompany",
        "DemoCustAgent",
        "EuroCustomer",
        "FrenchCustomer",
        "DemoCustomer1",
        "DemoCustomer2",
        "DemoCustomer3",
    }
    assert (found["DemoCustCompany"].name, found["sfa102"].stage) == ("Demo Customer Company", "prospect")


def test_requests_are_needs(demo: Import) -> None:
    """The three customer requests come from the parties that made them."""
    found = {fact.title: fact for fact in demo["needs"] if isinstance(fact, Need)}
    assert {title: need.customer_id for title, need in found.items()} == {
        "Customer Request Usage": "ofbiz:party:DemoCustomer",
        "Hardware?": "ofbiz:party:DemoCustAgent",
        "Customer Same company": "ofbiz:party:DemoCustomer2",
    }
    hardware = found["Hardware?"]
    assert (hardware.kind, hardware.status) == ("need", "open")
    assert hardware.raised_at == datetime(2008, 7, 21, 11, 45, 31, 928_000, tzinfo=UTC)


def test_contacts_are_whom_customers_employ(demo: Import) -> None:
    """Five people work at a customer; those whom our own company employs are no contacts."""
    found = {fact.name: fact.customer_id for fact in demo["contacts"] if isinstance(fact, Contact)}
    assert found == {
        "ManagerP1 Customer 1": "ofbiz:party:sfa100",
        "ManagerP2 Customer 2": "ofbiz:party:DemoCustCompany",
        "Billing Customer 3": "ofbiz:party:DemoCustCompany",
        "Demo Customer": "ofbiz:party:DemoCustCompany",
        "John Lead": "ofbiz:party:sfa102",
    }


def test_the_copied_part(part: Import) -> None:
    """A party whose name stands in a file that is not there is no customer, and the report says so."""
    found = {fact.id: fact.customer_id for fact in part["projects"] if isinstance(fact, Project)}
    assert found == {
        "ofbiz:work_effort:9000": "ofbiz:party:DemoCustomer1",
        "ofbiz:work_effort:9100": "ofbiz:party:DemoCustomer2",
        "ofbiz:work_effort:9200": None,
    }
    nameless = {issue.reason for issue in part.report.issues if issue.code == "MissingValue"}
    assert nameless == {f"name of ofbiz:party:{name} is nowhere given" for name in ("Company", "DemoCustCompany")}


def test_phases_and_tasks(part: Import) -> None:
    """Phases belong to their project, tasks to their phase and so to its project; skills say the planned hours."""
    tasks = {fact.id.rpartition(":")[2]: fact for fact in part["tasks"] if isinstance(fact, Task)}
    assert sum("phase" in task.labels for task in tasks.values()) == 5
    assert len(tasks) == 14
    task = tasks["9106"]
    assert (task.title, task.status, task.effort_hours) == ("task4", "todo", 40.0)
    assert (task.parent_id, task.project_id) == ("ofbiz:work_effort:9104", "ofbiz:work_effort:9100")
    assert (task.start_on, task.due_on) == (date(2007, 12, 18), date(2007, 12, 20))
    assert all(task.project_id for task in tasks.values())


def test_meetings(part: Import) -> None:
    """Four meetings are touches, in the server's zone; calendars that only publish are none."""
    touches = {fact.subject: fact for fact in part["interactions"] if isinstance(fact, Interaction)}
    assert [touch.kind for touch in touches.values()].count("meeting") == 4
    assert touches["One off Meeting june 12"].occurred_at == datetime(2009, 6, 12, 7, 0, tzinfo=UTC)


def test_without_a_zone(data: Path) -> None:
    """OFBiz writes the server's local time; without a zone it is refused, not guessed."""
    with pytest.raises(ImporterError) as caught:
        ofbiz.read(data / "ofbiz")
    assert caught.value.code == "NaiveTime"


def test_passwords_are_never_read(part: Import) -> None:
    """Logins are left out, whatever stands in them."""
    assert "47b56994cbc2b6d10aa1be30f70165adb305a41a" not in repr(part)


def test_opportunities_and_mail(write: Write) -> None:
    """What the demo data lacks, made after the data model: a sale of an account, and mail to and from its people."""
    path = write(
        "export.xml",
        """<entity-engine-xml>
        <PartyGroup partyId="A" groupName="Seven Ltd"/><PartyRole partyId="A" roleTypeId="ACCOUNT"/>
        <Person partyId="P" firstName="Ann" lastName="Lee"/>
        <PartyRelationship partyIdFrom="A" partyIdTo="P" roleTypeIdFrom="ACCOUNT" roleTypeIdTo="CONTACT"
            partyRelationshipTypeId="EMPLOYMENT"/>
        <SalesOpportunity salesOpportunityId="1" opportunityName="Big" opportunityStageId="SOSTG_CLOSED"
            estimatedAmount="1200.50" currencyUomId="EUR"/>
        <SalesOpportunityRole salesOpportunityId="1" partyId="A" roleTypeId="ACCOUNT"/>
        <CommunicationEvent communicationEventId="1" communicationEventTypeId="EMAIL_COMMUNICATION" partyIdFrom="P"
            partyIdTo="admin" subject="Hello" entryDate="2026-01-01 09:00:00.0"/>
        <CommunicationEvent communicationEventId="2" communicationEventTypeId="PHONE_COMMUNICATION" partyIdFrom="admin"
            partyIdTo="P" subject="Back" entryDate="2026-01-02 09:00:00.0"/>
        </entity-engine-xml>""",
    )
    result = ofbiz.read(path, zone="UTC")
    (sale,) = result["opportunities"]
    assert isinstance(sale, Opportunity)
    assert (sale.stage, str(sale.amount), sale.customer_id) == ("won", "1,200.50 EUR", "ofbiz:party:A")
    touches = [fact for fact in result["interactions"] if isinstance(fact, Interaction)]
    assert [(t.kind, t.direction, t.customer_id) for t in touches] == [
        ("email", "inbound", "ofbiz:party:A"),
        ("call", "outbound", "ofbiz:party:A"),
    ]
    assert result.report.issues == ()
