"""What a rule that is called like a function sees."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import attrs
import pytest
from hypothesis import given

from alignkit.domain import (
    Change,
    Contribution,
    Customer,
    Interaction,
    Money,
    Need,
    Objective,
    Opportunity,
    Project,
    Task,
)
from alignkit.domain.money import Exchange
from alignkit.errors import AlignkitError, NotFoundError, UnknownCollectionError, ValidationError
from alignkit.policy import views as protocols
from alignkit.policy.model import KINDS, VIEWS
from alignkit.portfolio import Portfolio
from alignkit.portfolio.views import View
from alignkit.testing.strategies import portfolios

NOW = datetime(2026, 3, 31, tzinfo=timezone.utc)
DAY = timedelta(days=1)


def world() -> Portfolio:
    """One of the most, before and after now."""
    return Portfolio(
        customers=[Customer(id="C-1", name="Acme", annual_value=Money("1200.50", "EUR"))],
        projects=[Project(id="P-1", name="Apex", customer_id="C-1", progress=0.5), Project(id="P-2", name="Blue")],
        objectives=[Objective(id="O-1", title="Grow"), Objective(id="O-2", title="Up", parent_id="O-1")],
        contributions=[Contribution(project_id="P-1", objective_id="O-2", weight=2.0)],
        interactions=[
            Interaction(id="I-1", occurred_at=NOW - DAY, project_id="P-1", customer_id="C-1", answered_at=NOW + DAY),
            Interaction(id="I-2", occurred_at=NOW, project_id="P-1"),
            Interaction(id="I-3", occurred_at=NOW + DAY, project_id="P-1"),
        ],
        needs=[Need(id="N-1", title="Speed", raised_at=NOW + DAY, customer_id="C-1")],
        opportunities=[Opportunity(id="S-1", name="More", customer_id="C-1")],
        tasks=[
            Task(id="T-1", title="Old", project_id="P-1"),
            Task(id="T-2", title="New", project_id="P-1", created_at=NOW + DAY),
            Task(id="T-3", title="Done", project_id="P-1", created_at=NOW - DAY, completed_at=NOW + DAY),
        ],
        changes=[Change(id="H-1", kind="project", subject_id="P-1", field="due_on", occurred_at=NOW, project_id="P-1")],
    )


def ids(records: Iterable[Any]) -> list[str]:
    """Ids in order."""
    return [record.id for record in records]


def test_fields_are_as_stored() -> None:
    """Plain fields read as they were given."""
    project = world().project("P-1")

    assert (project.id, project.name, project.progress, project.due_on) == ("P-1", "Apex", 0.5, None)


def test_hops_lead_to_one_other() -> None:
    """A hop gives the other's view, or None where the key is unknown."""
    portfolio = world()
    customer = portfolio.project("P-1").customer

    assert customer is not None
    assert customer.name == "Acme"
    assert portfolio.project("P-2").customer is None
    assert portfolio.objective("O-2").parent == portfolio.objective("O-1")


def test_relations_lead_to_many() -> None:
    """A relation gives views of the records that refer here; none is no error."""
    portfolio = world()

    assert ids(portfolio.customer("C-1").projects) == ["P-1"]
    assert ids(portfolio.project("P-2").interactions) == []
    assert ids(portfolio.objective("O-1").children) == ["O-2"]
    assert [edge.project.name for edge in portfolio.objective("O-2").contributions] == ["Apex"]
    assert ids(portfolio.whole().projects) == ["P-1", "P-2"]


def test_relations_hold_what_had_happened() -> None:
    """With now, a relation holds the records up to it and those without a moment; without now, all."""
    portfolio = world()

    assert ids(portfolio.project("P-1", NOW).interactions) == ["I-1", "I-2"]
    assert ids(portfolio.project("P-1", NOW).tasks) == ["T-1", "T-3"]
    assert ids(portfolio.customer("C-1", NOW).needs) == []
    assert ids(portfolio.customer("C-1", NOW).opportunities) == ["S-1"]
    assert ids(portfolio.project("P-1", NOW).changes) == ["H-1"]
    assert ids(portfolio.project("P-1").interactions) == ["I-1", "I-2", "I-3"]
    assert ids(portfolio.whole(NOW).interactions) == ["I-1", "I-2"]


