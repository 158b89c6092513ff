"""
The policy that ships: what a company should look at first to see whether its two views of a customer agree.

One module per dimension holds the rules, `gates` the conditions that cap a score, `signals` the words they share.
All of it is readable text of the rule language, and every number that matters is a threshold or a weight that a
policy may set.

**Thresholds.** Every rule is a line, not a step, so that an improvement always shows. `best` is the published edge
of green. `worst` is chosen so that a reading at the published edge of red still gets about 0.4, the lower edge of
amber: one measure alone in amber looks amber, in red looks red. Where a source says at which point nothing is left
(silent after 30 days), that point is `worst`. Where no source gives a number, the docstring says "our proposal".

**Absence.** 0 where absence itself is the failure (an active project without any status update); no data where the
thing to judge does not exist (no survey, no task); not applicable where the question does not arise (a project on
hold, a customer who left, no promise due).

**Dimension weights** add up to 100. Four dimensions count 20: whether both sides see the same (visibility), whether
work gets done (completion), whether it serves objectives (strategy), and how the customer feels (satisfaction). They
are what a manager is asked for, and no source ranks them, so they are equal. Efficiency and growth count 10: they
follow from the other four, and rest on facts that fewer companies record (costs, doubled work, contract ends).

**Rule weights** are 3 for what a measure of its dimension cannot do without, 2 for what supports it, 1 for hints.

**Gates** are few. A mean forgives; these two things are not forgiven: a critical complaint that nobody replied to
(cap 60, amber at best), and an active project of which the customer has heard nothing for a month (cap 69, not
green).
"""

from __future__ import annotations

from typing import Final

from alignkit.policy.defaults import completion, efficiency, gates, growth, satisfaction, strategy, visibility

__all__ = ["DIMENSIONS", "GATES", "RULES"]

DIMENSIONS: Final[dict[str, int]] = {
    "visibility": 20,
    "efficiency": 10,
    "completion": 20,
    "strategy": 20,
    "satisfaction": 20,
    "growth": 10,
}
"""Weight of each dimension."""

RULES: Final = (
    *visibility.RULES,
    *efficiency.RULES,
    *completion.RULES,
    *strategy.RULES,
    *satisfaction.RULES,
    *growth.RULES,
)
"""Every rule of the default policy, by dimension and then from objectives to the portfolio."""

GATES: Final = gates.GATES
"""Conditions that cap a score."""
