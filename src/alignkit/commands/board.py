"""Writes the board: one HTML file on what tools export, or on what a database holds, for one audience to open."""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from pathlib import Path

from alignkit.commands.main import Console
from alignkit.commands.sources import add_sources, facts_of, policy_of
from alignkit.portfolio import Portfolio
from alignkit.reports.board import board
from alignkit.reports.board.audiences import AUDIENCES

__all__ = ["add", "run"]


def add(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    add_sources(parser)
    parser.add_argument("--to", type=Path, default=Path("board.html"), metavar="FILE", help="board.html by default")
    parser.add_argument(
        "--audience", choices=tuple(AUDIENCES), default="pmo", help="whose eyes it is for; pmo by default"
    )
    parser.add_argument("--title", default="Alignment board", metavar="TEXT", help="heading of the page")


def run(given: argparse.Namespace, console: Console) -> int:
    """Write the page; gives 0, or raises what went wrong."""
    policy, now = policy_of(given), given.now or console.now
    told = {"audience": given.audience, "title": given.title}
    with ExitStack() as opened:
        facts = facts_of(given, opened, console)
        if isinstance(facts, Portfolio):
            written = board(policy.assess(facts, now=now), given.to, portfolio=facts, **told)
        else:
            written = board(facts, given.to, policy=policy, now=now, **told)
    console.say(f"{written}: {written.stat().st_size:,} bytes, for {given.audience}")
    return 0
