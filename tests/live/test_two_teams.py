"""The example of two teams runs for real: two processes, one database, no meeting."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.sql.conftest import ENGINES, fresh

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "two_teams"

pytestmark = pytest.mark.skipif(not EXAMPLE.is_dir(), reason="the examples are not part of this distribution")


@pytest.mark.parametrize("engine", [name for name in ("sqlite", "postgresql") if name in ENGINES])
def test_two_teams_meet_in_a_database(engine: str, tmp_path: Path) -> None:
    """CRM sees what PM did and the drop with its reasons, tells the customer, and the finding clears for both."""
    with fresh(engine, tmp_path) as url:
        done = subprocess.run(
            [sys.executable, str(EXAMPLE), url], capture_output=True, text=True, timeout=120, check=False
        )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert "PM: the due date moved from 30 April to 28 May" in lines
    (heard,) = (line for line in lines if line.endswith("because of pmo"))
    assert heard.startswith("CRM: New web shop: ")
    assert "CRM:   due_on: 2026-04-30 -> 2026-05-28" in lines
    assert any("First promised for 2026-04-30, now expected on 2026-05-28" in line for line in lines)
    assert any(line.endswith("our move: Tell the customer what changed in the project") for line in lines)
    assert any(line.startswith("CRM: told; the finding lost 0.00 points now") for line in lines)
    assert lines[-1].startswith("PM: New web shop is back") or lines[-2].startswith("PM: New web shop is back")
