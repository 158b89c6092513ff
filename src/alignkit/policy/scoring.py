"""
How outcomes become points: whole numbers only, so that every engine agrees to the last micro-point.

Owns the plan that scoring needs of a policy, the allocation of points, gates, coverage and bands. Knows no
facts, no time and no words; an outcome arrives as a code, `0..1_000_000` or one of the negative ones below.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, Literal

import attrs
from attrs import frozen

from alignkit.errors import ValidationError

__all__ = [
    "ERROR",
    "FULL",
    "KINDS",
    "NOT_APPLICABLE",
    "NO_DATA",
    "POINTS",
    "UNKNOWN",
    "Allocation",
    "Ledger",
    "Missing",
    "RuleSpec",
    "ScoringPlan",
    "account",
    "allocate",
    "band_of",
    "split",
    "subject_total",
]

POINTS: Final = 100_000_000
"""Micro-points that a subject can have: 100 points."""

FULL: Final = 1_000_000
"""The code of full marks, and of a gate whose condition holds."""

NOT_APPLICABLE: Final = -1
NO_DATA: Final = -2
ERROR: Final = -3

UNKNOWN: Final = "unknown"
"""The band of a subject about which too little is known."""

KINDS: Final = ("objective", "project", "customer", "portfolio")
"""Kinds of subject, in the order in which they are scored."""

LARGEST_WEIGHT: Final = 1_000_000

Missing = Literal["renormalise", "zero"]
"""What a rule without data does: leave the score to the others, or keep its share and lose all of it."""


@frozen
class RuleSpec:
    """
    What scoring and explaining need of one rule.

    Attributes:
        id: Unique within a plan.
        kind: Kind of subject it judges.
        dimension: The dimension it counts in; not read for a gate.
        weight: Weight within the dimension, 1..1,000,000; not read for a gate.
        message: What to say when points are lost; `{name}` stands for a piece of evidence.
        action: What would win the points back.
        team: Whose move that is.
        cap_micro: For a gate, the most micro-points a subject may have while it holds; else None.
    """

    id: str
    kind: str
    dimension: str
    weight: int
    message: str
    action: str
    team: str
    cap_micro: int | None = None

    def __attrs_post_init__(self) -> None:
        if self.cap_micro is None:
            _within(self.weight, 1, LARGEST_WEIGHT, "RuleSpec", "weight", self.id)
        else:
            _within(self.cap_micro, 0, POINTS, "RuleSpec", "cap_micro", self.id)

    @property
    def is_gate(self) -> bool:
        """Whether it caps the total instead of earning points."""
        return self.cap_micro is not None


def _within(value: int, low: int, high: int, entity: str, field: str, owner: str) -> None:
    if not low <= value <= high:
        reason = f"{owner}: expected a whole number from {low} to {high}, got {value}"
        raise ValidationError(reason, entity=entity, field=field, value=value)


def _by_rank(rule: RuleSpec) -> tuple[bool, str]:
    return rule.is_gate, rule.id


def _ordered(rules: Mapping[str, Sequence[RuleSpec]]) -> Mapping[str, tuple[RuleSpec, ...]]:
    unknown = sorted(set(rules) - set(KINDS))
    if unknown:
        reason = f"expected the kinds {', '.join(KINDS)}, got {', '.join(unknown)}"
        raise ValidationError(reason, entity="ScoringPlan", field="rules", value=unknown)
    return MappingProxyType({kind: tuple(sorted(rules.get(kind, ()), key=_by_rank)) for kind in KINDS})


def _bands(bands: Sequence[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    return tuple((name, edge) for name, edge in bands)


def _fixed(weights: Mapping[str, int]) -> Mapping[str, int]:
    return MappingProxyType(dict(weights))


@frozen
class ScoringPlan:
    """
    A policy, reduced to what scoring needs. Rules may be given in any order; the plan keeps them in one.

    Attributes:
        dimensions: Weight of each dimension, 1..1,000,000, in the order in which they are shown.
        rules: For each of the four kinds: rules in id order, then gates in id order.
        bands: Names with their inclusive lower edge in micro-points, highest first; the last edge is 0.
        minimum_coverage_micro: Coverage under which a band is `"unknown"`, in 0..100,000,000.
        missing: What becomes of the share of a rule without data or with an error.
        policy_version: Content hash of the policy.
    """

    dimensions: Mapping[str, int] = attrs.field(converter=_fixed)
    rules: Mapping[str, tuple[RuleSpec, ...]] = attrs.field(converter=_ordered)
    bands: tuple[tuple[str, int], ...] = attrs.field(converter=_bands)
    minimum_coverage_micro: int
    missing: Missing
    policy_version: str

    def __attrs_post_init__(self) -> None:
        for dimension, weight in self.dimensions.items():
            _within(weight, 1, LARGEST_WEIGHT, "ScoringPlan", "dimensions", dimension)
        _within(self.minimum_coverage_micro, 0, POINTS, "ScoringPlan", "minimum_coverage_micro", "coverage")
        if self.missing not in ("renormalise", "zero"):
            self._refuse("missing", f"expected 'renormalise' or 'zero', got {self.missing!r}")
        self._check_bands()
        self._check_rules()

    def _refuse(self, field: str, reason: str) -> None:
        raise ValidationError(reason, entity="ScoringPlan", field=field, value=getattr(self, field))

    def _check_bands(self) -> None:
        names = [name for name, _ in self.bands]
        edges = [edge for _, edge in self.bands]
        if not edges or edges[-1] != 0 or edges[0] > POINTS or edges != sorted(set(edges), reverse=True):
            self._refuse("bands", f"expected falling lower edges that end at 0, got {edges}")
        if len(set(names)) < len(names) or UNKNOWN in names:
            self._refuse("bands", f"expected different names, none of them {UNKNOWN!r}, got {names}")

    def _check_rules(self) -> None:
        seen: set[str] = set()
        for kind, rules in self.rules.items():
            for rule in rules:
                if rule.kind != kind:
                    self._refuse("rules", f"rule {rule.id!r} judges a {rule.kind}, but stands among those of a {kind}")
                if not rule.is_gate and rule.dimension not in self.dimensions:
                    known = ", ".join(self.dimensions)
                    self._refuse("rules", f"rule {rule.id!r} counts in {rule.dimension!r}, expected one of {known}")
                if rule.id in seen:
                    self._refuse("rules", f"rule {rule.id!r} appears twice; ids must be unique within a plan")
                seen.add(rule.id)

    def __reduce__(self) -> tuple[Any, ...]:
        dimensions, rules = dict(self.dimensions), dict(self.rules)
        return ScoringPlan, (
            dimensions, rules, self.bands, self.minimum_coverage_micro, self.missing, self.policy_version
        )  # fmt: skip


@frozen
class Allocation:
    """
    Who shares in the points of a subject. Depends on which outcomes are scores, never on the scores.

    Attributes:
        shares: Micro-points each rule can earn, in the order of the plan; 0 for gates. They add up to
            100,000,000, or are all 0 when nothing is scored.
        coverage_micro: Which part of the applicable weight was scored, 0..100,000,000.
        is_scored: Whether any rule was scored.
        applicable: The same shares made over every rule that applies, with data or without.
    """

    shares: tuple[int, ...]
    coverage_micro: int
    is_scored: bool
    applicable: tuple[int, ...]


@frozen
class Ledger:
    """
    What became of each share. Without gates, `points + lost == share` for every rule.

    Attributes:
        points: Micro-points got by each rule, in the order of the plan; 0 for gates.
        lost: Micro-points lost at each rule, or taken by each gate.
        total: Micro-points of the subject after gates; -1 when nothing was scored.
    """

    points: tuple[int, ...]
    lost: tuple[int, ...]
    total: int


def split(whole: int, weights: Sequence[int]) -> tuple[int, ...]:
    """
    Divide a whole number by weights: part k is `whole*C_k // W - whole*C_(k-1) // W`, C the running weight.

    Returns:
        Parts that add up to `whole` exactly, each within 1 of its real share.

    Example:
        >>> split(100, [1, 1, 1])
        (33, 33, 34)
    """
    total = sum(weights)
    running = given = 0
    parts: list[int] = []
    for weight in weights:
        running += weight
        upto = whole * running // total
        parts.append(upto - given)
        given = upto
    return tuple(parts)


def _shares(plan: ScoringPlan, rules: Sequence[RuleSpec], counted: Sequence[bool]) -> tuple[int, ...]:
    places: dict[str, list[int]] = {}
    for place, rule in enumerate(rules):
        if counted[place] and not rule.is_gate:
            places.setdefault(rule.dimension, []).append(place)
    dimensions = sorted(places)
    shares = [0] * len(rules)
    parts = split(POINTS, [plan.dimensions[dimension] for dimension in dimensions])
    for dimension, part in zip(dimensions, parts, strict=True):
        members = places[dimension]
        for place, share in zip(members, split(part, [rules[place].weight for place in members]), strict=True):
            shares[place] = share
    return tuple(shares)


def allocate(plan: ScoringPlan, kind: str, codes: Sequence[int]) -> Allocation:
    """
    Share the points of a subject over its rules: first over dimensions, then within each, in id order.

    Args:
        plan: The policy.
        kind: Kind of the subject.
        codes: One outcome for each of `plan.rules[kind]`, in that order.
    """
    rules = plan.rules[kind]
    if len(codes) != len(rules):
        raise ValidationError(f"expected {len(rules)} outcomes for a {kind}, got {len(codes)}", field="codes")
    scored = [code >= 0 for code in codes]
    applicable = _shares(plan, rules, [code != NOT_APPLICABLE for code in codes])
    coverage_micro = sum(share for share, is_scored in zip(applicable, scored, strict=True) if is_scored)
    is_scored = any(scored[place] and not rule.is_gate for place, rule in enumerate(rules))
    if not is_scored:
        return Allocation((0,) * len(rules), 0, False, applicable)
    shares = applicable if plan.missing == "zero" else _shares(plan, rules, scored)
    return Allocation(shares, coverage_micro, True, applicable)


def account(plan: ScoringPlan, kind: str, codes: Sequence[int], allocation: Allocation) -> Ledger:
    """
    Book what each rule got and lost, then what each gate took, in id order.

    Args:
        plan: The policy.
        kind: Kind of the subject.
        codes: Its outcomes, in the order of `plan.rules[kind]`.
        allocation: The allocation of these outcomes.
    """
    points = [0] * len(codes)
    lost = [0] * len(codes)
    if not allocation.is_scored:
        return Ledger(tuple(points), tuple(lost), -1)
    total = 0
    for place, (rule, code, share) in enumerate(zip(plan.rules[kind], codes, allocation.shares, strict=True)):
        if rule.cap_micro is None:
            got = share * code // FULL if code > 0 else 0
            points[place] = got
            lost[place] = share - got
            total += got
        elif code == FULL and total > rule.cap_micro:
            lost[place] = total - rule.cap_micro
            total = rule.cap_micro
    return Ledger(tuple(points), tuple(lost), total)


def subject_total(plan: ScoringPlan, kind: str, codes: Sequence[int]) -> int:
    """Micro-points of a subject after gates, 0..100,000,000; -1 when nothing was scored."""
    return account(plan, kind, codes, allocate(plan, kind, codes)).total


def band_of(plan: ScoringPlan, total: int, coverage_micro: int) -> str:
    """
    Name the band of a total.

    Args:
        plan: The policy.
        total: Micro-points after gates, -1 for none.
        coverage_micro: Coverage, 0..100,000,000.

    Returns:
        The highest band whose lower edge the total reaches; `"unknown"` without a total or under the
        policy's minimum coverage.
    """
    if total < 0 or coverage_micro < plan.minimum_coverage_micro:
        return UNKNOWN
    return next(name for name, edge in plan.bands if total >= edge)
