"""Hostile rules over hostile facts: native, generated and SQL agree to the micro-point on every engine."""

from __future__ import annotations

from datetime import datetime

import pytest

import alignkit as ak
from alignkit.policy.engine import Results
from alignkit.policy.model import SUBJECTS
from alignkit.sql import SqlStore

from ...expressions.three_ways import code_of
from . import corpus


def differences(policy: ak.Policy, one: ak.Assessment, other: ak.Assessment) -> list[str]:
    """Every code in which two assessments differ, with the text of the rule."""
    found = []
    for kind, rows in one.rows.items():
        for id, row in rows.items():
            there = other.rows[kind].get(id, (None,) * len(row))
            texts = ["the total", *(corpus.texts()[rule.id] for rule in policy.scoring.rules[kind])]
            found += [
                f"{kind} {id!r}: {a} here, {b} there: {text}"
                for a, b, text in zip(row, there, texts, strict=True)
                if a != b
            ]
    return found


@pytest.mark.parametrize("now", corpus.MOMENTS, ids=str)
def test_generated_code_is_native(now: datetime) -> None:
    """The generated pass gives every code that the functions give when they are called."""
    policy, portfolio = corpus.policy(), corpus.portfolio()
    assessment = policy.assess(portfolio, now=now)
    scores = Results(policy.scoring, assessment.rows)
    for kind in SUBJECTS:
        for id, row in assessment.rows[kind].items():
            view = portfolio.view(kind, id, now=now, exchange=policy.exchange, scores=scores)
            for rule, code in zip(policy.plan.rules[kind], row[1:], strict=True):
                assert rule.native is not None
                assert rule.lowered is not None
                given = {"now": now, "today": now.date()}
                assert code == code_of(rule.native(view, *(given[name] for name in rule.lowered.takes))), (rule.id, id)


@pytest.mark.parametrize("now", corpus.MOMENTS, ids=str)
def test_the_database_is_native(hostile_store: SqlStore, engine: str, now: datetime) -> None:
    """The database gives every code and every total that the generated pass gives."""
    if engine == "duckdb" and now not in corpus.MOMENTS[:2]:
        pytest.skip("DuckDB plans a statement of this size for seconds; two moments have to do")
    policy = corpus.policy()
    native = policy.assess(corpus.portfolio(), now=now)
    assert differences(policy, native, policy.assess(hostile_store, now=now)) == []


def test_the_corpus_tells_something() -> None:
    """No rule answers the same for every subject at every moment (of the one portfolio: nothing), so that it can fail."""
    policy = corpus.policy()
    found: dict[str, set[int]] = {name: set() for name in corpus.texts()}
    for now in corpus.MOMENTS:
        for kind, rows in policy.assess(corpus.portfolio(), now=now).rows.items():
            for row in rows.values():
                for rule, code in zip(policy.scoring.rules[kind], row[1:], strict=True):
                    found[rule.id].add(code)
    dull = [
        name
        for name, codes in found.items()
        if len(codes) < 2 and (not name.startswith("portfolio") or codes <= {0, -2})
    ]
    assert [corpus.texts()[name] for name in dull] == []
    states = set().union(*found.values())
    assert {-1, -2, -3, 0, 1_000_000} < states
