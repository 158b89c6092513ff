"""
The result of one subject: a view that computes from the row of outcomes what is asked of it.

Owns the numbers of a subject and of its dimensions. A view costs nothing until it is read, so an assessment
of 100,000 subjects is one row each.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import attrs
from attrs import frozen

from alignkit.display import Displayed, Shown
from alignkit.frames import DataTable, Tabular
from alignkit.policy.findings import Explainer, Finding, RecordedExplainer, state_of
from alignkit.policy.scoring import (
    POINTS,
    UNKNOWN,
    Allocation,
    Ledger,
    ScoringPlan,
    account,
    allocate,
    band_of,
)
from alignkit.policy.wording import coverage_text, score_text

if TYPE_CHECKING:
    from alignkit.policy.explain import Explanation
    from alignkit.policy.headroom import Headroom

__all__ = ["Basis", "DimensionResult", "Row", "SubjectAssessment"]

Row = tuple[int, ...]
"""Micro-points of a subject after gates (-1 for none), then one outcome code for each rule of the plan."""

_DECLARED: Final = {"on_track": 0, "at_risk": 1, "off_track": 2}


@frozen(slots=False)
class Basis:
    """
    What the views of one assessment share.

    Attributes:
        plan: The policy, as scoring sees it.
        now: The moment that was judged.
        explainer: Who knows names and evidence.
    """

    plan: ScoringPlan
    now: datetime
    explainer: Explainer = attrs.field(eq=False, repr=False)
    _allocations: dict[tuple[str, Row], Allocation] = attrs.field(factory=dict, init=False, eq=False, repr=False)

    def allocation(self, kind: str, codes: Row) -> Allocation:
        """The allocation of these outcomes, computed once for each pattern of what was scored and what was not."""
        pattern = tuple([code if code < 0 else 0 for code in codes])
        found = self._allocations.get((kind, pattern))
        if found is None:
            found = self._allocations[kind, pattern] = allocate(self.plan, kind, pattern)
        return found

    def __reduce__(self) -> tuple[Any, ...]:
        return Basis, (self.plan, self.now, self.explainer)


@frozen
class DimensionResult:
    """
    One dimension of one subject. What gates took is not in it: gates cap the subject, not a dimension.

    Attributes:
        id: Name of the dimension.
        weight: Its weight as the policy states it.
        score_micro: Micro-points got, scaled to 0..100,000,000, rounded down; None when nothing was scored.
        band: Band of that score, `"unknown"` under the policy's minimum coverage.
        share_micro: Micro-points of the subject that the dimension decides.
        points_micro: Those that were got.
        coverage_micro: Which part of the dimension's applicable weight was scored, 0..100,000,000.
    """

    id: str
    weight: int
    score_micro: int | None
    band: str
    share_micro: int
    points_micro: int
    coverage_micro: int

    @property
    def score(self) -> float | None:
        """0..100, None when nothing was scored."""
        return None if self.score_micro is None else self.score_micro / 1e6

    @property
    def lost_micro(self) -> int:
        return self.share_micro - self.points_micro

    @property
    def points(self) -> float:
        """Points of the subject got in this dimension, to show."""
        return self.points_micro / 1e6

    @property
    def lost(self) -> float:
        """Points of the subject lost in this dimension, to show."""
        return self.lost_micro / 1e6

    @property
    def coverage(self) -> float:
        """Part of the applicable weight that was scored, 0..1."""
        return self.coverage_micro / POINTS


@frozen(slots=False, eq=False, repr=False)
class SubjectAssessment(Displayed, Tabular):
    """
    What an assessment says of one subject.

    Attributes:
        kind: `"objective"`, `"project"`, `"customer"` or `"portfolio"`.
        id: Its id.
    """

    _basis: Basis
    kind: str
    id: str
    _row: Row

    @property
    def name(self) -> str:
        return self._basis.explainer.name(self.kind, self.id)

    @property
    def now(self) -> datetime:
        """The moment that was judged."""
        return self._basis.now

    @property
    def plan(self) -> ScoringPlan:
        """The policy, as scoring sees it."""
        return self._basis.plan

    @property
    def codes(self) -> Row:
        """Outcome codes, in the order of the plan's rules."""
        return self._row[1:]

    @cached_property
    def allocation(self) -> Allocation:
        """How the points of this subject were shared over its rules."""
        return self._basis.allocation(self.kind, self.codes)

    @cached_property
    def ledger(self) -> Ledger:
        """What became of each share."""
        return account(self.plan, self.kind, self.codes, self.allocation)

    @property
    def score_micro(self) -> int | None:
        """Micro-points after gates, 0..100,000,000; None when nothing was scored."""
        return None if self._row[0] < 0 else self._row[0]

    @property
    def score(self) -> float | None:
        """0..100 after gates; None when nothing was scored."""
        return None if self._row[0] < 0 else self._row[0] / 1e6

    @property
    def coverage_micro(self) -> int:
        return self.allocation.coverage_micro

    @property
    def coverage(self) -> float:
        """Part of the applicable weight that was scored, 0..1; 0 when nothing was."""
        return self.allocation.coverage_micro / POINTS

    @property
    def band(self) -> str:
        """A band of the policy, or `"unknown"` when too little is known."""
        return band_of(self.plan, self._row[0], self.allocation.coverage_micro)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """One for each rule of this kind, in the order of the plan: by id, gates last."""
        numbers = zip(
            self.plan.rules[self.kind], self.codes, self.allocation.shares, self.ledger.points, self.ledger.lost,
            strict=True,
        )  # fmt: skip
        return tuple(
            Finding(
                rule, self.kind, self.id, state_of(code), code if code >= 0 else None, share, points, lost,
                self._basis.explainer,
            )
            for rule, code, share, points, lost in numbers
        )  # fmt: skip

    @property
    def gates(self) -> tuple[Finding, ...]:
        """The findings that are gates, whether they took points or not."""
        return tuple(finding for finding in self.findings if finding.is_gate)

    @cached_property
    def dimensions(self) -> Mapping[str, DimensionResult]:
        """Every dimension of the policy, in its order; those that say nothing of this subject have score None."""
        sums = {dimension: [0, 0, 0, 0, 0] for dimension in self.plan.dimensions}
        for place, rule in enumerate(self.plan.rules[self.kind]):
            if not rule.is_gate:
                line = sums[rule.dimension]
                is_scored = self.codes[place] >= 0
                applicable = self.allocation.applicable[place]
                line[0] += self.allocation.shares[place]
                line[1] += self.ledger.points[place]
                line[2] += applicable
                line[3] += applicable if is_scored else 0
                line[4] += is_scored
        return MappingProxyType({name: self._dimension(name, *line) for name, line in sums.items()})

    def _dimension(
        self, name: str, share: int, points: int, applicable: int, covered: int, scored: int
    ) -> DimensionResult:
        coverage = POINTS * covered // applicable if applicable else 0
        total = POINTS * points // share if scored and share else -1
        return DimensionResult(
            id=name,
            weight=self.plan.dimensions[name],
            score_micro=total if total >= 0 else None,
            band=band_of(self.plan, total, coverage),
            share_micro=share,
            points_micro=points,
            coverage_micro=coverage,
        )

    @property
    def declared_health(self) -> str | None:
        """What a project's own people say of it; None for other kinds, and when nobody said anything."""
        return self._basis.explainer.declared_health(self.id) if self.kind == "project" else None

    @property
    def divergence(self) -> int | None:
        """
        How much rosier the declared health is than the computed band, in bands.

        Returns:
            -2..2: 2 is declared on track while computed in the worst of three bands, 0 is agreement. None when
            either side is unknown, or the policy has not three bands to compare with.
        """
        declared = _DECLARED.get(self.declared_health or "")
        if declared is None or self.band == UNKNOWN or len(self.plan.bands) != len(_DECLARED):
            return None
        return [name for name, _ in self.plan.bands].index(self.band) - declared

    def explain(self) -> Explanation:
        """Every point of the score as a tree: subject, dimension, rule; `print` it to read it."""
        from alignkit.policy.explain import explain

        return explain(self)

    def headroom(self) -> tuple[Headroom, ...]:
        """What would raise the score most, best first."""
        from alignkit.policy.headroom import headroom

        return headroom(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SubjectAssessment):
            return NotImplemented
        if (self._basis, self.kind, self.id, self._row) != (other._basis, other.kind, other.id, other._row):
            return False
        told = (self.name, self.declared_health), (other.name, other.declared_health)
        return told[0] == told[1] and self.findings == other.findings

    def __hash__(self) -> int:
        return hash((self.kind, self.id, self._row))

    def __repr__(self) -> str:
        score, coverage = score_text(self.score_micro), coverage_text(self.coverage_micro)
        return f"<SubjectAssessment {self.kind} {self.id!r}: {score}, {self.band}, {coverage} known>"

    def __reduce__(self) -> tuple[Any, ...]:
        recorded = RecordedExplainer.of(self._basis.explainer, self.plan.rules, [(self.kind, self.id)])
        return SubjectAssessment, (Basis(self.plan, self.now, recorded), self.kind, self.id, self._row)

    @property
    def table_names(self) -> tuple[str, ...]:
        """`"findings"` and `"dimensions"`."""
        return ("findings", "dimensions")

    def _table_of(self, name: str) -> DataTable:
        from alignkit.policy.tabling import subject_table

        return subject_table(self, name)

    def _shown(self) -> Shown:
        from alignkit.policy.showing import show_subject

        return show_subject(self)
