"""How large rule text may be, before and after parsing, so that no text can exhaust the process."""

from __future__ import annotations

import ast
from datetime import timedelta
from typing import Final

__all__ = [
    "DEEPEST",
    "DEEPEST_NODE",
    "LARGEST_LITERAL",
    "LARGEST_RULE",
    "LONGEST_LIST",
    "LONGEST_SOURCE",
    "LONGEST_SPAN",
    "LONGEST_TEXT",
    "MOST_CONDITIONS",
    "MOST_HELPERS",
    "MOST_NODES",
    "MOST_POLICY_NODES",
    "MOST_RULES",
    "MOST_STEPS",
    "measure",
]

LONGEST_SOURCE: Final = 4_096
MOST_NODES: Final = 500
DEEPEST: Final = 30
LONGEST_LIST: Final = 1_000
LONGEST_TEXT: Final = 1_000
LARGEST_LITERAL: Final = 2**53
LARGEST_RULE: Final = 20_000
DEEPEST_NODE: Final = 60
MOST_STEPS: Final = 10_000
MOST_CONDITIONS: Final = 30
MOST_HELPERS: Final = 8
LONGEST_SPAN: Final = timedelta(days=365_000)
MOST_RULES: Final = 500
MOST_POLICY_NODES: Final = 50_000

_NOT_COUNTED: Final = (ast.expr_context, ast.operator, ast.boolop, ast.cmpop, ast.unaryop)


def measure(tree: ast.AST) -> tuple[int, int]:
    """Number of nodes and depth of a parsed text; walks without recursion, so depth cannot hurt."""
    count = deepest = 0
    waiting: list[tuple[ast.AST, int]] = [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        count += 1
        deepest = max(deepest, depth)
        waiting.extend(
            (child, depth + 1) for child in ast.iter_child_nodes(node) if not isinstance(child, _NOT_COUNTED)
        )
    return count, deepest
