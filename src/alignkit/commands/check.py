"""Looks for faults in policies written as TOML, for what is probably not meant, and runs their cases."""

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
    what = "a finding that is meant: its code, or CODE:RULE for one rule; may be given several times"
    parser.add_argument("--ignore", action="append", default=[], metavar="CODE", help=what)
    parser.add_argument("--complete", action="store_true", help="fail where a rule or a branch of one has no case")


def run(given: argparse.Namespace, console: Console) -> int:
    """Check each policy; gives 1 when one has a fault, a finding or a failed case."""
    sound = [_is_sound(path, given, console) for path in given.policies]
    return 0 if all(sound) else FAULTY


def _is_sound(path: Path, given: argparse.Namespace, console: Console) -> bool:
    try:
        policy = Policy.from_toml(path)
    except PolicyError as error:
        for found in error.diagnostics:
            console.say(f"{path}: {found}")
        return False
    warnings, findings = policy.check(), policy.lint(ignore=given.ignore)
    for said in (*warnings, *findings):
        console.say(f"{path}: {said}")
    sound = not findings and not (given.warnings_as_errors and warnings)
    rules = len(policy.rules)
    console.say(f"{path}: {rules} rule{'s' if rules != 1 else ''}, version {policy.version[:12]}, no errors")
    return _has_passed(path, policy, given, console) and sound


def _has_passed(path: Path, policy: Policy, given: argparse.Namespace, console: Console) -> bool:
    """Whether all cases passed and, where that is asked for, went through everything."""
    if not policy.cases and not given.complete:
        return True
    report = policy.test()
    for failed in report.failures:
        console.say(f"{path}: {failed}")
    console.say(f"{path}: {report.summary}")
    if not given.complete:
        return bool(report)
    for gap in report.coverage.gaps:
        console.say(f"{path}: {gap}")
    return bool(report) and report.coverage.is_complete
