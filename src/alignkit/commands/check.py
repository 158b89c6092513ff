"""Looks for faults in policies written as TOML: every one of them, with its place and what would be right."""

from __future__ import annotations

import argparse
from pathlib import Path

from alignkit.commands.main import FAULTY, Console
from alignkit.errors import PolicyError
from alignkit.policy.policy import Policy

__all__ = ["add", "run"]


def add(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("policies", nargs="+", type=Path, metavar="POLICY.toml")
    parser.add_argument("--warnings-as-errors", action="store_true", help="let a warning fail the check too")


def run(given: argparse.Namespace, console: Console) -> int:
    """Check each policy; gives 1 when one has a fault."""
    faulty = False
    for path in given.policies:
        try:
            policy = Policy.from_toml(path)
        except PolicyError as error:
            faulty = True
            for found in error.diagnostics:
                console.say(f"{path}: {found}")
            continue
        warnings = policy.check()
        for found in warnings:
            console.say(f"{path}: {found}")
        faulty = faulty or bool(given.warnings_as_errors and warnings)
        rules = len(policy.rules)
        console.say(f"{path}: {rules} rule{'s' if rules != 1 else ''}, version {policy.version[:12]}, no errors")
    return FAULTY if faulty else 0
