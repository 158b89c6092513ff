"""
Builds the stages of a policy: grouped aggregates, signals, codes of rules, totals of subjects.

A stage is a named select that later ones read. An engine runs them as one statement with fenced common table
expressions, or one after another into temporary tables; which one is the materialiser's business.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Final, Protocol

import attrs
from sqlalchemy import BigInteger, FromClause, Select, and_, case, func, literal, null, or_, select
from sqlalchemy.sql.elements import ColumnElement

from alignkit.errors import UnsupportedExpressionError
from alignkit.expressions import ir
from alignkit.expressions.model import Model
from alignkit.expressions.python.loops import collect, level
from alignkit.policy.compiled import collections_read
from alignkit.policy.model import KINDS, SUBJECTS
from alignkit.policy.plan import Plan, SignalGroup
from alignkit.policy.scoring import POINTS, ScoringPlan
from alignkit.sql.emit import kernel
from alignkit.sql.emit.sources import Sources
from alignkit.sql.emit.translate import Join, Translator, double, number

__all__ = ["Builder", "Materialiser"]

Column = ColumnElement[Any]

WHOLE: Final = "portfolio"
NOT_APPLICABLE: Final = -10.0
OUT_OF_RANGE: Final = 3.0
MICRO: Final = 1_000_000


class Materialiser(Protocol):
    """Gives a stage a name and a fence."""

    def __call__(self, name: str, statement: Select[Any]) -> FromClause:
        """Something to select from that holds the rows of the statement."""


def _whole(value: int) -> Column:
    return kernel.AsWhole(literal(value, BigInteger()))


def _nothing() -> Column:
    """No value, as a double: some engines give an untyped NULL the type of text."""
    return kernel.AsDouble(null())


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
        materialise: Names and fences stages.
        rows: Finished stages of kinds: ak_id, ak_total, ak_band where a rule reads it, r0, r1, ...
    """

    model: Model
    plan: Plan
    scoring: ScoringPlan
    sources: Sources
    now: datetime
    today: date
    materialise: Materialiser
    rows: dict[str, FromClause] = attrs.field(factory=dict)
    _signals: dict[str, FromClause] = attrs.field(factory=dict)

    def build(self) -> dict[str, FromClause]:
        """Build every stage in order; gives the rows of each kind that can be judged."""
        for stage, kind in enumerate((*SUBJECTS, "")):
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
            self.now,
            self.today,
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
            value = translate.condition_value(node) if node.type.base == "bool" else translate(node)
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
        aggregates = collect(roots)
        joined: Any = base
        for depth in range(1 + max((level(agg) for agg in aggregates), default=-1)):
            by_relation: dict[str, list[ir.Agg]] = {}
            for agg in aggregates:
                if level(agg) == depth:
                    by_relation.setdefault(agg.relation, []).append(agg)
            for relation, members in by_relation.items():
                stage = self._aggregate_stage(kind, relation, members, translate, f"{name}_{relation}_{depth}")
                joined = joined.outerjoin(stage, stage.c.ak_id == base.c.id)
                for index, agg in enumerate(members):
                    translate.bound[agg] = _read(agg, stage.c[f"a{index}"])
                    translate.homes[agg] = stage
        return joined

    def _aggregate_stage(
        self, kind: str, relation_name: str, members: Sequence[ir.Agg], outer: Translator, name: str
    ) -> FromClause:
        relation = self.model.kinds[kind].relations[relation_name]
        item_kind = self.model.kinds[relation.kind]
        item = self.sources.tables[item_kind.collection].alias("i")
        key: Column = item.c[relation.key] if relation.key else literal(WHOLE)
        subject = self._base(kind) if any(_reads_subject(agg) for agg in members) else None
        translate = self._translator(subject, key, item)
        joined: Any = item
        if subject is not None:
            joined = joined.outerjoin(subject, subject.c.id == key)
        lower = {
            part for agg in members for child in ir.children(agg) for part in ir.walk(child) if isinstance(part, ir.Agg)
        }
        for stage in {id(outer.homes[agg]): outer.homes[agg] for agg in lower}.values():
            joined = joined.outerjoin(stage, stage.c.ak_id == key)
        for agg in lower:
            translate.bound[agg] = outer.bound[agg]
        columns = [_aggregate(agg, translate).label(f"a{index}") for index, agg in enumerate(members)]
        statement = self._from(select(key.label("ak_id"), *columns), joined, translate)
        if item_kind.moment:
            moment = item.c[item_kind.moment]
            now = self.sources.bind_moment(self.now)
            statement = statement.where(moment > now if relation.is_upcoming else or_(moment.is_(None), moment <= now))
        if relation.key:
            statement = statement.where(key.is_not(None)).group_by(key)
        return self.materialise(f"ak_agg_{name}", statement)

    def _score_stages(self, kind: str) -> FromClause:
        tasks = self.plan.tasks[kind]
        outcomes = [ir.NONE if not task.reads <= self.sources.given else task.outcome for task in tasks]
        known = [node for node in outcomes if node is not None]
        base = self._base(kind)
        translate = self._translator(base, base.c.id, None)
        for (of, expression), (group, index) in self.plan.places.items():
            if of == kind and group in self._signals:
                self._bind_own(translate, base, expression, group, index)
        wanted = [node for node in known if node not in translate.bound]
        joined = self._joined_aggregates(kind, wanted, base, translate, kind)
        values = [
            (_nothing() if node is None else outcome_value(node, translate)).label(f"v{i}")
            for i, node in enumerate(outcomes)
        ]
        stage = self.materialise(
            f"ak_value_{kind}", self._from(select(base.c.id.label("ak_id"), *values), joined, translate)
        )
        codes = [_code(stage.c[f"v{i}"]).label(f"r{i}") for i in range(len(tasks))]
        coded = self.materialise(f"ak_code_{kind}", select(stage.c.ak_id, *codes))
        return self._total_stages(kind, coded)

    def _bind_own(self, translate: Translator, base: FromClause, expression: ir.Node, group: str, index: int) -> None:
        key = ("own", group)
        if key not in translate.joins:
            target = self._signals[group].alias()
            translate.joins[key] = Join(target, target.c.ak_id == base.c.id)
        column = translate.joins[key].target.c[f"x{index}"]
        translate.bound[expression] = column == 1 if expression.type.base == "bool" else column

    def _total_stages(self, kind: str, coded: FromClause) -> FromClause:
        rules = self.scoring.rules[kind]
        counts = (lambda r: r != -1) if self.scoring.missing == "zero" else (lambda r: r >= 0)
        got = self._shared(
            kind,
            coded,
            counts,
            "points",
            lambda share, r: case((r > 0, kernel.WholeQuotient(share * r, _whole(MICRO))), else_=_whole(0)),
        )
        columns = [coded.c.ak_id, *(coded.c[f"r{i}"] for i in range(len(rules)))]
        scored = [coded.c[f"r{i}"] for i, rule in enumerate(rules) if not rule.is_gate]
        total: Column = case((or_(*(r >= 0 for r in scored)), got.c.ak_sum), else_=_whole(-1)) if scored else _whole(-1)
        joined: Any = coded.join(got, got.c.ak_id == coded.c.ak_id) if scored else coded
        if kind in self.plan.keeps_bands and scored:
            cover = self._shared(
                kind, coded, lambda r: r != -1, "cover", lambda share, r: case((r >= 0, share), else_=_whole(0))
            )
            joined = joined.join(cover, cover.c.ak_id == coded.c.ak_id)
            columns.append(cover.c.ak_sum.label("ak_cover"))
        stage = self.materialise(f"ak_total_{kind}", select(*columns, total.label("ak_total")).select_from(joined))
        gates = [(i, rule.cap_micro) for i, rule in enumerate(rules) if rule.is_gate]
        for number_of, (index, cap) in enumerate(gates):
            others = [c for c in stage.c if c.name != "ak_total"]
            capped = case(
                (and_(stage.c[f"r{index}"] == MICRO, stage.c.ak_total > cap), _whole(cap or 0)), else_=stage.c.ak_total
            )
            stage = self.materialise(f"ak_gate_{kind}_{number_of}", select(*others, capped.label("ak_total")))
        if kind in self.plan.keeps_bands:
            stage = self.materialise(f"ak_rows_{kind}", select(*stage.c, self._band(stage).label("ak_band")))
        return stage

    def _band(self, stage: FromClause) -> Column:
        if "ak_cover" not in stage.c:
            return literal("unknown")
        total, cover = stage.c.ak_total, stage.c.ak_cover
        few = or_(total < 0, cover < self.scoring.minimum_coverage_micro)
        named = [(total >= edge, literal(name)) for name, edge in self.scoring.bands]
        return case((few, literal("unknown")), *named)

    def _shared(
        self,
        kind: str,
        coded: FromClause,
        counts: Callable[[Column], Column],
        name: str,
        use: Callable[[Column, Column], Column],
    ) -> FromClause:
        """Share the points over counted rules and add what `use` makes of share and code: ak_id, ak_sum."""
        places: dict[str, list[int]] = {}
        for index, rule in enumerate(self.scoring.rules[kind]):
            if not rule.is_gate:
                places.setdefault(rule.dimension, []).append(index)
        if not places:
            return coded
        dimensions = sorted(places)
        weights = []
        for number_of, dimension in enumerate(dimensions):
            running: Column = _whole(0)
            for index in places[dimension]:
                weight = self.scoring.rules[kind][index].weight
                running = running + case((counts(coded.c[f"r{index}"]), _whole(weight)), else_=_whole(0))
                weights.append(running.label(f"c{index}"))
            weights.append(running.label(f"d{number_of}"))
        codes = [coded.c[f"r{i}"] for members in places.values() for i in members]
        first = self.materialise(f"ak_weight_{name}_{kind}", select(coded.c.ak_id, *codes, *weights))
        upto: list[Column] = [_whole(0)]
        for number_of, dimension in enumerate(dimensions):
            active = case((first.c[f"d{number_of}"] > 0, _whole(self.scoring.dimensions[dimension])), else_=_whole(0))
            upto.append(upto[-1] + active)
        passed = list(first.c)
        labelled = [column.label(f"u{number_of}") for number_of, column in enumerate(upto)]
        second = self.materialise(f"ak_share_{name}_{kind}", select(*passed, *labelled))
        all_of = second.c[f"u{len(dimensions)}"]
        parts = [
            case(
                (
                    second.c[f"d{n}"] > 0,
                    kernel.WholeQuotient(second.c[f"u{n + 1}"] * _whole(POINTS), all_of)
                    - kernel.WholeQuotient(second.c[f"u{n}"] * _whole(POINTS), all_of),
                ),
                else_=_whole(0),
            ).label(f"p{n}")
            for n in range(len(dimensions))
        ]
        third = self.materialise(f"ak_part_{name}_{kind}", select(*second.c, *parts))
        added: Column = _whole(0)
        for n, dimension in enumerate(dimensions):
            before: Column = _whole(0)
            for index in places[dimension]:
                running = third.c[f"c{index}"]
                part, whole = third.c[f"p{n}"], third.c[f"d{n}"]
                share = kernel.WholeQuotient(part * running, whole) - kernel.WholeQuotient(part * before, whole)
                r = third.c[f"r{index}"]
                added = added + case((counts(r), use(share, r)), else_=_whole(0))
                before = running
        return self.materialise(f"ak_sum_{name}_{kind}", select(third.c.ak_id, added.label("ak_sum")))


