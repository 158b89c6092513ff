"""Builders make the facts for one rule: coherent, deterministic, and in few words."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from alignkit.errors import PortfolioError, UnknownCollectionError, ValidationError
from alignkit.testing import (
    NOW,
    ago,
    ahead,
    change,
    check_in,
    contact,
    contribution,
    customer,
    duplicate,
    interaction,
    need,
    objective,
    opportunity,
    portfolio,
    portfolio_of,
    project,
    task,
)


def test_three_lines_make_facts_for_one_rule() -> None:
    """A project with a touch twelve days ago reads like any project of a portfolio."""
    view = project(interactions=[interaction("status_update", direction="outbound", days_ago=12)])
    (told,) = view.interactions
    assert (told.kind, told.direction, told.occurred_at) == ("status_update", "outbound", NOW - timedelta(days=12))


def test_ids_follow_the_order_written_down() -> None:
    """Records without an id are numbered by kind, the same on every run."""
    view = project(tasks=[task(), task()], interactions=[interaction(), interaction()])
    assert view.id == "P-1"
    assert [t.id for t in view.tasks] == ["T-1", "T-2"]
    assert [i.id for i in view.interactions] == ["I-1", "I-2"]


def test_given_ids_are_kept_free() -> None:
    """Numbering steps around ids that were given, wherever they stand."""
    view = project(tasks=[task(), task(id="T-1"), task()])
    assert [t.id for t in view.tasks] == ["T-2", "T-1", "T-3"]


def test_children_point_at_what_holds_them() -> None:
    """What stands inside a project names it, and the customer it is for."""
    view = project(customer=customer(tier="A"), interactions=[interaction()], needs=[need()])
    (touch,), (wish,) = view.interactions, view.needs
    assert (touch.project_id, touch.customer_id) == ("P-1", "C-1")
    assert (wish.project_id, wish.customer_id) == ("P-1", "C-1")
    assert touch.customer is not None
    assert touch.customer.tier == "A"


def test_a_customer_reaches_down() -> None:
    """Touches of a customer's project are the customer's too."""
    view = customer(projects=[project(interactions=[interaction("call")])], needs=[need("complaint", days_ago=40)])
    assert [i.kind for i in view.interactions] == ["call"]
    assert [n.raised_at for n in view.needs] == [NOW - timedelta(days=40)]


def test_an_own_customer_wins() -> None:
    """A record that names a customer itself does not take over the project's."""
    other = customer(name="Other")
    made = portfolio_of(project(customer=customer(), interactions=[interaction(customer=other)]))
    assert made.interactions is not None
    assert made.customers is not None
    named = {c.id: c.name for c in made.customers}
    assert named[made.interactions[0].customer_id or ""] == "Other"


def test_the_same_draft_is_the_same_record() -> None:
    """A draft that stands in two places is one record, whichever place comes first."""
    shared = project(name="Apollo")
    view = portfolio(objectives=[objective(contributions=[contribution(project=shared)])], projects=[shared])
    assert [p.name for p in view.projects] == ["Apollo"]
    held = portfolio_of(
        portfolio(contributions=[contribution(project=shared)], customers=[customer(projects=[shared])])
    )
    assert held.projects is not None
    assert held.projects[0].customer_id == "C-1"


def test_a_contribution_makes_its_other_end() -> None:
    """An edge needs two ends: the one that is not given is made."""
    (edge,) = project(contributions=[contribution(weight=2.0)]).contributions
    assert (edge.project_id, edge.objective_id, edge.objective.title, edge.weight) == (
        "P-1",
        "O-1",
        "Objective O-1",
        2.0,
    )


def test_objectives_nest() -> None:
    """Children of an objective name it as their parent; its check-ins and tasks name it too."""
    view = objective(children=[objective()], check_ins=[check_in(value=3)], tasks=[task()])
    (child,) = view.children
    assert (view.id, child.parent_id) == ("O-1", "O-1")
    assert [c.value for c in view.check_ins] == [3.0]
    assert [t.objective_id for t in view.tasks] == ["O-1"]


def test_all_collections_of_a_portfolio() -> None:
    """The portfolio's builder takes every collection by its name."""
    view = portfolio(
        customers=[customer(contacts=[contact()], opportunities=[opportunity(days_ago=3)])],
        changes=[change(told_at=ago(hours=1))],
        duplicates=[duplicate(hours=4)],
    )
    assert [c.id for c in view.contacts] == ["K-1"]
    assert [o.opened_at for o in view.opportunities] == [NOW - timedelta(days=3)]
    assert [c.told_at for c in view.changes] == [NOW - timedelta(hours=1)]
    assert [d.hours for d in view.duplicates] == [4.0]


