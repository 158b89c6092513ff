"""What SQL cannot say is refused with words that name it; each shape and its words."""

from __future__ import annotations

from datetime import date, datetime, timezone
from typing import Any

import pytest
from sqlalchemy import column, table

from alignkit.errors import UnsupportedExpressionError
from alignkit.expressions import ir
from alignkit.expressions import types as t
from alignkit.policy.filters import compile_filter
from alignkit.policy.model import model
from alignkit.sql.emit.binds import Binds
from alignkit.sql.emit.sources import Sources
from alignkit.sql.emit.translate import Translator
from alignkit.sql.filters import refuse_foreign
from alignkit.sql.types import Day, Moment

NOW = datetime(2026, 3, 2, tzinfo=timezone.utc)
PROJECT = ir.Subject(t.record_type("project"))
DUE = ir.Field(PROJECT, "due_on", t.DATE)


@pytest.mark.parametrize(
    ("node", "words"),
    [
        (ir.Arith("+", DUE, DUE, t.DATE), "+ of moments that differ by row has no form in sql"),
        (PROJECT, "Subject has no form in sql"),
        (ir.Field(ir.Item(t.record_type("task")), "id", t.TEXT), "a record given by Item has no form in sql"),
        (ir.Const(b"x", t.TEXT), "a bytes has no form in sql"),
    ],
)
def test_the_emitter_refuses(node: Any, words: str) -> None:
    """A node that has no spelling is refused by name, also one that no checker lets through."""
    rows = table("p", column("id"), column("due_on"))
    binds = Binds(Moment(), Day(), NOW, date(2026, 3, 2))
    translate = Translator(model(), Sources({}, Moment(), Day()), binds, rows, rows.c.id)
    with pytest.raises(UnsupportedExpressionError) as refused:
        translate(node)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("project", "latest(i for i in interactions).kind == 'call'", "latest of records"),
        ("project", "earliest(i for i in interactions).kind == 'call'", "earliest of records"),
        ("project", "exists(i for i in upcoming)", "count of upcoming"),
        ("project", "count(c for c in changes) > 1", "count of changes"),
        ("customer", "total(d.hours for d in duplicates) > 1", "sum_micro of duplicates"),
        ("project", "score is not None", "Score"),
        ("customer", "exists(p for p in projects if count(t for t in p.tasks) > 1)", "Signal"),
        ("project", "exists(n for n in needs if n.severity == maximum(m.severity for m in needs))", "count of needs"),
    ],
)
def test_a_filter_refuses(kind: str, text: str, words: str) -> None:
    """A condition that is not asked of the tables says what keeps it from that."""
    with pytest.raises(UnsupportedExpressionError) as refused:
        refuse_foreign(compile_filter(kind, text).test)
    assert str(refused.value).startswith(f"{words} has no form in a filter in SQL")
