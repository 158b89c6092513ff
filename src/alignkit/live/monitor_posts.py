"""
From outcomes that changed to what each subscriber is told: the choice, and the event.

A subscriber that waits for a drop of so many points is told when they have added up since it heard of the subject
last, be it over many small changes. What it knows of a subject is kept only where that is not the newest outcome.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime

import attrs

from alignkit.domain import Change
from alignkit.live.affected import WHOLE, Cause
from alignkit.live.events import MOST_CHANGES, AlignmentChanged, Reason, Standing
from alignkit.live.monitor_mirror import Mirror
from alignkit.live.monitor_readers import Subscriber
from alignkit.live.monitor_scores import Changed
from alignkit.policy.assessment import Assessment
from alignkit.policy.compare import compare
from alignkit.policy.evidence import FactsExplainer
from alignkit.policy.findings import Evidence, Finding
from alignkit.policy.model import KINDS
from alignkit.policy.policy import Policy
from alignkit.policy.scoring import ScoringPlan, allocate, band_of
from alignkit.policy.wording import label_of
from alignkit.stores.monitoring import Outcome, RowsByKind

__all__ = ["Facing", "Known", "Posts", "posts"]

Known = dict[str, dict[tuple[str, str], Outcome]]
"""For each subscriber, the outcomes it knows of where those are not the newest."""


class Facing:
    """
    The facts that were judged, to work reasons out on, for as long as they are those; after that without evidence.

    Args:
        policy: By which was judged.
        mirror: The facts.
        rows: Outcomes by kind and id.
        now: The moment that was judged.
        today: Its day.
    """

    def __init__(self, policy: Policy, mirror: Mirror, rows: RowsByKind, now: datetime, today: date) -> None:
        self._policy = policy
        self._mirror = mirror
        self._rows = rows
        self._explainer: FactsExplainer | None = None
        self.now = now
        self.today = today
        self.is_current = True

    @property
    def explainer(self) -> FactsExplainer:
        """Who knows names and evidence."""
        if self._explainer is None:
            self._explainer = FactsExplainer(
                facts=self._mirror,
                rules={rule.id: rule for rule in self._policy.rules},
                scoring=self._policy.scoring,
                rows=self._rows,
                now=self.now,
                today=self.today,
                exchange=self._policy.exchange,
            )
        return self._explainer

    def evidence(self, kind: str, id: str, rule_id: str) -> Evidence:
        """What a rule looked at on a subject; nothing when the facts have moved on."""
        return self.explainer.evidence(kind, id, rule_id) if self.is_current else Evidence()

    def name(self, kind: str, id: str) -> str:
        """How people call the subject."""
        if kind == WHOLE:
            return "Portfolio"
        record = self._mirror.records(KINDS[kind]).get(id)
        return id if record is None else str(getattr(record, "name", None) or getattr(record, "title", id))

    def declared_health(self, id: str) -> str | None:
        """What a project's own people say of it."""
        return self.explainer.declared_health(id)


@attrs.frozen
class Posts:
    """
    What follows from a step for its subscribers.

    Attributes:
        letters: Events by subscriber, in order.
        told: Subscriber, kind and id, and the outcome it knows of; None where that is the newest again.
    """

    letters: list[tuple[str, AlignmentChanged]] = attrs.field(factory=list)
    told: list[tuple[str, str, str, Outcome | None]] = attrs.field(factory=list)


