"""A policy as a TOML document: nothing is lost, everything wrong is told at once, nothing of it is run."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import alignkit as ak
from alignkit.testing import NOW, customer, portfolio_of, project, task

WEEK = timedelta(days=7, microseconds=3)
STRANGE = "quotes \" ' ''' \"\"\" \\ \t \u00e9 \U0001f600 \u2028 \x7f #"
SMALL = 1e-07


class Limits:
    """A namespace."""

    MOST = 2


def open_tasks(project: ak.ProjectView) -> int:
    """Work that is left."""
    return ak.count(t for t in project.tasks if t.status != "done")


def late(project: ak.ProjectView, *, least: int = 1) -> bool:
    """A helper of a helper."""
    return open_tasks(project) >= least


@ak.rule(dimension='a dimension with "quotes" and . dots', weight=7, message=STRANGE, action="do\nthis", team="pmo\t")
def strange(
    project: ak.ProjectView,
    now: Any,
    *,
    text: str = "a\\b\t'\"\u00e9",
    part: float = 1e-07,
    is_on: bool = True,
    least: int = -3,
) -> ak.Score:
    """Every kind of value."""
    if project.name == 'it\'s\t"so"\\' and project.key != "'''\"\"\"":
        return None
    if is_on and (project.name == text or late(project, least=2)) and now - WEEK < now:
        return ak.clamp(part + SMALL)
    return least / 2 + Limits.MOST


@ak.rule(dimension="strategy")
def customers_are_served(customer: ak.CustomerView) -> ak.Score:
    """Reads what projects scored."""
    return ak.ratio(ak.mean(p.score for p in customer.projects if late(p) or p.band == "red"), 100)


@ak.gate(cap=12.5)
def shut(portfolio: ak.PortfolioView, today: Any) -> ak.Score:
    """A gate on everything."""
    return ak.exists(t for t in portfolio.tasks if t.due_on is not None and t.due_on < today)


POLICY = ak.Policy(
    [strange, customers_are_served, shut],
    dimensions={'a dimension with "quotes" and . dots': 2, "strategy": 1},
    bands={"fine": 66.6, "so-so": 33.3, "bad": 0},
    minimum_coverage=0.25,
    missing="zero",
    exchange=ak.Exchange("EUR", {"USD": "0.90", "GBP": "1.15"}),
    zone="Europe/Paris",
    name='all "of" it',
)
WORLD = portfolio_of(
    customer(projects=[project(name="a\\b\t'\"\u00e9", tasks=[task(), task(status="done")]), project()])
)


def test_nothing_is_lost() -> None:
    """Settings, weights, thresholds, constants with dots, helpers of helpers and strange text come back as they were."""
    text = POLICY.to_toml()
    again = ak.Policy.from_toml(text)
    assert again == POLICY
    assert (again.version, again.name, again.strict) == (POLICY.version, POLICY.name, POLICY.strict)
    assert list(again.dimensions) == list(POLICY.dimensions)
    assert again.to_toml() == text
    assert again.assess(WORLD, now=NOW).rows == POLICY.assess(WORLD, now=NOW).rows
    record = again.rule("strange").record
    assert record.constants == {"Limits.MOST": 2, "SMALL": 1e-07, "WEEK": WEEK}
    assert sorted(record.helpers) == ["late", "open_tasks"]
    assert (record.message, record.action, record.team) == (STRANGE, "do\nthis", "pmo\t")


@pytest.mark.parametrize("value", [STRANGE, "", "\n", "'", "x'", 'x"', "\r\n\t", "\x01", "[a]\n'''", "\\"])
def test_thresholds_of_any_text(value: str) -> None:
    """A threshold may be any text."""
    policy = POLICY.with_params({"strange.text": value})
    again = ak.Policy.from_toml(policy.to_toml())
    assert again.rule("strange").record.parameters == {"text": value}
    assert again.version == policy.version


@pytest.mark.parametrize("value", [0.1, 1e-300, 1e22, 123456789.125, -0.0, 3, 1 / 3])
def test_thresholds_of_any_number(value: float) -> None:
    """A threshold keeps every digit."""
    again = ak.Policy.from_toml(POLICY.with_params({"strange.part": value}).to_toml())
    assert repr(again.rule("strange").record.parameters["part"]) == repr(value)


def test_reads_a_file(tmp_path: Path) -> None:
    """A path, as text or as a path, is read; so is a file of another system."""
    path = tmp_path / "policy.toml"
    path.write_bytes(POLICY.to_toml().replace("\n", "\r\n").encode())
    assert ak.Policy.from_toml(path).version == ak.Policy.from_toml(str(path)).version == POLICY.version
    path.write_bytes(b"\n\xff\xfe")
    with pytest.raises(ak.PolicyError, match="not UTF-8"):
        ak.Policy.from_toml(path)


def test_the_text_may_end_anyhow() -> None:
    """Text without a line break at its end, or with a quote there, is kept."""
    for text in (
        "def judged(project: ProjectView) -> float:\n    return project.name == 'a'",
        'def judged(project: ProjectView) -> float:\n    return project.name == """a"""',
        "def judged(project: ProjectView): return 1.0",
        "def judged(project: ProjectView):\r\n    return 1.0\r\n",
    ):
        policy = ak.Policy(
            [ak.AlignmentRule(id="judged", kind="project", dimension="x", text=text)], dimensions={"x": 1}
        )
        assert ak.Policy.from_toml(policy.to_toml()).rules[0].record.text == text


DOCUMENT = """
alignkit_policy = 2
colour = "green"
minimum_coverage = "much"
missing = "zero"

