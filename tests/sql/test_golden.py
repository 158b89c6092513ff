"""
The statements of a small policy, written out for each engine, for people to review as a difference.

`ALIGNKIT_WRITE_GOLDEN=1` writes them anew. Each must be read by sqlglot in the engine's own dialect.
"""

from __future__ import annotations

import os
import re
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Integer, literal
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.exc import CompileError

import alignkit as ak
from alignkit.sql.amounts import Currencies
from alignkit.sql.statement import Situation, prepared

from .hostile.mutants import elements

GOLDEN = Path(__file__).parent / "golden"
NOW = datetime(2026, 3, 2, 9, tzinfo=timezone.utc)
ENGINES = {
    "sqlite": ("sqlite://", "sqlite"),
    "postgresql": ("postgresql+psycopg://", "postgres"),
    "mariadb": ("mariadb+pymysql://", "mysql"),
    "duckdb": ("duckdb://", "duckdb"),
}


@ak.rule(dimension="one", weight=2)
def is_fresh(project: ak.ProjectView, now: datetime) -> ak.Score:
    """An aggregate, a curve of time, and text that looks like SQL."""
    told = ak.latest(i.occurred_at for i in project.interactions if i.kind == "call" and i.subject != "x' OR 1=1 --")
    if told is None:
        return 0.0
    return ak.ramp(ak.days_between(told, now), best=3, worst=21)


@ak.rule(dimension="two")
def is_in_time(project: ak.ProjectView, now: datetime) -> ak.Score:
    """A hop, a ratio of sums, and a condition that relies on an earlier one."""
    if project.customer is None or project.customer.tier != "A":
        return ak.NOT_APPLICABLE
    recent = ak.count(
        t for t in project.tasks if t.completed_at is not None and t.completed_at > now - timedelta(days=7)
    )
    if recent == 0:
        return None
    return ak.ratio(ak.total(t.spent_hours for t in project.tasks), ak.total(t.effort_hours for t in project.tasks))


@ak.rule(dimension="one")
def is_served(customer: ak.CustomerView) -> ak.Score:
    """What an earlier kind scored."""
    return ak.ratio(ak.mean(p.score for p in customer.projects if p.band != "unknown"), 100)


POLICY = ak.Policy([is_fresh, is_in_time, is_served], dimensions={"one": 1, "two": 3}, exchange=ak.Exchange("EUR"))


def dialect_of(engine: str) -> Dialect:
    """The dialect of an engine, without a connection."""
    if engine == "duckdb":
        pytest.importorskip("duckdb_engine")
    return make_url(ENGINES[engine][0]).get_dialect()()


def statements(engine: str) -> list[str]:
    """Every statement of the policy on an engine, in order, without spaces at the ends of lines."""
    dialect = dialect_of(engine)
    given = frozenset({"customers", "projects", "interactions", "tasks"})
    situation = Situation(given, Currencies("EUR"), dialect.name)
    stages, finals = prepared(POLICY.question(NOW), situation).texts(dialect)
    texts = [text.string for text in (*stages, *finals.values())]
    return [re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE) for text in texts]


@pytest.mark.parametrize("name", ENGINES)
def test_statements_are_as_reviewed(name: str) -> None:
    """The text is that of the golden file, so that a change of spelling is seen by whoever reviews it."""
    path = GOLDEN / f"{name}.sql"
    text = ";\n\n".join(statements(name)) + ";\n"
    if os.environ.get("ALIGNKIT_WRITE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ENGINES)
def test_statements_are_read_by_another_parser(name: str) -> None:
    """Another parser (sqlglot) reads each as one query or one table made of a query, in the dialect of the engine."""
    sqlglot = pytest.importorskip("sqlglot")
    for text in statements(name):
        plain = re.sub(r"%\(\w+\)s|%s|\$\d+", "$1" if name == "postgresql" else "?", text)
        (tree,) = sqlglot.parse(plain, dialect=ENGINES[name][1])
        assert type(tree).__name__ in ("Select", "Union", "Create"), text
        fenced = [cte for cte in tree.find_all(sqlglot.exp.CTE) if cte.args.get("materialized")]
        assert bool(fenced) == (name != "mariadb")


@pytest.mark.parametrize("name", ENGINES)
def test_text_is_bound(name: str) -> None:
    """Text of rules is nowhere in a statement."""
    assert not any(word in text for text in statements(name) for word in ("OR 1=1", "'call'", "'A'"))


def made(element: type[Any]) -> Any:
    """An element over some values."""
    if element.__name__ == "Inside":
        return element(literal("{}"), "text", "segment")
    return element(literal(1, Integer), literal(2, Integer))


@pytest.mark.parametrize("element", sorted(set(elements()) - {"Called"}))
@pytest.mark.parametrize("url", ["mssql+pymssql://", "oracle://"])
def test_an_unknown_engine_is_refused(element: str, url: str) -> None:
    """No element has a spelling that stands in for engines it was not written for."""
    one: Any = made(elements()[element])
    dialect = make_url(url).get_dialect()()
    with pytest.raises(CompileError, match=f"no spelling for {dialect.name}; it is not an engine of alignkit"):
        one.compile(dialect=dialect)
