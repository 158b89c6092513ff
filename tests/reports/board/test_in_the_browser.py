"""The board in a real browser: pages, filters, keys, narrow screens, paper, and texts that stay texts."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from alignkit.sample.demo import Demo

from .browser import Browser

ROUTES = ("", "#/objectives", "#/customer/hubspot%3Acompany%3A9120000135", "#/nowhere")
ROW_NAMES = "[...document.querySelectorAll('#rows a')].map((link) => link.textContent)"
SHOWN = "document.getElementById('shown').textContent"
FOCUS = "document.activeElement.id || document.activeElement.textContent.trim()"


def choose(chrome: Browser, name: str, value: str) -> None:
    """Choose a value of a filter, as a person would."""
    chrome.run(f"document.getElementById('f-{name}').value = {value!r}")
    chrome.run(f"document.getElementById('f-{name}').dispatchEvent(new Event('change'))")


def write(chrome: Browser, text: str) -> None:
    """Write into the search field."""
    chrome.run("document.getElementById('f-q').focus()")
    chrome.type(text)


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_pages_open_without_a_fault(chrome: Browser, company: Path, route: str, dark: bool) -> None:
    """Each page opens with nothing on the console, and asks for nothing but itself."""
    chrome.open(company, route, dark=dark)
    assert chrome.faults == []
    assert {address.partition("#")[0] for address in chrome.asked} == {company.resolve().as_uri()}
    assert chrome.run("document.querySelectorAll('main h1').length") == 1


def test_the_list_is_the_assessment(chrome: Browser, company: Path, demo: Demo) -> None:
    """All customers stand in the list, the lowest score first, with the score that the assessment gives."""
    chrome.open(company)
    ranked = demo.assessment.subjects("customer", worst_first=True)
    assert chrome.run(ROW_NAMES) == [one.name for one in ranked]
    scores = chrome.run("[...document.querySelectorAll('#rows [data-head=Score] .number')].map((n) => n.textContent)")
    assert scores == ["–" if one.score_micro is None else f"{one.score_micro // 100_000 / 10:.1f}" for one in ranked]


def test_filters_keep_what_is_asked_for(chrome: Browser, company: Path, demo: Demo) -> None:
    """Band, tier, team and words each narrow the list, the number is said, and the address leads back to it."""
    chrome.open(company)
    customers = demo.assessment.subjects("customer")
    red = {one.name for one in customers if one.band == "red"}
    choose(chrome, "band", "red")
    assert set(chrome.run(ROW_NAMES)) == red
    assert chrome.run(SHOWN) == chrome.run("document.getElementById('status').textContent")
    assert chrome.run(SHOWN) == f"{len(red)} of {len(customers)} customers"
    write(chrome, "NORDLICHT")
    assert chrome.run(ROW_NAMES) == ["Nordlicht Energie AG"]
    route = chrome.run("location.hash")
    chrome.open(company, route)
    assert chrome.run(ROW_NAMES) == ["Nordlicht Energie AG"]
    assert chrome.run("[document.getElementById('f-q').value, document.getElementById('f-band').value]") == [
        "NORDLICHT",
        "red",
    ]
    chrome.run("document.querySelector('.filters button').click()")
    chrome.run("new Promise((done) => setTimeout(done))")
    assert len(chrome.run(ROW_NAMES)) == len(customers)
    tiers = {record.name for record in demo.portfolio.customers or () if record.tier == "A"}
    choose(chrome, "tier", "A")
    assert set(chrome.run(ROW_NAMES)) == tiers & {one.name for one in customers}
    choose(chrome, "tier", "")
    choose(chrome, "team", "crm")
    moves = {
        one.name: next(
            (m.team for m in sorted(one.headroom(), key=lambda m: not m.is_known) if m.gain_micro and m.action), ""
        )
        for one in customers
    }
    assert set(chrome.run(ROW_NAMES)) == {name for name, team in moves.items() if team == "crm"}


def test_columns_sort_both_ways(chrome: Browser, company: Path, demo: Demo) -> None:
    """A press on a heading sorts by it, another turns it round, and the heading says which."""
    chrome.open(company)
    sorting = "document.querySelector('[data-sort=projects]').closest('th').getAttribute('aria-sort')"
    counts = "[...document.querySelectorAll('#rows [data-head=Projects]')].map((cell) => Number(cell.textContent))"
    for expected, reverse in (("ascending", False), ("descending", True)):
        chrome.run("document.querySelector('[data-sort=projects]').click()")
        assert chrome.run(sorting) == expected
        assert chrome.run(counts) == sorted(chrome.run(counts), reverse=reverse)
        assert chrome.run("document.activeElement.dataset.sort") == "projects"


def test_keys_are_enough(chrome: Browser, company: Path) -> None:
    """Tab reaches the skip link first, Enter opens a customer, focus moves to its name, Escape goes back to the list."""
    chrome.open(company, "#/?band=red")
    chrome.press("Tab")
    assert chrome.run(FOCUS) == "Skip to the content"
    chrome.press("Enter")
    assert chrome.run(FOCUS) == "main"
    write(chrome, "zzz")
    assert chrome.run(SHOWN).startswith("0 of")
    chrome.press("Escape")
    assert chrome.run("document.getElementById('f-q').value") == ""
    chrome.run("document.querySelector('#rows a').focus()")
    assert chrome.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    name = chrome.run(FOCUS)
    chrome.press("Enter")
    assert chrome.run("document.activeElement.tagName + ' ' + document.activeElement.textContent") == f"H1 {name}"
    assert chrome.run("document.title").startswith(name)
    chrome.press("Escape")
    assert chrome.run("location.hash") == "#/?band=red"
    chrome.run("history.back()")
    chrome.until("document.getElementById('main').dataset.page === 'customer'")


@pytest.mark.parametrize("route", ROUTES)
def test_the_page_can_be_heard(chrome: Browser, company: Path, route: str) -> None:
    """One main landmark, one first heading, no level left out, headings on all columns, a label on all fields, no id twice."""
    chrome.open(company, route)
    landmarks = "['header', 'nav', 'main', 'footer'].map((tag) => document.querySelectorAll(tag).length)"
    assert chrome.run(landmarks) == [1, 1, 1, 1]
    levels = chrome.run("[...document.querySelectorAll('h1,h2,h3,h4')].map((h) => Number(h.tagName[1]))")
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert chrome.run("[...document.querySelectorAll('th')].filter((th) => !th.scope).length") == 0
    assert chrome.run("[...document.querySelectorAll('table')].filter((table) => !table.caption).length") == 0
    assert chrome.run("[...document.querySelectorAll('input,select')].filter((one) => !one.labels.length).length") == 0
    assert (
        chrome.run("[...document.querySelectorAll('a,button,summary')].filter((one) => !one.textContent.trim()).length")
        == 0
    )
    ids = chrome.run("[...document.querySelectorAll('[id]')].map((one) => one.id)")
    assert len(ids) == len(set(ids))


# Relative luminance and contrast as WCAG 2.2 defines them; a text stands on the nearest background that is opaque.
CONTRASTS = """(() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = parts(colour).slice(0, 3).map((c) => c / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const under = (one) => {
    for (; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if (parts(colour)[3] !== 0) return colour;
    }
  };
  const shown = [...document.querySelectorAll('body *')].filter((one) => one.checkVisibility() && !one.closest('.unseen, script')
    && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
  return shown.map((one) => {
    const [a, b] = [light(getComputedStyle(one).color), light(under(one))].sort((x, y) => y - x);
    return [(a + 0.05) / (b + 0.05), one.className + ' ' + one.textContent.slice(0, 40)];
  }).filter(([ratio]) => ratio < 4.5);
})()"""


@pytest.mark.parametrize("route", ROUTES[:3])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_text_can_be_read(chrome: Browser, company: Path, route: str, dark: bool) -> None:
    """The contrast of each text with what is behind it is at least 4.5 to 1 (WCAG 2.2, 1.4.3), in light and in dark."""
    chrome.open(company, route, dark=dark)
    chrome.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert chrome.run(CONTRASTS) == []


def test_the_page_of_a_customer_is_whole(chrome: Browser, company: Path, demo: Demo) -> None:
    """Projects, needs, what they wait for, what was lost and why, and the objectives: all are on the customer's page."""
    chrome.open(company, ROUTES[2])
    text = chrome.run("document.getElementById('main').textContent")
    one = demo.assessment.of("customer", "hubspot:company:9120000135")
    assert one.name in text
    for finding in one.findings:
        if finding.lost_micro:
            assert finding.action in text
    world: Any = demo.portfolio
    for collection, field in (("projects", "name"), ("needs", "title"), ("objectives", "title")):
        for record in world.children(collection, "customer_id")[one.id]:
            assert getattr(record, field) in text
    assert "delivered, not told" in text and "rosier than the facts" in text
    assert chrome.run("document.querySelectorAll('.evidence').length") > 10


@pytest.mark.parametrize("route", ["", "#/objectives", "first"])
def test_payloads_are_text(chrome: Browser, payloads: Path, route: str) -> None:
    """On a board of payloads no dialog opens, no element comes of them, nothing is fetched, and controls are seen."""
    chrome.open(payloads)
    if route == "first":
        chrome.go(chrome.run("document.querySelector('#rows a').getAttribute('href')"))
        assert chrome.run("document.getElementById('main').dataset.page") == "customer"
    elif route:
        chrome.go(route)
    chrome.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert (chrome.faults, chrome.dialogs, len(chrome.asked)) == ([], [], 1)
    assert chrome.run("document.querySelectorAll('img, script').length") == 3
    text = chrome.run("document.body.innerText")
    assert "<img src=x onerror=alert(2)>" in text and r"\x1b[31m\u202e" in text
    assert "\x1b" not in text and "\u202e" not in text
    assert chrome.run("[...document.querySelectorAll('a')].every((a) => a.getAttribute('href').startsWith('#'))")


def test_the_pages_own_policy_bites(chrome: Browser, company: Path) -> None:
    """Text cannot be made into markup, a script that is put in does not run, and nothing can be fetched."""
    chrome.open(company)
    with pytest.raises(RuntimeError, match="TrustedHTML"):
        chrome.run("document.body.innerHTML = '<b>x</b>'")
    run = "const s = document.createElement('script'); s.append('window.ran = 1'); document.body.append(s);"
    with pytest.raises(RuntimeError, match="ran"):
        chrome.run(f"{run} if (!window.ran) throw new Error('not ran')")
    assert chrome.run("fetch('data:text/plain,x').then(() => 'fetched', () => 'refused')") == "refused"


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("name", ["company", "payloads"])
def test_a_narrow_screen_holds_the_page(chrome: Browser, request: pytest.FixtureRequest, name: str, route: str) -> None:
    """At 400 pixels nothing sticks out, however long a word is."""
    chrome.open(request.getfixturevalue(name), "", width=400)
    if route == ROUTES[2]:
        route = chrome.run("document.querySelector('#rows a').getAttribute('href')")
    chrome.go(route)
    chrome.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert chrome.run("document.documentElement.scrollWidth") <= 400


def test_paper_shows_everything(chrome: Browser, company: Path) -> None:
    """Printing opens what is folded, leaves out what cannot be pressed, and folds again afterwards."""
    chrome.open(company, ROUTES[2])
    folded = chrome.run("document.querySelectorAll('details:not([open])').length")
    assert folded > 0
    chrome.run("window.dispatchEvent(new Event('beforeprint'))")
    assert chrome.run("document.querySelectorAll('details:not([open])').length") == 0
    chrome.send("Emulation.setEmulatedMedia", media="print")
    assert chrome.run("getComputedStyle(document.querySelector('nav')).display") == "none"
    assert chrome.run("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert chrome.pdf().startswith(b"%PDF")
    chrome.run("window.dispatchEvent(new Event('afterprint'))")
    assert chrome.run("document.querySelectorAll('details:not([open])').length") == folded


def test_a_long_list_is_drawn_in_parts(chrome: Browser, crowd: Path) -> None:
    """Of 5,000 customers 50 are drawn; more come when asked for, with the focus on the first of them; all are searched."""
    chrome.open(crowd)
    assert chrome.run(SHOWN) == "5,000 customers"
    assert chrome.run("document.querySelectorAll('#rows tr').length") == 50
    chrome.run("document.querySelector('#more button').click()")
    assert chrome.run("document.querySelectorAll('#rows tr').length") == 250
    assert chrome.run(FOCUS) == "C-0050"
    write(chrome, "C-4999")
    assert chrome.run(ROW_NAMES) == ["C-4999"]


def test_a_browser_that_is_required_is_not_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no Chromium is found the tests skip with a reason, and fail where it is required."""
    from .browser import chromium

    monkeypatch.setenv("ALIGNKIT_CHROMIUM", "no-such-browser")
    monkeypatch.setenv("ALIGNKIT_REQUIRE", "")
    with pytest.raises(pytest.skip.Exception, match="no-such-browser"):
        chromium()
    monkeypatch.setenv("ALIGNKIT_REQUIRE", "duckdb,chromium")
    caught: Any
    with pytest.raises(pytest.fail.Exception, match="chromium is required") as caught:
        chromium()
    assert "ALIGNKIT_CHROMIUM" in str(caught.value)
