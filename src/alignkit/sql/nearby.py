"""
Stored facts that are read by key, when something first looks at them: what a rule needs of a few subjects.

Facts come in batches. Whatever is asked of one fact of a batch is fetched for all of it, so that the number of queries
follows the paths that rules take and not the number of subjects. It is a `policy.facts.Facts`, like a portfolio.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timezone
from typing import Any, Final, NoReturn, TypeVar

import attrs
from sqlalchemy import Connection, Select, bindparam, func, literal_column, or_, select
from sqlalchemy.engine import Dialect

from alignkit.domain import REFERENCES
from alignkit.domain.money import Money
from alignkit.errors import PolicyError, UnknownCollectionError
from alignkit.expressions.diagnostics import Diagnostic
from alignkit.policy.facts import Shape
from alignkit.portfolio.views import view_of
from alignkit.sql.lookups import Scope
from alignkit.sql.rows import Rows
from alignkit.sql.statement import Text
from alignkit.sql.tables import FIELDS, GIVEN, TABLES
from alignkit.sql.types import KEY, TENANT
from alignkit.stores.journal import WHOLE
from alignkit.stores.kinds import JOURNAL

__all__ = ["Nearby", "given_on", "nearby"]

LARGEST_LIST: Final = 1_024
LATER: Final = datetime.max.replace(tzinfo=timezone.utc)
LOOSE: Final = (JOURNAL, "duplicates")
"""Collections whose facts may name what is gone."""

R = TypeVar("R")


@functools.lru_cache(maxsize=64)
def _shape(given: frozenset[str]) -> Shape:
    """Facts of which nothing is known beforehand: moments may lie ahead, amounts may be in any currency."""
    return Shape(given, frozenset(), dict.fromkeys(given, LATER))


@functools.lru_cache(maxsize=512)
def _text(dialect: Dialect, collection: str, field: str, size: int, apart: tuple[str, int]) -> Text:
    """The query for facts by a list of keys, apart from those by a list of another field's."""
    query = _by_keys(dialect, collection, field, size)
    other, number = apart
    if number:
        column = TABLES[collection].c[other]
        owners = [bindparam(f"o{place}", type_=KEY) for place in range(number)]
        query = query.where(or_(column.is_(None), column.not_in(owners)))
    return Text.of(query, dialect)


def _by_keys(dialect: Dialect, collection: str, field: str, size: int) -> Select[Any]:
    table = TABLES[collection]
    keys = [bindparam(f"k{place}", type_=KEY) for place in range(size)]
    query = select(*Rows.of(collection, dialect.name).selected).where(
        table.c.tenant_id == bindparam("tenant", type_=TENANT), table.c[field].in_(keys)
    )
    if collection == JOURNAL:
        query = query.where(table.c.field != literal_column(f"'{WHOLE}'"))  # a constant: only keys are bound
    return query


def _size(keys: Sequence[str]) -> int:
    """The length of the list of keys of a query: a power of two, so that few texts are made."""
    return 1 << (len(keys) - 1).bit_length()


def _values(scope: Scope, keys: Sequence[str], letter: str = "k") -> dict[str, str]:
    """What such a query is given; the last key fills its list."""
    values = {f"{letter}{place}": keys[min(place, len(keys) - 1)] for place in range(_size(keys))}
    values["tenant"] = scope.tenant
    return values


@functools.lru_cache(maxsize=32)
def _given_text(dialect: Dialect) -> Text:
    return Text.of(select(GIVEN.c.collection).where(GIVEN.c.tenant_id == bindparam("tenant", type_=TENANT)), dialect)


def given_on(scope: Scope) -> frozenset[str]:
    """Collections that are marked as known, read the short way."""
    text = _given_text(scope.connection.dialect)
    return frozenset(row[0] for row in _read(scope.connection, text, {"tenant": scope.tenant}))


