"""Rules that cannot be read run natively, beside readable ones; a rule that fails stops nothing, unless asked to."""

from __future__ import annotations

import pickle
from datetime import date, datetime, timedelta
from typing import Any

import pytest

import alignkit as ak
from alignkit.errors import RuleFailedError
from alignkit.testing import NOW, customer, portfolio_of, project, task

TEXT = """
def opaque(project, now, today, *, limit=0.25):
    return limit if (now.date(), project.name) == (today, "one") else None

def failing(project: "ak.ProjectView"):
    return 1 / len([t for t in project.tasks])

def beyond(project: "ak.ProjectView"):
    return 7

def blind(project: "ak.ProjectView"):
    return len(list(project.needs)) / 4

def over(customer: "ak.CustomerView"):
    scores = [p.score for p in customer.projects]
    return sum(scores) / len(scores) / 100 if None not in scores else ak.NOT_APPLICABLE

def shut(project: "ak.ProjectView", today):
    return project.name == "one"
"""
WORLD = portfolio_of(
    customer(projects=[project(id="P-1", name="one", tasks=[task(), task()]), project(id="P-2", name="two")]),
    unknown=("needs",),
)


def native(name: str, text: str = TEXT, **settings: Any) -> ak.Rule[..., Any]:
    """A rule of text that has no file."""
    names: dict[str, Any] = {"ak": ak}
    exec(text, names)
    return ak.rule(dimension="one", **settings)(names[name])


@ak.rule(dimension="one")
def readable(project: ak.ProjectView) -> ak.Score:
    """It has work to do."""
    return ak.exists(t for t in project.tasks)


def outcomes(policy: ak.Policy, kind: str = "project") -> dict[str, dict[str, int]]:
    """Codes by subject and rule."""
    rows = policy.assess(WORLD, now=NOW).rows[kind]
    ids = [rule.id for rule in policy.plan.rules[kind]]
    return {id: dict(zip(ids, row[1:], strict=True)) for id, row in rows.items()}


def test_runs_beside_readable_rules() -> None:
    """An opaque rule is judged natively with the moments it takes, and is listed."""
    policy = ak.Policy([native("opaque"), readable], dimensions={"one": 1})
    assert outcomes(policy) == {"P-1": {"opaque": 250_000, "readable": 1_000_000}, "P-2": {"opaque": -2, "readable": 0}}
    assessment = policy.assess(WORLD, now=NOW)
    assert assessment.opaque == ("opaque",)
    assert assessment.of("project", "P-1").score == 62.5
    assert dict(assessment.of("project", "P-1").findings[0].evidence) == {}
    assert str(assessment.of("project", "P-1").explain())


def test_judges_the_kind_of_its_annotation() -> None:
    """The annotation of an opaque rule says what it judges; it reads the scores of earlier kinds."""
    policy = ak.Policy([native("over"), readable], dimensions={"one": 1})
    assert outcomes(policy, "customer") == {"C-1": {"over": 500_000}}


def test_a_failing_rule_stops_nothing() -> None:
    """A rule that raises, or answers beyond 0..1, is an error on that subject; the others are judged."""
    policy = ak.Policy([native("failing"), native("beyond"), readable], dimensions={"one": 1})
    assert outcomes(policy) == {
        "P-1": {"beyond": -3, "failing": 500_000, "readable": 1_000_000},
        "P-2": {"beyond": -3, "failing": -3, "readable": 0},
    }
    finding = policy.assess(WORLD, now=NOW).of("project", "P-2").findings[1]
    assert (finding.state, finding.score_micro, finding.points_micro) == ("error", None, 0)


def test_what_was_not_given_is_no_data() -> None:
    """An opaque rule that reads a collection which was not given has no data."""
    assert outcomes(ak.Policy([native("blind")], dimensions={"one": 1}))["P-1"] == {"blind": -2}


def test_an_opaque_gate() -> None:
    """A gate may be opaque, and caps like any other."""
    names: dict[str, Any] = {}
    exec(TEXT, names)
    policy = ak.Policy([ak.gate(cap=40)(names["shut"]), readable], dimensions={"one": 1})
    assert policy.assess(WORLD, now=NOW).rows["project"] == {
        "P-1": (40_000_000, 1_000_000, 1_000_000),
        "P-2": (0, 0, 0),
    }


