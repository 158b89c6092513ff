"""What `find` gives: the order and the number of facts, the same in every store, and how memory chooses them."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, TypeVar, get_args, get_type_hints

import attrs

from alignkit.domain import COLLECTIONS, Entity
from alignkit.errors import ValidationError
from alignkit.policy.filters import compile_filter
from alignkit.portfolio.names import nearest
from alignkit.portfolio.views import view_of
from alignkit.stores.kinds import KIND_OF
from alignkit.stores.looking import Facts

__all__ = ["checked_limit", "found", "order_of", "ordered"]

SORTABLE = {str, bool, int, float, date, datetime}

F = TypeVar("F", bound=Entity)


def order_of(collection: str, order_by: str | None) -> tuple[str, bool]:
    """
    The field to sort by, and whether downwards; ties are in the order of ids.

    Raises:
        ValidationError: There is no such field, or it does not sort.
    """
    if order_by is None:
        return "id", False
    field = order_by.removeprefix("-")
    known = sortable(collection)
    if field not in known:
        near = nearest(field, known)
        hint = f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(sorted(known))}"
        entity = COLLECTIONS[collection].__name__
        raise ValidationError(
            f"{entity} does not sort by {field!r}{hint}", entity="find", field="order_by", value=order_by
        )
    return field, order_by.startswith("-")


@functools.cache
def sortable(collection: str) -> frozenset[str]:
    """The fields of a collection that sort: text, numbers, flags, days and moments, but not the version."""
    cls = COLLECTIONS[collection]
    hints = get_type_hints(cls)
    kinds = {field.name: set(get_args(hints[field.name]) or (hints[field.name],)) for field in attrs.fields(cls)}
    return frozenset(name for name, kind in kinds.items() if kind - {type(None)} <= SORTABLE and name != "version")


def checked_limit(limit: int | None) -> int | None:
    """
    The limit.

    Raises:
        ValidationError: It is negative or no whole number.
    """
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int) or limit < 0):
        raise ValidationError(
            f"expected 0 or more, or None for all, got {limit!r}", entity="find", field="limit", value=limit
        )
    return limit


def ordered(facts: Iterable[F], field: str, is_down: bool, limit: int | None) -> tuple[F, ...]:
    """The first facts by a field, as `Repository.find` says: unknown ones last either way, equal ones by id."""
    by_id = sorted(facts, key=lambda fact: fact.id)
    known = [fact for fact in by_id if getattr(fact, field) is not None]
    known.sort(key=lambda fact: getattr(fact, field), reverse=is_down)
    unknown = [fact for fact in by_id if getattr(fact, field) is None]
    return tuple((known + unknown)[:limit])


def found(
    facts: Facts,
    collection: str,
    text: str | None,
    names: Mapping[str, Any] | None,
    order_by: str | None,
    limit: int | None,
) -> tuple[Any, ...]:
    """The facts of a collection as `Repository.find` gives them, looked at one by one."""
    field, is_down = order_of(collection, order_by)
    most = checked_limit(limit)
    records = facts.records(collection)
    if text is None:
        return ordered(records.values(), field, is_down, most)
    kind = KIND_OF[collection]
    condition = compile_filter(kind, text, names)
    views = ((fact, view_of(facts, kind, fact.id, now=None, exchange=None, scores=None)) for fact in records.values())
    return ordered((fact for fact, view in views if condition.holds(view)), field, is_down, most)
