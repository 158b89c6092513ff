"""
Builds the stages of a policy: grouped aggregates, signals, codes of rules, totals of subjects.

A stage is a named select that later ones read. An engine runs them as one statement with fenced common table
expressions, or one after another into temporary tables; which one is the materialiser's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

import attrs
from sqlalchemy import FromClause, Select, case, literal, null, or_, select
from sqlalchemy.sql.elements import ColumnElement

from alignkit.expressions import ir
from alignkit.expressions.model import Model
from alignkit.policy.compiled import collections_read
from alignkit.policy.model import KINDS, SUBJECTS
from alignkit.policy.plan import Plan, SignalGroup
from alignkit.policy.scoring import ScoringPlan
from alignkit.sql.emit import aggregates, kernel
from alignkit.sql.emit.binds import NOW, Binds, number
from alignkit.sql.emit.letting import levels_of
from alignkit.sql.emit.sources import Sources
from alignkit.sql.emit.totals import Fence, Totals, code
from alignkit.sql.emit.translate import Join, Translator

__all__ = ["Builder", "Materialiser"]

Column = ColumnElement[Any]

WHOLE: Final = "portfolio"
NOT_APPLICABLE: Final = -10.0
OUT_OF_RANGE: Final = 3.0


Materialiser = Fence
"""Gives a stage a name and a fence."""


def _nothing() -> Column:
    """No value, as a double: some engines give an untyped NULL the type of text."""
    return kernel.AsDouble(null())


def _own_stage(name: str, statement: Select[Any]) -> FromClause:
    """A stage that only the next one reads: OFFSET 0 is what keeps engines from merging the two."""
    return statement.offset(0).cte(name)


@attrs.define(eq=False)
class Builder:
    """
    Builds the stages of one policy over one set of sources.

    Attributes:
        model: The shape of the records.
        plan: What is computed.
        scoring: How outcomes become points.
        sources: Where records are read from.
        now: The moment of the question.
        today: Its day.
        materialise: Names and fences stages that several others read.
        wide: Whether sums may need more than 64 bits, on an engine that adds up in 64.
        chain: The same for stages that one other reads.
        rows: Finished stages of kinds: ak_id, ak_total, ak_band where a rule reads it, r0, r1, ...
        binds: The bound values.
    """

    model: Model
    plan: Plan
    scoring: ScoringPlan
    sources: Sources
    now: datetime
    today: date
    materialise: Materialiser
    wide: bool = False
    chain: Materialiser = _own_stage
    rows: dict[str, FromClause] = attrs.field(factory=dict)
    binds: Binds = attrs.field(init=False)
    _signals: dict[str, FromClause] = attrs.field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self.binds = Binds(self.sources.moment, self.sources.day, self.now, self.today)

    def build(self, kinds: Sequence[str] = SUBJECTS) -> dict[str, FromClause]:
        """
        Build every stage in order; gives the rows of each kind that can be judged.

        Args:
            kinds: The kinds that are wanted; those that they read are built as well, if they come before the last.
        """
        last = max(map(SUBJECTS.index, kinds))
        for stage, kind in enumerate((*SUBJECTS[: last + 1], "")):
            for group in self.plan.groups:
                if group.stage == stage and KINDS[group.kind] in self.sources.given:
                    self._signals[group.name] = self._signal_stage(group)
            if kind == WHOLE or (kind and KINDS[kind] in self.sources.given):
                self.rows[kind] = self._score_stages(kind)
        return self.rows

    def _base(self, kind: str) -> FromClause:
        if kind == WHOLE:
            return select(literal(WHOLE).label("id")).subquery("s")
        return self.sources.tables[KINDS[kind]].alias("s")

    def _translator(self, subject: FromClause | None, subject_id: Column, item: FromClause | None) -> Translator:
        return Translator(
            self.model,
            self.sources,
            self.binds,
            subject,
            subject_id,
            item,
            rows=self.rows,
            signals=self._signal_place,
        )

    def _signal_place(self, node: ir.Signal) -> tuple[FromClause, str]:
        group, index = self.plan.places[node.base.type.kind, node.expression]
        return self._signals[group], f"x{index}"

    def _missing(self, node: ir.Node) -> bool:
        return not collections_read(node) <= self.sources.given

    def _signal_stage(self, group: SignalGroup) -> FromClause:
        wanted = [ir.NONE if self._missing(node) else node for node in group.expressions]
        base = self._base(group.kind)
        translate = self._translator(base, base.c.id, None)
        joined = self._joined_aggregates(group.kind, wanted, base, translate, f"signal_{group.name}")
        columns = [base.c.id.label("ak_id")]
        for index, node in enumerate(wanted):
            if node == ir.NONE:
                value = _typed_null(group.expressions[index])
            else:
                value = outcome_value(node, translate) if _is_outcome(node) else translate(node)
            columns.append(value.label(f"x{index}"))
        return self.materialise(f"ak_signal_{group.name}", self._from(select(*columns), joined, translate))

    def _from(self, statement: Select[Any], joined: Any, translate: Translator) -> Select[Any]:
        for join in translate.joins.values():
            joined = joined.outerjoin(join.target, join.on)
        return statement.select_from(joined)

    def _joined_aggregates(
        self, kind: str, roots: Sequence[ir.Node], base: FromClause, translate: Translator, name: str
    ) -> Any:
        """Build the aggregates that the roots need and join them to the base; afterwards they are bound."""
        found = aggregates.collected(roots)
        joined: Any = base
        for depth in range(1 + max(map(aggregates.depth, found), default=-1)):
            by_relation: dict[str, list[ir.Agg]] = {}
            for agg in found:
                if aggregates.depth(agg) == depth and not aggregates.is_record(agg):
                    by_relation.setdefault(agg.relation, []).append(agg)
            for relation, members in by_relation.items():
                stage = self._aggregate_stage(kind, relation, members, translate, f"{name}_{relation}_{depth}")
                joined = joined.outerjoin(stage, stage.c.ak_id == base.c.id)
                for index, agg in enumerate(members):
                    translate.bound[agg] = aggregates.read(agg, f"a{index}", stage, wide=self.wide)
                    translate.homes[agg] = stage
            for agg in found:
                if aggregates.depth(agg) == depth and aggregates.is_record(agg):
                    aggregates.bind(agg, translate)
        return joined

    def _aggregate_stage(
        self, kind: str, relation_name: str, members: Sequence[ir.Agg], outer: Translator, name: str
    ) -> FromClause:
        relation = self.model.kinds[kind].relations[relation_name]
        item_kind = self.model.kinds[relation.kind]
        item = self.sources.tables[item_kind.collection].alias("i")
        key: Column = item.c[relation.key] if relation.key else literal(WHOLE)
        subject = self._base(kind) if any(map(aggregates.reads_subject, members)) else None
        translate = self._translator(subject, key, item)
        joined: Any = item
        if subject is not None:
            joined = joined.outerjoin(subject, subject.c.id == key)
        lower = {part for agg in members for part in aggregates.inner(agg)}
        for stage in {id(outer.homes[agg]): outer.homes[agg] for agg in lower}.values():
            joined = joined.outerjoin(stage, stage.c.ak_id == key)
        for agg in lower:
            translate.bound[agg] = outer.bound[agg]
        columns = [
            column
            for index, agg in enumerate(members)
            for column in aggregates.columns(agg, f"a{index}", translate, wide=self.wide)
        ]
        statement = self._from(select(key.label("ak_id"), *columns), joined, translate)
        if item_kind.moment:
            moment, now = item.c[item_kind.moment], self.binds.free(NOW)
            may_lack = item_kind.fields[item_kind.moment].type.nullable
            past = or_(moment.is_(None), moment <= now) if may_lack else moment <= now
            statement = statement.where(moment > now if relation.is_upcoming else past)
        if relation.key:
            statement = statement.where(key.is_not(None)).group_by(key)
        return self.materialise(f"ak_agg_{name}", statement)

    def _score_stages(self, kind: str) -> FromClause:
        tasks = self.plan.tasks[kind]
        if not tasks:
            base = self._base(kind)
            return self._totals(kind).of(select(base.c.id.label("ak_id")).select_from(base).subquery("c"))
        outcomes = [ir.NONE if not task.reads <= self.sources.given else task.outcome for task in tasks]
        known = [node for node in outcomes if node is not None]
        base = self._base(kind)
        translate = self._translator(base, base.c.id, None)
        for (of, expression), (group, index) in self.plan.places.items():
            if of == kind and group in self._signals:
                self._bind_own(translate, base, expression, group, index)
        given = set(translate.bound)
        wanted = [node for node in known if node not in given]
        joined = self._joined_aggregates(kind, wanted, base, translate, kind)
        levels = levels_of(known, given)
        first = [translate(node).label(f"n{index}") for index, node in enumerate(levels.computed[0])]
        stage = self.chain(f"ak_read_{kind}", self._from(select(base.c.id.label("ak_id"), *first), joined, translate))
        names = {node: f"n{index}" for index, node in enumerate(levels.computed[0])}
        for height, (computed, passed) in enumerate(zip(levels.computed[1:], levels.passed, strict=True)):
            here = self._reading(stage, names)
            kept = [stage.c[names[node]] for node in passed]
            made = {node: f"m{height}_{index}" for index, node in enumerate(computed)}
            columns = [here(node).label(name) for node, name in made.items()]
            stage = self.chain(f"ak_let_{kind}_{height}", _of(stage, *kept, *columns))
            names = {**{node: names[node] for node in passed}, **made}
        here = self._reading(stage, names)
        values = [_nothing() if node is None else outcome_value(node, here) for node in outcomes]
        labelled = [value.label(f"v{index}") for index, value in enumerate(values)]
        valued = self.chain(f"ak_value_{kind}", _of(stage, *labelled))
        codes = [code(valued.c[f"v{index}"]).label(f"r{index}") for index in range(len(tasks))]
        coded = self.chain(f"ak_code_{kind}", _of(valued, *codes))
        return self._totals(kind).of(coded)

    def _totals(self, kind: str) -> Totals:
        return Totals(self.scoring, kind, kind in self.plan.keeps_bands, self.materialise, self.chain)

    def _reading(self, stage: FromClause, names: dict[ir.Node, str]) -> Translator:
        """A translator for which everything that is read stands in a column."""
        bound: dict[ir.Node, Column] = {node: stage.c[name] for node, name in names.items()}
        return Translator(self.model, self.sources, self.binds, bound=bound)

    def _bind_own(self, translate: Translator, base: FromClause, expression: ir.Node, group: str, index: int) -> None:
        key = ("own", group)
        if key not in translate.joins:
            target = self._signals[group].alias()
            translate.joins[key] = Join(target, target.c.ak_id == base.c.id)
        translate.bound[expression] = translate.joins[key].target.c[f"x{index}"]


def _of(stage: FromClause, *columns: Any) -> Select[Any]:
    # The condition always holds; it keeps SQLite from merging a stage into the next one.
    return select(stage.c.ak_id, *columns).select_from(stage).where(kernel.Kept(stage.c.ak_id))


def _is_outcome(node: ir.Node) -> bool:
    """Whether a node gives an outcome, whose signal holds what `outcome_value` makes of it."""
    return node.type.base in ("outcome", "state")


def _typed_null(node: ir.Node) -> Column:
    return (
        kernel.AsWhole(null())
        if node.type.base in ("int", "bool", "duration")
        else (_nothing() if node.type.base in ("float", "outcome", "state") else null())
    )


def outcome_value(node: ir.Node, translate: Translator) -> Column:
    """What a rule answers as one double: 0..1, -10 for not applicable, NULL for no data, 3 where out of range."""
    if node not in translate.bound:
        if isinstance(node, ir.If):
            ways = []
            rest: ir.Node = node
            while isinstance(rest, ir.If) and rest not in translate.bound:
                ways.append((translate.test(rest.test), outcome_value(rest.then, translate)))
                rest = rest.other
            return case(*ways, else_=outcome_value(rest, translate))
        if isinstance(node, ir.Const) and node.type.base == "state":
            return number(NOT_APPLICABLE)
        if isinstance(node, ir.Const) and node.value is None:
            return _nothing()
    if _is_outcome(node):
        return translate(node)
    if node.type.base == "bool":
        return kernel.AsDouble(translate(node))
    value = translate.double(node)
    if node.type.low >= -1.0 and node.type.high <= 2.0:
        return value
    return case((or_(value < number(-1.0), value > number(2.0)), number(OUT_OF_RANGE)), else_=value)