def test_strict_refuses_opaque_rules() -> None:
    """Under `strict` a rule that cannot be read is a fault of the policy."""
    with pytest.raises(ak.PolicyError) as raised:
        ak.Policy([native("opaque"), readable], dimensions={"one": 1}, strict=True)
    assert [(d.code, d.rule_id) for d in raised.value.diagnostics] == [("Opaque", "opaque")]


def test_strict_raises_what_a_rule_does_wrong() -> None:
    """Under `strict` an answer outside 0..1 raises, and says of which rule and subject."""

    @ak.rule(dimension="one")
    def large(project: ak.ProjectView) -> ak.Score:
        return ak.count(t for t in project.tasks)

    with pytest.raises(RuleFailedError, match=r"outside 0\.\.1") as raised:
        ak.Policy([large], dimensions={"one": 1}, strict=True).assess(WORLD, now=NOW)
    assert (raised.value.rule_id, raised.value.kind, raised.value.id) == ("large", "project", "P-1")
    assert outcomes(ak.Policy([large], dimensions={"one": 1})) == {"P-1": {"large": -3}, "P-2": {"large": 0}}


def test_thresholds_of_opaque_rules() -> None:
    """An opaque rule has thresholds too: they are handed to it, change the version, and a wrong one is told."""
    policy = ak.Policy([native("opaque")], dimensions={"one": 1})
    other = policy.with_params({"opaque.limit": 0.75})
    assert outcomes(other)["P-1"] == {"opaque": 750_000}
    assert other.version != policy.version
    with pytest.raises(ak.PolicyError) as raised:
        policy.with_params({"opaque.limt": 0.75})
    assert [d.suggestion for d in raised.value.diagnostics] == ["opaque.limit"]


def test_the_version_follows_the_code() -> None:
    """Another opaque function of the same name is another version; the same one again is not."""
    versions = {
        ak.Policy([native("opaque", text)], dimensions={"one": 1}).version
        for text in (TEXT, "\n\n# moved\n" + TEXT, TEXT.replace('"one"', '"two"'))
    }
    assert len(versions) == 2


def test_has_no_text_to_write() -> None:
    """A document cannot hold a rule without text."""
    with pytest.raises(ak.PolicyError, match="no text to write"):
        ak.Policy([native("opaque")], dimensions={"one": 1}).to_toml()


exec(TEXT.replace("def opaque", "def kept"), globals())
kept: Any = ak.rule(dimension="one")(globals()["kept"])


def test_pickles_by_name() -> None:
    """A policy with an opaque rule of a module pickles, weights and thresholds included."""
    policy = (
        ak.Policy([kept, readable], dimensions={"one": 1}).with_weights({"kept": 3}).with_params({"kept.limit": 0.5})
    )
    other = pickle.loads(pickle.dumps(policy))
    assert other == policy
    assert other.version == policy.version
    assert other.rule("kept").record.weight == 3
    assert other.assess(WORLD, now=NOW).rows == policy.assess(WORLD, now=NOW).rows


def test_calls_keep_their_signature() -> None:
    """A decorated function takes its arguments by place or by name, and Python says what is missing."""

    @ak.rule(dimension="one")
    def due(project: ak.ProjectView, now: datetime, today: date, *, best: float = 0.5) -> ak.Score:
        return best if today - timedelta(days=1) < today and now > now - timedelta(days=1) else 0.0

    view = WORLD.project("P-1")
    stored = ak.Policy.from_toml(ak.Policy([due], dimensions={"one": 1}).to_toml()).rule("due")
    for judge in (due, stored):
        assert judge(view, NOW, NOW.date()) == 0.5
        assert judge(view, today=NOW.date(), now=NOW) == 0.5
    assert due(project=view, now=NOW, today=NOW.date(), best=0.25) == 0.25
    for judge in (due, stored):
        with pytest.raises(TypeError):
            judge(view, NOW)
        with pytest.raises(TypeError):
            judge(view, NOW, NOW.date(), NOW)
    with pytest.raises(TypeError, match="project"):
        due(now=NOW)  # type: ignore[call-arg]
