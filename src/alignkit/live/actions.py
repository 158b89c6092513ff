"""
Asking teams to act: each rule's condition on each subject against what was asked before.

Owns opening, closing, opening again, escalating and sending. There is one call for a rule and a subject, closed only when
its condition is seen to have cleared: where nothing can be said, it stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

import attrs
from attrs import frozen

from alignkit.errors import ValidationError
from alignkit.live.action_report import ActionReport, Failure
from alignkit.live.action_rules import STANDARD_ACTIONS, ActionRule, ScoreDrop
from alignkit.policy.assessment import Assessment
from alignkit.policy.policy import Policy
from alignkit.policy.scoring import FULL, NO_DATA, UNKNOWN
from alignkit.policy.subject import SubjectAssessment
from alignkit.stores.actions import ActionEvent, ActionKey, ActionLog, CallToAction
from alignkit.stores.values import RecordedScore

__all__ = ["ActionReport", "Failure", "Sent", "actions"]

Sent = Callable[[CallToAction, ActionEvent], object]
"""A host's hook: gets the call as it is now, and what became of it."""

Severity = Literal["amber", "red"]


class KeepsActions(Protocol):
    """A store, as far as calls to action need one."""

    @property
    def actions(self) -> ActionLog: ...

    def history(self, kind: str, id: str, /) -> tuple[RecordedScore, ...]: ...


@frozen
class _Finding:
    """What a rule says of a subject: whether it holds (None where that is not known), and in which words."""

    holds: bool | None
    severity: Severity
    name: str
    reason: str
    action: str


def actions(
    store: Any,
    policy: Policy,
    *,
    now: datetime,
    rules: Iterable[ActionRule] = STANDARD_ACTIONS,
    send: Sent | None = None,
) -> ActionReport:
    """
    Bring a store's calls to action up to date: open what is asked for, close what has cleared.

    A call is closed when its condition is seen not to hold, or its subject is gone; it is opened again, under the same
    history, when the condition holds again. Running it twice at one moment changes nothing the second time. What is
    kept is kept before the hook hears of it, and what a hook raised on it hears of again next time: at least once.

    Args:
        store: A store; its `actions` keep the calls, and its recorded scores tell of falls (`store.record`).
        policy: What scores and bands are computed with.
        now: An aware moment.
        rules: When which team is asked to do what. Calls of rules that are not among them stay as they are.
        send: Takes each thing that became of a call, the earliest first.

    Returns:
        The open calls, and what changed.

    Raises:
        ValidationError: Two rules have one id.
        PolicyError: A condition has faults.
    """
    chosen = tuple(rules)
    _refuse_twins(chosen)
    found, judged = _found(store, policy, chosen, now)
    changed: dict[ActionKey, CallToAction] = {}
    undecided: list[CallToAction] = []

    def work(kept: Mapping[ActionKey, CallToAction]) -> Iterable[CallToAction]:
        changed.clear()
        undecided.clear()
        for rule in chosen:
            for key, finding in found[rule.id].items():
                after = _after(kept.get(key), key, rule, finding, now)
                if after is not None and after != kept.get(key):
                    changed[key] = after
                if finding.holds is None and key in kept and kept[key].is_open:
                    undecided.append(kept[key])
        for key, call in kept.items():
            if key[0] in found and key not in found[key[0]] and call.is_open and key[1] in judged:
                changed[key] = _with(call, "closed", now, "the subject is gone")
        return changed.values()

    log: ActionLog = store.actions
    log.change(work)
    failures = _sent(log, send) if send is not None else ()
    told = [one for one in changed.values() if one.history and one.history[-1].at == now]
    still = sorted(log.list(is_open=True), key=lambda one: (one.severity != "red", one.opened_at, one.key))
    return ActionReport(now, tuple(still), tuple(told), tuple(undecided), failures)


def _refuse_twins(rules: Sequence[ActionRule]) -> None:
    ids = [rule.id for rule in rules]
    twins = sorted({id for id in ids if ids.count(id) > 1})
    if twins:
        reason = f"expected rules of different ids, got {', '.join(twins)} more than once"
        raise ValidationError(reason, entity="actions", field="rules", value=twins)


def _found(
    store: Any, policy: Policy, rules: Sequence[ActionRule], now: datetime
) -> tuple[dict[str, dict[ActionKey, _Finding]], frozenset[str]]:
    """What every rule says of every subject, and the kinds whose collections are known."""
    assessment = policy.assess(store, now=now)
    gates: list[Any] = [rule.condition for rule in rules if not isinstance(rule.condition, ScoreDrop)]
    asked = Policy(gates, exchange=policy.exchange, zone=policy.zone).assess(store, now=now) if gates else assessment
    found: dict[str, dict[ActionKey, _Finding]] = {}
    for rule in rules:
        if isinstance(rule.condition, ScoreDrop):
            findings = _falls(store, assessment, rule.condition, now)
        else:
            findings = _held(rule, assessment, asked)
        found[rule.id] = {(rule.id, kind, id): finding for kind, id, finding in findings}
    known = {kind for kind in asked.rows if kind == "portfolio" or f"{kind}s" in store.given}
    return found, frozenset(known)


def _held(rule: ActionRule, assessment: Assessment, asked: Assessment) -> Iterator[tuple[str, str, _Finding]]:
    for kind, specs in asked.plan.rules.items():
        for place, spec in enumerate(specs):
            if spec.id == rule.id:
                for id, row in asked.rows.get(kind, {}).items():
                    yield kind, id, _judged(rule, assessment, asked, kind, id, row[1 + place])


