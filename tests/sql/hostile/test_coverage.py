"""The corpus holds every node of the language with every sort of operand that rules are known to use."""

from __future__ import annotations

import typing
from collections.abc import Iterator

import alignkit as ak
from alignkit.expressions import ir
from alignkit.sql.emit.calls import CALLS

from ...expressions import generated
from ...expressions.rule_text import load
from . import corpus

NEVER = {
    "Subject": "stands under fields and hops, where it is no value",
    "Item": "stands under fields and hops, where it is no value",
}
"""Nodes that are no shapes by themselves."""


def shapes(node: ir.Node) -> Iterator[tuple[str, ...]]:
    """What an emitter has to spell for a node and everything in it: the node, its operator, the sorts of its operands."""
    if isinstance(node, ir.Signal):
        yield from shapes(node.expression)
    for child in ir.children(node):
        yield from shapes(child)
    name = type(node).__name__
    sorts = sorted({child.type.base for child in ir.children(node)})
    match node:
        case ir.Subject() | ir.Item():
            return
        case ir.Agg(op=op, value=value):
            yield name, op, "records" if value is None else value.type.base
        case ir.Call(name=called, args=args):
            yield name, called, args[0].type.base
        case ir.Arith(op=op) | ir.Compare(op=op):
            yield name, op, *sorts
        case ir.Score(name=what):
            yield name, what
        case ir.If() | ir.Field() | ir.Signal() | ir.Const():
            yield name, node.type.base
        case ir.IsNone(operand=operand):
            yield name, type(operand).__name__ if operand.type.base == "record" else operand.type.base
        case _:
            yield name, *sorts


def shapes_of(policy: ak.Policy) -> set[tuple[str, ...]]:
    """Those of all rules of a policy."""
    lowered = [rule.lowered for rules in policy.plan.rules.values() for rule in rules]
    return {shape for one in lowered if one is not None for shape in shapes(one.outcome)}


def fragments() -> ak.Policy:
    """Every fragment that generated rules are made of, as a rule of its own."""
    lines: list[tuple[str, str]] = []
    for kind, relations in generated.RELATIONS.items():
        lines += [(kind, f"return ({text}) > 0.5") for text in generated.NUMBERS[kind]]
        lines += [(kind, f"return {text}") for text in generated.CONDITIONS[kind]]
        for relation, item in relations.items():
            over = f"for x in {kind}.{relation}"
            lines += [(kind, f"return ak.count(x {over} if {text}) > 1") for text in generated.ITEM_TESTS[item]]
            lines += [(kind, f"return ak.mean({text} {over}) is None") for text in generated.ITEM_NUMBERS[item]]
            lines += [(kind, f"return ak.latest({text} {over}) is None") for text in generated.ITEM_TIMES.get(item, [])]
    lines = [(kind, text) for kind, text in lines if generated._allowed(kind, text)]
    texts = [corpus.function(kind, f"{kind}_{number}", text) for number, (kind, text) in enumerate(lines)]
    names = load(generated.HELPERS + "\n".join(texts))
    rules = [ak.rule(dimension="one")(names[f"{kind}_{number}"]) for number, (kind, _) in enumerate(lines)]
    return ak.Policy(rules, dimensions={"one": 1})


def test_every_node_is_in_the_corpus() -> None:
    """Each kind of node, each call and each aggregate of the language occurs."""
    found = shapes_of(corpus.policy())
    nodes = {node.__name__ for node in typing.get_args(ir.Node)}
    assert nodes - {shape[0] for shape in found} == set(NEVER)
    assert {shape[1] for shape in found if shape[0] == "Call"} == set(CALLS)
    aggregates = set(typing.get_args(ir.AggOp)) - {"collect"}  # a plugin's, which runs in Python only
    assert {shape[1] for shape in found if shape[0] == "Agg"} == aggregates


def test_every_shape_in_use_is_in_the_corpus() -> None:
    """Whatever the default policy and generated rules are made of is tried on hostile facts as well."""
    known = shapes_of(corpus.policy())
    assert sorted(shapes_of(ak.Policy.default()) - known) == []
    assert sorted(shapes_of(fragments()) - known) == []
