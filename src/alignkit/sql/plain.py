"""A policy as one plain select over the stored tables, for those who want to filter and page it themselves."""

from __future__ import annotations

from typing import Any

import attrs
from sqlalchemy import FromClause, Select, case, select

from alignkit.errors import NotFoundError, StoreError, UnsupportedExpressionError
from alignkit.policy.model import SUBJECTS, model
from alignkit.policy.question import Question
from alignkit.policy.scoring import POINTS
from alignkit.policy.stream import opaque_rules
from alignkit.portfolio.names import nearest
from alignkit.sql.emit import kernel
from alignkit.sql.emit.binds import number, whole
from alignkit.sql.emit.stages import Builder
from alignkit.sql.emit.translate import divide
from alignkit.sql.judge import situation_of
from alignkit.sql.lookups import Scope
from alignkit.sql.statement import STAGED, sources_of

__all__ = ["plain_select"]


def plain_select(scope: Scope, question: Question, kind: str) -> Select[Any]:
    """The select; see `SqlStore.statement`."""
    if kind not in SUBJECTS:
        raise NotFoundError("kind", kind, nearest(kind, SUBJECTS))
    if scope.dialect in STAGED:
        reason = "MariaDB runs a policy stage by stage, so there is no one statement; use policy.assess or iter_assess"
        raise StoreError(reason, operation="statement")
    opaque = [question.plan.rules[of][places[0]].id for of, places in opaque_rules(question.plan).items()]
    if opaque:
        raise UnsupportedExpressionError(f"{opaque[0]}, which only runs natively,", "sql")
    situation = situation_of(scope, question)
    if situation.currencies.rates and scope.dialect == "sqlite":
        raise UnsupportedExpressionError("an amount in another currency", "a plain SQLite statement")
    plan = attrs.evolve(question.plan, keeps_bands=question.plan.keeps_bands | {kind})
    sources = sources_of(question, situation, scope.tenant)
    builder = Builder(
        model(), plan, question.scoring, sources, question.now, question.today, _fenced, wide=scope.dialect == "sqlite"
    )
    rows = builder.build([kind]).get(kind)
    if rows is None:
        raise NotFoundError("collection", f"of {kind} facts", ())
    total = rows.c.ak_total
    return select(
        rows.c.ak_id.label("id"),
        case((total >= whole(0), divide(kernel.AsDouble(total), number(1e6)))).label("score"),
        divide(kernel.AsDouble(rows.c.ak_cover), number(float(POINTS))).label("coverage"),
        rows.c.ak_band.label("band"),
        *(rows.c[f"r{index}"].label(rule.id) for index, rule in enumerate(question.scoring.rules[kind])),
    )


def _fenced(name: str, statement: Select[Any]) -> FromClause:
    return statement.cte(name).prefix_with("MATERIALIZED")
