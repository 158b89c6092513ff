"""
The board: one HTML file that both teams open, made for one audience.

`board` writes it and `board_page` gives it as text. The page needs no network and no server: it lists the customers,
filters and sorts them, and has a page for each with its projects, needs, lost points and what would win them back.
"""

from __future__ import annotations

from alignkit.reports.board.making import board, board_page
from alignkit.reports.board.scene import Bounds

__all__ = ["Bounds", "board", "board_page"]
