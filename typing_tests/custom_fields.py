"""What type checkers say of custom fields and of functions of the host's own."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Protocol, assert_type

import alignkit as ak
from alignkit.plugins import function
from alignkit.policy.custom import Unit, view_as


class AcmeProject(ak.ProjectView, Protocol):
    @property
    def risk(self) -> Annotated[float | None, Unit("0..1")]: ...
    @property
    def segment(self) -> Literal["gov", "private"] | None: ...
    @property
    def go_live_on(self) -> date | None: ...


class AcmeCustomer(ak.CustomerView, Protocol):
    @property
    def projects(self) -> ak.Relation[AcmeProject]: ...


@function(gives=(0, 1))
def saturation(x: float, /, *, half: float) -> float:
    return x / (x + half)


@ak.rule(dimension="risk")
def risk_is_low(project: AcmeProject) -> ak.Score:
    if project.risk is None:
        return None
    return 1 - saturation(project.risk, half=0.5)


@ak.rule(dimension="risk")
def average_risk_is_low(customer: AcmeCustomer) -> ak.Score:
    return ak.ramp(ak.mean(p.risk for p in customer.projects if p.segment == "gov"), best=0, worst=1)


def use(portfolio: ak.Portfolio) -> None:
    seen = view_as(portfolio.project("P-1"), AcmeProject)
    assert_type(seen.risk, float | None)
    assert_type(seen.go_live_on, date | None)
    assert_type(risk_is_low(seen), ak.Score)
    assert_type(saturation(1.0, half=2.0), float)
    ak.Project(id="P", name="p", custom={"risk": 0.5, "segment": "gov", "go_live_on": date(2026, 5, 1)})
