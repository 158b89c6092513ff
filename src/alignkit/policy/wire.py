"""
An assessment as a JSON document, and back: the shape, its version, and what is refused on reading.

The document says every number twice over: the outcome of each rule, from which all else follows, and what
follows from it, for readers that have no alignkit. On reading, the total of each subject is computed again and must
agree.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, Final, NoReturn

from alignkit.errors import DocumentError, ValidationError
from alignkit.policy.assessment import Assessment
from alignkit.policy.documents import (
    AssessmentDocument,
    BandDocument,
    DimensionDocument,
    FindingDocument,
    PolicyDocument,
    SubjectDocument,
    converter,
)
from alignkit.policy.findings import Evidence, Finding, RecordedExplainer, code_of
from alignkit.policy.scoring import RuleSpec, ScoringPlan, subject_total
from alignkit.policy.subject import Row, SubjectAssessment

__all__ = ["SCHEMA", "from_json", "json_schema", "to_json"]

SCHEMA: Final = "alignkit/assessment/1"


def json_schema() -> dict[str, Any]:
    """The JSON Schema of the document, from the file that the package ships."""
    text = files("alignkit.policy").joinpath("assessment.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def to_json(assessment: Assessment) -> str:
    """Write an assessment; see `Assessment.to_json`."""
    document = AssessmentDocument(
        schema=SCHEMA,
        now=assessment.now,
        policy=_policy(assessment.plan),
        opaque=list(assessment.opaque),
        subjects={kind: [_subject(subject) for subject in assessment.subjects(kind)] for kind in assessment.kinds},
    )
    return json.dumps(converter().unstructure(document), allow_nan=False)


def _policy(plan: ScoringPlan) -> PolicyDocument:
    return PolicyDocument(
        version=plan.policy_version,
        missing=plan.missing,
        minimum_coverage_micro=plan.minimum_coverage_micro,
        dimensions=[DimensionDocument(*item) for item in plan.dimensions.items()],
        bands=[BandDocument(*band) for band in plan.bands],
        rules=[rule for rules in plan.rules.values() for rule in rules],
    )


def _subject(subject: SubjectAssessment) -> SubjectDocument:
    return SubjectDocument(
        id=subject.id,
        name=subject.name,
        declared_health=subject.declared_health,
        score_micro=subject.score_micro,
        band=subject.band,
        coverage_micro=subject.coverage_micro,
        findings=[_finding(finding) for finding in subject.findings],
    )


def _finding(finding: Finding) -> FindingDocument:
    return FindingDocument(
        rule_id=finding.rule_id,
        state=finding.state,
        score_micro=finding.score_micro,
        share_micro=finding.share_micro,
        points_micro=finding.points_micro,
        lost_micro=finding.lost_micro,
        message=finding.message,
        evidence=dict(finding.evidence),
        records={name: list(ids) for name, ids in finding.records.items()},
        parameters=dict(finding.parameters),
    )


def from_json(text: str) -> Assessment:
    """Read an assessment; see `Assessment.from_json`."""
    from cattrs import transform_error
    from cattrs.errors import BaseValidationError

    raw = _parsed(text)
    found = raw.get("schema")
    if found != SCHEMA:
        raise _refused(f"schema is {found!r}; this version of alignkit reads {SCHEMA!r} @ $.schema")
    try:
        document = converter().structure(raw, AssessmentDocument)
    except BaseValidationError as error:
        raise DocumentError("an assessment", transform_error(error, format_exception=_fault)) from error
    return _assessment(document)


def _refused(*faults: str) -> DocumentError:
    return DocumentError("an assessment", faults)


def _parsed(text: str) -> dict[str, Any]:
    def refuse(constant: str) -> NoReturn:
        raise ValueError(f"{constant} is not a number that JSON knows")

    try:
        raw = json.loads(text, parse_constant=refuse)
    except RecursionError as error:
        raise _refused("nested too deeply @ $") from error
    except ValueError as error:
        raise _refused(f"not JSON: {error} @ $") from error
    if not isinstance(raw, dict):
        raise _refused(f"expected an object, got {type(raw).__name__} @ $")
    return raw


def _fault(error: BaseException, wanted: type | None) -> str:
    if isinstance(error, KeyError):
        return f"field {error} is missing"
    return str(error)


def _assessment(document: AssessmentDocument) -> Assessment:
    faults: list[str] = []
    try:
        plan = _plan(document.policy)
    except ValidationError as error:
        raise _refused(f"{error} @ $.policy") from error
    names: dict[tuple[str, str], str] = {}
    health: dict[str, str | None] = {}
    evidence: dict[tuple[str, str, str], Evidence] = {}
    rows: dict[str, dict[str, Row]] = {}
    for kind, subjects in document.subjects.items():
        rows[kind] = {}
        for place, subject in enumerate(subjects):
            try:
                if subject.id in rows[kind]:
                    raise ValueError(f"{kind} {subject.id!r} appears twice")
                rows[kind][subject.id] = _row(plan, kind, subject)
                for finding in subject.findings:
                    evidence[kind, subject.id, finding.rule_id] = _evidence(finding)
            except ValueError as error:
                faults.append(f"{error} @ $.subjects.{kind}[{place}]")
            names[kind, subject.id] = subject.name
            if kind == "project":
                health[subject.id] = subject.declared_health
    if faults:
        raise _refused(*faults)
    try:
        return Assessment(plan, document.now, rows, RecordedExplainer(names, health, evidence), tuple(document.opaque))
    except ValidationError as error:
        raise _refused(f"{error} @ $") from error


def _evidence(finding: FindingDocument) -> Evidence:
    records = {name: tuple(ids) for name, ids in finding.records.items()}
    return Evidence(finding.evidence, records, finding.parameters)


def _plan(policy: PolicyDocument) -> ScoringPlan:
    rules: dict[str, list[RuleSpec]] = {}
    for rule in policy.rules:
        rules.setdefault(rule.kind, []).append(rule)
    return ScoringPlan(
        dimensions={dimension.id: dimension.weight for dimension in policy.dimensions},
        rules={kind: tuple(specs) for kind, specs in rules.items()},
        bands=[(band.name, band.from_micro) for band in policy.bands],
        minimum_coverage_micro=policy.minimum_coverage_micro,
        missing=policy.missing,  # type: ignore[arg-type]  # the plan checks it
        policy_version=policy.version,
    )


def _row(plan: ScoringPlan, kind: str, subject: SubjectDocument) -> Row:
    codes = {finding.rule_id: code_of(finding.state, finding.score_micro) for finding in subject.findings}
    wanted = [rule.id for rule in plan.rules.get(kind, ())]
    if sorted(codes) != sorted(wanted) or len(subject.findings) != len(wanted):
        raise ValueError(f"{kind} {subject.id!r}: expected one finding for each of the policy's rules of this kind")
    row = tuple(codes[rule_id] for rule_id in wanted)
    total = subject_total(plan, kind, row)
    stated = -1 if subject.score_micro is None else subject.score_micro
    if stated != total:
        raise ValueError(f"{kind} {subject.id!r}: score_micro is {stated}, but its findings make {total}")
    return (total, *row)