def test_upcoming_holds_what_is_planned() -> None:
    """Planned touches are in `upcoming`, which is refused without now."""
    portfolio = world()

    assert ids(portfolio.project("P-1", NOW).upcoming) == ["I-3"]
    assert ids(portfolio.whole(NOW).upcoming) == ["I-3"]
    with pytest.raises(AlignkitError, match=r"upcoming holds what lies after now.*use \.at\(now\)"):
        _ = portfolio.project("P-1").upcoming


def test_later_moments_are_not_known() -> None:
    """A moment after now reads None, in a record reached from a view too; without now it is seen."""
    portfolio = world()
    first = next(iter(portfolio.project("P-1", NOW).interactions))

    assert first.answered_at is None
    assert [task.completed_at for task in portfolio.project("P-1", NOW).tasks] == [None, None]
    assert next(iter(portfolio.project("P-1").interactions)).answered_at == NOW + DAY


def test_the_unknown_raises() -> None:
    """A relation or hop into a collection that was not given is neither empty nor None."""
    project = Portfolio(projects=[Project(id="P-1", name="Apex")]).project("P-1")

    with pytest.raises(UnknownCollectionError, match="tasks were not given"):
        _ = project.tasks
    with pytest.raises(UnknownCollectionError, match="customers were not given"):
        _ = project.customer


def test_money_reads_as_major_units() -> None:
    """Amounts are floats in the common currency; one without a rate is None."""
    portfolio = world()
    euros, dollars = Exchange("EUR"), Exchange("USD", {"EUR": "2"})

    assert portfolio.customer("C-1").annual_value == 1200.5
    assert portfolio.view("customer", "C-1", exchange=dollars).annual_value == 2401.0
    assert portfolio.view("customer", "C-1", exchange=Exchange("USD")).annual_value is None
    assert portfolio.view("project", "P-1", exchange=euros).budget is None


def test_several_currencies_need_an_exchange() -> None:
    """Amounts in two currencies are not read as if they were one."""
    portfolio = world().with_(projects=[Project(id="P-1", name="Apex", budget=Money("1", "USD"))])

    with pytest.raises(AlignkitError, match="amounts are in EUR, USD; pass exchange="):
        _ = portfolio.project("P-1").budget
    assert portfolio.view("project", "P-1", exchange=Exchange("EUR", {"USD": "0.5"})).budget == 0.5


def test_scores_are_those_handed_in() -> None:
    """Score and band are read from what was judged before, for children too; there is no silent None."""
    portfolio = world()
    scores = {("project", "P-1"): (72.5, "green")}
    customer = portfolio.view("customer", "C-1", scores=scores)

    assert [(project.score, project.band) for project in customer.projects] == [(72.5, "green")]
    with pytest.raises(AlignkitError, match=r"has no score here; pass scores=.*'customer', 'C-1'"):
        _ = customer.score


def test_a_view_can_be_bound_to_a_moment() -> None:
    """`at` gives the same subject as of a moment, and keeps what it was read with."""
    dollars = Exchange("USD", {"EUR": "2"})
    view = world().view("project", "P-1", exchange=dollars, scores={("project", "P-1"): (10.0, "red")}).at(NOW)

    assert ids(view.interactions) == ["I-1", "I-2"]
    assert view.score == 10.0
    assert view.customer.annual_value == 2401.0
    with pytest.raises(ValidationError, match="has no time zone"):
        view.at(datetime(2026, 1, 1))


