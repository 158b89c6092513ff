"""A renderer: one line for each customer."""

from __future__ import annotations

import alignkit as ak

__all__ = ["lines"]


def lines(assessment: ak.Assessment) -> str:
    """Name, points and band of each customer, the worst first."""
    found = []
    for subject in assessment.subjects("customer", worst_first=True):
        points = "-" if subject.score is None else f"{subject.score:.1f}"
        found.append(f"{subject.name}: {points} ({subject.band})")
    return "\n".join(found)
