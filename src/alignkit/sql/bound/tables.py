"""
Tables of a host's, bound to the collections of alignkit: judged where they lie, never written, never copied.

Owns what their users hold: what is bound, what is wrong with it, and the way to `asking`, `loading` and `explaining`.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final, Self

from sqlalchemy import Connection, DateTime, String, func, select, type_coerce

from alignkit.domain import COLLECTIONS
from alignkit.errors import PortfolioError, ValidationError
from alignkit.policy.faulty import FaultyRows
from alignkit.policy.findings import Explainer
from alignkit.policy.question import Answer, Question
from alignkit.portfolio import Portfolio
from alignkit.sql.bound.asking import Asked
from alignkit.sql.bound.census import Bound, census_of
from alignkit.sql.bound.collection import Collection
from alignkit.sql.bound.layout import slots_of
from alignkit.sql.engines import Database
from alignkit.sql.faults import translated

__all__ = ["BoundTables"]


class BoundTables:
    """
    A host's tables as facts: hand them to `Policy.assess`. Made by `bind` and `bind_frames`.

    Nothing of the rows is kept between questions, so that each sees them as they are then; statements are.
    """

    def __init__(self, database: Database, collections: Mapping[str, Collection]) -> None:
        self._database = database
        self._collections = dict(collections)
        self._closing: Callable[[], None] = _nothing
        self._last: tuple[tuple[Any, ...], Bound] | None = None

    def close(self) -> None:
        """Let go of the database that data frames were put in; a host's engine or connection stays open."""
        self._closing()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def given(self) -> frozenset[str]:
        """Names of the collections that are bound; the others are unknown."""
        return frozenset(self._collections)

    def describe(self) -> str:
        """What is read from where and what is not: a line for each collection, in words."""
        return "\n".join(_described(name, self._collections.get(name)) for name in COLLECTIONS)

    def check(self) -> tuple[FaultyRows, ...]:
        """Count the rows of every collection that the domain would refuse, and say why; empty when none is."""
        with self._look() as connection:
            bound = self._bound(connection)
            return tuple(fault for name in bound for fault in census_of(connection, name, bound).faults)

    def judge(self, question: Question, /) -> Answer:
        """Judge every subject where it lies; see `alignkit.policy.question.JudgesItself`."""
        from alignkit.sql.bound.explaining import BoundExplainer

        with self._look() as connection:
            asked = Asked(connection, question, self._bound(connection))
            rows, refused, guard = asked.answer()

        def explainer(rules: Mapping[str, Any]) -> Explainer:
            return BoundExplainer(self, question, rules, rows, refused, guard)

        return Answer(rows, self.portfolio, tuple(asked.faults), explainer)

    def portfolio(self) -> Portfolio:
        """
        Load everything into memory, in the order of ids.

        Raises:
            PortfolioError: There are rows that the domain refuses; each reason is listed with its number of rows.
        """
        faults = self.check()
        if faults:
            raise PortfolioError(
                [
                    ValidationError(f"{fault.rows} x {fault.reason}", path=f"$.{fault.collection}.{fault.field}")
                    for fault in faults
                ]
            )
        return self._loaded()

    def _loaded(self) -> Portfolio:
        from alignkit.sql.bound.loading import everything

        with self._look() as connection:
            return everything(connection, self._bound(connection))

    @contextmanager
    def _look(self) -> Iterator[Connection]:
        with self._database.reading() as connection, translated("judge"):
            yield connection

    def _bound(self, connection: Connection) -> Bound:
        """The collections with how their columns are read, wall times over the years that there are."""
        zones = tuple(_needed_zone(connection, found) for found in self._collections.values())
        if self._last is None or self._last[0] != zones:
            pairs = zip(self._collections.items(), zones, strict=True)
            self._last = zones, Bound({name: (found, found.readings(zone)) for (name, found), zone in pairs})
        return self._last[1]

    def closed_by(self, closing: Callable[[], None]) -> Self:
        """The same tables, with what is to be done when nobody needs them any more."""
        self._closing = weakref.finalize(self, closing)
        return self

    def __repr__(self) -> str:
        return f"<BoundTables: {', '.join(self._collections)} on {self._database}>"


def _nothing() -> None:
    """A host's engine is the host's to close."""


def _needed_zone(connection: Connection, collection: Collection) -> Any:
    """The zone of a collection's wall times, over the years that it covers; None where none is needed."""
    zone = collection.zone
    if zone is None or zone.is_utc:
        return None
    walls = [
        reading.wall for reading in collection.readings(zone.over(_SOME, _SOME)).values() if reading.wall is not None
    ]
    if not walls:
        return None
    kind = String() if collection.dialect == "sqlite" else DateTime()
    plain = [type_coerce(wall, kind) for wall in walls]
    query = select(*(edge(wall) for wall in plain for edge in (func.min, func.max))).select_from(collection.source)
    found = [_naive(value) for value in connection.execute(query).one() if value is not None]
    return zone.over(min(found), max(found)) if found else zone.over(_SOME, _SOME)


_SOME: Final = datetime.fromisoformat("2000-01-01")


def _naive(value: Any) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value.replace(tzinfo=None)


def _described(name: str, collection: Collection | None) -> str:
    if collection is None:
        return f"{name}: not bound; unknown"
    missing = [slot for slot in slots_of(name).values() if slot.name not in collection.columns]
    defaults = [slot for slot in missing if slot.default is not None]
    unknown = [slot.name for slot in missing if slot.default is None and slot.name != "id"]
    if collection.currency is not None:
        unknown = [
            slot for slot in unknown if not slot.endswith("_currency") or slot.removesuffix("_currency") in unknown
        ]
    parts = [f"{name}: {', '.join(collection.columns)}"]
    if defaults:
        parts.append("by default " + ", ".join(f"{slot.name} {slot.default!r}" for slot in defaults))
    if unknown:
        parts.append("unknown " + ", ".join(unknown))
    return "; ".join(parts)
