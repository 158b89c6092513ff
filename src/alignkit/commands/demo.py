"""Does the main job on the sample company, and keeps its facts in a database file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from alignkit.commands.main import Console

__all__ = ["add", "run"]

FILE: Final = "alignkit-demo.db"


def add(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--database",
        default=FILE,
        metavar="FILE",
        help=f"where to keep the facts, an SQLite file ({FILE} here by default) or the URL of a database",
    )
    where.add_argument("--memory", action="store_true", help="keep nothing")


def run(given: argparse.Namespace, console: Console) -> int:
    """Print what was read, what was linked, what was kept, and the report a manager reads."""
    from alignkit.sample.demo import demo_report, run_demo

    if given.memory:
        console.say(demo_report(run_demo(), width=console.width))
        return 0
    from alignkit.sql import SqlStore

    is_url = "://" in given.database
    url = given.database if is_url else f"sqlite:///{Path(given.database)}"
    with SqlStore.open(url) as store:
        # names and evidence are read from the store while the report is written
        where = "the database" if is_url else given.database
        console.say(demo_report(run_demo(store), width=console.width, where=where))
    return 0
