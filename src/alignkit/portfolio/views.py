"""
What a rule sees when it is called like any function: facts read through the model, as of a moment.

These objects satisfy the protocols of `alignkit.policy.views`; what they offer is read from the same model that
the rule language is checked against, so that both cannot differ. They are made when looked at and own nothing.
A view refuses to be written to, and a relation refuses everything but being gone through once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Protocol

import attrs

from alignkit.domain import Entity
from alignkit.domain.checks import MOMENT
from alignkit.domain.money import Exchange, Money
from alignkit.errors import AlignkitError, NotFoundError, ValidationError
from alignkit.expressions.custom import custom_reader
from alignkit.expressions.model import Field, Hop, Kind, Relation
from alignkit.expressions.types import Type
from alignkit.policy.model import model
from alignkit.portfolio.names import nearest

__all__ = ["WHOLE", "Records", "Scores", "View", "view_of"]

WHOLE: Final = "portfolio"
"""Id of the portfolio as a subject."""

Scores = Mapping[tuple[str, str], tuple[float | None, str]]
"""Score (0..100, or None) and band by kind and id."""


class Facts(Protocol):
    """The part of a portfolio that views read."""

    @property
    def given(self) -> frozenset[str]: ...
    @property
    def currencies(self) -> frozenset[str]: ...
    def records(self, collection: str, /) -> Mapping[str, Entity]: ...
    def children(self, collection: str, field: str, /) -> Mapping[str, Sequence[Entity]]: ...


@attrs.frozen(eq=False)
class Reading:
    """
    From where facts are read, and as of when.

    Attributes:
        facts: The portfolio.
        now: What lies later is not seen; None sees everything.
        exchange: The currency that amounts are read in; None takes the only one there is.
        scores: Results of subjects that were judged before; None where there are none.
        custom: Types of the custom fields that can be read, by kind and name.
    """

    facts: Facts
    now: datetime | None
    exchange: Exchange | None
    scores: Scores | None
    custom: Mapping[tuple[str, str], Type] = attrs.field(factory=dict)

    def major(self, money: Money | None) -> float | None:
        """
        Give the amount in the common currency.

        Raises:
            AlignkitError: There are several currencies and nothing says which is the common one.
        """
        if self.exchange is not None or money is None:
            return None if self.exchange is None else self.exchange.major(money)
        codes = self.facts.currencies
        if len(codes) > 1:
            raise AlignkitError(
                f"amounts are in {', '.join(sorted(codes))}; pass exchange=Exchange(...) to say in which to read them"
            )
        return money.major


class View:
    """One fact, as rules see it."""

    __slots__ = ("_fact", "_kind", "_reading")

    _fact: Entity | None
    _kind: Kind
    _reading: Reading

    def __init__(self, reading: Reading, kind: Kind, fact: Entity | None) -> None:
        keep = object.__setattr__
        keep(self, "_reading", reading)
        keep(self, "_kind", kind)
        keep(self, "_fact", fact)

    def at(self, now: datetime, *, exchange: Exchange | None = None, scores: Scores | None = None) -> View:
        """
        The same fact as of a moment.

        Raises:
            ValidationError: `now` is not an aware datetime.
        """
        kept = self._reading
        known = kept.scores if scores is None else scores
        reading = Reading(kept.facts, _aware(now), exchange or kept.exchange, known, kept.custom)
        return View(reading, self._kind, self._fact)

    def with_custom(self, types: Mapping[tuple[str, str], Type]) -> View:
        """The same fact with more custom fields that can be read, of it and of what it leads to."""
        reading = attrs.evolve(self._reading, custom={**self._reading.custom, **types})
        return View(reading, self._kind, self._fact)

    def custom_value(self, name: str, kind: Type) -> Any:
        """A custom value read as one of a type; None where it is unknown or does not fit."""
        return custom_reader(name, kind)(getattr(self._fact, "custom", {}))

    def knows(self, collection: str) -> bool:
        """Whether the collection was given, so that reading it says something."""
        return collection in self._reading.facts.given

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        kind = self._kind
        if (field := kind.fields.get(name)) is not None:
            return self._value(field)
        if (hop := kind.hops.get(name)) is not None:
            return self._other(hop)
        if (relation := kind.relations.get(name)) is not None:
            return self._many(relation)
        if kind.is_scored and name in ("score", "band"):
            return self._result()[name == "band"]
        own = self._reading.custom.get((kind.name, name))
        if own is not None:
            return self.custom_value(name, own)
        near = nearest(name, dir(self))
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise AttributeError(f"a {kind.name} has no {name!r}{hint}")

    def _id(self) -> str:
        return WHOLE if self._fact is None else self._fact.id

    def _value(self, field: Field) -> Any:
        if self._fact is None:
            return WHOLE
        value = getattr(self._fact, field.name)
        if field.is_money:
            return self._reading.major(value)
        now = self._reading.now
        if field.is_cut and value is not None and now is not None and value > now:
            return None
        return value

    def _other(self, hop: Hop) -> View | None:
        kind = model().kinds[hop.kind]
        others = self._reading.facts.records(kind.collection)
        key = getattr(self._fact, hop.key)
        return None if key is None else View(self._reading, kind, others[key])

    def _many(self, relation: Relation) -> Records:
        kind = model().kinds[relation.kind]
        facts = self._reading.facts
        found: Iterable[Entity]
        if relation.key:
            found = facts.children(kind.collection, relation.key).get(self._id(), ())
        else:
            found = facts.records(kind.collection).values()
        if relation.is_upcoming and self._reading.now is None:
            raise AlignkitError(
                f"{self!r}.upcoming holds what lies after now, and no now was given; "
                f"pass now= to the portfolio, or use .at(now)"
            )
        return Records(self._reading, relation, kind, found, repr(self))

    def _result(self) -> tuple[float | None, str]:
        scores = self._reading.scores
        key = (self._kind.name, self._id())
        if scores is None or key not in scores:
            raise AlignkitError(
                f"{self!r} has no score here; pass scores={{{key!r}: (score, band)}}, or let the policy assess it"
            )
        return scores[key]

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(
            f"cannot set {name!r}: a view is read-only; change the fact by attrs.evolve and use portfolio.with_"
        )

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"cannot delete {name!r}: a view is read-only")

    def __dir__(self) -> list[str]:
        return sorted((*self._kind.names, "at"))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, View):
            return NotImplemented
        return self._kind is other._kind and self._fact == other._fact and self._reading.facts is other._reading.facts

    def __hash__(self) -> int:
        return hash((self._kind.name, self._id()))

    def __repr__(self) -> str:
        name = getattr(self._fact, "name", None) or getattr(self._fact, "title", None)
        called = f" ({name})" if name else ""
        at = "" if self._reading.now is None else f" at {self._reading.now.isoformat()}"
        return f"<{self._kind.name} {self._id()!r}{called}{at}>"


class Records:
    """The facts on the other side of a relation, for an aggregate to go through."""

    __slots__ = ("_found", "_kind", "_owner", "_reading", "_relation")

    def __init__(self, reading: Reading, relation: Relation, kind: Kind, found: Iterable[Entity], owner: str) -> None:
        self._reading = reading
        self._relation = relation
        self._kind = kind
        self._found = found
        self._owner = owner

    def __iter__(self) -> Iterator[View]:
        reading, kind, now, upcoming = self._reading, self._kind, self._reading.now, self._relation.is_upcoming
        for fact in self._found:
            moment = getattr(fact, kind.moment) if kind.moment and now is not None else None
            is_later = moment is not None and now is not None and moment > now
            if is_later == upcoming:
                yield View(reading, kind, fact)

    def __bool__(self) -> bool:
        raise TypeError(
            f"{self._relation.name} is a relation, not a condition; "
            f"use exists(x for x in ...) or count(x for x in ...) to ask whether it holds anything"
        )

    def __repr__(self) -> str:
        name = self._relation.name
        return f"<{name} of {self._owner}; go through them, such as count(x for x in {self._relation.kind}...)>"


def view_of(
    facts: Facts, kind: str, id: str, *, now: datetime | None, exchange: Exchange | None, scores: Scores | None
) -> View:
    """
    The fact of this kind and id as rules see it.

    Raises:
        NotFoundError: There is no such kind, or no such fact.
        UnknownCollectionError: Its collection was not given.
        ValidationError: `now` is not an aware datetime.
    """
    kinds = model().kinds
    if kind not in kinds:
        raise NotFoundError("kind", kind, nearest(kind, kinds))
    reading = Reading(facts, None if now is None else _aware(now), exchange, scores)
    if kind == WHOLE:
        if id != WHOLE:
            raise NotFoundError(kind, id, (WHOLE,))
        return View(reading, kinds[kind], None)
    records = facts.records(kinds[kind].collection)
    fact = records.get(id)
    if fact is None:
        raise NotFoundError(kind, id, nearest(id, records))
    return View(reading, kinds[kind], fact)


def _aware(now: datetime) -> datetime:
    try:
        moment: datetime = MOMENT.check(now)
    except ValueError as error:
        raise ValidationError(str(error), field="now", value=now) from None
    return moment
