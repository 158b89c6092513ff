"""What was lost and what would win it back, as rows of plain values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from alignkit.policy.findings import MOST_RECORDS, Finding
from alignkit.policy.headroom import Headroom
from alignkit.policy.subject import SubjectAssessment
from alignkit.policy.wording import HUNDREDTH, label_of, rounded_down, value_text
from alignkit.reports.board.scene import Scene, said, tenths

__all__ = ["dimension_row", "loss_rows", "move_rows", "moves_of", "next_move", "rule_rows", "unknown_rules"]

MOST_IDS: Final = 5
MOST_NAMES: Final = 12
MOST_MOVES: Final = 5


def rule_rows(scene: Scene) -> list[list[Any]]:
    """Of each rule: its words, dimension (-1 for a gate), team, action, kind, and its message where that is fixed."""
    dimensions = list(scene.plan.dimensions)
    return [
        [
            label_of(rule.id),
            -1 if rule.is_gate else dimensions.index(rule.dimension),
            said(rule.team),
            said(rule.action) if scene.shows_actions else "",
            kind,
            "" if "{" in rule.message else said(rule.message),
            int(rule.id in scene.audible),
        ]
        for kind, rules in scene.plan.rules.items()
        for rule in rules
    ]


def dimension_row(scene: Scene, subject: SubjectAssessment) -> list[list[int | None]]:
    """Of each dimension of the policy: score in tenths, band."""
    return [[tenths(one.score_micro), scene.bands[one.band]] for one in subject.dimensions.values()]


def loss_rows(scene: Scene, subject: SubjectAssessment, *, explained: bool, most: int | None = None) -> list[list[Any]]:
    """
    The rules and gates that cost points, the largest loss first.

    Returns:
        Of each: rule, hundredths of a point; and where it is explained and the audience may be told: what was
        found in words, evidence as pairs of texts, and the first ids of the records behind a name.
    """
    lost = sorted(
        (one for one in subject.findings if one.lost_micro > 0), key=lambda one: (-one.lost_micro, one.rule_id)
    )
    lost = lost[:most]
    rows: list[list[Any]] = []
    shown = rounded_down([one.lost_micro for one in lost])
    for place, (finding, hundredths) in enumerate(zip(lost, shown, strict=True)):
        row: list[Any] = [scene.rules[finding.rule_id], hundredths]
        if explained and place < scene.bounds.findings and finding.rule_id in scene.audible:
            row += _evidence(scene, finding)
        rows.append(row)
    return sorted(rows, key=lambda row: -row[1])  # rounding may have turned two that are nearly equal


def _evidence(scene: Scene, finding: Finding) -> list[Any]:
    names = list(finding.evidence.items())[:MOST_NAMES]
    values = [[label_of(name), said(value_text(value))] for name, value in names]
    judged = [[label_of(name), said(value_text(value))] for name, value in finding.parameters.items()]
    records = []
    if scene.audience.sees("customer", "id"):
        records = [[label_of(name), *_some(ids)] for name, ids in finding.records.items()][:MOST_NAMES]
    return [said(finding.message), values, judged, records]


def _some(ids: Sequence[str]) -> list[Any]:
    """The first ids, and how many more there are; of a full list there may have been even more."""
    rest = len(ids) - MOST_IDS
    more = f"{'at least ' if len(ids) == MOST_RECORDS else ''}{rest} more" if rest > 0 else ""
    return [[said(id) for id in ids[:MOST_IDS]], more]


def unknown_rules(scene: Scene, subject: SubjectAssessment) -> list[list[Any]]:
    """The rules that apply and could not judge: rule, and 1 where it failed."""
    return [
        [scene.rules[one.rule_id], int(one.state == "error")]
        for one in subject.findings
        if one.state in ("no_data", "error")
    ]


def moves_of(scene: Scene, subject: SubjectAssessment) -> tuple[Headroom, ...]:
    """What would raise the score of a subject, best first; without words, so that no evidence is asked for."""
    score = -1 if subject.score_micro is None else subject.score_micro
    silent = SubjectAssessment(scene.silent, subject.kind, subject.id, (score, *subject.codes))
    return tuple(one for one in silent.headroom() if one.gain_micro > 0)


def move_rows(scene: Scene, moves: Sequence[Headroom]) -> list[list[Any]]:
    """Of the best moves: rule, hundredths to win, action where it is not the rule's own, 1 where that is known and not a hope."""
    return [_move(scene, one) for one in moves[:MOST_MOVES]]


def next_move(scene: Scene, moves: Sequence[Headroom]) -> list[Any] | None:
    """The best of them that names an action, known gains before hoped for ones; None when there is none."""
    named = [one for one in moves if one.action]
    certain = [one for one in named if one.is_known]
    best = next(iter(certain or named), None)
    return None if best is None else _move(scene, best)


def _move(scene: Scene, one: Headroom) -> list[Any]:
    usual = one.is_known or not one.action or not scene.shows_actions
    return [scene.rules[one.rule_id], one.gain_micro // HUNDREDTH, "" if usual else said(one.action), int(one.is_known)]
