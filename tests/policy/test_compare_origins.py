"""What made the points between two assessments move: facts, time, the policy, or missing data."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import alignkit as ak
from alignkit.policy.assessment import Assessment
from alignkit.policy.compare import compare
from alignkit.sql import SqlStore
from alignkit.testing import NOW
from alignkit.testing.strategies import portfolios

NEXT_WEEK = NOW + timedelta(days=7)


@ak.rule(dimension="visibility", weight=2, team="crm")
def client_update_is_fresh(project: ak.ProjectView, now: datetime, *, best: float = 0, worst: float = 20) -> ak.Score:
    """The client has heard from us lately."""
    told = ak.latest(i.occurred_at for i in project.interactions if i.kind == "status_update")
    if told is None:
        return 0.0
    return ak.ramp(ak.days_between(told, now), best=best, worst=worst)


@ak.rule(dimension="completion", weight=2)
def work_is_done(project: ak.ProjectView) -> ak.Score:
    """The planned work is done."""
    return project.progress


POLICY = ak.Policy([client_update_is_fresh, work_is_done], dimensions={"visibility": 1, "completion": 1})


def facts(progress: float | None = 0.5, *told_days_ago: float) -> ak.Portfolio:
    """One project with status updates some days before `NOW`."""
    touches = [
        ak.Interaction(id=f"I{n}", kind="status_update", project_id="P", occurred_at=NOW - timedelta(days=n))
        for n in told_days_ago
    ]
    return ak.Portfolio(projects=[ak.Project(id="P", name="P", progress=progress)], interactions=touches)


def told(then: Assessment, now: Assessment, **options: Any) -> dict[str, float]:
    """Points of the project by what made them move."""
    return {origin: micro / 1e6 for origin, micro in compare(then, now, **options).of("project", "P").by_origin.items()}


def test_each_point_has_its_origin() -> None:
    """
    By hand, half the points each: the update ages from 2 to 9 days (90 % to 55 %: -17.5), the work goes from 50 % to
    75 % (+12.5), and the stricter policy counts 9 of 10 days (55 % to 10 %: -22.5).
    """
    strict = POLICY.with_params({"client_update_is_fresh.worst": 10})
    then, now = POLICY.assess(facts(0.5, 2), now=NOW), strict.assess(facts(0.75, 2), now=NEXT_WEEK)
    assert told(then, now) == {"time": -17.5, "evidence": 12.5, "policy": -22.5}
    assert compare(then, now).origins == ("time", "evidence", "policy")


def test_what_happened_meanwhile_is_evidence() -> None:
    """
    A touch between the two moments is new evidence even when the same facts, planned touches included, were judged
    twice: first the old one ages by 7 of 20 days (-17.5), then the new one (4 days old, 80 %) adds 25 of 100 %.
    """
    whole = facts(0.5, 2, -3)
    found = told(POLICY.assess(whole, now=NOW), POLICY.assess(whole, now=NEXT_WEEK))
    assert found == {"time": -17.5, "evidence": 12.5}


def test_data_that_goes_missing_is_told_apart() -> None:
    """Progress that is no longer known takes its points, and the other rule's share grows: both are missing data."""
    then, now = POLICY.assess(facts(0.5, 2), now=NOW), POLICY.assess(facts(None, 2), now=NOW)
    assert told(then, now) == {"missing_data": 20.0}  # 45 + 25 of 100 become 90 of 100
    assert told(then, POLICY.assess(facts(None, 12), now=NOW)) == {"missing_data": 20.0, "evidence": -50.0}


def test_results_without_their_facts_say_so() -> None:
    """An assessment read from JSON cannot be judged again; its points keep their cause, and their origin is unknown."""
    then = Assessment.from_json(POLICY.assess(facts(0.5, 2), now=NOW).to_json())
    now = POLICY.assess(facts(0.75, 2), now=NEXT_WEEK)
    assert told(then, now) == {"unknown": -5.0}
    assert {line.cause for line in compare(then, now).of("project", "P").lines} == {"score"}


def test_a_store_says_what_it_knew_then() -> None:
    """A database's assessments are attributed with the facts as of then; facts that were others count for nothing."""
    with SqlStore.open("sqlite://") as store:
        store.upsert(facts(0.5, 2), at=NOW - timedelta(days=1))
        then = POLICY.assess(store, now=NOW)
        store.upsert(facts(0.75, 2), at=NOW + timedelta(days=3))
        now = POLICY.assess(store, now=NEXT_WEEK)
        assert told(then, now) == {"unknown": -5.0}
        past = store.as_of(NOW)
        assert told(then, now, facts=(past, store.portfolio())) == {"time": -17.5, "evidence": 12.5}
        assert told(then, now, facts=(store.portfolio(), store.portfolio())) == {"unknown": -5.0}


def test_the_text_names_origins_where_there_are_several() -> None:
    """With time and facts both changed each line says which it was; a what-if needs no such word."""
    whole = facts(0.5, 2, -3)
    text = compare(POLICY.assess(whole, now=NOW), POLICY.assess(whole, now=NEXT_WEEK)).text()
    assert "client update is fresh: judged worse (time passed)" in text
    assert "client update is fresh: judged better (facts changed)" in text
    what_if = POLICY.what_if(whole, changes=[ak.Project(id="P", name="P", progress=0.9)], now=NOW)
    assert what_if.origins == ("evidence",)
    assert "facts changed" not in what_if.text()


DEFAULT = ak.Policy.default().with_exchange(
    ak.Exchange("EUR", {"USD": "0.9", "GBP": "1.2", "JPY": "0.006", "CHF": "1.05"})
)
OTHER = DEFAULT.without("status_is_fresh").with_weights({"visibility": 7})
POLICIES = (DEFAULT, OTHER, attrs.evolve(DEFAULT, missing="zero"))


@settings(max_examples=10)
@given(data=st.data())
def test_every_point_is_attributed(data: st.DataObject) -> None:
    """Whatever facts, moments and policies: lines of known origin add up to the difference of every subject exactly."""
    left, right = data.draw(portfolios()), data.draw(portfolios())
    right = data.draw(st.sampled_from([left, right]))
    moments = st.sampled_from([NOW, NEXT_WEEK, NOW + timedelta(days=90), NOW - timedelta(days=30)])
    then = data.draw(st.sampled_from(POLICIES)).assess(left, now=data.draw(moments))
    now = data.draw(st.sampled_from(POLICIES)).assess(right, now=data.draw(moments))
    found = compare(then, now)
    for subject in (*found, found.portfolio):
        assert sum(line.difference_micro for line in subject.lines) == subject.difference_micro
        assert sum(subject.by_origin.values()) == subject.difference_micro
        assert "unknown" not in subject.by_origin
    if then.now == now.now:
        assert not any("time" in subject.by_origin for subject in found)
    if then.policy_version == now.policy_version:
        assert not any("policy" in subject.by_origin for subject in found)


@pytest.mark.parametrize("name", ["subjects", "movements"])
def test_a_table_of_movements_has_origins(name: str) -> None:
    """The table of movements has a column for the origin."""
    whole = facts(0.5, 2, -3)
    table = compare(POLICY.assess(whole, now=NOW), POLICY.assess(whole, now=NEXT_WEEK)).table(name)
    assert ("origin" in [column.name for column in table.columns]) == (name == "movements")
