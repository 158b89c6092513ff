"""Looking up, ordering and summing up the subjects of an assessment."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from datetime import datetime

import attrs
import pytest
from hypothesis import given

from alignkit.errors import NotFoundError, ValidationError
from alignkit.policy.assessment import Affected, Assessment
from alignkit.policy.findings import Evidence
from alignkit.policy.scoring import FULL
from alignkit.policy.subject import SubjectAssessment

Assessed = Callable[..., Assessment]
SILENT = {"complaints_answered": -2, "risks_told": -2, "update_fresh": -2}
FINE = {"complaints_answered": FULL, "update_fresh": FULL, "surveys_good": FULL}


def test_a_wrong_id_names_the_right_one(assessed: Assessed) -> None:
    """Asking for a subject that is not there says which one may be meant."""
    with pytest.raises(NotFoundError) as caught:
        assessed({"P-10": {}, "Q-77": {}}).of("project", "P-1O")
    assert (caught.value.kind, caught.value.id, caught.value.suggestions) == ("project", "P-1O", ("P-10",))


@pytest.mark.parametrize("ask", ["of", "subjects", "headroom"])
def test_a_wrong_kind_names_the_right_one(assessed: Assessed, ask: str) -> None:
    """Asking for a kind that there is not says which one may be meant, everywhere."""
    arguments = ("projects",) if ask == "subjects" else ("projects", "P")
    with pytest.raises(NotFoundError, match="no kind 'projects'; did you mean 'project'"):
        getattr(assessed({"P": {}}), ask)(*arguments)


def test_subjects_come_in_id_order(assessed: Assessed) -> None:
    """Without wishes, subjects come by id, whatever the order of the facts was."""
    assessment = assessed({"P-2": {}, "P-10": {}, "P-1": {}})
    assert [subject.id for subject in assessment.subjects("project")] == ["P-1", "P-10", "P-2"]
    assert [subject.id for subject in assessment] == ["P-1", "P-10", "P-2"]


def test_worst_first_and_unknown_last(assessed: Assessed) -> None:
    """Lowest score first, equal ones by id, then those of unknown band, those without a score at the very end."""
    little = SILENT | {"complaints_answered": 0}
    assessment = assessed({"z": {}, "none": SILENT, "fine": FINE, "a": {}, "little": little})
    ranked = assessment.subjects("project", worst_first=True)
    assert [subject.id for subject in ranked] == ["a", "z", "fine", "little", "none"]
    assert [subject.band for subject in ranked] == ["amber", "amber", "green", "unknown", "unknown"]


def test_an_assessment_without_portfolio_rules_has_no_score(assessed: Assessed) -> None:
    """The score is that of the portfolio: with no rule on it, it is unknown, and every dimension is there."""
    assessment = assessed({"P": {}})
    assert (assessment.score, assessment.band, assessment.coverage) == (None, "unknown", 0.0)
    assert list(assessment.dimensions) == ["visibility", "satisfaction"]
    assert assessment.dimensions["visibility"].score is None
    assert (len(assessment), assessment.kinds, assessment.policy_version) == (1, ("project",), "v1")


def test_an_assessment_of_nothing_is_true(assessed: Assessed) -> None:
    """An assessment is there even when it is about nothing."""
    empty = assessed({})
    assert (len(empty), bool(empty), empty.subjects("project"), empty.subjects("customer")) == (0, True, (), ())


def test_errors_and_gaps_are_counted(assessed: Assessed) -> None:
    """Rules that failed and rules without data are listed with how often, and an example of the failure."""
    assessment = assessed({"B": {"risks_told": -3}, "A": {"risks_told": -3}, "C": {"surveys_good": 5}})
    assert assessment.errors == {"risks_told": Affected(2, "project", "A")}
    assert assessment.without_data == {"surveys_good": Affected(2, "project", "A")}


def test_evidence_is_not_asked_before_someone_looks(assessed: Assessed) -> None:
    """Scores, bands, points and headroom of numbers cost no evidence."""

    class Refusing:
        def evidence(self, kind: str, id: str, rule_id: str) -> Evidence:
            raise AssertionError("nobody asked")

        name = declared_health = evidence

    subject = attrs.evolve(assessed({"P": {}}), explainer=Refusing()).subjects("project", worst_first=True)[0]
    assert (subject.score, subject.band, subject.dimensions["visibility"].points) == (49.999999, "amber", 33.333333)
    assert [finding.points for finding in subject.findings] == [16.666666, 22.222222, 0.0, 11.111111, 0.0]


def test_a_finding_says_what_the_rule_says(assessed: Assessed) -> None:
    """A finding carries its rule's words with the evidence in them, and who should move."""
    told = {("P", "update_fresh"): Evidence({"days": 16.5}, {"days": ("I-1",)}, {"days": 0, "worst": 21})}
    finding = assessed({"P": {}}, found=told).of("project", "P").findings[3]
    assert (finding.rule_id, finding.state, finding.dimension) == ("update_fresh", "scored", "visibility")
    assert (finding.message, finding.action, finding.team) == ("Silent for 16.5 days.", "Send an update", "crm")
    assert (finding.weight, finding.effective_weight, finding.is_gate) == (2, 0.44444445, False)
    assert (dict(finding.evidence), dict(finding.records)) == ({"days": 16.5}, {"days": ("I-1",)})
    assert dict(finding.parameters) == {"days": 0, "worst": 21}


