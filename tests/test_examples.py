"""The examples run, and say what they promise."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from alignkit.reports import portfolio_report
from alignkit.sample.demo import run_demo

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"

pytestmark = pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the examples are not part of this distribution")


def printed(name: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What an example prints when it is run as a program."""
    runpy.run_path(str(EXAMPLES / name), run_name="__main__")
    return capsys.readouterr().out


def test_every_example_is_run() -> None:
    """No example is without a test."""
    tested = {"score_in_memory.py", "from_hubspot_and_jira.py", "from_two_tools.py", "own_rule.py"}
    assert {path.name for path in EXAMPLES.glob("*.py")} == tested


def test_score_in_memory(capsys: pytest.CaptureFixture[str]) -> None:
    """Settling the one complaint wins back what headroom said it would."""
    text = printed("score_in_memory.py", capsys)
    assert "  26.67 points: Settle the complaints about the project, the gravest first [pmo]\n" in text
    assert text.endswith("26.666667 points for the project\n")


def test_from_hubspot_and_jira(capsys: pytest.CaptureFixture[str]) -> None:
    """The few lines of the example give the very report of the demo."""
    assert printed("from_hubspot_and_jira.py", capsys).rstrip("\n") == portfolio_report(run_demo().assessment)


def test_from_two_tools(capsys: pytest.CaptureFixture[str]) -> None:
    """A customer system in XML and a board in JSON become one assessment of both tools' projects."""
    text = printed("from_two_tools.py", capsys)
    assert text.startswith("71 + 11 rows used\n")
    assert "2 projects: " in text
    assert "4 customers: " in text


def test_own_rule(capsys: pytest.CaptureFixture[str]) -> None:
    """Twelve days lie half-way between 3 and 21, called and in a policy; and text keeps the policy."""
    lines = printed("own_rule.py", capsys).splitlines()
    assert lines[0] == "called: 0.5"
    assert lines[1].startswith("in the policy: 500000 {'told': datetime.datetime(2026, 2, 18")
    assert lines[2] == "from text: True"
