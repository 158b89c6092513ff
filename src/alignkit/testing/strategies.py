"""
Hypothesis strategies: every entity, and whole portfolios whose references lead somewhere.

Each strategy draws what the domain accepts, the awkward on purpose (see `alignkit.testing.values`). Needs
Hypothesis; the rest of `alignkit.testing` does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, get_args, get_type_hints

import attrs
from hypothesis import strategies as st

from alignkit.domain import (
    COLLECTIONS,
    REFERENCES,
    Change,
    CheckIn,
    Contact,
    Contribution,
    Customer,
    Duplicate,
    Entity,
    Interaction,
    Money,
    Need,
    Objective,
    Opportunity,
    Project,
    Task,
    vocabulary,
)
from alignkit.domain.checks import check_of
from alignkit.portfolio import Portfolio
from alignkit.testing.clock import NOW
from alignkit.testing.values import days, external_refs, moments, money, numbers, texts

__all__ = [
    "changes",
    "check_ins",
    "collections",
    "contacts",
    "contributions",
    "customers",
    "customs",
    "days",
    "duplicates",
    "external_refs",
    "interactions",
    "moments",
    "money",
    "needs",
    "objectives",
    "opportunities",
    "portfolios",
    "projects",
    "tasks",
    "texts",
]

_VOCABULARIES = {
    (Customer, "stage"): vocabulary.Stage,
    (Project, "status"): vocabulary.ProjectStatus,
    (Project, "health"): vocabulary.Health,
    (Objective, "kind"): vocabulary.ObjectiveKind,
    (Contribution, "kind"): vocabulary.ContributionKind,
    (Interaction, "kind"): vocabulary.InteractionKind,
    (Interaction, "direction"): vocabulary.Direction,
    (Interaction, "survey"): vocabulary.Survey,
    (Need, "kind"): vocabulary.NeedKind,
    (Need, "status"): vocabulary.NeedStatus,
    (Opportunity, "stage"): vocabulary.OpportunityStage,
    (Task, "status"): vocabulary.TaskStatus,
}

_IDS = ["1", "2", "10", "a", "A", "\u00e9", "\u6771/1", "it's", " 3 ", "\U0001f680", "None", "a/b"]

_TEAMS = st.sampled_from(["pmo", "crm"])


def _values(cls: type[Any], field: attrs.Attribute[Any], hint: Any, now: datetime) -> st.SearchStrategy[Any]:
    if field.name == "custom":
        return customs(now)
    check = check_of(field)
    base = next((part for part in get_args(hint) if part is not type(None)), hint) if check.nullable else hint
    if (cls, field.name) in _VOCABULARIES:
        usual = st.sampled_from(get_args(_VOCABULARIES[cls, field.name]))
        return st.one_of(usual, usual, usual, texts())
    if field.name == "team":
        return _TEAMS
    if field.name == "external_refs":
        return st.lists(external_refs(), max_size=2).map(tuple)
    if check.bounds is not None:
        low, high = check.bounds.low, check.bounds.high
        return st.integers(int(low), int(high)) if base is int else numbers(low, high)
    made: dict[Any, Callable[[], st.SearchStrategy[Any]]] = {
        str: lambda: texts(empty=field.name in _MAY_BE_EMPTY),
        bool: st.booleans,
        datetime: lambda: moments(now),
        date: lambda: days(now),
        Money: money,
        tuple[str, ...]: lambda: st.lists(texts(), max_size=2).map(tuple),
    }
    return made[base]()


def customs(now: datetime = NOW) -> st.SearchStrategy[dict[str, Any]]:
    """Custom values by name, most often none; a name may hold any sort of value."""
    value = st.one_of(
        texts(empty=True), numbers(-1e12, 1e12), st.integers(-(2**53), 2**53), st.booleans(), days(now), moments(now)
    )
    names = st.sampled_from(["risk", "segment", "seats", "is_pilot", "go_live_on", "reviewed_at"])
    some = st.dictionaries(names, value, min_size=1, max_size=3)
    return st.one_of(st.just({}), st.just({}), st.just({}), some)


_MAY_BE_EMPTY = {"subject", "before", "after"}


@cache
def _fields(collection: str, now: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    """Strategies of the fields that must be given, and of those that may be left out or unknown."""
    cls = COLLECTIONS[collection]
    hints = get_type_hints(cls)
    required: dict[str, st.SearchStrategy[Any]] = {}
    optional: dict[str, st.SearchStrategy[Any]] = {}
    for field in attrs.fields(cls):
        if field.name == "version":
            continue
        values = _values(cls, field, hints[field.name], now)
        if field.default is attrs.NOTHING:
            required[field.name] = values
        else:
            optional[field.name] = st.none() | values if check_of(field).nullable else values
    return required, optional


def _entities(collection: str, now: datetime, fixed: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    given = {name: value if isinstance(value, st.SearchStrategy) else st.just(value) for name, value in fixed.items()}
    return _entity(collection, now, given)


@st.composite
def _entity(draw: st.DrawFn, collection: str, now: datetime, given: Mapping[str, st.SearchStrategy[Any]]) -> Any:
    required, optional = _fields(collection, now)
    chosen = {**required, **given}
    # One number says which fields are there: far cheaper than one draw for each field.
    mask = draw(st.integers(0, 2 ** len(optional) - 1))
    for place, (name, strategy) in enumerate(optional.items()):
        if mask >> place & 1 and name not in chosen:
            chosen[name] = strategy
    return COLLECTIONS[collection](**{name: draw(strategy) for name, strategy in chosen.items()})


def customers(*, now: datetime = NOW, **fixed: Any) -> st.SearchStrategy[Customer]:
    """Customers. A field given by name is that value, or drawn from that strategy; so for every entity."""
    return _entities("customers", now, fixed)


def contacts(*, now: datetime = NOW, **fixed: Any) -> st.SearchStrategy[Contact]:
    """People at customers."""
    return _entities("contacts", now, fixed)


def projects(*, now: datetime = NOW, **fixed: Any) -> st.SearchStrategy[Project]:
    """Planned deliveries."""
    return _entities("projects", now, fixed)


def objectives(*, now: datetime = NOW, **fixed: Any) -> st.SearchStrategy[Objective]:
    """Intended results."""
    return _entities("objectives", now, fixed)


def contributions(*, now: datetime = NOW, **fixed: Any) -> st.SearchStrategy[Contribution]:
    """Edges from projects to objectives."""
    return _entities("contributions", now, fixed)


def check_ins(*, now: datetime = NOW, **fixed: Any) -> st.SearchStrategy[CheckIn]:
    """How objectives stood."""
    return _entities("check_ins", now, fixed)


def interactions(*, now: datetime = NOW, **fixed: Any) -> st.SearchStrategy[Interaction]:
    """Touches, past and planned."""
    return _entities("interactions", now, fixed)


def needs(*, now: datetime = NOW, **fixed: Any) -> st.SearchStrategy[Need]:
    """Needs, complaints and promises."""
    return _entities("needs", now, fixed)


def opportunities(*, now: datetime = NOW, **fixed: Any) -> st.SearchStrategy[Opportunity]:
    """Possible sales."""
    return _entities("opportunities", now, fixed)


def tasks(*, now: datetime = NOW, **fixed: Any) -> st.SearchStrategy[Task]:
    """Pieces of work."""
    return _entities("tasks", now, fixed)


def changes(*, now: datetime = NOW, **fixed: Any) -> st.SearchStrategy[Change]:
    """Journal entries."""
    return _entities("changes", now, fixed)


def duplicates(*, now: datetime = NOW, **fixed: Any) -> st.SearchStrategy[Duplicate]:
    """Pairs that look like one."""
    return _entities("duplicates", now, fixed)


_ORDER = [
    "customers",
    "contacts",
    "projects",
    "objectives",
    "contributions",
    "check_ins",
    "tasks",
    "needs",
    "interactions",
    "opportunities",
    "changes",
    "duplicates",
]


@st.composite
def collections(
    draw: st.DrawFn, *, now: datetime = NOW, max_projects: int = 3, max_records: int = 4, unknown: bool = True
) -> dict[str, list[Any]]:
    """
    The facts of a portfolio, collection by collection.

    References lead to records that are there, or are unknown. Records come in the order of
    their ids as drawn, or all reversed. Needs may name tasks, tasks no needs.

    Args:
        now: The moment around which things happen.
        max_projects: Most customers, projects and objectives, each.
        max_records: Most records of every other collection.
        unknown: Whether collections may be left out.
    """
    ids: dict[str, list[str]] = {}
    found: dict[str, list[Any]] = {}
    for name in _ORDER:
        most = max_projects if name in {"customers", "projects", "objectives"} else max_records
        needs_both = name in {"contributions", "check_ins"}
        found[name], ids[name] = [], []
        if needs_both and not all(ids[target] for target in REFERENCES[name].values()):
            continue
        for id in draw(st.lists(st.sampled_from(_IDS), max_size=most, unique=True)):
            known = {field: ids.get(target, []) for field, target in REFERENCES[name].items()}
            there = {
                field: st.sampled_from(others if needs_both else [*others, None]) for field, others in known.items()
            }
            entity: Entity = draw(_entity(name, now, {"id": st.just(id), **there}))
            found[name].append(entity)
            ids[name].append(entity.id)
    if draw(st.booleans()):
        for records in found.values():
            records.reverse()
    left_out = draw(st.sets(st.sampled_from(_ORDER), max_size=4)) if unknown and draw(st.booleans()) else set()
    return {name: records for name, records in found.items() if name not in left_out}


def portfolios(
    *, now: datetime = NOW, max_projects: int = 3, max_records: int = 4, unknown: bool = True
) -> st.SearchStrategy[Portfolio]:
    """Portfolios that hold every law; arguments as for `collections`."""
    drawn = collections(now=now, max_projects=max_projects, max_records=max_records, unknown=unknown)
    return drawn.map(_portfolio)


def _portfolio(facts: dict[str, Any]) -> Portfolio:
    return Portfolio(**facts)