@pytest.mark.parametrize(
    ("health", "codes", "divergence"),
    [
        ("on_track", {"update_fresh": 0, "risks_told": 0}, 2),
        ("on_track", {}, 1),
        ("at_risk", {}, 0),
        ("off_track", FINE, -2),
        ("unknown", {}, None),
        (None, {}, None),
        ("on_track", SILENT, None),
    ],
)
def test_divergence_is_how_much_rosier_the_declared_health_is(
    assessed: Assessed, health: str | None, codes: dict[str, int], divergence: int | None
) -> None:
    """Declared against computed, in bands; None where one of them is unknown."""
    project = assessed({"P": codes}, health={"P": health} if health else {}).of("project", "P")
    assert (project.declared_health, project.divergence) == (health, divergence)


def test_only_projects_declare_health(assessed: Assessed) -> None:
    """Other kinds have no declared health, whatever the explainer would say."""
    assert assessed({"portfolio": {}}, health={"portfolio": "on_track"}).portfolio.declared_health is None


@given(assessment=...)
def test_an_assessment_survives_pickling(assessment: Assessment) -> None:
    """A pickled assessment, subject or finding answers as before; a subject or finding takes its evidence along."""
    assert pickle.loads(pickle.dumps(assessment)) == assessment
    assert copy.deepcopy(assessment) == assessment
    for subject in assessment:
        again: SubjectAssessment = pickle.loads(pickle.dumps(subject))
        assert (again, again.findings, again.explain()) == (subject, subject.findings, subject.explain())
        assert pickle.loads(pickle.dumps(subject.findings)) == subject.findings


def test_assessments_differ_by_any_content(assessed: Assessed) -> None:
    """One other outcome, name, moment or piece of evidence makes another assessment."""
    one = assessed({"P": {}})
    assert one == assessed({"P": {}})
    assert one != assessed({"P": {"risks_told": 5}})
    assert one != assessed({"P": {}}, names={"P": "Apollo"})
    assert one != assessed({"P": {}}, found={("P", "risks_told"): Evidence({"n": 1})})
    assert one != attrs.evolve(one, opaque=("risks_told",))
    assert one != assessed({"P": {}}, missing="zero")


def test_now_must_be_aware(assessed: Assessed) -> None:
    """A moment without a zone is refused."""
    with pytest.raises(ValidationError, match="aware"):
        attrs.evolve(assessed({}), now=datetime(2026, 3, 1))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), datetime(2026, 3, 1), ["list"], b"bytes"], ids=str)
def test_evidence_is_plain_values(value: object) -> None:
    """Evidence that could not be shown or written is refused where it is made."""
    with pytest.raises(ValidationError, match="seen: "):
        Evidence({"seen": value})  # type: ignore[dict-item]


def test_at_most_twenty_records_are_kept() -> None:
    """Evidence keeps the first twenty records behind a name."""
    assert Evidence({}, {"late": [f"T-{n}" for n in range(50)]}).records["late"][-1] == "T-19"


def test_results_say_what_they_are(assessed: Assessed) -> None:
    """In a debugger an assessment and a subject show score, band and coverage."""
    one = assessed({"P": {}})
    assert repr(one) == "<Assessment of 1 subject at 2026-03-01T09:00:00+00:00: unknown, unknown, 0% known>"
    assert repr(one.of("project", "P")) == "<SubjectAssessment project 'P': 49.9, amber, 75% known>"


def test_floats_are_the_micro_points(assessed: Assessed) -> None:
    """What is shown is the whole number of micro-points, divided."""
    project = assessed({"P": {}}).of("project", "P")
    result = project.dimensions["visibility"]
    assert (result.score, result.points, result.lost) == (49.999999, 33.333333, 33.333334)
    assert project.findings[3].lost == 33.333334
    node = project.explain().dimensions[0]
    assert (node.share, node.points, node.lost, node.label) == (66.666667, 33.333333, 33.333334, "visibility")
    assert (project.explain().score, project.explain().coverage) == (49.999999, 0.75)


def test_equal_results_are_one_in_a_set(assessed: Assessed) -> None:
    """Subjects and findings that are equal have one hash, so they can be keys."""
    one, same = (assessed({"P": {}}).of("project", "P") for _ in range(2))
    assert len({one, same}) == 1
    assert len({one.findings[0], same.findings[0]}) == 1
    assert one != "P"
    assert one.findings[0] != "P"
    assert assessed({}) != "P"


def test_only_known_kinds_are_assessed(assessed: Assessed) -> None:
    """Rows of another kind are refused."""
    with pytest.raises(ValidationError, match="expected the kinds"):
        attrs.evolve(assessed({}), rows={"deal": {}})
