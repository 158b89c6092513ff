"""The tables of one engine do not depend on which engine a process opened before."""

from __future__ import annotations

import importlib.util
from pathlib import Path

TOOL = Path(__file__).resolve().parents[2] / "tools" / "make_schema.py"


def test_engines_do_not_learn_from_each_other() -> None:
    """SQLite's tables keep their references after PostgreSQL's were made."""
    spec = importlib.util.spec_from_file_location("make_schema_again", TOOL)
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    before = tool.statements("sqlite")
    tool.statements("postgresql")
    assert tool.statements("sqlite") == before
    assert "FOREIGN KEY" in before
