"""
How much a result rests on the weights: every weight is moved up and down, and everything is judged again each time.

Moving one weight moves what is above it too, since parents read their children's scores; so each step is a whole
pass, not an estimate. Nothing is compiled again: outcomes do not depend on weights, only their shares do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, Literal

from attrs import evolve, frozen

from alignkit.display import Displayed, Meter, Shown, Table
from alignkit.errors import ValidationError
from alignkit.frames import Column, DataTable, Tabular
from alignkit.policy.scoring import FULL, ScoringPlan, subject_total
from alignkit.policy.wording import label_of

__all__ = ["Sensitivity", "WeightEffect", "measure"]

STEPS: Final = 1_000
"""Weights are counted in thousandths while they are moved, so that a weight of 1 can become 0.8."""

Rows = Mapping[str, Mapping[str, tuple[int, ...]]]
Judge = Callable[[ScoringPlan], Rows]


@frozen
class WeightEffect:
    """
    What one weight does to the result.

    Attributes:
        name: The rule or dimension.
        sort: `"rule"` or `"dimension"`.
        weight: Its weight in the policy.
        judged: How many subjects the rule was scored on; for a dimension, how many rules it has.
        mean_lost: Points that a rule takes from a subject it was scored on, on average; None for a dimension.
        portfolio_up: Points the portfolio moves by when the weight is raised; None when it has no score.
        portfolio_down: The same when it is lowered.
        mean_move: Points by which the scores of customers move, on average, without regard to sign; the larger of
            the two directions.
        worst_kept: Share, 0..1, of the worst customers that stay among the worst, in the worse direction; None
            where no customer has a score.
    """

    name: str
    sort: Literal["rule", "dimension"]
    weight: int
    judged: int
    mean_lost: float | None
    portfolio_up: float | None
    portfolio_down: float | None
    mean_move: float
    worst_kept: float | None


@frozen
class Sensitivity(Displayed, Tabular):
    """
    How much a result rests on each weight; iterating gives the effects, the largest mean move first.

    Attributes:
        change: How far weights were moved: 0.2 is a fifth up and a fifth down.
        worst: How many of the worst customers were followed.
        effects: One for each weight: largest mean move first, then by name.
    """

    change: float
    worst: int
    effects: tuple[WeightEffect, ...]

    def __iter__(self) -> Iterator[WeightEffect]:
        return iter(self.effects)

    def __len__(self) -> int:
        return len(self.effects)

    @property
    def worst_kept(self) -> float | None:
        """The smallest share of the worst customers that stays, over all weights; None without scored customers."""
        return min((one.worst_kept for one in self.effects if one.worst_kept is not None), default=None)

    @property
    def table_names(self) -> tuple[str, ...]:
        """`"effects"`: a row for each weight."""
        return ("effects",)

    def _table_of(self, name: str) -> DataTable:
        columns = (
            Column("name", str),
            Column("sort", str),
            Column("weight", int),
            Column("judged", int),
            Column("mean_lost", float, "points"),
            Column("portfolio_up", float, "points"),
            Column("portfolio_down", float, "points"),
            Column("mean_move", float, "points"),
            Column("worst_kept", float, "share, 0 to 1"),
        )
        rows = ([getattr(one, column.name) for column in columns] for one in self.effects)
        return DataTable.of_rows(name, columns, rows)

    def _shown(self) -> Shown:
        rows = (
            (label_of(one.name), one.sort, f"{one.weight}", _points(one.mean_lost), f"{one.mean_move:.2f}", _kept(one))
            for one in self.effects
        )
        titles = ("weight of", "sort", "weight#", "takes#", "moves customers by#", f"worst {self.worst} kept")
        lead = f"each weight {self.change:.0%} up and down"
        return Shown("Sensitivity", (lead,), (Table.first(titles, rows, len(self.effects)),))


def _points(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _kept(one: WeightEffect) -> Meter:
    return Meter(one.worst_kept, "unknown" if one.worst_kept is None else f"{one.worst_kept:.0%}")


def measure(plan: ScoringPlan, judge: Judge, *, change: float, worst: int) -> Sensitivity:
    """
    Move every weight up and down by `change`.

    Args:
        plan: The policy, as scoring sees it.
        judge: Judges the same facts at the same moment under other weights.
        change: Between 0 and 1, both excluded.
        worst: How many of the worst customers to follow.

    Raises:
        ValidationError: `change` or `worst` lies outside.
    """
    if not 0 < change < 1:
        raise ValidationError(f"expected a share between 0 and 1, got {change!r}", entity="sensitivity", field="change")
    if worst < 1:
        raise ValidationError(f"expected at least 1, got {worst!r}", entity="sensitivity", field="worst")
    base = _scaled(plan)
    before = judge(base)
    effects: list[WeightEffect] = []
    for name, weight in plan.dimensions.items():
        rules = sum(rule.dimension == name and not rule.is_gate for rules in plan.rules.values() for rule in rules)
        moved = [judge(_with_dimension(base, name, factor)) for factor in (1 + change, 1 - change)]
        effects.append(_effect(name, "dimension", weight, rules, None, before, moved, worst))
    for kind, rules_of in plan.rules.items():
        for place, rule in enumerate(rules_of):
            if not rule.is_gate:
                judged, lost = _losses(plan, kind, place, before)
                moved = [judge(_with_rule(base, kind, place, factor)) for factor in (1 + change, 1 - change)]
                effects.append(_effect(rule.id, "rule", rule.weight, judged, lost, before, moved, worst))
    effects.sort(key=lambda one: (-one.mean_move, one.name))
    return Sensitivity(change, worst, tuple(effects))


def _scaled(plan: ScoringPlan) -> ScoringPlan:
    """The same plan with its weights in thousandths, as far as they can be counted so; shares stay what they are."""
    heaviest = max([*plan.dimensions.values(), *(rule.weight for rules in plan.rules.values() for rule in rules)])
    steps = max(1, min(STEPS, 500_000 // heaviest))
    return evolve(
        plan,
        dimensions={name: weight * steps for name, weight in plan.dimensions.items()},
        rules={
            kind: [evolve(rule, weight=rule.weight * steps) for rule in rules] for kind, rules in plan.rules.items()
        },
    )


def _with_dimension(plan: ScoringPlan, name: str, factor: float) -> ScoringPlan:
    return evolve(plan, dimensions={**plan.dimensions, name: max(1, round(plan.dimensions[name] * factor))})


def _with_rule(plan: ScoringPlan, kind: str, place: int, factor: float) -> ScoringPlan:
    rules = list(plan.rules[kind])
    rules[place] = evolve(rules[place], weight=max(1, round(rules[place].weight * factor)))
    return evolve(plan, rules={**plan.rules, kind: rules})


def _losses(plan: ScoringPlan, kind: str, place: int, rows: Rows) -> tuple[int, float | None]:
    """On how many subjects a rule was scored, and the points it took from them on average."""
    codes = [row[1:] for row in rows.get(kind, {}).values() if row[1 + place] >= 0]
    if not codes:
        return 0, None
    taken = 0
    for one in codes:
        best = (*one[:place], FULL, *one[place + 1 :])
        taken += subject_total(plan, kind, best) - subject_total(plan, kind, one)
    return len(codes), taken / len(codes) / 1e6


def _effect(
    name: str,
    sort: Literal["rule", "dimension"],
    weight: int,
    judged: int,
    lost: float | None,
    before: Rows,
    moved: Sequence[Rows],
    worst: int,
) -> WeightEffect:
    up, down = moved
    return WeightEffect(
        name,
        sort,
        weight,
        judged,
        lost,
        _portfolio_move(before, up),
        _portfolio_move(before, down),
        max(_mean_move(before, after) for after in moved),
        min((kept for after in moved if (kept := _kept_worst(before, after, worst)) is not None), default=None),
    )


def _portfolio_move(before: Rows, after: Rows) -> float | None:
    was, now = before["portfolio"]["portfolio"][0], after["portfolio"]["portfolio"][0]
    return None if was < 0 or now < 0 else (now - was) / 1e6


def _mean_move(before: Rows, after: Rows) -> float:
    was = {id: row[0] for id, row in before.get("customer", {}).items() if row[0] >= 0}
    moves = [abs(after["customer"][id][0] - total) for id, total in was.items() if after["customer"][id][0] >= 0]
    return sum(moves) / len(moves) / 1e6 if moves else 0.0


def _kept_worst(before: Rows, after: Rows, worst: int) -> float | None:
    was, now = _worst(before, worst), _worst(after, worst)
    return len(was & now) / len(was) if was else None


def _worst(rows: Rows, number: int) -> set[str]:
    scored = [(row[0], id) for id, row in rows.get("customer", {}).items() if row[0] >= 0]
    return {id for _, id in sorted(scored)[:number]}
