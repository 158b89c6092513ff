"""
What a policy computes, in which order: signals of records first, then each kind of subject in turn.

A signal that reads scores waits until those are there. Generated functions are made for a variant of the facts
(what is given, what lies in the future, whether money needs converting) and kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, Final

import attrs

from alignkit.domain.money import Exchange
from alignkit.errors import PolicyError
from alignkit.expressions import ir
from alignkit.expressions.diagnostics import Diagnostic
from alignkit.expressions.fingerprint import fingerprint
from alignkit.expressions.python.program import Program, SignalPlaces, Task, write_scores, write_signals
from alignkit.expressions.python.render import Variant
from alignkit.expressions.python.sharing import uses
from alignkit.policy.compiled import PolicyRule, collections_read
from alignkit.policy.facts import Facts, Shape
from alignkit.policy.model import KINDS, SUBJECTS, model

__all__ = ["Compiled", "Plan", "SignalGroup", "make_plan", "variant_of"]

MICRO_PER_POINT: Final = 1_000_000


@attrs.frozen
class SignalGroup:
    """
    Signals of one kind that can be computed together.

    Attributes:
        name: Such as `"customer"`, or `"customer1"` for a later group.
        kind: The kind of record.
        expressions: What is computed for each record.
        stage: How many kinds must have been scored before; 0 for none.
    """

    name: str
    kind: str
    expressions: tuple[ir.Node, ...]
    stage: int


@attrs.frozen(slots=False)
class Compiled:
    """The generated functions of one variant."""

    variant: Variant
    scores: dict[str, Program]
    signals: dict[str, Program]

    @cached_property
    def scores_read(self) -> frozenset[str]:
        """Kinds whose results some function reads; all of them where rules are run natively."""
        programs = (*self.scores.values(), *self.signals.values())
        if any(program.natives for program in programs):
            return frozenset(SUBJECTS)
        reads = (read for program in programs for read in program.reads)
        return frozenset(name for sort, name, _ in reads if sort in ("rows", "bands"))


@attrs.frozen(eq=False)
class _Recent:
    """What facts of a shape were last judged with, from a moment on at which nothing of them lies ahead."""

    shape: Shape
    exchange: Exchange | None
    since: datetime
    compiled: Compiled


@attrs.frozen(eq=False)
class Plan:
    """
    The computations of a policy.

    Attributes:
        rules: By kind, in the order of scoring: rules by id, then gates by id.
        tasks: The same, as the generated code sees them.
        groups: Signals, in an order in which each finds what it needs.
        places: Where each signal is found.
        keeps_bands: Kinds whose band a rule reads.
        missing_is_zero: Whether rules without data keep their share.
        collections: Every collection that some rule reads or judges.
    """

    rules: dict[str, tuple[PolicyRule, ...]]
    tasks: dict[str, tuple[Task, ...]]
    groups: tuple[SignalGroup, ...]
    places: SignalPlaces
    keeps_bands: frozenset[str]
    missing_is_zero: bool
    collections: frozenset[str]
    _variants: dict[Variant, Compiled] = attrs.field(factory=dict, repr=False)
    _recent: dict[str, _Recent] = attrs.field(factory=dict, repr=False)

    def compiled(self, variant: Variant) -> Compiled:
        """The generated functions for a variant; made on first use."""
        found = self._variants.get(variant)
        if found is None:
            found = self._variants[variant] = self._compile(variant)
        return found

    def compiled_for(self, shape: Shape, now: datetime, exchange: Exchange | None) -> Compiled:
        """
        The generated functions for facts of a shape; one that was asked for last is found without looking into it.

        Raises:
            PolicyError: Amounts are in several currencies and there is no exchange.
        """
        recent = self._recent.get("shape")
        if recent is not None and recent.shape is shape and recent.exchange is exchange and now >= recent.since:
            return recent.compiled
        found = self.compiled(variant_of(self, shape, now, exchange))
        if not found.variant.unsettled:
            horizons = (shape.horizons[name] for name in self.collections & shape.given)
            since = max((horizon for horizon in horizons if horizon is not None), default=now)
            self._recent["shape"] = _Recent(shape, exchange, since, found)
        return found

    def _compile(self, variant: Variant) -> Compiled:
        def is_missing(node: ir.Node) -> bool:
            return not variant.missing.isdisjoint(collections_read(node))

        scores = {
            kind: write_scores(
                model(),
                kind,
                self.tasks[kind],
                variant=variant,
                signals=self.places,
                missing_is_zero=self.missing_is_zero,
                keeps_bands=kind in self.keeps_bands,
            )
            for kind in SUBJECTS
        }
        signals = {
            group.name: write_signals(
                model(),
                group.kind,
                group.expressions,
                variant=variant,
                signals=self.places,
                is_missing=is_missing,
            )
            for group in self.groups
        }
        return Compiled(variant, scores, signals)

    def __reduce__(self) -> tuple[Any, ...]:
        return make_plan, ([rule for rules in self.rules.values() for rule in rules], self.missing_is_zero)


def make_plan(rules: Sequence[PolicyRule], missing_is_zero: bool) -> Plan:
    """Order the rules of a policy and find out what they share."""
    by_kind = {
        kind: tuple(sorted((r for r in rules if r.record.kind == kind), key=lambda r: (r.is_gate, r.id)))
        for kind in SUBJECTS
    }
    tasks = {kind: tuple(map(_task, members)) for kind, members in by_kind.items()}
    outcomes = [task.outcome for members in tasks.values() for task in members if task.outcome is not None]
    groups = _signal_groups(outcomes)
    places = {
        (group.kind, expression): (group.name, index)
        for group in groups
        for index, expression in enumerate(group.expressions)
    }
    nodes = _everything(outcomes)
    bands = frozenset(node.base.type.kind for node in nodes if isinstance(node, ir.Score) and node.name == "band")
    judged = frozenset(KINDS[kind] for kind, members in by_kind.items() if members and KINDS[kind])
    read = judged.union(*(rule.collections for rule in rules))
    return Plan(by_kind, tasks, groups, places, bands, missing_is_zero, read)


def _task(rule: PolicyRule) -> Task:
    outcome = None if rule.lowered is None else rule.lowered.outcome
    cap = rule.record.cap
    return Task(rule.id, outcome, rule.is_gate, 0 if cap is None else round(cap * MICRO_PER_POINT), rule.collections)


def _everything(roots: Sequence[ir.Node]) -> list[ir.Node]:
    """All distinct nodes below the roots, also inside aggregates and signals."""
    seen: dict[ir.Node, None] = {}
    waiting = list(roots)
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen[node] = None
        waiting.extend(ir.children(node))
        if isinstance(node, ir.Signal):
            waiting.append(node.expression)
    return list(seen)


def _signal_groups(outcomes: Sequence[ir.Node]) -> tuple[SignalGroup, ...]:
    found: dict[tuple[int, int, str], dict[ir.Node, None]] = {}
    for node in _everything(outcomes):
        if isinstance(node, ir.Signal):
            key = (_stage(node.expression), _depth(node.expression), node.base.type.kind)
            found.setdefault(key, {})[node.expression] = None
    names: dict[str, int] = {}
    groups = []
    for stage, _, kind in sorted(found):
        number = names[kind] = names.get(kind, -1) + 1
        expressions = tuple(sorted(found[stage, _, kind], key=fingerprint))
        groups.append(SignalGroup(f"{kind}{number or ''}", kind, expressions, stage))
    return tuple(groups)


def _stage(expression: ir.Node) -> int:
    """How many kinds must be scored before a signal can be computed."""
    scores = [node for node in _everything([expression]) if isinstance(node, ir.Score)]
    return max((1 + SUBJECTS.index(node.base.type.kind) for node in scores), default=0)


def _depth(expression: ir.Node) -> int:
    inner = [node for node in uses([expression]) if isinstance(node, ir.Signal)]
    inner += [part for node in uses([expression]) if isinstance(node, ir.Agg) for part in _inside(node)]
    return 1 + max((_depth(node.expression) for node in inner), default=-1)


def _inside(agg: ir.Agg) -> list[ir.Signal]:
    return [node for node in _everything(ir.children(agg)) if isinstance(node, ir.Signal)]


def variant_of(plan: Plan, facts: Facts | Shape, now: datetime, exchange: Exchange | None) -> Variant:
    """
    What the generated code may take for granted about these facts.

    Raises:
        PolicyError: Amounts are in several currencies and the policy does not say in which to calculate.
    """
    shape = facts if isinstance(facts, Shape) else Shape.of(facts)
    read = plan.collections
    if exchange is None and len(shape.currencies) > 1:
        listed = ", ".join(sorted(shape.currencies))
        raise PolicyError(
            [
                Diagnostic(
                    "PolicyInvalid",
                    f"amounts are in {listed}; give the policy an exchange that says in which to calculate",
                )
            ]
        )
    horizons = ((name, shape.horizons[name]) for name in read & shape.given)
    unsettled = frozenset(name for name, horizon in horizons if horizon is not None and horizon > now)
    converts = exchange is not None and shape.currencies != {exchange.currency}
    return Variant(read - shape.given, unsettled, converts)
