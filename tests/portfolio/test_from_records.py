"""Facts from plain dictionaries: strict, and all faults at once."""

from __future__ import annotations

from datetime import date, datetime, timezone
from typing import Any

import attrs
import pytest
from hypothesis import given

from alignkit.domain import Contribution, Customer, ExternalRef, Interaction, Money, Project
from alignkit.errors import DanglingReferenceError, DuplicateError, PortfolioError, ValidationError
from alignkit.portfolio import Portfolio
from alignkit.testing.strategies import portfolios


def faults(**records: Any) -> dict[str, str]:
    """Reasons by path."""
    with pytest.raises(PortfolioError) as caught:
        Portfolio.from_records(**records)
    found = {}
    for fault in caught.value.faults:
        assert isinstance(fault, ValidationError)
        found[fault.path] = fault.reason
    return found


def reason(collection: str, field: str, value: Any) -> str:
    """Why one value of an otherwise sound record is refused."""
    sound: dict[str, Any] = {"id": "X", "name": "X", "occurred_at": "2026-01-01T00:00:00Z"}
    wanted = {"projects": ("id", "name"), "interactions": ("id", "occurred_at"), "customers": ("id", "name")}
    record = {name: sound[name] for name in wanted[collection]} | {field: value}
    return faults(**{collection: [record]})[f"$.{collection}[0].{field}"]


def test_json_becomes_facts() -> None:
    """Days, moments, amounts, references and edges are read from what JSON can say."""
    ref = {"system": "hubspot", "kind": "company", "key": "7"}
    portfolio = Portfolio.from_records(
        customers=[{"id": "C-1", "name": "Acme", "annual_value": "1200.50 EUR", "external_refs": [ref]}],
        projects=[{"id": "P-1", "name": "Apex", "due_on": "2026-03-31", "budget": {"amount": "10", "currency": "EUR"}}],
        objectives=[{"id": "O-1", "title": "Grow"}],
        contributions=[{"project_id": "P-1", "objective_id": "O-1"}],
        interactions=[{"id": "I-1", "occurred_at": "2026-03-31T09:30:00+02:00", "told": ["N-1"]}],
    )

    assert portfolio.customers == (
        Customer(
            id="C-1",
            name="Acme",
            annual_value=Money("1200.50", "EUR"),
            external_refs=(ExternalRef("hubspot", "company", "7"),),
        ),
    )
    assert portfolio.projects == (Project(id="P-1", name="Apex", due_on=date(2026, 3, 31), budget=Money(10, "EUR")),)
    assert portfolio.contributions == (Contribution(project_id="P-1", objective_id="O-1"),)
    at = datetime(2026, 3, 31, 7, 30, tzinfo=timezone.utc)
    assert portfolio.interactions == (Interaction(id="I-1", occurred_at=at, told=("N-1",)),)


@given(portfolios(max_projects=2, max_records=2))
def test_facts_taken_apart_come_back(portfolio: Portfolio) -> None:
    """What attrs takes apart, `from_records` puts together."""
    parts: dict[str, Any] = {
        name: [
            {field.name: getattr(record, field.name) for field in attrs.fields(type(record))}
            for record in portfolio.records(name).values()
        ]
        for name in portfolio.given
    }

    assert Portfolio.from_records(**parts) == portfolio


def test_every_fault_of_every_record_comes_at_once() -> None:
    """Five faults in three records of two collections are five errors, each with its path."""
    found = faults(
        projects=[{"id": "P-1", "nam": "Apex", "progress": 1.5}, 5],
        interactions=[{"id": "I-1", "occurred_at": "2026-01-01"}],
    )

    assert found.keys() == {
        "$.projects[0].nam",
        "$.projects[0].progress",
        "$.projects[0].name",
        "$.projects[1]",
        "$.interactions[0].occurred_at",
    }
    assert found["$.projects[0].nam"] == "Project has no field 'nam'; did you mean 'name'?"
    assert found["$.projects[0].name"] == "is missing; it is required"


@pytest.mark.parametrize(
    ("collection", "field", "value"),
    [
        ("projects", "progress", "0.5"),
        ("projects", "progress", True),
        ("projects", "progress", float("nan")),
        ("projects", "progress", float("inf")),
        ("projects", "name", 12),
        ("projects", "labels", "red"),
        ("interactions", "needs_answer", 1),
        ("interactions", "needs_answer", "true"),
        ("projects", "version", 1.0),
        ("projects", "version", True),
        ("projects", "due_on", 20260331),
        ("projects", "due_on", "20260331"),
        ("projects", "budget", 12),
    ],
)
def test_nothing_is_coerced(collection: str, field: str, value: Any) -> None:
    """A value of another type is refused, however plain its meaning."""
    assert reason(collection, field, value).startswith("expected")


