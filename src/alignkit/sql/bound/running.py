"""Runs the statement of a policy over selectables of any origin."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import attrs
from sqlalchemy import Connection, FromClause, exc

from alignkit.expressions.model import Model
from alignkit.policy.question import Question
from alignkit.sql.amounts import Currencies
from alignkit.sql.emit.sources import Sources
from alignkit.sql.results import Rows, collected
from alignkit.sql.statement import Prepared, Situation, built
from alignkit.sql.types import Day, Moment

__all__ = ["Rows", "judged"]


Make = Callable[[Situation, Callable[[], Prepared]], Prepared]


def judged(
    connection: Connection, shape: Model, tables: Mapping[str, FromClause], question: Question, make: Make
) -> Rows:
    """
    Rows by kind and id.

    Args:
        connection: On which the tables can be read; it sees one moment.
        shape: What their records hold.
        tables: By collection; the columns are named like fields, amounts are in one currency.
        question: What is asked.
        make: Gives the statements of a situation: those made before, or what is handed in makes.
    """
    sources = Sources(tables, Moment(), Day())

    def run(situation: Situation) -> Rows:
        made = make(situation, lambda: built(shape, sources, question, situation))
        return collected(connection, made, made.binds.values(question.now, question.today))

    situation = Situation(sources.given, Currencies(None), connection.dialect.name)
    try:
        return run(situation)
    except exc.DBAPIError as error:
        if "integer overflow" not in str(error.orig):
            raise
    return run(attrs.evolve(situation, wide=True))
