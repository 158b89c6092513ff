"""The rules of completion on facts small enough to count by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from alignkit.expressions.functions import NOT_APPLICABLE
from alignkit.policy.defaults import completion as c
from alignkit.policy.views import ObjectiveView, ProjectView
from alignkit.testing import NOW, ago, ahead, customer, interaction, objective, portfolio, project, task

TODAY = date(2026, 3, 2)


def _half_time(**facts: Any) -> ProjectView:
    return project(start_on=ago(days=50), due_on=ahead(days=50), **facts)


def _half_cycle(**facts: Any) -> ObjectiveView:
    return objective(start_on=ago(days=50), due_on=ahead(days=50), **facts)


@pytest.mark.parametrize(("value", "score"), [(60, 1.0), (47.5, 1.0), (40, 0.571429), (30, 0.0)])
def test_objective_keeps_pace_with_time(value: float, score: float) -> None:
    """Half of the time is over: 40 of 100 is a pace of 0.8, which is (0.8 - 0.6) / 0.35 = 0.571429."""
    moving = _half_cycle(start_value=0, current_value=value, target_value=100)
    assert c.objective_keeps_pace(moving, TODAY) == pytest.approx(score, abs=1e-6)


def test_objective_that_decreases_keeps_pace_downwards() -> None:
    """From 20 to 10, now at 14: 0.6 of the way in half of the time."""
    falling = _half_cycle(kind="decrease", start_value=20, current_value=14, target_value=10)
    assert c.objective_keeps_pace(falling, TODAY) == 1.0


def test_pace_of_an_objective_needs_values_dates_and_time() -> None:
    """No values or no dates: no data. The first tenth, limits to guard and closed objectives: not judged."""
    early = objective(start_on=ago(days=9), due_on=ahead(days=91), current_value=0, target_value=9)
    guard = _half_cycle(kind="stay_below", current_value=3, target_value=5)
    assert c.objective_keeps_pace(_half_cycle(), TODAY) is None
    assert c.objective_keeps_pace(objective(current_value=1, target_value=9), TODAY) is None
    assert c.objective_keeps_pace(early, TODAY) is NOT_APPLICABLE
    assert c.objective_keeps_pace(guard, TODAY) is NOT_APPLICABLE
    assert c.objective_keeps_pace(_half_cycle(status="achieved"), TODAY) is NOT_APPLICABLE


@pytest.mark.parametrize(("progress", "score"), [(0.5, 1.0), (0.4, 0.571429), (0.3, 0.0)])
def test_project_keeps_pace_with_time(progress: float, score: float) -> None:
    """Half of the time is over: 0.4 is a pace of 0.8, which is (0.8 - 0.6) / 0.35 = 0.571429."""
    assert c.project_keeps_pace(_half_time(progress=progress), TODAY) == pytest.approx(score, abs=1e-6)


def test_overdue_project_is_measured_against_all_of_its_work() -> None:
    """Time does not go beyond all of it: 0.8 done after the end is a pace of 0.8."""
    late = project(start_on=ago(days=90), due_on=ago(days=10), progress=0.8)
    assert c.project_keeps_pace(late, TODAY) == pytest.approx(0.571429, abs=1e-6)


def test_pace_of_a_project_needs_progress_dates_and_time() -> None:
    """Unknown progress or dates are no data; a fresh or resting project is not judged."""
    assert c.project_keeps_pace(_half_time(), TODAY) is None
    assert c.project_keeps_pace(project(progress=0.2), TODAY) is None
    fresh = project(start_on=ago(days=9), due_on=ahead(days=91), progress=0.0)
    assert c.project_keeps_pace(fresh, TODAY) is NOT_APPLICABLE
    assert c.project_keeps_pace(_half_time(status="on_hold", progress=0.1), TODAY) is NOT_APPLICABLE


def test_planned_work_is_measured_in_hours() -> None:
    """34 of the 40 hours due are done: 0.85, which is (0.85 - 0.75) / 0.2 = 0.5. Later and cancelled work is apart."""
    tasks = [
        task(status="done", effort_hours=34, due_on=ago(days=3)),
        task(effort_hours=6, due_on=ago(days=0)),
        task(effort_hours=50, due_on=ahead(days=1)),
        task(status="cancelled", effort_hours=50, due_on=ago(days=3)),
    ]
    assert c.planned_work_is_done(project(tasks=tasks), TODAY) == pytest.approx(0.5)


def test_planned_work_without_estimates_is_counted() -> None:
    """1 of 2 tasks is 0.5, under 0.75; work done ahead of its day counts in full."""
    done, due = task(status="done", due_on=ago(days=3)), task(due_on=ago(days=3))
    ahead_of_plan = task(status="done", due_on=ahead(days=30))
    assert c.planned_work_is_done(project(tasks=[done, due]), TODAY) == 0.0
    assert c.planned_work_is_done(project(tasks=[done, due, ahead_of_plan]), TODAY) == 1.0


def test_planned_work_is_unknown_while_nothing_is_due() -> None:
    """No tasks, or none due by today."""
    assert c.planned_work_is_done(project(), TODAY) is None
    assert c.planned_work_is_done(project(tasks=[task(due_on=ahead(days=1)), task()]), TODAY) is None
    assert c.planned_work_is_done(project(status="planned"), TODAY) is NOT_APPLICABLE


@pytest.mark.parametrize(("moved", "score"), [(0, 1.0), (4, 1.0), (7, 0.4), (9, 0.0)])
def test_moved_due_date_costs_by_length(moved: int, score: float) -> None:
    """A project of 100 days that moved by 7 slipped 0.07: (0.09 - 0.07) / 0.05 = 0.4."""
    slipped = project(start_on=ago(days=50), baseline_due_on=ahead(days=50), due_on=ahead(days=50 + moved))
    assert c.due_date_holds(slipped, TODAY) == pytest.approx(score)


def test_due_date_that_passed_goes_on_slipping() -> None:
    """Due 7 days ago in a plan of 100 days and still open: a slip of 0.07, though nobody moved the date."""
    overdue = project(start_on=ago(days=107), baseline_due_on=ago(days=7), due_on=ago(days=7))
    assert c.due_date_holds(overdue, TODAY) == pytest.approx(0.4)


def test_slip_needs_a_first_date() -> None:
    """Without a baseline nothing can have slipped that we know of; finished work is not judged."""
    assert c.due_date_holds(_half_time(), TODAY) is None
    assert c.due_date_holds(project(status="completed"), TODAY) is NOT_APPLICABLE


def _milestone(days: int, reached: int | None = None) -> Any:
    if reached is None:
        return task(is_milestone=True, due_on=ago(days=days))
    return task(is_milestone=True, status="done", due_on=ago(days=days), completed_at=ago(days=reached))


def test_milestones_count_when_reached_by_their_day() -> None:
    """3 of 4 were in time (one on the day, two before): (0.75 - 0.65) / 0.25 = 0.4. Late is late."""
    reached = [_milestone(10, 10), _milestone(10, 12), _milestone(20, 30)]
    assert c.milestones_are_on_time(project(tasks=[*reached, _milestone(10)]), NOW, TODAY) == pytest.approx(0.4)
    assert c.milestones_are_on_time(project(tasks=[*reached, _milestone(10, 3)]), NOW, TODAY) == pytest.approx(0.4)
    assert c.milestones_are_on_time(project(tasks=reached), NOW, TODAY) == 1.0


def test_milestones_are_judged_once_they_are_due() -> None:
    """None at all is no data; none due yet, or cancelled ones only, is no question."""
    assert c.milestones_are_on_time(project(tasks=[task()]), NOW, TODAY) is None
    ahead_of_us = task(is_milestone=True, due_on=ahead(days=5))
    assert c.milestones_are_on_time(project(tasks=[ahead_of_us, _milestone(0)]), NOW, TODAY) is NOT_APPLICABLE
    assert c.milestones_are_on_time(project(status="planned"), NOW, TODAY) is NOT_APPLICABLE


@pytest.mark.parametrize(("overdue", "score"), [(1, 1.0), (3, 0.411765), (5, 0.0)])
def test_overdue_tasks_cost(overdue: int, score: float) -> None:
    """3 of 20 open tasks are 0.15: (0.22 - 0.15) / 0.17 = 0.411765. Done and undated ones are not overdue."""
    tasks = [task(due_on=ago(days=1)) for _ in range(overdue)] + [task() for _ in range(20 - overdue)]
    tasks.append(task(status="done", due_on=ago(days=9)))
    assert c.tasks_are_on_time(project(tasks=tasks), TODAY) == pytest.approx(score, abs=1e-6)


def test_tasks_are_judged_where_some_are_open() -> None:
    """No tasks are no data; all done is no question; due today is not overdue."""
    assert c.tasks_are_on_time(project(), TODAY) is None
    assert c.tasks_are_on_time(project(tasks=[task(status="done")]), TODAY) is NOT_APPLICABLE
    assert c.tasks_are_on_time(project(tasks=[task(due_on=ago(days=0))]), TODAY) == 1.0
    assert c.tasks_are_on_time(project(status="on_hold", tasks=[task()]), TODAY) is NOT_APPLICABLE


def _question(hours: float, *, answered_after: float | None = None) -> Any:
    reply = None if answered_after is None else ago(hours=hours - answered_after)
    return interaction("email", direction="inbound", needs_answer=True, hours_ago=hours, answered_at=reply)


@pytest.mark.parametrize(
    ("questions", "score"),
    [
        ([(500, 24)], 1.0),
        ([(500, 24), (120, None)], 0.5),
        ([(500, 96)], 0.0),
        ([(500, None), (500, 0), (500, 0), (500, 0), (500, 0)], 1.0),
    ],
)
def test_waiting_for_answers_costs(questions: list[tuple[float, float | None]], score: float) -> None:
    """24 and 120 hours are 72 on average: (96 - 72) / 48 = 0.5. A forgotten one counts 240: 240 / 5 = 48."""

    def asked() -> list[Any]:
        return [_question(hours, answered_after=after) for hours, after in questions]

    assert c.project_answers_are_quick(project(interactions=asked()), NOW) == score
    assert c.customer_answers_are_quick(customer(interactions=asked()), NOW) == score


def test_nobody_waits_where_nobody_asked() -> None:
    """Old questions, our own mails and mails that need no answer are no questions."""
    others = [
        _question(24 * 91),
        interaction("email", direction="outbound", needs_answer=True),
        interaction("email", direction="inbound"),
    ]
    assert c.project_answers_are_quick(project(interactions=others), NOW) is NOT_APPLICABLE
    assert c.customer_answers_are_quick(customer(interactions=others), NOW) is NOT_APPLICABLE
    assert c.project_answers_are_quick(project(status="completed"), NOW) is NOT_APPLICABLE
    assert c.customer_answers_are_quick(customer(stage="prospect"), NOW) is NOT_APPLICABLE


def test_customer_stands_on_the_mean_of_its_active_projects() -> None:
    """80 and 40 are 60 on average; finished and unscored projects are left out."""
    projects = [
        project(score=80.0),
        project(score=40.0),
        project(score=None),
        project(status="completed", score=0.0),
    ]
    assert c.customer_projects_do_well(customer(projects=projects)) == 0.6


def test_customer_stands_on_its_worst_active_project() -> None:
    """The worst has 45: (45 - 20) / 50 = 0.5; 70 is enough, 20 is nothing."""
    assert c.no_project_is_failing(customer(projects=[project(score=90.0), project(score=45.0)])) == 0.5
    assert c.no_project_is_failing(customer(projects=[project(score=70.0)])) == 1.0
    assert c.no_project_is_failing(customer(projects=[project(score=20.0)])) == 0.0


def test_roll_up_is_unknown_without_scores_and_no_question_without_active_projects() -> None:
    """For the mean and for the worst."""
    unscored = customer(projects=[project(score=None)])
    resting = customer(projects=[project(status="on_hold", score=50.0)])
    assert c.customer_projects_do_well(unscored) is None
    assert c.customer_projects_do_well(resting) is NOT_APPLICABLE
    assert c.customer_projects_do_well(customer(stage="churned")) is NOT_APPLICABLE
    assert c.no_project_is_failing(unscored) is None
    assert c.no_project_is_failing(resting) is NOT_APPLICABLE
    assert c.no_project_is_failing(customer(stage="churned")) is NOT_APPLICABLE


def test_portfolio_stands_on_the_mean_of_active_projects() -> None:
    """100, 50 and 30 are 60 on average."""
    active = [project(score=100.0), project(score=50.0), project(score=30.0)]
    assert c.projects_do_well(portfolio(projects=[*active, project(status="cancelled", score=0.0)])) == 0.6
    assert c.projects_do_well(portfolio(projects=[project(score=None)])) is None
    assert c.projects_do_well(portfolio()) is NOT_APPLICABLE
