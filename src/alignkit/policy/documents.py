"""
The shape of an assessment as a document: one class for each object in it, and the converter that fills them.

Owns types and their written form, and refuses every other shape with its path. Days and moments are written as
objects, so that a text which looks like a date stays a text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from reprlib import repr as shortly
from typing import TYPE_CHECKING, Any

import attrs
from attrs import frozen

from alignkit.policy.scoring import RuleSpec
from alignkit.policy.wording import EvidenceValue

if TYPE_CHECKING:
    from cattrs import Converter

__all__ = [
    "AssessmentDocument",
    "BandDocument",
    "DimensionDocument",
    "FindingDocument",
    "PolicyDocument",
    "SubjectDocument",
    "converter",
]

Hook = Callable[[Any, Any], Any]


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
    dimensions: list[DimensionDocument]
    bands: list[BandDocument]
    rules: list[RuleSpec]


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
    records: dict[str, list[str]]
    parameters: dict[str, EvidenceValue]


@frozen
class SubjectDocument:
    """One subject. `band` and `coverage_micro` follow from the findings; `score_micro` does too, and is checked."""

    id: str
    name: str
    declared_health: str | None
    score_micro: int | None
    band: str
    coverage_micro: int
    findings: list[FindingDocument]


@frozen
class AssessmentDocument:
    """The whole document."""

    schema: str
    now: datetime
    policy: PolicyDocument
    opaque: list[str]
    subjects: dict[str, list[SubjectDocument]]


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
    raise ValueError(f"expected text, a number, true, false, null, a day or a moment, got {shortly(value)}")


def _moment(value: object, wanted: object) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    if moment is None or moment.utcoffset() is None:
        raise ValueError(
            f"expected a moment with its offset, such as '2026-03-01T09:00:00+00:00', got {shortly(value)}"
        )
    return moment


def _exactly(value: object, wanted: type) -> object:
    if type(value) is not wanted:
        said = {int: "a whole number", str: "text"}[wanted]
        raise ValueError(f"expected {said}, got {shortly(value)}")
    return value


def _listed(evidence: Mapping[str, EvidenceValue]) -> dict[str, object]:
    return {name: _written(value) for name, value in evidence.items()}


def _shaped(make: Callable[[Any, Converter], Hook], shape: type, said: str) -> Callable[[Any, Converter], Hook]:
    """Refuse other shapes before cattrs sees them: it would read a text as a list of letters."""

    def factory(wanted: Any, converter: Converter) -> Hook:
        structure = make(wanted, converter)

        def hook(value: Any, wanted: Any) -> Any:
            if not isinstance(value, shape):
                raise ValueError(f"expected {said}, got {shortly(value)}")
            return structure(value, wanted)

        return hook

    return factory


@cache
def converter() -> Converter:
    """Turns documents into what JSON holds, and back; made on first use."""
    from cattrs import Converter
    from cattrs.cols import is_mapping, is_sequence, list_structure_factory, mapping_structure_factory
    from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

    made = Converter(forbid_extra_keys=True)
    made.register_structure_hook_factory(is_sequence, _shaped(list_structure_factory, list, "a list"))
    made.register_structure_hook_factory(is_mapping, _shaped(mapping_structure_factory, dict, "an object"))
    made.register_structure_hook_factory(attrs.has, _shaped(make_dict_structure_fn, dict, "an object"))
    made.register_structure_hook(int, _exactly)
    made.register_structure_hook(str, _exactly)
    made.register_structure_hook(datetime, _moment)
    made.register_structure_hook(EvidenceValue, _read)
    made.register_unstructure_hook(datetime, datetime.isoformat)
    made.register_unstructure_hook(
        FindingDocument,
        make_dict_unstructure_fn(
            FindingDocument,
            made,
            evidence=override(unstruct_hook=_listed),
            parameters=override(unstruct_hook=_listed),
        ),
    )
    return made
