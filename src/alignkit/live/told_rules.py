"""
A rule on the told-ledger, for policies that judge by it instead of by any later touch.

    policy.without("changes_are_told").with_rules(news_is_told).assess(told_ledger(store, now=now).portfolio, now=now)
"""

from __future__ import annotations

from datetime import datetime

from alignkit.expressions.functions import NOT_APPLICABLE, Score, count, earliest, hours_between, ramp
from alignkit.policy.rule import rule
from alignkit.policy.views import ProjectView

__all__ = ["news_is_told"]


@rule(
    dimension="visibility",
    weight=2,
    action="Tell the customer what changed in the project, and name the changes",
    team="crm",
    message="{untold} of {news} changes are untold, the oldest since {oldest}",
)
def news_is_told(project: ProjectView, now: datetime, *, best: float = 0, worst: float = 96) -> Score:
    """
    The customer was told of every change that the ledger holds: full marks when all are told or the oldest has waited
    `best` hours, none when it has waited `worst` hours.

    Measure V3. Unlike `changes_are_told` it trusts the ledger alone: a touch that names other changes tells nothing
    here.
    """
    if project.status != "active" or project.customer_id is None:
        return NOT_APPLICABLE
    news = count(c for c in project.changes)
    untold = count(c for c in project.changes if c.told_at is None)
    oldest = earliest(c.occurred_at for c in project.changes if c.told_at is None)
    if news == 0:
        return NOT_APPLICABLE
    if untold == 0 or oldest is None:
        return 1.0
    return ramp(hours_between(oldest, now), best=best, worst=worst)
