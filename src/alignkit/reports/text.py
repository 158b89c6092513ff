"""The report on a portfolio as plain text, for a terminal or a mail."""

from __future__ import annotations

from typing import Final

from alignkit.display.layout import bar, joined, padded, page_width, row, shortened, width_of, wrapped
from alignkit.policy.assessment import Assessment
from alignkit.policy.explain import Node
from alignkit.policy.explain_text import lost_lines, reconciliation, shown_points, unknown_label
from alignkit.policy.subject import DimensionResult
from alignkit.policy.wording import HUNDREDTH, counted, coverage_text, inert, label_of, points_text, score_text, some_of
from alignkit.reports.portfolio import Attention, PortfolioReport, summarise

__all__ = ["portfolio_report", "portfolio_text"]

BAR: Final = 20
LEAST_LABEL: Final = 12
MOST_GAPS: Final = 10


def portfolio_report(assessment: Assessment, *, customers: int = 5, width: int = 88, is_unicode: bool = False) -> str:
    """
    The report a manager reads: where the portfolio stands, who needs attention first, what to do and whose move it is.

    Args:
        assessment: The result to report on.
        customers: How many customers to look at closely.
        width: Columns of a line; narrower than 40 is laid out for 40.
        is_unicode: Draw bars with block characters instead of ASCII. Names stay as they are either way.

    Returns:
        Plain text without a line break at its end. Controls in names and evidence are made inert.
    """
    return portfolio_text(summarise(assessment, customers=customers), width=width, is_unicode=is_unicode)


def portfolio_text(report: PortfolioReport, *, width: int = 88, is_unicode: bool = False) -> str:
    """A report as plain text; see `portfolio_report`."""
    width = page_width(width)
    sections: list[list[str]] = [
        _heading(report, width),
        _dimensions(report, width, is_unicode=is_unicode),
        _customers(report, width),
        _worst_project(report, width),
        _notes(report, width),
    ]
    lines: list[str] = []
    for section in sections:
        if section:
            lines += ["", *section] if lines else section
    return joined(lines)


def _heading(report: PortfolioReport, width: int) -> list[str]:
    portfolio = report.portfolio
    score = score_text(portfolio.score_micro)
    known = coverage_text(portfolio.coverage_micro)
    stands = f"Alignment {score} of 100: {portfolio.band}, {known} known"
    if portfolio.score_micro is None:
        stands = "Alignment: unknown, nothing of the portfolio as a whole could be scored"
    when = f"on {report.now.date().isoformat()}, policy {inert(report.policy_version)[:12]}"
    lines = [*wrapped(stands, width), *wrapped(when, width)]
    for count in report.counts:
        bands = ", ".join(f"{number} {band}" for band, number in count.bands.items() if number)
        text = counted(count.total, count.kind) + (f": {bands}" if bands else "")
        lines += wrapped(text, width, hanging="  ")
    return lines


def _title(text: str, width: int) -> list[str]:
    lines = wrapped(text, width)
    return [*lines, "-" * max(map(width_of, lines))]


def _dimensions(report: PortfolioReport, width: int, *, is_unicode: bool) -> list[str]:
    lines = _title("Dimensions", width)
    results = report.portfolio.dimensions
    facts = {name: shortened(_standing(result), width - LEAST_LABEL) for name, result in results.items()}
    room = width - 2 - max(map(width_of, facts.values()), default=0)
    columns = min(max((width_of(label_of(name)) for name in results), default=0), room)
    cells = max(0, min(BAR, room - columns - 2))
    for name, result in results.items():
        drawn = f"  {bar(result.score_micro, cells, is_unicode=is_unicode)}" if cells else ""
        lines.append(f"{padded(label_of(name), columns)}{drawn}  {facts[name]}")
    return lines


def _standing(result: DimensionResult) -> str:
    if result.score_micro is None:
        return f"{'-':>5}  {result.band}"
    return f"{score_text(result.score_micro):>5}  {result.band}, {coverage_text(result.coverage_micro)} known"