def _judged(rule: ActionRule, assessment: Assessment, asked: Assessment, kind: str, id: str, code: int) -> _Finding:
    holds: bool | None = None if code <= NO_DATA else code == FULL
    if holds and rule.bands != "any":
        holds = _in_band(rule, assessment, kind, id)
    if not holds:
        return _Finding(holds, rule.severity, "", "", "")
    finding = next(one for one in asked.of(kind, id).findings if one.rule_id == rule.id)
    return _Finding(True, rule.severity, asked.of(kind, id).name, finding.message, finding.action)


def _in_band(rule: ActionRule, assessment: Assessment, kind: str, id: str) -> bool | None:
    subject = _subject(assessment, kind, id)
    if subject is None:
        return None
    bands = [name for name, _ in subject.plan.bands]
    if rule.bands == "not_best":
        return subject.band != bands[0]
    return None if subject.band == UNKNOWN else subject.band == bands[-1]


def _subject(assessment: Assessment, kind: str, id: str) -> SubjectAssessment | None:
    return assessment.of(kind, id) if id in assessment.rows.get(kind, {}) else None


def _falls(
    store: KeepsActions, assessment: Assessment, drop: ScoreDrop, now: datetime
) -> Iterator[tuple[str, str, _Finding]]:
    """How far each subject fell below its best recorded score of the last days."""
    since = now - timedelta(days=drop.days)
    for kind in drop.kinds:
        for id in assessment.rows.get(kind, {}):
            subject = assessment.of(kind, id)
            best = _best(store.history(kind, id), assessment.policy_version, since, now)
            if subject.score is None or best is None or best.score is None:
                yield kind, id, _Finding(None, "amber", "", "", "")
                continue
            fall = best.score - subject.score
            severity: Severity = "red" if fall >= drop.red else "amber"
            reason = f"The score fell by {fall:.1f} points, from {best.score:.1f} on {best.at.date().isoformat()}"
            yield (
                kind,
                id,
                _Finding(
                    fall >= drop.amber, severity, subject.name, reason, "Find out what changed, and talk to each other"
                ),
            )


def _best(
    history: Iterable[RecordedScore], policy_version: str, since: datetime, now: datetime
) -> RecordedScore | None:
    """The best score from a moment on, or the last one before it, under one policy."""
    best: RecordedScore | None = None
    for one in history:
        if one.policy_version != policy_version or one.score is None or one.at >= now:
            continue
        if one.at <= since or best is None or (best.score is not None and one.score > best.score):
            best = one
    return best


def _after(
    call: CallToAction | None, key: ActionKey, rule: ActionRule, finding: _Finding, now: datetime
) -> CallToAction | None:
    """The call after a look; None where there is none and none is asked for."""
    if call is None:
        return _opened(key, rule, finding, now) if finding.holds else None
    if finding.holds is None:
        return call
    if not finding.holds:
        return _with(call, "closed", now, "the condition cleared") if call.is_open else call
    told = attrs.evolve(call, reason=finding.reason, action=finding.action, subject_name=finding.name)
    if not call.is_open:
        again = attrs.evolve(told, severity=finding.severity, teams=rule.asked)
        return _with(again, "reopened", now, finding.reason)
    if finding.severity == "red" and call.severity != "red":
        told = _with(attrs.evolve(told, severity="red"), "worsened", now, finding.reason)
    return _escalated(told, rule, now)


def _opened(key: ActionKey, rule: ActionRule, finding: _Finding, now: datetime) -> CallToAction:
    return CallToAction(
        rule_id=key[0],
        kind=key[1],
        subject_id=key[2],
        subject_name=finding.name,
        teams=rule.asked,
        action=finding.action,
        reason=finding.reason,
        severity=finding.severity,
        history=(ActionEvent(what="opened", at=now, reason=finding.reason),),
    )


def _escalated(call: CallToAction, rule: ActionRule, now: datetime) -> CallToAction:
    team = rule.escalate_to
    if team is None or team in call.teams or now - call.opened_at < timedelta(days=rule.escalate_after_days):
        return call
    asked = attrs.evolve(call, teams=(*call.teams, team))
    return _with(asked, "escalated", now, f"open for {rule.escalate_after_days:g} days", team)


def _with(
    call: CallToAction,
    what: Literal["closed", "reopened", "escalated", "worsened"],
    now: datetime,
    reason: str,
    team: str | None = None,
) -> CallToAction:
    return attrs.evolve(call, history=(*call.history, ActionEvent(what=what, at=now, reason=reason, team=team)))


def _sent(log: ActionLog, send: Sent) -> tuple[Failure, ...]:
    """Hand a hook what it has not taken yet; a call that it raises on waits for the next time."""
    failures: list[Failure] = []
    taken: dict[ActionKey, int] = {}
    for call in sorted(log.list(), key=lambda one: one.key):
        for place in range(call.sent, len(call.history)):
            try:
                send(call, call.history[place])
            except Exception as error:  # noqa: BLE001 (a host's own code may raise anything; it is reported, and tried again)
                failures.append(Failure(call, call.history[place], error))
                break
            taken[call.key] = place + 1

    def note(kept: Mapping[ActionKey, CallToAction]) -> Iterable[CallToAction]:
        return [attrs.evolve(kept[key], sent=max(kept[key].sent, count)) for key, count in taken.items() if key in kept]

    if taken:
        log.change(note)
    return tuple(failures)
