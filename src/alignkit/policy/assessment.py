"""
The result for all subjects of a portfolio: rows of outcomes, read on demand.

Owns looking up, ordering and summing up subjects; a subject's own numbers are `subject`'s, its words `explain`'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from difflib import get_close_matches
from functools import cached_property
from itertools import islice
from types import MappingProxyType
from typing import Any, Final

import attrs
from attrs import frozen

from alignkit.display import Displayed, Shown
from alignkit.errors import NotFoundError, ValidationError
from alignkit.frames import DataTable, Tabular
from alignkit.policy import scoring
from alignkit.policy.faulty import FaultyRows
from alignkit.policy.findings import Explainer
from alignkit.policy.headroom import Headroom
from alignkit.policy.scoring import KINDS, ScoringPlan
from alignkit.policy.subject import Basis, DimensionResult, Row, SubjectAssessment
from alignkit.policy.wording import counted, coverage_text, score_text

__all__ = ["Affected", "Assessment", "nearest"]

MOST_COMPARED: Final = 5_000
"""How many ids are compared with a wrong one; more would make an error slow."""


@frozen
class Affected:
    """
    The subjects that a rule could not judge.

    Attributes:
        count: How many there are.
        kind: Kind of those subjects.
        example_id: The first of them by id.
    """

    count: int
    kind: str
    example_id: str


def nearest(id: str, known: Iterable[str]) -> tuple[str, ...]:
    """Ids that look like a wrong one, nearest first, at most three."""
    alike = (other for other in known if abs(len(other) - len(id)) <= 2 + len(id) // 2)
    return tuple(get_close_matches(id, list(islice(alike, MOST_COMPARED)), cutoff=0.6))


def _aware(instance: object, attribute: object, value: Any) -> None:
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise ValidationError(f"expected an aware datetime, got {value!r}", entity="Assessment", field="now")


def _known_kinds(instance: object, attribute: object, value: Mapping[str, object]) -> None:
    unknown = sorted(set(value) - set(KINDS))
    if unknown:
        reason = f"expected the kinds {', '.join(KINDS)}, got {', '.join(unknown)}"
        raise ValidationError(reason, entity="Assessment", field="rows", value=unknown)


@frozen(slots=False, eq=False, repr=False)
class Assessment(Displayed, Tabular):
    """
    The result for all subjects of a portfolio at one moment, under one policy.

    Its length is the number of subjects. Two assessments are equal when every number, name and piece of
    evidence is, which asks for all of them.

    Attributes:
        plan: The policy, as scoring sees it.
        now: The moment that was judged.
        rows: By kind and id: micro-points after gates (-1 for none), then the outcome of each rule.
        explainer: Who knows names and evidence; asked when someone looks.
        opaque: Ids of the rules that could only be run as they are, not read.
        faults: Rows that the domain would refuse, where facts were judged without being loaded; rules that read
            them are errors. Not part of the JSON document.
    """

    plan: ScoringPlan
    now: datetime = attrs.field(validator=_aware)
    rows: Mapping[str, Mapping[str, Row]] = attrs.field(validator=_known_kinds)
    explainer: Explainer
    opaque: tuple[str, ...] = ()
    faults: tuple[FaultyRows, ...] = ()

    @cached_property
    def _basis(self) -> Basis:
        return Basis(self.plan, self.now, self.explainer)

    @cached_property
    def portfolio(self) -> SubjectAssessment:
        """The portfolio as a whole; with no rule on it, nothing of it is scored."""
        nothing: Row = (-1,) + (scoring.NOT_APPLICABLE,) * len(self.plan.rules["portfolio"])
        rows = self.rows.get("portfolio", {})
        return SubjectAssessment(self._basis, "portfolio", "portfolio", rows.get("portfolio", nothing))

    @property
    def score(self) -> float | None:
        """Score of the portfolio, 0..100; None when nothing of it was scored."""
        return self.portfolio.score

    @property
    def score_micro(self) -> int | None:
        """Micro-points of the portfolio, 0..100,000,000; None when nothing of it was scored."""
        return self.portfolio.score_micro

    @property
    def band(self) -> str:
        """Band of the portfolio."""
        return self.portfolio.band

    @property
    def coverage(self) -> float:
        """Coverage of the portfolio, 0..1."""
        return self.portfolio.coverage

    @property
    def dimensions(self) -> Mapping[str, DimensionResult]:
        """Dimensions of the portfolio, in the order of the policy."""
        return self.portfolio.dimensions

    @property
    def policy_version(self) -> str:
        """Content hash of the policy."""
        return self.plan.policy_version

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of subject that were assessed, in the order of scoring."""
        return tuple(kind for kind in KINDS if kind in self.rows)

    def __len__(self) -> int:
        return sum(map(len, self.rows.values()))

    def __bool__(self) -> bool:
        # An assessment of nothing is still an assessment: `if assessment:` must not depend on its length.
        return True

    def __iter__(self) -> Iterator[SubjectAssessment]:
        return (subject for kind in self.kinds for subject in self.subjects(kind))

    def _of_kind(self, kind: str) -> Mapping[str, Row]:
        if kind not in KINDS:
            raise NotFoundError("kind", kind, nearest(kind, KINDS))
        return self.rows.get(kind, {})

    def of(self, kind: str, id: str) -> SubjectAssessment:
        """
        The result of one subject.

        Raises:
            NotFoundError: No such kind, or none of that id; with the ids that look like it.
        """
        rows = self._of_kind(kind)
        row = rows.get(id)
        if row is None:
            raise NotFoundError(kind, id, nearest(id, rows))
        return SubjectAssessment(self._basis, kind, id, row)

    def subjects(self, kind: str, *, worst_first: bool = False) -> tuple[SubjectAssessment, ...]:
        """
        The results of all subjects of a kind; empty when none was assessed.

        Args:
            kind: Kind of subject.
            worst_first: Order by score instead of id: lowest first, equal ones by id; those whose band is
                unknown come last, and of those the ones without any score at the very end.

        Raises:
            NotFoundError: No such kind.
        """
        rows = self._of_kind(kind)
        basis = self._basis
        found = [SubjectAssessment(basis, kind, key, rows[key]) for key in sorted(rows)]
        if worst_first:
            found.sort(key=_worst_first)
        return tuple(found)

    def headroom(self, kind: str, id: str) -> tuple[Headroom, ...]:
        """What would raise the score of one subject most, best first; raises `NotFoundError` like `of`."""
        return self.of(kind, id).headroom()

    @cached_property
    def errors(self) -> Mapping[str, Affected]:
        """The rules that failed somewhere, by id, with an example."""
        return self._affected_by(scoring.ERROR)

    @cached_property
    def without_data(self) -> Mapping[str, Affected]:
        """The rules that somewhere had no data, by id, with an example."""
        return self._affected_by(scoring.NO_DATA)

    def _affected_by(self, code: int) -> Mapping[str, Affected]:
        found: dict[str, Affected] = {}
        for kind in self.kinds:
            ids: dict[str, list[str]] = {rule.id: [] for rule in self.plan.rules[kind]}
            for key, row in self.rows[kind].items():
                if code in row[1:]:
                    for rule_id, outcome in zip(ids, row[1:], strict=True):
                        if outcome == code:
                            ids[rule_id].append(key)
            found |= {rule_id: Affected(len(keys), kind, min(keys)) for rule_id, keys in ids.items() if keys}
        return MappingProxyType(dict(sorted(found.items())))

    def to_json(self) -> str:
        """
        Write everything down, evidence included, so that `from_json` gives an equal assessment.

        Returns:
            JSON text in ASCII, as `json_schema` describes it. Its size grows with subjects times rules.
        """
        from alignkit.policy.wire import to_json

        return to_json(self)

    @classmethod
    def from_json(cls, text: str) -> Assessment:
        """
        Read an assessment back.

        Raises:
            DocumentError: Not JSON, another schema, or not as the schema says; every fault with its path.
        """
        from alignkit.policy.wire import from_json

        return from_json(text)

    @staticmethod
    def json_schema() -> dict[str, Any]:
        """The JSON Schema (2020-12) of what `to_json` writes; a fresh copy."""
        from alignkit.policy.wire import json_schema

        return json_schema()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Assessment):
            return NotImplemented
        mine, theirs = (self.plan, self.now, self.opaque), (other.plan, other.now, other.opaque)
        if mine != theirs or self.rows.keys() != other.rows.keys():
            return False
        if any(dict(self.rows[kind]) != dict(other.rows[kind]) for kind in self.rows):
            return False
        return all(one == another for one, another in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        score, coverage = score_text(self.score_micro), coverage_text(self.portfolio.coverage_micro)
        subjects, now = counted(len(self), "subject"), self.now.isoformat()
        return f"<Assessment of {subjects} at {now}: {score}, {self.band}, {coverage} known>"

    def __reduce__(self) -> tuple[Any, ...]:
        rows = {kind: dict(rows) for kind, rows in self.rows.items()}
        return Assessment, (self.plan, self.now, rows, self.explainer, self.opaque, self.faults)

    @property
    def table_names(self) -> tuple[str, ...]:
        """`"subjects"`, `"dimensions"` and `"findings"`: a row for each subject, and for each part of one."""
        return ("subjects", "dimensions", "findings")

    def _table_of(self, name: str) -> DataTable:
        from alignkit.policy.tabling import assessment_table

        return assessment_table(self, name)

    def _shown(self) -> Shown:
        from alignkit.policy.showing import show_assessment

        return show_assessment(self)


def _worst_first(subject: SubjectAssessment) -> tuple[bool, bool, int, str]:
    score = subject.score_micro
    return subject.band == scoring.UNKNOWN, score is None, score or 0, subject.id
