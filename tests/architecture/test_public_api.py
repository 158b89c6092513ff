"""The public surface changes on purpose only."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import alignkit

ROOT = Path(__file__).resolve().parents[2]
RECORDED = Path(__file__).with_name("public_api.txt")
COMMAND = "python tools/public_api.py > tests/architecture/public_api.txt"
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(alignkit.__path__, "alignkit.")
    if not module.name.endswith("__main__")
)


def test_surface_is_the_recorded_one() -> None:
    """Names and signatures are those in `public_api.txt`; a change of them is made there too, with a fragment."""
    printed = subprocess.run(
        [sys.executable, ROOT / "tools" / "public_api.py"], capture_output=True, encoding="utf-8", check=True
    )
    assert printed.stdout.splitlines() == RECORDED.read_text(encoding="utf-8").splitlines(), f"if meant, run: {COMMAND}"


@pytest.mark.parametrize("name", sorted(alignkit.__all__))
def test_public_names_are_documented(name: str) -> None:
    """Every class and function of the front door says what the caller gets."""
    value = getattr(alignkit, name)
    if inspect.isclass(value) or inspect.isroutine(value):
        assert (value.__doc__ or "").strip(), name


def test_front_door_is_complete() -> None:
    """`dir(alignkit)` shows every public name, also those that are loaded on first use."""
    assert set(alignkit.__all__) <= set(dir(alignkit))


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples_say_what_happens(name: str) -> None:
    """Every `>>>` example in a docstring runs and gives what it shows."""
    module = importlib.import_module(name)
    assert module.__doc__, "a module says what it owns"
    assert doctest.testmod(module).failed == 0
