"""
Filters: conditions of the rule language on one record, for finding records in a store.

Fields are named without the record (`status == "active"`); other names are values that are handed in. A comparison
with something unknown does not hold, so that a filter needs no tests for None.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

import attrs

from alignkit.errors import ExpressionError
from alignkit.expressions import ir
from alignkit.expressions import types as t
from alignkit.expressions.capture import constant
from alignkit.expressions.context import MISSING, Context, Fault, Report
from alignkit.expressions.diagnostics import Diagnostic
from alignkit.expressions.evaluate import Place, evaluate
from alignkit.expressions.limits import DEEPEST, LONGEST_SOURCE, MOST_NODES, measure
from alignkit.expressions.lower import lower_expression
from alignkit.expressions.lower_operators import condition
from alignkit.expressions.model import Kind
from alignkit.policy.scopes import TextScope, language

__all__ = ["Filter", "compile_filter"]

SUBJECT: Final = "it"


@attrs.frozen
class Filter:
    """
    A checked condition on records of a kind.

    Attributes:
        kind: The kind.
        text: As written.
        test: The checked condition.
    """

    kind: str
    text: str
    test: ir.Node

    def holds(self, view: Any, *, now: datetime | None = None, today: date | None = None) -> bool:
        """Whether a record, given as a view, fits."""
        return bool(evaluate(self.test, Place(view, now, today)))


class _Fields(ast.NodeTransformer):
    """Turns bare names of the record's own fields, hops and relations into paths."""

    def __init__(self, kind: Kind, taken: Iterable[str]) -> None:
        self.names = set(kind.names) - set(taken)

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in self.names:
            return node
        subject = ast.copy_location(ast.Name(SUBJECT, ast.Load()), node)
        return ast.copy_location(ast.Attribute(subject, node.id, ast.Load()), node)


@attrs.frozen
class _FilterScope(TextScope):
    """The names of the language; a mistyped one may also have been meant for a field."""

    fields: tuple[str, ...] = ()

    def names(self) -> Iterable[str]:
        return (*self.fields, *super().names())


def compile_filter(kind: str, text: str, names: Mapping[str, Any] | None = None) -> Filter:
    """
    Check a filter.

    Args:
        kind: Kind of the records, such as `"project"`.
        text: A condition, such as `"status == 'active' and progress < done"`.
        names: Values of the other names in it: numbers, text, True, False, dates, aware moments.

    Raises:
        ExpressionError: The text is not a condition of the language, with every fault found.
    """
    report = Report("filter")
    given = dict(names or {})
    try:
        node = _parsed(text, report)
        known = language()
        subject = ir.Subject(t.record_type(kind))
        bound: dict[str, ir.Node | None] = {SUBJECT: subject}
        for name, value in given.items():
            bound[name] = _bound(name, value, report)
        fields = known.model.kinds[kind]
        tree = _Fields(fields, given).visit(node)
        scope = _FilterScope(fields=tuple(sorted(fields.names)))
        context = Context(known, scope, report, tuple(text.split("\n")), bound, is_lenient=True)
        test = condition(context, tree, lower_expression)
    except Fault as fault:
        raise ExpressionError([*report.diagnostics, *([fault.diagnostic] if fault.diagnostic else [])]) from None
    return Filter(kind, text, test)


def _parsed(text: str, report: Report) -> ast.expr:
    if len(text) > LONGEST_SOURCE:
        raise Fault(Diagnostic("RuleTooLarge", f"{len(text)} characters; at most {LONGEST_SOURCE}", report.rule_id))
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise Fault(Diagnostic("RuleSyntax", f"not a condition: {type(error).__name__}", report.rule_id)) from None
    nodes, depth = measure(tree)
    if nodes > MOST_NODES or depth > DEEPEST:
        raise Fault(Diagnostic("RuleTooLarge", f"{nodes} syntax nodes, nested {depth} deep", report.rule_id))
    return tree.body


def _bound(name: str, value: Any, report: Report) -> ir.Node:
    if isinstance(value, datetime) and value.utcoffset() is not None:
        return ir.Const(value, t.MOMENT)
    found = constant(value) if value is not MISSING else None
    if found is None or found is ir.NONE:
        raise Fault(
            Diagnostic(
                "NotCapturable", f"{name} is {value!r:.40}; give a number, text, date or aware moment", report.rule_id
            )
        )
    return found
