"""Does the main job on the sample company."""

from __future__ import annotations

import argparse

from alignkit.commands.main import Console

__all__ = ["add", "run"]


def add(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""


def run(given: argparse.Namespace, console: Console) -> int:
    """Print what was read, what was linked, and the report a manager reads."""
    from alignkit.sample.demo import demo_report, run_demo

    console.say(demo_report(run_demo(), width=console.width))
    return 0
