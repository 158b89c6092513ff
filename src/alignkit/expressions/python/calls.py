"""
Renders the functions of the language, operation by operation as `alignkit.expressions.functions` computes them.

A function whose arguments may be unknown becomes `None if ... else ...` around what it computes of known ones; the
tests are the renderer's (`Renderer.absent`), so that no value is computed only to be found to be None.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from alignkit.expressions import ir

if TYPE_CHECKING:
    from alignkit.expressions.python.render import Renderer

__all__ = ["CALLS", "line"]


def is_stored_as_float(node: ir.Node) -> bool:
    """Whether a number surely is a Python float here: days between dates are counted in whole numbers."""
    match node:
        case ir.Call(name="days_between", args=(earlier, _)):
            return earlier.type.base == "moment"
        case ir.Call(name="default" | "clamp" | "min" | "max" | "abs") | ir.If():
            return False
        case _:
            return node.type.base == "float"


def line(render: Renderer, node: ir.Node, best: ir.Node, worst: ir.Node) -> str:
    """The line of a ramp, not held within 0..1."""
    if isinstance(best, ir.Const) and isinstance(worst, ir.Const):
        gap = float(best.value - worst.value)
        shifted = render(node) if worst.value == 0 else f"({render(node)} - {render.beside(node, worst)})"
        return shifted if gap == 1.0 else f"{shifted} / {render.literal(gap)}"
    return f"({render(node)} - {render(worst)}) / ({render(best)} - {render(worst)})"


def _ramp(render: Renderer, node: ir.Call) -> str:
    x, best, worst = node.args
    name = render.writer.fresh()
    return f"(0.0 if ({name} := {line(render, x, best, worst)}) < 0.0 else 1.0 if {name} > 1.0 else {name})"


def _steps(render: Renderer, node: ir.Call) -> str:
    x, when, otherwise, *bands = node.args
    assert isinstance(when, ir.Const)
    symbol = "<=" if when.value == "at_most" else ">="
    first, later = render.once(x)
    text = ""
    for edge, score in zip(bands[::2], bands[1::2], strict=True):
        text += f"{_float(score)} if {first if not text else later} {symbol} {render(edge)} else "
    return f"({text}{_float(otherwise)})"


def _float(node: ir.Node) -> str:
    assert isinstance(node, ir.Const)
    return repr(float(node.value))


def _decay(render: Renderer, node: ir.Call) -> str:
    x, later = render.once(node.args[0])
    half, again = half_life(render, node.args[1])
    return f"(1.0 if {x} <= 0 else {half} / ({again} + {later}))"


def half_life(render: Renderer, node: ir.Node) -> tuple[str, str]:
    """The half-life of a decay at its first use, and after."""
    if isinstance(node, ir.Const):
        text = render.literal(float(node.value))
        return text, text
    return render.once(node)


def _clamp(render: Renderer, node: ir.Call) -> str:
    x, later = render.once(node.args[0])
    low, high = render(node.args[1]), render(node.args[2])
    return f"({low} if {x} < {low} else {high} if {later} > {high} else {later})"


def _ratio(render: Renderer, node: ir.Call) -> str:
    return f"({render(node.args[0])} / {render(node.args[1])})"


def _default(render: Renderer, node: ir.Call) -> str:
    value, fallback = node.args
    first, later = render.once(value)
    return f"({render(fallback)} if {first} is None else {later})"


def _days_between(render: Renderer, node: ir.Call) -> str:
    if node.args[0].type.base == "date":
        earlier, later = (_number_of_day(render, argument) for argument in node.args)
        return f"({later} - {earlier})"
    return _between(render, node, "86400000000.0")


def _number_of_day(render: Renderer, node: ir.Node) -> str:
    return "day" if isinstance(node, ir.Today) else f"{render(node)}.toordinal()"


def _hours_between(render: Renderer, node: ir.Call) -> str:
    return _between(render, node, "3600000000.0")


def _between(render: Renderer, node: ir.Call, unit: str) -> str:
    earlier, later = map(render, node.args)
    span = render.writer.fresh()
    return (
        f"(((({span} := {later} - {earlier}).days * 86400 + {span}.seconds) * 1000000 + {span}.microseconds) / {unit})"
    )


def _total_of(render: Renderer, node: ir.Call) -> str:
    return f"({render(node.args[0])} / 1e6)"


def _mean_of(render: Renderer, node: ir.Call) -> str:
    added, number = map(render, node.args)
    return f"({added} / ({number} * 1e6))"


def _smaller(render: Renderer, node: ir.Call) -> str:
    return _pick(render, node, "<")


def _larger(render: Renderer, node: ir.Call) -> str:
    return _pick(render, node, ">")


def _pick(render: Renderer, node: ir.Call, symbol: str) -> str:
    one, one_again = render.once(node.args[0])
    other, other_again = render.once(node.args[1])
    return f"({other_again} if {other} {symbol} {one} else {one_again})"


def _absolute(render: Renderer, node: ir.Call) -> str:
    first, later = render.once(node.args[0])
    return f"(-{later} if {first} < 0 else {later})"


CALLS: Final[dict[str, Callable[[Renderer, ir.Call], str]]] = {
    "ramp": _ramp,
    "steps": _steps,
    "decay": _decay,
    "clamp": _clamp,
    "ratio": _ratio,
    "default": _default,
    "days_between": _days_between,
    "hours_between": _hours_between,
    "total_of": _total_of,
    "mean_of": _mean_of,
    "share_of": _ratio,
    "min": _smaller,
    "max": _larger,
    "abs": _absolute,
}
"""How each function is written where its answer is surely not None."""
