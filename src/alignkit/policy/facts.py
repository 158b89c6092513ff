"""What a policy asks of facts, whatever keeps them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, Self

__all__ = ["Facts"]


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
