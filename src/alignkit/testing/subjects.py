"""
Subjects that rules can be called on, made from drafts.

A `Subject` is what the builders of projects, customers, objectives and portfolios give. It reads like the native
view of its record, made on first reading; put inside another builder it is a part of that one's facts instead.
"""

from __future__ import annotations

from typing import Any

from alignkit.errors import ValidationError
from alignkit.portfolio import Portfolio
from alignkit.testing.drafts import Draft
from alignkit.testing.records import Made, records_of

__all__ = ["Subject", "native", "portfolio_of"]


class Subject:
    """What a rule is called on: every field, hop and relation of the native view, and nothing else."""

    __slots__ = ("_draft", "_view")

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._view: Any = None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(native(self), name)

    def __repr__(self) -> str:
        if self._view is not None:
            return repr(self._view)
        given = {**self._draft.fields, **self._draft.hops, **self._draft.relations}
        return f"{self._draft.kind}({', '.join(given)})"


def _draft_of(value: object) -> Draft:
    """
    The draft behind what a builder gave.

    Raises:
        ValidationError: No builder of this kit made it.
    """
    found = value if isinstance(value, Draft) else value._draft if isinstance(value, Subject) else None
    if found is None:
        raise ValidationError(f"expected what a builder of alignkit.testing makes, got {type(value).__name__}")
    return found


def _made_from(*values: object, unknown: tuple[str, ...] = ()) -> tuple[Portfolio, Made]:
    """
    The portfolio of what builders gave, and how it was made.

    Raises:
        ValidationError: A collection is said to be unknown, and yet a record of it was given.
        PortfolioError: The records break the laws of a portfolio.
    """
    drafts = [_draft_of(value) for value in values]
    made = records_of(*drafts)
    left_out = {*unknown, *(name for draft in drafts for name in draft.unknown)}
    for name in left_out:
        if made.collections[name]:
            raise ValidationError("is said to be unknown, and yet has records", field=name)
    given: dict[str, Any] = {name: records for name, records in made.collections.items() if name not in left_out}
    return Portfolio(**given), made


def portfolio_of(*values: object, unknown: tuple[str, ...] = ()) -> Portfolio:
    """
    The portfolio of the facts that builders gave, to assess a policy on.

    Args:
        *values: What builders of this kit gave, subjects or others.
        unknown: Collections that are not known, beside those that the builders were told of.

    Returns:
        A portfolio in which every collection is given, most of them empty, except the unknown ones.

    Raises:
        ValidationError: A collection is said to be unknown, and yet a record of it was given.
        PortfolioError: The records break the laws of a portfolio.

    Example:
        >>> from alignkit.testing import project, task
        >>> portfolio_of(project(tasks=[task()]), project(), unknown=("needs",)).tasks[0].project_id
        'P-1'
    """
    return _made_from(*values, unknown=unknown)[0]


def native(subject: object) -> Any:
    """
    The native view behind a subject, made once; anything else as it is.

    Raises:
        AlignkitError: The facts cannot be made as the builders were told.
    """
    if not isinstance(subject, Subject):
        return subject
    if subject._view is None:
        portfolio, made = _made_from(subject)
        kind, id = made.subjects[0]
        subject._view = portfolio.view(kind, id, now=made.now, scores=made.scores)
    return subject._view
