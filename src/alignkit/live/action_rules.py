"""
When a team is asked to act: the conditions that alignkit ships, readable like any rule, and what belongs to them.

Owns the value of an action rule and the eleven of the trade (R1 to R11). A condition is a gate that takes nothing: it can
be called, read, checked, and judged where the facts live. What became of it is `actions`'s.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final, Literal

import attrs
from attrs import frozen

from alignkit.domain import AlignmentRule
from alignkit.errors import ValidationError
from alignkit.expressions.functions import (
    count,
    days_between,
    default,
    earliest,
    exists,
    hours_between,
    latest,
)
from alignkit.policy.defaults.signals import (
    days_since_status,
    is_open_complaint,
    is_open_need,
    is_replied,
    objectives_served,
    projects_at_work,
    tells_customer,
)
from alignkit.policy.rule import Rule, gate
from alignkit.policy.views import CustomerView, ObjectiveView, ProjectView

__all__ = ["STANDARD_ACTIONS", "ActionRule", "ScoreDrop"]

Bands = Literal["any", "worst", "not_best"]
LONGEST_ID: Final = 64

SCORE_DROP: Final = "score_drops"


@frozen
class ScoreDrop:
    """
    A fall of a subject's score against the recorded scores of the last days, under the same policy.

    Attributes:
        kinds: Kinds of subject that are watched.
        days: How far back.
        amber: Points of a fall that asks for action.
        red: Points of a fall that is red.
    """

    kinds: tuple[str, ...] = ("project", "customer")
    days: float = 7.0
    amber: float = 15.0
    red: float = 25.0


def _teams(given: str | Iterable[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


@frozen(kw_only=True)
class ActionRule:
    """
    When which team is asked to do what.

    Attributes:
        condition: A gate, whose `message` and `action` are what the team reads; or a fall of the score.
        teams: Whose move it is; the gate's own team when none is named.
        bands: Which bands the subject must have besides: any, the policy's worst, or any but its best. Where the band is unknown, `"worst"`
            cannot be told and `"not_best"` holds.
        severity: `"amber"` or `"red"`.
        escalate_to: The team that is asked too when nothing happened.
        escalate_after_days: After how many days.
        code: A short name, such as `"R4"`.

    Raises:
        ValidationError: The condition is no gate, its id is longer than 64 characters, or nobody is asked.
    """

    condition: Rule[..., Any] | AlignmentRule | ScoreDrop
    teams: tuple[str, ...] = attrs.field(default=(), converter=_teams)
    bands: Bands = "any"
    severity: Literal["amber", "red"] = "amber"
    escalate_to: str | None = None
    escalate_after_days: float = 7.0
    code: str = ""

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.condition, ScoreDrop) and self.condition.cap is None:
            raise self._fault(
                "condition", f"expected a gate, got the rule {self.id!r}; decorate it with @gate(cap=100)"
            )
        if len(self.id) > LONGEST_ID:
            raise self._fault("condition", f"expected an id of at most {LONGEST_ID} characters, got {self.id!r}")
        if not self.asked:
            raise self._fault("teams", f"say which team {self.id!r} asks")

    def _fault(self, field: str, reason: str) -> ValidationError:
        return ValidationError(reason, entity="ActionRule", field=field, value=self.condition)

    @property
    def id(self) -> str:
        """Id of the rule: its gate's."""
        return SCORE_DROP if isinstance(self.condition, ScoreDrop) else self.condition.id

    @property
    def asked(self) -> tuple[str, ...]:
        """The teams, in order."""
        if self.teams or isinstance(self.condition, ScoreDrop):
            return self.teams
        return (self.condition.team,) if self.condition.team else ()


@gate(
    cap=100,
    action="Tell the customer that the project is in trouble, and what is being done",
    team="crm",
    message="The project's health got worse and the customer has not been told since {oldest}",
)
def worse_health_is_untold(project: ProjectView, now: datetime, *, within: float = 48) -> bool:
    """
    The project's health changed to at risk or off track more than `within` hours ago, and the customer has not been told.

    R2. Missed dates must be tracked as communicated or not (Tunga); 48 hours are our proposal.
    """
    if project.customer_id is None:
        return False
    told = latest(i.occurred_at for i in project.interactions if tells_customer(i))
    oldest = earliest(
        c.occurred_at
        for c in project.changes
        if c.kind == "project"
        and c.field == "health"
        and c.after in ("at_risk", "off_track")
        and c.told_at is None
        and (told is None or c.occurred_at > told)
    )
    if oldest is None:
        return False
    return hours_between(oldest, now) > within


@gate(cap=100, action="Reply to the complaint together", team="crm", message="{waiting} complaints wait for a reply")
def complaint_waits(customer: CustomerView, now: datetime, *, within: float = 48) -> bool:
    """
    A complaint got no reply for more than `within` hours.

    R3. Closing the loop within 48 hours is the trade's rule (SurveyGauge).
    """
    waiting = count(
        n
        for n in customer.needs
        if is_open_complaint(n) and not is_replied(n) and hours_between(n.raised_at, now) > within
    )
    return waiting > 0


@gate(cap=100, action="Agree on a plan for the renewal", team="crm", message="The contract ends on {ends_on}")
def contract_ends_soon(customer: CustomerView, today: date, *, within: float = 60) -> bool | None:
    """
    The contract ends within `within` days; with the band it makes R4 (60 days and not green: MAN Digital).

    Without a known end there is nothing to say.
    """
    ends_on = customer.contract_end_on
    if ends_on is None:
        return None
    left = days_between(today, ends_on)
    return left >= 0 and left <= within


