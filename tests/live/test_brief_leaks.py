"""What a brief must not let out: fields that its audience does not list, and anything active in its text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import alignkit as ak
from alignkit.display import to_text
from alignkit.domain import COLLECTIONS, REFERENCES
from alignkit.domain.checks import check_of
from alignkit.live.audiences import AUDIENCES, Audience
from alignkit.live.brief import Brief, brief
from alignkit.live.brief_text import markdown_text
from alignkit.live.told_policy import MILESTONE, News, ToldPolicy
from alignkit.live.words import STATES, day_text
from alignkit.policy.model import KINDS

NOW = datetime(2090, 6, 1, 9, 0, tzinfo=timezone.utc)
WRITTEN = {kind: COLLECTIONS[name] for kind, name in KINDS.items() if name and kind != "duplicate"}
SHOWN_AS = {"task": MILESTONE}


class Sentinels:
    """One fact of every kind, each field holding a value that stands nowhere else."""

    def __init__(self, words: dict[tuple[str, str], str], shift: int) -> None:
        self.words, self.shift = words, shift
        self.marks: dict[tuple[str, str], tuple[str, ...]] = {}
        self._number = 0
        self.facts: dict[str, list[Any]] = {}
        for kind, cls in WRITTEN.items():
            self.facts[KINDS[kind]] = [cls(**self._fields(kind, cls))]
        self.facts["changes"] += self._news()

    def _fields(self, kind: str, cls: type) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for field in attrs.fields(cls):
            if field.name not in ("version", "parent_id", "external_refs"):
                value, marks = self._value(kind, field.name, str(field.type), field)
                if marks:
                    self.marks[kind, field.name] = marks
                if value is not None:
                    found[field.name] = value
        return found

    def _value(self, kind: str, name: str, wanted: str, field: Any) -> tuple[Any, tuple[str, ...]]:
        self._number += 1
        mark = f"Zq{self._number}x{kind}x{name}".replace("_", "")
        references = REFERENCES[KINDS[kind]]
        if name == "id":
            return f"id-{kind}-zq", (f"id-{kind}-zq",)
        if name in references:
            return f"id-{next(one for one, where in KINDS.items() if where == references[name])}-zq", ()
        if (kind, name) in self.words:
            return self.words[kind, name], ()
        if kind == "change" and name in ("kind", "field"):
            return {"kind": "project", "field": "owner"}[name], ()
        if "Money" in wanted:
            return ak.Money(Decimal(f"7{self._number:03d}77.31"), "EUR"), (
                f"7{self._number:03d}77",
                f"7{self._number:03d},77",
            )
        if "datetime" in wanted or "date" in wanted:
            day = NOW.date() + timedelta(days=self.shift - 2 * self._number)
            marks = (day.isoformat(), rf"(?<!\d){day_text(day, NOW.date())}(?! \d)")
            return (
                (datetime(day.year, day.month, day.day, 8, tzinfo=timezone.utc), marks)
                if "datetime" in wanted
                else (day, marks)
            )
        if wanted.startswith("tuple[str"):
            return (mark,), (mark,)
        if wanted == "Custom" or "Custom" in wanted:
            return {"own": mark}, (mark,)
        if "str" in wanted:
            return mark, (mark,)
        if "bool" in wanted:
            return True, ()
        bounds = check_of(field).bounds
        if "int" in wanted:
            return 3, ()
        number = 0.001 * self._number if bounds is not None and bounds.high <= 1 else None
        return number, ()

    def _news(self) -> Iterator[ak.Change]:
        """Untold changes of every field of a project, a milestone and a need, each from one mark to another."""
        for kind in ("project", "task", "need"):
            for field in attrs.fields(WRITTEN[kind]):
                if field.name in ("version", "id"):
                    continue
                name = f"Zq{kind}change{field.name}".replace("_", "")
                self.marks[f"{kind} change", field.name] = (f"{name}old", f"{name}new")
                yield ak.Change(
                    id=f"id-change-{kind}-{field.name}-zq", kind=kind, subject_id=f"id-{kind}-zq", field=field.name,
                    before=f"{name}old", after=f"{name}new", occurred_at=NOW, customer_id="id-customer-zq",
                    project_id="id-project-zq", actor="Zqactor", team="Zqteam",
                )  # fmt: skip

    def portfolio(self) -> ak.Portfolio:
        given: dict[str, Any] = dict(self.facts)
        return ak.Portfolio(**given)


def everything(kind: str) -> list[News]:
    cls = WRITTEN["task" if kind == MILESTONE else kind]
    return [News(kind, field.name) for field in attrs.fields(cls) if field.name not in ("id", "version")]


ALL_NEWS = ToldPolicy(news=[*everything("project"), *everything(MILESTONE), *everything("need")], by_project=False)


def outputs(found: Brief) -> Iterator[str]:
    """Everything that a brief says, in every form."""
    yield re.sub(r"\\(.)", r"\1", found.markdown())
    yield found.html()
    yield json.dumps(found.as_dict(), ensure_ascii=False)
    yield found.to_csv()
    yield to_text(found._shown(), width=4_000)
    yield found._repr_html_() or ""
    yield repr(found)


def leaks(found: Brief, audience: Audience, marks: dict[tuple[str, str], tuple[str, ...]]) -> list[tuple[str, str]]:
    """The fields that show in a brief and that its audience does not list."""
    text = "\n".join(outputs(found)).replace(NOW.isoformat(), "")
    return [
        (kind, field)
        for (kind, field), forms in marks.items()
        if not audience.sees(_shown_as(kind), field) and any(re.search(form, text) for form in forms)
    ]


def _shown_as(kind: str) -> str:
    kind = kind.removesuffix(" change")
    return SHOWN_AS.get(kind, kind)


_STATE_WORDS = {
    key: st.none() | st.sampled_from(sorted(words)) for key, words in STATES.items() if key[0] != "objective"
}


@st.composite
def _worlds(draw: st.DrawFn) -> Sentinels:
    words = {key: word for key, words in _STATE_WORDS.items() if (word := draw(words)) is not None}
    words["objective", "status"] = "open"
    return Sentinels(words, draw(st.integers(0, 400)))


@settings(max_examples=40)
@given(_worlds(), st.sampled_from(sorted(AUDIENCES)), st.data())
def test_nothing_shows_that_is_not_listed(world: Sentinels, name: str, data: st.DataObject) -> None:
    """Over all fields of all kinds: what an audience does not list stands nowhere, in no form, however few it lists."""
    audience = AUDIENCES[name]
    for kind, fields in audience.shows.items():
        fewer = data.draw(st.sets(st.sampled_from(sorted(fields))), label=f"taken from {kind}")
        audience = audience.without(**{kind: fewer})
    found = brief(
        world.portfolio(), customer="id-customer-zq", audience=audience, now=NOW, told=ALL_NEWS, policy=ak.Policy([])
    )
    marks = {key: forms for key, forms in world.marks.items() if key[1] != "id" or audience.is_plain}
    assert leaks(found, audience, marks) == []


@settings(max_examples=25)
@given(_worlds())
def test_the_customer_reads_no_remark_no_money_no_name(world: Sentinels) -> None:
    """With the shipped lists a customer's brief holds marks of the fields on its list and of no others."""
    audience = AUDIENCES["customer"]
    found = brief(world.portfolio(), customer="id-customer-zq", audience="customer", now=NOW, told=ALL_NEWS)
    assert leaks(found, audience, world.marks) == []
    text = "\n".join(outputs(found))
    assert not any(word in text for word in ("Zqactor", "Zqteam", "EUR", "id-change"))