@functools.lru_cache(maxsize=64)
def _first_text(dialect: Dialect, size: int) -> Text:
    """The query for some customers, each with the known collections behind its own columns."""
    comma: Any = literal_column("','")  # nothing else than keys is bound
    listed = func.aggregate_strings(GIVEN.c.collection, comma)
    known = select(listed).where(GIVEN.c.tenant_id == bindparam("tenant", type_=TENANT)).scalar_subquery()
    return Text.of(_by_keys(dialect, "customers", "id", size).add_columns(known.label("given")), dialect)


def nearby(
    scope: Scope, look: Callable[[], AbstractContextManager[Scope]], *, one_currency: bool, customers: Sequence[str]
) -> Nearby:
    """
    Facts by key on a scope.

    Args:
        scope: Where they are read.
        look: Makes another scope, for what is asked later.
        one_currency: Whether a second currency among what is read is an error.
        customers: Ids of customers that will be looked at; they are read together with the known collections.
    """
    first = customers[:LARGEST_LIST]
    rows: list[Any] = []
    if first:
        text = _first_text(scope.connection.dialect, _size(first))
        rows = _read(scope.connection, text, _values(scope, first))
    given = frozenset(rows[0][-1].split(",")) if rows else given_on(scope)
    near = Nearby(given, one_currency, scope, look)
    if rows:
        near._note("customers", sorted(scope.rows("customers").facts([row[:-1] for row in rows]), key=_id))
        near._load("customers", "id", customers[LARGEST_LIST:])
    return near


class _Records(Mapping[str, Any]):
    """Facts of a collection by id."""

    def __init__(self, near: Nearby, collection: str) -> None:
        self._near = near
        self._collection = collection
        self.found: dict[str, Any] = {}
        self.batches: dict[str, Sequence[str]] = {}
        self.wanted: dict[str, Sequence[str]] = {}
        self.pointed: list[tuple[Sequence[Any], str]] = []

    def __getitem__(self, id: str) -> Any:
        fact = self.get(id)
        if fact is None:
            raise KeyError(id)
        return fact

    def get(self, id: str, default: Any = None) -> Any:
        """The fact, read with those that something else named together with it."""
        found = self.found.get(id)
        if found is None:
            self._note_wanted()
            batch = self.wanted.get(id) or (id,)
            self._near._load(self._collection, "id", [other for other in batch if other not in self.found])
            found = self.found.get(id)
        return default if found is None else found

    def _note_wanted(self) -> None:
        """Which ids were named together by facts that were read since."""
        for facts, field in self.pointed:
            named = list({key for fact in facts if (key := getattr(fact, field)) is not None})
            for key in named:
                self.wanted.setdefault(key, named)
        self.pointed.clear()

    def __contains__(self, id: object) -> bool:
        return isinstance(id, str) and self.get(id) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._near._ids(self._collection))

    def __len__(self) -> int:
        return len(self._near._ids(self._collection))


class _Children(Mapping[str, Sequence[Any]]):
    """Facts of a collection by what they refer to."""

    def __init__(self, near: Nearby, collection: str, field: str) -> None:
        self._near = near
        self._collection = collection
        self.field = field
        self._owners = REFERENCES[collection][field]
        self.found: dict[str, list[Any]] = {}

    def __getitem__(self, key: str) -> Sequence[Any]:
        found: Sequence[Any] = self.get(key, ())
        if not found:
            raise KeyError(key)
        return found

    def get(self, key: str, default: Any = None) -> Any:
        """The facts, read with those of every other owner of the same batch."""
        found = self.found.get(key)
        if found is None:
            batch = self._near._records(self._owners).batches.get(key, (key,))
            keys = [other for other in batch if other not in self.found]
            self.found.update({other: [] for other in keys})
            for fact in self._read(keys):
                self.found[getattr(fact, self.field)].append(fact)
            found = self.found[key]
        return found or default

    def _read(self, keys: Sequence[str]) -> list[Any]:
        """The facts of some owners; what was read by another field with all of its owner's is not read again."""
        there = self._near._read_by_another(self._collection, self.field)
        facts = self._near._load(self._collection, self.field, keys, there)
        if there is not None:
            wanted = set(keys)
            facts += [fact for group in there.found.values() for fact in group if getattr(fact, self.field) in wanted]
            facts.sort(key=_id)
        return facts

    def __iter__(self) -> Iterator[str]:
        return (key for key in self._near._ids(self._owners) if self.get(key))

    def __len__(self) -> int:
        return sum(1 for _ in self)


