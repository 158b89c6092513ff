"""
Which branches of rules some facts have gone through, read from the checked form: no tracing of running code.

A choice is an `if`, an `elif` or a conditional expression; it has two ways, and an early return is the way of its
`if`. Choices of a helper count once, whichever rules call it. Text and Python rules are counted alike; an opaque rule
has no checked form, and is only listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import attrs

from alignkit.expressions import ir
from alignkit.expressions.evaluate import Place, evaluate
from alignkit.expressions.written import Written
from alignkit.policy.compiled import PolicyRule
from alignkit.policy.engine import Results
from alignkit.policy.facts import Facts

if TYPE_CHECKING:
    from alignkit.policy.policy import Policy

__all__ = ["Coverage", "Tracer", "Way", "branch_coverage", "coverage_of", "nodes_below", "ways_of"]


@attrs.frozen(order=True)
class Way:
    """
    One way out of a choice.

    Attributes:
        function: The rule, or the helper with `()` behind its name.
        line: Line of the choice in the text of the function, from 1.
        column: Column, from 1.
        holds: Whether it is the way where the condition holds.
        text: Text of a helper, which tells helpers of one name apart; empty for a rule.
    """

    function: str
    line: int
    column: int
    holds: bool
    text: str = attrs.field(default="", repr=False)

    def __str__(self) -> str:
        return f"{self.function}:{self.line}:{self.column}: the condition is never {'true' if self.holds else 'false'}"


@attrs.frozen
class Coverage:
    """
    Rules and branches that were judged, and those that were not.

    Attributes:
        judged: Ids of the rules that were judged at least once.
        unjudged: Ids of those that were not.
        opaque: Ids of rules whose text cannot be read, so that their branches are unknown.
        ways: Every way of every choice, each once, in order.
        taken: Those that were taken.
    """

    judged: tuple[str, ...]
    unjudged: tuple[str, ...]
    opaque: tuple[str, ...]
    ways: tuple[Way, ...]
    taken: frozenset[Way]

    @property
    def missed(self) -> tuple[Way, ...]:
        """The ways that nothing took, in order."""
        return tuple(way for way in self.ways if way not in self.taken)

    @property
    def share(self) -> float:
        """The part of the ways that was taken, 0..1; 1 where there are none."""
        return len(self.taken) / len(self.ways) if self.ways else 1.0

    def of(self, function: str) -> tuple[int, int]:
        """How many ways of a rule, or of a helper such as `"is_open()"`, were taken, and how many there are."""
        own = [way for way in self.ways if way.function == function]
        return sum(way in self.taken for way in own), len(own)

    @property
    def is_complete(self) -> bool:
        """Whether every rule was judged and every way taken."""
        return not self.unjudged and not self.missed

    @property
    def summary(self) -> str:
        """The numbers on one line."""
        rules = len(self.judged) + len(self.unjudged)
        return f"rules {len(self.judged)} of {rules}, branches {len(self.taken)} of {len(self.ways)}"

    @property
    def gaps(self) -> tuple[str, ...]:
        """What is missing, a line each: rules never judged, then branches never taken of the others."""
        return (
            *(f"{id}: never judged" for id in self.unjudged),
            *(str(way) for way in self.missed if way.function not in self.unjudged),
            *(f"{id}: opaque, its branches are unknown" for id in self.opaque),
        )

    def __str__(self) -> str:
        return "\n".join([self.summary, *(f"  {gap}" for gap in self.gaps)])


def coverage_of(rules: Iterable[PolicyRule], judged: Iterable[str], taken: Iterable[Way]) -> Coverage:
    """
    Put together what was seen.

    Args:
        rules: The rules of the policy.
        judged: Ids of those that were judged.
        taken: The ways that were taken.
    """
    rules, seen, ways = tuple(rules), set(judged), frozenset(taken)
    every = sorted({way for rule in rules for way in ways_of(rule)})
    return Coverage(
        tuple(rule.id for rule in rules if rule.id in seen),
        tuple(rule.id for rule in rules if rule.id not in seen),
        tuple(rule.id for rule in rules if rule.lowered is None),
        tuple(every),
        ways.intersection(every),
    )


def ways_of(rule: PolicyRule) -> tuple[Way, ...]:
    """Every way of every choice that the answer of a rule can depend on, in order; none for an opaque rule."""
    return tuple(sorted({way for written in _choices(rule) for way in _both(rule, written)}))


_Fork = tuple[Written, Way, Way]


@attrs.frozen(eq=False)
class Tracer:
    """
    Answers as a rule does, and says which ways that took.

    Attributes:
        rule: A rule that is not opaque.
    """

    rule: PolicyRule
    _places: Mapping[ir.Node, tuple[_Fork, ...]]
    _met: dict[int, tuple[ir.Node, tuple[_Fork, ...]]] = attrs.field(factory=dict)

    @classmethod
    def of(cls, rule: PolicyRule) -> Tracer:
        """The tracer of a rule."""
        places: dict[ir.Node, list[_Fork]] = {}
        for written in _choices(rule):
            places.setdefault(_form(written.node), []).append((written, *_both(rule, written)))
        return cls(rule, {form: tuple(found) for form, found in places.items()})

    def __call__(self, place: Place) -> tuple[Any, frozenset[Way]]:
        """
        Judge.

        Args:
            place: Where the rule is judged.

        Returns:
            What `evaluate` gives, and the ways.
        """
        assert self.rule.lowered is not None
        met: set[tuple[ir.Node, bool]] = set()
        answer = evaluate(self.rule.lowered.outcome, attrs.evolve(place, found={}, taken=met))
        found: set[Way] = set()
        for node, holds in met:
            for written, one, other in self._written(node):
                if written.helper or all(evaluate(test, place) for test in written.path):
                    found.add(one if holds else other)
        return answer, frozenset(found)

    def _written(self, node: ir.Node) -> tuple[_Fork, ...]:
        """Where a choice stands; asked once for each object, for comparing two choices looks all through them."""
        known = self._met.get(id(node))
        if known is None:
            known = self._met[id(node)] = node, self._places.get(_form(node), ())
        return known[1]


def branch_coverage(policy: Policy, *facts: Facts, now: datetime) -> Coverage:
    """
    Say which branches judging some facts goes through.

    Args:
        policy: The policy.
        *facts: Portfolios; every rule is judged on every subject of each.
        now: An aware moment.
    """
    judged: set[str] = set()
    taken: set[Way] = set()
    asked = policy.question(now)
    tracers = {rule.id: Tracer.of(rule) for rule in policy.rules if rule.lowered is not None}
    for one in facts:
        rows = policy.assess(one, now=now).rows
        scores = Results(policy.scoring, rows)
        for rule in policy.rules:
            for id in rows.get(rule.record.kind, ()):
                view = one.view(rule.record.kind, id, now=asked.now, exchange=policy.exchange, scores=scores)
                if all(map(view.knows, rule.collections)):
                    judged.add(rule.id)
                    if rule.id in tracers:
                        taken |= tracers[rule.id](Place(view, asked.now, asked.today))[1]
    return coverage_of(policy.rules, judged, taken)


def _both(rule: PolicyRule, written: Written) -> tuple[Way, Way]:
    assert rule.lowered is not None
    function = f"{written.helper}()" if written.helper else rule.id
    text = rule.lowered.helpers.get(written.helper, "")
    one, other = (Way(function, written.line, written.column, holds, text) for holds in (True, False))
    return one, other


def _choices(rule: PolicyRule) -> Iterator[Written]:
    """The choices that are part of the answer; not those of locals that only explanations show."""
    if rule.lowered is None:
        return
    used = _forms(rule.lowered.outcome)
    for written in rule.lowered.written:
        if written.sort != "call" and isinstance(written.node, ir.If) and _form(written.node) in used:
            yield written


def nodes_below(root: ir.Node) -> frozenset[ir.Node]:
    """All distinct nodes of a checked rule, also inside aggregates and signals."""
    seen: set[ir.Node] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting.extend(ir.children(node))
            if isinstance(node, ir.Signal):
                waiting.append(node.expression)
    return frozenset(seen)


@lru_cache(maxsize=4_096)
def _forms(outcome: ir.Node) -> frozenset[ir.Node]:
    """The forms of all choices below a node."""
    return frozenset(_form(node) for node in nodes_below(outcome) if isinstance(node, ir.If))


@lru_cache(maxsize=16_384)
def _form(node: ir.Node) -> ir.Node:
    """The node with every record it starts from as an item: what is said of an item may be worked out for a subject."""

    def plain(part: ir.Node) -> ir.Node | None:
        return ir.Item(part.type, 1) if isinstance(part, (ir.Item, ir.Subject)) else None

    return ir.substitute(node, plain)
