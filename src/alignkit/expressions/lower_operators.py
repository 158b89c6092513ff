"""Lowers operators: arithmetic, comparisons, conditions, conditional expressions."""

from __future__ import annotations

import ast
import operator
import unicodedata
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final, NoReturn

from alignkit.expressions import ir
from alignkit.expressions import types as t
from alignkit.expressions.capture import capture_all, constant
from alignkit.expressions.context import Context, nearest
from alignkit.expressions.fingerprint import fingerprint
from alignkit.expressions.limits import LONGEST_LIST, LONGEST_SPAN, LONGEST_TEXT
from alignkit.expressions.ranges import arithmetic_type

__all__ = [
    "condition",
    "constant_node",
    "lower_boolean",
    "lower_compare",
    "lower_conditional",
    "lower_constant",
    "lower_operation",
    "lower_unary",
    "require_known",
]

Lower = Callable[[Context, ast.expr], ir.Node]

COMPARISONS: Final[dict[type[ast.cmpop], str]] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
ARITHMETIC: Final[dict[type[ast.operator], str]] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
REFUSED_OPERATORS: Final[dict[type[ast.operator], str]] = {
    ast.FloorDiv: "// is not part of the language; use ratio() and steps()",
    ast.Mod: "% is not part of the language",
    ast.Pow: "** is not part of the language; multiply",
}
FOLD: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


def constant_node(ctx: Context, node: ast.expr, value: Any) -> ir.Const:
    """The node of a constant, or a fault at the place where it stands."""
    found = constant(value)
    if found is None:
        _refuse_constant(ctx, node, value)
    return found


def _refuse_constant(ctx: Context, node: ast.expr, value: Any) -> NoReturn:
    if isinstance(value, (int, float)):
        ctx.refuse(node, "NumberRange", "a number here is not finite, or a whole number beyond 2**53")
    if isinstance(value, str):
        ctx.refuse(node, "RuleTooLarge", f"text of {len(value)} characters; at most {LONGEST_TEXT} are allowed")
    ctx.refuse(node, "RuleSyntax", f"{type(value).__name__} values are not part of the language")


def lower_constant(ctx: Context, node: ast.Constant) -> ir.Node:
    """A number, text, True, False or None."""
    if isinstance(node.value, str):
        node_value = node.value
        if any(0xD800 <= ord(c) <= 0xDFFF for c in node_value):
            ctx.refuse(node, "RuleSyntax", "text with an unpaired surrogate; remove it")
        if not unicodedata.is_normalized("NFC", node_value):
            ctx.refuse(node, "RuleSyntax", "text that is not in its composed form (NFC), which no fact ever equals")
    return constant_node(ctx, node, node.value)


def require_known(ctx: Context, syntax: ast.expr, node: ir.Node, what: str) -> None:
    """Refuse a value that may be None where `what` needs a known one."""
    if not ctx.is_known(node):
        ctx.refuse(
            syntax,
            "MaybeUnknown",
            f"{ast.unparse(syntax)} may be None, and {what} needs a known value; "
            f"test it first (if x is None: return ...) or use default(x, ...)",
        )


def condition(ctx: Context, syntax: ast.expr, lower: Lower) -> ir.Node:
    """A node that is true or false."""
    node = lower(ctx, syntax)
    kind = ctx.type_of(node)
    if kind.base != "bool" or kind.nullable:
        text = ast.unparse(syntax)
        if kind.base == "none":
            hint = "None is not a condition"
        elif kind.nullable:
            hint = f"{text} may be None; write {text} is not None, or test it first"
        elif kind.is_number:
            hint = f"{text} is a number; compare it, such as {text} > 0"
        else:
            hint = f"{text} is {kind}; compare it with something"
        ctx.refuse(syntax, "NotACondition", hint)
    return node


def lower_boolean(ctx: Context, node: ast.BoolOp, lower: Lower) -> ir.Node:
    """`and` / `or`: conditions on both sides; each may rely on the ones before it."""
    is_and = isinstance(node.op, ast.And)
    operands: list[ir.Node] = []
    here = ctx
    for value in node.values:
        operand = condition(here, value, lower)
        operands.append(operand)
        here = here.knowing(operand, is_and)
    flat: list[ir.Node] = []
    for operand in operands:
        match operand:
            case ir.And(operands=inner) if is_and:
                flat.extend(inner)
            case ir.Or(operands=inner) if not is_and:
                flat.extend(inner)
            case _:
                flat.append(operand)
    return ir.And(tuple(flat)) if is_and else ir.Or(tuple(flat))


