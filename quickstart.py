"""
From a bare machine to alignkit's answer, or to its tests, in one command.

    python3 quickstart.py            makes .venv, installs alignkit, runs its main job on the sample company
    python3 quickstart.py test ...   the same environment with the test tools, then pytest (more arguments are pytest's)
    python3 quickstart.py install GROUP ...   only the environment, with these dependency groups

Needs Python 3.11 or later with `venv`, and a package index for the first run; nothing else. May be run from any
directory and as often as you like: what is installed already is kept until `pyproject.toml` changes.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMPS = ENVIRONMENT / "alignkit-installed"
PROCESSES = "2"


def main(arguments: list[str]) -> int:
    """Do what the arguments ask and give the exit code of the last command."""
    if sys.version_info < (3, 11):
        print(f"alignkit needs Python 3.11 or later; this is {sys.version.split()[0]}", file=sys.stderr)
        return 2
    command, rest = (arguments[0], arguments[1:]) if arguments else ("demo", [])
    if command == "demo":
        install([])
        return run(PYTHON, "-m", "alignkit", "demo", *rest)
    if command == "test":
        install(["test"])
        parallel = [] if rest else ["-n", PROCESSES, "--dist", "loadfile"]
        return run(PYTHON, "-m", "pytest", *parallel, *rest)
    if command == "install":
        install(rest)
        return 0
    print(__doc__, file=sys.stderr)
    return 0 if command in {"-h", "--help", "help"} else 2


def install(groups: list[str]) -> None:
    """Bring the environment to what `pyproject.toml` asks for; quick when it is there already."""
    if not works():
        say(f"making {ENVIRONMENT}")
        quietly(sys.executable, "-m", "venv", "--clear", ENVIRONMENT)
    for stamp, wanted in [("package", ["--editable", str(ROOT)]), *((group, requirements(group)) for group in groups)]:
        if is_installed(stamp):
            continue
        say("installing alignkit" if stamp == "package" else f"installing what the group {stamp!r} needs")
        quietly(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted)
        STAMPS.mkdir(exist_ok=True)
        (STAMPS / stamp).write_text(state(), encoding="utf-8")


def works() -> bool:
    """Whether the environment's interpreter is there and runs (its base may have been removed)."""
    if not PYTHON.exists():
        return False
    return subprocess.run([PYTHON, "-c", "import pip"], capture_output=True, check=False, env=clean()).returncode == 0


def is_installed(stamp: str) -> bool:
    """Whether this part was installed from the very same `pyproject.toml`, at this very place."""
    file = STAMPS / stamp
    return file.exists() and file.read_text(encoding="utf-8") == state()


def state() -> str:
    """What an installation depends on: the project's own description, and where it lies."""
    return hashlib.sha256((ROOT / "pyproject.toml").read_bytes() + str(ROOT).encode()).hexdigest()


def requirements(group: str) -> list[str]:
    """The requirements of a dependency group, read here because older pips cannot."""
    import tomllib

    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    if group not in groups:
        raise SystemExit(f"there is no dependency group {group!r}; known are {', '.join(sorted(groups))}")
    return [str(requirement) for requirement in groups[group]]


def clean() -> dict[str, str]:
    """The process environment without what would point Python or pip at another installation."""
    foreign = {"PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__"}
    kept = {name: value for name, value in os.environ.items() if name not in foreign}
    return kept | {"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}


def run(*command: str | Path) -> int:
    """Run a command in the project's directory with this terminal's output; give its exit code."""
    return subprocess.run([str(part) for part in command], cwd=ROOT, env=clean(), check=False).returncode


def quietly(*command: str | Path) -> None:
    """Run a command in silence; when it fails, show what it said and stop."""
    parts = [str(part) for part in command]
    done = subprocess.run(
        parts, cwd=ROOT, env=clean(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        print(done.stdout, file=sys.stderr)
        raise SystemExit(f"failed with exit code {done.returncode}: {' '.join(parts)}")


def say(message: str) -> None:
    """Tell what is going on, apart from the answer itself."""
    print(f"quickstart: {message}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