@attrs.define(eq=False)
class Nearby:
    """
    Facts by key.

    Attributes:
        given: Names of the collections that are known.
        one_currency: Whether a second currency among what is read is an error.
        scope: Where facts are read as long as it lasts; None reads each batch on a connection of its own.
    """

    given: frozenset[str]
    one_currency: bool
    scope: Scope | None
    _look: Callable[[], AbstractContextManager[Scope]]
    _currency: str = ""
    _by_id: dict[str, _Records] = attrs.field(factory=dict)
    _by_key: dict[tuple[str, str], _Children] = attrs.field(factory=dict)

    @property
    def shape(self) -> Shape:
        """What generated code may take for granted: nothing but which collections there are."""
        return _shape(self.given)

    @property
    def currencies(self) -> frozenset[str]:
        """None in particular; see `one_currency`."""
        return frozenset()

    def horizon(self, collection: str, /) -> datetime | None:
        """The end of time: nobody looked."""
        return LATER

    def records(self, collection: str, /) -> Mapping[str, Any]:
        """Facts of a collection by id; going through them reads all ids."""
        return self._records(collection)

    def _records(self, collection: str) -> _Records:
        found = self._by_id.get(collection)
        if found is None:
            self._check(collection)
            found = self._by_id[collection] = _Records(self, collection)
        return found

    def children(self, collection: str, field: str, /) -> Mapping[str, Sequence[Any]]:
        """Facts of a collection by the id that a field of them holds."""
        found = self._by_key.get((collection, field))
        if found is None:
            self._check(collection)
            found = self._by_key[collection, field] = _Children(self, collection, field)
        return found

    def _check(self, collection: str) -> None:
        if collection not in self.given:
            raise UnknownCollectionError(collection)

    def view(self, kind: str, id: str, /, *, now: datetime | None, exchange: Any, scores: Any) -> Any:
        """A fact as rules see it."""
        return view_of(self, kind, id, now=now, exchange=exchange, scores=scores)

    def plain(self) -> Nearby:
        """Itself."""
        return self

    @property
    def with_(self) -> NoReturn:
        """Not here: these facts are those of a store."""
        raise AttributeError("facts that are read by key are not changed; use a unit of work of the store")

    def batch(self, collection: str, ids: Sequence[str]) -> list[Any]:
        """Read some facts together, in the order of the ids; what is read of one will be read of all."""
        self._load(collection, "id", ids)
        found = self._records(collection).found
        return [found[id] for id in ids if id in found]

    def forget(self) -> None:
        """Let go of everything that was read."""
        self._by_id.clear()
        self._by_key.clear()

    def _read_by_another(self, collection: str, field: str) -> _Children | None:
        """Facts of the collection that were read by another field, all of each owner."""
        for (name, other), children in self._by_key.items():
            is_other = name == collection and other != field and name not in LOOSE
            if is_other and 0 < len(children.found) <= LARGEST_LIST:
                return children
        return None

    def _load(self, collection: str, field: str, keys: Sequence[str], there: _Children | None = None) -> list[Any]:
        """Read facts by a field; those that are there by another one are left out."""
        if not keys:
            return []
        known = self._records(collection).found
        facts: list[Any] = self._within(lambda scope: _fetched(scope, collection, field, keys, known, there))
        if collection in LOOSE:
            facts = [fact if fact.id in known else self._linked(collection, fact) for fact in facts]
        self._note(collection, facts)
        return facts

    def _within(self, run: Callable[[Scope], R]) -> R:
        if self.scope is not None:
            return run(self.scope)
        with self._look() as scope:
            return run(scope)

    def _note(self, collection: str, facts: Sequence[Any]) -> None:
        """Keep facts by id, and remember that they point at others."""
        records = self._records(collection)
        ids = [fact.id for fact in facts]
        for fact in facts:
            records.found.setdefault(fact.id, fact)
            records.batches.setdefault(fact.id, ids)
        if facts:
            for field, target in REFERENCES[collection].items():
                if target in self.given:
                    self._records(target).pointed.append((facts, field))
        if self.one_currency:
            for money in (field.name for field in FIELDS[collection] if field.sort == "money"):
                for fact in facts:
                    self._check_currency(getattr(fact, money))

    def _check_currency(self, amount: Money | None) -> None:
        if amount is not None and amount.currency != self._currency:
            if self._currency:
                listed = ", ".join(sorted((self._currency, amount.currency)))
                message = f"amounts are in {listed}; give the policy an exchange that says in which to calculate"
                raise PolicyError([Diagnostic("PolicyInvalid", message)])
            self._currency = amount.currency

    def _linked(self, collection: str, fact: Any) -> Any:
        """A fact without the references that lead nowhere."""
        gone = {
            field: None
            for field, target in REFERENCES[collection].items()
            if target in self.given and (key := getattr(fact, field)) is not None and key not in self._records(target)
        }
        return attrs.evolve(fact, **gone) if gone else fact

    def _ids(self, collection: str) -> list[str]:
        table = TABLES[collection]

        def all_of(scope: Scope) -> list[str]:
            query = select(table.c.id).where(table.c.tenant_id == scope.tenant).order_by(table.c.id)
            if collection == JOURNAL:
                query = query.where(table.c.field != WHOLE)
            return list(scope.connection.execute(query).scalars())

        ids = self._within(all_of)
        wanted = self._records(collection).wanted
        for start in range(0, len(ids), LARGEST_LIST):
            some = ids[start : start + LARGEST_LIST]
            for id in some:
                wanted.setdefault(id, some)
        return ids


