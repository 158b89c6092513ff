"""The generated function, the native function and the stored text agree to the micro-point."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import alignkit as ak
from alignkit.policy.engine import Results
from alignkit.policy.model import KINDS, SUBJECTS
from alignkit.policy.scoring import Missing, subject_total
from alignkit.testing import NOW
from alignkit.testing.strategies import portfolios

from .generated import HELPERS, gates, rules
from .rule_text import load

EUROS = ak.Exchange("EUR", {"USD": "0.9", "GBP": "1.15"})


class Written:
    """A policy that shows its text when a test fails."""

    def __init__(self, text: str, counts: list[tuple[str, int]], missing: Missing) -> None:
        self.text = text
        names = load(text)
        judged = [name for name in names if name.split("_")[0] in SUBJECTS and name[-1].isdigit()]
        rules = [
            ak.rule(dimension=dimension, weight=weight)(names[name])
            for name, (dimension, weight) in zip(judged, counts, strict=False)
        ]
        rules += [ak.gate(cap=35)(names[name]) for name in names if name.endswith("_shut")]
        self.policy = ak.Policy(rules, dimensions={"one": 2, "two": 3}, exchange=EUROS, missing=missing)

    def __repr__(self) -> str:
        return self.text


@st.composite
def policies(draw: st.DrawFn) -> Written:
    """A policy of generated rules over all four kinds."""
    texts = [draw(rules(kind, f"{kind}_{number}")) for kind in SUBJECTS for number in range(draw(st.integers(1, 3)))]
    counts = st.tuples(st.sampled_from(["one", "two"]), st.integers(1, 9))
    weights = draw(st.lists(counts, min_size=len(texts), max_size=len(texts)))
    texts += [draw(gates(kind)) for kind in draw(st.sets(st.sampled_from(SUBJECTS)))]
    return Written(HELPERS + "\n".join(texts), weights, draw(st.sampled_from(["renormalise", "zero"])))


def expected_code(outcome: object) -> int:
    """The code of a native answer, by the words of the design."""
    if outcome is ak.NOT_APPLICABLE:
        return -1
    if outcome is None:
        return -2
    code = ak.micro(outcome)  # type: ignore[call-overload]
    return code if 0 <= code <= 1_000_000 else -3


@given(policies(), portfolios(now=NOW), st.sampled_from([-400, -1, 0, 3, 10_000]))
@settings(
    suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.reuse, Phase.generate], max_examples=20
)
def test_three_ways_agree(written: Written, portfolio: ak.Portfolio, later: int) -> None:
    """For generated rules and portfolios, at any moment, all three ways give the same codes on every subject."""
    policy = written.policy if len(portfolio.currencies) > 1 else written.policy.with_exchange(None)
    now = NOW + timedelta(days=later)
    assessment = policy.assess(portfolio, now=now)
    scores = Results(policy.scoring, assessment.rows)
    stored = ak.Policy.from_toml(policy.to_toml())
    for kind in SUBJECTS:
        if kind != "portfolio" and KINDS[kind] not in portfolio.given:
            continue
        ids = ["portfolio"] if kind == "portfolio" else list(portfolio.records(KINDS[kind]))
        for id in ids:
            view = portfolio.view(kind, id, now=now, exchange=policy.exchange, scores=scores)
            row = assessment.rows[kind][id]
            assert row[0] == subject_total(policy.scoring, kind, row[1:])
            for rule, code in zip(policy.plan.rules[kind], row[1:], strict=True):
                assert rule.lowered is not None
                assert rule.native is not None
                assert code == expected_code(rule.native(view, now, now.date())), rule.record.text
                assert code == expected_code(stored.rule(rule.id)(view, now, now.date())), rule.record.text


@given(policies(), portfolios(now=NOW), st.sampled_from([0.0, 0.5, 1.0]))
@settings(
    suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.reuse, Phase.generate], max_examples=10
)
def test_changed_facts_score_as_new_ones(written: Written, portfolio: ak.Portfolio, progress: float) -> None:
    """Facts that were changed in place of others score as a portfolio made of them anew."""
    changes: dict[str, list[Any]] = {}
    if "projects" in portfolio.given:
        changes["projects"] = [attrs.evolve(p, progress=progress) for p in portfolio.records("projects").values()][:2]
    if "needs" in portfolio.given:
        needs = list(portfolio.records("needs").values())[:2]
        changes["needs"] = [attrs.evolve(n, id=f"{n.id}-again", resolved_at=NOW, told_at=None) for n in needs]
    changed = portfolio.with_(**changes)
    anew = ak.Portfolio(**{name: list(changed.records(name).values()) for name in changed.given})
    expected = written.policy.assess(anew, now=NOW).rows
    assert written.policy.assess(changed, now=NOW).rows == expected
    if "customers" in changed.given:
        some = written.policy.assess(changed, now=NOW, customers=list(changed.records("customers"))[:2])
        assert all(row == expected[kind][id] for kind, rows in some.rows.items() for id, row in rows.items())


@given(policies(), portfolios(now=NOW))
@settings(
    suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.reuse, Phase.generate], max_examples=20
)
def test_some_customers_score_as_all_do(written: Written, portfolio: ak.Portfolio) -> None:
    """Judging some customers gives them, and their projects, what judging everything does."""
    if "customers" not in portfolio.given:
        return
    policy = written.policy
    every = policy.assess(portfolio, now=NOW)
    ids = list(portfolio.records("customers"))[:2]
    some = policy.assess(portfolio, now=NOW, customers=ids)
    for kind, rows in some.rows.items():
        for id, row in rows.items():
            assert row == every.rows[kind][id]
    assert set(ids) <= set(some.rows.get("customer", {}))
