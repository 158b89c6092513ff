"""
The statement of a policy: built and compiled once, then asked again and again with other moments and tenants.

Nothing in it depends on the moment of the question: `now`, `today` and what rules count from them are bound by name.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

import attrs
from sqlalchemy import ClauseElement, FromClause, Select, bindparam, select, table, union_all
from sqlalchemy import column as named
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.compiler import SQLCompiler

from alignkit.expressions.model import Model, custom_name
from alignkit.expressions.types import Type
from alignkit.policy.model import KINDS, SUBJECTS, model
from alignkit.policy.question import Question
from alignkit.sql.amounts import Currencies, major
from alignkit.sql.emit.binds import Binds, small
from alignkit.sql.emit.custom import custom_column
from alignkit.sql.emit.reading import columns_read, custom_read
from alignkit.sql.emit.sources import Sources
from alignkit.sql.emit.stages import Builder, Materialiser
from alignkit.sql.tables import TABLES
from alignkit.sql.types import TENANT, Day, Moment

__all__ = ["STAGED", "Prepared", "Situation", "Text", "built", "prepared", "sources_of"]

STAGED: Final = ("mysql", "mariadb")
"""Engines that have no fence for parts of a statement, so that parts run one after another."""

MOST_KEPT: Final = 32

T = TypeVar("T")


@attrs.frozen
class Situation:
    """
    What a statement depends on beside the policy.

    Attributes:
        given: The collections that are known.
        currencies: How amounts are read.
        engine: SQLAlchemy's name of the engine.
        wide: Whether sums may need more than 64 bits.
        kinds: The kinds that are wanted.
    """

    given: frozenset[str]
    currencies: Currencies
    engine: str
    wide: bool = False
    kinds: tuple[str, ...] = SUBJECTS

    @property
    def is_staged(self) -> bool:
        """Whether stages run one after another."""
        return self.engine in STAGED


class CreateStage(Executable, ClauseElement):
    """Makes a temporary table of the rows of a stage."""

    inherit_cache = False

    def __init__(self, name: str, statement: Select[Any]) -> None:
        self.name = name
        self.statement = statement


@compiles(CreateStage)
def _create_stage(element: CreateStage, compiler: Any, **kw: Any) -> str:
    name = compiler.preparer.quote(element.name)
    return f"CREATE TEMPORARY TABLE {name} (PRIMARY KEY (ak_id)) AS {compiler.process(element.statement, **kw)}"


@attrs.frozen(eq=False)
class Text:
    """
    A compiled statement.

    Attributes:
        string: As the driver takes it.
        compiled: As SQLAlchemy made it.
    """

    string: str
    compiled: SQLCompiler

    @classmethod
    def of(cls, element: ClauseElement, dialect: Dialect) -> Text:
        """Compile for an engine."""
        made = element.compile(dialect=dialect)
        assert isinstance(made, SQLCompiler)
        return cls(made.string, made)

    def ready(self, values: Mapping[str, Any], dialect: Dialect) -> tuple[str, Any]:
        """The string, and what the driver takes beside it; a list of values in a host's own condition is spread."""
        if not self.compiled.post_compile_params and not self.compiled.literal_execute_params:
            return self.string, self.parameters(values, dialect)
        given = {name: values[name] for name in values if name in self.compiled.binds}
        state = self.compiled.construct_expanded_state(given)
        ways: dict[str, Any] = {**self._processors(dialect), **state.processors}
        found = {name: ways[name](value) if ways.get(name) else value for name, value in state.parameters.items()}
        if self.compiled.positional:
            return state.statement, tuple(found[name] for name in state.positiontup or ())
        return state.statement, found

    def _processors(self, dialect: Dialect) -> dict[str, Any]:
        """By name, what makes the driver's value of a bound one; None where nothing needs to."""
        names = self.compiled.bind_names.items()
        return {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for bind, name in names}

    def parameters(self, values: Mapping[str, Any], dialect: Dialect) -> Any:
        """What the driver takes beside the string."""
        given = self.compiled.construct_params({name: values[name] for name in values if name in self.compiled.binds})
        ways = self._processors(dialect)
        found = {name: given[name] if way is None else way(given[name]) for name, way in ways.items()}
        if self.compiled.positional:
            return tuple(found[name] for name in self.compiled.positiontup or ())
        return {self.compiled.escaped_bind_names.get(name, name): value for name, value in found.items()}


@attrs.frozen(eq=False)
class Prepared:
    """
    The statements of a policy in one situation.

    Attributes:
        stages: Made first, one after another, under these names; none where one statement does all.
        finals: Then read, in the order of kinds: a kind's own, or under `""` several kinds at once, each row with
            the place of its kind. Of a kind without rules only the ids are read; the portfolio then is not.
        widths: The number of rules of each kind that is judged.
        binds: The bound values.
    """

    stages: tuple[tuple[str, CreateStage], ...]
    finals: Mapping[str, Any]
    widths: Mapping[str, int]
    binds: Binds
    _texts: WeakKeyDictionary[Dialect, tuple[tuple[Text, ...], dict[str, Text]]] = attrs.field(
        factory=WeakKeyDictionary, init=False, repr=False
    )

    def texts(self, dialect: Dialect) -> tuple[tuple[Text, ...], dict[str, Text]]:
        """Stages and finals as an engine takes them; compiled on first use."""
        found = self._texts.get(dialect)
        if found is None:
            stages = tuple(Text.of(element, dialect) for _, element in self.stages)
            finals = {kind: Text.of(element, dialect) for kind, element in self.finals.items()}
            found = self._texts[dialect] = stages, finals
        return found

    def values(self, tenant: str, now: datetime, today: date) -> Mapping[str, Any]:
        """What to bind by name."""
        return {"ak_tenant": tenant, **self.binds.values(now, today)}


