"""
What changed between two assessments, point by point: every line has one cause, and the lines add up.

Owns the difference of two results. It reads the results only, so it says what moved, not which fact moved it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from attrs import frozen

from alignkit.display import Displayed, Shown
from alignkit.errors import NotFoundError
from alignkit.frames import DataTable, Tabular
from alignkit.policy.assessment import Assessment, nearest
from alignkit.policy.findings import Finding, FindingState
from alignkit.policy.scoring import FULL, KINDS
from alignkit.policy.subject import SubjectAssessment

__all__ = ["Cause", "Comparison", "Difference", "SubjectDifference", "compare"]

Cause = Literal["score", "share", "gate", "appeared", "disappeared"]
"""
Why points moved: the rule answers otherwise; its share changed because others came, left or weigh otherwise; a
gate takes more or less; the rule is scored now and was not, or the reverse.
"""


@frozen
class Difference:
    """
    One movement of points, with one cause. A rule whose share and score both moved has two: first the share.

    Attributes:
        rule_id: The rule or gate.
        cause: Why the points moved.
        before_micro: Micro-points before the movement; for a gate, what it took, negative.
        after_micro: Micro-points after it.
        before_state: State of the finding before; None when the rule or subject was not there.
        after_state: State of the finding after.
        action: What would win points back now.
        team: Whose move that is.
    """

    rule_id: str
    cause: Cause
    before_micro: int
    after_micro: int
    before_state: FindingState | None
    after_state: FindingState | None
    action: str
    team: str

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
    def is_change(self) -> bool:
        """Whether anything moved, even where the total did not."""
        return bool(self.lines) or self.before_micro != self.after_micro or self.before_band != self.after_band


@frozen(eq=False)
class Comparison(Displayed, Tabular):
    """
    The difference of two assessments; iterating gives the subjects that changed, largest difference first.

    Attributes:
        before: The earlier, or actual, assessment.
        after: The later, or imagined, one.
        changed: The subjects that changed: largest difference first, equal ones by kind in scoring order and id.
    """

    before: Assessment
    after: Assessment
    changed: tuple[SubjectDifference, ...]

    def __iter__(self) -> Iterator[SubjectDifference]:
        return iter(self.changed)

    def __len__(self) -> int:
        return len(self.changed)

    @property
    def portfolio(self) -> SubjectDifference:
        """What changed for the portfolio as a whole."""
        return _subject_difference(self.before.portfolio, self.after.portfolio)

    def of(self, kind: str, id: str) -> SubjectDifference:
        """
        What changed for one subject; without lines when nothing did.

        Raises:
            NotFoundError: Neither assessment has it.
        """
        before, after = _find(self.before, kind, id), _find(self.after, kind, id)
        if before is None and after is None:
            known = {key for side in (self.before, self.after) for key in side.rows.get(kind, {})}
            raise NotFoundError(kind, id, nearest(id, sorted(known)))
        return _subject_difference(before, after)

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


def compare(before: Assessment, after: Assessment) -> Comparison:
    """
    Say what changed between two assessments, whether by other facts, another moment or another policy.

    Subjects whose outcomes and policy are the same are passed over without looking further.
    """
    is_same_plan = before.plan == after.plan
    changed: list[SubjectDifference] = []
    for kind in KINDS:
        earlier, later = before.rows.get(kind, {}), after.rows.get(kind, {})
        for key in sorted(earlier.keys() | later.keys()):
            if is_same_plan and earlier.get(key) == later.get(key):
                continue
            found = _subject_difference(_find(before, kind, key), _find(after, kind, key))
            if found.is_change:
                changed.append(found)
    changed.sort(key=lambda subject: (-abs(subject.difference_micro), KINDS.index(subject.kind), subject.id))
    return Comparison(before, after, tuple(changed))


def _find(assessment: Assessment, kind: str, id: str) -> SubjectAssessment | None:
    return assessment.of(kind, id) if id in assessment.rows.get(kind, {}) else None


def _subject_difference(before: SubjectAssessment | None, after: SubjectAssessment | None) -> SubjectDifference:
    subject = after or before
    assert subject is not None
    earlier = {finding.rule_id: finding for finding in before.findings} if before else {}
    later = {finding.rule_id: finding for finding in after.findings} if after else {}
    lines = [
        line
        for rule_id in sorted(earlier.keys() | later.keys())
        for line in _lines(earlier.get(rule_id), later.get(rule_id))
    ]
    lines.sort(key=lambda line: (-abs(line.difference_micro), line.rule_id, line.cause))
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
