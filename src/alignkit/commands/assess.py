"""Judges what tools export, or what a database holds, and prints the report a manager reads."""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from pathlib import Path

from alignkit.commands.main import Console
from alignkit.commands.sources import add_sources, facts_of, policy_of
from alignkit.reports import portfolio_report

__all__ = ["add", "run"]


def add(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    add_sources(parser)
    parser.add_argument("--explain", metavar="KIND:ID", help="explain one subject too, such as project:P-1")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the whole assessment there")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="also write a table of all subjects there")


def run(given: argparse.Namespace, console: Console) -> int:
    """Print the report; gives 0, or raises what went wrong."""
    with ExitStack() as opened:  # a store stays open while names and evidence are read from it
        assessment = policy_of(given).assess(facts_of(given, opened, console), now=given.now or console.now)
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
