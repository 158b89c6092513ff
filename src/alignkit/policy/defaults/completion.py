"""
Completion: does what was planned get done, at the pace and by the days that were agreed?

Owns the rules on pace, schedule, due dates, milestones and the speed of answers, and reads the scores of projects
into their customer and of active projects into the portfolio. What the work is for is strategy.
"""

from __future__ import annotations

from datetime import date, datetime

from alignkit.expressions.functions import (
    NOT_APPLICABLE,
    Score,
    count,
    days_between,
    default,
    mean,
    minimum,
    ramp,
    ratio,
    total,
)
from alignkit.policy.defaults.signals import (
    active_projects,
    asks,
    attainment,
    hours_waited,
    is_open_task,
    is_served,
    objective_elapsed,
    project_elapsed,
)
from alignkit.policy.rule import rule
from alignkit.policy.views import CustomerView, ObjectiveView, PortfolioView, ProjectView

__all__ = ["RULES"]


@rule(
    dimension="completion",
    weight=3,
    action="Unblock the work for the objective, or agree on another target",
    team="pmo",
    message="Way done: {attained}; time used: {elapsed} (1 is all)",
)
def objective_keeps_pace(
    objective: ObjectiveView, today: date, *, early: float = 0.1, best: float = 0.95, worst: float = 0.6
) -> Score:
    """
    The objective moves as fast as time passes: full marks at `best` of the even pace, none at `worst`.

    Measure C2: progress against a straight line (Upraise), green from 95 %, amber from 75 %. Not judged in the first
    part (`early`) of its time, nor for limits to guard, which have no way to go.
    """
    if objective.status != "open" or objective.kind in ("stay_above", "stay_below"):
        return NOT_APPLICABLE
    attained = attainment(objective)
    elapsed = objective_elapsed(objective, today)
    if elapsed is not None and elapsed < early:
        return NOT_APPLICABLE
    return ramp(ratio(attained, elapsed), best=best, worst=worst)


@rule(
    dimension="completion",
    weight=3,
    action="Unblock the project, or agree on a new date with the customer",
    team="pmo",
    message="Work done: {progress}; time used: {elapsed} (1 is all)",
)
def project_keeps_pace(
    project: ProjectView, today: date, *, early: float = 0.1, best: float = 0.95, worst: float = 0.6
) -> Score:
    """
    The project moves as fast as time passes: full marks at `best` of the even pace, none at `worst`.

    Measure C2: progress against a straight line (Upraise), green from 95 %, amber from 75 %. Not judged in the first
    part (`early`) of its time.
    """
    if project.status != "active":
        return NOT_APPLICABLE
    progress = project.progress
    elapsed = project_elapsed(project, today)
    if elapsed is not None and elapsed < early:
        return NOT_APPLICABLE
    return ramp(ratio(progress, elapsed), best=best, worst=worst)


@rule(
    dimension="completion",
    weight=2,
    action="Finish the planned work that is late, or plan it anew",
    team="pmo",
    message="{earned} hours' worth of tasks is done where {planned} were due",
)
def planned_work_is_done(
    project: ProjectView, today: date, *, unestimated: float = 8, best: float = 0.95, worst: float = 0.75
) -> Score:
    """
    As much work is done as was to be done by today: full marks at `best` of it, none at `worst`. A task without an
    estimate counts as `unestimated` hours, so that without any estimates tasks are simply counted.

    Measure C1, the schedule performance index of earned value management, on the tasks' own plan: effort of done
    tasks / effort of tasks due by today; green from 0.95, amber from 0.85.
    """
    if project.status != "active":
        return NOT_APPLICABLE
    earned = total(default(t.effort_hours, unestimated) for t in project.tasks if t.status == "done")
    planned = total(
        default(t.effort_hours, unestimated)
        for t in project.tasks
        if t.status != "cancelled" and t.due_on is not None and t.due_on <= today
    )
    return ramp(ratio(earned, planned), best=best, worst=worst)