def _reads_subject(agg: ir.Agg) -> bool:
    nodes = [part for child in ir.children(agg) for part in ir.walk(child)]
    return any(
        isinstance(part, (ir.Field, ir.Hop, ir.Score)) and isinstance(part.base, ir.Subject) and part.name != "id"
        for part in nodes
    )


def _aggregate(agg: ir.Agg, translate: Translator) -> Column:
    conditions = [translate(test) for test in agg.where]
    if agg.op == "count":
        return func.count(case((and_(*conditions), 1))) if conditions else func.count()
    if agg.value is None:
        raise UnsupportedExpressionError(f"{agg.op} of records", "sql")
    value = translate(agg.value)
    if agg.op == "sum_micro":
        value = kernel.FloorWhole(double(value, agg.value.type.base) * number(1e6) + number(0.5))
    chosen = case((and_(*conditions), value)) if conditions else value
    if agg.op in ("sum", "sum_micro"):
        return func.sum(chosen)
    return func.max(chosen) if agg.op == "maximum" else func.min(chosen)


def _read(agg: ir.Agg, column: Column) -> Column:
    """An aggregate where it may have found no group: nothing counts as 0."""
    if agg.op in ("count", "sum", "sum_micro"):
        return func.coalesce(column, _whole(0))
    return column


def outcome_value(node: ir.Node, translate: Translator) -> Column:
    """What a rule answers as one double: 0..1, -10 for not applicable, NULL for no data, 3 where out of range."""
    if node not in translate.bound:
        if isinstance(node, ir.If):
            then, other = outcome_value(node.then, translate), outcome_value(node.other, translate)
            return case((translate(node.test), then), else_=other)
        if isinstance(node, ir.Const) and node.type.base == "state":
            return number(NOT_APPLICABLE)
        if isinstance(node, ir.Const) and node.value is None:
            return _nothing()
    if node.type.base == "bool":
        return case((translate(node), number(1.0)), else_=number(0.0))
    value = double(translate(node), node.type.base)
    if node.type.low >= -1.0 and node.type.high <= 2.0:
        return value
    return case((or_(value < number(-1.0), value > number(2.0)), number(OUT_OF_RANGE)), else_=value)


def _code(value: Column) -> Column:
    scaled = value * number(1e6) + number(0.5)
    return case(
        (value.is_(None), _whole(-2)),
        (value < number(-5.0), _whole(-1)),
        (or_(scaled < number(0.0), scaled >= number(1_000_001.0)), _whole(-3)),
        else_=kernel.FloorWhole(scaled),
    )
