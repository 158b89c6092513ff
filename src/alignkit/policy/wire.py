"""
An assessment as a JSON document, and back: the shape, its version, and what is refused on reading.

The document says every number twice over: the outcome of each rule, from which all else follows, and what
follows from it, for readers that have no alignkit. On reading, the total of each subject is computed again and must
agree. Days and moments are written as objects, so that a text which looks like a date stays a text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, NoReturn

from attrs import frozen

from alignkit.errors import DocumentError, ValidationError
from alignkit.policy.assessment import Assessment
from alignkit.policy.findings import Evidence, EvidenceValue, Finding, RecordedExplainer, code_of
from alignkit.policy.scoring import RuleSpec, ScoringPlan, subject_total
from alignkit.policy.subject import Row, SubjectAssessment

if TYPE_CHECKING:
    from cattrs import Converter

__all__ = ["SCHEMA", "from_json", "json_schema", "to_json"]

SCHEMA: Final = "alignkit/assessment/1"


@frozen
class DimensionDocument:
    """A dimension of the policy."""

    id: str
    weight: int


@frozen
class BandDocument:
    """A band of the policy."""

    name: str
    from_micro: int


@frozen
class PolicyDocument:
    """The policy, as scoring sees it."""

    version: str
    missing: str
    minimum_coverage_micro: int
    dimensions: tuple[DimensionDocument, ...]
    bands: tuple[BandDocument, ...]
    rules: tuple[RuleSpec, ...]


@frozen
class FindingDocument:
    """One rule on one subject. `share_micro`, `points_micro`, `lost_micro` and `message` follow from the rest."""

    rule_id: str
    state: str
    score_micro: int | None
    share_micro: int
    points_micro: int
    lost_micro: int
    message: str
    evidence: dict[str, EvidenceValue]
    records: dict[str, tuple[str, ...]]


@frozen
class SubjectDocument:
    """One subject. `band` and `coverage_micro` follow from the findings; `score_micro` does too, and is checked."""

    id: str
    name: str
    declared_health: str | None
    score_micro: int | None
    band: str
    coverage_micro: int
    findings: tuple[FindingDocument, ...]


@frozen
class AssessmentDocument:
    """The whole document."""

    schema: str
    now: datetime
    policy: PolicyDocument
    opaque: tuple[str, ...]
    subjects: dict[str, tuple[SubjectDocument, ...]]


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
        opaque=assessment.opaque,
        subjects={kind: tuple(_subject(subject) for subject in assessment.subjects(kind)) for kind in assessment.kinds},
    )
    return json.dumps(_converter().unstructure(document), allow_nan=False)


def _policy(plan: ScoringPlan) -> PolicyDocument:
    return PolicyDocument(
        version=plan.policy_version,
        missing=plan.missing,
        minimum_coverage_micro=plan.minimum_coverage_micro,
        dimensions=tuple(DimensionDocument(*item) for item in plan.dimensions.items()),
        bands=tuple(BandDocument(*band) for band in plan.bands),
        rules=tuple(rule for rules in plan.rules.values() for rule in rules),
    )


def _subject(subject: SubjectAssessment) -> SubjectDocument:
    return SubjectDocument(
        id=subject.id,
        name=subject.name,
        declared_health=subject.declared_health,
        score_micro=subject.score_micro,
        band=subject.band,
        coverage_micro=subject.coverage_micro,
        findings=tuple(_finding(finding) for finding in subject.findings),
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
        records=dict(finding.records),
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
        document = _converter().structure(raw, AssessmentDocument)
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
                    evidence[kind, subject.id, finding.rule_id] = Evidence(finding.evidence, finding.records)
            except ValueError as error:
                faults.append(f"{error} @ $.subjects.{kind}[{place}]")
            names[kind, subject.id] = subject.name
            if kind == "project":
                health[subject.id] = subject.declared_health
    if faults:
        raise _refused(*faults)
    try:
        return Assessment(plan, document.now, rows, RecordedExplainer(names, health, evidence), document.opaque)
    except ValidationError as error:
        raise _refused(f"{error} @ $") from error


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


def _written(value: EvidenceValue) -> object:
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return value


def _read(value: object, wanted: object) -> EvidenceValue:
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, dict):
        match list(value.items()):
            case [("moment", str(moment))]:
                return _moment(moment, datetime)
            case [("day", str(day))]:
                return date.fromisoformat(day)
    raise ValueError(f"expected text, a number, true, false, null, a day or a moment, got {value!r}")


def _moment(value: object, wanted: object) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    if moment is None or moment.utcoffset() is None:
        raise ValueError(f"expected a moment with its offset, such as '2026-03-01T09:00:00+00:00', got {value!r}")
    return moment


def _exactly(value: object, wanted: type) -> object:
    if type(value) is not wanted:
        said = {int: "a whole number", str: "text"}[wanted]
        raise ValueError(f"expected {said}, got {value!r}")
    return value


def _listed(evidence: Mapping[str, EvidenceValue]) -> dict[str, object]:
    return {name: _written(value) for name, value in evidence.items()}


def _converter() -> Converter:
    from cattrs import Converter
    from cattrs.gen import make_dict_unstructure_fn, override

    converter = Converter(forbid_extra_keys=True)
    converter.register_structure_hook(int, _exactly)
    converter.register_structure_hook(str, _exactly)
    converter.register_structure_hook(datetime, _moment)
    converter.register_structure_hook(EvidenceValue, _read)
    converter.register_unstructure_hook(datetime, datetime.isoformat)
    converter.register_unstructure_hook(
        FindingDocument,
        make_dict_unstructure_fn(FindingDocument, converter, evidence=override(unstruct_hook=_listed)),
    )
    return converter