def _fetched(
    scope: Scope, collection: str, field: str, keys: Sequence[str], known: Mapping[str, Any], there: _Children | None
) -> list[Any]:
    """Facts by key, in the order of ids; those that are known already are not made again."""
    reader = scope.rows(collection)
    dialect = scope.connection.dialect
    found: list[Any] = []
    apart: tuple[str, int] = ("", 0)
    values: dict[str, str] = {}
    if there is not None:
        owners = list(there.found)
        apart, values = (there.field, _size(owners)), _values(scope, owners, "o")
    for start in range(0, len(keys), LARGEST_LIST):
        some = keys[start : start + LARGEST_LIST]
        text = _text(dialect, collection, field, _size(some), apart)
        rows = _read(scope.connection, text, {**values, **_values(scope, some)})
        if known:
            place = reader.place_of_id
            found.extend(known[row[place]] for row in rows if row[place] in known)
            rows = [row for row in rows if row[place] not in known]
        found.extend(reader.facts(rows))
    found.sort(key=_id)
    return found


def _read(connection: Connection, text: Text, values: dict[str, str]) -> list[Any]:
    """
    The rows of a query of which every value is text, from the driver itself.

    What a result of SQLAlchemy knows of its columns costs more than a few rows.
    """
    names = text.compiled.positiontup
    parameters = values if names is None else tuple([values[name] for name in names])
    cursor = connection.connection.cursor()
    try:
        cursor.execute(text.string, parameters)
        return list(cursor.fetchall())
    except connection.dialect.loaded_dbapi.Error:
        # once more where SQLAlchemy sees the fault and gives it its own name
        result = connection.exec_driver_sql(text.string, parameters)
        return list(result.cursor.fetchall()) if result.cursor is not None else []
    finally:
        cursor.close()


def _id(fact: Any) -> str:
    id: str = fact.id
    return id
