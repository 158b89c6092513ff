"""The command line does what the library does, and says faults in one line."""

from __future__ import annotations

import csv
import subprocess
import sys
from datetime import UTC
from pathlib import Path

import pytest

import alignkit as ak
from alignkit import sample
from alignkit.commands import main
from alignkit.reports import portfolio_report
from alignkit.sample.demo import demo_report, run_demo
from alignkit.sql import SqlStore

FOLDER = sample.company()
EXPORTS = [f"{tool}={FOLDER / tool}" for tool in ("hubspot", "jira", "objectives")]
NOW = ["--now", sample.NOW.isoformat()]

GOOD = """
alignkit_policy = 1
[dimensions]
one = 1
[[rules]]
id = "late"
kind = "project"
dimension = "one"
weight = 1
text = '''
def late(project: ProjectView) -> Score:
    "Nothing is late."
    return not exists(t for t in project.tasks if t.status == "late")
'''
"""


@pytest.fixture(autouse=True)
def page(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal of a known width."""
    monkeypatch.setenv("COLUMNS", "88")


def test_the_demo_keeps_its_facts_in_a_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`demo` prints the report on the sample company, judged in an SQLite file here; a second run changes nothing."""
    monkeypatch.chdir(tmp_path)
    assert main(["demo", "--memory"]) == 0
    in_memory = capsys.readouterr().out
    assert in_memory == demo_report(run_demo(), width=88) + "\n"
    assert list(tmp_path.iterdir()) == []
    facts = len(run_demo().portfolio)
    for counts in (f"{facts} new, 0 changed, 0 as they were", f"0 new, 0 changed, {facts} as they were"):
        assert main(["demo"]) == 0
        said = capsys.readouterr().out
        kept = f"KEPT  in alignkit-demo.db: {counts}; judged there\n\n"
        assert kept in said
        assert said.replace(kept, "") == in_memory
    assert (tmp_path / "alignkit-demo.db").exists()


def test_exports_are_judged_as_the_library_does(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """`assess` on the three exports prints the report of the demo, explains a subject, and writes both files."""
    written, table = tmp_path / "a.json", tmp_path / "a.csv"
    more = ["--explain", "project:jira:project:MSO", "--json", str(written), "--csv", str(table)]
    assert main(["assess", *EXPORTS, *NOW, "--currency", "EUR", *more]) == 0
    said = capsys.readouterr()
    expected = run_demo().assessment
    assert said.out.startswith(portfolio_report(expected, width=88))
    assert str(expected.of("project", "jira:project:MSO").explain()) in said.out
    assert "645 rows read" in said.err
    assert ak.Assessment.from_json(written.read_text()).rows == expected.rows
    with table.open(newline="", encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == len(expected)


def test_a_database_is_judged_where_it_is(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """`assess` on a store's URL prints the report on what the store holds."""
    url = f"sqlite:///{tmp_path / 'company.db'}"
    world = run_demo().portfolio
    with SqlStore.open(url) as store:
        store.upsert(world, at=sample.NOW)
    assert main(["assess", url, *NOW, "--currency", "EUR"]) == 0
    policy = ak.Policy.default().with_exchange(ak.Exchange("EUR"))
    with SqlStore.open(url) as store:
        expected = portfolio_report(policy.assess(store, now=sample.NOW), width=88)
    assert capsys.readouterr().out == expected + "\n"


def test_without_a_moment_it_is_now(capsys: pytest.CaptureFixture[str]) -> None:
    """Without `--now` the report is on today."""
    from datetime import datetime

    before = datetime.now(UTC).date()
    assert main(["assess", *EXPORTS, "--currency", "EUR"]) == 0
    days = {f"on {day.isoformat()}," for day in (before, datetime.now(UTC).date())}
    assert any(day in capsys.readouterr().out for day in days)


def test_policies_are_checked(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """`check` tells every fault of every file with its place and fails; warnings fail only when asked to."""
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text(GOOD, encoding="utf-8")
    bad.write_text(GOOD.replace("t.status", "t.stat").replace("project.tasks", "project.task"), encoding="utf-8")
    assert main(["check", str(good)]) == 0
    said = capsys.readouterr().out
    assert f"{good}: 1 rule, version" in said
    assert "late" in said and "warning" in said
    assert main(["check", "--warnings-as-errors", str(good)]) == 1
    capsys.readouterr()
    assert main(["check", str(good), str(bad)]) == 1
    faults = capsys.readouterr().out
    assert "tasks" in faults and f"{bad}: " in faults


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["assess", "hubspot"], "expected TOOL=PATH"),
        (["assess", "excel=x"], "expected TOOL=PATH with a tool of asana"),
        (["assess", "hubspot=/no/such/folder"], "/no/such/folder"),
        (["assess", "sqlite:///a.db", "sqlite:///b.db"], "either one database or exports"),
        (["check", "/no/such/policy.toml"], "/no/such/policy.toml"),
    ],
)
def test_faults_are_one_line(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What cannot be done is said in a line on standard error, with code 2."""
    assert main(arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert said in shown.err and "Traceback" not in shown.err


def test_a_missing_database_is_not_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Looking at a database that is not there makes no tables in it."""
    assert main(["assess", f"sqlite:///{tmp_path / 'none.db'}", *NOW]) == 2
    assert "none.db" in capsys.readouterr().err or not list(tmp_path.glob("*.db-wal"))


def test_a_reader_that_goes_away_is_no_fault() -> None:
    """`python -m alignkit demo --memory | head -1` ends well."""
    command = f'"{sys.executable}" -m alignkit demo --memory | head -n 1'
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("READ\n", "", 0)


def test_a_moment_has_an_offset(capsys: pytest.CaptureFixture[str]) -> None:
    """A moment without its offset is refused with the right form."""
    with pytest.raises(SystemExit):
        main(["assess", *EXPORTS, "--now", "2026-03-02T09:00"])
    assert "such as 2026-03-02T09:00+00:00" in capsys.readouterr().err
