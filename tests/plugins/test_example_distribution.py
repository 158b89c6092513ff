"""The example plugin, built to a wheel and installed beside alignkit's own wheel into a fresh environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "plugin"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not EXAMPLE.is_dir(), reason="the examples are not part of this distribution"),
]

SCORES = """
import json, sys
from datetime import UTC, datetime
import alignkit, acme_rules
from alignkit import Portfolio, importers, plugins
assert not plugins.loaded()
loading = plugins.load(["acme-rules"], strict=True)
found = importers.read(plugins.importer("planit"), sys.argv[1])
facts = Portfolio(**importers.merge(found))
assessment = plugins.policy("acme").assess(facts, now=datetime(2026, 3, 1, tzinfo=UTC))
print(json.dumps({
    "from": [alignkit.__file__, acme_rules.__file__],
    "provider": loading.plugins[0].provider,
    "lines": plugins.renderer("lines")(assessment),
    "described": [item.name for item in plugins.describe().items if item.distribution == "acme-rules"],
}))
"""


def run(*command: str | Path, cwd: Path) -> str:
    """What a program prints; nothing of this process's path reaches it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PIP_REQUIRE"))}
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, cwd=cwd, env=environment, timeout=240, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a fresh environment: both wheels, and what this one has for the dependencies."""
    place = tmp_path_factory.mktemp("fresh")
    wheels = place / "wheels"
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "-q")
    try:
        for source in (ROOT, EXAMPLE):
            run(*pip, "wheel", "--no-deps", "-w", wheels, source, cwd=place)
    except AssertionError as error:
        if "hatchling" in str(error) and any(word in str(error) for word in ("connection", "No matching", "resolve")):
            pytest.skip("the build backend hatchling is out of reach from this machine")
        raise
    venv.create(place / "env", with_pip=False)
    made = place / "env" / ("Scripts" if os.name == "nt" else "bin") / "python"
    run(*pip, "--python", made, "install", "--no-deps", "--no-index", *wheels.glob("*.whl"), cwd=place)
    site = Path(run(made, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=place).strip())
    host = next(path for path in map(Path, sys.path) if (path / "attrs").is_dir() or (path / "attr").is_dir())
    (site / "dependencies.pth").write_text(f"{host}\n")
    return made


def test_the_installed_plugin_scores(python: Path, tmp_path: Path) -> None:
    """From PlanIt's export to points: mapping, custom field, function, rules, policy and renderer, all from the wheel."""
    (tmp_path / "clients.json").write_text(json.dumps([{"client_no": 7, "client_name": "Nordwind"}]))
    job = {"job_title": "x", "client_no": 7, "state": "running"}
    jobs = [{"job_no": 1, "risk_percent": 80, **job}, {"job_no": 2, "risk_percent": 20, **job}]
    (tmp_path / "jobs.json").write_text(json.dumps(jobs))
    found = json.loads(run(python, "-c", SCORES, tmp_path, cwd=tmp_path))
    assert all(str(python.parent.parent) in place for place in found["from"])
    assert found["provider"] == "acme-rules 1.2.0"
    assert found["lines"] == "Nordwind: 50.0 (amber)"
    assert found["described"] == ["saturation", "planit", "acme", "lines", "risk_is_low", "risky_value_is_small"]


def test_the_plugins_own_tests_pass(python: Path) -> None:
    """What the example says of how to test a plugin holds in the fresh environment."""
    pytest_of = (python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--rootdir", EXAMPLE)
    assert " passed" in run(*pytest_of, EXAMPLE / "tests", cwd=EXAMPLE)
