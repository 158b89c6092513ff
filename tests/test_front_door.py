"""The library as its users type it: these lines are a contract."""

from __future__ import annotations

import json
import pickle
from datetime import datetime, timedelta
from pathlib import Path

import attrs
import pytest

import alignkit as ak
from alignkit.testing import NOW


@ak.rule(dimension="visibility", weight=2, action="Send the client a status update", team="crm")
def client_update_is_fresh(project: ak.ProjectView, now: datetime, *, best: float = 3, worst: float = 21) -> ak.Score:
    """The client has heard from us lately: full marks within `best` days, none after `worst`."""
    told = ak.latest(
        i.occurred_at for i in project.interactions if i.direction == "outbound" and i.kind == "status_update"
    )
    if told is None:
        return 0.0
    return ak.ramp(ak.days_between(told, now), best=best, worst=worst)


@pytest.fixture
def portfolio() -> ak.Portfolio:
    """Two customers with a project each; only the first client was told, twelve days ago."""
    return ak.Portfolio(
        customers=[ak.Customer(id="C-1", name="Acme"), ak.Customer(id="C-2", name="Beta", tier="A")],
        projects=[
            ak.Project(
                id="P-1",
                name="Portal",
                customer_id="C-1",
                progress=0.2,
                start_on=NOW.date() - timedelta(days=50),
                due_on=NOW.date() + timedelta(days=50),
            ),
            ak.Project(id="P-2", name="Shop", customer_id="C-2"),
        ],
        objectives=[ak.Objective(id="O-1", title="More orders", target_value=10.0, current_value=4.0)],
        contributions=[ak.Contribution(project_id="P-1", objective_id="O-1")],
        interactions=[
            ak.Interaction(
                id="I-1",
                project_id="P-1",
                customer_id="C-1",
                kind="status_update",
                direction="outbound",
                occurred_at=NOW - timedelta(days=12),
            )
        ],
        needs=[],
        tasks=[],
    )


def test_assesses(portfolio: ak.Portfolio) -> None:
    """The default policy gives score, band, coverage and dimensions for everything, and an explanation of each."""
    assessment = ak.Policy.default().assess(portfolio, now=NOW)
    assert assessment.score is not None
    assert 0 <= assessment.score <= 100
    assert assessment.band in ("green", "amber", "red", "unknown")
    assert 0 < assessment.coverage <= 1
    assert assessment.dimensions["visibility"].score is not None
    one = assessment.of("project", "P-1")
    assert sum(f.points_micro for f in one.findings) == one.score_micro
    assert "Portal" in str(one.explain())
    assert [s.kind for s in assessment.subjects("customer", worst_first=True)] == ["customer", "customer"]


def test_unknown_subjects_come_last(portfolio: ak.Portfolio) -> None:
    """Worst first, and those that nothing is known of at the end."""
    policy = ak.Policy([client_update_is_fresh], dimensions={"visibility": 1})
    assessment = policy.assess(portfolio, now=NOW)
    assert [s.id for s in assessment.subjects("project", worst_first=True)] == ["P-2", "P-1"]
    assert [s.score for s in assessment.subjects("customer", worst_first=True)] == [None, None]


def test_findings_say_everything(portfolio: ak.Portfolio) -> None:
    """Half of the points after twelve days, with the evidence, the action and whose move it is."""
    policy = ak.Policy([client_update_is_fresh], dimensions={"visibility": 1})
    [finding] = policy.assess(portfolio, now=NOW).of("project", "P-1").findings
    assert (finding.rule_id, finding.state) == ("client_update_is_fresh", "scored")
    assert (finding.points, finding.lost) == (50.0, 50.0)
    assert (finding.points_micro, finding.lost_micro, finding.score_micro) == (50_000_000, 50_000_000, 500_000)
    assert finding.evidence["told"] == NOW - timedelta(days=12)
    assert finding.records["told"] == ("I-1",)
    assert (finding.action, finding.team) == ("Send the client a status update", "crm")
    assert finding.message


def test_native_call_is_the_finding(portfolio: ak.Portfolio) -> None:
    """Calling the rule gives what the engine found."""
    policy = ak.Policy.default().with_rules(client_update_is_fresh)
    finding = next(
        f
        for f in policy.assess(portfolio, now=NOW).of("project", "P-1").findings
        if f.rule_id == "client_update_is_fresh"
    )
    assert ak.micro(client_update_is_fresh(portfolio.project("P-1"), NOW)) == finding.score_micro == 500_000


