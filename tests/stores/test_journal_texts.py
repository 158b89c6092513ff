"""How values read in the journal, and what is taken out of it when a person is erased."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given

from alignkit.domain import Change, Contact, Entity, Money, Task
from alignkit.errors import ValidationError
from alignkit.portfolio import Portfolio
from alignkit.stores.erasure import Person
from alignkit.stores.journal import Stamp, document_of, entries, text_of
from alignkit.stores.kinds import collection_of
from alignkit.testing import NOW, strategies
from alignkit.testing.store_laws.facts import ALL

JANE = Contact(id="K", name="Jane Doe", email="jane@acme.example")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        ("", ""),
        (True, "true"),
        (3, "3"),
        (0.1, "0.1"),
        (date(2026, 3, 1), "2026-03-01"),
        (
            datetime(2026, 3, 1, 1, tzinfo=timezone(timedelta(hours=1))).astimezone(timezone.utc),
            "2026-03-01T00:00:00+00:00",
        ),
        (Money("1E+2", "EUR"), "100 EUR"),
        (("a", "é"), '["a","é"]'),
        ((), "[]"),
    ],
)
def test_values_have_one_text_form(value: object, text: str | None) -> None:
    """Each kind of value reads in the journal as the module says."""
    assert text_of(value) == text


def test_documents_are_the_facts() -> None:
    """Whole facts in the journal are read back equal, whatever their kind."""
    documents: dict[str, Any] = {}
    for fact in ALL:
        documents.setdefault(collection_of(fact), []).append(json.loads(document_of(fact)))
    read = Portfolio.from_records(**documents)
    assert [read.records(collection_of(fact))[fact.id] for fact in ALL] == list(ALL)


@given(strategies.projects())
def test_any_project_survives_its_document(project: Entity) -> None:
    """Awkward text, amounts and numbers come back from the journal as they were."""
    read = Portfolio.from_records(projects=[json.loads(document_of(project))])  # type: ignore[list-item]
    assert read.projects == (project,)


def test_entries_need_a_fact() -> None:
    """A write has a fact before or after."""
    with pytest.raises(ValidationError):
        entries(None, None, Stamp(NOW), str)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Ask JANE DOE, or jane@acme.example.", "Ask [erased], or [erased]."),
        ("jane@acme.example.org", "jane@acme.example.org"),
        ("mary-jane@acme.example", "mary-jane@acme.example"),
        ("Jane Doeson", "Jane Doeson"),
        ("Jane", "Jane"),
        ("", ""),
    ],
)
def test_only_whole_names_are_erased(text: str, clean: str) -> None:
    """A text loses the full name and the address as whole words, whatever their case, and nothing else."""
    assert Person.of(JANE, ()).text(text) == clean


def test_a_single_name_goes_only_when_it_is_all() -> None:
    """A name of one word is erased where it is the whole text, and left where it may be another's."""
    person = Person("K", ["Ann"], [])
    assert [person.text(text) for text in ("ann", " Ann ", "Ann to call")] == ["[erased]", "[erased]", "Ann to call"]


def test_former_names_count() -> None:
    """What the journal says the person was called is erased too."""
    renamed = Change(
        id="1", kind="contact", subject_id="K", field="name", before="Jane Roe", after="Jane Doe", occurred_at=NOW
    )
    person = Person.of(JANE, [renamed])
    assert person.text("Jane Roe") == "[erased]"
    assert (person.entry(renamed).before, person.entry(renamed).after) == ("[erased]", "[erased]")


def test_ids_are_left_alone() -> None:
    """Ids are not rewritten, even where they hold the name."""
    task = Task(id="Jane Doe", title="x", parent_id="Jane Doe")
    assert Person.of(JANE, ()).fact(task) is task


def test_entries_of_other_tools_may_say_anything() -> None:
    """An entry on a whole fact that is no JSON object is text like any other."""
    for text in ("Jane Doe wrote", '["Jane Doe"]', "{"):
        entry = Change(id="1", kind="contact", subject_id="K", field="*", after=text, occurred_at=NOW)
        assert "Jane Doe" not in (Person.of(JANE, [entry]).entry(entry).after or "")
