"""Generated code is made from names and nodes of the language only: anything forged is refused, never written."""

from __future__ import annotations

import pytest

from alignkit.expressions import ir
from alignkit.expressions import types as t
from alignkit.expressions.model import Field, Hop, Kind, Model, Relation
from alignkit.expressions.python.program import Task, write_scores
from alignkit.expressions.python.render import Variant
from alignkit.expressions.python.writer import Needs, checked_name
from alignkit.policy.model import model

EVIL = "__import__('os').system('true')"
SUBJECT = ir.Subject(t.record_type("project"))
ITEM = ir.Item(t.record_type("task"))
ONE = ir.Const(1, t.int_type(1, 1))


class Number(float):
    """A number whose text is code."""

    def __repr__(self) -> str:
        return EVIL


class Forged(ir.Const):
    """A node that is none of the language's own."""


def written(node: ir.Node, of: Model | None = None, **task: object) -> str:
    """The code of one rule with this answer."""
    tasks = [Task("forged", node, **task)]  # type: ignore[arg-type]
    return write_scores(
        of or model(), "project", tasks, variant=Variant(), signals={}, missing_is_zero=False, keeps_bands=False
    ).source


def count(**parts: object) -> ir.Node:
    """A count over tasks."""
    fields = {"op": "count", "relation": "tasks", "item": ITEM, "value": None, "where": (), "type": t.INT, **parts}
    return ir.Agg(**fields)  # type: ignore[arg-type]


FORGED = {
    "an operator": lambda: ir.Arith(f"+ {EVIL} +", ONE, ONE, t.INT),
    "a comparison": lambda: ir.Compare(f"< {EVIL} <", count(), ONE),
    "a field": lambda: ir.Field(SUBJECT, f"name, {EVIL}", t.FLOAT),
    "a private field": lambda: ir.Field(SUBJECT, "__class__", t.FLOAT),
    "a hop": lambda: ir.Field(
        ir.Hop(SUBJECT, f"customer or {EVIL}", t.record_type("customer")), "annual_value", t.FLOAT
    ),
    "a kind": lambda: ir.Score(ir.Hop(SUBJECT, "customer", t.record_type(EVIL)), "score", t.FLOAT),
    "a relation": lambda: count(relation=f"tasks or {EVIL}"),
    "a way of aggregating": lambda: count(op=f"count; {EVIL}"),
    "a function": lambda: ir.Call(EVIL, (ONE,), t.FLOAT),
    "a constant": lambda: ir.Arith("+", count(), Forged(1, t.INT), t.INT),
    "a node that is no node": lambda: ir.Arith("+", count(), EVIL, t.INT),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("what", FORGED)
def test_refuses_a_forged_node(what: str) -> None:
    """A node that the checker would not have made is never turned into code."""
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError)):
        written(FORGED[what]())


def test_a_forged_number_is_not_written() -> None:
    """A constant reaches the code as a value when it is not a plain number, so that its text never counts."""
    source = written(ir.Compare(">", count(), ir.Const(Number(3), t.FLOAT)))
    assert EVIL not in source
    assert "> c0" in source


def test_a_forged_cap_is_not_written() -> None:
    """The cap of a gate is a number like any other."""
    source = written(ir.Compare(">", count(), ONE), is_gate=True, cap_micro=EVIL)
    assert EVIL not in source


@pytest.mark.parametrize("name", [EVIL, "a b", "class", "_private", "gr\u00f6\u00dfe", "a.b", "a\nb", "1a"])
def test_refuses_a_forged_name(name: str) -> None:
    """Only plain public names can stand in code."""
    with pytest.raises(ValueError, match="cannot stand in generated code"):
        checked_name(name)
    with pytest.raises(ValueError, match="cannot stand in generated code"):
        assert Needs("records", name).variable


def test_refuses_a_forged_model() -> None:
    """A model whose names are code is refused when code is made from it."""
    project = Kind(
        "project",
        "projects",
        {EVIL: Field(EVIL, t.FLOAT)},
        {"customer": Hop("customer", EVIL, "customer", True)},
        {"tasks": Relation("tasks", "task", EVIL)},
    )
    forged = Model({**model().kinds, "project": project}, ("project",))
    hop = ir.Hop(SUBJECT, "customer", t.record_type("customer").optional())
    for node in (ir.Field(SUBJECT, EVIL, t.FLOAT), ir.IsNone(hop), count()):
        with pytest.raises(ValueError, match="cannot stand in generated code"):
            written(node, forged)


def test_generated_code_has_no_builtins() -> None:
    """The function sees what it is given and nothing of Python's own."""
    tasks = [Task("one", ir.Compare(">", count(), ONE))]
    made = write_scores(
        model(), "project", tasks, variant=Variant(), signals={}, missing_is_zero=False, keeps_bands=False
    )
    assert made.function.__globals__["__builtins__"] == {}
