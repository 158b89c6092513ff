"""The command line: `python -m alignkit demo` runs the main job on the sample company."""

from __future__ import annotations

import argparse
import shutil
import sys

from alignkit import __version__

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> int:
    """Run one command and give its exit code."""
    parser = argparse.ArgumentParser(prog="python -m alignkit", description="Promise and delivery in step.")
    parser.add_argument("--version", action="version", version=f"alignkit {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("demo", help="import, link, assess and explain the sample company")
    parser.parse_args(arguments)
    from alignkit.sample.demo import demo_report, run_demo

    width = max(60, min(100, shutil.get_terminal_size((88, 24)).columns))
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    print(demo_report(run_demo(), width=width))
    return 0


if __name__ == "__main__":
    sys.exit(main())
