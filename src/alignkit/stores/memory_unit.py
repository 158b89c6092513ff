"""
Reading and writing the store in memory: its repositories, and units of work on the state they began with.

A unit keeps what it writes to itself; whether it still fits what others have committed is settled by the store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, Generic, NoReturn, Self, TypeVar, cast

from alignkit.domain import (
    COLLECTIONS,
    Change,
    CheckIn,
    Contact,
    Contribution,
    Customer,
    Entity,
    Interaction,
    Need,
    Objective,
    Opportunity,
    Project,
    Task,
)
from alignkit.errors import (
    AlignkitError,
    ConflictError,
    DuplicateError,
    NotFoundError,
    StoreError,
    ValidationError,
)
from alignkit.portfolio.names import nearest
from alignkit.portfolio.overlay import GONE, Edit
from alignkit.stores.finding import found
from alignkit.stores.journal import Stamp
from alignkit.stores.kinds import KIND_OF, at_version
from alignkit.stores.looking import Facts
from alignkit.stores.memory_state import State
from alignkit.stores.protocols import Value
from alignkit.stores.telling import tell

__all__ = ["MemoryReader", "MemoryRepository", "MemoryUnitOfWork", "Step"]

E = TypeVar("E", bound=Entity)

Step = tuple[str, Entity | None, Entity | None]
"""One write: the collection, the fact before (None when it is new) and after (None when it goes)."""


class MemoryReader(Generic[E]):
    """The stored facts of one kind, to read; see `ReadRepository`."""

    def __init__(self, collection: str, look: Callable[[], Facts]) -> None:
        self._collection = collection
        self._look = look

    def get(self, id: str, /) -> E:
        """The fact of this id; see `ReadRepository.get`."""
        records = self._look().records(self._collection)
        fact = records.get(id)
        if fact is None:
            raise NotFoundError(KIND_OF[self._collection], id, nearest(id, records))
        return cast(E, fact)

    def find(
        self,
        text: str | None = None,
        names: Mapping[str, Value] | None = None,
        /,
        *,
        order_by: str | None = None,
        limit: int | None = None,
    ) -> tuple[E, ...]:
        """The facts for which a condition holds; see `ReadRepository.find`."""
        return found(self._look(), self._collection, text, names, order_by, limit)


class MemoryRepository(MemoryReader[E]):
    """The facts of one kind inside a unit of work; see `Repository`."""

    def __init__(self, collection: str, unit: MemoryUnitOfWork) -> None:
        super().__init__(collection, unit.look)
        self._unit = unit
        self._kind = KIND_OF[collection]

    def add(self, fact: E, /) -> E:
        """Store a new fact; see `Repository.add`."""
        self._check(fact)
        if self._stored(fact.id) is not None:
            self._unit.refuse(DuplicateError(self._kind, fact.id))
        return self._write(None, at_version(fact, 1))

    def update(self, fact: E, /) -> E:
        """Store a fact in the place of the one of its id; see `Repository.update`."""
        self._check(fact)
        version = _version(fact)
        stored = self._stored(fact.id)
        if stored is None:
            self._unit.refuse(
                ConflictError(self._kind, fact.id, version, None) if version else NotFoundError(self._kind, fact.id)
            )
        if _version(stored) != version:
            self._unit.refuse(ConflictError(self._kind, fact.id, version, _version(stored)))
        if stored == fact:
            return stored
        return self._write(stored, at_version(fact, version + 1))

    def remove(self, id: str, /, *, version: int | None = None) -> None:
        """Take a fact out; see `Repository.remove`."""
        stored = self._stored(id)
        if stored is None:
            self._unit.refuse(
                NotFoundError(self._kind, id) if version is None else ConflictError(self._kind, id, version, None)
            )
        if version is not None and _version(stored) != version:
            self._unit.refuse(ConflictError(self._kind, id, version, _version(stored)))
        self._unit.write(self._collection, stored, None)

    def _stored(self, id: str) -> E | None:
        return cast("E | None", self._unit.record(self._collection, id))

    def _write(self, before: E | None, after: E) -> E:
        self._unit.write(self._collection, before, after)
        return after

    def _check(self, fact: Any) -> None:
        cls = COLLECTIONS[self._collection]
        if type(fact) is not cls:
            reason = f"expected {cls.__name__}, got {type(fact).__name__} {fact!r}"
            self._unit.refuse(ValidationError(reason, entity=cls.__name__, value=fact))


def _version(fact: Any) -> int:
    version: int = fact.version
    return version


class MemoryUnitOfWork:
    """
    Writes that happen together or not at all; see `UnitOfWork`. It reads what was committed when it was entered.

    Attributes:
        stamp: Who writes, and when.
        steps: The writes so far, in order.
    """

    def __init__(self, stamp: Stamp, begin: Callable[[], State], settle: Callable[[MemoryUnitOfWork], None]) -> None:
        self.stamp = stamp
        self.steps: list[Step] = []
        self._begin = begin
        self._settle = settle
        self._state: State | None = None
        self._edits: dict[str, dict[str, Edit[Entity]]] = {}
        self._is_over = False
        self.customers = MemoryRepository[Customer]("customers", self)
        self.contacts = MemoryRepository[Contact]("contacts", self)
        self.projects = MemoryRepository[Project]("projects", self)
        self.objectives = MemoryRepository[Objective]("objectives", self)
        self.contributions = MemoryRepository[Contribution]("contributions", self)
        self.check_ins = MemoryRepository[CheckIn]("check_ins", self)
        self.interactions = MemoryRepository[Interaction]("interactions", self)
        self.needs = MemoryRepository[Need]("needs", self)
        self.opportunities = MemoryRepository[Opportunity]("opportunities", self)
        self.tasks = MemoryRepository[Task]("tasks", self)

    def told(self, *, changes: Iterable[Change | Need | str], by: Interaction | str) -> Interaction:
        """Store that a touch told a customer of changes or needs; see `alignkit.stores.telling.tell`."""
        return tell(self, changes=changes, by=by)

    def commit(self) -> None:
        """Store everything; see `UnitOfWork.commit`."""
        self.base("commit")
        self._is_over = True
        self._settle(self)

    def rollback(self) -> None:
        """Forget everything."""
        self._is_over = True

    def __enter__(self) -> Self:
        if self._state is not None or self._is_over:
            raise StoreError("a unit of work is entered once; ask the store for another", operation="unit_of_work")
        self._state = self._begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        self.rollback()

    def base(self, operation: str) -> State:
        """
        What was committed when the unit was entered.

        Raises:
            StoreError: It was not entered, or it is over.
        """
        if self._state is None:
            raise StoreError("enter the unit of work by `with` first", operation=operation)
        if self._is_over:
            raise StoreError("the unit of work is over; ask the store for another", operation=operation)
        return self._state

    @property
    def began_with(self) -> State:
        """What was committed when the unit was entered, also when it is over."""
        assert self._state is not None, "a unit is settled after it was entered"
        return self._state

    @property
    def edits(self) -> Mapping[str, Mapping[str, Edit[Entity]]]:
        """What becomes of the facts that are written, by collection and id."""
        return self._edits

    def look(self) -> Facts:
        """The facts as the unit sees them."""
        return Facts(self.base("read").shown, self._edits)

    def record(self, collection: str, id: str) -> Entity | None:
        """A fact as the unit sees it; None when there is none."""
        state = self.base("write")
        edit = self._edits.get(collection, {}).get(id)
        if edit is not None:
            return None if edit is GONE else edit
        return state.record(collection, id)

    def write(self, collection: str, before: Entity | None, after: Entity | None) -> None:
        """Keep a write for the commit."""
        self.steps.append((collection, before, after))
        fact = before if after is None else after
        assert fact is not None
        edits = self._edits.setdefault(collection, {})
        if after is None and self.base("write").record(collection, fact.id) is None:
            del edits[fact.id]
        else:
            edits[fact.id] = GONE if after is None else after

    def refuse(self, error: AlignkitError) -> NoReturn:
        """End the unit with an error."""
        self.rollback()
        raise error
