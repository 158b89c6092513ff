"""The custom fields of a made-up company, and rules that read each sort of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal, Protocol

import alignkit as ak
from alignkit.policy.custom import Unit


class AcmeProject(ak.ProjectView, Protocol):
    """A project of Acme's."""

    @property
    def risk(self) -> Annotated[float | None, Unit("0..1")]: ...
    @property
    def segment(self) -> Literal["gov", "private"] | None: ...
    @property
    def seats(self) -> Annotated[int | None, Unit("people", low=0, high=1000)]: ...
    @property
    def is_pilot(self) -> bool | None: ...
    @property
    def go_live_on(self) -> date | None: ...
    @property
    def reviewed_at(self) -> datetime | None: ...


class AcmeCustomer(ak.CustomerView, Protocol):
    """A customer of Acme's, with its projects."""

    @property
    def projects(self) -> ak.Relation[AcmeProject]: ...
    @property
    def segment(self) -> str | None: ...


@ak.rule(dimension="acme")
def risk_is_low(project: AcmeProject) -> ak.Score:
    """The risk is low."""
    if project.risk is None:
        return None
    return 1 - project.risk


@ak.rule(dimension="acme")
def risk_ramp(project: AcmeProject) -> ak.Score:
    """The risk on a line."""
    return ak.ramp(project.risk, best=0, worst=1)


@ak.rule(dimension="acme")
def is_private(project: AcmeProject) -> ak.Score:
    """The segment is the private one, or nobody said."""
    return project.segment != "gov"


@ak.rule(dimension="acme")
def seats_are_filled(project: AcmeProject) -> ak.Score:
    """There are seats."""
    seats = ak.default(project.seats, 0)
    return ak.clamp(seats / 500)


@ak.rule(dimension="acme")
def pilots_are_known(project: AcmeProject) -> ak.Score:
    """Whether it is a pilot."""
    if project.is_pilot is None:
        return ak.NOT_APPLICABLE
    return project.is_pilot


@ak.rule(dimension="acme")
def goes_live_soon(project: AcmeProject, now: datetime, today: date) -> ak.Score:
    """The day is near."""
    return ak.decay(ak.days_between(today, project.go_live_on), half_life=30)


@ak.rule(dimension="acme")
def reviewed_lately(project: AcmeProject, now: datetime) -> ak.Score:
    """Somebody reviewed it lately."""
    if project.reviewed_at is None:
        return False
    return ak.decay(ak.hours_between(project.reviewed_at, now), half_life=100)


@ak.rule(dimension="acme")
def mean_risk_is_low(customer: AcmeCustomer) -> ak.Score:
    """The projects in the customer's own segment have low risk."""
    worst = ak.maximum(p.risk for p in customer.projects if p.segment == customer.segment)
    average = ak.mean(p.risk for p in customer.projects)
    if worst is None or average is None:
        return None
    return 1 - (worst + average) / 2


RULES = (
    risk_is_low,
    risk_ramp,
    is_private,
    seats_are_filled,
    pilots_are_known,
    goes_live_soon,
    reviewed_lately,
    mean_risk_is_low,
)


def policy() -> ak.Policy:
    """All of them."""
    return ak.Policy(RULES, dimensions={"acme": 1})