@rule(
    dimension="completion",
    weight=2,
    action="Agree on the new date with the customer, and hold it",
    team="pmo",
    message="First promised for {promised}, now expected on {expected}",
)
def due_date_holds(project: ProjectView, today: date, *, best: float = 0.04, worst: float = 0.09) -> Score:
    """
    The project ends when it was first promised: full marks up to a slip of `best` of its planned length, none from
    `worst`. A due date in the past counts as today.

    Measure C4: green below 4 % of the length, amber to 7 % (RAG criteria of project offices).
    """
    if project.status not in ("planned", "active"):
        return NOT_APPLICABLE
    promised = project.baseline_due_on
    due_on = project.due_on
    if promised is None or due_on is None or project.start_on is None:
        return None
    expected = due_on if due_on > today else today
    slip = ratio(days_between(promised, expected), days_between(project.start_on, promised))
    return ramp(slip, best=best, worst=worst)


@rule(
    dimension="completion",
    weight=2,
    action="Reach the late milestones, and tell the customer when",
    team="pmo",
    message="{reached} of {due} milestones that were due were reached in time",
)
def milestones_are_on_time(
    project: ProjectView, now: datetime, today: date, *, grace: float = 1, best: float = 0.9, worst: float = 0.65
) -> Score:
    """
    Milestones are reached by their day: full marks when a share of `best` of those due was, none at `worst`.

    Measure C6: green from 90 %, amber from 75 % are our proposal (the flag is Odoo's). A milestone is in time when it
    was reached at least as many days ago as it was due, less `grace`: a moment against a day is good to a day.
    """
    if project.status != "active":
        return NOT_APPLICABLE
    milestones = count(t for t in project.tasks if t.is_milestone and t.status != "cancelled")
    due = count(
        t
        for t in project.tasks
        if t.is_milestone and t.status != "cancelled" and t.due_on is not None and t.due_on < today
    )
    reached = count(
        t
        for t in project.tasks
        if t.is_milestone
        and t.status == "done"
        and t.due_on is not None
        and t.due_on < today
        and t.completed_at is not None
        and days_between(t.completed_at, now) >= days_between(t.due_on, today) - grace
    )
    if milestones == 0:
        return None
    if due == 0:
        return NOT_APPLICABLE
    return ramp(ratio(reached, due), best=best, worst=worst)


@rule(
    dimension="completion",
    weight=2,
    action="Finish the overdue tasks, or give them a new day",
    team="pmo",
    message="{overdue} of {open_tasks} open tasks are past their day",
)
def tasks_are_on_time(project: ProjectView, today: date, *, best: float = 0.05, worst: float = 0.22) -> Score:
    """
    Open tasks are not past their day: full marks when at most a share of `best` is, none at `worst`.

    Measure C7: green to 5 %, amber to 15 %, our proposal.
    """
    if project.status != "active":
        return NOT_APPLICABLE
    tasks = count(t for t in project.tasks)
    open_tasks = count(t for t in project.tasks if is_open_task(t))
    overdue = count(t for t in project.tasks if is_open_task(t) and t.due_on is not None and t.due_on < today)
    if tasks == 0:
        return None
    if open_tasks == 0:
        return NOT_APPLICABLE
    return ramp(ratio(overdue, open_tasks), best=best, worst=worst)


@rule(
    dimension="completion",
    weight=2,
    action="Answer what the customer asked about the project",
    team="pmo",
    message="The customer waits {waited} hours for an answer on average",
)
def project_answers_are_quick(
    project: ProjectView,
    now: datetime,
    *,
    window: float = 90,
    longest: float = 240,
    best: float = 48,
    worst: float = 96,
) -> Score:
    """
    What the customer asks about the project is answered soon: full marks when they wait up to `best` hours on
    average, none from `worst`. Questions of the last `window` days count, an open one up to now, each at most
    `longest` hours, so that one forgotten mail does not hide all others.

    Measure C8: close the loop within 48 hours, 72 at most (SurveyGauge).
    """
    if project.status != "active":
        return NOT_APPLICABLE
    waited = mean(
        min(hours_waited(i, now), longest)
        for i in project.interactions
        if asks(i) and days_between(i.occurred_at, now) <= window
    )
    if waited is None:
        return NOT_APPLICABLE
    return ramp(waited, best=best, worst=worst)


