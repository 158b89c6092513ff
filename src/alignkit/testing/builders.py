"""
Builders that make the facts for one rule in three lines.

    view = project(interactions=[interaction("status_update", direction="outbound", days_ago=12)])
    assert rule(view, NOW) == 0.5

The builders of subjects (`project`, `customer`, `objective`, `portfolio`) give what a rule is called on, the others
what goes inside. A builder takes by keyword:

- any field of the record; `_at` and `_on` fields also take `ago(days=3)` and `ahead(days=3)`;
- any hop, such as `customer=customer(tier="A")`, and any relation, such as `tasks=[task(), task()]`;
- `days_ago`, `hours_ago`, `days_ahead` or `at` for the main moment (when a touch occurred, a need was raised, a
  task created, an opportunity opened);
- subjects also `score` and `band`, for rules of a later kind that read them.

Ids are `"P-1"`, `"I-1"`, `"I-2"`, ... in the order written down, unless given; names and titles follow from them.
What stands inside a record points at it, and belongs to the same customer. All collections are given, most of them
empty, except those that `unknown` lists. The outermost builder may be given `now`, else it is `NOW`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from alignkit.policy.views import CustomerView, ObjectiveView, PortfolioView, ProjectView
from alignkit.testing.drafts import Draft, draft
from alignkit.testing.subjects import Subject

__all__ = [
    "change",
    "check_in",
    "contact",
    "contribution",
    "customer",
    "duplicate",
    "interaction",
    "need",
    "objective",
    "opportunity",
    "portfolio",
    "project",
    "task",
]


def project(*, unknown: Sequence[str] = (), now: datetime | None = None, **facts: Any) -> ProjectView:
    """A project and what hangs on it, to call a rule on."""
    return cast(ProjectView, Subject(draft("project", facts, unknown=unknown, now=now)))


def customer(*, unknown: Sequence[str] = (), now: datetime | None = None, **facts: Any) -> CustomerView:
    """A customer and what hangs on it, to call a rule on."""
    return cast(CustomerView, Subject(draft("customer", facts, unknown=unknown, now=now)))


def objective(*, unknown: Sequence[str] = (), now: datetime | None = None, **facts: Any) -> ObjectiveView:
    """An objective and what hangs on it, to call a rule on; `children` are objectives too."""
    return cast(ObjectiveView, Subject(draft("objective", facts, unknown=unknown, now=now)))


def portfolio(*, unknown: Sequence[str] = (), now: datetime | None = None, **collections: Any) -> PortfolioView:
    """Everything together, to call a rule on: each collection by its name."""
    return cast(PortfolioView, Subject(draft("portfolio", collections, unknown=unknown, now=now)))


def interaction(kind: str = "note", **facts: Any) -> Draft:
    """A touch of that kind, a day ago unless said otherwise; with `days_ahead` it is a planned one."""
    return draft("interaction", {"kind": kind, **facts})


def need(kind: str = "need", **facts: Any) -> Draft:
    """A need, complaint or promise, raised a day ago unless said otherwise."""
    return draft("need", {"kind": kind, **facts})


def task(**facts: Any) -> Draft:
    """A piece of work; its main moment is when it was created."""
    return draft("task", facts)


def contribution(**facts: Any) -> Draft:
    """The edge from a project to an objective; the end that is not given is made."""
    return draft("contribution", facts)


def check_in(**facts: Any) -> Draft:
    """How an objective stood, a day ago unless said otherwise."""
    return draft("check_in", facts)


def contact(**facts: Any) -> Draft:
    """A person at a customer."""
    return draft("contact", facts)


def opportunity(**facts: Any) -> Draft:
    """A possible sale; its main moment is when it was opened."""
    return draft("opportunity", facts)


def change(**facts: Any) -> Draft:
    """A journal entry (of a project's due date, a day ago) unless said otherwise."""
    return draft("change", facts)


def duplicate(**facts: Any) -> Draft:
    """Two pieces of work that look like one (tasks `"T-1"` and `"T-2"`) unless said otherwise."""
    return draft("duplicate", facts)
