"""The project's own promises: two commands, one gate, one description."""

from __future__ import annotations

import runpy
import tomllib
from pathlib import Path
from typing import Any

import pytest

import alignkit

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def quickstart() -> dict[str, Any]:
    """The names that quickstart.py defines."""
    return runpy.run_path(str(ROOT / "quickstart.py"))


def test_readme_prints_the_two_commands() -> None:
    """The README names exactly the command for the main job and the one for the tests."""
    commands = [
        line for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines() if line.startswith("python3 ")
    ]
    assert commands == ["python3 quickstart.py", "python3 quickstart.py test"]


def test_gate_calls_the_readme_test_command() -> None:
    """The gate runs the very command that the README prints."""
    assert "python3 quickstart.py test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_quickstart_reads_the_groups(quickstart: dict[str, Any]) -> None:
    """The tools a command installs are those of the project's own dependency group."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    assert quickstart["requirements"]("test") == groups["test"]


def test_quickstart_names_the_known_groups(quickstart: dict[str, Any]) -> None:
    """Asking for a group that is not there ends with the names of those that are."""
    with pytest.raises(SystemExit, match="benchmark, docs, lint, release, test"):
        quickstart["requirements"]("tests")


def test_quickstart_forgets_other_installations(quickstart: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """An activated environment, or paths set for another Python, do not reach the commands it runs."""
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("KEPT", "yes")
    environment = quickstart["clean"]()
    assert "PYTHONPATH" not in environment
    assert environment["PIP_USER"] == "0"
    assert environment["KEPT"] == "yes"


def test_quickstart_explains_an_unknown_command(quickstart: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    """A command it does not know prints how it is used, and fails."""
    assert quickstart["main"](["dance"]) == 2
    assert "python3 quickstart.py test" in capsys.readouterr().err


def test_groups_are_plain_texts() -> None:
    """Groups include no other group, because quickstart.py reads them as they stand."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    assert all(isinstance(requirement, str) for group in groups.values() for requirement in group)


def test_version_is_told_once_and_the_same() -> None:
    """`alignkit.__version__` is the version of the distribution."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert alignkit.__version__ == project["version"]