@rule(
    dimension="completion",
    weight=3,
    action="Answer what the customer asked",
    team="crm",
    message="The customer waits {waited} hours for an answer on average",
)
def customer_answers_are_quick(
    customer: CustomerView,
    now: datetime,
    *,
    window: float = 90,
    longest: float = 240,
    best: float = 48,
    worst: float = 96,
) -> Score:
    """
    What the customer asks is answered soon: full marks when they wait up to `best` hours on average, none from
    `worst`. Questions of the last `window` days count, an open one up to now, each at most `longest` hours.

    Measure C8: close the loop within 48 hours, 72 at most (SurveyGauge).
    """
    if not is_served(customer):
        return NOT_APPLICABLE
    waited = mean(
        min(hours_waited(i, now), longest)
        for i in customer.interactions
        if asks(i) and days_between(i.occurred_at, now) <= window
    )
    if waited is None:
        return NOT_APPLICABLE
    return ramp(waited, best=best, worst=worst)


@rule(
    dimension="completion",
    weight=3,
    action="Take up the projects of this customer that lose most points",
    team="pmo",
    message="The customer's active projects score {projects_score} on average",
)
def customer_projects_do_well(customer: CustomerView, *, best: float = 100, worst: float = 0) -> Score:
    """
    The customer's active projects do well: their average score counts as it is, from none at `worst`
    to full marks at `best`.

    The mean of project scores, as health scores are rolled up by the mean (Planhat).
    """
    if not is_served(customer):
        return NOT_APPLICABLE
    active = active_projects(customer)
    projects_score = mean(p.score for p in customer.projects if p.status == "active")
    if active == 0:
        return NOT_APPLICABLE
    return ramp(projects_score, best=best, worst=worst)


@rule(
    dimension="completion",
    weight=2,
    action="Bring the customer's worst project out of the red first",
    team="pmo",
    message="The customer's worst active project scores {worst_score}",
)
def no_project_is_failing(customer: CustomerView, *, best: float = 70, worst: float = 20) -> Score:
    """
    No project of the customer is in trouble: full marks when the worst active one scores `best`, none at `worst`.

    One red activity makes the whole red (Easy Projects); softened to a line from green (70) that still gives 0.4 at
    the edge of red (40), our proposal.
    """
    if not is_served(customer):
        return NOT_APPLICABLE
    active = active_projects(customer)
    worst_score = minimum(p.score for p in customer.projects if p.status == "active")
    if active == 0:
        return NOT_APPLICABLE
    return ramp(worst_score, best=best, worst=worst)


@rule(
    dimension="completion",
    weight=3,
    action="Take up the active projects that lose most points",
    team="pmo",
    message="Active projects score {projects_score} on average",
)
def projects_do_well(portfolio: PortfolioView, *, best: float = 100, worst: float = 0) -> Score:
    """
    Active projects do well: their average score counts as it is, from none at `worst`
    to full marks at `best`.

    The mean of project scores, as health scores are rolled up by the mean (Planhat).
    """
    active = count(p for p in portfolio.projects if p.status == "active")
    projects_score = mean(p.score for p in portfolio.projects if p.status == "active")
    if active == 0:
        return NOT_APPLICABLE
    return ramp(projects_score, best=best, worst=worst)


RULES = (
    objective_keeps_pace,
    project_keeps_pace,
    planned_work_is_done,
    due_date_holds,
    milestones_are_on_time,
    tasks_are_on_time,
    project_answers_are_quick,
    customer_answers_are_quick,
    customer_projects_do_well,
    no_project_is_failing,
    projects_do_well,
)
