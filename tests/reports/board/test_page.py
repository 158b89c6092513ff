"""The board's file holds what its audience may see, as text and nothing else, and is never too large."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import attrs
import pytest

import alignkit as ak
from alignkit.errors import ValidationError
from alignkit.live.audiences import ASSESSMENT, Audience, audience_of
from alignkit.policy.findings import RecordedExplainer
from alignkit.reports.board import Bounds, board, board_page
from alignkit.reports.board.audiences import AUDIENCES
from alignkit.sql import SqlStore
from alignkit.stores import MemoryStore
from alignkit.testing import NOW

from .worlds import MARKED, PAYLOAD, hostile, hostile_rule, marked, world

POLICY = ak.Policy.default()


class Elements(HTMLParser):
    """Tags with their attributes, and the text of each script and style."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self.inside = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.inside = dict(attrs).get("id") or tag

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        self.texts[self.inside] = self.texts.get(self.inside, "") + data


def page_of(facts: ak.Portfolio, **given: Any) -> str:
    """The board of these facts."""
    return board_page(POLICY.assess(facts, now=NOW), portfolio=facts, **given)


def data_of(page: str) -> dict[str, Any]:
    """Everything that a board's file holds as data."""
    texts = Elements(page).texts
    return {**json.loads(texts["overview"]), "pages": json.loads(texts["details"])}


@pytest.mark.parametrize("audience", AUDIENCES)
def test_no_text_becomes_markup(audience: Any) -> None:
    """Whatever stands in a fact, a rule or the title: the file has the same elements as one of harmless facts."""
    policy = POLICY.with_rules(hostile_rule)
    facts = hostile()
    page = board_page(policy.assess(facts, now=NOW), portfolio=facts, audience=audience, title=PAYLOAD)
    plain = page_of(world(), audience=audience)
    assert [tag for tag, _ in Elements(page).tags] == [tag for tag, _ in Elements(plain).tags]
    texts = Elements(page).texts
    assert not set("<>&") & set(texts["overview"] + texts["details"])
    assert page.isascii()
    assert "\x1b" not in page and "onerror" in page
    name = json.loads(texts["overview"])["customers"][0]["name"]
    assert r"\x1b[31m\u202e" in name


