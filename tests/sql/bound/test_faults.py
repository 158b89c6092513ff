"""Rows that the domain would refuse: counted, reported, and an error for every rule that reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, Table, insert, update

import alignkit as ak
from alignkit.errors import PortfolioError
from alignkit.policy.faulty import FaultyRows
from alignkit.portfolio import Portfolio
from alignkit.sql import bind
from alignkit.testing import NOW

from .hosts import host, row_of, selected
from .policies import POLICY, codes

ERROR = -3


def facts() -> Portfolio:
    """Two customers with a project each; everything sound."""
    return Portfolio(
        customers=[
            ak.Customer(id="C-1", name="One", tier="A"),
            ak.Customer(id="C-2", name="Two"),
        ],
        projects=[
            ak.Project(id="P-1", name="First", customer_id="C-1", progress=0.5),
            ak.Project(id="P-2", name="Second", customer_id="C-2", progress=0.5),
        ],
        interactions=[
            ak.Interaction(id="I-1", occurred_at=NOW, customer_id="C-1", project_id="P-1"),
            ak.Interaction(id="I-2", occurred_at=NOW, customer_id="C-2", project_id="P-2"),
        ],
        tasks=[
            ak.Task(id="T-1", title="Dig", project_id="P-1", status="done"),
            ak.Task(id="T-2", title="Fill", project_id="P-2"),
        ],
    )


class Host:
    """The host's tables on a connection, to be broken."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.tables: dict[str, Table] = host(connection, facts())

    def set(self, collection: str, id: str, **values: Any) -> None:
        """Write what the domain would not."""
        table = self.tables[collection]
        changed = {f"c_{name}": value for name, value in values.items()}
        self.connection.execute(update(table).where(table.c.c_id == id).values(changed))

    def add(self, collection: str, fact: Any, **values: Any) -> None:
        """Add a row that is a fact but for some values."""
        changed = {f"c_{name}": value for name, value in values.items()}
        self.connection.execute(insert(self.tables[collection]), [row_of(fact, collection) | changed])

    def assess(self) -> ak.Assessment:
        """What the policy says."""
        return POLICY.assess(self.bound(), now=NOW)

    def bound(self) -> Any:
        """The tables, bound."""
        given: dict[str, Any] = {name: selected(table) for name, table in self.tables.items()}
        return bind(self.connection, **given, zone="UTC")


@pytest.fixture
def broken(host_engine: Engine) -> Iterator[Host]:
    """A host whose tables hold sound facts, until a test breaks them."""
    with host_engine.connect() as connection:
        yield Host(connection)
        connection.rollback()


def reasons(assessment: ak.Assessment) -> list[str]:
    """The faults, in words."""
    return [str(fault) for fault in assessment.faults]


def evidence(assessment: ak.Assessment, kind: str, id: str, rule: str) -> dict[str, Any]:
    """What is shown for a rule on a subject."""
    return dict(next(f for f in assessment.of(kind, id).findings if f.rule_id == rule).evidence)


def test_nothing_is_wrong_with_sound_rows(broken: Host) -> None:
    """Sound rows give no faults, and the rows of memory."""
    assessment = broken.assess()
    assert assessment.faults == ()
    assert assessment.rows == POLICY.assess(facts(), now=NOW).rows


def test_a_subject_out_of_bounds_is_an_error_in_every_rule(broken: Host) -> None:
    """Progress of 1.7 makes all rules of that project errors, its parents' too, and leaves the other alone."""
    broken.set("projects", "P-1", progress=1.7)
    assessment = broken.assess()
    assert assessment.faults == (FaultyRows("projects", "progress", "lies outside 0..1", 1),)
    assert set(codes(assessment, "project", "P-1").values()) == {ERROR}
    assert assessment.of("project", "P-1").score is None
    assert assessment.of("project", "P-1").band == "unknown"
    assert ERROR not in codes(assessment, "project", "P-2").values()
    assert codes(assessment, "customer", "C-1") == {
        "spoken_with": 1_000_000,
        "spoken_about_work": ERROR,
        "projects_fine": ERROR,
    }
    assert ERROR not in codes(assessment, "customer", "C-2").values()
    assert codes(assessment, "portfolio", "portfolio") == {"all_named": ERROR, "all_spoken": 1_000_000}


def test_a_refused_record_is_an_error_where_it_is_read(broken: Host) -> None:
    """A task without a title makes the rule on its project's tasks an error, with the number as evidence."""
    broken.set("tasks", "T-1", title=None)
    broken.add("tasks", ak.Task(id="T-3", title="Wait", project_id="P-1"), effort_hours=-1.0)
    assessment = broken.assess()
    assert reasons(assessment) == [
        "tasks: 1 row whose effort_hours lies outside 0..1e+06",
        "tasks: 1 row whose title is missing",
    ]
    found = codes(assessment, "project", "P-1")
    assert {rule for rule, code in found.items() if code == ERROR} == {"tasks_done"}
    assert evidence(assessment, "project", "P-1", "tasks_done") == {"refused tasks": 2}
    assert codes(assessment, "project", "P-2")["tasks_done"] == 0


