"""The report a manager reads."""

from __future__ import annotations

from datetime import datetime, timezone

import attrs
import pytest
from attrs import frozen

from alignkit.display.layout import width_of
from alignkit.policy.assessment import Assessment
from alignkit.policy.findings import Evidence
from alignkit.policy.scoring import FULL, RuleSpec, ScoringPlan, subject_total
from alignkit.reports import portfolio_report, summarise

NAMES = {"C-1": "Acme", "C-2": "北京科技有限公司", "C-3": "Evil\x1b[31m Ltd", "P-1": "Website", "P-2": "Data hub"}
PLAN = ScoringPlan(
    {"visibility": 1, "satisfaction": 1},
    {
        "project": [
            RuleSpec("update_fresh", "project", "visibility", 1, "Silent for {days} days.", "Send an update", "crm"),
            RuleSpec("on_time", "project", "satisfaction", 1, "Late by {late}.", "Replan with the client", "pmo"),
            RuleSpec("lawsuit", "project", "", 1, "There is a lawsuit.", "Settle it", "pmo", 30_000_000),
        ],
        "customer": [
            RuleSpec("heard", "customer", "visibility", 1, "Nobody called.", "Call them", "crm"),
            RuleSpec("surveys_good", "customer", "satisfaction", 3, "Surveys are poor.", "Ask why", "crm"),
        ],
        "portfolio": [RuleSpec("customers_stand", "portfolio", "satisfaction", 1, "", "", "")],
    },
    (("green", 70_000_000), ("amber", 40_000_000), ("red", 0)),
    40_000_000,
    "renormalise",
    "0123456789abcdef",
)  # fmt: skip
CODES = {
    "project": {"P-1": (500_000, 250_000, 0), "P-2": (0, 400_000, -2)},
    "customer": {"C-1": (FULL, FULL), "C-2": (300_000, -2), "C-3": (0, 900_000), "C-4": (-2, -3)},
    "portfolio": {"portfolio": (633_333,)},
}


@frozen
class Told:
    """Names and evidence of the example."""

    def evidence(self, kind: str, id: str, rule_id: str) -> Evidence:
        if rule_id == "on_time":
            return Evidence({"days": 40.0, "late": 12}, {"late": [f"T-{n}" for n in range(20)]})
        return Evidence({"days": 40.0})

    def name(self, kind: str, id: str) -> str:
        return NAMES.get(id, id)

    def declared_health(self, id: str) -> str | None:
        return "on_track"


@pytest.fixture(scope="module")
def assessment() -> Assessment:
    """Two projects, four customers, one portfolio."""
    rows = {
        kind: {key: (subject_total(PLAN, kind, codes), *codes) for key, codes in subjects.items()}
        for kind, subjects in CODES.items()
    }
    return Assessment(PLAN, datetime(2026, 3, 1, tzinfo=timezone.utc), rows, Told(), opaque=("heard",))


REPORT = """\
Alignment 63.3 of 100: amber, 100% known
on 2026-03-01, policy 0123456789ab
2 projects: 2 red
4 customers: 1 green, 1 amber, 1 red, 1 unknown

Dimensions
----------
visibility                          -  unknown
satisfaction  ##########......   63.3  amber, 100% known

Customers that need attention first
-----------------------------------
北京科技有限公司 (C-2)              30.0  red, 50% known
  worst: visibility, 30.0 of 100
  next: Call them [crm], +70.00 points
Evil\\x1b[31m Ltd (C-3)           45.0  amber, 100% known
  worst: visibility, 0.0 of 100
  next: Call them [crm], +50.00 points
too little is known of 1 customer to say

The worst project: Data hub (P-2)
---------------------------------
20.0 of 100, red, 100% known; declared on track
on time                                           -50.00
  Late by 12.
  evidence: days 40; late 12 (T-0, T-1, T-2 and at least
    17 more)
  next: Replan with the client [pmo]
update fresh                                      -30.00
  Silent for 40 days.
  evidence: days 40
  next: Send an update [crm]
got 20.00 + lost 80.00 = 100.00

What is not known
-----------------
no data for heard: 1 customer
no data for lawsuit: 1 project
no data for surveys good: 1 customer
surveys good failed on 1 customer, such as C-4
not readable, run as they are: heard"""


