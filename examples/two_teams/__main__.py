"""
Two teams, no meeting: two programs on one database, each run by one team. They share the store and nothing else.

    python examples/two_teams [URL]

Without a URL they meet in an SQLite file; `postgresql+psycopg://user@host/name` works as well.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main(url: str) -> int:
    # The programs lie beside this one; the URL goes to them as it is, and no shell sees it.
    teams = [subprocess.Popen([sys.executable, str(HERE / name), url]) for name in ("pm.py", "crm.py")]  # noqa: S603
    return max(team.wait() for team in teams)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.exit(main(sys.argv[1]))
    with tempfile.TemporaryDirectory() as directory:
        sys.exit(main(f"sqlite:///{directory}/company.db"))
