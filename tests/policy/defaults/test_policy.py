"""The default policy as a policy: what it accepts, how it scores sparse facts, and that native calls say the same."""

from __future__ import annotations

import inspect
from typing import Any

from hypothesis import given, settings

from alignkit.expressions.functions import State, micro
from alignkit.policy.assessment import Assessment
from alignkit.policy.policy import Policy
from alignkit.portfolio import Portfolio
from alignkit.testing import NOW, customer, interaction, need, objective, portfolio_of, project, strategies

POLICY = Policy.default(strict=True)
KINDS = ("objective", "project", "customer", "portfolio")


def test_default_policy_is_accepted_when_strict_and_has_no_warning() -> None:
    """Nothing opaque, nothing faulty, nothing odd."""
    assert POLICY.check() == ()


def test_default_policy_is_the_same_as_text() -> None:
    """Its TOML gives it back, to the version."""
    assert Policy.from_toml(POLICY.to_toml()).version == POLICY.version


def _native(facts: Portfolio, assessment: Assessment, kind: str, id: str, rule_id: str) -> int | str:
    rule = POLICY.rule(rule_id).native
    assert rule is not None
    scores = {(k, s.id): (s.score, s.band) for k in KINDS for s in assessment.subjects(k)}
    moments = {"now": NOW, "today": NOW.date()}
    taken = [moments[name] for name in inspect.signature(rule).parameters if name in moments]
    answer: Any = rule(facts.view(kind, id, now=NOW, scores=scores), *taken)
    if answer is None or isinstance(answer, State):
        return "no_data" if answer is None else "not_applicable"
    found: int = micro(answer)
    return found


@settings(max_examples=25)
@given(facts=strategies.portfolios())
def test_called_natively_every_default_rule_says_what_the_engine_says(facts: Portfolio) -> None:
    """The function is the meaning: same state, same score to the millionth, and never an error."""
    assessment = POLICY.assess(facts, now=NOW)
    for kind in KINDS:
        for subject in assessment.subjects(kind):
            for finding in subject.findings:
                found = finding.state if finding.score_micro is None else finding.score_micro
                assert found == _native(facts, assessment, kind, subject.id, finding.rule_id), finding.rule_id


def test_portfolio_of_nothing_has_no_score() -> None:
    """No facts, no verdict."""
    assessment = POLICY.assess(Portfolio(), now=NOW)
    assert assessment.score is None
    assert assessment.band == "unknown"


def test_project_without_tasks_surveys_or_objectives_still_gets_a_fair_score() -> None:
    """What is not known is left out; what is known (a fresh status, half done in half of the time) counts in full."""
    told = interaction("status_update", direction="outbound", days_ago=2)
    work = customer(projects=[project(start_on=None, progress=0.5, interactions=[told])])
    facts = portfolio_of(work, unknown=("tasks", "objectives", "contributions", "check_ins", "changes", "duplicates"))
    assessment = POLICY.assess(facts, now=NOW)
    found = {f.rule_id: f for f in assessment.of("project", "P-1").findings}
    assert assessment.of("project", "P-1").score == 100.0
    assert found["tasks_are_on_time"].state == "no_data"
    assert found["project_serves_objectives"].state == "no_data"
    assert 0 < assessment.of("project", "P-1").coverage < 1


def test_critical_complaint_caps_an_otherwise_perfect_project() -> None:
    """The gate is a line of its own: 60 points are left of what the rules gave."""
    told = interaction("status_update", direction="outbound", days_ago=2)
    complaint = need("complaint", severity=5, days_ago=3)
    assessed = POLICY.assess(
        portfolio_of(customer(projects=[project(interactions=[told], needs=[complaint])])), now=NOW
    )
    gate = next(f for f in assessed.of("project", "P-1").findings if f.rule_id == "project_ignores_critical_complaint")
    assert assessed.of("project", "P-1").score is not None
    assert (assessed.of("project", "P-1").score or 0) <= 60.0
    assert gate.is_gate


def test_roll_up_passes_scores_upwards() -> None:
    """A project's score reaches its customer and the portfolio, an objective's the customer it is for."""
    served = customer(projects=[project()], objectives=[objective(confidence=0.5)])
    assessment = POLICY.assess(portfolio_of(served), now=NOW)
    one = {f.rule_id: f for f in assessment.of("customer", "C-1").findings}
    score = assessment.of("project", "P-1").score_micro
    assert score is not None
    assert one["customer_projects_do_well"].score_micro == micro(score / 1e8)
    assert one["customer_objectives_do_well"].state == "scored"
