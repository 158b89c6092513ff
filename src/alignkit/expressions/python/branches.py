"""
Writes what a loop does with one record: each question that several aggregates ask is asked once.

A question is the value of a node (`if / elif` over the constants that conditions compare it with) or any other
condition (`if / else`), and what follows from the answer is not asked again. A condition that moves forward in this
way carries its own `is not None` where the text had made sure of it in an earlier condition.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final

import attrs

from alignkit.expressions import ir
from alignkit.expressions.fingerprint import fingerprint
from alignkit.expressions.python.absence import entailed, known_after
from alignkit.expressions.python.conditions import Accepted, accepted, implies, opposite
from alignkit.expressions.python.render import Renderer, Test, any_of, none_of
from alignkit.expressions.python.sharing import cost, mentions_item, uses

__all__ = ["Update", "write_updates"]

SYMBOL: Final[dict[str, str]] = {"maximum": ">", "minimum": "<", "latest": ">", "earliest": "<"}
MOST_COMPARED: Final = 3
DEEPEST_BLOCK: Final = 30


@attrs.frozen
class Update:
    """One aggregate inside a loop: the conditions still to be tested, and what to do then."""

    agg: ir.Agg
    name: str
    where: tuple[ir.Node, ...]

    @property
    def value(self) -> tuple[ir.Node, ...]:
        """What it gathers; nothing when it counts."""
        return () if self.agg.value is None else (self.agg.value,)


@attrs.frozen
class Question:
    """
    What one `if` of the loop asks.

    Attributes:
        about: The node whose value is asked for, or the condition.
        is_choice: Whether it is a value.
    """

    about: ir.Node
    is_choice: bool

    def is_asked_by(self, condition: ir.Node) -> bool:
        """Whether the answer may settle a condition."""
        if self.is_choice:
            found = accepted(condition)
            return found is not None and found.of == self.about
        return implies(condition, self.about) or implies(condition, opposite(self.about))


def write_updates(render: Renderer, updates: Sequence[Update]) -> None:
    """Write the statements that bring all aggregates up to date with the record `i`."""
    known = render.writer.known
    pending = [attrs.evolve(u, where=tuple(c for c in u.where if not _is_settled(c, known))) for u in updates]
    ready = [update for update in pending if not update.where]
    waiting = [update for update in pending if update.where]
    if render.writer.depth > DEEPEST_BLOCK:
        _write_ready(render, ready)
        _write_flat(render, waiting)
        return
    asked = _questions(waiting)
    _bind_shared(render, ready, asked)
    _write_ready(render, ready)
    for question, members in asked:
        with _guarded(render, question.about):
            if question.is_choice:
                _write_choice(render, question.about, members)
            else:
                _write_either(render, question.about, members)


def _write_flat(render: Renderer, updates: list[Update]) -> None:
    """All conditions of an aggregate in one line: Python takes a hundred blocks inside each other and no more."""
    for update in updates:
        test = update.where[0] if len(update.where) == 1 else ir.And(update.where)
        with render.writer.block(f"if {render(test)}:", known_after(test, True)):
            _write_ready(render, [update])


def _is_settled(condition: ir.Node, known: frozenset[ir.Node]) -> bool:
    match condition:
        case ir.Not(operand=ir.IsNone(operand=operand)):
            return operand in known
        case _:
            return False


def _questions(pending: list[Update]) -> list[tuple[Question, list[Update]]]:
    """What to ask, in order, and who wants to know: the question that most aggregates ask first."""
    found: list[tuple[Question, list[Update]]] = []
    while pending:
        candidates = dict.fromkeys(_question(condition) for update in pending for condition in update.where)
        counted = {
            question: [update for update in pending if any(map(question.is_asked_by, update.where))]
            for question in candidates
        }
        best = max(counted, key=lambda question: len(counted[question]))
        assert counted[best], "a condition must be settled by its own question"
        found.append((best, counted[best]))
        pending = [update for update in pending if update not in counted[best]]
    return found


def _question(condition: ir.Node) -> Question:
    found = accepted(condition)
    if found is not None and mentions_item(condition):
        return Question(found.of, True)
    return Question(condition.operand if isinstance(condition, ir.Not) else condition, False)


def _guarded(render: Renderer, node: ir.Node) -> AbstractContextManager[None]:
    """A block in which all that a node relies on is known; inner nodes are tested before those made of them."""
    writer, before = render.writer, render.writer.known
    tests = []
    for guard in sorted(ir.unguarded(node), key=lambda n: (sum(1 for _ in ir.walk(n)), fingerprint(n))):
        if not render.is_known(guard):
            tests.append(render(ir.Not(ir.IsNone(guard))))
            writer.known |= entailed(guard)
    guards, writer.known = writer.known - before, before
    return writer.block(f"if {' and '.join(tests)}:", guards) if tests else nullcontext()


def _write_either(render: Renderer, test: ir.Node, members: list[Update]) -> None:
    """`if test: ... else: ...`; an aggregate stands where its conditions put it."""
    writer = render.writer
    no = opposite(test)
    holding = [_without(update, test) for update in members if any(implies(c, test) for c in update.where)]
    failing = [_without(update, no) for update in members if any(implies(c, no) for c in update.where)]
    before = writer.state
    if isinstance(test, ir.IsNone) and test.operand in uses([n for u in failing for n in (*u.where, *u.value)]):
        tests = render.excluded(test)
    else:
        tests = [Test(render(test), render(no))]
    later, writer.state = writer.state, before
    if holding:
        with writer.block(f"if {any_of(tests)}:", known_after(test, True)):
            write_updates(render, holding)
    writer.state = later
    if failing:
        with writer.block("else:" if holding else f"if {none_of(tests)}:", known_after(test, False)):
            write_updates(render, failing)
    writer.state = before


def _without(update: Update, fact: ir.Node) -> Update:
    return attrs.evolve(update, where=tuple(c for c in update.where if not implies(fact, c)))


def _write_choice(render: Renderer, node: ir.Node, members: list[Update]) -> None:
    """`if node == a: ... elif node == b: ... else: ...`, with every aggregate in each branch that it counts in."""
    lets = [_accepted_by(update, node) for update in members]
    values = dict.fromkeys(value for allowed in lets for one in allowed for value in sorted(one.values, key=repr))
    branches: dict[tuple[int, ...], list[Any]] = {}
    for value in values:
        inside = tuple(place for place, allowed in enumerate(lets) if all(one.admits(value) for one in allowed))
        branches.setdefault(inside, []).append(value)
    rest = tuple(place for place, allowed in enumerate(lets) if all(one.is_rest for one in allowed))
    nobody = branches.pop((), [])
    branches.pop(rest, None)
    if sum(map(len, branches)) + len(rest) > 2 * len(members) + 4:
        _write_apart(render, node, members)
        return
    if len(branches) + bool(nobody and rest) > 1:
        _bind(render, node)
    stripped = [attrs.evolve(u, where=tuple(c for c in u.where if not _is_about(c, node))) for u in members]
    known = frozenset({node}) if node.type.nullable else frozenset()
    word = "if"
    for inside, chosen in branches.items():
        with render.writer.block(f"{word} {_is_any(render, node, chosen)}:", known):
            write_updates(render, [stripped[place] for place in inside])
        word = "elif"
    if rest:
        head = f"{word} {_is_any(render, node, nobody, negated=True)}:" if nobody else "else:"
        with render.writer.block(head):
            write_updates(render, [stripped[place] for place in rest])


def _write_apart(render: Renderer, node: ir.Node, members: list[Update]) -> None:
    """Every combination of conditions on the node for itself: longer to run, shorter to write."""
    groups: dict[tuple[ir.Node, ...], list[Update]] = {}
    for update in members:
        own = tuple(c for c in update.where if _is_about(c, node))
        rest = tuple(c for c in update.where if not _is_about(c, node))
        groups.setdefault(own, []).append(attrs.evolve(update, where=rest))
    _bind(render, node)
    for own, group in groups.items():
        with render.writer.block(f"if {' and '.join(map(render, own))}:"):
            write_updates(render, group)


def _is_about(condition: ir.Node, node: ir.Node) -> bool:
    found = accepted(condition)
    return found is not None and found.of == node


def _accepted_by(update: Update, node: ir.Node) -> list[Accepted]:
    found = (accepted(condition) for condition in update.where)
    return [one for one in found if one is not None and one.of == node]


def _is_any(render: Renderer, node: ir.Node, values: list[Any], *, negated: bool = False) -> str:
    """Whether the node has one of the values. A few comparisons are faster than a look into a set."""
    name = render(node)
    if len(values) > MOST_COMPARED:
        return f"{name} {'not in' if negated else 'in'} {render.writer.constant(frozenset(values))}"
    symbol, word = ("!=", " and ") if negated else ("==", " or ")
    return word.join(f"{name} {symbol} {render.literal(value)}" for value in values)


def _bind(render: Renderer, node: ir.Node) -> None:
    writer = render.writer
    if node not in writer.bound and cost(node) and render.is_safe(node):
        local = writer.fresh()
        writer.line(f"{local} = {render(node)}")
        writer.bound[node] = local


def _bind_shared(render: Renderer, ready: list[Update], asked: list[tuple[Question, list[Update]]]) -> None:
    """Bind what this block surely computes and uses again."""
    writer = render.writer
    first = [question.about for question, _ in asked]
    certain = uses([*(node for update in ready for node in update.value), *first], writer.bound)
    updates = (*ready, *(update for _, members in asked for update in members))
    everything = uses([node for update in updates for node in (*update.where, *update.value)], writer.bound)
    for node in sorted(certain, key=lambda n: sum(1 for _ in ir.walk(n))):
        if everything.get(node, 0) >= 2 and node.type.base != "bool":
            _bind(render, node)


def _write_ready(render: Renderer, ready: list[Update]) -> None:
    summed: dict[ir.Node, list[Update]] = {}
    for update in ready:
        if update.agg.op == "sum_micro" and update.agg.value is not None:
            summed.setdefault(update.agg.value, []).append(update)
        else:
            _write_update(render, update)
    for value, members in summed.items():
        text = f"floor({render(value)} * 1e6 + 0.5)"
        if len(members) > 1:
            local = render.writer.fresh()
            render.writer.line(f"{local} = {text}")
            text = local
        for update in members:
            render.writer.line(f"{update.name} += {text}")


def _write_update(render: Renderer, update: Update) -> None:
    writer, agg, name = render.writer, update.agg, update.name
    if agg.op == "count":
        writer.line(f"{name} += 1")
        return
    if agg.op in ("latest", "earliest"):
        symbol = SYMBOL[agg.op]
        writer.line(
            f"if {name} is None or i.occurred_at {symbol} {name}.occurred_at "
            f"or (i.occurred_at == {name}.occurred_at and i.id {symbol} {name}.id):"
        )
        writer.line(f"    {name} = i")
        return
    assert agg.value is not None
    if agg.op == "collect":
        writer.line(f"{name}.append({render(agg.value)})")
        return
    if agg.op == "sum":
        writer.line(f"{name} += {render(agg.value)}")
        return
    _bind(render, agg.value)
    value = render(agg.value)
    writer.line(f"if {name} is None or {value} {SYMBOL[agg.op]} {name}:")
    writer.line(f"    {name} = {value}")
