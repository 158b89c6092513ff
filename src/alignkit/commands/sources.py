"""Which facts a command is about: what tools export, or what a database holds; and the policy that judges them."""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from alignkit import linking
from alignkit.commands.main import Console
from alignkit.domain.money import Exchange
from alignkit.errors import ImporterError, ValidationError
from alignkit.importers import Import, merge
from alignkit.importers.reading import read
from alignkit.importers.registry import SHIPPED
from alignkit.policy.policy import Policy
from alignkit.portfolio import Portfolio

if TYPE_CHECKING:
    from alignkit.sql import SqlStore

__all__ = ["add_sources", "facts_of", "policy_of"]


def add_sources(parser: argparse.ArgumentParser) -> None:
    """Say how facts, policy and moment are given."""
    what = "an export, as TOOL=PATH such as hubspot=exports/crm, or the URL of a database that holds a store"
    parser.add_argument("sources", nargs="+", metavar="SOURCE", help=what)
    parser.add_argument("--policy", type=Path, metavar="POLICY.toml", help="judge by it instead of the default policy")
    parser.add_argument("--now", type=_moment, metavar="MOMENT", help="judge as of it, such as 2026-03-02T09:00+00:00")
    parser.add_argument("--currency", metavar="EUR", help="calculate in it; amounts without one are in it too")
    parser.add_argument("--zone", default="UTC", metavar="ZONE", help="zone of moments that name none; UTC by default")
    parser.add_argument("--tenant", metavar="NAME", help="whose facts, in a database of several companies")


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a moment such as 2026-03-02T09:00+00:00, got {text!r}") from None
    if found.tzinfo is None:
        raise argparse.ArgumentTypeError(f"expected a moment with its offset, such as {text}+00:00, got {text!r}")
    return found


def policy_of(given: argparse.Namespace) -> Policy:
    """The policy to judge by."""
    policy = Policy.from_toml(given.policy) if given.policy else Policy.default()
    return policy.with_exchange(Exchange(given.currency)) if given.currency else policy


def facts_of(given: argparse.Namespace, opened: ExitStack, console: Console) -> Portfolio | SqlStore:
    """
    What the sources hold: the linked facts of exports, or the store of a database, open as long as `opened` is.

    Raises:
        ImporterError: A source is neither an export of a known tool nor the URL of a database, or cannot be read.
        ValidationError: A database among other sources.
        StoreError: The database cannot be opened.
    """
    databases = [source for source in given.sources if "://" in source]
    if not databases:
        return _imported(given, console)
    if len(given.sources) > 1:
        reason = f"expected either one database or exports, got {len(given.sources)} sources"
        raise ValidationError(reason, entity=given.command, field="sources", value=given.sources)
    from alignkit.sql import SqlStore

    return opened.enter_context(SqlStore.open(databases[0], tenant=given.tenant, migrate="never"))


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
