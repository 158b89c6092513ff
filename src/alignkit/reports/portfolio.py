"""The report on a whole portfolio, as a value: what stands where, who needs attention first, and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from attrs import frozen

from alignkit.policy.assessment import Affected, Assessment
from alignkit.policy.explain import Explanation
from alignkit.policy.headroom import Headroom
from alignkit.policy.scoring import UNKNOWN
from alignkit.policy.subject import DimensionResult, SubjectAssessment

__all__ = ["Attention", "KindCount", "PortfolioReport", "summarise"]


@frozen
class KindCount:
    """
    How the subjects of one kind stand.

    Attributes:
        kind: Kind of subject.
        total: How many were assessed.
        bands: How many are in each band, best first, `"unknown"` last; empty bands included.
    """

    kind: str
    total: int
    bands: Mapping[str, int]


@frozen
class Attention:
    """
    A subject to look at, and the move that would help it most.

    Attributes:
        subject: The subject.
        worst: Its lowest dimension, None when none was scored.
        next_move: What would raise its score most and names an action; None when there is no such thing.
    """

    subject: SubjectAssessment
    worst: DimensionResult | None
    next_move: Headroom | None


@frozen
class PortfolioReport:
    """
    What a manager should see of an assessment.

    Attributes:
        now: The moment that was judged.
        policy_version: Content hash of the policy.
        portfolio: The portfolio as a whole.
        counts: How the subjects of each kind that has any stand, without the portfolio itself.
        attention: Customers below the best band, worst first, as many as were asked for.
        more_attention: How many further customers are below the best band.
        unknown_customers: How many customers have an unknown band.
        worst_project: Why the worst project has its score; None when no project has a known band.
        without_data: Rules that somewhere had no data, with how many subjects and an example.
        errors: Rules that failed somewhere, likewise.
        opaque: Rules that could only be run as they are, not read.
    """

    now: datetime
    policy_version: str
    portfolio: SubjectAssessment
    counts: tuple[KindCount, ...]
    attention: tuple[Attention, ...]
    more_attention: int
    unknown_customers: int
    worst_project: Explanation | None
    without_data: Mapping[str, Affected]
    errors: Mapping[str, Affected]
    opaque: tuple[str, ...]


def summarise(assessment: Assessment, *, customers: int = 5) -> PortfolioReport:
    """
    Pick out what a manager should see.

    Args:
        assessment: The result to report on.
        customers: How many customers to look at closely.
    """
    best = assessment.plan.bands[0][0]
    ranked = assessment.subjects("customer", worst_first=True)
    below = [customer for customer in ranked if customer.band not in (best, UNKNOWN)]
    worst = next(iter(assessment.subjects("project", worst_first=True)), None)
    return PortfolioReport(
        now=assessment.now,
        policy_version=assessment.policy_version,
        portfolio=assessment.portfolio,
        counts=tuple(
            _count(assessment, kind) for kind in assessment.kinds if kind != "portfolio" and assessment.rows[kind]
        ),
        attention=tuple(_attention(customer) for customer in below[:customers]),
        more_attention=max(0, len(below) - customers),
        unknown_customers=sum(customer.band == UNKNOWN for customer in ranked),
        worst_project=worst.explain() if worst and worst.band != UNKNOWN else None,
        without_data=assessment.without_data,
        errors=assessment.errors,
        opaque=assessment.opaque,
    )


def _count(assessment: Assessment, kind: str) -> KindCount:
    bands = dict.fromkeys([*(name for name, _ in assessment.plan.bands), UNKNOWN], 0)
    subjects = assessment.subjects(kind)
    for subject in subjects:
        bands[subject.band] += 1
    return KindCount(kind, len(subjects), bands)


def _attention(subject: SubjectAssessment) -> Attention:
    scored = [result for result in subject.dimensions.values() if result.score_micro is not None]
    worst = min(scored, key=lambda result: result.score_micro or 0, default=None)
    moves = [entry for entry in subject.headroom() if entry.action and entry.gain_micro > 0]
    certain = [entry for entry in moves if entry.is_known]
    return Attention(subject, worst, next(iter(certain or moves), None))
