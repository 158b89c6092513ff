"""Judges what tools export, or what a database holds, and prints the report a manager reads."""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from datetime import datetime
from importlib import import_module
from pathlib import Path

from alignkit import linking
from alignkit.commands.main import Console
from alignkit.domain.money import Exchange
from alignkit.errors import ImporterError, ValidationError
from alignkit.importers import Import, merge
from alignkit.importers.reading import read
from alignkit.importers.registry import SHIPPED
from alignkit.policy.assessment import Assessment
from alignkit.policy.policy import Policy
from alignkit.portfolio import Portfolio
from alignkit.reports import portfolio_report

__all__ = ["add", "run"]


def add(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    what = "an export, as TOOL=PATH such as hubspot=exports/crm, or the URL of a database that holds a store"
    parser.add_argument("sources", nargs="+", metavar="SOURCE", help=what)
    parser.add_argument("--policy", type=Path, metavar="POLICY.toml", help="judge by it instead of the default policy")
    parser.add_argument("--now", type=_moment, metavar="MOMENT", help="judge as of it, such as 2026-03-02T09:00+00:00")
    parser.add_argument("--currency", metavar="EUR", help="calculate in it; amounts without one are in it too")
    parser.add_argument("--zone", default="UTC", metavar="ZONE", help="zone of moments that name none; UTC by default")
    parser.add_argument("--tenant", metavar="NAME", help="whose facts, in a database of several companies")
    parser.add_argument("--explain", metavar="KIND:ID", help="explain one subject too, such as project:P-1")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the whole assessment there")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="also write a table of all subjects there")


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a moment such as 2026-03-02T09:00+00:00, got {text!r}") from None
    if found.tzinfo is None:
        raise argparse.ArgumentTypeError(f"expected a moment with its offset, such as {text}+00:00, got {text!r}")
    return found


def run(given: argparse.Namespace, console: Console) -> int:
    """Print the report; gives 0, or raises what went wrong."""
    policy = Policy.from_toml(given.policy) if given.policy else Policy.default()
    if given.currency:
        policy = policy.with_exchange(Exchange(given.currency))
    now: datetime = given.now or console.now
    with ExitStack() as opened:  # a store stays open while names and evidence are read from it
        assessment = _judged(given, policy, now, opened, console)
        console.say(portfolio_report(assessment, width=console.width))
        if given.explain:
            kind, _, id = given.explain.partition(":")
            console.say("")
            console.say(str(assessment.of(kind, id).explain()))
        if given.json:
            given.json.write_text(assessment.to_json(), encoding="ascii")
        if given.csv:
            assessment.to_csv(given.csv)
    return 0


def _judged(
    given: argparse.Namespace, policy: Policy, now: datetime, opened: ExitStack, console: Console
) -> Assessment:
    databases = [source for source in given.sources if "://" in source]
    if not databases:
        return policy.assess(_imported(given, console), now=now)
    if len(given.sources) > 1:
        reason = f"expected either one database or exports, got {len(given.sources)} sources"
        raise ValidationError(reason, entity="assess", field="sources", value=given.sources)
    from alignkit.sql import SqlStore

    store = opened.enter_context(SqlStore.open(databases[0], tenant=given.tenant, migrate="never"))
    return policy.assess(store, now=now)


def _imported(given: argparse.Namespace, console: Console) -> Portfolio:
    imports = [_read(source, given) for source in given.sources]
    merged = merge(*imports)
    for found in imports:
        console.tell(str(found.report))
    links = linking.link(merged)
    facts = dict(linking.apply(links, merged).entities)
    if facts.get("projects") is not None and facts.get("objectives") is not None:
        served = linking.contributions_by(
            facts["projects"], facts["objectives"], facts.get("tasks") or (), known=facts.get("contributions") or ()
        )
        facts["contributions"] = served.contributions
        if facts.get("tasks") is not None:
            facts["tasks"] = served.tasks
    return Portfolio(**facts, dangling="unlink")


def _read(source: str, given: argparse.Namespace) -> Import:
    tool, separator, path = source.partition("=")
    if not separator or tool not in SHIPPED:
        reason = f"expected TOOL=PATH with a tool of {', '.join(SHIPPED)}, or the URL of a database"
        raise ImporterError("SourceUnknown", reason, source=source)
    preset = import_module(f"alignkit.importers.{tool}").preset()
    return read(preset, Path(path), zone=given.zone, currency=given.currency)
