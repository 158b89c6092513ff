"""
Fields worked out of several columns, in the rule language: the same words and the same limits as in rules, and never run
as Python.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import lru_cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

import attrs

from alignkit.errors import ExpressionError

if TYPE_CHECKING:
    from alignkit.expressions import ir

__all__ = ["Formula", "compile_formula", "formula_fault"]

LARGEST: Final = 1e15
GIVES: Final = {
    "number": ("int", "float"),
    "whole": ("int", "float"),
    "money": ("int", "float"),
    "flag": ("bool",),
    "text": ("text",),
    "line": ("text",),
    "texts": ("text",),
    "email": ("text",),
    "domains": ("text",),
    "date": ("date", "moment"),
    "moment": ("moment",),
}
"""For each kind of field, the sorts of value that a formula may give it."""

READS: Final = {"number": "float", "whole": "int", "text": "text", "line": "text", "email": "text", "flag": "bool"}
READS_TIME: Final = {"date": "date", "moment": "moment"}


@attrs.frozen
class Formula:
    """
    A checked formula.

    Attributes:
        text: As written.
        node: Its form.
        base: The sort of value that it gives.
    """

    text: str
    node: ir.Node
    base: str

    def value(self, given: Mapping[str, Any]) -> Any:
        """What it gives for the values of its names, all of them known; None where it gives nothing."""
        from alignkit.expressions.evaluate import Place, evaluate

        found = evaluate(self.node, Place(SimpleNamespace(**given), None, None))
        return int(found) if isinstance(found, float) and found.is_integer() and abs(found) < 2**53 else found


@lru_cache(maxsize=256)
def compile_formula(text: str, kinds: tuple[tuple[str, str], ...]) -> Formula:
    """
    Check a formula.

    Args:
        text: An expression, such as `"hours + minutes / 60"`.
        kinds: Its names, each with the converter that reads it: number, whole, text, line, email, flag, date, moment.

    Raises:
        ExpressionError: It is not of the language, with every fault found.
    """
    from alignkit.expressions import ir
    from alignkit.expressions import types as t
    from alignkit.expressions.context import Context, Fault, Report
    from alignkit.expressions.diagnostics import Diagnostic
    from alignkit.expressions.limits import DEEPEST, LONGEST_SOURCE, MOST_NODES, measure
    from alignkit.expressions.lower import lower_expression
    from alignkit.policy.scopes import TextScope, language

    types = {
        "float": t.float_type(-LARGEST, LARGEST),
        "int": t.int_type(-LARGEST, LARGEST),
        "text": t.TEXT,
        "bool": t.BOOL,
        "date": t.DATE,
        "moment": t.MOMENT,
    }
    report = Report("compute")
    row = ir.Subject(t.record_type("row"))
    bound: dict[str, ir.Node | None] = {
        name: ir.Field(row, name, types[{**READS, **READS_TIME}[kind]]) for name, kind in kinds
    }
    try:
        if len(text) > LONGEST_SOURCE:
            raise Fault(Diagnostic("RuleTooLarge", f"{len(text)} characters; at most {LONGEST_SOURCE}", "compute"))
        try:
            tree = ast.parse(text.strip(), mode="eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise Fault(Diagnostic("RuleSyntax", f"not an expression: {type(error).__name__}", "compute")) from None
        nodes, depth = measure(tree)
        if nodes > MOST_NODES or depth > DEEPEST:
            raise Fault(Diagnostic("RuleTooLarge", f"{nodes} syntax nodes, nested {depth} deep", "compute"))
        context = Context(language(), TextScope(), report, tuple(text.split("\n")), bound)
        node = lower_expression(context, tree.body)
    except Fault as fault:
        raise ExpressionError([*report.diagnostics, *([fault.diagnostic] if fault.diagnostic else [])]) from None
    return Formula(text, node, node.type.base)


def formula_fault(text: str, kinds: tuple[tuple[str, str], ...], wanted: str) -> str:
    """
    What is wrong with a formula for a kind of field; empty when it fits.

    Args:
        text: The formula.
        kinds: Its names, each with the converter that reads it.
        wanted: The converter of the field.
    """
    for name, kind in kinds:
        if not name.isidentifier():
            return f"{name!r} is no name; letters, digits and _ make one"
        if kind not in READS and kind not in READS_TIME:
            return f"{name} is read as {kind!r}; a formula takes {', '.join((*READS, *READS_TIME))}"
    try:
        formula = compile_formula(text, kinds)
    except ExpressionError as error:
        return "; ".join(str(diagnostic) for diagnostic in error.diagnostics)
    if formula.base not in GIVES[wanted]:
        return f"gives {formula.node.type}, and the field is read as {wanted!r}"
    return ""