[dimensions]
x = 1

[exchange]
currency = "euro"

[[rules]]
id = "one"
kind = "project"
dimension = "x"
weigth = 3
text = '''
def one(project: ProjectView) -> float:
    return project.progres
'''

[[rules]]
id = "two"
kind = "customer"
dimension = "y"
text = '''
def three(project: ProjectView) -> float:
    return 1.0
'''
constants = {A = {weeks = 1}}

[[rules]]
id = "four"
kind = "project"
dimension = "x"
helpers = "none"
parameters = [1]
text = '''
def four(project: ProjectView, *, least: int = 1) -> float:
    return project.key + least
'''

[[rules]]
id = "five"
kind = "project"
dimension = "x"
text = "def five(project: ProjectView): return \\u0000"
"""


def test_tells_everything_at_once() -> None:
    """Every fault of a document and of all its rules is told, each with its rule and the nearest right name."""
    with pytest.raises(ak.PolicyError) as raised:
        ak.Policy.from_toml(DOCUMENT)
    told = [(fault.rule_id, fault.code, fault.suggestion) for fault in raised.value.diagnostics]
    assert ("", "PolicyInvalid", "") in told
    assert ("one", "PolicyInvalid", "weight") in told
    assert ("one", "UnknownField", "progress") in told
    assert ("two", "PolicyInvalid", "") in told
    assert ("four", "TypeMismatch", "") in told
    assert ("five", "PolicyInvalid", "") in told
    text = str(raised.value)
    for part in (
        "alignkit_policy = 1",
        "'colour'",
        "minimum_coverage",
        "euro",
        "three",
        "weeks",
        "helpers",
        "parameters",
        "NUL",
    ):
        assert part in text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "[",
        "alignkit_policy = 1\nrules = 3\n",
        "alignkit_policy = 1\nrules = [1]\n",
        "alignkit_policy = 1\nbands = 3\n",
        "alignkit_policy = 1\nbands = {a = 'x'}\n",
        "alignkit_policy = 1\nbands = {a = nan}\n",
        "alignkit_policy = 1\ndimensions = [1]\n",
        "alignkit_policy = 1\nzone = 3\n",
        "alignkit_policy = 1\nexchange = 3\n",
        "alignkit_policy = 1\nexchange = {currency = 'EUR', rates = {USD = nan}}\n",
        "alignkit_policy = 1\nexchange = {currency = 'EUR', rates = 3}\n",
        "alignkit_policy = 1\nstrict = 'yes'\n",
        "alignkit_policy = 1\nname = 5\n",
        "alignkit_policy = 1\n[[rules]]\n",
        "alignkit_policy = 1\n[[rules]]\nid = ' '\nkind = 'project'\ntext = ' '\n",
        "alignkit_policy = 1\n[[rules]]\nid = 'a'\nkind = 'project'\ntext = 'x'\nweight = 1e999\n",
        "alignkit_policy = 1\n[[rules]]\nid = 'a'\nkind = 'project'\ntext = 'x'\ncap = 'high'\n",
        "alignkit_policy = 1\n[[rules]]\nid = 'a'\nkind = 'project'\ntext = 'x'\nconstants = 'none'\n",
        "alignkit_policy = 1\n[[rules]]\nid = 'a'\nkind = 'project'\ntext = 'x'\nconstants = {A = {days = 99999999999}}\n",
        "alignkit_policy = 1\n[[rules]]\nid = 'a'\nkind = 'project'\ntext = 'x'\nhelpers = {a = 3}\n",
        "alignkit_policy = 1\n[[rules]]\nid = 'a'\nkind = 'planet'\ntext = 'def a(project: ProjectView): return 1'\n",
        "alignkit_policy = 1\n" + "[[rules]]\nid = 'a'\n" * 501,
        "a = " + "[" * 5_000 + "\n",
    ],
)
def test_any_document_is_told(text: str) -> None:
    """Whatever a document holds, the answer is a policy or a `PolicyError`."""
    with pytest.raises(ak.PolicyError):
        ak.Policy.from_toml("\n" + text)


def test_the_docstring_is_the_message() -> None:
    """Where no message is given the first paragraph of the docstring is it, in one line; it may show evidence."""

    @ak.rule(dimension="x")
    def judged(project: ak.ProjectView, *, most: float = 1) -> ak.Score:
        """
        Not more
          than {most}.

        A second paragraph.
        """
        return ak.count(project.tasks) <= most

    policy = ak.Policy([judged], dimensions={"x": 1})
    assert policy.rules[0].record.message == "Not more than {most}."
    assert ak.Policy.from_toml(policy.to_toml()) == policy


def test_the_docstring_shows_what_there_is() -> None:
    """A docstring that is the message is checked like one, so that a stored policy is never worse than its source."""

    @ak.rule(dimension="x")
    def judged(project: ak.ProjectView) -> ak.Score:
        """Not more than {most}."""
        return 1.0

    with pytest.raises(ak.PolicyError, match=r"the message shows \{most\}"):
        ak.Policy([judged], dimensions={"x": 1})
