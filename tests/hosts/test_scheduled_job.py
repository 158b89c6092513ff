"""alignkit in a scheduled job: the program is run again and again, as a scheduler does."""

from __future__ import annotations

import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from alignkit.errors import ImporterError
from alignkit.sample import NOW, company
from alignkit.sql import SqlStore
from tests.hosts.conftest import EXAMPLES

NIGHTLY = EXAMPLES / "scheduled_job" / "nightly.py"


class Job:
    """The job of one company: its exports, its database, its last assessment."""

    def __init__(self, directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.exports = directory / "exports"
        self.url = f"sqlite:///{directory / 'company.db'}"
        self.state = directory / "last.json"
        self._capsys = capsys
        self._main = runpy.run_path(str(NIGHTLY))["main"]
        shutil.copytree(company(), self.exports)

    def run(self) -> tuple[str, str]:
        """Run it at the company's moment; gives what it printed and what it complained of."""
        assert self._main([self.url, str(self.exports), str(self.state), NOW.isoformat()]) == 0
        return self._capsys.readouterr()


@pytest.fixture
def job(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Job:
    """A job that never ran."""
    return Job(tmp_path, capsys)


def test_three_nights(job: Job) -> None:
    """The first run stores; the same exports change nothing; a changed export is an update, and told with its reason."""
    first, complaints = job.run()
    assert "0 updated, 0 unchanged" in first.splitlines()[0]
    assert "nothing to compare with" in first
    assert "31 in month 2" in complaints  # what could not be used is not kept quiet

    second, _ = job.run()
    assert second.splitlines()[0].startswith("0 added, 0 updated, ")
    assert "Nothing changed since 2026-03-02 09:00." in second
    with SqlStore.open(job.url) as store:
        entries = len(store.changes(limit=10_000).changes)
        assert len(store.history("portfolio", "portfolio")) == 1

    sheet = job.exports / "jira" / "project_fields.csv"
    text = sheet.read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if line.startswith("MSO,"))
    assert ",58," in row
    sheet.write_text(text.replace(row, row.replace(",58,", ",90,")), encoding="utf-8")
    third, _ = job.run()
    assert third.splitlines()[0].startswith("0 added, 1 updated, ")
    assert "Project jira:project:MSO, ERP connector: 14.77 -> " in third
    assert "project keeps pace" in third
    with SqlStore.open(job.url) as store:
        new = store.changes(limit=10_000).changes[entries:]
        assert [(c.subject_id, c.field, c.before, c.after) for c in new] == [
            ("jira:project:MSO", "progress", "0.58", "0.9")
        ]


def test_a_failed_night_leaves_the_last(job: Job) -> None:
    """A night whose export cannot be read fails, and neither the facts nor the last assessment are touched."""
    job.run()
    kept = job.state.read_bytes()
    (job.exports / "jira" / "issues.csv").write_text('Summary,Issue key\n"never closed,X-1\n', encoding="utf-8")
    with pytest.raises(ImporterError, match=r"issues\.csv"):
        job.run()
    assert job.state.read_bytes() == kept
    with SqlStore.open(job.url) as store:
        assert len(store.projects.find()) == 30


def test_wrong_call(tmp_path: Path) -> None:
    """Called without its arguments, the program says how it is called."""
    done = subprocess.run([sys.executable, str(NIGHTLY)], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "nightly.py URL EXPORTS STATE" in done.stderr
