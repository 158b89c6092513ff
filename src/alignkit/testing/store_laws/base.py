"""
What the laws of stores stand on: the one method to fill, the abilities of a store, and ways to say that a law is broken.

Needs no test runner: a broken law is an `AssertionError`, a law that does not apply a `unittest.SkipTest`, which
pytest understands too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from alignkit.domain import Entity
from alignkit.portfolio import Portfolio
from alignkit.stores import Store, UnitOfWork
from alignkit.stores.kinds import collection_of
from alignkit.testing.clock import NOW

__all__ = ["Laws", "holds", "refused", "same"]


class Laws:
    """
    The base of every group of laws.

    Attributes:
        has_transactions: Whether a reader sees nothing of an open unit of work. Every real store should.
        has_journal: Whether changes are kept and can be read by cursor.
        has_filters: Whether `find` takes conditions.
        has_scores: Whether assessments can be recorded.
        is_assessable: Whether `Policy.assess` takes the store.
        is_persistent: Whether facts outlive the store object; then `reopen_store` must be filled.
        supports_overlap: Whether one thread may hold two units of work that write different facts.
        supports_threads: Whether threads may share the store.
    """

    has_transactions: ClassVar[bool] = True
    has_journal: ClassVar[bool] = True
    has_filters: ClassVar[bool] = True
    has_scores: ClassVar[bool] = True
    is_assessable: ClassVar[bool] = True
    is_persistent: ClassVar[bool] = False
    supports_overlap: ClassVar[bool] = True
    supports_threads: ClassVar[bool] = True

    def make_store(self) -> Store:
        """An empty store; the one method to fill."""
        raise NotImplementedError("give an empty store of your own")

    def reopen_store(self, store: Store) -> Store:
        """Another store on the same data, after the first was closed; only for persistent stores."""
        raise NotImplementedError("open the same data again, or say is_persistent = False")

    def drop_store(self, store: Store) -> None:
        """Remove what `make_store` made; closing it unless more is needed."""
        store.close()

    @contextmanager
    def opened(self, *facts: Entity) -> Iterator[Store]:
        """A store with these facts in it, dropped at the end."""
        store = self.make_store()
        try:
            if facts:
                self.write(store, *facts)
            yield store
        finally:
            self.drop_store(store)

    def write(self, store: Store, *facts: Entity) -> None:
        """Add facts in one unit of work."""
        with self.unit(store) as unit:
            for fact in facts:
                repository(unit, fact).add(fact)
            unit.commit()

    def unit(self, store: Store) -> UnitOfWork:
        """A unit of work of Ana, of the team `crm`, at `NOW`."""
        return store.unit_of_work(actor="ana", team="crm", at=NOW)

    def needs(self, ability: str) -> None:
        """Leave the law out for a store that does not claim the ability."""
        if not getattr(self, ability):
            from unittest import SkipTest

            raise SkipTest(f"the store says {ability} = False")


def repository(holder: Any, fact: Entity) -> Any:
    """The repository of a store or unit of work in which the fact belongs."""
    return getattr(holder, collection_of(fact))


def same(found: object, wanted: object, what: str) -> None:
    """Say that two values are equal, or what was wanted and what was found."""
    if found != wanted:
        raise AssertionError(f"{what}: expected {_shown(wanted)}, found {_shown(found)}")


def _shown(value: object) -> str:
    if not isinstance(value, Portfolio):
        return repr(value)
    return repr({name: tuple(value.records(name).values()) for name in sorted(value.given)})


def holds(condition: bool, what: str) -> None:
    """Say that a condition holds."""
    if not condition:
        raise AssertionError(what)


class Refusal:
    """
    The error that a block raised.

    Attributes:
        error: Set when the block has ended.
    """

    error: Any = None


@contextmanager
def refused(*errors: type[Exception]) -> Iterator[Refusal]:
    """A block that must raise one of the errors."""
    refusal = Refusal()
    try:
        yield refusal
    except errors as error:
        refusal.error = error
    else:
        names = " or ".join(error.__name__ for error in errors)
        raise AssertionError(f"nothing was raised; expected {names}")