def test_from_records_lists_all_faults() -> None:
    """Plain dictionaries make a portfolio, or say everything that is wrong with them, and where."""
    made = ak.Portfolio.from_records(customers=[{"id": "C-1", "name": "Acme", "annual_value": "1200.50 EUR"}])
    assert made.customers is not None
    assert made.customers[0].annual_value == ak.Money("1200.50", "EUR")
    with pytest.raises(ak.PortfolioError) as caught:
        ak.Portfolio.from_records(projects=[{"id": "P-1"}, {"id": "P-2", "name": "x", "progress": 1.7, "statsu": "x"}])
    paths = [fault.path for fault in caught.value.faults if isinstance(fault, ak.ValidationError)]
    assert sorted(paths) == ["$.projects[0].name", "$.projects[1].progress", "$.projects[1].statsu"]


def test_assessment_survives_json(portfolio: ak.Portfolio) -> None:
    """The JSON of an assessment holds everything it says."""
    assessment = ak.Policy.default().assess(portfolio, now=NOW)
    text = assessment.to_json()
    assert json.loads(text)["schema"] == "alignkit/assessment/1"
    assert ak.Assessment.from_json(text) == assessment


def test_policies_are_made_from_policies(portfolio: ak.Portfolio) -> None:
    """Rules come and go, weights and thresholds change, and each change is another version."""
    policy = ak.Policy.default()
    more = policy.with_rules(client_update_is_fresh)
    with pytest.raises(ak.PolicyError, match="replace=True"):
        more.with_rules(client_update_is_fresh)
    assert more.with_rules(client_update_is_fresh, replace=True).version == more.version
    assert more.without("client_update_is_fresh").version == policy.version
    heavier = more.with_weights({"client_update_is_fresh": 9, "visibility": 30})
    sooner = more.with_params({"client_update_is_fresh.best": 5})
    assert len({policy.version, more.version, heavier.version, sooner.version}) == 4
    [finding] = [
        f for f in sooner.assess(portfolio, now=NOW).of("project", "P-1").findings if f.rule_id.startswith("client_")
    ]
    assert finding.score_micro == ak.micro((12 - 21) / (5 - 21))


def test_policies_are_text(tmp_path: Path) -> None:
    """A policy goes to TOML and back without loss, from text or from a file, and all faults are told at once."""
    policy = ak.Policy.default().with_rules(client_update_is_fresh)
    text = policy.to_toml()
    assert ak.Policy.from_toml(text).version == policy.version
    assert ak.Policy.from_toml(text).to_toml() == text
    file = tmp_path / "policy.toml"
    file.write_text(text, encoding="utf-8")
    assert ak.Policy.from_toml(file).version == policy.version
    broken = text.replace("ak.latest(", "ak.lates(").replace("minimum_coverage = 0.5", "minimum_coverge = 0.5")
    with pytest.raises(ak.PolicyError) as caught:
        ak.Policy.from_toml(broken)
    found = {(d.code, d.rule_id, d.suggestion) for d in caught.value.diagnostics}
    assert ("PolicyInvalid", "", "minimum_coverage") in found
    assert ("UnknownName", "client_update_is_fresh", "latest") in found


def test_headroom_and_what_if(portfolio: ak.Portfolio) -> None:
    """What would raise a score most, and what a change would do, rule by rule."""
    policy = ak.Policy.default()
    assessment = policy.assess(portfolio, now=NOW)
    gains = [room.gain_micro for room in assessment.headroom("project", "P-1")]
    assert gains == sorted(gains, reverse=True)
    assert portfolio.projects is not None
    better = attrs.evolve(portfolio.projects[0], progress=0.9)
    comparison = policy.what_if(portfolio, changes=[better], now=NOW)
    changed = policy.assess(portfolio.with_(projects=[better]), now=NOW)
    difference = comparison.of("project", "P-1")
    before, after = assessment.of("project", "P-1").score_micro or 0, changed.of("project", "P-1").score_micro or 0
    assert after > before
    assert sum(line.difference_micro for line in difference.lines) == after - before


def test_everything_pickles(portfolio: ak.Portfolio) -> None:
    """A policy, a portfolio and an assessment survive pickling."""
    policy = ak.Policy.default().with_rules(client_update_is_fresh)
    assessment = policy.assess(portfolio, now=NOW)
    assert pickle.loads(pickle.dumps(policy)).version == policy.version
    assert pickle.loads(pickle.dumps(portfolio)) == portfolio
    assert pickle.loads(pickle.dumps(assessment)) == assessment


def test_omitted_is_unknown_and_empty_is_none() -> None:
    """A collection that was not given says nothing; an empty one says that there is none."""
    project = ak.Project(id="P-1", name="Portal")
    policy = ak.Policy([client_update_is_fresh], dimensions={"visibility": 1})
    unknown = policy.assess(ak.Portfolio(projects=[project]), now=NOW).of("project", "P-1")
    nothing = policy.assess(ak.Portfolio(projects=[project], interactions=[]), now=NOW).of("project", "P-1")
    assert (unknown.score, unknown.band, unknown.findings[0].state) == (None, "unknown", "no_data")
    assert (nothing.score, nothing.band, nothing.findings[0].state) == (0.0, "red", "scored")
