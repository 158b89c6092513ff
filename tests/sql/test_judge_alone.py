"""What a store answers beside whole assessments: a few customers, one after another, a select, a comparison."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from sqlalchemy import create_engine

import alignkit as ak
from alignkit import sample
from alignkit.errors import RuleFailedError, StoreError, UnsupportedExpressionError
from alignkit.policy.question import Answer, Question
from alignkit.portfolio import Portfolio
from alignkit.sample.demo import run_demo
from alignkit.sql import SqlStore, statement
from alignkit.sql.judge import situation_of
from alignkit.testing import NOW

from .test_judge import EUROS, differences, opaque_rule

POLICY = ak.Policy.default().with_exchange(EUROS)


@pytest.fixture(scope="module")
def company() -> Portfolio:
    """The sample company."""
    return run_demo().portfolio


@pytest.fixture
def store(url: str, company: Portfolio) -> Iterator[SqlStore]:
    """A store with the sample company."""
    with SqlStore.open(url) as opened:
        opened.upsert(company, at=sample.NOW, journal=False)
        yield opened


def test_judges_some_customers_by_key(store: SqlStore, company: Portfolio) -> None:
    """Given customers get the rows, and the explanations, that they get in memory."""
    ids = [customer.id for customer in company.customers or ()][:2]
    native = POLICY.assess(company, now=sample.NOW, customers=ids)
    stored = POLICY.assess(store, now=sample.NOW, customers=ids)
    assert differences(POLICY, native, stored) == []
    subject = native.subjects("project", worst_first=True)[0]
    assert str(stored.of("project", subject.id).explain()) == str(subject.explain())


def test_refuses_unknown_customers(store: SqlStore) -> None:
    """A customer that is not there is named, with what looks like it."""
    with pytest.raises(ak.NotFoundError, match="nobody"):
        POLICY.assess(store, now=sample.NOW, customers=["nobody"])


def test_verifies_itself(store: SqlStore) -> None:
    """A store agrees with the native engine on a sample of its subjects."""
    some = POLICY.verify(store, now=sample.NOW, sample=30)
    assert some
    assert some.subjects == 30 < some.of
    assert str(some).endswith("no difference")


def test_verification_tells_what_differs(company: Portfolio, tmp_path: Path) -> None:
    """A store that answers wrongly is told apart by kind, id, rule and both codes."""

    class Wrong(SqlStore):
        def judge(self, question: Question, /) -> Answer:
            answer = super().judge(question)
            id, row = min(answer.rows["customer"].items())
            answer.rows["customer"][id] = (row[0], row[1] ^ 1, *row[2:])
            return answer

    with Wrong.open(f"sqlite:///{tmp_path / 'a.db'}") as wrong:
        wrong.upsert(company, at=sample.NOW, journal=False)
        verified = POLICY.verify(wrong, now=sample.NOW, sample=None)
        assert verified == POLICY.verify(wrong, now=sample.NOW, sample=None)
    assert verified.subjects == verified.of
    (found,) = verified.differences
    rule = POLICY.scoring.rules["customer"][0].id
    assert (found.kind, found.rule, found.stored) == ("customer", rule, (found.native or 0) ^ 1)
    assert f"customer {found.id}, {rule}: native {found.native}" in str(verified)


def test_hands_out_subjects_one_after_another(store: SqlStore, company: Portfolio) -> None:
    """Streamed subjects are those of the assessment, kind by kind."""
    native = POLICY.assess(company, now=sample.NOW)
    found = list(POLICY.iter_assess(store, now=sample.NOW))
    assert [subject.kind for subject in found] == [subject.kind for subject in native]
    assert {(s.kind, s.id): (s.score_micro, s.codes) for s in found} == {
        (s.kind, s.id): (s.score_micro, s.codes) for s in native
    }


@pytest.mark.parametrize("kind", ["objective", "portfolio"])
def test_one_select_judges_a_kind(store: SqlStore, company: Portfolio, engine: str, kind: str) -> None:
    """The plain select gives score, coverage, band and codes; it can be filtered. MariaDB has none, and says so."""
    if engine == "mariadb":
        with pytest.raises(StoreError, match="stage by stage"):
            store.statement(POLICY, kind, now=sample.NOW)
        return
    native = POLICY.assess(company, now=sample.NOW)
    select = store.statement(POLICY, kind, now=sample.NOW)
    known = select.subquery()
    with store._database.engine.connect() as connection:
        rows = connection.execute(select).mappings().all()
        count = len(connection.execute(known.select().where(known.c.score < 50)).all())
    assert len(rows) == len(native.subjects(kind))
    for row in rows:
        subject = native.of(kind, row["id"])
        assert (row["score"], row["coverage"], row["band"]) == (subject.score, subject.coverage, subject.band)
        assert tuple(row[rule.id] for rule in native.plan.rules[kind]) == subject.codes
    assert count == sum(subject.score is not None and subject.score < 50 for subject in native.subjects(kind))


def test_refuses_selects_it_cannot_give(company: Portfolio, tmp_path: Path) -> None:
    """Opaque rules, and exchanged amounts on SQLite, have no plain select; nor have kinds that there are not."""
    with SqlStore.open(f"sqlite:///{tmp_path / 'a.db'}") as store:
        store.upsert(company, at=sample.NOW, journal=False)
        with pytest.raises(UnsupportedExpressionError, match=r"opaque, which only runs natively, has no form in sql"):
            store.statement(POLICY.with_rules(opaque_rule("project")), "project", now=sample.NOW)
        exchanged = POLICY.with_exchange(ak.Exchange("EUR", {"SEK": "0.0871"}))
        with pytest.raises(UnsupportedExpressionError, match="amount in another currency"):
            store.statement(exchanged, "project", now=sample.NOW)
        with pytest.raises(ak.NotFoundError, match="projects"):
            store.statement(POLICY, "projects", now=sample.NOW)


def test_an_assessment_reads_no_tables(company: Portfolio, tmp_path: Path) -> None:
    """Only outcomes travel: as many rows are fetched as there are subjects, and a few about the store itself."""
    fetched: list[int] = []

    class Cursor(sqlite3.Cursor):
        def fetchmany(self, *args: Any) -> Any:
            rows = super().fetchmany(*args)
            fetched.append(len(rows))
            return rows

        def fetchall(self) -> Any:
            rows = super().fetchall()
            fetched.append(len(rows))
            return rows

        def fetchone(self) -> Any:
            row = super().fetchone()
            fetched.append(row is not None)
            return row

    class Counting(sqlite3.Connection):
        def cursor(self, factory: Any = Cursor) -> Any:
            return super().cursor(factory)

    made = create_engine("sqlite://", creator=lambda: sqlite3.connect(tmp_path / "counted.db", factory=Counting))
    with SqlStore.open(made) as store:
        store.upsert(company, at=sample.NOW, journal=False)
        fetched.clear()
        assessment = POLICY.assess(store, now=sample.NOW)
        assert len(assessment) <= sum(fetched) <= len(assessment) + 30


def test_the_statement_is_made_once(company: Portfolio, tmp_path: Path) -> None:
    """Another moment, and an equal policy, are answered by the same statement with other values."""
    with SqlStore.open(f"sqlite:///{tmp_path / 'a.db'}") as store:
        store.upsert(company, at=sample.NOW, journal=False)
        with store._look("test") as scope:
            question = POLICY.question(sample.NOW)
            situation, dialect = situation_of(scope, question), scope.connection.dialect
    made = statement.prepared(question, situation)
    later = NOW.replace(year=NOW.year + 1)
    assert statement.prepared(ak.Policy.default().with_exchange(EUROS).question(later), situation) is made
    one, other = made.values("", sample.NOW, sample.NOW.date()), made.values("", later, later.date())
    assert one.keys() == other.keys()
    assert one != other
    assert made.texts(dialect) is made.texts(dialect)


def test_a_strict_policy_raises_for_a_store_too(url: str) -> None:
    """A rule that answers outside 0..1 raises under a strict policy, wherever it was judged."""
    from ..expressions.rule_text import python_rule

    rule = python_rule("def judged(project: ak.ProjectView) -> ak.Score:\n    return ak.default(project.budget, 0)\n")
    policy = ak.Policy([rule], dimensions={"visibility": 1}, strict=True)
    with SqlStore.open(url) as store:
        store.upsert([ak.Project(id="P-1", name="A", budget=ak.Money("7", "EUR"))], at=NOW, journal=False)
        with pytest.raises(RuleFailedError, match="judged"):
            policy.assess(store, now=NOW)
        lenient = attrs.evolve(policy, strict=False)
        assert lenient.assess(store, now=NOW).rows["project"]["P-1"] == (-1, -3)
