"""
From the text of a function to a checked node.

Statements become one expression: `if` with returns becomes a conditional, a local becomes the node it stands
for. Syntax is taken by an exact table of node types; whatever is not in it is refused with a diagnostic.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any, Final

import attrs

from alignkit.expressions import ir
from alignkit.expressions import types as t
from alignkit.expressions.capture import note_standard, object_of
from alignkit.expressions.context import (
    MISSING,
    Context,
    Exhausted,
    Fault,
    FunctionText,
    Language,
    Local,
    Own,
    Report,
)  # fmt: skip
from alignkit.expressions.diagnostics import Diagnostic
from alignkit.expressions.limits import DEEPEST_NODE, LARGEST_RULE, MOST_STEPS
from alignkit.expressions.lower_calls import lower_call
from alignkit.expressions.lower_helpers import inline
from alignkit.expressions.lower_names import declare_custom, lower_attribute, lower_name
from alignkit.expressions.lower_operators import (
    Lower,
    condition,
    lower_boolean,
    lower_compare,
    lower_conditional,
    lower_constant,
    lower_operation,
    lower_unary,
)
from alignkit.expressions.parsing import annotation, parse
from alignkit.expressions.thresholds import Parameter, thresholds
from alignkit.expressions.written import Written

__all__ = ["Lowered", "lower_rule"]

REFUSED: Final[dict[type[ast.AST], str]] = {
    ast.Subscript: "indexing and slices are not part of the language",
    ast.Lambda: "lambda is not part of the language; write a helper function",
    ast.ListComp: "lists are not part of the language; go through a relation in an aggregate",
    ast.SetComp: "sets are not part of the language; go through a relation in an aggregate",
    ast.DictComp: "dicts are not part of the language",
    ast.GeneratorExp: "a generator is only allowed as the one argument of an aggregate",
    ast.JoinedStr: "f-strings are not part of the language; the message of a rule can show its locals",
    ast.NamedExpr: "assign on a line of its own instead of :=",
    ast.Await: "await is not part of the language",
    ast.Yield: "yield is not part of the language",
    ast.Starred: "* is not part of the language",
    ast.Dict: "dicts are not part of the language",
    ast.Tuple: "tuples only stand behind in, and as bands of steps()",
    ast.List: "lists only stand behind in",
    ast.Set: "sets only stand behind in",
}


@attrs.frozen
class Lowered:
    """
    A rule in its checked form.

    Attributes:
        name: Name of the function.
        kind: Kind of its subject.
        outcome: What it answers.
        locals: Its named values, in order.
        parameters: Its thresholds, in order.
        reads_today: Whether it has a parameter `today`.
        takes: Names of its positional parameters after the subject, in order.
        constants: What it captured, by name.
        helpers: Text of the functions it calls, by name.
        doc: Its docstring.
        subject: Name of its first parameter.
        kinds: Kinds of records that its text reads of others, needed for the answer or not.
        written: Where its choices and calls stand, in the order in which they were read.
        custom: The custom fields that it reads, by kind and name.
    """

    name: str
    kind: str
    outcome: ir.Node
    locals: tuple[Local, ...]
    parameters: tuple[Parameter, ...]
    takes: tuple[str, ...]
    constants: Mapping[str, Any]
    helpers: Mapping[str, str]
    doc: str
    subject: str
    kinds: frozenset[str]
    written: tuple[Written, ...] = attrs.field(default=(), eq=False, repr=False)
    custom: Mapping[tuple[str, str], Own] = attrs.field(factory=dict)


def lower_rule(function: FunctionText, language: Language, report: Report) -> Lowered | None:
    """
    Check a rule and lower it.

    Args:
        function: The text, where its names come from, and values of its thresholds.
        language: The model it speaks about.
        report: Gets every diagnostic.

    Returns:
        The checked form, or None when the report holds an error.
    """
    before = sum(d.severity == "error" for d in report.diagnostics)
    try:
        definition, context = parse(function, language, report)
        kind = _subject_kind(context, definition)
        subject = ir.Subject(t.record_type(kind))
        names: dict[str, ir.Node | None] = {"": subject, definition.args.args[0].arg: subject}
        takes = _moments(context, definition, names)
        parameters = thresholds(context, definition, function.parameters, names)
        outcome = lower_body(attrs.evolve(context, names=names), definition)
    except Fault as fault:
        if fault.diagnostic is not None:
            report.add(fault.diagnostic)
        return None
    except RecursionError:
        report.add(Diagnostic("RuleTooLarge", "the rule and its helpers are nested too deeply", rule_id=report.rule_id))
        return None
    if outcome is None or sum(d.severity == "error" for d in report.diagnostics) > before:
        return None
    return Lowered(
        name=definition.name,
        kind=kind,
        outcome=outcome,
        locals=tuple(report.locals),
        parameters=parameters,
        takes=takes,
        constants=dict(report.constants),
        helpers=dict(report.helpers),
        doc=ast.get_docstring(definition) or "",
        subject=definition.args.args[0].arg,
        kinds=frozenset(report.kinds),
        written=tuple(report.written),
        custom={path: report.custom[path] for path in sorted(report.custom_read)},
    )


def _subject_kind(ctx: Context, definition: ast.FunctionDef) -> str:
    arguments = definition.args
    if arguments.vararg or arguments.kwarg or arguments.posonlyargs or not arguments.args:
        ctx.refuse(definition, "RuleShape", "a rule takes a view first: def name(project: ProjectView, now: datetime)")
    first = arguments.args[0]
    if first.annotation is None:
        ctx.refuse(first, "RuleShape", f"say what {first.arg!r} is, such as {first.arg}: ProjectView")
    written = annotation(first.annotation)
    view = MISSING if written is None else object_of(ctx, written)
    kind = ctx.language.kind_of(view)
    if kind is None or kind not in ctx.language.model.order:
        listed = ", ".join(ctx.language.model.order)
        ctx.refuse(first.annotation, "RuleShape", f"a rule judges the view of a subject: {listed}")
    assert written is not None
    note_standard(ctx, written, view)
    declare_custom(ctx, first, view)
    return kind


def _moments(ctx: Context, definition: ast.FunctionDef, names: dict[str, ir.Node | None]) -> tuple[str, ...]:
    takes = []
    for argument in definition.args.args[1:]:
        if argument.arg not in ("now", "today"):
            ctx.refuse(
                argument, "RuleShape", f"{argument.arg!r}: after the view come now and today; thresholds stand after *"
            )
        names[argument.arg] = ir.Now() if argument.arg == "now" else ir.Today()
        takes.append(argument.arg)
    if definition.args.defaults:
        ctx.refuse(definition, "RuleShape", "now and today have no defaults")
    return tuple(takes)


def lower_body(ctx: Context, definition: ast.FunctionDef) -> ir.Node | None:
    """The answer of a function body, or None when a fault was found."""
    body = definition.body
    if (
        isinstance(body[0], ast.Expr)
        and isinstance(body[0].value, ast.Constant)
        and isinstance(body[0].value.value, str)
    ):
        body = body[1:]
    return _block(ctx, body, definition)


def _block(ctx: Context, statements: list[ast.stmt], around: ast.AST) -> ir.Node | None:
    for index, statement in enumerate(statements):
        rest = statements[index + 1 :]
        try:
            match statement:
                case ast.Return(value=value):
                    if rest:
                        ctx.refuse(rest[0], "RuleSyntax", "nothing after a return is ever reached; remove it")
                    return ir.NONE if value is None else lower_expression(ctx, value)
                case ast.If():
                    return _branch(ctx, statement, rest)
                case ast.Pass():
                    continue
                case _:
                    _assign(ctx, statement)
        except Exhausted:
            raise
        except Fault as fault:
            if fault.diagnostic is not None:
                ctx.report.add(fault.diagnostic)
            if isinstance(statement, ast.Return):
                return None
    ctx.report.add(
        ctx.diagnostic(
            statements[-1] if statements else around,
            "MissingReturn",
            "every path returns; write return None for no data",
        )
    )
    return None


def _branch(ctx: Context, statement: ast.If, rest: list[ast.stmt]) -> ir.Node | None:
    test = condition(ctx, statement.test, lower_expression)
    then_ctx = attrs.evolve(ctx.knowing(test, True), path=(*ctx.path, test))
    other_ctx = attrs.evolve(ctx.knowing(test, False), path=(*ctx.path, ir.Not(test)))
    then = _block(then_ctx, statement.body if _returns(statement.body) else [*statement.body, *rest], statement)
    if statement.orelse and _returns(statement.orelse):
        other = _block(other_ctx, statement.orelse, statement)
        if _returns(statement.body) and rest:
            ctx.refuse(rest[0], "RuleSyntax", "nothing after this if is ever reached; remove it")
    else:
        other = _block(other_ctx, [*statement.orelse, *rest], statement)
    if then is None or other is None:
        return None
    kind = _either(ctx, then_ctx.type_of(then), other_ctx.type_of(other))
    if kind is None:
        ctx.refuse(
            statement,
            "TypeMismatch",
            f"the returns differ: {then_ctx.type_of(then)} and {other_ctx.type_of(other)}",
        )
    if isinstance(test, ir.Const):
        return then if test.value else other
    return _kept(ctx, statement, ir.If(test, then, other, kind))


def _statement_word(statement: ast.stmt) -> str:
    words = {
        ast.AugAssign: "changing a local",
        ast.Assign: "assigning several names at once",
        ast.Expr: "a value alone",
    }
    return words.get(type(statement), type(statement).__name__.lower())


def _either(ctx: Context, one: t.Type, other: t.Type) -> t.Type | None:
    """The type of two returns: a rule, other than a helper, may answer a number here and a condition there."""
    found = t.unify(one, other)
    if found is None and not ctx.is_helper and {one.base, other.base} <= {"bool", "int", "float"}:
        return t.OUTCOME
    return found


def _returns(statements: list[ast.stmt]) -> bool:
    """Whether every path through the statements ends in a return."""
    if not statements:
        return False
    last = statements[-1]
    if isinstance(last, ast.Return):
        return True
    return isinstance(last, ast.If) and _returns(last.body) and _returns(last.orelse)


def _assign(ctx: Context, statement: ast.stmt) -> None:
    target: ast.expr | None = None
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
    elif isinstance(statement, ast.AnnAssign):
        target = statement.target
    if not isinstance(target, ast.Name) or not isinstance(statement, (ast.Assign, ast.AnnAssign)):
        ctx.refuse(
            statement,
            "RuleSyntax",
            f"{_statement_word(statement)} is not part of the language; a rule is made of name = ..., if, and return",
        )
    if statement.value is None:
        ctx.refuse(statement, "RuleSyntax", f"give {target.id} a value")
    if target.id in ctx.names:
        ctx.refuse(target, "AssignedTwice", f"{target.id!r} already has a value; choose another name")
    ctx.names[target.id] = None
    node = lower_expression(ctx, statement.value)
    if node.type.base in ("state", "outcome"):
        ctx.refuse(statement, "TypeMismatch", "NOT_APPLICABLE is for return only")
    ctx.names[target.id] = node
    if not ctx.is_helper:
        ctx.report.name_local(target.id, node, ctx.path)


def lower_expression(ctx: Context, node: ast.expr) -> ir.Node:
    """The node of an expression; a `Fault` says what is wrong."""
    ctx.report.steps += 1
    if ctx.report.steps > MOST_STEPS:
        message = f"the text unfolds into more than {MOST_STEPS} steps; split the rule, or branch less"
        raise Exhausted(ctx.diagnostic(node, "RuleTooLarge", message))
    return _kept(ctx, node, _lowered(ctx, node))


def _kept(ctx: Context, syntax: ast.AST, node: ir.Node) -> ir.Node:
    """The one node of this form; refused when it is too large."""
    found = ctx.report.keep(node)
    if found.size > LARGEST_RULE:
        raise Exhausted(ctx.diagnostic(syntax, "RuleTooLarge", f"this unfolds to more than {LARGEST_RULE} nodes"))
    if found.depth > DEEPEST_NODE:
        message = f"this unfolds more than {DEEPEST_NODE} deep; split the rule, or join conditions with and and or"
        raise Exhausted(ctx.diagnostic(syntax, "RuleTooLarge", message))
    ctx.note_written(syntax, found.node)
    return found.node


def _lowered(ctx: Context, node: ast.expr) -> ir.Node:
    match node:
        case ast.Constant():
            return lower_constant(ctx, node)
        case ast.Name():
            return lower_name(ctx, node)
        case ast.Attribute():
            return lower_attribute(ctx, node, lower_expression)
        case ast.Compare():
            return lower_compare(ctx, node, lower_expression)
        case ast.BoolOp():
            return lower_boolean(ctx, node, lower_expression)
        case ast.UnaryOp():
            return lower_unary(ctx, node, lower_expression)
        case ast.BinOp():
            return lower_operation(ctx, node, lower_expression)
        case ast.IfExp():
            return lower_conditional(ctx, node, lower_expression)
        case ast.Call():
            return lower_call(ctx, node, lower_expression, _inline)
        case _:
            ctx.refuse(
                node, "RuleSyntax", REFUSED.get(type(node), f"{type(node).__name__} is not part of the language")
            )


def _inline(ctx: Context, call: ast.Call, helper: FunctionText, lower: Lower) -> ir.Node:
    return inline(ctx, call, helper, lower, lower_body)