def test_a_refused_parent_is_an_error_for_those_who_look_at_it(broken: Host) -> None:
    """A blank name of a customer makes rules errors that read the customer, not those that ask whether there is one."""
    broken.set("customers", "C-1", name=" \t")
    assessment = broken.assess()
    assert reasons(assessment) == ["customers: 1 row whose name is blank"]
    found = codes(assessment, "project", "P-1")
    assert found["customer_ranked"] == ERROR
    assert found["has_customer"] == 1_000_000
    assert set(codes(assessment, "customer", "C-1").values()) == {ERROR}
    assert evidence(assessment, "project", "P-1", "customer_ranked") == {"refused customers": 1}
    assert evidence(assessment, "customer", "C-1", "spoken_with") == {"refused customers": 1}


def test_a_dangling_reference_is_counted(broken: Host) -> None:
    """A row that names a project which is not there is an error for the customer whose row it is, and for the whole."""
    broken.set("interactions", "I-1", project_id="P-9")
    assessment = broken.assess()
    assert reasons(assessment) == ["interactions: 1 row whose project_id names projects that are not there"]
    assert codes(assessment, "customer", "C-1")["spoken_with"] == ERROR
    assert codes(assessment, "customer", "C-2")["spoken_with"] == 1_000_000
    assert codes(assessment, "portfolio", "portfolio") == {"all_named": 1_000_000, "all_spoken": ERROR}


def test_a_row_that_is_nobodys_is_an_error_for_the_whole(broken: Host) -> None:
    """A row whose only owner is not there concerns no subject but the portfolio."""
    broken.set("interactions", "I-1", customer_id="C-9", project_id=None)
    assessment = broken.assess()
    assert codes(assessment, "customer", "C-1")["spoken_with"] == 0
    assert codes(assessment, "portfolio", "portfolio")["all_spoken"] == ERROR


def test_repeated_ids_are_one_subject(broken: Host) -> None:
    """Two rows of one id are both refused; the subject is there once, all its rules errors."""
    broken.add("projects", ak.Project(id="P-1", name="Again", customer_id="C-2"))
    assessment = broken.assess()
    assert reasons(assessment) == ["projects: 2 rows whose id appears twice"]
    assert set(codes(assessment, "project", "P-1").values()) == {ERROR}
    assert codes(assessment, "customer", "C-2")["projects_fine"] == ERROR
    assert set(assessment.rows["project"]) == {"P-1", "P-2"}


def test_rows_without_id_are_reported(broken: Host) -> None:
    """A project without an id is no subject, and still an error for its customer and the whole."""
    broken.add("projects", ak.Project(id="P-3", name="Nameless", customer_id="C-2"), id=None)
    assessment = broken.assess()
    assert reasons(assessment) == ["projects: 1 row whose id is missing"]
    assert set(assessment.rows["project"]) == {"P-1", "P-2"}
    assert codes(assessment, "customer", "C-2")["projects_fine"] == ERROR
    assert codes(assessment, "customer", "C-1")["projects_fine"] == 1_000_000
    assert codes(assessment, "portfolio", "portfolio")["all_named"] == ERROR


def test_records_of_refused_records(broken: Host) -> None:
    """A touch about a refused project is sound itself; only who looks at the project through it fails."""
    broken.set("projects", "P-1", name="")
    found = codes(broken.assess(), "customer", "C-1")
    assert found["spoken_with"] == 1_000_000
    assert found["spoken_about_work"] == ERROR


def test_parents_in_a_circle(broken: Host) -> None:
    """Tasks that are each other's parents are refused; a chain of parents is not."""
    broken.add("tasks", ak.Task(id="T-3", title="Wait", project_id="P-2", parent_id="T-2"))
    broken.add("tasks", ak.Task(id="T-4", title="Loop", project_id="P-1", parent_id="T-1"))
    broken.set("tasks", "T-1", parent_id="T-4")
    assessment = broken.assess()
    assert reasons(assessment) == ["tasks: 2 rows whose parent_id leads back to the row itself"]
    assert codes(assessment, "project", "P-1")["tasks_done"] == ERROR
    assert codes(assessment, "project", "P-2")["tasks_done"] == 0


def test_every_row_may_be_wrong(broken: Host) -> None:
    """Where all rows are refused, everything is an error and nothing is missing."""
    for collection in ("customers", "projects"):
        for number in (1, 2):
            broken.set(collection, f"{collection[0].upper()}-{number}", name=None)
    assessment = broken.assess()
    counts = {kind: len(rows) for kind, rows in assessment.rows.items() if rows}
    assert counts == {"project": 2, "customer": 2, "portfolio": 1}
    assert assessment.errors.keys() >= {"has_progress", "spoken_with", "all_named"}


def test_loading_refuses_what_judging_counts(broken: Host) -> None:
    """A portfolio cannot hold refused rows: loading says all of them at once."""
    broken.set("projects", "P-1", progress=-1.0)
    broken.set("tasks", "T-1", title="")
    with pytest.raises(PortfolioError) as raised:
        broken.bound().portfolio()
    assert [getattr(error, "path", "") for error in raised.value.faults] == ["$.projects.progress", "$.tasks.title"]


def test_faults_can_be_counted_alone(broken: Host) -> None:
    """`check` counts every bound collection without judging anything."""
    broken.set("tasks", "T-1", status="  ")
    assert broken.bound().check() == (FaultyRows("tasks", "status", "is blank", 1),)
