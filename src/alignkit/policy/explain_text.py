"""
An explanation as plain text: every point got and lost, in lines that add up to 100.00 as they are printed.

Owns the wording of an explanation for a manager; refuses to decide anything that is not in the tree.
"""

from __future__ import annotations

from typing import Final

from attrs import frozen

from alignkit.display.layout import joined, page_width, row, shortened, wrapped
from alignkit.policy.explain import Explanation, Node
from alignkit.policy.findings import MOST_RECORDS
from alignkit.policy.wording import (
    coverage_text,
    inert,
    label_of,
    points_text,
    rounded_down,
    score_text,
    some_of,
    value_text,
)

__all__ = ["Shown", "explanation_text", "lost_lines", "reconciliation", "shown_points", "unknown_label"]

LONGEST_VALUE: Final = 60


@frozen
class Shown:
    """
    What is printed for a rule or gate, in hundredths of a point.

    Attributes:
        got: Hundredths got; 0 for a gate.
        lost: Hundredths lost, or taken by a gate.
    """

    got: int
    lost: int


def shown_points(explanation: Explanation) -> dict[str, Shown]:
    """
    The printed points of every rule and gate, by id.

    Got minus taken by gates is the score rounded down, and got plus lost is 100.00 exactly: rules are rounded
    along the running sum of what was got, then of what was lost, so a line may differ from the truth by 0.01.
    """
    rules = tuple(explanation.rules)
    got = rounded_down([rule.points_micro for rule in rules])
    total = sum(rule.points_micro for rule in rules)
    lost = rounded_down([rule.lost_micro for rule in rules], start=total)
    taken = rounded_down([-gate.lost_micro for gate in explanation.gates], start=total)
    shown = {rule.id: Shown(*pair) for rule, pair in zip(rules, zip(got, lost, strict=True), strict=True)}
    return shown | {gate.id: Shown(0, -part) for gate, part in zip(explanation.gates, taken, strict=True)}


def explanation_text(explanation: Explanation, *, width: int = 88) -> str:
    """The whole explanation; see `Explanation.text`."""
    width = page_width(width)
    shown = shown_points(explanation)
    lines = _heading(explanation, width)
    for dimension in explanation.dimensions:
        lines += ["", *_dimension_lines(dimension, shown, width)]
    holding = [gate for gate in explanation.gates if gate.score_micro or gate.state == "error"]
    if holding:
        lines += ["", "gates"]
        for gate in holding:
            lines += _gate_lines(gate, shown[gate.id], width)
    lines += ["", *reconciliation(explanation, width)]
    return joined(lines)


def _heading(explanation: Explanation, width: int) -> list[str]:
    name = inert(explanation.name)
    identity = inert(explanation.id)
    title = explanation.kind.capitalize()
    if explanation.kind != "portfolio":
        title += f" {identity}" if name == identity else f" {identity}, {name}"
    score = score_text(explanation.score_micro)
    out_of = score if explanation.score_micro is None else f"{score} of 100"
    facts = f"{out_of}, {explanation.band}, {coverage_text(explanation.coverage_micro)} known"
    if explanation.score_micro is None:
        facts = "score unknown"
    if explanation.declared_health:
        facts += f"; declared {label_of(explanation.declared_health)}"
    when = f"on {explanation.now.date().isoformat()}, policy {inert(explanation.policy_version)[:12]}"
    return [*wrapped(title, width), *wrapped(facts, width), *wrapped(when, width)]


def _out_of(got: int, lost: int) -> str:
    return f"{points_text(got):>6} of {points_text(got + lost):>6}"


def _dimension_lines(dimension: Node, shown: dict[str, Shown], width: int) -> list[str]:
    pairs = [shown[rule.id] for rule in dimension.children]
    got, lost = sum(pair.got for pair in pairs), sum(pair.lost for pair in pairs)
    is_scored = any(rule.share_micro or rule.state == "scored" for rule in dimension.children)
    lines = row(dimension.label, _out_of(got, lost) if is_scored else "not known", width)
    for rule in dimension.children:
        lines += _rule_lines(rule, shown[rule.id], width)
    absent = [rule.label for rule in dimension.children if rule.state == "not_applicable"]
    if absent:
        lines += wrapped(f"does not apply: {', '.join(absent)}", width, indent="  ", hanging="    ")
    return lines


