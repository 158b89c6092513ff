"""
Judges stored facts where they lie: one statement for all subjects, or one stage after another where an engine must.

Only outcomes travel: an id, a total and a code for each rule of each subject.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import (
    Connection,
    FromClause,
    Select,
    case,
    column,
    literal,
    null,
    select,
    table,
    union_all,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ClauseElement

from alignkit.errors import PolicyError
from alignkit.expressions.diagnostics import Diagnostic
from alignkit.policy.model import KINDS, SUBJECTS, model
from alignkit.policy.question import Question
from alignkit.sql.emit import kernel
from alignkit.sql.emit.sources import Sources
from alignkit.sql.emit.stages import Builder, Materialiser
from alignkit.sql.lookups import Scope
from alignkit.sql.tables import TABLES
from alignkit.sql.types import Day, Moment

__all__ = ["judge"]

STAGED: Final = ("mysql", "mariadb")
"""Engines that have no fence for parts of a statement, so that parts run one after another."""

Rows = dict[str, dict[str, tuple[int, ...]]]


def judge(scope: Scope, question: Question) -> Rows:
    """Rows by kind and id; see `alignkit.policy.question.Answer`."""
    sources = _sources(scope, question)
    connection = scope.connection
    if scope.dialect in STAGED:
        with _temporary_tables(connection) as materialise:
            return _run(connection, question, sources, materialise)
    return _run(connection, question, sources, _fenced)


def _run(connection: Connection, question: Question, sources: Sources, materialise: Materialiser) -> Rows:
    builder = Builder(model(), question.plan, question.scoring, sources, question.now, question.today, materialise)
    stages = builder.build()
    most = max(len(question.scoring.rules[kind]) for kind in SUBJECTS)
    selects = [_selected(kind, stage, len(question.scoring.rules[kind]), most) for kind, stage in stages.items()]
    found: Rows = {kind: {} for kind in SUBJECTS}
    statements: list[Any] = selects if connection.dialect.name in STAGED else [union_all(*selects)]
    lengths = {kind: len(question.scoring.rules[kind]) for kind in SUBJECTS}
    for statement in statements:
        for row in connection.execute(statement):
            kind = row[0]
            found[kind][row[1]] = tuple(map(int, row[2 : 3 + lengths[kind]]))
    return found


def _selected(kind: str, stage: FromClause, rules: int, most: int) -> Select[Any]:
    codes = [stage.c[f"r{index}"] for index in range(rules)]
    padding = [kernel.AsWhole(null()).label(f"r{index}") for index in range(rules, most)]
    return select(literal(kind).label("ak_kind"), stage.c.ak_id, stage.c.ak_total, *codes, *padding)


def _fenced(name: str, statement: Select[Any]) -> FromClause:
    return statement.cte(name).prefix_with("MATERIALIZED")


class _CreateFrom(Executable, ClauseElement):
    inherit_cache = False

    def __init__(self, name: str, statement: Select[Any]) -> None:
        self.name = name
        self.statement = statement


@compiles(_CreateFrom)
def _create_from(element: _CreateFrom, compiler: Any, **kw: Any) -> str:
    name = compiler.preparer.quote(element.name)
    return f"CREATE TEMPORARY TABLE {name} (PRIMARY KEY (ak_id)) AS {compiler.process(element.statement, **kw)}"


@contextmanager
def _temporary_tables(connection: Connection) -> Iterator[Materialiser]:
    made: list[str] = []

    def materialise(name: str, statement: Select[Any]) -> FromClause:
        connection.execute(_CreateFrom(name, statement))
        made.append(name)
        return table(name, *(column(c.name, c.type) for c in statement.selected_columns))

    try:
        yield materialise
    finally:
        for name in reversed(made):
            connection.exec_driver_sql(f"DROP TEMPORARY TABLE {connection.dialect.identifier_preparer.quote(name)}")


def _sources(scope: Scope, question: Question) -> Sources:
    given = scope.given()
    read = question.plan.collections | {KINDS[kind] for kind in SUBJECTS if KINDS[kind]}
    exchange = question.exchange
    currency = exchange.currency if exchange is not None else _only_currency(scope, given & read)
    rates = frozenset(exchange.rates) if exchange is not None else frozenset()
    found = {name: _source(scope, name, currency, rates) for name in sorted(given & read)}
    return Sources(found, Moment(), Day())


def _source(scope: Scope, collection: str, currency: str | None, rates: frozenset[str]) -> FromClause:
    stored = TABLES[collection]
    kind = model().kinds[next(kind for kind, name in KINDS.items() if name == collection)]
    columns: list[Any] = []
    for field in kind.fields.values():
        if field.is_money:
            if rates:
                _refuse_rates(scope, collection, field.name, rates)
            major, code = stored.c[f"{field.name}_major"], stored.c[f"{field.name}_currency"]
            columns.append((major if currency is None else case((code == currency, major))).label(field.name))
        else:
            columns.append(stored.c[field.name])
    return select(*columns).where(stored.c.tenant_id == scope.tenant).subquery()


def _currencies(scope: Scope, collection: str, field: str) -> set[str]:
    stored = TABLES[collection]
    code = stored.c[f"{field}_currency"]
    query = select(code).distinct().where(stored.c.tenant_id == scope.tenant, code.is_not(None))
    return set(scope.connection.execute(query).scalars())


def _only_currency(scope: Scope, collections: frozenset[str] | set[str]) -> str | None:
    found: set[str] = set()
    for collection in collections:
        kind = model().kinds[next(kind for kind, name in KINDS.items() if name == collection)]
        for field in kind.fields.values():
            if field.is_money:
                found |= _currencies(scope, collection, field.name)
    if len(found) > 1:
        listed = ", ".join(sorted(found))
        raise PolicyError(
            [
                Diagnostic(
                    "PolicyInvalid",
                    f"amounts are in {listed}; give the policy an exchange that says in which to calculate",
                )
            ]
        )
    return None


def _refuse_rates(scope: Scope, collection: str, field: str, rates: frozenset[str]) -> None:
    converted = sorted(_currencies(scope, collection, field) & rates)
    if converted:
        raise PolicyError(
            [
                Diagnostic(
                    "PolicyInvalid",
                    f"{collection} hold amounts in {', '.join(converted)}, and rates are applied in memory only; "
                    f"judge store.portfolio() instead",
                )
            ]
        )
