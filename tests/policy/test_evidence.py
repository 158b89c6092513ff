"""What stands behind an outcome: names of the text with their values, and the ids of the records behind them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import alignkit as ak
from alignkit.policy.findings import Finding
from alignkit.testing import NOW, contribution, customer, interaction, objective, portfolio_of, project, task

WORLD = portfolio_of(
    customer(
        id="C-1",
        tier="A",
        projects=[
            project(
                id="P-1",
                progress=0.5,
                due_on=date(2030, 1, 1),
                interactions=[
                    interaction("status_update", id="I-1", direction="outbound", days_ago=9),
                    interaction("status_update", id="I-2", direction="outbound", days_ago=4),
                    interaction("call", id="I-3", direction="inbound", days_ago=1),
                ],
                tasks=[
                    task(id="T-1", status="done", effort_hours=3.0),
                    task(id="T-2", effort_hours=5.0),
                    task(id="T-3", effort_hours=5.0),
                ],
                contributions=[contribution(objective=objective(id="O-1"))],
            ),
            project(id="P-2", progress=None),
        ],
    )
)


def finding(rule: ak.Rule[..., Any], id: str = "P-1", kind: str = "project", *, world: ak.Portfolio = WORLD) -> Finding:
    """What a policy of this rule finds."""
    return ak.Policy([rule], dimensions={"x": 1}).assess(world, now=NOW).of(kind, id).findings[0]


@ak.rule(dimension="x", message="told {told}, {days} days ago, at most {worst}")
def told_lately(project: ak.ProjectView, now: datetime, *, best: float = 3, worst: float = 21) -> ak.Score:
    """Names are evidence."""
    told = ak.latest(i.occurred_at for i in project.interactions if i.kind == "status_update")
    if told is None:
        return 0.0
    days = ak.days_between(told, now)
    return ak.ramp(days, best=best, worst=worst)


def test_locals_are_evidence() -> None:
    """Each local with its value and the record that decided it; thresholds beside them; the message shows both."""
    found = finding(told_lately)
    assert dict(found.evidence) == {"told": NOW - timedelta(days=4), "days": 4.0}
    assert dict(found.records) == {"told": ("I-2",), "days": ("I-2",)}
    assert dict(found.parameters) == {"best": 3.0, "worst": 21.0}
    assert found.message.endswith("4 days ago, at most 21")


def test_evidence_of_nothing() -> None:
    """Where the text did not come to a name, its value is unknown and nothing stands behind it."""
    found = finding(told_lately, "P-2")
    assert (dict(found.evidence), dict(found.records)) == ({"told": None, "days": None}, {})


def test_fields_are_evidence() -> None:
    """Fields that the answer reads are evidence under their path, hops included; without locals, records too."""

    @ak.rule(dimension="x")
    def fields(project: ak.ProjectView, today: date) -> ak.Score:
        if project.due_on is None or project.customer is None:
            return None
        return project.customer.tier == "A" and ak.exists(t for t in project.tasks if t.status == "done")

    found = finding(fields)
    assert dict(found.evidence) == {"project.due_on": date(2030, 1, 1), "project.customer.tier": "A"}
    assert dict(found.records) == {"project": ("T-1",)}


def test_the_largest_stand_behind_a_maximum() -> None:
    """Behind a largest value stand the records that have it, behind a number all that were counted."""

    @ak.rule(dimension="x")
    def sizes(project: ak.ProjectView) -> ak.Score:
        most = ak.maximum(t.effort_hours for t in project.tasks)
        least = ak.minimum(t.effort_hours for t in project.tasks)
        if most is None or least is None:
            return None
        few = ak.count(t for t in project.tasks if t.effort_hours is not None and t.effort_hours < most)
        return ak.ratio(few, ak.count(project.tasks))

    found = finding(sizes)
    assert dict(found.evidence) == {"most": 5.0, "least": 3.0, "few": 1}
    assert found.records["most"] == ("T-2", "T-3")
    assert found.records["least"] == ("T-1",)
    assert set(found.records["few"]) == {"T-1", "T-2", "T-3"}


def test_a_record_is_shown_by_its_id() -> None:
    """A local that is a record is shown by its id, a span by its days."""

    @ak.rule(dimension="x")
    def touched(project: ak.ProjectView, now: datetime) -> ak.Score:
        last = ak.latest(i for i in project.interactions)
        if last is None:
            return None
        since = now - last.occurred_at
        return since < timedelta(days=3)

    found = finding(touched)
    assert dict(found.evidence) == {"last": "I-3", "since": 1.0}
    assert found.records["last"] == ("I-3",)


@ak.rule(dimension="x")
def on_two_ways(project: ak.ProjectView) -> ak.Score:
    """A name that is assigned on several ways."""
    if project.progress is None:
        part = ak.count(i for i in project.interactions) / 10
    elif project.progress > 0.75:
        part = 0.9
    else:
        part = ak.count(t for t in project.tasks) / 10
    return part


def test_a_name_has_the_value_of_the_way_taken() -> None:
    """A local that is assigned on several ways is shown as on the way taken, with the records of that way."""
    assert (finding(on_two_ways).evidence["part"], finding(on_two_ways, "P-2").evidence["part"]) == (0.3, 0.0)
    assert finding(on_two_ways).records["part"] == ("T-1", "T-2", "T-3")
    assert finding(on_two_ways).score_micro == 300_000


def open_tasks(project: ak.ProjectView) -> int:
    """Work that is left."""
    return ak.count(t for t in project.tasks if t.status != "done")


def test_records_behind_another_record() -> None:
    """Behind what a helper says of another record stand that record's own."""

    @ak.rule(dimension="x")
    def served(customer: ak.CustomerView) -> ak.Score:
        busy = ak.count(p for p in customer.projects if open_tasks(p) > 1)
        return busy > 0

    @ak.rule(dimension="x")
    def shared(project: ak.ProjectView) -> ak.Score:
        last = ak.latest(i for i in project.interactions)
        if last is None or last.project is None:
            return None
        left = open_tasks(last.project)
        return left / 4

    assert dict(finding(served, "C-1", "customer").records) == {"busy": ("P-1",)}
    assert finding(shared).records["left"] == ("T-2", "T-3", "I-3")