def test_spans_become_moments_and_days() -> None:
    """`ago` and `ahead` are moments for an `_at` field and days (in UTC) for an `_on` field."""
    view = project(due_on=ahead(days=2), tasks=[task(completed_at=ago(hours=3), due_on=ago(days=1))])
    (work,) = view.tasks
    assert (view.due_on, work.due_on) == (date(2026, 3, 4), date(2026, 3, 1))
    assert work.completed_at == NOW - timedelta(hours=3)


def test_planned_touches_are_upcoming() -> None:
    """A touch ahead of now is not among the interactions but in `upcoming`."""
    view = project(interactions=[interaction("meeting", days_ahead=7), interaction("call", hours_ago=2)])
    assert [i.kind for i in view.interactions] == ["call"]
    assert [i.kind for i in view.upcoming] == ["meeting"]


def test_now_is_that_of_the_outermost_builder() -> None:
    """Spans count from the `now` given to the outermost builder."""
    then = datetime(2027, 1, 1, tzinfo=timezone.utc)
    (touch,) = customer(projects=[project(interactions=[interaction(days_ago=1)])], now=then).interactions
    assert touch.occurred_at == datetime(2026, 12, 31, tzinfo=timezone.utc)


def test_two_moments_are_refused() -> None:
    """A part made for another moment than the whole is an error, not a silent shift."""
    then = datetime(2027, 1, 1, tzinfo=timezone.utc)
    with pytest.raises(ValidationError, match="outermost builder"):
        _ = customer(projects=[project(now=then)]).id


def test_collections_are_given_and_empty() -> None:
    """What is not mentioned is known to be none."""
    view = project()
    assert list(view.tasks) == []
    assert portfolio_of(view).duplicates == ()


def test_unknown_collections_are_not_given() -> None:
    """A collection listed as unknown is unknown: reading it natively raises."""
    view = project(unknown=["tasks"])
    assert portfolio_of(view).tasks is None
    with pytest.raises(UnknownCollectionError):
        list(view.tasks)


def test_unknown_with_records_is_refused() -> None:
    """A collection cannot be unknown and have records."""
    with pytest.raises(ValidationError, match="tasks: is said to be unknown"):
        portfolio_of(project(tasks=[task()], unknown=["tasks"]))


def test_a_wrong_word_names_the_nearest() -> None:
    """A word that is no field, hop or relation is answered with the one that was meant."""
    with pytest.raises(ValidationError, match="did you mean 'tasks'"):
        project(taks=[])
    with pytest.raises(ValidationError, match="did you mean 'needs'"):
        project(unknown=["need"])


def test_a_wrong_kind_is_refused() -> None:
    """A relation takes its own kind only, and a plain value is no draft."""
    with pytest.raises(ValidationError, match=r"expected what alignkit.testing.task\(...\) makes, got interaction"):
        project(tasks=[interaction()])
    with pytest.raises(ValidationError, match="got str"):
        project(customer="C-1")


def test_two_holders_are_refused() -> None:
    """A record cannot stand inside two projects."""
    shared = task()
    with pytest.raises(ValidationError, match="stands inside two others"):
        portfolio_of(project(tasks=[shared]), project(tasks=[shared]))


@pytest.mark.parametrize("words", [{"days_ago": 1, "hours_ago": 1}, {"at": NOW, "occurred_at": NOW}])
def test_the_main_moment_is_given_once(words: dict[str, object]) -> None:
    """Two words for the same moment contradict each other."""
    with pytest.raises(ValidationError, match="more than once"):
        interaction(**words)


def test_no_main_moment() -> None:
    """A kind without a main moment says which words to use."""
    with pytest.raises(ValidationError, match="name the field"):
        project(days_ago=3)


def test_the_domain_still_judges() -> None:
    """A builder makes no record that the domain refuses, and no portfolio that breaks its laws."""
    with pytest.raises(ValidationError, match="between 0 and 1"):
        _ = project(progress=1.5).progress
    with pytest.raises(PortfolioError):
        portfolio_of(task(project_id="P-9"))


def test_scores_of_parts_can_be_set() -> None:
    """A rule of a later kind reads the score and band that a part was given; the band follows from the score."""
    view = customer(projects=[project(score=55.0), project(score=90.0, band="amber"), project(score=None)])
    assert [(p.score, p.band) for p in view.projects] == [(55.0, "amber"), (90.0, "amber"), (None, "unknown")]


def test_a_subject_shows_what_it_is() -> None:
    """The repr of a subject names its record once read, and what it was given before."""
    view = project(name="Apollo", tasks=[task()])
    assert repr(view) == "project(name, tasks)"
    assert view.name in repr(view)


def test_subjects_have_nothing_else() -> None:
    """A subject has the fields of its kind only, as in a portfolio."""
    with pytest.raises(AttributeError, match="budgt"):
        project().budgt  # type: ignore[attr-defined]  # noqa: B018
