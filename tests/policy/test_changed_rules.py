"""A policy judges by what its rules said when it was made; when the host changed that since, it says so."""

from __future__ import annotations

import copy
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

import alignkit as ak
from alignkit.errors import RuleChangedError
from alignkit.testing import NOW, portfolio_of, project, task

WORLD = portfolio_of(project(tasks=[task(), task()]))
LIMIT = 1
config = ModuleType("config")
config.MOST = 3  # type: ignore[attr-defined]


def open_tasks(project: ak.ProjectView) -> int:
    """Work that is left."""
    return ak.count(t for t in project.tasks if t.status != "done")


def many(project: ak.ProjectView) -> bool:
    """More than the limit."""
    return open_tasks(project) > LIMIT


def few(project: ak.ProjectView) -> int:
    """Something else."""
    return 0


def made(limit: int) -> tuple[ak.Rule[..., Any], Callable[[int], None]]:
    """A rule that closes over a local, and a way to change that."""

    def change(value: int) -> None:
        nonlocal limit
        limit = value

    @ak.rule(dimension="one")
    def closed(project: ak.ProjectView) -> ak.Score:
        return open_tasks(project) > limit

    return closed, change


@ak.rule(dimension="one")
def judged(project: ak.ProjectView) -> ak.Score:
    """Not too much to do."""
    return many(project) and open_tasks(project) < config.MOST and max(1, 2) > 1


def policy_of(rule: ak.Rule[..., Any] = judged) -> ak.Policy:
    """A policy of one rule."""
    return ak.Policy([rule], dimensions={"one": 1})


def complaint(policy: ak.Policy) -> RuleChangedError:
    """What the policy says of a change."""
    with pytest.raises(RuleChangedError) as raised:
        policy.assess(WORLD, now=NOW)
    return raised.value


@pytest.mark.parametrize("name", ["LIMIT", "open_tasks", "many"])
def test_tells_a_changed_global(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A captured value or helper that is another one now is told by name, also where only a helper reads it."""
    policy = policy_of()
    monkeypatch.setitem(globals(), name, 9 if name == "LIMIT" else few)
    assert complaint(policy).name == name
    monkeypatch.undo()
    assert policy.assess(WORLD, now=NOW).score is None
    assert policy.assess(WORLD, now=NOW).of("project", "P-1").score == 100.0


def test_says_what_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message has the rule, the name, both values and what to do."""
    policy = policy_of()
    monkeypatch.setitem(globals(), "LIMIT", 9)
    assert (
        str(complaint(policy))
        == "rule 'judged' reads LIMIT, which changed from 1 to 9 since the policy was made; make the policy again"
    )


def test_tells_a_changed_member(monkeypatch: pytest.MonkeyPatch) -> None:
    """A captured attribute of a module is watched too."""
    policy = policy_of()
    monkeypatch.setattr(config, "MOST", 2)
    assert complaint(policy).name == "MOST"


def test_tells_a_changed_cell() -> None:
    """A value that a rule closed over is watched too."""
    rule, change = made(1)
    policy = policy_of(rule)
    change(5)
    assert complaint(policy).name == "limit"
    change(1)
    assert policy.assess(WORLD, now=NOW).rows


def test_tells_another_type(monkeypatch: pytest.MonkeyPatch) -> None:
    """A value that is equal, but of another type, is another value."""
    policy = policy_of()
    monkeypatch.setitem(globals(), "LIMIT", 1.0)
    assert complaint(policy).name == "LIMIT"


@pytest.mark.parametrize("function", [judged.function, open_tasks, many])
def test_tells_swapped_code(function: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Code that a notebook swapped inside the same function object is noticed, in the rule and in its helpers."""
    policy = policy_of()
    monkeypatch.setattr(function, "__code__", few.__code__)
    assert complaint(policy).rule_id == "judged"


def test_tells_a_hidden_builtin(monkeypatch: pytest.MonkeyPatch) -> None:
    """A global that comes to hide a builtin changes what the function computes."""
    policy = policy_of()
    monkeypatch.setitem(globals(), "max", min)
    assert complaint(policy).name == "max"


def test_tells_a_name_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that was deleted is told, not looked for."""
    policy = policy_of()
    monkeypatch.delitem(globals(), "LIMIT")
    assert "changed from 1 to nothing" in str(complaint(policy))


def test_copies_are_records(monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy holds text and values, so that what the host does later does not reach it."""
    policy = copy.deepcopy(policy_of())
    monkeypatch.setitem(globals(), "LIMIT", 9)
    assert policy.assess(WORLD, now=NOW).of("project", "P-1").score == 100.0


def test_a_new_policy_reads_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Made again, the policy is another version with the new value."""
    old = policy_of()
    monkeypatch.setitem(globals(), "LIMIT", 9)
    new = policy_of()
    assert new.version != old.version
    assert new.assess(WORLD, now=NOW).of("project", "P-1").score == 0.0


def test_each_rule_remembers_its_own_value(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one rule was read before a value changed and another after, the policy of both says so at once."""
    before = policy_of().rules[0]
    monkeypatch.setitem(globals(), "LIMIT", 2)

    @ak.rule(dimension="one")
    def later(project: ak.ProjectView) -> ak.Score:
        return open_tasks(project) > LIMIT

    after = policy_of(later).rules[0]
    with pytest.raises(RuleChangedError, match="LIMIT"):
        ak.Policy([before, after], dimensions={"one": 1}).assess(WORLD, now=NOW)
