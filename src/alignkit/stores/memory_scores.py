"""The scores that subjects had, for the store in memory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from alignkit.errors import NotFoundError
from alignkit.policy.assessment import Assessment
from alignkit.policy.model import SUBJECTS
from alignkit.portfolio.names import nearest
from alignkit.stores.values import RecordedScore

__all__ = ["Scores", "recorded_scores"]

Recorded = Mapping[tuple[str, str], RecordedScore]


def recorded_scores(assessment: Assessment) -> dict[tuple[str, str], RecordedScore]:
    """What is kept of an assessment, by kind and id."""
    at, version = assessment.now, assessment.policy_version
    return {
        (subject.kind, subject.id): RecordedScore(at, subject.score, subject.band, subject.coverage, version)
        for subject in assessment
    }


class Scores:
    """Recorded scores by assessment; a new value with each that is recorded."""

    def __init__(self, recorded: Mapping[tuple[datetime, str], Recorded] = MappingProxyType({})) -> None:
        self._recorded = recorded

    def recorded(self, assessment: Assessment) -> Scores:
        """The scores with those of one more assessment; of the same moment and policy, the newer ones."""
        key = (assessment.now, assessment.policy_version)
        scores = {**self._recorded.get(key, {}), **recorded_scores(assessment)}
        return Scores({**self._recorded, key: scores})

    def history(self, kind: str, id: str) -> tuple[RecordedScore, ...]:
        """The scores of a subject, by moment and policy version."""
        if kind not in SUBJECTS:
            raise NotFoundError("kind", kind, nearest(kind, SUBJECTS))
        found = (self._recorded[key].get((kind, id)) for key in sorted(self._recorded))
        return tuple(score for score in found if score is not None)