def _customers(report: PortfolioReport, width: int) -> list[str]:
    lines = _title("Customers that need attention first", width)
    for entry in report.attention:
        lines += _attention(entry, width)
    if not report.attention:
        lines += wrapped("None is below the best band.", width)
    if report.more_attention:
        lines += wrapped(f"and {report.more_attention} more below the best band", width)
    if report.unknown_customers:
        unknown = f"too little is known of {counted(report.unknown_customers, 'customer')} to say"
        lines += wrapped(unknown, width)
    return lines


def _attention(entry: Attention, width: int) -> list[str]:
    subject = entry.subject
    name, identity = inert(subject.name), inert(subject.id)
    title = name if name == identity else f"{name} ({identity})"
    stands = f"{score_text(subject.score_micro)}  {subject.band}, {coverage_text(subject.coverage_micro)} known"
    lines = row(title, stands, width)
    if entry.worst is not None:
        worst = f"worst: {label_of(entry.worst.id)}, {score_text(entry.worst.score_micro)} of 100"
        lines += wrapped(worst, width, indent="  ", hanging="    ")
    move = entry.next_move
    if move is not None:
        whose = f" [{inert(move.team)}]" if move.team else ""
        gain = points_text(move.gain_micro // HUNDREDTH)
        hope = "" if move.is_known else "up to "
        text = f"next: {inert(move.action)}{whose}, {hope}+{gain} points"
        lines += wrapped(text, width, indent="  ", hanging="    ")
    return lines


def _worst_project(report: PortfolioReport, width: int) -> list[str]:
    explanation = report.worst_project
    if explanation is None:
        if not any(count.kind == "project" for count in report.counts):
            return []
        return [*_title("The worst project", width), *wrapped("Too little is known of every project to say.", width)]
    shown = shown_points(explanation)
    name, identity = inert(explanation.name), inert(explanation.id)
    title = name if name == identity else f"{name} ({identity})"
    lines = _title(f"The worst project: {title}", width)
    stands = f"{score_text(explanation.score_micro)} of 100, {explanation.band}"
    declared = f"; declared {label_of(explanation.declared_health)}" if explanation.declared_health else ""
    lines += wrapped(f"{stands}, {coverage_text(explanation.coverage_micro)} known{declared}", width)
    nodes = (*explanation.rules, *explanation.gates)
    for node in sorted((node for node in nodes if node.lost_micro), key=_largest_loss):
        lost = f"-{points_text(shown[node.id].lost)}"
        lines += row(_lost_label(node), lost, width)
        lines += lost_lines(node, width, indent="  ")
    for node in explanation.rules:
        if node.state == "no_data" and not node.lost_micro:
            lines += wrapped(unknown_label(node), width, hanging="  ")
    return [*lines, *reconciliation(explanation, width)]


def _largest_loss(node: Node) -> tuple[int, str]:
    return -node.lost_micro, node.id


def _lost_label(node: Node) -> str:
    if node.kind == "gate":
        return f"{node.label} (gate, no more than {score_text(node.cap_micro)})"
    if node.state == "scored":
        return node.label
    return f"{node.label} ({'not known' if node.state == 'no_data' else 'failed'}, counts as lost)"


def _notes(report: PortfolioReport, width: int) -> list[str]:
    lines: list[str] = []
    gaps = sorted(report.without_data.items(), key=lambda item: (-item[1].count, item[0]))
    for rule, affected in gaps[:MOST_GAPS]:
        text = f"no data for {label_of(rule)}: {counted(affected.count, affected.kind)}"
        lines += wrapped(text, width, hanging="  ")
    if len(gaps) > MOST_GAPS:
        lines += wrapped(f"and no data for {counted(len(gaps) - MOST_GAPS, 'more rule')}", width)
    for rule, failed in report.errors.items():
        text = f"{label_of(rule)} failed on {counted(failed.count, failed.kind)}, such as {inert(failed.example_id)}"
        lines += wrapped(text, width, hanging="  ")
    if report.opaque:
        lines += wrapped(f"not readable, run as they are: {some_of(report.opaque, 5)}", width, hanging="  ")
    return [*_title("What is not known", width), *lines] if lines else []
