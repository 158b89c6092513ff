"""The same question asked of a portfolio in memory and of its tables in a session."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import alignkit as ak
from alignkit.portfolio import Portfolio
from alignkit.sql.distributed import DistributedTables, bind_spark

from .landed import arrow_tables, frames_of


def landed(session: Any, portfolio: Portfolio, **options: Any) -> DistributedTables:
    """The facts of a portfolio as data frames of a session, bound."""
    return bind_spark(session, **frames_of(session, arrow_tables(portfolio)), **options)


def differences(policy: ak.Policy, one: ak.Assessment, other: ak.Assessment) -> list[object]:
    """Every integer in which two assessments differ."""
    found: list[object] = []
    for kind, rows in one.rows.items():
        names = ["total", *(rule.id for rule in policy.scoring.rules[kind])]
        for id, row in rows.items():
            there = other.rows[kind].get(id, (None,) * len(row))
            found += [(kind, id, name, a, b) for name, a, b in zip(names, row, there, strict=True) if a != b]
        found += [(kind, id, "not expected") for id in other.rows[kind] if id not in rows]
    return found


def disagreements(session: Any, policy: ak.Policy, portfolio: Portfolio, now: datetime, **options: Any) -> list[object]:
    """Where the session's answer differs from the native one."""
    with landed(session, portfolio, **options) as tables:
        return differences(policy, policy.assess(portfolio, now=now), policy.assess(tables, now=now))
