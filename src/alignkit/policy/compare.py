"""
What changed between two assessments, point by point: every line has one cause, and the lines add up.

Owns the difference of two results: what moved (`cause`) and what made it move (`origin`). Which part of it is time,
facts or policy is found by judging again what lies between (`compare_steps`); where it cannot be, the line says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Literal

import attrs
from attrs import frozen

from alignkit.display import Displayed, Shown
from alignkit.errors import NotFoundError
from alignkit.frames import DataTable, Tabular
from alignkit.policy.assessment import Assessment, nearest
from alignkit.policy.compare_steps import Origin, Step, data_first, steps_between
from alignkit.policy.facts import Facts
from alignkit.policy.findings import Finding, FindingState
from alignkit.policy.scoring import FULL, KINDS
from alignkit.policy.subject import SubjectAssessment

__all__ = ["Cause", "Comparison", "Difference", "Origin", "SubjectDifference", "compare"]

Cause = Literal["score", "share", "gate", "appeared", "disappeared"]
"""
Why points moved: the rule answers otherwise; its share changed because others came, left or weigh otherwise; a
gate takes more or less; the rule is scored now and was not, or the reverse.
"""


@frozen
class Difference:
    """
    One movement of points, with one cause and one origin. A rule whose share and score both moved has two: first the
    share. A rule that moved in several steps has lines for each.

    Attributes:
        rule_id: The rule or gate.
        cause: Why the points moved.
        before_micro: Micro-points before the movement; for a gate, what it took, negative.
        after_micro: Micro-points after it.
        before_state: State of the finding before; None when the rule or subject was not there.
        after_state: State of the finding after.
        action: What would win points back now.
        team: Whose move that is.
        origin: What made the points move.
    """

    rule_id: str
    cause: Cause
    before_micro: int
    after_micro: int
    before_state: FindingState | None
    after_state: FindingState | None
    action: str
    team: str
    origin: Origin = "unknown"

    @property
    def difference_micro(self) -> int:
        return self.after_micro - self.before_micro

    @property
    def difference(self) -> float:
        """Points won (or lost, negative), to show."""
        return self.difference_micro / 1e6


@frozen
class SubjectDifference:
    """
    What changed for one subject. The differences of the lines add up to `difference_micro` exactly.

    Attributes:
        kind: Kind of the subject.
        id: Its id.
        name: Its display name, the later one.
        before_micro: Micro-points before; None when there was no score or no such subject.
        after_micro: Micro-points after.
        before_band: Band before; None when there was no such subject.
        after_band: Band after.
        lines: The movements, largest first, then by rule id.
    """

    kind: str
    id: str
    name: str
    before_micro: int | None
    after_micro: int | None
    before_band: str | None
    after_band: str | None
    lines: tuple[Difference, ...]

    @property
    def difference_micro(self) -> int:
        """Micro-points won or lost; no score counts as 0 here."""
        return (self.after_micro or 0) - (self.before_micro or 0)

    @property
    def difference(self) -> float:
        """Points won (or lost, negative), to show."""
        return self.difference_micro / 1e6

    @property
    def by_origin(self) -> Mapping[Origin, int]:
        """Micro-points by what made them move, only origins that occur; they add up to `difference_micro` exactly."""
        found: dict[Origin, int] = {}
        for line in self.lines:
            found[line.origin] = found.get(line.origin, 0) + line.difference_micro
        return MappingProxyType(found)

    @property
    def is_change(self) -> bool:
        """Whether anything moved, even where the total did not."""
        return bool(self.lines) or self.before_micro != self.after_micro or self.before_band != self.after_band


@frozen(eq=False, slots=False)
class Comparison(Displayed, Tabular):
    """
    The difference of two assessments; iterating gives the subjects that changed, largest difference first.

    Attributes:
        before: The earlier, or actual, assessment.
        after: The later, or imagined, one.
        changed: The subjects that changed: largest difference first, equal ones by kind in scoring order and id.
        steps: The way from one to the other, in the order in which it is told.
    """

    before: Assessment
    after: Assessment
    changed: tuple[SubjectDifference, ...]
    steps: tuple[Step, ...] = attrs.field(default=(), repr=False)

    def __iter__(self) -> Iterator[SubjectDifference]:
        return iter(self.changed)

    def __len__(self) -> int:
        return len(self.changed)

    @cached_property
    def _way(self) -> tuple[Step, ...]:
        return self.steps or (Step("unknown", self.before, self.after),)

    @property
    def origins(self) -> tuple[Origin, ...]:
        """What differs between the two, in the order in which it is told."""
        return tuple(step.origin for step in self._way)

    @property
    def portfolio(self) -> SubjectDifference:
        """What changed for the portfolio as a whole."""
        return _subject_difference("portfolio", "portfolio", self._way)

    def of(self, kind: str, id: str) -> SubjectDifference:
        """
        What changed for one subject; without lines when nothing did.

        Raises:
            NotFoundError: Neither assessment has it.
        """
        known = {key for side in (self.before, self.after) for key in side.rows.get(kind, {})}
        if id not in known:
            raise NotFoundError(kind, id, nearest(id, sorted(known)))
        return _subject_difference(kind, id, self._way)

    def text(self, *, width: int = 88, most: int = 10) -> str:
        """
        The comparison for a manager, as plain text.

        Args:
            width: Columns of a line; narrower than 40 is laid out for 40.
            most: How many subjects to show of those that changed.
        """
        from alignkit.policy.compare_text import comparison_text

        return comparison_text(self, width=width, most=most)

    def __str__(self) -> str:
        return self.text()

    @property
    def table_names(self) -> tuple[str, ...]:
        """`"subjects"` that changed, and the `"movements"` of points with their causes."""
        return ("subjects", "movements")

    def _table_of(self, name: str) -> DataTable:
        from alignkit.policy.tabling import comparison_table

        return comparison_table(self, name)

    def _shown(self) -> Shown:
        from alignkit.policy.showing import show_comparison

        return show_comparison(self)


def compare(
    before: Assessment, after: Assessment, *, facts: tuple[Facts | None, Facts | None] = (None, None)
) -> Comparison:
    """
    Say what changed between two assessments, and attribute every point: to facts that changed, to time that passed,
    to another policy, or to data that came or went.

    Subjects whose outcomes and policy are the same are passed over without looking further. Where more than one of
    facts, moment and policy may differ, the facts are judged again in between: at most two more passes. An assessment
    that was read from JSON, or made in a database, does not hold the facts it judged; its lines are of origin
    `"unknown"` unless they are given, and so are those of a subject that they would have judged otherwise.

    Args:
        before: The earlier, or actual, assessment.
        after: The later, or imagined, one.
        facts: The facts that each judged, where the assessments do not hold them, such as `store.as_of(moment)`.
    """
    steps = steps_between(before, after, facts)
    is_same_plan = before.plan == after.plan
    changed: list[SubjectDifference] = []
    for kind in KINDS:
        earlier, later = before.rows.get(kind, {}), after.rows.get(kind, {})
        for key in sorted(earlier.keys() | later.keys()):
            if is_same_plan and earlier.get(key) == later.get(key):
                continue
            found = _subject_difference(kind, key, steps)
            if found.is_change:
                changed.append(found)
    changed.sort(key=lambda subject: (-abs(subject.difference_micro), KINDS.index(subject.kind), subject.id))
    return Comparison(before, after, tuple(changed), steps)


def _find(assessment: Assessment, kind: str, id: str) -> SubjectAssessment | None:
    if kind == "portfolio":
        return assessment.portfolio
    return assessment.of(kind, id) if id in assessment.rows.get(kind, {}) else None


def _subject_difference(kind: str, id: str, steps: Sequence[Step]) -> SubjectDifference:
    before, after = _find(steps[0].before, kind, id), _find(steps[-1].after, kind, id)
    subject = after or before
    assert subject is not None
    if (kind, id) in steps[0].unsure:
        lines = list(_step_lines("unknown", before, after))
    else:
        lines = [
            line
            for step in steps
            for line in _step_lines(step.origin, _find(step.before, kind, id), _find(step.after, kind, id))
        ]
    lines.sort(key=lambda line: (-abs(line.difference_micro), line.rule_id, line.cause, line.origin))
    return SubjectDifference(
        kind=subject.kind,
        id=subject.id,
        name=subject.name,
        before_micro=before.score_micro if before else None,
        after_micro=after.score_micro if after else None,
        before_band=before.band if before else None,
        after_band=after.band if after else None,
        lines=tuple(lines),
    )


def _step_lines(
    origin: Origin, before: SubjectAssessment | None, after: SubjectAssessment | None
) -> Iterator[Difference]:
    """The movements of one step; where the policy stays, data that came or went comes first."""
    if origin in ("time", "evidence") and before is not None and after is not None:
        between = data_first(before, after)
        yield from _movements("missing_data", before, between)
        yield from _movements(origin, between, after)
    else:
        yield from _movements(origin, before, after)


def _movements(
    origin: Origin, before: SubjectAssessment | None, after: SubjectAssessment | None
) -> Iterator[Difference]:
    if before is after or (before and after and before.plan is after.plan and before.codes == after.codes):
        return
    earlier = {finding.rule_id: finding for finding in before.findings} if before else {}
    later = {finding.rule_id: finding for finding in after.findings} if after else {}
    for rule_id in sorted(earlier.keys() | later.keys()):
        for line in _lines(earlier.get(rule_id), later.get(rule_id)):
            yield attrs.evolve(line, origin=origin)


def _lines(before: Finding | None, after: Finding | None) -> Iterator[Difference]:
    """The movements of one rule: a gate's, or those of its points."""
    if before and after and before.is_gate != after.is_gate:
        yield from _lines(before, None)
        yield from _lines(None, after)
    elif (before and before.is_gate) or (after and after.is_gate):
        was, now = -before.lost_micro if before else 0, -after.lost_micro if after else 0
        if was != now:
            yield _difference("gate", was, now, before, after)
    else:
        yield from _rule_lines(before, after)


def _rule_lines(before: Finding | None, after: Finding | None) -> Iterator[Difference]:
    """A rule that came or went is one movement; else its share and its score move apart."""
    was, now = before.points_micro if before else 0, after.points_micro if after else 0
    earlier = before.score_micro if before else None
    later = after.score_micro if after else None
    if earlier is None or after is None or later is None:
        if later is not None:
            yield _difference("appeared", was, now, before, after)
        elif earlier is not None:
            yield _difference("disappeared", was, now, before, after)
        return
    # What the old score earns of the new share: a whole number between the two parts.
    between = after.share_micro * earlier // FULL
    if between != was:
        yield _difference("share", was, between, before, after)
    if between != now:
        yield _difference("score", between, now, before, after)


def _difference(cause: Cause, was: int, now: int, before: Finding | None, after: Finding | None) -> Difference:
    known = after or before
    assert known is not None
    return Difference(
        rule_id=known.rule_id,
        cause=cause,
        before_micro=was,
        after_micro=now,
        before_state=before.state if before else None,
        after_state=after.state if after else None,
        action=known.action,
        team=known.team,
    )
