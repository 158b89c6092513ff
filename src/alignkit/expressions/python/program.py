"""
Assembles and compiles the generated function of one kind of subject.

Nothing but the text written here from checked nodes is ever run; it has no builtins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import floor
from typing import Any, Final

import attrs

from alignkit.expressions import ir
from alignkit.expressions.model import Model
from alignkit.expressions.python.loops import collect, write_aggregates
from alignkit.expressions.python.outcomes import Slot, bind_repeated, write_outcome
from alignkit.expressions.python.render import Renderer, Variant
from alignkit.expressions.python.sharing import cost, is_free, mentions_item, uses
from alignkit.expressions.python.writer import Needs, Writer

__all__ = ["Program", "SignalPlaces", "Task", "write_scores", "write_signals"]

FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {"floor": floor, "len": len}
"""All that generated code may call by name, beside what it is given as arguments."""

SignalPlaces = Mapping[tuple[str, ir.Node], tuple[str, int]]
"""For a kind and an expression about it: the group it is computed in, and its position there."""


@attrs.frozen
class Task:
    """
    One rule for the generated function.

    Attributes:
        id: Its id.
        outcome: Its checked answer; None for a rule that runs natively only.
        is_gate: Whether it caps the total instead of earning points.
        cap_micro: For a gate, the cap in micro-points.
        reads: Collections without which it has no data.
    """

    id: str
    outcome: ir.Node | None
    is_gate: bool = False
    cap_micro: int = 0
    reads: frozenset[str] = frozenset()


@attrs.frozen
class Program:
    """
    A compiled function and what it reads.

    Attributes:
        function: Takes (subjects, out, now, today, ...) and what `needs` names, in order.
        needs: The facts it reads, in the order of its parameters.
        source: Its text, for the curious and for golden tests.
        may_fail: Whether a code can be that of an error.
        natives: Positions of the tasks that are run natively.
    """

    function: Callable[..., None]
    needs: tuple[Needs, ...]
    source: str
    may_fail: bool = False
    natives: tuple[int, ...] = ()
    reads: tuple[tuple[str, str, str], ...] = attrs.field(init=False, repr=False)
    """The same as `needs`, as plain values: sort, name and key."""

    @reads.default
    def _plain_needs(self) -> tuple[tuple[str, str, str], ...]:
        return tuple((need.sort, need.name, need.key) for need in self.needs)


def _start(model: Model, variant: Variant, signals: SignalPlaces, kind: str, roots: Sequence[ir.Node]) -> Renderer:
    writer = Writer()
    render = Renderer(model, writer, variant, dict(signals))
    used = uses(_deep(roots))
    if any(isinstance(node, ir.Today) for node in used):
        writer.line("day = today.toordinal()")
    free = [node for node in used if cost(node) and is_free(node) and not ir.unguarded(node)]
    for node in sorted(free, key=lambda n: sum(1 for _ in ir.walk(n))):
        local = writer.fresh("f")
        writer.line(f"{local} = {render(node)}")
        writer.bound[node] = local
    return render


def _deep(roots: Sequence[ir.Node]) -> list[ir.Node]:
    found = list(roots)
    for agg in collect(roots):
        found.extend(ir.children(agg))
    return found


def _open_loop(render: Renderer, kind: str) -> str:
    """Lines between the prologue and the first statement about a subject."""
    render.writer.open("for s in subjects:")
    if kind == "portfolio":
        render.writer.line('sid = "portfolio"')
    else:
        render.writer.line("sid = s.id")
    return "sid"


def _bind_signals(render: Renderer, kind: str, roots: Sequence[ir.Node]) -> None:
    """What was computed as a signal of this kind is read, not computed again."""
    own = {expression: place for (of, expression), place in render.signals.items() if of == kind}
    wanted = [node for node in uses(_deep(roots)) if node in own]
    writer = render.writer
    for group in sorted({own[node][0] for node in wanted}):
        writer.line(f"own_{group} = {writer.need('signals', group)}[sid]")
    for node in wanted:
        group, index = own[node]
        writer.bound[node] = f"own_{group}[{index}]"


def _bind_rows(render: Renderer, roots: Sequence[ir.Node]) -> None:
    """The signals of another record are fetched once for each subject, however many rules read them."""
    writer = render.writer
    places: dict[tuple[ir.Node, str], int] = {}
    for node in uses(_deep(roots)):
        if isinstance(node, ir.Signal) and not mentions_item(node.base) and render.is_safe(node.base):
            place = node.base, render.signals[node.base.type.kind, node.expression][0]
            places[place] = places.get(place, 0) + 1
    for (base, group), number in places.items():
        if number > 1:
            local, key = writer.fresh("g"), writer.fresh()
            fetched = f"{writer.need('signals', group)}[{key}]"
            writer.line(f"{local} = None if ({key} := {render.id_of(base)}) is None else {fetched}")
            writer.rows[base, group] = local


def write_scores(
    model: Model,
    kind: str,
    tasks: Sequence[Task],
    *,
    variant: Variant,
    signals: SignalPlaces,
    missing_is_zero: bool,
    keeps_bands: bool,
) -> Program:
    """
    Write the function that scores all subjects of a kind.

    It takes `(subjects, out, bands, now, today, cache, allocate, band_of, major, native)` and its needs: `cache` maps
    patterns to (shares, coverage), `allocate` fills it, `native` holds the functions of opaque rules.
    """
    outcomes = [
        ir.NONE if task.outcome is not None and task.reads & variant.missing else task.outcome for task in tasks
    ]
    roots = [node for node in outcomes if node is not None]
    render = _start(model, variant, signals, kind, roots)
    writer = render.writer
    subject = _open_loop(render, kind)
    _bind_signals(render, kind, roots)
    _bind_rows(render, roots)
    write_aggregates(render, kind, [a for a in collect(_unbound(roots, writer)) if a not in writer.bound], subject)
    bind_repeated(render, roots)
    writer.line("k = 0")
    scored = [task for task in tasks if not task.is_gate]
    slots = []
    for index, (task, outcome) in enumerate(zip(tasks, outcomes, strict=True)):
        bits = (0, 0) if task.is_gate else (1 << (2 * index), 2 << (2 * index))
        slot = Slot(f"r{index}", *bits)
        slots.append(slot)
        if outcome is None:
            _write_native(render, index, slot)
        else:
            write_outcome(render, outcome, slot)
    _write_total(render, tasks, outcomes, slots[: len(scored)], missing_is_zero)
    _write_gates(render, tasks, slots)
    codes = ", ".join(slot.name for slot in slots)
    writer.line(f"out[sid] = (total, {codes})" if slots else "out[sid] = (-1,)")
    if keeps_bands:
        writer.line("bands[sid] = band_of(total, coverage)" if scored else 'bands[sid] = "unknown"')
    natives = tuple(index for index, outcome in enumerate(outcomes) if outcome is None)
    return _compile(writer, kind, ("bands", "cache", "allocate", "band_of", "major", "native"), natives)


def _unbound(roots: Sequence[ir.Node], writer: Writer) -> list[ir.Node]:
    return [node for node in roots if node not in writer.bound]


def _write_native(render: Renderer, index: int, slot: Slot) -> None:
    writer = render.writer
    writer.line(f"{slot.name} = native[{index}](s)")
    writer.may_fail = True
    if slot.absent:
        with writer.block(f"if {slot.name} < 0:"):
            writer.line(f"k |= {slot.absent} if {slot.name} == -1 else {slot.missing}")


def _write_total(
    render: Renderer,
    tasks: Sequence[Task],
    outcomes: Sequence[ir.Node | None],
    slots: Sequence[Slot],
    missing_is_zero: bool,
) -> None:
    writer = render.writer
    if not slots:
        writer.line("total = -1")
        return
    names = [f"w{index}" for index in range(len(slots))]
    writer.line("shares = cache.get(k)")
    with writer.block("if shares is None:"):
        writer.line("shares = allocate(k)")
    writer.line(f"coverage, is_scored, {', '.join(names)} = shares")
    terms = []
    for name, slot, outcome in zip(names, slots, outcomes, strict=False):
        is_sure = outcome is not None and outcome.type.base == "bool" and not outcome.type.nullable
        may_miss = missing_is_zero and not is_sure
        term = f"{name} * {slot.name} // 1000000"
        terms.append(f"({term} if {slot.name} > 0 else 0)" if may_miss else term)
    with writer.block("if is_scored:"):
        writer.line(f"total = {' + '.join(terms)}")
    with writer.block("else:"):
        writer.line("total = -1")


def _write_gates(render: Renderer, tasks: Sequence[Task], slots: Sequence[Slot]) -> None:
    for task, slot in zip(tasks, slots, strict=True):
        if task.is_gate:
            cap = render.literal(task.cap_micro)
            render.writer.line(f"if {slot.name} == 1000000 and total > {cap}:")
            render.writer.line(f"    total = {cap}")


def write_signals(
    model: Model,
    kind: str,
    expressions: Sequence[ir.Node],
    *,
    variant: Variant,
    signals: SignalPlaces,
    is_missing: Callable[[ir.Node], bool],
) -> Program:
    """Write the function that computes signals of all records of a kind: `(subjects, out, now, today, major)` and needs."""
    wanted = [ir.NONE if is_missing(node) else node for node in expressions]
    render = _start(model, variant, signals, kind, wanted)
    subject = _open_loop(render, kind)
    write_aggregates(render, kind, collect(wanted), subject)
    bind_repeated(render, wanted)
    values = "".join(f"{render(node)}, " for node in wanted)
    render.writer.line(f"out[sid] = ({values})")
    return _compile(render.writer, kind, ("major",))


def _compile(writer: Writer, kind: str, extra: tuple[str, ...], natives: tuple[int, ...] = ()) -> Program:
    needs = tuple(sorted(writer.needs))
    constants = [f"c{index}" for index in range(len(writer.constants))]
    parameters = ["subjects", "out", "now", "today", *extra, *(need.variable for need in needs)]
    defaults = [f"{name}={name}" for name in (*constants, *FUNCTIONS)]
    head = f"def score({', '.join(parameters)}, {', '.join(defaults)}):"
    source = "\n".join((head, *writer.lines)) + "\n"
    namespace: dict[str, Any] = {"__builtins__": {}, **FUNCTIONS}
    namespace.update(zip(constants, writer.constants, strict=True))
    exec(compile(source, f"<alignkit {kind}>", "exec"), namespace)  # noqa: S102 - text made from checked nodes only
    return Program(namespace["score"], needs, source, writer.may_fail, natives)
