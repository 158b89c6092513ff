"""What a view class may declare, and what rules may read of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Protocol

import pytest

import alignkit as ak
from alignkit.errors import PolicyError, ValidationError
from alignkit.policy.custom import Unit, custom_fields, view_as
from tests.custom_fields.acme import AcmeCustomer, AcmeProject, policy

NOW = datetime(2026, 3, 1, tzinfo=UTC)


class Careless(ak.ProjectView, Protocol):
    """Declares what may be missing as if it could not."""

    @property
    def risk(self) -> float: ...


class Strange(ak.ProjectView, Protocol):
    """Declares what cannot be kept."""

    @property
    def risk(self) -> list[str] | None: ...


class OtherProject(ak.ProjectView, Protocol):
    """Means something else by the same name."""

    @property
    def risk(self) -> Annotated[float | None, Unit("percent", low=0, high=100)]: ...


@ak.rule(dimension="acme")
def careless(project: Careless) -> ak.Score:
    """Reads it."""
    return project.risk


@ak.rule(dimension="acme")
def misspelt(project: AcmeProject) -> ak.Score:
    """Reads what is not there."""
    return project.risc is None  # type: ignore[attr-defined]


@ak.rule(dimension="acme")
def unguarded(project: AcmeProject) -> ak.Score:
    """Calculates with what may be unknown."""
    return 1 - project.risk  # type: ignore[operator]


@ak.rule(dimension="acme")
def other(project: OtherProject) -> ak.Score:
    """Reads the other risk."""
    return project.risk is None


@ak.rule(dimension="acme")
def plain(project: ak.ProjectView) -> ak.Score:
    """Declares nothing."""
    return project.risk is None  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("rule", "code", "says"),
    [
        (careless, "CustomField", "| None"),
        (misspelt, "UnknownField", "'risk'"),
        (unguarded, "MaybeUnknown", "may be None"),
        (plain, "UnknownField", "no 'risk'"),
    ],
)
def test_faults_are_told_when_the_policy_is_made(rule: ak.Rule[..., ak.Score], code: str, says: str) -> None:
    """A field that is not declared, may be unknown, or is declared wrongly is a diagnostic with its code."""
    with pytest.raises(PolicyError) as caught:
        ak.Policy([rule], dimensions={"acme": 1})
    (fault,) = caught.value.diagnostics
    assert fault.code == code
    assert says in str(fault)


def test_one_field_means_one_thing_in_a_policy() -> None:
    """Two rules that declare the same field with other bounds do not go into one policy."""
    with pytest.raises(PolicyError, match=r"project\.risk is declared otherwise"):
        policy().with_rules(other)


def test_bounds_are_part_of_the_version() -> None:
    """The same text over other bounds is another policy."""
    one = ak.Policy([other], dimensions={"acme": 1})
    text = one.to_toml()
    assert ak.Policy.from_toml(text).version == one.version
    assert ak.Policy.from_toml(text.replace("high = 100.0", "high = 10.0")).version != one.version


def test_declarations_follow_relations() -> None:
    """A customer's view that leads to a project's view brings its fields."""
    assert set(custom_fields(AcmeCustomer)) == {"customer.segment", *custom_fields(AcmeProject)}
    assert custom_fields(AcmeProject)["project.risk"] == ak.domain.CustomField(
        kind="project", name="risk", type="number", low=0.0, high=1.0, unit="0..1"
    )


def test_what_cannot_be_kept_is_refused() -> None:
    """A list is no custom field."""
    with pytest.raises(ValidationError, match="a custom field is a str"):
        custom_fields(Strange)


def test_a_view_reads_custom_fields_only_when_it_declares_them() -> None:
    """`view_as` shows a fact through the host's own class; without it the name is not there."""
    portfolio = ak.Portfolio(projects=[ak.Project(id="P", name="p", custom={"risk": 0.5})])
    seen = portfolio.project("P")
    assert view_as(seen, AcmeProject).risk == 0.5
    assert view_as(seen, AcmeProject).seats is None
    with pytest.raises(AttributeError, match="risk"):
        seen.risk  # type: ignore[attr-defined]  # noqa: B018
    with pytest.raises(ValidationError, match="shows a customer"):
        view_as(seen, AcmeCustomer)


TEXT = """
alignkit_policy = 1
dimensions = {acme = 1}

[custom.project]
risk = {type = "number", low = 0, high = 1}
segment = "text"

[[rules]]
id = "low"
kind = "project"
dimension = "acme"
text = '''
def low(project: ProjectView):
    if project.risk is None or project.segment == "gov":
        return None
    return 1 - project.risk
'''
"""


def test_a_text_policy_declares_fields_of_its_own() -> None:
    """`[custom.project]` makes fields readable in every rule of the document, and survives writing."""
    made = ak.Policy.from_toml(TEXT)
    portfolio = ak.Portfolio(projects=[ak.Project(id="P", name="p", custom={"risk": 0.25, "segment": "x"})])
    assert made.assess(portfolio, now=NOW).of("project", "P").score == 75.0
    assert ak.Policy.from_toml(made.to_toml()) == made


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[custom.project]", "[custom.projekt]", "did you mean 'project'"),
        ('segment = "text"', 'segment = "txt"', "expected one of"),
        ('segment = "text"', 'name = "text"', "has a field of this name"),
        ("low = 0,", "lo = 0,", "did you mean 'low'"),
    ],
)
def test_faults_of_declarations_in_text(old: str, new: str, says: str) -> None:
    """What is wrong with a declaration of a document is told with its place."""
    with pytest.raises(PolicyError, match="custom") as caught:
        ak.Policy.from_toml(TEXT.replace(old, new))
    assert says in str(caught.value)
