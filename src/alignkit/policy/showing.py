"""What an assessment, a subject's result, a finding, a rule, a policy and a comparison say of themselves on a page."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING, Final

from alignkit.display import Badge, Details, Facts, Meter, Note, Shown, Table
from alignkit.display.blocks import Block, Cell
from alignkit.policy.scoring import POINTS, UNKNOWN
from alignkit.policy.wording import coverage_text, label_of, score_text, value_text

if TYPE_CHECKING:
    from alignkit.policy.assessment import Assessment
    from alignkit.policy.compare import Comparison, SubjectDifference
    from alignkit.policy.compiled import PolicyRule
    from alignkit.policy.findings import Finding
    from alignkit.policy.policy import Policy
    from alignkit.policy.scoring import ScoringPlan
    from alignkit.policy.subject import SubjectAssessment

__all__ = ["show_assessment", "show_comparison", "show_finding", "show_policy", "show_rule", "show_subject"]

MOST_SUBJECTS: Final = 10
MOST_RULES: Final = 40


def band_badge(plan: ScoringPlan, band: str) -> Badge:
    """A band as a badge: the best one good, the worst one poor, those between fair."""
    names = [name for name, _ in plan.bands]
    tone = "plain" if band not in names else "good" if band == names[0] else "poor" if band == names[-1] else "fair"
    return Badge(band, tone)


def score_meter(score_micro: int | None) -> Meter:
    """A score, drawn."""
    return Meter(None if score_micro is None else score_micro / POINTS, score_text(score_micro))


def show_assessment(assessment: Assessment) -> Shown:
    """Where the portfolio stands, its dimensions, and the subjects of each kind that need attention first."""
    whole = assessment.portfolio
    blocks: list[Block] = [_dimensions(whole)] if whole.dimensions else []
    kinds = [kind for kind in assessment.kinds if kind != "portfolio" and assessment.rows.get(kind)]
    blocks += [_subjects(assessment, kind) for kind in kinds]
    if assessment.without_data:
        gaps = assessment.without_data.items()
        rows = ([label_of(id), f"{found.count:,}", found.kind] for id, found in gaps)
        table = Table.first(("rule", "subjects#", "kind"), rows, len(gaps))
        blocks.append(Details(f"{len(gaps)} rules have no data somewhere", (table,)))
    when = f"on {assessment.now.date().isoformat()}, policy {assessment.policy_version[:12]}"
    return Shown("Alignment", _lead(whole), (Note(when), *blocks))


def _lead(subject: SubjectAssessment) -> tuple[Cell, ...]:
    known = f"{coverage_text(subject.coverage_micro)} known"
    return (score_meter(subject.score_micro), band_badge(subject.plan, subject.band), known)


def _dimensions(subject: SubjectAssessment) -> Table:
    rows = (
        (
            label_of(name),
            score_meter(result.score_micro),
            band_badge(subject.plan, result.band),
            coverage_text(result.coverage_micro),
        )
        for name, result in subject.dimensions.items()
    )
    return Table.first(("dimension", "score#", "band", "known#"), rows, len(subject.dimensions))


def _subjects(assessment: Assessment, kind: str) -> Details:
    ranked = assessment.subjects(kind, worst_first=True)
    rows = (
        (
            one.name,
            one.id,
            score_meter(one.score_micro),
            band_badge(one.plan, one.band),
            coverage_text(one.coverage_micro),
        )
        for one in ranked
    )
    table = Table.first(("name", "id", "score#", "band", "known#"), rows, len(ranked), MOST_SUBJECTS)
    noun = kind if len(ranked) == 1 else f"{kind}s"
    return Details(f"{len(ranked):,} {noun}, the worst first", (table,), is_open=kind == "customer")


def show_subject(subject: SubjectAssessment) -> Shown:
    """Score and dimensions of a subject, what was lost and why, what to do, and what is not known."""
    lost = sorted((f for f in subject.findings if f.lost_micro), key=lambda f: (-f.lost_micro, f.rule_id))
    blocks: list[Block] = [_dimensions(subject)] if subject.dimensions else []
    if lost:
        rows = ((f"-{finding.lost:.2f}", finding.message, finding.action, finding.team) for finding in lost)
        blocks.append(
            Details("What was lost", (Table.first(("points#", "why", "next", "team"), rows, len(lost)),), True)
        )
        blocks.append(Details("Evidence", tuple(map(_evidence, islice(lost, MOST_RULES)))))
    unknown = [finding for finding in subject.findings if finding.state == "no_data"]
    if unknown:
        blocks.append(Note("not known: " + ", ".join(label_of(finding.rule_id) for finding in unknown)))
    title = f"{subject.kind.capitalize()} {subject.name}"
    return Shown(title if subject.name == subject.id else f"{title} ({subject.id})", _lead(subject), blocks)


def _evidence(finding: Finding) -> Details:
    pairs = [(label_of(name), _value(finding, name)) for name in finding.evidence]
    pairs += [(f"judged by {label_of(name)}", value_text(value)) for name, value in finding.parameters.items()]
    return Details(f"{label_of(finding.rule_id)}: -{finding.lost:.2f}", (Facts(pairs),))


def _value(finding: Finding, name: str) -> str:
    ids = finding.records.get(name, ())
    return value_text(finding.evidence[name]) + (f" ({', '.join(ids)})" if ids else "")


def show_finding(finding: Finding) -> Shown:
    """One rule on one subject: points got and lost, the evidence, and whose move it is."""
    pairs: list[tuple[str, Cell]] = [("state", finding.state), ("message", finding.message)]
    if finding.action:
        pairs.append(("next", finding.action + (f" [{finding.team}]" if finding.team else "")))
    pairs += [(label_of(name), _value(finding, name)) for name in finding.evidence]
    pairs += [(f"judged by {label_of(name)}", value_text(value)) for name, value in finding.parameters.items()]
    lead = (f"got {finding.points:.2f}, lost {finding.lost:.2f}",)
    return Shown(f"Finding {label_of(finding.rule_id)}", lead, (Facts(pairs),))


def show_policy(policy: Policy) -> Shown:
    """Dimensions with their weights, bands, and the rules by dimension."""
    bands = ", ".join(f"{name} from {edge:g}" for name, edge in policy.bands.items())
    facts = Facts(
        [
            ("bands", f"{bands}; {UNKNOWN} under {policy.minimum_coverage:.0%} known"),
            ("where data is missing", policy.missing),
            ("zone", policy.zone),
            ("currency", "one for all" if policy.exchange is None else policy.exchange.currency),
        ]
    )
    blocks: list[Block] = [facts]
    for name, weight in policy.dimensions.items():
        rules = [rule for rule in policy.rules if rule.record.dimension == name]
        blocks.append(Details(f"{label_of(name)}: weight {weight}, {len(rules)} rules", (_rules(rules),)))
    gates = [rule for rule in policy.rules if rule.is_gate]
    if gates:
        blocks.append(Details(f"{len(gates)} gates", (_rules(gates),)))
    lead = (f"{len(policy.rules)} rules, version {policy.version[:12]}",)
    return Shown(f"Policy {policy.name}".strip(), lead, blocks)


def _rules(rules: list[PolicyRule]) -> Table:
    rows = ((rule.id, rule.record.kind, _weight(rule), rule.record.action, rule.record.team) for rule in rules)
    return Table.first(("rule", "of", "weight#", "next", "team"), rows, len(rules), MOST_RULES)


def _weight(rule: PolicyRule) -> str:
    return f"cap {rule.record.cap:g}" if rule.record.cap is not None else str(rule.record.weight)


def show_rule(rule: PolicyRule) -> Shown:
    """What a rule is about, its thresholds, and its text."""
    record = rule.record
    pairs: list[tuple[str, Cell]] = [("judges", record.kind), ("dimension", record.dimension or "a gate")]
    pairs += [("weight", _weight(rule)), ("message", record.message), ("next", record.action), ("team", record.team)]
    pairs += [(f"threshold {name}", value_text(value)) for name, value in record.parameters.items()]
    text = Details("Text", tuple(Note(line) for line in _lines(record.text)))
    return Shown(f"Rule {record.id}", (), (Facts([pair for pair in pairs if pair[1]]), text))


def _lines(text: str) -> Iterable[str]:
    return (line.replace("    ", "\u00a0\u00a0\u00a0\u00a0") for line in text.splitlines())


def show_comparison(comparison: Comparison) -> Shown:
    """How scores moved: the subjects that changed most first, each with the causes of it."""
    rows = (
        (one.name, one.kind, score_text(one.before_micro), score_text(one.after_micro), f"{one.difference:+.2f}")
        for one in comparison
    )
    table = Table.first(("name", "kind", "before#", "after#", "difference#"), rows, len(comparison))
    causes = tuple(_causes(one) for one in islice(comparison, MOST_SUBJECTS) if one.lines)
    whole = comparison.portfolio
    lead = f"{score_text(whole.before_micro)} to {score_text(whole.after_micro)}, {len(comparison):,} subjects changed"
    return Shown("Comparison", (lead,), (table, *causes))


def _causes(one: SubjectDifference) -> Details:
    rows = (
        (label_of(line.rule_id), line.cause, label_of(line.origin), f"{line.difference:+.2f}", line.action, line.team)
        for line in one.lines
    )
    table = Table.first(("rule", "cause", "origin", "points#", "next", "team"), rows, len(one.lines))
    return Details(f"{one.kind} {one.name}: {one.difference:+.2f}", (table,))
