"""
From outcomes to totals: whole numbers only, so that every engine agrees to the last micro-point.

The points of a subject are shared over dimensions, then over rules, by running weights (see `policy.scoring`); each
step is a stage, so that no engine computes a share twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

import attrs
from sqlalchemy import FromClause, Select, and_, case, literal, or_, select
from sqlalchemy.sql.elements import ColumnElement, Label

from alignkit.policy.scoring import NOT_APPLICABLE, POINTS, UNKNOWN, RuleSpec, ScoringPlan
from alignkit.sql.emit import kernel
from alignkit.sql.emit.binds import number, small, whole

__all__ = ["MICRO", "Fence", "Totals", "code"]

Column = ColumnElement[Any]


class Fence(Protocol):
    """Keeps an engine from working out the columns of a select more than once."""

    def __call__(self, name: str, statement: Select[Any]) -> FromClause:
        """Something to select from that holds the rows of the statement."""


MICRO: Final = 1_000_000
TOGETHER: Final = 16
"""Columns whose running sums are written out in one select."""


def code(value: Column) -> Column:
    """The outcome code of a rule's answer: see `stages.outcome_value`."""
    scaled = value * number(1e6) + number(0.5)
    return case(
        (value.is_(None), small(-2)),
        (value < number(-5.0), small(-1)),
        (or_(scaled < number(0.0), scaled >= number(1_000_001.0)), small(-3)),
        else_=kernel.TruncatedWhole(scaled),
    )


@attrs.frozen(eq=False)
class _Shares:
    """
    The points shared over the rules that count.

    Attributes:
        letter: Tells the columns apart: running weights `{letter}c0`, ..., parts of dimensions `{letter}p0`, ...
        counts: Whether the rule of a code counts.
        places: By dimension, in order, the places of its rules.
        rules: The rules of the kind.
        weights: Of dimensions.
    """

    letter: str
    counts: Callable[[Column], Column]
    places: list[tuple[str, list[int]]]
    rules: tuple[RuleSpec, ...]
    weights: dict[str, int]

    def running(self, coded: FromClause) -> list[Sequence[Label[Any]]]:
        """By dimension, the weight of each rule that counts, which adds up to the weight up to it."""
        return [
            [
                case((self.counts(coded.c[f"r{index}"]), small(self.rules[index].weight)), else_=small(0)).label(
                    f"{self.letter}c{index}"
                )
                for index in members
            ]
            for _, members in self.places
        ]

    def of_dimension(self, stage: FromClause, members: list[int]) -> Column:
        """The weight of all rules of a dimension."""
        column: Column = stage.c[f"{self.letter}c{members[-1]}"]
        return column

    def edges(self, stage: FromClause) -> list[Sequence[Label[Any]]]:
        """The weight of each dimension that counts, which adds up to the weight up to it."""
        return [
            [
                case(
                    (self.of_dimension(stage, members) > small(0), small(self.weights[dimension])), else_=small(0)
                ).label(f"{self.letter}u{number_of}")
                for number_of, (dimension, members) in enumerate(self.places)
            ]
        ]

    def parts(self, stage: FromClause) -> list[Label[Any]]:
        """The points of each dimension."""
        last = len(self.places) - 1
        everything = stage.c[f"{self.letter}u{last}"]
        found = []
        for number_of, (_, members) in enumerate(self.places):
            part: Column = kernel.WholeQuotient(stage.c[f"{self.letter}u{number_of}"] * whole(POINTS), everything)
            if number_of:
                before = stage.c[f"{self.letter}u{number_of - 1}"]
                part = part - kernel.WholeQuotient(before * whole(POINTS), everything)
            counted = case((self.of_dimension(stage, members) > small(0), part), else_=small(0))
            found.append(counted.label(f"{self.letter}p{number_of}"))
        return found

    def added(self, stage: FromClause, use: Callable[[Column, Column], Column]) -> Column:
        """What `use` makes of share and code of each rule that counts, added up."""
        total: Column | None = None
        for number_of, (_, members) in enumerate(self.places):
            all_of = self.of_dimension(stage, members)
            part = stage.c[f"{self.letter}p{number_of}"]
            before: Column | None = None
            for index in members:
                running, r = stage.c[f"{self.letter}c{index}"], stage.c[f"r{index}"]
                share: Column = part if len(members) == 1 else kernel.WholeQuotient(part * running, all_of)
                if before is not None:
                    share = share - kernel.WholeQuotient(part * before, all_of)
                own = use(share, r)
                total = own if total is None else total + own
                before = running
        assert total is not None
        return total


