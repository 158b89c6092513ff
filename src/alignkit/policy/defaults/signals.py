"""
What several default rules mean by the same words: a customer we serve, an open need, a touch that tells.

Each is a plain function over a view, written in the rule language, so that rules which call it stay readable
text. Nothing here has a threshold that a policy would want to set; those stand in the rules themselves.
"""

from __future__ import annotations

from datetime import date, datetime

from alignkit.expressions.functions import clamp, count, days_between, default, hours_between, latest, ratio
from alignkit.policy.views import (
    ChangeView,
    CustomerView,
    InteractionView,
    NeedView,
    ObjectiveView,
    ProjectView,
    TaskView,
)

__all__ = [
    "active_projects",
    "asks",
    "attainment",
    "days_since_status",
    "hours_to_reply",
    "hours_waited",
    "is_answer",
    "is_critical_and_unanswered",
    "is_news",
    "is_open_complaint",
    "is_open_need",
    "is_open_task",
    "is_recent_complaint",
    "is_replied",
    "is_served",
    "is_two_way",
    "is_unhappy",
    "last_status_at",
    "objective_elapsed",
    "objectives_served",
    "open_complaints",
    "project_elapsed",
    "projects_at_work",
    "rating",
    "tells_customer",
]


def is_served(customer: CustomerView) -> bool:
    """Whether we owe the customer anything: neither a prospect nor gone. An unknown stage counts as served."""
    return customer.stage not in ("prospect", "churned", "former")


def active_projects(customer: CustomerView) -> int:
    """How many projects are under way for the customer."""
    return count(p for p in customer.projects if p.status == "active")


def is_open_need(need: NeedView) -> bool:
    """Whether the need, complaint or promise still waits: neither delivered nor declined, and not settled."""
    return need.resolved_at is None and need.status not in ("delivered", "declined")


def is_open_complaint(need: NeedView) -> bool:
    """Whether it is a complaint that is not settled."""
    return need.kind == "complaint" and is_open_need(need)


def is_recent_complaint(need: NeedView, now: datetime, window: float) -> bool:
    """Whether it is a complaint of the last `window` days, settled or not."""
    return need.kind == "complaint" and days_between(need.raised_at, now) <= window


def is_replied(need: NeedView) -> bool:
    """Whether the customer got a reply; settling it is one too."""
    return need.answered_at is not None or need.resolved_at is not None


def hours_to_reply(need: NeedView, now: datetime) -> float:
    """Hours from raising it to the reply (or, without one, to its settlement), or to `now` while there is none."""
    until_settled = default(hours_between(need.raised_at, need.resolved_at), hours_between(need.raised_at, now))
    return default(hours_between(need.raised_at, need.answered_at), until_settled)


def open_complaints(customer: CustomerView) -> int:
    """How many of the customer's complaints are not settled."""
    return count(n for n in customer.needs if is_open_complaint(n))


def is_critical_and_unanswered(need: NeedView) -> bool:
    """Whether it is a critical complaint (severity 5) that is open and got no reply at all."""
    return is_open_complaint(need) and need.severity == 5 and need.answered_at is None


def is_open_task(task: TaskView) -> bool:
    """Whether the task is still to be done."""
    return task.status not in ("done", "cancelled")


def tells_customer(touch: InteractionView) -> bool:
    """Whether we told the customer something: outbound, and of a kind that reaches them."""
    return touch.direction == "outbound" and touch.kind in ("status_update", "email", "call", "meeting", "message")


def is_two_way(touch: InteractionView) -> bool:
    """Whether both sides took part: a call or meeting with the customer, or anything the customer sent."""
    return touch.direction == "inbound" or (touch.direction != "internal" and touch.kind in ("call", "meeting"))


def asks(touch: InteractionView) -> bool:
    """Whether the customer said something that waits for a reply."""
    return touch.direction == "inbound" and touch.needs_answer


def hours_waited(touch: InteractionView, now: datetime) -> float:
    """Hours from the touch to our reply, or to `now` while there is none."""
    return default(hours_between(touch.occurred_at, touch.answered_at), hours_between(touch.occurred_at, now))


def rating(touch: InteractionView) -> float | None:
    """
    A survey answer on a scale from 0 (worst) to 1 (best); None where there is no answer or no scale.

    The scale of a recommendation question is 0 to 10 by its definition (Reichheld); others must bring theirs.
    """
    if touch.satisfaction is None:
        return None
    if touch.survey == "nps":
        return touch.satisfaction / 10
    if touch.scale_low is None or touch.scale_high is None:
        return None
    return ratio(touch.satisfaction - touch.scale_low, touch.scale_high - touch.scale_low)


def is_answer(touch: InteractionView, question: str, now: datetime, window: float) -> bool:
    """Whether the touch answers a survey's question (`"csat"`, `"nps"`) and is at most `window` days old."""
    return touch.survey == question and rating(touch) is not None and days_between(touch.occurred_at, now) <= window


def is_unhappy(touch: InteractionView, poor: float, detractor: float, upset: float) -> bool:
    """Whether an answer is up to `poor` (for a recommendation up to `detractor`), or the mood up to `upset`."""
    rated = default(rating(touch), 1.0)
    return rated <= (detractor if touch.survey == "nps" else poor) or default(touch.sentiment, 0.0) <= upset


def last_status_at(project: ProjectView) -> datetime | None:
    """When the last status update on the project was written, for whomever."""
    return latest(i.occurred_at for i in project.interactions if i.kind == "status_update")


def days_since_status(project: ProjectView, now: datetime) -> float:
    """Days since the last status update on the project; 9999 when there never was one."""
    return default(days_between(last_status_at(project), now), 9999.0)


def is_news(change: ChangeView) -> bool:
    """Whether a customer should hear of the change: status, health or due date of a project or milestone."""
    return change.kind in ("project", "milestone") and change.field in ("status", "health", "due_on")


def objectives_served(project: ProjectView) -> int:
    """How many open objectives the project contributes to or supports."""
    return count(c for c in project.contributions if c.objective.status == "open")


def projects_at_work(objective: ObjectiveView) -> int:
    """How many active projects contribute to the objective itself (support does not move it)."""
    return count(c for c in objective.contributions if c.kind == "contribute" and c.project.status == "active")


def project_elapsed(project: ProjectView, today: date) -> float | None:
    """Which part of the project's planned time is over, 0..1; None without both dates."""
    return clamp(ratio(days_between(project.start_on, today), days_between(project.start_on, project.due_on)))


def objective_elapsed(objective: ObjectiveView, today: date) -> float | None:
    """Which part of the objective's time is over, 0..1; None without both dates."""
    return clamp(ratio(days_between(objective.start_on, today), days_between(objective.start_on, objective.due_on)))


def attainment(objective: ObjectiveView) -> float | None:
    """
    How much of the way from start to target is behind, 0..1; None without a current value and a target.

    Objectives that guard a limit are 1 inside it and 0 outside (Viva Goals key result kinds). Where the start
    is not known, one that is to be reached or increased starts at 0; one that decreases has no answer then.
    """
    if objective.current_value is None or objective.target_value is None:
        return None
    if objective.kind == "stay_above":
        return 1.0 if objective.current_value >= objective.target_value else 0.0
    if objective.kind == "stay_below":
        return 1.0 if objective.current_value <= objective.target_value else 0.0
    if objective.start_value is not None:
        return clamp(
            ratio(objective.current_value - objective.start_value, objective.target_value - objective.start_value)
        )
    if objective.kind == "decrease":
        return None
    return clamp(ratio(objective.current_value, objective.target_value))
