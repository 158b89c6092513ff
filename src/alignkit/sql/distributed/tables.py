"""
Bound tables on a distributed engine: the same count of refused rows, the same guard, the same stages, by way of a runner.

Read only. There is no snapshot over several statements on these engines: whoever writes while a question is asked may
be seen in one stage and not in another, so land tables in versions and bind one of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, Self, cast

import attrs
from sqlalchemy import Connection, FromClause, Select, select

from alignkit.errors import StoreError
from alignkit.policy.findings import Explainer
from alignkit.policy.model import SUBJECTS, model
from alignkit.policy.question import Answer, Question
from alignkit.sql.bound.asking import Asked, keys_of
from alignkit.sql.bound.collection import Collection
from alignkit.sql.bound.explaining import BoundExplainer
from alignkit.sql.bound.guard import Guard, Refused
from alignkit.sql.bound.running import Rows
from alignkit.sql.bound.staging import Stage
from alignkit.sql.bound.tables import BoundTables
from alignkit.sql.distributed.runner import Reader, SqlRunner
from alignkit.sql.emit.reading import columns_read, refuse_custom
from alignkit.sql.emit.sources import Sources
from alignkit.sql.emit.stages import Builder
from alignkit.sql.types import Day, Moment

__all__ = ["DistributedTables"]

ATTEMPTS: Final = 2
LOST: Final = "CHECKPOINT_RDD_BLOCK_ID_NOT_FOUND"
"""What Spark says when an executor took the only rows of a stage with it."""


class DistributedTables(BoundTables):
    """
    Tables on a distributed engine as facts: hand them to `Policy.assess`. Made by `bind_spark`.

    Nothing is written but temporary views of the session: those of stages are dropped when a question is answered,
    those of the tables by `close`, or at the end of a `with`.
    """

    def __init__(self, runner: SqlRunner, collections: Mapping[str, Collection], sources: Mapping[str, Any]) -> None:
        super().__init__(cast("Any", runner), collections)
        self._runner = runner
        self._sources = dict(sources)
        self._named = set(sources)

    def close(self) -> None:
        """Drop the views of the tables; another question makes them again."""
        while self._named:
            self._runner.forget(self._named.pop())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def judge(self, question: Question, /) -> Answer:
        """Judge every subject where it lies; see `alignkit.policy.question.JudgesItself`."""
        for attempt in range(ATTEMPTS):
            try:
                asked, (rows, refused, guard) = self._once(question)
                break
            except StoreError as error:
                if LOST not in str(error) or attempt + 1 == ATTEMPTS:
                    raise

        def explainer(rules: Mapping[str, Any]) -> Explainer:
            return BoundExplainer(self, question, rules, rows, refused, guard)

        return Answer(rows, self.portfolio, tuple(asked.faults), explainer)

    def _once(self, question: Question) -> tuple[Asked, tuple[Rows, Refused, Guard | None]]:
        with self._look() as connection:
            asked = _AskedThere(connection, question, self._bound(connection))
            return asked, asked.answer()

    @contextmanager
    def _look(self) -> Iterator[Connection]:
        for view, given in self._sources.items():
            self._runner.source(view, given)
            self._named.add(view)
        with Reader(self._runner).open() as reader:
            yield cast("Connection", reader)

    def __repr__(self) -> str:
        return f"<DistributedTables: {', '.join(self._collections)}>"


@attrs.define(eq=False)
class _AskedThere(Asked):
    """One question, its stages held by the runner."""

    @property
    def _reader(self) -> Reader:
        return cast("Reader", self.connection)

    @contextmanager
    def _staging(self) -> Iterator[Stage]:
        yield self._reader.view

    def _fenced(self, name: str, rows: Any, stage: Stage) -> FromClause:
        return stage(f"ak_bound_{name}", rows, keys_of(name))

    def _judged(self, tables: Mapping[str, FromClause], question: Question, guard: Guard | None) -> Rows:
        shape = model() if guard is None else guard.shape()
        refuse_custom(question.plan, "tables of Spark")
        read = columns_read(shape, question.plan)
        sources = Sources(self._in_one_currency(tables, read), Moment(), Day())
        builder = Builder(
            shape,
            question.plan,
            question.scoring,
            sources,
            question.now,
            question.today,
            self._reader.hold,
            chain=_inside,
        )
        found: Rows = {kind: {} for kind in SUBJECTS}
        for kind, stage in builder.build().items():
            width = len(question.scoring.rules[kind])
            codes = [stage.c[f"r{index}"] for index in range(width)]
            for id, *row in self._reader.execute(select(stage.c.ak_id, stage.c.ak_total, *codes)):
                found[kind][id] = tuple(row)
        return found


def _inside(name: str, statement: Select[Any]) -> FromClause:
    return statement.subquery(name)
