"""Charts state their finding, stay small, and show every name as text."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import attrs
import pytest

import alignkit as ak
from alignkit.domain import Duplicate
from alignkit.policy.assessment import Assessment
from alignkit.policy.findings import RecordedExplainer
from alignkit.portfolio import Portfolio
from alignkit.reports import charts
from alignkit.sample.demo import run_demo
from alignkit.stores.values import RecordedScore
from alignkit.testing import NOW, customer, interaction, objective, portfolio_of, project

pytest.importorskip("altair", reason="altair is not installed")

PAYLOAD = "</script><script>alert(1)</script><!--<script>"
DEMO = run_demo()
EUROS = ak.Exchange("EUR")


def recorded(scores: list[float | None]) -> list[RecordedScore]:
    """A history, a day between points."""
    return [RecordedScore(NOW + timedelta(days=day), score, "amber", 1.0, "v1") for day, score in enumerate(scores)]


def with_payloads() -> Portfolio:
    """A world in which every name could end a script."""
    delivered = project(name=PAYLOAD, interactions=[interaction(needs_answer=True, direction="inbound", team=PAYLOAD)])
    made = portfolio_of(customer(name=PAYLOAD, annual_value=ak.Money(9, "EUR"), projects=[delivered]), objective())
    return made.with_(objectives=[attrs.evolve(one, title=PAYLOAD, team=PAYLOAD) for one in made.objectives or ()])


def every_chart(world: Portfolio, assessment: Assessment) -> dict[str, Callable[[], Any]]:
    """Each function on the same facts."""
    first = next(iter(assessment.subjects("project")))
    pair = Duplicate(id="D", kind="task", left_id="a", right_id="b", customer_id=(world.customers or ())[0].id, hours=3)
    return {
        "score_by_value": lambda: charts.score_by_value(assessment, world, exchange=EUROS),
        "dimension_map": lambda: charts.dimension_map(assessment),
        "waterfall": lambda: charts.waterfall(first),
        "score_history": lambda: charts.score_history(recorded([50, None, 40.5]), name=PAYLOAD, events={NOW: PAYLOAD}),
        "declared_and_computed": lambda: charts.declared_and_computed(assessment),
        "objective_tree": lambda: charts.objective_tree(world, assessment),
        "time_to_answer": lambda: charts.time_to_answer(world, now=assessment.now),
        "duplicate_effort": lambda: charts.duplicate_effort([pair], world),
    }


HOSTILE = with_payloads()
HOSTILE_CHARTS = every_chart(HOSTILE, ak.Policy.default().assess(HOSTILE, now=NOW))
CHARTS = every_chart(DEMO.portfolio, DEMO.assessment)


class Scripts(HTMLParser):
    """How many scripts a page has."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.count = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.count += tag == "script"


@pytest.mark.parametrize("name", charts.__all__)
def test_names_are_only_text(name: str) -> None:
    """A page with the chart has as many scripts as one whose data is harmless: no name ends or begins one."""
    page = HOSTILE_CHARTS[name]().to_html()
    assert "<script>alert" not in page
    assert Scripts(page).count == Scripts(CHARTS[name]().to_html()).count


@pytest.mark.parametrize("name", charts.__all__)
def test_every_chart_is_sound_and_has_a_title(name: str) -> None:
    """The specification is valid, has its finding as title and description, and reads the same again."""
    spec = CHARTS[name]().to_dict()
    assert spec["title"]["text"]
    assert spec["description"].startswith(spec["title"]["text"])
    assert json.loads(json.dumps(spec)) == spec


def rows_of(chart: Any) -> list[dict[str, Any]]:
    """All data of a chart."""
    spec = chart.to_dict()
    layers = [spec, *spec.get("layer", ())]
    return [row for layer in layers for row in layer.get("data", {}).get("values", ())]


def title_of(chart: Any) -> str:
    return str(chart.to_dict()["title"]["text"])


def test_value_at_risk_by_hand() -> None:
    """Of 100 euros a year 75 are with customers in red."""
    world = portfolio_of(
        customer(id="A", annual_value=ak.Money(75, "EUR")),
        customer(id="B", annual_value=ak.Money(25, "EUR")),
        customer(id="C"),
    )
    plan = DEMO.assessment.plan
    codes = {"A": 0, "B": 1_000_000, "C": 0}
    rules = len(plan.rules["customer"])
    rows = {id: (code * 100, *[code] * rules) for id, code in codes.items()}
    judged = Assessment(plan, NOW, {"customer": rows}, RecordedExplainer({}, {}, {}))
    chart = charts.score_by_value(judged, world)
    assert title_of(chart) == "75% of the yearly value is with customers in red"
    assert chart.to_dict()["title"]["subtitle"] == "1 customer without value or score left out"
    assert {row["name"]: row["value"] for row in rows_of(chart)} == {"A": 75.0, "B": 25.0}