def test_the_sentinels_can_be_seen() -> None:
    """The test can fail: an audience that lists a field shows its mark."""
    world = Sentinels({("need", "status"): "open", ("task", "status"): "todo"}, 0)
    audience = AUDIENCES["customer"].with_(project=["owner"], interaction=["subject"], contact=["name"])
    found = brief(world.portfolio(), customer="id-customer-zq", audience=audience, now=NOW, told=ALL_NEWS)
    assert {("project", "owner"), ("interaction", "subject"), ("contact", "name"), ("project change", "owner")} == set(
        leaks(found, AUDIENCES["customer"], world.marks)
    )


NASTY = (
    "[click](http://evil.example)",
    "![x](http://evil.example/x.png)",
    "<script>alert(1)</script>",
    "<a href='http://evil.example'>x</a>",
    "http://evil.example www.evil.example mail@evil.example",
    "<http://evil.example>",
    "# heading",
    "- item",
    "1. item",
    "1) item",
    "> quote",
    "*strong* _em_ **b** ~~s~~ `code`",
    "line\n\n# heading\n\n---\n",
    "| a | b |\n|---|---|",
    "    indented code",
    "```\nfence",
    "[ref]: http://evil.example",
    "&lt;b&gt; &#91;x]",
    "\\[x](http://evil.example)",
    "\u202egnp.exe",
    "@everyone #1 $x^2$",
    "===",
    "+ plus",
)


