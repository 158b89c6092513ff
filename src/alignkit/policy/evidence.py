"""
Says what stands behind an outcome: the names of the rule's text with their values, and the records behind them.

Worked out when someone asks, from the same facts; nothing is kept during scoring.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

import attrs

from alignkit.domain.money import Exchange
from alignkit.errors import AlignkitError
from alignkit.expressions import ir
from alignkit.expressions.evaluate import Place, evaluate, records_behind
from alignkit.expressions.lower import Lowered
from alignkit.expressions.model import custom_name
from alignkit.policy.compiled import PolicyRule
from alignkit.policy.engine import WHOLE, Results, Run
from alignkit.policy.facts import Facts
from alignkit.policy.findings import Evidence
from alignkit.policy.model import KINDS
from alignkit.policy.scoring import ScoringPlan
from alignkit.policy.wording import EvidenceValue

__all__ = ["FactsExplainer", "named", "value_of"]

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
        zone: IANA name of the zone in which days begin.
    """

    facts: Facts
    rules: Mapping[str, PolicyRule]
    scoring: ScoringPlan
    rows: Mapping[str, Mapping[str, tuple[int, ...]]]
    now: datetime
    today: date
    exchange: Exchange | None
    zone: str = "UTC"
    _coverages: dict[tuple[str, tuple[int, ...]], int] = attrs.field(factory=dict, init=False, repr=False)

    @classmethod
    def of(cls, run: Run, rules: Mapping[str, PolicyRule], zone: str = "UTC") -> FactsExplainer:
        """The explainer of a finished pass."""
        return cls(run.facts, rules, run.scoring, run.rows, run.now, run.today, run.exchange, zone)

    def _place(self, kind: str, id: str) -> Place:
        scores = Results(self.scoring, self.rows, self._coverages)
        view = self.facts.view(kind, id, now=self.now, exchange=self.exchange, scores=scores)
        return Place(view, self.now, self.today)

    def name(self, kind: str, id: str) -> str:
        """How people call the subject."""
        if kind == WHOLE:
            return "Portfolio"
        record = self.facts.records(KINDS[kind]).get(id)
        return id if record is None else str(getattr(record, "name", None) or getattr(record, "title", id))

    def declared_health(self, id: str) -> str | None:
        """What a project's own people say of it."""
        if "projects" not in self.facts.given:
            return None
        record = self.facts.records("projects").get(id)
        return None if record is None else record.health

    def evidence(self, kind: str, id: str, rule_id: str) -> Evidence:
        """What a rule looked at on a subject: its locals, the fields it read, its thresholds."""
        lowered = self.rules[rule_id].lowered
        if lowered is None:
            return Evidence()
        place = self._place(kind, id)
        values: dict[str, Any] = {}
        records: dict[str, tuple[str, ...]] = {}
        for name, node in named(lowered).items():
            values[name] = value_of(node, place)
            _keep(records, name, _ids(node, place))
        if not lowered.locals:
            _keep(records, lowered.subject, _ids(lowered.outcome, place))
        return Evidence(values, records, {parameter.name: parameter.value for parameter in lowered.parameters})


def named(lowered: Lowered) -> dict[str, ir.Node]:
    """What evidence of a rule is called, with what it stands for: the fields it reads, then its locals."""
    return {**dict(_fields(lowered)), **{local.name: local.node for local in lowered.locals}}


def value_of(node: ir.Node, place: Place) -> EvidenceValue:
    """A piece of evidence as it is shown; None where it needs a collection that was not given."""
    found: EvidenceValue = _plain(_looked_up(node, place))
    return found


def _looked_up(node: ir.Node, place: Place) -> Any:
    """The value of a node; None where it needs a collection that was not given, or a score that was not worked out."""
    try:
        return evaluate(node, place)
    except AlignkitError:
        return None


def _keep(records: dict[str, tuple[str, ...]], name: str, ids: tuple[str, ...]) -> None:
    if ids:
        records[name] = ids


def _ids(node: ir.Node, place: Place) -> tuple[str, ...]:
    found: dict[str, None] = {}
    try:
        for part in _reached(node, place):
            if isinstance(part, ir.Agg):
                found.update(dict.fromkeys(records_behind(part, place)))
            elif isinstance(part, ir.Signal) and not _has_item(part.base):
                record = evaluate(part.base, place)
                if record is not None:
                    found.update(dict.fromkeys(_ids(part.expression, Place(record, place.now, place.today))))
    except AlignkitError:
        return ()
    return tuple(found)[:MOST_RECORDS]


def _reached(node: ir.Node, place: Place) -> Iterator[ir.Node]:
    """The distinct nodes below a node, of a choice only those of the way taken."""
    seen: set[ir.Node] = set()
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if part not in seen:
            seen.add(part)
            yield part
            if isinstance(part, ir.If) and not _has_item(part.test):
                waiting += [part.then if evaluate(part.test, place) else part.other, part.test]
            else:
                waiting += reversed(ir.children(part))


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
        return f"{base}.{custom_name(node.name) or node.name}" if base else ""
    return ""


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float, str, date)):
        return value
    if isinstance(value, timedelta):
        return value / timedelta(days=1)
    return str(getattr(value, "id", value))