@attrs.frozen
class Step:
    """
    What all events of a step share.

    Attributes:
        monitor: Name of the monitor.
        generation: Number of the step.
        now: The moment that was judged.
        scoring: The policy, as scoring sees it.
        facing: The facts that were judged.
        causes: By kind and id, the facts that led to the subject being judged.
        changes: The journal entries of the step.
    """

    monitor: str
    generation: int
    now: datetime
    scoring: ScoringPlan
    facing: Facing
    causes: Mapping[str, Mapping[str, AbstractSet[Cause]]]
    changes: Sequence[Change]
    _by_cause: dict[Cause, list[int]] = attrs.field(factory=dict)

    def event(self, one: Changed, known: Outcome, now: Outcome) -> AlignmentChanged:
        """The event that a subject scores otherwise than was known."""
        kind, id = one.kind, one.id
        return AlignmentChanged(
            f"{self.monitor}:{self.generation}:{kind}:{id}",
            kind,
            id,
            self.facing.name(kind, id),
            self.now,
            Compared(self, (kind, id), known, now),
        )

    def changes_of(self, kind: str, id: str) -> tuple[Change, ...]:
        """The journal entries that led to a subject, the newest."""
        causes = self.causes.get(kind, {}).get(id)
        if not causes:
            return ()
        if len(self.changes) == 1:
            return (self.changes[0],)
        if not self._by_cause:
            for place, change in enumerate(self.changes):
                self._by_cause.setdefault((change.kind, change.subject_id), []).append(place)
                self._by_cause.setdefault(("change", change.id), []).append(place)
        places = sorted({place for cause in causes for place in self._by_cause.get(cause, ())})
        return tuple(self.changes[place] for place in places[-MOST_CHANGES:])


def posts(step: Step, changed: Iterable[Changed], subscribers: Sequence[Subscriber], known: Known) -> Posts:
    """What each subscriber is told of the subjects that changed; `known` is brought up to date."""
    found = Posts()
    if not subscribers:
        return found
    listeners = [(subscriber, known.setdefault(subscriber.name, {})) for subscriber in subscribers]
    for one in changed:
        for subscriber, mine in listeners:
            if one.kind in subscriber.kinds:
                _post(step, one, subscriber, mine, found)
    return found


def _post(
    step: Step,
    one: Changed,
    subscriber: Subscriber,
    mine: dict[tuple[str, str], Outcome],
    found: Posts,
) -> None:
    kind, id, before, after = one
    subject = (kind, id)
    last = mine.get(subject, before)
    if last is not None and after is not None and subscriber.hears(last, after):
        event = step.event(one, last, after)
        if subscriber.minds(event):
            found.letters.append((subscriber.name, event))
    elif last is not None and after is not None and subscriber.min_drop_micro is not None and after[0] < last[0]:
        # Not enough to be told yet: what it knows is the earlier outcome.
        if subject not in mine:
            mine[subject] = last
            found.told.append((subscriber.name, *subject, last))
        return
    if mine.pop(subject, None) is not None:
        found.told.append((subscriber.name, *subject, None))


@attrs.frozen
class Compared:
    """
    Two outcomes of a subject, looked at when somebody asks; see `alignkit.live.events.Judged`.

    Attributes:
        step: What it shares with others.
        subject: Kind and id.
        known: The earlier outcome.
        found: The later one.
    """

    step: Step
    subject: tuple[str, str]
    known: Outcome
    found: Outcome

    def changes(self) -> tuple[Change, ...]:
        """The journal entries that led there."""
        return self.step.changes_of(*self.subject)

    def before(self) -> Standing:
        """How the subject stood."""
        return self._standing(self.known)

    def after(self) -> Standing:
        """How it stands."""
        return self._standing(self.found)

    def _standing(self, row: Outcome) -> Standing:
        scoring = self.step.scoring
        coverage = allocate(scoring, self.subject[0], row[1:]).coverage_micro
        return Standing(None if row[0] < 0 else row[0], band_of(scoring, row[0], coverage))

    def why(self) -> tuple[Reason, ...]:
        """Every movement of points between the two."""
        kind, id = self.subject
        step = self.step
        earlier = Assessment(step.scoring, step.now, {kind: {id: self.known}}, step.facing)
        later = Assessment(step.scoring, step.now, {kind: {id: self.found}}, step.facing)
        texts = {finding.rule_id: finding for finding in later.of(kind, id).findings}
        return tuple(
            Reason(line.rule_id, line.cause, line.difference_micro, _text(texts[line.rule_id]), line.action, line.team)
            for line in compare(earlier, later).of(kind, id).lines
        )


def _text(finding: Finding) -> str:
    """The message of the rule; its name, where the message needs evidence that is not at hand any more."""
    message = finding.message
    return label_of(finding.rule_id) if not message or "{" in message else message