def test_only_its_own_script_and_style_may_act() -> None:
    """The policy in the file names the hashes of its one script and its one style, and allows no source of anything."""
    elements = Elements(page_of(world()))
    [policy] = [given["content"] or "" for tag, given in elements.tags if given.get("http-equiv")]
    for kind in ("script", "style"):
        digest = base64.b64encode(hashlib.sha256(elements.texts[kind].encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none';")
    assert not re.search(r"https?:|unsafe|\*", policy)
    assert not [given for _, given in elements.tags if {"src", "srcset"} & set(given)]
    assert [given["href"] for _, given in elements.tags if "href" in given] == ["#main"]
    assert "innerHTML" not in elements.texts["script"] and "eval(" not in elements.texts["script"]


@pytest.mark.parametrize("audience", AUDIENCES)
def test_what_is_on_no_list_is_not_in_the_file(audience: Any) -> None:
    """Every text of every field is in the file only where the audience's list has the field; nobody sees all of them."""
    facts = marked()
    page = page_of(facts, audience=audience)
    found = {tuple(mark.split(".")) for mark in re.findall(r"mark\.(\w+\.\w+)\.", page)}
    allowed = {(kind, field) for kind, fields in AUDIENCES[audience].shows.items() for field in fields}
    assert ("customer", "name") in found and ("need", "title") in found
    values = {("change", "before"), ("change", "after")}  # of a field that they may see: `project.due_on`
    assert found - values <= allowed and ("project", "due_on") in allowed
    assert not found & {("contact", "name"), ("contact", "email"), ("task", "assignee"), ("change", "actor")}
    amounts = {int(text.replace(",", "")) for text in re.findall(r"\d,\d{3},\d{3}", page)} | {
        int(text) for text in re.findall(rf"{MARKED // 100_000}\d{{5}}", page)
    }
    known = {(kind, field): MARKED + len(kind) * 1_000 + len(field) for kind, field in
        [("customer", "annual_value"), ("project", "budget"), ("project", "spent"), ("opportunity", "amount")]}  # fmt: skip
    assert amounts <= {amount for place, amount in known.items() if place in allowed}


def test_an_audience_of_the_hosts_own_sees_its_list() -> None:
    """One that lists scores and nothing else gets no text of any fact; one that may not see scores gets no board."""
    bare = Audience("bare", {ASSESSMENT: ["score", "band"]})
    assert "mark." not in page_of(marked(), audience=bare)
    with pytest.raises(ValidationError, match="which the audience 'customer' may not see; make a brief for it"):
        page_of(marked(), audience=audience_of("customer"))


@ak.rule(dimension="visibility", weight=9, message="Ask {who}", action="Ask", team="pmo")
def has_no_leader(project: ak.ProjectView) -> ak.Score:
    """Loses points while somebody leads it."""
    who = project.owner
    return who is None


def test_findings_are_told_to_those_who_may_see_what_they_read() -> None:
    """A rule that reads who leads a project loses its points for everyone; who it is, executives are not told."""
    facts, policy = marked(), POLICY.with_rules(has_no_leader)
    assessment = policy.assess(facts, now=NOW)
    said = "Ask mark.project.owner."
    pages = {audience: board_page(assessment, portfolio=facts, audience=audience) for audience in AUDIENCES}
    assert [audience for audience, page in pages.items() if said in page] == ["pmo", "crm"]
    places = [rule[0] for rule in data_of(pages["executive"])["rules"]]
    [customer] = data_of(pages["executive"])["pages"]["customers"]
    assert places.index("has no leader") in [row[0] for row in customer["projects"][0]["lost"]]


def test_without_the_text_of_a_rule_nothing_of_its_evidence_is_told() -> None:
    """An assessment read back from JSON shows points without evidence, until the policy comes with it."""
    facts = world()
    kept = ak.Assessment.from_json(POLICY.assess(facts, now=NOW).to_json())
    assert "Last status update:" not in board_page(kept, portfolio=facts)
    assert board_page(kept, portfolio=facts, policy=POLICY) == page_of(facts)


def test_the_page_says_what_the_assessment_says() -> None:
    """Score, band, lost points and best moves of a customer are those of the assessment; so are needs and changes."""
    facts = world()
    one = POLICY.assess(facts, now=NOW).of("customer", "C-1")
    data = data_of(page_of(facts))
    [row], [page] = data["customers"], data["pages"]["customers"]
    assert (row["score"], data["bands"][row["band"]]) == (int((one.score or 0) * 10), one.band)
    assert abs(sum(lost[1] for lost in page["lost"]) - sum(f.lost_micro for f in one.findings) / 10_000) <= 1
    best = one.headroom()[0]
    assert page["moves"][0][:2] == [[rule.id for rules in one.plan.rules.values() for rule in rules].index(best.rule_id),
        best.gain_micro // 10_000]  # fmt: skip
    assert [need[0] for need in page["needs"]] == ["Faster search", "A dark theme"]
    assert (row["needs"], row["untold"]) == (1, 2)
    [change] = page["changes"]
    assert change[1:] == [5, "Portal", "due on", "2026-01-01", "2026-02-01"]
    tree = data["pages"]["objectives"]
    assert [(one["title"], one["depth"], one.get("progress")) for one in tree] == [
        ("Grow", 0, None),
        ("More orders", 1, 40),
    ]
    assert page["objectives"] == [1]


def test_what_had_not_happened_is_not_shown() -> None:
    """A board as of a week ago knows neither the later delivery nor the later change."""
    facts = world()
    facts = facts.with_(needs=[attrs.evolve(need, status="in_progress") for need in facts.needs or ()])
    data = data_of(board_page(POLICY.assess(facts, now=NOW - timedelta(days=7)), portfolio=facts))
    [row], [page] = data["customers"], data["pages"]["customers"]
    assert (page["changes"], row["untold"]) == ([], 0)


def test_a_store_makes_the_board_of_its_facts(tmp_path: Path) -> None:
    """A store in memory, a database and the facts themselves give the same page."""
    facts = world()
    expected = page_of(facts, audience="crm")
    memory = MemoryStore()
    memory.upsert(facts, at=NOW, journal=False)
    with SqlStore.open(f"sqlite:///{tmp_path / 'company.db'}") as database:
        database.upsert(facts, at=NOW, journal=False)
        for store in (memory, database):
            assert board_page(store, audience="crm", now=NOW) == expected
    written = board(memory, tmp_path / "board.html", audience="crm", now=NOW)
    assert written.read_text(encoding="ascii") == expected


def test_the_file_is_bounded() -> None:
    """A board of 20,000 customers is as large as one of 200, and says how many it only counts."""
    small = POLICY.assess(world(), now=NOW)
    row = small.rows["customer"]["C-1"]

    def of(number: int) -> str:
        rows = {"customer": {f"C-{place:06}": row for place in range(number)}}
        assessment = ak.Assessment(small.plan, NOW, rows, RecordedExplainer({}, {}, {}))
        return board_page(assessment, bounds=Bounds(customers=100))

    few, many = of(200), of(20_000)
    assert abs(len(many) - len(few)) < 100
    assert data_of(many)["left_out"] == 19_900


def test_a_long_text_is_cut() -> None:
    """A title of a million letters costs a few hundred bytes."""
    facts = world().with_(needs=[ak.Need(id="N-3", title="y" * 1_000_000, customer_id="C-1", raised_at=NOW)])
    assert abs(len(page_of(facts)) - len(page_of(world()))) < 2_000


def test_without_facts_there_are_scores() -> None:
    """An assessment brings the facts it was made of; one read back makes a board of scores, and says what is missing."""
    facts = world()
    assessment = POLICY.assess(facts, now=NOW)
    assert board_page(assessment) == page_of(facts)
    data = data_of(board_page(ak.Assessment.from_json(assessment.to_json())))
    assert data["has_facts"] is False
    assert data["customers"][0]["score"] is not None and data["pages"]["customers"][0]["lost"]


def test_what_does_not_fit_is_refused() -> None:
    """An unknown audience, a store without a moment, another moment, policy or portfolio: each is said."""
    facts = world()
    assessment = POLICY.assess(facts, now=NOW)
    cases: list[tuple[Any, dict[str, Any], str]] = [
        (assessment, {"audience": "customer"}, "expected an audience of pmo, crm, executive, got 'customer'"),
        (facts, {"now": NOW}, "expected an Assessment or a store, got Portfolio"),
        (MemoryStore(), {}, "a store is judged as of a moment"),
        (MemoryStore(), {"now": NOW, "portfolio": facts}, "a store brings its own facts"),
        (assessment, {"now": NOW + timedelta(days=1)}, "the assessment is of 20"),
        (assessment, {"policy": POLICY.with_rules(has_no_leader)}, "the assessment was made by version"),
        (assessment, {"portfolio": ak.Portfolio(customers=[])}, "these facts lack 1 of the customers"),
    ]
    for source, given, reason in cases:
        with pytest.raises(ValidationError, match=re.escape(reason)):
            board_page(source, **given)
