"""What stores hand back besides facts: a page of the journal, what an upsert did, and recorded scores."""

from __future__ import annotations

from datetime import datetime

import attrs

from alignkit.domain import Change
from alignkit.errors import DanglingReferenceError

__all__ = ["ChangePage", "RecordedScore", "Upserted"]


@attrs.frozen
class ChangePage:
    """
    A run of journal entries, and where to go on.

    Attributes:
        changes: In commit order, and within one commit in the order in which they were made.
        cursor: Opaque text to pass as `after` for the page that follows; the same as given when nothing came.
        lag: How many entries this store knows to lie after the cursor: those beyond the limit, and those that wait
            behind a commit which is not finished. 0 means that the reader has caught up.
    """

    changes: tuple[Change, ...]
    cursor: str
    lag: int


@attrs.frozen
class Upserted:
    """
    What an upsert did. `changes` and `duplicates` that were among the facts are counted too.

    Attributes:
        added: How many facts are new.
        updated: How many stored facts took another value.
        unchanged: How many were stored just so already.
        unlinked: References that led nowhere and were taken out, under `dangling="unlink"`.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    unlinked: tuple[DanglingReferenceError, ...] = ()


@attrs.frozen
class RecordedScore:
    """
    What one subject scored in one assessment.

    Attributes:
        at: The moment that was judged.
        score: 0..100; None when nothing was scored.
        band: Such as `"green"`, or `"unknown"`.
        coverage: Share of the policy that could be decided, 0..1.
        policy_version: `Policy.version` of the policy that judged.
    """

    at: datetime
    score: float | None
    band: str
    coverage: float
    policy_version: str
