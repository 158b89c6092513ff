"""
The portfolio as its users hold it: made at once, read by id and by relation, changed by making another.

It owns which collections are known and that the laws hold between them (`laws`), also after a change, where only
what changed is checked again. How records are stored and indexed is `table`'s, what a rule sees of them `views`'.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, NoReturn, Self, TypeVar, cast, overload

from alignkit.display import Displayed, Shown
from alignkit.domain import (
    COLLECTIONS,
    REFERENCES,
    Change,
    CheckIn,
    Contact,
    Contribution,
    Customer,
    Duplicate,
    Entity,
    Interaction,
    Need,
    Objective,
    Opportunity,
    Project,
    Task,
)
from alignkit.domain.money import Exchange
from alignkit.errors import AlignkitError, DanglingReferenceError, NotFoundError, UnknownCollectionError
from alignkit.frames import DataTable, Tabular
from alignkit.policy.facts import Shape
from alignkit.policy.views import CustomerView, ObjectiveView, PortfolioView, ProjectView
from alignkit.portfolio import edits, laws
from alignkit.portfolio.laws import Dangling
from alignkit.portfolio.names import nearest, only_collections
from alignkit.portfolio.table import Table
from alignkit.portfolio.views import WHOLE, Scores, View, view_of

if TYPE_CHECKING:
    from typing import Unpack

    from alignkit.portfolio.names import Facts, Frames, Ids, Records

__all__ = ["Portfolio"]

E = TypeVar("E")


class Everything(Generic[E]):
    """An attribute of a portfolio that gives all records of the collection it is named after."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, portfolio: None, owner: type) -> Self: ...
    @overload
    def __get__(self, portfolio: Portfolio, owner: type) -> tuple[E, ...] | None: ...
    def __get__(self, portfolio: Portfolio | None, owner: type) -> Any:
        if portfolio is None:
            return self
        table = portfolio._tables.get(self.name)
        return None if table is None else table.everything

    def __set__(self, portfolio: Portfolio, value: object) -> NoReturn:
        raise AttributeError(f"cannot set {self.name}: a portfolio does not change; use portfolio.with_")


