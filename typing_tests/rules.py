"""What type checkers say of rules, and of the library as its users type it."""

from __future__ import annotations

from datetime import datetime
from typing import assert_type

import alignkit as ak


@ak.rule(dimension="visibility", weight=2, action="Send the client a status update", team="crm")
def client_update_is_fresh(project: ak.ProjectView, now: datetime, *, best: float = 3, worst: float = 21) -> ak.Score:
    """The client has heard from us lately: full marks within `best` days, none after `worst`."""
    told = ak.latest(
        i.occurred_at for i in project.interactions if i.direction == "outbound" and i.kind == "status_update"
    )
    if told is None:
        return 0.0
    return ak.ramp(ak.days_between(told, now), best=best, worst=worst)


@ak.gate(cap=40)
def complaint_waits(customer: ak.CustomerView) -> bool:
    """A critical complaint is open."""
    return ak.exists(n for n in customer.needs if n.kind == "complaint" and n.severity == 5)


def use(portfolio: ak.Portfolio, now: datetime) -> None:
    assert_type(client_update_is_fresh(portfolio.project("P-1"), now, best=5), ak.Score)
    assert_type(ak.micro(client_update_is_fresh(portfolio.project("P-1"), now)), int | None)
    policy = ak.Policy.default().with_rules(client_update_is_fresh, complaint_waits)
    policy = policy.with_params({"client_update_is_fresh.best": 5}).with_weights({"status_is_fresh": 2}).without("x")
    assessment = policy.assess(portfolio, now=now)
    assert_type(assessment, ak.Assessment)
    assert_type(assessment.score, float | None)
    assert_type(assessment.coverage, float)
    one = assessment.of("project", "P-1")
    assert_type(one.findings[0], ak.Finding)
    for subject in assessment.subjects("customer", worst_first=True):
        assert_type(subject, ak.SubjectAssessment)
    assert_type(ak.Assessment.from_json(assessment.to_json()), ak.Assessment)
    for diagnostic in policy.check():
        assert_type(diagnostic, ak.Diagnostic)


def mistakes(portfolio: ak.Portfolio) -> None:
    client_update_is_fresh(portfolio.project("P-1"))  # type: ignore[call-arg]
    client_update_is_fresh(portfolio.customer("C-1"), datetime.now())  # type: ignore[arg-type]  # noqa: DTZ005
    client_update_is_fresh.unknown  # type: ignore[attr-defined]
