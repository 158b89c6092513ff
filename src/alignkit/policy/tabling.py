"""Assessments and comparisons as tidy tables: subjects, dimensions, findings; what changed and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from alignkit.frames import Column, DataTable

if TYPE_CHECKING:
    from alignkit.policy.assessment import Assessment
    from alignkit.policy.compare import Comparison
    from alignkit.policy.subject import SubjectAssessment

__all__ = ["assessment_table", "comparison_table", "subject_table"]

POINTS: Final = "points, 0 to 100"
SHARE: Final = "share, 0 to 1"

SUBJECT: Final = (Column("kind", str), Column("id", str), Column("name", str))
STANDING: Final = (Column("score", float, POINTS), Column("band", str), Column("coverage", float, SHARE))
FINDING: Final = (
    Column("rule_id", str),
    Column("dimension", str),
    Column("state", str),
    Column("score", float, SHARE),
    Column("points", float, "points got"),
    Column("lost", float, "points lost"),
    Column("message", str),
    Column("action", str),
    Column("team", str),
)


def assessment_table(assessment: Assessment, name: str) -> DataTable:
    """`"subjects"`, `"dimensions"` or `"findings"` of everything that was assessed."""
    return _table(name, lambda: iter(assessment))


def subject_table(subject: SubjectAssessment, name: str) -> DataTable:
    """`"findings"` or `"dimensions"` of one subject."""
    return _table(name, lambda: iter((subject,)))


def _table(name: str, subjects: Any) -> DataTable:
    columns: tuple[Column, ...]
    if name == "subjects":
        columns = (*SUBJECT, *STANDING, Column("declared_health", str))
        return DataTable.of_rows(name, columns, map(_subject, subjects()))
    if name == "dimensions":
        columns = (*SUBJECT, Column("dimension", str), Column("weight", int), *STANDING)
        return DataTable.of_rows(name, columns, _dimensions(subjects()))
    return DataTable.of_rows(name, (*SUBJECT, *FINDING), _findings(subjects()))


def _subject(one: SubjectAssessment) -> tuple[Any, ...]:
    return one.kind, one.id, one.name, one.score, one.band, one.coverage, one.declared_health


def _dimensions(subjects: Iterator[SubjectAssessment]) -> Iterator[tuple[Any, ...]]:
    for one in subjects:
        for result in one.dimensions.values():
            yield one.kind, one.id, one.name, result.id, result.weight, result.score, result.band, result.coverage


def _findings(subjects: Iterator[SubjectAssessment]) -> Iterator[tuple[Any, ...]]:
    for one in subjects:
        for found in one.findings:
            score = None if found.score_micro is None else found.score_micro / 1e6
            facts = (found.rule_id, found.dimension, found.state, score, found.points, found.lost)
            yield one.kind, one.id, one.name, *facts, found.message, found.action, found.team


def comparison_table(comparison: Comparison, name: str) -> DataTable:
    """`"subjects"` that changed, or the single `"movements"` of points with their causes."""
    columns: tuple[Column, ...]
    if name == "subjects":
        columns = (
            *SUBJECT,
            Column("before", float, POINTS),
            Column("after", float, POINTS),
            Column("difference", float, "points"),
            Column("band_before", str),
            Column("band_after", str),
        )
        rows = (
            (
                one.kind,
                one.id,
                one.name,
                None if one.before_micro is None else one.before_micro / 1e6,
                None if one.after_micro is None else one.after_micro / 1e6,
                one.difference,
                one.before_band,
                one.after_band,
            )
            for one in comparison
        )
        return DataTable.of_rows(name, columns, rows)
    columns = (
        *SUBJECT,
        Column("rule_id", str),
        Column("cause", str),
        Column("origin", str),
        Column("difference", float, "points"),
        Column("state_before", str),
        Column("state_after", str),
        Column("action", str),
        Column("team", str),
    )
    moved = (
        (
            one.kind,
            one.id,
            one.name,
            line.rule_id,
            line.cause,
            line.origin,
            line.difference,
            line.before_state,
            line.after_state,
            line.action,
            line.team,
        )
        for one in comparison
        for line in one.lines
    )
    return DataTable.of_rows(name, columns, moved)