def company(text: str) -> ak.Portfolio:
    return ak.Portfolio(
        customers=[ak.Customer(id="C", name=text)],
        projects=[ak.Project(id="P", name=text, customer_id="C", due_on=date(2090, 7, 1))],
        tasks=[ak.Task(id="T", title=text, project_id="P", is_milestone=True, due_on=date(2090, 6, 9))],
        needs=[ak.Need(id="N", title=text, customer_id="C", raised_at=NOW)],
    )


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.attributes: list[Any] = []

    def handle_starttag(self, tag: str, given: list[Any]) -> None:
        self.found.add(tag)
        self.attributes += given


@pytest.mark.parametrize("text", NASTY)
def test_html_holds_no_tag_of_the_facts(text: str) -> None:
    """Whatever a name holds, the HTML of a brief has the tags that we write and no attribute."""
    tags = _Tags()
    tags.feed(brief(company(text), customer="C", audience="customer", now=NOW).html())
    assert tags.found <= {"article", "h1", "h2", "p", "ul", "li"}
    assert tags.attributes == []


@pytest.mark.parametrize("text", NASTY)
def test_markdown_holds_nothing_active(text: str) -> None:
    """Whatever a name holds, a CommonMark reader finds headings, paragraphs and flat lists of plain text, all of it."""
    markdown_it = pytest.importorskip("markdown_it")
    found = brief(company(text), customer="C", audience="customer", now=NOW)
    reader = markdown_it.MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tokens = reader.parse(found.markdown())
    kinds = {token.type.removesuffix("_open").removesuffix("_close") for token in tokens}
    assert kinds <= {"heading", "paragraph", "bullet_list", "list_item", "inline"}
    assert max(token.level for token in tokens) <= 4
    inside = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in inside} <= {"text", "text_special"}
    lines = ["".join(child.content for child in token.children) for token in tokens if token.type == "inline"]
    assert lines == [
        " ".join(line.split())
        for line in (
            found.title,
            *found.lead,
            *(line for one in found for line in (one.title, *(item.text for item in one.items))),
        )
        for line in [_inert(line)]
    ]


def _inert(text: str) -> str:
    from alignkit.display.inert import inert

    return inert(text)


@settings(max_examples=300)
@given(st.text(alphabet="ab1 .\\`*_{}[]<>()#!|~&/@$^-+=:\"'\n\t", max_size=30))
def test_any_text_is_only_text(text: str) -> None:
    """As an item of a list, any text reads back as itself."""
    markdown_it = pytest.importorskip("markdown_it")
    tokens = markdown_it.MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(f"- {markdown_text(text)}")
    inside = [child for token in tokens for child in token.children or ()]
    assert "".join(child.content for child in inside) == " ".join(_inert(text).split())
    assert {child.type for child in inside} <= {"text", "text_special"}


@pytest.mark.parametrize("address", ["http://evil.example", "www.evil.example", "a@evil.example", "www.1.de"])
def test_addresses_do_not_become_links(address: str) -> None:
    """Readers that make links of bare addresses find none: no scheme, host or mail address stands there unbroken."""
    text = markdown_text(address)
    assert "://" not in text
    assert not re.search(r"www\.\S|\w@\w", text)
