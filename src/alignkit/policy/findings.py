"""
What one rule found on one subject, with the evidence behind it.

Owns the value and the asking for evidence, which happens when someone looks at it and not before.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, Literal, Protocol

import attrs
from attrs import frozen

from alignkit.display import Displayed, Shown
from alignkit.errors import ValidationError
from alignkit.policy import scoring
from alignkit.policy.scoring import POINTS, RuleSpec
from alignkit.policy.wording import EvidenceValue, filled

__all__ = [
    "MOST_RECORDS",
    "Evidence",
    "EvidenceValue",
    "Explainer",
    "Finding",
    "FindingState",
    "RecordedExplainer",
    "code_of",
    "state_of",
]

MOST_RECORDS: Final = 20
"""How many record ids are kept for one piece of evidence."""

FindingState = Literal["scored", "not_applicable", "no_data", "error"]
"""Whether a rule judged a subject, and if not, why."""

_STATES: Final[dict[int, FindingState]] = {
    scoring.NOT_APPLICABLE: "not_applicable",
    scoring.NO_DATA: "no_data",
    scoring.ERROR: "error",
}
_CODES: Final[dict[str, int]] = {state: code for code, state in _STATES.items()}


def state_of(code: int) -> FindingState:
    """The state that an outcome code means."""
    return _STATES.get(code, "scored")


def code_of(state: str, score_micro: int | None) -> int:
    """
    The outcome code of a state; the opposite of `state_of`.

    Raises:
        ValueError: No such state, or a score where there is none, or none in 0..1,000,000 where there is one.
    """
    if state == "scored":
        if score_micro is None or not 0 <= score_micro <= scoring.FULL:
            raise ValueError(f"expected a score_micro from 0 to {scoring.FULL}, got {score_micro}")
        return score_micro
    if state not in _CODES:
        raise ValueError(f"expected a state of scored, {', '.join(_CODES)}, got {state!r}")
    if score_micro is not None:
        raise ValueError(f"a finding that is {state} has no score_micro, got {score_micro}")
    return _CODES[state]


def _values(values: Mapping[str, EvidenceValue]) -> Mapping[str, EvidenceValue]:
    given: Mapping[str, object] = values
    for name, value in given.items():
        if not isinstance(value, (str, int, float, date)) and value is not None:
            reason = f"{name}: expected text, a number, a day, a moment or None, got {type(value).__name__}"
        elif isinstance(value, float) and not math.isfinite(value):
            reason = f"{name}: expected a finite number, got {value}"
        elif isinstance(value, datetime) and value.utcoffset() is None:
            reason = f"{name}: {value.isoformat()} has no time zone; give an aware datetime"
        else:
            continue
        raise ValidationError(reason, entity="Evidence", field="values", value=value)
    return MappingProxyType(dict(values))


def _records(records: Mapping[str, Iterable[str]]) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType({name: tuple(ids)[:MOST_RECORDS] for name, ids in records.items()})


@frozen
class Evidence:
    """
    What a rule looked at.

    Attributes:
        values: The names of the rule and what they held, in the order of the rule's text.
        records: For a name, the ids of the records behind it, at most the first 20.
        parameters: The thresholds it judged by, as the policy set them.
    """

    values: Mapping[str, EvidenceValue] = attrs.field(factory=dict, converter=_values)
    records: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, converter=_records)
    parameters: Mapping[str, EvidenceValue] = attrs.field(factory=dict, converter=_values)

    def __reduce__(self) -> tuple[Any, ...]:
        return Evidence, (dict(self.values), dict(self.records), dict(self.parameters))


class Explainer(Protocol):
    """Who can say what stands behind an outcome. Must survive pickling where the assessment is to."""

    def evidence(self, kind: str, id: str, rule_id: str) -> Evidence:
        """What this rule looked at on this subject; empty where there is nothing to show."""
        ...

    def name(self, kind: str, id: str) -> str:
        """How people call the subject."""
        ...

    def declared_health(self, id: str) -> str | None:
        """What a project's own people say of it; None when they said nothing."""
        ...


