"""
What a policy asks of facts that judge themselves, because they live in a database.

The answer has the same form as a pass in memory; explanations load the facts when someone asks for one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Protocol, runtime_checkable

import attrs

from alignkit.domain.money import Exchange
from alignkit.policy.compiled import PolicyRule
from alignkit.policy.evidence import FactsExplainer
from alignkit.policy.facts import Facts
from alignkit.policy.findings import Evidence
from alignkit.policy.plan import Plan
from alignkit.policy.scoring import ScoringPlan

__all__ = ["Answer", "JudgesItself", "LaterExplainer", "Question"]


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
    """

    plan: Plan
    scoring: ScoringPlan
    now: datetime
    today: date
    exchange: Exchange | None


@attrs.frozen
class Answer:
    """
    What the facts found.

    Attributes:
        rows: By kind and id: micro-points after gates (-1 for none), then the outcome of each rule.
        load: Loads the facts, for explanations.
    """

    rows: Mapping[str, dict[str, tuple[int, ...]]]
    load: Callable[[], Facts]


@runtime_checkable
class JudgesItself(Protocol):
    """Facts that a policy is brought to, instead of being brought to the policy."""

    def judge(self, question: Question, /) -> Answer:
        """Judge every subject as of the moment of the question, in one snapshot."""

    def portfolio(self) -> Facts:
        """The facts in memory, for what only can be judged there."""


@attrs.define(eq=False)
class LaterExplainer:
    """An explainer that loads the facts on the first question."""

    question: Question
    answer: Answer
    rules: Mapping[str, PolicyRule]
    _ready: FactsExplainer | None = None

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
