"""
Parses the text of one function, within the limits and in plain characters.

Owns what can be told from syntax alone; what names and values mean is told when the text is lowered.
"""

from __future__ import annotations

import ast
import io
import tokenize
from typing import NoReturn

from alignkit.expressions.context import Context, Fault, FunctionText, Language, Report
from alignkit.expressions.diagnostics import Diagnostic
from alignkit.expressions.limits import DEEPEST, LONGEST_SOURCE, MOST_NODES, measure

__all__ = ["annotation", "literal", "parse"]


def parse(function: FunctionText, language: Language, report: Report) -> tuple[ast.FunctionDef, Context]:
    """Parse the text of one function within the limits; a `Fault` says what is wrong."""
    if len(function.text) > LONGEST_SOURCE:
        _refuse(report, "RuleTooLarge", f"{len(function.text)} characters; at most {LONGEST_SOURCE}")
    try:
        tree = ast.parse(function.text)
    except SyntaxError as error:
        _refuse(report, "RuleSyntax", f"not valid Python: {error.msg}", error.lineno or 0, error.offset or 0)
    except (RecursionError, MemoryError, ValueError) as error:
        _refuse(report, "RuleSyntax", f"cannot be parsed ({type(error).__name__})")
    _check_characters(function.text, report)
    if len(tree.body) != 1 or not isinstance(tree.body[0], ast.FunctionDef):
        _refuse(report, "RuleShape", "the text must be one function: def name(project: ProjectView, now): ...")
    definition = tree.body[0]
    if definition.decorator_list:
        _refuse(report, "RuleShape", "stored text has no decorators; remove them")
    nodes, depth = measure(tree)
    if nodes > MOST_NODES:
        _refuse(report, "RuleTooLarge", f"{nodes} syntax nodes; at most {MOST_NODES} are allowed")
    if depth > DEEPEST:
        _refuse(report, "RuleTooLarge", f"nested {depth} deep; at most {DEEPEST} is allowed")
    lines = tuple(function.text.split("\n"))
    return definition, Context(language, function.scope, report, lines, {}, assigned=_assigned(definition))


def _refuse(report: Report, code: str, message: str, line: int = 0, column: int = 0) -> NoReturn:
    raise Fault(Diagnostic(code, message, report.rule_id, line, column)) from None


def _check_characters(text: str, report: Report) -> None:
    """Refuse text that does not read as it runs: names that Python folds into others, and text that runs backwards."""
    if text.isascii():
        return
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        _refuse(report, "RuleSyntax", "not valid Python")
    for token in tokens:
        line, column = token.start
        if any(0x202A <= ord(c) <= 0x202E or 0x2066 <= ord(c) <= 0x2069 for c in token.string):
            _refuse(report, "RuleSyntax", "bidirectional control characters; remove them", line, column + 1)
        if token.type == tokenize.NAME and not token.string.isascii():
            _refuse(report, "RuleSyntax", f"names are plain ASCII, {token.string!r} is not", line, column + 1)


def _assigned(definition: ast.FunctionDef) -> frozenset[str]:
    """Names that Python takes for locals everywhere in the function, also before they have a value."""
    targets = [
        target
        for node in ast.walk(definition)
        if isinstance(node, (ast.Assign, ast.AnnAssign))
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    ]
    return frozenset(target.id for target in targets if isinstance(target, ast.Name))


def literal(ctx: Context, node: ast.expr) -> bool | int | float | str:
    """The value of the default of a threshold."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        inner = node.operand.value
        if isinstance(inner, (int, float)) and not isinstance(inner, bool):
            return -inner
    if isinstance(node, ast.Constant) and isinstance(node.value, (bool, int, float, str)):
        return node.value
    ctx.refuse(node, "RuleShape", "the default of a threshold is a number, text, True or False")


def annotation(node: ast.expr) -> ast.expr | None:
    """An annotation, where it is one that a text can mean."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            node = ast.parse(node.value, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        if measure(node)[1] > DEEPEST:
            return None
    return node
