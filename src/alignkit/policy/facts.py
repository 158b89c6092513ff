"""What a policy asks of facts, whatever keeps them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, Self

import attrs

__all__ = ["Facts", "KeepsFacts", "Shape", "shape_of"]


@attrs.frozen(eq=False)
class Shape:
    """
    What generated code may take for granted about facts, whatever their number.

    Facts that keep their shape while they change give the same one again, so that nothing is asked twice.

    Attributes:
        given: Names of the collections that are known.
        currencies: ISO 4217 codes of all amounts of money.
        horizons: For each given collection, a moment that no moment of it lies after; None when it holds none.
    """

    given: frozenset[str]
    currencies: frozenset[str]
    horizons: Mapping[str, datetime | None]

    @classmethod
    def of(cls, facts: Facts) -> Shape:
        """The shape of any facts."""
        return cls(facts.given, facts.currencies, {name: facts.horizon(name) for name in facts.given})


class Facts(Protocol):
    """Facts in memory, by id and by relation. A `Portfolio` is one."""

    @property
    def given(self) -> frozenset[str]:
        """Names of the collections that are known."""

    @property
    def currencies(self) -> frozenset[str]:
        """ISO 4217 codes of all amounts of money."""

    def records(self, collection: str, /) -> Mapping[str, Any]:
        """Facts of a collection by id."""

    def children(self, collection: str, field: str, /) -> Mapping[str, Sequence[Any]]:
        """Facts of a collection by the id that a field of them holds."""

    def horizon(self, collection: str, /) -> datetime | None:
        """A moment that no moment of the collection lies after."""

    def view(self, kind: str, id: str, /, *, now: datetime | None, exchange: Any, scores: Any) -> Any:
        """A fact as rules see it."""

    def plain(self) -> Self:
        """The same facts in plain dictionaries."""

    @property
    def with_(self) -> Callable[..., Any]:
        """Makes the same facts with some added or replaced, given by collection."""


class KeepsFacts(Protocol):
    """What keeps facts that change, such as a store in memory."""

    def portfolio(self) -> Facts:
        """The facts as they are now."""


def shape_of(facts: Facts) -> Shape:
    """The shape of facts: the one that they keep, or one made for the occasion."""
    kept: Shape | None = getattr(facts, "shape", None)
    return Shape.of(facts) if kept is None else kept
