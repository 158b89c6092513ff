"""What a set of facts must hold to be a portfolio."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import pytest

from alignkit.domain import CheckIn, Contribution, Customer, Interaction, Objective, Project, Task
from alignkit.errors import CycleError, DanglingReferenceError, DuplicateError, PortfolioError, ValidationError
from alignkit.portfolio import Portfolio

NOW = datetime(2026, 3, 31, tzinfo=timezone.utc)
ACME = Customer(id="C-1", name="Acme")


def project(id: str, **fields: Any) -> Project:
    """A project with a name."""
    return Project(id=id, name=f"Project {id}", **fields)


def objective(id: str, parent_id: str | None = None) -> Objective:
    """An objective with a title."""
    return Objective(id=id, title=f"Objective {id}", parent_id=parent_id)


def faults(**facts: Any) -> tuple[Exception, ...]:
    """What is wrong with these facts."""
    with pytest.raises(PortfolioError) as caught:
        Portfolio(**facts)
    return caught.value.faults


def test_omitted_is_unknown_and_empty_is_none() -> None:
    """A collection that was left out is None, an empty one is empty."""
    portfolio = Portfolio(customers=[ACME], tasks=[])

    assert portfolio.customers == (ACME,)
    assert portfolio.tasks == ()
    assert portfolio.projects is None
    assert portfolio.given == {"customers", "tasks"}


def test_any_iterable_will_do() -> None:
    """Generators, sets and dictionary values are as good as lists."""
    made = Portfolio(customers=(c for c in [ACME]), projects={project("P-1")}, tasks={}.values())

    assert made == Portfolio(customers=[ACME], projects=[project("P-1")], tasks=[])


def test_ids_are_unique_within_a_kind() -> None:
    """An id that appears twice is one fault, however often it appears; other kinds may share it."""
    (fault,) = faults(projects=[project("X"), project("X"), project("X")], customers=[Customer(id="X", name="X")])

    assert isinstance(fault, DuplicateError)
    assert (fault.kind, fault.key) == ("project", "X")


def test_a_collection_holds_one_class() -> None:
    """What is not of the collection's class is refused with its position."""
    first, second = faults(projects=[project("P-1"), ACME, "P-2"])

    assert isinstance(first, ValidationError)
    assert (first.path, first.value) == ("$.projects[1]", ACME)
    assert isinstance(second, ValidationError)
    assert "$.projects[2]: expected Project, got str 'P-2'" in str(second)


def test_positions_count_from_the_start() -> None:
    """The position of a fault is that in the whole list, however long it is."""
    many = [project(f"P-{n}") for n in range(2_000)]
    (fault,) = faults(projects=[*many, ACME])

    assert isinstance(fault, ValidationError)
    assert fault.path == "$.projects[2000]"


def test_faults_of_a_source_are_its_own() -> None:
    """What a generator raises while it is gone through reaches the caller unchanged."""

    def broken() -> Iterator[Project]:
        yield project("P-1")
        raise TypeError("the source broke")

    with pytest.raises(TypeError, match="the source broke"):
        Portfolio(projects=broken())


def test_a_collection_is_iterable() -> None:
    """One fact where a list of them is expected is refused in words."""
    (fault,) = faults(customers=ACME)

    assert str(fault).startswith("$.customers: expected a list of Customer, got Customer")


def test_a_subclass_is_one_of_them() -> None:
    """Facts of a host's own subclass stand beside the others."""

    class Account(Customer):
        pass

    account = Account(id="C-2", name="Apex")

    assert Portfolio(customers=[ACME, account]).customers == (ACME, account)


def test_references_lead_somewhere() -> None:
    """A reference into a given collection that leads nowhere is a fault, with both ends named."""
    (fault,) = faults(customers=[ACME], projects=[project("P-1", customer_id="C-1"), project("P-2", customer_id="C-9")])

    assert isinstance(fault, DanglingReferenceError)
    assert (fault.kind, fault.id, fault.field) == ("project", "P-2", "customer_id")
    assert (fault.target_kind, fault.target_id) == ("customer", "C-9")


def test_references_into_the_unknown_are_no_fault() -> None:
    """A reference into a collection that was not given says nothing wrong."""
    portfolio = Portfolio(projects=[project("P-1", customer_id="C-9")])

    assert portfolio.children("projects", "customer_id").keys() == {"C-9"}


def test_all_faults_come_at_once() -> None:
    """Classes, ids, references and cycles are all reported together."""
    found = faults(
        customers=[ACME, ACME],
        projects=[project("P-1", customer_id="C-9"), 5],
        objectives=[objective("O-1", "O-2"), objective("O-2", "O-1")],
    )

    assert {type(fault) for fault in found} == {DuplicateError, ValidationError, DanglingReferenceError, CycleError}


def test_parents_form_no_cycle() -> None:
    """Each cycle is reported once, from its smallest id, without what merely leads into it."""
    chain = [objective("C", "B"), objective("A", "C"), objective("B", "A"), objective("D", "A"), objective("E", "E")]

    first, second = faults(objectives=chain)

    assert isinstance(first, CycleError)
    assert first.cycle == ("A", "C", "B", "A")
    assert isinstance(second, CycleError)
    assert second.cycle == ("E", "E")


def test_a_long_chain_of_parents_is_no_cycle() -> None:
    """Depth costs neither recursion nor squares."""
    tasks = [Task(id=str(n), title="Step", parent_id=str(n - 1) if n else None) for n in range(20_000)]

    assert len(Portfolio(tasks=reversed(tasks))) == 20_000


def test_unlinking_reads_them_as_unknown() -> None:
    """With `unlink`, loose references become None, edges without an end are left out, and all are listed."""
    portfolio = Portfolio(
        customers=[ACME],
        projects=[project("P-1", customer_id="C-9")],
        objectives=[],
        contributions=[Contribution(project_id="P-1", objective_id="O-9")],
        check_ins=[CheckIn(id="K-1", objective_id="O-9", occurred_at=NOW)],
        interactions=[Interaction(id="I-1", occurred_at=NOW, customer_id="C-1", project_id="P-9")],
        dangling="unlink",
    )

    assert portfolio.projects == (project("P-1"),)
    assert portfolio.contributions == ()
    assert portfolio.check_ins == ()
    assert portfolio.interactions == (Interaction(id="I-1", occurred_at=NOW, customer_id="C-1"),)
    assert dict(portfolio.children("interactions", "project_id")) == {}
    assert [(fault.id, fault.field) for fault in portfolio.unlinked] == [
        ("P-1", "customer_id"),
        ("P-1/O-9", "objective_id"),
        ("K-1", "objective_id"),
        ("I-1", "project_id"),
    ]


def test_only_two_words_for_dangling() -> None:
    """A word that is neither `refuse` nor `unlink` is refused."""
    with pytest.raises(ValidationError, match="expected 'refuse' or 'unlink', got 'ignore'"):
        Portfolio(customers=[], dangling="ignore")  # type: ignore[arg-type]