@attrs.frozen(eq=False)
class Totals:
    """
    The last stages of one kind.

    Attributes:
        scoring: How outcomes become points.
        kind: The kind.
        keeps_band: Whether a later rule reads the band.
        keep: Makes the stage that others read.
        chain: Makes a stage that only the next one reads.
    """

    scoring: ScoringPlan
    kind: str
    keeps_band: bool
    keep: Fence
    chain: Fence

    def of(self, coded: FromClause) -> FromClause:
        """ak_id, ak_total, (ak_band, ak_cover where the band is kept,) r0, r1, ... from ak_id, r0, r1, ..."""
        rules = self.scoring.rules[self.kind]
        places: dict[str, list[int]] = {}
        for index, rule in enumerate(rules):
            if not rule.is_gate:
                places.setdefault(rule.dimension, []).append(index)
        codes = [f"r{index}" for index in range(len(rules))]
        if not places:
            extra: list[Any] = []
            if self.keeps_band:
                extra = [literal(UNKNOWN).label("ak_band"), small(0).label("ak_cover")]
            nothing = [coded.c.ak_id, small(-1).label("ak_total"), *extra, *(coded.c[name] for name in codes)]
            return self.keep(f"ak_rows_{self.kind}", _from(coded, *nothing))
        return self._finished(self._summed(coded, sorted(places.items()), codes), codes)

    def _summed(self, coded: FromClause, places: list[tuple[str, list[int]]], codes: list[str]) -> FromClause:
        """The same with ak_sum (-1 for none) and, for bands, ak_cover."""
        is_zero = self.scoring.missing == "zero"
        shares = self._shares("", places, _applies if is_zero else _is_scored)
        cover = shares if is_zero else self._shares("k", places, _applies)
        both = [shares, cover] if self.keeps_band and cover is not shares else [shares]
        passed = ["ak_id", *codes]
        of_rules = [sequence for one in both for sequence in one.running(coded)]
        stage = self._added_up(f"ak_weight_{self.kind}", coded, passed, of_rules)
        of_dimensions = [sequence for one in both for sequence in one.edges(stage)]
        stage = self._added_up(f"ak_edge_{self.kind}", stage, passed, of_dimensions)
        made = [column for one in both for column in one.parts(stage)]
        stage = self.chain(f"ak_part_{self.kind}", _from(stage, *(stage.c[name] for name in passed), *made))
        scored = [stage.c[f"r{index}"] >= small(0) for _, members in places for index in members]
        columns = [stage.c.ak_id, *(stage.c[name] for name in codes)]
        if is_zero:
            total = case((or_(*scored), shares.added(stage, _got)), else_=small(-1))
        else:
            weights = [shares.of_dimension(stage, members) > small(0) for _, members in places]
            total = case((or_(*weights), shares.added(stage, _got)), else_=small(-1))
        columns.append(total.label("ak_sum"))
        if self.keeps_band:
            columns.append(cover.added(stage, _covered).label("ak_cover"))
        return self.chain(f"ak_sum_{self.kind}", _from(stage, *columns))

    def _added_up(
        self, name: str, stage: FromClause, passed: list[str], sequences: Sequence[Sequence[Label[Any]]]
    ) -> FromClause:
        """
        A stage with the running sums of each sequence under the names of its columns, which `passed` then holds too.

        Long sequences are added up in blocks, whose sums are added up and put on top of them: written out in one
        select, each sum would repeat everything before it.
        """
        names = [column.name for sequence in sequences for column in sequence]

        def next_stage(suffix: str, columns: Sequence[Label[Any]]) -> FromClause:
            return self.chain(f"{name}{suffix}", _from(stage, *(stage.c[one] for one in passed), *columns))

        if max(map(len, sequences)) > TOGETHER:
            stage = next_stage("_own", [column for sequence in sequences for column in sequence])
            blocks = [
                [[stage.c[column.name].label(column.name) for column in sequence[start : start + TOGETHER]]
                 for start in range(0, len(sequence), TOGETHER)]
                for sequence in sequences
            ]  # fmt: skip
            stage = next_stage("_block", [one for some in blocks for block in some for one in _prefixes(block)])
            before = [
                _prefixes([stage.c[block[-1].name].label(f"{block[-1].name}b") for block in some]) for some in blocks
            ]
            kept = [stage.c[one].label(one) for one in names]
            stage = next_stage("_before", [*kept, *(one for some in before for one in some[:-1])])
            summed: list[Label[Any]] = []
            for some in blocks:
                for place, block in enumerate(some):
                    for column in block:
                        own: Column = stage.c[column.name]
                        if place:
                            own = own + stage.c[f"{some[place - 1][-1].name}b"]
                        summed.append(own.label(column.name))
            stage = next_stage("", summed)
        else:
            stage = next_stage("", [one for sequence in sequences for one in _prefixes(sequence)])
        passed += names
        return stage

    def _shares(self, letter: str, places: list[tuple[str, list[int]]], counts: Callable[[Column], Column]) -> _Shares:
        rules, weights = self.scoring.rules[self.kind], dict(self.scoring.dimensions)
        return _Shares(letter, counts, places, rules, weights)

    def _finished(self, summed: FromClause, codes: list[str]) -> FromClause:
        """Gates taken off, bands named. Of several gates the lowest that holds decides, whatever their order."""
        gates = sorted(
            (rule.cap_micro, index)
            for index, rule in enumerate(self.scoring.rules[self.kind])
            if rule.cap_micro is not None
        )
        total: Column = summed.c.ak_sum
        if gates:
            ways = [
                (and_(summed.c[f"r{index}"] == small(MICRO), summed.c.ak_sum > small(cap)), small(cap))
                for cap, index in gates
            ]
            total = case(*ways, else_=summed.c.ak_sum)
        columns = [summed.c.ak_id, total.label("ak_total"), *(summed.c[name] for name in codes)]
        if not self.keeps_band:
            return self.keep(f"ak_rows_{self.kind}", _from(summed, *columns))
        stage = self.chain(f"ak_gate_{self.kind}", _from(summed, *columns, summed.c.ak_cover))
        return self.keep(f"ak_rows_{self.kind}", _from(stage, *stage.c, self._band(stage).label("ak_band")))

    def _band(self, stage: FromClause) -> Column:
        few = or_(stage.c.ak_total < small(0), stage.c.ak_cover < small(self.scoring.minimum_coverage_micro))
        named = [(stage.c.ak_total >= small(edge), literal(name)) for name, edge in self.scoring.bands]
        return case((few, literal(UNKNOWN)), *named)


def _prefixes(sequence: Sequence[Label[Any]]) -> list[Label[Any]]:
    """The running sums of columns, under their names."""
    found: list[Label[Any]] = []
    upto: Column | None = None
    for column in sequence:
        upto = column.element if upto is None else upto + column.element
        found.append(upto.label(column.name))
    return found


def _from(stage: FromClause, *columns: Any) -> Select[Any]:
    # The condition always holds; it keeps SQLite from merging a stage into the next one.
    return select(*columns).select_from(stage).where(kernel.Kept(stage.c.ak_id))


def _is_scored(r: Column) -> Column:
    return r >= small(0)


def _applies(r: Column) -> Column:
    return r != small(NOT_APPLICABLE)


def _got(share: Column, r: Column) -> Column:
    return case((r > small(0), kernel.WholeQuotient(share * r, whole(MICRO))), else_=small(0))


def _covered(share: Column, r: Column) -> Column:
    return case((r >= small(0), share), else_=small(0))