def test_typos_get_the_right_name() -> None:
    """A mistyped attribute names the nearest one; private names are plainly absent."""
    project: Any = world().project("P-1")

    with pytest.raises(AttributeError, match="a project has no 'progres'; did you mean 'progress'"):
        _ = project.progres
    assert not hasattr(project, "_repr_html_")
    assert not hasattr(project, "__wrapped__")
    assert {"progress", "customer", "interactions", "score", "at"} <= set(dir(project))


def test_views_are_read_only() -> None:
    """Nothing can be set or deleted on a view."""
    project: Any = world().project("P-1")

    with pytest.raises(AttributeError, match="a view is read-only; change the fact by"):
        project.progress = 1.0
    with pytest.raises(AttributeError, match="read-only"):
        del project.progress


def test_a_relation_can_only_be_gone_through() -> None:
    """A relation has no truth and no length, and says what to do instead."""
    interactions: Any = world().project("P-1", NOW).interactions

    with pytest.raises(TypeError, match=r"use exists\(x for x in \.\.\.\) or count"):
        bool(interactions)
    with pytest.raises(TypeError):
        len(interactions)
    assert repr(interactions).startswith("<interactions of <project 'P-1' (Apex) at 2026-03-31")


def test_what_is_not_there_gets_suggestions() -> None:
    """An unknown id or kind names the nearest one."""
    portfolio = world()

    with pytest.raises(NotFoundError, match="no project 'P-3'; did you mean 'P-"):
        portfolio.project("P-3")
    with pytest.raises(NotFoundError, match="no kind 'projects'; did you mean 'project'"):
        portfolio.view("projects", "P-1")
    with pytest.raises(NotFoundError, match="no portfolio 'all'; did you mean 'portfolio'"):
        portfolio.view("portfolio", "all")
    with pytest.raises(UnknownCollectionError):
        Portfolio().project("P-1")


def test_suggestions_among_very_many_ids_come_soon() -> None:
    """Of a hundred thousand ids only those that share a beginning or an end are compared."""
    many = Portfolio(projects=[Project(id=f"P-{n}", name="X") for n in range(100_000)])

    with pytest.raises(NotFoundError) as caught:
        many.project("P-50000x")
    assert caught.value.suggestions[0].startswith("P-5000")


@given(portfolios(unknown=False, max_projects=2, max_records=2))
def test_views_keep_what_the_protocols_promise(portfolio: Portfolio) -> None:
    """Every property of every protocol reads, as its type, on every fact."""
    currency = Exchange("EUR")
    scores = _Everything()
    for protocol, kind in VIEWS.items():
        names = ["portfolio"] if kind == "portfolio" else list(portfolio.records(KINDS[kind]))
        for id in names:
            view = portfolio.view(kind, id, now=NOW, exchange=currency, scores=scores)
            for name, member in vars(protocol).items():
                if isinstance(member, property):
                    _matches(getattr(view, name), get_type_hints(member.fget)["return"])


class _Everything(dict[Any, Any]):
    """A score for each subject."""

    def __contains__(self, key: object) -> bool:
        return True

    def __missing__(self, key: object) -> tuple[float, str]:
        return 50.0, "amber"


def _matches(value: Any, annotation: Any) -> None:
    if get_origin(annotation) is protocols.Relation:
        assert all(record.id for record in value)
    else:
        union = get_origin(annotation) in (Union, UnionType)
        assert isinstance(value, tuple(map(_class, get_args(annotation) if union else (annotation,))))


def _class(annotation: Any) -> type:
    if get_origin(annotation) is Literal:
        return str
    return View if annotation in VIEWS else annotation


def test_the_facts_are_shared_not_copied() -> None:
    """A view reads the fact itself: a changed portfolio has a changed view, the first one does not."""
    before = world()
    (project, _) = before.projects or ()
    after = before.with_(projects=[attrs.evolve(project, progress=0.9)])

    assert (before.project("P-1").progress, after.project("P-1").progress) == (0.5, 0.9)
