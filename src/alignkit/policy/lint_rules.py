"""Looks at one rule at a time, in its checked form: answers, choices, curves, parameters, message."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import attrs

from alignkit.expressions import ir
from alignkit.expressions.written import Written
from alignkit.policy.compiled import PLACEHOLDER, PolicyRule, compile_record
from alignkit.policy.coverage import nodes_below
from alignkit.policy.lint import LintFinding
from alignkit.policy.lint_known import Known, interval, reached_steps
from alignkit.policy.lint_ways import FULL, Answers, answers, open_ways

__all__ = ["rule_findings"]

CURVES: Final = ("ramp", "decay", "steps")
NARROWEST: Final = 1e-6
_BRACES: Final = re.compile(r"\{[^{}]*\}?|\}")


def rule_findings(rule: PolicyRule) -> Iterator[LintFinding]:
    """What is probably not meant in a rule; of an opaque one only its message is looked at."""
    yield from _of_message(rule)
    if rule.lowered is None:
        return
    said = answers(rule.lowered.outcome)
    yield from _of_gate(rule, said) if rule.is_gate else _of_answers(rule, said)
    yield from _of_choices(rule)
    yield from _of_curves(rule)
    yield from _of_parameters(rule)
    yield from _of_reversed(rule)


def _of_answers(rule: PolicyRule, said: Answers) -> Iterator[LintFinding]:
    if said.scores is None:
        message = "every way through the rule ends in no data or not applicable"
        yield LintFinding("NeverApplicable", rule.id, message, "return a score on some way, or take the rule out")
        return
    low, high = said.scores
    if low == high:
        message = f"every subject that is judged scores {_score(low)}"
        yield LintFinding("ConstantRule", rule.id, message, "let the score depend on the facts, or take the rule out")
    elif high < FULL:
        message = f"no subject can score more than {_score(high)}"
        yield LintFinding("NeverFullMarks", rule.id, message, "move the best end of the curve to what can be reached")


def _of_gate(rule: PolicyRule, said: Answers) -> Iterator[LintFinding]:
    if said.scores is None or said.scores == (0, 0):
        yield LintFinding("GateNeverHolds", rule.id, "the condition can never hold", "correct it, or take the gate out")
    elif said.scores == (FULL, FULL):
        message = "the condition holds for every subject that is judged"
        yield LintFinding("GateAlwaysHolds", rule.id, message, "correct it; a gate is for the few")
    if rule.record.cap is not None and rule.record.cap >= 100:
        yield LintFinding("GateTakesNothing", rule.id, f"a cap of {rule.record.cap:g} takes no points", "lower the cap")


def _of_choices(rule: PolicyRule) -> Iterator[LintFinding]:
    assert rule.lowered is not None
    ways = open_ways(rule.lowered.outcome)
    told: set[tuple[int, int]] = set()
    for written in rule.lowered.written:
        place = (written.line, written.column)
        found = ways.get(written.node)
        if written.helper or written.sort == "call" or not found or len(found) == 2 or place in told:
            continue
        told.add(place)
        yield _dead(rule, *place, holds=True in found)
    yield from _of_constant_conditions(rule)


def _dead(rule: PolicyRule, line: int, column: int, *, holds: bool) -> LintFinding:
    message = f"the condition is always {'true' if holds else 'false'} here, so one branch is never taken"
    return LintFinding("DeadBranch", rule.id, message, "correct the condition, or remove the branch", line, column)


def _of_constant_conditions(rule: PolicyRule) -> Iterator[LintFinding]:
    """Conditions that were settled when the rule was read, but for those that a threshold switches."""
    assert rule.lowered is not None
    definition = _definition(rule)
    switches = {parameter.name for parameter in rule.lowered.parameters}
    lines = rule.record.text.split("\n")
    kept = {
        (written.line, written.column)
        for written in rule.lowered.written
        if not written.helper and isinstance(written.node, ir.If)
    }
    for part in ast.walk(definition):
        if not isinstance(part, (ast.If, ast.IfExp)) or switches & _names(part.test):
            continue
        line, column = _place(part, lines)
        if (line, column) not in kept and isinstance(part.test, ast.Constant):
            yield _dead(rule, line, column, holds=bool(part.test.value))


def _place(part: ast.expr | ast.stmt, lines: list[str]) -> tuple[int, int]:
    prefix = lines[part.lineno - 1].encode()[: part.col_offset]
    return part.lineno, len(prefix.decode(errors="replace")) + 1


def _of_curves(rule: PolicyRule) -> Iterator[LintFinding]:
    assert rule.lowered is not None
    used = nodes_below(rule.lowered.outcome)
    told: set[tuple[int, int]] = set()
    for written in rule.lowered.written:
        node = written.node
        is_curve = written.sort == "call" and isinstance(node, ir.Call) and node.name in CURVES
        if not is_curve or written.helper or node not in used or (written.line, written.column) in told:
            continue
        told.add((written.line, written.column))
        yield from _of_curve(rule, written)


def _of_curve(rule: PolicyRule, written: Written) -> Iterator[LintFinding]:
    def finding(code: str, message: str, advice: str) -> LintFinding:
        return LintFinding(code, rule.id, message, advice, written.line, written.column)

    match written.node:
        case ir.Call(name="ramp", args=(x, ir.Const(value=best), ir.Const(value=worst))) if (
            abs(best - worst) <= NARROWEST
        ):
            message = f"a ramp from {worst:g} to {best:g} is a step"
            yield finding("StepCurve", message, "move its ends apart, or compare with one threshold")
        case ir.Call(name="steps", args=(x, when, otherwise, *bands)):
            reached = {place for place, _ in reached_steps(x, when, otherwise, bands, Known())}
            edges = [edge.value for edge in bands[::2] if isinstance(edge, ir.Const)]
            for place, edge in enumerate(edges):
                if place not in reached:
                    message = f"no number falls into the band of {edge:g}"
                    advice = f"put bands in {'rising' if _at_most(when) else 'falling'} order, within what can come"
                    yield finding("UnreachableStep", message, advice)
            return
        case _:
            pass
    node = written.node
    assert isinstance(node, ir.Call)
    low, high = interval(node, Known())
    if low == high and not isinstance(node.args[0], ir.Const):
        least, most = interval(node.args[0], Known())
        message = f"numbers from {least:g} to {most:g} all give {low:g}"
        yield finding("FlatCurve", message, "move the ends of the curve to where the numbers are")


def _at_most(when: ir.Node) -> bool:
    return isinstance(when, ir.Const) and when.value == "at_most"


def _of_parameters(rule: PolicyRule) -> Iterator[LintFinding]:
    definition = _definition(rule)
    lines = rule.record.text.split("\n")
    read = {part.id for statement in definition.body for part in ast.walk(statement) if isinstance(part, ast.Name)}
    for argument in (*definition.args.args[1:], *definition.args.kwonlyargs):
        if argument.arg not in read and f"{{{argument.arg}}}" not in rule.record.message:
            line = argument.lineno
            column = len(lines[line - 1].encode()[: argument.col_offset].decode(errors="replace")) + 1
            message = f"{argument.arg!r} is not read"
            yield LintFinding("UnusedParameter", rule.id, message, "read it, or remove it", line, column)


def _of_reversed(rule: PolicyRule) -> Iterator[LintFinding]:
    """Ramps whose ends the policy's thresholds have put the other way round than the text does."""
    if not rule.record.parameters or rule.lowered is None:
        return
    plain = compile_record(attrs.evolve(rule.record, parameters={}))
    if plain.lowered is None:
        return
    before, now = _ramps(plain.lowered.written), _ramps(rule.lowered.written)
    for place, (written, is_rising) in now.items():
        if place in before and before[place][1] is not is_rising:
            message = "with the thresholds of the policy, best and worst have changed sides"
            advice = "exchange the two, or set both"
            yield LintFinding("ReversedCurve", rule.id, message, advice, written.line, written.column)


def _ramps(written: Iterable[Written]) -> Mapping[tuple[str, int, int], tuple[Written, bool]]:
    found = {}
    for one in written:
        match one.node:
            case ir.Call(name="ramp", args=(_, ir.Const(value=best), ir.Const(value=worst))) if one.sort == "call":
                found[one.helper, one.line, one.column] = one, best > worst
    return found


def _of_message(rule: PolicyRule) -> Iterator[LintFinding]:
    for braces in _BRACES.findall(rule.record.message):
        name = PLACEHOLDER.fullmatch(braces)
        if name is None:
            message = f"the message has {braces!r}, which is shown as it stands"
            advice = "name one local or threshold, such as {told}"
            yield LintFinding("UnknownPlaceholder", rule.id, message, advice)


def _definition(rule: PolicyRule) -> ast.FunctionDef:
    found = ast.parse(rule.record.text).body[0]
    assert isinstance(found, ast.FunctionDef)
    return found


def _names(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def _score(score_micro: int) -> str:
    return f"{score_micro / FULL:.6f}".rstrip("0").rstrip(".")
