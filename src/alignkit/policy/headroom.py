"""What would raise a score most, and whose move it is: each rule set right alone, gates considered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from alignkit.policy.findings import FindingState
from alignkit.policy.scoring import FULL, NOT_APPLICABLE, subject_total
from alignkit.policy.wording import label_of

if TYPE_CHECKING:
    from alignkit.policy.subject import SubjectAssessment

__all__ = ["Headroom", "headroom"]


@frozen
class Headroom:
    """
    What one rule alone could win.

    Attributes:
        rule_id: The rule.
        gain_micro: Micro-points that the total would rise by if the rule had full marks (a gate: did not hold).
            0 while a gate caps the total. Where nothing was scored, the total it would then have.
        state: `"scored"`, or `"no_data"` or `"error"`: then the gain is what good data would bring.
        action: What to do. The rule's own action where it was scored; without data the fault is not known to be
            there, so the first thing to do is to find out.
        team: Whose move it is.
        message: What is wrong now.
        is_gate: Whether it is a gate to be lifted.
    """

    rule_id: str
    gain_micro: int
    state: FindingState
    action: str
    team: str
    message: str
    is_gate: bool

    @property
    def gain_points(self) -> float:
        """Points to win, to show."""
        return self.gain_micro / 1e6

    @property
    def is_known(self) -> bool:
        """Whether the rule was scored, so that the gain is known and not a hope."""
        return self.state == "scored"


def headroom(subject: SubjectAssessment) -> tuple[Headroom, ...]:
    """
    What would raise the score of a subject most.

    Returns:
        One entry for each rule that applies and is short of full marks and each gate that holds: largest gain
        first, then by rule id.
    """
    codes = list(subject.codes)
    total = subject.score_micro or 0
    found: list[Headroom] = []
    for place, finding in enumerate(subject.findings):
        code, right = codes[place], 0 if finding.is_gate else FULL
        if code in (right, NOT_APPLICABLE) or (finding.is_gate and code < 0):
            continue
        codes[place] = right
        gain = max(subject_total(subject.plan, subject.kind, codes), 0) - total
        codes[place] = code
        rule = finding.rule
        action = _action(rule.id, rule.action, finding.state)
        found.append(Headroom(rule.id, gain, finding.state, action, rule.team, finding.message, finding.is_gate))
    return tuple(sorted(found, key=lambda entry: (-entry.gain_micro, entry.rule_id)))


def _action(rule_id: str, usual: str, state: FindingState) -> str:
    if state == "no_data":
        return f"Find out what is not known: {label_of(rule_id)}"
    if state == "error":
        return f"Mend the rule, which failed: {label_of(rule_id)}"
    return usual
