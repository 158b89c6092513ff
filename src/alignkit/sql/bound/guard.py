"""
Makes rules that read refused rows answer with an error.

Refused rows never reach a rule. For each way that some rule goes to a collection with refused rows, they are
counted for each subject in one grouped stage; a rule then answers out of range where a count of its ways is not 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs
from sqlalchemy import BigInteger, Connection, FromClause, Select, case, func, literal, select, union_all
from sqlalchemy.sql.elements import ColumnElement

from alignkit.expressions import ir
from alignkit.expressions import types as t
from alignkit.expressions.model import Field, Model
from alignkit.policy.model import KINDS, SUBJECTS, model
from alignkit.policy.plan import Plan
from alignkit.sql.bound.reads import Way, ways_of
from alignkit.sql.bound.staging import Stage

__all__ = ["Guard", "Refused", "guard_of"]

Column = ColumnElement[Any]

WHOLE: Final = "portfolio"
WRONG: Final = ir.Const(3.0, t.float_type(3.0, 3.0))
NOTHING: Final = ir.Const(0, t.int_type(0, 0))
COUNT: Final = t.int_type(0, 2**53)

Refused = dict[str, dict[str, tuple[int, ...]]]
"""By kind and id, how many refused rows lie at the end of each of the kind's ways."""


@attrs.frozen(eq=False)
class Guard:
    """
    What stands between refused rows and rules.

    Attributes:
        ways: By kind, the ways that lead to refused rows.
        rules: By kind, for each rule (in the order of the plan) the places of its ways among these.
        counts: By kind, a stage of the subjects that some way concerns: ak_id, n0, n1, ...
        whole: Counts of the portfolio's ways.
    """

    ways: Mapping[str, tuple[Way, ...]]
    rules: Mapping[str, tuple[tuple[int, ...], ...]]
    counts: Mapping[str, FromClause]
    whole: tuple[int, ...]

    def plan(self, plan: Plan) -> Plan:
        """The plan with every rule asking first."""
        tasks = {
            kind: tuple(
                task if task.outcome is None else attrs.evolve(task, outcome=self._asking(kind, place, task.outcome))
                for place, task in enumerate(members)
            )
            for kind, members in plan.tasks.items()
        }
        # what was generated for the old tasks does not fit the new ones
        kept: dict[str, Any] = {str(field.alias): {} for field in attrs.fields(Plan) if field.name.startswith("_")}
        return attrs.evolve(plan, tasks=tasks, **kept)

    def _asking(self, kind: str, place: int, outcome: ir.Node) -> ir.Node:
        mine = self.rules[kind][place]
        if kind == WHOLE:
            return WRONG if any(self.whole[way] for way in mine) else outcome
        subject = ir.Subject(t.record_type(kind))
        tests = tuple(ir.Compare(">", ir.Field(subject, f"ak_n{way}", COUNT), NOTHING) for way in mine)
        if not tests:
            return outcome
        return ir.If(tests[0] if len(tests) == 1 else ir.Or(tests), WRONG, outcome, outcome.type)

    def shape(self) -> Model:
        """The shape of the records with the counts."""
        kinds = dict(model().kinds)
        for kind, ways in self.ways.items():
            more = {f"ak_n{place}": Field(f"ak_n{place}", COUNT) for place in range(len(ways))}
            kinds[kind] = attrs.evolve(kinds[kind], fields={**kinds[kind].fields, **more})
        return attrs.evolve(model(), kinds=kinds)

    def counted(self, kind: str, rows: FromClause) -> FromClause:
        """Rows of subjects with their counts."""
        stage = self.counts.get(kind)
        if stage is None:
            return rows
        counts = [
            case((stage.c[f"n{place}"].is_(None), literal(0, BigInteger())), else_=stage.c[f"n{place}"]).label(
                f"ak_n{place}"
            )
            for place in range(len(self.ways[kind]))
        ]
        return select(*rows.c, *counts).select_from(rows.outerjoin(stage, stage.c.ak_id == rows.c.id)).subquery()

    def read(self, connection: Connection) -> Refused:
        """The counts themselves, for explanations."""
        found: Refused = {WHOLE: {WHOLE: self.whole}} if any(self.whole) else {}
        for kind, stage in self.counts.items():
            found[kind] = {row[0]: tuple(map(int, row[1:])) for row in connection.execute(select(*stage.c))}
        return found

    def behind(self, kind: str, place: int, counts: Sequence[int]) -> dict[str, int]:
        """How many refused rows a rule reads on a subject, by collection; rows read in two ways count twice."""
        found: dict[str, int] = {}
        for way in self.rules[kind][place]:
            if counts[way]:
                collection = self.ways[kind][way][-1].collection
                found[collection] = found.get(collection, 0) + counts[way]
        return found


