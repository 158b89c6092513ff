"""Coverage counts every branch of a rule once, and says of each whether something went through it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import pytest
from attrs import frozen
from hypothesis import given, settings
from hypothesis import strategies as st

import alignkit as ak
from alignkit.domain import COLLECTIONS
from alignkit.policy.cases import Case
from alignkit.policy.coverage import Way, ways_of
from alignkit.testing import NOW, ago, made_up_portfolio, need, objective, portfolio_of, project
from alignkit.testing.cases import branch_coverage

NOTHING = ak.Portfolio.from_records(**{name: [] for name in COLLECTIONS})  # type: ignore[arg-type]


def stored(text: str, id: str = "judged", **fields: Any) -> ak.AlignmentRule:
    return ak.AlignmentRule(id=id, kind="project", dimension="one", text=text, **fields)


def policy(*rules: Any, cases: tuple[Case, ...] = ()) -> ak.Policy:
    return ak.Policy(rules, dimensions={"one": 1}, cases=cases)


@frozen
class Fork:
    """A choice of a random rule: which kind of touch it asks for, and what it does then."""

    number: int
    then: Any
    other: Any


@st.composite
def trees(draw: st.DrawFn, most: int = 6) -> Any:
    """Random rules: nested choices, each on a condition of its own."""
    count = draw(st.integers(1, most))
    leaves: list[Any] = [None] * (count + 1)
    for number in range(count):
        place = draw(st.integers(0, len(leaves) - 2))
        leaves[place : place + 2] = [Fork(number, leaves[place], leaves[place + 1])]
    return leaves[0]


def lines(tree: Any, depth: int, style: str) -> Iterator[str]:
    """The text of a tree, as early returns or as `else`."""
    space = "    " * depth
    if tree is None:
        yield f"{space}return 0.5"
        return
    yield f'{space}if exists(i for i in project.interactions if i.kind == "k{tree.number}"):'
    yield from lines(tree.then, depth + 1, style)
    if style == "else":
        yield f"{space}else:"
    yield from lines(tree.other, depth + (style == "else"), style)


def text_of(tree: Any, style: str) -> str:
    return "\n".join(["def judged(project: ProjectView) -> Score:", *lines(tree, 1, style)]) + "\n"


def paths(tree: Any, kinds: tuple[int, ...] = (), length: int = 0) -> Iterator[tuple[tuple[int, ...], int]]:
    """For each leaf, the kinds of touches that lead there, and how many choices lie on the way."""
    if tree is None:
        yield kinds, length
    else:
        yield from paths(tree.then, (*kinds, tree.number), length + 1)
        yield from paths(tree.other, kinds, length + 1)


def leaf_case(kinds: tuple[int, ...]) -> Case:
    touches = [{"kind": f"k{number}"} for number in kinds]
    return Case(f"to {kinds}", {"project": {"interactions": touches}}, {"score": 0.5}, "judged")


@settings(max_examples=40, deadline=None)
@given(trees(), st.sampled_from(["early", "else"]), st.data())
def test_every_branch_counts_once(tree: Any, style: str, data: st.DataObject) -> None:
    """There are two ways for each `if`; one case takes one way of each it meets; cases for all leaves take all."""
    text = text_of(tree, style)
    choices = sum(isinstance(node, ast.If) for node in ast.walk(ast.parse(text)))
    leaves = list(paths(tree))
    kinds, length = data.draw(st.sampled_from(leaves))
    one = policy(stored(text), cases=(leaf_case(kinds),)).test()
    assert one
    assert len(one.coverage.ways) == len(set(one.coverage.ways)) == 2 * choices
    assert len(one.coverage.taken) == length
    every = policy(stored(text), cases=tuple(leaf_case(kinds) for kinds, _ in leaves)).test()
    assert every.coverage.is_complete
    assert every.coverage.share == 1.0


def test_a_way_says_where_it_is() -> None:
    """A missed way has the line and column of its condition, and which way it is."""
    text = """def judged(project: ProjectView) -> Score:
    if project.status == "active":
        return 1.0
    elif project.status == "on_hold":
        return 0.5
    return 0.2 if project.progress is None else 0.0
