"""
What tests of rules and policies stand on: builders, a clock that stands still, and assertions.

Loads neither a test runner nor Hypothesis; the strategies for the latter are in `alignkit.testing.strategies`.
"""

from __future__ import annotations

from alignkit.testing.builders import (
    change,
    check_in,
    contact,
    contribution,
    customer,
    duplicate,
    interaction,
    need,
    objective,
    opportunity,
    portfolio,
    project,
    task,
)
from alignkit.testing.cases_world import made_up_portfolio
from alignkit.testing.clock import NOW, FixedClock, Span, ago, ahead
from alignkit.testing.drafts import Draft
from alignkit.testing.rules import Outcome, assert_rule, outcome_of
from alignkit.testing.subjects import portfolio_of

__all__ = [
    "NOW",
    "Draft",
    "FixedClock",
    "Outcome",
    "Span",
    "ago",
    "ahead",
    "assert_rule",
    "change",
    "check_in",
    "contact",
    "contribution",
    "customer",
    "duplicate",
    "interaction",
    "made_up_portfolio",
    "need",
    "objective",
    "opportunity",
    "outcome_of",
    "portfolio",
    "portfolio_of",
    "project",
    "task",
]
