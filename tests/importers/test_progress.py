"""Bars follow an import to its end."""

from __future__ import annotations

from io import StringIO

import pytest

from alignkit import sample
from alignkit.importers import hubspot
from alignkit.importers.options import ImportProgress
from alignkit.importers.progress import RichProgress, TqdmProgress

FOLDER = sample.company() / "hubspot"


def ends() -> tuple[int, int]:
    """Rows and bytes at the end of the import."""
    seen: list[ImportProgress] = []
    hubspot.read(FOLDER, currency="EUR", progress=seen.append)
    return seen[-1].rows, seen[-1].total_bytes


def test_tqdm_reaches_the_end() -> None:
    """The bar of tqdm ends at all bytes, and shows the rows."""
    tqdm = pytest.importorskip("tqdm", reason="tqdm is not installed")
    assert tqdm
    out = StringIO()
    with TqdmProgress(file=out, mininterval=0) as progress:
        hubspot.read(FOLDER, currency="EUR", progress=progress)
    rows, _ = ends()
    assert "100%" in out.getvalue() and f"{rows:,} rows" in out.getvalue()


def test_rich_reaches_the_end() -> None:
    """The bar of rich ends at all bytes, and shows the rows; a file name is no markup."""
    console = pytest.importorskip("rich.console", reason="rich is not installed")
    out = StringIO()
    with RichProgress(console=console.Console(file=out, force_terminal=True, width=120)) as progress:
        hubspot.read(FOLDER, currency="EUR", progress=progress)
        rows, total = ends()
        progress(ImportProgress(source="[bold]x[/bold]", rows=rows, done_bytes=total, total_bytes=total))
    assert "100%" in out.getvalue() and f"{rows:,} rows, [bold]x" in out.getvalue()
