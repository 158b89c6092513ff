"""Judges by a policy in three ways (generated code, native calls, stored text) and sees that they agree."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import alignkit as ak
from alignkit.policy.engine import Results
from alignkit.policy.model import KINDS, SUBJECTS
from alignkit.testing import NOW

from .rule_text import load

Codes = dict[tuple[str, str], int]


def policy_of(text: str, names: dict[str, Any] | None = None, **settings: Any) -> ak.Policy:
    """A policy of every `rule_...` and `gate_...` that a module with this text defines."""
    found = load(text, **(names or {}))
    rules: list[ak.Rule[..., Any]] = [ak.rule(dimension="one")(found[n]) for n in found if n.startswith("rule_")]
    rules += [ak.gate(cap=40)(found[name]) for name in found if name.startswith("gate_")]
    return ak.Policy(rules, dimensions={"one": 1}, **settings)


def rule(lines: str, *, subject: str = "project: ak.ProjectView, now: datetime, today: date") -> str:
    """The text of one rule, `rule_one`, with these lines."""
    return f"def rule_one({subject}) -> ak.Score:\n" + "".join(f"    {line}\n" for line in lines.strip().split("\n"))


def code_of(outcome: object) -> int:
    """The code of a native answer, by the words of the design."""
    if outcome is ak.NOT_APPLICABLE:
        return -1
    if outcome is None:
        return -2
    code = ak.micro(outcome)  # type: ignore[call-overload]
    return code if 0 <= code <= 1_000_000 else -3


def judged(policy: ak.Policy, portfolio: ak.Portfolio, *, now: datetime = NOW) -> Codes:
    """The code of every rule on every subject, by rule and id, after all three ways gave the same ones."""
    assessment = policy.assess(portfolio, now=now)
    scores = Results(policy.scoring, assessment.rows)
    stored = ak.Policy.from_toml(policy.to_toml())
    assert stored == policy
    assert stored.version == policy.version
    given: dict[str, date] = {"now": now, "today": now.date()}
    found: Codes = {}
    for kind in SUBJECTS:
        for id, row in assessment.rows[kind].items():
            view = portfolio.view(kind, id, now=now, exchange=policy.exchange, scores=scores)
            for one, code in zip(policy.plan.rules[kind], row[1:], strict=True):
                assert one.lowered is not None
                assert one.native is not None
                moments = [given[name] for name in one.lowered.takes]
                assert code == code_of(one.native(view, *moments)), (one.id, id)
                assert code == code_of(stored.rule(one.id)(view, *moments)), (one.id, id)
                found[one.id, id] = code
        for subject in [] if kind == "portfolio" or KINDS[kind] not in portfolio.given else assessment.subjects(kind):
            assert str(subject.explain())
    return found