def test_the_whole_report(assessment: Assessment) -> None:
    """A manager reads where things stand, who comes first, what to do, whose move it is, and what is not known."""
    assert portfolio_report(assessment, width=56) == REPORT


@pytest.mark.parametrize("width", [0, 40, 57, 200])
@pytest.mark.parametrize("is_unicode", [False, True])
def test_lines_keep_their_width(assessment: Assessment, width: int, is_unicode: bool) -> None:
    """No line is wider than the page; very narrow pages are laid out for 40 columns."""
    lines = portfolio_report(assessment, width=width, is_unicode=is_unicode).split("\n")
    assert max(map(width_of, lines)) <= max(width, 40)


def test_our_own_marks_are_ascii(assessment: Assessment) -> None:
    """Without wishes only names and evidence bring letters beyond ASCII; block characters are on request."""
    plain = portfolio_report(assessment).replace(NAMES["C-2"], "")
    assert plain.isascii()
    assert "█" in portfolio_report(assessment, is_unicode=True)


def test_only_as_many_customers_as_asked(assessment: Assessment) -> None:
    """The report looks at the worst few customers and says how many more are below the best band."""
    report = summarise(assessment, customers=1)
    assert [entry.subject.id for entry in report.attention] == ["C-2"]
    assert (report.more_attention, report.unknown_customers) == (1, 1)
    assert "and 1 more below the best band" in portfolio_report(assessment, customers=1)


def test_a_certain_move_comes_before_a_hope(assessment: Assessment) -> None:
    """What data would bring is only proposed where no known move helps."""
    rows = {"customer": {"C": (49_000_000, 980_000, -2), "D": (0, 0, -2)}}
    plan = attrs.evolve(PLAN, bands=(("good", 99_000_000), ("poor", 0)))
    found = summarise(attrs.evolve(assessment, plan=plan, rows=rows)).attention
    assert [entry.next_move.rule_id if entry.next_move else "" for entry in found] == ["heard", "heard"]


def test_a_report_on_nothing() -> None:
    """An assessment without subjects has a report too."""
    empty = Assessment(PLAN, datetime(2026, 3, 1, tzinfo=timezone.utc), {}, Told())
    text = portfolio_report(empty)
    assert text.startswith("Alignment: unknown, nothing of the portfolio as a whole could be scored")
    assert "None is below the best band." in text
    assert "worst project" not in text


def test_projects_of_which_too_little_is_known(assessment: Assessment) -> None:
    """Where no project has a known band, the report says so instead of naming a worst one."""
    rows = {"project": {"P": (-1, -2, -2, -2)}, "customer": {}}
    text = portfolio_report(attrs.evolve(assessment, rows=rows))
    assert "Too little is known of every project to say." in text
    assert "0 customers" not in text


def report_on(assessment: Assessment, codes: tuple[int, ...]) -> str:
    """The report on one project with these outcomes, where missing data counts as zero."""
    plan = attrs.evolve(PLAN, missing="zero", minimum_coverage_micro=0)
    rows = {"project": {"P": (subject_total(plan, "project", codes), *codes)}}
    return portfolio_report(attrs.evolve(assessment, plan=plan, rows=rows))


def test_everything_lost_is_named(assessment: Assessment) -> None:
    """What a gate took, and what counts as lost for want of an answer, stand in the list of lost points as such."""
    assert "on time (not known, counts as lost)" in report_on(assessment, (-2, 400_000, 0))
    assert "on time (failed, counts as lost)" in report_on(assessment, (-3, 400_000, 0))
    held = report_on(assessment, (FULL, 800_000, FULL))
    assert "lawsuit (gate, no more than 30.0)" in held
    assert held.count("got 30.00 + lost 70.00 = 100.00") == 1


def test_many_gaps_are_summed_up(assessment: Assessment) -> None:
    """The rules with most gaps are named, the rest counted."""
    rules = [RuleSpec(f"rule_{n:02}", "customer", "visibility", 1, "", "", "") for n in range(13)]
    plan = attrs.evolve(PLAN, rules={"customer": rules})
    text = portfolio_report(attrs.evolve(assessment, plan=plan, rows={"customer": {"C": (-1,) + (-2,) * 13}}))
    assert text.count("no data for rule") == 10
    assert "and no data for 3 more rules" in text