def lower_unary(ctx: Context, node: ast.UnaryOp, lower: Lower) -> ir.Node:
    """`not` of a condition, minus of a number."""
    if isinstance(node.op, ast.Not):
        operand = condition(ctx, node.operand, lower)
        return operand.operand if isinstance(operand, ir.Not) else ir.Not(operand)
    operand = lower(ctx, node.operand)
    if isinstance(node.op, (ast.UAdd, ast.Invert)):
        ctx.refuse(node, "RuleSyntax", "unary + and ~ are not part of the language")
    kind = ctx.type_of(operand)
    if isinstance(operand, ir.Const) and kind.is_number:
        return constant_node(ctx, node, -operand.value)
    if not kind.is_number:
        ctx.refuse(node, "TypeMismatch", f"minus needs a number, got {kind}")
    require_known(ctx, node.operand, operand, "minus")
    zero = ir.Const(0, t.int_type(0, 0))
    return _arithmetic(ctx, node, "-", zero, operand)


def lower_operation(ctx: Context, node: ast.BinOp, lower: Lower) -> ir.Node:
    """`+ - * /` of numbers; moments and days plus or minus a span; the span between two moments."""
    op = ARITHMETIC.get(type(node.op))
    if op is None:
        ctx.refuse(node, "RuleSyntax", REFUSED_OPERATORS.get(type(node.op), "bit operations are not part of it"))
    left, right = lower(ctx, node.left), lower(ctx, node.right)
    for syntax, side in ((node.left, left), (node.right, right)):
        if side.type.base != "none" and (side.type.is_number or side.type.is_time or side.type.base == "duration"):
            require_known(ctx, syntax, side, "arithmetic")
    return _arithmetic(ctx, node, op, left, right)


def _arithmetic(ctx: Context, node: ast.expr, op: str, left: ir.Node, right: ir.Node) -> ir.Node:
    one, other = ctx.type_of(left), ctx.type_of(right)
    if one.is_number and other.is_number:
        if op == "/" and not (isinstance(right, ir.Const) and right.value):
            ctx.refuse(node, "TypeMismatch", "/ needs a number other than 0 on its right; use ratio(a, b)")
        if isinstance(left, ir.Const) and isinstance(right, ir.Const):
            return constant_node(ctx, node, FOLD[op](left.value, right.value))
        found, fault = arithmetic_type(op, one, other)
        if fault:
            ctx.refuse(node, "NumberRange", fault)
        return ir.Arith(op, left, right, found)
    if one.is_time and other.base == "duration" and op in ("+", "-"):
        if one.base == "date" and not _whole_days(right):
            ctx.refuse(node, "TypeMismatch", "a date moves by whole days only; use timedelta(days=...)")
        _check_moved(ctx, node, op, left, right)
        return ir.Arith(op, left, right, one)
    if one.base == other.base == "moment" and op == "-":
        return ir.Arith(op, left, right, t.DURATION)
    if one.base == other.base == "date" and op == "-":
        ctx.refuse(node, "TypeMismatch", "use days_between(a, b) for the days between two dates")
    if "none" in (one.base, other.base):
        ctx.refuse(node, "MaybeUnknown", f"{op} with None is not defined")
    if "bool" in (one.base, other.base):
        ctx.refuse(node, "TypeMismatch", "a condition is not a number; use count(... if ...) or a conditional")
    ctx.refuse(node, "TypeMismatch", f"{one} {op} {other} is not defined")


def _check_moved(ctx: Context, node: ast.expr, op: str, left: ir.Node, right: ir.Node) -> None:
    """Only the present moves, and not far: a stored moment may be the last there is, where adding raises."""
    distance = _distance(ir.Arith(op, left, right, left.type))
    if distance is None:
        ctx.refuse(
            node,
            "TypeMismatch",
            "only now and today move, by constant spans; write x < now - span, or use days_between()",
        )
    if abs(distance) > LONGEST_SPAN:
        ctx.refuse(
            node, "NumberRange", f"this lies {abs(distance).days} days away; at most {LONGEST_SPAN.days} are allowed"
        )


