"""Where in the text of a rule its choices and calls stand, for those who talk about places: coverage and lint."""

from __future__ import annotations

from typing import Literal

import attrs

from alignkit.expressions import ir

__all__ = ["Sort", "Written"]

Sort = Literal["if", "choice", "call"]
"""An `if` statement, a conditional expression, or a call."""


@attrs.frozen
class Written:
    """
    A checked node with its place in the text.

    Attributes:
        node: What it was lowered to; of a choice whose condition is a constant, the side that is left.
        sort: What is written there.
        line: Line in the text of the function, from 1.
        column: Column in characters, from 1.
        helper: Name of the function in whose text it stands; empty for the rule itself.
        path: The conditions of the `if` statements that lead there, in that function.
    """

    node: ir.Node
    sort: Sort
    line: int
    column: int
    helper: str
    path: tuple[ir.Node, ...]
