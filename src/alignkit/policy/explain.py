"""
An explanation is a value: a tree of every point of one subject, dimension by dimension, rule by rule.

Owns the tree; `explain_text` sets it as text. Everything in it is already asked for, so that it can be kept,
compared, pickled and shown elsewhere long after the facts are gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from attrs import frozen

from alignkit.policy.findings import Evidence, EvidenceValue, Finding, FindingState
from alignkit.policy.scoring import POINTS
from alignkit.policy.wording import label_of

if TYPE_CHECKING:
    from alignkit.policy.subject import SubjectAssessment

__all__ = ["Explanation", "Node", "explain"]

NodeKind = Literal["dimension", "rule", "gate"]


@frozen
class Node:
    """
    One line of an explanation. A dimension's numbers are the sums of its rules'.

    Attributes:
        kind: What it is a line of.
        id: Id of the dimension or rule.
        state: Of a rule or gate, whether it was scored, and if not, why; None for a dimension.
        score_micro: What the rule answered in millionths; None for a dimension and unless scored.
        share_micro: Micro-points that could be got here, with the weights as they were used.
        points_micro: Micro-points got.
        lost_micro: Micro-points lost; for a gate, what it took.
        cap_micro: For a gate, the most a subject may have while it holds.
        message: What is wrong; empty for a dimension.
        explained: Evidence, the ids of the records behind it, and the thresholds.
        action: What would win the points back.
        team: Whose move that is.
        children: The rules of a dimension.
    """

    kind: NodeKind
    id: str
    state: FindingState | None
    score_micro: int | None
    share_micro: int
    points_micro: int
    lost_micro: int
    cap_micro: int | None = None
    message: str = ""
    explained: Evidence = Evidence()
    action: str = ""
    team: str = ""
    children: tuple[Node, ...] = ()

    @property
    def label(self) -> str:
        """The id, as words."""
        return label_of(self.id)

    @property
    def points(self) -> float:
        """Points got, to show."""
        return self.points_micro / 1e6

    @property
    def lost(self) -> float:
        """Points lost, to show."""
        return self.lost_micro / 1e6

    @property
    def share(self) -> float:
        """Points that could be got: the weight actually used, out of 100."""
        return self.share_micro / 1e6

    @property
    def evidence(self) -> Mapping[str, EvidenceValue]:
        return self.explained.values

    @property
    def records(self) -> Mapping[str, tuple[str, ...]]:
        """Ids of the records behind a piece of evidence, at most 20 each."""
        return self.explained.records

    @property
    def parameters(self) -> Mapping[str, EvidenceValue]:
        """The thresholds that the rule judged by."""
        return self.explained.parameters


@frozen
class Explanation:
    """
    Why one subject has the score it has. `print` it, or walk its `children`.

    Attributes:
        kind: Kind of the subject.
        id: Its id.
        name: Its display name.
        score_micro: Micro-points after gates, None when nothing was scored.
        band: Its band.
        coverage_micro: Which part of the applicable weight was scored, 0..100,000,000.
        declared_health: What a project's own people say of it.
        now: The moment that was judged.
        policy_version: Content hash of the policy.
        children: The dimensions that have a rule which applies, in the order of the policy, then the gates.
    """

    kind: str
    id: str
    name: str
    score_micro: int | None
    band: str
    coverage_micro: int
    declared_health: str | None
    now: datetime
    policy_version: str
    children: tuple[Node, ...]

    @property
    def score(self) -> float | None:
        """0..100, None when nothing was scored."""
        return None if self.score_micro is None else self.score_micro / 1e6

    @property
    def coverage(self) -> float:
        """Part of the applicable weight that was scored, 0..1."""
        return self.coverage_micro / POINTS

    @property
    def dimensions(self) -> tuple[Node, ...]:
        """The children that are dimensions."""
        return tuple(node for node in self.children if node.kind == "dimension")

    @property
    def gates(self) -> tuple[Node, ...]:
        """The children that are gates."""
        return tuple(node for node in self.children if node.kind == "gate")

    @property
    def rules(self) -> Iterator[Node]:
        """The rules of all dimensions, in the order in which they are shown."""
        return (rule for dimension in self.dimensions for rule in dimension.children)

    def text(self, *, width: int = 88) -> str:
        """
        The explanation for a manager, as plain text without a line break at its end.

        Args:
            width: Columns of a line; narrower than 40 is laid out for 40.
        """
        from alignkit.policy.explain_text import explanation_text

        return explanation_text(self, width=width)

    def __str__(self) -> str:
        return self.text()


def explain(subject: SubjectAssessment) -> Explanation:
    """The explanation of one subject; asks for its evidence."""
    by_dimension: dict[str, list[Node]] = {dimension: [] for dimension in subject.plan.dimensions}
    gates: list[Node] = []
    for finding in subject.findings:
        (gates if finding.is_gate else by_dimension[finding.dimension]).append(_node(finding))
    dimensions = (
        _dimension(name, rules)
        for name, rules in by_dimension.items()
        if any(rule.state != "not_applicable" for rule in rules)
    )
    return Explanation(
        kind=subject.kind,
        id=subject.id,
        name=subject.name,
        score_micro=subject.score_micro,
        band=subject.band,
        coverage_micro=subject.coverage_micro,
        declared_health=subject.declared_health,
        now=subject.now,
        policy_version=subject.plan.policy_version,
        children=(*dimensions, *gates),
    )


def _node(finding: Finding) -> Node:
    return Node(
        kind="gate" if finding.is_gate else "rule",
        id=finding.rule_id,
        state=finding.state,
        score_micro=finding.score_micro,
        share_micro=finding.share_micro,
        points_micro=finding.points_micro,
        lost_micro=finding.lost_micro,
        cap_micro=finding.rule.cap_micro,
        message=finding.message,
        explained=finding.explained,
        action=finding.action,
        team=finding.team,
    )


def _dimension(name: str, rules: list[Node]) -> Node:
    return Node(
        kind="dimension",
        id=name,
        state=None,
        score_micro=None,
        share_micro=sum(rule.share_micro for rule in rules),
        points_micro=sum(rule.points_micro for rule in rules),
        lost_micro=sum(rule.lost_micro for rule in rules),
        children=tuple(rules),
    )
