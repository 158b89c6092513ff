"""The command `board` writes what the library writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from alignkit import sample
from alignkit.commands import main
from alignkit.reports.board import board_page
from alignkit.sample.demo import run_demo
from alignkit.sql import SqlStore

FOLDER = sample.company()
GIVEN = ["--now", sample.NOW.isoformat(), "--currency", "EUR", "--audience", "crm", "--title", "Ours"]


def test_exports_become_the_board(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """`board` on exports writes the page of their assessment, and says where, how large and for whom."""
    demo, written = run_demo(), tmp_path / "board.html"
    exports = [f"{tool}={FOLDER / tool}" for tool in ("hubspot", "jira", "objectives")]
    assert main(["board", *exports, *GIVEN, "--to", str(written)]) == 0
    expected = board_page(demo.assessment, portfolio=demo.portfolio, audience="crm", title="Ours")
    assert written.read_text(encoding="ascii") == expected
    assert capsys.readouterr().out == f"{written}: {len(expected):,} bytes, for crm\n"


def test_a_database_becomes_the_board(tmp_path: Path) -> None:
    """`board` on a store's URL writes the page of what the store holds."""
    demo, written = run_demo(), tmp_path / "board.html"
    url = f"sqlite:///{tmp_path / 'company.db'}"
    with SqlStore.open(url) as store:
        store.upsert(demo.portfolio, at=sample.NOW, journal=False)
    assert main(["board", url, *GIVEN, "--to", str(written)]) == 0
    expected = board_page(demo.assessment, portfolio=demo.portfolio, audience="crm", title="Ours")
    assert written.read_text(encoding="ascii") == expected