def test_the_waterfall_goes_down_to_the_score() -> None:
    """Steps begin at 100, each where the last ended, and end at the score; what is not shown is one step."""
    subject = DEMO.assessment.subjects("project", worst_first=True)[0]
    for most in (3, 15):
        rows = rows_of(charts.waterfall(subject, most=most))
        steps = [row for row in rows if row["lost"] is not None]
        assert steps[0]["from"] == 100.0
        assert [row["to"] for row in steps[:-1]] == [row["from"] for row in steps[1:]]
        assert steps[-1]["to"] == pytest.approx(subject.score)
        assert rows[-1]["to"] == subject.score
    assert [row["step"] for row in rows_of(charts.waterfall(subject, most=3))][3].endswith(" others")


def test_waiting_by_hand() -> None:
    """An answer after five hours, and one question that nobody answered."""
    asked = {"needs_answer": True, "direction": "inbound", "team": "crm"}
    late = interaction(**asked, occurred_at=NOW - timedelta(hours=9), answered_at=NOW - timedelta(hours=4))
    world = portfolio_of(project(interactions=[late, interaction(**asked), interaction(direction="inbound")]))
    chart = charts.time_to_answer(world, now=NOW)
    assert title_of(chart) == "1 of 2 questions still waits for an answer"
    assert rows_of(chart) == [
        {"team": "crm", "wait": "4 to 24 h", "touches": 1},
        {"team": "crm", "wait": "still waiting", "touches": 1},
    ]


def test_declared_against_computed_by_hand() -> None:
    """Each pair is counted once, over all projects."""
    chart = charts.declared_and_computed(DEMO.assessment)
    expected = Counter(
        ((one.declared_health or "not declared").replace("_", " "), one.band)
        for one in DEMO.assessment.subjects("project")
    )
    assert {(row["declared"], row["computed"]): row["projects"] for row in rows_of(chart)} == expected


def test_children_come_after_their_parents() -> None:
    """The tree shows each objective once, below its parent and one step in."""
    rows = rows_of(charts.objective_tree(DEMO.portfolio, DEMO.assessment))
    known = {one.title: one for one in DEMO.portfolio.objectives or ()}
    places = {row["title"]: row for row in rows}
    assert len(places) == len(known)
    titles = {one.id: one.title for one in known.values()}
    for row in rows:
        parent = known[row["title"]].parent_id
        assert (row["depth"] == 0) == (parent is None)
        if parent is not None:
            above = places[titles[parent]]
            assert above["row"] < row["row"] and above["depth"] == row["depth"] - 1


def test_histories_say_how_far_they_moved() -> None:
    """From the first to the last known score; nothing known says so."""
    assert title_of(charts.score_history(recorded([None, 60.0, 45.5]))) == "-14.5 points since 2026-03-02"
    assert title_of(charts.score_history(recorded([None]), name="X")) == "X: no score was recorded"


def test_large_portfolios_make_small_charts() -> None:
    """With 20,000 customers points become cells, maps and bars show the first, and no chart grows past a few hundred rows."""
    plan, number = DEMO.assessment.plan, 20_000
    rules = len(plan.rules["customer"])
    ids = [f"C-{place}" for place in range(number)]
    world = ak.Portfolio(
        customers=[ak.Customer(id=id, name=id, annual_value=ak.Money(1 + place, "EUR")) for place, id in enumerate(ids)]
    )
    codes = {id: place * 1_000_000 // number for place, id in enumerate(ids)}
    rows = {id: (code * 100, *[code] * rules) for id, code in codes.items()}
    judged = Assessment(plan, NOW, {"customer": rows}, RecordedExplainer({}, {}, {}))
    chart = charts.score_by_value(judged, world)
    assert sum(row["customers"] for row in rows_of(chart)) == number
    pairs = [Duplicate(id=id, kind="task", left_id="a", right_id="b", customer_id=id, hours=1) for id in ids]
    for one in (chart, charts.dimension_map(judged), charts.duplicate_effort(pairs, world)):
        assert len(rows_of(one)) <= 2 * 400
    assert rows_of(charts.duplicate_effort(pairs, world))[-1] == {"customer": "19980 others", "hours": 19_980.0}


def test_without_the_extra() -> None:
    """Where Altair is not installed the error names the extra that brings it."""
    code = """
        import sys
        sys.modules["altair"] = None
        from alignkit.reports import charts
        try:
            charts.score_history([])
        except ImportError as error:
            print(error)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "altair is not installed; install alignkit[charts]"
