"""Cases in a policy file: nothing is lost on the way out and back, and every fault has a line."""

from __future__ import annotations

from datetime import date, datetime, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import alignkit as ak
from alignkit.errors import PolicyError
from alignkit.policy.cases import Case
from alignkit.testing.strategies import days, moments, texts

HEAD = """alignkit_policy = 1
dimensions = { completion = 1 }

[[rules]]
id = "is_done"
kind = "project"
dimension = "completion"
text = '''
def is_done(project: ProjectView) -> Score:
    done = project.progress
    return done  # [[cases]]
'''
"""

GOOD = """
[[cases]]
name = "half"
rule = "is_done"
given = { project = { progress = 0.5, tasks = [{ title = "a" }, { title = "b" }] } }
expect = { score = 0.5 }
"""

LONG = """
[[cases]]
name = "long"
rule = "is_done"
expect.score = 0.5

[cases.given.project]
progress = 0.5

[[cases.given.project.tasks]]
title = "first"

[[cases.given.project.tasks]]
title = "second"
"""


def faults(text: str) -> list[tuple[str, int, int]]:
    with pytest.raises(PolicyError) as caught:
        ak.Policy.from_toml(text)
    return [(d.rule_id, d.line, d.column) for d in caught.value.diagnostics]


def place(text: str, word: str, after: str) -> tuple[int, int]:
    at = text.index(word, text.rindex(after))
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def test_a_case_is_read_as_it_is_written() -> None:
    """Tables on one line and tables over many say the same."""
    short, long = (ak.Policy.from_toml(HEAD + text) for text in (GOOD, LONG))
    assert short.test()
    assert long.test()
    tasks = [{"title": "first"}, {"title": "second"}]
    assert long.cases == (Case("long", {"project": {"progress": 0.5, "tasks": tasks}}, {"score": 0.5}, "is_done"),)


@pytest.mark.parametrize(
    ("body", "old", "new", "path"),
    [
        (GOOD, "progress", "progres", "given.project.progres"),
        (GOOD, '{ title = "b" }', '{ titel = "b" }', "given.project.tasks[2].titel"),
        (GOOD, 'title = "b"', 'title = "b", effort_hours = -1', "given.project.tasks[2].effort_hours"),
        (GOOD, "score", "scroe", "expect.scroe"),
        (GOOD, 'rule = "is_done"', 'rule = "is_doen"', "rule"),
        (GOOD, "given", "givn", "givn"),
        (GOOD, 'name = "half"', "name = 3", "name"),
        (LONG, 'title = "second"', 'titel = "second"', "given.project.tasks[2].titel"),
    ],
)
def test_a_fault_has_its_line_and_column(body: str, old: str, new: str, path: str) -> None:
    """The place of a fault is that of the word in the file, whatever else stands there."""
    text = HEAD + (GOOD if body is LONG else LONG) + body.replace(old, new)
    word = path.rpartition(".")[2]
    found = [fault for fault in faults(text) if fault[0] == f"cases[2].{path}"]
    assert found == [(f"cases[2].{path}", *place(text, word, body[: len("\n[[cases]]\nname = ")]))]


def test_faults_of_rules_and_cases_come_together() -> None:
    """A faulty rule does not hide the faults of cases, and is not unknown to them."""
    text = HEAD.replace("project.progress", "project.progres") + GOOD.replace("tasks", "taks")
    found = faults(text)
    assert [where for where, _, _ in found] == ["cases[1].given.project.taks", "is_done"]
    refused = HEAD.replace("kind =", "knd =") + GOOD
    assert "cases[1].rule" not in [where for where, _, _ in faults(refused)]


@pytest.mark.parametrize("cases", ["cases = 3", "cases = [1]", "[cases]\na = 1"])
def test_cases_are_tables(cases: str) -> None:
    """Anything else under `cases` is a fault."""
    assert ("cases", 0, 0) in faults(f"alignkit_policy = 1\n{cases}\n")


def test_a_document_cannot_exhaust_the_reader() -> None:
    """Tables nested without end, and thousands of faults, are faults like others."""
    deep = HEAD + GOOD.replace("given = {", f"given.{'.'.join('a' * 5_000)} = {{")
    assert "cases[1]" in [where for where, _, _ in faults(deep)]
    many = HEAD + "".join(GOOD.replace('"half"', f'"{number}"').replace("score", "scor") for number in range(2_000))
    assert len(faults(many)) == 2_000
    with pytest.raises(PolicyError, match="at most 5000"):
        ak.Policy.from_toml(HEAD + "".join(GOOD.replace('"half"', f'"{number}"') for number in range(5_001)))


numbers = st.one_of(st.integers(-(2**60), 2**60), st.floats(allow_nan=False, allow_infinity=False))
spans = st.builds(lambda n: {"days_ago": n}, st.integers(0, 90_000))
tasks = st.fixed_dictionaries(
    {},
    optional={
        "title": texts(),
        "due_on": st.one_of(days(), spans),
        "effort_hours": st.floats(0, 1e6),
        "status": texts(),
    },
)
projects = st.fixed_dictionaries(
    {},
    optional={
        "name": texts(),
        "progress": st.floats(0, 1),
        "labels": st.lists(texts(), max_size=3),
        "tasks": st.lists(tasks, max_size=3),
        "customer": st.fixed_dictionaries({"name": texts()}),
        "interactions": st.lists(st.fixed_dictionaries({"at": moments(), "kind": texts()}), max_size=2),
        "budget": st.just("12.50 EUR"),
    },
)
evidence = st.one_of(numbers, st.booleans(), texts(), days(), moments(), spans, st.just({"unknown": True}))
expected = st.one_of(
    st.fixed_dictionaries({"score": st.floats(0, 1)}, optional={"evidence": st.fixed_dictionaries({"done": evidence})}),
    st.fixed_dictionaries({"state": st.sampled_from(["scored", "no_data"]), "points": st.floats(0, 100)}),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.builds(Case, texts(), st.fixed_dictionaries({"project": projects}), expected, st.just("is_done"), moments()), max_size=3, unique_by=lambda c: c.name))  # fmt: skip
def test_cases_survive_the_document(cases: list[Case]) -> None:
    """Whatever cases a policy holds, its document gives them back, and writing again gives the same text."""
    policy = ak.Policy(ak.Policy.from_toml(HEAD).rules, dimensions={"completion": 1}, cases=cases)
    text = policy.to_toml()
    again = ak.Policy.from_toml(text)
    assert again.cases == policy.cases
    assert again == policy
    assert again.to_toml() == text


def test_moments_and_days_are_written_as_such() -> None:
    """A moment in a case is a TOML moment, a day a TOML day."""
    at, day = datetime(2026, 1, 2, 3, tzinfo=timezone.utc), date(2026, 1, 3)
    facts: dict[str, Any] = {"project": {"due_on": day}}
    made = ak.Policy(
        ak.Policy.from_toml(HEAD).rules,
        dimensions={"completion": 1},
        cases=[Case("one", facts, {"state": "no_data"}, "is_done", at)],
    )
    text = made.to_toml()
    assert "now = 2026-01-02T03:00:00Z" in text or "now = 2026-01-02T03:00:00+00:00" in text
    assert "due_on = 2026-01-03" in text
