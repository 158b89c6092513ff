"""
The model that rules speak about, read from the views: one description for editors, checker and engines.

Bounds of numbers come from the checks of the domain fields; which fields are amounts of money and where the
keys of hops and relations lie comes from the domain as well. Built once, on first use.
"""

from __future__ import annotations

import functools
import types
import typing
from datetime import date, datetime

import attrs

from alignkit.domain import COLLECTIONS, REFERENCES
from alignkit.domain.checks import check_of
from alignkit.expressions import types as t
from alignkit.expressions.model import Field, Hop, Kind, Model, Relation
from alignkit.policy import views

__all__ = ["KINDS", "SUBJECTS", "VIEWS", "model"]

SUBJECTS: typing.Final = ("objective", "project", "customer", "portfolio")
"""The kinds that are scored, in order."""

KINDS: typing.Final[dict[str, str]] = {
    "customer": "customers",
    "contact": "contacts",
    "project": "projects",
    "objective": "objectives",
    "contribution": "contributions",
    "check_in": "check_ins",
    "interaction": "interactions",
    "need": "needs",
    "opportunity": "opportunities",
    "task": "tasks",
    "change": "changes",
    "duplicate": "duplicates",
    "portfolio": "",
}
"""Each kind and its collection."""

VIEWS: typing.Final[dict[type, str]] = {
    views.CustomerView: "customer",
    views.ContactView: "contact",
    views.ProjectView: "project",
    views.ObjectiveView: "objective",
    views.ContributionView: "contribution",
    views.CheckInView: "check_in",
    views.InteractionView: "interaction",
    views.NeedView: "need",
    views.OpportunityView: "opportunity",
    views.TaskView: "task",
    views.ChangeView: "change",
    views.DuplicateView: "duplicate",
    views.PortfolioView: "portfolio",
}
"""Which kind a view shows."""

MOMENTS: typing.Final[dict[str, str]] = {
    "interaction": "occurred_at",
    "check_in": "occurred_at",
    "change": "occurred_at",
    "need": "raised_at",
    "task": "created_at",
    "opportunity": "opened_at",
}

_PARENT_NAMES: typing.Final = {"children": "parent_id"}


@functools.cache
def model() -> Model:
    """The model of alignkit: every kind that a view shows."""
    return Model(kinds={kind: _kind(view, kind) for view, kind in VIEWS.items()}, order=SUBJECTS)


def _kind(view: type, name: str) -> Kind:
    fields: dict[str, Field] = {}
    hops: dict[str, Hop] = {}
    relations: dict[str, Relation] = {}
    for attribute, annotation in _properties(view).items():
        plain, nullable = _without_none(annotation)
        if typing.get_origin(plain) is views.Relation:
            relations[attribute] = _relation(name, attribute, VIEWS[typing.get_args(plain)[0]])
        elif plain in VIEWS:
            hops[attribute] = Hop(attribute, f"{attribute}_id", VIEWS[plain], nullable)
        elif attribute not in ("score", "band") or name not in SUBJECTS:
            fields[attribute] = _field(name, attribute, plain, nullable)
    return Kind(
        name=name,
        collection=KINDS[name],
        fields=fields,
        hops=hops,
        relations=relations,
        moment=MOMENTS.get(name, ""),
        is_scored=name in SUBJECTS and name != "portfolio",
    )


def _properties(view: type) -> dict[str, typing.Any]:
    found = {}
    for name, member in vars(view).items():
        if isinstance(member, property) and member.fget is not None:
            found[name] = typing.get_type_hints(member.fget)["return"]
    return found


def _without_none(annotation: typing.Any) -> tuple[typing.Any, bool]:
    if typing.get_origin(annotation) in (types.UnionType, typing.Union):
        rest = [part for part in typing.get_args(annotation) if part is not type(None)]
        if len(rest) == 1:
            return rest[0], len(rest) < len(typing.get_args(annotation))
    return annotation, False


def _relation(owner: str, name: str, kind: str) -> Relation:
    upcoming = name == "upcoming"
    if owner == "portfolio":
        return Relation(name, kind, "", is_upcoming=upcoming)
    key = _PARENT_NAMES.get(name, f"{owner}_id")
    assert key in REFERENCES[KINDS[kind]], f"{kind} has no {key}"
    return Relation(name, kind, key, back=key.removesuffix("_id"), is_upcoming=upcoming)


def _field(kind: str, name: str, annotation: typing.Any, nullable: bool) -> Field:
    if kind == "portfolio":
        return Field(name, t.TEXT)
    attribute = getattr(attrs.fields(COLLECTIONS[KINDS[kind]]), name)
    bounds = check_of(attribute).bounds
    is_money = "Money" in str(attribute.type)
    if typing.get_origin(annotation) is typing.Literal:
        found = t.text_type(frozenset(typing.get_args(annotation)))
    elif annotation is float and is_money:
        found = t.float_type(-1e12, 1e12)
    elif annotation is float:
        assert bounds is not None, f"{kind}.{name} has no bounds"
        found = t.float_type(bounds.low, bounds.high)
    elif annotation is int:
        assert bounds is not None, f"{kind}.{name} has no bounds"
        found = t.int_type(bounds.low, bounds.high)
    else:
        found = {str: t.TEXT, bool: t.BOOL, date: t.DATE, datetime: t.MOMENT}[annotation]
    is_cut = found.base == "moment" and nullable
    return Field(name, found.optional() if nullable else found, is_money=is_money, is_cut=is_cut)
