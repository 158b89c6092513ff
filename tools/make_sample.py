"""
Writes the files of the sample company into the package: `python tools/make_sample.py [--to FOLDER]`.

The same bytes on every run, machine and Python: no clock, no network, and chance of its own.
Change the tables in `tools/sample_company/`, then run this.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from sample_company.files import files

SHIPPED = Path(__file__).resolve().parents[1] / "src" / "alignkit" / "sample" / "company"


def main() -> None:
    """Write every file below the folder, and say how large they are together."""
    parser = argparse.ArgumentParser(description="Write the files of the sample company.")
    parser.add_argument("--to", type=Path, default=SHIPPED, help="folder to write into")
    folder: Path = parser.parse_args().to
    size = 0
    found = files()
    for path, content in found.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        size += len(content)
    print(f"{len(found)} files, {size} bytes, in {folder}")


if __name__ == "__main__":
    main()
