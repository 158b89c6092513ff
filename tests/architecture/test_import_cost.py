"""`import alignkit` stays light: told by a list of modules, not by a stopwatch."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"sqlalchemy", "cattrs", "importlib.metadata", "asyncio", "unittest"}
NEW_MODULES = "import sys; before = set(sys.modules); import {name}; print(*sorted(set(sys.modules) - before))"


def modules_loaded_by(name: str) -> set[str]:
    """What importing `name` adds to a fresh interpreter."""
    command = [sys.executable, "-c", NEW_MODULES.format(name=name)]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


def test_front_door_loads_nothing_heavy() -> None:
    """A fresh interpreter that imports alignkit has not loaded any of the heavy modules."""
    assert not modules_loaded_by("alignkit") & HEAVY


@pytest.mark.parametrize("foreign", ["pytest", "_pytest", "hypothesis"])
def test_testing_kit_needs_no_test_runner(foreign: str) -> None:
    """The testing kit loads neither pytest nor Hypothesis: builders work in a notebook too."""
    assert foreign not in modules_loaded_by("alignkit.testing")
