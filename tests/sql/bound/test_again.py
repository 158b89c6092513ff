"""Bound tables that are asked more than once: statements are made once, rows are seen as they are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, update

import alignkit as ak
from alignkit.errors import RuleFailedError
from alignkit.sql import bind
from alignkit.sql.bound import running
from alignkit.testing import NOW

from .hosts import host, row_of, selected


@ak.rule(dimension="one")
def is_heard(customer: ak.CustomerView, now: Any) -> ak.Score:
    """Somebody spoke with the customer lately."""
    lately = ak.count(i for i in customer.interactions if i.occurred_at >= now - timedelta(days=30))
    return ak.clamp(lately / 4)


@ak.rule(dimension="one")
def is_ahead(project: ak.ProjectView) -> ak.Score:
    """Progress is known and made."""
    return project.progress


POLICY = ak.Policy([is_heard, is_ahead], dimensions={"one": 1}, name="again")
STRICT = ak.Policy([is_heard, is_ahead], dimensions={"one": 1}, name="again", strict=True)


def facts(touches: int, progress: float = 0.5) -> ak.Portfolio:
    """A customer with a project, and so many touches a day apart."""
    return ak.Portfolio(
        customers=[ak.Customer(id="C-1", name="A")],
        projects=[ak.Project(id="P-1", name="A", customer_id="C-1", progress=progress)],
        interactions=[
            ak.Interaction(id=f"I-{place}", customer_id="C-1", kind="call", occurred_at=NOW - timedelta(days=place))
            for place in range(touches)
        ],
    )


def test_the_statement_is_made_once(host_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked again, the same statement sees new rows and another moment, also under a list in the host's condition."""
    made: list[Any] = []
    build = running.built
    monkeypatch.setattr(running, "built", lambda *given: made.append(given) or build(*given))
    with host_engine.begin() as connection:
        tables = host(connection, facts(1), "again")
    chosen = {name: selected(table) for name, table in tables.items()}
    touch = tables["interactions"].c.c_kind
    chosen["interactions"] = chosen["interactions"].where(touch.in_(["call", "visit", "mail"]))
    bound = bind(host_engine, **chosen, zone="UTC")
    assert POLICY.assess(bound, now=NOW).rows == POLICY.assess(facts(1), now=NOW).rows
    with host_engine.begin() as connection:
        rows = [row_of(fact, "interactions") for fact in facts(3).records("interactions").values()][1:]
        connection.execute(insert(tables["interactions"]), rows)
        connection.execute(update(tables["projects"]).values(c_progress=0.25))
    for now in (NOW, NOW + timedelta(days=29)):
        assert POLICY.assess(bound, now=now).rows == POLICY.assess(facts(3, 0.25), now=now).rows
    assert len(made) == 1


def test_subjects_are_handed_out_too(host_engine: Engine) -> None:
    """`iter_assess` gives the subjects of `assess`."""
    with host_engine.begin() as connection:
        tables = host(connection, facts(2), "handed")
    bound = bind(host_engine, **{name: selected(table) for name, table in tables.items()}, zone="UTC")
    whole = POLICY.assess(bound, now=NOW)
    handed = {(one.kind, one.id): one.score for one in POLICY.iter_assess(bound, now=NOW)}
    assert handed == {(one.kind, one.id): one.score for one in whole}


def test_a_strict_policy_tells_of_refused_rows(host_engine: Engine) -> None:
    """A strict policy raises on rows that the domain refuses, and says that it is these."""
    with host_engine.begin() as connection:
        tables = host(connection, facts(1), "strict")
        connection.execute(update(tables["projects"]).values(c_progress=1.7))
    bound = bind(host_engine, **{name: selected(table) for name, table in tables.items()}, zone="UTC")
    with pytest.raises(RuleFailedError, match=r"rows that are refused \(projects: 1 row whose progress"):
        STRICT.assess(bound, now=NOW)
    assert POLICY.assess(bound, now=NOW).faults[0].rows == 1
