"""How collections are named in keyword arguments, and what a mistyped name was meant to be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, Final, TypedDict

from alignkit.domain import (
    COLLECTIONS,
    Change,
    CheckIn,
    Contact,
    Contribution,
    Customer,
    Duplicate,
    Interaction,
    Need,
    Objective,
    Opportunity,
    Project,
    Task,
)

__all__ = ["Facts", "Frames", "Ids", "Records", "nearest", "only_collections"]

MOST_COMPARED: Final = 2_000

Record = Mapping[str, Any]


class Facts(TypedDict, total=False):
    """Facts by collection."""

    customers: Iterable[Customer] | None
    contacts: Iterable[Contact] | None
    projects: Iterable[Project] | None
    objectives: Iterable[Objective] | None
    contributions: Iterable[Contribution] | None
    check_ins: Iterable[CheckIn] | None
    interactions: Iterable[Interaction] | None
    needs: Iterable[Need] | None
    opportunities: Iterable[Opportunity] | None
    tasks: Iterable[Task] | None
    changes: Iterable[Change] | None
    duplicates: Iterable[Duplicate] | None


class Records(TypedDict, total=False):
    """Plain dictionaries by collection."""

    customers: Iterable[Record] | None
    contacts: Iterable[Record] | None
    projects: Iterable[Record] | None
    objectives: Iterable[Record] | None
    contributions: Iterable[Record] | None
    check_ins: Iterable[Record] | None
    interactions: Iterable[Record] | None
    needs: Iterable[Record] | None
    opportunities: Iterable[Record] | None
    tasks: Iterable[Record] | None
    changes: Iterable[Record] | None
    duplicates: Iterable[Record] | None


class Frames(TypedDict, total=False):
    """Data frames by collection."""

    customers: Any
    contacts: Any
    projects: Any
    objectives: Any
    contributions: Any
    check_ins: Any
    interactions: Any
    needs: Any
    opportunities: Any
    tasks: Any
    changes: Any
    duplicates: Any


class Ids(TypedDict, total=False):
    """Ids by collection."""

    customers: Iterable[str] | None
    contacts: Iterable[str] | None
    projects: Iterable[str] | None
    objectives: Iterable[str] | None
    contributions: Iterable[str] | None
    check_ins: Iterable[str] | None
    interactions: Iterable[str] | None
    needs: Iterable[str] | None
    opportunities: Iterable[str] | None
    tasks: Iterable[str] | None
    changes: Iterable[str] | None
    duplicates: Iterable[str] | None


def only_collections(function: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """
    The arguments that were given.

    Raises:
        TypeError: One of them is not the name of a collection.
    """
    for name in given:
        if name not in COLLECTIONS:
            near = nearest(name, COLLECTIONS)
            hint = f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(COLLECTIONS)}"
            raise TypeError(f"{function}() knows no collection {name!r}{hint}")
    return {name: value for name, value in given.items() if value is not None}


def nearest(name: str, names: Iterable[str]) -> tuple[str, ...]:
    """
    Names that look like this one, the nearest first; at most three.

    Of very many names only those that share the beginning or the end are compared.
    """
    import difflib

    known = list(names)
    if len(known) > MOST_COMPARED:
        half = max(1, len(name) // 2)
        alike = (other for other in known if other.startswith(name[:half]) or other.endswith(name[-half:]))
        known = list(islice(alike, MOST_COMPARED))
    return tuple(difflib.get_close_matches(name, known, n=3, cutoff=0.6))
