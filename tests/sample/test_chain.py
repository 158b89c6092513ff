"""The sample company through the whole library: what a manager should recognise in the result."""

from __future__ import annotations

import attrs
import pytest

import alignkit as ak
from alignkit import linking, sample
from alignkit.domain.money import Exchange
from alignkit.importers import Import, hubspot, jira, merge, objectives


@pytest.fixture(scope="module")
def imports() -> tuple[Import, Import, Import]:
    """The three exports, read."""
    folder = sample.company()
    return (
        hubspot.read(folder / "hubspot", currency="EUR"),
        jira.read(folder / "jira", zone="UTC"),
        objectives.read(folder / "objectives"),
    )


@pytest.fixture(scope="module")
def links(imports: tuple[Import, Import, Import]) -> linking.Links:
    """Which customers of the two tools are the same."""
    return linking.link(merge(*imports))


@pytest.fixture(scope="module")
def portfolio(imports: tuple[Import, Import, Import], links: linking.Links) -> ak.Portfolio:
    """The linked facts, with the objectives that labels name."""
    facts = dict(linking.apply(links, merge(*imports)).entities)
    served = linking.contributions_by(
        facts["projects"], facts["objectives"], facts["tasks"], known=facts["contributions"]
    )
    facts.update(contributions=served.contributions, tasks=served.tasks)
    return ak.Portfolio(**facts, dangling="unlink")


@pytest.fixture(scope="module")
def assessment(portfolio: ak.Portfolio) -> ak.Assessment:
    """The default policy's judgement, in euros."""
    return attrs.evolve(ak.Policy.default(), exchange=Exchange("EUR")).assess(portfolio, now=sample.NOW)


@pytest.fixture(scope="module")
def customers(portfolio: ak.Portfolio, assessment: ak.Assessment) -> dict[str, ak.SubjectAssessment]:
    """Customers by name."""
    assert portfolio.customers is not None
    return {each.name: assessment.of("customer", each.id) for each in portfolio.customers}


@pytest.fixture(scope="module")
def projects(portfolio: ak.Portfolio, assessment: ak.Assessment) -> dict[str, ak.SubjectAssessment]:
    """Projects by key."""
    assert portfolio.projects is not None
    return {each.key or "": assessment.of("project", each.id) for each in portfolio.projects}


def test_one_row_is_refused(imports: tuple[Import, Import, Import]) -> None:
    """Of some 1,850 rows only the one without a key is of no use, and the report says where it stands."""
    texts = [str(one.report) for one in imports]
    assert ["0 refused" in text for text in texts] == [True, False, True]
    assert "1 refused" in texts[1]


def test_one_customer_is_ambiguous(links: linking.Links) -> None:
    """Every spelling is linked but "Aurora Systems", which fits two companies."""
    (case,) = links.ambiguous
    assert {record.name for record in case.records} == {"Aurora Systems", "Aurora Systems Ltd", "Aurora Systems AB"}
    assert [record.name for record in links.unlinked] == ["Óbuda Zenekar Kft."]


def test_only_the_broken_edge_is_unlinked(portfolio: ak.Portfolio) -> None:
    """No reference leads nowhere but the one planted."""
    assert [fault.target_id for fault in portfolio.unlinked] == ["jira:project:XXL"]


def test_labels_lead_to_an_objective(portfolio: ak.Portfolio) -> None:
    """The harvest calendar serves the objective that its labels name."""
    assert portfolio.contributions is not None
    served = {(each.project_id, each.objective_id) for each in portfolio.contributions}
    assert ("jira:project:GEM", "objectives:objective:O-39") in served


def test_the_portfolio_is_amber(assessment: ak.Assessment) -> None:
    """Half of it is well: neither a showcase nor a wreck, and nearly all of it known."""
    assert assessment.band == "amber"
    assert assessment.coverage > 0.9


def test_customers_differ_widely(customers: dict[str, ak.SubjectAssessment]) -> None:
    """The silent customer is the worst, far below the model customer."""
    known = {name: each.score for name, each in customers.items() if each.band != "unknown" and each.score is not None}
    assert min(known, key=lambda name: known[name]) == "Müller & Söhne GmbH"
    assert max(known, key=lambda name: known[name]) == "Lumen & Marée S.A."
    assert known["Müller & Söhne GmbH"] < 35
    assert known["Lumen & Marée S.A."] > 90


def test_the_green_lie_is_seen(portfolio: ak.Portfolio, projects: dict[str, ak.SubjectAssessment]) -> None:
    """Both running projects of Nordlicht are declared on track and computed red."""
    for key in ("NLE", "NLC"):
        assert portfolio.project(f"jira:project:{key}").health == "on_track"
        assert projects[key].band == "red"


def test_being_honest_pays(
    customers: dict[str, ak.SubjectAssessment], projects: dict[str, ak.SubjectAssessment]
) -> None:
    """Zinnober's project is declared off track, yet both project and customer do better than those of Nordlicht."""
    assert (projects["ZIN"].score or 0) > (projects["NLE"].score or 0) + 20
    assert customers["Brasserie Zinnober Sàrl"].band == "green"


def test_too_little_is_known_of_the_new_and_the_gone(customers: dict[str, ak.SubjectAssessment]) -> None:
    """Papaya and Snöstorm get no colour instead of a kind one."""
    assert customers["Papaya Learning Ltd"].band == "unknown"
    assert customers["Snöstorm Logistik AB"].band == "unknown"


def test_work_without_aim_loses_strategy_only(projects: dict[str, ak.SubjectAssessment]) -> None:
    """Æther's projects serve no objective; nothing else costs them points."""
    for key in ("AET", "AEL"):
        lost = {finding.rule_id for finding in projects[key].findings if finding.lost_micro > 0}
        assert lost == {"project_serves_objectives"}