@gate(cap=100, action="Write a status update on the project", team="pmo", message="The last status is {age} days old")
def status_is_old(project: ProjectView, now: datetime, today: date, *, longest: float = 14) -> bool:
    """
    An active project has had no status update for more than `longest` days, or never had one.

    R5: 14 days, the PM lead first, then an administrator (Orbit). Projects younger than that are spared.
    """
    if project.status != "active":
        return False
    if project.start_on is not None and days_between(project.start_on, today) <= longest:
        return False
    age = days_since_status(project, now)
    return age > longest


@gate(cap=100, action="Say which objective the project serves, or question it", team="pmo")
def project_has_no_objective(project: ProjectView) -> bool:
    """An active project serves no open objective. R6, first half."""
    return project.status == "active" and objectives_served(project) == 0


@gate(cap=100, action="Staff the objective with a project, or drop it", team="pmo")
def objective_has_no_project(objective: ObjectiveView) -> bool:
    """No active project contributes to an open objective, nor to open key results of it. R6, second half."""
    if objective.status != "open" or exists(o for o in objective.children if o.status == "open"):
        return False
    return projects_at_work(objective) == 0


@gate(
    cap=100,
    action="Plan the need: link it to a project, task or objective, or decline it",
    team="pmo",
    message="{loose} important needs lead to no work",
)
def important_need_is_unlinked(customer: CustomerView, now: datetime, *, least: float = 4, longest: float = 14) -> bool:
    """
    An open need of importance `least` or more has been linked to no work for more than `longest` days.

    R7. The 14 days are our proposal.
    """
    loose = count(
        n
        for n in customer.needs
        if is_open_need(n)
        and default(n.importance, 0) >= least
        and n.project_id is None
        and n.task_id is None
        and n.objective_id is None
        and days_between(n.raised_at, now) > longest
    )
    return loose > 0


@gate(cap=100, action="Look at the evidence and declare the project's health anew", team="pmo")
def project_is_declared_well(project: ProjectView) -> bool:
    """The project's people declare it on track; with the worst band it makes R8, declared green while computed red."""
    return project.health == "on_track"


@gate(cap=100, action="Agree which of the two goes on", team="pmo", message="{pairs} pieces of work look alike")
def project_work_looks_doubled(project: ProjectView, *, alike: float = 0.8) -> bool:
    """Two pieces of the project's work look like one effort. R9, on projects."""
    pairs = count(d for d in project.duplicates if default(d.similarity, 1.0) >= alike)
    return pairs > 0


@gate(cap=100, action="Agree which team goes on", team="crm", message="{pairs} efforts for the customer look alike")
def customer_effort_looks_doubled(customer: CustomerView, *, alike: float = 0.8) -> bool:
    """Two efforts for the customer look like one. R9, on customers."""
    pairs = count(d for d in customer.duplicates if default(d.similarity, 1.0) >= alike)
    return pairs > 0


@gate(cap=100, action="Check in on the objective", team="pmo", message="The last check-in was on {checked_at}")
def check_in_is_overdue(
    objective: ObjectiveView, now: datetime, today: date, *, times: float = 2, cadence: float = 7
) -> bool | None:
    """
    The last check-in on an open objective is older than `times` its cadence (`cadence` days where it names none).

    R10: twice the cadence (Viva Goals reminds once). Without any check-in the start counts; without that, nothing
    can be said.
    """
    if objective.status != "open":
        return False
    longest = times * default(objective.check_in_days, cadence)
    checked_at = latest(c.occurred_at for c in objective.check_ins)
    if checked_at is not None:
        return days_between(checked_at, now) > longest
    if objective.start_on is None:
        return None
    return days_between(objective.start_on, today) > longest


@gate(
    cap=100,
    action="Check in on the project with the customer within 48 hours",
    team="pmo",
    message="Off track, and nobody has talked about it since {since}",
)
def red_project_lacks_check_in(project: ProjectView) -> bool:
    """
    The project is declared off track and there was no touch on it since.

    R11 (MAN Digital). It asks as soon as the project turns red; where the journal does not know when that was, any touch
    counts.
    """
    if project.health != "off_track":
        return False
    since = latest(
        c.occurred_at for c in project.changes if c.kind == "project" and c.field == "health" and c.after == "off_track"
    )
    touched = count(i for i in project.interactions if since is None or i.occurred_at > since)
    return touched == 0


STANDARD_ACTIONS: Final[tuple[ActionRule, ...]] = (
    ActionRule(condition=ScoreDrop(), teams=("crm", "pmo"), code="R1"),
    ActionRule(condition=worse_health_is_untold, severity="red", code="R2"),
    ActionRule(condition=complaint_waits, teams=("crm", "pmo"), severity="red", code="R3"),
    ActionRule(condition=contract_ends_soon, bands="not_best", severity="red", code="R4"),
    ActionRule(condition=status_is_old, escalate_to="admin", code="R5"),
    ActionRule(condition=project_has_no_objective, code="R6"),
    ActionRule(condition=objective_has_no_project, code="R6"),
    ActionRule(condition=important_need_is_unlinked, teams=("pmo", "crm"), code="R7"),
    ActionRule(condition=project_is_declared_well, bands="worst", severity="red", code="R8"),
    ActionRule(condition=project_work_looks_doubled, code="R9"),
    ActionRule(condition=customer_effort_looks_doubled, teams=("crm", "pmo"), code="R9"),
    ActionRule(condition=check_in_is_overdue, code="R10"),
    ActionRule(condition=red_project_lacks_check_in, severity="red", code="R11"),
)
"""The rules of the trade, R1 to R11 of the field's practice; two of them are a pair."""
