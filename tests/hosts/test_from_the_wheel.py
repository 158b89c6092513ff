"""A newcomer's way: the built wheel in a fresh environment, and every tutorial page as the program it says it is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hosts.conftest import ROOT

TUTORIAL = ROOT / "docs" / "tutorial"
PAGES = sorted(path.stem for path in TUTORIAL.glob("*.md")) if TUTORIAL.is_dir() else []
CELL = re.compile(r"^```\{code-cell\} python\n(?:(?::[^\n]*\n)*)(?P<code>.*?)^```$", re.DOTALL | re.MULTILINE)
FOREIGN = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}

pytestmark = pytest.mark.skipif(not PAGES, reason="the documents are not part of this distribution")


def ran(*command: str | Path, where: Path) -> subprocess.CompletedProcess[str]:
    """Run a program in an empty directory, without what would point it at this installation."""
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    parts = [str(part) for part in command]
    return subprocess.run(parts, cwd=where, env=kept, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a fresh environment that holds the built wheel and what it requires, and nothing else."""
    where = tmp_path_factory.mktemp("newcomer")
    reached = ran(sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", "probe", "attrs", where=where)
    if reached.returncode:
        pytest.skip(f"no package index can be reached: {reached.stderr.strip().splitlines()[-1]}")
    built = ran(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", "wheel", ROOT, where=where)
    assert built.returncode == 0, built.stderr
    made = ran(sys.executable, "-m", "venv", "fresh", where=where)
    assert made.returncode == 0, made.stderr
    python = where / "fresh" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    (wheel,) = (where / "wheel").glob("alignkit-*.whl")
    done = ran(python, "-m", "pip", "install", "-q", "--disable-pip-version-check", wheel, where=where)
    assert done.returncode == 0, done.stderr
    return python


@pytest.mark.slow
def test_the_first_result_needs_no_line_of_code(newcomer: Path) -> None:
    """Right after `pip install`, the demo prints its report."""
    done = ran(newcomer, "-m", "alignkit", "demo", where=newcomer.parents[2])
    assert done.returncode == 0, done.stderr
    assert "Alignment 50.9 of 100: amber" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_tutorial_runs_for_a_newcomer(newcomer: Path, page: str, tmp_path: Path) -> None:
    """A page's blocks, one after the other in a file, run with what `pip install` of the wheel alone brings."""
    text = (TUTORIAL / f"{page}.md").read_text(encoding="utf-8")
    program = tmp_path / f"{page.replace('-', '_')}.py"
    program.write_text("\n".join(found["code"] for found in CELL.finditer(text)), encoding="utf-8")
    done = ran(newcomer, program, where=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout
    assert done.stderr == ""