"""
    case = Case("active", {"project": {}}, {"score": 1}, "judged")
    report = policy(stored(text), cases=(case,)).test()
    assert report.coverage.gaps == (
        "judged:2:5: the condition is never false",
        "judged:4:5: the condition is never false",
        "judged:4:5: the condition is never true",
        "judged:6:12: the condition is never false",
        "judged:6:12: the condition is never true",
    )
    assert report.coverage.of("judged") == (1, 6)


def is_late(project: ak.ProjectView) -> bool:
    """Whether it is late, by whatever is known."""
    if project.due_on is None:
        return False
    return project.health == "off_track"


@ak.rule(dimension="one")
def is_in_time(project: ak.ProjectView) -> ak.Score:
    """It is in time."""
    return 0.0 if is_late(project) else 1.0


@ak.rule(dimension="one")
def customers_work_is_in_time(customer: ak.CustomerView) -> ak.Score:
    """All of it is."""
    return 0.0 if ak.exists(p for p in customer.projects if is_late(p)) else 1.0


def test_a_helper_counts_once_for_all_its_callers() -> None:
    """A branch of a helper is one branch, taken for a subject or for an item of another."""
    both = ak.Policy([is_in_time, customers_work_is_in_time], dimensions={"one": 1})
    assert [way.function for way in sorted({w for rule in both for w in ways_of(rule)})] == [
        *["customers_work_is_in_time"] * 2, *["is_in_time"] * 2, *["is_late()"] * 2,
    ]  # fmt: skip
    late = Case("item", {"customer": {"projects": [{}]}}, {"score": 1}, "customers_work_is_in_time")
    assert ak.Policy(both.rules, dimensions={"one": 1}, cases=[late]).test().coverage.of("is_late()") == (1, 2)


def test_text_and_python_rules_are_counted_alike() -> None:
    """A rule written to a document and read again has the same branches."""
    rules = ak.Policy.default().rules
    read = ak.Policy.from_toml(ak.Policy.default().to_toml()).rules
    assert [ways_of(rule) for rule in read] == [ways_of(rule) for rule in rules]


def test_the_same_choice_on_two_ways_is_two() -> None:
    """Two places that ask the same question are told apart by how they are reached."""
    text = """def judged(project: ProjectView) -> Score:
    if project.status == "active":
        return 1.0 if project.progress is None else 0.5
    return 1.0 if project.progress is None else 0.5
"""
    case = Case("active", {"project": {}}, {"score": 1}, "judged")
    taken = policy(stored(text), cases=(case,)).test().coverage.taken
    assert taken == {Way("judged", 2, 5, True), Way("judged", 3, 16, True)}


def test_branches_of_a_threshold_are_those_of_its_value() -> None:
    """A branch that a threshold switches off is none; where it is switched on, it counts."""
    text = """def judged(project: ProjectView, *, strict: bool = False) -> Score:
    if strict:
        return 1.0 if project.progress is not None else 0.0
    return 0.5
"""
    assert ways_of(policy(stored(text)).rule("judged")) == ()
    assert len(ways_of(policy(stored(text, parameters={"strict": True})).rule("judged"))) == 2


def test_an_opaque_rule_is_listed() -> None:
    """What cannot be read has no branches, and coverage says so."""
    hidden = ak.rule(dimension="one")(eval("lambda project: 1.0"))
    report = ak.Policy([hidden], dimensions={"one": 1}).test()
    assert report.coverage.opaque == ("<lambda>",)
    assert not report.coverage.is_complete


@pytest.fixture(scope="module")
def special() -> ak.Portfolio:
    """What made-up facts do not have: money that is not there, and work nobody looked at."""
    return portfolio_of(
        project(budget=ak.Money(0, "EUR"), spent=ak.Money(1, "EUR"), progress=0.5, start_on=ago(days=9)),
        objective(),
        need(status="delivered"),
    )


def test_every_branch_of_the_default_policy_can_be_taken(special: ak.Portfolio) -> None:
    """Made-up facts, none at all and a few by hand go through every rule and every branch that alignkit ships."""
    facts = (made_up_portfolio(400), made_up_portfolio(40, seed=2), NOTHING, special)
    found = branch_coverage(ak.Policy.default(), *facts, now=NOW)
    assert found.is_complete, str(found)


def test_facts_are_made_up_alike_every_time() -> None:
    """The same seed gives the same facts, another seed others."""
    assert made_up_portfolio(20) == made_up_portfolio(20)
    assert made_up_portfolio(20) != made_up_portfolio(20, seed=2)
    at = datetime(2020, 5, 1, tzinfo=timezone.utc)
    assert abs((made_up_portfolio(5, now=at).interactions or ())[0].occurred_at - at).days <= 200
