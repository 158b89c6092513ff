"""An assessment as JSON, and back."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from alignkit.errors import DocumentError
from alignkit.policy.assessment import Assessment
from alignkit.policy.findings import Evidence

Assessed = Callable[..., Assessment]


def _types(assessment: Assessment) -> list[type]:
    return [type(v) for subject in assessment for f in subject.findings for v in f.evidence.values()]


@given(assessment=...)
def test_what_is_written_is_read(assessment: Assessment) -> None:
    """Reading gives an equal assessment, down to the types of evidence, which writes the same text again."""
    text = assessment.to_json()
    again = Assessment.from_json(text)
    assert (again, again.to_json()) == (assessment, text)
    assert _types(again) == _types(assessment)
    assert [subject.explain().text() for subject in again] == [subject.explain().text() for subject in assessment]
    assert [subject.headroom() for subject in again] == [subject.headroom() for subject in assessment]


@given(assessment=...)
def test_what_is_written_fits_the_schema(assessment: Assessment) -> None:
    """The shipped JSON Schema describes what is written."""
    text = assessment.to_json()
    assert text.isascii()
    Draft202012Validator(Assessment.json_schema()).validate(json.loads(text))


def test_the_schema_is_one() -> None:
    """The shipped schema is itself valid, and each asker gets a copy of their own."""
    Draft202012Validator.check_schema(Assessment.json_schema())
    Assessment.json_schema().clear()
    assert Assessment.json_schema()["properties"]["schema"] == {"const": "alignkit/assessment/1"}


def test_text_that_looks_like_a_day_stays_text(assessed: Assessed) -> None:
    """Only days and moments come back as days and moments."""
    told = {("P", "risks_told"): Evidence({"a": "2026-03-01", "b": 1.0, "c": 1, "d": True})}
    again = Assessment.from_json(assessed({"P": {}}, found=told).to_json())
    values = again.of("project", "P").findings[1].evidence
    assert [repr(value) for value in values.values()] == ["'2026-03-01'", "1.0", "1", "True"]


def _changed(text: str, change: Callable[[Any], object]) -> str:
    document = json.loads(text)
    change(document)
    return json.dumps(document)


def _project(document: Any) -> Any:
    return document["subjects"]["project"][0]


FAULTS: dict[str, tuple[Callable[[Any], object], str]] = {
    "schema": (lambda d: d.update(schema="alignkit/assessment/9"), "reads 'alignkit/assessment/1' @ $.schema"),
    "no schema": (lambda d: d.pop("schema"), "schema is None"),
    "missing field": (lambda d: d.pop("now"), "field 'now' is missing"),
    "extra field": (lambda d: d.update(more=1), "more"),
    "naive moment": (lambda d: d.update(now="2026-03-01T09:00:00"), "expected a moment with its offset"),
    "number as text": (lambda d: d["policy"]["rules"][0].update(weight="2"), "expected a whole number, got '2' @"),
    "no such plan": (lambda d: d["policy"].update(missing="ignore"), "expected 'renormalise' or 'zero'"),
    "no such kind": (lambda d: d["subjects"].update(deal=[]), "expected the kinds"),
    "wrong total": (lambda d: _project(d).update(score_micro=1), "score_micro is 1, but its findings make 49999999"),
    "no finding": (lambda d: _project(d)["findings"].pop(), "expected one finding for each"),
    "twice": (lambda d: d["subjects"]["project"].append(_project(d)), "appears twice"),
    "state": (lambda d: _project(d)["findings"][0].update(state="fine"), "expected a state of"),
    "score": (lambda d: _project(d)["findings"][0].update(score_micro=-2), "expected a score_micro from 0"),
    "both": (lambda d: _project(d)["findings"][0].update(state="no_data"), "has no score_micro"),
    "evidence": (lambda d: _project(d)["findings"][0].update(evidence={"a": [1]}), "got [1] @"),
    "day": (lambda d: _project(d)["findings"][0].update(evidence={"a": {"day": "soon"}}), "soon"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_wrong_document_says_what_is_wrong(assessed: Assessed, fault: str) -> None:
    """A document that was changed is refused, with the fault and its path."""
    change, said = FAULTS[fault]
    with pytest.raises(DocumentError) as caught:
        Assessment.from_json(_changed(assessed({"P": {}}).to_json(), change))
    assert said in str(caught.value)
    assert caught.value.faults


def test_all_faults_come_at_once(assessed: Assessed) -> None:
    """Several faults make one error that lists each."""

    def spoil(document: Any) -> None:
        document["now"] = 5
        _project(document)["name"] = None

    with pytest.raises(DocumentError) as caught:
        Assessment.from_json(_changed(assessed({"P": {}}).to_json(), spoil))
    assert len(caught.value.faults) == 2


@pytest.mark.parametrize("text", ["", "[]", "nonsense", "[" * 100_000, '{"schema": NaN}', "1" * 5_000, '"\\ud800"'])
def test_what_is_no_document_is_refused(text: str) -> None:
    """Text that is no such document raises the error of documents, never another."""
    with pytest.raises(DocumentError, match="not an assessment"):
        Assessment.from_json(text)


JSON = st.recursive(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()), lambda inner: st.one_of(
    st.lists(inner, max_size=2), st.dictionaries(st.sampled_from(["day", "moment", "id", "x"]), inner, max_size=2)
), max_leaves=4)  # fmt: skip


@given(data=st.data(), junk=JSON)
def test_junk_anywhere_is_refused_or_read(assessed: Assessed, data: st.DataObject, junk: object) -> None:
    """Whatever stands anywhere in a document, it is read or refused with the error of documents."""
    document: Any = json.loads(assessed({"P": {}}).to_json())
    place = document
    while True:
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        inner = place[key]
        if not inner or not isinstance(inner, (dict, list)) or data.draw(st.booleans()):
            break
        place = inner
    place[key] = junk
    with contextlib.suppress(DocumentError):
        Assessment.from_json(json.dumps(document))
