"""
Where the views of a team read from: a store, or a portfolio at rest.

Owns the few ways of looking that they share. A collection that was not given reads as empty here; whoever needs to
tell empty from unknown asks `Portfolio.given`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timezone
from typing import Any, Final, Protocol, TypeAlias, TypeVar, cast, runtime_checkable

from alignkit.domain import COLLECTIONS, Entity
from alignkit.domain.checks import MOMENT
from alignkit.errors import ValidationError
from alignkit.policy.facts import Facts
from alignkit.portfolio import Portfolio
from alignkit.stores.values import ChangePage

__all__ = [
    "Journal",
    "Keeps",
    "Source",
    "fact_of",
    "facts_of",
    "known",
    "moment_of",
    "reading",
    "related",
    "start_of",
    "title_of",
]

E = TypeVar("E", bound=Entity)

EARLIEST_YEAR: Final = 1001
LATEST_YEAR: Final = 8999

_COLLECTION_OF: Final[dict[type[Any], str]] = {cls: name for name, cls in COLLECTIONS.items()}


class Keeps(Protocol):
    """Something that gives its facts as one snapshot, such as any store."""

    def portfolio(self) -> Portfolio: ...


@runtime_checkable
class Journal(Protocol):
    """Something that also tells what was written, page by page; see `alignkit.stores.Store.changes`."""

    def portfolio(self) -> Portfolio: ...
    def changes(self, after: str | None = None, *, limit: int = 1_000) -> ChangePage: ...


Source: TypeAlias = Portfolio | Keeps
"""A portfolio, or a store."""


def facts_of(source: Source) -> Portfolio:
    """
    The facts as one snapshot.

    Raises:
        ValidationError: It is neither a portfolio nor a store.
    """
    if isinstance(source, Portfolio):
        return source
    if not hasattr(source, "portfolio"):
        raise ValidationError(f"expected a Portfolio or a store, got {type(source).__name__}", field="source")
    return source.portfolio()


def moment_of(now: datetime, name: str = "now") -> datetime:
    """
    The moment in UTC.

    Raises:
        ValidationError: It is not an aware datetime, or so far away that days cannot be counted from it.
    """
    try:
        moment: datetime = MOMENT.check(now)
    except ValueError as error:
        raise ValidationError(str(error), field=name, value=now) from None
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        reason = f"expected a moment between the years {EARLIEST_YEAR} and {LATEST_YEAR}, got {moment.isoformat()}"
        raise ValidationError(reason, field=name, value=now)
    return moment


def start_of(day: date) -> datetime:
    """The moment at which a day begins, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=timezone.utc)


def known(facts: Facts, cls: type[E]) -> Mapping[str, E]:
    """The facts of a class by id; empty where they were not given."""
    collection = _COLLECTION_OF[cls]
    return cast("Mapping[str, E]", facts.records(collection)) if collection in facts.given else {}


def fact_of(facts: Facts, cls: type[E], id: str | None) -> E | None:
    """The fact of an id; None without an id, when there is none, and where they were not given."""
    return None if id is None else known(facts, cls).get(id)


@contextmanager
def reading(source: Source, customer: str, *, one_currency: bool = False) -> Iterator[Facts]:
    """
    The facts for a look at one customer: of a store that can, only what is looked at is read, in one snapshot.

    Args:
        source: A portfolio, or a store.
        customer: Id of the customer.
        one_currency: Whether amounts in two currencies are an error.

    Raises:
        ValidationError: It is neither a portfolio nor a store.
    """
    by_key = getattr(source, "by_key", None)
    if by_key is None:
        yield facts_of(source)
        return
    with by_key(one_currency=one_currency, customers=[customer]) as near:
        yield near


def related(facts: Facts, cls: type[E], field: str, id: str | None) -> Sequence[E]:
    """The facts of a class that refer to one, in the order given; empty where they were not given."""
    collection = _COLLECTION_OF[cls]
    if id is None or collection not in facts.given:
        return ()
    return cast("Sequence[E]", facts.children(collection, field).get(id, ()))


def title_of(fact: object) -> str:
    """What people call a fact: its name, title or subject line, else its id."""
    found = next((text for field in ("name", "title", "subject") if (text := getattr(fact, field, None))), None)
    return str(found or getattr(fact, "id", ""))
