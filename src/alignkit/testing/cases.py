"""
Cases, coverage and lint of policies, for tests: the same values that `policy.test()` and `policy.lint()` give.

What stands here is made in `alignkit.policy`; this module is where tests find it.
"""

from __future__ import annotations

from alignkit.policy.cases import Case
from alignkit.policy.cases_run import CaseReport, CaseResult, Mismatch
from alignkit.policy.coverage import Coverage, Way, branch_coverage
from alignkit.policy.lint import LINT_CODES, LintFinding

__all__ = [
    "LINT_CODES",
    "Case",
    "CaseReport",
    "CaseResult",
    "Coverage",
    "LintFinding",
    "Mismatch",
    "Way",
    "branch_coverage",
]
