"""Files in alignkit's own words: no mapping, and the same strictness."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import date, datetime, timezone
from pathlib import Path

import pytest

from alignkit import Portfolio
from alignkit.domain import CheckIn, Customer, Interaction, Objective
from alignkit.errors import ImporterError, MissingExtraError
from alignkit.importers import Preset, describe, generic, merge

Write = Callable[[str, "str | bytes"], Path]


def test_files_of_every_kind_in_one_folder(write: Write) -> None:
    """CSV, JSON and JSON lines together make one portfolio, tied by their keys."""
    write("customers.csv", "ID,Name,Domains,Contract end on\n7,Harbour,a.example;b.example,2026-12-31\n")
    write("objectives.json", json.dumps({"objectives": [{"id": "O1", "title": "Grow", "customer_id": 7}]}))
    write("projects.jsonl", '{"id": "P1", "name": "Alpha", "customerId": "7", "labels": ["x", "y"]}\n')
    write("contributions.csv", "project_id,objective_id,weight\nP1,O1,2\n")
    folder = write("check_ins.csv", "objective_id,occurred_at,value\nO1,2026-03-01T10:00:00Z,3\n").parent
    result = generic.read(folder, system="erp")
    assert result.report.issues == ()
    portfolio = Portfolio(**merge(result))  # type: ignore[arg-type]
    assert portfolio.projects is not None
    assert len(portfolio.projects) == 1
    (customer,) = (fact for fact in result["customers"] if isinstance(fact, Customer))
    assert (customer.id, customer.domains, customer.contract_end_on) == (
        "erp:customer:7",
        ("a.example", "b.example"),
        date(2026, 12, 31),
    )
    (objective,) = (fact for fact in result["objectives"] if isinstance(fact, Objective))
    (check_in,) = (fact for fact in result["check_ins"] if isinstance(fact, CheckIn))
    assert (objective.customer_id, check_in.objective_id) == (customer.id, objective.id)


def test_rows_by_collection() -> None:
    """Rows that a program holds need no file."""
    touch = {"id": 1, "occurred_at": "2026-03-01T10:00:00", "kind": "call", "needs_answer": True}
    result = generic.read({"interactions": [touch]}, zone="Europe/Berlin")
    (fact,) = (fact for fact in result["interactions"] if isinstance(fact, Interaction))
    assert fact.occurred_at == datetime(2026, 3, 1, 9, tzinfo=timezone.utc)
    assert fact.needs_answer is True


def test_text_is_no_number_where_numbers_can_stand() -> None:
    """JSON can hold a number, so text for one is refused; the mapping may allow it."""
    rows = {"projects": [{"id": 1, "name": "A", "progress": "0.5"}]}
    (issue,) = generic.read(rows).report.issues
    assert (issue.code, issue.path) == ("TypeRejected", "$[0].progress")
    lenient = generic.preset().with_table("projects", text_numbers=True)
    assert generic.read(rows, mapping=lenient)["projects"][0].progress == 0.5  # type: ignore[union-attr]


def test_a_file_whose_name_says_nothing(write: Write) -> None:
    """The caller may say what a file holds; a collection that is none is told with the nearest."""
    path = write("export.csv", "id,name\n1,A\n")
    assert len(generic.read(path, collection="projects")["projects"]) == 1
    with pytest.raises(ImporterError) as caught:
        generic.read(path)
    assert caught.value.code == "MappingMismatch"
    with pytest.raises(ImporterError, match="nearest 'projects'"):
        generic.read(path, collection="project")


def test_a_needed_column_that_is_not_there(write: Write) -> None:
    """The error names the column and the nearest that is there."""
    with pytest.raises(ImporterError) as caught:
        generic.read(write("needs.csv", "id,title,raised\n1,A,2026-01-01T00:00Z\n"))
    assert (caught.value.code, caught.value.source) == ("MissingColumn", "needs.csv")
    assert "'raised_at' is not there; nearest 'raised'" in caught.value.reason


def test_every_field_is_read() -> None:
    """Each field of each collection has its column, but for what the key and the store make."""
    told = {(field.collection, field.field) for field in describe(generic.preset())}
    assert ("tasks", "baseline_due_on") in told
    assert ("customers", "annual_value") in told
    assert not {field for _, field in told} & {"id", "external_refs", "version"}
    assert isinstance(generic.preset("erp"), Preset)


def test_workbooks_without_the_extra(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without openpyxl a workbook is refused with the extra that brings it."""
    openpyxl = pytest.importorskip("openpyxl")
    book, path = openpyxl.Workbook(), write("projects.xlsx", b"")
    book.active.append(["id", "name"])
    book.save(path)
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(MissingExtraError, match=r"alignkit\[excel\]"):
        generic.read(path)