def guard_of(
    connection: Connection, plan: Plan, sound: Mapping[str, FromClause], bad: Mapping[str, FromClause], stage: Stage
) -> Guard:
    """
    Count what rules would read of refused rows.

    Args:
        connection: Where the rows are.
        plan: The rules.
        sound: Rows that the domain takes, of every collection that is read.
        bad: The other rows, of the collections that have any.
        stage: Names and fences rows.
    """
    ways: dict[str, tuple[Way, ...]] = {}
    rules: dict[str, tuple[tuple[int, ...], ...]] = {}
    counts: dict[str, FromClause] = {}
    whole: tuple[int, ...] = ()
    for kind in SUBJECTS:
        read = [_ways(kind, task.outcome, sound, bad) for task in plan.tasks[kind]]
        ways[kind] = tuple(sorted(frozenset().union(*read)))
        rules[kind] = tuple(tuple(ways[kind].index(way) for way in sorted(mine)) for mine in read)
        if not ways[kind]:
            continue
        if kind == WHOLE:
            whole = tuple(_total(connection, way, sound, bad) for way in ways[kind])
        elif KINDS[kind] in sound:
            counts[kind] = _counts(kind, ways[kind], sound, bad, stage)
    return Guard(ways, rules, counts, whole)


def _ways(
    kind: str, outcome: ir.Node | None, sound: Mapping[str, FromClause], bad: Mapping[str, FromClause]
) -> frozenset[Way]:
    """The ways of a rule that lead to refused rows, over collections that are there."""
    found = frozenset[Way]() if outcome is None else ways_of(model(), kind, outcome)
    return frozenset(
        way for way in found if way[-1].collection in bad and all(step.collection in sound for step in way[:-1])
    )


def _counts(
    kind: str, ways: Sequence[Way], sound: Mapping[str, FromClause], bad: Mapping[str, FromClause], stage: Stage
) -> FromClause:
    parts = []
    for place, way in enumerate(ways):
        joined, subject_id = _chain(KINDS[kind], way, sound, bad)
        key = literal(place, BigInteger()).label("way")
        part = select(subject_id.label("ak_id"), key, func.count().label("many")).select_from(joined)
        parts.append(part.where(subject_id.is_not(None)).group_by(subject_id))
    rows = union_all(*parts).subquery()
    columns = [
        func.sum(case((rows.c.way == place, rows.c.many), else_=0)).label(f"n{place}") for place in range(len(ways))
    ]
    return stage(f"ak_refused_{kind}", select(rows.c.ak_id, *columns).group_by(rows.c.ak_id), ("ak_id",))


def _total(connection: Connection, way: Way, sound: Mapping[str, FromClause], bad: Mapping[str, FromClause]) -> int:
    joined, _ = _chain("", way, sound, bad)
    return int(connection.execute(select(func.count()).select_from(joined)).scalar_one())


def _chain(
    collection: str, way: Way, sound: Mapping[str, FromClause], bad: Mapping[str, FromClause]
) -> tuple[Any, Column]:
    """Rows of the way, from the refused ones at its end back to the subject; and the subject's id."""
    last = way[-1]
    row = bad[last.collection].alias()
    joined: Any = row
    whole: Column = literal(WHOLE)
    for place in reversed(range(len(way))):
        step = way[place]
        if place == 0 and not step.is_hop:
            return joined, row.c[step.key] if step.key else whole
        home = way[place - 1].collection if place else collection
        before = sound[home].alias()
        on = row.c.id == before.c[step.key] if step.is_hop else row.c[step.key] == before.c.id
        joined, row = joined.join(before, on), before
    return joined, row.c.id


def sound_and_bad(name: str, checked: Select[Any], stage: Stage, keys: Sequence[str]) -> tuple[FromClause, FromClause]:
    """The rows that the domain takes, and the others, of one fenced stage."""
    rows = stage(f"ak_checked_{name}", checked, keys)
    columns = [column for column in rows.c if column.name != "ak_bad"]
    bad = stage(f"ak_bad_{name}", select(*columns).where(rows.c.ak_bad == 1), keys)
    return select(*columns).where(rows.c.ak_bad == 0).subquery(), bad
