"""Tests read like the contract: each says its law, and none waits or measures."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
MODULES = sorted(TESTS.rglob("test_*.py"))


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.relative_to(TESTS).as_posix())
def test_every_test_says_its_law(module: Path) -> None:
    """A test's docstring is its law, and its module's docstring says what they are about."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    tests = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    ]
    assert ast.get_docstring(tree)
    assert [test.name for test in tests if not ast.get_docstring(test)] == []