class Portfolio(Displayed, Tabular):
    """
    Facts of both teams, linked, checked and indexed. It never changes; equal facts make equal portfolios.

    Args:
        customers: Any iterable of `Customer`; None (the default) says that they are unknown, `[]` that there are
            none. So for every collection.
        contacts: People at customers.
        projects: Planned deliveries.
        objectives: Intended results.
        contributions: Which project serves which objective.
        check_ins: How objectives stood.
        interactions: Touches.
        needs: Wishes, complaints and promises.
        opportunities: Possible sales.
        tasks: Planned work.
        changes: Journal entries.
        duplicates: Suspected double efforts.
        dangling: What to do with a reference into a given collection that leads nowhere. `"refuse"` makes it a
            fault; `"unlink"` reads it as unknown (a contribution or check-in that cannot be without it is left
            out) and lists it in `unlinked`.

    Raises:
        PortfolioError: Wrong classes, repeated ids, references that lead nowhere, cycles among parents: all at once.
    """

    __slots__ = ("__weakref__", "_dangling", "_shape", "_tables", "_unlinked")

    _dangling: Dangling
    _shape: Shape | None
    _tables: dict[str, Table]
    _unlinked: tuple[DanglingReferenceError, ...]

    customers = Everything[Customer]()
    """All customers in the order given; None when unknown. So for every collection."""
    contacts = Everything[Contact]()
    """People at customers."""
    projects = Everything[Project]()
    """Planned deliveries."""
    objectives = Everything[Objective]()
    """Intended results."""
    contributions = Everything[Contribution]()
    """Which project serves which objective."""
    check_ins = Everything[CheckIn]()
    """How objectives stood."""
    interactions = Everything[Interaction]()
    """Touches, planned ones too."""
    needs = Everything[Need]()
    """Wishes, complaints and promises."""
    opportunities = Everything[Opportunity]()
    """Possible sales."""
    tasks = Everything[Task]()
    """Planned work."""
    changes = Everything[Change]()
    """Journal entries."""
    duplicates = Everything[Duplicate]()
    """Suspected double efforts."""

    def __init__(
        self,
        *,
        customers: Iterable[Customer] | None = None,
        contacts: Iterable[Contact] | None = None,
        projects: Iterable[Project] | None = None,
        objectives: Iterable[Objective] | None = None,
        contributions: Iterable[Contribution] | None = None,
        check_ins: Iterable[CheckIn] | None = None,
        interactions: Iterable[Interaction] | None = None,
        needs: Iterable[Need] | None = None,
        opportunities: Iterable[Opportunity] | None = None,
        tasks: Iterable[Task] | None = None,
        changes: Iterable[Change] | None = None,
        duplicates: Iterable[Duplicate] | None = None,
        dangling: Dangling = "refuse",
    ) -> None:
        given: dict[str, Iterable[Entity] | None] = {
            "customers": customers,
            "contacts": contacts,
            "projects": projects,
            "objectives": objectives,
            "contributions": contributions,
            "check_ins": check_ins,
            "interactions": interactions,
            "needs": needs,
            "opportunities": opportunities,
            "tasks": tasks,
            "changes": changes,
            "duplicates": duplicates,
        }
        known = {name: records for name, records in given.items() if records is not None}
        facts, self._unlinked = laws.linked(known, dangling, [])
        self._tables = {name: Table(name, found.records, groups=found.groups) for name, found in facts.items()}
        self._dangling, self._shape = dangling, None

    @classmethod
    def from_records(cls, *, dangling: Dangling = "refuse", **records: Unpack[Records]) -> Portfolio:
        """
        Make a portfolio from plain dictionaries, such as parsed JSON.

        Days and moments may be ISO text (moments with their offset), amounts of money `{"amount": "1200.50",
        "currency": "EUR"}` or `"1200.50 EUR"`, external references `{"system", "kind", "key"}`. Nothing else is
        converted: `"12"` is not a number and `True` is not 1.

        Args:
            dangling: As for the portfolio itself.
            **records: An iterable of dictionaries for each collection; what is left out is unknown.

        Raises:
            PortfolioError: With every fault of every record, each a `ValidationError` with its path such as
                `$.projects[3].progress`, and every law that the sound ones break.
        """
        from alignkit.portfolio.parsing import parsed

        faults: list[AlignkitError] = []
        given, refused = parsed(only_collections("from_records", records), faults)
        facts, unlinked = laws.linked(given, dangling, faults, refused)
        tables = {name: Table(name, found.records, groups=found.groups) for name, found in facts.items()}
        return cls._of(tables, unlinked, dangling)

    @classmethod
    def from_frames(cls, *, dangling: Dangling = "refuse", **frames: Unpack[Frames]) -> Portfolio:
        """
        Make a portfolio from data frames: pandas, polars, pyarrow, or anything that gives an Arrow stream.

        A column is named like the field it holds; an amount of money is two, such as `budget` (major units) and
        `budget_currency`. Labels, domains and external references (`system:kind:key`) are lists, or text separated
        by semicolons. What is missing (null, NaN, NaT) is unknown. Moments have a time zone.

        Args:
            dangling: As for the portfolio itself.
            **frames: A frame for each collection; what is left out is unknown.

        Raises:
            MissingExtraError: narwhals (extra `frames`) is not installed.
            PortfolioError: With every fault of every row, as `from_records`.
            ValidationError: Something is no data frame.
        """
        from alignkit.portfolio.tabling import records_from_frames

        given = only_collections("from_frames", frames)
        return cls.from_records(dangling=dangling, **records_from_frames(given))

    @classmethod
    def _of(
        cls, tables: dict[str, Table], unlinked: tuple[DanglingReferenceError, ...], dangling: Dangling
    ) -> Portfolio:
        made = cls.__new__(cls)
        made._tables, made._unlinked, made._dangling, made._shape = tables, unlinked, dangling, None
        return made

    def _keeping_shape(self, before: Portfolio, changed: Iterable[str]) -> Portfolio:
        """This portfolio, with the shape of the one that it came from where the changes left it as it was."""
        if before._shape is not None and before._tables.keys() == self._tables.keys():
            pairs = ((before._tables[name], self._tables[name]) for name in changed)
            if all(new.is_shaped_like(old) for old, new in pairs):
                self._shape = before._shape
        return self

    @property
    def given(self) -> frozenset[str]:
        """Names of the collections that are known, empty ones too."""
        return frozenset(self._tables)

    @property
    def shape(self) -> Shape:
        """What may be taken for granted about these facts; the same one after changes that leave it as it was."""
        if self._shape is None:
            self._shape = Shape.of(self)
        return self._shape

    @property
    def unlinked(self) -> tuple[DanglingReferenceError, ...]:
        """The references that `dangling="unlink"` took out."""
        return self._unlinked

    @property
    def currencies(self) -> frozenset[str]:
        """ISO 4217 codes of all amounts of money."""
        return frozenset(code for table in self._tables.values() for code in table.currencies())

    def records(self, collection: str) -> Mapping[str, Entity]:
        """
        The facts of a collection by id.

        Raises:
            UnknownCollectionError: It was not given.
            NotFoundError: There is no such collection.
        """
        return self._table(collection).records

    def children(self, collection: str, field: str) -> Mapping[str, Sequence[Entity]]:
        """
        The facts of a collection by what they refer to, such as `children("interactions", "project_id")`.

        Siblings come in the order given; ids that nothing refers to are absent.

        Raises:
            UnknownCollectionError: The collection was not given.
            NotFoundError: There is no such collection, or it has no such reference.
        """
        table = self._table(collection)
        known = table.known(field)
        if known is not None:
            return known
        if field not in REFERENCES[collection]:
            raise NotFoundError("reference", field, nearest(field, REFERENCES[collection]))
        return table.children(field)

    def horizon(self, collection: str) -> datetime | None:
        """
        A moment that no moment of the collection lies after; None when it holds none.

        It is the latest there is. After `with_` or `without` it may be the latest there was.
        """
        return self._table(collection).horizon()

    def _table(self, collection: str) -> Table:
        table = self._tables.get(collection)
        if table is not None:
            return table
        if collection in COLLECTIONS:
            raise UnknownCollectionError(collection)
        raise NotFoundError("collection", collection, nearest(collection, COLLECTIONS))

    def project(self, id: str, now: datetime | None = None) -> ProjectView:
        """
        A project as rules see it, to call a rule on.

        Args:
            id: Of the project.
            now: What lies later is not seen; None sees everything.

        Raises:
            NotFoundError: There is none of that id.
        """
        return cast(ProjectView, self.view("project", id, now=now))

    def customer(self, id: str, now: datetime | None = None) -> CustomerView:
        """A customer as rules see it; arguments as for `project`."""
        return cast(CustomerView, self.view("customer", id, now=now))

    def objective(self, id: str, now: datetime | None = None) -> ObjectiveView:
        """An objective as rules see it; arguments as for `project`."""
        return cast(ObjectiveView, self.view("objective", id, now=now))

    def whole(self, now: datetime | None = None) -> PortfolioView:
        """The portfolio itself as rules see it."""
        return cast(PortfolioView, self.view("portfolio", WHOLE, now=now))

    def view(
        self,
        kind: str,
        id: str,
        *,
        now: datetime | None = None,
        exchange: Exchange | None = None,
        scores: Scores | None = None,
    ) -> View:
        """
        Any fact as rules see it.

        Args:
            kind: Such as `"project"`; `"portfolio"` for everything together.
            id: Of the fact; `"portfolio"` for everything together.
            now: What lies later is not seen; None sees everything.
            exchange: The currency that amounts are read in. Without it all amounts must be in one.
            scores: Score and band by kind and id, for rules that read them of earlier kinds.

        Raises:
            NotFoundError: There is no such kind, or none of that id.
            UnknownCollectionError: The collection was not given.
            ValidationError: `now` is not an aware datetime.
        """
        return view_of(self, kind, id, now=now, exchange=exchange, scores=scores)

    def with_(self, **facts: Unpack[Facts]) -> Portfolio:
        """
        The portfolio with these facts: new ones added, those of a known id replaced.

        What is not touched is shared, so the cost follows the number of changed facts and of their siblings. A
        collection that was unknown becomes given, and then everything is checked again.

        Args:
            **facts: An iterable of facts for each collection that changes.

        Raises:
            PortfolioError: The laws would not hold; every fault is listed.
        """
        tables, loose = edits.upserted(self._tables, only_collections("with_", facts), self._dangling)
        return self._of(tables, self._unlinked + loose, self._dangling)._keeping_shape(self, facts)

    def without(self, *, dangling: Dangling | None = None, **ids: Unpack[Ids]) -> Portfolio:
        """
        The portfolio without these facts.

        Args:
            dangling: What to do with references to them; None does as the portfolio was made to.
            **ids: An iterable of ids for each collection that changes.

        Raises:
            PortfolioError: Something still refers to them (`DanglingReferenceError`), or there is no such fact
                (`NotFoundError`); every fault is listed.
        """
        chosen = self._dangling if dangling is None else dangling
        tables, loose = edits.removed(self._tables, only_collections("without", ids), chosen)
        return self._of(tables, self._unlinked + loose, self._dangling)

    def plain(self) -> Portfolio:
        """The same portfolio on plain dictionaries, for reading all of it; itself when it has no overlays."""
        if all(table.is_plain for table in self._tables.values()):
            return self
        tables = {name: table.plain() for name, table in self._tables.items()}
        return self._of(tables, self._unlinked, self._dangling)._keeping_shape(self, ())

    def __len__(self) -> int:
        return sum(len(table.records) for table in self._tables.values())

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Portfolio):
            return NotImplemented
        mine, others = self.plain()._tables, other.plain()._tables
        return mine.keys() == others.keys() and all(mine[name].records == others[name].records for name in mine)

    def __hash__(self) -> int:
        return hash(frozenset((name, len(table.records)) for name, table in self._tables.items()))

    def __repr__(self) -> str:
        counts = ", ".join(f"{len(table.records)} {name}" for name, table in self._tables.items())
        unknown = ", ".join(name for name in COLLECTIONS if name not in self._tables)
        return f"<Portfolio: {counts or 'no facts'}{f'; unknown: {unknown}' if unknown else ''}>"

    @property
    def table_names(self) -> tuple[str, ...]:
        """The collections that are known."""
        return tuple(self._tables)

    def _table_of(self, name: str) -> DataTable:
        from alignkit.portfolio.tabling import collection_table

        return collection_table(self, name)

    def _shown(self) -> Shown:
        from alignkit.portfolio.showing import show_portfolio

        return show_portfolio(self)

    def __reduce__(self) -> tuple[Any, ...]:
        facts = {name: table.everything for name, table in self._tables.items()}
        return _restored, (facts, self._unlinked, self._dangling)


def _restored(
    facts: Mapping[str, tuple[Entity, ...]], unlinked: tuple[DanglingReferenceError, ...], dangling: Dangling
) -> Portfolio:
    tables = {name: Table(name, {record.id: record for record in records}) for name, records in facts.items()}
    return Portfolio._of(tables, unlinked, dangling)
