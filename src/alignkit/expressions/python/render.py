"""
Renders one node as a Python expression.

What is written computes exactly what `alignkit.expressions.functions` computes, operation by operation. The caller
sees to it that the expression is evaluated only where the nodes it takes as known (`ir.unguarded`) are not None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import attrs

from alignkit.expressions import ir
from alignkit.expressions.model import Model
from alignkit.expressions.python.writer import Writer, checked_name

__all__ = ["Renderer", "Variant"]

IS_SIMPLE: Final = (ir.Const, ir.Subject, ir.Item, ir.Now, ir.Today)


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
        return not node.type.nullable or node in self.writer.known

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
        value = node.value
        if value is None or isinstance(value, (bool, int, float)):
            return f"({value!r})" if isinstance(value, (int, float)) and value < 0 else repr(value)
        return self.writer.constant(value)

    def field(self, node: ir.Field) -> str:
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
        kind = node.base.type.kind
        if node.name == "band":
            return f"{self.writer.need('bands', kind)}[{self.id_of(node.base)}]"
        row = f"{self.writer.need('rows', kind)}[{self.id_of(node.base)}][0]"
        name = self.writer.fresh()
        return f"(None if ({name} := {row}) < 0 else {name} / 1e6)"

    def signal(self, node: ir.Signal) -> str:
        group, index = self.signals[node.base.type.kind, node.expression]
        return f"{self.writer.need('signals', group)}[{self.id_of(node.base)}][{index}]"

    def aggregate(self, node: ir.Agg) -> str:
        raise ValueError(f"aggregate {node.op} over {node.relation} was not computed before its use")

    def arith(self, node: ir.Arith) -> str:
        return f"({self(node.left)} {node.op} {self(node.right)})"

    def compare(self, node: ir.Compare) -> str:
        return f"({self(node.left)} {node.op} {self(node.right)})"

    def is_none(self, node: ir.IsNone) -> str:
        return f"({self._nothing(node.operand)} is None)"

    def _nothing(self, node: ir.Node) -> str:
        if node in self.writer.bound:
            return self.writer.bound[node]
        if isinstance(node, ir.Hop):
            return f"{self(node.base)}.{self._key(node)}"
        if isinstance(node, ir.Field) and not self.variant.converts:
            kind = self.model.kinds[node.base.type.kind]
            if kind.fields[node.name].is_money:
                return f"{self(node.base)}.{checked_name(node.name)}"
        return self(node)

    def inside(self, node: ir.In) -> str:
        return f"({self(node.operand)} in {self._values(node)})"

    def _values(self, node: ir.In) -> str:
        return self.writer.constant(frozenset(value.value for value in node.values))

    def negation(self, node: ir.Not) -> str:
        match node.operand:
            case ir.IsNone(operand=operand):
                return f"({self._nothing(operand)} is not None)"
            case ir.Compare(op="==", left=left, right=right):
                return f"({self(left)} != {self(right)})"
            case ir.In() as inside if inside not in self.writer.bound:
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
            self.writer.known = self.writer.known | ir.known_when(operand, holds)
        self.writer.known = before
        return f"({word.join(parts)})"

    def conditional(self, node: ir.If) -> str:
        before = self.writer.known
        test = self(node.test)
        self.writer.known = before | ir.known_when(node.test, True)
        then = self(node.then)
        self.writer.known = before | ir.known_when(node.test, False)
        other = self(node.other)
        self.writer.known = before
        return f"({then} if {test} else {other})"

    def call(self, node: ir.Call) -> str:
        return _CALLS[node.name](self, node)

    def _through(self, x: ir.Node, make: Callable[[str, str], str]) -> str:
        """A function of one number that passes None through; `make` gets first and later use."""
        first, later = self.once(x)
        if self.is_known(x):
            return make(first, later)
        return f"(None if {first} is None else {make(later, later)})"

    def ramp(self, node: ir.Call) -> str:
        x, best, worst = node.args
        line = self.writer.fresh()

        def make(first: str, later: str) -> str:
            return f"(0.0 if ({line} := {self.line(first, best, worst)}) < 0.0 else 1.0 if {line} > 1.0 else {line})"

        return self._through(x, make)

    def line(self, x: str, best: ir.Node, worst: ir.Node) -> str:
        """The unclamped line of a ramp."""
        if isinstance(best, ir.Const) and isinstance(worst, ir.Const):
            gap = best.value - worst.value
            shifted = x if worst.value == 0 else f"({x} - {self(worst)})"
            return f"{shifted} / {gap!r}" if gap >= 0 else f"{shifted} / ({gap!r})"
        return f"({x} - {self(worst)}) / ({self(best)} - {self(worst)})"

    def steps(self, node: ir.Call) -> str:
        x, when, otherwise, *bands = node.args
        assert isinstance(when, ir.Const)
        symbol = "<=" if when.value == "at_most" else ">="

        def make(first: str, later: str) -> str:
            text = ""
            for edge, score in zip(bands[::2], bands[1::2], strict=True):
                text += f"{self._float(score)} if {first if not text else later} {symbol} {self(edge)} else "
            return f"({text}{self._float(otherwise)})"

        return self._through(x, make)

    def _float(self, node: ir.Node) -> str:
        assert isinstance(node, ir.Const)
        return repr(float(node.value))

    def decay(self, node: ir.Call) -> str:
        x, half_life = node.args
        half = self(half_life)
        return self._through(x, lambda first, later: f"(1.0 if {first} <= 0 else {half} / ({half} + {later}))")

    def clamp(self, node: ir.Call) -> str:
        x, low, high = node.args
        lowest, highest = self(low), self(high)
        return self._through(
            x, lambda first, later: f"({lowest} if {first} < {lowest} else {highest} if {later} > {highest} else {later})"
        )

    def ratio(self, node: ir.Call) -> str:
        part, whole = node.args
        divisor, again = self.once(whole)
        tests = []
        if not self.is_known(whole):
            tests.append(f"{divisor} is None")
            divisor = again
        if whole.type.base == "int":
            tests.append(f"{divisor} == 0")
        else:
            tests.append(f"-1e-09 < {divisor} < 1e-09")
        value, value_again = self.once(part) if not self.is_known(part) else (self(part), "")
        if value_again:
            tests.append(f"{value} is None")
            value = value_again
        return f"(None if {' or '.join(tests)} else {value} / {again})"

    def default(self, node: ir.Call) -> str:
        value, fallback = node.args
        first, later = self.once(value)
        return f"({self(fallback)} if {first} is None else {later})"

    def days_between(self, node: ir.Call) -> str:
        if node.args[0].type.base == "date":
            return self._between(node, "{b}.toordinal() - {a}.toordinal()", "")
        return self._between(node, "{b} - {a}", "86400000000.0")

    def hours_between(self, node: ir.Call) -> str:
        return self._between(node, "{b} - {a}", "3600000000.0")

    def _between(self, node: ir.Call, difference: str, unit: str) -> str:
        earlier, later = node.args
        tests = []
        names = []
        for side in (earlier, later):
            if self.is_known(side):
                names.append(self(side))
            else:
                first, again = self.once(side)
                tests.append(f"{first} is None")
                names.append(again)
        text = difference.format(a=names[0], b=names[1])
        if unit:
            span = self.writer.fresh()
            text = (
                f"((({span} := {text}).days * 86400 + {span}.seconds) * 1000000 + {span}.microseconds) / {unit}"
            )
        return f"(None if {' or '.join(tests)} else {text})" if tests else f"({text})"

    def total_of(self, node: ir.Call) -> str:
        return f"({self(node.args[0])} / 1e6)"

    def mean_of(self, node: ir.Call) -> str:
        added, number = map(self, node.args)
        return f"({added} / ({number} * 1e6) if {number} else None)"

    def share_of(self, node: ir.Call) -> str:
        holding, number = map(self, node.args)
        return f"({holding} / {number} if {number} else None)"

    def smaller(self, node: ir.Call) -> str:
        return self._pick(node, "<")

    def larger(self, node: ir.Call) -> str:
        return self._pick(node, ">")

    def _pick(self, node: ir.Call, symbol: str) -> str:
        one, one_again = self.once(node.args[0])
        other, other_again = self.once(node.args[1])
        return f"({other_again} if {other} {symbol} {one} else {one_again})"

    def absolute(self, node: ir.Call) -> str:
        first, later = self.once(node.args[0])
        return f"(-{later} if {first} < 0 else {later})"


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

_CALLS: Final[dict[str, Callable[[Renderer, ir.Call], str]]] = {
    "ramp": Renderer.ramp,
    "steps": Renderer.steps,
    "decay": Renderer.decay,
    "clamp": Renderer.clamp,
    "ratio": Renderer.ratio,
    "default": Renderer.default,
    "days_between": Renderer.days_between,
    "hours_between": Renderer.hours_between,
    "total_of": Renderer.total_of,
    "mean_of": Renderer.mean_of,
    "share_of": Renderer.share_of,
    "min": Renderer.smaller,
    "max": Renderer.larger,
    "abs": Renderer.absolute,
}
