"""
The main job on the sample company: read both tools' exports, link them, judge them, explain.

What a host does with its own exports, in the same few calls.
"""

from __future__ import annotations

from typing import cast

from attrs import frozen

from alignkit import linking, sample
from alignkit.domain.money import Exchange
from alignkit.importers import Import, hubspot, jira, merge, objectives
from alignkit.policy.assessment import Assessment
from alignkit.policy.policy import Policy
from alignkit.policy.question import JudgesItself
from alignkit.portfolio import Portfolio
from alignkit.reports.text import portfolio_report
from alignkit.stores import Store, Upserted

__all__ = ["Demo", "demo_report", "run_demo"]

MOST_LINKS_SHOWN = 6


@frozen
class Demo:
    """
    The main job, step by step.

    Attributes:
        imports: What each export gave.
        links: Which customers of the two tools are one.
        portfolio: The linked facts.
        kept: What a store did to keep them; None when they were kept in memory only.
        assessment: What the default policy says of them.
    """

    imports: tuple[Import, ...]
    links: linking.Links
    portfolio: Portfolio
    kept: Upserted | None
    assessment: Assessment


def run_demo(store: Store | None = None) -> Demo:
    """
    Do the main job on the sample company, as of its fixed moment.

    Args:
        store: Where to keep the facts, and to judge them; it stays open while the result is read. None judges them
            in memory, with the same result.
    """
    folder = sample.company()
    imports = (
        hubspot.read(folder / "hubspot", currency="EUR"),
        jira.read(folder / "jira", zone="UTC"),
        objectives.read(folder / "objectives"),
    )
    merged = merge(*imports)
    links = linking.link(merged)
    facts = dict(linking.apply(links, merged).entities)
    served = linking.contributions_by(
        facts["projects"], facts["objectives"], facts["tasks"], known=facts["contributions"]
    )
    facts.update(contributions=served.contributions, tasks=served.tasks)
    portfolio = Portfolio(**facts, dangling="unlink")
    policy = Policy.default().with_exchange(Exchange("EUR"))
    if store is None:
        return Demo(imports, links, portfolio, None, policy.assess(portfolio, now=sample.NOW))
    kept = store.upsert(portfolio, actor="demo", at=sample.NOW)
    return Demo(imports, links, portfolio, kept, policy.assess(cast("JudgesItself", store), now=sample.NOW))


def demo_report(demo: Demo, *, width: int = 88, where: str = "the store") -> str:
    """
    What the demo prints: what was read, what was linked and why, what was kept, and the report a manager reads.

    Args:
        demo: A finished run.
        width: Most characters in a line of the report.
        where: What to call the place where the facts are kept.
    """
    parts = ["READ", *(line for found in demo.imports for line in _summary(found)), ""]
    shown = demo.links.links[:MOST_LINKS_SHOWN]
    rest = len(demo.links.links) - len(shown)
    parts += [f"LINKED  {len(demo.links.links)} records of the two tools are the same customers, such as"]
    parts += [_indented(str(link)) for link in shown]
    parts += [f"  ... and {rest} more"] if rest else []
    parts += [f"NOT GUESSED  {case}" for case in demo.links.ambiguous]
    unlinked = [str(fault) for fault in demo.portfolio.unlinked]
    parts += [f"LEADS NOWHERE  {fault.split(';')[0]}" for fault in unlinked]
    if demo.kept is not None:
        kept = demo.kept
        counts = f"{kept.added} new, {kept.updated} changed, {kept.unchanged} as they were"
        parts += ["", f"KEPT  in {where}: {counts}; judged there"]
    parts += ["", portfolio_report(demo.assessment, width=width)]
    return "\n".join(parts)


def _summary(found: Import) -> list[str]:
    """What was read, and what could not be used; the whole report is `str(found.report)`."""
    report = found.report
    head = f"  {report.system}: {report.read} rows read, {report.used} used"
    lines = [f"{head}, {report.refused} refused, {report.skipped} skipped"]
    lines += [f"    {issue}" for issue in report.errors]
    warnings = len(report.issues) + report.unlisted_issues - len(report.errors)
    return [*lines, f"    and {warnings} warnings"] if warnings else lines


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())
