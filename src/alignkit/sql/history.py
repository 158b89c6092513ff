"""The scores that subjects had in recorded assessments."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from alignkit.errors import NotFoundError
from alignkit.policy.assessment import Assessment
from alignkit.policy.model import SUBJECTS
from alignkit.policy.scoring import POINTS
from alignkit.portfolio.names import nearest
from alignkit.sql.bulk import insert_rows
from alignkit.sql.lookups import Scope
from alignkit.sql.tables import SCORES
from alignkit.sql.types import writers
from alignkit.stores import RecordedScore

__all__ = ["history", "record"]


def record(scope: Scope, assessment: Assessment) -> None:
    """Keep what every subject scored, in the place of what was kept of the same moment and policy."""
    moment = writers(scope.dialect).get("moment", lambda value: value)(assessment.now)
    old = delete(SCORES).where(
        SCORES.c.tenant_id == scope.tenant,
        SCORES.c.assessed_at == assessment.now,
        SCORES.c.policy_version == assessment.policy_version,
    )
    scope.connection.execute(old)
    rows: list[tuple[Any, ...]] = [
        (
            scope.tenant,
            subject.kind,
            subject.id,
            moment,
            assessment.policy_version,
            subject.score_micro,
            subject.band,
            subject.coverage_micro,
        )
        for subject in assessment
    ]
    insert_rows(scope.connection, SCORES, SCORES.c.keys(), rows)


def history(scope: Scope, kind: str, id: str) -> tuple[RecordedScore, ...]:
    """What a subject scored, the earliest first; see `alignkit.stores.Store.history`."""
    if kind not in SUBJECTS:
        raise NotFoundError("kind", kind, nearest(kind, SUBJECTS))
    scores = SCORES.c
    query = (
        select(scores.assessed_at, scores.score_micro, scores.band, scores.coverage_micro, scores.policy_version)
        .where(scores.tenant_id == scope.tenant, scores.kind == kind, scores.subject_id == id)
        .order_by(scores.assessed_at, scores.policy_version)
    )
    return tuple(
        RecordedScore(at, None if score is None else score / 1e6, band, coverage / POINTS, version)
        for at, score, band, coverage, version in scope.connection.execute(query)
    )
