"""What people declare beside what was computed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest

import alignkit as ak
from alignkit.errors import NotFoundError, ValidationError
from alignkit.live.overrides import declared, declared_history
from alignkit.sql import SqlStore
from alignkit.stores import MemoryStore
from alignkit.stores.overrides import Override

START = datetime(2026, 3, 1, tzinfo=UTC)


def day(number: float) -> datetime:
    """A day after the first of March 2026."""
    return START + timedelta(days=number)


@ak.rule(dimension="completion")
def work_is_done(project: ak.ProjectView) -> ak.Score:
    """The planned work is done."""
    return project.progress


POLICY = ak.Policy([work_is_done], dimensions={"completion": 1})


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A store with a project that is computed red, and declared on track."""
    made: Any = MemoryStore() if request.param == "memory" else SqlStore.open("sqlite://")
    facts = [
        ak.Project(id="P", name="Pump", progress=0.2, health="on_track"),
        ak.Project(id="Q", name="Q", progress=1.0),
    ]
    made.upsert(facts, at=day(0))
    yield made
    made.close()


def override(**values: Any) -> Override:
    """Amber until day 10, on project P."""
    fixed = {"kind": "project", "id": "P", "band": "amber", "reason": "Parts arrive", "author": "ana"}
    return Override(**{**fixed, "made_at": day(1), "expires_at": day(10), **values})


def test_both_are_shown_and_neither_wins(store: Any) -> None:
    """The assessment stays as computed; the view says what is declared, by whom and why, and that they disagree."""
    store.overrides.append(override())
    assessment = POLICY.assess(store, now=day(2))
    rows = {kind: dict(found) for kind, found in assessment.rows.items()}
    found = declared(assessment, store)
    one = found.of("project", "P")
    assert (one.computed_band, one.declared_health, one.override.band) == ("red", "on_track", "amber")  # type: ignore[union-attr]
    assert (one.divergence, one.disagrees, found.disagreeing) == (2, True, (one,))
    assert found.of("project", "Q").override is None
    assert {kind: dict(found) for kind, found in assessment.rows.items()} == rows
    assert assessment.of("project", "P").band == "red"
    assert "Parts arrive (ana)" in str(found._repr_html_())


def test_an_expired_override_has_no_effect(store: Any) -> None:
    """It holds from the moment it was made until it expires, which is exclusive; it stays in the log."""
    store.overrides.append(override())
    at = [0.9, 1, 9.9, 10]
    held = [declared(POLICY.assess(store, now=day(n)), store).of("project", "P").override is not None for n in at]
    assert held == [False, True, True, False]
    assert store.overrides.list() == (override(),)


def test_the_last_one_counts_and_may_be_taken_back(store: Any) -> None:
    """Of several the one made last holds; once withdrawn, the one before it holds again, and both stay in the log."""
    later = override(band="green", made_at=day(3), reason="Customer agreed")
    store.overrides.append(override(), later)
    taken = store.overrides.withdraw("project", "P", author="bo", at=day(5), reason="Not so")
    assert (taken.reason, taken.withdrawn.author, taken.ends_at) == ("Customer agreed", "bo", day(5))
    bands = [declared(POLICY.assess(store, now=day(n)), store).of("project", "P").override.band for n in (2, 4, 6)]  # type: ignore[union-attr]
    assert bands == ["amber", "green", "amber"]
    assert store.overrides.list() == (override(), taken)
    with pytest.raises(NotFoundError):
        store.overrides.withdraw("project", "Q", author="bo", at=day(5))


def test_the_record_has_both(store: Any) -> None:
    """The recorded scores of the past come with what was declared then."""
    store.overrides.append(override())
    for number in (0.5, 2, 12):
        store.record(POLICY.assess(store, now=day(number)))
    found = declared_history(store, "project", "P")
    assert [(one.recorded.band, one.override and one.override.band) for one in found] == [
        ("red", None),
        ("red", "amber"),
        ("red", None),
    ]


def test_an_override_of_nobody_is_a_stray(store: Any) -> None:
    """One of a subject that was not assessed is listed, and the table has a row for each subject of the others."""
    store.overrides.append(override(id="gone"), override())
    found = declared(POLICY.assess(store, now=day(2)), store)
    assert [one.id for one in found.strays] == ["gone"]
    assert [one.id for one in found] == ["P"]
    assert [column.name for column in found.table("declared").columns][6:9] == [
        "override_band",
        "override_health",
        "reason",
    ]


@pytest.mark.parametrize(
    "wrong",
    [{"reason": " "}, {"author": ""}, {"expires_at": day(1)}, {"band": None}, {"kind": "need"}],
    ids=["no reason", "no author", "no time", "nothing said", "no subject"],
)
def test_an_override_needs_a_reason_an_author_and_an_end(wrong: dict[str, Any]) -> None:
    """Without one of them, or without saying anything, it is refused."""
    with pytest.raises(ValidationError):
        override(**wrong)


def test_tenants_keep_their_own(tmp_path: Any) -> None:
    """An override of one tenant is no other's."""
    url = f"sqlite:///{tmp_path}/company.db"
    with SqlStore.open(url, tenant="a") as a, SqlStore.open(url, tenant="b") as b:
        a.overrides.append(override())
        assert (len(a.overrides.list()), b.overrides.list()) == (1, ())


def test_an_override_is_a_value() -> None:
    """Two of the same words are equal; a health alone is enough."""
    assert override() == override()
    assert attrs.evolve(override(), band=None, health="at_risk").health == "at_risk"
