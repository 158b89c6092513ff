"""Laws of assessments: a store is judged like its portfolio, and remembers the scores that subjects had."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from alignkit.domain import AlignmentRule
from alignkit.errors import NotFoundError
from alignkit.policy.assessment import Assessment
from alignkit.policy.policy import Policy
from alignkit.portfolio import Portfolio
from alignkit.stores import RecordedScore
from alignkit.testing.clock import NOW
from alignkit.testing.store_laws.base import Laws, refused, same
from alignkit.testing.store_laws.facts import ACME, ALL, APOLLO

__all__ = ["ScoreLaws"]

RULE = AlignmentRule(
    id="progress_is_made",
    kind="project",
    dimension="completion",
    text="def progress_is_made(project: ProjectView) -> Score:\n    return project.progress\n",
)


def _policy(weight: int = 1) -> Policy:
    return Policy([RULE], dimensions={"completion": weight})


def _judged(now: datetime, weight: int = 1) -> Assessment:
    return _policy(weight).assess(Portfolio(customers=[ACME], projects=[APOLLO]), now=now)


class ScoreLaws(Laws):
    """Scores with their moment and policy."""

    def test_a_store_is_judged_like_its_portfolio(self) -> None:
        """A policy gives for a store what it gives for the portfolio of the store."""
        self.needs("is_assessable")
        with self.opened(*ALL) as store:
            facts: Any = store
            assessment = _policy().assess(facts, now=NOW)
            same(assessment.rows, _policy().assess(store.portfolio(), now=NOW).rows, "outcomes")
            same(assessment.of("project", "P-1").score, 30.0, "the score of the project")

    def test_scores_are_remembered(self) -> None:
        """`history` gives moment, score, band, coverage and policy version, the earliest first."""
        self.needs("has_scores")
        with self.opened() as store:
            for now in (NOW, NOW - timedelta(days=1, microseconds=1)):
                store.record(_judged(now))
            version = _policy().version
            wanted = [
                RecordedScore(now, 30.0, "red", 1.0, version) for now in (NOW - timedelta(days=1, microseconds=1), NOW)
            ]
            same(list(store.history("project", "P-1")), wanted, "the history of the project")

    def test_no_score_is_remembered_as_none(self) -> None:
        """A subject that could not be scored has a history too."""
        self.needs("has_scores")
        with self.opened() as store:
            store.record(_judged(NOW))
            found = [(score.score, score.band) for score in store.history("customer", "C-1")]
            same(found, [(None, "unknown")], "the history of the customer")

    def test_recording_again_replaces(self) -> None:
        """An assessment of the same moment and policy version takes the place of the first."""
        self.needs("has_scores")
        with self.opened() as store:
            for weight in (1, 1, 2):
                store.record(_judged(NOW, weight))
            found = [score.policy_version for score in store.history("project", "P-1")]
            same(found, sorted([_policy(1).version, _policy(2).version]), "policy versions")

    def test_a_subject_never_recorded_has_no_history(self) -> None:
        """`history` of an unknown id is empty; of an unknown kind it raises `NotFoundError`."""
        self.needs("has_scores")
        with self.opened() as store:
            same(store.history("customer", "C-9"), (), "the history of nobody")
            with refused(NotFoundError):
                store.history("task", "T-1")
