"""Which commands there are, and how faults are said."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import import_module
from typing import Final

from alignkit import __version__
from alignkit.errors import AlignkitError
from alignkit.importers.options import ImportProgress

__all__ = ["Console", "main"]

COMMANDS: Final = {
    "demo": "import, link, assess and explain the sample company",
    "check": "look for faults in policies written as TOML",
    "assess": "judge what two tools export, or what a database holds",
    "board": "write one HTML page on it that a team opens in a browser",
}

FAULTY: Final = 1
UNUSABLE: Final = 2


class Console:
    """The world outside, of which only this module knows: the terminal and the clock."""

    @property
    def width(self) -> int:
        """Columns of the terminal, kept between 60 and 100."""
        return max(60, min(100, shutil.get_terminal_size((88, 24)).columns))

    @property
    def now(self) -> datetime:
        """This moment."""
        return datetime.now(UTC)

    def say(self, text: str) -> None:
        """Print a line of the result."""
        print(text)

    def show(self, at: ImportProgress) -> None:
        """Show how far an import is, on one line of a terminal; nothing anywhere else."""
        if sys.stderr.isatty():
            share = f"{at.done_bytes / at.total_bytes:4.0%}  " if at.total_bytes else ""
            end = "\n" if at.total_bytes and at.done_bytes >= at.total_bytes else ""
            print(f"\r{share}{at.rows:,} rows", end=end, file=sys.stderr, flush=True)

    def tell(self, text: str) -> None:
        """Print a line beside the result, such as progress or a fault."""
        print(text, file=sys.stderr)


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run one command.

    Args:
        arguments: What follows `python -m alignkit`; None takes the process's own.

    Returns:
        0 when all is well, 1 when the command found faults, 2 when it could not do its work.
    """
    parser = argparse.ArgumentParser(prog="python -m alignkit", description="Promise and delivery in step.")
    parser.add_argument("--version", action="version", version=f"alignkit {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, told in COMMANDS.items():
        one = commands.add_parser(name, help=told, description=told[0].upper() + told[1:] + ".")
        import_module(f"alignkit.commands.{name}").add(one)
    given = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    console = Console()
    try:
        code: int = import_module(f"alignkit.commands.{given.command}").run(given, console)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read the result has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (AlignkitError, OSError) as error:
        console.tell(f"{parser.prog} {given.command}: {error}")
        return UNUSABLE
    return code
