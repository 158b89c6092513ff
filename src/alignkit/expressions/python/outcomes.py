"""
Writes how a rule's answer becomes its code: 0..1,000,000, or -1 not applicable, -2 no data, -3 error.

A branch that gives no score sets a bit in the subject's pattern, so that shares are looked up by pattern.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import floor

import attrs

from alignkit.expressions import ir
from alignkit.expressions.python.absence import known_after
from alignkit.expressions.python.calls import half_life, line
from alignkit.expressions.python.render import Renderer, any_of
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
    match node:
        case ir.Const(value=value, type=kind):
            _write_constant(render, value, kind.base, slot)
        case ir.If() if node not in writer.bound:
            _write_conditional(render, node, slot)
        case _:
            _write_value(render, node, slot)


def _write_conditional(render: Renderer, node: ir.If, slot: Slot) -> None:
    writer = render.writer
    before = writer.state
    splits = isinstance(node.test, (ir.IsNone, ir.Or))
    head = any_of(render.excluded(node.test)) if splits else render(node.test)
    later, writer.state = writer.state, before
    with writer.block(f"if {head}:", known_after(node.test, True)):
        bind_repeated(render, [node.then])
        write_outcome(render, node.then, slot)
    writer.state = later
    with writer.block("else:", known_after(node.test, False)):
        bind_repeated(render, [node.other])
        write_outcome(render, node.other, slot)
    writer.state = before


def _write_value(render: Renderer, node: ir.Node, slot: Slot) -> None:
    writer = render.writer
    before = writer.state
    tests = render.absent(node)
    if not tests:
        _write_known(render, node, slot)
        return
    later, writer.state = writer.state, before
    with writer.block(f"if {any_of(tests)}:"):
        _write_state(render, slot, NO_DATA)
    writer.state = later
    with writer.block("else:"):
        _write_known(render, node, slot)
    writer.state = before


def _write_state(render: Renderer, slot: Slot, state: int) -> None:
    render.writer.line(f"{slot.name} = {state}")
    render.writer.may_fail |= state == ERROR
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


def _write_known(render: Renderer, node: ir.Node, slot: Slot) -> None:
    """The code of a value that is surely there; ends of curves are told apart before anything is multiplied."""
    match node:
        case _ if node.type.base == "bool":
            render.writer.line(f"{slot.name} = 1000000 if {render(node)} else 0")
        case _ if node.type.base == "outcome":
            _write_answer(render, node, slot)
        case _ if node in render.writer.bound:
            _write_plain(render, node, slot)
        case ir.Call(name="ramp", args=(x, best, worst)):
            _write_held(render, line(render, x, best, worst), slot)
        case ir.Call(name="clamp", args=(x, ir.Const(value=0), ir.Const(value=1))):
            _write_held(render, render(x), slot, is_low=x.type.low < 0, is_high=x.type.high > 1)
        case ir.Call(name="decay", args=(x, half)):
            _write_decay(render, x, half, slot)
        case ir.Call(name="steps", args=(x, ir.Const() as when, ir.Const() as otherwise, *bands)):
            _write_steps(render, x, when, otherwise, bands, slot)
        case _:
            _write_plain(render, node, slot)


def _write_answer(render: Renderer, node: ir.Node, slot: Slot) -> None:
    """The code of what another function answered, which may be that it does not apply."""
    value, again = render.once(node)
    with render.writer.block(f"if {value} == {render(ir.NOT_APPLICABLE)}:"):
        _write_state(render, slot, NOT_APPLICABLE)
    with render.writer.block("else:"):
        render.writer.bound[node] = again
        _write_plain(render, node, slot)


def _write_plain(render: Renderer, node: ir.Node, slot: Slot) -> None:
    writer = render.writer
    writer.line(f"{slot.name} = floor({render(node)} * 1e6 + 0.5)")
    if node.type.low < 0.0 or node.type.high > 1.0:
        with writer.block(f"if {slot.name} < 0 or {slot.name} > 1000000:"):
            _write_state(render, slot, ERROR)


def _write_held(render: Renderer, value: str, slot: Slot, *, is_low: bool = True, is_high: bool = True) -> None:
    """A number held within 0..1, where it may be lower or higher."""
    writer = render.writer
    local = value if value.isidentifier() else writer.fresh()
    first = value if local == value else f"({local} := {value})"
    word = "if"
    for test, code, may_be in (("<= 0.0", 0, is_low), (">= 1.0", 1_000_000, is_high)):
        if may_be:
            writer.line(f"{word} {first} {test}:")
            writer.line(f"    {slot.name} = {code}")
            word, first = "elif", local
    number = f"{slot.name} = floor({first} * 1e6 + 0.5)"
    if word == "if":
        writer.line(number)
    else:
        writer.line("else:")
        writer.line(f"    {number}")


def _write_decay(render: Renderer, x: ir.Node, half: ir.Node, slot: Slot) -> None:
    writer = render.writer
    first, later = render.once(x)
    once, again = half_life(render, half)
    writer.line(f"if {first} <= 0:")
    writer.line(f"    {slot.name} = 1000000")
    writer.line("else:")
    writer.line(f"    {slot.name} = floor({once} / ({again} + {later}) * 1e6 + 0.5)")


def _write_steps(
    render: Renderer, x: ir.Node, when: ir.Const, otherwise: ir.Const, bands: list[ir.Node], slot: Slot
) -> None:
    writer = render.writer
    value = render(x)
    if not value.isidentifier():
        local = writer.fresh()
        writer.line(f"{local} = {value}")
        value = local
    symbol = "<=" if when.value == "at_most" else ">="
    word = "if"
    for edge, score in zip(bands[::2], bands[1::2], strict=True):
        assert isinstance(score, ir.Const)
        with writer.block(f"{word} {value} {symbol} {render(edge)}:"):
            _write_constant(render, float(score.value), "float", slot)
        word = "elif"
    with writer.block("else:"):
        _write_constant(render, float(otherwise.value), "float", slot)