def _distance(node: ir.Node) -> timedelta | None:
    """How far a moment lies from the present; None where that is not constant."""
    match node:
        case ir.Now() | ir.Today():
            return timedelta()
        case ir.Arith(op="+" | "-" as op, left=left, right=ir.Const(value=timedelta() as span)) if (
            abs(span) <= 2 * LONGEST_SPAN
        ):
            before = _distance(left)
            return None if before is None else before + span if op == "+" else before - span
        case _:
            return None


def _whole_days(node: ir.Node) -> bool:
    return isinstance(node, ir.Const) and isinstance(node.value, timedelta) and node.value == timedelta(node.value.days)


def lower_conditional(ctx: Context, node: ast.IfExp, lower: Lower) -> ir.Node:
    """`a if test else b`: each side may rely on what the test makes known."""
    test = condition(ctx, node.test, lower)
    then_ctx, other_ctx = ctx.knowing(test, True), ctx.knowing(test, False)
    then, other = lower(then_ctx, node.body), lower(other_ctx, node.orelse)
    found = t.unify(then_ctx.type_of(then), other_ctx.type_of(other))
    if found is None:
        ctx.refuse(
            node, "TypeMismatch", f"the two sides differ: {then_ctx.type_of(then)} and {other_ctx.type_of(other)}"
        )
    if isinstance(test, ir.Const):
        return then if test.value else other
    return ir.If(test, then, other, found)


def lower_compare(ctx: Context, node: ast.Compare, lower: Lower) -> ir.Node:
    """A comparison, or a chain of `<` and `<=` (or `>` and `>=`)."""
    if len(node.ops) > 1 and not all(isinstance(op, (ast.Lt, ast.LtE, ast.Gt, ast.GtE)) for op in node.ops):
        ctx.refuse(node, "RuleSyntax", "only < and <= (> and >=) can be chained; join others with and")
    parts = []
    left_syntax = node.left
    for op, right_syntax in zip(node.ops, node.comparators, strict=True):
        parts.append(_comparison(ctx, node, op, left_syntax, right_syntax, lower))
        left_syntax = right_syntax
    return parts[0] if len(parts) == 1 else ir.And(tuple(parts))


def _comparison(
    ctx: Context, node: ast.Compare, op: ast.cmpop, left_syntax: ast.expr, right_syntax: ast.expr, lower: Lower
) -> ir.Node:
    if isinstance(op, (ast.Is, ast.IsNot)):
        return _identity(ctx, node, op, left_syntax, right_syntax, lower)
    if isinstance(op, (ast.In, ast.NotIn)):
        inside = _membership(ctx, left_syntax, right_syntax, lower)
        return _definite(ctx, ir.Not(inside) if isinstance(op, ast.NotIn) else inside)
    symbol = COMPARISONS[type(op)]
    left, right = lower(ctx, left_syntax), lower(ctx, right_syntax)
    _check_comparable(ctx, node, symbol, left, right)
    if symbol in ("==", "!="):
        _warn_unusual(ctx, node, left, right)
        if isinstance(left, ir.Const) and not isinstance(right, ir.Const):
            left, right = right, left
        equal = ir.Compare("==", left, right)
        return _definite(ctx, equal if symbol == "==" else ir.Not(equal))
    require_known(ctx, left_syntax, left, f"{symbol}")
    require_known(ctx, right_syntax, right, f"{symbol}")
    return _definite(ctx, ir.Compare(symbol, left, right))


def _definite(ctx: Context, test: ir.Node) -> ir.Node:
    """Where leniency let an unknown value through, the test fails for it."""
    relied = ir.unguarded(test) if ctx.is_lenient else frozenset()
    if not relied:
        return test
    return ir.And((*(ir.Not(ir.IsNone(node)) for node in sorted(relied, key=fingerprint)), test))