def _rule_lines(rule: Node, shown: Shown, width: int) -> list[str]:
    if rule.state == "not_applicable":
        return []
    if rule.state != "scored":
        label = (
            unknown_label(rule) if rule.state == "no_data" else f"could not be judged, the rule failed: {rule.label}"
        )
        if not rule.lost_micro:
            return wrapped(label, width, indent="  ", hanging="    ")
        return row(f"{label}, counts as lost under this policy", _out_of(0, shown.lost), width, indent="  ")
    lines = row(rule.label, _out_of(shown.got, shown.lost), width, indent="  ")
    return lines + (lost_lines(rule, width, indent="    ") if rule.lost_micro else [])


def unknown_label(rule: Node) -> str:
    """That a rule has no data, with the names of the evidence that is unknown."""
    missing = [_name(name) for name, value in rule.evidence.items() if value is None]
    return f"not known: {rule.label}" + (f" ({some_of(missing)} unknown)" if missing else "")


def lost_lines(node: Node, width: int, *, indent: str) -> list[str]:
    """Why points were lost at a rule or gate: the message, the evidence, and whose move it is."""
    lines = wrapped(inert(node.message), width, indent=indent)
    lines += _evidence_lines(node, width, indent)
    team = inert(node.team)
    if node.action:
        move = f"next: {inert(node.action)}" + (f" [{team}]" if team else "")
        lines += wrapped(move, width, indent=indent, hanging=f"{indent}  ")
    elif team:
        lines += wrapped(f"whose move: {team}", width, indent=indent)
    return lines


def _name(name: str) -> str:
    """A name of the rule, as words; the path of a field without the subject, which the heading names."""
    return label_of(name.partition(".")[2] or name)


def _evidence_lines(node: Node, width: int, indent: str) -> list[str]:
    """What the rule looked at; records that stand behind several names are listed with the first."""
    parts: list[str] = []
    told: set[tuple[str, ...]] = {()}
    for name in {**node.evidence, **node.records}:
        ids = node.records.get(name, ())
        behind = "" if ids in told else some_of(ids, most=MOST_RECORDS)
        told.add(ids)
        if name in node.evidence:
            value = shortened(value_text(node.evidence[name]), LONGEST_VALUE)
            parts.append(f"{_name(name)} {value}" + (f" ({behind})" if behind else ""))
        elif behind:
            parts.append(f"{_name(name)} {behind}")
    lines = _listed("evidence", parts, width, indent)
    thresholds = [f"{_name(name)} {value_text(value)}" for name, value in node.parameters.items()]
    return lines + _listed("judged by", thresholds, width, indent)


def _listed(title: str, parts: list[str], width: int, indent: str) -> list[str]:
    if not parts:
        return []
    return wrapped(f"{title}: {'; '.join(parts)}", width, indent=indent, hanging=f"{indent}  ")


def _gate_lines(gate: Node, shown: Shown, width: int) -> list[str]:
    if gate.state == "error":
        failed = f"could not be judged, the rule failed: {gate.label}"
        return wrapped(failed, width, indent="  ", hanging="    ") + _evidence_lines(gate, width, "    ")
    cap = score_text(gate.cap_micro)
    if not gate.lost_micro:
        return row(f"{gate.label}: holds, the score is below its cap of {cap} anyway", "0.00", width, indent="  ")
    lines = row(f"{gate.label}: no more than {cap}", f"-{points_text(shown.lost)}", width, indent="  ")
    return lines + lost_lines(gate, width, indent="    ")


def reconciliation(explanation: Explanation, width: int) -> list[str]:
    """The line in which everything got and lost comes back to 100."""
    if explanation.score_micro is None:
        return wrapped("Nothing that applies could be scored: the score is not known, it is not zero.", width)
    shown = shown_points(explanation)
    taken = sum(shown[gate.id].lost for gate in explanation.gates)
    got = sum(pair.got for pair in shown.values()) - taken
    lost = sum(pair.lost for pair in shown.values())
    return wrapped(f"got {points_text(got)} + lost {points_text(lost)} = {points_text(got + lost)}", width)
