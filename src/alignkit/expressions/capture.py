"""
Names that the text does not bind: what they stand for, and what of it becomes part of the rule.

A name stands for one thing in a rule and all its helpers, so that the stored text, which keeps captured values and
helpers by name, means what the function means.
"""

from __future__ import annotations

import ast
import math
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

from alignkit.expressions import ir
from alignkit.expressions import types as t
from alignkit.expressions.context import MISSING, Context
from alignkit.expressions.limits import LARGEST_LITERAL, LONGEST_TEXT

__all__ = ["capture", "capture_all", "constant", "note", "note_standard", "object_of"]


def constant(value: Any) -> ir.Const | None:
    """The node of a constant value; None where the language has no such values."""
    if value is None:
        return ir.NONE
    if isinstance(value, bool):
        return ir.Const(value, t.BOOL)
    if isinstance(value, int) and abs(value) <= LARGEST_LITERAL:
        return ir.Const(int(value), t.int_type(value, value))
    if isinstance(value, float) and math.isfinite(value):
        return ir.Const(float(value), t.float_type(value, value, abs(value) or 1.0))
    if isinstance(value, str) and len(value) <= LONGEST_TEXT:
        return ir.Const(str(value), t.TEXT)
    if isinstance(value, timedelta):
        return ir.Const(timedelta(value.days, value.seconds, value.microseconds), t.DURATION)
    if isinstance(value, datetime) or not isinstance(value, date):
        return None
    return ir.Const(value, t.DATE)


def object_of(ctx: Context, node: ast.expr) -> Any:
    """The object that a dotted name outside the text stands for; `MISSING` if it starts at a local or nowhere."""
    if isinstance(node, ast.Name):
        return MISSING if node.id in ctx.names or node.id in ctx.assigned else ctx.scope.lookup(node.id)
    if isinstance(node, ast.Attribute):
        base = object_of(ctx, node.value)
        return MISSING if base is MISSING else ctx.scope.member(base, node.attr)
    return MISSING


def note(ctx: Context, node: ast.expr, sort: str, meaning: Any) -> str:
    """The name as written, after making sure that it stands for nothing else in the rule and its helpers."""
    name = ast.unparse(node)
    earlier_sort, earlier = ctx.report.meanings.setdefault(name, (sort, meaning))
    if earlier_sort != sort or type(earlier) is not type(meaning) or earlier != meaning:
        ctx.refuse(
            node, "NotCapturable", f"{name} does not stand for the same in the rule and all its helpers; rename one"
        )
    return name


def note_standard(ctx: Context, node: ast.expr, value: Any) -> None:
    """Keep a name that the author gave to something of the language, where it is not the language's own."""
    found = ctx.language.standard(value)
    if found is not None:
        own, meaning = found
        name = note(ctx, node, "language", own)
        if name not in (own, f"ak.{own}"):
            ctx.report.constants[name] = meaning


def capture(ctx: Context, node: ast.expr, value: Any) -> ir.Const | None:
    """The node of a captured value; None where the language has no such values."""
    found = _scalar(value)
    if found is not None:
        ctx.report.constants[note(ctx, node, "value", found.value)] = found.value
    return found


def capture_all(ctx: Context, node: ast.expr) -> list[ir.Const] | None:
    """The nodes of a captured tuple; None where the name stands for anything else."""
    value = object_of(ctx, node)
    found = [_scalar(item) for item in value] if isinstance(value, tuple) else [None]
    known = [item for item in found if item is not None]
    if len(known) < len(found):
        return None
    values = tuple(item.value for item in known)
    ctx.report.constants[note(ctx, node, "values", values)] = values
    return known


def _scalar(value: Any) -> ir.Const | None:
    if isinstance(value, Enum) and isinstance(value, (str, int)):
        value = value.value
    return constant(value) if isinstance(value, (bool, int, float, str, timedelta)) else None
