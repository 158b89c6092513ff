"""
Progress of an import as a bar, by a library that draws bars (extra `progress`).

    with TqdmProgress() as progress:
        found = hubspot.read("exports/hubspot", progress=progress)
"""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

from alignkit.errors import MissingExtraError
from alignkit.importers.options import ImportProgress

__all__ = ["RichProgress", "TqdmProgress"]


class TqdmProgress:
    """
    Draws a bar with tqdm: bytes read of those there are, and rows so far.

    Args:
        **options: For `tqdm.auto.tqdm`, such as `disable=None` to draw only on a terminal.

    Raises:
        MissingExtraError: tqdm (extra `progress`) is not installed.
    """

    def __init__(self, **options: Any) -> None:
        try:
            from tqdm.auto import tqdm
        except ModuleNotFoundError as error:
            raise MissingExtraError("progress", "tqdm") from error
        self._bar: Any = tqdm(**{"unit": "B", "unit_scale": True, **options})

    def __call__(self, at: ImportProgress) -> None:
        """Move the bar to where the import is."""
        self._bar.total = at.total_bytes or None
        self._bar.set_postfix_str(f"{at.rows:,} rows, {at.source}", refresh=False)
        self._bar.update(at.done_bytes - self._bar.n)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._bar.close()


class RichProgress:
    """
    Draws a bar with rich: bytes read of those there are, and rows so far.

    Args:
        **options: For `rich.progress.Progress`, such as a `console`.

    Raises:
        MissingExtraError: rich (extra `progress`) is not installed.
    """

    def __init__(self, **options: Any) -> None:
        try:
            from rich.progress import Progress
        except ModuleNotFoundError as error:
            raise MissingExtraError("progress", "rich") from error
        self._progress: Any = Progress(**options)
        self._task: Any = self._progress.add_task("import", total=None)

    def __call__(self, at: ImportProgress) -> None:
        """Move the bar to where the import is."""
        from rich.markup import escape

        said = f"{at.rows:,} rows, {escape(at.source)}"
        self._progress.update(self._task, total=at.total_bytes or None, completed=at.done_bytes, description=said)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._progress.stop()