def _identity(
    ctx: Context, node: ast.Compare, op: ast.cmpop, left_syntax: ast.expr, right_syntax: ast.expr, lower: Lower
) -> ir.Node:
    if not (isinstance(right_syntax, ast.Constant) and right_syntax.value is None):
        ctx.refuse(node, "RuleSyntax", "is and is not are for None only; compare with ==")
    operand = lower(ctx, left_syntax)
    if operand.type.base in ("state", "outcome"):
        ctx.refuse(node, "TypeMismatch", "an outcome cannot be tested; test what it was made from")
    if not operand.type.nullable:
        result: ir.Node = ir.Const(False, t.BOOL)
    elif operand.type.base == "none":
        result = ir.Const(True, t.BOOL)
    else:
        result = ir.IsNone(operand)
    if isinstance(op, ast.Is):
        return result
    return ir.Const(not result.value, t.BOOL) if isinstance(result, ir.Const) else ir.Not(result)


def _membership(ctx: Context, left_syntax: ast.expr, right_syntax: ast.expr, lower: Lower) -> ir.Node:
    operand = lower(ctx, left_syntax)
    values = []
    for element, value in _members(ctx, right_syntax, lower):
        _check_comparable(ctx, element, "==", operand, value)
        _warn_unusual(ctx, element, operand, value)
        values.append(value)
    return ir.In(operand, tuple(values))


def _members(ctx: Context, syntax: ast.expr, lower: Lower) -> list[tuple[ast.expr, ir.Const]]:
    """The constants behind `in`, each with the place where it stands."""
    if isinstance(syntax, (ast.Name, ast.Attribute)):
        captured = capture_all(ctx, syntax)
        found: list[tuple[ast.expr, ir.Const]] | None = None if captured is None else [(syntax, c) for c in captured]
    elif isinstance(syntax, (ast.Tuple, ast.List, ast.Set)):
        found = [(element, _member(ctx, element, lower)) for element in syntax.elts]
    else:
        found = None
    if found is None:
        ctx.refuse(syntax, "RuleSyntax", 'in needs a list of constants, such as ("A", "B")')
    if len(found) > LONGEST_LIST:
        ctx.refuse(syntax, "RuleTooLarge", f"a list of {len(found)}; at most {LONGEST_LIST}")
    return found


def _member(ctx: Context, element: ast.expr, lower: Lower) -> ir.Const:
    value = lower(ctx, element)
    if not isinstance(value, ir.Const) or value.type.base == "none":
        ctx.refuse(element, "RuleSyntax", "in needs constants other than None")
    return value


def _check_comparable(ctx: Context, node: ast.expr, symbol: str, left: ir.Node, right: ir.Node) -> None:
    one, other = ctx.type_of(left), ctx.type_of(right)
    bases = {one.base, other.base}
    if "none" in bases:
        ctx.refuse(node, "RuleSyntax", "write is None (or is not None)")
    if bases == {"date", "moment"}:
        ctx.refuse(node, "TypeMismatch", "a date and a moment do not compare; compare a date with today")
    if "record" in bases:
        ctx.refuse(node, "TypeMismatch", "records do not compare; compare their .id")
    if "bool" in bases:
        ctx.refuse(node, "TypeMismatch", "a condition needs no comparison; write it, or not before it")
    if bases & {"state", "outcome"}:
        ctx.refuse(node, "TypeMismatch", "an outcome does not compare")
    if t.unify(one, other) is None:
        ctx.refuse(node, "TypeMismatch", f"{one} and {other} do not compare")
    if symbol not in ("==", "!=") and one.base == "text":
        ctx.refuse(node, "TypeMismatch", "text has no order in the language; compare with == or in")
    if symbol in ("==", "!=") and one.base == other.base == "float" and _calculated(left) and _calculated(right):
        ctx.warn(node, "InexactComparison", "two calculated numbers are seldom equal; compare with <= instead")


def _calculated(node: ir.Node) -> bool:
    return not isinstance(node, (ir.Const, ir.Field))


def _warn_unusual(ctx: Context, node: ast.expr, left: ir.Node, right: ir.Node) -> None:
    for field, value in ((left, right), (right, left)):
        usual = field.type.vocabulary
        if usual is not None and isinstance(value, ir.Const) and value.value not in usual:
            listed = ", ".join(sorted(usual))
            ctx.warn(node, "UnusualValue", f"{value.value!r} is not one of {listed}", nearest(str(value.value), usual))
