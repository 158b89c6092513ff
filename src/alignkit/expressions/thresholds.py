"""Thresholds: keyword-only parameters with a literal default, which a policy may set to another value of their type."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

import attrs

from alignkit.expressions import ir
from alignkit.expressions.capture import constant
from alignkit.expressions.context import Context, nearest
from alignkit.expressions.parsing import literal

__all__ = ["Parameter", "thresholds"]


@attrs.frozen
class Parameter:
    """
    A threshold of a rule.

    Attributes:
        name: As written.
        default: Its value in the text.
        value: Its value now.
    """

    name: str
    default: Any
    value: Any


def thresholds(
    ctx: Context, definition: ast.FunctionDef, given: Mapping[str, Any], names: dict[str, ir.Node | None]
) -> tuple[Parameter, ...]:
    """
    The thresholds of a rule, in order; each is bound to its value in `names`.

    Args:
        ctx: Where faults go.
        definition: The function.
        given: Values that differ from the defaults.
        names: Gets the node of each.
    """
    found = []
    for argument, default in zip(definition.args.kwonlyargs, definition.args.kw_defaults, strict=True):
        if default is None:
            ctx.refuse(argument, "RuleShape", f"threshold {argument.arg!r} needs a default")
        value = literal(ctx, default)
        chosen = given.get(argument.arg, value)
        names[argument.arg] = _threshold_node(ctx, argument, value, chosen)
        found.append(Parameter(argument.arg, value, chosen))
    for name in sorted(set(given) - {parameter.name for parameter in found}):
        ctx.refuse(
            definition,
            "PolicyInvalid",
            f"{definition.name} has no threshold {name!r}",
            nearest(name, [parameter.name for parameter in found]),
        )
    return tuple(found)


def _threshold_node(ctx: Context, argument: ast.arg, default: Any, value: Any) -> ir.Node:
    annotation = "" if argument.annotation is None else ast.unparse(argument.annotation).strip("'\"")
    wanted = annotation if annotation in ("int", "float", "str", "bool") else type(default).__name__
    fits = {
        "float": isinstance(value, (int, float)) and not isinstance(value, bool),
        "int": isinstance(value, int) and not isinstance(value, bool),
        "str": isinstance(value, str),
        "bool": isinstance(value, bool),
    }[wanted]
    if not fits:
        ctx.refuse(argument, "PolicyInvalid", f"threshold {argument.arg!r} is {wanted}, got {value!r}")
    found = constant(value)
    if found is not None and wanted == "float":
        found = constant(float(found.value))
    if found is None:
        ctx.refuse(
            argument, "NumberRange", f"threshold {argument.arg!r} must be finite and within 2**53, got {value!r}"
        )
    return found