def test_moments_need_their_offset() -> None:
    """A moment without a time zone, or without a time, is refused with what would be right."""
    example = "expected a moment with its offset such as '2026-03-31T09:30:00+02:00'"

    assert reason("interactions", "answered_at", "2026-01-01T10:00:00") == (
        f"{example}, got '2026-01-01T10:00:00' without one; say which time zone it is in"
    )
    assert reason("interactions", "answered_at", "2026-01-01") == f"{example}, got only the day '2026-01-01'"
    assert reason("interactions", "answered_at", "yesterday") == f"{example}, got 'yesterday'"
    assert "the calendar ends there" in reason("interactions", "answered_at", "0001-01-01T00:00:00+05:00")


def test_days_are_days_of_the_calendar() -> None:
    """Text that is no day, or has a time, is refused."""
    assert reason("projects", "due_on", "2026-02-30").startswith("expected a day of the calendar, got '2026-02-30'")
    assert reason("projects", "due_on", "2026-02-03T00:00:00Z").startswith("expected a day such as '2026-03-31'")


def test_faults_inside_a_value_have_its_path() -> None:
    """A fault in an amount or a reference is named down to its part."""
    found = faults(
        projects=[
            {"id": "P-1", "name": "A", "budget": {"amount": "x", "currency": "EUR"}},
            {"id": "P-2", "name": "B", "budget": {"amount": "1", "currency": "euro"}},
            {"id": "P-3", "name": "C", "budget": {"amount": 1.5, "currency": "EUR"}},
            {"id": "P-4", "name": "D", "budget": {"ammount": "1", "currency": "EUR"}},
            {"id": "P-5", "name": "E", "budget": {"currency": "EUR"}, "spent": "1,200 EUR"},
            {"id": "P-6", "name": "F", "external_refs": [{"system": "jira", "kind": "", "key": "1"}]},
        ]
    )

    assert found.keys() == {
        "$.projects[0].budget.amount",
        "$.projects[1].budget.currency",
        "$.projects[2].budget.amount",
        "$.projects[3].budget.ammount",
        "$.projects[4].budget.amount",
        "$.projects[4].spent",
        "$.projects[5].external_refs[0].kind",
    }
    assert found["$.projects[3].budget.ammount"].endswith("did you mean 'amount'?")


def test_laws_are_judged_among_the_sound_records() -> None:
    """A reference to a record that was refused is not a second fault; a real one is still found."""
    with pytest.raises(PortfolioError) as caught:
        Portfolio.from_records(
            customers=[{"id": "C-1"}, {"id": "C-2", "name": "Apex"}, {"id": "C-2", "name": "Apex"}],
            projects=[
                {"id": "P-1", "name": "A", "customer_id": "C-1"},
                {"id": "P-2", "name": "B", "customer_id": "C-9"},
            ],
        )
    missing, twice, loose = caught.value.faults

    assert isinstance(missing, ValidationError)
    assert missing.path == "$.customers[0].name"
    assert isinstance(twice, DuplicateError)
    assert twice.key == "C-2"
    assert isinstance(loose, DanglingReferenceError)
    assert loose.target_id == "C-9"


def test_a_collection_is_a_list_of_dictionaries() -> None:
    """One dictionary, or text, in place of the list is refused as a whole."""
    found = faults(projects={"id": "P-1", "name": "A"}, tasks="T-1")

    assert found["$.projects"].startswith("expected a list of dictionaries, got dict")
    assert found["$.tasks"] == "expected a list of dictionaries, got str 'T-1'"


def test_keys_are_text() -> None:
    """A key that is not text is an unknown field, not a crash."""
    assert faults(projects=[{"id": "P-1", "name": "A", 5: 1}]) == {"$.projects[0]": "Project has no field 5"}


def test_an_unknown_collection_gets_its_right_name() -> None:
    """A mistyped collection is a `TypeError` with the nearest name, as for any keyword."""
    with pytest.raises(TypeError, match="knows no collection 'project'; did you mean 'projects'"):
        Portfolio.from_records(project=[])  # type: ignore[call-arg]


def test_unlinking_works_on_records_too() -> None:
    """`dangling="unlink"` is as for portfolios made of facts."""
    made = Portfolio.from_records(
        customers=[], projects=[{"id": "P", "name": "P", "customer_id": "C"}], dangling="unlink"
    )

    assert made.projects == (Project(id="P", name="P"),)
    assert len(made.unlinked) == 1
