"""The statement of a large policy stays readable for engines, and kinds that no rule looks at cost next to nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import alignkit as ak
from alignkit import sample
from alignkit.portfolio import Portfolio
from alignkit.sample.demo import run_demo
from alignkit.sql import SqlStore, results
from alignkit.sql.amounts import Currencies
from alignkit.sql.statement import Situation, prepared

from .test_golden import dialect_of
from .test_judge import differences

HEAD = """alignkit_policy = 1
[dimensions]
one = 3
two = 1
[exchange]
currency = "EUR"
"""


def many_rules(number: int) -> ak.Policy:
    """A policy of so many rules on projects in two dimensions, some without an answer, and one that reads bands."""
    rules = [
        f"""
[[rules]]
id = "rule_{place:03d}"
kind = "project"
dimension = "{"one" if place % 3 else "two"}"
weight = {1 + place % 5}
text = '''
def rule_{place:03d}(project: ProjectView) -> Score:
    if project.progress is None or project.status == {["'active'", "'planned'", "'on_hold'"][place % 3]}:
        return {["None", "NOT_APPLICABLE", "0.5"][place % 3]}
    return clamp(project.progress * {1 + place} / {number})
'''
"""
        for place in range(number)
    ]
    bands = """
[[rules]]
id = "known"
kind = "customer"
dimension = "one"
text = '''
def known(customer: CustomerView) -> Score:
    return share(p.band != 'unknown' for p in customer.projects)
'''
"""
    return ak.Policy.from_toml("".join([HEAD, *rules, bands]))


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


def text_of(policy: ak.Policy, engine: str) -> str:
    """Every statement of a policy."""
    dialect = dialect_of(engine)
    situation = Situation(frozenset({"customers", "projects"}), Currencies("EUR"), dialect.name)
    stages, finals = prepared(policy.question(sample.NOW), situation).texts(dialect)
    return "\n".join(text.string for text in (*stages, *finals.values()))


def test_many_rules_in_a_dimension_are_added_up_in_blocks(store: SqlStore, company: Portfolio) -> None:
    """Fifty rules of two dimensions, more than one select adds up: no integer differs from memory."""
    policy = many_rules(50)
    native = policy.assess(company, now=sample.NOW)
    assert differences(policy, native, policy.assess(store, now=sample.NOW)) == []


def test_the_statement_grows_with_the_rules_and_not_with_their_square() -> None:
    """Four times the rules take less than five times the text."""
    assert len(text_of(many_rules(200), "sqlite")) < 5 * len(text_of(many_rules(50), "sqlite"))


def test_kinds_without_rules_are_handed_out_in_order(store: SqlStore, company: Portfolio) -> None:
    """Kinds that no rule looks at have the rows of memory, assessed at once or one after another."""
    policy = many_rules(1)
    native = policy.assess(company, now=sample.NOW)
    assert policy.assess(store, now=sample.NOW).rows == native.rows
    streamed = [(subject.kind, subject.id) for subject in policy.iter_assess(store, now=sample.NOW)]
    assert sorted(streamed) == sorted((kind, id) for kind, rows in native.rows.items() for id in rows)
    assert list(dict.fromkeys(kind for kind, _ in streamed)) == ["objective", "project", "customer", "portfolio"]


def test_rows_are_the_same_without_numpy(store: SqlStore, company: Portfolio, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where arrays cannot be had, rows are taken one by one, with the same result."""
    policy = many_rules(2)
    monkeypatch.setattr(results, "_has_numpy", lambda: False)
    assert policy.assess(store, now=sample.NOW).rows == policy.assess(company, now=sample.NOW).rows