def test_at_most_twenty_records() -> None:
    """A name has at most twenty records, in the order of their ids."""
    world = portfolio_of(project(id="P-1", tasks=[task(id=f"T-{number:02}") for number in range(50)]))

    @ak.rule(dimension="x")
    def counted(project: ak.ProjectView) -> ak.Score:
        number = ak.count(t for t in project.tasks)
        return number / 100

    found = finding(counted, world=world)
    assert found.evidence["number"] == 50
    assert found.records["number"] == tuple(f"T-{number:02}" for number in range(20))


def test_scores_are_evidence() -> None:
    """A rule that reads scores of earlier kinds shows them."""

    @ak.rule(dimension="x")
    def half(project: ak.ProjectView) -> ak.Score:
        return 0.25

    @ak.rule(dimension="x")
    def rolled(customer: ak.CustomerView) -> ak.Score:
        mean = ak.mean(p.score for p in customer.projects)
        red = ak.count(p for p in customer.projects if p.band == "red")
        return ak.ratio(mean, 100) if red > 1 else None

    policy = ak.Policy([half, rolled], dimensions={"x": 1})
    [found] = policy.assess(WORLD, now=NOW).of("customer", "C-1").findings
    assert dict(found.evidence) == {"mean": 25.0, "red": 2}
    assert found.records["red"] == ("P-1", "P-2")
    assert found.score_micro == 250_000


def test_nothing_given_is_no_evidence() -> None:
    """What was not given is unknown in the evidence too."""

    @ak.rule(dimension="x")
    def waits(project: ak.ProjectView) -> ak.Score:
        open_needs = ak.count(n for n in project.needs if n.resolved_at is None)
        return open_needs == 0

    found = finding(waits, world=portfolio_of(project(id="P-1"), unknown=("needs",)))
    assert (found.state, dict(found.evidence), dict(found.records)) == ("no_data", {"open_needs": None}, {})
