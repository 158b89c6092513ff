"""Imports only point down, and the contract that says so bites."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

import alignkit

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = Path(alignkit.__file__).parent
LINT = "import sys; from importlinter.cli import lint_imports_command as lint; lint(['--no-cache'])"


def lint_imports(copy: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on a copy of the package that stands in `copy`."""
    environment = os.environ | {"PYTHONPATH": str(copy), "PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-c", LINT], cwd=copy, env=environment, capture_output=True, encoding="utf-8", check=False
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package and its contracts, free to be spoilt."""
    shutil.copytree(PACKAGE, tmp_path / "alignkit", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_contracts_hold(copy: Path) -> None:
    """Every import contract of the project is kept."""
    result = lint_imports(copy)
    assert "0 broken" in result.stdout, result.stdout + result.stderr
    assert result.returncode == 0


PLANTED = {
    "Imports only point down": ("policy", "import alignkit.reports"),
    "The language knows nothing of customers": ("expressions", "import alignkit.domain.customer"),
    "Facts, rules and results know no machinery": ("domain", "import cattrs"),
    "Only a package of its own may know SQLAlchemy": ("importers", "import sqlalchemy"),
}


def test_planted_violations_break_the_contracts(copy: Path) -> None:
    """A module that imports what it may not turns its contract red, and only the spoilt contracts fail."""
    for package, line in PLANTED.values():
        (copy / "alignkit" / package / "planted.py").write_text(line + "\n", encoding="utf-8")
    result = lint_imports(copy)
    broken = {line.removesuffix(" BROKEN") for line in result.stdout.splitlines() if line.endswith(" BROKEN")}
    assert broken == set(PLANTED), result.stdout
    assert result.returncode == 1


def test_a_new_module_must_be_given_a_layer(copy: Path) -> None:
    """A top-level module that no layer names breaks the contract, so that nobody forgets to place it."""
    (copy / "alignkit" / "elsewhere.py").write_text("", encoding="utf-8")
    assert "alignkit.elsewhere" in lint_imports(copy).stdout


def test_domain_imports_attrs_and_errors_only() -> None:
    """The facts need nothing but the standard library, attrs and the error tree."""
    graph = grimp.build_graph("alignkit", include_external_packages=True, cache_dir=None)
    foreign = {
        imported
        for module in graph.find_descendants("alignkit.domain") | {"alignkit.domain"}
        for imported in graph.find_modules_directly_imported_by(module)
        if not imported.startswith("alignkit.domain") and imported not in sys.stdlib_module_names
    }
    assert foreign == {"attrs", "alignkit.errors"}