@frozen
class RecordedExplainer:
    """
    An explainer that only remembers: of an assessment read back from a document or a pickle.

    Attributes:
        names: Display names by kind and id.
        health: Declared health by project id.
        found: Evidence by kind, subject id and rule id.
    """

    names: Mapping[tuple[str, str], str]
    health: Mapping[str, str | None]
    found: Mapping[tuple[str, str, str], Evidence]

    @classmethod
    def of(
        cls, explainer: Explainer, rules: Mapping[str, tuple[RuleSpec, ...]], subjects: Iterable[tuple[str, str]]
    ) -> RecordedExplainer:
        """Ask another explainer everything about some subjects, and remember the answers."""
        names: dict[tuple[str, str], str] = {}
        health: dict[str, str | None] = {}
        found: dict[tuple[str, str, str], Evidence] = {}
        for kind, subject_id in subjects:
            names[kind, subject_id] = explainer.name(kind, subject_id)
            if kind == "project":
                health[subject_id] = explainer.declared_health(subject_id)
            for rule in rules[kind]:
                found[kind, subject_id, rule.id] = explainer.evidence(kind, subject_id, rule.id)
        return cls(names, health, found)

    def evidence(self, kind: str, id: str, rule_id: str) -> Evidence:
        return self.found.get((kind, id, rule_id), Evidence())

    def name(self, kind: str, id: str) -> str:
        return self.names.get((kind, id), id)

    def declared_health(self, id: str) -> str | None:
        return self.health.get(id)


@frozen(slots=False, eq=False)
class Finding(Displayed):
    """
    One rule on one subject. Over all findings of a scored subject `share_micro` adds up to 100,000,000 and
    `points_micro` minus what the gates took to the subject's `score_micro`; got and lost of a rule make its share.

    Attributes:
        rule: The rule.
        kind: Kind of the subject.
        subject_id: Its id.
        state: `"scored"`, or why not.
        score_micro: What the rule answered in millionths, None unless scored. For a gate 1,000,000 when it holds.
        share_micro: Micro-points it could earn here; 0 for a gate.
        points_micro: Micro-points it earned.
        lost_micro: Micro-points lost with it; for a gate, what it took.
    """

    rule: RuleSpec
    kind: str
    subject_id: str
    state: FindingState
    score_micro: int | None
    share_micro: int
    points_micro: int
    lost_micro: int
    _explainer: Explainer = attrs.field(repr=False)

    @cached_property
    def explained(self) -> Evidence:
        """Values and records together, asked for on first use."""
        return self._explainer.evidence(self.kind, self.subject_id, self.rule.id)

    @property
    def rule_id(self) -> str:
        return self.rule.id

    @property
    def dimension(self) -> str:
        return self.rule.dimension

    @property
    def is_gate(self) -> bool:
        return self.rule.is_gate

    @property
    def weight(self) -> int:
        """Weight as the policy states it."""
        return self.rule.weight

    @property
    def effective_weight(self) -> float:
        """Part of this subject's score that the rule decides, 0..1, after rules without data left."""
        return self.share_micro / POINTS

    @property
    def points(self) -> float:
        """Points got, to show."""
        return self.points_micro / 1e6

    @property
    def lost(self) -> float:
        """Points lost, to show."""
        return self.lost_micro / 1e6

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

    @property
    def message(self) -> str:
        """The rule's message with evidence and thresholds in it."""
        template = self.rule.message
        return filled(template, {**self.parameters, **self.evidence} if "{" in template else {})

    @property
    def action(self) -> str:
        """What would win the points back."""
        return self.rule.action

    @property
    def team(self) -> str:
        """Whose move that is."""
        return self.rule.team

    def _content(self) -> tuple[object, ...]:
        numbers = (self.score_micro, self.share_micro, self.points_micro, self.lost_micro)
        return self.rule, self.kind, self.subject_id, self.state, numbers

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Finding):
            return NotImplemented
        return self._content() == other._content() and self.explained == other.explained

    def __hash__(self) -> int:
        return hash(self._content())

    def __reduce__(self) -> tuple[Any, ...]:
        recorded = RecordedExplainer({}, {}, {(self.kind, self.subject_id, self.rule.id): self.explained})
        values = (self.rule, self.kind, self.subject_id, self.state, self.score_micro)
        return Finding, (*values, self.share_micro, self.points_micro, self.lost_micro, recorded)

    def _shown(self) -> Shown:
        from alignkit.policy.showing import show_finding

        return show_finding(self)
