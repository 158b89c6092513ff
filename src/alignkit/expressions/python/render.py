"""
Renders one node as a Python expression.

What is written computes exactly what `alignkit.expressions.functions` computes, operation by operation. The caller
sees to it that the expression is evaluated only where the nodes it takes as known (`ir.unguarded`) are not None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import attrs

from alignkit.expressions import ir
from alignkit.expressions.custom import custom_reader
from alignkit.expressions.functions import SMALLEST_DIVISOR
from alignkit.expressions.model import Model, custom_name
from alignkit.expressions.python.absence import KNOWN_WITH_ARGUMENTS, entailed, known_after, may_be_zero
from alignkit.expressions.python.calls import CALLS, is_stored_as_float
from alignkit.expressions.python.conditions import OPPOSITE, is_ordered
from alignkit.expressions.python.writer import Writer, checked_name

__all__ = ["Renderer", "Test", "Variant", "any_of", "none_of"]

ARITHMETIC: Final = frozenset("+-*/")
COMPARISONS: Final = frozenset({"==", "!=", "<", "<=", ">", ">="})


def _symbol(op: str, known: frozenset[str]) -> str:
    """An operator, fit to stand in code; anything else is a bug and raises."""
    if op not in known:
        raise ValueError(f"{op!r} cannot stand in generated code")
    return op


@attrs.frozen
class Test:
    """
    A condition in generated code, both ways round.

    Attributes:
        holds: The text that is true when it holds.
        fails: The text that is true when it does not.
    """

    holds: str
    fails: str

    @classmethod
    def is_none(cls, text: str) -> Test:
        """Whether a value is None."""
        return cls(f"{text} is None", f"{text} is not None")

    @classmethod
    def is_zero(cls, text: str, base: str) -> Test:
        """Whether a divisor is zero, or a float too close to it."""
        inside = f"{text} == 0" if base == "int" else f"{-SMALLEST_DIVISOR!r} < {text} < {SMALLEST_DIVISOR!r}"
        return cls(inside, f"not {inside}")


def any_of(tests: Sequence[Test]) -> str:
    """The text that is true when one of the tests holds."""
    return " or ".join(test.holds for test in tests)


def none_of(tests: Sequence[Test]) -> str:
    """The text that is true when all of the tests fail."""
    return " and ".join(test.fails for test in tests)


@attrs.frozen
class Variant:
    """
    What is known about the facts before the code runs, so that it can leave tests out.

    Attributes:
        missing: Collections that were not given.
        unsettled: Collections that hold moments after `now`.
        converts: Whether amounts of money need an exchange; else all are in one currency.
    """

    missing: frozenset[str] = frozenset()
    unsettled: frozenset[str] = frozenset()
    converts: bool = False


@attrs.frozen
class Renderer:
    """
    Writes expressions for one function.

    Attributes:
        model: The shape of the records.
        writer: Where fresh names, constants and needs are kept.
        variant: What is known about the facts.
        signals: For a kind and an expression about it: the group it is computed in, and its position there.
    """

    model: Model
    writer: Writer
    variant: Variant
    signals: Mapping[tuple[str, ir.Node], tuple[str, int]]

    def __call__(self, node: ir.Node) -> str:
        """The expression for a node, fit to stand anywhere (in brackets where needed)."""
        name = self.writer.bound.get(node)
        if name is not None:
            return name
        return _RENDER[type(node)](self, node)

    def is_known(self, node: ir.Node) -> bool:
        """Whether a node is surely not None at the present place."""
        if not node.type.nullable or node in self.writer.known:
            return True
        match node:
            case ir.Call(name=name, args=args) if name in KNOWN_WITH_ARGUMENTS:
                return all(map(self.is_known, args))
            case ir.Call(name="ratio", args=(part, whole)):
                return not may_be_zero(whole) and self.is_known(part) and self.is_known(whole)
            case _:
                return False

    def absent(self, node: ir.Node) -> list[Test]:
        """
        The tests one of which holds when a node is None, in order; none when it is surely known.

        Where they all fail the node is known and what they computed stands in locals: the writer is left as there.
        """
        if self.is_known(node):
            return []
        tests: list[Test] = []
        match node:
            case _ if node in self.writer.bound:
                tests = [Test.is_none(self(node))]
            case ir.Call(name=name, args=args) if name in KNOWN_WITH_ARGUMENTS:
                tests = [test for argument in args for test in self.absent(argument)]
            case ir.Call(name="ratio", args=(part, whole)):
                tests = [*self.absent(whole), *self.absent(part)]
                if may_be_zero(whole):
                    first, self.writer.bound[whole] = self.once(whole)
                    tests.append(Test.is_zero(first, whole.type.base))
            case ir.Call(name="mean_of" | "share_of", args=(_, number)):
                tests = [Test(f"not {self(number)}", self(number))]
            case ir.Score(name="score"):
                name = self.writer.fresh()
                tests = [Test(f"({name} := {self._row(node)}) < 0", f"({name} := {self._row(node)}) >= 0")]
                self.writer.bound[node] = f"({name} / 1e6)"
            case ir.Hop():
                tests = [Test.is_none(self._nothing(node))]
            case _:
                tests = [Test.is_none(self._named(node))]
        self.writer.known |= entailed(node)
        return tests

    def excluded(self, test: ir.Node) -> list[Test]:
        """The tests one of which holds when a condition does; the writer is left as where they all fail."""
        match test:
            case ir.IsNone(operand=operand):
                tests = self.absent(operand) or [Test("False", "True")]
            case ir.Or(operands=operands):
                tests = [part for operand in operands for part in self.excluded(operand)]
            case _:
                tests = [Test(self(test), self(ir.Not(test)))]
        self.writer.known |= known_after(test, False)
        return tests

    def _named(self, node: ir.Node) -> str:
        """What is None when a node is, kept in a local for its use."""
        raw = self._nothing(node)
        if raw.isidentifier():
            return raw
        name = self.writer.fresh()
        is_amount = isinstance(node, ir.Field) and self._is_amount(node)
        self.writer.bound[node] = f"{name}.major" if is_amount else name
        return f"({name} := {raw})"

    def is_safe(self, node: ir.Node) -> bool:
        """Whether a node can be computed at the present place: all that it relies on is known."""
        return all(map(self.is_known, ir.unguarded(node)))

    def once(self, node: ir.Node) -> tuple[str, str]:
        """An expression that names its value on first use, and the name to use after."""
        text = self(node)
        if text.isidentifier() or isinstance(node, ir.Const):
            return text, text
        name = self.writer.fresh()
        return f"({name} := {text})", name

    def id_of(self, node: ir.Node) -> str:
        """The id of the record that a node gives, without fetching the record where that can be avoided."""
        if isinstance(node, ir.Hop) and node not in self.writer.bound:
            return f"{self(node.base)}.{self._key(node)}"
        if isinstance(node, ir.Subject):
            return "sid"
        return f"{self(node)}.id"

    def _key(self, hop: ir.Hop) -> str:
        return checked_name(self.model.kinds[hop.base.type.kind].hops[hop.name].key)

    def const(self, node: ir.Const) -> str:
        return self.literal(node.value)

    def literal(self, value: object) -> str:
        """The expression for a constant value."""
        if value is None or type(value) in (bool, int, float):
            return f"({value!r})" if isinstance(value, (int, float)) and value < 0 else repr(value)
        return self.writer.constant(value)

    def field(self, node: ir.Field) -> str:
        own = custom_name(node.name)
        if own is not None:
            return f"{self.writer.constant(custom_reader(own, node.type))}({self(node.base)}.custom)"
        kind = self.model.kinds[node.base.type.kind]
        field = kind.fields[node.name]
        if node.name == "id":
            return self.id_of(node.base)
        text = f"{self(node.base)}.{checked_name(node.name)}"
        if field.is_money:
            return self._money(node, text)
        if field.is_cut and kind.collection in self.variant.unsettled and not self.is_known(node):
            name = self.writer.fresh()
            return f"(None if ({name} := {text}) is None or {name} > now else {name})"
        return text

    def _money(self, node: ir.Field, text: str) -> str:
        if self.variant.converts:
            return f"major({text})"
        if self.is_known(node):
            return f"{text}.major"
        name = self.writer.fresh()
        return f"(None if ({name} := {text}) is None else {name}.major)"

    def hop(self, node: ir.Hop) -> str:
        collection = self.model.kinds[node.type.kind].collection
        records = self.writer.need("records", collection)
        key = f"{self(node.base)}.{self._key(node)}"
        return f"{records}[{key}]" if self.is_known(node) else f"{records}.get({key})"

    def score(self, node: ir.Score) -> str:
        if node.name == "band":
            return f"{self.writer.need('bands', node.base.type.kind)}[{self.id_of(node.base)}]"
        name = self.writer.fresh()
        return f"(None if ({name} := {self._row(node)}) < 0 else {name} / 1e6)"

    def _row(self, node: ir.Score) -> str:
        return f"{self.writer.need('rows', node.base.type.kind)}[{self.id_of(node.base)}][0]"

    def signal(self, node: ir.Signal) -> str:
        group, index = self.signals[node.base.type.kind, node.expression]
        row = self.writer.rows.get((node.base, group))
        if row is not None:
            return f"{row}[{index}]"
        return f"{self.writer.need('signals', group)}[{self.id_of(node.base)}][{index}]"

    def aggregate(self, node: ir.Agg) -> str:
        raise ValueError(f"aggregate {node.op} over {node.relation} was not computed before its use")

    def arith(self, node: ir.Arith) -> str:
        return self._beside(node, ARITHMETIC)

    def compare(self, node: ir.Compare) -> str:
        return self._beside(node, COMPARISONS)

    def _beside(self, node: ir.Arith | ir.Compare, known: frozenset[str]) -> str:
        left, right = self.beside(node.right, node.left), self.beside(node.left, node.right)
        return f"({left} {_symbol(node.op, known)} {right})"

    def beside(self, other: ir.Node, node: ir.Node) -> str:
        """An operand; a whole number that stands beside a float is written as one, which Python adds faster."""
        if isinstance(node, ir.Const) and node.type.base == "int" and is_stored_as_float(other):
            return self.literal(float(node.value))
        return self(node)

    def is_none(self, node: ir.IsNone) -> str:
        return f"({any_of(self._looked_at(node.operand))})"

    def _looked_at(self, node: ir.Node) -> list[Test]:
        """The tests for None at a place that does not use the value."""
        if isinstance(node, (ir.Field, ir.Hop)) and not self.is_known(node):
            return [Test.is_none(self._nothing(node))]
        before = self.writer.state
        tests = self.absent(node)
        self.writer.state = before
        return tests or [Test("False", "True")]

    def _nothing(self, node: ir.Node) -> str:
        if node in self.writer.bound:
            return self.writer.bound[node]
        if isinstance(node, ir.Hop):
            return f"{self(node.base)}.{self._key(node)}"
        if isinstance(node, ir.Field) and self._is_amount(node):
            return f"{self(node.base)}.{checked_name(node.name)}"
        return self(node)

    def _is_amount(self, node: ir.Field) -> bool:
        """Whether a field holds an amount of money that is read as it stands."""
        if custom_name(node.name) is not None:
            return False
        return not self.variant.converts and self.model.kinds[node.base.type.kind].fields[node.name].is_money

    def inside(self, node: ir.In) -> str:
        return f"({self(node.operand)} in {self._values(node)})"

    def _values(self, node: ir.In) -> str:
        return self.writer.constant(frozenset(value.value for value in node.values))

    def negation(self, node: ir.Not) -> str:
        match node.operand:
            case operand if operand in self.writer.bound:
                return f"(not {self(operand)})"
            case ir.IsNone(operand=operand):
                return f"({none_of(self._looked_at(operand))})"
            case ir.Compare(op="==", left=left, right=right):
                return f"({self(left)} != {self(right)})"
            case ir.Compare(op=op, left=left, right=right) as test if is_ordered(test):
                return f"({self(left)} {OPPOSITE[op]} {self(right)})"
            case ir.In() as inside:
                return f"({self(inside.operand)} not in {self._values(inside)})"
            case operand:
                return f"(not {self(operand)})"

    def conjunction(self, node: ir.And) -> str:
        return self._joined(node.operands, " and ", True)

    def disjunction(self, node: ir.Or) -> str:
        return self._joined(node.operands, " or ", False)

    def _joined(self, operands: tuple[ir.Node, ...], word: str, holds: bool) -> str:
        before = self.writer.known
        parts = []
        for operand in operands:
            parts.append(self(operand))
            self.writer.known = self.writer.known | known_after(operand, holds)
        self.writer.known = before
        return f"({word.join(parts)})"

    def conditional(self, node: ir.If) -> str:
        before = self.writer.known
        test = self(node.test)
        self.writer.known = before | known_after(node.test, True)
        then = self(node.then)
        self.writer.known = before | known_after(node.test, False)
        other = self(node.other)
        self.writer.known = before
        return f"({then} if {test} else {other})"

    def call(self, node: ir.Call) -> str:
        if node.function is not None:
            return f"{self.writer.constant(node.function.value)}({', '.join(map(self, node.args))})"
        before = self.writer.state
        tests = [] if node.name == "default" else self.absent(node)
        text = CALLS[node.name](self, node)
        self.writer.state = before
        return f"(None if {any_of(tests)} else {text})" if tests else text


_RENDER: Final[dict[type, Callable[..., str]]] = {
    ir.Const: Renderer.const,
    ir.Subject: lambda renderer, node: "s",
    ir.Item: lambda renderer, node: "i",
    ir.Now: lambda renderer, node: "now",
    ir.Today: lambda renderer, node: "today",
    ir.Field: Renderer.field,
    ir.Hop: Renderer.hop,
    ir.Score: Renderer.score,
    ir.Signal: Renderer.signal,
    ir.Agg: Renderer.aggregate,
    ir.Arith: Renderer.arith,
    ir.Compare: Renderer.compare,
    ir.IsNone: Renderer.is_none,
    ir.In: Renderer.inside,
    ir.Not: Renderer.negation,
    ir.And: Renderer.conjunction,
    ir.Or: Renderer.disjunction,
    ir.If: Renderer.conditional,
    ir.Call: Renderer.call,
}
