"""What makes a result show itself in a notebook."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from alignkit.display.blocks import Shown
from alignkit.display.html import to_html
from alignkit.display.options import options
from alignkit.display.text import to_text

__all__ = ["Displayed"]


class Displayed:
    """
    Shows an object as a page in a notebook, and as the same in plain text in an IPython console.

    A class says what its page holds in `_shown`; `repr` stays what it is.
    """

    __slots__ = ()

    @abstractmethod
    def _shown(self) -> Shown:
        """The page."""

    def _repr_html_(self) -> str | None:
        return to_html(self._shown()) if options.display == "html" else None

    def _repr_pretty_(self, printer: Any, is_cycle: bool) -> None:
        printer.text(to_text(self._shown()))
