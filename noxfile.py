"""The project's chores, each in an environment of its own: `nox -l` lists them."""

from __future__ import annotations

import os
from pathlib import Path

import nox

nox.needs_version = ">=2024.10.9"
nox.options.sessions = ["tests", "lint", "types", "docs"]
nox.options.error_on_external_run = True

PYTHONS = ["3.11", "3.12", "3.13"]
PROJECT = nox.project.load_toml("pyproject.toml")


def group(name: str) -> list[str]:
    return nox.project.dependency_groups(PROJECT, name)


def lowest(requirements: list[str]) -> list[str]:
    """The lower bounds of requirements, as pins."""
    return [requirement.partition(";")[0].strip().replace(">=", "==") for requirement in requirements]


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests against the built wheel."""
    session.install(".", *group("test"))
    session.run("pytest", *(session.posargs or ["-n", "2", "--dist", "loadfile"]))


@nox.session(python=PYTHONS[0])
def tests_lowest(session: nox.Session) -> None:
    """Run the tests with the oldest dependencies that the metadata allows."""
    pins = [pin for pin in lowest(PROJECT["project"]["dependencies"]) if not pin.startswith("tzdata")]
    session.install(".", *group("test"), *pins)
    session.run("pytest", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and import contracts."""
    session.install("-e", ".", *group("lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports", "--no-cache")


@nox.session
def types(session: nox.Session) -> None:
    """Check types, and what the type checker says to users of the library."""
    session.install("-e", ".", *group("test"), *group("lint"))
    session.run("mypy")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documents, running every block; warnings are errors."""
    session.install("-e", ".", *group("docs"), *group("test"))
    session.run("sphinx-build", "-W", "--keep-going", "-b", "html", "docs", "docs/_build/html", *session.posargs)


@nox.session
def benchmarks(session: nox.Session) -> None:
    """Measure beside a hand-written pass and other engines."""
    session.install(".", *group("benchmark"))
    session.run("python", "benchmarks/run.py", *session.posargs)


@nox.session
def spark(session: nox.Session) -> None:
    """Score on a real Spark standalone cluster, one executor killed on the way; needs Java 17."""
    home = Path(session.create_tmp()) / "spark"
    python = str(home / "bin" / "python")
    session.run("python", "-m", "venv", str(home))
    session.run(python, "-m", "pip", "install", "--quiet", "pyspark>=4.0", external=True)
    code = "import pathlib, pyspark; print(pathlib.Path(pyspark.__file__).parent)"
    where = session.run(python, "-c", code, external=True, silent=True)
    session.install(".", *group("test"))
    environment = {"ALIGNKIT_SPARK_HOME": str(where).strip()}
    session.run("pytest", "tests/sql/distributed/test_cluster.py", *session.posargs, env=environment)


@nox.session
def quickstart(session: nox.Session) -> None:
    """Do what the README says, in a fresh clone at a path with a space."""
    clone = Path(session.create_tmp()) / "fresh clone"
    session.run("rm", "-rf", str(clone), external=True)
    session.run("git", "clone", "--quiet", ".", str(clone), external=True)
    session.run("python", str(clone / "quickstart.py"))
    session.run("python", str(clone / "quickstart.py"), "test")


@nox.session
def nightly(session: nox.Session) -> None:
    """Run the property tests with twenty times the examples."""
    session.install(".", *group("test"))
    session.run("pytest", "--hypothesis-profile=nightly", *session.posargs)


@nox.session
def coverage(session: nox.Session) -> None:
    """Say which branches no test takes."""
    session.install("-e", ".", *group("test"))
    session.run("pytest", "--cov", "--cov-report=term-missing", *session.posargs)


@nox.session
def changelog(session: nox.Session) -> None:
    """Show how the changelog fragments will read."""
    session.install(*group("release"))
    session.run("towncrier", "build", "--draft", "--version", os.environ.get("VERSION", "next"))
