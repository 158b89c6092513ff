"""Custom values as facts: what is kept, how it travels, and how it is forgotten."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime

import pytest
from hypothesis import given

import alignkit as ak
from alignkit.domain.custom import EMPTY, Custom, tagged
from alignkit.errors import PortfolioError, ValidationError
from alignkit.policy.horizon import next_change_at
from alignkit.sql.custom_text import custom_read, custom_written
from alignkit.stores import MemoryStore
from alignkit.testing.strategies import customs
from tests.custom_fields.acme import AcmeProject

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@given(customs())
def test_values_survive_every_form(values: dict[str, ak.domain.CustomValue]) -> None:
    """The text of a database, JSON and pickle give the same values of the same types back."""
    kept = Custom(values)
    assert custom_read(custom_written(kept)) == kept
    assert Custom(tagged(kept)) == kept
    assert pickle.loads(pickle.dumps(kept)) == kept


def test_the_type_of_a_value_counts() -> None:
    """1, 1.0 and True are three values, so that a change of sort is a change."""
    assert len({Custom({"a": 1}), Custom({"a": 1.0}), Custom({"a": True})}) == 3


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"Risk": 1.0}, "lower-case"),
        ({"_risk": 1.0}, "lower-case"),
        ({"a b": 1.0}, "lower-case"),
        ({"class": 1.0}, "lower-case"),
        ({"risk": float("nan")}, "finite"),
        ({"risk": [1]}, "expected text"),
        ({"at": datetime(2026, 1, 1)}, "time zone"),
        ({"n": 2**60}, "whole number"),
    ],
)
def test_what_cannot_be_kept_is_refused(values: dict[str, object], says: str) -> None:
    """Names are plain, numbers finite, moments aware; the fault names the field."""
    with pytest.raises(ValidationError, match=says):
        ak.Project(id="P", name="p", custom=values)  # type: ignore[arg-type]


def test_none_and_nothing_are_the_same() -> None:
    """An unknown value is not kept, and a fact without values holds the one empty mapping."""
    assert ak.Project(id="P", name="p", custom={"risk": None}).custom is EMPTY  # type: ignore[dict-item]


def test_records_and_frames_carry_them() -> None:
    """Dictionaries take them under `custom`, tables as columns such as `custom.risk`."""
    record = {"id": "P", "name": "p", "custom": {"risk": 0.5, "go_live_on": {"day": "2026-05-01"}}}
    portfolio = ak.Portfolio.from_records(projects=[record])
    (project,) = portfolio.records("projects").values()
    assert isinstance(project, ak.Project)
    assert project.custom == Custom({"risk": 0.5, "go_live_on": date(2026, 5, 1)})
    pytest.importorskip("pandas")
    frame = portfolio.to_frame("pandas", table="projects")
    assert frame["custom.risk"].tolist() == [0.5]
    assert ak.Portfolio.from_frames(projects=frame).records("projects") == portfolio.records("projects")


def test_a_fault_in_a_record_has_its_path() -> None:
    """A value that cannot be kept is told with the place of the record."""
    with pytest.raises(PortfolioError, match=r"\$\.projects\[0\]\.custom"):
        ak.Portfolio.from_records(projects=[{"id": "P", "name": "p", "custom": {"risk": [1]}}])


def test_the_journal_tells_changes() -> None:
    """A change of a custom value is an entry of the field `custom`, in JSON."""
    store = MemoryStore()
    project = ak.Project(id="P", name="p", custom={"risk": 0.5})
    store.upsert([project], at=NOW)
    store.upsert([ak.Project(id="P", name="p", custom={"risk": 0.75})], at=NOW)
    entry = store.changes().changes[-1]
    assert (entry.field, entry.before, entry.after) == ("custom", '{"risk":0.5}', '{"risk":0.75}')


@ak.rule(dimension="acme")
def is_live(project: AcmeProject, today: date) -> ak.Score:
    """It went live."""
    if project.go_live_on is None:
        return None
    return project.go_live_on <= today


@pytest.mark.parametrize(("value", "turns_at"), [(date(2026, 3, 5), datetime(2026, 3, 5, tzinfo=UTC)), ("soon", None)])
def test_time_turns_custom_days(value: date | str, turns_at: datetime | None) -> None:
    """The next moment at which a subject changes by itself follows from custom days too."""
    policy = ak.Policy([is_live], dimensions={"acme": 1})
    portfolio = ak.Portfolio(projects=[ak.Project(id="P", name="p", custom={"go_live_on": value})])
    assert next_change_at(policy.plan, portfolio, "project", "P", now=NOW).next_change_at == turns_at


def test_erasure_reaches_custom_texts() -> None:
    """A person's name goes from custom texts of facts and of the journal too."""
    store = MemoryStore()
    store.upsert(
        [
            ak.Contact(id="K", name="Ada Lovelace", email="ada@x.org"),
            ak.Project(id="P", name="p", custom={"sponsor": "Ada Lovelace", "note": "ask ada@x.org", "risk": 0.5}),
        ],
        at=NOW,
    )
    store.upsert([ak.Project(id="P", name="p", custom={"sponsor": "Ada Lovelace", "risk": 0.25})], at=NOW)
    store.erase("K", at=NOW)
    assert store.projects.get("P").custom == Custom({"sponsor": "[erased]", "risk": 0.25})
    assert "Lovelace" not in str([(entry.before, entry.after) for entry in store.changes().changes])
    assert "ada@" not in str([(entry.before, entry.after) for entry in store.changes().changes])
