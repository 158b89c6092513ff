"""
Says what stands behind outcomes of bound tables.

For one subject only the rows are loaded that its rules read; whoever asks about many gets everything loaded once.
Where a rule is an error because it would have read refused rows, their number is the evidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import attrs

from alignkit.policy.compiled import PolicyRule
from alignkit.policy.evidence import FactsExplainer
from alignkit.policy.facts import Facts
from alignkit.policy.findings import Evidence, RecordedExplainer
from alignkit.policy.model import KINDS, model
from alignkit.policy.question import Question
from alignkit.policy.scoring import ERROR
from alignkit.sql.bound.guard import Guard, Refused
from alignkit.sql.bound.loading import around
from alignkit.sql.bound.reads import Way, ways_of
from alignkit.sql.bound.running import Rows

if TYPE_CHECKING:
    from alignkit.sql.bound.tables import BoundTables

__all__ = ["BoundExplainer"]

FEW: Final = 20
"""For so many subjects rows are loaded by key; who asks about more gets everything."""


@attrs.define(eq=False)
class BoundExplainer:
    """
    An explainer that loads rows when somebody asks.

    Attributes:
        tables: Where the rows are.
        question: What was asked.
        rules: The rules by id.
        rows: Results by kind and id.
        refused: Counts of refused rows by kind and id.
        guard: What the counts are of; None when nothing was refused.
    """

    tables: BoundTables
    question: Question
    rules: Mapping[str, PolicyRule]
    rows: Rows
    refused: Refused
    guard: Guard | None
    _few: dict[tuple[str, str], FactsExplainer] = attrs.field(factory=dict)
    _all: FactsExplainer | None = None

    def evidence(self, kind: str, id: str, rule_id: str) -> Evidence:
        """What a rule looked at on a subject, or how many refused rows kept it from doing so."""
        place = [rule.id for rule in self.question.scoring.rules[kind]].index(rule_id)
        if self.guard is not None and self.rows[kind][id][place + 1] == ERROR:
            counts = self.refused.get(kind, {}).get(id)
            behind = {} if counts is None else self.guard.behind(kind, place, counts)
            if behind:
                return Evidence({f"refused {name}": many for name, many in sorted(behind.items())})
            if KINDS[kind] and id not in self._of(kind, id).facts.records(KINDS[kind]):
                return Evidence({f"refused {KINDS[kind]}": 1})
        return self._of(kind, id).evidence(kind, id, rule_id)

    def name(self, kind: str, id: str) -> str:
        """How people call the subject; its id where its row is refused."""
        return self._of(kind, id).name(kind, id)

    def declared_health(self, id: str) -> str | None:
        """What a project's own people say of it."""
        return self._of("project", id).declared_health(id)

    def _of(self, kind: str, id: str) -> FactsExplainer:
        if self._all is not None:
            return self._all
        found = self._few.get((kind, id))
        if found is None:
            if len(self._few) >= FEW:
                self._all = self._explainer(self.tables._loaded())
                return self._all
            found = self._few[kind, id] = self._explainer(self._around(kind, id))
        return found

    def _around(self, kind: str, id: str) -> Facts:
        ways: set[Way] = set()
        for rule in self.question.plan.tasks[kind]:
            if rule.outcome is not None:
                ways |= ways_of(model(), kind, rule.outcome)
        with self.tables._look() as connection:
            return around(connection, self.tables._bound(connection), KINDS[kind], id, ways)

    def _explainer(self, facts: Facts) -> FactsExplainer:
        asked = self.question
        return FactsExplainer(facts, self.rules, asked.scoring, self.rows, asked.now, asked.today, asked.exchange)

    def __reduce__(self) -> tuple[Any, ...]:
        subjects = [(kind, id) for kind, rows in self.rows.items() for id in rows]
        recorded = RecordedExplainer.of(self, self.question.scoring.rules, subjects)
        return _itself, (recorded,)


def _itself(explainer: RecordedExplainer) -> RecordedExplainer:
    return explainer
