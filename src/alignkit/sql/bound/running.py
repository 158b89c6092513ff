"""Runs the statement of a policy over selectables of any origin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
from sqlalchemy import Connection, FromClause, exc

from alignkit.expressions.model import Model
from alignkit.policy.model import SUBJECTS
from alignkit.policy.question import Question
from alignkit.sql.amounts import Currencies
from alignkit.sql.emit.sources import Sources
from alignkit.sql.statement import STAGED, Prepared, Situation, built
from alignkit.sql.types import Day, Moment

__all__ = ["Rows", "judged"]

Rows = dict[str, dict[str, tuple[int, ...]]]


def judged(connection: Connection, shape: Model, tables: Mapping[str, FromClause], question: Question) -> Rows:
    """
    Rows by kind and id.

    Args:
        connection: On which the tables can be read; it sees one moment.
        shape: What their records hold.
        tables: By collection; the columns are named like fields, amounts are in one currency.
        question: What is asked.
    """
    sources = Sources(tables, Moment(), Day())
    situation = Situation(sources.given, Currencies(None), connection.dialect.name in STAGED)
    try:
        return _run(connection, built(shape, sources, question, situation))
    except exc.DBAPIError as error:
        if "integer overflow" not in str(error.orig):
            raise
    return _run(connection, built(shape, sources, question, attrs.evolve(situation, wide=True)))


def _run(connection: Connection, made: Prepared) -> Rows:
    found: Rows = {kind: {} for kind in SUBJECTS}
    done: list[str] = []
    try:
        for name, element in made.stages:
            connection.execute(element)
            done.append(name)
        for final in made.finals.values():
            for row in connection.execute(final):
                _keep(row, found, made)
    finally:
        quote = connection.dialect.identifier_preparer.quote
        for name in reversed(done):
            connection.exec_driver_sql(f"DROP TEMPORARY TABLE {quote(name)}")
    return found


def _keep(row: Any, found: Rows, made: Prepared) -> None:
    kind = row[0]
    found[kind][row[1]] = tuple(map(int, row[2 : 3 + made.widths[kind]]))
