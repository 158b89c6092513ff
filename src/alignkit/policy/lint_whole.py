"""Looks at a policy as a whole: bands, dimensions, and rules that say the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from alignkit.expressions import ir
from alignkit.expressions import types as t
from alignkit.expressions.fingerprint import fingerprint
from alignkit.policy.compiled import PolicyRule, collections_read
from alignkit.policy.lint import LintFinding
from alignkit.policy.lint_ways import FULL, Answers, answers
from alignkit.policy.model import SUBJECTS

if TYPE_CHECKING:
    from alignkit.policy.policy import Policy

__all__ = ["whole_findings"]

_ANYTHING: Final = Answers((0, FULL), not_applicable=True, no_data=True)
_NUMBER: Final = ir.Const(0, t.INT)

Weighted = list[tuple[float, float, bool]]
"""Weight, score 0..1, and whether it always counts."""


def whole_findings(policy: Policy) -> Iterator[LintFinding]:
    """What is probably not meant in a policy as a whole."""
    said = {rule.id: _answers(rule) for rule in policy.rules}
    yield from _of_bands(policy, said)
    yield from _of_dimensions(policy, said)
    yield from _of_overlaps(policy.rules)


def _answers(rule: PolicyRule) -> Answers:
    if rule.lowered is None:
        return _ANYTHING
    found = answers(rule.lowered.outcome)
    # a collection may be unknown, and then the rule is without data
    may_lack = found.no_data or bool(collections_read(rule.lowered.outcome)) or bool(rule.collections)
    return Answers(found.scores, found.not_applicable, may_lack)


def _of_bands(policy: Policy, said: dict[str, Answers]) -> Iterator[LintFinding]:
    edges = sorted(((float(edge), name) for name, edge in policy.bands.items()), reverse=True)
    for kind in SUBJECTS:
        rules = [rule for rule in policy.rules if rule.record.kind == kind and said[rule.id].scores is not None]
        if all(rule.is_gate for rule in rules):
            continue
        low, high = _reach(policy, rules, said)
        above = float("inf")
        for edge, name in edges:
            if high < edge or low >= above:
                message = f"a {kind} has {_points(low)} to {_points(high)} points, never {name!r} (from {edge:g})"
                advice = "move the edge of the band, or let rules and gates leave room for it"
                yield LintFinding("BandNeverMet", "", message, advice)
            above = edge


def _reach(policy: Policy, rules: Sequence[PolicyRule], said: dict[str, Answers]) -> tuple[float, float]:
    """Fewest and most points of a kind of subject; less and more where it is not sure."""
    ends = []
    for best in (False, True):
        dimensions: Weighted = []
        for name, weight in policy.dimensions.items():
            own = [_weighted(policy, rule, said[rule.id], best) for rule in rules if rule.record.dimension == name]
            if own:
                always = any(sure for _, _, sure in own)
                dimensions.append((float(weight), _extreme(own, best), always))
        ends.append(100 * _extreme(dimensions, best))
    low, high = ends
    for rule in rules:
        scores = said[rule.id].scores
        if rule.is_gate and rule.record.cap is not None and scores is not None:
            low = min(low, rule.record.cap) if scores[1] else low
            always = scores[0] == FULL and not said[rule.id].not_applicable and not said[rule.id].no_data
            high = min(high, rule.record.cap) if always else high
    return low, high


def _weighted(policy: Policy, rule: PolicyRule, said: Answers, best: bool) -> tuple[float, float, bool]:
    assert said.scores is not None
    score = said.scores[1 if best else 0] / FULL
    if policy.missing == "zero" and said.no_data and not best:
        score = 0.0
    return float(rule.record.weight), score, not said.not_applicable and not said.no_data


def _extreme(parts: Weighted, best: bool) -> float:
    """The largest (or smallest) weighted mean of the parts that always count and any of the others."""
    weight = sum(weight for weight, _, sure in parts if sure)
    earned = sum(weight * score for weight, score, sure in parts if sure)
    free = sorted((part for part in parts if not part[2]), key=lambda part: part[1], reverse=best)
    for more, score, _ in free:
        better = weight == 0 or (score > earned / weight if best else score < earned / weight)
        if better:
            weight, earned = weight + more, earned + more * score
    return earned / weight if weight else 0.0


def _of_dimensions(policy: Policy, said: dict[str, Answers]) -> Iterator[LintFinding]:
    for name in policy.dimensions:
        own = [rule for rule in policy.rules if rule.record.dimension == name]
        if any((scores := said[rule.id].scores) is not None and scores[1] > 0 for rule in own):
            continue
        reason = "has no rules" if not own else "has only rules that never earn a point"
        advice = "give it a rule that can be won, or take it out of dimensions"
        yield LintFinding("DimensionNeverEarned", "", f"dimension {name!r} {reason}", advice)


def _of_overlaps(rules: Sequence[PolicyRule]) -> Iterator[LintFinding]:
    first: dict[tuple[str, str, bool], PolicyRule] = {}
    for rule in rules:
        if rule.lowered is None or isinstance(rule.lowered.outcome, ir.Const):
            continue
        meaning = fingerprint(ir.substitute(rule.lowered.outcome, _without_numbers))
        other = first.setdefault((rule.record.kind, meaning, rule.is_gate), rule)
        if other is not rule:
            message = f"it says the same as {other.id}, but for thresholds"
            yield LintFinding("OverlappingRules", rule.id, message, "keep one of the two, with the weight of both")


def _without_numbers(node: ir.Node) -> ir.Node | None:
    return _NUMBER if isinstance(node, ir.Const) and node.type.is_number else None


def _points(points: float) -> str:
    return f"{points:.1f}".removesuffix(".0")
