"""
One question to bound tables, on one snapshot.

First every row is counted that the domain would refuse, then the policy is asked of the others. Where nothing is
refused, the second part is the same statement that a store runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Final

import attrs
from sqlalchemy import Connection, FromClause, Select, case, select

from alignkit.domain import REFERENCES
from alignkit.errors import PolicyError
from alignkit.expressions.diagnostics import Diagnostic
from alignkit.policy.faulty import FaultyRows
from alignkit.policy.model import KINDS, SUBJECTS, model
from alignkit.policy.question import Question
from alignkit.policy.scoring import ERROR
from alignkit.sql.bound.census import Bound, Census, census_of, checked
from alignkit.sql.bound.guard import Guard, Refused, guard_of, sound_and_bad
from alignkit.sql.bound.layout import slots_of
from alignkit.sql.bound.running import Rows, judged
from alignkit.sql.bound.staging import STAGED, Stage, staging
from alignkit.sql.emit.reading import columns_read, refuse_custom
from alignkit.sql.statement import Prepared, Situation

__all__ = ["Asked", "keys_of"]

KIND_OF: Final = {collection: kind for kind, collection in KINDS.items() if collection}


@attrs.define(eq=False)
class Asked:
    """One question on one snapshot."""

    connection: Connection
    question: Question
    bound: Bound
    faults: list[FaultyRows] = attrs.field(factory=list)

    def answer(self) -> tuple[Rows, Refused, Guard | None]:
        """Rows, and what refused rows some rules would have read."""
        read = self.question.plan.collections | {KINDS[kind] for kind in SUBJECTS if KINDS[kind]}
        names = [name for name in self.bound if name in read]
        censuses = {name: census_of(self.connection, name, self.bound) for name in names}
        self.faults = [fault for census in censuses.values() for fault in census.faults]
        with self._staging() as stage:
            if not self.faults:
                tables = {name: self._plain(name, stage) for name in names}
                return self._judged(tables, self.question, None), {}, None
            return self._guarded(censuses, stage)

    # Engines without a connection of SQLAlchemy's fence, and run, in their own way.

    def _staging(self) -> AbstractContextManager[Stage]:
        return staging(self.connection)

    def _plain(self, name: str, stage: Stage) -> FromClause:
        collection, readings = self.bound[name]
        return self._fenced(name, collection.values(readings), stage)

    def _fenced(self, name: str, rows: Select[Any], stage: Stage) -> FromClause:
        if self.connection.dialect.name in ("sqlite", *STAGED):
            return stage(f"ak_bound_{name}", rows, keys_of(name))
        return rows.subquery()

    def _guarded(self, censuses: Mapping[str, Census], stage: Stage) -> tuple[Rows, Refused, Guard]:
        sound: dict[str, FromClause] = {}
        bad: dict[str, FromClause] = {}
        for name, census in censuses.items():
            if census.refused:
                judged_rows = checked(name, self.bound, census.looping)
                sound[name], bad[name] = sound_and_bad(name, judged_rows, stage, keys_of(name))
            else:
                sound[name] = self._plain(name, stage)
        guard = guard_of(self.connection, self.question.plan, sound, bad, stage)
        tables = {name: guard.counted(KIND_OF[name], rows) for name, rows in sound.items()}
        question = attrs.evolve(self.question, plan=guard.plan(self.question.plan))
        rows = self._judged(tables, question, guard)
        for kind in SUBJECTS:
            if KINDS[kind] in bad:
                self._add_refused(rows, kind, bad[KINDS[kind]])
        return rows, guard.read(self.connection), guard

    def _add_refused(self, rows: Rows, kind: str, bad: FromClause) -> None:
        """Subjects that are refused themselves: every rule is an error on them, and they have no score."""
        wrong = (-1, *(ERROR for _ in self.question.scoring.rules[kind]))
        for (id,) in self.connection.execute(select(bad.c.id).where(bad.c.id.is_not(None)).distinct()):
            if id.strip():
                rows[kind][id] = wrong

    def _judged(self, tables: Mapping[str, FromClause], question: Question, guard: Guard | None) -> Rows:
        shape = model() if guard is None else guard.shape()
        refuse_custom(question.plan, "bound tables")
        read = columns_read(shape, question.plan)
        currency = None if question.exchange is None else question.exchange.currency

        def make(situation: Situation, build: Callable[[], Prepared]) -> Prepared:
            if guard is not None:  # which asks of the rows that are refused just now
                return build()
            return self.bound.once((question.scoring.policy_version, currency, situation), build)

        return judged(self.connection, shape, self._in_one_currency(tables, read), question, make)

    def _in_one_currency(
        self, tables: Mapping[str, FromClause], read: Mapping[str, frozenset[str]]
    ) -> dict[str, FromClause]:
        exchange = self.question.exchange
        codes = self._currencies(tables) if exchange is None or exchange.rates else frozenset()
        if exchange is None and len(codes) > 1:
            listed = ", ".join(sorted(codes))
            message = f"amounts are in {listed}; give the policy an exchange that says in which to calculate"
            raise PolicyError([Diagnostic("PolicyInvalid", message)])
        converted = sorted(codes & set(exchange.rates)) if exchange is not None else []
        if converted:
            message = (
                f"there are amounts in {', '.join(converted)}, and rates are applied in memory only; "
                f"judge tables.portfolio() instead"
            )
            raise PolicyError([Diagnostic("PolicyInvalid", message)])
        currency = None if exchange is None else exchange.currency
        return {name: _projected(name, rows, currency, read.get(name, {"id"})) for name, rows in tables.items()}

    def _currencies(self, tables: Mapping[str, FromClause]) -> frozenset[str]:
        found: set[str] = set()
        for name, rows in tables.items():
            for slot in slots_of(name).values():
                if slot.sort == "amount" and self.bound[name][1][slot.name].raw is not None:
                    code = rows.c[f"{slot.name}_currency"]
                    query = select(code).where(rows.c[slot.name].is_not(None), code.is_not(None)).distinct()
                    found.update(self.connection.execute(query).scalars())
        return frozenset(found)


def keys_of(name: str) -> tuple[str, ...]:
    """The columns that rows of a collection are found by."""
    return ("id", *REFERENCES[name])


def _projected(name: str, rows: FromClause, currency: str | None, read: Iterable[str]) -> FromClause:
    """The columns that rules read, amounts in one currency only."""
    fields = model().kinds[KIND_OF[name]].fields
    columns: list[Any] = []
    for field in sorted(read):
        column = rows.c[field]
        if currency is not None and field in fields and fields[field].is_money:
            column = case((rows.c[f"{field}_currency"] == currency, column)).label(field)
        columns.append(column)
    return select(*columns).subquery()
