"""
What a policy asks of facts that judge themselves, because they live in a database.

The answer has the same form as a pass in memory; explanations load the facts when someone asks for one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Any, Protocol, runtime_checkable

import attrs

from alignkit.domain.money import Exchange
from alignkit.policy.compiled import PolicyRule
from alignkit.policy.evidence import FactsExplainer
from alignkit.policy.facts import Facts
from alignkit.policy.faulty import FaultyRows
from alignkit.policy.findings import Evidence, Explainer
from alignkit.policy.plan import Plan
from alignkit.policy.scoring import ScoringPlan

__all__ = ["Answer", "JudgesItself", "JudgesRules", "LaterExplainer", "Question", "ReadsByKey"]


@attrs.frozen
class Question:
    """
    A policy, ready to be asked elsewhere.

    Attributes:
        plan: What is computed.
        scoring: How outcomes become points.
        now: The moment of the question.
        today: Its day in the zone of the policy.
        exchange: The common currency; None when there is only one.
        strict: Whether a rule that only runs natively raises when it fails.
        zone: IANA name of the zone in which days begin.
    """

    plan: Plan
    scoring: ScoringPlan
    now: datetime
    today: date
    exchange: Exchange | None
    strict: bool = False
    zone: str = "UTC"


@attrs.frozen
class Answer:
    """
    What the facts found.

    Attributes:
        rows: By kind and id: micro-points after gates (-1 for none), then the outcome of each rule.
        load: Loads the facts, for explanations.
        faults: Rows that the domain would refuse, where facts may hold any.
        explainer: Makes an explainer that knows a shorter way than to load everything, of the rules by id.
    """

    rows: Mapping[str, dict[str, tuple[int, ...]]]
    load: Callable[[], Facts]
    faults: tuple[FaultyRows, ...] = ()
    explainer: Callable[[Mapping[str, PolicyRule]], Explainer] | None = None


@runtime_checkable
class JudgesItself(Protocol):
    """Facts that a policy is brought to, instead of being brought to the policy."""

    def judge(self, question: Question, /) -> Answer:
        """Judge every subject as of the moment of the question, in one snapshot."""

    def portfolio(self) -> Facts:
        """The facts in memory, for what only can be judged there."""


@runtime_checkable
class ReadsByKey(Protocol):
    """Facts of which a few can be read without the others."""

    def by_key(self, *, one_currency: bool, customers: Sequence[str] = ()) -> AbstractContextManager[Facts]:
        """
        Facts that are read when they are looked at, in one snapshot as long as the context lasts.

        Args:
            one_currency: Whether a second currency among what is read is an error.
            customers: Ids of customers that will be looked at, to be read together.
        """


@runtime_checkable
class JudgesRules(JudgesItself, Protocol):
    """Facts that also judge what only runs natively, and hand out rows one after another."""

    judges_opaque: bool

    def judged(self, question: Question, /) -> Iterator[tuple[str, str, tuple[int, ...]]]:
        """Kind, id and row of every subject, in the order of kinds, while they are found; only of rules that can be read."""


@attrs.define(eq=False)
class LaterExplainer:
    """An explainer that loads the facts on the first question."""

    question: Question
    answer: Answer
    rules: Mapping[str, PolicyRule]
    _ready: FactsExplainer | None = None

    @property
    def ready(self) -> FactsExplainer | None:
        """The explainer that loaded the facts; None before the first question."""
        return self._ready

    def _explainer(self) -> FactsExplainer:
        if self._ready is None:
            asked = self.question
            self._ready = FactsExplainer(
                facts=self.answer.load(),
                rules=self.rules,
                scoring=asked.scoring,
                rows=self.answer.rows,
                now=asked.now,
                today=asked.today,
                exchange=asked.exchange,
                zone=asked.zone,
            )
        return self._ready

    def evidence(self, kind: str, id: str, rule_id: str) -> Evidence:
        """What a rule looked at on a subject."""
        return self._explainer().evidence(kind, id, rule_id)

    def name(self, kind: str, id: str) -> str:
        """How people call the subject."""
        return self._explainer().name(kind, id)

    def declared_health(self, id: str) -> str | None:
        """What a project's own people say of it."""
        return self._explainer().declared_health(id)

    def __reduce__(self) -> tuple[Any, ...]:
        return _itself, (self._explainer(),)


def _itself(explainer: FactsExplainer) -> FactsExplainer:
    return explainer
