"""
What of a digest comes first: customers by severity, value and score lost, lines by severity and recency.

The weights are our proposal, and `CustomerNews.importance` says them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

import attrs

from alignkit.domain import Customer, Exchange
from alignkit.live.digest_line import DigestLine, Places
from alignkit.policy.compare import SubjectDifference
from alignkit.policy.policy import Policy

__all__ = ["CustomerNews", "ranked", "values_of"]

MOST_TOUCHES: Final = 3
"""More touches of no urgency than this become one line."""

_VALUE: Final = 40.0
_SEVERITY: Final = 12.0


@attrs.frozen
class CustomerNews:
    """
    What happened for one customer.

    Attributes:
        customer_id: The customer; None for what concerns none.
        name: What people call it.
        tier: The host's own ranking.
        lines: What happened, the gravest first, then the latest.
        value: Its worth among the customers, 0..1; 0 when nobody knows.
        impact: How its score moved by what happened; None without a policy, or when it did not move.
    """

    customer_id: str | None
    name: str
    tier: str | None
    lines: tuple[DigestLine, ...]
    value: float
    impact: SubjectDifference | None = None

    @property
    def severity(self) -> int:
        """1..5, of the gravest line."""
        return max((line.severity for line in self.lines), default=1)

    @property
    def lost(self) -> float:
        """Points of score that were lost, 0..100."""
        return 0.0 if self.impact is None else max(0.0, -self.impact.difference)

    @property
    def importance(self) -> float:
        """What groups are ranked by: 12 for each step of severity, up to 40 for value, 1 for each point of score lost."""
        return round(_SEVERITY * self.severity + _VALUE * self.value + self.lost, 6)


def values_of(customers: Mapping[str, Customer], policy: Policy | None) -> Mapping[str, float]:
    """
    Worth among the customers, 0..1: the share of the largest annual value; that of its tier's mean where its own is
    not known. Amounts in several currencies need a policy with an exchange; those without a rate are not known.
    """
    amounts = {id: one.annual_value for id, one in customers.items() if one.annual_value is not None}
    exchange = None if policy is None else policy.exchange
    if exchange is None:
        codes = {amount.currency for amount in amounts.values()}
        if len(codes) != 1:
            return {}
        exchange = Exchange(codes.pop())
    found = {id: major for id, amount in amounts.items() if (major := exchange.major(amount)) is not None}
    largest = max(found.values(), default=0.0)
    if largest <= 0:
        return {}
    tiers: dict[str, list[float]] = {}
    for id in sorted(found):
        tier = customers[id].tier
        if tier is not None:
            tiers.setdefault(tier, []).append(found[id])
    means = {tier: sum(values) / len(values) for tier, values in tiers.items()}
    worth = {id: found.get(id, means.get(one.tier or "", 0.0)) for id, one in customers.items()}
    return {id: max(0.0, value) / largest for id, value in worth.items()}


def ranked(
    lines: list[DigestLine],
    places: Places,
    impacts: Mapping[str, SubjectDifference],
    values: Mapping[str, float],
) -> tuple[CustomerNews, ...]:
    """The lines by customer, the most important first; what concerns none comes last."""
    by_customer: dict[str | None, list[DigestLine]] = {}
    for line in lines:
        by_customer.setdefault(line.customer_id, []).append(line)
    groups = []
    for id, found in by_customer.items():
        customer = places.customers.get(id or "")
        ordered = sorted(
            _summed_up(found), key=lambda line: (-line.severity, _latest_first(line.occurred_at), line.key)
        )
        name, tier = ("No customer", None) if customer is None else (customer.name, customer.tier)
        groups.append(CustomerNews(id, name, tier, tuple(ordered), values.get(id or "", 0.0), impacts.get(id or "")))
    return tuple(sorted(groups, key=lambda one: (one.customer_id is None, -one.importance, one.name, one.customer_id)))


def _latest_first(moment: datetime) -> float:
    return -moment.timestamp()


def _summed_up(lines: list[DigestLine]) -> list[DigestLine]:
    """The lines of one customer, its many touches of no urgency as one."""
    touches = [line for line in lines if line.kind == "interaction" and line.severity == 1]
    if len(touches) <= MOST_TOUCHES:
        return lines
    last = max(touches, key=lambda line: (line.occurred_at, line.key))
    rest = [line for line in lines if line not in touches]
    summed = attrs.evolve(
        last,
        key=f"touches:{last.customer_id or ''}",
        id=last.customer_id or "",
        project_id=None,
        text=f"{len(touches)} touches; the last on {_day(last.occurred_at.date())}: {last.text}",
        teams=tuple(sorted({team for line in touches for team in line.teams})),
        changes=tuple(change for line in touches for change in line.changes),
    )
    return [*rest, summed]


def _day(day: date) -> str:
    return day.isoformat()
