"""
Writes how a rule's answer becomes its code: 0..1,000,000, or -1 not applicable, -2 no data, -3 error.

A branch that gives no score sets a bit in the subject's pattern, so that shares are looked up by pattern.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import floor

import attrs

from alignkit.expressions import ir
from alignkit.expressions.python.render import Renderer
from alignkit.expressions.python.sharing import repeated

__all__ = ["ERROR", "NOT_APPLICABLE", "NO_DATA", "Slot", "bind_repeated", "write_outcome"]

NOT_APPLICABLE = -1
NO_DATA = -2
ERROR = -3


@attrs.frozen
class Slot:
    """
    Where the code of one rule goes.

    Attributes:
        name: The local.
        absent: Bit of the pattern for not applicable; 0 for a gate, which takes no share.
        missing: Bit of the pattern for no data and error; 0 for a gate.
    """

    name: str
    absent: int
    missing: int


def bind_repeated(render: Renderer, roots: Iterable[ir.Node]) -> None:
    """Give a local to what is computed more than once and is safe to compute here."""
    writer = render.writer
    for node in repeated(roots, writer.bound, writer.known):
        local = writer.fresh()
        writer.line(f"{local} = {render(node)}")
        writer.bound[node] = local


def write_outcome(render: Renderer, node: ir.Node, slot: Slot) -> None:
    """Write the statements that set the slot from a rule's answer."""
    writer = render.writer
    if node not in writer.bound:
        match node:
            case ir.Const(value=value, type=kind):
                _write_constant(render, value, kind.base, slot)
                return
            case ir.If(test=test, then=then, other=other):
                with writer.block(f"if {render(test)}:", ir.known_when(test, True)):
                    bind_repeated(render, [then])
                    write_outcome(render, then, slot)
                with writer.block("else:", ir.known_when(test, False)):
                    bind_repeated(render, [other])
                    write_outcome(render, other, slot)
                return
            case ir.Call(name="ramp", args=(x, best, worst)):
                _write_ramp(render, x, best, worst, slot)
                return
            case ir.Call(name="steps", args=(x, ir.Const() as when, ir.Const() as otherwise, *bands)):
                _write_steps(render, x, when, otherwise, bands, slot)
                return
    if node.type.base == "bool":
        writer.line(f"{slot.name} = 1000000 if {render(node)} else 0")
        return
    value = render(node)
    if render.is_known(node):
        _write_number(render, node, value, slot)
        return
    local = value if value.isidentifier() else writer.fresh()
    if local != value:
        writer.line(f"{local} = {value}")
    with writer.block(f"if {local} is None:"):
        _write_state(render, slot, NO_DATA)
    with writer.block("else:"):
        _write_number(render, node, local, slot)


def _write_state(render: Renderer, slot: Slot, state: int) -> None:
    render.writer.line(f"{slot.name} = {state}")
    bit = slot.absent if state == NOT_APPLICABLE else slot.missing
    if bit:
        render.writer.line(f"k |= {bit}")


def _write_constant(render: Renderer, value: object, base: str, slot: Slot) -> None:
    if base == "state":
        _write_state(render, slot, NOT_APPLICABLE)
    elif value is None:
        _write_state(render, slot, NO_DATA)
    else:
        assert isinstance(value, (bool, int, float))
        code = floor(value * 1e6 + 0.5)
        if 0 <= code <= 1_000_000:
            render.writer.line(f"{slot.name} = {code}")
        else:
            _write_state(render, slot, ERROR)


def _write_number(render: Renderer, node: ir.Node, value: str, slot: Slot) -> None:
    writer = render.writer
    writer.line(f"{slot.name} = floor({value} * 1e6 + 0.5)")
    if node.type.low < 0.0 or node.type.high > 1.0:
        with writer.block(f"if {slot.name} < 0 or {slot.name} > 1000000:"):
            _write_state(render, slot, ERROR)


def _known_or_no_data(render: Renderer, x: ir.Node, slot: Slot) -> tuple[str, str]:
    """The text of a number that may be None, and the word that opens the next branch."""
    writer = render.writer
    value = render(x)
    if render.is_known(x):
        return value, "if"
    local = value if value.isidentifier() else writer.fresh()
    if local != value:
        writer.line(f"{local} = {value}")
    with writer.block(f"if {local} is None:"):
        _write_state(render, slot, NO_DATA)
    return local, "elif"


def _write_ramp(render: Renderer, x: ir.Node, best: ir.Node, worst: ir.Node, slot: Slot) -> None:
    writer = render.writer
    value, word = _known_or_no_data(render, x, slot)
    line = writer.fresh()
    writer.line(f"{word} ({line} := {render.line(value, best, worst)}) <= 0.0:")
    writer.line(f"    {slot.name} = 0")
    writer.line(f"elif {line} >= 1.0:")
    writer.line(f"    {slot.name} = 1000000")
    writer.line("else:")
    writer.line(f"    {slot.name} = floor({line} * 1e6 + 0.5)")


def _write_steps(
    render: Renderer, x: ir.Node, when: ir.Const, otherwise: ir.Const, bands: list[ir.Node], slot: Slot
) -> None:
    writer = render.writer
    value, word = _known_or_no_data(render, x, slot)
    if not value.isidentifier():
        local = writer.fresh()
        writer.line(f"{local} = {value}")
        value = local
    symbol = "<=" if when.value == "at_most" else ">="
    for edge, score in zip(bands[::2], bands[1::2], strict=True):
        assert isinstance(score, ir.Const)
        with writer.block(f"{word} {value} {symbol} {render(edge)}:"):
            _write_constant(render, float(score.value), "float", slot)
        word = "elif"
    with writer.block("else:"):
        _write_constant(render, float(otherwise.value), "float", slot)
