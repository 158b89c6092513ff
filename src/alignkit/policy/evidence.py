"""
Says what stands behind an outcome: the names of the rule's text with their values, and the records behind them.

Worked out when someone asks, from the same facts; nothing is kept during scoring.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

import attrs

from alignkit.domain.money import Exchange
from alignkit.expressions import ir
from alignkit.expressions.evaluate import evaluate, records_behind
from alignkit.expressions.lower import Lowered
from alignkit.expressions.model import Model
from alignkit.policy.compiled import PolicyRule
from alignkit.policy.engine import WHOLE, Run, Whole
from alignkit.policy.facts import Facts
from alignkit.policy.findings import Evidence
from alignkit.policy.model import KINDS, model
from alignkit.policy.scoring import ScoringPlan, allocate, band_of

__all__ = ["FactsExplainer"]

MOST_RECORDS: Final = 20


@attrs.frozen(eq=False)
class FactsExplainer:
    """
    Explains outcomes from the facts that were scored.

    Attributes:
        facts: What was judged.
        rules: The rules by id.
        scoring: How outcomes became points.
        rows: Results by kind and id.
        now: The moment of the question.
        today: Its day.
        exchange: The common currency; None when there is only one.
    """

    facts: Facts
    rules: Mapping[str, PolicyRule]
    scoring: ScoringPlan
    rows: Mapping[str, Mapping[str, tuple[int, ...]]]
    now: datetime
    today: date
    exchange: Exchange | None

    @classmethod
    def of(cls, run: Run, rules: Mapping[str, PolicyRule]) -> FactsExplainer:
        """The explainer of a finished pass."""
        return cls(run.facts, rules, run.scoring, run.rows, run.now, run.today, run.exchange)

    @property
    def model(self) -> Model:
        """The shape of the records."""
        return model()

    def records(self, collection: str) -> Mapping[str, Any]:
        """Records by id; none of a collection that was not given."""
        return self.facts.records(collection) if collection in self.facts.given else {}

    def children(self, collection: str, key: str) -> Mapping[str, Sequence[Any]]:
        """Records by the id that a field of them holds; none of a collection that was not given."""
        return self.facts.children(collection, key) if collection in self.facts.given else {}

    def major(self, money: Any) -> float | None:
        """An amount in the common currency."""
        if money is None or self.exchange is None:
            return None if money is None else float(money.major)
        return self.exchange.major(money)

    def result(self, kind: str, id: str) -> tuple[float | None, str]:
        """Score and band of a subject judged before."""
        row = self.rows[kind][id]
        allocation = allocate(self.scoring, kind, row[1:])
        band = band_of(self.scoring, row[0], allocation.coverage_micro)
        return None if row[0] < 0 else row[0] / 1e6, band

    def name(self, kind: str, id: str) -> str:
        """How people call the subject."""
        if kind == WHOLE:
            return "Portfolio"
        record = self.facts.records(KINDS[kind]).get(id)
        return id if record is None else str(getattr(record, "name", None) or getattr(record, "title", id))

    def declared_health(self, id: str) -> str | None:
        """What a project's own people say of it."""
        record = self.records("projects").get(id)
        return None if record is None else record.health

    def evidence(self, kind: str, id: str, rule_id: str) -> Evidence:
        """What a rule looked at on a subject: its locals, the fields it read, its thresholds."""
        lowered = self.rules[rule_id].lowered
        subject = Whole() if kind == WHOLE else self.facts.records(KINDS[kind])[id]
        if lowered is None:
            return Evidence()
        values: dict[str, Any] = {}
        records: dict[str, tuple[str, ...]] = {}
        for name, node in (*_fields(lowered), *((local.name, local.node) for local in lowered.locals)):
            value = _plain(evaluate(node, self, kind, subject))
            values[name] = value
            ids = self._ids(node, kind, subject)
            if ids:
                records[name] = ids
        if not lowered.locals:
            ids = self._ids(lowered.outcome, kind, subject)
            if ids:
                records[lowered.subject] = ids
        for parameter in lowered.parameters:
            values[parameter.name] = parameter.value
        return Evidence(values, records)

    def _ids(self, node: ir.Node, kind: str, subject: Any) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for part in ir.walk(node):
            if isinstance(part, ir.Agg):
                found.update(dict.fromkeys(str(r.id) for r in records_behind(part, self, kind, subject)))
            elif isinstance(part, ir.Signal):
                record = evaluate(part.base, self, kind, subject) if not _has_item(part.base) else None
                if record is not None:
                    found.update(dict.fromkeys(self._ids(part.expression, part.base.type.kind, record)))
        return tuple(found)[:MOST_RECORDS]


def _has_item(node: ir.Node) -> bool:
    return any(isinstance(part, ir.Item) for part in ir.walk(node))


def _fields(lowered: Lowered) -> list[tuple[str, ir.Node]]:
    """Fields of the subject that the answer reads, as the text names them; not those a local already shows."""
    shown = {local.node for local in lowered.locals}
    found: dict[str, ir.Node] = {}
    for part in ir.walk(lowered.outcome):
        if isinstance(part, ir.Field) and part not in shown and not _has_item(part):
            path = _path(part, lowered.subject)
            if path and not path.endswith(".id"):
                found.setdefault(path, part)
    return list(found.items())


def _path(node: ir.Node, subject: str) -> str:
    if isinstance(node, ir.Subject):
        return subject
    if isinstance(node, (ir.Field, ir.Hop)):
        base = _path(node.base, subject)
        return f"{base}.{node.name}" if base else ""
    return ""


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float, str, date)):
        return value
    if isinstance(value, timedelta):
        return value / timedelta(days=1)
    return str(getattr(value, "id", value))
