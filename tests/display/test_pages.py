"""Results show themselves in a notebook: everything said, nothing run, and never too much."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any
from unicodedata import category

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import alignkit as ak
from alignkit.display import Badge, Details, Facts, Meter, Note, Shown, Table, options, to_html, to_text
from alignkit.errors import ValidationError
from alignkit.importers import ImportIssue, ImportReport, TableReport
from alignkit.linking import Links
from alignkit.policy.assessment import Assessment
from alignkit.policy.findings import RecordedExplainer
from alignkit.testing import NOW, customer, interaction, need, portfolio_of, project, task

PAYLOAD = "</td><script>alert(1)</script><img src=x onerror=alert(2)> \"'><b>&amp;\x1b[31m\u202e"
TAGS = {"div", "style", "h4", "p", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "span", "i"}
ATTRIBUTES = {"class", "scope", "open", "style", "aria-hidden"}


class Elements(HTMLParser):
    """The tags, attributes and text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.closed: list[str] = []
        self.names: set[str] = set()
        self.said: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.names |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        self.closed.append(tag)

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def facts() -> ak.Portfolio:
    """A world in which every text is a payload."""
    delivered = project(
        name=PAYLOAD,
        interactions=[interaction(subject=PAYLOAD, days_ago=40)],
        needs=[need("complaint", title=PAYLOAD, severity=5)],
        tasks=[task(title=PAYLOAD, days_ago=3)],
    )
    return portfolio_of(customer(name=PAYLOAD, owner=PAYLOAD, projects=[delivered]))


@ak.rule(dimension="one", message=f"{PAYLOAD} {{told}}", action=PAYLOAD, team=PAYLOAD)
def says_anything(project: ak.ProjectView, *, most: float = 1) -> ak.Score:
    """Loses points, with evidence."""
    told = ak.count(n for n in project.needs)
    return told < most


def shown_things() -> list[Any]:
    """One of everything that shows itself."""
    world, policy = facts(), ak.Policy.default().with_rules(says_anything)
    before = policy.assess(world, now=NOW)
    changed = [attrs.evolve(one, progress=0.9, name=PAYLOAD + "2") for one in world.projects or ()]
    subject = next(iter(before.subjects("project")))
    return [
        world,
        policy,
        policy.rules[0],
        before,
        subject,
        *before.subjects("customer"),
        next(finding for finding in subject.findings if finding.lost_micro),
        policy.what_if(world, changes=changed, now=NOW),
        policy.sensitivity(world, now=NOW).table(),
        report(),
        links(),
        says_anything,
    ]


def report() -> ImportReport:
    """A report on an import in which everything has a bad name."""
    table = TableReport(table=PAYLOAD, source=PAYLOAD, read=2, used=0, refused_by={PAYLOAD: 1}, skipped_by={PAYLOAD: 1})
    issue = ImportIssue(code="DateRejected", source=PAYLOAD, table=PAYLOAD, row=2, column=PAYLOAD, reason=PAYLOAD)
    return ImportReport(system=PAYLOAD, tables=(table,), issues=(issue,), unread={PAYLOAD: PAYLOAD}, pending=1)


def links() -> Links:
    """What linking found among records with bad names."""
    given = {
        "customers": [
            ak.Customer(id=f"{system}:{PAYLOAD}", name=PAYLOAD, external_refs=[ak.ExternalRef(system, "company", "1")])
            for system in ("a", "b")
        ]
    }
    return ak.link(ak.Portfolio(**given), crm="a")


@pytest.mark.parametrize("thing", shown_things(), ids=lambda thing: type(thing).__name__)
def test_no_text_becomes_markup(thing: Any) -> None:
    """Whatever stands in a fact is text on the page: no element and no attribute comes from it."""
    page = thing._repr_html_()
    found = Elements(page)
    assert set(found.tags) <= TAGS
    assert found.names <= ATTRIBUTES
    assert sorted(found.tags) == sorted(found.closed)
    assert "\x1b" not in page and "\u202e" not in page
    assert "http" not in page and "url(" not in page and "@import" not in page


@pytest.mark.parametrize("thing", shown_things(), ids=lambda thing: type(thing).__name__)
def test_the_text_twin_says_the_same(thing: Any) -> None:
    """Every word of the page stands in the plain text too, unless a cell was too long for its column."""
    shown = thing._shown()
    text = to_text(shown, width=10_000)
    assert "\x1b" not in text
    for title in [shown.title, *(block.summary for block in shown.blocks if isinstance(block, Details))]:
        assert to_text(Shown(title), width=10_000).strip() in text


def test_the_page_says_what_matters() -> None:
    """An assessment shows its score, its band and the customers; a subject what was lost and what to do."""
    assessment = ak.Policy.default().assess(facts(), now=NOW)
    said = " ".join(Elements(assessment._repr_html_()).said)
    assert "visibility" in said and "1 customer, the worst first" in said
    subject = next(iter(assessment.subjects("project")))
    lost = max(subject.findings, key=lambda finding: finding.lost_micro)
    page = " ".join(Elements(subject._repr_html_()).said)
    assert f"-{lost.lost:.2f}" in page and lost.action in page


def test_a_large_portfolio_makes_no_large_page() -> None:
    """A page on 100,000 customers is as large as one on 30: only the first rows are on it, and how many are not."""
    small = ak.Policy.default().assess(facts(), now=NOW)
    row = small.rows["customer"][next(iter(small.rows["customer"]))]

    def of(number: int) -> Assessment:
        rows = {"customer": {f"C-{place:06}": row for place in range(number)}}
        return Assessment(small.plan, NOW, rows, RecordedExplainer({}, {}, {}))

    few, many = of(30)._repr_html_() or "", of(100_000)._repr_html_() or ""
    assert abs(len(many) - len(few)) < 200
    assert "and 99,990 more" in many
    assert len(to_html(Shown("x", blocks=[Note("y" * 10_000_000)]))) < 10_000


def test_text_instead_of_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """`options.display = "text"` turns pages off; what it cannot be is refused."""
    world = facts()
    monkeypatch.setattr(options, "display", "text")
    assert world._repr_html_() is None
    with pytest.raises(ValidationError, match="expected 'html' or 'text', got 'pdf'"):
        options.display = "pdf"  # type: ignore[assignment]


texts = st.text(max_size=30)
cells = st.one_of(
    texts,
    st.builds(Badge, texts, st.sampled_from(["good", "fair", "poor", "plain", "<b>"])),
    st.builds(Meter, st.none() | st.floats(-1, 2), texts),
)
leaves = st.one_of(
    st.builds(Note, texts),
    st.builds(Facts, st.lists(st.tuples(texts, cells), max_size=3)),
    st.integers(1, 3).flatmap(
        lambda width: st.builds(
            Table,
            st.lists(texts, min_size=width, max_size=width),
            st.lists(st.lists(cells, min_size=width, max_size=width), max_size=3),
            st.integers(0, 5),
        )
    ),
)
blocks = st.recursive(leaves, lambda inner: st.builds(Details, texts, st.lists(inner, max_size=3), st.booleans()))


@given(st.builds(Shown, texts, st.lists(cells, max_size=3), st.lists(blocks, max_size=4)))
def test_any_page_is_well_formed(shown: Shown) -> None:
    """For any content the HTML has only our elements, each closed, and the text has no control but line breaks."""
    found = Elements(to_html(shown))
    assert set(found.tags) <= TAGS and found.names <= ATTRIBUTES
    assert sorted(found.tags) == sorted(found.closed)
    assert not {letter for letter in to_text(shown) if letter != "\n" and category(letter) in ("Cc", "Cs")}