_kept: OrderedDict[tuple[str, Situation], Prepared] = OrderedDict()
_lock: Final = threading.Lock()


def prepared(question: Question, situation: Situation) -> Prepared:
    """The statements of a policy in a situation; those last used are kept, by the policy's version."""
    key = (question.scoring.policy_version, situation)
    with _lock:
        found = _kept.get(key)
        if found is None:
            found = _kept[key] = _built(question, situation)
        _kept.move_to_end(key)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return found


def sources_of(question: Question, situation: Situation, tenant: str = "") -> Sources:
    """The stored tables as rules read them, with the columns that these rules read; `tenant` is bound by name."""
    found = {}
    own = custom_read(question.plan)
    for collection, fields in sorted(columns_read(model(), question.plan).items()):
        if collection in situation.given:
            found[collection] = _source(collection, fields, own.get(collection, {}), situation.currencies, tenant)
    return Sources(found, Moment(), Day())


def _source(
    collection: str, fields: frozenset[str], own: Mapping[str, Type], currencies: Currencies, tenant: str
) -> FromClause:
    stored = TABLES[collection]
    kind = model().kinds[next(kind for kind, name in KINDS.items() if name == collection)]
    columns: list[Any] = []
    for name in sorted(fields):
        if (short := custom_name(name)) is not None:
            columns.append(custom_column(stored.c.custom, short, own[name]).label(name))
            continue
        field = kind.fields.get(name)
        is_money = field is not None and field.is_money
        columns.append(major(collection, name, currencies).label(name) if is_money else stored.c[name])
    return select(*columns).where(stored.c.tenant_id == bindparam("ak_tenant", tenant, TENANT)).subquery()


def _built(question: Question, situation: Situation) -> Prepared:
    return built(model(), sources_of(question, situation), question, situation)


def built(shape: Model, sources: Sources, question: Question, situation: Situation) -> Prepared:
    """The statements of a policy over any sources; `shape` says what their records hold."""
    stages: list[tuple[str, CreateStage]] = []

    def kept(name: str, statement: Select[Any]) -> FromClause:
        stages.append((name, CreateStage(name, statement)))
        return table(name, *(named(c.name, c.type) for c in statement.selected_columns))

    fence: Materialiser = kept if situation.is_staged else _fenced
    builder = Builder(
        shape, question.plan, question.scoring, sources, question.now, question.today, fence, wide=situation.wide,
        chain=_CHAINS.get(situation.engine, _inside),
    )  # fmt: skip
    rows = builder.build(situation.kinds)
    widths = {kind: len(question.scoring.rules[kind]) for kind in situation.kinds if kind in rows}
    return Prepared(tuple(stages), _finals(rows, widths, sources, situation), widths, builder.binds)


def _finals(
    rows: Mapping[str, FromClause], widths: Mapping[str, int], sources: Sources, situation: Situation
) -> dict[str, Any]:
    """What is read at last. Kinds without rules before the first and after the last of the others need ids only."""
    ruled = [place for place, width in enumerate(widths.values()) if width]
    first, last = (ruled[0], ruled[-1]) if ruled else (len(widths), len(widths))
    most = max(widths.values(), default=0)
    finals: dict[str, Any] = {}
    together: list[Any] = []
    for place, (kind, width) in enumerate(widths.items()):
        if width or (first < place < last and not situation.is_staged):
            chosen = _selected(kind, rows[kind], width, most)
            if situation.is_staged:
                finals[kind] = chosen
            else:
                together.append(chosen)
                finals[""] = chosen
        elif KINDS[kind]:
            finals[kind] = select(sources.tables[KINDS[kind]].c.id)
    return {name: union_all(*together) if name == "" and together[1:] else one for name, one in finals.items()}


def _selected(kind: str, stage: FromClause, rules: int, most: int) -> Select[Any]:
    codes = [stage.c[f"r{index}"] for index in range(rules)]
    padding = [small(0).label(f"r{index}") for index in range(rules, most)]
    return select(small(SUBJECTS.index(kind)).label("ak_kind"), stage.c.ak_id, stage.c.ak_total, *codes, *padding)


def _fenced(name: str, statement: Select[Any]) -> FromClause:
    return statement.cte(name).prefix_with("MATERIALIZED")


def _inside(name: str, statement: Select[Any]) -> FromClause:
    return statement.offset(0).cte(name)


def _plain(name: str, statement: Select[Any]) -> FromClause:
    # DuckDB keeps the columns of each select apart by itself
    return statement.subquery(name)


def _derived(name: str, statement: Select[Any]) -> FromClause:
    # MariaDB merges derived tables, unless they are limited
    return statement.limit(2**62).subquery(name)


_CHAINS: Final[dict[str, Materialiser]] = {"duckdb": _plain, **dict.fromkeys(STAGED, _derived)}
"""How engines keep a stage that one other reads from being worked out again for each column."""
